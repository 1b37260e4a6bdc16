/* SPDX-License-Identifier: BSD-3-Clause */
/* The life of a session in the data plane, MSS, neighbours and routes. */
#include "fixture.h"

#include <rte_rcu_qsbr.h>

#include "dataplane/fib.h"
#include "dataplane/neighbour.h"

static struct frame out;

static int try_open(uint32_t slot, uint16_t id, struct tp_vlans vlans)
{
	struct tp_dataplane_session s = {.slot = slot,
					 .session_id = id,
					 .port = ACCESS,
					 .vlans = vlans,
					 .mac = client_mac(slot)};
	return tp_dataplane_session_open(dp, &s);
}

static bool reaches(unsigned n)
{
	struct packet p = plain(INTERNET, OUR_ADDRESS + n);
	struct frame f = down_frame(&p);
	give(CORE, &f);
	return take(ACCESS, &out);
}

static void test_a_session_id_is_one_sessions_in_its_scope(void **state)
{
	assert_int_equal(try_open(1, 7, (struct tp_vlans){0}), 0);
	assert_int_equal(try_open(2, 7, (struct tp_vlans){0}), -EEXIST);
	assert_int_equal(try_open(2, 7, (struct tp_vlans){.outer = 17}), 0); /* another scope */
	assert_int_equal(try_open(3, 7, (struct tp_vlans){.outer = 33}), -EEXIST); /* the same */
	assert_int_equal(try_open(1, 8, (struct tp_vlans){0}), -EBUSY);
	assert_int_equal(try_open(3, 0, (struct tp_vlans){0}), -EINVAL);
	assert_int_equal(try_open(3, 0xffff, (struct tp_vlans){0}), -EINVAL);
	assert_int_equal(try_open(64, 9, (struct tp_vlans){0}), -EINVAL);
}

static void test_an_address_is_one_sessions(void **state)
{
	struct tp_dataplane_session_up up = up_of(1);
	bring_up(1);
	open_session(2, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, 2, &up), -EEXIST);
	up.remote_address = OUR_ADDRESS;
	assert_int_equal(tp_dataplane_session_up(dp, 2, &up), -EEXIST);
	up = up_of(2);
	up.local_address = SUBSCRIBER;
	assert_int_equal(tp_dataplane_session_up(dp, 2, &up), -EEXIST);
	up = up_of(2);
	assert_int_equal(tp_dataplane_session_up(dp, 2, &up), 0);
	assert_true(reaches(1));
	assert_true(reaches(2));
}

