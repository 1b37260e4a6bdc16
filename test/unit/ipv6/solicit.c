/* SPDX-License-Identifier: BSD-3-Clause */
/* The host's end: Router Solicitations, and what an advertisement brings. */
#include "fixture.h"

#define ADVERT(lifetime) "8600 0000 40 00 " lifetime " 00000000 00000000 "
#define PREFIX(valid, preferred, net)                                                              \
	"03 04 40 40 " valid " " preferred " 00000000 20010db8 0001" net " 0000000000000000"

static void start(struct guest *guest)
{
	guest_init(guest);
	guest->common.config.solicit = true;
	guest->common.config.slaac = true;
	guest_start(guest);
}

/* RFC 7559: 4 s, doubled each time, up to an hour, each a tenth more or less, for ever. */
static void test_it_asks_ever_more_seldom_and_never_gives_up(void **state)
{
	uint64_t began, next, previous = 0, rt = 4000;
	struct guest guest;

	(void)state;
	start(&guest);
	assert_int_equal(guest.sent.count, 1);
	for (unsigned i = 0; i < 30; i++) {
		began = guest.now_ms;
		next = tp_ipv6_host_deadline(&guest.host) - began;
		if (i > 0)
			rt = 2 * previous < 3600000 ? 2 * previous : 3600000;
		assert_in_range(next, rt - rt / 10, rt + rt / 10);
		previous = next;
		guest_wait(&guest, next);
		assert_int_equal(guest.sent.count, i + 2);
	}
}

static void test_an_advertisement_ends_it_and_is_the_default_route(void **state)
{
	struct guest guest;

	(void)state;
	start(&guest);
	assert_int_equal(guest_icmp(&guest, "fe80::1", 255, ADVERT("0708") "05 01 0000 000005d4"),
			 TP_IPV6_NO_REASON);
	assert_int_equal(guest.changed, TP_IPV6_HOST_ROUTER);
	assert_int_equal(guest.host.router_until_ms, guest.now_ms + 1800000);
	assert_int_equal(guest.host.mtu, 1492);
	assert_int_equal(guest.host.hop_limit, 64);
	guest_wait(&guest, 1799999);
	assert_int_equal(guest.sent.count, 1);
	/* Nobody has said so any more: it asks again. */
	guest_wait(&guest, 1);
	assert_int_equal(guest.host.router_until_ms, 0);
	assert_int_equal(guest.sent.count, 2);
}

static void test_what_came_from_afar_or_is_none_is_not_believed(void **state)
{
	struct guest guest;

	(void)state;
	start(&guest);
	assert_int_equal(guest_icmp(&guest, "fe80::1", 254, ADVERT("0708")), TP_IPV6_FORWARDED);
	assert_int_equal(guest_icmp(&guest, "2001:db8::1", 255, ADVERT("0708")),
			 TP_IPV6_FOREIGN_SOURCE);
	assert_int_equal(guest_icmp(&guest, "fe80::1", 255, ADVERT("0708") "0304"),
			 TP_IPV6_ND_OPTION);
	assert_int_equal(guest_icmp(&guest, "fe80::1", 255, "8500 0000 00000000"),
			 TP_IPV6_NOT_FOR_US);
	assert_int_equal(guest.changed, 0);
}

static void test_a_prefix_makes_an_address_with_its_lifetimes(void **state)
{
	struct guest guest;

	(void)state;
	start(&guest);
	guest_icmp(&guest, "fe80::1", 255, ADVERT("0708") PREFIX("00001518", "00000a8c", "0002"));
	assert_true(guest.changed & TP_IPV6_HOST_SLAAC);
	assert_memory_equal(guest.host.slaac.prefix.address, address("2001:db8:1:2::2"), 16);
	assert_int_equal(guest.host.slaac.preferred_until_ms, guest.now_ms + 2700000);
	guest_wait(&guest, 5399999);
	assert_int_equal(guest.host.slaac.prefix.length, 128);
	guest_wait(&guest, 1);
	assert_int_equal(guest.host.slaac.prefix.length, 0);
}

