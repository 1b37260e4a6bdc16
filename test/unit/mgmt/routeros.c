/* SPDX-License-Identifier: BSD-3-Clause */
/* Values as RouterOS's REST writes them, and who gets them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "mgmt/routeros.h"

static void test_each_value_becomes_a_string(void **state)
{
	json_t *item = json_pack("{s:s,s:i,s:b,s:b,s:[i,i],s:s,s:n,s:I,s:[],s:s}", ".id", "*1F",
				 "max-mtu", 1480, "disabled", 0, "running", 1, "worker-lcores", 1,
				 2, "uptime", "1d2h", "nothing", "bytes-in",
				 (json_int_t)9007199254740993, "none", "comment", "");
	json_t *expected =
		json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", ".id", "*1F", "max-mtu", "1480",
			  "disabled", "false", "running", "true", "worker-lcores", "1,2", "uptime",
			  "1d2h", "bytes-in", "9007199254740993", "none", "");
	json_t *shown = mgmt_routeros(item);

	assert_true(json_equal(shown, expected));
	json_decref(item);
	json_decref(expected);
	json_decref(shown);
}

static void test_a_client_chooses_by_accept(void **state)
{
	assert_true(mgmt_routeros_wanted(NULL, true));
	assert_false(mgmt_routeros_wanted(NULL, false));
	assert_true(mgmt_routeros_wanted("*/*", true));
	assert_false(mgmt_routeros_wanted("application/json", false));
	assert_false(mgmt_routeros_wanted("application/vnd.turnpike+json, */*", true));
	assert_true(mgmt_routeros_wanted("Application/vnd.RouterOS+json", false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_value_becomes_a_string),
		cmocka_unit_test(test_a_client_chooses_by_accept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
