/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6 of sessions that come up, change and go: what the workers' records and terms say. */
#include "fixture.h"

#include <errno.h>

#include "dataplane/fib.h"
#include "dataplane/local.h"
#include "dataplane/neighbour.h"
#include "dataplane/record6.h"
#include "wire/ipv6.h"

#define NO_VLANS ((struct tp_vlans){0})

static const struct tp_prefix6 link_prefix = {{0x20, 0x01, 0x0d, 0xb8, 0, 1}, 64};
static const struct tp_prefix6 delegated = {{0x20, 0x01, 0x0d, 0xb8, 0x81}, 56};
static const struct tp_prefix6 framed = {{0x20, 0x01, 0x0d, 0xb9}, 32};

static struct tp_dataplane_session_up dual_of(unsigned n)
{
	struct tp_dataplane_session_up up = up_of(n);

	up.ipv6 = (struct tp_dataplane_ipv6){
		.up = true,
		.local_id = {[7] = 1},
		.remote_id = {[7] = 2},
		.prefix = link_prefix,
		.routes = &delegated,
		.route_count = 1,
	};
	return up;
}

/* The address in PREFIX that ends in LAST. */
static const uint8_t *in(const struct tp_prefix6 *prefix, uint8_t last)
{
	static uint8_t address[16];

	memcpy(address, prefix->address, sizeof(address));
	address[15] = last;
	return address;
}

static bool record_has(uint32_t slot, const struct tp_prefix6 *prefix)
{
	return tp_record6_has(&w->up6[slot], in(prefix, 9));
}

static bool terms_have(uint32_t slot, const struct tp_prefix6 *prefix)
{
	return tp_terms6_has(w->terms[slot].ipv6, in(prefix, 9));
}

static void test_a_dual_stack_session_has_its_prefixes(void **state)
{
	struct tp_dataplane_session_up up = dual_of(1);
	const uint8_t ours[16] = {0xfe, 0x80, [15] = 1}, theirs[16] = {0xfe, 0x80, [15] = 2};

	open_session(1, NO_VLANS);
	assert_false(record_has(1, &link_prefix));
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	assert_true(record_has(1, &link_prefix));
	assert_true(record_has(1, &delegated));
	assert_false(record_has(1, &framed));
	assert_true(terms_have(1, &link_prefix));
	assert_true(terms_have(1, &delegated));
	assert_memory_equal(w->terms[1].ipv6->local, ours, 16);
	assert_memory_equal(w->terms[1].ipv6->remote, theirs, 16);
	assert_int_equal(ntohl(w->up[1].address_be), SUBSCRIBER);

	tp_dataplane_session_down(dp, 1);
	assert_false(record_has(1, &link_prefix));
	assert_false(record_has(1, &delegated));
	assert_null(w->terms[1].ipv6);
}

/* Nobody's line, and one that was another session's. */
static void test_no_record_has_what_is_nobodys(void **state)
{
	const struct tp_prefix6 zeros = {.length = 64};

	assert_false(record_has(w->no_slot, &link_prefix));
	assert_false(record_has(w->no_slot, &zeros));
	open_session(1, NO_VLANS);
	assert_false(record_has(1, &zeros));
}

static void test_a_family_comes_and_goes(void **state)
{
	struct tp_dataplane_session_up up = dual_of(1);
	struct tp_dataplane_session_up six = up, four = up_of(1);

	six.remote_address = six.local_address = 0;
	open_session(1, NO_VLANS);
	assert_int_equal(tp_dataplane_session_up(dp, 1, &six), 0);
	assert_int_equal(w->up[1].address_be, 0);
	assert_true(record_has(1, &link_prefix));
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	assert_int_equal(ntohl(w->up[1].address_be), SUBSCRIBER);
	assert_int_equal(tp_dataplane_session_up(dp, 1, &four), 0);
	assert_false(record_has(1, &link_prefix));
	assert_null(w->terms[1].ipv6);
	assert_int_equal(tp_dataplane_session_up(dp, 1, &six), 0);
	assert_int_equal(w->up[1].address_be, 0);
	assert_true(terms_have(1, &delegated));
}

