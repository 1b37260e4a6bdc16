/* SPDX-License-Identifier: BSD-3-Clause */
/* What subscribers say on their links: Neighbor Discovery, pings, and what is control's. */
#include "fixture6.h"

static struct frame out;
static struct tp_message message;

/* Neighbor Discovery of TYPE about TARGET, without options. Eight are kept. */
static struct packet6 discovery(const char *src, const char *dst, uint8_t type, uint8_t flags,
				const char *target)
{
	static uint8_t kept[8][24];
	static unsigned turn;
	uint8_t *nd = kept[turn++ % 8];
	struct packet6 p = plain6(src, dst);
	uint16_t sum;

	memset(nd, 0, sizeof(kept[0]));
	nd[0] = type;
	nd[4] = flags;
	memcpy(nd + 8, ip6(target), 16);
	sum = tp_ipv6_checksum(ip6(src), ip6(dst), TP_IPV6_ICMP, nd, sizeof(kept[0]));
	memcpy(nd + 2, &sum, sizeof(sum));
	p.hops = TP_ICMP6_ND_HOP_LIMIT;
	p.next = TP_IPV6_ICMP;
	p.payload = sizeof(kept[0]);
	p.bytes = nd;
	return p;
}

static struct packet6 solicitation(const char *src, const char *dst, const char *target)
{
	return discovery(src, dst, TP_ICMP6_NEIGHBOR_SOLICITATION, 0, target);
}

/* A router's, of our link-local address. */
static struct packet6 advertisement(const char *dst, uint8_t flags)
{
	return discovery(OURS6, dst, TP_ICMP6_NEIGHBOR_ADVERTISEMENT, flags, OURS6);
}

static void test_who_solicits_our_address_is_answered_by_the_worker(void **state)
{
	const char *const to[] = {"ff02::1:ff00:1", OURS6};
	struct tp_session_counters c;

	(void)state;
	bring_up6(1);
	for (unsigned i = 0; i < 2; i++) {
		struct packet6 q = solicitation(link_local_of(1), to[i], OURS6),
			       a = advertisement(link_local_of(1), 0xe0);
		give_up6(1, &q);
		assert_at_client6(1, &a, 255);
	}
	assert_nothing_out();
	assert_int_equal(w->counters[ACCESS].answered, 2);
	tp_dataplane_session_counters(dp, 1, &c); /* it is not the subscriber's traffic */
	assert_int_equal(c.packets_in, 0);
	assert_int_equal(c.packets_out, 0);
	assert_no_drops(ACCESS);
}

static void test_a_solicitation_from_another_of_its_addresses_is_answered_there(void **state)
{
	struct packet6 q = solicitation(lan_of(1), OURS6, OURS6),
		       a = advertisement(lan_of(1), 0xe0);

	(void)state;
	bring_up6(1);
	give_up6(1, &q);
	assert_at_client6(1, &a, 255);
}

static void test_duplicate_detection_is_for_who_has_the_address(void **state)
{
	struct packet6 own = solicitation("::", "ff02::1:ff00:2", link_local_of(1)),
		       ours = solicitation("::", "ff02::1:ff00:1", OURS6),
		       a = advertisement("ff02::1", 0xa0);

	(void)state;
	bring_up6(1);
	give_up6(1, &own);
	assert_only_drop(ACCESS, TP_DROP_ND, 1);
	assert_nothing_out();
	give_up6(1, &ours);
	assert_at_client6(1, &a, 255);
	assert_only_drop(ACCESS, TP_DROP_ND, 1);
}

static void test_neighbour_discovery_that_asks_nothing_of_us_ends_here(void **state)
{
	static const uint8_t types[] = {TP_ICMP6_ROUTER_ADVERTISEMENT,
					TP_ICMP6_NEIGHBOR_ADVERTISEMENT, TP_ICMP6_REDIRECT,
					TP_ICMP6_NEIGHBOR_SOLICITATION};

	(void)state;
	bring_up6(1);
	for (unsigned i = 0; i < 4; i++) {
		struct packet6 p = icmp6_of(link_local_of(1), "ff02::1", types[i]);
		give_up6(1, &p);
		assert_only_drop(ACCESS, TP_DROP_ND, i + 1);
	}
	assert_nothing_out();
	assert_false(take_message(&message, &out));
}

