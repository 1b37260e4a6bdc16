/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/kernel/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/log.h"
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

static int open_device(struct tp_tap *tap, const char *name, int mode, struct tp_error *e)
{
	struct ifreq request = {.ifr_flags = (short)(mode | IFF_NO_PI)};

	*tap = (struct tp_tap){.fd = -1};
	if (strlen(name) >= sizeof(tap->name))
		return tp_error_set(e, -ENAMETOOLONG, name,
				    "is the name of a core port and so of an interface of the "
				    "kernel: at most %zu characters",
				    sizeof(tap->name) - 1);
	strcpy(tap->name, name);
	strcpy(request.ifr_name, name);
	/* Joining one that exists would work for a persistent TAP, which is somebody else's. */
	if (if_nametoindex(name) != 0)
		return explain_open(EEXIST, name, e);
	tap->fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (tap->fd < 0 || ioctl(tap->fd, TUNSETIFF, &request) != 0) {
		int error = errno;

		tp_tap_destroy(tap);
		return explain_open(error, name, e);
	}
	tap->ifindex = (int)if_nametoindex(name);
	return 0;
}

/* `sysctl net.FAMILY.conf.NAME.KEY=VALUE`. They are read-only in some containers, and those of IPv6
 * not there where the kernel has none: the operator has to see to it. */
static void set(const char *family, const char *name, const char *key, const char *value)
{
	char path[96];
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/%s/conf/%s/%s", family, name, key);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, value, strlen(value)) < 0)
		tp_log_debug("interface", "%s: %s", path, strerror(errno));
	close(fd);
}

/* Replies to the host's packets may be routed by another interface than they came in by, the
 * TUN; a strict reverse-path filter would drop them. 2 is the loose one (RFC 3704). */
static void loosen_reverse_path_filter(const char *name)
{
	set("ipv4", name, "rp_filter", "2");
}

/* Whatever the host has for interfaces by default. The kernel is to be a router towards the core
 * (RFC 4861, section 6.2.2): it says so when it answers for its addresses, and takes Router
 * Advertisements only with accept_ra=2. What the operator has configured stays when somebody sets
 * the link down; routes by a port whose own link is down are passed over, as they are in the data
 * plane. The link-local address is the one that the port's MAC gives. */
static void prepare_core(struct tp_tap *tap, struct tp_netlink *nl)
{
	set("ipv6", tap->name, "disable_ipv6", "0");
	set("ipv6", tap->name, "forwarding", "1");
	set("ipv6", tap->name, "keep_addr_on_down", "1");
	set("ipv4", tap->name, "ignore_routes_with_linkdown", "1");
	set("ipv6", tap->name, "ignore_routes_with_linkdown", "1");
	tp_netlink_link_local(nl, tap->ifindex, TP_ADDRESS_EUI64);
}

/* Subscribers' own links have link-local addresses; behind the TUN nobody has any. */
static void prepare_tun(struct tp_tap *tap, struct tp_netlink *nl)
{
	set("ipv6", tap->name, "disable_ipv6", "0");
	tp_netlink_link_local(nl, tap->ifindex, TP_ADDRESS_NONE);
}

static int start_device(struct tp_tap *tap, struct tp_netlink *nl, const struct tp_mac *mac,
			uint16_t mtu, struct tp_error *e)
{
	int error = tp_netlink_link_up(nl, tap->ifindex, mac, mtu);

	if (error != 0)
		return tp_error_set(e, error, tap->name,
				    "can't bring up the interface with MTU %u: %s", mtu,
				    strerror(-error));
	loosen_reverse_path_filter(tap->name);
	return 0;
}

int tp_tap_create(struct tp_tap *tap, struct tp_netlink *nl, unsigned port,
		  const struct tp_port_info *info, const struct tp_prefix *addresses,
		  unsigned address_count, struct tp_error *e)
{
	char text[TP_PREFIX_TEXT_LEN];
	int error = open_device(tap, info->name, IFF_TAP, e);

	if (error == 0) {
		prepare_core(tap, nl);
		error = start_device(tap, nl, &info->mac, info->mtu, e);
	}
	for (unsigned i = 0; error == 0 && i < address_count; i++) {
		const struct tp_ip_prefix address = tp_ip_prefix_of4(&addresses[i]);

		error = tp_netlink_address_add(nl, tap->ifindex, &address, true);
		if (error != 0)
			tp_error_set(e, error, info->name, "can't take the address %s: %s",
				     tp_prefix_format(&addresses[i], text), strerror(-error));
	}
	if (error != 0)
		tp_tap_destroy(tap);
	tap->core = true;
	tap->port = port;
	return error;
}

int tp_tap_create_tun(struct tp_tap *tap, struct tp_netlink *nl, uint16_t mtu, struct tp_error *e)
{
	int error = open_device(tap, TP_TUN_NAME, IFF_TUN, e);

	if (error == 0) {
		prepare_tun(tap, nl);
		error = start_device(tap, nl, NULL, mtu, e);
	}
	if (error != 0)
		tp_tap_destroy(tap);
	return error;
}

void tp_tap_destroy(struct tp_tap *tap)
{
	if (tap->fd >= 0)
		close(tap->fd);
	tap->fd = -1;
	tap->ifindex = 0;
}

void tp_tap_carrier(const struct tp_tap *tap, bool up)
{
	int carrier = up;

	if (tap->fd >= 0 && ioctl(tap->fd, TUNSETCARRIER, &carrier) != 0)
		tp_log_debug("interface", "%s: its carrier: %s", tap->name, strerror(errno));
}

bool tp_tap_write(const struct tp_tap *tap, const void *frame, unsigned len)
{
	return tap->fd >= 0 && write(tap->fd, frame, len) >= 0;
}

int tp_tap_read(const struct tp_tap *tap, void *buffer, unsigned size)
{
	ssize_t n = read(tap->fd, buffer, size);

	if (n >= 0)
		return (int)n;
	return errno == EAGAIN || errno == EINTR || errno == ENOMEM ? 0 : -errno;
}
