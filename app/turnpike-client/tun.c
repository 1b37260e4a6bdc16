/* SPDX-License-Identifier: BSD-3-Clause */
#include "tun.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

int tun_open(const char *name, int *ifindex, struct tp_error *error)
{
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR};
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return tp_error_set(error, -errno, "/dev/net/tun", "cannot open it: %s",
				    strerror(errno));
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (ioctl(fd, TUNSETIFF, &request) < 0) {
		int err = tp_error_set(error, -errno, name, "cannot create the interface: %s",
				       strerror(errno));

		close(fd);
		return err;
	}
	/* Without it all packets come one by one, and whole. */
	ioctl(fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6);
	*ifindex = (int)if_nametoindex(request.ifr_name);
	return fd;
}

ssize_t tun_read(int fd, struct virtio_net_hdr *vnet, void *packet, size_t room)
{
	const struct iovec parts[] = {{vnet, sizeof(*vnet)}, {packet, room}};
	ssize_t len = readv(fd, parts, 2);

	return len < 0 ? -1 : len < (ssize_t)sizeof(*vnet) ? 0 : len - (ssize_t)sizeof(*vnet);
}