static void test_what_groups_a_subscriber_is_in_is_nobodys_concern(void **state)
{
	static const uint8_t report[] = {58, 0, 5, 2, 0, 0, 1, 0, 143, 0, 0, 0, 0, 0, 0, 0};
	struct packet6 behind_alert = plain6(link_local_of(1), "ff02::16");
	static const uint8_t types[] = {TP_ICMP6_LISTENER_QUERY, TP_ICMP6_LISTENER_REPORT,
					TP_ICMP6_LISTENER_DONE, TP_ICMP6_LISTENER_REPORT_V2};

	(void)state;
	bring_up6(1);
	for (unsigned i = 0; i < 4; i++) {
		struct packet6 p = icmp6_of(i < 2 ? "::" : link_local_of(1), "ff02::2", types[i]);
		give_up6(1, &p);
		assert_only_drop(ACCESS, TP_DROP_MLD, i + 1);
	}
	behind_alert.next = TP_IPV6_HOP_BY_HOP;
	behind_alert.payload = sizeof(report);
	behind_alert.bytes = report;
	give_up6(1, &behind_alert);
	assert_only_drop(ACCESS, TP_DROP_MLD, 5);
	assert_nothing_out();
}

/* ---- control's ---------------------------------------------------------------------------------
 */

static void assert_control_gets(unsigned n, const struct packet6 *p)
{
	struct frame f = up_frame6(n, p);

	assert_true(take_message(&message, &out));
	assert_int_equal(message.kind, TP_MESSAGE_SESSION);
	assert_int_equal(message.slot, n);
	assert_int_equal(message.port, ACCESS);
	assert_int_equal(out.len, f.len);
	assert_memory_equal(out.bytes, f.bytes, f.len);
}

static void test_router_solicitations_are_controls(void **state)
{
	const char *const from[] = {link_local_of(1), "::", link_local_of(1)};
	const char *const to[] = {"ff02::2", "ff02::2", OURS6};

	(void)state;
	bring_up6(1);
	for (unsigned i = 0; i < 3; i++) {
		struct packet6 p = icmp6_of(from[i], to[i], TP_ICMP6_ROUTER_SOLICITATION);
		give_up6(1, &p);
		assert_control_gets(1, &p);
	}
	assert_int_equal(w->counters[ACCESS].handed_to_session, 3);
	assert_no_drops(ACCESS);
}

/* What hosts send behind IPV6CP's last word: control knows whether that has come. */
static void test_what_comes_before_ipv6_is_up_is_controls_to_judge(void **state)
{
	struct packet6 early[] = {
		icmp6_of(link_local_of(1), "ff02::2", TP_ICMP6_ROUTER_SOLICITATION),
		plain6(link_local_of(1), "ff02::1:2"),
	};
	struct packet6 others[] = {plain6(link_local_of(1), INTERNET6), plain6(host_of(1), OURS6)};

	(void)state;
	for (unsigned n = 1; n <= 2; n++) {
		if (n == 1)
			open_session(n, (struct tp_vlans){0});
		else
			bring_up(n); /* by IPv4 alone */
		for (unsigned i = 0; i < 2; i++) {
			struct frame f = up_frame6(n, &early[i]);

			give_up6(n, &early[i]);
			assert_true(take_message(&message, &out));
			assert_int_equal(message.kind, TP_MESSAGE_EARLY);
			assert_int_equal(message.slot, n);
			assert_memory_equal(out.bytes, f.bytes, f.len);
		}
	}
	assert_no_drops(ACCESS);
	for (unsigned i = 0; i < 2; i++) {
		give_up6(1, &others[i]);
		assert_only_drop(ACCESS, TP_DROP_SESSION_NOT_UP, i + 1);
	}
}

static void test_dhcpv6_is_controls_whichever_of_its_addresses_asks(void **state)
{
	static const uint8_t udp[12] = {2, 34, 2, 35, 0, 12};
	const char *const from[] = {link_local_of(1), host_of(1), lan_of(1), link_local_of(1)};
	const char *const to[] = {"ff02::1:2", "ff02::1:2", "ff02::1:2", OURS6};

	(void)state;
	bring_up6(1);
	for (unsigned i = 0; i < 4; i++) {
		struct packet6 p = plain6(from[i], to[i]);
		p.bytes = udp;
		p.payload = sizeof(udp);
		give_up6(1, &p);
		assert_control_gets(1, &p);
	}
	assert_no_drops(ACCESS);
	assert_nothing_out();
}

