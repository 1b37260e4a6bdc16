/* SPDX-License-Identifier: BSD-3-Clause */
/* What goes to control and the host, what the worker answers itself, and the keepalive. */
#include "fixture.h"

#include <rte_ethdev.h>

static struct frame out;
static struct tp_message message;

static struct frame discovery_frame(unsigned n, bool broadcast)
{
	struct frame f = {.len = 60};
	struct tp_mac mac = client_mac(n);
	memset(f.bytes, 0, 60);
	memcpy(f.bytes, dp->ports[ACCESS].mac.bytes, 6);
	if (broadcast)
		memset(f.bytes, 0xff, 6);
	memcpy(f.bytes + 6, mac.bytes, 6);
	tp_put_be16(f.bytes + 12, TP_ETHERTYPE_DISCOVERY);
	tp_put_be16(f.bytes + 14, 0x1109);
	return f;
}

/* ---- discovery ----------------------------------------------------------------------------- */

static void test_a_padi_reaches_control_with_its_tags_beside_it(void **state)
{
	struct frame f = discovery_frame(1, true);
	struct frame tagged = {.len = 64};
	memcpy(tagged.bytes, f.bytes, 12);
	tp_put_be16(tagged.bytes + 12, TP_ETHERTYPE_VLAN);
	tp_put_be16(tagged.bytes + 14, 42);
	memcpy(tagged.bytes + 16, f.bytes + 12, 48);
	give(ACCESS, &tagged);
	assert_true(take_message(&message, &out));
	assert_int_equal(message.kind, TP_MESSAGE_DISCOVERY);
	assert_int_equal(message.port, ACCESS);
	assert_int_equal(message.vlans.outer, 42);
	assert_int_equal(message.vlans.inner, 0);
	assert_int_equal(message.slot, TP_SLOT_NONE);
	assert_int_equal(out.len, 60);
	assert_memory_equal(out.bytes, f.bytes, 60);
	assert_false(take_message(&message, &out));
}

static void test_one_mac_cannot_flood_discovery_and_others_still_get_through(void **state)
{
	struct frame f = discovery_frame(1, true), other = discovery_frame(2, false);
	for (unsigned i = 0; i < TP_LIMIT_DISCOVERY_MAC + 100; i++)
		give(ACCESS, &f);
	assert_only_drop(ACCESS, TP_DROP_DISCOVERY_MAC_LIMIT, 100);
	give(ACCESS, &other);
	assert_int_equal(w->counters[ACCESS].handed_to_discovery, TP_LIMIT_DISCOVERY_MAC + 1);
	w->tick += w->second_ticks; /* a second later there is room again */
	give(ACCESS, &f);
	assert_int_equal(w->counters[ACCESS].handed_to_discovery, TP_LIMIT_DISCOVERY_MAC + 2);
}

/* A PADI of client N with one tag. */
static struct frame padi_in_vlan(unsigned n, uint16_t vlan)
{
	struct frame plain_frame = discovery_frame(n, true), f = {.len = 64};
	memcpy(f.bytes, plain_frame.bytes, 12);
	tp_put_be16(f.bytes + 12, TP_ETHERTYPE_VLAN);
	tp_put_be16(f.bytes + 14, vlan);
	memcpy(f.bytes + 16, plain_frame.bytes + 12, 48);
	return f;
}

/* Is a frame let through after COUNT of FLOOD? */
static bool gets_through_after(const struct frame *flood, unsigned count, const struct frame *f)
{
	bool through;

	for (unsigned i = 0; i < count; i++)
		give(ACCESS, flood);
	while (take_message(&message, &out))
		;
	give(ACCESS, f);
	through = take_message(&message, &out);
	w->tick += w->second_ticks;
	return through;
}

static void test_who_sends_with_a_clients_mac_elsewhere_takes_nothing_of_the_client(void **state)
{
	struct frame f = padi_in_vlan(1, 7), elsewhere = padi_in_vlan(1, 8);
	struct frame untagged = discovery_frame(1, true);
	struct packet p = plain(SUBSCRIBER, INTERNET);

	assert_true(gets_through_after(&elsewhere, 200, &f));
	assert_true(gets_through_after(&untagged, 200, &f));
	f.bytes[4 + 15] = elsewhere.bytes[4 + 15] = 0x19;
	assert_true(gets_through_after(&elsewhere, 200, &f));
	untagged = up_frame(1, &p);
	f = session_frame(1, (struct tp_vlans){.outer = 7}, TP_PPP_PROTO_IPV4, "", 0);
	assert_true(gets_through_after(&untagged, 200, &f));
}

