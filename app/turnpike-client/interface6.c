/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6's part of the interface: the link-local address that IPV6CP has agreed (RFC 5072, section
 * 5), out of whose identifier the kernel makes addresses when it hears Router Advertisements, and a
 * default route. */
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "interface.h"
#include "netlink.h"
#include "wire/ipv6.h"

#define ADDRESSES_MAX 64 /* of the interface */

static const struct tp_prefix6 everything;

static void tell(const struct interface *i, const char *what, int err)
{
	if (err != 0)
		tp_log_warning(i->settings->name, "IPv6: cannot %s: %s", what, strerror(-err));
}

/* In the interface's own directory of /proc/sys. */
static int open_variable(const struct interface *i, const char *variable, int flags)
{
	char name[IFNAMSIZ], path[128];

	if (if_indextoname((unsigned)i->ifindex, name) == NULL)
		return -1;
	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/%s", name, variable);
	return open(path, flags | O_CLOEXEC);
}

bool interface_may_have6(const struct interface *i)
{
	char disabled = '1';
	int fd = open_variable(i, "disable_ipv6", O_RDONLY);

	if (fd < 0)
		return false;
	if (read(fd, &disabled, 1) != 1)
		disabled = '1';
	close(fd);
	return disabled == '0';
}

/* It may be for reading alone: then things are as the machine has them. */
static bool set_variable(const struct interface *i, const char *variable, const char *value)
{
	int fd = open_variable(i, variable, O_WRONLY);
	bool ok;

	if (fd < 0)
		return false;
	ok = write(fd, value, strlen(value)) == (ssize_t)strlen(value);
	close(fd);
	return ok;
}

/* To the kernel a metric of 0 is 1024. */
static uint32_t metric6(const struct interface *i)
{
	return i->settings->default_route_distance != 0 ? i->settings->default_route_distance : 1;
}

/* Router Advertisements are heard even by a router, as one that dials in is a host there (RFC 7084,
 * section 4.2); the default route is ours to set, not theirs. */
void interface_configure6(struct interface *i)
{
	struct netlink_address6 address = {
		.prefix.length = 64, .preferred_s = UINT32_MAX, .valid_s = UINT32_MAX};

	if (!set_variable(i, "accept_ra", "2") || !set_variable(i, "accept_ra_defrtr", "0"))
		tp_log_debug(i->settings->name,
			     "/proc/sys/net/ipv6 can't be written: Router Advertisements are "
			     "heard as the machine does by default");
	tell(i, "set the interface up", netlink_link(i->nl, i->ifindex, true, i->mtu));
	memcpy(address.prefix.address, i->local6, sizeof(i->local6));
	tell(i, "set the link-local address", netlink_address6(i->nl, i->ifindex, &address, true));
	if (i->settings->add_default_route)
		tell(i, "add the default route",
		     netlink_route6(i->nl, i->ifindex, &everything, metric6(i), true));
}

void interface_up6(struct interface *i, const struct tp_ppp_interface_ids *ids, uint16_t mtu)
{
	interface_down6(i);
	if (mtu < TP_IPV6_MIN_MTU) {
		tp_log_warning(
			i->settings->name,
			"IPv6 needs packets of %u bytes, and the largest are %u: there is none",
			TP_IPV6_MIN_MTU, mtu);
		return;
	}
	i->up6 = true;
	i->mtu = mtu;
	tp_ipv6_link_local(i->local6, ids->local);
	tp_ipv6_link_local(i->remote6, ids->remote);
	interface_configure6(i);
}

unsigned interface_addresses6(const struct interface *i, struct tp_prefix6 *addresses, unsigned max)
{
	return netlink_addresses6(i->nl, i->ifindex, addresses, max);
}

bool interface_is_fine6(const struct interface *i)
{
	struct tp_prefix6 addresses[ADDRESSES_MAX];
	unsigned count = interface_addresses6(i, addresses, ADDRESSES_MAX);

	for (unsigned n = 0; n < count; n++)
		if (tp_ipv6_same(addresses[n].address, i->local6))
			return true;
	return false;
}

void interface_down6(struct interface *i)
{
	struct tp_prefix6 addresses[ADDRESSES_MAX];
	unsigned count;

	if (!i->up6)
		return;
	i->up6 = false;
	interface_name_servers6(i, NULL, 0);
	if (!i->up) { /* the kernel takes all of it back */
		netlink_link(i->nl, i->ifindex, false, 0);
		return;
	}
	netlink_route6(i->nl, i->ifindex, &everything, metric6(i), false);
	count = interface_addresses6(i, addresses, ADDRESSES_MAX);
	for (unsigned n = 0; n < count; n++)
		netlink_address6(i->nl, i->ifindex,
				 &(struct netlink_address6){.prefix = addresses[n]}, false);
}
