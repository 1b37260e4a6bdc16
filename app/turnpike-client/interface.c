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

int interface_open(struct interface *i, const struct options *options, struct tp_error *error)
{
	*i = (struct interface){.options = options, .tun = -1};
	i->nl = netlink_open();
	if (i->nl == NULL)
		return tp_error_set(error, -errno, "netlink", "cannot open a socket: %s",
				    strerror(errno));
	i->tun = tun_open(options->name, &i->ifindex, error);
	if (i->tun < 0) {
		mnl_socket_close(i->nl);
		return i->tun;
	}
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
		tp_log_error(i->options->name, "cannot %s: %s", what, strerror(-err));
}

void interface_up(struct interface *i, const struct tp_ppp_addresses *addresses, uint16_t mtu)
{
	interface_down(i);
	i->up = true;
	i->local = addresses->local;
	i->remote = addresses->remote;
	tell(i, "set the address", netlink_address(i->nl, i->ifindex, i->local, i->remote, true));
	tell(i, "set the interface up", netlink_link(i->nl, i->ifindex, true, mtu));
	if (i->options->add_default_route)
		tell(i, "add the default route",
		     netlink_default_route(i->nl, i->ifindex, i->local,
					   i->options->default_route_distance));
	if (i->options->use_peer_dns)
		tell(i, "write the name servers", resolv_write(i->options->name, addresses->dns));
}

void interface_down(struct interface *i)
{
	if (!i->up)
		return;
	i->up = false;
	if (i->options->use_peer_dns)
		resolv_remove(i->options->name);
	netlink_link(i->nl, i->ifindex, false, 0);
	netlink_address(i->nl, i->ifindex, i->local, i->remote, false);
}
