/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands that nobody types: of shells, files, exports, and of RouterOS. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "arguments.h"
#include "prompt.h"

static void test_what_was_in_quotes_in_ones_own_shell_stays_one_thing(void **state)
{
	static const struct {
		const char *arguments[8];
		const char *line;
	} cases[] = {
		{{"/ppp secret remove John Smith"}, "/ppp secret remove John Smith"},
		{{"/ppp", "secret", "remove", "John Smith"}, "/ppp secret remove \"John Smith\" "},
		{{"/ppp sec", "rem", "John Smith", "Bob"}, "/ppp sec rem \"John Smith\" Bob "},
		{{"/ppp/secret/get", "a;b", "name"}, "/ppp/secret/get \"a;b\" name "},
		{{"/ppp secret", "comment", "w1", "hello \"you\""},
		 "/ppp secret comment w1 \"hello \\\"you\\\"\" "},
		{{"/ppp secret", "comment", "w1", ""}, "/ppp secret comment w1 \"\" "},
		{{":put", "a b"}, ":put \"a b\" "},
		{{"/ppp secret", "remove", "[find name=a or name=b]"},
		 "/ppp secret remove [find name=a or name=b] "},
		{{"/ppp", "secret print", "where", "name=a or name=b"},
		 "/ppp secret print where name=a or name=b "},
		{{"/ppp", "secret print", "where", "not (name=a || name=b)"},
		 "/ppp secret print where not (name=a || name=b) "},
		{{"/ppp", "secret", "find", "name=a and disabled"},
		 "/ppp secret find name=a and disabled "},
		{{"/ppp", "secret", "print", "where", "name=John Smith"},
		 "/ppp secret print where name=\"John Smith\" "},
		{{"/ppp", "secret", "print", "where", "name~^John S"},
		 "/ppp secret print where name~\"^John S\" "},
		{{"/ppp", "secret", "set", "w1", "comment=a or b", "name=b"},
		 "/ppp secret set w1 comment=\"a or b\" name=b "},
		{{"/ppp", "secret", "set w1 comment=x"}, "/ppp secret set w1 comment=x "},
		{{"/ppp", "secret", "add", "name=\"x y\""}, "/ppp secret add name=\"x y\" "},
		{{"/ip", "pool", "add", "name=a", "comment=$x"},
		 "/ip pool add name=a comment=\"\\$x\" "},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int count = 0;

		while (count < 8 && cases[i].arguments[count] != NULL)
			count++;
		char *line = ctl_join_arguments(&ctl, count, (char *const *)cases[i].arguments);
		assert_string_equal(line, cases[i].line);
		free(line);
	}
	/* Three users, of whom one has blanks in his name: he alone goes. */
	char *const remove[] = {"/ppp", "secret", "remove", "John Smith"};
	char *line = ctl_join_arguments(&ctl, 4, remove);

	script("/ppp secret\nadd name=John\nadd name=Smith\nadd name=\"John Smith\"\n", CTL_OK);
	expect(line, "");
	expect(":put [/ppp secret find]", "*1;*2\n");
	free(line);
}

static void test_a_file_may_begin_with_a_byte_order_mark(void **state)
{
	script("\xEF\xBB\xBF/ip pool\nadd name=a ranges=10.0.0.1\n", CTL_OK);
	expect(":put [/ip pool find]", "*1\n");
}

static void test_put_prints_what_a_command_says(void **state)
{
	script("/ip pool\nadd name=a ranges=10.0.0.1\nadd name=b ranges=10.0.1.1 comment=\"1 2\"\n",
	       CTL_OK);
	expect(":put [/ip pool get a ranges]", "10.0.0.1\n");
	expect(":put [/ip pool get [find name=b] comment]", "1 2\n");
	expect(":put [ /ip/pool/find ]", "*1;*2\n");
	expect(":put [/ip pool find name=none]", "\n");
	expect(":put [/ip pool print count-only]", "2\n");
	expect(":put [/ip pool]", "\n");
	assert_string_equal(ctl.menu, "/");
	assert_int_equal(run("/ip pool"), CTL_OK);
	expect(":put [get b ranges]", "10.0.1.1\n");
	expect(":put \"a  b\"; :put c", "a  b\nc\n");
	expect_refusal(":put [get none ranges]", CTL_ERROR, "no such item");
	assert_string_equal(out, "");
	expect_refusal(":put [get a none]", CTL_USAGE, "no property none");
	expect_refusal(":put", CTL_USAGE, ":put takes");
	expect_refusal(":put a b", CTL_USAGE, ":put takes");
	expect_refusal(":put (\"a\".\"b\")", CTL_USAGE, ":put takes");
	expect_refusal(":put $a\"b\"", CTL_USAGE, ":put takes");
	expect_refusal(":put []", CTL_USAGE, ":put takes");
	expect_refusal(":put (1 + 2)", CTL_USAGE, ":put takes");
	expect_refusal(":local x", CTL_USAGE, "scripts of RouterOS do not run");
	expect_refusal(":foreach i in=[find] do={}", CTL_USAGE, "an expression");
	expect_refusal("set a comment=[get b comment]", CTL_USAGE, "an expression");
	expect_refusal("set a comment=$x", CTL_USAGE, "an expression");
	expect("set a comment=\"[x]\"", "");
	expect(":put [get a comment]", "[x]\n");
}

