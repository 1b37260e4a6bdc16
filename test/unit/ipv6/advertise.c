/* SPDX-License-Identifier: BSD-3-Clause */
/* The router's end: what it advertises, and when. */
#include "fixture.h"

#define FIXED	   "00000000 00000000"
#define PREFIX	   "03 04 40 50 00001518 00000a8c 00000000 20010db8 00010002 0000000000000000"
#define PREFIX_OLD "03 04 40 40 00000000 00000000 00000000 20010db8 00010003 0000000000000000"

static void assert_last(const struct link *link, const char *dst, const char *message)
{
	size_t len;
	const uint8_t *packet = last_packet(&link->sent, &len);

	assert_int_equal(packet[7], 255);
	assert_memory_equal(packet + 8, address("fe80::1"), 16);
	assert_memory_equal(packet + 24, address(dst), 16);
	assert_payload(packet, len, message);
}

static enum tp_ipv6_reason solicit(struct link *link, const char *src)
{
	return link_icmp(link, src, "ff02::2", 255, "8500 0000 00000000");
}

static void test_three_within_sixteen_seconds_and_then_in_its_time(void **state)
{
	struct link link;

	(void)state;
	for (unsigned seed = 0; seed < 200; seed++) {
		link_up(&link);
		tp_random_init_seed(&link.random, seed);
		tp_ipv6_router_stop(&link.router, false, link.now_ms);
		tp_ipv6_router_start(&link.router, link.now_ms);
		link_wait(&link, 16000);
		assert_int_equal(link.sent.count, 3);
		link_wait(&link, 600000);
		assert_in_range(link.sent.count, 4, 6);
		link_wait(&link, 24 * 3600000);
		assert_in_range(link.sent.count, 4 + 24 * 6, 6 + 24 * 18);
		link_down(&link);
	}
}

static void test_it_tells_the_prefix_for_slaac_alone(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	link.terms.mtu = 1492;
	assert_int_equal(solicit(&link, "fe80::2"), TP_IPV6_NO_REASON);
	assert_last(&link, "fe80::2", "8600 0000 00 40 0708" FIXED PREFIX "05 01 0000 000005d4");
	link.common.config.prefer_delegation = false;
	link.terms.delegations = 0;
	link.terms.mtu = 0;
	link_wait(&link, 1000);
	solicit(&link, "fe80::2");
	assert_last(&link, "fe80::2",
		    "8600 0000 00 00 0708" FIXED
		    "03 04 40 40 00001518 00000a8c 00000000 20010db8 00010002 0000000000000000");
	link_down(&link);
}

static void test_managed_and_other_say_what_dhcp6_has(void **state)
{
	static const uint8_t dns[1][16] = {{0x20, 0x01, 0x0d, 0xb8, [15] = 0x53}};
	struct link link;

	(void)state;
	link_up(&link);
	/* An address alone: one of 128 bits is never advertised. */
	link.terms.prefix = prefix_of("2001:db8:1:2::5/128");
	link.terms.delegations = 0;
	solicit(&link, "fe80::2");
	assert_last(&link, "fe80::2", "8600 0000 00 c0 0708" FIXED);
	/* Nothing but a link-local address. */
	link.terms.prefix.length = 0;
	link_wait(&link, 1000);
	solicit(&link, "fe80::2");
	assert_last(&link, "fe80::2", "8600 0000 00 00 0708" FIXED);
	/* Name servers. */
	link.terms.dns = dns;
	link.terms.dns_count = 1;
	link_wait(&link, 1000);
	solicit(&link, "fe80::2");
	assert_last(&link, "fe80::2",
		    "8600 0000 00 40 0708" FIXED
		    "19 03 0000 00000708 20010db8 00000000 00000000 00000053");
	/* As the operator says. */
	link.common.config.managed = TP_IPV6_FLAG_YES;
	link.common.config.other = TP_IPV6_FLAG_NO;
	link.common.config.advertise_dns = false;
	link.common.config.hop_limit = 64;
	link_wait(&link, 1000);
	solicit(&link, "fe80::2");
	assert_last(&link, "fe80::2", "8600 0000 40 80 0708" FIXED);
	link_down(&link);
}

static void test_a_solicitation_is_answered_at_once_and_many_are_answered_once(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	assert_int_equal(solicit(&link, "fe80::2"), TP_IPV6_NO_REASON);
	assert_int_equal(link.sent.count, 1);
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(solicit(&link, "fe80::2"), TP_IPV6_NO_REASON);
	assert_int_equal(link.sent.count, 1);
	link_wait(&link, 499);
	assert_int_equal(link.sent.count, 1);
	link_wait(&link, 1);
	assert_int_equal(link.sent.count, 2);
	assert_int_equal(link.counters.received[TP_IPV6_ROUTER_SOLICITATION], 101);
	link_down(&link);
}

/* RFC 4861, section 6.2.6: MIN_DELAY_BETWEEN_RAS. */
static void test_who_has_no_address_is_answered_by_all_nodes_every_three_seconds(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	assert_int_equal(solicit(&link, "::"), TP_IPV6_NO_REASON);
	assert_int_equal(link.sent.count, 1);
	assert_last(&link, "ff02::1", "8600 0000 00 40 0708" FIXED PREFIX);
	solicit(&link, "::");
	solicit(&link, "::");
	link_wait(&link, 2999);
	assert_int_equal(link.sent.count, 1);
	link_wait(&link, 1);
	assert_int_equal(link.sent.count, 2);
	link_down(&link);
}