/* What the record has no room for the terms know. */
static void test_one_address_and_many_routes(void **state)
{
	const struct tp_prefix6 routes[] = {delegated, framed, {{0x20, 0x01, 0x0d, 0xba}, 80}};
	struct tp_dataplane_session_up up = dual_of(1);

	up.ipv6.prefix = (struct tp_prefix6){{0x20, 0x01, 0x0d, 0xb8, 0, 1, [15] = 7}, 128};
	up.ipv6.routes = routes;
	up.ipv6.route_count = 3;
	open_session(1, NO_VLANS);
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	assert_true(tp_record6_has(&w->up6[1], up.ipv6.prefix.address));
	assert_false(record_has(1, &link_prefix));
	assert_false(terms_have(1, &link_prefix));
	assert_true(record_has(1, &delegated));
	assert_false(record_has(1, &framed));
	assert_true(terms_have(1, &framed));
	assert_true(terms_have(1, &routes[2]));
	assert_false(record_has(1, &routes[2]));
}

/* The second of two /64s is a route whose bits all count. */
static void test_a_route_of_64_bits(void **state)
{
	const struct tp_prefix6 route = {{0x20, 0x01, 0x0d, 0xb8, 0, 2, 0, 3}, 64};
	struct tp_dataplane_session_up up = dual_of(1);

	up.ipv6.routes = &route;
	open_session(1, NO_VLANS);
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	assert_true(record_has(1, &route));
	struct tp_prefix6 next = route;
	next.address[7]++;
	assert_false(record_has(1, &next));
}

static void test_what_no_session_can_have(void **state)
{
	static const struct {
		struct tp_prefix6 prefix;
		uint16_t mtu;
		uint8_t remote_id;
	} cases[] = {
		{{{0x20, 0x01, [15] = 1}, 64}, 1492, 2}, /* a host's bits */
		{{{0x20, 0x01}, 129}, 1492, 2},		 {{{0xff, 0x02}, 64}, 1492, 2},
		{{{0xfe, 0x80}, 64}, 1492, 2},		 {{{0x20, 0x01}, 64}, 1279, 2},
		{{{0x20, 0x01}, 64}, 1492, 1}, /* the id is ours */
	};

	open_session(1, NO_VLANS);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tp_dataplane_session_up up = dual_of(1);

		up.mtu = cases[i].mtu;
		up.ipv6.remote_id[7] = cases[i].remote_id;
		up.ipv6.prefix = cases[i].prefix;
		assert_int_equal(tp_dataplane_session_up(dp, 1, &up), -EINVAL);
		up.ipv6.prefix = link_prefix;
		up.ipv6.routes = &cases[i].prefix;
		assert_int_equal(tp_dataplane_session_up(dp, 1, &up), -EINVAL);
	}
	struct tp_dataplane_session_up none = {.mtu = 1492};
	assert_int_equal(tp_dataplane_session_up(dp, 1, &none), -EINVAL);
	assert_null(w->terms[1].ipv6);
	assert_int_equal(w->up[1].address_be, 0);
}

/* Ten bytes behind an IPv6 header. */
static uint16_t put_advertisement(uint8_t *packet)
{
	const uint8_t ours[16] = {0xfe, 0x80, [15] = 1}, all[16] = {0xff, 2, [15] = 1};

	tp_ipv6_build((struct tp_ipv6 *)(void *)packet, 10, TP_IPV6_ICMP, 255, ours, all);
	memset(packet + TP_IPV6_HEADER_LEN, 0x86, 10);
	return TP_IPV6_HEADER_LEN + 10;
}

static void test_control_speaks_to_the_link(void **state)
{
	struct tp_dataplane_session_up up = dual_of(1);
	struct tp_session_counters counters;
	uint8_t packet[64];
	uint16_t len = put_advertisement(packet);
	struct frame f;

	open_session(1, (struct tp_vlans){.outer = 100});
	assert_int_equal(tp_dataplane_send_session(dp, 1, packet, len), -ENOTCONN);
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	assert_int_equal(tp_dataplane_send_session(dp, 1, packet, len), 0);
	tp_worker_poll(w);
	assert_true(take(ACCESS, &f));
	assert_int_equal(f.len, 14 + 4 + 6 + 2 + len);
	assert_int_equal(f.bytes[13 + 4] | f.bytes[12 + 4] << 8, TP_ETHERTYPE_SESSION);
	assert_int_equal(f.bytes[22] << 8 | f.bytes[23], len + 2);
	assert_int_equal(f.bytes[24] << 8 | f.bytes[25], TP_PPP_PROTO_IPV6);
	assert_memory_equal(f.bytes + 26, packet, len);
	tp_dataplane_session_counters(dp, 1, &counters);
	assert_int_equal(counters.packets_out, 0);

	/* Gone before the worker comes to it. */
	assert_int_equal(tp_dataplane_send_session(dp, 1, packet, len), 0);
	tp_dataplane_session_down(dp, 1);
	tp_worker_poll(w);
	assert_nothing_out();
	assert_int_equal(tp_dataplane_send_session(dp, 1, packet, len), -ENOTCONN);
	assert_int_equal(tp_dataplane_send_session(dp, max_sessions, packet, len), -ENOTCONN);
}

