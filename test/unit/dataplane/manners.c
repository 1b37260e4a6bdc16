/* SPDX-License-Identifier: BSD-3-Clause */
/* What a router and a host owe those whose packets they do not take (RFC 1812, RFC 1122). */
#include "fixture.h"

#include "dataplane/worker/classify.h"
#include "wire/tcp.h"

#define FAR IP(198, 18, 0, 9) /* in the network that a test gives a route to */

static struct frame out;

static const struct tp_ip_prefix far_network = {TP_IP4(IP(198, 18, 0, 0)), 15};

static void give_up(const struct packet *p)
{
	struct frame f = up_frame(1, p);

	give(ACCESS, &f);
}

static void give_bytes_up(const void *packet, uint16_t len)
{
	struct frame f = session_frame(1, (struct tp_vlans){0}, TP_PPP_PROTO_IPV4, packet, len);

	give(ACCESS, &f);
}

/* The next packet to the subscriber is an ICMP error from SRC. */
static void assert_told(uint32_t src, uint8_t code)
{
	assert_true(take(ACCESS, &out));
	const struct tp_ipv4 *ip = packet_to_subscriber(&out);
	const uint8_t *icmp = (const uint8_t *)ip + 20;

	assert_int_equal(ip->protocol, TP_IPPROTO_ICMP);
	assert_int_equal(ntohl(ip->src_be), src);
	assert_int_equal(ntohl(ip->dst_be), SUBSCRIBER);
	assert_int_equal(icmp[0], TP_ICMP_UNREACHABLE);
	assert_int_equal(icmp[1], code);
	assert_nothing_out();
}

/* ---- nowhere to go ------------------------------------------------------------------------- */

static void test_who_sends_where_no_route_leads_is_told(void **state)
{
	struct packet p = plain(SUBSCRIBER, INTERNET);
	struct tp_ip_prefix any = {TP_IP4(0u), 0};

	(void)state;
	bring_up(1);
	assert_int_equal(tp_dataplane_route_remove(dp, &any), 0);
	give_up(&p);
	assert_told(OUR_ADDRESS, TP_ICMP_CODE_NETWORK);
	assert_only_drop(ACCESS, TP_DROP_NO_ROUTE, 1);
}

static void
test_routes_that_refuse_say_so_as_the_kernel_would_and_a_blackhole_is_silent(void **state)
{
	static const struct {
		enum tp_route_kind kind;
		enum tp_drop reason;
		int code; /* -1: silence */
	} cases[] = {
		{TP_ROUTE_UNREACHABLE, TP_DROP_UNREACHABLE, TP_ICMP_CODE_HOST},
		{TP_ROUTE_PROHIBIT, TP_DROP_PROHIBITED, TP_ICMP_CODE_PROHIBITED},
		{TP_ROUTE_BLACKHOLE, TP_DROP_BLACKHOLE, -1},
	};

	(void)state;
	bring_up(1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tp_dataplane_route route = {.prefix = far_network, .kind = cases[i].kind};
		struct packet p = plain(SUBSCRIBER, FAR);

		assert_int_equal(tp_dataplane_route_set(dp, &route), 0);
		give_up(&p);
		assert_only_drop(ACCESS, cases[i].reason, 1);
		w->counters[ACCESS].drops[cases[i].reason] = 0;
		w->counters[ACCESS].received = 0;
		if (cases[i].code >= 0)
			assert_told(OUR_ADDRESS, (uint8_t)cases[i].code);
		assert_nothing_out();
	}
	assert_int_equal(tp_dataplane_route_remove(dp, &far_network), 0);
}

static void test_a_gateway_that_does_not_answer_is_told_of_once_that_is_known(void **state)
{
	struct tp_dataplane_route route = {.prefix = far_network,
					   .kind = TP_ROUTE_GATEWAY,
					   .port = CORE,
					   .gateway = TP_IP4(IP(192, 0, 2, 9))};
	struct packet p = plain(SUBSCRIBER, FAR);

	(void)state;
	bring_up(1);
	assert_int_equal(tp_dataplane_route_set(dp, &route), 0);
	give_up(&p);
	assert_nothing_out(); /* it is being asked for */
	assert_int_equal(tp_dataplane_neighbour_failed(dp, CORE, &route.gateway), 0);
	give_up(&p);
	assert_told(OUR_ADDRESS, TP_ICMP_CODE_HOST);
	assert_only_drop(ACCESS, TP_DROP_NEIGHBOUR_UNRESOLVED, 2);
	assert_int_equal(tp_dataplane_neighbour_set(dp, CORE, &route.gateway, &gateway_mac), 0);
	give_up(&p);
	assert_true(take(CORE, &out));
	tp_dataplane_neighbour_remove(dp, CORE, &route.gateway);
	give_up(&p);
	assert_nothing_out();
	assert_int_equal(tp_dataplane_route_remove(dp, &far_network), 0);
}

