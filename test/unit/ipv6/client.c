/* SPDX-License-Identifier: BSD-3-Clause */
/* The host's end: its DHCPv6 client. */
#include "fixture.h"

#define F00	     "20010db8 0f000000 0000000000000000"
#define DAY	     "00015180"
#define LEASE(times) "001a 0019 " times " " times " 38 " F00
#define GIVEN	     "0019 0029 00000001 0000a8c0 00010e00 " LEASE(DAY)
#define PREFERENCE   "0007 0001 ff"
#define ELAPSED	     "0008 0002 0000"
#define WANTED	     "0006 0006 0017 0018 0052"
#define NO_BINDING   "0019 0012 00000001 00000000 00000000 000d 0002 0003"
#define NO_PREFIX    "0019 0012 00000001 00000000 00000000 000d 0002 0006"
#define NAMES	     "0019 0029 00000001 00000000 00000000 001a 0019 00000000 00000000 38 " F00

static void start(struct guest *guest)
{
	guest_init(guest);
	guest->common.config.prefix = true;
	guest_start(guest);
}

static void assert_sent(const struct guest *guest, uint8_t type, const char *options)
{
	size_t len;
	const uint8_t *packet = last_packet(&guest->sent, &len);
	char whole[1024];

	assert_memory_equal(packet + 24, address("ff02::1:2"), 16);
	snprintf(whole, sizeof(whole), "%02x%06x%s", type, guest->host.transaction, options);
	assert_payload(packet, len, whole);
}

static uint8_t last_type(const struct guest *guest)
{
	size_t len;

	return last_packet(&guest->sent, &len)[TP_IPV6_HEADER_LEN + TP_IPV6_UDP_HEADER_LEN];
}

static void bind(struct guest *guest)
{
	start(guest);
	assert_int_equal(guest_dhcp6(guest, TP_DHCP6_ADVERTISE, CLIENT SERVER GIVEN PREFERENCE),
			 TP_IPV6_NO_REASON);
	assert_int_equal(guest_dhcp6(guest, TP_DHCP6_REPLY, CLIENT SERVER GIVEN),
			 TP_IPV6_NO_REASON);
	assert_true(guest->host.bound);
	assert_int_equal(guest->changed, TP_IPV6_HOST_PREFIX);
	guest->changed = 0;
}

static void test_four_messages_give_a_prefix(void **state)
{
	const struct tp_prefix6 prefix = prefix_of("2001:db8:f00::/56");
	struct guest guest;

	(void)state;
	start(&guest);
	assert_sent(&guest, TP_DHCP6_SOLICIT, CLIENT ELAPSED WANTED NO_HINT_PD);
	guest_dhcp6(&guest, TP_DHCP6_ADVERTISE, CLIENT SERVER GIVEN PREFERENCE);
	assert_sent(&guest, TP_DHCP6_REQUEST, CLIENT SERVER ELAPSED WANTED NAMES);
	assert_int_equal(guest.changed, 0);
	guest_dhcp6(&guest, TP_DHCP6_REPLY, CLIENT SERVER GIVEN);
	assert_int_equal(guest.changed, TP_IPV6_HOST_PREFIX);
	assert_true(tp_prefix6_same(&guest.host.prefixes[0].prefix, &prefix));
	assert_int_equal(guest.host.prefixes[0].valid_until_ms, guest.now_ms + 86400000);
	assert_int_equal(tp_ipv6_host_deadline(&guest.host), guest.now_ms + 43200000);
	assert_int_equal(guest.sent.count, 2);
}

static void test_two_do_with_rapid_commit(void **state)
{
	struct guest guest;

	(void)state;
	guest_init(&guest);
	guest.common.config.prefix = true;
	guest.common.config.address = true;
	guest.common.config.rapid_commit = true;
	guest.common.config.hint = prefix_of("::/60");
	guest_start(&guest);
	assert_sent(&guest, TP_DHCP6_SOLICIT,
		    CLIENT ELAPSED WANTED
		    "000e 0000" NO_HINT_NA "0019 0029 00000001 00000000 00000000"
		    "001a 0019 00000000 00000000 3c 00000000000000000000000000000000");
	assert_int_equal(guest_dhcp6(&guest, TP_DHCP6_REPLY, CLIENT SERVER GIVEN),
			 TP_IPV6_DHCP6_TRANSACTION);
	assert_int_equal(guest_dhcp6(&guest, TP_DHCP6_REPLY,
				     CLIENT SERVER GIVEN
				     "000e 0000"
				     "0017 0010 20010db8 00000000 00000000 00000053"),
			 TP_IPV6_NO_REASON);
	assert_true(guest.host.bound);
	assert_int_equal(guest.host.dns_count, 1);
}

