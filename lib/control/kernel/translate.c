/* SPDX-License-Identifier: BSD-3-Clause */
/* What a route of the kernel's is to the data plane. */
#include "control/kernel/kernel_private.h"
#include "wire/ipv6.h"

static const struct tp_tap *first_tap(const struct tp_kernel *k)
{
	for (unsigned i = 0; i < k->tap_count; i++)
		if (k->taps[i].ifindex != 0)
			return &k->taps[i];
	return NULL;
}

/* 127.0.0.0/8, ::1. */
static bool is_loopback(const struct tp_ip *ip)
{
	static const struct tp_ip loopback6 = {.family = TP_FAMILY_IPV6, .bytes = {[15] = 1}};

	return (ip->family == TP_FAMILY_IPV4 && ip->bytes[0] == 127) || tp_ip_same(ip, &loopback6);
}

/* An address of the box: of a core port, or of the loopback interface (a router's own
 * address). Addresses of other interfaces stay out of subscribers' reach. A router has, of each
 * network of IPv6, the network's own address besides: its anycast address (RFC 4291, 2.6.1). */
static bool local_route(const struct tp_kernel *k, const struct tp_netlink_route_info *info,
			struct tp_dataplane_route *route)
{
	const int ifindex = info->hops[0].ifindex;
	const struct tp_tap *tap = tp_kernel_tap(k, ifindex);
	bool loopback = ifindex == 1 && !is_loopback(&info->prefix.ip);

	if (info->type != RTN_LOCAL && info->type != RTN_ANYCAST)
		return false;
	if (info->prefix.length != tp_ip_bits(&info->prefix.ip))
		return false;
	if (tap == NULL && loopback)
		tap = first_tap(k);
	if (tap == NULL)
		return false;
	route->kind = TP_ROUTE_LOCAL;
	route->port = tap->port;
	return true;
}

static bool main_route(const struct tp_kernel *k, const struct tp_netlink_route_info *info,
		       struct tp_dataplane_route *route)
{
	if (info->type == RTN_BLACKHOLE || info->type == RTN_UNREACHABLE ||
	    info->type == RTN_PROHIBIT) {
		route->kind = info->type == RTN_BLACKHOLE     ? TP_ROUTE_BLACKHOLE
			      : info->type == RTN_UNREACHABLE ? TP_ROUTE_UNREACHABLE
							      : TP_ROUTE_PROHIBIT;
		return true;
	}
	/* In it subscribers' own are found first: nobody else has any of it. */
	if (info->protocol == TP_RTPROT_POOL) {
		route->kind = TP_ROUTE_UNREACHABLE;
		return true;
	}
	return info->type == RTN_UNICAST && !info->dead && tp_kernel_lead(k, info, route);
}

/* What no router forwards: each port has its own link-local network, and a group is on each. */
static bool is_of_the_link(const struct tp_ip_prefix *prefix)
{
	return prefix->ip.family == TP_FAMILY_IPV6 &&
	       (tp_ipv6_is_link_local(prefix->ip.bytes) || tp_ipv6_is_multicast(prefix->ip.bytes));
}

/* Of those tables that packets of the data plane are routed by, and not our own: a subscriber's, or
 * one of those alone that have a TOS or a source, which the data plane does not look at. */
bool tp_kernel_follows(const struct tp_netlink_route_info *info)
{
	return info->protocol != TP_RTPROT_SUBSCRIBER && !info->selective &&
	       !is_of_the_link(&info->prefix) &&
	       (info->table == RT_TABLE_LOCAL || info->table == RT_TABLE_MAIN);
}

struct tp_kernel_route tp_kernel_translate(const struct tp_kernel *k,
					   const struct tp_netlink_route_info *info)
{
	struct tp_kernel_route route = {
		.table = info->table,
		.metric = info->metric,
		.identity = info->identity,
		.protocol = info->protocol,
		.route.prefix = info->prefix,
	};

	route.foreign = info->table == RT_TABLE_LOCAL ? !local_route(k, info, &route.route)
						      : !main_route(k, info, &route.route);
	return route;
}