static void test_counters_are_of_both_families(void **state)
{
	struct tp_dataplane_session_up up = dual_of(1);
	struct tp_session_counters counters;

	open_session(1, NO_VLANS);
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	w->up[1].packets = 1, w->up[1].bytes = 20;
	w->down[1].packets = 2, w->down[1].bytes = 40;
	w->up6[1].packets = 3, w->up6[1].bytes = 120;
	w->down6[1].packets = 4, w->down6[1].bytes = 160;
	tp_dataplane_session_counters(dp, 1, &counters);
	assert_int_equal(counters.packets_in, 4);
	assert_int_equal(counters.bytes_in, 140);
	assert_int_equal(counters.packets_out, 6);
	assert_int_equal(counters.bytes_out, 200);
	assert_int_equal(counters.ipv6_packets_in, 3);
	assert_int_equal(counters.ipv6_bytes_in, 120);
	assert_int_equal(counters.ipv6_packets_out, 4);
	assert_int_equal(counters.ipv6_bytes_out, 160);
	w->up[1].packets = w->up[1].bytes = w->down[1].packets = w->down[1].bytes = 0;
}

static uint32_t hop_of(const struct tp_prefix6 *prefix)
{
	const struct tp_ip ip = tp_ip_of6(in(prefix, 9));

	return tp_fib_lookup(dp->fib, &ip);
}

static void test_its_prefixes_are_in_the_fib(void **state)
{
	struct tp_dataplane_session_up up = dual_of(1);

	open_session(1, NO_VLANS);
	assert_int_equal(hop_of(&link_prefix), 0);
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	assert_int_equal(hop_of(&link_prefix), TP_HOP(TP_HOP_SESSION, 1));
	assert_int_equal(hop_of(&delegated), TP_HOP(TP_HOP_SESSION, 1));
	assert_int_equal(hop_of(&framed), 0);
	/* Another delegation instead of the first. */
	up.ipv6.routes = &framed;
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	assert_int_equal(hop_of(&link_prefix), TP_HOP(TP_HOP_SESSION, 1));
	assert_int_equal(hop_of(&delegated), 0);
	assert_int_equal(hop_of(&framed), TP_HOP(TP_HOP_SESSION, 1));
	/* IPv4 alone goes on. */
	up.ipv6.up = false;
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	assert_int_equal(hop_of(&link_prefix), 0);
	assert_int_equal(hop_of(&framed), 0);
	assert_int_equal(tp_hop_kind(tp_fib_lookup(dp->fib, AT(SUBSCRIBER))), TP_HOP_SESSION);
	tp_dataplane_session_down(dp, 1);
	assert_int_not_equal(tp_hop_kind(tp_fib_lookup(dp->fib, AT(SUBSCRIBER))), TP_HOP_SESSION);
}

