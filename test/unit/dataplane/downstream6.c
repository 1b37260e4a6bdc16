/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6 frames from the core. */
#include "fixture6.h"

#include "dataplane/fib.h"

static struct frame out;
static struct tp_message message;

static void test_a_packet_to_a_subscriber_goes_into_his_session(void **state)
{
	struct packet6 p = plain6(INTERNET6, host_of(1)), q = plain6(INTERNET6, lan_of(1));
	struct tp_session_counters c;

	(void)state;
	bring_up6(1);
	give_down6(&p);
	assert_at_client6(1, &p, 63);
	give_down6(&q);
	assert_at_client6(1, &q, 63);
	assert_nothing_out();
	tp_dataplane_session_counters(dp, 1, &c);
	assert_int_equal(c.packets_out, 2);
	assert_int_equal(c.bytes_out, 132);
	assert_int_equal(c.ipv6_packets_out, 2);
	assert_int_equal(c.ipv6_bytes_out, 132);
	assert_int_equal(w->down6[1].data_tick, w->tick);
	assert_int_equal(w->counters[CORE].forwarded, 2);
}

static void test_routes_that_no_record_has_lead_to_the_session(void **state)
{
	const struct tp_prefix6 routes[] = {
		up6_of(1).ipv6.routes[0],
		{{0x20, 0x01, 0x0d, 0xb8, 0x90}, 48},
		{{0x20, 0x01, 0x0d, 0xb8, 0x90, 1, 0, 0, 0xab}, 72},
	};
	const char *const to[] = {"2001:db8:9000:1234::1", "2001:db8:9001:0:abff::1"};
	struct tp_dataplane_session_up up = up6_of(1);

	(void)state;
	up.ipv6.routes = routes;
	up.ipv6.route_count = 3;
	open_session(1, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	for (unsigned i = 0; i < 2; i++) {
		struct packet6 p = plain6(INTERNET6, to[i]);
		give_down6(&p);
		assert_at_client6(1, &p, 63);
	}
}

static void test_a_subscriber_behind_qinq_gets_both_tags(void **state)
{
	static const uint8_t head[] = {0x81, 0,	   0x0f, 0xa1, 0x81, 0, 0,  7, 0x88,
				       0x64, 0x11, 0,	 0,    1,    0, 68, 0, 0x57};
	struct packet6 p = plain6(INTERNET6, host_of(1));
	struct tp_dataplane_session_up up = up6_of(1);
	struct frame f = down_frame6(&p);

	(void)state;
	open_session(1, (struct tp_vlans){.outer = 4001, .inner = 7});
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	give(CORE, &f);
	assert_true(take(ACCESS, &out));
	assert_int_equal(out.len, 30 + 66);
	assert_memory_equal(out.bytes + 12, head, sizeof(head));
	assert_memory_equal(out.bytes + 30 + H6, f.bytes + 14 + H6, 26);
}

static void test_ethernet_padding_does_not_reach_the_subscriber(void **state)
{
	struct packet6 p = plain6(INTERNET6, host_of(1));
	struct frame f;

	(void)state;
	p.payload = 1;
	f = down_frame6(&p);
	memset(f.bytes + f.len, 0xee, 60 - f.len);
	f.len = 60;
	bring_up6(1);
	give(CORE, &f);
	assert_at_client6(1, &p, 63);
}

static void test_what_is_too_big_for_the_session_is_told_its_mtu_and_not_cut(void **state)
{
	struct packet6 p = plain6(INTERNET6, host_of(1));
	struct tp_session_counters c;

	(void)state;
	bring_up6(1);
	p.payload = 1480 - H6;
	give_down6(&p);
	assert_at_client6(1, &p, 63);
	p.payload++;
	give_down6(&p);
	p.hops = 63;
	assert_error6(0, PORT6, TP_ICMP6_TOO_BIG, 0, 1480, &p);
	assert_only_drop(CORE, TP_DROP_MTU_EXCEEDED, 1);
	assert_nothing_out();
	tp_dataplane_session_counters(dp, 1, &c);
	assert_int_equal(c.drops_out, 1);
	assert_int_equal(c.ipv6_packets_out, 1);
}

static void test_the_last_hop_is_told_of(void **state)
{
	struct packet6 p = plain6(INTERNET6, host_of(1));

	(void)state;
	p.hops = 1;
	bring_up6(1);
	give_down6(&p);
	assert_error6(0, PORT6, TP_ICMP6_TIME_EXCEEDED, 0, 0, &p);
	assert_only_drop(CORE, TP_DROP_TTL_EXPIRED, 1);
}

/* One network beyond the core: 2001:4860::/64, whichever of its hosts asks. */
static void test_errors_have_a_limit_for_each_network(void **state)
{
	struct packet6 p = plain6(INTERNET6, host_of(1));
	unsigned told = 0;

	(void)state;
	p.hops = 1;
	bring_up6(1);
	for (unsigned i = 0; i < 2 * TP_LIMIT_ICMP_ONE; i++) {
		p.src = i % 2 == 0 ? "2001:4860::8" : "2001:4860::9";
		give_down6(&p);
	}
	while (take(CORE, &out))
		told++;
	assert_int_equal(told, TP_LIMIT_ICMP_ONE);
	assert_only_drop(CORE, TP_DROP_TTL_EXPIRED, 2 * TP_LIMIT_ICMP_ONE);
}

static void test_without_an_address_of_the_port_nothing_is_told(void **state)
{
	struct packet6 p = plain6(INTERNET6, host_of(1));

	(void)state;
	p.hops = 1;
	assert_int_equal(tp_dataplane_port_address6_set(dp, CORE, NULL), 0);
	bring_up6(1);
	give_down6(&p);
	assert_only_drop(CORE, TP_DROP_TTL_EXPIRED, 1);
	assert_nothing_out();
}

static void test_frames_that_are_bad_are_dropped_for_their_own_reason(void **state)
{
	static const struct {
		unsigned at;
		uint8_t value;
		int cut;
		enum tp_drop reason;
	} cases[] = {
		{5, 0x77, 0, TP_DROP_NOT_FOR_US},      {14, 0x45, 0, TP_DROP_IP_HEADER},
		{18, 0x01, 0, TP_DROP_IP_LENGTH},      {12, 0x86, 1, TP_DROP_IP_LENGTH},
		{12, 0x86, 27, TP_DROP_IP_HEADER},     {12, 0x86, 67, TP_DROP_TRUNCATED},
		{22, 0xff, 0, TP_DROP_MARTIAN_SOURCE}, /* from many */
	};

	(void)state;
	bring_up6(1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct packet6 p = plain6(INTERNET6, host_of(1));
		struct frame f = down_frame6(&p);
		f.bytes[cases[i].at] = cases[i].value;
		f.len = (uint16_t)(f.len - cases[i].cut);
		give(CORE, &f);
		assert_only_drop(CORE, cases[i].reason, 1);
		w->counters[CORE].drops[cases[i].reason] = 0;
		w->counters[CORE].received = 0;
	}
	assert_nothing_out();
}

static void test_sources_and_destinations_that_are_not_one_hosts_are_martians(void **state)
{
	static const char *const odd[] = {"::", "::1", "::ffff:192.0.2.7"};

	(void)state;
	bring_up6(1);
	for (unsigned i = 0; i < 3; i++) {
		struct packet6 from = plain6(odd[i], host_of(1)), to = plain6(INTERNET6, odd[i]);
		give_down6(&from);
		give_down6(&to);
		assert_int_equal(w->counters[CORE].drops[TP_DROP_MARTIAN_SOURCE], i + 1);
		assert_int_equal(w->counters[CORE].drops[TP_DROP_MARTIAN], i + 1);
	}
	assert_nothing_out();
}

static void test_what_would_go_back_to_the_core_is_dropped(void **state)
{
	struct packet6 p = plain6(INTERNET6, "2001:db8:5555::1"),
		       q = plain6(INTERNET6, "2001:db8:ffff::9");

	(void)state;
	give_down6(&p); /* by the default route */
	assert_error6(0, PORT6, TP_ICMP6_UNREACHABLE, 3, 0, &p);
	give_down6(&q); /* in the connected network */
	assert_error6(0, PORT6, TP_ICMP6_UNREACHABLE, 3, 0, &q);
	assert_only_drop(CORE, TP_DROP_NOT_A_SUBSCRIBER, 2);
	assert_int_equal(w->counters[CORE].forwarded, 0);
}

static void test_a_route_that_still_names_a_session_since_gone_sends_nothing_there(void **state)
{
	const struct tp_ip_prefix stale = {any6("2001:db8:6666::"), 48};
	struct packet6 p = plain6(INTERNET6, "2001:db8:6666::1");

	(void)state;
	bring_up6(1);
	tp_dataplane_session_down(dp, 1);
	bring_up(2); /* whose IPv6 is down */
	for (unsigned slot = 1; slot <= 3; slot++) {
		tp_fib_claim(dp->fib, &stale, TP_CLAIM_SESSION, TP_HOP(TP_HOP_SESSION, slot));
		give_down6(&p);
	}
	assert_only_drop(CORE, TP_DROP_STALE_ROUTE, 3);
	tp_fib_release(dp->fib, &stale, TP_CLAIM_SESSION);
	assert_nothing_out();
}

/* ---- what is the kernel's ----------------------------------------------------------------------
 */

static void assert_kernel_gets(const struct frame *f)
{
	assert_true(take_message(&message, &out));
	assert_int_equal(message.kind, TP_MESSAGE_HOST);
	assert_int_equal(message.port, CORE);
	assert_int_equal(out.len, f->len);
	assert_memory_equal(out.bytes, f->bytes, out.len);
	assert_false(take_message(&message, &out));
}

/* As the kernel gets ARP: as they were on the wire. */
static void test_neighbour_discovery_of_the_core_is_the_kernels(void **state)
{
	const struct packet6 packets[] = {
		icmp6_of("fe80::7", "fe80::1", TP_ICMP6_NEIGHBOR_SOLICITATION),
		icmp6_of(GATEWAY6, PORT6, TP_ICMP6_NEIGHBOR_SOLICITATION),
		icmp6_of(GATEWAY6, PORT6, TP_ICMP6_NEIGHBOR_ADVERTISEMENT),
		icmp6_of(GATEWAY6, host_of(1), TP_ICMP6_NEIGHBOR_SOLICITATION),
		icmp6_of("fe80::7", PORT6, TP_ICMP6_ECHO_REQUEST),
		icmp6_of(GATEWAY6, "fe80::1", TP_ICMP6_ECHO_REQUEST),
		plain6("fe80::7", host_of(1)), /* and not the subscriber's */
	};
	unsigned count = sizeof(packets) / sizeof(packets[0]);

	(void)state;
	bring_up6(1);
	for (unsigned i = 0; i < count; i++) {
		struct frame f = down_frame6(&packets[i]);
		give(CORE, &f);
		assert_kernel_gets(&f);
	}
	assert_int_equal(w->counters[CORE].handed_to_host, count);
	assert_no_drops(CORE);
	assert_nothing_out();
}

static void test_groups_of_the_core_are_the_kernels(void **state)
{
	const struct packet6 packets[] = {
		icmp6_of("fe80::7", "ff02::1", TP_ICMP6_ROUTER_ADVERTISEMENT),
		icmp6_of("fe80::7", "ff02::1:ff00:1", TP_ICMP6_NEIGHBOR_SOLICITATION),
		icmp6_of("fe80::7", "ff02::16", TP_ICMP6_LISTENER_REPORT_V2),
		plain6("fe80::7", "ff02::5"), /* OSPF */
	};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct frame f = down_frame6(&packets[i]);
		memcpy(f.bytes, "\x33\x33\0\0\0\1", 6);
		give(CORE, &f);
		assert_kernel_gets(&f);
	}
	assert_no_drops(CORE);
}

