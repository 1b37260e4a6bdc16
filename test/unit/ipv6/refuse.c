/* SPDX-License-Identifier: BSD-3-Clause */
/* The router's end: what it does not answer, each for a reason that is counted. */
#include "fixture.h"

#define WRONG_SERVER "0002 000a 0003 0001 0200 0000 00fe "

static void test_messages_that_are_none_are_counted_by_reason(void **state)
{
	static const struct {
		uint8_t type;
		const char *options;
		enum tp_ipv6_reason reason;
	} cases[] = {
		{TP_DHCP6_SOLICIT, NO_HINT_PD, TP_IPV6_DHCP6_NO_CLIENT_ID},
		{TP_DHCP6_SOLICIT, CLIENT SERVER NO_HINT_PD, TP_IPV6_DHCP6_HAS_SERVER_ID},
		{TP_DHCP6_SOLICIT, CLIENT CLIENT NO_HINT_PD, TP_IPV6_DHCP6_REPEATED},
		{TP_DHCP6_SOLICIT, CLIENT "0019 0004 0000", TP_IPV6_DHCP6_OPTION},
		{TP_DHCP6_REQUEST, CLIENT NO_HINT_PD, TP_IPV6_DHCP6_NO_SERVER_ID},
		{TP_DHCP6_REQUEST, SERVER NO_HINT_PD, TP_IPV6_DHCP6_NO_CLIENT_ID},
		{TP_DHCP6_REQUEST, CLIENT WRONG_SERVER NO_HINT_PD, TP_IPV6_DHCP6_OTHER_SERVER},
		{TP_DHCP6_RENEW, CLIENT NO_HINT_PD, TP_IPV6_DHCP6_NO_SERVER_ID},
		{TP_DHCP6_RENEW, CLIENT WRONG_SERVER NO_HINT_PD, TP_IPV6_DHCP6_OTHER_SERVER},
		{TP_DHCP6_REBIND, CLIENT SERVER NO_HINT_PD, TP_IPV6_DHCP6_HAS_SERVER_ID},
		{TP_DHCP6_REBIND, NO_HINT_PD, TP_IPV6_DHCP6_NO_CLIENT_ID},
		{TP_DHCP6_CONFIRM, CLIENT SERVER NO_HINT_NA, TP_IPV6_DHCP6_HAS_SERVER_ID},
		{TP_DHCP6_CONFIRM, CLIENT, TP_IPV6_DHCP6_NOTHING},
		{TP_DHCP6_RELEASE, CLIENT WRONG_SERVER NO_HINT_PD, TP_IPV6_DHCP6_OTHER_SERVER},
		{TP_DHCP6_RELEASE, CLIENT NO_HINT_PD, TP_IPV6_DHCP6_NO_SERVER_ID},
		{TP_DHCP6_DECLINE, CLIENT WRONG_SERVER NO_HINT_NA, TP_IPV6_DHCP6_OTHER_SERVER},
		{TP_DHCP6_INFORMATION_REQUEST, WRONG_SERVER, TP_IPV6_DHCP6_OTHER_SERVER},
		{TP_DHCP6_INFORMATION_REQUEST, CLIENT NO_HINT_PD, TP_IPV6_DHCP6_HAS_IA},
		{TP_DHCP6_ADVERTISE, CLIENT SERVER, TP_IPV6_DHCP6_TYPE},
		{TP_DHCP6_REPLY, CLIENT SERVER, TP_IPV6_DHCP6_TYPE},
		{TP_DHCP6_RECONFIGURE, CLIENT SERVER, TP_IPV6_DHCP6_TYPE},
		{TP_DHCP6_RELAY_FORWARD, "00", TP_IPV6_DHCP6_RELAYED},
		{TP_DHCP6_RELAY_REPLY, "00", TP_IPV6_DHCP6_RELAYED},
		{0, CLIENT, TP_IPV6_DHCP6_TYPE},
		{14, CLIENT, TP_IPV6_DHCP6_TYPE},
		{255, CLIENT, TP_IPV6_DHCP6_TYPE},
	};
	uint64_t before;
	struct link link;

	(void)state;
	link_up(&link);
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		before = link.counters.discarded[cases[i].reason];
		assert_int_equal(link_dhcp6(&link, cases[i].type, cases[i].options),
				 cases[i].reason);
		assert_int_equal(link.counters.discarded[cases[i].reason], before + 1);
	}
	assert_int_equal(link.sent.count, 0);
	assert_int_equal(link.delegated, 0);
	link_down(&link);
}