static void test_prefixes_that_are_not_for_slaac_make_none(void **state)
{
	static const char *const prefixes[] = {
		"03 04 40 80 00001518 00000a8c 00000000 20010db8 00010002 0000000000000000",
		"03 04 38 40 00001518 00000a8c 00000000 20010db8 00010000 0000000000000000",
		"03 04 40 40 00001518 00000a8c 00000000 fe800000 00000000 0000000000000000",
		"03 04 40 40 00000a8c 00001518 00000000 20010db8 00010002 0000000000000000",
		"03 04 40 40 00001518 00000000 00000000 20010db8 00010002 0000000000000000",
	};
	struct guest guest;
	char hex[256];

	(void)state;
	start(&guest);
	for (unsigned i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		snprintf(hex, sizeof(hex), ADVERT("0708") "%s", prefixes[i]);
		assert_int_equal(guest_icmp(&guest, "fe80::1", 255, hex), TP_IPV6_NO_REASON);
		assert_int_equal(guest.host.slaac.prefix.length, 0);
	}
}

/* RFC 4862, section 5.5.3 (e), and the order in which the router tells of it. */
static void test_a_renumbering_gives_a_new_address_at_once(void **state)
{
	struct guest guest;

	(void)state;
	start(&guest);
	guest_icmp(&guest, "fe80::1", 255, ADVERT("0708") PREFIX("00015180", "00015180", "0002"));
	guest_icmp(&guest, "fe80::1", 255, ADVERT("0708") PREFIX("00000000", "00000000", "0002"));
	assert_memory_equal(guest.host.slaac.prefix.address, address("2001:db8:1:2::2"), 16);
	assert_int_equal(guest.host.slaac.preferred_until_ms, guest.now_ms);
	assert_int_equal(guest.host.slaac.valid_until_ms, guest.now_ms + 7200000);
	guest_icmp(&guest, "fe80::1", 255,
		   ADVERT("0708") PREFIX("00015180", "00015180", "0003")
			   PREFIX("00000000", "00000000", "0002"));
	assert_memory_equal(guest.host.slaac.prefix.address, address("2001:db8:1:3::2"), 16);
	assert_int_equal(guest.host.slaac.preferred_until_ms, guest.now_ms + 86400000);
}

static void test_name_servers_come_and_go(void **state)
{
#define DNS(lifetime) "19 03 0000 " lifetime " 20010db8 00000000 00000000 00000053"
	struct guest guest;

	(void)state;
	start(&guest);
	guest_icmp(&guest, "fe80::1", 255, ADVERT("0708") DNS("00000708"));
	assert_true(guest.changed & TP_IPV6_HOST_DNS);
	assert_int_equal(guest.host.dns_count, 1);
	assert_memory_equal(guest.host.dns[0], address("2001:db8::53"), 16);
	guest.changed = 0;
	guest_icmp(&guest, "fe80::1", 255, ADVERT("0708") DNS("00000708"));
	assert_int_equal(guest.changed, 0);
	guest_icmp(&guest, "fe80::1", 255, ADVERT("0708") DNS("00000000"));
	assert_int_equal(guest.changed, TP_IPV6_HOST_DNS);
	assert_int_equal(guest.host.dns_count, 0);
}

static void test_the_first_one_waits_a_random_while_if_it_is_to(void **state)
{
	struct guest guest;

	(void)state;
	guest_init(&guest);
	guest.common.config.solicit = true;
	guest.common.config.max_delay_ms = 1000;
	guest_start(&guest);
	assert_int_equal(guest.sent.count, 0);
	guest_wait(&guest, 1000);
	assert_int_equal(guest.sent.count, 1);
	tp_ipv6_host_stop(&guest.host);
	guest_wait(&guest, 3600000);
	assert_int_equal(guest.sent.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_asks_ever_more_seldom_and_never_gives_up),
		cmocka_unit_test(test_an_advertisement_ends_it_and_is_the_default_route),
		cmocka_unit_test(test_what_came_from_afar_or_is_none_is_not_believed),
		cmocka_unit_test(test_a_prefix_makes_an_address_with_its_lifetimes),
		cmocka_unit_test(test_prefixes_that_are_not_for_slaac_make_none),
		cmocka_unit_test(test_a_renumbering_gives_a_new_address_at_once),
		cmocka_unit_test(test_name_servers_come_and_go),
		cmocka_unit_test(test_the_first_one_waits_a_random_while_if_it_is_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
