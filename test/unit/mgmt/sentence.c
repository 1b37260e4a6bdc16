/* SPDX-License-Identifier: BSD-3-Clause */
/* Sentences of RouterOS's API, and what they ask for. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "api/query.h"
#include "mgmt/binary/ask.h"
#include "mgmt/binary/sentence.h"

static const struct {
	size_t len;
	uint8_t bytes[5];
	unsigned count;
} lengths[] = {
	{1, {0x01}, 1},
	{0x7f, {0x7f}, 1},
	{0x80, {0x80, 0x80}, 2},
	{0x3fff, {0xbf, 0xff}, 2},
	{0x4000, {0xc0, 0x40, 0x00}, 3},
	{0xffff0, {0xcf, 0xff, 0xf0}, 3},
};

static void test_each_word_has_the_shortest_length_and_is_read_again(void **state)
{
	char *word = calloc(1, 0x100000);

	memset(word, 'x', 0x100000 - 1);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct mgmt_sentence sentence = {0};
		struct mgmt_text out = {0};
		size_t offset = 0, len;

		mgmt_sentence_append(&out, word, lengths[i].len);
		mgmt_sentence_append(&out, "", 0);
		assert_memory_equal(out.data, lengths[i].bytes, lengths[i].count);
		assert_int_equal(out.len, lengths[i].count + lengths[i].len + 1);
		assert_int_equal(mgmt_sentence_look(&sentence, (uint8_t *)out.data, out.len), 1);
		assert_int_equal(sentence.len, out.len);
		assert_non_null(mgmt_sentence_word((uint8_t *)out.data, &offset, &len));
		assert_int_equal(len, lengths[i].len);
		assert_null(mgmt_sentence_word((uint8_t *)out.data, &offset, &len));
		mgmt_text_free(&out);
	}
	free(word);
}

static void test_longer_lengths_than_need_be_are_read(void **state)
{
	static const uint8_t two[] = {0x80, 1, 'a', 0}, four[] = {0xe0, 0, 0, 1, 'a', 0},
			     five[] = {0xf0, 0, 0, 0, 1, 'a', 0};
	struct mgmt_sentence s = {0};

	assert_int_equal(mgmt_sentence_look(&s, two, sizeof(two)), 1);
	s = (struct mgmt_sentence){0};
	assert_int_equal(mgmt_sentence_look(&s, four, sizeof(four)), 1);
	s = (struct mgmt_sentence){0};
	assert_int_equal(mgmt_sentence_look(&s, five, sizeof(five)), 1);
}

static void test_a_sentence_may_come_byte_by_byte(void **state)
{
	struct mgmt_sentence sentence = {0};
	struct mgmt_text out = {0};

	mgmt_sentence_printf(&out, "/ppp/active/print");
	mgmt_sentence_printf(&out, "%0200d", 0);
	mgmt_sentence_append(&out, "", 0);
	for (size_t len = 0; len < out.len; len++)
		assert_int_equal(mgmt_sentence_look(&sentence, (uint8_t *)out.data, len), 0);
	assert_int_equal(mgmt_sentence_look(&sentence, (uint8_t *)out.data, out.len), 1);
	assert_int_equal(sentence.words, 2);
	mgmt_text_free(&out);
}

static void test_what_is_too_large_or_no_length_is_refused_at_once(void **state)
{
	static const uint8_t reserved[] = {0xf8}, huge[] = {0xf0, 0xff, 0xff, 0xff, 0xff},
			     above[] = {0xd0, 0x00, 0x00};
	struct mgmt_text out = {0};
	struct mgmt_sentence s = {0};

	assert_int_equal(mgmt_sentence_look(&s, reserved, 1), -EBADMSG);
	assert_int_equal(mgmt_sentence_look(&s, huge, sizeof(huge)), -EMSGSIZE);
	assert_int_equal(mgmt_sentence_look(&s, above, sizeof(above)), -EMSGSIZE);
	for (unsigned i = 0; i <= MGMT_WORDS_MAX; i++)
		mgmt_sentence_append(&out, "x", 1);
	assert_int_equal(mgmt_sentence_look(&s, (uint8_t *)out.data, out.len), -EMSGSIZE);
	mgmt_text_free(&out);
}

/* WORDS end with NULL. */
static int read(struct mgmt_ask *ask, struct tp_error *error, const char *const *words)
{
	struct mgmt_text out = {0};
	int code;

	for (; *words != NULL; words++)
		mgmt_sentence_append(&out, *words, strlen(*words));
	mgmt_sentence_append(&out, "", 0);
	code = mgmt_ask_read((uint8_t *)out.data, ask, error);
	mgmt_text_free(&out);
	return code;
}
#define READ(...) read(&ask, &error, (const char *const[]){__VA_ARGS__, NULL})

static const char *argument(const struct mgmt_ask *ask, const char *name)
{
	return json_string_value(json_object_get(ask->request->body, name));
}

