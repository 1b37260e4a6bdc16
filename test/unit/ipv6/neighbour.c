/* SPDX-License-Identifier: BSD-3-Clause */
/* The router's own link-local address: who has it, and is it alive? */
#include "fixture.h"

#define TARGET "fe80 0000 0000 0000 0000 0000 0000 0001"

static void assert_last(const struct link *link, const char *dst, const char *message)
{
	size_t len;
	const uint8_t *packet = last_packet(&link->sent, &len);

	assert_memory_equal(packet + 24, address(dst), 16);
	assert_payload(packet, len, message);
}

static void test_who_looks_for_our_address_finds_it(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	assert_int_equal(
		link_icmp(&link, "fe80::2", "ff02::1:ff00:1", 255, "8700 0000 00000000" TARGET),
		TP_IPV6_NO_REASON);
	assert_last(&link, "fe80::2", "8800 0000 e0000000" TARGET);
	assert_int_equal(
		link_icmp(&link, "2001:db8:1:2::7", "fe80::1", 255, "8700 0000 00000000" TARGET),
		TP_IPV6_NO_REASON);
	assert_last(&link, "2001:db8:1:2::7", "8800 0000 e0000000" TARGET);
	/* Somebody wants to take it. */
	assert_int_equal(link_icmp(&link, "::", "ff02::1:ff00:1", 255, "8700 0000 00000000" TARGET),
			 TP_IPV6_NO_REASON);
	assert_last(&link, "ff02::1", "8800 0000 a0000000" TARGET);
	assert_int_equal(link.counters.sent[TP_IPV6_NEIGHBOUR_ADVERTISEMENT], 3);
	link_down(&link);
}

static void test_other_addresses_are_not_ours(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	/* The peer tries whether its own address is free (RFC 4862, section 5.4.2). */
	assert_int_equal(link_icmp(&link, "::", "ff02::1:ff00:2", 255,
				   "8700 0000 00000000 fe80 0000 0000 0000 0000 0000 0000 0002"),
			 TP_IPV6_NOT_FOR_US);
	assert_int_equal(
		link_icmp(&link, "fe80::2", "ff02::1:ff00:9", 255, "8700 0000 00000000" TARGET),
		TP_IPV6_NOT_FOR_US);
	assert_int_equal(link_icmp(&link, "fe80::2", "fe80::1", 64, "8700 0000 00000000" TARGET),
			 TP_IPV6_FORWARDED);
	assert_int_equal(link_icmp(&link, "fe80::3", "fe80::1", 255, "8700 0000 00000000" TARGET),
			 TP_IPV6_FOREIGN_SOURCE);
	assert_int_equal(
		link_icmp(&link, "fe80::2", "fe80::1", 255, "8700 0000 00000000" TARGET "0101"),
		TP_IPV6_ND_OPTION);
	assert_int_equal(link_icmp(&link, "fe80::2", "fe80::1", 255, "8800 0000 60000000" TARGET),
			 TP_IPV6_NOT_FOR_US);
	assert_int_equal(link.sent.count, 0);
	link_down(&link);
}

static void test_an_echo_request_is_answered(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	assert_int_equal(link_icmp(&link, "fe80::2", "fe80::1", 64, "8000 0000 0017 0001 616263"),
			 TP_IPV6_NO_REASON);
	assert_last(&link, "fe80::2", "8100 0000 0017 0001 616263");
	assert_int_equal(link_icmp(&link, "fe80::2", "ff02::1", 64, "8000 0000 0017 0002"),
			 TP_IPV6_NO_REASON);
	assert_last(&link, "fe80::2", "8100 0000 0017 0002");
	assert_int_equal(link_icmp(&link, "fe80::2", "fe80::9", 64, "8000 0000 0017 0001"),
			 TP_IPV6_NOT_FOR_US);
	assert_int_equal(link_icmp(&link, "::", "fe80::1", 64, "8000 0000 0017 0001"),
			 TP_IPV6_FOREIGN_SOURCE);
	assert_int_equal(link.sent.count, 2);
	link_down(&link);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_looks_for_our_address_finds_it),
		cmocka_unit_test(test_other_addresses_are_not_ours),
		cmocka_unit_test(test_an_echo_request_is_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
