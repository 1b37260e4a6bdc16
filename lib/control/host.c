/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/host.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "config/types/value.h"

unsigned if_nametoindex(const char *name); /* <net/if.h> and <linux/if.h> exclude each other */

static int explain_open(int error, const char *name, struct tp_error *e)
{
	switch (error) {
	case ENOENT:
	case ENODEV:
		return tp_error_set(e, -error, "/dev/net/tun",
				    "the kernel has no TUN/TAP driver: load the module tun");
	case EPERM:
	case EACCES:
		return tp_error_set(e, -error, name,
				    "no permission to make a TAP interface: run as root, or with "
				    "CAP_NET_ADMIN");
	case EBUSY:
	case EEXIST:
	case EINVAL:
		return tp_error_set(
			e, -error, name,
			"can't make the interface %s: one of this name is there already", name);
	default:
		return tp_error_set(e, -error, name, "can't make the interface %s: %s", name,
				    strerror(error));
	}
}

static int open_device(struct tp_twin *twin, const char *name, int mode, struct tp_error *e)
{
	struct ifreq request = {.ifr_flags = (short)(mode | IFF_NO_PI)};

	*twin = (struct tp_twin){.fd = -1};
	if (strlen(name) >= sizeof(twin->name))
		return tp_error_set(e, -ENAMETOOLONG, name,
				    "is the name of a core port and so of an interface of the "
				    "kernel: at most %zu characters",
				    sizeof(twin->name) - 1);
	strcpy(twin->name, name);
	strcpy(request.ifr_name, name);
	/* Joining one that exists would work for a persistent TAP, which is somebody else's. */
	if (if_nametoindex(name) != 0)
		return explain_open(EEXIST, name, e);
	twin->fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (twin->fd < 0 || ioctl(twin->fd, TUNSETIFF, &request) != 0) {
		int error = errno;

		tp_twin_destroy(twin);
		return explain_open(error, name, e);
	}
	twin->ifindex = (int)if_nametoindex(name);
	return 0;
}

/* Replies to the host's packets may be routed by another interface than they came in by, the
 * TUN; a strict reverse-path filter would drop them. 2 is the loose one (RFC 3704). */
static void loosen_reverse_path_filter(const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/conf/%s/rp_filter", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, "2", 1) < 0) {
		/* read-only in some containers, where the operator has to see to it */
	}
	close(fd);
}

static int start_device(struct tp_twin *twin, struct tp_netlink *nl, const struct tp_mac *mac,
			uint16_t mtu, struct tp_error *e)
{
	int error = tp_netlink_link_up(nl, twin->ifindex, mac, mtu);

	if (error != 0)
		return tp_error_set(e, error, twin->name,
				    "can't bring up the interface with MTU %u: %s", mtu,
				    strerror(-error));
	loosen_reverse_path_filter(twin->name);
	return 0;
}

int tp_twin_create(struct tp_twin *twin, struct tp_netlink *nl, unsigned port,
		   const struct tp_port_info *info, const struct tp_prefix *addresses,
		   unsigned address_count, struct tp_error *e)
{
	char text[TP_PREFIX_TEXT_LEN];
	int error = open_device(twin, info->name, IFF_TAP, e);

	if (error == 0)
		error = start_device(twin, nl, &info->mac, info->mtu, e);
	for (unsigned i = 0; error == 0 && i < address_count; i++) {
		error = tp_netlink_address_add(nl, twin->ifindex, &addresses[i]);
		if (error != 0)
			tp_error_set(e, error, info->name, "can't take the address %s: %s",
				     tp_prefix_format(&addresses[i], text), strerror(-error));
	}
	if (error != 0)
		tp_twin_destroy(twin);
	twin->core = true;
	twin->port = port;
	return error;
}

int tp_twin_create_tun(struct tp_twin *twin, struct tp_netlink *nl, uint16_t mtu,
		       struct tp_error *e)
{
	int error = open_device(twin, TP_TUN_NAME, IFF_TUN, e);

	if (error == 0)
		error = start_device(twin, nl, NULL, mtu, e);
	if (error != 0)
		tp_twin_destroy(twin);
	return error;
}

void tp_twin_destroy(struct tp_twin *twin)
{
	if (twin->fd >= 0)
		close(twin->fd);
	twin->fd = -1;
	twin->ifindex = 0;
}

bool tp_twin_write(const struct tp_twin *twin, const void *frame, unsigned len)
{
	return twin->fd >= 0 && write(twin->fd, frame, len) >= 0;
}

int tp_twin_read(const struct tp_twin *twin, void *buffer, unsigned size)
{
	ssize_t n = read(twin->fd, buffer, size);

	if (n >= 0)
		return (int)n;
	return errno == EAGAIN || errno == EINTR || errno == ENOMEM ? 0 : -errno;
}
