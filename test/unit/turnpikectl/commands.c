/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands, and which items they mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "prompt.h"

static void test_menus_are_entered_left_and_shortened(void **state)
{
	static const struct {
		const char *line, *menu;
	} cases[] = {
		{"/ip pool", "/ip/pool"},
		{"..", "/ip"},
		{"pool", "/ip/pool"},
		{"/", "/"},
		{"ppp pro", "/ppp/profile"},
		{"/interface/pppoe-server/server", "/interface/pppoe-server/server"},
		{".. ..", "/interface"},
		{"../ppp/secret", "/ppp/secret"},
		{"/ip pool print", "/ppp/secret"},
		{"/ip pool; ..", "/ip"},
		{"/.. ..", "/"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(run(cases[i].line), CTL_OK);
		assert_string_equal(ctl.menu, cases[i].menu);
	}
}

static void test_items_are_meant_by_name_number_id_and_find(void **state)
{
	script("/ip pool\n"
	       "add name=a ranges=10.0.0.1\n"
	       "add name=b ranges=10.0.1.1 comment=\"two words\"\n"
	       "add name=c ranges=10.0.2.1\n",
	       CTL_OK);
	assert_int_equal(run("/ip pool"), CTL_OK);
	assert_int_equal(run("set b ranges=10.9.0.1"), CTL_OK);
	assert_int_equal(run("set 2 comment=third"), CTL_ERROR); /* nobody was shown a number */
	assert_int_equal(run("print"), CTL_OK);
	assert_int_equal(run("set 2 comment=third"), CTL_OK);
	assert_int_equal(run("set [find ranges=10.0.0.1] comment=first"), CTL_OK);
	expect("print", "#  NAME  RANGES    ANNOUNCE\n"
			"   ;;; first\n"
			"0  a     10.0.0.1  subscribers\n"
			"   ;;; two words\n"
			"1  b     10.9.0.1  subscribers\n"
			"   ;;; third\n"
			"2  c     10.0.2.1  subscribers\n");
	expect("print where comment~\"^t\" name!=b", "#  NAME  RANGES    ANNOUNCE\n"
						     "   ;;; third\n"
						     "0  c     10.0.2.1  subscribers\n");
	/* Numbers are those of the last print. */
	assert_int_equal(run("remove 0"), CTL_OK);
	expect("print count-only", "2\n");
	assert_int_equal(run("remove a,b"), CTL_OK);
	expect("print count-only", "0\n");
	/* Nothing found is nothing to do. */
	assert_int_equal(run("remove [find name=zzz]"), CTL_OK);
}

static void test_several_items_are_changed_all_or_none(void **state)
{
	add_secrets();
	expect_refusal("remove [find name~\"^w\"]x", CTL_USAGE, "a blank is expected");
	expect_refusal("remove w1,w2,zzz", CTL_ERROR, "no such item");
	assert_int_equal(run("print"), CTL_OK);
	expect_refusal("remove 0,1,99", CTL_ERROR, "no such item");
	expect_refusal("set w1,w2 limit-bytes-in=much", CTL_ERROR, "limit-bytes-in");
	expect_refusal("set w1,w2 name=same", CTL_ERROR, "same");
	expect("print count-only", "4\n");
	expect_found("limit-bytes-in=5", "w1");
	expect_found("name=same", "");
	assert_int_equal(run("print"), CTL_OK);
	assert_int_equal(run("remove 0,1,1"), CTL_OK);
	expect("print count-only", "2\n");
}

static void test_a_number_that_nobody_was_shown_is_refused(void **state)
{
	add_secrets();
	expect_refusal("remove 1", CTL_ERROR, "after a print only");
	assert_int_equal(run("/ip pool print"), CTL_OK);
	expect_refusal("/ppp secret remove 1", CTL_ERROR, "after a print only");
	assert_int_equal(run("/ppp secret print where name=w3"), CTL_OK);
	expect_refusal("/ppp secret remove 1", CTL_ERROR, "has shown no number 1");
	assert_int_equal(run("/ppp secret remove 0"), CTL_OK);
	strcpy(ctl.menu, "/ppp/secret");
	expect_found("name~w", "w1,w2");
}

static void test_items_are_disabled_and_enabled(void **state)
{
	script(quick_example, CTL_OK);
	assert_int_equal(run("/ppp secret disable MT-User"), CTL_OK);
	run("/ppp secret print");
	assert_non_null(strstr(out, "0 X  MT-User"));
	assert_int_equal(run("/ppp secret enable [find]"), CTL_OK);
	expect("/ppp secret print count-only where disabled=no", out);
	assert_string_equal(run("/ppp secret print count-only") == CTL_OK ? out : "", "1\n");
}

static void test_a_single_item_is_set_and_printed(void **state)
{
	expect("/system identity set name=\"My AC\"", "");
	expect("/system identity print", "  name: My AC\n");
}

static void test_an_item_is_added_that_is_like_another(void **state)
{
	script("/ip pool\nadd name=a ranges=10.0.0.1 comment=x\nadd copy-from=a name=b "
	       "ranges=10.0.0.2\n"
	       "print\nadd copy-from=0 name=c ranges=10.0.0.3 !comment\n",
	       CTL_OK);
	expect("/ip pool export",
	       "# without passwords, and without what takes effect after a restart only\n"
	       "/ip pool\nadd name=a ranges=10.0.0.1 comment=x\nadd name=b ranges=10.0.0.2 "
	       "comment=x\n"
	       "add name=c ranges=10.0.0.3\n");
	expect_refusal("/ip pool add copy-from=none name=d", CTL_ERROR, "copy-from: no such item");
	expect_refusal("/ip pool set a copy-from=b", CTL_USAGE, "no property copy-from");
}

static void test_what_is_not_set_may_be_said(void **state)
{
	script("/ip pool\nadd name=a ranges=10.0.0.1 comment=x !next-pool\n", CTL_OK);
	expect("/ip pool set a ranges=10.0.0.2 !comment", "");
	expect(":put [/ip pool get a comment]", "\n");
	expect(":put [/ip pool get a ranges]", "10.0.0.2\n");
	expect_refusal("/ip pool set a !colour", CTL_USAGE, "expected end of command");
	expect_refusal("/ip pool set a !ranges", CTL_ERROR, "ranges");
}

static void test_json_is_what_the_daemon_said(void **state)
{
	script(quick_example, CTL_OK);
	ctl.json = true;
	assert_int_equal(run("/ip pool print"), CTL_OK);
	json_t *list = json_loads(out, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(json_array_get(list, 0), "name")),
			    "pppoe-pool");
	json_decref(list);
	ctl.json = true;
	assert_int_equal(run("/ip pool get pppoe-pool ranges"), CTL_OK);
	ctl.json = false;
	list = json_loads(out, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(list, "ret")), "10.0.0.2-10.0.0.5");
	json_decref(list);
}

