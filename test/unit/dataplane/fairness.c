/* SPDX-License-Identifier: BSD-3-Clause */
/* What is everyone's is not spent by one. */
#include <rte_cycles.h>

#include "dataplane/worker/shaper.h" /* before the fixture, whose `w` it would be in the shadow of */

#include "fixture.h"

#define OTHER IP(10, 0, 0, 3) /* the subscriber of slot 2 */

static struct frame out;

static const uint8_t arp[28] = {0, 1, 8, 0, 6, 4, 0, 1};

static void give_arp(void)
{
	struct frame f;

	memset(f.bytes, 0xff, 6);
	memcpy(f.bytes + 6, gateway_mac.bytes, 6);
	tp_put_be16(f.bytes + 12, 0x0806);
	memcpy(f.bytes + 14, arp, sizeof(arp));
	f.len = 14 + sizeof(arp);
	give(CORE, &f);
}

static void give_up(unsigned n, const struct packet *p)
{
	struct frame f = up_frame(n, p);

	give(ACCESS, &f);
}

/* How many of COUNT packets that earn an ICMP error get one. */
static unsigned errors_of(unsigned n, const struct packet *p, unsigned count)
{
	unsigned told = 0;

	for (unsigned i = 0; i < count; i++) {
		give_up(n, p);
		while (take(ACCESS, &out))
			told++;
	}
	return told;
}

static void test_arp_gets_through_whatever_subscribers_send_to_the_box(void **state)
{
	struct packet p = plain(SUBSCRIBER, PORT_ADDRESS);
	struct tp_message message;
	unsigned arps = 0;

	(void)state;
	bring_up(1);
	tp_dataplane_host_limit_set(dp, ACCESS, 0);
	for (unsigned i = 0; i < 3000; i++) {
		give_up(1, &p);
		if (i % 30 == 0)
			give_arp();
	}
	assert_no_drops(CORE);
	while (take_message(&message, &out))
		arps += message.kind == TP_MESSAGE_HOST && out.bytes[12] == 8 && out.bytes[13] == 6;
	assert_int_equal(arps, 100);
}

static void test_packets_of_the_core_to_the_box_get_through_too(void **state)
{
	struct packet p = plain(SUBSCRIBER, PORT_ADDRESS), answer = plain(INTERNET, PORT_ADDRESS);
	struct frame f = down_frame(&answer);

	(void)state;
	bring_up(1);
	tp_dataplane_host_limit_set(dp, ACCESS, 0);
	for (unsigned i = 0; i < 3000; i++)
		give_up(1, &p);
	give(CORE, &f);
	assert_no_drops(CORE);
}

static void test_a_flood_of_the_core_to_the_box_leaves_arp_its_ring(void **state)
{
	struct packet flood = plain(INTERNET, PORT_ADDRESS);
	struct frame f = down_frame(&flood);

	(void)state;
	for (unsigned i = 0; i < 3000; i++)
		give(CORE, &f);
	uint64_t handed = w->counters[CORE].handed_to_host;
	give_arp();
	assert_int_equal(w->counters[CORE].handed_to_host, handed + 1);
}

static void test_a_session_may_send_the_box_so_much_and_no_more(void **state)
{
	struct packet p = plain(SUBSCRIBER, PORT_ADDRESS), q = plain(OTHER, PORT_ADDRESS);

	(void)state;
	bring_up(1);
	bring_up(2);
	tp_dataplane_host_limit_set(dp, ACCESS, 100);
	for (unsigned i = 0; i < 150; i++)
		give_up(1, &p);
	assert_only_drop(ACCESS, TP_DROP_HOST_LIMIT, 50);
	for (unsigned i = 0; i < 100; i++)
		give_up(2, &q);
	assert_only_drop(ACCESS, TP_DROP_HOST_LIMIT, 50);
	w->tick += w->second_ticks;
	give_up(1, &p);
	assert_int_equal(w->counters[ACCESS].handed_to_host, 201);
}

static void test_a_slots_next_session_begins_with_a_limit_of_its_own(void **state)
{
	struct packet p = plain(SUBSCRIBER, PORT_ADDRESS);
	uint32_t slots[64];

	(void)state;
	bring_up(1);
	tp_dataplane_host_limit_set(dp, ACCESS, 100);
	for (unsigned i = 0; i < 110; i++)
		give_up(1, &p);
	assert_only_drop(ACCESS, TP_DROP_HOST_LIMIT, 10);
	tp_dataplane_session_close(dp, 1);
	tp_dataplane_released(dp, slots, 64);
	bring_up(1);
	give_up(1, &p);
	assert_only_drop(ACCESS, TP_DROP_HOST_LIMIT, 10);
}

