/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const struct {
	const char *bytes, *text;
} shown[] = {
	{"", ""},
	{"plain ~ text", "plain ~ text"},
	{"m\xfcller", "m\\xfcller"},	      /* Latin-1 */
	{"m\xc3\xbcller", "m\xc3\xbcller"},   /* the same in UTF-8 */
	{"DOMAIN\\user", "DOMAIN\\user"},     /* not escaped: it is no control character */
	{"a\x1b[2Jb\x07", "a\\x1b[2Jb\\x07"}, /* C0 */
	{"a\x7f", "a\\x7f"},		      /* DEL */
	{"\xc2\x9b"
	 "2J",
	 "\\xc2\\x9b"
	 "2J"}, /* C1's CSI */
	{"\x9b"
	 "2J",
	 "\\x9b"
	 "2J"},			  /* the same as terminals of 8 bits take it */
	{"\xc2\xa0", "\xc2\xa0"}, /* the first behind C1 */
	{"caf\xc3", "caf\\xc3"},  /* cut inside a character */
	{"\xe2\x82", "\\xe2\\x82"},
	{"\xf0\x9f\x9a", "\\xf0\\x9f\\x9a"},
	{"\xf0\x9f\x9a\xa6", "\xf0\x9f\x9a\xa6"},
	{"\xc0\xaf", "\\xc0\\xaf"},	     /* longer than need be */
	{"\xe0\x82\x9b", "\\xe0\\x82\\x9b"}, /* a C1 control in three bytes */
	{"\xf0\x80\x82\x9b", "\\xf0\\x80\\x82\\x9b"},
	{"\xed\xa0\x80", "\\xed\\xa0\\x80"},	      /* a surrogate */
	{"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, /* beyond U+10FFFF */
	{"\xff\xfe", "\\xff\\xfe"},
};

static void test_only_printable_characters_are_shown_as_they_are(void **state)
{
	char text[TP_TEXT_ROOM(32)];

	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		tp_text_show(shown[i].bytes, text, sizeof(text));
		assert_string_equal(text, shown[i].text);
		assert_int_equal(tp_text_is_plain(shown[i].bytes),
				 strcmp(shown[i].bytes, shown[i].text) == 0);
		assert_true(tp_text_is_plain(text));
	}
}

static void test_bytes_may_hold_nul(void **state)
{
	char text[TP_TEXT_ROOM(3)];

	assert_string_equal(tp_text_escape("a\0b", 3, text, sizeof(text)), "a\\x00b");
}

static void test_what_is_too_long_is_cut_between_characters(void **state)
{
	const char bytes[] = "a\xc3\xbc\xff";
	const char *const cut[] = {"",		"a",	     "a",	  "a\xc3\xbc",
				   "a\xc3\xbc", "a\xc3\xbc", "a\xc3\xbc", "a\xc3\xbc\\xff"};
	char text[9];

	for (size_t size = 1; size <= 8; size++) {
		memset(text, '#', sizeof(text));
		tp_text_show(bytes, text, size);
		assert_string_equal(text, cut[size - 1]);
		assert_int_equal(text[size], '#');
	}
}

static void test_no_byte_beyond_the_end_is_looked_at(void **state)
{
	char text[TP_TEXT_ROOM(2)];

	/* The third byte would complete the character. */
	assert_string_equal(tp_text_escape("\xe2\x82\xac", 2, text, sizeof(text)), "\\xe2\\x82");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_printable_characters_are_shown_as_they_are),
		cmocka_unit_test(test_bytes_may_hold_nul),
		cmocka_unit_test(test_what_is_too_long_is_cut_between_characters),
		cmocka_unit_test(test_no_byte_beyond_the_end_is_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
