/* SPDX-License-Identifier: BSD-3-Clause */
/* What people see. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "table.h"
#include "value.h"

enum form { TABLE, DETAIL, TERSE, VALUE_LIST, AS_VALUE, SINGLE };

static void expect(enum form form, unsigned width, const char *json, const char *expected)
{
	char *got = NULL;
	size_t size;
	FILE *out = open_memstream(&got, &size);
	json_t *items = json_loads(json, 0, NULL);

	assert_non_null(items);
	const struct ctl_look look = {.width = width};
	switch (form) {
	case TABLE:
		ctl_table(out, &look, items);
		break;
	case DETAIL:
		ctl_table_detail(out, &look, items, 0);
		break;
	case TERSE:
		ctl_table_terse(out, items, 0);
		break;
	case VALUE_LIST:
		ctl_table_value_list(out, &look, items);
		break;
	case AS_VALUE:
		ctl_table_as_value(out, items);
		break;
	case SINGLE:
		ctl_table_single(out, &look, items);
		break;
	}
	fclose(out);
	assert_string_equal(got, expected);
	json_decref(items);
	free(got);
}

#define SECRETS                                                                                    \
	"[{\".id\":\"*1\",\"name\":\"MT-User\",\"service\":\"pppoe\",\"routes\":\"\","             \
	"\"disabled\":false},"                                                                     \
	"{\".id\":\"*2\",\"name\":\"x\",\"service\":\"any\",\"routes\":\"\",\"disabled\":true,"    \
	"\"comment\":\"new in May\"}]"

static void test_a_table_has_flags_numbers_and_the_columns_that_say_something(void **state)
{
	expect(TABLE, 0, SECRETS,
	       "Flags: X - disabled\n"
	       "#    NAME     SERVICE\n"
	       "0    MT-User  pppoe\n"
	       "     ;;; new in May\n"
	       "1 X  x        any\n");
}

static void test_a_property_that_few_items_have_keeps_its_place(void **state)
{
	expect(TABLE, 0,
	       "[{\"name\":\"a\",\"mtu\":1},{\"name\":\"b\",\"address\":\"10.0.0.1\",\"mtu\":2,"
	       "\"routes\":\"\"},{\"id\":5,\"name\":\"c\"}]",
	       "#  ID  NAME  ADDRESS   MTU\n"
	       "0      a               1\n"
	       "1      b     10.0.0.1  2\n"
	       "2  5   c               \n");
}

static void test_a_long_text_gets_the_room_that_is_left(void **state)
{
	const char *const items =
		"[{\"time\":\"t1\",\"topics\":\"a\",\"message\":"
		"\"one two three four five six seven eight nine\",\"user\":\"joe\"},"
		"{\"time\":\"t2\",\"message\":\"x234567890123456789012345678901é\"}]";

	expect(TABLE, 44, items,
	       "#  TIME  TOPICS  MESSAGE\n"
	       "0  t1    a       one two three four five six\n"
	       "                 seven eight nine\n"
	       "1  t2            x23456789012345678901234567\n"
	       "                 8901é\n"
	       "-- no room for USER\n"
	       "   (a wider terminal, detail, or proplist= shows them)\n");
	expect(TABLE, 40, items,
	       "#  TIME  TOPICS  USER\n"
	       "0  t1    a       joe\n"
	       "1  t2            \n"
	       "-- no room for MESSAGE\n"
	       "   (a wider terminal, detail, or proplist= shows them)\n");
}

static void test_columns_that_do_not_fit_are_left_out_and_named(void **state)
{
	const char *const items = "[{\"name\":\"abcdef\",\"c\":\"0123456789\",\"b\":1,"
				  "\"last\":\"0123456789\"}]";

	expect(TABLE, 15, items,
	       "#  NAME    B\n"
	       "0  abcdef  1\n"
	       "-- no room for C, LAST\n"
	       "   (a wider terminal, detail, or proplist= shows them)\n");
	/* A wide terminal shows more, and what is no terminal all. */
	expect(TABLE, 30, items,
	       "#  NAME    C           B\n"
	       "0  abcdef  0123456789  1\n"
	       "-- no room for LAST\n"
	       "   (a wider terminal, detail, or proplist= shows them)\n");
	expect(TABLE, 0, items,
	       "#  NAME    C           B  LAST\n"
	       "0  abcdef  0123456789  1  0123456789\n");
}

