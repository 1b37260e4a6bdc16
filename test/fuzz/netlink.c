/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzzes what control learns of the kernel (lib/control/kernel.c and what it stands on), against a
 * kernel of our own, which the input drives: links, neighbours and routes come, change and go, some
 * of them without a word, while control reads and between any two of its calls; dumps in pieces,
 * each as of its moment; a socket that overflows, and then tells nothing until it is empty; dumps
 * that break off, answers that fail, come late or not at all, and what strangers send.
 *
 * When the kernel is quiet, the data plane (test/unit/control's fake) must soon have what the
 * kernel has, and no dump be wanted. A quarter of the inputs is wild: there the kernel says
 * whatever the input does, and nothing must break. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/log.h"
#include "control/kernel/kernel.h"
#include "dataplane/routes.h"
#include "fake_dataplane.h"
#include "fake_kernel.h"

#define STEP_MAX	400
#define LOOPBACK_PREFIX 4    /* 127.0.0.1, ::1 */
#define SETTLE_MAX	2000 /* turns in which control has to catch up */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct tp_kernel control;
static struct tp_tap taps[3];
static uint64_t now_ms;
static bool wild;
static bool refused; /* something, by the data plane, since the last check */

/* ---- what may happen ------------------------------------------------------------------------ */

static struct route read_route4(uint8_t a, uint8_t b)
{
	return (struct route){
		.table = (a & 3) < 2	? 1
			 : (a & 3) == 2 ? 0
			 : (a & 4) != 0 ? 2
					: 1,
		.prefix = (uint8_t)((a >> 3) % PREFIXES),
		.tos = b % 16 == 1 ? 0x10 : 0,
		.metric = b % 8 == 2 ? 7 : 0,
		.type = (b & 12) != 0 ? 0 : (uint8_t)((b >> 4) % COUNT(types)),
		.link = (uint8_t)((b >> 4) % LINKS),
		.gateway = (uint8_t)(b >> 5) % 4,
		.protocol = (uint8_t)(a >> 6) % COUNT(protocols),
		.several = (a ^ b) % 16 == 3   ? SEVERAL_ELSEWHERE
			   : (a ^ b) % 16 == 5 ? SEVERAL_SHARED
					       : SINGLE,
	};
}

/* By the gateway of that NUMBER, which of IPv6 is on one link; 0: by none. */
static struct route by_hop(struct route r, unsigned number)
{
	r.gateway = (uint8_t)number;
	if (r.family == FAMILY6 && number != 0) {
		r.link = (uint8_t)kernel_hop_link(number - 1);
		r.gateway = (uint8_t)(1 << (number - 1));
	}
	return r;
}

/* What leads nowhere has the loopback's link, what has a gateway its gateway's. */
static struct route read_route(void)
{
	uint8_t a = kernel_choice(), b = kernel_choice();
	struct route r = read_route4(a, b);
	uint8_t type = types[r.type];

	if (kernel_choice() % 2 == FAMILY4)
		return r;
	r.family = FAMILY6;
	r.several = SINGLE;
	if (type == RTN_BLACKHOLE || type == RTN_UNREACHABLE || type == RTN_PROHIBIT)
		r.link = LOOPBACK;
	if (type != RTN_UNICAST || protocols[r.protocol] == TP_RTPROT_SUBSCRIBER)
		r.gateway = 0;
	return by_hop(r, r.gateway);
}

static void change_link(unsigned link)
{
	kernel_route_flush(link, 0);
	for (unsigned i = 0; i < FAMILIES * ADDRESSES; i++)
		kernel_neighbour_remove(i % FAMILIES, link, i / FAMILIES);
	kernel_tell(RTM_NEWLINK);
}

/* A TAP that is deleted is made again, and has another index. */
static void remake_tap(unsigned link)
{
	change_link(link);
	kernel_tell(RTM_DELLINK);
	kernel.ifindex[link] += 2;
	taps[link + 1].ifindex = kernel.ifindex[link];
	kernel_tell(RTM_NEWLINK);
}

/* Nobody believes this. */
static void say_nonsense(uint8_t what)
{
	char message[512] __attribute__((aligned(8)));
	struct route r = read_route();
	struct nlmsghdr *m = kernel_route_message(message, RTM_NEWROUTE, 0, 0, &r);

	switch (what % 4) {
	case 0: /* a stranger's */
		kernel_send(what & 4 ? MONITOR : DUMPER, m, m->nlmsg_len, 99);
		break;
	case 1: /* cut short */
		kernel_send(MONITOR, m, m->nlmsg_len - 1, 0);
		break;
	case 2: /* of a dump long past */
		m->nlmsg_seq = control.dumper.seq - 1;
		kernel_send(DUMPER, m, m->nlmsg_len, 0);
		break;
	default: /* of another family */
		((struct rtmsg *)mnl_nlmsg_get_payload(m))->rtm_family = AF_MPLS;
		kernel_send(MONITOR, m, m->nlmsg_len, 0);
	}
}

static void say_anything(uint8_t what)
{
	char message[512] __attribute__((aligned(8)));
	struct tp_reader bytes;
	size_t len;

	if (!wild || !tp_read_sub(&kernel.input, 16u + what / 2, &bytes))
		return;
	len = tp_reader_left(&bytes);
	memcpy(message, bytes.p, len);
	if (what & 1) {
		struct nlmsghdr *m = (struct nlmsghdr *)(void *)message;

		m->nlmsg_len = (uint32_t)len;
		m->nlmsg_type = (uint16_t)(RTM_NEWROUTE + m->nlmsg_type % 6);
		m->nlmsg_seq = control.dumper.seq;
	}
	kernel_send(what & 2 ? MONITOR : DUMPER, message, len, 0);
}

/* More than a small socket holds, about one thing. */
static void flap(uint8_t arg)
{
	struct route r = read_route();

	for (unsigned i = 0; i < 16u + arg / 4; i++) {
		if (arg & 1)
			kernel_neighbour_set(r.family, arg >> 1 & 1, 0, NUD_REACHABLE,
					     (uint8_t)i % 2);
		else if (kernel_route_counts(&r) &&
			 (r.family == FAMILY4 || types[r.type] == RTN_UNICAST)) {
			struct route turned = by_hop(r, 1 + i % 2);

			kernel_route_put(&turned, REPLACE);
		}
	}
}

static void happen(void)
{
	uint8_t op = kernel_choice(), arg = kernel_choice();
	unsigned link = arg % LINKS, address = (arg >> 2) % ADDRESSES, family = arg >> 7;
	struct route r;

	switch (op % 22) {
	case 0 ... 6:
		r = read_route();
		/* Subscribers' are control's own, which never replaces others'. */
		kernel_route_put(&r,
				 protocols[r.protocol] == TP_RTPROT_SUBSCRIBER ? ADD : arg % WAYS);
		break;
	case 7 ... 9:
		if (kernel.route_count > 0)
			kernel_route_remove(arg % kernel.route_count);
		break;
	case 10 ... 12:
		kernel_neighbour_set(family, link, address, states[(arg >> 4) % COUNT(states)],
				     kernel_choice());
		break;
	case 13:
		kernel_neighbour_remove(family, link, address);
		break;
	case 14:
		if (arg & 16)
			remake_tap(arg & 1 ? TAP1 : TAP2);
		else
			change_link(link);
		break;
	case 15: /* an address, or a next hop, takes routes along */
		kernel_route_flush(link, (uint8_t)(1 + address % 3));
		kernel_tell(arg & 64 ? RTM_DELADDR : RTM_DELNEXTHOP);
		break;
	case 16:
		say_nonsense(arg);
		break;
	case 17:
		kernel.dump_trouble = arg % TROUBLES;
		break;
	case 18:
		if (arg & 1)
			kernel_lose_event();
		else
			say_anything(arg >> 1);
		break;
	case 19 ... 20:
		flap(arg);
		break;
	default:
		fake.route_error = arg & 1 ? -ENOSPC : 0;
		refused |= arg & 1;
	}
}

/* Between any two of control's calls. */
static void meanwhile(void)
{
	if (!kernel.quiet && tp_reader_left(&kernel.input) > 0 && kernel_choice() % 8 == 0)
		happen();
}

/* ---- the truth ---------------------------------------------------------------------------- */

static bool is_tap(unsigned link)
{
	return link == TAP1 || link == TAP2;
}

/* The next hops of R that packets may go by, in the order of ports and gateways. */
static unsigned expected_paths(const struct route *r, struct tp_path paths[HOPS])
{
	const struct tp_path first = {.port = (uint8_t)(r->link + 1), .gateway = kernel_gateway(r)};
	unsigned count = 0;

	for (unsigned hop = 0; r->family == FAMILY6 && hop < HOPS; hop++)
		if ((r->gateway >> hop & 1) != 0)
			paths[count++] =
				(struct tp_path){.port = (uint8_t)(kernel_hop_link(hop) + 1),
						 .gateway = kernel_address(FAMILY6, 1 + hop)};
	if (count == 0 && is_tap(r->link))
		paths[count++] = first;
	if (r->several == SEVERAL_SHARED)
		paths[count++] = (struct tp_path){
			.port = TAP2 + 1, .gateway = kernel_address(FAMILY4, r->gateway + 1u)};
	return count;
}

/* As docs/architecture.md has it: the port of the TAP, which for the loopback's own addresses is
 * the first. False: nothing for the data plane. */
static bool expected_route(const struct route *r, struct tp_dataplane_route *out)
{
	struct tp_path paths[HOPS];
	bool tap = is_tap(r->link);
	uint8_t type = types[r->type];

	*out = (struct tp_dataplane_route){.prefix = prefixes[r->family][r->prefix],
					   .port = tap ? r->link + 1u : 1,
					   .kind = TP_ROUTE_CONNECTED};
	if (!kernel_route_counts(r))
		return false;
	if (tables[r->table] == RT_TABLE_LOCAL) {
		out->kind = TP_ROUTE_LOCAL;
		return (type == RTN_LOCAL || type == RTN_ANYCAST) &&
		       out->prefix.length == tp_ip_bits(&out->prefix.ip) &&
		       (tap || (r->link == LOOPBACK && r->prefix != LOOPBACK_PREFIX));
	}
	if (tables[r->table] != RT_TABLE_MAIN)
		return false;
	if (type == RTN_BLACKHOLE || type == RTN_UNREACHABLE || type == RTN_PROHIBIT) {
		out->kind = type == RTN_BLACKHOLE     ? TP_ROUTE_BLACKHOLE
			    : type == RTN_UNREACHABLE ? TP_ROUTE_UNREACHABLE
						      : TP_ROUTE_PROHIBIT;
		out->port = 0;
		return true;
	}
	return type == RTN_UNICAST && expected_paths(r, paths) > 0;
}

/* By all of them that there are, and of the kind of the first. */
static void check_way(const struct fake_route *is, const struct route *r)
{
	struct tp_path paths[HOPS];
	struct tp_dataplane_route wanted;
	unsigned count = 1;

	assert_true(expected_route(r, &wanted));
	if (wanted.kind == TP_ROUTE_CONNECTED) { /* as far as is known: all that may lead on */
		count = expected_paths(r, paths);
		wanted.port = paths[0].port;
		wanted.gateway = paths[0].gateway;
		wanted.kind =
			tp_ip_is_none(&wanted.gateway) ? TP_ROUTE_CONNECTED : TP_ROUTE_GATEWAY;
	}
	assert_int_equal(is->kind, wanted.kind);
	assert_int_equal(is->port, wanted.port);
	assert_true(tp_ip_same(&is->via, &wanted.gateway));
	if (wanted.kind != TP_ROUTE_GATEWAY)
		count = 1;
	assert_int_equal(is->path_count, count > 1 ? count : 0);
	for (unsigned i = 0; i < is->path_count; i++) {
		assert_int_equal(is->paths[i].port, paths[i].port);
		assert_true(tp_ip_same(&is->paths[i].gateway, &paths[i].gateway));
	}
}

static bool check_prefix(unsigned family, unsigned p)
{
	const struct fake_route *is = fake_route_to(&prefixes[family][p]);
	struct tp_dataplane_route wanted;

	for (unsigned i = 0; i < kernel.route_count; i++) {
		const struct route *r = &kernel.routes[i];

		if (r->family != family || r->prefix != p || !expected_route(r, &wanted))
			continue;
		assert_non_null(is);
		check_way(is, r);
		return true;
	}
	assert_null(is);
	return false;
}

static bool leads_by(const struct fake_route *route, const struct tp_ip *address)
{
	bool found = tp_ip_same(&route->via, address);

	for (unsigned i = 0; i < route->path_count; i++)
		found |= tp_ip_same(&route->paths[i].gateway, address);
	return found;
}

static void check_gateways(unsigned family)
{
	for (unsigned number = 1; number < 5; number++) {
		const struct tp_ip address = kernel_address(family, number);
		bool wanted = false;

		for (unsigned i = 0; i < fake.route_count; i++)
			wanted |= leads_by(&fake.routes[i], &address);
		assert_int_equal(tp_routes_has_gateway(control.routes, &address), wanted);
	}
}

static void check_routes(void)
{
	unsigned count[FAMILIES] = {0};

	for (unsigned family = 0; family < FAMILIES; family++) {
		for (unsigned p = 0; p < PREFIXES; p++)
			count[family] += check_prefix(family, p);
		check_gateways(family);
	}
	assert_int_equal(fake.route_count, count[FAMILY4] + count[FAMILY6]);
	assert_int_equal(tp_routes_count(control.routes, TP_FAMILY_IPV4), count[FAMILY4]);
	assert_int_equal(tp_routes_count(control.routes, TP_FAMILY_IPV6), count[FAMILY6]);
}

static bool check_neighbour(unsigned family, unsigned link, unsigned i)
{
	const struct neighbour *n = &kernel.neighbours[family][link][i];
	const struct tp_ip address = kernel_address(family, 1 + i);
	const struct fake_neighbour *is = fake_neighbour_at(link + 1, &address);
	bool wanted = n->there && n->mac.bytes[0] == 2;

	assert_int_equal(is != NULL, wanted);
	assert_int_equal(tp_neighbours_has(control.neighbours, link + 1, &address), wanted);
	if (wanted)
		assert_true(tp_mac_equal(&is->mac, &n->mac));
	return wanted;
}

static void check_neighbours(void)
{
	unsigned count[FAMILIES] = {0};

	for (unsigned family = 0; family < FAMILIES; family++)
		for (unsigned link = TAP1; link <= TAP2; link++)
			for (unsigned i = 0; i < ADDRESSES; i++)
				count[family] += check_neighbour(family, link, i);
	assert_int_equal(fake.neighbour_count, count[FAMILY4] + count[FAMILY6]);
	assert_int_equal(tp_neighbours_count(control.neighbours, TP_FAMILY_IPV4), count[FAMILY4]);
	assert_int_equal(tp_neighbours_count(control.neighbours, TP_FAMILY_IPV6), count[FAMILY6]);
}

/* ---- a run -------------------------------------------------------------------------------- */

static void turn(uint64_t ms)
{
	now_ms += ms;
	control.readable = true;
	tp_kernel_poll(&control, now_ms);
}

static bool is_settled(void)
{
	return kernel.sockets[MONITOR].first == NULL && kernel.sockets[MONITOR].error == 0 &&
	       control.dumping == TP_DUMP_NONE && control.next_dump == TP_DUMP_NONE &&
	       control.dump_due_ms == TP_NEVER;
}

static void settle(void)
{
	unsigned turns = 0;

	do {
		turn(10);
		assert_true(++turns < SETTLE_MAX);
	} while (!is_settled());
	tp_kernel_settled(&control);
	assert_false(control.disturbed);
}

static void check(void)
{
	kernel.quiet = true;
	fake.route_error = 0;
	settle();
	if (refused) { /* is tried again with the next dump */
		kernel_tell(RTM_NEWLINK);
		settle();
	}
	if (!wild) {
		check_routes();
		check_neighbours();
	}
	kernel.quiet = refused = false;
}

static void begin(void)
{
	uint8_t how = kernel_choice();

	wild = how % 4 == 3;
	refused = false;
	now_ms = 1000;
	fake_reset(3);
	control = (struct tp_kernel){.taps = taps, .tap_count = 3};
	kernel = (struct fake_kernel){
		.input = kernel.input,
		.meanwhile = meanwhile,
		.room = how & 4 ? 4 + (how >> 2) : 1000,
		.ifindex = {10, 11, 1, 5},
	};
	kernel_sockets_open(&control.monitor, &control.query, &control.dumper);
	/* The first port is an access port, and has no TAP. */
	taps[0] = (struct tp_tap){.fd = -1};
	taps[1] = (struct tp_tap){.ifindex = kernel.ifindex[TAP1], .port = 1};
	taps[2] = (struct tp_tap){.ifindex = kernel.ifindex[TAP2], .port = 2};
	assert_int_equal(tp_kernel_prepare(&control, now_ms), 0);
}

static void resolve(unsigned port)
{
	const struct tp_ip address = kernel_address(kernel_choice() % 2, 1 + kernel_choice() % 5);

	tp_kernel_resolve(&control, port, &address, now_ms);
}

static void step(void)
{
	static const uint16_t times[] = {0, 1, 10, 49, 50, 200, 1000, 10000};
	uint8_t op = kernel_choice();

	if (op % 4 == 0)
		turn(times[(op >> 2) % COUNT(times)]);
	else if (op % 64 == 1)
		resolve(1u + (op >> 7));
	else if (op % 64 == 2)
		check();
	else
		happen();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	setenv("CMOCKA_TEST_ABORT", "1", 1); /* what fails is to be seen where it does */
	tp_log_set_level(TP_LOG_ERROR);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	kernel.input = tp_reader_of(data, size);
	begin();
	for (unsigned i = 0; i < STEP_MAX && tp_reader_left(&kernel.input) > 0; i++)
		step();
	check();
	kernel.quiet = true;
	turn(10001); /* neighbours are compared */
	settle();
	if (!wild) {
		check_routes();
		check_neighbours();
	}
	tp_kernel_close(&control);
	kernel_sockets_close();
	return 0;
}
