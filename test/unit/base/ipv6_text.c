/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/ipv6_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static void test_what_is_written_is_read_again(void **state)
{
	static const char *const texts[] = {
		"::/0",
		"2001:db8::/32",
		"2001:db8:0:1::/64",
		"2001:db8::1/128",
		"fe80::/10",
		"2001:db8:ffff:ffff:ffff:ffff:ffff:fffe/127",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct tp_prefix6 prefix;
		char text[TP_PREFIX6_TEXT_LEN];

		assert_true(tp_prefix6_parse(texts[i], &prefix));
		assert_string_equal(tp_prefix6_format(&prefix, text), texts[i]);
	}
}

static void test_what_is_no_prefix_is_refused_and_changes_nothing(void **state)
{
	static const char *const texts[] = {
		"",
		"/",
		"/64",
		"2001:db8::",
		"2001:db8::/",
		"2001:db8::/129",
		"2001:db8::/064",
		"2001:db8::/-1",
		"2001:db8::/6 ",
		"2001:db8::1/64",
		"10.0.0.0/8",
		"2001:db8::/32/1",
		"2001:db8::/1000000000000",
		"2001:0db8:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000/64",
	};
	const struct tp_prefix6 before = {.length = 7};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct tp_prefix6 prefix = before;

		assert_false(tp_prefix6_parse(texts[i], &prefix));
		assert_true(tp_prefix6_same(&prefix, &before));
	}
}

static void test_the_longest_address_has_room(void **state)
{
	uint8_t address[16], again[16];
	char text[TP_IPV6_TEXT_LEN];

	memset(address, 0xff, sizeof(address));
	assert_string_equal(tp_ipv6_format(address, text),
			    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	assert_true(tp_ipv6_parse(text, again));
	assert_memory_equal(address, again, sizeof(address));
	assert_false(tp_ipv6_parse("ffff", again));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_written_is_read_again),
		cmocka_unit_test(test_what_is_no_prefix_is_refused_and_changes_nothing),
		cmocka_unit_test(test_the_longest_address_has_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