static void test_mistakes_are_told_with_their_place(void **state)
{
	expect_refusal("/ip xyz", CTL_USAGE, "bad command name xyz (line 1 column 5)");
	expect_refusal("/radius move 0 1", CTL_USAGE, "no move here: no list goes by its order");
	expect_refusal("/ppp secret e", CTL_USAGE,
		       "ambiguous command name e: enable, edit, export, events (line 1 column 13)");
	expect_refusal("/ppp secret add n", CTL_USAGE, "a property is given as name=value");
	expect_refusal("/ppp secret add limit-bytes=5", CTL_USAGE,
		       "ambiguous property limit-bytes: limit-bytes-in, limit-bytes-out");
	expect_refusal("/ip pool print c", CTL_OK, "");
	expect_refusal("/ip pool print f", CTL_USAGE, "ambiguous word f");
	expect_refusal(
		"/ip pool add name=x rangez=1", CTL_USAGE,
		"expected end of command; /ip/pool has no property rangez (line 1 column 21)");
	expect_refusal("/ip pool add x", CTL_USAGE, "expected end of command");
	expect_refusal("/ip pool print all-of-it", CTL_USAGE, "expected end of command");
	expect_refusal("/ip pool set name=x", CTL_USAGE, "set needs an item");
	expect_refusal("/ip pool set x", CTL_USAGE, "set needs what to set");
	expect_refusal("/ip pool remove zzz", CTL_ERROR, "no such item");
	expect_refusal("/ip pool remove 7", CTL_ERROR, "no such item");
	expect_refusal("/ip pool remove a/b", CTL_ERROR, "no such item");
	expect_refusal("/ip pool add name=x ranges=ten", CTL_ERROR, "");
	expect_refusal("/ip pool add name=\"x", CTL_USAGE, "a quote is opened");
	expect_refusal("/ip pool set [print] a=b", CTL_USAGE, "only [find …]");
	expect_refusal("/ip pool print where name~\"(\"", CTL_USAGE, "bad regular expression");
	expect_refusal("/system identity print where name=x", CTL_USAGE, "is no list");
	expect_refusal("/ppp active add name=x", CTL_USAGE, "bad command name add");
	expect_refusal("quit now", CTL_USAGE, "expected end of command");
	expect_refusal("name=x", CTL_USAGE, "expected a command name");
}

