/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "radius/identity.h"

static void test_a_session_id_is_sixteen_digits_and_reads_back(void **state)
{
	static const struct {
		uint64_t id;
		const char *text;
	} rows[] = {
		{0, "0000000000000000"},
		{1, "0000000000000001"},
		{UINT64_C(0x0123456789abcdef), "0123456789abcdef"},
		{UINT64_C(0xfedcba9876543210), "fedcba9876543210"},
		{UINT64_MAX, "ffffffffffffffff"},
	};
	char text[TP_RADIUS_SESSION_ID_LEN];
	uint64_t id;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(tp_radius_session_id(rows[i].id, text), rows[i].text);
		assert_true(tp_radius_session_id_parse(rows[i].text, &id));
		assert_int_equal(id, rows[i].id);
	}
}

static void test_a_domain_goes_before_or_behind_the_user(void **state)
{
	assert_true(tp_radius_in_domain("bob", ""));
	assert_true(tp_radius_in_domain("bob@ISP", "isp"));
	assert_true(tp_radius_in_domain("Isp\\bob", "isp"));
	assert_false(tp_radius_in_domain("bob", "isp"));
	assert_false(tp_radius_in_domain("bob@isp2", "isp"));
	assert_false(tp_radius_in_domain("is\\bob", "isp"));
}

static void test_a_format_has_words_and_what_is_between(void **state)
{
	static const struct {
		const char *format, *text;
	} rows[] = {
		{"{interface}", "ether3"},
		{"{mac}", "02:00:00:00:AB:01"},
		{"{mac:-}", "02-00-00-00-AB-01"},
		{"{service}", "gold"},
		{"a {interface}/{outer-vlan}.{inner-vlan} b", "a ether3/7.0 b"},
		{"", ""},
	};
	const struct tp_radius_session session = {
		.mac = {{0x02, 0, 0, 0, 0xab, 1}},
		.interface = "ether3",
		.service_name = "gold",
		.vlans = {.outer = 7},
	};
	char text[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(tp_radius_format(rows[i].format, &session, text, sizeof(text)),
				    rows[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_session_id_is_sixteen_digits_and_reads_back),
		cmocka_unit_test(test_a_domain_goes_before_or_behind_the_user),
		cmocka_unit_test(test_a_format_has_words_and_what_is_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