/* Not even when a flood to the box has filled the ring that its other packets take. */
static void test_neighbour_discovery_has_the_ring_of_routing(void **state)
{
	struct packet6 p = plain6(INTERNET6, PORT6),
		       nd = icmp6_of("fe80::7", "fe80::1", TP_ICMP6_NEIGHBOR_SOLICITATION);
	struct frame f = down_frame6(&nd);

	(void)state;
	for (unsigned i = 0; i < TP_RING_HOST + 10; i++)
		give_down6(&p);
	give(CORE, &f);
	assert_true(w->counters[CORE].drops[TP_DROP_HOST_RING_FULL] > 0);
	assert_true(take_message(&message, &out));
	assert_memory_equal(out.bytes, f.bytes, f.len);
}

static void test_a_packet_to_the_box_goes_to_the_kernel(void **state)
{
	struct packet6 p = icmp6_of(INTERNET6, PORT6, TP_ICMP6_ECHO_REQUEST);
	uint8_t packet[128];
	uint16_t len;

	(void)state;
	p.hops = 64;
	len = put_packet6(packet, &p);
	give_down6(&p);
	assert_true(take_message(&message, &out));
	assert_int_equal(message.kind, TP_MESSAGE_HOST);
	assert_int_equal(out.len, 14 + len);
	assert_memory_equal(out.bytes + 12, "\x86\xdd", 2);
	assert_memory_equal(out.bytes + 14, packet, len);
}

