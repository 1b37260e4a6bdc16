/* SPDX-License-Identifier: BSD-3-Clause */
/* What the kernel says, a message at a time, be it by events or in a dump. */
#include <linux/neighbour.h>

#include "base/log.h"
#include "control/kernel/kernel_private.h"
#include "control/kernel/paths.h"

#define NUD_USABLE (NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT | NUD_NOARP)

/* ---- routes ---------------------------------------------------------------------------------- */

/* IPv6 puts what is no part of another (RTA_MULTIPATH) behind all others of its metric, however it
 * was asked (fib6_add_rt2node() in net/ipv6/ip6_fib.c), and says when there are none. */
static enum tp_route_place place_of(const struct nlmsghdr *event)
{
	if ((event->nlmsg_flags & NLM_F_REPLACE) != 0)
		return TP_ROUTE_INSTEAD;
	if (tp_netlink_family(event) == TP_FAMILY_IPV6)
		return (event->nlmsg_flags & NLM_F_EXCL) != 0 ? TP_ROUTE_FIRST : TP_ROUTE_LAST;
	return (event->nlmsg_flags & NLM_F_APPEND) != 0 ? TP_ROUTE_LAST : TP_ROUTE_FIRST;
}

/* The kernel tells of such routes by number alone; by default it names their hops besides. Once. */
static void warn_of_shared(struct tp_kernel *k, const struct tp_netlink_route_info *info)
{
	char text[TP_IP_PREFIX_TEXT_LEN];

	if (info->type != RTN_UNICAST || k->warned_of_shared)
		return;
	k->warned_of_shared = true;
	tp_log_warning("route",
		       "the kernel does not tell by which next hops %s and other routes lead: "
		       "net.ipv4.nexthop_compat_mode is 0, and must be 1",
		       tp_ip_prefix_format(&info->prefix, text));
}

void tp_kernel_hear_route(struct tp_kernel *k, const struct nlmsghdr *m, enum tp_netlink_news news)
{
	struct tp_netlink_route_info info;
	struct tp_kernel_route route;
	int error = 0;

	if (!tp_netlink_parse_route(m, &info) || !tp_kernel_follows(&info))
		return;
	if (info.shared != 0 && info.hop_count == 1 && info.hops[0].ifindex == 0)
		warn_of_shared(k, &info);
	route = tp_kernel_translate(k, &info);
	if (m->nlmsg_type == RTM_DELROUTE)
		tp_routes_remove(k->routes, &route);
	else if (news == TP_NEWS_DUMP)
		error = tp_routes_put(k->routes, &route);
	else
		error = tp_routes_add(k->routes, &route, place_of(m));
	tp_paths_drop(route.route.paths);
	if (error != 0)
		tp_log_error("route", "out of memory for the kernel's routes");
}

/* ---- neighbours ------------------------------------------------------------------------------ */

static enum tp_reach reach_of(const struct nlmsghdr *m,
			      const struct tp_netlink_neighbour_info *info)
{
	if (m->nlmsg_type == RTM_DELNEIGH)
		return TP_REACH_UNKNOWN;
	if ((info->state & NUD_FAILED) != 0)
		return TP_REACH_FAILED;
	/* A group's address is no neighbour's. */
	return (info->state & NUD_USABLE) != 0 && info->has_mac && !tp_mac_is_multicast(&info->mac)
		       ? TP_REACH_YES
		       : TP_REACH_UNKNOWN;
}

void tp_kernel_hear_neighbour(struct tp_kernel *k, const struct nlmsghdr *m,
			      enum tp_netlink_news news)
{
	struct tp_netlink_neighbour_info info;
	const struct tp_tap *tap;
	enum tp_reach reach;

	if (!tp_netlink_parse_neighbour(m, &info))
		return;
	tap = tp_kernel_tap(k, info.ifindex);
	if (tap == NULL)
		return;
	reach = reach_of(m, &info);
	if (tp_neighbours_put(k->neighbours, tap->port, &info.address, reach, &info.mac, news) != 0)
		tp_log_warning("route", "the data plane has no room for another neighbour");
	/* The kernel does not see what workers send: so that it goes on to confirm the
	 * neighbour, and notices when it has gone, it is told that the entry is in use. */
	if (reach == TP_REACH_YES && (info.state & NUD_STALE) != 0)
		tp_netlink_neighbour_use(&k->query, info.ifindex, &info.address);
}

/* ---- events ---------------------------------------------------------------------------------- */

/* Nobody else tells the operator why an address does not answer. */
static void hear_address(struct tp_kernel *k, const struct nlmsghdr *m)
{
	struct tp_netlink_address_info info;
	const struct tp_tap *tap;
	char text[TP_IP_TEXT_LEN];

	if (!tp_netlink_parse_address(m, &info) || !info.duplicate)
		return;
	tap = tp_kernel_tap(k, info.ifindex);
	if (tap == NULL)
		return;
	k->duplicates++;
	tp_log_warning(
		"interface",
		"%s: somebody else on the link has %s: it is not used (delete and add it when "
		"it is free again)",
		tap->name, tp_ip_format(&info.address, text));
}

/* What routes go with links and addresses, the kernel does not tell; and a dump under way may have
 * been written before. */
static void disturb(struct tp_kernel *k)
{
	k->disturbed = true;
	tp_kernel_dump_again(k);
}

void tp_kernel_hear_event(void *user, const struct nlmsghdr *m)
{
	struct tp_kernel *k = user;

	k->route_news += m->nlmsg_type != RTM_NEWNEIGH && m->nlmsg_type != RTM_DELNEIGH;
	switch (m->nlmsg_type) {
	case RTM_DELROUTE:
	case RTM_NEWROUTE:
		if (m->nlmsg_type == RTM_DELROUTE && tp_netlink_family(m) == TP_FAMILY_IPV6)
			tp_routes_shaken(k->routes);
		tp_kernel_hear_route(k, m, TP_NEWS_EVENT);
		if (tp_routes_unsure(k->routes))
			tp_kernel_dump_again(k);
		break;
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		tp_kernel_hear_neighbour(k, m, TP_NEWS_EVENT);
		break;
	case RTM_NEWLINK:
	case RTM_DELLINK:
		k->links_changed = true;
		disturb(k);
		break;
	case RTM_NEWADDR:
		hear_address(k, m);
		disturb(k);
		break;
	case RTM_DELADDR:
		disturb(k);
		break;
	case RTM_DELNEXTHOP: /* nor what routes go with a next hop that they share */
		tp_kernel_dump_again(k);
		break;
	default:
		break;
	}
}