static void test_tags_are_taken_out_for_control(void **state)
{
	struct packet6 p = icmp6_of(link_local_of(1), "ff02::2", TP_ICMP6_ROUTER_SOLICITATION);
	const struct tp_vlans vlans = {.outer = 100, .inner = 200};
	struct tp_dataplane_session_up up = up6_of(1);
	uint8_t packet[128];
	uint16_t len = put_packet6(packet, &p);
	struct frame f = session_frame(1, vlans, TP_PPP_PROTO_IPV6, packet, len);

	(void)state;
	open_session(1, vlans);
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	give(ACCESS, &f);
	assert_control_gets(1, &p);
	assert_int_equal(message.vlans.outer, 100);
	assert_int_equal(message.vlans.inner, 200);
}

static void test_a_flood_to_control_is_cut_to_the_sessions_own_limit(void **state)
{
	struct packet6 p = icmp6_of(link_local_of(1), "ff02::2", TP_ICMP6_ROUTER_SOLICITATION);

	(void)state;
	bring_up6(1);
	for (unsigned i = 0; i < TP_LIMIT_CONTROL + 20; i++)
		give_up6(1, &p);
	assert_only_drop(ACCESS, TP_DROP_SESSION_LIMIT, 20);
	assert_int_equal(w->counters[ACCESS].handed_to_session, TP_LIMIT_CONTROL);
}

static void test_a_storm_of_solicitations_is_cut_as_any_to_the_box(void **state)
{
	struct packet6 p = solicitation(link_local_of(1), OURS6, OURS6);
	unsigned answers = 0;

	(void)state;
	bring_up6(1);
	tp_dataplane_host_limit_set(dp, ACCESS, 10);
	for (unsigned i = 0; i < 30; i++)
		give_up6(1, &p);
	while (take(ACCESS, &out))
		answers++;
	assert_int_equal(answers, 10);
	assert_only_drop(ACCESS, TP_DROP_HOST_LIMIT, 20);
}

/* ---- pings and the rest
 * -------------------------------------------------------------------------- */

static void assert_answered(const char *from, const char *to)
{
	struct packet6 q = icmp6_of(from, to, TP_ICMP6_ECHO_REQUEST), a;

	give_up6(1, &q);
	a = icmp6_of(OURS6, from, TP_ICMP6_ECHO_REPLY);
	assert_at_client6(1, &a, 64);
}

static void test_pings_of_our_end_are_answered_by_the_worker(void **state)
{
	(void)state;
	bring_up6(1);
	assert_answered(link_local_of(1), OURS6);
	assert_answered(host_of(1), OURS6);
	assert_answered(lan_of(1), OURS6);
	assert_answered(link_local_of(1), "ff02::1");
	assert_answered(link_local_of(1), "ff02::2");
	assert_int_equal(w->counters[ACCESS].answered, 5);
	assert_no_drops(ACCESS);
	assert_nothing_out();
}

static void test_a_ping_in_fragments_is_answered_in_fragments(void **state)
{
	struct packet6 q = icmp6_of(link_local_of(1), OURS6, TP_ICMP6_ECHO_REQUEST), piece;
	uint8_t whole[16], first[16] = {58, 0, 0, 1}, last[16] = {58, 0, 0, 8};
	struct packet6 a;

	(void)state;
	memcpy(whole, q.bytes, 16);
	memcpy(first + 8, whole, 8);
	memcpy(last + 8, whole + 8, 8);
	bring_up6(1);
	piece = q;
	piece.next = TP_IPV6_FRAGMENT;
	piece.bytes = first;
	give_up6(1, &piece);
	a = icmp6_of(OURS6, link_local_of(1), TP_ICMP6_ECHO_REPLY);
	memcpy(first + 8, a.bytes, 8);
	a.next = TP_IPV6_FRAGMENT;
	a.bytes = first;
	assert_at_client6(1, &a, 64);
	piece.bytes = last;
	give_up6(1, &piece);
	a.bytes = last;
	assert_at_client6(1, &a, 64);
	assert_int_equal(w->counters[ACCESS].answered, 2);
}

