/* SPDX-License-Identifier: BSD-3-Clause */
/* What the kernel has, and what it says of it. */
#include "fake_kernel.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fake_kernel kernel;

static char message[1024] __attribute__((aligned(8)));

uint8_t kernel_choice(void)
{
	uint8_t byte = 0;

	tp_read_u8(&kernel.input, &byte);
	return byte;
}

/* ---- messages ------------------------------------------------------------------------------- */

static uint8_t af_of(unsigned family)
{
	return family == FAMILY4 ? AF_INET : AF_INET6;
}

struct tp_ip kernel_address(unsigned family, unsigned number)
{
	return family == FAMILY4
		       ? tp_ip_of4(0xc0000200 + number)
		       : (struct tp_ip){TP_FAMILY_IPV6, {0xfe, 0x80, [15] = (uint8_t)number}};
}

unsigned kernel_hop_link(unsigned hop)
{
	return hop == HOPS - 1 ? TAP2 : TAP1;
}

static unsigned first_hop(uint8_t set)
{
	unsigned hop = 0;

	while ((set >> hop & 1) == 0)
		hop++;
	return hop;
}

struct tp_ip kernel_gateway(const struct route *r)
{
	if (r->gateway == 0)
		return (struct tp_ip){0};
	return kernel_address(r->family,
			      r->family == FAMILY4 ? r->gateway : 1 + first_hop(r->gateway));
}

static void put_ip(struct nlmsghdr *m, uint16_t type, const struct tp_ip *ip)
{
	mnl_attr_put(m, type, tp_ip_bits(ip) / 8, ip->bytes);
}

static void put_hop(struct nlmsghdr *m, unsigned link, const struct tp_ip *gateway)
{
	struct rtnexthop *hop = mnl_nlmsg_get_payload_tail(m);
	struct rtattr *a = RTNH_DATA(hop);
	unsigned len = tp_ip_bits(gateway) / 8;

	*hop = (struct rtnexthop){.rtnh_ifindex = kernel.ifindex[link],
				  .rtnh_flags = kernel.hop_turn++ % 2 ? RTNH_F_OFFLOAD : 0,
				  .rtnh_len = (uint16_t)(sizeof(*hop) + RTA_LENGTH(len))};
	*a = (struct rtattr){.rta_type = RTA_GATEWAY, .rta_len = (uint16_t)RTA_LENGTH(len)};
	memcpy(RTA_DATA(a), gateway->bytes, len);
	m->nlmsg_len += hop->rtnh_len;
}

static void put_hops4(struct nlmsghdr *m, const struct route *r)
{
	struct nlattr *hops = mnl_attr_nest_start(m, RTA_MULTIPATH);

	for (unsigned i = 0; i < 2; i++) {
		struct tp_ip gateway = r->gateway + i == 0
					       ? tp_ip_of4(0)
					       : kernel_address(FAMILY4, r->gateway + i);

		put_hop(m,
			i == 0			       ? r->link
			: r->several == SEVERAL_SHARED ? TAP2
						       : ELSEWHERE,
			&gateway);
	}
	mnl_attr_nest_end(m, hops);
}

/* NEWEST: the set of what comes first, for that is what the event is about. */
static void put_hops6(struct nlmsghdr *m, const struct route *r, uint8_t newest)
{
	struct nlattr *hops = mnl_attr_nest_start(m, RTA_MULTIPATH);

	for (unsigned i = 0; i < 2 * HOPS; i++) {
		uint8_t hop = (uint8_t)(1 << i % HOPS);
		struct tp_ip gateway = kernel_address(FAMILY6, 1 + i % HOPS);

		if ((r->gateway & hop) != 0 && ((newest & hop) != 0) == (i < HOPS))
			put_hop(m, kernel_hop_link(i % HOPS), &gateway);
	}
	mnl_attr_nest_end(m, hops);
}

static void put_next(struct nlmsghdr *m, const struct route *r, uint8_t newest)
{
	struct tp_ip gateway = kernel_gateway(r);
	unsigned link = r->link;

	if (r->family == FAMILY4 && r->several) {
		put_hops4(m, r);
		return;
	}
	if (r->family == FAMILY6 && (r->gateway & (r->gateway - 1)) != 0) {
		put_hops6(m, r, newest);
		return;
	}
	if (r->gateway != 0)
		put_ip(m, RTA_GATEWAY, &gateway);
	if (r->family == FAMILY6 && r->gateway != 0)
		link = kernel_hop_link(first_hop(r->gateway));
	mnl_attr_put_u32(m, RTA_OIF, (uint32_t)kernel.ifindex[link]);
}