static void test_one_who_pings_leaves_the_others_their_answers(void **state)
{
	struct packet p = plain(SUBSCRIBER, OUR_ADDRESS);
	uint8_t packet[64];
	unsigned answered = 0;

	(void)state;
	p.protocol = TP_IPPROTO_ICMP;
	bring_up(1);
	bring_up(2);
	for (unsigned n = 1; n <= 2; n++) {
		p.src = OUR_ADDRESS + n;
		uint16_t len = put_packet(packet, &p);
		uint8_t *icmp = packet + 20;
		memset(icmp, 0, 4);
		icmp[0] = TP_ICMP_ECHO_REQUEST;
		uint16_t sum = tp_checksum_finish(tp_checksum_add(0, icmp, len - 20u));
		memcpy(icmp + 2, &sum, 2);
		struct frame f =
			session_frame(n, (struct tp_vlans){0}, TP_PPP_PROTO_IPV4, packet, len);
		for (unsigned i = 0; i < (n == 1 ? 20000 : 1); i++) {
			give(ACCESS, &f);
			while (take(ACCESS, &out))
				answered += n == 2;
		}
	}
	assert_int_equal(answered, 1);
}

static void test_one_who_earns_icmp_errors_leaves_the_others_theirs(void **state)
{
	struct packet p = plain(SUBSCRIBER, INTERNET), q = plain(OTHER, INTERNET);

	(void)state;
	bring_up(1);
	bring_up(2);
	p.ttl = q.ttl = 1;
	assert_int_equal(errors_of(1, &p, 2337), TP_LIMIT_ICMP_ONE);
	assert_int_equal(errors_of(2, &q, 10), 10);
}

static void test_a_host_in_the_core_that_earns_icmp_errors_leaves_the_others_theirs(void **state)
{
	struct packet p = plain(INTERNET, SUBSCRIBER), q = plain(INTERNET + 1, SUBSCRIBER);
	struct frame of_p, of_q;
	unsigned told[2] = {0};

	(void)state;
	bring_up(1);
	p.ttl = q.ttl = 1;
	of_p = down_frame(&p);
	of_q = down_frame(&q);
	for (unsigned i = 0; i < 3000; i++) {
		give(CORE, &of_p);
		told[0] += take(CORE, &out);
	}
	for (unsigned i = 0; i < 10; i++) {
		give(CORE, &of_q);
		told[1] += take(CORE, &out);
	}
	assert_int_equal(told[0], TP_LIMIT_ICMP_ONE);
	assert_int_equal(told[1], 10);
}

static void test_all_together_do_not_make_a_worker_send_errors_alone(void **state)
{
	unsigned told = 0;

	(void)state;
	w->icmp_rate = tp_flood_rate_of(200, dp->ticks_per_second);
	for (unsigned n = 1; n <= 20; n++) {
		struct packet p = plain(OUR_ADDRESS + n, INTERNET);

		p.ttl = 1;
		bring_up(n);
		told += errors_of(n, &p, 100);
	}
	w->icmp_rate = tp_flood_rate_of(TP_LIMIT_ICMP, dp->ticks_per_second);
	assert_int_equal(told, 200);
}

static void test_one_who_scans_the_core_leaves_the_others_their_neighbours(void **state)
{
	struct packet q = plain(OTHER, IP(192, 0, 2, 77));
	struct tp_message message;
	unsigned asked = 0, for_other = 0;

	(void)state;
	bring_up(1);
	bring_up(2);
	for (unsigned i = 0; i < 250 * 20; i++) {
		struct packet p = plain(SUBSCRIBER, IP(192, 0, 2, 3) + i % 250);
		if (p.dst != q.dst)
			give_up(1, &p);
	}
	give_up(2, &q);
	while (take_message(&message, &out)) {
		asked += message.kind == TP_MESSAGE_RESOLVE;
		for_other += message.kind == TP_MESSAGE_RESOLVE && tp_ip_to4(&message.ip) == q.dst;
	}
	assert_in_range(asked, 2, TP_LIMIT_RESOLVE_SESSION + 1);
	assert_int_equal(for_other, 1);
}

/* A table of 4,096 rows by the golden ratio would have these two in one. */
static void test_a_flood_on_one_session_takes_nothing_of_another(void **state)
{
	struct frame f = lcp_frame(2, TP_PPP_CODE_CONFIGURE_REQUEST, 1, 0);
	struct frame other = lcp_frame(2586, TP_PPP_CODE_CONFIGURE_REQUEST, 1, 0);

	(void)state;
	open_session(2, (struct tp_vlans){0});
	open_session(2586, (struct tp_vlans){0});
	for (unsigned i = 0; i < 1000; i++)
		give(ACCESS, &f);
	give(ACCESS, &other);
	assert_int_equal(w->counters[ACCESS].handed_to_session, TP_LIMIT_CONTROL + 1);
}

