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

uint32_t kernel_gateway(const struct route *r)
{
	return r->gateway == 0 ? 0 : 0xc0000200 + r->gateway;
}

static void put_hops(struct nlmsghdr *m, const struct route *r)
{
	struct nlattr *hops = mnl_attr_nest_start(m, RTA_MULTIPATH);

	for (unsigned i = 0; i < 2; i++) {
		struct rtnexthop *hop = mnl_nlmsg_get_payload_tail(m);
		struct rtattr *a = RTNH_DATA(hop);
		uint32_t gateway_be = htonl(kernel_gateway(r) + i);

		*hop = (struct rtnexthop){.rtnh_ifindex =
						  kernel.ifindex[i == 0 ? r->link : ELSEWHERE],
					  .rtnh_flags = kernel.hop_turn++ % 2 ? RTNH_F_LINKDOWN : 0,
					  .rtnh_len = sizeof(*hop) + RTA_LENGTH(4)};
		*a = (struct rtattr){.rta_type = RTA_GATEWAY, .rta_len = RTA_LENGTH(4)};
		memcpy(RTA_DATA(a), &gateway_be, sizeof(gateway_be));
		m->nlmsg_len += hop->rtnh_len;
	}
	mnl_attr_nest_end(m, hops);
}

/* As fib_dump_info() in net/ipv4/fib_semantics.c. */
struct nlmsghdr *kernel_route_message(void *at, uint16_t type, uint16_t flags, unsigned seq,
				      const struct route *r)
{
	const struct tp_prefix *prefix = &prefixes[r->prefix];
	struct nlmsghdr *m = mnl_nlmsg_put_header(at);
	struct rtmsg *rt = mnl_nlmsg_put_extra_header(m, sizeof(*rt));

	m->nlmsg_type = type;
	m->nlmsg_flags = flags;
	m->nlmsg_seq = seq;
	m->nlmsg_pid = seq != 0 ? FAKE_PORT_ID : 0;
	rt->rtm_family = AF_INET;
	rt->rtm_dst_len = prefix->length;
	rt->rtm_tos = r->tos;
	rt->rtm_table = tables[r->table];
	rt->rtm_protocol = protocols[r->protocol];
	rt->rtm_type = types[r->type];
	mnl_attr_put_u32(m, RTA_TABLE, tables[r->table]);
	if (prefix->length != 0)
		mnl_attr_put_u32(m, RTA_DST, htonl(prefix->address));
	if (r->metric != 0)
		mnl_attr_put_u32(m, RTA_PRIORITY, r->metric);
	if (r->several) {
		put_hops(m, r);
		return m;
	}
	if (r->gateway != 0)
		mnl_attr_put_u32(m, RTA_GATEWAY, htonl(kernel_gateway(r)));
	mnl_attr_put_u32(m, RTA_OIF, (uint32_t)kernel.ifindex[r->link]);
	return m;
}