static void test_a_host_in_the_ports_network_that_does_not_answer_is_told_of_too(void **state)
{
	uint32_t host = IP(192, 0, 2, 77);
	struct packet p = plain(SUBSCRIBER, host);
	struct tp_message message;

	(void)state;
	bring_up(1);
	give_up(&p);
	assert_nothing_out();
	assert_int_equal(tp_dataplane_neighbour_failed(dp, CORE, AT(host)), 0);
	while (take_message(&message, &out))
		;
	w->tick += w->second_ticks;
	give_up(&p);
	assert_told(OUR_ADDRESS, TP_ICMP_CODE_HOST);
	assert_true(take_message(&message, &out)); /* it may have come back */
	assert_int_equal(message.kind, TP_MESSAGE_RESOLVE);
	assert_int_equal(tp_ip_to4(&message.ip), host);
	tp_dataplane_neighbour_remove(dp, CORE, AT(host));
}

/* Its answers come from the core port's address. */
static void test_who_sends_from_the_core_to_a_subscriber_that_is_gone_is_told(void **state)
{
	struct packet p = plain(INTERNET, IP(10, 0, 0, 50));
	struct frame f = down_frame(&p);

	(void)state;
	give(CORE, &f);
	assert_only_drop(CORE, TP_DROP_NOT_A_SUBSCRIBER, 1);
	assert_true(take(CORE, &out));
	const struct tp_ipv4 *ip = packet_to_core(&out);
	assert_int_equal(ntohl(ip->src_be), PORT_ADDRESS);
	assert_int_equal(ntohl(ip->dst_be), INTERNET);
	assert_int_equal(((const uint8_t *)ip)[20], TP_ICMP_UNREACHABLE);
	assert_int_equal(((const uint8_t *)ip)[21], TP_ICMP_CODE_HOST);
}

/* ---- sources that are not one host's ------------------------------------------------------- */

static const uint32_t martians[] = {0,
				    IP(0, 1, 2, 3),
				    IP(127, 0, 0, 1),
				    IP(224, 0, 0, 5),
				    IP(239, 1, 1, 1),
				    IP(240, 0, 0, 1),
				    IP(255, 255, 255, 255)};
#define MARTIANS (sizeof(martians) / sizeof(martians[0]))

static void test_a_source_that_is_not_one_hosts_is_not_taken_from_the_core(void **state)
{
	(void)state;
	bring_up(1);
	for (unsigned i = 0; i < MARTIANS; i++) {
		struct packet p = plain(martians[i], SUBSCRIBER), syn = p, box = p;
		box.dst = OUR_ADDRESS;
		syn.protocol = TP_IPPROTO_TCP; /* with its flags, the careful way */
		struct frame f = down_frame(&p), g = down_frame(&syn), h = down_frame(&box);

		g.bytes[14 + 20 + TP_TCP_FLAGS_OFFSET] = TP_TCP_SYN;
		give(CORE, &f);
		give(CORE, &g);
		give(CORE, &h);
	}
	assert_only_drop(CORE, TP_DROP_MARTIAN_SOURCE, 3 * MARTIANS);
	assert_nothing_out();
}

static void test_addresses_beside_those_are_taken(void **state)
{
	static const uint32_t good[] = {IP(1, 0, 0, 0), IP(126, 255, 255, 255), IP(128, 0, 0, 0),
					IP(223, 255, 255, 255)};

	(void)state;
	bring_up(1);
	for (unsigned i = 0; i < 4; i++) {
		struct packet p = plain(good[i], SUBSCRIBER);
		struct frame f = down_frame(&p);

		give(CORE, &f);
		assert_true(take(ACCESS, &out));
	}
	assert_no_drops(CORE);
}

