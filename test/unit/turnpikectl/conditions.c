/* SPDX-License-Identifier: BSD-3-Clause */
/* What stands behind where and find. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "prompt.h"

static void test_conditions_are_routeros_whole_expressions(void **state)
{
	static const struct {
		const char *condition, *names;
	} cases[] = {
		{"name=w1", "w1"},
		{"name = w1", "w1"},
		{"name=\"w1\"", "w1"},
		{"!(name=w1)", "w2,w3,a/b"},
		{"not name=w1", "w2,w3,a/b"},
		{"!!(name=w1)", "w1"},
		{"name=w1 and name=w2", ""},
		{"name=w1 name=w2", ""},
		{"name=w1 or name=w2", "w1,w2"},
		{"name=w1||name=w2", "w1,w2"},
		{"(name=w1||name=w2)&&disabled=yes", "w2"},
		{"name=w1 or name=w2 and disabled=no", "w1"},
		{"(name=w1 or name=w2) and disabled=no", "w1"},
		{"!(name=w1 or name=w2) and !(name=w3)", "a/b"},
		{"limit-bytes-in<20", "w1,a/b"},
		{"limit-bytes-in<=20", "w1,w2,a/b"},
		{"limit-bytes-in>5 limit-bytes-in<100", "w2"},
		{"limit-bytes-in>=20", "w2,w3"},
		{"limit-bytes-in!=20", "w1,w3,a/b"},
		{"remote-address>=10.1.0.7", "w2,w3"},
		{"remote-address in 10.1.0.0/16", "w2"},
		{"!(remote-address in 10.1.0.0/16)", "w1,w3,a/b"},
		{"disabled", "w2"},
		{"!disabled", "w1,w3,a/b"},
		{"comment", "w1,a/b"},
		{"comment=\"\"", "w2,w3"},
		{"comment!=\"\"", "w1,a/b"},
		{"comment=\"a (b) && c\"", "w1"},
		{"comment=\"x;y]z\"", "a/b"},
		{"name~\"^w[12]\"", "w1,w2"},
		{"!(name~\"^w\")", "a/b"},
		{"name~\"^w\" and !(name~\"2\" || name~3)", "w1"},
		{"name=a/b", "a/b"},
		{"name=order", ""}, /* not `or` and `der` */
	};

	add_secrets();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_found(cases[i].condition, cases[i].names);
}

static void test_a_condition_that_is_not_understood_changes_nothing(void **state)
{
	static const struct {
		const char *condition, *sentence;
	} cases[] = {
		{"", "expected a condition"},
		{"colour=w1", "/ppp/secret has no property colour"},
		{"name==w1", "there is no such relation"},
		{"name=<w1", "there is no such relation"},
		{"name=", "a value is expected"},
		{"name=w1 or", "expected a condition"},
		{"or name=w1", "/ppp/secret has no property or"},
		{"name=w1 && && name=w2", "expected a condition"},
		{"(name=w1", "a parenthesis is opened and not closed"},
		{"name=w1)", "expected end of condition"},
		{"name=w1 xor name=w2", "/ppp/secret has no property xor"},
		{"name=w1 | name=w2", "there are no pipes"},
		{"name~\"(\"", "bad regular expression"},
		{"name~\"((((a+)+)+)+)+\"", "regular expression"},
		{"name~\"a{1,999}\"", "regular expression"},
		{"remote-address in w1", "expected a prefix"},
		{"disabled=perhaps", "'perhaps' is not yes or no"},
		{"!", "expected a condition"},
		{"[find]", "expected a condition"},
		{"\"name=w1\"", "expected a condition"},
	};
	char line[256];

	add_secrets();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(line, sizeof(line), "print where %s", cases[i].condition);
		expect_refusal(line, CTL_USAGE, cases[i].sentence);
		snprintf(line, sizeof(line), "set [find where %s] comment=gone",
			 cases[i].condition);
		if (run(line) != CTL_USAGE)
			fail_msg("%s was taken", line);
	}
	expect_refusal("print where name=w1 bogus", CTL_USAGE, "(line 1 column 21)");
	expect_found("comment=gone", "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, prompt_setup, prompt_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_conditions_are_routeros_whole_expressions),
		TEST(test_a_condition_that_is_not_understood_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