/* Without the highest preference the first round is waited for, and the best one taken. */
static void test_the_best_offer_of_the_first_second_is_taken(void **state)
{
#define SECOND "0002 000a 0003 0001 0200 0000 00fe "
	struct guest guest;

	(void)state;
	start(&guest);
	guest_dhcp6(&guest, TP_DHCP6_ADVERTISE, CLIENT SERVER GIVEN);
	guest_dhcp6(&guest, TP_DHCP6_ADVERTISE, CLIENT SECOND GIVEN "0007 0001 07");
	guest_dhcp6(&guest, TP_DHCP6_ADVERTISE, CLIENT SERVER GIVEN "0007 0001 03");
	assert_int_equal(guest.sent.count, 1);
	guest_wait(&guest, 1100);
	assert_sent(&guest, TP_DHCP6_REQUEST, CLIENT SECOND ELAPSED WANTED NAMES);
}

/* RFC 8415, section 15: 1 s and up to a tenth more, then twice as long each, to an hour. */
static void test_a_solicit_is_repeated_ever_more_seldom(void **state)
{
	uint64_t next, previous = 0, low, high;
	struct guest guest;

	(void)state;
	start(&guest);
	for (unsigned i = 0; i < 20; i++) {
		next = tp_ipv6_host_deadline(&guest.host) - guest.now_ms;
		low = i == 0 ? 1001 : 2 * previous < 3600000 ? 2 * previous * 9 / 10 : 3240000;
		high = i == 0 ? 1100 : 2 * previous < 3600000 ? 2 * previous * 11 / 10 : 3960000;
		assert_in_range(next, low, high);
		previous = next;
		guest_wait(&guest, next);
		assert_int_equal(last_type(&guest), TP_DHCP6_SOLICIT);
	}
}

static void test_a_server_may_slow_it_down(void **state)
{
	struct guest guest;

	(void)state;
	start(&guest);
	assert_int_equal(guest_dhcp6(&guest, TP_DHCP6_ADVERTISE,
				     CLIENT SERVER NO_PREFIX "0052 0004 0000003c"),
			 TP_IPV6_DHCP6_NOTHING);
	assert_int_equal(guest.changed, TP_IPV6_HOST_REFUSED);
	guest_wait(&guest, 600000);
	guest.sent.count = 0;
	guest_wait(&guest, 3600000);
	assert_in_range(guest.sent.count, 54, 67);
}

static void test_ten_requests_and_it_begins_anew(void **state)
{
	unsigned requests = 0, before;
	struct guest guest;

	(void)state;
	start(&guest);
	guest_dhcp6(&guest, TP_DHCP6_ADVERTISE, CLIENT SERVER GIVEN PREFERENCE);
	do {
		before = guest.sent.count;
		requests += last_type(&guest) == TP_DHCP6_REQUEST;
		while (guest.sent.count == before)
			guest_wait(&guest, 100);
	} while (last_type(&guest) == TP_DHCP6_REQUEST);
	assert_int_equal(requests, 10);
	assert_int_equal(last_type(&guest), TP_DHCP6_SOLICIT);
	assert_int_equal(guest.changed, 0);
}