static void test_the_quick_example_can_be_pasted_in(void **state)
{
	script(quick_example, CTL_OK);
	expect("/ip pool print", "#  NAME        RANGES             ANNOUNCE\n"
				 "0  pppoe-pool  10.0.0.2-10.0.0.5  subscribers\n");
	expect("/ppp secret print proplist=name", out);
	assert_non_null(strstr(out, "MT-User"));
	assert_null(strstr(out, "StrongPass"));
	run("/interface pppoe-server server print detail");
	assert_non_null(strstr(out, "service-name=pppoeservice interface=ether3"));
	assert_non_null(strstr(out, "default-profile=for-pppoe"));
}

static void test_an_export_makes_the_same_again(void **state)
{
	script(quick_example, CTL_OK);
	run("/system identity set name=MT_AC");
	run("/ip export");
	assert_string_equal(out, "# without passwords, and without what takes effect "
				 "after a restart only\n"
				 "/ip pool\n"
				 "add name=pppoe-pool ranges=10.0.0.2-10.0.0.5\n");
	run("/export");
	assert_null(strstr(out, "StrongPass"));
	assert_null(strstr(out, "/dataplane"));
	char *saved = strdup(out);
	assert_int_equal(run("/interface pppoe-server server remove [find]"), CTL_OK);
	assert_int_equal(run("/ppp secret remove [find]"), CTL_OK);
	assert_int_equal(run("/ppp profile remove for-pppoe"), CTL_OK);
	run("/ip pool print");
	assert_int_equal(run("/ip pool remove 0"), CTL_OK);
	assert_int_equal(run("/system identity set name=other"), CTL_OK);
	script(saved, CTL_OK);
	run("/export");
	assert_string_equal(out, saved);
	free(saved);
}

static void test_a_script_ends_at_its_first_mistake_and_names_the_line(void **state)
{
	script("# pools\n"
	       "/ip pool\n"
	       "add name=a \\\n"
	       "    ranges=10.0.0.1\n"
	       "add name=b rangez=1\n"
	       "add name=c ranges=10.0.0.3\n",
	       CTL_USAGE);
	assert_non_null(strstr(err, "(line 5 column 12)"));
	expect("/ip pool print proplist=name count-only", "1\n");
}

static void test_it_is_no_shell_of_the_machine(void **state)
{
	expect_refusal("!ls", CTL_USAGE, "! runs nothing here");
	expect_refusal("! ls", CTL_USAGE, "! runs nothing here");
	expect_refusal("/ip pool print | grep x", CTL_USAGE, "there are no pipes");
	expect_refusal("/ip pool print where name=x | grep x", CTL_USAGE, "there are no pipes");
	expect_refusal("/export > saved.rsc", CTL_USAGE, "there are no pipes and files here");
	expect("/ppp secret print count-only where limit-bytes-in > 5", "0\n");
}

/* A RouterOS 7 with PPPoE, as it exports itself, beside much that is not an access concentrator's.
 */
static void test_an_export_of_routeros_goes_in_line_by_line(void **state)
{
	char line[4096];

	snprintf(line, sizeof(line), "/import %s/test/unit/turnpikectl/routeros.rsc",
		 getenv("SOURCE_ROOT"));
	expect_refusal(line, CTL_ERROR, "left out 14 of 30 commands:\n");
	static const char *const listed[] = {
		"line 2: /interface bridge is not here: 1 command\n",
		"line 4: /interface ethernet is not here: 2 commands\n",
		"line 10: /interface list is not here: 1 command\n",
		"line 12: /ip firewall nat is not here: 2 commands\n",
	};
	for (size_t i = 0; i < sizeof(listed) / sizeof(listed[0]); i++)
		if (strstr(err, listed[i]) == NULL)
			fail_msg("%s is not in %s", listed[i], err);
	expect("/system identity print", "  name: BRAS-1\n");
	expect("/ip pool print count-only", "2\n");
	expect("/ppp profile get default use-ipv6", "no\n");
	expect("/ppp profile get default-encryption use-encryption", "yes\n");
	expect("/ppp profile get plan-20 rate-limit", "5M/20M\n");
	expect("/ppp profile get plan-20 queue-type", "default-small\n");
	expect("/ppp secret print count-only", "3\n");
	expect("/ppp secret get joe comment", "paid; until \"May\"\n");
	expect("/ppp aaa get interim-update", "5m\n");
	expect("/ppp aaa get enable-ipv6-accounting", "no\n");
	expect("/radius get [find] src-address", "192.0.2.1\n");
	expect("/radius incoming get vrf", "main\n");
	expect("/user get noc inactivity-policy", "none\n");
	expect("/interface pppoe-server server get [find] authentication", "mschap2,chap,pap\n");
	assert_string_equal(ctl.menu, "/");
	expect_refusal("/import /nonexistent.rsc", CTL_ERROR, "No such file");
	expect_refusal("/import", CTL_USAGE, "import takes the name of a file");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, prompt_setup, prompt_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_what_was_in_quotes_in_ones_own_shell_stays_one_thing),
		TEST(test_a_file_may_begin_with_a_byte_order_mark),
		TEST(test_put_prints_what_a_command_says),
		TEST(test_the_quick_example_can_be_pasted_in),
		TEST(test_an_export_makes_the_same_again),
		TEST(test_a_script_ends_at_its_first_mistake_and_names_the_line),
		TEST(test_it_is_no_shell_of_the_machine),
		TEST(test_an_export_of_routeros_goes_in_line_by_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