/* Each option of a message with all of them, cut at each byte: nothing is answered or given. */
static void test_a_message_cut_short_gets_nothing(void **state)
{
	static const char options[] =
		CLIENT SERVER "0019 0029 00000001 00000000 00000000"
			      "001a 0019 00000000 00000000 38 20010db80f0000000000000000000000"
			      "0003 0028 00000001 00000000 00000000"
			      "0005 0018 20010db8000100020000000000000005 00000000 00000000"
			      "0006 0004 0017 0018  0008 0002 0000";
	uint8_t bytes[256];
	size_t all = unhex(options, bytes, sizeof(bytes));
	char hex[2 * sizeof(bytes) + 1];
	struct link link;
	unsigned answered = 0;

	(void)state;
	link_up(&link);
	for (size_t len = 0; len < all; len++) {
		for (size_t i = 0; i < len; i++)
			snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
		hex[2 * len] = '\0';
		if (link_dhcp6(&link, TP_DHCP6_REQUEST, hex) == TP_IPV6_NO_REASON)
			answered++;
	}
	/* Whole to the end of the server's identifier, IA_PD, IA_NA or Option Request. */
	assert_int_equal(answered, 4);
	link_down(&link);
}

static enum tp_ipv6_reason send(struct link *link, const char *src, const char *dst, uint16_t port,
				uint8_t type, const char *options)
{
	struct tp_ipv6_out out;
	uint8_t bytes[256];
	size_t len = unhex(options, bytes, sizeof(bytes));

	tp_ipv6_out_udp(&out, address(src), TP_DHCP6_CLIENT_PORT, address(dst), port);
	tp_dhcp6_begin(&out.w, type, 1);
	tp_write_bytes(&out.w, bytes, len);
	len = tp_ipv6_out_finish(&out);
	return tp_ipv6_router_input(&link->router, out.bytes, len, link->now_ms);
}

static void test_by_unicast_only_what_is_for_us_alone(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	assert_int_equal(
		send(&link, "fe80::2", "fe80::1", 547, TP_DHCP6_SOLICIT, CLIENT NO_HINT_PD),
		TP_IPV6_DHCP6_UNICAST);
	assert_int_equal(send(&link, "fe80::2", "fe80::1", 547, TP_DHCP6_REBIND, CLIENT NO_HINT_PD),
			 TP_IPV6_DHCP6_UNICAST);
	assert_int_equal(send(&link, "fe80::2", "fe80::1", 547, TP_DHCP6_CONFIRM, CLIENT),
			 TP_IPV6_DHCP6_UNICAST);
	assert_int_equal(send(&link, "fe80::2", "fe80::1", 547, TP_DHCP6_INFORMATION_REQUEST, ""),
			 TP_IPV6_DHCP6_UNICAST);
	assert_int_equal(
		send(&link, "fe80::2", "fe80::1", 547, TP_DHCP6_REQUEST, CLIENT SERVER NO_HINT_PD),
		TP_IPV6_NO_REASON);
	link_down(&link);
}

static void test_only_the_peer_is_served(void **state)
{
	struct link link;
	size_t len;

	(void)state;
	link_up(&link);
	assert_int_equal(send(&link, "fe80::3", "ff02::1:2", 547, TP_DHCP6_SOLICIT, CLIENT),
			 TP_IPV6_FOREIGN_SOURCE);
	assert_int_equal(send(&link, "::", "ff02::1:2", 547, TP_DHCP6_SOLICIT, CLIENT),
			 TP_IPV6_FOREIGN_SOURCE);
	assert_int_equal(send(&link, "2001:db8:9::1", "ff02::1:2", 547, TP_DHCP6_SOLICIT, CLIENT),
			 TP_IPV6_FOREIGN_SOURCE);
	assert_int_equal(send(&link, "fe80::2", "ff02::1:2", 548, TP_DHCP6_SOLICIT, CLIENT),
			 TP_IPV6_NOT_FOR_US);
	assert_int_equal(send(&link, "fe80::2", "ff05::1:3", 547, TP_DHCP6_SOLICIT, CLIENT),
			 TP_IPV6_NOT_FOR_US);
	/* An address that the peer made of the prefix is its own. */
	assert_int_equal(
		send(&link, "2001:db8:1:2::99", "ff02::1:2", 547, TP_DHCP6_SOLICIT, CLIENT),
		TP_IPV6_NO_REASON);
	assert_memory_equal(last_packet(&link.sent, &len) + 24, address("2001:db8:1:2::99"), 16);
	/* One who has not said which identifier it has is believed. */
	memset(link.terms.remote_id, 0, 8);
	assert_int_equal(send(&link, "fe80::3", "ff02::1:2", 547, TP_DHCP6_SOLICIT, CLIENT),
			 TP_IPV6_NO_REASON);
	link_down(&link);
}

static void test_every_reason_and_message_has_a_name(void **state)
{
	(void)state;
	for (unsigned i = 0; i < TP_IPV6_REASON_COUNT; i++)
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(tp_ipv6_reason_name(i), tp_ipv6_reason_name(j));
	for (unsigned i = 0; i < TP_IPV6_MESSAGE_COUNT; i++)
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(tp_ipv6_message_name(i), tp_ipv6_message_name(j));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages_that_are_none_are_counted_by_reason),
		cmocka_unit_test(test_a_message_cut_short_gets_nothing),
		cmocka_unit_test(test_by_unicast_only_what_is_for_us_alone),
		cmocka_unit_test(test_only_the_peer_is_served),
		cmocka_unit_test(test_every_reason_and_message_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
