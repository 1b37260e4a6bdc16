/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames from the core, and what is too big or too old to go on. */
#include "fixture.h"

#include "dataplane/fib.h"

static struct frame out;

/* The next frame to subscriber N, its header checked; returns its packet. */
static struct tp_ipv4 *assert_to_subscriber(unsigned n)
{
	struct tp_mac mac = client_mac(n);
	assert_true(take(ACCESS, &out));
	assert_memory_equal(out.bytes, mac.bytes, 6);
	assert_memory_equal(out.bytes + 6, dp->ports[ACCESS].mac.bytes, 6);
	static const uint8_t middle[] = {0x88, 0x64, 0x11, 0x00};
	assert_memory_equal(out.bytes + 12, middle, sizeof(middle));
	assert_int_equal(out.bytes[16] << 8 | out.bytes[17], n);
	assert_int_equal(out.bytes[18] << 8 | out.bytes[19], out.len - 20);
	assert_int_equal(out.bytes[20] << 8 | out.bytes[21], TP_PPP_PROTO_IPV4);
	assert_int_equal(tp_ipv4_check(packet_to_subscriber(&out), out.len - 22u), TP_IPV4_OK);
	return packet_to_subscriber(&out);
}

static void test_a_packet_to_a_subscriber_goes_into_his_session(void **state)
{
	struct packet p = plain(INTERNET, SUBSCRIBER);
	struct frame f = down_frame(&p);
	struct tp_session_counters c;
	bring_up(1);
	give(CORE, &f);
	assert_int_equal(assert_to_subscriber(1)->ttl, 63);
	assert_int_equal(out.len, 22 + 46);
	tp_dataplane_session_counters(dp, 1, &c);
	assert_int_equal(c.packets_out, 1);
	assert_int_equal(c.bytes_out, 46);
}

static void test_ethernet_padding_does_not_reach_the_subscriber(void **state)
{
	struct packet p = plain(INTERNET, SUBSCRIBER);
	p.payload = 8;
	struct frame f = down_frame(&p);
	memset(f.bytes + f.len, 0xee, 60 - f.len);
	f.len = 60;
	bring_up(1);
	give(CORE, &f);
	assert_to_subscriber(1);
	assert_int_equal(out.len, 22 + 28);
}

static void test_a_subscriber_behind_qinq_gets_both_tags(void **state)
{
	struct packet p = plain(INTERNET, SUBSCRIBER);
	struct frame f = down_frame(&p);
	struct tp_dataplane_session_up up = up_of(1);
	static const uint8_t tags[] = {0x81, 0, 0x0f, 0xa1, 0x81, 0, 0x00, 0x07, 0x88, 0x64};
	open_session(1, (struct tp_vlans){.outer = 4001, .inner = 7});
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	give(CORE, &f);
	assert_true(take(ACCESS, &out));
	assert_int_equal(out.len, 30 + 46);
	assert_memory_equal(out.bytes + 12, tags, sizeof(tags));
	assert_memory_equal(out.bytes + 30 + 20, f.bytes + 14 + 20, 26);
}