static void test_a_refused_route_leaves_nothing_behind(void **state)
{
	static const struct tp_prefix first[] = {{IP(203, 0, 113, 64), 28}};
	static const struct tp_prefix both[] = {{IP(203, 0, 113, 0), 28},
						{IP(203, 0, 113, 64), 28}};
	struct tp_dataplane_session_up up = up_of(1), second = up_of(2);
	up.routes = first;
	up.route_count = 1;
	second.routes = both;
	second.route_count = 2;
	open_session(1, (struct tp_vlans){0});
	open_session(2, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	assert_int_equal(tp_dataplane_session_up(dp, 2, &second), -EEXIST);
	assert_int_equal(tp_hop_kind(tp_fib_lookup(dp->fib, AT(IP(203, 0, 113, 1)))),
			 TP_HOP_NEIGHBOUR);
	assert_int_equal(tp_hop_kind(tp_fib_lookup(dp->fib, AT(IP(10, 0, 0, 3)))),
			 TP_HOP_NEIGHBOUR);
	assert_false(reaches(2));
}

static void test_changing_a_session_keeps_what_stays_and_drops_what_goes(void **state)
{
	static const struct tp_prefix before[] = {{IP(203, 0, 113, 0), 28},
						  {IP(203, 0, 113, 64), 28}};
	static const struct tp_prefix after[] = {{IP(203, 0, 113, 64), 28}};
	struct tp_dataplane_session_up up = up_of(1);
	up.routes = before;
	up.route_count = 2;
	open_session(1, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	up.routes = after;
	up.route_count = 1;
	up.mtu = 1400;
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	assert_true(reaches(1));
	assert_int_equal(tp_hop_kind(tp_fib_lookup(dp->fib, AT(IP(203, 0, 113, 64)))),
			 TP_HOP_SESSION);
	assert_int_equal(tp_hop_kind(tp_fib_lookup(dp->fib, AT(IP(203, 0, 113, 1)))),
			 TP_HOP_NEIGHBOUR);
}

static void test_down_stops_packets_and_lets_ppp_through(void **state)
{
	struct tp_message message;
	struct frame f = session_frame(1, (struct tp_vlans){0}, TP_PPP_PROTO_LCP, "\5\1\0\4", 4);
	bring_up(1);
	tp_dataplane_session_down(dp, 1);
	assert_false(reaches(1));
	give(ACCESS, &f);
	assert_true(take_message(&message, &out));
	struct tp_dataplane_session_up up = up_of(1);
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	assert_true(reaches(1));
}

static void test_a_closed_slot_comes_back_when_every_worker_has_looked_away(void **state)
{
	uint32_t slots[4];
	bring_up(1);
	rte_rcu_qsbr_thread_register(dp->qsbr, 0);
	rte_rcu_qsbr_thread_online(dp->qsbr, 0);
	tp_dataplane_session_close(dp, 1);
	assert_false(reaches(1));
	assert_int_equal(tp_dataplane_released(dp, slots, 4), 0);
	assert_int_equal(try_open(1, 1, (struct tp_vlans){0}), -EBUSY);
	rte_rcu_qsbr_quiescent(dp->qsbr, 0);
	assert_int_equal(tp_dataplane_released(dp, slots, 4), 1);
	assert_int_equal(slots[0], 1);
	assert_int_equal(try_open(1, 1, (struct tp_vlans){0}), 0);
	rte_rcu_qsbr_thread_offline(dp->qsbr, 0);
	rte_rcu_qsbr_thread_unregister(dp->qsbr, 0);
}

static void test_a_slot_begins_with_counters_at_zero(void **state)
{
	struct tp_session_counters c;
	uint32_t slot;
	bring_up(1);
	assert_true(reaches(1));
	tp_dataplane_session_close(dp, 1);
	assert_int_equal(tp_dataplane_released(dp, &slot, 1), 1);
	bring_up(1);
	tp_dataplane_session_counters(dp, 1, &c);
	assert_int_equal(c.packets_out, 0);
}

/* ---- MSS ----------------------------------------------------------------------------------- */

/* A SYN (or not) whose options are given; checksum right. */
static uint16_t put_tcp(uint8_t *packet, uint32_t src, uint32_t dst, uint8_t flags,
			const char *options, uint16_t len)
{
	struct packet p = plain(src, dst);
	uint8_t pseudo[12];
	p.protocol = TP_IPPROTO_TCP;
	p.payload = (uint16_t)(20 + len);
	uint16_t total = put_packet(packet, &p);
	uint8_t *tcp = packet + 20;
	memset(tcp, 0, 20);
	tp_put_be16(tcp, 1234);
	tp_put_be16(tcp + 2, 80);
	tcp[12] = (uint8_t)((20 + len) / 4 << 4);
	tcp[13] = flags;
	memcpy(tcp + 20, options, len);
	memcpy(pseudo, packet + 12, 8);
	tp_put_be16(pseudo + 8, TP_IPPROTO_TCP);
	tp_put_be16(pseudo + 10, p.payload);
	uint32_t sum = tp_checksum_add(0, pseudo, 12);
	uint16_t checksum = tp_checksum_finish(tp_checksum_add(sum, tcp, p.payload));
	memcpy(tcp + 16, &checksum, 2);
	return total;
}

static bool tcp_checksum_ok(const uint8_t *packet)
{
	uint16_t len = (uint16_t)(ntohs(((const struct tp_ipv4 *)packet)->total_length_be) - 20);
	uint8_t pseudo[12];
	memcpy(pseudo, packet + 12, 8);
	tp_put_be16(pseudo + 8, TP_IPPROTO_TCP);
	tp_put_be16(pseudo + 10, len);
	uint32_t sum = tp_checksum_add(0, pseudo, 12);
	return tp_checksum_finish(tp_checksum_add(sum, packet + 20, len)) == 0;
}

static void bring_up_with_mss(uint16_t up_mss, uint16_t down_mss)
{
	struct tp_dataplane_session_up up = up_of(1);
	up.mss_up = up_mss;
	up.mss_down = down_mss;
	open_session(1, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
}

static void test_syns_are_clamped_both_ways_and_their_checksums_are_right(void **state)
{
	uint8_t packet[128];
	uint16_t len = put_tcp(packet, SUBSCRIBER, INTERNET, 0x02, "\x02\x04\x05\xb4", 4);
	struct frame f = session_frame(1, (struct tp_vlans){0}, TP_PPP_PROTO_IPV4, packet, len);
	bring_up_with_mss(1440, 1400);
	give(ACCESS, &f);
	assert_true(take(CORE, &out));
	assert_int_equal(out.bytes[14 + 42] << 8 | out.bytes[14 + 43], 1440);
	assert_true(tcp_checksum_ok(out.bytes + 14));

	len = put_tcp(packet, INTERNET, SUBSCRIBER, 0x12, "\x01\x02\x04\x05\xb4\x01\x01\x00", 8);
	memcpy(f.bytes, dp->ports[CORE].mac.bytes, 6);
	memcpy(f.bytes + 6, gateway_mac.bytes, 6);
	tp_put_be16(f.bytes + 12, TP_ETHERTYPE_IPV4);
	memcpy(f.bytes + 14, packet, len);
	f.len = (uint16_t)(14 + len);
	give(CORE, &f);
	assert_true(take(ACCESS, &out));
	assert_int_equal(out.bytes[22 + 43] << 8 | out.bytes[22 + 44], 1400);
	assert_true(tcp_checksum_ok(out.bytes + 22));
}

static void test_what_needs_no_clamp_is_left_alone(void **state)
{
	static const struct {
		uint8_t flags;
		const char *options;
		uint16_t len;
	} cases[] = {
		{0x02, "\x02\x04\x02\x00", 4},		       /* smaller already */
		{0x10, "\x02\x04\x05\xb4", 4},		       /* no SYN */
		{0x02, "", 0},				       /* no option */
		{0x02, "\x00\x02\x04\x05\xb4\x00\x00\x00", 8}, /* after the end of options */
		{0x02, "\x03\x09\x02\x04\x05\xb4\x00\x00", 8}, /* an option that runs over */
		{0x02, "\x03\x00\x02\x04\x05\xb4\x00\x00", 8}, /* an option of length 0 */
	};
	(void)state;
	bring_up_with_mss(1440, 1440);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t packet[128];
		uint16_t len = put_tcp(packet, SUBSCRIBER, INTERNET, cases[i].flags,
				       cases[i].options, cases[i].len);
		struct frame f =
			session_frame(1, (struct tp_vlans){0}, TP_PPP_PROTO_IPV4, packet, len);
		give(ACCESS, &f);
		assert_true(take(CORE, &out));
		assert_memory_equal(out.bytes + 34, packet + 20, len - 20u);
	}
}

/* ---- neighbours and routes ----------------------------------------------------------------- */

static bool sent_to(uint32_t dst, const struct tp_mac *mac)
{
	struct packet p = plain(SUBSCRIBER, dst);
	struct frame f = up_frame(1, &p);
	give(ACCESS, &f);
	return take(CORE, &out) && memcmp(out.bytes, mac->bytes, 6) == 0;
}

static void test_a_neighbour_in_the_ports_network_is_reached_directly(void **state)
{
	static const struct tp_mac mac = {{2, 0, 0, 0, 9, 9}};
	uint32_t address = IP(192, 0, 2, 77);
	bring_up(1);
	assert_false(sent_to(address, &mac));
	assert_int_equal(tp_dataplane_neighbour_set(dp, CORE, AT(address), &mac), 0);
	assert_true(sent_to(address, &mac));
	tp_dataplane_neighbour_remove(dp, CORE, AT(address));
	assert_false(sent_to(address, &mac));
}

static void test_a_gateway_that_moves_takes_its_routes_with_it(void **state)
{
	static const struct tp_mac mac = {{2, 0, 0, 0, 9, 9}};
	bring_up(1);
	assert_true(sent_to(INTERNET, &gateway_mac));
	assert_int_equal(tp_dataplane_neighbour_set(dp, CORE, AT(GATEWAY), &mac), 0);
	assert_true(sent_to(INTERNET, &mac));
	tp_dataplane_neighbour_remove(dp, CORE, AT(GATEWAY));
	assert_false(sent_to(INTERNET, &mac));
	assert_only_drop(ACCESS, TP_DROP_NEIGHBOUR_UNRESOLVED, 1);
}

static void test_a_neighbours_place_is_anothers_when_every_worker_has_looked_away(void **state)
{
	static const struct tp_mac mac = {{2, 0, 0, 0, 9, 9}};
	const uint32_t first = IP(192, 0, 2, 77), second = IP(192, 0, 2, 78);
	const struct tp_neighbour *seen = tp_neighbour_array(dp->neighbours);
	uint32_t slot;

	assert_int_equal(tp_dataplane_neighbour_set(dp, CORE, AT(first), &mac), 0);
	rte_rcu_qsbr_thread_register(dp->qsbr, 0);
	rte_rcu_qsbr_thread_online(dp->qsbr, 0);
	int index = tp_neighbour_find(dp->neighbours, CORE, AT(first));
	tp_dataplane_neighbour_remove(dp, CORE, AT(first));
	assert_int_equal(tp_dataplane_neighbour_set(dp, CORE, AT(second), &mac), 0);
	assert_int_not_equal(tp_neighbour_find(dp->neighbours, CORE, AT(second)), index);
	assert_true(tp_ip_same(&tp_neighbour_ips(dp->neighbours)[index], AT(first)));
	assert_int_equal(seen[index].mtu, 0);
	tp_dataplane_neighbour_remove(dp, CORE, AT(second));
	rte_rcu_qsbr_quiescent(dp->qsbr, 0);
	tp_dataplane_released(dp, &slot, 1);
	assert_int_equal(tp_dataplane_neighbour_set(dp, CORE, AT(second), &mac), 0);
	int again = tp_neighbour_find(dp->neighbours, CORE, AT(second));
	assert_true(again == index || again == index - 1 || again == index + 1);
	tp_dataplane_neighbour_remove(dp, CORE, AT(second));
	rte_rcu_qsbr_thread_offline(dp->qsbr, 0);
	rte_rcu_qsbr_thread_unregister(dp->qsbr, 0);
}

static void test_neighbours_that_come_and_go_do_not_use_up_the_places(void **state)
{
	static const struct tp_mac mac = {{2, 0, 0, 0, 9, 9}};

	for (uint32_t i = 0; i < 2 * TP_NEIGHBOURS; i++) {
		assert_int_equal(tp_dataplane_neighbour_set(dp, CORE, AT(IP(192, 0, 2, 77)), &mac),
				 0);
		tp_dataplane_neighbour_remove(dp, CORE, AT(IP(192, 0, 2, 77)));
	}
}

static void test_a_route_gives_way_to_a_subscriber_and_comes_back(void **state)
{
	static const struct tp_prefix routes[] = {{IP(203, 0, 113, 0), 24}};
	struct tp_dataplane_route route = {.prefix = tp_ip_prefix_of4(&routes[0]),
					   .kind = TP_ROUTE_GATEWAY,
					   .port = CORE,
					   .gateway = TP_IP4(GATEWAY)};
	struct tp_dataplane_session_up up = up_of(1);
	uint32_t inside = IP(203, 0, 113, 5);
	up.routes = routes;
	up.route_count = 1;
	assert_int_equal(tp_dataplane_route_set(dp, &route), 0);
	open_session(1, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	assert_int_equal(tp_hop_kind(tp_fib_lookup(dp->fib, AT(inside))), TP_HOP_SESSION);
	tp_dataplane_session_down(dp, 1);
	assert_int_equal(tp_hop_kind(tp_fib_lookup(dp->fib, AT(inside))), TP_HOP_NEIGHBOUR);
	assert_int_equal(tp_dataplane_route_remove(dp, &route.prefix), 0);
	assert_int_equal(tp_dataplane_route_remove(dp, &route.prefix), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_session_id_is_one_sessions_in_its_scope),
		TEST(test_an_address_is_one_sessions),
		TEST(test_a_refused_route_leaves_nothing_behind),
		TEST(test_changing_a_session_keeps_what_stays_and_drops_what_goes),
		TEST(test_down_stops_packets_and_lets_ppp_through),
		TEST(test_a_closed_slot_comes_back_when_every_worker_has_looked_away),
		TEST(test_a_slot_begins_with_counters_at_zero),
		TEST(test_syns_are_clamped_both_ways_and_their_checksums_are_right),
		TEST(test_what_needs_no_clamp_is_left_alone),
		TEST(test_a_neighbour_in_the_ports_network_is_reached_directly),
		TEST(test_a_gateway_that_moves_takes_its_routes_with_it),
		TEST(test_a_neighbours_place_is_anothers_when_every_worker_has_looked_away),
		TEST(test_neighbours_that_come_and_go_do_not_use_up_the_places),
		TEST(test_a_route_gives_way_to_a_subscriber_and_comes_back),
	};
	return RUN(tests);
}
