/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/kernel.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/neighbour.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/siphash.h"
#include "control/paths.h"
#include "dataplane/routes.h"
#include "wire/ipv6.h"

#define DUMP_DELAY_MS	    50	 /* changes of links and addresses come several at once */
#define RETRY_MAX_MS	    5000 /* between dumps of which each wants another */
#define RESOLVE_INTERVAL_MS 1000 /* the kernel repeats its requests by itself meanwhile */
#define RECONCILE_MS	    10000
#define RECEIVE_SLICE	    16 /* buffers in one turn */

#define NEXTHOP_GROUP (1u << (RTNLGRP_NEXTHOP - 1)) /* as the RTMGRP_… are */

#define NUD_USABLE (NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT | NUD_NOARP)

static const struct tp_tap *tap_of(const struct tp_kernel *k, int ifindex)
{
	for (unsigned i = 0; i < k->tap_count; i++)
		if (ifindex != 0 && k->taps[i].ifindex == ifindex)
			return &k->taps[i];
	return NULL;
}

static const struct tp_tap *first_tap(const struct tp_kernel *k)
{
	for (unsigned i = 0; i < k->tap_count; i++)
		if (k->taps[i].ifindex != 0)
			return &k->taps[i];
	return NULL;
}

/* ---- routes ---------------------------------------------------------------------------- */

const uint8_t *tp_kernel_own_in(const struct tp_kernel *k, const struct tp_prefix6 *prefix)
{
	for (unsigned i = 0; i < k->own_count; i++)
		if (tp_prefix6_has(prefix, k->own[i]))
			return k->own[i];
	return NULL;
}

/* ROUTE has come into force, or (REMOVE) is no longer. */
static void note_own(struct tp_kernel *k, const struct tp_dataplane_route *route, bool remove)
{
	const struct tp_prefix6 host = tp_ip_prefix_to6(&route->prefix);
	const uint8_t *known = tp_kernel_own_in(k, &host);

	if (route->prefix.ip.family != TP_FAMILY_IPV6 || host.length != 128)
		return;
	if (known != NULL && (remove || route->kind != TP_ROUTE_LOCAL))
		memcpy(k->own[(size_t)(known - k->own[0]) / sizeof(k->own[0])],
		       k->own[--k->own_count], sizeof(k->own[0]));
	else if (known == NULL && !remove && route->kind == TP_ROUTE_LOCAL &&
		 k->own_count < TP_OWN_ADDRESSES)
		memcpy(k->own[k->own_count++], host.address, sizeof(k->own[0]));
}

/* Where there is no room for another set of paths the first is better than none. */
static int set_route(struct tp_kernel *k, const struct tp_dataplane_route *route)
{
	struct tp_dataplane_route first = *route;
	char text[TP_IP_PREFIX_TEXT_LEN];
	int error = tp_dataplane_route_set(k->dp, route);

	first.paths = NULL;
	if (error != -ENOSPC || route->paths == NULL || tp_dataplane_route_set(k->dp, &first) != 0)
		return error;
	tp_log_warning("route",
		       "the route to %s has one next hop in the data plane, where there "
		       "is no room for another set of several",
		       tp_ip_prefix_format(&route->prefix, text));
	return 0;
}

/* Before the first packet wants to go there. */
static void resolve_all(struct tp_kernel *k, const struct tp_dataplane_route *route)
{
	const struct tp_paths *paths = route->paths;

	if (paths == NULL)
		tp_kernel_resolve(k, route->port, &route->gateway, k->now_ms);
	for (unsigned i = 0; paths != NULL && i < paths->count; i++)
		tp_kernel_resolve(k, paths->path[i].port, &paths->path[i].gateway, k->now_ms);
}

