/* SPDX-License-Identifier: BSD-3-Clause */
#include "interface.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

#include "base/log.h"
#include "netlink.h"
#include "resolv.h"
#include "tun.h"

#define DEMAND_NETWORK 0x0a707000u /* 10.112.112.0 */

int interface_open(struct interface *i, const struct settings *settings, struct resolver *resolver,
		   struct tp_error *error)
{
	*i = (struct interface){.settings = settings, .resolver = resolver, .tun = -1};
	i->nl = netlink_open();
	if (i->nl == NULL)
		return tp_error_set(error, -errno, "netlink", "cannot open a socket: %s",
				    strerror(errno));
	i->tun = tun_open(settings->name, &i->ifindex, error);
	if (i->tun < 0) {
		mnl_socket_close(i->nl);
		return i->tun;
	}
	/* What one that was killed has left. */
	resolver_clear(resolver, settings->name);
	return 0;
}

void interface_close(struct interface *i)
{
	interface_down(i);
	mnl_socket_close(i->nl);
	close(i->tun);
}

static void tell(const struct interface *i, const char *what, int err)
{
	if (err != 0)
		tp_log_error(i->settings->name, "cannot %s: %s", what, strerror(-err));
}

/* With LOCAL and REMOTE as its ends, and, if wanted, a default route: by REMOTE if VIA, else by
 * nobody in particular. */
static void bring_up(struct interface *i, uint32_t local, uint32_t remote, uint16_t mtu, bool via)
{
	interface_down(i);
	i->up = true;
	i->local = local;
	i->remote = remote;
	tell(i, "set the address", netlink_address(i->nl, i->ifindex, local, remote, true));
	tell(i, "set the interface up", netlink_link(i->nl, i->ifindex, true, mtu));
	if (i->settings->add_default_route)
		tell(i, "add the default route",
		     netlink_default_route(i->nl, i->ifindex, local, via ? remote : 0,
					   i->settings->default_route_distance));
}

void interface_up(struct interface *i, const struct tp_ppp_addresses *addresses, uint16_t mtu)
{
	bring_up(i, addresses->local, addresses->remote, mtu, false);
	if (!i->settings->use_peer_dns || (addresses->dns[0] == 0 && addresses->dns[1] == 0))
		return;
	i->has_dns = true;
	resolver_set(i->resolver, i->settings->name, i->ifindex, addresses->dns);
}

void interface_down(struct interface *i)
{
	if (!i->up)
		return;
	i->up = false;
	if (i->has_dns)
		resolver_clear(i->resolver, i->settings->name);
	i->has_dns = false;
	netlink_link(i->nl, i->ifindex, false, 0);
	netlink_address(i->nl, i->ifindex, i->local, i->remote, false);
}

void interface_wait(struct interface *i)
{
	/* Two addresses of the network for each of 127 interfaces. */
	const uint32_t pair = DEMAND_NETWORK + 1 + (uint32_t)(i->ifindex % 127) * 2;

	bring_up(i, pair, pair + 1, 0, true);
}
