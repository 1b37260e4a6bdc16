/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands against a server with a real configuration behind it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "arguments.h"
#include "client.h"
#include "config/file/file.h"
#include "complete.h"
#include "ctl.h"
#include "offline.h"
#include "shell.h"
#include "store_control.h"

static struct fixture f;
static struct ctl ctl;
static char *out, *err;
static size_t out_size, err_size;

static void answer(struct tp_mailbox *control, struct tp_request *request)
{
	store_answer(control->user, request);
}

static int setup(void **state)
{
	static const char file[] = "dataplane: { control-lcore: 0, worker-lcores: [1],"
				   " ports: [ { name: ether3, device: net_null0 } ] }\n";
	struct tp_errors errors = {0};
	struct tp_config *config =
		tp_config_load_text(TP_PROGRAM_SERVER, "test", file, strlen(file), &errors);

	assert_non_null(config);
	const struct tp_mgmt_setup how = {.menus = store_menus()};
	fixture_start(&f, &how);
	f.control.user = config;
	f.control.answer = answer;
	return ctl_open(&ctl, f.path, open_memstream(&out, &out_size),
			open_memstream(&err, &err_size));
}

static int teardown(void **state)
{
	ctl_close(&ctl);
	fclose(ctl.out);
	fclose(ctl.err);
	free(out);
	free(err);
	tp_config_destroy(f.control.user);
	fixture_stop(&f);
	return 0;
}

static enum ctl_result run(const char *line)
{
	rewind(ctl.out);
	rewind(ctl.err);
	enum ctl_result result = ctl_run(&ctl, line);
	fputc('\0', ctl.out);
	fputc('\0', ctl.err);
	fflush(ctl.out);
	fflush(ctl.err);
	return result;
}

static void expect(const char *line, const char *printed)
{
	if (run(line) != CTL_OK)
		fail_msg("%s: %s", line, err != NULL ? err : "");
	assert_string_equal(out, printed);
	assert_string_equal(err, "");
}

static void expect_refusal(const char *line, enum ctl_result result, const char *sentence)
{
	if (run(line) != result)
		fail_msg("%s: another result; %s", line, err != NULL ? err : "");
	if (err == NULL || strstr(err, sentence) == NULL)
		fail_msg("%s: \"%s\" is not in \"%s\"", line, sentence, err != NULL ? err : "");
}

static void script(const char *text, enum ctl_result result)
{
	FILE *in = fmemopen((char *)text, strlen(text), "r");

	rewind(ctl.err);
	enum ctl_result got = ctl_script(&ctl, in);
	fputc('\0', ctl.err);
	fflush(ctl.err);
	if (got != result)
		fail_msg("%s", err);
	fclose(in);
	ctl.line = 0;
	strcpy(ctl.menu, "/");
}

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

static void test_what_is_not_set_may_be_said(void **state)
{
	script("/ip pool\nadd name=a ranges=10.0.0.1 comment=x !next-pool\n", CTL_OK);
	expect("/ip pool set a ranges=10.0.0.2 !comment", "");
	expect(":put [/ip pool get a comment]", "\n");
	expect(":put [/ip pool get a ranges]", "10.0.0.2\n");
	expect_refusal("/ip pool set a !colour", CTL_USAGE, "expected end of command");
	expect_refusal("/ip pool set a !ranges", CTL_ERROR, "ranges");
}

/* The reference's Quick Example, as it stands there, with its prompts. */
static const char quick_example[] =
	"[admin@MikroTik] > /ip pool\n"
	"add name=pppoe-pool ranges=10.0.0.2-10.0.0.5\n"
	"[admin@MikroTik] > /ppp profile\n"
	"add local-address=10.0.0.1 name=for-pppoe remote-address=pppoe-pool\n"
	"[admin@MikroTik] > /ppp secret\n"
	"add name=MT-User password=StrongPass profile=for-pppoe service=pppoe\n"
	"[admin@MikroTik] > /interface pppoe-server server\n"
	"add default-profile=for-pppoe disabled=no interface=ether3 service-name=pppoeservice\n";

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

