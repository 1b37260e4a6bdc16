/* SPDX-License-Identifier: BSD-3-Clause */
/* What a journal keeps, and gives back. */
#include "fixture.h"

static void test_what_was_put_is_found_again_by_key(void **state)
{
	static const uint64_t odd[] = {0, 1, UINT64_C(1) << 63, UINT64_MAX - 1, UINT64_MAX};

	open_journal();
	assert_int_equal(found_count, 0);
	for (uint64_t key = 100; key < 400; key++)
		assert_true(put(key, 1));
	for (unsigned i = 0; i < 5; i++)
		assert_true(put(odd[i], 2));
	close_journal(true);
	open_journal();
	assert_int_equal(found_count, 305);
	for (uint64_t key = 100; key < 400; key++)
		assert_int_equal(round_found(key), 1);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(round_found(odd[i]), 2);
	assert_int_equal(tp_journal_counters(journal).rows, 305);
	assert_int_equal(tp_journal_counters(journal).bad_rows, 0);
}

static void test_of_several_changes_of_a_key_the_last_counts(void **state)
{
	open_journal();
	for (unsigned apart = 0; apart < 2; apart++) {
		for (unsigned round = 0; round < 3; round++) {
			put(10 * apart + 1, round);
			put(10 * apart + 2, round);
			tp_journal_remove(journal, 10 * apart + 3);
			if (apart)
				wait_until_written();
			put(10 * apart + 3, round);
			tp_journal_remove(journal, 10 * apart + 2);
			if (apart)
				wait_until_written();
		}
	}
	wait_until_written();
	assert_int_equal(tp_journal_counters(journal).rows, 4);
	close_journal(true);
	open_journal();
	assert_int_equal(found_count, 4);
	for (unsigned apart = 0; apart < 2; apart++) {
		assert_int_equal(round_found(10 * apart + 1), 2);
		assert_int_equal(round_found(10 * apart + 2), -1);
		assert_int_equal(round_found(10 * apart + 3), 2);
	}
}

static void test_several_changes_of_a_key_in_a_batch_are_written_once(void **state)
{
	open_journal();
	wait_until_written();
	for (unsigned round = 0; round < 1000; round++)
		put(7, round);
	wait_until_written();
	assert_in_range(tp_journal_counters(journal).written, 1, 20); /* as batches came */
	assert_int_equal(tp_journal_counters(journal).rows, 1);
	close_journal(true);
	open_journal();
	assert_int_equal(round_found(7), 999);
}

static void copy(void)
{
	run("rm -rf %s.copy && cp -r %s %s.copy", folder, folder, folder);
}

static void open_copy(void)
{
	char path[80];

	close_journal(true);
	snprintf(path, sizeof(path), "%s.copy", folder);
	assert_int_equal(open_in(path, &journal), 0);
	assert_string_equal(error.message, "");
}

static void test_after_a_sudden_end_all_that_was_written_is_found(void **state)
{
	open_journal();
	for (uint64_t key = 0; key < 500; key++)
		put(key, 1);
	wait_until_written();
	for (uint64_t key = 0; key < 400; key++)
		tp_journal_remove(journal, key);
	wait_until_written();
	copy();
	open_copy();
	assert_int_equal(found_count, 100);
	assert_int_equal(found_key[0], 400);
	assert_false(last.kept);
}

static void test_who_wrote_it_is_told(void **state)
{
	struct tp_journal_about here;
	uint64_t now_ms;

	tp_journal_about_here(&here, "1.2.3");
	assert_int_equal(strlen(here.boot_id), 36);
	open_journal();
	assert_int_equal(last.unix_ms, 0);
	put(1, 1);
	close_journal(true);
	now_ms = (uint64_t)time(NULL) * 1000;
	open_journal();
	assert_string_equal(last.boot_id, here.boot_id);
	assert_string_equal(last.machine_id, here.machine_id);
	assert_string_equal(last.version, "1.2.3");
	assert_string_equal(last.counters, "counters.7");
	assert_true(last.kept);
	assert_true(last.unix_ms + 60000 > now_ms && last.unix_ms < now_ms + 60000);
	assert_memory_equal(&judged, &last, sizeof(last));
}

static void test_sessions_that_are_not_to_be_kept_are_not(void **state)
{
	open_journal();
	put(1, 1);
	close_journal(false);
	open_journal();
	assert_int_equal(found_count, 0);
	assert_false(last.kept);
	assert_string_equal(judged.version, ""); /* there was nothing to judge */
}

static void test_what_is_judged_too_old_is_dropped_for_good(void **state)
{
	open_journal();
	put(1, 1);
	close_journal(true);
	judgement = false;
	open_journal();
	assert_int_equal(found_count, 0);
	put(2, 1);
	close_journal(true);
	judgement = true;
	open_journal();
	assert_int_equal(found_count, 1);
	assert_int_equal(found_key[0], 2);
}