/* As fib_dump_info() in net/ipv4/fib_semantics.c, rt6_fill_node() in net/ipv6/route.c. */
static struct nlmsghdr *write_route(void *at, uint16_t type, uint16_t flags, unsigned seq,
				    const struct route *r, uint8_t newest)
{
	const struct tp_ip_prefix *prefix = &prefixes[r->family][r->prefix];
	struct nlmsghdr *m = mnl_nlmsg_put_header(at);
	struct rtmsg *rt = mnl_nlmsg_put_extra_header(m, sizeof(*rt));
	struct rta_cacheinfo cache = {.rta_expires = (uint32_t)kernel.hop_turn++};

	m->nlmsg_type = type;
	m->nlmsg_flags = flags;
	m->nlmsg_seq = seq;
	m->nlmsg_pid = seq != 0 ? FAKE_PORT_ID : 0;
	rt->rtm_family = af_of(r->family);
	rt->rtm_dst_len = prefix->length;
	rt->rtm_table = tables[r->table];
	rt->rtm_protocol = protocols[r->protocol];
	rt->rtm_type = types[r->type];
	mnl_attr_put_u32(m, RTA_TABLE, tables[r->table]);
	if (prefix->length != 0)
		put_ip(m, RTA_DST, &prefix->ip);
	if (r->family == FAMILY6)
		rt->rtm_src_len = r->tos != 0 ? 48 : 0;
	else
		rt->rtm_tos = r->tos;
	if (r->metric != 0 || r->family == FAMILY6)
		mnl_attr_put_u32(m, RTA_PRIORITY, r->metric + (r->family == FAMILY6 ? 1024 : 0));
	put_next(m, r, newest);
	if (r->family == FAMILY6)
		mnl_attr_put(m, RTA_CACHEINFO, sizeof(cache), &cache);
	return m;
}

struct nlmsghdr *kernel_route_message(void *at, uint16_t type, uint16_t flags, unsigned seq,
				      const struct route *r)
{
	return write_route(at, type, flags, seq, r, 0);
}

struct nlmsghdr *kernel_neighbour_message(void *at, uint16_t type, uint16_t flags, unsigned seq,
					  unsigned family, unsigned link, unsigned address)
{
	const struct neighbour *n = &kernel.neighbours[family][link][address];
	const struct tp_ip ip = kernel_address(family, 1 + address);
	struct nlmsghdr *m = mnl_nlmsg_put_header(at);
	struct ndmsg *nd = mnl_nlmsg_put_extra_header(m, sizeof(*nd));

	m->nlmsg_type = type;
	m->nlmsg_flags = flags;
	m->nlmsg_seq = seq;
	m->nlmsg_pid = seq != 0 ? FAKE_PORT_ID : 0;
	nd->ndm_family = af_of(family);
	nd->ndm_ifindex = kernel.ifindex[link];
	nd->ndm_state = n->state;
	put_ip(m, NDA_DST, &ip);
	if (n->mac.bytes[0] != 0)
		mnl_attr_put(m, NDA_LLADDR, sizeof(n->mac.bytes), n->mac.bytes);
	return m;
}

/* Of links, addresses and next hops control wants to know no more than that. */
void kernel_tell(uint16_t type)
{
	struct nlmsghdr *m = mnl_nlmsg_put_header(message);

	mnl_nlmsg_put_extra_header(m, sizeof(struct ifinfomsg));
	m->nlmsg_type = type;
	kernel_event(m);
}

/* ---- routes of either family ---------------------------------------------------------------- */

/* Of one table and prefix those of a TOS first, then by metric. */
static int compare_place(const struct route *a, const struct route *b)
{
	if (a->family != b->family)
		return a->family - b->family;
	if (a->table != b->table)
		return a->table - b->table;
	if (a->prefix != b->prefix)
		return a->prefix - b->prefix;
	if (a->tos != b->tos)
		return b->tos - a->tos;
	return a->metric - b->metric;
}

int kernel_route_compare(const struct route *r, unsigned table, unsigned prefix)
{
	return r->table != table ? (int)r->table - (int)table : (int)r->prefix - (int)prefix;
}

bool kernel_route_counts(const struct route *r)
{
	return r->tos == 0 && protocols[r->protocol] != TP_RTPROT_SUBSCRIBER &&
	       (r->family == FAMILY4 || prefixes[FAMILY6][r->prefix].ip.bytes[0] != 0xfe);
}