static void test_a_slots_next_session_may_send_control_as_much_as_the_first(void **state)
{
	struct frame f = lcp_frame(1, TP_PPP_CODE_CONFIGURE_REQUEST, 1, 0);
	uint32_t slots[4];

	(void)state;
	for (unsigned next = 0; next < 3; next++) {
		open_session(1, (struct tp_vlans){0});
		for (unsigned i = 0; i < TP_LIMIT_CONTROL; i++)
			give(ACCESS, &f);
		assert_no_drops(ACCESS);
		tp_dataplane_session_close(dp, 1);
		assert_int_equal(tp_dataplane_released(dp, slots, 4), 1);
	}
}

/* ---- the shaper's places ------------------------------------------------------------------- */

static void limit(unsigned n, uint64_t rate)
{
	struct tp_dataplane_session_up terms = up_of(n);

	terms.rate_down.rate = rate;
	assert_int_equal(tp_dataplane_session_up(dp, n, &terms), 0);
}

static void give_down(unsigned n, uint16_t payload)
{
	struct packet p = plain(INTERNET, OUR_ADDRESS + n);
	struct frame f;

	p.payload = payload;
	f = down_frame(&p);
	give(CORE, &f);
}

/* 50M in packets of 64 bytes, four times as many as pass, beside 2M in packets of 1000 bytes, as
 * many as pass, in bursts of ten. */
static void test_small_packets_of_one_session_take_nobody_elses_place_to_wait(void **state)
{
	struct tp_session_counters counters;

	(void)state;
	w->now = (uint64_t)1 << 50;
	tp_wheel_poll(w);
	bring_up(1);
	bring_up(2);
	limit(1, 50000000);
	limit(2, 2000000);
	for (unsigned ms = 0; ms < 400; ms++) {
		for (unsigned i = 0; i < 400; i++)
			give_down(1, 44);
		for (unsigned i = 0; ms % 40 == 39 && i < 10; i++)
			give_down(2, 980);
		w->now += rte_get_tsc_hz() / 1000;
		tp_wheel_poll(w);
		while (take(ACCESS, &out))
			;
	}
	tp_dataplane_session_counters(dp, 2, &counters);
	assert_int_equal(counters.drops_out, 0);
	tp_dataplane_session_counters(dp, 1, &counters);
	assert_true(counters.packets_out > 0.97 * 0.4 * 50e6 / 8 / 64);
	assert_true(w->counters[CORE].drops[TP_DROP_SHAPER_SHARE] > 0);
	assert_int_equal(w->counters[CORE].drops[TP_DROP_SHAPER_FULL], 0);
	w->now += 3 * rte_get_tsc_hz();
	tp_wheel_poll(w);
	assert_int_equal(w->wheel->count, 0);
	for (uint32_t i = 0; i < 2 * 64; i++)
		assert_int_equal(w->wheel->waiting[i], 0);
}

static void test_many_greedy_sessions_still_leave_room(void **state)
{
	struct tp_session_counters counters;

	(void)state;
	w->now = (uint64_t)1 << 51;
	tp_wheel_poll(w);
	for (unsigned n = 1; n <= 40; n++) {
		bring_up(n);
		limit(n, n == 40 ? 2000000 : 50000000);
	}
	for (unsigned i = 0; i < 2000; i++)
		for (unsigned n = 1; n < 40; n++)
			give_down(n, 44);
	assert_int_equal(w->counters[CORE].drops[TP_DROP_SHAPER_FULL], 0);
	for (unsigned i = 0; i < 10; i++)
		give_down(40, 980);
	tp_dataplane_session_counters(dp, 40, &counters);
	assert_int_equal(counters.drops_out, 0);
	w->now += 3 * rte_get_tsc_hz();
	tp_wheel_poll(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_arp_gets_through_whatever_subscribers_send_to_the_box),
		TEST(test_packets_of_the_core_to_the_box_get_through_too),
		TEST(test_a_flood_of_the_core_to_the_box_leaves_arp_its_ring),
		TEST(test_a_session_may_send_the_box_so_much_and_no_more),
		TEST(test_a_slots_next_session_begins_with_a_limit_of_its_own),
		TEST(test_one_who_pings_leaves_the_others_their_answers),
		TEST(test_one_who_earns_icmp_errors_leaves_the_others_theirs),
		TEST(test_a_host_in_the_core_that_earns_icmp_errors_leaves_the_others_theirs),
		TEST(test_all_together_do_not_make_a_worker_send_errors_alone),
		TEST(test_one_who_scans_the_core_leaves_the_others_their_neighbours),
		TEST(test_a_flood_on_one_session_takes_nothing_of_another),
		TEST(test_a_slots_next_session_may_send_control_as_much_as_the_first),
		TEST(test_small_packets_of_one_session_take_nobody_elses_place_to_wait),
		TEST(test_many_greedy_sessions_still_leave_room),
	};
	max_sessions = MAX_SESSIONS; /* those of test_a_flood_on_one_session… */
	return RUN(tests);
}