static void test_framed_routes_lead_to_the_session(void **state)
{
	static const struct tp_prefix routes[] = {{IP(203, 0, 113, 0), 28},
						  {IP(203, 0, 113, 64), 28}};
	static const uint32_t to[] = {IP(203, 0, 113, 3), IP(203, 0, 113, 79)};
	struct tp_dataplane_session_up up = up_of(1);
	up.routes = routes;
	up.route_count = 2;
	open_session(1, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	for (unsigned i = 0; i < 2; i++) {
		struct packet p = plain(INTERNET, to[i]);
		struct frame f = down_frame(&p);
		give(CORE, &f);
		assert_to_subscriber(1);
	}
}

static void test_a_route_that_still_names_a_session_since_gone_sends_nothing_there(void **state)
{
	struct tp_ip_prefix stale = {TP_IP4(IP(10, 0, 0, 99)), 32};
	struct packet p = plain(INTERNET, IP(10, 0, 0, 99));
	struct frame f = down_frame(&p);
	bring_up(1);
	tp_fib_claim(dp->fib, &stale, TP_CLAIM_SESSION, TP_HOP(TP_HOP_SESSION, 1));
	give(CORE, &f);
	tp_fib_claim(dp->fib, &stale, TP_CLAIM_SESSION, TP_HOP(TP_HOP_SESSION, 5)); /* not open */
	give(CORE, &f);
	assert_only_drop(CORE, TP_DROP_STALE_ROUTE, 2);
	tp_fib_release(dp->fib, &stale, TP_CLAIM_SESSION);
	assert_nothing_out();
}

static void test_a_packet_that_would_go_back_to_the_core_is_dropped(void **state)
{
	struct packet p = plain(INTERNET, IP(10, 0, 0, 50)), q = plain(INTERNET, IP(192, 0, 2, 9));
	struct frame f = down_frame(&p), g = down_frame(&q);
	give(CORE, &f); /* by the default route */
	give(CORE, &g); /* in the connected network */
	assert_only_drop(CORE, TP_DROP_NOT_A_SUBSCRIBER, 2);
	assert_int_equal(w->counters[CORE].forwarded, 0);
}

static void test_frames_that_are_not_ours_or_bad_are_dropped_for_their_own_reason(void **state)
{
	static const struct {
		unsigned at;
		uint8_t value;
		int cut;
		enum tp_drop reason;
	} cases[] = {
		{5, 0x77, 0, TP_DROP_NOT_FOR_US},  {14, 0x65, 0, TP_DROP_IP_HEADER},
		{14, 0x44, 0, TP_DROP_IP_HEADER},  {16, 0x01, 0, TP_DROP_IP_LENGTH},
		{17, 0x13, 0, TP_DROP_IP_LENGTH},  {24, 0x01, 0, TP_DROP_IP_CHECKSUM},
		{12, 0x08, 1, TP_DROP_IP_LENGTH},  {12, 0x08, 27, TP_DROP_IP_HEADER},
		{12, 0x08, 47, TP_DROP_TRUNCATED},
	};
	(void)state;
	bring_up(1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct packet p = plain(INTERNET, SUBSCRIBER);
		struct frame f = down_frame(&p);
		f.bytes[cases[i].at] = cases[i].value;
		f.len = (uint16_t)(f.len - cases[i].cut);
		give(CORE, &f);
		assert_only_drop(CORE, cases[i].reason, 1);
		w->counters[CORE].drops[cases[i].reason] = 0;
		w->counters[CORE].received = 0;
	}
	assert_nothing_out();
}

/* ---- TTL ----------------------------------------------------------------------------------- */

static void assert_icmp(const struct tp_ipv4 *ip, uint32_t src, uint32_t dst, uint8_t type,
			uint8_t code, uint16_t mtu)
{
	const uint8_t *icmp = (const uint8_t *)ip + 20;
	uint16_t total = ntohs(ip->total_length_be);
	assert_int_equal(ip->protocol, TP_IPPROTO_ICMP);
	assert_int_equal(ntohl(ip->src_be), src);
	assert_int_equal(ntohl(ip->dst_be), dst);
	assert_int_equal(icmp[0], type);
	assert_int_equal(icmp[1], code);
	assert_int_equal(icmp[6] << 8 | icmp[7], mtu);
	assert_int_equal(tp_checksum_finish(tp_checksum_add(0, icmp, total - 20u)), 0);
}

static void test_a_packet_whose_ttl_ends_earns_its_sender_a_time_exceeded(void **state)
{
	struct packet p = plain(INTERNET, SUBSCRIBER);
	p.ttl = 1;
	struct frame f = down_frame(&p);
	bring_up(1);
	give(CORE, &f);
	assert_only_drop(CORE, TP_DROP_TTL_EXPIRED, 1);
	assert_true(take(CORE, &out));
	assert_icmp(packet_to_core(&out), PORT_ADDRESS, INTERNET, TP_ICMP_TIME_EXCEEDED, 0, 0);
	assert_memory_equal(out.bytes + 14 + 28, f.bytes + 14, 46); /* the original */
	assert_int_equal(w->counters[CORE].originated, 1);
}

static void test_a_subscribers_traceroute_sees_our_address_first(void **state)
{
	struct packet p = plain(SUBSCRIBER, INTERNET);
	p.ttl = 1;
	struct frame f = up_frame(1, &p);
	bring_up(1);
	give(ACCESS, &f);
	assert_only_drop(ACCESS, TP_DROP_TTL_EXPIRED, 1);
	assert_icmp(assert_to_subscriber(1), OUR_ADDRESS, SUBSCRIBER, TP_ICMP_TIME_EXCEEDED, 0, 0);
}

static void test_icmp_errors_about_icmp_errors_are_not_sent(void **state)
{
	struct packet p = plain(SUBSCRIBER, INTERNET);
	p.ttl = 1;
	p.protocol = TP_IPPROTO_ICMP;
	struct frame f = up_frame(1, &p);
	f.bytes[22 + 20] = TP_ICMP_TIME_EXCEEDED;
	bring_up(1);
	give(ACCESS, &f);
	assert_only_drop(ACCESS, TP_DROP_TTL_EXPIRED, 1);
	assert_nothing_out();
}

static void test_icmp_errors_are_limited(void **state)
{
	struct packet p = plain(SUBSCRIBER, INTERNET);
	unsigned sent = 0;
	p.ttl = 1;
	struct frame f = up_frame(1, &p);
	bring_up(1);
	for (unsigned i = 0; i < TP_LIMIT_ICMP_ONE + 10; i++) {
		give(ACCESS, &f);
		sent += take(ACCESS, &out);
	}
	assert_int_equal(sent, TP_LIMIT_ICMP_ONE);
	assert_only_drop(ACCESS, TP_DROP_TTL_EXPIRED, TP_LIMIT_ICMP_ONE + 10);
}

/* ---- MTU ----------------------------------------------------------------------------------- */

static void test_a_packet_of_just_the_mtu_passes(void **state)
{
	struct packet p = plain(INTERNET, SUBSCRIBER);
	p.payload = 1460;
	p.fragment = TP_IPV4_DF;
	struct frame f = down_frame(&p);
	bring_up(1);
	give(CORE, &f);
	assert_to_subscriber(1);
	assert_int_equal(out.len, 22 + 1480);
}

static void test_a_packet_over_the_mtu_with_df_earns_its_sender_the_mtu(void **state)
{
	struct packet p = plain(INTERNET, SUBSCRIBER);
	struct tp_session_counters c;
	p.payload = 1461;
	p.fragment = TP_IPV4_DF;
	struct frame f = down_frame(&p);
	bring_up(1);
	give(CORE, &f);
	assert_only_drop(CORE, TP_DROP_MTU_EXCEEDED, 1);
	assert_true(take(CORE, &out));
	assert_icmp(packet_to_core(&out), PORT_ADDRESS, INTERNET, TP_ICMP_UNREACHABLE,
		    TP_ICMP_CODE_FRAG_NEEDED, 1480);
	assert_int_equal(ntohs(packet_to_core(&out)->total_length_be), TP_ICMP_ERROR_MAX);
	tp_dataplane_session_counters(dp, 1, &c);
	assert_int_equal(c.drops_out, 1);
	assert_int_equal(c.packets_out, 0);
	assert_nothing_out();
}

static void test_a_packet_over_the_mtu_without_df_is_cut_into_fragments_that_add_up(void **state)
{
	static uint8_t whole[2000];
	struct packet p = plain(INTERNET, SUBSCRIBER);
	unsigned got = 0, pieces = 0;
	bool last = false;
	p.payload = 1480;
	struct frame f = down_frame(&p);
	struct tp_dataplane_session_up up = up_of(1);
	up.mtu = 576;
	open_session(1, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	give(CORE, &f);
	assert_no_drops(CORE);
	while (!last) {
		const struct tp_ipv4 *ip = assert_to_subscriber(1);
		uint16_t fragment = ntohs(ip->fragment_be), total = ntohs(ip->total_length_be);
		unsigned at = (fragment & TP_IPV4_OFFSET) * 8u;
		assert_true(total <= 576);
		assert_int_equal(ip->ttl, 63);
		assert_int_equal(ntohs(ip->id_be), 0x4321);
		memcpy(whole + at, (const uint8_t *)ip + 20, total - 20u);
		got += total - 20u;
		pieces++;
		last = (fragment & TP_IPV4_MF) == 0;
	}
	assert_int_equal(got, 1480);
	assert_int_equal(pieces, 3);
	assert_memory_equal(whole, f.bytes + 34, 1480);
	assert_nothing_out();
	assert_int_equal(w->counters[CORE].forwarded, 1);
}

/* ---- from the host ------------------------------------------------------------------------- */

static void test_what_the_host_says_to_a_subscriber_is_injected(void **state)
{
	struct packet p = plain(PORT_ADDRESS, SUBSCRIBER);
	struct frame f = down_frame(&p);
	bring_up(1);
	assert_true(tp_dataplane_inject(dp, CORE, f.bytes, f.len));
	assert_nothing_out();
	tp_worker_poll(w);
	assert_to_subscriber(1);
	assert_int_equal(w->counters[CORE].received_from_control, 1);
}

static void test_what_control_sends_leaves_with_its_tags(void **state)
{
	struct packet p = plain(PORT_ADDRESS, SUBSCRIBER);
	struct frame f = down_frame(&p);
	static const uint8_t tags[] = {0x81, 0, 0, 5, 0x81, 0, 0, 6, 0x08, 0x00};
	assert_true(tp_dataplane_send(dp, ACCESS, (struct tp_vlans){5, 6}, f.bytes, f.len));
	tp_worker_poll(w);
	assert_true(take(ACCESS, &out));
	assert_int_equal(out.len, f.len + 8);
	assert_memory_equal(out.bytes, f.bytes, 12);
	assert_memory_equal(out.bytes + 12, tags, sizeof(tags));
	assert_memory_equal(out.bytes + 22, f.bytes + 14, f.len - 14);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_packet_to_a_subscriber_goes_into_his_session),
		TEST(test_ethernet_padding_does_not_reach_the_subscriber),
		TEST(test_a_subscriber_behind_qinq_gets_both_tags),
		TEST(test_framed_routes_lead_to_the_session),
		TEST(test_a_route_that_still_names_a_session_since_gone_sends_nothing_there),
		TEST(test_a_packet_that_would_go_back_to_the_core_is_dropped),
		TEST(test_frames_that_are_not_ours_or_bad_are_dropped_for_their_own_reason),
		TEST(test_a_packet_whose_ttl_ends_earns_its_sender_a_time_exceeded),
		TEST(test_a_subscribers_traceroute_sees_our_address_first),
		TEST(test_icmp_errors_about_icmp_errors_are_not_sent),
		TEST(test_icmp_errors_are_limited),
		TEST(test_a_packet_of_just_the_mtu_passes),
		TEST(test_a_packet_over_the_mtu_with_df_earns_its_sender_the_mtu),
		TEST(test_a_packet_over_the_mtu_without_df_is_cut_into_fragments_that_add_up),
		TEST(test_what_the_host_says_to_a_subscriber_is_injected),
		TEST(test_what_control_sends_leaves_with_its_tags),
	};
	return RUN(tests);
}