static void test_who_asks_for_a_service_of_our_end_is_told_that_there_is_none(void **state)
{
	struct packet6 udp = plain6(link_local_of(1), OURS6), tcp = udp, gre = udp, none = udp;

	(void)state;
	bring_up6(1);
	give_up6(1, &udp);
	assert_error6(1, OURS6, TP_ICMP6_UNREACHABLE, 4, 0, &udp);
	tcp.next = TP_IPPROTO_TCP;
	give_up6(1, &tcp);
	assert_error6(1, OURS6, TP_ICMP6_UNREACHABLE, 4, 0, &tcp);
	gre.next = 47;
	give_up6(1, &gre);
	assert_error6(1, OURS6, TP_ICMP6_PARAMETER, 1, 6, &gre);
	none.next = TP_IPV6_NO_NEXT;
	give_up6(1, &none);
	assert_only_drop(ACCESS, TP_DROP_LOCAL, 4);
	assert_nothing_out();
}

static void test_nothing_leaves_the_link_for_a_link_local_address_or_a_group(void **state)
{
	static const struct {
		const char *to;
		enum tp_drop reason;
	} cases[] = {
		{"fe80::2:2", TP_DROP_LINK_LOCAL}, /* another subscriber's */
		{"fe80::7777", TP_DROP_LINK_LOCAL},
		{"ff02::fb", TP_DROP_MARTIAN}, /* mDNS */
		{"ff02::c", TP_DROP_MARTIAN},
		{"ff02::1:2", TP_DROP_MARTIAN}, /* UDP, but not to DHCP's port */
		{"ff05::1:3", TP_DROP_MARTIAN},
		{"ff0e::1234", TP_DROP_MARTIAN},
	};

	(void)state;
	bring_up6(1);
	bring_up6(2);
	for (unsigned i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		const char *from = i % 2 == 0 ? link_local_of(1) : host_of(1);
		struct packet6 p = plain6(from, cases[i / 2].to),
			       q = icmp6_of(from, cases[i / 2].to, TP_ICMP6_ECHO_REQUEST);
		give_up6(1, &p);
		give_up6(1, &q);
		assert_only_drop(ACCESS, cases[i / 2].reason, 2);
		w->counters[ACCESS].drops[cases[i / 2].reason] = 0;
		w->counters[ACCESS].received = 0;
		assert_nothing_out();
	}
	assert_false(take_message(&message, &out));
}

static void test_who_has_no_address_yet_may_only_look_for_one(void **state)
{
	struct packet6 udp = plain6("::", "ff02::1:2"), echo;

	(void)state;
	bring_up6(1);
	give_up6(1, &udp);
	echo = icmp6_of("::", "ff02::1", TP_ICMP6_ECHO_REQUEST);
	give_up6(1, &echo);
	assert_only_drop(ACCESS, TP_DROP_MARTIAN_SOURCE, 2);
	assert_nothing_out();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST6(test_who_solicits_our_address_is_answered_by_the_worker),
		TEST6(test_a_solicitation_from_another_of_its_addresses_is_answered_there),
		TEST6(test_duplicate_detection_is_for_who_has_the_address),
		TEST6(test_neighbour_discovery_that_asks_nothing_of_us_ends_here),
		TEST6(test_what_groups_a_subscriber_is_in_is_nobodys_concern),
		TEST6(test_router_solicitations_are_controls),
		TEST6(test_what_comes_before_ipv6_is_up_is_controls_to_judge),
		TEST6(test_dhcpv6_is_controls_whichever_of_its_addresses_asks),
		TEST6(test_tags_are_taken_out_for_control),
		TEST6(test_a_flood_to_control_is_cut_to_the_sessions_own_limit),
		TEST6(test_a_storm_of_solicitations_is_cut_as_any_to_the_box),
		TEST6(test_pings_of_our_end_are_answered_by_the_worker),
		TEST6(test_a_ping_in_fragments_is_answered_in_fragments),
		TEST6(test_who_asks_for_a_service_of_our_end_is_told_that_there_is_none),
		TEST6(test_nothing_leaves_the_link_for_a_link_local_address_or_a_group),
		TEST6(test_who_has_no_address_yet_may_only_look_for_one),
	};
	return RUN(tests);
}
