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
#include "control/kernel.h"
#include "dataplane/routes.h"
#include "fake_dataplane.h"
#include "fake_kernel.h"

#define STEP_MAX   400
#define SETTLE_MAX 600 /* turns in which control has to catch up */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct tp_kernel control;
static struct tp_tap taps[3];
static uint64_t now_ms;
static bool wild;
static bool refused; /* something, by the data plane, since the last check */

/* ---- what may happen ------------------------------------------------------------------------ */

static struct route read_route(void)
{
	uint8_t a = kernel_choice(), b = kernel_choice();

	return (struct route){
		.table = (a & 3) < 2	? 1
			 : (a & 3) == 2 ? 0
			 : (a & 4) != 0 ? 2
					: 1,
		.prefix = (uint8_t)((a >> 3) % COUNT(prefixes)),
		.tos = b % 16 == 1 ? 0x10 : 0,
		.metric = b % 8 == 2 ? 7 : 0,
		.type = (b & 12) != 0 ? 0 : (uint8_t)((b >> 4) % COUNT(types)),
		.link = (uint8_t)((b >> 4) % LINKS),
		.gateway = (uint8_t)(b >> 5) % 4,
		.protocol = (uint8_t)(a >> 6) % COUNT(protocols),
		.several = (a ^ b) % 16 == 3,
	};
}

static void change_link(unsigned link)
{
	kernel_route_flush(link, 0);
	for (unsigned i = 0; i < ADDRESSES; i++)
		kernel_neighbour_remove(link, i);
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
	default: /* IPv6 */
		((struct rtmsg *)mnl_nlmsg_get_payload(m))->rtm_family = AF_INET6;
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
		r.gateway = (uint8_t)(1 + i % 2);
		if (arg & 1)
			kernel_neighbour_set(arg >> 1 & 1, 0, NUD_REACHABLE, (uint8_t)i % 2);
		else if (kernel_route_counts(&r))
			kernel_route_put(&r, REPLACE);
	}
}

static void happen(void)
{
	uint8_t op = kernel_choice(), arg = kernel_choice();
	unsigned link = arg % LINKS, address = (arg >> 2) % ADDRESSES;
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
		kernel_neighbour_set(link, address, states[(arg >> 4) % COUNT(states)],
				     kernel_choice());
		break;
	case 13:
		kernel_neighbour_remove(link, address);
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

/* As docs/architecture.md has it: the port of the TAP, which for the loopback's own addresses is
 * the first. False: nothing for the data plane. */
static bool expected_route(const struct route *r, struct tp_dataplane_route *out)
{
	bool tap = r->link == TAP1 || r->link == TAP2;
	uint8_t type = types[r->type];

	*out = (struct tp_dataplane_route){.prefix = prefixes[r->prefix],
					   .port = tap ? r->link + 1u : 1};
	if (!kernel_route_counts(r))
		return false;
	if (tables[r->table] == RT_TABLE_LOCAL) {
		out->kind = TP_ROUTE_LOCAL;
		return type == RTN_LOCAL && out->prefix.length == 32 &&
		       (tap || (r->link == LOOPBACK && out->prefix.address >> 24 != 127));
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
	out->gateway = kernel_gateway(r);
	out->kind = out->gateway != 0 ? TP_ROUTE_GATEWAY : TP_ROUTE_CONNECTED;
	return type == RTN_UNICAST && tap;
}

static void check_routes(void)
{
	bool by_gateway[5] = {false};
	unsigned count = 0;

	for (unsigned p = 0; p < COUNT(prefixes); p++) {
		const struct tp_dataplane_route *is =
			fake_route(prefixes[p].address, prefixes[p].length);
		struct tp_dataplane_route wanted;
		bool found = false;

		for (unsigned i = 0; i < kernel.route_count && !found; i++)
			found = kernel.routes[i].prefix == p &&
				expected_route(&kernel.routes[i], &wanted);
		assert_int_equal(is != NULL, found);
		if (!found)
			continue;
		count++;
		assert_int_equal(is->kind, wanted.kind);
		assert_int_equal(is->port, wanted.port);
		assert_int_equal(is->gateway, wanted.gateway);
		if (wanted.gateway != 0)
			by_gateway[wanted.gateway - 0xc0000200] = true;
	}
	assert_int_equal(fake.route_count, count);
	assert_int_equal(tp_routes_count(control.routes), count);
	for (uint32_t i = 1; i < COUNT(by_gateway); i++)
		assert_int_equal(tp_routes_has_gateway(control.routes, 0xc0000200 + i),
				 by_gateway[i]);
}

static void check_neighbours(void)
{
	unsigned count = 0;

	for (unsigned link = TAP1; link <= TAP2; link++)
		for (unsigned i = 0; i < ADDRESSES; i++) {
			const struct neighbour *n = &kernel.neighbours[link][i];
			const struct fake_neighbour *is = fake_neighbour(link + 1, NEIGHBOUR + i);
			bool wanted = n->there && n->mac.bytes[0] == 2;

			assert_int_equal(is != NULL, wanted);
			assert_int_equal(
				tp_neighbours_has(control.neighbours, link + 1, NEIGHBOUR + i),
				wanted);
			if (wanted)
				assert_true(tp_mac_equal(&is->mac, &n->mac));
			count += wanted;
		}
	assert_int_equal(fake.neighbour_count, count);
	assert_int_equal(tp_neighbours_count(control.neighbours), count);
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

static void step(void)
{
	static const uint16_t times[] = {0, 1, 10, 49, 50, 200, 1000, 10000};
	uint8_t op = kernel_choice();

	if (op % 4 == 0)
		turn(times[(op >> 2) % COUNT(times)]);
	else if (op % 64 == 1)
		tp_kernel_resolve(&control, 1u + (op >> 7), NEIGHBOUR + kernel_choice() % 5,
				  now_ms);
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