/* The start restores some, and puts those once more. */
static void test_what_is_not_put_again_goes_when_all_is_settled(void **state)
{
	open_journal();
	for (uint64_t key = 0; key < 100; key++)
		put(key, 1);
	close_journal(true);
	open_journal();
	for (uint64_t key = 0; key < 100; key += 2)
		put(key, key % 4 == 0 ? 1 : 2);
	put(1000, 1);
	tp_journal_settle(journal);
	put(1001, 1);
	wait_until_written();
	assert_int_equal(tp_journal_counters(journal).rows, 52);
	tp_journal_settle(journal); /* a second time changes nothing */
	close_journal(true);
	open_journal();
	assert_int_equal(found_count, 52);
	for (uint64_t key = 0; key < 100; key++)
		assert_int_equal(round_found(key), key % 2 ? -1 : key % 4 ? 2 : 1);
}

static void test_another_daemon_is_kept_out(void **state)
{
	struct tp_journal *other = NULL;

	open_journal();
	assert_int_equal(open_in(folder, &other), -EBUSY);
	assert_null(other);
	assert_non_null(strstr(error.message, "another daemon"));
	assert_string_equal(error.place, path_of("sessions.db"));
	put(1, 1);
	close_journal(true);
	open_journal();
	assert_int_equal(found_count, 1);
}

static void test_nobody_else_may_read_it(void **state)
{
	struct stat st;

	open_journal();
	put(1, 1);
	wait_until_written();
	assert_int_equal(stat(path_of("sessions.db"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(path_of("sessions.db-wal"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

/* A row that brings the daemon down does so at each start, until who judges has had enough. */
static void test_starts_that_came_to_nothing_are_counted(void **state)
{
	open_journal();
	put(1, 1);
	close_journal(true);
	for (unsigned starts = 0; starts < 4; starts++) {
		open_journal();
		assert_int_equal(last.attempts, starts);
		wait_until_written();
		copy(); /* a moment after its start it is gone */
		close_journal(true);
		run("rm -r %s && cp -r %s.copy %s", folder, folder, folder);
	}
	open_journal();
	close_journal(true); /* it came to its end */
	open_journal();
	assert_int_equal(last.attempts, 0);
}

static void test_what_can_not_be_a_row_is_not_taken(void **state)
{
	static const uint8_t bytes[TP_JOURNAL_BYTES_MAX + 1];

	open_journal();
	assert_false(tp_journal_put(journal, 1, bytes, 0));
	assert_false(tp_journal_put(journal, 1, bytes, sizeof(bytes)));
	assert_int_equal(tp_journal_counters(journal).failed, 2);
	wait_until_written();
	assert_false(tp_journal_poll(journal)); /* it would not be taken the next time either */
}

/* Against a model, over many ends, half of them sudden. */
static void test_it_is_what_was_put_last_and_not_removed_since(void **state)
{
	static int model[200]; /* the round; -1: there is none */

	srandom(7);
	memset(model, 0xff, sizeof(model));
	open_journal();
	for (unsigned life = 0; life < 12; life++) {
		for (unsigned i = 0; i < 400; i++) {
			uint64_t key = (uint64_t)random() % 200;

			model[key] = random() % 3 == 0 ? -1 : (int)(random() % 1000);
			if (model[key] < 0)
				tp_journal_remove(journal, key);
			else
				put(key, (unsigned)model[key]);
			if (random() % 100 == 0)
				wait_until_written();
		}
		if (life % 2 == 0) {
			wait_until_written();
			copy();
			close_journal(false);
			run("rm -r %s && cp -r %s.copy %s", folder, folder, folder);
		}
		close_journal(true);
		open_journal();
		for (uint64_t key = 0; key < 200; key++)
			assert_int_equal(round_found(key), model[key]);
	}
}

static void test_a_city_is_written_and_read(void **state)
{
	open_journal();
	for (uint64_t key = 0; key < 60000; key++)
		assert_true(put(key, 3));
	close_journal(true);
	open_journal();
	assert_int_equal(found_count, 60000);
	assert_true(tp_journal_counters(journal).whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_was_put_is_found_again_by_key),
		TEST(test_of_several_changes_of_a_key_the_last_counts),
		TEST(test_several_changes_of_a_key_in_a_batch_are_written_once),
		TEST(test_after_a_sudden_end_all_that_was_written_is_found),
		TEST(test_who_wrote_it_is_told),
		TEST(test_sessions_that_are_not_to_be_kept_are_not),
		TEST(test_what_is_judged_too_old_is_dropped_for_good),
		TEST(test_what_is_not_put_again_goes_when_all_is_settled),
		TEST(test_another_daemon_is_kept_out),
		TEST(test_nobody_else_may_read_it),
		TEST(test_starts_that_came_to_nothing_are_counted),
		TEST(test_what_can_not_be_a_row_is_not_taken),
		TEST(test_it_is_what_was_put_last_and_not_removed_since),
		TEST(test_a_city_is_written_and_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
