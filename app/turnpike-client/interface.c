/* SPDX-License-Identifier: BSD-3-Clause */
#include "interface.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
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
	if (settings->use_ipv6)
		netlink_no_own_address6(i->nl, i->ifindex);
	/* What one that was killed has left. */
	resolver_clear(resolver, settings->name);
	return 0;
}

void interface_close(struct interface *i)
{
	interface_down6(i);
	interface_down(i);
	mnl_socket_close(i->nl);
	if (i->tun >= 0)
		close(i->tun);
}

static void tell(const struct interface *i, const char *what, int err)
{
	if (err != 0)
		tp_log_error(i->settings->name, "cannot %s: %s", what, strerror(-err));
}

void interface_look_at_route(struct interface *i)
{
	char name[IFNAMSIZ] = "another";
	const uint32_t ours = i->settings->default_route_distance;
	uint32_t metric;
	int other;

	if (!i->up || !i->settings->add_default_route)
		return;
	other = netlink_default_of(i->nl, &metric);
	if (other == i->ifindex && i->before != 0)
		tp_log_info(i->settings->name,
			    "no other default route comes before this one any more");
	if (other == i->ifindex)
		other = 0;
	if (other == i->before && (other == 0 || metric == i->before_metric))
		return; /* as it was told */
	i->before = other;
	i->before_metric = metric;
	if (other == 0)
		return;
	if_indextoname((unsigned)other, name);
	tp_log_warning(i->settings->name,
		       "the default route by %s (metric %u) comes before this one "
		       "(default-route-distance %u): packets do not go through %s; %s",
		       name, metric, ours, i->settings->name,
		       metric > 0 ? "set a default-route-distance less than that"
				  : "remove that route, or give it a larger metric");
}

/* With its ends, and, if wanted, a default route. */
static void configure(struct interface *i)
{
	tell(i, "set the address", netlink_address(i->nl, i->ifindex, i->local, i->remote, true));
	tell(i, "set the interface up", netlink_link(i->nl, i->ifindex, true, i->mtu));
	if (!i->settings->add_default_route)
		return;
	tell(i, "add the default route",
	     netlink_default_route(i->nl, i->ifindex, i->local, i->via ? i->remote : 0,
				   i->settings->default_route_distance));
	interface_look_at_route(i);
}

/* The default route is by REMOTE if VIA, else by nobody in particular. */
static void bring_up(struct interface *i, uint32_t local, uint32_t remote, uint16_t mtu, bool via)
{
	interface_down(i);
	i->up = true;
	i->local = local;
	i->remote = remote;
	i->mtu = mtu;
	i->via = via;
	i->before = 0;
	configure(i);
}

static void give_name_servers(struct interface *i)
{
	const bool had_dns = i->has_dns;

	i->has_dns = i->settings->use_peer_dns && name_servers_any(&i->dns);
	if (i->has_dns)
		resolver_set(i->resolver, i->settings->name, i->ifindex, &i->dns);
	else if (had_dns)
		resolver_clear(i->resolver, i->settings->name);
}

void interface_name_servers6(struct interface *i, const uint8_t (*dns)[16], unsigned count)
{
	const struct name_servers before = i->dns;

	memset(i->dns.ipv6, 0, sizeof(i->dns.ipv6));
	for (unsigned n = 0; n < count && n < 2; n++)
		memcpy(i->dns.ipv6[n], dns[n], sizeof(i->dns.ipv6[n]));
	if (memcmp(&before, &i->dns, sizeof(before)) != 0)
		give_name_servers(i);
}

void interface_up(struct interface *i, const struct tp_ppp_addresses *addresses, uint16_t mtu)
{
	bring_up(i, addresses->local, addresses->remote, mtu, false);
	memcpy(i->dns.ipv4, addresses->dns, sizeof(i->dns.ipv4));
	give_name_servers(i);
}

enum interface_state interface_state(const struct interface *i)
{
	struct ifreq request = {0};
	struct sockaddr_in *address = (struct sockaddr_in *)&request.ifr_addr;
	enum interface_state state = INTERFACE_FINE;
	int fd;

	if (if_indextoname((unsigned)i->ifindex, request.ifr_name) == NULL)
		return INTERFACE_GONE;
	if (i->up6 && !interface_is_fine6(i))
		return INTERFACE_CHANGED;
	fd = i->up ? socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1;
	if (fd < 0)
		return INTERFACE_FINE;
	if (ioctl(fd, SIOCGIFFLAGS, &request) == 0 && (request.ifr_flags & IFF_UP) == 0)
		state = INTERFACE_CHANGED;
	/* With our address in it, the kernel looks for that one first. */
	*address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(i->local)};
	if (ioctl(fd, SIOCGIFADDR, &request) != 0 || address->sin_addr.s_addr != htonl(i->local))
		state = INTERFACE_CHANGED;
	close(fd);
	return state;
}

void interface_restore(struct interface *i)
{
	tp_log_warning(i->settings->name, "somebody has set the interface down or taken its "
					  "address: it is put back");
	if (i->up)
		configure(i);
	if (i->up6)
		interface_configure6(i);
}

int interface_remake(struct interface *i, struct tp_error *error)
{
	tp_log_warning(i->settings->name,
		       "somebody has deleted the interface, or moved it away: it is made anew");
	close(i->tun);
	i->tun = tun_open(i->settings->name, &i->ifindex, error);
	if (i->tun < 0)
		return i->tun;
	if (i->settings->use_ipv6)
		netlink_no_own_address6(i->nl, i->ifindex);
	if (i->up)
		configure(i);
	if (i->up6)
		interface_configure6(i);
	give_name_servers(i);
	return 0;
}

void interface_down(struct interface *i)
{
	if (!i->up)
		return;
	i->up = false;
	memset(i->dns.ipv4, 0, sizeof(i->dns.ipv4));
	give_name_servers(i);
	/* The routes go with the address, if not with the interface. */
	if (!i->up6)
		netlink_link(i->nl, i->ifindex, false, 0);
	netlink_address(i->nl, i->ifindex, i->local, i->remote, false);
}

void interface_wait(struct interface *i)
{
	/* Two addresses of the network for each of 127 interfaces. */
	const uint32_t pair = DEMAND_NETWORK + 1 + (uint32_t)(i->ifindex % 127) * 2;

	bring_up(i, pair, pair + 1, 0, true);
}