/* The row by a hash without a secret, as anyone could work it out. */
static unsigned public_row(const struct frame *f)
{
	return (unsigned)(tp_mac_key_at(f->bytes + 6) * 0x9e3779b97f4a7c15u >>
			  (64 - TP_FLOOD_BITS));
}

static void test_nobody_can_work_out_whose_mac_shares_a_clients_limit(void **state)
{
	struct frame f = discovery_frame(1, true), other;
	unsigned found = 0;

	for (unsigned n = 2; n < 65536 && found < 3; n++) {
		other = discovery_frame(n, true);
		if (public_row(&other) != public_row(&f))
			continue;
		assert_true(gets_through_after(&other, 200, &f));
		found++;
	}
	assert_int_equal(found, 3);
}

/* COUNT PADIs, each of another host; how many got through. */
static uint64_t flood(uint16_t vlan, unsigned count)
{
	uint64_t before = w->counters[ACCESS].handed_to_discovery;
	for (unsigned i = 0; i < count; i++) {
		struct frame f =
			vlan != 0 ? padi_in_vlan(i + 10, vlan) : discovery_frame(i + 10, true);
		give(ACCESS, &f);
		if (take_message(&message, &out))
			assert_int_equal(message.vlans.outer, vlan);
	}
	return w->counters[ACCESS].handed_to_discovery - before;
}

static void set_padi_limits(uint32_t port, uint32_t vlan, uint32_t mac)
{
	const struct tp_padi_limits limits = {.port = port, .vlan = vlan, .mac = mac};
	assert_int_equal(tp_dataplane_padi_limits_set(dp, ACCESS, &limits), 0);
}

static void test_a_flood_of_padis_in_one_vlan_takes_nothing_of_the_others(void **state)
{
	set_padi_limits(60, 50, 0);
	assert_int_equal(flood(7, 500), 50);
	assert_only_drop(ACCESS, TP_DROP_DISCOVERY_VLAN_LIMIT, 450);
	assert_int_equal(flood(8, 10), 10);
	assert_int_equal(flood(9, 5), 0); /* all of them together: the port's limit */
	assert_int_equal(w->counters[ACCESS].drops[TP_DROP_DISCOVERY_PORT_LIMIT], 5);
	set_padi_limits(TP_LIMIT_DISCOVERY, TP_LIMIT_PADI_VLAN, TP_LIMIT_DISCOVERY_MAC);
}

static void test_padi_limits_change_at_once_and_0_is_none(void **state)
{
	struct frame f = discovery_frame(1, true);
	set_padi_limits(5, 0, 0);
	assert_int_equal(flood(0, 100), 5);
	set_padi_limits(0, 0, 0);
	w->tick++;
	assert_int_equal(flood(0, 1000), 1000);
	assert_int_equal(flood(7, 1000), 1000);
	for (unsigned i = 0; i < 1000; i++) {
		give(ACCESS, &f);
		assert_true(take_message(&message, &out));
	}
	set_padi_limits(0, 0, 5);
	w->tick++;
	for (unsigned i = 0; i < 100; i++)
		give(ACCESS, &f);
	assert_int_equal(w->counters[ACCESS].drops[TP_DROP_DISCOVERY_MAC_LIMIT], 95);
	assert_int_equal(tp_dataplane_padi_limits_set(dp, 99, &(struct tp_padi_limits){0}),
			 -EINVAL);
	set_padi_limits(TP_LIMIT_DISCOVERY, TP_LIMIT_PADI_VLAN, TP_LIMIT_DISCOVERY_MAC);
}