static void test_answers_that_are_not_for_it_are_counted(void **state)
{
	static const struct {
		uint8_t type;
		const char *options;
		enum tp_ipv6_reason reason;
	} cases[] = {
		{TP_DHCP6_ADVERTISE, OTHER SERVER GIVEN, TP_IPV6_DHCP6_OTHER_CLIENT},
		{TP_DHCP6_ADVERTISE, SERVER GIVEN, TP_IPV6_DHCP6_NO_CLIENT_ID},
		{TP_DHCP6_ADVERTISE, CLIENT GIVEN, TP_IPV6_DHCP6_NO_SERVER_ID},
		{TP_DHCP6_ADVERTISE, CLIENT SERVER, TP_IPV6_DHCP6_NOTHING},
		{TP_DHCP6_ADVERTISE, CLIENT SERVER "0019", TP_IPV6_DHCP6_OPTION},
		{TP_DHCP6_REPLY, CLIENT SERVER GIVEN, TP_IPV6_DHCP6_TRANSACTION},
		{TP_DHCP6_SOLICIT, CLIENT, TP_IPV6_DHCP6_TYPE},
		{TP_DHCP6_RECONFIGURE, CLIENT SERVER, TP_IPV6_DHCP6_TYPE},
	};
	struct guest guest;

	(void)state;
	start(&guest);
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t before = guest.counters.discarded[cases[i].reason];

		assert_int_equal(guest_dhcp6(&guest, cases[i].type, cases[i].options),
				 cases[i].reason);
		assert_int_equal(guest.counters.discarded[cases[i].reason], before + 1);
	}
	guest.transaction = 1;
	assert_int_equal(guest_dhcp6(&guest, TP_DHCP6_ADVERTISE, CLIENT SERVER GIVEN PREFERENCE),
			 TP_IPV6_DHCP6_TRANSACTION);
	assert_int_equal(guest.sent.count, 1);
}

static void test_it_renews_then_rebinds_and_then_has_nothing(void **state)
{
	struct guest guest;
	uint64_t began;

	(void)state;
	bind(&guest);
	began = guest.now_ms;
	guest_wait(&guest, 43200000);
	assert_sent(&guest, TP_DHCP6_RENEW, CLIENT SERVER ELAPSED WANTED NAMES);
	guest_wait(&guest, began + 69119999 - guest.now_ms);
	assert_int_equal(last_type(&guest), TP_DHCP6_RENEW);
	guest_wait(&guest, 1);
	assert_sent(&guest, TP_DHCP6_REBIND, CLIENT ELAPSED WANTED NAMES);
	guest_wait(&guest, began + 86399999 - guest.now_ms);
	assert_true(guest.host.bound);
	assert_int_equal(guest.changed, 0);
	guest_wait(&guest, 1);
	assert_false(guest.host.bound);
	assert_int_equal(guest.changed, TP_IPV6_HOST_PREFIX);
	assert_int_equal(last_type(&guest), TP_DHCP6_SOLICIT);
}

static void test_a_renewal_is_told_and_may_replace_the_prefix(void **state)
{
	const struct tp_prefix6 new = prefix_of("2001:db8:e00::/56");
	struct guest guest;

	(void)state;
	bind(&guest);
	guest_wait(&guest, 43200000);
	assert_int_equal(guest_dhcp6(&guest, TP_DHCP6_REPLY,
				     CLIENT SERVER
				     "0019 0046 00000001 00000000 00000000"
				     "001a 0019" DAY DAY
				     "38 20010db8 0e000000 0000000000000000" LEASE("00000000")),
			 TP_IPV6_NO_REASON);
	assert_int_equal(guest.changed, TP_IPV6_HOST_PREFIX);
	assert_int_equal(guest.host.prefixes[0].prefix.length, 0);
	assert_true(tp_prefix6_same(&guest.host.prefixes[1].prefix, &new));
	/* Without T1: half of the lifetime. */
	assert_int_equal(tp_ipv6_host_deadline(&guest.host), guest.now_ms + 43200000);
}

static void test_without_a_binding_it_requests_and_keeps_what_it_has_meanwhile(void **state)
{
	struct guest guest;

	(void)state;
	bind(&guest);
	tp_ipv6_host_again(&guest.host, true, guest.now_ms);
	assert_int_equal(last_type(&guest), TP_DHCP6_RENEW);
	guest_dhcp6(&guest, TP_DHCP6_REPLY, CLIENT SERVER NO_BINDING);
	assert_int_equal(last_type(&guest), TP_DHCP6_REQUEST);
	assert_true(guest.host.bound);
	assert_int_equal(guest.changed, 0);
	guest_dhcp6(&guest, TP_DHCP6_REPLY, CLIENT SERVER NO_PREFIX);
	assert_false(guest.host.bound);
	assert_int_equal(guest.changed, TP_IPV6_HOST_PREFIX | TP_IPV6_HOST_REFUSED);
	guest_wait(&guest, 10000);
	assert_int_equal(last_type(&guest), TP_DHCP6_SOLICIT);
}

