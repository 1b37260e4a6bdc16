/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/ip.h"

static const uint8_t documentation[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};

static void test_an_ipv4_address_comes_back(void **state)
{
	const struct tp_ip ip = tp_ip_of4(0xc0000201);

	assert_int_equal(ip.family, TP_FAMILY_IPV4);
	assert_int_equal(ip.bytes[0], 192);
	assert_int_equal(ip.bytes[3], 1);
	assert_int_equal(tp_ip_to4(&ip), 0xc0000201);
}

static void test_families_are_apart(void **state)
{
	const uint8_t zeros[16] = {0};
	const struct tp_ip four = tp_ip_of4(0), six = tp_ip_of6(zeros);
	const struct tp_ip_prefix all4 = {four, 0}, all6 = {six, 0};

	assert_false(tp_ip_same(&four, &six));
	assert_true(tp_ip_prefix_has(&all4, &four));
	assert_false(tp_ip_prefix_has(&all4, &six));
	assert_false(tp_ip_prefix_has(&all6, &four));
	assert_false(tp_ip_prefix_same(&all4, &all6));
	assert_false(tp_ip_is_none(&four));
	assert_true(tp_ip_is_none(&(struct tp_ip){0}));
}

static void test_a_prefix_has_its_addresses(void **state)
{
	const struct tp_prefix net = {0x0a000000, 8};
	const struct tp_ip_prefix four = tp_ip_prefix_of4(&net);
	const struct tp_prefix6 net6 = {{0x20, 0x01, 0x0d, 0xb8}, 31};
	const struct tp_ip_prefix six = tp_ip_prefix_of6(&net6);
	struct tp_ip ip = tp_ip_of4(0x0affffff);

	assert_true(tp_ip_prefix_has(&four, &ip));
	ip = tp_ip_of4(0x0b000000);
	assert_false(tp_ip_prefix_has(&four, &ip));
	ip = tp_ip_of6(documentation);
	assert_true(tp_ip_prefix_has(&six, &ip));
	ip.bytes[3] = 0xb9; /* the 32nd bit */
	assert_true(tp_ip_prefix_has(&six, &ip));
	ip.bytes[3] = 0xba;
	assert_false(tp_ip_prefix_has(&six, &ip));
}

static void test_a_network_has_no_host_bits(void **state)
{
	const struct tp_ip four = tp_ip_of4(0x0a000001), six = tp_ip_of6(documentation);
	struct tp_ip_prefix p = tp_ip_host(&four);

	assert_int_equal(p.length, 32);
	assert_true(tp_ip_prefix_is_network(&p));
	p.length = 31;
	assert_false(tp_ip_prefix_is_network(&p));
	p.length = 33;
	assert_false(tp_ip_prefix_is_network(&p));
	p = tp_ip_host(&six);
	assert_int_equal(p.length, 128);
	assert_true(tp_ip_prefix_is_network(&p));
	p.length = 127;
	assert_false(tp_ip_prefix_is_network(&p));
	p.length = 129;
	assert_false(tp_ip_prefix_is_network(&p));
	p = (struct tp_ip_prefix){0};
	assert_false(tp_ip_prefix_is_network(&p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_ipv4_address_comes_back),
		cmocka_unit_test(test_families_are_apart),
		cmocka_unit_test(test_a_prefix_has_its_addresses),
		cmocka_unit_test(test_a_network_has_no_host_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