static void test_with_a_flood_of_padis_who_has_an_offer_still_gets_through(void **state)
{
	struct frame padr = padi_in_vlan(1, 7);
	padr.bytes[4 + 15] = 0x19;
	set_padi_limits(10, 4, 0);
	flood(7, 100);
	flood(0, 100);
	give(ACCESS, &padr);
	assert_true(take_message(&message, &out));
	assert_int_equal(out.bytes[15], 0x19);
	set_padi_limits(TP_LIMIT_DISCOVERY, TP_LIMIT_PADI_VLAN, TP_LIMIT_DISCOVERY_MAC);
}

static void test_a_flood_of_padis_fills_its_own_ring_and_no_other(void **state)
{
	struct frame lcp = lcp_frame(1, TP_PPP_CODE_CONFIGURE_REQUEST, 1, 0);
	struct tp_message messages[16];
	struct rte_mbuf *m;
	open_session(1, (struct tp_vlans){0});
	for (unsigned i = 0; i < TP_RING_DISCOVERY + 50; i++) {
		struct frame f = discovery_frame(i + 10, true);
		give(ACCESS, &f);
	}
	assert_true(w->counters[ACCESS].drops[TP_DROP_DISCOVERY_RING_FULL] > 0);
	give(ACCESS, &lcp);
	assert_int_equal(w->counters[ACCESS].handed_to_session, 1);
	assert_int_equal(tp_dataplane_receive(dp, messages, 16), 16);
	assert_int_equal(messages[0].kind, TP_MESSAGE_SESSION); /* first, whatever else waits */
	for (unsigned i = 0; i < 16; i++) {
		m = messages[i].mbuf;
		rte_pktmbuf_free(m);
	}
}

/* ---- sessions ------------------------------------------------------------------------------ */

static void test_ppp_control_frames_of_an_open_session_reach_control(void **state)
{
	struct frame f = lcp_frame(3, TP_PPP_CODE_CONFIGURE_REQUEST, 7, 0);
	open_session(3, (struct tp_vlans){0});
	give(ACCESS, &f);
	assert_true(take_message(&message, &out));
	assert_int_equal(message.kind, TP_MESSAGE_SESSION);
	assert_int_equal(message.slot, 3);
	assert_int_equal(out.len, f.len);
	assert_memory_equal(out.bytes, f.bytes, f.len);
}

static void test_a_frame_of_an_unknown_session_reaches_control_so_often_and_no_more(void **state)
{
	struct packet p = plain(SUBSCRIBER, INTERNET);
	struct frame f = up_frame(9, &p);
	for (unsigned i = 0; i < 100; i++)
		give(ACCESS, &f);
	assert_true(take_message(&message, &out));
	assert_int_equal(message.kind, TP_MESSAGE_UNKNOWN_SESSION);
	assert_memory_equal(out.bytes, f.bytes, f.len);
	assert_in_range(w->counters[ACCESS].handed_to_discovery, 1, 10);
	assert_true(w->counters[ACCESS].drops[TP_DROP_UNKNOWN_SESSION] >= 90);
}

/* So a client whose session has ended unheard, and whose id is another's by now, learns of it. */
static void test_so_does_a_frame_of_a_session_that_its_sender_has_not(void **state)
{
	static const struct tp_vlans elsewhere = {.outer = TP_VLAN_SCOPES}; /* the same scope */
	static const uint8_t packet[40] = {0x60};
	const struct {
		struct frame frame;
		enum tp_drop reason;
	} cases[] = {
		{session_frame(7, (struct tp_vlans){0}, TP_PPP_PROTO_IPV4, packet, 40),
		 TP_DROP_WRONG_MAC},
		{session_frame(7, (struct tp_vlans){0}, TP_PPP_PROTO_IPV6, packet, 40),
		 TP_DROP_WRONG_MAC},
		{lcp_frame(7, TP_PPP_CODE_ECHO_REQUEST, 7, 0), TP_DROP_WRONG_MAC},
		{session_frame(7, elsewhere, TP_PPP_PROTO_IPV4, packet, 40), TP_DROP_WRONG_VLAN},
	};
	uint64_t punted = 0;

	bring_up(7);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct frame f = cases[i].frame;
		bool told;

		if (cases[i].reason == TP_DROP_WRONG_MAC)
			f.bytes[9] = (uint8_t)(0x40 + i); /* another host each time */
		for (unsigned n = 0; n < 100; n++)
			give(ACCESS, &f);
		told = take_message(&message, &out);
		if (!told || message.kind != TP_MESSAGE_UNKNOWN_SESSION)
			fail_msg("case %zu does not reach control", i);
		while (take_message(&message, &out))
			;
		punted += 100 - w->counters[ACCESS].drops[cases[i].reason];
		assert_in_range(100 - w->counters[ACCESS].drops[cases[i].reason], 1, 10);
		w->counters[ACCESS].received -= w->counters[ACCESS].drops[cases[i].reason];
		w->counters[ACCESS].drops[cases[i].reason] = 0;
	}
	assert_int_equal(w->counters[ACCESS].handed_to_discovery, punted);
	assert_nothing_out();
}