static void test_a_print_has_its_query_and_proplist_in_the_body(void **state)
{
	struct tp_error error = {0};
	struct mgmt_ask ask;

	assert_int_equal(READ("/ppp/secret/print", "=.proplist=name,profile", "?disabled=no",
			      "?>limit-bytes-in=5", "?#|", ".tag=7"),
			 0);
	assert_int_equal(ask.kind, MGMT_ASK_REQUEST);
	assert_string_equal(ask.tag, "7");
	assert_int_equal(ask.request->method, TP_METHOD_POST);
	assert_string_equal(ask.request->path, "/ppp/secret/print");
	assert_string_equal(argument(&ask, ".proplist"), "name,profile");
	const json_t *query = json_object_get(ask.request->body, TP_API_QUERY);
	assert_int_equal(json_array_size(query), 3);
	assert_string_equal(json_string_value(json_array_get(query, 1)), ">limit-bytes-in=5");
	mgmt_ask_free(&ask);

	assert_int_equal(READ("/ppp/secret/getall"), 0);
	assert_string_equal(ask.request->path, "/ppp/secret/print");
	assert_null(ask.tag);
	mgmt_ask_free(&ask);
}

static void test_values_may_be_empty_and_hold_equals_signs(void **state)
{
	struct tp_error error = {0};
	struct mgmt_ask ask;

	assert_int_equal(READ("/ppp/secret/set", "=.id=*1", "=comment=", "=password=a=b=", "=once"),
			 0);
	assert_string_equal(argument(&ask, "comment"), "");
	assert_string_equal(argument(&ask, "password"), "a=b=");
	assert_string_equal(argument(&ask, "once"), "");
	mgmt_ask_free(&ask);
}

static void test_listen_and_follow_are_of_the_menu(void **state)
{
	struct tp_error error = {0};
	struct mgmt_ask ask;

	assert_int_equal(READ("/ppp/active/listen", "=.proplist=name", "?name=a"), 0);
	assert_int_equal(ask.kind, MGMT_ASK_LISTEN);
	assert_string_equal(ask.request->path, "/ppp/active");
	assert_int_equal(ask.request->method, TP_METHOD_GET);
	mgmt_ask_free(&ask);
	assert_int_equal(READ("/ppp/active/print", "=follow="), 0);
	assert_int_equal(ask.kind, MGMT_ASK_FOLLOW);
	mgmt_ask_free(&ask);
	assert_int_equal(READ("/ppp/active/print", "=follow-only="), 0);
	assert_int_equal(ask.kind, MGMT_ASK_LISTEN);
	mgmt_ask_free(&ask);
}

static void test_the_conversations_own_commands(void **state)
{
	struct tp_error error = {0};
	struct mgmt_ask ask;

	assert_int_equal(READ("/login", "=name=a", "=password="), 0);
	assert_int_equal(ask.kind, MGMT_ASK_LOGIN);
	assert_null(ask.request);
	mgmt_ask_free(&ask);
	assert_int_equal(READ("/cancel", "=tag=5"), 0);
	assert_int_equal(ask.kind, MGMT_ASK_CANCEL);
	mgmt_ask_free(&ask);
	assert_int_equal(READ("/quit"), 0);
	assert_int_equal(ask.kind, MGMT_ASK_QUIT);
	mgmt_ask_free(&ask);
}

static void test_what_is_not_understood_is_refused_and_its_tag_known(void **state)
{
	static const char *const bad[][2] = {
		{"ppp/active/print", "=a=b"},	  {"/ppp/active/print", "a=b"},
		{"/ppp/active/print", "=="},	  {"/ppp/active/print", "=\xff=x"},
		{"/ppp/active/print", "=x=\x81"}, {"/ppp/active/print", "?\x9d"},
		{"/ppp/active/print", ".id=*1"},  {"/ppp/active/print", "!re"},
	};
	struct tp_error error;
	struct mgmt_ask ask;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		error = (struct tp_error){0};
		assert_int_equal(READ(bad[i][0], bad[i][1], ".tag=t"), -EINVAL);
		assert_string_not_equal(error.message, "");
		assert_string_equal(ask.tag, "t");
		mgmt_ask_free(&ask);
	}
	assert_int_equal(READ("/x/set", "=a=1", "=a=2"), -EINVAL);
	assert_non_null(strstr(error.message, "twice"));
	mgmt_ask_free(&ask);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_word_has_the_shortest_length_and_is_read_again),
		cmocka_unit_test(test_longer_lengths_than_need_be_are_read),
		cmocka_unit_test(test_a_sentence_may_come_byte_by_byte),
		cmocka_unit_test(test_what_is_too_large_or_no_length_is_refused_at_once),
		cmocka_unit_test(test_a_print_has_its_query_and_proplist_in_the_body),
		cmocka_unit_test(test_values_may_be_empty_and_hold_equals_signs),
		cmocka_unit_test(test_listen_and_follow_are_of_the_menu),
		cmocka_unit_test(test_the_conversations_own_commands),
		cmocka_unit_test(test_what_is_not_understood_is_refused_and_its_tag_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
