/* SPDX-License-Identifier: BSD-3-Clause */
/* Slots, session ids, indexes, buckets: the private parts that decide who is who. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "base/siphash.h"
#include "session/engine.h"

static struct tp_random random_source;

static struct tp_ac *table_of(uint32_t max)
{
	struct tp_ac *ac = calloc(1, sizeof(*ac));

	assert_non_null(ac);
	tp_random_init_seed(&random_source, 1);
	ac->random = &random_source;
	assert_int_equal(tp_ac_table_init(ac, max), 0);
	return ac;
}

static void table_free(struct tp_ac *ac)
{
	tp_ac_table_clear(ac);
	assert_int_equal(ac->counters.memory_bytes, 0);
	free(ac);
}

static void give_back(struct tp_ac *ac, struct tp_line *line)
{
	tp_ac_table_fell(ac, line);
	tp_ac_table_release(ac, line);
}

static void test_siphash_gives_its_authors_vector(void **state)
{
	const uint64_t key[2] = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};
	uint8_t message[15];

	for (uint8_t i = 0; i < sizeof(message); i++)
		message[i] = i;
	assert_true(tp_siphash(key, message, sizeof(message)) == UINT64_C(0xa129ca6149be45e5));
}

static void test_slots_are_dense_and_end_at_the_maximum(void **state)
{
	struct tp_ac *ac = table_of(200);

	for (uint32_t i = 0; i < 200; i++) {
		struct tp_line *line = tp_ac_table_take(ac);

		assert_non_null(line);
		assert_int_equal(line->slot, i);
		assert_ptr_equal(tp_ac_table_slot(ac, i), line);
	}
	assert_null(tp_ac_table_take(ac));
	assert_int_equal(ac->counters.slots_free, 0);
	assert_null(tp_ac_table_slot(ac, 200));
	table_free(ac);
}

static void test_the_slot_released_first_is_taken_first(void **state)
{
	struct tp_ac *ac = table_of(4);
	struct tp_line *line[3];

	for (unsigned i = 0; i < 3; i++)
		line[i] = tp_ac_table_take(ac);
	give_back(ac, line[1]);
	give_back(ac, line[0]);
	assert_ptr_equal(tp_ac_table_take(ac), line[1]);
	assert_ptr_equal(tp_ac_table_take(ac), line[0]);
	assert_int_equal(tp_ac_table_take(ac)->slot, 3);
	table_free(ac);
}

static void test_a_session_in_a_used_slot_has_an_id_of_its_own(void **state)
{
	struct tp_ac *ac = table_of(1);
	struct tp_line *line = tp_ac_table_take(ac);
	uint64_t first = line->id;

	assert_ptr_equal(tp_ac_find_id(ac, first), line);
	give_back(ac, line);
	assert_null(tp_ac_find_id(ac, first));
	assert_ptr_equal(tp_ac_table_take(ac), line);
	assert_true(line->id != first);
	assert_null(tp_ac_find_id(ac, first));
	assert_ptr_equal(tp_ac_find_id(ac, line->id), line);
	table_free(ac);
}

static void test_a_walk_meets_each_standing_session_once_while_others_go(void **state)
{
	struct tp_ac *ac = table_of(300);
	struct tp_line *line[300];
	unsigned met = 0;

	for (unsigned i = 0; i < 300; i++)
		line[i] = tp_ac_table_take(ac);
	for (const struct tp_line *at = tp_ac_next(ac, 0); at != NULL;
	     at = tp_ac_next(ac, at->slot + 1)) {
		met++;
		if (at->slot % 3 == 0 && at->slot + 1 < 300)
			give_back(ac, line[at->slot + 1]);
	}
	assert_int_equal(met, 200);
	table_free(ac);
}

static void test_all_session_ids_but_the_reserved_ones_are_given_out_once(void **state)
{
	struct tp_ac *ac = table_of(1);
	const struct tp_access access = {.port = 0};
	struct tp_ac_ids *ids = tp_ac_ids_of(ac, &access);
	uint8_t *seen = calloc(65536, 1);

	for (uint32_t i = 0; i < 65534; i++) {
		uint16_t id = tp_ac_ids_take(ac, ids, 0);

		assert_true(id != 0 && id != 0xffff && seen[id] == 0);
		seen[id] = 1;
	}
	assert_int_equal(tp_ac_ids_take(ac, ids, 0), 0);
	tp_ac_ids_fell(ids, 77);
	assert_int_equal(tp_ac_ids_take(ac, ids, 0), 0);
	tp_ac_ids_release(ids, 77);
	assert_int_equal(tp_ac_ids_take(ac, ids, 0), 77);
	free(seen);
	tp_ac_ids_clear(ac, ids);
	table_free(ac);
}

static void test_a_released_session_id_is_used_again_last(void **state)
{
	struct tp_ac *ac = table_of(1);
	const struct tp_access access = {.port = 0};
	struct tp_ac_ids *ids = tp_ac_ids_of(ac, &access);
	uint16_t first = tp_ac_ids_take(ac, ids, 0);

	tp_ac_ids_fell(ids, first);
	tp_ac_ids_release(ids, first);
	for (uint32_t i = 0; i < 65533; i++) {
		uint16_t id = tp_ac_ids_take(ac, ids, 0);

		assert_int_not_equal(id, first);
		tp_ac_ids_fell(ids, id);
		tp_ac_ids_release(ids, id);
	}
	assert_int_equal(tp_ac_ids_take(ac, ids, 0), first);
	tp_ac_ids_clear(ac, ids);
	table_free(ac);
}

static void test_vlans_of_different_scopes_have_ids_of_their_own(void **state)
{
	struct tp_ac *ac = table_of(2);
	const struct tp_access one = {.vlans = {.outer = 33}}, other = {.vlans = {.outer = 34}};
	const struct tp_access same = {.vlans = {.outer = 17, .inner = 5}};
	struct tp_line *first = tp_ac_table_take(ac), *second = tp_ac_table_take(ac);
	uint16_t id = tp_ac_ids_take(ac, tp_ac_ids_of(ac, &one), first->slot);

	assert_ptr_equal(tp_ac_ids_of(ac, &one), tp_ac_ids_of(ac, &same));
	assert_null(tp_ac_find_session_id(ac, &other, id));
	for (unsigned i = 0; i < 65534; i++)
		tp_ac_ids_take(ac, tp_ac_ids_of(ac, &other), second->slot);
	assert_ptr_equal(tp_ac_find_session_id(ac, &one, id), first);
	assert_ptr_equal(tp_ac_find_session_id(ac, &same, id), first);
	assert_ptr_equal(tp_ac_find_session_id(ac, &other, id), second);
	tp_ac_ids_clear(ac, tp_ac_ids_of(ac, &one));
	tp_ac_ids_clear(ac, tp_ac_ids_of(ac, &other));
	table_free(ac);
}

static void test_sessions_of_one_user_are_found_newest_first_with_numbers_of_their_own(void **state)
{
	struct tp_ac *ac = table_of(10);
	struct tp_line *line[3];

	for (unsigned i = 0; i < 3; i++) {
		line[i] = tp_ac_table_take(ac);
		tp_ac_index_started(ac, line[i]);
		assert_int_equal(tp_ac_index_user(ac, line[i], "bob"), 0);
		assert_int_equal(line[i]->instance, i);
	}
	assert_ptr_equal(tp_ac_find_user(ac, "bob", NULL), line[2]);
	assert_ptr_equal(tp_ac_find_user(ac, "bob", line[2]), line[1]);
	assert_ptr_equal(tp_ac_find_user(ac, "bob", line[1]), line[0]);
	assert_null(tp_ac_find_user(ac, "bob", line[0]));
	assert_null(tp_ac_find_user(ac, "bo", NULL));

	tp_ac_index_fell(ac, line[1]);
	tp_ac_index_started(ac, line[1]);
	tp_ac_text_free(ac, line[1]->user);
	assert_int_equal(tp_ac_index_user(ac, line[1], "bob"), 0);
	assert_int_equal(line[1]->instance, 3);
	for (unsigned i = 0; i < 3; i++)
		tp_ac_text_free(ac, line[i]->user);
	table_free(ac);
}

static void test_a_bucket_gives_its_burst_and_then_its_rate(void **state)
{
	struct tp_token_bucket bucket;
	unsigned given = 0;

	tp_token_bucket_init(&bucket, 10, 20, 1000);
	for (unsigned i = 0; i < 100; i++)
		given += tp_token_bucket_take(&bucket, 1000);
	assert_int_equal(given, 20);
	for (unsigned i = 0; i < 1000; i++)
		given += tp_token_bucket_take(&bucket, 1000 + i);
	assert_int_equal(given, 20 + 9);
	given = 0;
	for (unsigned i = 0; i < 100; i++)
		given += tp_token_bucket_take(&bucket, UINT64_C(1) << 60);
	assert_int_equal(given, 20);
	/* One is missing, and time for 19 more does not make it more than full. */
	tp_token_bucket_init(&bucket, 10, 20, 1000);
	assert_true(tp_token_bucket_take(&bucket, 1000));
	given = 0;
	for (unsigned i = 0; i < 100; i++)
		given += tp_token_bucket_take(&bucket, 2900);
	assert_int_equal(given, 20);
}