static void test_one_session_cannot_flood_control(void **state)
{
	struct frame f = lcp_frame(1, TP_PPP_CODE_CONFIGURE_REQUEST, 1, 0);
	struct frame other = lcp_frame(2, TP_PPP_CODE_CONFIGURE_REQUEST, 1, 0);
	open_session(1, (struct tp_vlans){0});
	open_session(2, (struct tp_vlans){0});
	for (unsigned i = 0; i < TP_LIMIT_CONTROL + 20; i++)
		give(ACCESS, &f);
	give(ACCESS, &other);
	assert_only_drop(ACCESS, TP_DROP_SESSION_LIMIT, 20);
	assert_int_equal(w->counters[ACCESS].handed_to_session, TP_LIMIT_CONTROL + 1);
}

/* ---- echoes -------------------------------------------------------------------------------- */

static void test_an_echo_request_is_answered_with_our_magic_and_its_data(void **state)
{
	struct frame f = lcp_frame(1, TP_PPP_CODE_ECHO_REQUEST, 0xaabbccdd, 12);
	struct tp_mac mac = client_mac(1);
	static const uint8_t head[] = {0xc0, 0x21, 10, 0x5a, 0, 20, 0x11, 0x22, 0x33, 0x44, 0xd0};
	f.len += 4; /* padding */
	bring_up(1);
	give(ACCESS, &f);
	assert_true(take(ACCESS, &out));
	assert_int_equal(out.len, 22 + 20);
	assert_memory_equal(out.bytes, mac.bytes, 6);
	assert_int_equal(out.bytes[18] << 8 | out.bytes[19], 22);
	assert_memory_equal(out.bytes + 20, head, sizeof(head));
	assert_false(take_message(&message, &out));
	assert_int_equal(w->counters[ACCESS].answered, 1);
}

/* That of LCP's packets, which is not that of packets when these are encrypted or cut. */
static void test_an_echo_reply_is_cut_to_the_clients_mru(void **state)
{
	static const struct {
		uint16_t mtu, link_mtu, asked, answered;
	} cases[] = {{576, 576, 1400, 576}, {1400, 1400, 1480, 1400}, {1400, 1400, 1400, 1400},
		     {1400, 0, 1480, 1400}, {1480, 576, 1480, 576},   {1492, 1492, 8, 8}};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tp_dataplane_session_up up = up_of(1 + i);
		struct frame f = lcp_frame(1 + i, TP_PPP_CODE_ECHO_REQUEST, 0xaabbccdd,
					   (uint16_t)(cases[i].asked - 8));

		up.mtu = cases[i].mtu;
		up.multilink.link_mtu = cases[i].link_mtu;
		open_session(1 + i, (struct tp_vlans){0});
		assert_int_equal(tp_dataplane_session_up(dp, 1 + i, &up), 0);
		give(ACCESS, &f);
		assert_true(take(ACCESS, &out));
		assert_int_equal(out.len, 22 + cases[i].answered);
		assert_int_equal(out.bytes[18] << 8 | out.bytes[19], 2 + cases[i].answered);
		assert_int_equal(out.bytes[24] << 8 | out.bytes[25], cases[i].answered);
	}
}

static void test_an_echo_reply_ends_here(void **state)
{
	struct frame f = lcp_frame(1, TP_PPP_CODE_ECHO_REPLY, 0xaabbccdd, 0);
	bring_up(1);
	give(ACCESS, &f);
	assert_nothing_out();
	assert_false(take_message(&message, &out));
	assert_int_equal(w->up[1].seen_tick, w->tick);
}

