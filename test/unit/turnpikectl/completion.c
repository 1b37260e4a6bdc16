/* SPDX-License-Identifier: BSD-3-Clause */
/* Tab and question mark. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "complete.h"
#include "offline.h"
#include "prompt.h"

static void expect_completion(const char *text, size_t stem, const char *expected)
{
	struct ctl_candidates list;
	char got[1024] = "";

	ctl_complete(&ctl, text, &list);
	for (size_t i = 0; i < list.count; i++) {
		strncat(got, list.list[i].text, sizeof(got) - strlen(got) - 1);
		strncat(got, "|", sizeof(got) - strlen(got) - 1);
	}
	if (strcmp(got, expected) != 0)
		fail_msg("%s: got %s, expected %s", text, got, expected);
	assert_int_equal(list.stem, stem);
	ctl_candidates_free(&list);
}

static void test_completion_knows_menus_commands_properties_and_values(void **state)
{
	script(quick_example, CTL_OK);
	expect_completion("/i", 1, "interface |ip |ipv6 |instrument |import |");
	expect_completion("/ip po", 2, "pool |");
	expect_completion("/ip/po", 2, "pool |");
	expect_completion("/ip pool pr", 2, "print |");
	expect_completion("/ppp secret add pass", 4, "password=|");
	expect_completion("/ppp secret add name=x service=p", 1, "pppoe|");
	expect_completion("/ppp secret add profile=", 0, "default|for-pppoe|");
	expect_completion("/ppp secret add disabled=", 0, "yes|no|");
	expect_completion("/ppp secret set ", 0, "MT-User |");
	expect_completion("/ppp secret set MT-User rou", 3, "routes=|");
	expect_completion("/interface pppoe-server server add authentication=pap,ch", 2, "chap|");
	expect_completion("/interface pppoe-server server add interface=e", 1, "ether3|");
	expect_completion("[admin@MikroTik] > /ip po", 2, "pool |");
	expect_completion("/ip pool add comment=\"x ", 3, "");
	expect_completion("/nowhere ", 0, "");
	expect_completion("/ip pool print where na", 2, "name=|");
	expect_completion("/ip pool print where up", 2, "uptime=|");
	expect_completion("/ppp active print proplist=up", 2, "uptime|");
	expect_completion("/ppp active pr", 2, "print |");
	expect_completion("/ppp active a", 1, "");
	expect_completion("/ppp secret mon", 3, "monitor |");
	expect_completion("/ip pool mon", 3, "monitor |");
	expect_completion("/ppp profile mon", 3, "");
	expect_completion("/system rel", 3, "reload |");
	strcpy(ctl.menu, "/ip/pool");
	expect_completion("us", 2, "used |");
}

static void test_completion_knows_conditions_items_and_what_follows_a_verb(void **state)
{
	script(quick_example, CTL_OK);
	expect_completion("/ppp secret set [", 0, "find |");
	expect_completion("/ppp secret set [find na", 2, "name=|");
	expect_completion(":p", 2, ":put |");
	expect_completion(":put [/ip po", 2, "pool |");
	expect_completion(":put [/ppp secret get [find na", 2, "name=|");
	expect_completion("/ppp secret edit MT-User disa", 4, "disabled|");
	expect_completion("/ppp secret set [find name=", 0, "MT-User|");
	expect_completion("/ppp secret set [find name=MT-User] disa", 4, "disabled=|");
	expect_completion("/ppp secret find where !(prof", 4, "profile=|");
	expect_completion("/ppp secret print where profile=for", 3, "for-pppoe|");
	expect_completion("/ppp secret unset MT-User comm", 4, "comment|");
	expect_completion("/ppp secret get MT-User prof", 4, "profile|");
	expect_completion("/ppp secret comment ", 0, "MT-User |");
	expect_completion("/ppp secret comment MT-User ", 0, "comment=|");
	expect_completion("/ppp secret print follow", 6, "follow |follow-only |");
	expect_completion("/ip export format=", 0, "commands|yaml|");
	expect_completion("/export value-name=na", 2, ""); /* there is no menu at the top */
	expect_completion("/system tu", 2, "tune |");
	expect_completion("/system tune h", 1, "how=|hard=|");
	expect_completion("/ip pool tap ", 0, "pppoe-pool |");
	expect_completion("/inst", 4, "instrument |");
}

static void expect_help(const char *line, const char *said)
{
	assert_int_equal(run(line), CTL_OK);
	/* How far the columns are apart, the longest name says. */
	char *to = out;
	for (const char *from = out; (*to = *from) != '\0'; from++)
		to += *from != ' ' || from[1] != ' ';
	if (strstr(out, said) == NULL)
		fail_msg("%s: \"%s\" is not in \"%s\"", line, said, out);
}

static void test_a_question_mark_tells_what_may_stand_there(void **state)
{
	script(quick_example, CTL_OK);
	expect_help("?", " ppp ");
	expect_help("/ppp ?", " secret The users\n");
	expect_help("/ip pool ?", " print Shows what there is\n");
	expect_help("/ip pool add ?", " ranges= The addresses: ranges");
	expect_help("/ip pool pr?", " print Shows what there is\n");
	expect_help("/ppp secret add service=?", " any\n pppoe\n");
	expect_help("/ppp secret add service=?", "The service that the user may use; default any");
	expect_help("/interface pppoe-server server add max-mru=?", "number, 576 to 9000: ");
	expect_help("/ppp secret set ?", " MT-User");
	expect_help("/ppp secret print ?", " follow And then what changes, until Ctrl-C\n");
	expect_help("/system tune ?", " how=\n hard=\n");
	expect_help("/system ?", " tune sets the strings, how hard they are\n");
	assert_int_equal(run("/ppp secret set MT-User comment=\"why?\""), CTL_OK);
	expect("/ppp secret get MT-User comment", "why?\n");
	assert_string_equal(ctl.menu, "/");
}

static void expect_line(const char *line, const char *expected)
{
	char *got = NULL;
	size_t size;
	FILE *to = open_memstream(&got, &size);

	assert_int_equal(ctl_complete_line(line, to), 0);
	fclose(to);
	if (strstr(got, expected) != got)
		fail_msg("%s: got %s, expected %s", line, got, expected);
	free(got);
}

static void test_a_line_of_bash_is_completed_with_a_daemon_and_without(void **state)
{
	char line[256];

	script(quick_example, CTL_OK);
	snprintf(line, sizeof(line), "turnpikectl -s %s /ppp secret set ", socket_path());
	expect_line(line, "0\nMT-User \n");
	expect_line("turnpikectl --socket=/none/x /ppp sec", "3\nsecret \n");
	expect_line("turnpikectl -s /none/x /ppp secret add pass", "4\npassword=\n");
	expect_line("turnpikectl -s /none/x '/ppp secret add pass", "4\npassword=\n");
	expect_line("turnpikectl -s /none/x /ppp secret set ", "0\n");
	expect_line("turnpikectl -s /none/x /interface pppoe-client add add-def",
		    "7\nadd-default-route=\n");
	expect_line("turnpikectl --js", "4\n--json \n");
	expect_line("turnpikectl -", "1\n--socket \n--json \n--dry-run \n--version \n--help \n");
	expect_line("turnpikectl -s /no", "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, prompt_setup, prompt_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_completion_knows_menus_commands_properties_and_values),
		TEST(test_completion_knows_conditions_items_and_what_follows_a_verb),
		TEST(test_a_question_mark_tells_what_may_stand_there),
		TEST(test_a_line_of_bash_is_completed_with_a_daemon_and_without),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