/* The dump under way counts what it has told of a prefix. When what control does not follow comes
 * or goes among that, nothing could tell it that a route was left out: that does not happen here.
 */
static void mend_dump(unsigned at, const struct route *r, int change)
{
	unsigned told = kernel.dump_skip;

	if (r->family != FAMILY4 || kernel.dump_family != FAMILY4 || kernel_route_counts(r) ||
	    kernel_route_compare(r, kernel.dump_table, kernel.dump_prefix) != 0)
		return;
	for (unsigned i = 0; i < at; i++)
		told -= told > 0 && kernel.routes[i].family == FAMILY4 &&
			kernel_route_compare(&kernel.routes[i], r->table, r->prefix) == 0;
	if (told > 0)
		kernel.dump_skip = (unsigned)((int)kernel.dump_skip + change);
}

/* Subscribers' routes of IPv6, of which nothing is heard, control leaves alone while it reads. */
static bool must_wait(const struct route *r)
{
	return r->family == FAMILY6 && protocols[r->protocol] == TP_RTPROT_SUBSCRIBER &&
	       kernel.dumping && kernel.dump_type == RTM_GETROUTE;
}

static void changed(const struct route *r)
{
	if (r->family == FAMILY6)
		kernel.serial[r->table]++;
}

static void insert_route(unsigned at, const struct route *r)
{
	mend_dump(at, r, 1);
	memmove(&kernel.routes[at + 1], &kernel.routes[at], (kernel.route_count - at) * sizeof(*r));
	kernel.routes[at] = *r;
	kernel.route_count++;
	changed(r);
}

static struct route cut_route(unsigned at)
{
	struct route r = kernel.routes[at];

	mend_dump(at, &r, -1);
	kernel.route_count--;
	memmove(&kernel.routes[at], &kernel.routes[at + 1], (kernel.route_count - at) * sizeof(r));
	changed(&r);
	return r;
}

/* Subscribers' routes are left out by the socket's filter. */
static void tell_route(uint16_t type, uint16_t flags, const struct route *r, uint8_t newest)
{
	if (protocols[r->protocol] != TP_RTPROT_SUBSCRIBER)
		kernel_event(write_route(message, type, flags, 0, r, newest));
}

/* One hop of several, or all. */
void kernel_route_remove(unsigned index)
{
	struct route *r = &kernel.routes[index], one = *r;

	if (must_wait(r))
		return;
	if (r->family == FAMILY6 && (r->gateway & (r->gateway - 1)) != 0 && kernel_choice() % 2) {
		one.gateway = (uint8_t)(1 << first_hop(r->gateway));
		r->gateway &= (uint8_t)~one.gateway;
		changed(r);
	} else {
		one = cut_route(index);
	}
	tell_route(RTM_DELROUTE, 0, &one, 0);
}

/* Those of R's place: from FIRST on, before END. */
static void find_place(const struct route *r, unsigned *first, unsigned *end)
{
	*first = 0;
	while (*first < kernel.route_count && compare_place(&kernel.routes[*first], r) < 0)
		++*first;
	*end = *first;
	while (*end < kernel.route_count && compare_place(&kernel.routes[*end], r) == 0)
		++*end;
}

/* As net/ipv4/fib_trie.c. */
static void put4(const struct route *r, unsigned way)
{
	unsigned first, end;

	find_place(r, &first, &end);
	for (unsigned i = first; i < end; i++)
		if (memcmp(&kernel.routes[i], r, sizeof(*r)) == 0)
			return;
	if ((way == ADD && first < end) || kernel.route_count == ROUTES_MAX)
		return;
	if (way == REPLACE && first < end) {
		kernel.routes[first] = *r;
		tell_route(RTM_NEWROUTE, NLM_F_REPLACE, r, 0);
		return;
	}
	insert_route(way == APPEND ? end : first, r);
	tell_route(RTM_NEWROUTE,
		   way == APPEND && first < end ? NLM_F_APPEND | NLM_F_CREATE : NLM_F_CREATE, r, 0);
}

/* The first from FIRST on that has gateways as R has; END: none. */
static unsigned find_alike(const struct route *r, unsigned first, unsigned end)
{
	while (first < end && (kernel.routes[first].gateway != 0) != (r->gateway != 0))
		first++;
	return first;
}

static bool has_hop(const struct route *in, const struct route *r)
{
	return r->gateway != 0 ? (in->gateway & r->gateway) != 0
			       : in->gateway == 0 && in->link == r->link;
}