/* Refused whole: IPv4 does not change, and what was taken before the refusal is given back. */
static void test_nobody_has_what_is_anothers(void **state)
{
	struct tp_dataplane_session_up first = dual_of(1), second = dual_of(2);
	const struct tp_prefix6 others = {{0x20, 0x01, 0x0d, 0xb8, 0, 2}, 64};
	const struct tp_prefix6 routes[] = {framed, delegated};

	open_session(1, NO_VLANS);
	open_session(2, NO_VLANS);
	assert_int_equal(tp_dataplane_session_up(dp, 1, &first), 0);
	second.ipv6.prefix = others;
	second.ipv6.routes = routes;
	second.ipv6.route_count = 2;
	assert_int_equal(tp_dataplane_session_up(dp, 2, &second), -EEXIST);
	assert_int_equal(hop_of(&others), 0);
	assert_int_equal(hop_of(&framed), 0);
	assert_int_equal(hop_of(&delegated), TP_HOP(TP_HOP_SESSION, 1));
	assert_int_not_equal(tp_hop_kind(tp_fib_lookup(dp->fib, AT(second.remote_address))),
			     TP_HOP_SESSION);
	assert_null(w->terms[2].ipv6);
	/* Likewise while it is up already: it stays as it was. */
	second.ipv6.route_count = 1;
	assert_int_equal(tp_dataplane_session_up(dp, 2, &second), 0);
	second.ipv6.prefix = link_prefix;
	assert_int_equal(tp_dataplane_session_up(dp, 2, &second), -EEXIST);
	assert_int_equal(hop_of(&others), TP_HOP(TP_HOP_SESSION, 2));
	assert_int_equal(hop_of(&framed), TP_HOP(TP_HOP_SESSION, 2));
	assert_true(record_has(2, &others));
	/* A longer prefix inside another's is no conflict: the operator routes it so. */
	second.ipv6.prefix = (struct tp_prefix6){{0x20, 0x01, 0x0d, 0xb8, 0x81, [7] = 5}, 64};
	assert_int_equal(tp_dataplane_session_up(dp, 2, &second), 0);
	assert_int_equal(hop_of(&second.ipv6.prefix), TP_HOP(TP_HOP_SESSION, 2));
	assert_int_equal(hop_of(&delegated), TP_HOP(TP_HOP_SESSION, 1));
	tp_dataplane_session_down(dp, 2);
	assert_int_equal(hop_of(&second.ipv6.prefix), TP_HOP(TP_HOP_SESSION, 1));
}

static struct tp_dataplane_route route6(const struct tp_prefix6 *prefix, enum tp_route_kind kind)
{
	return (struct tp_dataplane_route){
		.prefix = tp_ip_prefix_of6(prefix), .kind = kind, .port = CORE};
}

static const struct tp_prefix6 any = {.length = 0};
static const uint8_t gateway6[16] = {0xfe, 0x80, [15] = 0x99};

static void test_a_route_through_a_neighbour(void **state)
{
	struct tp_dataplane_route route = route6(&any, TP_ROUTE_GATEWAY);
	const struct tp_ip gateway = tp_ip_of6(gateway6);

	route.gateway = gateway;
	assert_int_equal(tp_dataplane_route_set(dp, &route), 0);
	uint32_t hop = hop_of(&framed);
	assert_int_equal(tp_hop_kind(hop), TP_HOP_NEIGHBOUR);
	const struct tp_neighbour *n = &w->neighbours[tp_hop_index(hop)];
	assert_int_equal(n->mtu, 0);
	assert_true(tp_ip_same(&w->neighbour_ips[tp_hop_index(hop)], &gateway));
	assert_int_equal(tp_dataplane_neighbour_set(dp, CORE, &gateway, &gateway_mac), 0);
	assert_int_equal(n->mtu, 1500);
	assert_memory_equal(n->header + 2, gateway_mac.bytes, 6);
	assert_int_equal(n->header[14] << 8 | n->header[15], TP_ETHERTYPE_IPV6);
	assert_int_equal(tp_dataplane_neighbour_failed(dp, CORE, &gateway), 0);
	assert_int_equal(n->mtu, 0);
	tp_dataplane_neighbour_remove(dp, CORE, &gateway);
	/* IPv4's default route is another one. */
	assert_int_equal(tp_dataplane_route_remove(dp, &route.prefix), 0);
	assert_int_equal(hop_of(&framed), 0);
	assert_int_equal(tp_hop_kind(tp_fib_lookup(dp->fib, AT(INTERNET))), TP_HOP_NEIGHBOUR);
}

