/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames from subscribers. */
#include "fixture.h"

static const struct tp_vlans qinq = {.outer = 100, .inner = 200};

static void bring_up_in_vlans(unsigned n, struct tp_vlans vlans)
{
	struct tp_dataplane_session_up up = up_of(n);
	open_session(n, vlans);
	assert_int_equal(tp_dataplane_session_up(dp, n, &up), 0);
}

static void assert_reached_core(const struct packet *sent)
{
	struct frame f;
	assert_true(take(CORE, &f));
	assert_memory_equal(f.bytes, gateway_mac.bytes, 6);
	assert_memory_equal(f.bytes + 6, dp->ports[CORE].mac.bytes, 6);
	assert_int_equal(f.bytes[12] << 8 | f.bytes[13], TP_ETHERTYPE_IPV4);
	struct tp_ipv4 *ip = packet_to_core(&f);
	assert_int_equal(f.len, 14 + 20 + sent->payload);
	assert_int_equal(tp_ipv4_check(ip, f.len - 14u), TP_IPV4_OK);
	assert_int_equal(ip->ttl, sent->ttl - 1);
	assert_int_equal(ntohl(ip->src_be), sent->src);
	assert_int_equal(ntohl(ip->dst_be), sent->dst);
}

static void test_a_packet_of_a_session_goes_to_the_gateway(void **state)
{
	struct packet p = plain(SUBSCRIBER, INTERNET);
	struct frame f = up_frame(1, &p);
	struct tp_session_counters c;
	bring_up(1);
	give(ACCESS, &f);
	assert_reached_core(&p);
	assert_nothing_out();
	tp_dataplane_session_counters(dp, 1, &c);
	assert_int_equal(c.packets_in, 1);
	assert_int_equal(c.bytes_in, 46);
	assert_int_equal(c.packets_out, 0);
	assert_int_equal(w->counters[ACCESS].forwarded, 1);
}

static void test_a_burst_of_all_sorts_is_sorted(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= 20; n++)
		bring_up(n);
	for (unsigned n = 1; n <= 20; n++) {
		struct packet p = plain(OUR_ADDRESS + n, INTERNET);
		struct frame f = up_frame(n, &p);
		give(ACCESS, &f);
		assert_reached_core(&p);
	}
	assert_no_drops(ACCESS);
}

static void test_padding_after_the_pppoe_length_is_trimmed(void **state)
{
	struct packet p = plain(SUBSCRIBER, INTERNET);
	struct frame f;
	p.payload = 8;
	f = up_frame(1, &p);
	memset(f.bytes + f.len, 0xee, 60 - f.len);
	f.len = 60;
	bring_up(1);
	give(ACCESS, &f);
	assert_reached_core(&p);
}

static void test_a_qinq_frame_with_both_tags_in_it_is_forwarded(void **state)
{
	uint8_t packet[64];
	struct packet p = plain(SUBSCRIBER, INTERNET);
	uint16_t len = put_packet(packet, &p);
	struct frame f = session_frame(1, qinq, TP_PPP_PROTO_IPV4, packet, len);
	bring_up_in_vlans(1, qinq);
	give(ACCESS, &f);
	assert_reached_core(&p);
}

static void test_a_qinq_frame_with_the_outer_tag_stripped_is_forwarded(void **state)
{
	uint8_t packet[64];
	struct packet p = plain(SUBSCRIBER, INTERNET);
	uint16_t len = put_packet(packet, &p);
	struct frame f =
		session_frame(1, (struct tp_vlans){.outer = 200}, TP_PPP_PROTO_IPV4, packet, len);
	bring_up_in_vlans(1, qinq);
	give_stripped(ACCESS, &f, 100 | 5 << 13); /* with a priority */
	assert_reached_core(&p);
}

static void test_a_vlan_frame_with_its_tag_stripped_is_forwarded(void **state)
{
	struct packet p = plain(SUBSCRIBER, INTERNET);
	struct frame f = up_frame(1, &p);
	bring_up_in_vlans(1, (struct tp_vlans){.outer = 7});
	give_stripped(ACCESS, &f, 7);
	assert_reached_core(&p);
}

static void test_a_frame_from_another_vlan_is_not_the_sessions(void **state)
{
	struct packet p = plain(SUBSCRIBER, INTERNET);
	struct frame f = up_frame(1, &p);
	bring_up_in_vlans(1, (struct tp_vlans){.outer = 16}); /* the scope of untagged frames */
	give(ACCESS, &f);
	assert_int_equal(w->counters[ACCESS].handed_to_discovery, 1); /* it may earn a PADT */
	assert_nothing_out();
}