static void test_an_empty_list_prints_nothing(void **state)
{
	expect(TABLE, 80, "[]", "");
	expect(DETAIL, 80, "[]", "");
}

static void test_numbers_of_two_digits_line_up(void **state)
{
	char json[512] = "[", expected[512] = " #  N\n";

	for (int i = 0; i < 11; i++) {
		sprintf(json + strlen(json), "%s{\"n\":%d}", i > 0 ? "," : "", i);
		sprintf(expected + strlen(expected), "%2d  %d\n", i, i);
	}
	strcat(json, "]");
	expected[0] = '#';
	expected[1] = ' ';
	expect(TABLE, 80, json, expected);
}

static void test_detail_breaks_lines_between_properties(void **state)
{
	expect(DETAIL, 41, SECRETS,
	       "Flags: X - disabled\n"
	       " 0   name=MT-User service=pppoe routes=\"\"\n"
	       " 1 X ;;; new in May\n"
	       "     name=x service=any routes=\"\"\n");
	expect(DETAIL, 24, "[{\"name\":\"a b\",\"mtu\":1480,\"on\":true}]",
	       " 0 name=\"a b\" mtu=1480\n"
	       "   on=yes\n");
}

static void test_one_item_is_shown_a_property_a_line(void **state)
{
	expect(SINGLE, 80, "{\"name\":\"MT_AC\",\"up\":true,\"lcores\":[1,2]}",
	       "    name: MT_AC\n"
	       "      up: yes\n"
	       "  lcores: 1,2\n");
}

static void test_what_could_move_the_cursor_is_not_printed(void **state)
{
	expect(SINGLE, 80, "{\"name\":\"a\\u001b[2Jb\\nc\\u009bd\\u00e4\"}",
	       "  name: a\\x1b[2Jb\\x0ac\\xc2\\x9bd\xc3\xa4\n");
}

static void test_the_other_forms_are_routeros(void **state)
{
	expect(TERSE, 20, SECRETS,
	       "0   name=MT-User service=pppoe routes=\"\"\n"
	       "1 X name=x service=any routes=\"\" comment=\"new in May\"\n");
	expect(VALUE_LIST, 80, SECRETS,
	       "      name: MT-User x\n"
	       "   service: pppoe any\n"
	       "    routes: \"\" \"\"\n"
	       "  disabled: no yes\n"
	       "   comment: \"\" \"new in May\"\n");
	expect(AS_VALUE, 20, SECRETS,
	       ".id=*1;name=MT-User;service=pppoe;routes=;disabled=no\n"
	       ".id=*2;name=x;service=any;routes=;disabled=yes;comment=new in May\n");
}

static void test_colours_are_for_terminals_that_have_them(void **state)
{
	const struct ctl_look look = {.width = 80, .colour = true};
	json_t *items = json_loads(SECRETS, 0, NULL);
	FILE *file = tmpfile();
	char *got = NULL;
	size_t size;
	FILE *out = open_memstream(&got, &size);

	setenv("TERM", "xterm", 1);
	assert_false(ctl_has_colour(file));
	assert_int_equal(ctl_width(file), 0);
	ctl_table(out, &look, items);
	fclose(out);
	assert_non_null(strstr(got, "\033[1m#    NAME     SERVICE\033[0m\n"));
	assert_non_null(strstr(got, "\033[36m;;; new in May\033[0m\n"));
	free(got);
	fclose(file);
	json_decref(items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_table_has_flags_numbers_and_the_columns_that_say_something),
		cmocka_unit_test(test_a_property_that_few_items_have_keeps_its_place),
		cmocka_unit_test(test_a_long_text_gets_the_room_that_is_left),
		cmocka_unit_test(test_columns_that_do_not_fit_are_left_out_and_named),
		cmocka_unit_test(test_the_other_forms_are_routeros),
		cmocka_unit_test(test_colours_are_for_terminals_that_have_them),
		cmocka_unit_test(test_an_empty_list_prints_nothing),
		cmocka_unit_test(test_numbers_of_two_digits_line_up),
		cmocka_unit_test(test_detail_breaks_lines_between_properties),
		cmocka_unit_test(test_one_item_is_shown_a_property_a_line),
		cmocka_unit_test(test_what_could_move_the_cursor_is_not_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