struct nlmsghdr *kernel_neighbour_message(void *at, uint16_t type, uint16_t flags, unsigned seq,
					  unsigned link, unsigned address)
{
	const struct neighbour *n = &kernel.neighbours[link][address];
	struct nlmsghdr *m = mnl_nlmsg_put_header(at);
	struct ndmsg *nd = mnl_nlmsg_put_extra_header(m, sizeof(*nd));

	m->nlmsg_type = type;
	m->nlmsg_flags = flags;
	m->nlmsg_seq = seq;
	m->nlmsg_pid = seq != 0 ? FAKE_PORT_ID : 0;
	nd->ndm_family = AF_INET;
	nd->ndm_ifindex = kernel.ifindex[link];
	nd->ndm_state = n->state;
	mnl_attr_put_u32(m, NDA_DST, htonl(NEIGHBOUR + address));
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

/* ---- routes: as net/ipv4/fib_trie.c ------------------------------------------------------------
 */

/* Of one table and prefix those of a TOS first, then by metric. */
static int compare_place(const struct route *a, const struct route *b)
{
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
	return r->tos == 0 && protocols[r->protocol] != TP_RTPROT_SUBSCRIBER;
}

/* The dump under way counts what it has told of a prefix. When what control does not follow comes
 * or goes among that, nothing could tell it that a route was left out: that does not happen here.
 */
static void mend_dump(unsigned at, const struct route *r, int change)
{
	unsigned told = kernel.dump_skip;

	if (kernel_route_counts(r) ||
	    kernel_route_compare(r, kernel.dump_table, kernel.dump_prefix) != 0)
		return;
	for (unsigned i = 0; i < at; i++)
		told -= told > 0 &&
			kernel_route_compare(&kernel.routes[i], r->table, r->prefix) == 0;
	if (told > 0)
		kernel.dump_skip = (unsigned)((int)kernel.dump_skip + change);
}

static void insert_route(unsigned at, const struct route *r)
{
	mend_dump(at, r, 1);
	memmove(&kernel.routes[at + 1], &kernel.routes[at], (kernel.route_count - at) * sizeof(*r));
	kernel.routes[at] = *r;
	kernel.route_count++;
}

static struct route cut_route(unsigned at)
{
	struct route r = kernel.routes[at];

	mend_dump(at, &r, -1);
	kernel.route_count--;
	memmove(&kernel.routes[at], &kernel.routes[at + 1], (kernel.route_count - at) * sizeof(r));
	return r;
}

/* Subscribers' routes are left out by the socket's filter. */
static void tell_route(uint16_t type, uint16_t flags, const struct route *r)
{
	if (protocols[r->protocol] != TP_RTPROT_SUBSCRIBER)
		kernel_event(kernel_route_message(message, type, flags, 0, r));
}

void kernel_route_remove(unsigned index)
{
	const struct route r = cut_route(index);

	tell_route(RTM_DELROUTE, 0, &r);
}

void kernel_route_put(const struct route *r, unsigned way)
{
	unsigned first = 0, end;

	while (first < kernel.route_count && compare_place(&kernel.routes[first], r) < 0)
		first++;
	for (end = first; end < kernel.route_count && compare_place(&kernel.routes[end], r) == 0;
	     end++)
		if (memcmp(&kernel.routes[end], r, sizeof(*r)) == 0)
			return;
	if ((way == ADD && first < end) || kernel.route_count == ROUTES_MAX)
		return;
	if (way == REPLACE && first < end) {
		kernel.routes[first] = *r;
		tell_route(RTM_NEWROUTE, NLM_F_REPLACE, r);
		return;
	}
	insert_route(way == APPEND ? end : first, r);
	tell_route(RTM_NEWROUTE,
		   way == APPEND && first < end ? NLM_F_APPEND | NLM_F_CREATE : NLM_F_CREATE, r);
}

void kernel_route_flush(unsigned link, uint8_t gateway)
{
	for (unsigned i = kernel.route_count; i-- > 0;)
		if (kernel.routes[i].link == link &&
		    (gateway == 0 || kernel.routes[i].gateway == gateway))
			cut_route(i);
}

/* ---- neighbours
 * ---------------------------------------------------------------------------------- */

void kernel_neighbour_remove(unsigned link, unsigned address)
{
	struct neighbour *n = &kernel.neighbours[link][address];

	if (!n->there)
		return;
	kernel_event(kernel_neighbour_message(message, RTM_DELNEIGH, 0, 0, link, address));
	*n = (struct neighbour){0};
}

void kernel_neighbour_set(unsigned link, unsigned address, uint16_t state, uint8_t mac)
{
	static const struct tp_mac macs[] = {{{2, 0, 0, 0, 0, 1}},
					     {{2, 0, 0, 0, 0, 2}},
					     {{2, 0, 0, 0, 0, 3}},
					     {{1, 0, 0x5e, 0, 0, 1}}};
	struct neighbour *n = &kernel.neighbours[link][address];

	*n = (struct neighbour){.there = true, .state = state};
	if (state != NUD_NONE && (state & (NUD_INCOMPLETE | NUD_FAILED)) == 0)
		n->mac = macs[mac % COUNT(macs)];
	kernel_event(kernel_neighbour_message(message, RTM_NEWNEIGH, 0, 0, link, address));
}