/* The core's own network, the box's address in it, and a host that is found. */
static void test_the_core_network(void **state)
{
	const struct tp_prefix6 network = {{0x20, 0x01, 0x0d, 0xb8, 0xc0}, 64};
	struct tp_prefix6 ours = network;
	struct tp_dataplane_route connected = route6(&network, TP_ROUTE_CONNECTED), local;
	const struct tp_ip host = tp_ip_of6(in(&network, 9));

	ours.address[15] = 1;
	ours.length = 128;
	local = route6(&ours, TP_ROUTE_LOCAL);
	assert_int_equal(tp_dataplane_route_set(dp, &connected), 0);
	assert_int_equal(tp_dataplane_route_set(dp, &local), 0);
	assert_int_equal(hop_of(&network), TP_HOP(TP_HOP_GLEAN, CORE));
	uint32_t hop = tp_fib_lookup(dp->fib, &local.prefix.ip);
	assert_int_equal(tp_hop_kind(hop), TP_HOP_LOCAL);
	assert_true(tp_ip_same(&w->locals[tp_hop_index(hop)].ip, &local.prefix.ip));
	assert_int_equal(w->locals[tp_hop_index(hop)].host_port, CORE);
	assert_int_equal(tp_dataplane_neighbour_set(dp, CORE, &host, &gateway_mac), 0);
	assert_int_equal(tp_hop_kind(hop_of(&network)), TP_HOP_NEIGHBOUR);
	/* No session gets the box's address. */
	struct tp_dataplane_session_up up = dual_of(1);
	up.ipv6.prefix = ours;
	open_session(1, NO_VLANS);
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), -EEXIST);
	assert_int_equal(tp_dataplane_route_remove(dp, &connected.prefix), 0);
	assert_int_equal(hop_of(&network), 0);
	tp_dataplane_neighbour_remove(dp, CORE, &host);
	assert_int_equal(tp_dataplane_route_remove(dp, &local.prefix), 0);
	assert_int_equal(tp_fib_lookup(dp->fib, &local.prefix.ip), 0);
}

static void test_what_is_no_route(void **state)
{
	const struct tp_prefix6 link_local = {{0xfe, 0x80}, 64}, groups = {{0xff}, 8};
	struct tp_dataplane_route route = route6(&link_local, TP_ROUTE_CONNECTED);

	assert_int_equal(tp_dataplane_route_set(dp, &route), -EINVAL);
	route = route6(&groups, TP_ROUTE_CONNECTED);
	assert_int_equal(tp_dataplane_route_set(dp, &route), -EINVAL);
	route = route6(&any, TP_ROUTE_GATEWAY); /* through one of IPv4, or none */
	assert_int_equal(tp_dataplane_route_set(dp, &route), -EINVAL);
	route.gateway = *AT(GATEWAY);
	assert_int_equal(tp_dataplane_route_set(dp, &route), -EINVAL);
	route = route6(&link_prefix, TP_ROUTE_LOCAL);
	assert_int_equal(tp_dataplane_route_set(dp, &route), -EINVAL);
	assert_int_equal(tp_dataplane_neighbour_set(dp, CORE, &(struct tp_ip){0}, &gateway_mac),
			 -EINVAL);
}

static void test_martians_are_nobodys(void **state)
{
	static const uint8_t martians[][16] = {
		{0},
		{[15] = 1},
		{[10] = 0xff, 0xff, 192, 0, 2, 1},
		{[12] = 192, 0, 2, 1},
		{0xfe, 0x80, [15] = 1},
		{0xfe, 0xbf, [15] = 1},
		{0xff, 0x02, [15] = 1},
	};

	for (size_t i = 0; i < sizeof(martians) / sizeof(martians[0]); i++) {
		const struct tp_ip ip = tp_ip_of6(martians[i]);

		assert_int_equal(tp_hop_kind(tp_fib_lookup(dp->fib, &ip)), TP_HOP_MARTIAN);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_dual_stack_session_has_its_prefixes),
		TEST(test_no_record_has_what_is_nobodys),
		TEST(test_a_family_comes_and_goes),
		TEST(test_one_address_and_many_routes),
		TEST(test_a_route_of_64_bits),
		TEST(test_what_no_session_can_have),
		TEST(test_control_speaks_to_the_link),
		TEST(test_counters_are_of_both_families),
		TEST(test_its_prefixes_are_in_the_fib),
		TEST(test_nobody_has_what_is_anothers),
		TEST(test_a_route_through_a_neighbour),
		TEST(test_the_core_network),
		TEST(test_what_is_no_route),
		TEST(test_martians_are_nobodys),
	};

	return RUN(tests);
}