static int program_route(void *user, const struct tp_dataplane_route *route, bool remove)
{
	struct tp_kernel *k = user;
	int error = remove ? tp_dataplane_route_remove(k->dp, &route->prefix) : set_route(k, route);

	if (error != 0) {
		char text[TP_IP_PREFIX_TEXT_LEN];

		tp_log_warning("route", "can't %s the route to %s in the data plane: %s",
			       remove ? "remove" : "set", tp_ip_prefix_format(&route->prefix, text),
			       strerror(-error));
	}
	if (error == 0 || remove)
		note_own(k, route, remove);
	if (error == 0 && !remove && route->kind == TP_ROUTE_GATEWAY)
		resolve_all(k, route);
	return error;
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
	const struct tp_tap *tap = tap_of(k, ifindex);
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

/* A next hop that workers can send by: on a core port whose link is up, by a gateway of the route's
 * own family, which is the only one that the data plane's neighbours take packets of. */
static bool read_path(const struct tp_kernel *k, const struct tp_netlink_route_info *info,
		      const struct tp_netlink_hop *hop, struct tp_path *path)
{
	const struct tp_tap *tap = tap_of(k, hop->ifindex);

	if (tap == NULL || hop->dead ||
	    (!tp_ip_is_none(&hop->gateway) && hop->gateway.family != info->prefix.ip.family))
		return false;
	*path = (struct tp_path){.gateway = hop->gateway, .port = tap->port, .weight = hop->weight};
	return true;
}

/* The first that it can be sent by says of which kind the route is; those that have a gateway share
 * its packets with others that have one. */
static bool by_hops(const struct tp_kernel *k, const struct tp_netlink_route_info *info,
		    struct tp_dataplane_route *route)
{
	struct tp_path path[TP_PATHS_MAX];
	struct tp_paths *paths = NULL;
	unsigned count = 0;

	for (unsigned i = 0; i < info->hop_count && count < TP_PATHS_MAX; i++)
		if (read_path(k, info, &info->hops[i], &path[count]) &&
		    (count == 0 || !tp_ip_is_none(&path[count].gateway)))
			count++;
	if (count == 0)
		return false;
	route->kind = tp_ip_is_none(&path[0].gateway) ? TP_ROUTE_CONNECTED : TP_ROUTE_GATEWAY;
	if (count > 1 && route->kind == TP_ROUTE_GATEWAY)
		paths = tp_paths_create(path, count);
	route->port = path[0].port;
	route->gateway = path[0].gateway;
	if (paths != NULL && paths->count > 1) {
		route->paths = paths;
		return true;
	}
	tp_paths_drop(paths);
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
	return info->type == RTN_UNICAST && !info->dead && by_hops(k, info, route);
}

/* What no router forwards: each port has its own link-local network, and a group is on each. */
static bool is_of_the_link(const struct tp_ip_prefix *prefix)
{
	return prefix->ip.family == TP_FAMILY_IPV6 &&
	       (tp_ipv6_is_link_local(prefix->ip.bytes) || tp_ipv6_is_multicast(prefix->ip.bytes));
}

/* Of those tables that packets of the data plane are routed by, and not our own: a subscriber's, or
 * one of those alone that have a TOS or a source, which the data plane does not look at. */
static bool is_followed(const struct tp_netlink_route_info *info)
{
	return info->protocol != TP_RTPROT_SUBSCRIBER && !info->selective &&
	       !is_of_the_link(&info->prefix) &&
	       (info->table == RT_TABLE_LOCAL || info->table == RT_TABLE_MAIN);
}

static struct tp_kernel_route translate_route(const struct tp_kernel *k,
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

static void hear_route(struct tp_kernel *k, const struct nlmsghdr *m, enum tp_netlink_news news)
{
	struct tp_netlink_route_info info;
	struct tp_kernel_route route;
	int error = 0;

	if (!tp_netlink_parse_route(m, &info) || !is_followed(&info))
		return;
	if (info.shared != 0 && info.hop_count == 1 && info.hops[0].ifindex == 0)
		warn_of_shared(k, &info);
	route = translate_route(k, &info);
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

/* ---- neighbours -------------------------------------------------------------------------- */

static int program_neighbour(void *user, unsigned port, const struct tp_ip *address,
			     enum tp_reach reach, const struct tp_mac *mac)
{
	struct tp_kernel *k = user;

	if (reach == TP_REACH_YES)
		return tp_dataplane_neighbour_set(k->dp, port, address, mac);
	if (reach == TP_REACH_UNKNOWN || tp_dataplane_neighbour_failed(k->dp, port, address) != 0)
		tp_dataplane_neighbour_remove(k->dp, port, address);
	return 0;
}

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

static void hear_neighbour(struct tp_kernel *k, const struct nlmsghdr *m, enum tp_netlink_news news)
{
	struct tp_netlink_neighbour_info info;
	const struct tp_tap *tap;
	enum tp_reach reach;

	if (!tp_netlink_parse_neighbour(m, &info))
		return;
	tap = tap_of(k, info.ifindex);
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

void tp_kernel_resolve(struct tp_kernel *k, unsigned port, const struct tp_ip *address,
		       uint64_t now_ms)
{
	static const uint64_t key[2]; /* whoever collides on purpose makes us ask too often */
	unsigned i = tp_siphash(key, address, sizeof(*address)) % TP_RESOLVE_MEMORY;
	int error;

	if (port >= k->tap_count || k->taps[port].ifindex == 0)
		return;
	if (k->asked[i].port == port && tp_ip_same(&k->asked[i].address, address) &&
	    now_ms - k->asked[i].at_ms < RESOLVE_INTERVAL_MS)
		return;
	k->asked[i].address = *address;
	k->asked[i].port = (uint8_t)port;
	k->asked[i].at_ms = now_ms;
	if (address->family == TP_FAMILY_IPV6)
		k->resolves6++;
	else
		k->resolves++;
	error = tp_netlink_neighbour_use(&k->query, k->taps[port].ifindex, address);
	if (error != 0)
		tp_log_debug("route", "can't ask for a neighbour on %s: %s", k->taps[port].name,
			     strerror(-error));
}

/* ---- hearing ----------------------------------------------------------------------------- */

/* Nobody else tells the operator why an address does not answer. */
static void hear_address(struct tp_kernel *k, const struct nlmsghdr *m)
{
	struct tp_netlink_address_info info;
	const struct tp_tap *tap;
	char text[TP_IP_TEXT_LEN];

	if (!tp_netlink_parse_address(m, &info) || !info.duplicate)
		return;
	tap = tap_of(k, info.ifindex);
	if (tap == NULL)
		return;
	k->duplicates++;
	tp_log_warning(
		"interface",
		"%s: somebody else on the link has %s: it is not used (delete and add it when "
		"it is free again)",
		tap->name, tp_ip_format(&info.address, text));
}

/* Soon: start_dumps() puts the time in place of the 0. */
static void dump_again(struct tp_kernel *k)
{
	if (k->dump_due_ms == TP_NEVER)
		k->dump_due_ms = 0;
}

/* What routes go with links and addresses, the kernel does not tell; and a dump under way may have
 * been written before. */
static void disturb(struct tp_kernel *k)
{
	k->disturbed = true;
	dump_again(k);
}

void tp_kernel_hear_event(void *user, const struct nlmsghdr *m)
{
	struct tp_kernel *k = user;

	switch (m->nlmsg_type) {
	case RTM_DELROUTE:
	case RTM_NEWROUTE:
		if (m->nlmsg_type == RTM_DELROUTE && tp_netlink_family(m) == TP_FAMILY_IPV6)
			tp_routes_shaken(k->routes);
		hear_route(k, m, TP_NEWS_EVENT);
		if (tp_routes_unsure(k->routes))
			dump_again(k);
		break;
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		hear_neighbour(k, m, TP_NEWS_EVENT);
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
		dump_again(k);
		break;
	default:
		break;
	}
}

static bool has_several(const struct tp_kernel *k)
{
	return tp_routes_several(k->routes, TP_FAMILY_IPV4) +
		       tp_routes_several(k->routes, TP_FAMILY_IPV6) >
	       0;
}

/* Of several next hops workers use those that answer, so that they do not ask for the others. */
static void ask_for_gateway(void *user, unsigned port, const struct tp_ip *address)
{
	struct tp_kernel *k = user;

	if (!tp_neighbours_has(k->neighbours, port, address))
		tp_kernel_resolve(k, port, address, k->now_ms);
}

/* The dump is over. When it is not COMPLETE what it did not name may be there all the same, and it
 * is asked for again. */
static void end_dump(struct tp_kernel *k, bool complete)
{
	complete = complete && !k->interrupted;
	if (k->dumping == TP_DUMP_ROUTES)
		tp_routes_end_dump(k->routes, complete);
	else if (k->dumping == TP_DUMP_NEIGHBOURS)
		tp_neighbours_end_dump(k->neighbours, complete);
	if (k->dumping == TP_DUMP_NEIGHBOURS && has_several(k))
		tp_routes_each_gateway(k->routes, ask_for_gateway, k);
	if (!complete)
		k->incomplete++;
	if (!complete || tp_routes_unsure(k->routes)) {
		k->doubts++;
		dump_again(k);
	} else {
		k->doubts = 0;
	}
	k->next_dump = complete && k->dumping == TP_DUMP_ROUTES ? TP_DUMP_NEIGHBOURS : TP_DUMP_NONE;
	k->dumping = TP_DUMP_NONE;
}

/* DONE carries an error when the kernel broke off (man 7 netlink says nothing of it, but
 * netlink_dump_done() in net/netlink/af_netlink.c does so). */
static bool is_done_well(const struct nlmsghdr *m)
{
	int error = 0;

	if (m->nlmsg_type != NLMSG_DONE)
		return false;
	if (mnl_nlmsg_get_payload_len(m) >= sizeof(error))
		memcpy(&error, mnl_nlmsg_get_payload(m), sizeof(error));
	return error >= 0;
}

void tp_kernel_hear_dump(void *user, const struct nlmsghdr *m)
{
	struct tp_kernel *k = user;

	/* The rest of one that was given up. */
	if (m->nlmsg_seq != k->dumper.seq || k->dumping == TP_DUMP_NONE)
		return;
	if ((m->nlmsg_flags & NLM_F_DUMP_INTR) != 0)
		k->interrupted = true;
	if (m->nlmsg_type == NLMSG_DONE || m->nlmsg_type == NLMSG_ERROR)
		end_dump(k, is_done_well(m));
	else if (m->nlmsg_type == RTM_NEWROUTE && k->dumping == TP_DUMP_ROUTES)
		hear_route(k, m, TP_NEWS_DUMP);
	else if (m->nlmsg_type == RTM_NEWNEIGH && k->dumping == TP_DUMP_NEIGHBOURS)
		hear_neighbour(k, m, TP_NEWS_DUMP);
}

void tp_kernel_begin_dump(struct tp_kernel *k, enum tp_kernel_dump what)
{
	char buffer[256] __attribute__((aligned(8)));
	uint16_t type = what == TP_DUMP_ROUTES ? RTM_GETROUTE : RTM_GETNEIGH;
	struct nlmsghdr *m = tp_netlink_begin(buffer, type, NLM_F_DUMP);
	struct rtmsg *r = mnl_nlmsg_put_extra_header(m, sizeof(*r)); /* begins as ndmsg does */

	r->rtm_family = AF_UNSPEC; /* of one family after the other */
	m->nlmsg_seq = ++k->dumper.seq;
	k->dumping = what;
	k->next_dump = TP_DUMP_NONE;
	k->interrupted = false;
	if (what == TP_DUMP_ROUTES)
		tp_routes_begin_dump(k->routes);
	else
		tp_neighbours_begin_dump(k->neighbours);
	if (tp_netlink_send(&k->dumper, m, m->nlmsg_len) != 0)
		end_dump(k, false);
}

static bool poll_monitor(struct tp_kernel *k, uint64_t now_ms)
{
	bool any = false;

	for (unsigned i = 0; i < RECEIVE_SLICE; i++) {
		int n = tp_netlink_receive(&k->monitor, tp_kernel_hear_event, k);

		if (n == -ENOBUFS) {
			k->overruns++;
			k->interrupted = true; /* events are missing, whatever the dump says */
			k->behind = true;
			k->dump_due_ms = now_ms + DUMP_DELAY_MS;
		} else if (n == 0) {
			k->behind = false;
		}
		if (n <= 0)
			break;
		any = true;
	}
	return any;
}

static bool poll_dumper(struct tp_kernel *k)
{
	bool any = false;

	for (unsigned i = 0; i < RECEIVE_SLICE && k->dumping != TP_DUMP_NONE; i++) {
		int n = tp_netlink_receive(&k->dumper, tp_kernel_hear_dump, k);

		if (n < 0)
			end_dump(k, false);
		if (n <= 0)
			break;
		any = true;
	}
	return any;
}

/* Where routes come and go all the time one dump may want the next, and each is work. */
static uint64_t dump_delay_ms(const struct tp_kernel *k)
{
	uint64_t delay_ms = DUMP_DELAY_MS;

	for (unsigned i = 1; i < k->doubts && delay_ms < RETRY_MAX_MS; i++)
		delay_ms *= 2;
	return delay_ms;
}

/* All is asked for when there is cause; neighbours also from time to time, for events of one that
 * two CPUs of the kernel change at once may come in the wrong order. */
static void start_dumps(struct tp_kernel *k, uint64_t now_ms)
{
	if (k->dump_due_ms == 0)
		k->dump_due_ms = now_ms + dump_delay_ms(k);
	/* Events that are older than those which were lost would outweigh a dump begun before they
	 * are read; and until then the kernel goes on to leave out new ones. */
	if (k->dumping != TP_DUMP_NONE || k->behind)
		return;
	if (k->next_dump == TP_DUMP_NONE && k->dump_due_ms <= now_ms) {
		k->dump_due_ms = TP_NEVER;
		k->next_dump = TP_DUMP_ROUTES;
	} else if (k->next_dump == TP_DUMP_NONE && k->reconcile_due_ms <= now_ms) {
		k->next_dump = TP_DUMP_NEIGHBOURS;
	}
	if (k->next_dump == TP_DUMP_NEIGHBOURS)
		k->reconcile_due_ms = now_ms + RECONCILE_MS;
	if (k->next_dump != TP_DUMP_NONE)
		tp_kernel_begin_dump(k, k->next_dump);
}

bool tp_kernel_settled(struct tp_kernel *k)
{
	if (!k->disturbed || k->dumping != TP_DUMP_NONE || k->next_dump != TP_DUMP_NONE ||
	    k->dump_due_ms != TP_NEVER)
		return false;
	k->disturbed = false;
	return true;
}

bool tp_kernel_poll(struct tp_kernel *k, uint64_t now_ms)
{
	bool any = false;

	if (!k->readable && k->dump_due_ms > now_ms && k->reconcile_due_ms > now_ms &&
	    k->next_dump == TP_DUMP_NONE)
		return false;
	k->readable = false;
	k->now_ms = now_ms;
	any |= poll_monitor(k, now_ms);
	any |= poll_dumper(k);
	start_dumps(k, now_ms);
	return any;
}

bool tp_kernel_reads_routes(const struct tp_kernel *k)
{
	return k->dumping == TP_DUMP_ROUTES;
}

void tp_kernel_interrupt(struct tp_kernel *k)
{
	k->interrupted = true;
}

/* ---- opening ------------------------------------------------------------------------------ */

/* Has the kernel itself leave out what we tell it: thousands of subscribers' routes a second. */
static int ignore_own_routes(const struct tp_netlink *nl)
{
	const uint32_t type = offsetof(struct nlmsghdr, nlmsg_type);
	const uint32_t protocol = NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_protocol);
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, type),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWROUTE), 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELROUTE), 0, 2),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, protocol),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TP_RTPROT_SUBSCRIBER, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

	if (setsockopt(nl->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) != 0)
		return -errno;
	return 0;
}