/* As fib6_add_rt2node() in net/ipv6/ip6_fib.c: what has a gateway joins the one that has. */
static void put6(const struct route *r, unsigned way)
{
	uint16_t flags = NLM_F_CREATE | (way == APPEND ? NLM_F_APPEND : 0);
	unsigned first, end, alike;

	find_place(r, &first, &end);
	alike = find_alike(r, first, end);
	if (way == REPLACE && first < end) {
		if (alike == end)
			alike = first;
		kernel.routes[alike] = *r;
		changed(r);
		tell_route(RTM_NEWROUTE, NLM_F_REPLACE, r, 0);
		return;
	}
	if (way == ADD && first < end)
		return;
	for (unsigned i = first; i < end; i++)
		if (has_hop(&kernel.routes[i], r))
			return;
	if (alike < end && r->gateway != 0) {
		kernel.routes[alike].gateway |= r->gateway;
		changed(r);
		tell_route(RTM_NEWROUTE, flags, &kernel.routes[alike], r->gateway);
		return;
	}
	if (kernel.route_count == ROUTES_MAX)
		return;
	insert_route(end, r);
	tell_route(RTM_NEWROUTE, first == end ? flags | NLM_F_EXCL : flags, r, 0);
}

void kernel_route_put(const struct route *r, unsigned way)
{
	if (must_wait(r))
		return;
	if (r->family == FAMILY4)
		put4(r, way);
	else
		put6(r, way);
}

/* The hops of R that are left without LINK, or without this GATEWAY on it. */
static uint8_t hops_left(const struct route *r, unsigned link, uint8_t gateway)
{
	uint8_t left = r->gateway;

	for (unsigned hop = 0; hop < HOPS; hop++)
		if (kernel_hop_link(hop) == link && (gateway == 0 || gateway == hop + 1))
			left &= (uint8_t) ~(1 << hop);
	return left;
}

static void flush6(unsigned i, unsigned link, uint8_t gateway)
{
	struct route *r = &kernel.routes[i];

	if (r->gateway == 0 && r->link == link && gateway == 0) {
		cut_route(i);
		return;
	}
	if (r->gateway == 0 || hops_left(r, link, gateway) == r->gateway)
		return;
	r->gateway = hops_left(r, link, gateway);
	changed(r);
	if (r->gateway == 0)
		cut_route(i);
}

/* Has one of IPv4 a next hop on LINK, by GATEWAY? One that goes takes the others along here. */
static bool is_by(const struct route *r, unsigned link, uint8_t gateway)
{
	return (r->link == link && (gateway == 0 || r->gateway == gateway)) ||
	       (r->several == SEVERAL_SHARED && link == TAP2 &&
		(gateway == 0 || r->gateway + 1 == gateway));
}

void kernel_route_flush(unsigned link, uint8_t gateway)
{
	for (unsigned i = kernel.route_count; i-- > 0;) {
		if (must_wait(&kernel.routes[i]))
			continue;
		if (kernel.routes[i].family == FAMILY6)
			flush6(i, link, gateway);
		else if (is_by(&kernel.routes[i], link, gateway))
			cut_route(i);
	}
}

/* ---- neighbours
 * ---------------------------------------------------------------------------------- */

void kernel_neighbour_remove(unsigned family, unsigned link, unsigned address)
{
	struct neighbour *n = &kernel.neighbours[family][link][address];

	if (!n->there)
		return;
	kernel_event(kernel_neighbour_message(message, RTM_DELNEIGH, 0, 0, family, link, address));
	*n = (struct neighbour){0};
}

void kernel_neighbour_set(unsigned family, unsigned link, unsigned address, uint16_t state,
			  uint8_t mac)
{
	static const struct tp_mac macs[] = {{{2, 0, 0, 0, 0, 1}},
					     {{2, 0, 0, 0, 0, 2}},
					     {{2, 0, 0, 0, 0, 3}},
					     {{1, 0, 0x5e, 0, 0, 1}}};
	struct neighbour *n = &kernel.neighbours[family][link][address];

	*n = (struct neighbour){.there = true, .state = state};
	if (state != NUD_NONE && (state & (NUD_INCOMPLETE | NUD_FAILED)) == 0)
		n->mac = macs[mac % COUNT(macs)];
	kernel_event(kernel_neighbour_message(message, RTM_NEWNEIGH, 0, 0, family, link, address));
}