static void test_nor_from_a_subscriber_whose_route_covers_it(void **state)
{
	static const struct tp_prefix all = {0, 0};
	struct tp_dataplane_session_up up = up_of(1);
	struct packet good = plain(IP(203, 0, 113, 5), INTERNET);

	(void)state;
	up.routes = &all;
	up.route_count = 1;
	open_session(1, (struct tp_vlans){0});
	tp_dataplane_route_remove(dp, &(struct tp_ip_prefix){TP_IP4(0u), 0});
	struct tp_dataplane_route there = {.prefix = {TP_IP4(INTERNET), 32},
					   .kind = TP_ROUTE_GATEWAY,
					   .port = CORE,
					   .gateway = TP_IP4(GATEWAY)};
	assert_int_equal(tp_dataplane_route_set(dp, &there), 0);
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	for (unsigned i = 0; i < MARTIANS; i++) {
		struct packet p = plain(martians[i], INTERNET);
		give_up(&p);
	}
	assert_only_drop(ACCESS, TP_DROP_MARTIAN_SOURCE, MARTIANS);
	assert_nothing_out();
	give_up(&good);
	assert_true(take(CORE, &out));
	assert_int_equal(tp_dataplane_route_remove(dp, &there.prefix), 0);
}

/* ---- the box as a host --------------------------------------------------------------------- */

static void put_header(uint8_t *packet, unsigned header, uint16_t total, uint16_t fragment)
{
	struct tp_ipv4 *ip = (struct tp_ipv4 *)packet;

	tp_ipv4_build(ip, total, 64, TP_IPPROTO_ICMP, htonl(SUBSCRIBER), htonl(OUR_ADDRESS));
	ip->version_ihl = (uint8_t)(0x40 | header / 4);
	ip->id_be = htons(77);
	ip->fragment_be = htons(fragment);
	ip->checksum_be = 0;
	ip->checksum_be = tp_checksum_finish(tp_checksum_add(0, packet, header));
}

static uint16_t seal_echo(uint8_t *icmp, unsigned len)
{
	uint16_t sum;

	icmp[0] = TP_ICMP_ECHO_REQUEST;
	icmp[1] = icmp[2] = icmp[3] = 0;
	sum = tp_checksum_finish(tp_checksum_add(0, icmp, len));
	memcpy(icmp + 2, &sum, 2);
	return sum;
}

/* 4,008 bytes of ICMP in three fragments: what comes back adds up to the answer. */
static void ping_in_fragments(uint8_t fill)
{
	static uint8_t icmp[4008], back[4008], packet[1500];
	size_t at = 0, got = 0;

	memset(icmp, fill, sizeof(icmp));
	memset(icmp + 4, 0, fill == 0 ? 4 : 0);
	seal_echo(icmp, sizeof(icmp));
	memset(back, 0xee, sizeof(back));
	while (at < sizeof(icmp)) {
		size_t n = sizeof(icmp) - at < 1456 ? sizeof(icmp) - at : 1456;
		uint16_t field = (uint16_t)(at / 8 | (at + n < sizeof(icmp) ? TP_IPV4_MF : 0));

		put_header(packet, 20, (uint16_t)(20 + n), field);
		memcpy(packet + 20, icmp + at, n);
		give_bytes_up(packet, (uint16_t)(20 + n));
		at += n;
	}
	while (take(ACCESS, &out)) {
		struct tp_ipv4 *ip = packet_to_subscriber(&out);
		unsigned n = ntohs(ip->total_length_be) - 20u;
		assert_int_equal(tp_ipv4_check(ip, out.len - 22u), TP_IPV4_OK);
		assert_int_equal(ntohl(ip->src_be), OUR_ADDRESS);
		assert_int_equal(ntohs(ip->id_be), 77);
		assert_true(out.len - 22 <= 1480);
		size_t to = (ntohs(ip->fragment_be) & TP_IPV4_OFFSET) * 8u;
		memcpy(back + to, (uint8_t *)ip + 20, n);
		got += n;
	}
	assert_int_equal(got, sizeof(icmp));
	assert_int_equal(back[0], TP_ICMP_ECHO_REPLY);
	assert_memory_equal(back + 4, icmp + 4, sizeof(icmp) - 4);
	assert_int_equal(tp_checksum_finish(tp_checksum_add(0, back, sizeof(back))), 0);
	assert_true(back[2] != 0 || back[3] != 0); /* all zeros is 0xffff's other name */
	assert_int_equal(w->counters[ACCESS].answered, 3);
}