int tp_kernel_prepare(struct tp_kernel *k, uint64_t now_ms)
{
	k->dump_due_ms = now_ms;
	k->reconcile_due_ms = TP_NEVER;
	k->routes = tp_routes_create(program_route, k);
	k->neighbours = tp_neighbours_create(program_neighbour, k);
	return k->routes != NULL && k->neighbours != NULL ? 0 : -ENOMEM;
}

int tp_kernel_open(struct tp_kernel *k, struct tp_dataplane *dp, const struct tp_tap *taps,
		   unsigned tap_count, uint64_t now_ms)
{
	const unsigned groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR |
				RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE | RTMGRP_NEIGH |
				NEXTHOP_GROUP;
	int error;

	*k = (struct tp_kernel){.dp = dp, .taps = taps, .tap_count = tap_count};
	error = tp_kernel_prepare(k, now_ms);
	if (error == 0)
		error = tp_netlink_open(&k->monitor, groups);
	if (error == 0)
		error = ignore_own_routes(&k->monitor);
	if (error == 0)
		error = tp_netlink_open(&k->query, 0);
	if (error == 0)
		error = tp_netlink_open(&k->dumper, 0);
	if (error != 0)
		tp_kernel_close(k);
	return error;
}

void tp_kernel_close(struct tp_kernel *k)
{
	tp_netlink_close(&k->monitor);
	tp_netlink_close(&k->query);
	tp_netlink_close(&k->dumper);
	tp_routes_destroy(k->routes);
	tp_neighbours_destroy(k->neighbours);
	k->routes = NULL;
	k->neighbours = NULL;
}