static void test_an_echo_with_our_own_magic_is_a_loop_that_control_must_see(void **state)
{
	struct frame f = lcp_frame(1, TP_PPP_CODE_ECHO_REQUEST, 0x11223344, 0);
	bring_up(1);
	give(ACCESS, &f);
	assert_true(take_message(&message, &out));
	assert_int_equal(message.kind, TP_MESSAGE_SESSION);
}

static void test_an_echo_before_the_session_is_up_is_controls(void **state)
{
	struct frame f = lcp_frame(1, TP_PPP_CODE_ECHO_REQUEST, 5, 0);
	open_session(1, (struct tp_vlans){0});
	give(ACCESS, &f);
	assert_true(take_message(&message, &out));
}

static void test_an_echo_that_is_too_short_is_dropped(void **state)
{
	struct frame f = lcp_frame(1, TP_PPP_CODE_ECHO_REQUEST, 5, 0);
	f.bytes[25] = 7; /* LCP's length */
	bring_up(1);
	give(ACCESS, &f);
	assert_only_drop(ACCESS, TP_DROP_LCP_ECHO, 1);
}

/* ---- ping ---------------------------------------------------------------------------------- */

static void test_a_ping_of_our_address_is_answered_even_with_ttl_1(void **state)
{
	uint8_t packet[64];
	struct packet p = plain(SUBSCRIBER, OUR_ADDRESS);
	p.ttl = 1;
	p.protocol = TP_IPPROTO_ICMP;
	uint16_t len = put_packet(packet, &p);
	packet[20] = TP_ICMP_ECHO_REQUEST;
	packet[21] = packet[22] = packet[23] = 0;
	uint16_t checksum = tp_checksum_finish(tp_checksum_add(0, packet + 20, 26));
	memcpy(packet + 22, &checksum, 2);
	struct frame f = session_frame(1, (struct tp_vlans){0}, TP_PPP_PROTO_IPV4, packet, len);
	bring_up(1);
	give(ACCESS, &f);
	assert_true(take(ACCESS, &out));
	const struct tp_ipv4 *ip = packet_to_subscriber(&out);
	assert_int_equal(ntohl(ip->src_be), OUR_ADDRESS);
	assert_int_equal(ntohl(ip->dst_be), SUBSCRIBER);
	assert_int_equal(ip->ttl, 64);
	assert_int_equal(out.bytes[42], TP_ICMP_ECHO_REPLY);
	assert_memory_equal(out.bytes + 46, packet + 24, 22);
	assert_int_equal(tp_checksum_finish(tp_checksum_add(0, out.bytes + 42, 26)), 0);
	assert_int_equal(w->counters[ACCESS].answered, 1);
}

/* ---- the host ------------------------------------------------------------------------------ */

static void test_arp_multicast_and_what_is_no_ip_on_a_core_port_reach_the_host(void **state)
{
	struct packet p = plain(INTERNET, IP(224, 0, 0, 5));
	struct frame ospf = down_frame(&p), arp = ospf, lldp = ospf;
	memcpy(ospf.bytes, "\x01\x00\x5e\x00\x00\x05", 6);
	memset(arp.bytes, 0xff, 6);
	tp_put_be16(arp.bytes + 12, TP_ETHERTYPE_ARP);
	tp_put_be16(lldp.bytes + 12, 0x88cc);
	const struct frame *frames[] = {&ospf, &arp, &lldp};
	for (unsigned i = 0; i < 3; i++) {
		give(CORE, frames[i]);
		assert_true(take_message(&message, &out));
		assert_int_equal(message.kind, TP_MESSAGE_HOST);
		assert_int_equal(message.port, CORE);
		assert_int_equal(out.len, frames[i]->len);
		assert_memory_equal(out.bytes, frames[i]->bytes, out.len);
	}
}