static void add_secrets(void)
{
	script("/ppp secret\n"
	       "add name=w1 password=x limit-bytes-in=5 comment=\"a (b) && c\"\n"
	       "add name=w2 password=x limit-bytes-in=20 disabled=yes remote-address=10.1.0.7\n"
	       "add name=w3 password=x limit-bytes-in=100 remote-address=10.2.0.7\n"
	       "add name=a/b password=x comment=\"x;y]z\"\n",
	       CTL_OK);
	assert_int_equal(run("/ppp secret"), CTL_OK);
}

/* The names that a condition finds, with commas between. */
static void expect_found(const char *condition, const char *names)
{
	char line[256], found[256] = "";
	json_t *list, *item;
	size_t i;

	snprintf(line, sizeof(line), "print where %s", condition);
	ctl.json = true;
	if (run(line) != CTL_OK)
		fail_msg("%s: %s", line, err);
	ctl.json = false;
	list = json_loads(out, 0, NULL);
	json_array_foreach (list, i, item)
		snprintf(found + strlen(found), sizeof(found) - strlen(found), "%s%s",
			 i > 0 ? "," : "", json_string_value(json_object_get(item, "name")));
	json_decref(list);
	if (strcmp(found, names) != 0)
		fail_msg("%s: found \"%s\", expected \"%s\"", condition, found, names);
}

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

static void test_it_is_no_shell_of_the_machine(void **state)
{
	expect_refusal("!ls", CTL_USAGE, "! runs nothing here");
	expect_refusal("! ls", CTL_USAGE, "! runs nothing here");
	expect_refusal("/ip pool print | grep x", CTL_USAGE, "there are no pipes");
	expect_refusal("/ip pool print where name=x | grep x", CTL_USAGE, "there are no pipes");
	expect_refusal("/export > saved.rsc", CTL_USAGE, "there are no pipes and files here");
	expect("/ppp secret print count-only where limit-bytes-in > 5", "0\n");
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
	snprintf(line, sizeof(line), "turnpikectl -s %s /ppp secret set ", f.path);
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
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_what_was_in_quotes_in_ones_own_shell_stays_one_thing),
		TEST(test_a_file_may_begin_with_a_byte_order_mark),
		TEST(test_an_item_is_added_that_is_like_another),
		TEST(test_put_prints_what_a_command_says),
		TEST(test_a_value_is_edited),
		TEST(test_what_is_not_set_may_be_said),
		TEST(test_the_quick_example_can_be_pasted_in),
		TEST(test_an_export_makes_the_same_again),
		TEST(test_menus_are_entered_left_and_shortened),
		TEST(test_items_are_meant_by_name_number_id_and_find),
		TEST(test_conditions_are_routeros_whole_expressions),
		TEST(test_a_condition_that_is_not_understood_changes_nothing),
		TEST(test_several_items_are_changed_all_or_none),
		TEST(test_a_number_that_nobody_was_shown_is_refused),
		TEST(test_items_are_disabled_and_enabled),
		TEST(test_a_single_item_is_set_and_printed),
		TEST(test_json_is_what_the_daemon_said),
		TEST(test_mistakes_are_told_with_their_place),
		TEST(test_a_script_ends_at_its_first_mistake_and_names_the_line),
		TEST(test_completion_knows_menus_commands_properties_and_values),
		TEST(test_completion_knows_conditions_items_and_what_follows_a_verb),
		TEST(test_find_and_get_tell_of_items),
		TEST(test_unset_and_comment_change_all_or_none),
		TEST(test_print_has_routeros_forms),
		TEST(test_a_verb_that_only_the_schema_names_is_run),
		TEST(test_it_is_no_shell_of_the_machine),
		TEST(test_a_question_mark_tells_what_may_stand_there),
		TEST(test_an_export_of_routeros_goes_in_line_by_line),
		TEST(test_a_line_of_bash_is_completed_with_a_daemon_and_without),
		cmocka_unit_test(test_a_daemon_that_is_not_there_is_an_error_that_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
