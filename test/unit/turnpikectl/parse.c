/* SPDX-License-Identifier: BSD-3-Clause */
/* The words of the command language. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "parse.h"

/* The words as text: bare as it is, pairs as <name op value>, brackets as [ ]. */
static void write_words(FILE *out, const struct ctl_words *words)
{
	for (size_t i = 0; i < words->count; i++) {
		const struct ctl_word *word = &words->words[i];
		if (i > 0)
			fputc(' ', out);
		if (word->kind == CTL_BARE)
			fputs(word->text, out);
		else if (word->kind == CTL_PAIR)
			fprintf(out, "<%s %s %s>", word->name, word->op, word->text);
		else {
			fputc('[', out);
			write_words(out, &word->inside);
			fputc(']', out);
		}
	}
}

static void test_words_pairs_quotes_brackets_and_comments(void **state)
{
	static const struct {
		const char *text, *expected; /* commands end with "|" */
	} cases[] = {
		{"", "|"},
		{"   ", "|"},
		{"# a comment; not a command", "|"},
		{"/ip pool", "/ip pool|"},
		{"add name=pppoe-pool ranges=10.0.0.2-10.0.0.5",
		 "add <name = pppoe-pool> <ranges = 10.0.0.2-10.0.0.5>|"},
		{"add name=\"a b\" comment=x\"y z\"w", "add <name = a b> <comment = xy zw>|"},
		{"add name=\"a\\\"b\\\\c\\$d\\_e\\41\"", "add <name = a\"b\\c$d eA>|"},
		{"add name= comment=\"\"", "add <name = > <comment = >|"},
		{"add device=net_af_packet0,iface=acc0",
		 "add <device = net_af_packet0,iface=acc0>|"},
		{"add comment=#5 name=x", "add <comment = #5> <name = x>|"},
		{"set [find name=x] comment=y", "set [find <name = x>] <comment = y>|"},
		{"set [find name=\"a]b\"] a=b]c", "set [find <name = a]b>] <a = b]c>|"},
		{"print where rate>5 name!=x note~\"^a b\" !disabled",
		 "print where <rate > 5> <name != x> <note ~ ^a b> !disabled|"},
		{"/ip pool; add name=x;;print", "/ip pool|add <name = x>||print|"},
		{"remove 0,1,2", "remove 0,1,2|"},
		{"set *1F disabled=yes", "set *1F <disabled = yes>|"},
		{"\"print\"", "print|"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *got = NULL;
		size_t size, at = 0;
		FILE *out = open_memstream(&got, &size);
		struct ctl_words words;
		struct ctl_mistake mistake;

		do {
			assert_int_equal(ctl_parse(cases[i].text, &at, &words, &mistake), 0);
			write_words(out, &words);
			fputc('|', out);
			ctl_words_free(&words);
		} while (cases[i].text[at] != '\0');
		fclose(out);
		assert_string_equal(got, cases[i].expected);
		free(got);
	}
}

static void test_mistakes_name_their_column(void **state)
{
	static const struct {
		const char *text;
		int column;
		const char *message;
	} cases[] = {
		{"add name=\"abc", 10, "a quote is opened and not closed"},
		{"add name=\"a\\q\"", 13, "bad escape in a string"},
		{"add name=\"a\\", 13, "bad escape in a string"},
		{"add name=\"\\00\"", 12, "bad escape in a string"},
		{"set [find name=x", 5, "a bracket is opened and not closed"},
		{"set [find; x]", 5, "a bracket is opened and not closed"},
		{"[[[[[[[[[[[[[[[[[[[[", 9, "too many brackets"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ctl_words words;
		struct ctl_mistake mistake;
		size_t at = 0;

		assert_int_equal(ctl_parse(cases[i].text, &at, &words, &mistake), -EINVAL);
		assert_string_equal(mistake.message, cases[i].message);
		assert_int_equal(mistake.column, cases[i].column);
	}
}

static void test_a_pasted_prompt_is_no_part_of_the_command(void **state)
{
	static const struct {
		const char *line, *path, *rest;
	} cases[] = {
		{"[admin@MikroTik] > /ip pool", "", " /ip pool"},
		{"[admin@MikroTik] >", "", ""},
		{"  [root@MT_AC] /ip pool> add name=x", "/ip pool", " add name=x"},
		{"[admin@My Router] /ppp/secret> print", "/ppp/secret", " print"},
		{"/ip pool print where a>b", NULL, NULL},
		{"[find name=x@y] > z", "", " z"},
		{"set [find name=x@y] rate>5", NULL, NULL},
		{"[find name=x] a@b>5", NULL, NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char path[64] = "";
		size_t len = ctl_prompt(cases[i].line, path, sizeof(path));
		if (cases[i].path == NULL) {
			assert_int_equal(len, 0);
			continue;
		}
		assert_string_equal(path, cases[i].path);
		assert_string_equal(cases[i].line + len, cases[i].rest);
	}
}

static void test_a_backslash_continues_the_line(void **state)
{
	char *text = NULL;

	assert_true(ctl_join(&text, "add name=x \\\r\n"));
	assert_true(ctl_join(&text, "    ranges=\\\n"));
	assert_false(ctl_join(&text, "    10.0.0.2\n"));
	assert_string_equal(text, "add name=x ranges=10.0.0.2");
	free(text);
	text = NULL;
	assert_false(ctl_join(&text, "comment=\"ends in \\\\\n"));
	assert_string_equal(text, "comment=\"ends in \\\\");
	free(text);
}

static void test_quoted_text_reads_back(void **state)
{
	static const char *const texts[] = {"plain",	 "",	  "a b",     "a\"b\\c$d",
					    "tab\there", "a;b]#", "\xc3\xa4"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char line[64], *quoted = ctl_quote(texts[i]);
		struct ctl_words words;
		struct ctl_mistake mistake;
		size_t at = 0;

		snprintf(line, sizeof(line), "name=%s", quoted);
		assert_int_equal(ctl_parse(line, &at, &words, &mistake), 0);
		assert_int_equal(words.count, 1);
		assert_string_equal(words.words[0].text, texts[i]);
		ctl_words_free(&words);
		free(quoted);
	}
}

/* As RouterOS has them in exports, typed or by their bytes in hexadecimal. */
static void test_what_is_no_utf8_is_windows_1252(void **state)
{
	static const char *const lines[] = {"x comment=\"P\\E9rez \\80\"",
					    "x comment=P\xE9rez\"\\_\x80\"",
					    "x comment=\"P\\C3\\A9rez \\E2\\82\\AC\""};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct ctl_words words;
		struct ctl_mistake mistake;
		size_t at = 0;

		assert_int_equal(ctl_parse(lines[i], &at, &words, &mistake), 0);
		assert_string_equal(words.words[1].text, "P\xC3\xA9rez \xE2\x82\xAC");
		ctl_words_free(&words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_pairs_quotes_brackets_and_comments),
		cmocka_unit_test(test_mistakes_name_their_column),
		cmocka_unit_test(test_a_pasted_prompt_is_no_part_of_the_command),
		cmocka_unit_test(test_a_backslash_continues_the_line),
		cmocka_unit_test(test_quoted_text_reads_back),
		cmocka_unit_test(test_what_is_no_utf8_is_windows_1252),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