static void test_a_tag_stripped_on_a_core_port_is_put_back_for_the_host(void **state)
{
	struct packet p = plain(INTERNET, PORT_ADDRESS);
	struct frame f = down_frame(&p);
	give_stripped(CORE, &f, 0x2064);
	assert_true(take_message(&message, &out));
	assert_int_equal(out.len, f.len + 4);
	assert_memory_equal(out.bytes + 12, "\x81\x00\x20\x64\x08\x00", 6);
}

static void test_a_packet_to_the_ports_address_reaches_the_host_from_both_sides(void **state)
{
	struct packet p = plain(INTERNET, PORT_ADDRESS), q = plain(SUBSCRIBER, PORT_ADDRESS);
	struct frame f = down_frame(&p), g = up_frame(1, &q);
	bring_up(1);
	p.ttl = 1; /* as eBGP has it: we are no hop */
	f = down_frame(&p);
	give(CORE, &f);
	assert_true(take_message(&message, &out));
	assert_int_equal(message.kind, TP_MESSAGE_HOST);
	assert_memory_equal(out.bytes + 14, f.bytes + 14, 46);
	assert_memory_equal(out.bytes, dp->ports[CORE].mac.bytes, 6);
	give(ACCESS, &g);
	assert_true(take_message(&message, &out));
	assert_int_equal(message.kind, TP_MESSAGE_HOST);
	assert_int_equal(message.port, CORE);
	assert_memory_equal(out.bytes + 14, g.bytes + 22, 46);
}

static void test_an_unresolved_neighbour_is_asked_for_and_not_for_each_packet(void **state)
{
	struct packet p = plain(SUBSCRIBER, IP(192, 0, 2, 77));
	struct frame f = up_frame(1, &p);
	unsigned asked = 0;
	bring_up(1);
	for (unsigned i = 0; i < 50; i++)
		give(ACCESS, &f);
	while (take_message(&message, &out)) {
		assert_int_equal(message.kind, TP_MESSAGE_RESOLVE);
		assert_int_equal(message.port, CORE);
		assert_int_equal(tp_ip_to4(&message.ip), IP(192, 0, 2, 77));
		assert_null(message.mbuf);
		asked++;
	}
	assert_in_range(asked, 1, 4);
	assert_only_drop(ACCESS, TP_DROP_NEIGHBOUR_UNRESOLVED, 50);
}

/* ---- keepalive ----------------------------------------------------------------------------- */

/* Lets SECONDS go by, the sweep running; returns how many Echo-Requests went out. */
static unsigned pass_seconds(unsigned seconds)
{
	unsigned echoes = 0;
	for (unsigned i = 0; i < seconds * w->second_ticks; i++) {
		w->tick++;
		tp_worker_poll(w);
		while (take(ACCESS, &out)) {
			assert_memory_equal(out.bytes + 20, "\xc0\x21\x09", 3);
			echoes++;
		}
	}
	return echoes;
}

/* Polling takes in net_ring what has left: frames to port 0 come back as from a client. */
static void bring_up_for_keepalive(void)
{
	bring_up(1);
	dp->terms[1].since_tick = w->tick;
	w->rx_queue[ACCESS] = w->rx_queue[CORE] = UINT16_MAX;
}

static void test_a_silent_client_is_asked_each_second_and_then_given_up_once(void **state)
{
	bring_up_for_keepalive();
	assert_int_equal(pass_seconds(9), 0);
	assert_in_range(pass_seconds(10), 8, 10);
	assert_false(take_message(&message, &out));
	pass_seconds(2);
	assert_true(take_message(&message, &out));
	assert_int_equal(message.kind, TP_MESSAGE_KEEPALIVE_LOST);
	assert_int_equal(message.slot, 1);
	assert_int_equal(pass_seconds(30), 0);
	assert_false(take_message(&message, &out));
}

static void test_any_frame_of_the_client_counts_as_life(void **state)
{
	struct frame f = lcp_frame(1, TP_PPP_CODE_ECHO_REPLY, 9, 0);
	bring_up_for_keepalive();
	for (unsigned i = 0; i < 5; i++) {
		assert_true(pass_seconds(15) > 0);
		give(ACCESS, &f);
	}
	assert_false(take_message(&message, &out));
	assert_int_equal(pass_seconds(9), 0);
}