static void test_a_framed_route_is_a_source_that_is_allowed(void **state)
{
	static const struct tp_prefix routes[] = {
		{IP(203, 0, 113, 0), 28}, {IP(203, 0, 113, 64), 28}, {IP(203, 0, 113, 128), 25}};
	static const uint32_t sources[] = {IP(203, 0, 113, 15), IP(203, 0, 113, 64),
					   IP(203, 0, 113, 255)};
	struct tp_dataplane_session_up up = up_of(1);
	up.routes = routes;
	up.route_count = 3;
	open_session(1, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	for (unsigned i = 0; i < 3; i++) {
		struct packet p = plain(sources[i], INTERNET);
		struct frame f = up_frame(1, &p);
		give(ACCESS, &f);
		assert_reached_core(&p);
	}
	struct packet p = plain(IP(203, 0, 113, 16), INTERNET);
	struct frame f = up_frame(1, &p);
	give(ACCESS, &f);
	assert_only_drop(ACCESS, TP_DROP_SPOOFED_SOURCE, 1);
}

static void test_a_packet_to_another_subscriber_turns_back_into_his_session(void **state)
{
	struct packet p = plain(SUBSCRIBER, OUR_ADDRESS + 2);
	struct frame f = up_frame(1, &p);
	struct tp_session_counters c;
	struct tp_mac mac = client_mac(2);
	bring_up(1);
	bring_up(2);
	give(ACCESS, &f);
	assert_true(take(ACCESS, &f));
	assert_memory_equal(f.bytes, mac.bytes, 6);
	assert_int_equal(f.bytes[16] << 8 | f.bytes[17], 2); /* session id */
	assert_int_equal(packet_to_subscriber(&f)->ttl, 63);
	assert_int_equal(tp_ipv4_check(packet_to_subscriber(&f), f.len - 22u), TP_IPV4_OK);
	tp_dataplane_session_counters(dp, 2, &c);
	assert_int_equal(c.packets_out, 1);
}

/* Each row changes one byte or length of a frame that would have been forwarded. */
static const struct {
	const char *what;
	unsigned at;
	uint8_t value;
	int cut; /* bytes off its end */
	enum tp_drop reason;
} bad[] = {
	{"another's destination MAC", 5, 0x77, 0, TP_DROP_NOT_FOR_US},
	{"a source that is a group", 6, 0x03, 0, TP_DROP_SOURCE_MULTICAST},
	{"an Ethernet type of nobody", 13, 0x00, 0, TP_DROP_ETHERTYPE},
	{"PPPoE version 2", 14, 0x21, 0, TP_DROP_PPPOE_HEADER},
	{"PPPoE type 2", 14, 0x12, 0, TP_DROP_PPPOE_HEADER},
	{"a discovery code in a session frame", 15, 0x09, 0, TP_DROP_PPPOE_HEADER},
	{"a PPPoE length beyond the frame", 18, 0x01, 0, TP_DROP_PPPOE_LENGTH},
	{"a PPPoE length of one byte less than IPv4's", 19, 47, 0, TP_DROP_IP_LENGTH},
	{"a PPPoE length without a protocol", 19, 1, 0, TP_DROP_PPPOE_LENGTH},
	{"IPv6 in an IPv4 protocol", 22, 0x65, 0, TP_DROP_IP_HEADER},
	{"a header length of 16", 22, 0x44, 0, TP_DROP_IP_HEADER},
	{"a total length beyond the payload", 24, 0x01, 0, TP_DROP_IP_LENGTH},
	{"a total length below the header's", 25, 19, 0, TP_DROP_IP_LENGTH},
	{"a checksum that is wrong", 32, 0x55, 0, TP_DROP_IP_CHECKSUM},
	{"the end missing", 12, 0x88, 1, TP_DROP_PPPOE_LENGTH},
	{"no more than a PPPoE header", 12, 0x88, 46 + 2, TP_DROP_PPPOE_LENGTH},
	{"half a PPPoE header", 12, 0x88, 46 + 2 + 3, TP_DROP_TRUNCATED},
	{"an Ethernet header only", 12, 0x88, 46 + 2 + 6, TP_DROP_TRUNCATED},
	{"less than an Ethernet header", 12, 0x88, 46 + 2 + 6 + 1, TP_DROP_TRUNCATED},
};

static void test_a_bad_frame_is_dropped_for_its_own_reason(void **state)
{
	(void)state;
	bring_up(1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct packet p = plain(SUBSCRIBER, INTERNET);
		struct frame f = up_frame(1, &p);
		f.bytes[bad[i].at] = bad[i].value;
		f.len = (uint16_t)(f.len - bad[i].cut);
		give(ACCESS, &f);
		if (w->counters[ACCESS].drops[bad[i].reason] != 1)
			fail_msg("not dropped as it should: %s", bad[i].what);
		assert_only_drop(ACCESS, bad[i].reason, 1);
		w->counters[ACCESS].drops[bad[i].reason] = 0;
		w->counters[ACCESS].received = 0;
	}
	assert_nothing_out();
}

static void test_a_spoofed_source_is_dropped_and_counted_for_the_session(void **state)
{
	struct packet p = plain(IP(10, 0, 0, 3), INTERNET);
	struct frame f = up_frame(1, &p);
	struct tp_session_counters c;
	bring_up(1);
	bring_up(2); /* whose address it is */
	give(ACCESS, &f);
	assert_only_drop(ACCESS, TP_DROP_SPOOFED_SOURCE, 1);
	tp_dataplane_session_counters(dp, 1, &c);
	assert_int_equal(c.drops_in, 1);
	assert_int_equal(c.packets_in, 0);
}

static void test_a_session_that_is_not_up_forwards_nothing(void **state)
{
	struct packet p = plain(SUBSCRIBER, INTERNET), zero = plain(0, INTERNET);
	struct frame f = up_frame(1, &p), z = up_frame(1, &zero);
	open_session(1, (struct tp_vlans){0});
	give(ACCESS, &f);
	give(ACCESS, &z);
	assert_only_drop(ACCESS, TP_DROP_SESSION_NOT_UP, 2);
}

static void test_destinations_without_a_way_are_dropped_for_their_own_reason(void **state)
{
	static const struct {
		uint32_t dst;
		enum tp_drop reason;
	} cases[] = {
		{IP(224, 0, 0, 5), TP_DROP_MARTIAN},
		{IP(255, 255, 255, 255), TP_DROP_MARTIAN},
		{IP(127, 0, 0, 1), TP_DROP_MARTIAN},
		{IP(198, 18, 0, 1), TP_DROP_BLACKHOLE},
		{IP(192, 0, 2, 77), TP_DROP_NEIGHBOUR_UNRESOLVED},
		{OUR_ADDRESS, TP_DROP_LOCAL}, /* UDP to the box */
	};
	struct tp_dataplane_route hole = {.prefix = {TP_IP4(IP(198, 18, 0, 0)), 15},
					  .kind = TP_ROUTE_BLACKHOLE};
	assert_int_equal(tp_dataplane_route_set(dp, &hole), 0);
	bring_up(1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct packet p = plain(SUBSCRIBER, cases[i].dst);
		struct frame f = up_frame(1, &p);
		give(ACCESS, &f);
		assert_only_drop(ACCESS, cases[i].reason, 1);
		w->counters[ACCESS].drops[cases[i].reason] = 0;
		w->counters[ACCESS].received = 0;
	}
	assert_int_equal(tp_dataplane_route_remove(dp, &hole.prefix), 0);
}

static void test_without_a_default_route_there_is_no_route(void **state)
{
	struct packet p = plain(SUBSCRIBER, INTERNET);
	struct frame f = up_frame(1, &p);
	struct tp_ip_prefix any = {TP_IP4(0u), 0};
	bring_up(1);
	assert_int_equal(tp_dataplane_route_remove(dp, &any), 0);
	give(ACCESS, &f);
	assert_only_drop(ACCESS, TP_DROP_NO_ROUTE, 1);
}

static void test_options_in_the_header_do_not_stop_a_packet(void **state)
{
	uint8_t packet[64];
	struct packet p = plain(SUBSCRIBER, INTERNET);
	struct frame f;
	put_packet(packet, &p);
	struct tp_ipv4 *ip = (struct tp_ipv4 *)packet;
	ip->version_ihl = 0x46;
	memset(packet + 20, 1, 4); /* no-operations */
	ip->checksum_be = 0;
	ip->checksum_be = tp_checksum_finish(tp_checksum_add(0, packet, 24));
	f = session_frame(1, (struct tp_vlans){0}, TP_PPP_PROTO_IPV4, packet, 46);
	bring_up(1);
	give(ACCESS, &f);
	assert_reached_core(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_packet_of_a_session_goes_to_the_gateway),
		TEST(test_a_burst_of_all_sorts_is_sorted),
		TEST(test_padding_after_the_pppoe_length_is_trimmed),
		TEST(test_a_qinq_frame_with_both_tags_in_it_is_forwarded),
		TEST(test_a_qinq_frame_with_the_outer_tag_stripped_is_forwarded),
		TEST(test_a_vlan_frame_with_its_tag_stripped_is_forwarded),
		TEST(test_a_frame_from_another_vlan_is_not_the_sessions),
		TEST(test_a_framed_route_is_a_source_that_is_allowed),
		TEST(test_a_packet_to_another_subscriber_turns_back_into_his_session),
		TEST(test_a_bad_frame_is_dropped_for_its_own_reason),
		TEST(test_a_spoofed_source_is_dropped_and_counted_for_the_session),
		TEST(test_a_session_that_is_not_up_forwards_nothing),
		TEST(test_destinations_without_a_way_are_dropped_for_their_own_reason),
		TEST(test_without_a_default_route_there_is_no_route),
		TEST(test_options_in_the_header_do_not_stop_a_packet),
	};
	return RUN(tests);
}
