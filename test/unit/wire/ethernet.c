/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "wire/ethernet.h"

static void test_an_address_is_written_as_it_is_read(void **state)
{
	struct tp_mac mac;
	char text[TP_MAC_TEXT_LEN];

	assert_true(tp_mac_parse("02:ab:Cd:00:09:f0", &mac));
	assert_int_equal(mac.bytes[5], 0xf0);
	assert_string_equal(tp_mac_format(&mac, text), "02:AB:CD:00:09:F0");
}

static void test_what_is_no_address_is_refused(void **state)
{
	const char *const cases[] = {"",
				     "02:00:00:00:00",
				     "02:00:00:00:00:0",
				     "02:00:00:00:00:00:",
				     "02-00-00-00-00-00",
				     "0g:00:00:00:00:00",
				     " 2:00:00:00:00:00",
				     "+2:00:00:00:00:00"};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tp_mac mac;

		if (tp_mac_parse(cases[i], &mac))
			fail_msg("accepted: %s", cases[i]);
	}
}

static void test_group_addresses_are_told_from_hosts(void **state)
{
	const struct tp_mac broadcast = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
	const struct tp_mac host = {{2, 0, 0, 0, 0, 1}};

	assert_true(tp_mac_is_multicast(&broadcast));
	assert_false(tp_mac_is_multicast(&host));
	assert_false(tp_mac_equal(&broadcast, &host));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_address_is_written_as_it_is_read),
		cmocka_unit_test(test_what_is_no_address_is_refused),
		cmocka_unit_test(test_group_addresses_are_told_from_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