/* Another worker heard the client a tick ago, which for this one is still to come. */
static void test_what_another_worker_heard_a_tick_later_is_just_heard(void **state)
{
	bring_up_for_keepalive();
	pass_seconds(5);
	w->up[1].seen_tick = w->tick + 1 + w->second_ticks;
	tp_worker_poll(w);
	assert_int_equal(pass_seconds(10), 0);
	assert_false(take_message(&message, &out));
	assert_in_range(pass_seconds(5), 3, 5);
}

static void test_after_a_standstill_a_client_is_asked_before_it_is_given_up(void **state)
{
	bring_up_for_keepalive();
	pass_seconds(5);
	w->tick += 22 * w->second_ticks;
	assert_in_range(pass_seconds(10), 9, 10);
	assert_false(take_message(&message, &out));
	pass_seconds(2);
	assert_true(take_message(&message, &out));
	assert_int_equal(message.kind, TP_MESSAGE_KEEPALIVE_LOST);
}

static void test_a_standstill_amid_the_asking_gives_nobody_up_unasked(void **state)
{
	struct frame f = lcp_frame(1, TP_PPP_CODE_ECHO_REPLY, 9, 0);
	bring_up_for_keepalive();
	assert_in_range(pass_seconds(15), 4, 6);
	w->tick += 100 * w->second_ticks;
	assert_in_range(pass_seconds(3), 2, 3);
	assert_false(take_message(&message, &out));
	give(ACCESS, &f);
	assert_int_equal(pass_seconds(9), 0);
	assert_false(take_message(&message, &out));
}

static void test_keepalive_0_never_asks(void **state)
{
	struct tp_dataplane_session_up up = up_of(1);
	bring_up_for_keepalive();
	up.keepalive_s = 0;
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	assert_int_equal(pass_seconds(100), 0);
	assert_false(take_message(&message, &out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_padi_reaches_control_with_its_tags_beside_it),
		TEST(test_one_mac_cannot_flood_discovery_and_others_still_get_through),
		TEST(test_who_sends_with_a_clients_mac_elsewhere_takes_nothing_of_the_client),
		TEST(test_nobody_can_work_out_whose_mac_shares_a_clients_limit),
		TEST(test_a_flood_of_padis_in_one_vlan_takes_nothing_of_the_others),
		TEST(test_padi_limits_change_at_once_and_0_is_none),
		TEST(test_with_a_flood_of_padis_who_has_an_offer_still_gets_through),
		TEST(test_a_flood_of_padis_fills_its_own_ring_and_no_other),
		TEST(test_ppp_control_frames_of_an_open_session_reach_control),
		TEST(test_a_frame_of_an_unknown_session_reaches_control_so_often_and_no_more),
		TEST(test_so_does_a_frame_of_a_session_that_its_sender_has_not),
		TEST(test_one_session_cannot_flood_control),
		TEST(test_an_echo_request_is_answered_with_our_magic_and_its_data),
		TEST(test_an_echo_reply_is_cut_to_the_clients_mru),
		TEST(test_an_echo_reply_ends_here),
		TEST(test_an_echo_with_our_own_magic_is_a_loop_that_control_must_see),
		TEST(test_an_echo_before_the_session_is_up_is_controls),
		TEST(test_an_echo_that_is_too_short_is_dropped),
		TEST(test_a_ping_of_our_address_is_answered_even_with_ttl_1),
		TEST(test_arp_multicast_and_what_is_no_ip_on_a_core_port_reach_the_host),
		TEST(test_a_tag_stripped_on_a_core_port_is_put_back_for_the_host),
		TEST(test_a_packet_to_the_ports_address_reaches_the_host_from_both_sides),
		TEST(test_an_unresolved_neighbour_is_asked_for_and_not_for_each_packet),
		TEST(test_a_silent_client_is_asked_each_second_and_then_given_up_once),
		TEST(test_any_frame_of_the_client_counts_as_life),
		TEST(test_what_another_worker_heard_a_tick_later_is_just_heard),
		TEST(test_after_a_standstill_a_client_is_asked_before_it_is_given_up),
		TEST(test_a_standstill_amid_the_asking_gives_nobody_up_unasked),
		TEST(test_keepalive_0_never_asks),
	};
	return RUN(tests);
}