static void test_a_release_is_repeated_four_times_at_most(void **state)
{
	struct guest guest;

	(void)state;
	bind(&guest);
	guest.sent.count = 0;
	assert_true(tp_ipv6_host_release(&guest.host, guest.now_ms));
	assert_sent(&guest, TP_DHCP6_RELEASE, CLIENT SERVER ELAPSED NAMES);
	assert_false(guest.host.bound);
	guest_wait(&guest, 60000);
	assert_int_equal(guest.sent.count, 4);
	assert_int_equal(guest.changed, TP_IPV6_HOST_RELEASED);
	assert_false(tp_ipv6_host_release(&guest.host, guest.now_ms));

	bind(&guest);
	tp_ipv6_host_release(&guest.host, guest.now_ms);
	guest_dhcp6(&guest, TP_DHCP6_REPLY, CLIENT SERVER "000d 0002 0000");
	assert_int_equal(guest.changed, TP_IPV6_HOST_RELEASED);
	assert_int_equal(tp_ipv6_host_deadline(&guest.host), TP_NEVER);
}

static void test_an_address_is_asked_for_when_the_router_says_so(void **state)
{
	struct guest guest;

	(void)state;
	guest_init(&guest);
	guest.common.config.managed = true;
	guest_start(&guest);
	assert_int_equal(guest.sent.count, 0);
	guest_icmp(&guest, "fe80::1", 255, "8600 0000 40 00 0708 00000000 00000000");
	assert_int_equal(guest.sent.count, 0);
	guest_icmp(&guest, "fe80::1", 255, "8600 0000 40 80 0708 00000000 00000000");
	assert_sent(&guest, TP_DHCP6_SOLICIT, CLIENT ELAPSED WANTED NO_HINT_NA);
	guest_dhcp6(&guest, TP_DHCP6_ADVERTISE,
		    CLIENT SERVER PREFERENCE
		    "0003 0028 00000001 00000000 00000000"
		    "0005 0018 20010db8 00010002 00000000 00000005" DAY DAY);
	guest_dhcp6(&guest, TP_DHCP6_REPLY,
		    CLIENT SERVER "0003 0028 00000001 00000000 00000000"
				  "0005 0018 20010db8 00010002 00000000 00000005" DAY DAY);
	assert_int_equal(guest.changed & TP_IPV6_HOST_ADDRESS, TP_IPV6_HOST_ADDRESS);
	assert_memory_equal(guest.host.address.prefix.address, address("2001:db8:1:2::5"), 16);
}

static void test_information_alone_is_asked_for_once_a_day(void **state)
{
	struct guest guest;

	(void)state;
	guest_init(&guest);
	guest.common.config.information = true;
	guest_start(&guest);
	assert_sent(&guest, TP_DHCP6_INFORMATION_REQUEST,
		    CLIENT ELAPSED "0006 0008 0017 0018 0020 0053");
	guest_dhcp6(&guest, TP_DHCP6_REPLY,
		    CLIENT SERVER "0017 0010 20010db8 00000000 00000000 00000053");
	assert_int_equal(guest.changed, TP_IPV6_HOST_DNS);
	guest_wait(&guest, 86399999);
	assert_int_equal(guest.sent.count, 1);
	guest_wait(&guest, 1);
	assert_int_equal(guest.sent.count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_four_messages_give_a_prefix),
		cmocka_unit_test(test_two_do_with_rapid_commit),
		cmocka_unit_test(test_the_best_offer_of_the_first_second_is_taken),
		cmocka_unit_test(test_a_solicit_is_repeated_ever_more_seldom),
		cmocka_unit_test(test_a_server_may_slow_it_down),
		cmocka_unit_test(test_ten_requests_and_it_begins_anew),
		cmocka_unit_test(test_answers_that_are_not_for_it_are_counted),
		cmocka_unit_test(test_it_renews_then_rebinds_and_then_has_nothing),
		cmocka_unit_test(test_a_renewal_is_told_and_may_replace_the_prefix),
		cmocka_unit_test(
			test_without_a_binding_it_requests_and_keeps_what_it_has_meanwhile),
		cmocka_unit_test(test_a_release_is_repeated_four_times_at_most),
		cmocka_unit_test(test_an_address_is_asked_for_when_the_router_says_so),
		cmocka_unit_test(test_information_alone_is_asked_for_once_a_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
