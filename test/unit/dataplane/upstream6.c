/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6 packets from subscribers. */
#include "fixture6.h"

#include "wire/tcp.h"

static const struct tp_vlans qinq = {.outer = 100, .inner = 200};

/* ---- what passes ----------------------------------------------------------------------------- */

static void test_a_packet_of_a_session_goes_to_the_gateway(void **state)
{
	struct packet6 p = plain6(host_of(1), INTERNET6);
	struct tp_session_counters c;

	(void)state;
	bring_up6(1);
	give_up6(1, &p);
	assert_at_core6(&p, 63);
	assert_nothing_out();
	tp_dataplane_session_counters(dp, 1, &c);
	assert_int_equal(c.packets_in, 1);
	assert_int_equal(c.bytes_in, 66);
	assert_int_equal(c.ipv6_packets_in, 1);
	assert_int_equal(c.ipv6_bytes_in, 66);
	assert_int_equal(c.packets_out, 0);
	assert_int_equal(w->counters[ACCESS].forwarded, 1);
	assert_int_equal(w->up6[1].data_tick, w->tick);
	assert_int_equal(w->up6[1].seen_tick, w->tick);
}

/* The third and fourth are in no record, so that the careful way finds them. */
static void test_each_of_a_sessions_prefixes_is_a_source_that_is_allowed(void **state)
{
	const struct tp_prefix6 routes[] = {
		up6_of(1).ipv6.routes[0],
		{{0x20, 0x01, 0x0d, 0xb8, 0x90}, 48},
		{{0x20, 0x01, 0x0d, 0xb8, 0x90, 1, 0, 0, 0xab}, 72},
	};
	const char *const sources[] = {host_of(1), lan_of(1), "2001:db8:9000:1234::1",
				       "2001:db8:9001:0:abff::1"};
	struct tp_dataplane_session_up up = up6_of(1);

	(void)state;
	up.ipv6.routes = routes;
	up.ipv6.route_count = 3;
	open_session(1, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	for (unsigned i = 0; i < 4; i++) {
		struct packet6 p = plain6(sources[i], INTERNET6);
		give_up6(1, &p);
		assert_at_core6(&p, 63);
	}
	assert_no_drops(ACCESS);
}

static void test_a_session_with_one_address_may_use_that_one(void **state)
{
	struct tp_dataplane_session_up up = up6_of(1);
	struct packet6 p = plain6("2001:db8:1:1::5", INTERNET6),
		       q = plain6("2001:db8:1:1::6", INTERNET6);

	(void)state;
	memcpy(up.ipv6.prefix.address, ip6(p.src), 16);
	up.ipv6.prefix.length = 128;
	open_session(1, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	give_up6(1, &p);
	assert_at_core6(&p, 63);
	give_up6(1, &q);
	assert_only_drop(ACCESS, TP_DROP_SPOOFED_SOURCE, 1);
}

static void bring_up_in_vlans(unsigned n, struct tp_vlans vlans)
{
	struct tp_dataplane_session_up up = up6_of(n);

	open_session(n, vlans);
	assert_int_equal(tp_dataplane_session_up(dp, n, &up), 0);
}

static void test_tags_are_looked_through_in_the_frame_or_stripped(void **state)
{
	struct packet6 p = plain6(host_of(1), INTERNET6);
	uint8_t packet[128];
	uint16_t len = put_packet6(packet, &p);
	struct frame both = session_frame(1, qinq, TP_PPP_PROTO_IPV6, packet, len);
	struct frame inner =
		session_frame(1, (struct tp_vlans){.outer = 200}, TP_PPP_PROTO_IPV6, packet, len);

	(void)state;
	bring_up_in_vlans(1, qinq);
	give(ACCESS, &both);
	assert_at_core6(&p, 63);
	give_stripped(ACCESS, &inner, 100);
	assert_at_core6(&p, 63);
	give_up6(1, &p); /* without any, it is nobody's */
	assert_int_equal(w->counters[ACCESS].handed_to_discovery, 1);
	assert_nothing_out();
}

static void test_padding_after_the_packet_is_trimmed(void **state)
{
	struct packet6 p = plain6(host_of(1), INTERNET6);
	uint8_t packet[128] = {0};
	struct frame f;

	(void)state;
	p.payload = 2;
	put_packet6(packet, &p);
	f = session_frame(1, (struct tp_vlans){0}, TP_PPP_PROTO_IPV6, packet, H6 + 2 + 9);
	f.len += 11;
	bring_up6(1);
	give(ACCESS, &f);
	assert_at_core6(&p, 63);
}

/* A router looks at none of them: RFC 8200, section 4. */
static const struct {
	const char *what;
	uint8_t next, bytes[24];
} passing[] = {
	{"hop-by-hop options", TP_IPV6_HOP_BY_HOP, {17, 0, 1, 4}},
	{"hop-by-hop options, one unknown", TP_IPV6_HOP_BY_HOP, {17, 0, 0xde, 4}},
	{"destination options", TP_IPV6_DESTINATION, {17, 0, 1, 4}},
	{"a routing header", TP_IPV6_ROUTING, {17, 0, 4}},
	{"a first fragment", TP_IPV6_FRAGMENT, {17, 0, 0, 1}},
	{"a later fragment", TP_IPV6_FRAGMENT, {17, 0, 0, 8}},
	{"a later fragment of TCP", TP_IPV6_FRAGMENT, {6, 0, 0, 8}},
	{"an atomic fragment", TP_IPV6_FRAGMENT, {58}},
	{"encryption", TP_IPV6_ESP, {1, 2, 3, 4}},
	{"authentication", TP_IPV6_AUTH, {6, 4}},
	{"a chain that is cut off", TP_IPV6_DESTINATION, {60, 99}},
	{"SCTP", 132, {1}},
	{"a protocol that nobody knows", 253, {1}},
	{"no next header", TP_IPV6_NO_NEXT, {0}},
};

static void test_extension_headers_fragments_and_any_protocol_pass(void **state)
{
	(void)state;
	bring_up6(1);
	for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++) {
		struct packet6 p = plain6(host_of(1), INTERNET6);
		p.next = passing[i].next;
		p.bytes = passing[i].bytes;
		p.payload = 24;
		give_up6(1, &p);
		assert_at_core6(&p, 63);
		p.src = INTERNET6;
		p.dst = lan_of(1);
		give_down6(&p);
		assert_at_client6(1, &p, 63);
	}
	assert_no_drops(ACCESS);
	assert_no_drops(CORE);
}

static void test_a_header_alone_is_a_packet(void **state)
{
	struct packet6 p = plain6(host_of(1), INTERNET6);

	(void)state;
	p.next = TP_IPV6_NO_NEXT;
	p.payload = 0;
	bring_up6(1);
	give_up6(1, &p);
	assert_at_core6(&p, 63);
}

static void test_a_packet_to_another_subscriber_turns_back_into_his_session(void **state)
{
	struct packet6 p = plain6(lan_of(1), host_of(2));
	struct tp_session_counters c;

	(void)state;
	bring_up6(1);
	bring_up6(2);
	give_up6(1, &p);
	assert_at_client6(2, &p, 63);
	tp_dataplane_session_counters(dp, 2, &c);
	assert_int_equal(c.ipv6_packets_out, 1);
	assert_int_equal(c.packets_out, 1);
}

/* ---- TCP's MSS ------------------------------------------------------------------------------- */

static uint16_t sum_of(const struct packet6 *p)
{
	return tp_ipv6_checksum(ip6(p->src), ip6(p->dst), p->next, p->bytes, p->payload);
}

/* Terms are IPv4's, whose header is 20 bytes shorter. */
static void test_the_mss_of_a_syn_is_clamped_60_below_the_mtu(void **state)
{
	uint8_t syn[24] = {[12] = 0x60, [13] = TP_TCP_SYN, [20] = 2, 4, 0x05, 0xb4};
	uint8_t clamped[24];
	struct tp_dataplane_session_up up = up6_of(1);
	struct packet6 p = plain6(host_of(1), INTERNET6), shall;
	uint16_t sum;

	(void)state;
	p.next = TP_IPPROTO_TCP;
	p.payload = sizeof(syn);
	p.bytes = syn;
	sum = sum_of(&p);
	memcpy(syn + 16, &sum, 2);
	memcpy(clamped, syn, sizeof(syn));
	tp_put_be16(clamped + 22, 1420);
	memset(clamped + 16, 0, 2);
	shall = p;
	shall.bytes = clamped;
	sum = sum_of(&shall);
	memcpy(clamped + 16, &sum, 2);
	up.mss_up = 1440;
	up.mss_down = 1440;
	open_session(1, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	give_up6(1, &p);
	assert_at_core6(&shall, 63);
	p.src = shall.src = INTERNET6;
	p.dst = shall.dst = lan_of(1);
	memset(clamped + 16, 0, 2);
	sum = sum_of(&shall);
	memcpy(clamped + 16, &sum, 2);
	memset(syn + 16, 0, 2);
	sum = sum_of(&p);
	memcpy(syn + 16, &sum, 2);
	give_down6(&p);
	assert_at_client6(1, &shall, 63);
}

/* ---- what does not --------------------------------------------------------------------------- */

/* Each row changes one byte or length of a frame that would have been forwarded. */
static const struct {
	const char *what;
	unsigned at;
	uint8_t value;
	int cut; /* bytes off its end */
	enum tp_drop reason;
} bad[] = {
	{"a PPPoE length beyond the frame", 18, 0x01, 0, TP_DROP_PPPOE_LENGTH},
	{"a PPPoE length of one byte less than IPv6's", 19, 67, 0, TP_DROP_IP_LENGTH},
	{"a PPPoE length that ends amid the header", 19, 41, 0, TP_DROP_IP_HEADER},
	{"IPv4 in an IPv6 protocol", 22, 0x45, 0, TP_DROP_IP_HEADER},
	{"a payload length beyond the payload", 26, 0x01, 0, TP_DROP_IP_LENGTH},
	{"the end missing", 12, 0x88, 1, TP_DROP_PPPOE_LENGTH},
};

static void test_a_bad_frame_is_dropped_for_its_own_reason(void **state)
{
	(void)state;
	bring_up6(1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct packet6 p = plain6(host_of(1), INTERNET6);
		struct frame f = up_frame6(1, &p);
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

/* The made-up source is told on the link that it came by, and nobody else. */
static void test_a_spoofed_source_is_dropped_and_told_on_its_own_link(void **state)
{
	const char *const sources[] = {host_of(2), "2001:db8:7777::1", INTERNET6,
				       "2001:db8:8000:207::1"};
	struct tp_session_counters c;

	(void)state;
	bring_up6(1);
	bring_up6(2); /* whose the first and the last are */
	for (unsigned i = 0; i < 4; i++) {
		struct packet6 p = plain6(sources[i], INTERNET6);
		give_up6(1, &p);
		assert_only_drop(ACCESS, TP_DROP_SPOOFED_SOURCE, i + 1);
		assert_error6(1, PORT6, TP_ICMP6_UNREACHABLE, 5, 0, &p);
	}
	assert_nothing_out();
	tp_dataplane_session_counters(dp, 1, &c);
	assert_int_equal(c.drops_in, 4);
	assert_int_equal(c.packets_in, 0);
	tp_dataplane_session_counters(dp, 2, &c);
	assert_int_equal(c.packets_out, 0);
}

static void test_errors_have_a_limit_for_each_session(void **state)
{
	struct packet6 p = plain6("2001:db8:7777::1", INTERNET6);
	struct frame f;
	unsigned told = 0;

	(void)state;
	bring_up6(1);
	for (unsigned i = 0; i < 3 * TP_LIMIT_ICMP_ONE; i++)
		give_up6(1, &p);
	while (take(ACCESS, &f))
		told++;
	assert_int_equal(told, TP_LIMIT_ICMP_ONE);
	assert_only_drop(ACCESS, TP_DROP_SPOOFED_SOURCE, 3 * TP_LIMIT_ICMP_ONE);
}

static void test_without_an_address_of_the_box_errors_come_from_the_link(void **state)
{
	struct packet6 p = plain6("2001:db8:7777::1", INTERNET6);

	(void)state;
	assert_int_equal(tp_dataplane_port_address6_set(dp, CORE, NULL), 0);
	bring_up6(1);
	give_up6(1, &p);
	assert_error6(1, OURS6, TP_ICMP6_UNREACHABLE, 5, 0, &p);
	assert_only_drop(ACCESS, TP_DROP_SPOOFED_SOURCE, 1);
}

static void test_sources_that_are_not_one_hosts_are_martians(void **state)
{
	static const char *const sources[] = {"::",	    "::1",     "::ffff:10.0.0.2",
					      "::10.0.0.2", "ff02::1", "ffff:ffff:ffff:ffff::1"};

	(void)state;
	bring_up6(1);
	for (unsigned i = 0; i < 6; i++) {
		struct packet6 p = plain6(sources[i], INTERNET6);
		give_up6(1, &p);
		assert_only_drop(ACCESS, TP_DROP_MARTIAN_SOURCE, i + 1);
	}
	assert_nothing_out();
}

/* Neither where a record has no route, nor where one covers everything. */
static void test_no_route_makes_a_martian_of_a_subscriber(void **state)
{
	static const struct {
		const char *src;
		enum tp_drop reason;
	} odd[] = {
		{"ffff:ffff:ffff:ffff::1", TP_DROP_MARTIAN_SOURCE},
		{"ff02::1", TP_DROP_MARTIAN_SOURCE},
		{"::1", TP_DROP_MARTIAN_SOURCE},
		{"fe80::99", TP_DROP_SPOOFED_SOURCE},
	};
	static const struct tp_prefix6 everything;
	struct tp_dataplane_session_up up = up6_of(1);
	struct packet6 p = plain6("2a00::1", INTERNET6);

	(void)state;
	open_session(1, (struct tp_vlans){0});
	up.ipv6.routes = &everything;
	for (up.ipv6.route_count = 0; up.ipv6.route_count < 2; up.ipv6.route_count++) {
		assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
		for (unsigned i = 0; i < 4; i++) {
			p.src = odd[i].src;
			give_up6(1, &p);
			assert_only_drop(ACCESS, odd[i].reason, 1);
			w->counters[ACCESS].drops[odd[i].reason] = 0;
			w->counters[ACCESS].received = 0;
		}
	}
	assert_nothing_out();
	p.src = "2a00::1";
	give_up6(1, &p);
	assert_at_client6(1, &p, 63); /* where the route to everything leads, too */
}

static void test_a_link_local_source_stays_on_its_link(void **state)
{
	struct packet6 p = plain6(link_local_of(1), INTERNET6), q = plain6("fe80::99", INTERNET6),
		       to_other = plain6(link_local_of(1), host_of(2));

	(void)state;
	bring_up6(1);
	bring_up6(2);
	give_up6(1, &p);
	assert_only_drop(ACCESS, TP_DROP_LINK_LOCAL, 1);
	assert_error6(1, OURS6, TP_ICMP6_UNREACHABLE, 2, 0, &p);
	give_up6(1, &to_other);
	assert_only_drop(ACCESS, TP_DROP_LINK_LOCAL, 2);
	assert_error6(1, OURS6, TP_ICMP6_UNREACHABLE, 2, 0, &to_other);
	w->counters[ACCESS].drops[TP_DROP_LINK_LOCAL] = 0;
	w->counters[ACCESS].received -= 2;
	give_up6(1, &q); /* not the one that IPV6CP agreed on */
	assert_only_drop(ACCESS, TP_DROP_SPOOFED_SOURCE, 1);
	assert_nothing_out();
}

static void test_a_family_that_is_not_up_forwards_nothing(void **state)
{
	struct packet6 p = plain6(host_of(1), INTERNET6);
	struct packet old = plain(SUBSCRIBER, INTERNET), zero = plain(0, INTERNET);
	struct frame f = up_frame(1, &old), z = up_frame(1, &zero);
	struct tp_dataplane_session_up up = up6_of(1);

	(void)state;
	open_session(1, (struct tp_vlans){0});
	give_up6(1, &p);
	bring_up(2);
	assert_only_drop(ACCESS, TP_DROP_SESSION_NOT_UP, 1);
	give_up6(2, &p); /* IPv4 is */
	assert_only_drop(ACCESS, TP_DROP_SESSION_NOT_UP, 2);
	up.remote_address = up.local_address = 0;
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	give_up6(1, &p);
	assert_at_core6(&p, 63);
	give(ACCESS, &f);
	give(ACCESS, &z);
	assert_only_drop(ACCESS, TP_DROP_SESSION_NOT_UP, 4);
	assert_nothing_out();
}

static void test_the_last_hop_is_told_of(void **state)
{
	struct packet6 p = plain6(host_of(1), INTERNET6);

	(void)state;
	bring_up6(1);
	for (unsigned hops = 2; hops-- > 0;) {
		p.hops = (uint8_t)hops;
		give_up6(1, &p);
		assert_error6(1, PORT6, TP_ICMP6_TIME_EXCEEDED, 0, 0, &p);
	}
	assert_only_drop(ACCESS, TP_DROP_TTL_EXPIRED, 2);
	assert_nothing_out();
}

/* Nothing is cut here: RFC 8200, section 5. */
static void test_what_is_too_big_for_the_core_is_told_its_mtu(void **state)
{
	struct packet6 p = plain6(host_of(1), INTERNET6);

	(void)state;
	p.payload = 1500 - H6;
	bring_up6(1);
	give_up6(1, &p);
	assert_at_core6(&p, 63);
	p.payload++;
	give_up6(1, &p);
	p.hops = 63;
	assert_error6(1, PORT6, TP_ICMP6_TOO_BIG, 0, 1500, &p);
	assert_only_drop(ACCESS, TP_DROP_MTU_EXCEEDED, 1);
	assert_nothing_out();
}

/* RFC 2675, section 3: who does not know the option says so. */
static void test_a_jumbogram_is_refused(void **state)
{
	static const uint8_t jumbo[40] = {17, 0, 0xc2, 4, 0, 1, 0, 0};
	struct packet6 p = plain6(host_of(1), INTERNET6);
	uint8_t packet[128];
	struct frame f, error;

	(void)state;
	p.next = TP_IPV6_HOP_BY_HOP;
	p.payload = sizeof(jumbo);
	p.bytes = jumbo;
	bring_up6(1);
	give_up6(1, &p); /* with a length it is not one */
	assert_at_core6(&p, 63);
	uint16_t len = put_packet6(packet, &p);
	memset(packet + 4, 0, 2);
	f = session_frame(1, (struct tp_vlans){0}, TP_PPP_PROTO_IPV6, packet, len);
	give(ACCESS, &f);
	assert_only_drop(ACCESS, TP_DROP_JUMBO, 1);
	assert_true(take(ACCESS, &error));
	assert_memory_equal(error.bytes + 22 + H6, "\4\2", 2);
	assert_memory_equal(error.bytes + 22 + H6 + 4, "\0\0\0\x2a", 4);
	assert_memory_equal(error.bytes + 22 + H6 + 8, packet, len);
	assert_nothing_out();
}

/* ---- where to -------------------------------------------------------------------------------- */

static void test_destinations_without_a_way_are_dropped_for_their_own_reason(void **state)
{
	static const struct {
		const char *dst;
		enum tp_drop reason;
		int code; /* of unreachable; -1: nothing is said */
	} cases[] = {
		{"::1", TP_DROP_MARTIAN, -1},
		{"::", TP_DROP_MARTIAN, -1},
		{"::ffff:192.0.2.1", TP_DROP_MARTIAN, -1},
		{"2001:db8:f001::1", TP_DROP_BLACKHOLE, -1},
		{"2001:db8:f002::1", TP_DROP_UNREACHABLE, 0},
		{"2001:db8:f003::1", TP_DROP_PROHIBITED, 1},
		{"2001:db8:ffff::77", TP_DROP_NEIGHBOUR_UNRESOLVED, -1},
	};
	static const enum tp_route_kind kinds[] = {TP_ROUTE_BLACKHOLE, TP_ROUTE_UNREACHABLE,
						   TP_ROUTE_PROHIBIT};
	struct tp_dataplane_route hole[3];

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		hole[i] = (struct tp_dataplane_route){
			.prefix = {any6(cases[3 + i].dst), 48}, .kind = kinds[i], .port = CORE};
		hole[i].prefix.ip.bytes[15] = 0;
		assert_int_equal(tp_dataplane_route_set(dp, &hole[i]), 0);
	}
	bring_up6(1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct packet6 p = plain6(host_of(1), cases[i].dst);
		give_up6(1, &p);
		if (w->counters[ACCESS].drops[cases[i].reason] != 1)
			fail_msg("not dropped as it should: to %s", cases[i].dst);
		assert_only_drop(ACCESS, cases[i].reason, 1);
		w->counters[ACCESS].drops[cases[i].reason] = 0;
		w->counters[ACCESS].received = 0;
		if (cases[i].code >= 0)
			assert_error6(1, PORT6, TP_ICMP6_UNREACHABLE, (uint8_t)cases[i].code, 0,
				      &p);
		assert_nothing_out();
	}
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(tp_dataplane_route_remove(dp, &hole[i].prefix), 0);
}

static void test_without_a_default_route_there_is_no_route(void **state)
{
	const struct tp_ip_prefix any = {any6("::"), 0};
	struct packet6 p = plain6(host_of(1), INTERNET6);

	(void)state;
	bring_up6(1);
	assert_int_equal(tp_dataplane_route_remove(dp, &any), 0);
	give_up6(1, &p);
	assert_only_drop(ACCESS, TP_DROP_NO_ROUTE, 1);
	assert_error6(1, PORT6, TP_ICMP6_UNREACHABLE, 0, 0, &p);
}

static void test_a_neighbour_that_is_wanted_is_asked_for_by_its_address(void **state)
{
	struct packet6 p = plain6(host_of(1), "2001:db8:ffff::77");
	const struct tp_ip wanted = any6("2001:db8:ffff::77");
	struct tp_message message;
	struct frame f;

	(void)state;
	bring_up6(1);
	give_up6(1, &p);
	assert_true(take_message(&message, &f));
	assert_int_equal(message.kind, TP_MESSAGE_RESOLVE);
	assert_int_equal(message.port, CORE);
	assert_true(tp_ip_same(&message.ip, &wanted));
}

static void test_the_gateway_when_it_has_gone_is_asked_for_and_its_senders_told(void **state)
{
	struct packet6 p = plain6(host_of(1), INTERNET6);
	const struct tp_ip gateway = any6(GATEWAY6);
	struct tp_message message;
	struct frame f;

	(void)state;
	bring_up6(1);
	assert_int_equal(tp_dataplane_neighbour_failed(dp, CORE, &gateway), 0);
	give_up6(1, &p);
	assert_only_drop(ACCESS, TP_DROP_NEIGHBOUR_UNRESOLVED, 1);
	assert_error6(1, PORT6, TP_ICMP6_UNREACHABLE, 3, 0, &p);
	assert_true(take_message(&message, &f));
	assert_int_equal(message.kind, TP_MESSAGE_RESOLVE);
	assert_true(tp_ip_same(&message.ip, &gateway));
}

static void test_a_packet_to_the_box_goes_to_the_kernel(void **state)
{
	struct packet6 p = plain6(lan_of(1), PORT6);
	uint8_t packet[128];
	uint16_t len = put_packet6(packet, &p);
	struct tp_message message;
	struct frame f;

	(void)state;
	bring_up6(1);
	give_up6(1, &p);
	assert_true(take_message(&message, &f));
	assert_int_equal(message.kind, TP_MESSAGE_HOST);
	assert_int_equal(message.port, CORE);
	assert_int_equal(f.len, 14 + len);
	assert_memory_equal(f.bytes, dp->ports[CORE].mac.bytes, 6);
	assert_memory_equal(f.bytes + 12, "\x86\xdd", 2);
	assert_memory_equal(f.bytes + 14, packet, len);
	assert_int_equal(w->counters[ACCESS].handed_to_host, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST6(test_a_packet_of_a_session_goes_to_the_gateway),
		TEST6(test_each_of_a_sessions_prefixes_is_a_source_that_is_allowed),
		TEST6(test_a_session_with_one_address_may_use_that_one),
		TEST6(test_tags_are_looked_through_in_the_frame_or_stripped),
		TEST6(test_padding_after_the_packet_is_trimmed),
		TEST6(test_extension_headers_fragments_and_any_protocol_pass),
		TEST6(test_a_header_alone_is_a_packet),
		TEST6(test_a_packet_to_another_subscriber_turns_back_into_his_session),
		TEST6(test_the_mss_of_a_syn_is_clamped_60_below_the_mtu),
		TEST6(test_a_bad_frame_is_dropped_for_its_own_reason),
		TEST6(test_a_spoofed_source_is_dropped_and_told_on_its_own_link),
		TEST6(test_errors_have_a_limit_for_each_session),
		TEST6(test_without_an_address_of_the_box_errors_come_from_the_link),
		TEST6(test_sources_that_are_not_one_hosts_are_martians),
		TEST6(test_no_route_makes_a_martian_of_a_subscriber),
		TEST6(test_a_link_local_source_stays_on_its_link),
		TEST6(test_a_family_that_is_not_up_forwards_nothing),
		TEST6(test_the_last_hop_is_told_of),
		TEST6(test_what_is_too_big_for_the_core_is_told_its_mtu),
		TEST6(test_a_jumbogram_is_refused),
		TEST6(test_destinations_without_a_way_are_dropped_for_their_own_reason),
		TEST6(test_without_a_default_route_there_is_no_route),
		TEST6(test_a_neighbour_that_is_wanted_is_asked_for_by_its_address),
		TEST6(test_the_gateway_when_it_has_gone_is_asked_for_and_its_senders_told),
		TEST6(test_a_packet_to_the_box_goes_to_the_kernel),
	};
	return RUN(tests);
}