static void test_find_and_get_tell_of_items(void **state)
{
	add_secrets();
	expect("find where name~\"^w\"", "*1;*2;*3\n");
	expect("find name=a/b", "*4\n");
	expect("find where name=none", "");
	expect("get w2 limit-bytes-in", "20\n");
	expect("get [find name=w2] disabled", "yes\n");
	expect("get w1 value-name=comment", "a (b) && c\n");
	expect("get w1 prof", "default\n");
	expect("/system identity get name", "Turnpike\n");
	assert_int_equal(run("get w1"), CTL_OK);
	assert_non_null(strstr(out, "name=w1;"));
	expect_refusal("get", CTL_USAGE, "get needs an item");
	expect_refusal("get [find] name", CTL_USAGE, "get takes one item, and these are 4");
	expect_refusal("get w1 colour", CTL_USAGE, "/ppp/secret has no property colour");
	expect_refusal("get w1 name service", CTL_USAGE, "expected end of command");
	expect_refusal("get none name", CTL_ERROR, "no such item");
	expect_refusal("find colour=red", CTL_USAGE, "no property colour");
	expect_refusal("/system identity find", CTL_USAGE, "bad command name find");
}

static void test_unset_and_comment_change_all_or_none(void **state)
{
	add_secrets();
	expect("unset w1,w2 limit-bytes-in", "");
	expect_found("limit-bytes-in=0", "w1,w2,a/b");
	expect("unset [find name=w3] value-name=limit-bytes-in,remote-address", "");
	expect_found("limit-bytes-in=0", "w1,w2,w3,a/b");
	expect_found("remote-address=\"\"", "w1,w3,a/b");
	expect_refusal("unset w1,none comment", CTL_ERROR, "no such item");
	expect_refusal("unset w1 colour", CTL_USAGE, "no property colour");
	expect_refusal("unset w1 limit", CTL_USAGE, "ambiguous property limit: limit-bytes-in, ");
	expect_refusal("unset w1", CTL_USAGE, "unset needs the name of a property");
	expect_refusal("unset w1 name", CTL_ERROR, "name");
	expect("comment w1,w2 \"paid in May\"", "");
	expect("comment [find name=w3] comment=late", "");
	expect_found("comment=\"paid in May\"", "w1,w2");
	expect_found("comment=late", "w3");
	expect_refusal("comment w1", CTL_USAGE, "expected the comment");
	expect_refusal("comment w1 name=x", CTL_USAGE, "expected the comment");
	expect_refusal("/system identity comment x", CTL_USAGE, "bad command name comment");
}

static void test_print_has_routeros_forms(void **state)
{
	script("/ip pool\n"
	       "add name=a ranges=10.0.0.1\n"
	       "add name=b ranges=10.0.1.1 comment=\"two words\"\n",
	       CTL_OK);
	run("/ip pool");
	expect("print terse", "0  name=a ranges=10.0.0.1 next-pool=\"\" announce=subscribers\n"
			      "1  name=b ranges=10.0.1.1 next-pool=\"\" announce=subscribers "
			      "comment=\"two words\"\n");
	expect("print terse proplist=name", "0  name=a\n1  name=b\n");
	expect("print value-list proplist=name,ranges", "    name: a b\n"
							"  ranges: 10.0.0.1 10.0.1.1\n");
	expect("print as-value proplist=.id,name", ".id=*1;name=a\n.id=*2;name=b\n");
	expect("print det brief without-paging proplist=name", "#  NAME\n0  a\n1  b\n");
	expect("print count where name=a", "1\n");
	expect("print terse from=b proplist=name", "0  name=b\n");
	expect("print terse from=a,b proplist=name where comment", "0  name=b\n");
	expect("/system identity print as-value", "name=Turnpike\n");
	expect_refusal("print interval=soon", CTL_USAGE, "is no time");
	expect_refusal("print follow count-only", CTL_USAGE, "neither");
	expect_refusal("print pages=2", CTL_USAGE, "print knows no pages=");
	expect_refusal("/system identity print follow", CTL_USAGE, "nothing to follow");
}

