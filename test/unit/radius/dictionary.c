/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "radius/dictionary.h"

static void test_each_attribute_is_found_by_number_and_by_name(void **state)
{
	for (unsigned i = TP_RADIUS_UNKNOWN + 1; i < TP_RADIUS_ATTRIBUTES; i++) {
		const struct tp_radius_definition *d = tp_radius_define(i);

		assert_int_equal(tp_radius_lookup(d->vendor, d->number), i);
		assert_int_equal(tp_radius_find(d->name), i);
	}
	assert_int_equal(tp_radius_find("mikrotik-rate-limit"), TP_RADIUS_MIKROTIK_RATE_LIMIT);
}

static void test_each_attribute_says_where_it_is_from_and_what_it_does(void **state)
{
	for (unsigned i = TP_RADIUS_UNKNOWN + 1; i < TP_RADIUS_ATTRIBUTES; i++) {
		const struct tp_radius_definition *d = tp_radius_define(i);

		assert_true(d->number != 0 && d->packets != 0);
		assert_true(strlen(d->reference) > 0 && strlen(d->effect) > 0);
	}
}

static void test_what_is_not_known_is_unknown(void **state)
{
	assert_int_equal(tp_radius_lookup(0, 241), TP_RADIUS_UNKNOWN);
	assert_int_equal(tp_radius_lookup(9, 1), TP_RADIUS_UNKNOWN);
	assert_int_equal(tp_radius_find("Cisco-AVPair"), TP_RADIUS_UNKNOWN);
	assert_int_equal(tp_radius_find(""), TP_RADIUS_UNKNOWN);
	assert_false(tp_radius_vendor_known(9));
	assert_true(tp_radius_vendor_known(14988));
	assert_string_equal(tp_radius_define(TP_RADIUS_ATTRIBUTES)->name, "");
}

static void test_numbers_are_those_of_the_registries(void **state)
{
	static const struct {
		const char *name;
		uint32_t vendor;
		uint8_t number;
	} rows[] = {
		{"User-Name", 0, 1},
		{"Message-Authenticator", 0, 80},
		{"Delegated-IPv6-Prefix", 0, 123},
		{"Framed-IPv6-Address", 0, 168},
		{"Error-Cause", 0, 101},
		{"MS-CHAP2-Success", 311, 26},
		{"Mikrotik-Rate-Limit", 14988, 8},
		{"WISPr-Bandwidth-Max-Down", 14122, 8},
		{"Ascend-Xmit-Rate", 529, 255},
		{"ADSL-Agent-Circuit-Id", 3561, 1},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct tp_radius_definition *d =
			tp_radius_define(tp_radius_lookup(rows[i].vendor, rows[i].number));

		assert_string_equal(d->name, rows[i].name);
	}
}

static void test_values_must_suit_their_kind(void **state)
{
	static const struct {
		enum tp_radius_attribute attribute;
		const char *bytes;
		size_t len;
		bool valid;
	} rows[] = {
		{TP_RADIUS_SESSION_TIMEOUT, "\0\0\0\1", 4, true},
		{TP_RADIUS_SESSION_TIMEOUT, "\0\0\1", 3, false},
		{TP_RADIUS_SESSION_TIMEOUT, "\0\0\0\0\1", 5, false},
		{TP_RADIUS_FRAMED_IP_ADDRESS, "", 0, false},
		{TP_RADIUS_USER_NAME, "bob", 3, true},
		{TP_RADIUS_USER_NAME, "", 0, false},
		{TP_RADIUS_USER_NAME, "b\0b", 3, false},
		{TP_RADIUS_CLASS, "\0", 1, true},
		{TP_RADIUS_CLASS, "", 0, false},
		{TP_RADIUS_FRAMED_INTERFACE_ID, "12345678", 8, true},
		{TP_RADIUS_FRAMED_INTERFACE_ID, "1234567", 7, false},
		{TP_RADIUS_FRAMED_IPV6_ADDRESS, "0123456789abcdef", 16, true},
		{TP_RADIUS_FRAMED_IPV6_ADDRESS, "0123456789abcde", 15, false},
		{TP_RADIUS_FRAMED_IPV6_PREFIX, "\0\0", 2, true},
		{TP_RADIUS_FRAMED_IPV6_PREFIX, "\0\x20\x20\x01\x0d\xb8", 6, true},
		{TP_RADIUS_FRAMED_IPV6_PREFIX, "\0\x1d\x20\x01\x0d\xb8", 6, true},
		{TP_RADIUS_FRAMED_IPV6_PREFIX, "\0\x1c\x20\x01\x0d\xb8", 6, false},
		{TP_RADIUS_FRAMED_IPV6_PREFIX, "\0\x10\x20\x01\x0d", 5, false},
		{TP_RADIUS_FRAMED_IPV6_PREFIX, "\0\x81", 2, false},
		{TP_RADIUS_FRAMED_IPV6_PREFIX, "\0", 1, false},
		{TP_RADIUS_FRAMED_IPV6_PREFIX,
		 "\0\x80"
		 "0123456789abcdefg",
		 19, false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(tp_radius_value_valid(rows[i].attribute,
						       (const uint8_t *)rows[i].bytes, rows[i].len),
				 rows[i].valid);
}

static void test_causes_have_names(void **state)
{
	assert_string_equal(tp_radius_cause_name(TP_RADIUS_CAUSE_USER_REQUEST), "User-Request");
	assert_string_equal(tp_radius_cause_name(99), "unknown");
	assert_string_equal(tp_radius_error_name(TP_RADIUS_ERROR_SESSION_NOT_FOUND),
			    "Session-Context-Not-Found");
	assert_string_equal(tp_radius_error_name(TP_RADIUS_NO_ERROR), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_attribute_is_found_by_number_and_by_name),
		cmocka_unit_test(test_each_attribute_says_where_it_is_from_and_what_it_does),
		cmocka_unit_test(test_what_is_not_known_is_unknown),
		cmocka_unit_test(test_numbers_are_those_of_the_registries),
		cmocka_unit_test(test_values_must_suit_their_kind),
		cmocka_unit_test(test_causes_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
