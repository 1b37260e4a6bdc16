/* SPDX-License-Identifier: BSD-3-Clause */
#include "tun.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int tun_open(const char *name, int *ifindex, struct tp_error *error)
{
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
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
	*ifindex = (int)if_nametoindex(request.ifr_name);
	return fd;
}
