/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/origin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void test_a_strangers_page_is_told_by_what_browsers_say(void **state)
{
	static const struct {
		struct mgmt_origin request;
		bool foreign;
	} cases[] = {
		/* programs: no browser, nothing said */
		{{"POST", "10.0.0.1", NULL, NULL}, false},
		{{"PUT", NULL, NULL, NULL}, false},
		/* what changes nothing */
		{{"GET", "10.0.0.1", "https://evil.example", "cross-site"}, false},
		{{"HEAD", "10.0.0.1", "https://evil.example", NULL}, false},
		/* Sec-Fetch-Site */
		{{"POST", "10.0.0.1", "https://evil.example", "cross-site"}, true},
		{{"POST", "10.0.0.1", NULL, "cross-site"}, true},
		{{"PATCH", "a.example", "https://b.example", "same-site"}, true},
		{{"DELETE", "a.example", "https://a.example", "same-origin"}, false},
		{{"POST", "10.0.0.1", NULL, "none"}, false},
		{{"POST", "localhost", "https://bras.example", "same-origin"}, false}, /* a proxy */
		{{"POST", "10.0.0.1", NULL, "what"}, true},
		/* Origin alone */
		{{"POST", "10.0.0.1:8443", "https://10.0.0.1:8443", NULL}, false},
		{{"POST", "BRAS.example", "https://bras.EXAMPLE", NULL}, false},
		{{"POST", "10.0.0.1:8443", "https://10.0.0.1", NULL}, true},
		{{"PUT", "10.0.0.1", "https://evil.example", NULL}, true},
		{{"PATCH", "10.0.0.1", "https://evil.example", NULL}, true},
		{{"DELETE", "10.0.0.1", "https://evil.example", NULL}, true},
		{{"POST", "10.0.0.1", "null", NULL}, true}, /* a page in a sandbox, or a file */
		{{"POST", "10.0.0.1", "https://10.0.0.1.evil.example", NULL}, true},
		{{"POST", "10.0.0.1", "", NULL}, true},
		{{"POST", NULL, "https://evil.example", NULL}, true},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (mgmt_origin_is_foreign(&cases[i].request) != cases[i].foreign)
			fail_msg("case %zu", i);
}

static void test_json_is_told_from_what_a_page_may_send_unasked(void **state)
{
	assert_true(mgmt_origin_is_json("application/json"));
	assert_true(mgmt_origin_is_json("Application/JSON; charset=utf-8"));
	assert_true(mgmt_origin_is_json("application/json ;charset=utf-8"));
	assert_false(mgmt_origin_is_json(NULL));
	assert_false(mgmt_origin_is_json(""));
	assert_false(mgmt_origin_is_json("text/plain"));
	assert_false(mgmt_origin_is_json("text/plain; application/json"));
	assert_false(mgmt_origin_is_json("application/jsonp"));
	assert_false(mgmt_origin_is_json("application/x-www-form-urlencoded"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_strangers_page_is_told_by_what_browsers_say),
		cmocka_unit_test(test_json_is_told_from_what_a_page_may_send_unasked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
