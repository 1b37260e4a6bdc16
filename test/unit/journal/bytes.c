/* SPDX-License-Identifier: BSD-3-Clause */
/* A journal whose files were cut or changed (damaged.h): a start finds rows that were put, says in
 * a plain line what it misses, and has a journal that works. */
#include "damaged.h"
#include "fixture.h"

#define ROWS  12
#define ROUND 5
#define BATCH 4 /* rows that were written at once */

static struct damaged damaged;

/* All in the file, and nothing in the log. */
static void leave_a_file(void)
{
	open_journal();
	for (uint64_t key = 1; key <= ROWS; key++)
		put(key, ROUND);
	close_journal(true);
	damaged_keep(&damaged, folder, "sessions.db");
	assert_int_equal(damaged.log_len, 0);
	assert_true(damaged.len >= 12288);
}

/* As a sudden end does: the log has all that is not in the file yet, in three batches. */
static void leave_a_log(void)
{
	open_journal();
	for (uint64_t key = 1; key <= ROWS; key++) {
		put(key, ROUND);
		if (key % BATCH == 0)
			wait_until_written();
	}
	damaged_keep(&damaged, folder, "sessions.db");
	assert_true(damaged.log_len >= 4000);
	close_journal(true);
}

static void begin(void)
{
	unlink(path_of("sessions.db.broken"));
	assert_int_equal(open_in(folder, &journal), 0);
}

/* Rows that could not be read, and pages with which some may have gone: the thread looks. */
static unsigned bad_rows(void)
{
	while (!tp_journal_counters(journal).looked_through)
		nap();
	return (unsigned)tp_journal_counters(journal).bad_rows;
}

/* That each row is as it was put has been looked at when it was found. */
static void judge(void)
{
	const unsigned bad = bad_rows();

	for (unsigned i = 0; i < found_count; i++) {
		assert_in_range(found_key[i], 1, ROWS);
		assert_int_equal(found_round[i], ROUND);
		assert_true(i == 0 || found_key[i] > found_key[i - 1]);
	}
	damaged_count(&damaged, error.message[0] != '\0' || bad > 0, found_count == ROWS);
}

static void start_with_a_cut_file(size_t cut)
{
	begin();
	judge();
	if (cut > 1 && error.message[0] == '\0') /* one byte is as good as none */
		assert_int_equal(found_count, ROWS);
	close_journal(true);
}

static void test_a_file_cut_anywhere_gives_all_rows_or_a_plain_line(void **state)
{
	leave_a_file();
	damaged_cut(&damaged, false, 31, start_with_a_cut_file);
	damaged_tell(&damaged, "the file cut");
}

static unsigned before; /* rows that a shorter log gave */

static void start_with_a_cut_log(size_t cut)
{
	begin();
	judge();
	assert_string_equal(error.message, "");
	assert_true(found_count >= before);
	assert_int_equal(found_count % BATCH, 0);
	before = found_count;
	close_journal(true);
}

static void test_a_log_cut_anywhere_gives_the_batches_before(void **state)
{
	leave_a_log();
	before = 0;
	damaged_cut(&damaged, true, 151, start_with_a_cut_log);
	damaged_put(&damaged, damaged.len, damaged.log_len);
	begin();
	assert_int_equal(found_count, ROWS);
	damaged_tell(&damaged, "the log cut");
}

static void start_with_another_bit(size_t at)
{
	begin();
	judge();
	if (error.message[0] == '\0')
		assert_true(found_count == ROWS || bad_rows() > 0);
	close_journal(true);
}

static void test_a_bit_of_the_file_that_is_another_gives_all_rows_or_a_plain_line(void **state)
{
	leave_a_file();
	damaged_flip(&damaged, false, 8 * 31 + 3, start_with_another_bit);
	damaged_tell(&damaged, "a bit of the file");
}

static void start_with_another_bit_of_the_log(size_t at)
{
	begin();
	judge();
	assert_string_equal(error.message, "");
	assert_int_equal(tp_journal_counters(journal).bad_rows, 0);
	assert_int_equal(found_count % BATCH, 0);
	close_journal(true);
}

static void test_a_bit_of_the_log_that_is_another_gives_the_batches_before(void **state)
{
	leave_a_log();
	damaged_flip(&damaged, true, 8 * 151 + 3, start_with_another_bit_of_the_log);
	damaged_tell(&damaged, "a bit of the log");
}

/* Those of the last page are found once, and the loss of the first page's is told. */
static void test_a_page_that_a_tree_has_twice_gives_its_rows_once(void **state)
{
	open_journal();
	for (uint64_t key = 1; key <= 60; key++)
		put(key, ROUND);
	close_journal(true);
	damaged_keep(&damaged, folder, "sessions.db");
	damaged_lead_twice(&damaged);
	begin();
	assert_true(bad_rows() > 0);
	assert_in_range(found_count, 1, 59);
	for (unsigned i = 1; i < found_count; i++)
		assert_true(found_key[i] > found_key[i - 1]);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_file_cut_anywhere_gives_all_rows_or_a_plain_line),
		TEST(test_a_log_cut_anywhere_gives_the_batches_before),
		TEST(test_a_bit_of_the_file_that_is_another_gives_all_rows_or_a_plain_line),
		TEST(test_a_bit_of_the_log_that_is_another_gives_the_batches_before),
		TEST(test_a_page_that_a_tree_has_twice_gives_its_rows_once),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