static void test_a_ping_larger_than_a_frame_is_answered(void **state)
{
	(void)state;
	bring_up(1);
	ping_in_fragments(0x5a);
}

static void test_a_ping_of_zeros_larger_than_a_frame_is_answered(void **state)
{
	(void)state;
	bring_up(1);
	ping_in_fragments(0);
}

/* Frames of 1,480 to a subscriber that takes 800. */
static void test_the_answer_fits_the_subscriber(void **state)
{
	struct tp_dataplane_session_up up = up_of(1);
	uint8_t packet[1480];
	size_t got = 0;

	(void)state;
	up.mtu = 800;
	open_session(1, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	memset(packet, 3, sizeof(packet));
	seal_echo(packet + 20, 1456);
	put_header(packet, 20, 1476, TP_IPV4_MF);
	give_bytes_up(packet, 1476);
	while (take(ACCESS, &out)) {
		struct tp_ipv4 *ip = packet_to_subscriber(&out);
		assert_true(out.len - 22 <= 800);
		assert_true((ntohs(ip->fragment_be) & TP_IPV4_MF) != 0);
		got += out.len - 22u - 20u;
	}
	assert_int_equal(got, 1456);
}

static void test_a_ping_with_options_is_answered_and_its_route_recorded(void **state)
{
	/* record route with one of two places taken; a timestamp, which is left out; end */
	static const uint8_t options[20] = {1, 7, 11, 8, 10, 0, 0, 99, 0, 0, 0, 0, 68, 8, 5, 0};
	uint8_t packet[20 + 20 + 64];

	(void)state;
	memset(packet, 9, sizeof(packet));
	memcpy(packet + 20, options, sizeof(options));
	seal_echo(packet + 40, 64);
	put_header(packet, 40, sizeof(packet), 0);
	bring_up(1);
	give_bytes_up(packet, sizeof(packet));
	assert_true(take(ACCESS, &out));
	const struct tp_ipv4 *ip = packet_to_subscriber(&out);
	const uint8_t *p = (const uint8_t *)ip;
	assert_int_equal(tp_ipv4_check(ip, out.len - 22u), TP_IPV4_OK);
	assert_int_equal(tp_ipv4_header_len(ip), 40);
	assert_int_equal(p[40], TP_ICMP_ECHO_REPLY);
	assert_int_equal(p[23], 12);
	assert_memory_equal(p + 28, &ip->src_be, 4);
	for (unsigned i = 32; i < 40; i++)
		assert_true(p[i] <= 1);
	assert_int_equal(tp_checksum_finish(tp_checksum_add(0, p + 40, 64)), 0);
}

static void test_a_source_route_and_options_that_cannot_be_earn_nothing(void **state)
{
	static const uint8_t bad[][4] = {{131, 3, 4, 0}, {137, 3, 4, 0}, {7, 0, 0, 0},
					 {7, 1, 0, 0},	 {7, 9, 4, 0},	 {1, 1, 1, 7}};
	uint8_t packet[24 + 64];

	(void)state;
	bring_up(1);
	for (unsigned i = 0; i < 6; i++) {
		memset(packet, 9, sizeof(packet));
		memcpy(packet + 20, bad[i], 4);
		seal_echo(packet + 24, 64);
		put_header(packet, 24, sizeof(packet), 0);
		give_bytes_up(packet, sizeof(packet));
	}
	assert_only_drop(ACCESS, TP_DROP_LOCAL, 6);
	assert_nothing_out();
}

static void test_udp_to_a_port_that_nobody_has_is_refused(void **state)
{
	struct packet p = plain(SUBSCRIBER, OUR_ADDRESS);

	(void)state;
	bring_up(1);
	p.ttl = 1;
	give_up(&p); /* as traceroute does */
	assert_told(OUR_ADDRESS, TP_ICMP_CODE_PORT);
	assert_only_drop(ACCESS, TP_DROP_LOCAL, 1);
}

static void test_the_address_that_was_asked_refuses_not_the_sessions_own(void **state)
{
	struct tp_dataplane_session_up up = up_of(2);
	struct packet p = plain(SUBSCRIBER, IP(10, 9, 0, 1));

	(void)state;
	up.local_address = p.dst;
	open_session(2, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, 2, &up), 0);
	bring_up(1);
	give_up(&p);
	assert_told(p.dst, TP_ICMP_CODE_PORT);
}