static void test_a_verb_that_only_the_schema_names_is_run(void **state)
{
	script(quick_example, CTL_OK);
	expect("/system tune how=softly", "  changes: 3\n      how: softly\nwarning: it hums\n");
	expect("/instrument tune", "  changes: 3\nwarning: it hums\n");
	expect("/ip pool tap pppoe-pool", "pppoe-pool\n");
	expect("/ip pool tap [find]", "*1\n");
	expect_refusal("/system tune louder=yes", CTL_USAGE,
		       "expected how=, hard=, or end of command");
	expect_refusal("/system tune h=yes", CTL_USAGE, "expected how=");
	expect_refusal("/ip pool tap", CTL_USAGE, "tap needs an item");
}

static void test_a_value_is_edited(void **state)
{
	script("/ip pool\nadd name=a ranges=10.0.0.1 comment=\"two words\"\nadd name=b "
	       "ranges=10.0.1.1\n",
	       CTL_OK);
	unsetenv("VISUAL");
	setenv("EDITOR",
	       "f() { test \"$(stat -c %a \"$1\")\" = 600 && sed -i s/0.0.1/0.0.9/ \"$1\"; }; f",
	       1);
	expect("/ip pool edit a ranges", "");
	expect("/ip pool get a ranges", "10.0.0.9\n");
	assert_int_equal(run("/ip pool print"), CTL_OK);
	setenv("VISUAL", "sed -i s/two/three/", 1);
	expect("/ip pool edit 0 value-name=comment", "");
	expect(":put [/ip pool get a comment]", "three words\n");
	setenv("VISUAL", "sed -i s/.*/MT/", 1);
	expect("/system identity edit name", "");
	expect("/system identity get name", "MT\n");
	/* What is no value changes nothing, nor does an editor that fails, or was left without a
	 * change. */
	expect_refusal("/ip pool edit b ranges", CTL_ERROR, "ranges");
	setenv("VISUAL", "echo 10.9.9.9 > $1; false", 1);
	expect_refusal("/ip pool edit b ranges", CTL_ERROR, "the editor has failed");
	setenv("VISUAL", "true", 1);
	expect("/ip pool edit b ranges", "");
	expect("/ip pool get b ranges", "10.0.1.1\n");
	expect_refusal("/ip pool edit", CTL_USAGE, "edit needs an item");
	expect_refusal("/ip pool edit [find] ranges", CTL_USAGE, "edit takes one item");
	expect_refusal("/ip pool edit a", CTL_USAGE, "the name of a property");
	expect_refusal("/ip pool edit a used", CTL_USAGE, "that can be set");
	expect_refusal("/ip pool edit none ranges", CTL_ERROR, "no such item");
	unsetenv("VISUAL");
	unsetenv("EDITOR");
	int in = dup(STDIN_FILENO);
	freopen("/dev/null", "r", stdin);
	expect_refusal("/ip pool edit b ranges", CTL_ERROR, "the editor has failed");
	dup2(in, STDIN_FILENO);
	close(in);
}

static void test_a_daemon_that_is_not_there_is_an_error_that_says_so(void **state)
{
	struct ctl other;
	char *said = NULL;
	size_t size;
	FILE *to = open_memstream(&said, &size);

	assert_int_equal(ctl_open(&other, "/nonexistent/api.sock", stdout, to), -1);
	fclose(to);
	assert_non_null(strstr(said, "cannot connect: /nonexistent/api.sock is not there"));
	free(said);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, prompt_setup, prompt_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_menus_are_entered_left_and_shortened),
		TEST(test_items_are_meant_by_name_number_id_and_find),
		TEST(test_several_items_are_changed_all_or_none),
		TEST(test_a_number_that_nobody_was_shown_is_refused),
		TEST(test_items_are_disabled_and_enabled),
		TEST(test_a_single_item_is_set_and_printed),
		TEST(test_an_item_is_added_that_is_like_another),
		TEST(test_what_is_not_set_may_be_said),
		TEST(test_json_is_what_the_daemon_said),
		TEST(test_mistakes_are_told_with_their_place),
		TEST(test_find_and_get_tell_of_items),
		TEST(test_unset_and_comment_change_all_or_none),
		TEST(test_print_has_routeros_forms),
		TEST(test_a_verb_that_only_the_schema_names_is_run),
		TEST(test_a_value_is_edited),
		cmocka_unit_test(test_a_daemon_that_is_not_there_is_an_error_that_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