static void test_what_is_no_proper_solicitation_is_not_answered(void **state)
{
	static const struct {
		const char *src, *dst, *message;
		unsigned hops;
		enum tp_ipv6_reason reason;
	} cases[] = {
		{"fe80::2", "ff02::2", "8500 0000 00000000", 254, TP_IPV6_FORWARDED},
		{"fe80::3", "ff02::2", "8500 0000 00000000", 255, TP_IPV6_FOREIGN_SOURCE},
		{"2001:db8:9::1", "ff02::2", "8500 0000 00000000", 255, TP_IPV6_FOREIGN_SOURCE},
		{"fe80::2", "ff02::1", "8500 0000 00000000", 255, TP_IPV6_NOT_FOR_US},
		{"fe80::2", "fe80::9", "8500 0000 00000000", 255, TP_IPV6_NOT_FOR_US},
		{"fe80::2", "ff02::2", "8501 0000 00000000", 255, TP_IPV6_ND_MALFORMED},
		{"fe80::2", "ff02::2", "8500 0000 0000", 255, TP_IPV6_ND_MALFORMED},
		{"fe80::2", "ff02::2", "8500 0000 00000000 01", 255, TP_IPV6_ND_OPTION},
		{"fe80::2", "ff02::2", "8500 0000 00000000 01 00 020000000001", 255,
		 TP_IPV6_ND_OPTION},
		{"::", "ff02::2", "8500 0000 00000000 01 01 020000000001", 255, TP_IPV6_ND_OPTION},
		/* A Router Advertisement from a subscriber, a Redirect, MLD. */
		{"fe80::2", "ff02::1", "8600 0000 40 00 0708" FIXED, 255, TP_IPV6_NOT_FOR_US},
		{"fe80::2", "ff02::1", "8900 0000 00000000", 255, TP_IPV6_NOT_FOR_US},
		{"fe80::2", "ff02::16", "8f00 0000 00000000", 1, TP_IPV6_NOT_FOR_US},
	};
	struct link link;

	(void)state;
	link_up(&link);
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t before = link.counters.discarded[cases[i].reason];

		assert_int_equal(link_icmp(&link, cases[i].src, cases[i].dst, cases[i].hops,
					   cases[i].message),
				 cases[i].reason);
		assert_int_equal(link.counters.discarded[cases[i].reason], before + 1);
	}
	assert_int_equal(link.sent.count, 0);
	link_down(&link);
}

static void test_at_the_end_router_and_prefix_are_told_to_be_over(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	tp_ipv6_router_stop(&link.router, true, link.now_ms);
	assert_int_equal(link.sent.count, 1);
	assert_last(&link, "ff02::1",
		    "8600 0000 00 40 0000" FIXED
		    "03 04 40 50 00000000 00000000 00000000 20010db8 00010002 0000000000000000");
	link_wait(&link, 3600000);
	assert_int_equal(link.sent.count, 1);
	assert_int_equal(solicit(&link, "fe80::2"), TP_IPV6_LINK_DOWN);
	assert_int_equal(tp_ipv6_router_deadline(&link.router), TP_NEVER);
	tp_ipv6_router_start(&link.router, link.now_ms);
	assert_int_equal(link.sent.count, 2);
	tp_ipv6_router_stop(&link.router, false, link.now_ms);
	assert_int_equal(link.sent.count, 2);
	link_down(&link);
}

static void test_an_old_prefix_is_told_to_be_over_beside_the_new_one(void **state)
{
	const struct tp_prefix6 old = prefix_of("2001:db8:1:3::/64");
	struct link link;

	(void)state;
	link_up(&link);
	link_wait(&link, 3600000);
	link.sent.count = 0;
	tp_ipv6_router_renumber(&link.router, &old, link.now_ms);
	assert_int_equal(link.sent.count, 1);
	assert_last(&link, "ff02::1", "8600 0000 00 40 0708" FIXED PREFIX PREFIX_OLD);
	link_wait(&link, 16000);
	assert_int_equal(link.sent.count, 3);
	solicit(&link, "fe80::2");
	assert_last(&link, "fe80::2", "8600 0000 00 40 0708" FIXED PREFIX PREFIX_OLD);
	/* Not for ever. */
	link_wait(&link, 3 * 3600000);
	solicit(&link, "fe80::2");
	assert_last(&link, "fe80::2", "8600 0000 00 40 0708" FIXED PREFIX);
	link_down(&link);
}

static void test_a_prefix_that_comes_back_is_not_old(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	tp_ipv6_router_renumber(&link.router, &link.terms.prefix, link.now_ms);
	assert_last(&link, "ff02::1", "8600 0000 00 40 0708" FIXED PREFIX);
	link_down(&link);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_three_within_sixteen_seconds_and_then_in_its_time),
		cmocka_unit_test(test_it_tells_the_prefix_for_slaac_alone),
		cmocka_unit_test(test_managed_and_other_say_what_dhcp6_has),
		cmocka_unit_test(
			test_a_solicitation_is_answered_at_once_and_many_are_answered_once),
		cmocka_unit_test(
			test_who_has_no_address_is_answered_by_all_nodes_every_three_seconds),
		cmocka_unit_test(test_what_is_no_proper_solicitation_is_not_answered),
		cmocka_unit_test(test_at_the_end_router_and_prefix_are_told_to_be_over),
		cmocka_unit_test(test_an_old_prefix_is_told_to_be_over_beside_the_new_one),
		cmocka_unit_test(test_a_prefix_that_comes_back_is_not_old),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
