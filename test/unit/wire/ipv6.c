/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "base/prefix.h"
#include "wire/ipv6.h"

static const uint8_t *address(const char *text)
{
	static uint8_t ring[4][TP_IPV6_ADDRESS_LEN];
	static unsigned turn;
	uint8_t *bytes = ring[turn++ % 4];

	assert_int_equal(inet_pton(AF_INET6, text, bytes), 1);
	return bytes;
}

static void test_a_link_local_address_ends_with_the_interface_identifier(void **state)
{
	static const uint8_t id[8] = {0x02, 0, 0, 0xff, 0xfe, 0, 0, 1};
	uint8_t made[TP_IPV6_ADDRESS_LEN];

	(void)state;
	tp_ipv6_link_local(made, id);
	assert_memory_equal(made, address("fe80::200:ff:fe00:1"), sizeof(made));
	assert_true(tp_ipv6_is_link_local(made));
	assert_true(tp_ipv6_is_link_local(address("febf::1")));
	assert_false(tp_ipv6_is_link_local(address("fec0::1")));
}

static void test_martians_are_what_no_host_has(void **state)
{
	static const char *const martians[] = {"::", "::1", "::192.0.2.1", "::ffff:192.0.2.1",
					       "ff02::1"};
	static const char *const hosts[] = {"2001:db8::1", "fe80::1", "fd00::1",
					    "64:ff9b::192.0.2.1", "::1:0:0:0:1"};

	(void)state;
	for (unsigned i = 0; i < sizeof(martians) / sizeof(martians[0]); i++)
		assert_true(tp_ipv6_is_martian(address(martians[i])));
	for (unsigned i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		assert_false(tp_ipv6_is_martian(address(hosts[i])));
}

/* An Echo Request from 2001:db8::1 to 2001:db8::2 as Linux sends it: identifier 1, sequence 1. */
static void test_the_checksum_covers_the_pseudo_header(void **state)
{
	uint8_t echo[8] = {128, 0, 0, 0, 0, 1, 0, 1};
	const uint8_t *src = address("2001:db8::1"), *dst = address("2001:db8::2");
	uint16_t checksum = tp_ipv6_checksum(src, dst, TP_IPV6_ICMP, echo, sizeof(echo));

	(void)state;
	assert_int_equal(ntohs(checksum), 0x2446);
	memcpy(echo + 2, &checksum, sizeof(checksum));
	assert_int_equal(tp_ipv6_checksum(src, dst, TP_IPV6_ICMP, echo, sizeof(echo)), 0);
}

static void test_a_prefix_has_what_agrees_in_its_bits(void **state)
{
	struct tp_prefix6 p = {.length = 61};

	(void)state;
	memcpy(p.address, address("2001:db8:0:8::"), sizeof(p.address));
	assert_true(tp_prefix6_has(&p, address("2001:db8:0:f:ffff::1")));
	assert_false(tp_prefix6_has(&p, address("2001:db8:0:10::1")));
	p.length = 0;
	assert_true(tp_prefix6_has(&p, address("::")));
	p.length = 128;
	assert_true(tp_prefix6_has(&p, address("2001:db8:0:8::")));
	assert_false(tp_prefix6_has(&p, address("2001:db8:0:8::1")));
}

static void test_an_interface_identifier_is_made_of_a_mac(void **state)
{
	static const uint8_t id[] = {0x00, 0x00, 0x5e, 0xff, 0xfe, 0x00, 0x53, 0x01};
	uint8_t made[TP_IPV6_INTERFACE_ID_LEN];

	tp_ipv6_eui64(made, &(struct tp_mac){{0x02, 0x00, 0x5e, 0x00, 0x53, 0x01}});
	assert_memory_equal(made, id, sizeof(id));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_link_local_address_ends_with_the_interface_identifier),
		cmocka_unit_test(test_an_interface_identifier_is_made_of_a_mac),
		cmocka_unit_test(test_martians_are_what_no_host_has),
		cmocka_unit_test(test_the_checksum_covers_the_pseudo_header),
		cmocka_unit_test(test_a_prefix_has_what_agrees_in_its_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
