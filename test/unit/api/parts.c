/* SPDX-License-Identifier: BSD-3-Clause */
/* Parts of lists: .limit, .after and .search. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

#define SECRETS 600

static int setup(void **state)
{
	char body[96];

	fake_reset(2);
	*state = fixture_create(fixture_yaml, NULL);
	for (unsigned i = 0; i < SECRETS; i++) {
		snprintf(body, sizeof(body),
			 "{\"name\":\"user%u\",\"password\":\"x\",\"comment\":\"%s\"}", i,
			 i % 100 == 7 ? "Paid" : "");
		assert_int_equal(fixture_status(*state, TP_METHOD_PUT, "/ppp/secret", body), 201);
	}
	return 0;
}

static int teardown(void **state)
{
	tp_control_destroy(*state);
	return 0;
}

/* One part, by as many submissions as it takes; a new reference. AFTER "" begins, and becomes where
 * to go on, or "". */
static json_t *part(struct tp_control *c, const char *path, json_t *query,
		    char after[TP_API_CURSOR_LEN])
{
	struct tp_request request = {
		.method = TP_METHOD_GET, .path = (char *)(uintptr_t)path, .query = query};
	json_t *all = json_array();

	if (after[0] != '\0')
		json_object_set_new(query, ".after", json_string(after));
	do {
		assert_true(tp_control_execute(c, &request));
		assert_int_equal(request.status, 200);
		json_array_extend(all, request.answer);
		json_decref(request.answer);
		request.answer = NULL;
	} while (request.more);
	after[0] = '\0';
	if (request.rest)
		tp_api_cursor(&request, after);
	json_decref(query);
	return all;
}

/* Reads PATH to its end in parts of LIMIT; returns how many there were, none of them twice. */
static unsigned in_parts(struct tp_control *c, const char *path, unsigned limit, unsigned *parts)
{
	char after[TP_API_CURSOR_LEN] = "";
	json_t *seen = json_object(), *item;
	size_t i;

	*parts = 0;
	do {
		json_t *one = part(c, path, json_pack("{s:i}", ".limit", (int)limit), after);

		assert_true(json_array_size(one) <= limit);
		json_array_foreach (one, i, item) {
			const char *id = json_string_value(json_object_get(item, ".id"));

			assert_null(json_object_get(seen, id));
			json_object_set_new(seen, id, json_true());
		}
		json_decref(one);
		++*parts;
	} while (after[0] != '\0');
	unsigned count = (unsigned)json_object_size(seen);
	json_decref(seen);
	return count;
}

static void test_a_list_comes_in_parts_and_nothing_twice(void **state)
{
	unsigned parts;

	assert_int_equal(in_parts(*state, "/ppp/secret", 250, &parts), SECRETS + 1);
	assert_int_equal(parts, 3);
	assert_int_equal(in_parts(*state, "/ppp/secret", 1000, &parts), SECRETS + 1);
	assert_int_equal(parts, 1);
	assert_int_equal(in_parts(*state, "/ppp/active", 1, &parts), 0);
}

static void test_live_lists_come_in_parts_too(void **state)
{
	struct tp_control *c = *state;
	char after[TP_API_CURSOR_LEN] = "";
	unsigned count = 0, parts = 0;

	for (uint32_t i = 1; i <= 600; i++)
		assert_int_equal(tp_pool_reserve(c->pools, 0x0b000000 + i, c, "", 0), 0);
	do {
		json_t *one = part(c, "/ip/pool/used", json_pack("{s:s}", ".limit", "100"), after);

		count += (unsigned)json_array_size(one);
		parts++;
		json_decref(one);
	} while (after[0] != '\0' && parts < 10);
	assert_int_equal(count, 600);
	for (uint32_t i = 1; i <= 600; i++)
		tp_pool_release(c->pools, 0x0b000000 + i, c);
}

static void test_a_text_is_sought_in_all_values(void **state)
{
	static const struct {
		const char *text;
		unsigned found;
	} cases[] = {{"user599", 1}, {"USER59", 11}, {"paid", 6}, {"nobody", 0}, {"", SECRETS + 1}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char after[TP_API_CURSOR_LEN] = "";
		json_t *found = part(*state, "/ppp/secret",
				     json_pack("{s:s}", ".search", cases[i].text), after);

		if (json_array_size(found) != cases[i].found)
			fail_msg("%s: %zu", cases[i].text, json_array_size(found));
		json_decref(found);
	}
}

static void test_passwords_are_not_sought_in(void **state)
{
	char after[TP_API_CURSOR_LEN] = "";

	assert_int_equal(fixture_status(*state, TP_METHOD_PATCH, "/ppp/secret/user1",
					"{\"password\":\"hush-hush\"}"),
			 200);
	json_t *found = part(*state, "/ppp/secret", json_pack("{s:s}", ".search", "hush"), after);
	assert_int_equal(json_array_size(found), 0);
	json_decref(found);
}

static void test_print_takes_the_same_words(void **state)
{
	json_t *page = fixture_call(*state, TP_METHOD_POST, "/ppp/secret/print", NULL,
				    "{\".limit\":2,\".search\":\"paid\",\".query\":[\"name=user7\","
				    "\"name=user107\",\"#|\"],\".proplist\":\"name\"}",
				    NULL);

	assert_int_equal(json_array_size(page), 2);
	json_decref(page);
}

static void test_parts_that_make_no_sense_are_refused(void **state)
{
	static const char *const queries[] = {
		"{\".limit\":\"0\"}",	 "{\".limit\":\"1001\"}",
		"{\".limit\":\"-1\"}",	 "{\".limit\":\"\"}",
		"{\".limit\":\"5x\"}",	 "{\".limit\":\"99999999999999999999\"}",
		"{\".after\":\"\"}",	 "{\".after\":\"1\"}",
		"{\".after\":\"-\"}",	 "{\".after\":\"1-\"}",
		"{\".after\":\"1--1\"}", "{\".after\":\"10000000000000000-0\"}",
		"{\".after\":\"x-y\"}",	 "{\".after\":\"1-1-1\"}",
	};

	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
		assert_non_null(strstr(
			fixture_refusal(*state, TP_METHOD_GET, "/ppp/secret", queries[i], NULL),
			i < 6 ? ".limit" : ".after"));
}

/* A client may send any. */
static void test_a_cursor_that_nobody_gave_harms_nothing(void **state)
{
	static const char *const cursors[] = {"ffffffffffffffff-ffffffffffffffff",
					      "0-ffffffffffffffff", "100000000-1", "ffffffff-0",
					      "7fffffffffffffff-7"};
	const struct tp_menus *menus = &tp_control_menus;
	char path[64];

	for (size_t i = 0; i < sizeof(cursors) / sizeof(cursors[0]); i++)
		for (unsigned m = 0; menus->live[m] != NULL; m++) {
			char after[TP_API_CURSOR_LEN];

			if (menus->live[m]->singleton)
				continue;
			snprintf(after, sizeof(after), "%s", cursors[i]);
			snprintf(path, sizeof(path), "%s", menus->live[m]->path);
			json_decref(part(*state, path, json_pack("{s:i}", ".limit", 5), after));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_list_comes_in_parts_and_nothing_twice),
		cmocka_unit_test(test_live_lists_come_in_parts_too),
		cmocka_unit_test(test_a_text_is_sought_in_all_values),
		cmocka_unit_test(test_passwords_are_not_sought_in),
		cmocka_unit_test(test_print_takes_the_same_words),
		cmocka_unit_test(test_parts_that_make_no_sense_are_refused),
		cmocka_unit_test(test_a_cursor_that_nobody_gave_harms_nothing),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