/* One subscriber who dials in again and again has one slot, and never an id twice. */
static void test_a_slot_used_again_and_again_has_new_accounting_ids(void **state)
{
	struct tp_ac *ac = table_of(1);
	uint64_t last = 0;

	ac->start_number = 7;
	for (unsigned i = 0; i < 10000; i++) {
		struct tp_line *line = tp_ac_table_take(ac);
		uint64_t id = tp_ac_accounting_id(line);

		assert_true(id > last);
		assert_ptr_equal(tp_ac_find_accounting_id(ac, id), line);
		if (last != 0)
			assert_null(tp_ac_find_accounting_id(ac, last));
		last = id;
		give_back(ac, line);
	}
	assert_null(tp_ac_find_accounting_id(ac, last));
	table_free(ac);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_siphash_gives_its_authors_vector),
		cmocka_unit_test(test_slots_are_dense_and_end_at_the_maximum),
		cmocka_unit_test(test_the_slot_released_first_is_taken_first),
		cmocka_unit_test(test_a_session_in_a_used_slot_has_an_id_of_its_own),
		cmocka_unit_test(test_a_slot_used_again_and_again_has_new_accounting_ids),
		cmocka_unit_test(test_a_walk_meets_each_standing_session_once_while_others_go),
		cmocka_unit_test(test_all_session_ids_but_the_reserved_ones_are_given_out_once),
		cmocka_unit_test(test_a_released_session_id_is_used_again_last),
		cmocka_unit_test(test_vlans_of_different_scopes_have_ids_of_their_own),
		cmocka_unit_test(
			test_sessions_of_one_user_are_found_newest_first_with_numbers_of_their_own),
		cmocka_unit_test(test_a_bucket_gives_its_burst_and_then_its_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