static void test_protocols_that_nobody_speaks_are_refused_and_icmp_is_not(void **state)
{
	struct packet p = plain(SUBSCRIBER, OUR_ADDRESS), icmp = p, late = p;

	(void)state;
	bring_up(1);
	p.protocol = 50;
	give_up(&p);
	assert_told(OUR_ADDRESS, TP_ICMP_CODE_PROTOCOL);
	icmp.protocol = TP_IPPROTO_ICMP; /* an echo reply */
	give_up(&icmp);
	late.fragment = 100; /* not the first */
	give_up(&late);
	assert_nothing_out();
	assert_only_drop(ACCESS, TP_DROP_LOCAL, 3);
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)tp_load_be16(p) << 16 | tp_load_be16(p + 2);
}

/* PACKET becomes TCP; returns its length. */
static uint16_t put_tcp(uint8_t *packet, uint8_t flags, uint32_t seq, uint32_t ack,
			uint16_t payload)
{
	uint16_t len = (uint16_t)(TP_TCP_HEADER_LEN + payload), sum;
	struct tp_ipv4 *ip = (struct tp_ipv4 *)packet;
	uint8_t *tcp = packet + 20;

	tp_ipv4_build(ip, (uint16_t)(20 + len), 64, TP_IPPROTO_TCP, htonl(SUBSCRIBER),
		      htonl(OUR_ADDRESS));
	memset(tcp, 0, len);
	tp_put_be16(tcp, 40000);
	tp_put_be16(tcp + 2, 179);
	tp_put_be32(tcp + TP_TCP_SEQUENCE, seq);
	tp_put_be32(tcp + TP_TCP_ACKNOWLEDGE, ack);
	tcp[TP_TCP_DATA_OFFSET] = 5 << 4;
	tcp[TP_TCP_FLAGS_OFFSET] = flags;
	sum = tp_checksum_finish(tp_checksum_add(tp_tcp_pseudo_sum(ip, len), tcp, len));
	memcpy(tcp + TP_TCP_CHECKSUM, &sum, 2);
	return (uint16_t)(20 + len);
}

/* RFC 9293, section 3.10.7.1. */
static void test_tcp_that_nobody_listens_to_is_reset(void **state)
{
	static const struct {
		uint8_t flags;
		uint16_t payload;
		uint8_t back;
		uint32_t seq, ack;
	} cases[] = {
		{TP_TCP_SYN, 0, TP_TCP_RST | TP_TCP_ACK, 0, 1001},
		{TP_TCP_SYN | TP_TCP_FIN, 10, TP_TCP_RST | TP_TCP_ACK, 0, 1012},
		{TP_TCP_ACK, 100, TP_TCP_RST, 5000, 0},
		{TP_TCP_SYN | TP_TCP_ACK, 0, TP_TCP_RST, 5000, 0},
	};
	uint8_t packet[200];

	(void)state;
	bring_up(1);
	for (unsigned i = 0; i < 4; i++) {
		give_bytes_up(packet,
			      put_tcp(packet, cases[i].flags, 1000, 5000, cases[i].payload));
		assert_true(take(ACCESS, &out));
		const struct tp_ipv4 *ip = packet_to_subscriber(&out);
		const uint8_t *tcp = (const uint8_t *)ip + 20;
		assert_int_equal(out.len, 22 + 40);
		assert_int_equal(tp_ipv4_check(ip, 40), TP_IPV4_OK);
		assert_int_equal(ntohl(ip->src_be), OUR_ADDRESS);
		assert_int_equal(ntohl(ip->dst_be), SUBSCRIBER);
		assert_int_equal(tp_load_be16(tcp), 179);
		assert_int_equal(tp_load_be16(tcp + 2), 40000);
		assert_int_equal(tcp[TP_TCP_FLAGS_OFFSET], cases[i].back);
		assert_int_equal(be32(tcp + TP_TCP_SEQUENCE), cases[i].seq);
		assert_int_equal(be32(tcp + TP_TCP_ACKNOWLEDGE), cases[i].ack);
		uint32_t pseudo = tp_tcp_pseudo_sum(ip, 20);
		assert_int_equal(tp_checksum_finish(tp_checksum_add(pseudo, tcp, 20)), 0);
	}
	assert_int_equal(w->counters[ACCESS].answered, 4);
}

