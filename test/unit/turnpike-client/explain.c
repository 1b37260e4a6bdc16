/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "explain.h"

static void test_ms_chap_failures_are_told_in_words(void **state)
{
	static const struct {
		const char *failure, *text, *rest;
	} cases[] = {
		{"E=691 R=0 C=00112233445566778899AABBCCDDEEFF V=3 M=Go away",
		 "wrong user or password (error 691)", "Go away"},
		{"E=691 R=1 C=00 V=2", "wrong user or password (error 691)", ""},
		{"E=646 R=0", "the account may not log in at this time (error 646)", ""},
		{"E=647", "the account is disabled (error 647)", ""},
		{"E=648 R=0 M=", "the password has expired (error 648)", ""},
		{"E=649 R=0", "the account may not dial in (error 649)", ""},
		{"E=709 R=0", "the password could not be changed (error 709)", ""},
		{"E=12 R=0", "refused (error 12)", ""},
		/* None of MS-CHAP's: as it is. */
		{"E=", "", "E="},
		{"E=x", "", "E=x"},
		{"E=691R=0", "", "E=691R=0"},
		{"wrong password", "", "wrong password"},
		{"", "", ""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[96];
		const char *rest = explain_refusal(cases[i].failure, text, sizeof(text));

		assert_string_equal(text, cases[i].text);
		assert_string_equal(rest, cases[i].rest);
	}
}

static void test_nobody_answered(void **state)
{
	const struct tp_pppoe_offers none = {0};
	const struct settings settings = {.ac_name = "X"};
	char text[256];

	explain_no_offer(&settings, &none, text, sizeof(text));
	assert_string_equal(text, "no access concentrator answered");
}

static void test_who_answered_is_named(void **state)
{
	const struct settings settings = {.ac_name = "X", .service_name = "Y"};
	struct tp_pppoe_offers offers = {
		.count = 2,
		.offer = {{.reason = TP_PPPOE_AC_NAME_MISMATCH,
			   .mac = {{2, 0, 0, 0, 0, 1}},
			   .ac_name = "one",
			   .services = "a, b"},
			  {.reason = TP_PPPOE_AC_NAME_MISMATCH,
			   .mac = {{2, 0, 0, 0, 0, 2}},
			   .ac_name = "two"}},
	};
	char text[512];

	explain_no_offer(&settings, &offers, text, sizeof(text));
	assert_string_equal(text, "no access concentrator of the ac-name \"X\" answered, but there "
				  "answered: \"one\" (02:00:00:00:00:01) with a, b; \"two\" "
				  "(02:00:00:00:00:02)");
	offers.offer[0].reason = offers.offer[1].reason = TP_PPPOE_SERVICE_NOT_OFFERED;
	explain_no_offer(&settings, &offers, text, sizeof(text));
	assert_non_null(strstr(text, "no access concentrator offers the service-name \"Y\""));
	offers.offer[0].reason = TP_PPPOE_PEER_ERROR;
	offers.more = true;
	explain_no_offer(&settings, &offers, text, sizeof(text));
	assert_non_null(strstr(text, "no offer could be taken"));
	assert_non_null(strstr(text, "(the peer reports an error)"));
	assert_non_null(strstr(text, "; and others"));
	/* Cut where there is no more room, not past it. */
	explain_no_offer(&settings, &offers, text, 20);
	assert_int_equal(strlen(text), 19);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ms_chap_failures_are_told_in_words),
		cmocka_unit_test(test_nobody_answered),
		cmocka_unit_test(test_who_answered_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