static void test_the_kernels_packet_to_a_subscriber_is_forwarded(void **state)
{
	struct packet6 p = icmp6_of(PORT6, host_of(1), TP_ICMP6_ECHO_REPLY);
	struct frame f;

	(void)state;
	p.hops = 64;
	f = down_frame6(&p);
	bring_up6(1);
	assert_true(tp_dataplane_inject(dp, CORE, f.bytes, f.len));
	tp_worker_poll(w);
	assert_at_client6(1, &p, 63);
	assert_int_equal(w->counters[CORE].received_from_control, 1);
}

static void test_a_jumbogram_is_refused(void **state)
{
	static const uint8_t jumbo[40] = {17, 0, 0xc2, 4, 0, 1, 0, 0};
	struct packet6 p = plain6(INTERNET6, host_of(1));
	struct frame f;

	(void)state;
	p.next = TP_IPV6_HOP_BY_HOP;
	p.payload = sizeof(jumbo);
	p.bytes = jumbo;
	f = down_frame6(&p);
	memset(f.bytes + 14 + 4, 0, 2);
	bring_up6(1);
	give(CORE, &f);
	assert_only_drop(CORE, TP_DROP_JUMBO, 1);
	assert_true(take(CORE, &out));
	assert_memory_equal(out.bytes + 14 + H6, "\4\2", 2);
	assert_memory_equal(out.bytes + 14 + H6 + 4, "\0\0\0\x2a", 4);
	assert_nothing_out();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST6(test_a_packet_to_a_subscriber_goes_into_his_session),
		TEST6(test_routes_that_no_record_has_lead_to_the_session),
		TEST6(test_a_subscriber_behind_qinq_gets_both_tags),
		TEST6(test_ethernet_padding_does_not_reach_the_subscriber),
		TEST6(test_what_is_too_big_for_the_session_is_told_its_mtu_and_not_cut),
		TEST6(test_the_last_hop_is_told_of),
		TEST6(test_errors_have_a_limit_for_each_network),
		TEST6(test_without_an_address_of_the_port_nothing_is_told),
		TEST6(test_frames_that_are_bad_are_dropped_for_their_own_reason),
		TEST6(test_sources_and_destinations_that_are_not_one_hosts_are_martians),
		TEST6(test_what_would_go_back_to_the_core_is_dropped),
		TEST6(test_a_route_that_still_names_a_session_since_gone_sends_nothing_there),
		TEST6(test_neighbour_discovery_of_the_core_is_the_kernels),
		TEST6(test_groups_of_the_core_are_the_kernels),
		TEST6(test_neighbour_discovery_has_the_ring_of_routing),
		TEST6(test_a_packet_to_the_box_goes_to_the_kernel),
		TEST6(test_the_kernels_packet_to_a_subscriber_is_forwarded),
		TEST6(test_a_jumbogram_is_refused),
	};
	return RUN(tests);
}