static void test_a_reset_a_bad_checksum_and_a_piece_are_not_answered(void **state)
{
	uint8_t packet[200];
	uint16_t len;

	(void)state;
	bring_up(1);
	give_bytes_up(packet, put_tcp(packet, TP_TCP_RST, 1000, 5000, 0));
	len = put_tcp(packet, TP_TCP_SYN, 1000, 5000, 0);
	packet[20 + TP_TCP_CHECKSUM] ^= 1;
	give_bytes_up(packet, len);
	len = put_tcp(packet, TP_TCP_SYN, 1000, 5000, 0);
	packet[20 + TP_TCP_DATA_OFFSET] = 15 << 4; /* beyond the end */
	give_bytes_up(packet, len);
	len = put_tcp(packet, TP_TCP_ACK, 1000, 5000, 0);
	struct tp_ipv4 *ip = (struct tp_ipv4 *)packet;
	ip->fragment_be = htons(TP_IPV4_MF);
	ip->checksum_be = 0;
	ip->checksum_be = tp_checksum_finish(tp_checksum_add(0, packet, 20));
	give_bytes_up(packet, len);
	struct packet p = plain(SUBSCRIBER, OUR_ADDRESS);
	p.protocol = TP_IPPROTO_TCP;
	p.payload = 12; /* less than a header */
	give_up(&p);
	assert_nothing_out();
	assert_only_drop(ACCESS, TP_DROP_LOCAL, 5);
}

/* The kernel has the address as well: it puts fragments together, and answers what it will. */
static void test_what_is_more_than_a_plain_ping_is_the_hosts_where_there_is_one(void **state)
{
	struct tp_dataplane_session_up up = up_of(1);
	struct tp_message message;
	uint8_t packet[24 + 64];
	unsigned handed = 0;

	(void)state;
	up.local_address = PORT_ADDRESS;
	open_session(1, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	for (unsigned i = 0; i < 3; i++) {
		unsigned header = i == 2 ? 24 : 20;
		memset(packet, 1, sizeof(packet));
		seal_echo(packet + header, 64);
		put_header(packet, header, (uint16_t)(header + 64),
			   i == 0   ? TP_IPV4_MF
			   : i == 1 ? 8
				    : 0);
		struct tp_ipv4 *ip = (struct tp_ipv4 *)packet;
		ip->dst_be = htonl(PORT_ADDRESS);
		ip->checksum_be = 0;
		ip->checksum_be = tp_checksum_finish(tp_checksum_add(0, packet, header));
		give_bytes_up(packet, (uint16_t)(header + 64));
	}
	struct packet p = plain(SUBSCRIBER, PORT_ADDRESS);
	give_up(&p);
	while (take_message(&message, &out))
		handed += message.kind == TP_MESSAGE_HOST;
	assert_int_equal(handed, 4);
	assert_no_drops(ACCESS);
	assert_nothing_out();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_who_sends_where_no_route_leads_is_told),
		TEST(test_routes_that_refuse_say_so_as_the_kernel_would_and_a_blackhole_is_silent),
		TEST(test_a_gateway_that_does_not_answer_is_told_of_once_that_is_known),
		TEST(test_a_host_in_the_ports_network_that_does_not_answer_is_told_of_too),
		TEST(test_who_sends_from_the_core_to_a_subscriber_that_is_gone_is_told),
		TEST(test_a_source_that_is_not_one_hosts_is_not_taken_from_the_core),
		TEST(test_addresses_beside_those_are_taken),
		TEST(test_nor_from_a_subscriber_whose_route_covers_it),
		TEST(test_a_ping_larger_than_a_frame_is_answered),
		TEST(test_a_ping_of_zeros_larger_than_a_frame_is_answered),
		TEST(test_the_answer_fits_the_subscriber),
		TEST(test_a_ping_with_options_is_answered_and_its_route_recorded),
		TEST(test_a_source_route_and_options_that_cannot_be_earn_nothing),
		TEST(test_udp_to_a_port_that_nobody_has_is_refused),
		TEST(test_the_address_that_was_asked_refuses_not_the_sessions_own),
		TEST(test_protocols_that_nobody_speaks_are_refused_and_icmp_is_not),
		TEST(test_tcp_that_nobody_listens_to_is_reset),
		TEST(test_a_reset_a_bad_checksum_and_a_piece_are_not_answered),
		TEST(test_what_is_more_than_a_plain_ping_is_the_hosts_where_there_is_one),
	};
	return RUN(tests);
}
