/* SPDX-License-Identifier: BSD-3-Clause */
/* A store whose files were cut or changed (damaged.h): a start finds records that were put, and no
 * other, and says in a plain line what it misses. */
#include "damaged.h"
#include "store_fixture.h"

#define ROWS  12
#define BATCH 4	  /* records that were written at once */
#define LEN   700 /* so that they fill pages */

static struct damaged damaged;
static bool opened;

static void put_all(bool in_batches)
{
	open_store();
	for (uint64_t seq = 1; seq <= ROWS; seq++) {
		put_long(TP_RECORD_INTERIM, seq, seq, LEN);
		if (in_batches && seq % BATCH == 0)
			settle();
	}
}

/* All in the file, and nothing in the log. */
static void leave_a_file(void)
{
	put_all(false);
	close_store();
	damaged_keep(&damaged, folder, "accounting.db");
	assert_int_equal(damaged.log_len, 0);
	assert_true(damaged.len >= 24576);
}

/* As a sudden end does: the log has all that is not in the file yet, in three batches. */
static void leave_a_log(void)
{
	put_all(true);
	damaged_keep(&damaged, folder, "accounting.db");
	assert_true(damaged.log_len >= 24576);
	close_store();
}

static void begin(void)
{
	opened = open_in(folder, &store) == 0;
	assert_true(opened == (error.message[0] == '\0'));
	if (opened)
		while (!tp_record_store_counters(store).looked_through)
			usleep(200);
}

static unsigned bad(void)
{
	return opened ? (unsigned)tp_record_store_counters(store).bad : 0;
}

static void judge(void)
{
	for (unsigned i = 0; i < record_count; i++) {
		assert_in_range(records[i].seq, 1, ROWS);
		assert_true(i == 0 || records[i].seq > records[i - 1].seq);
		assert_int_equal(records[i].session, records[i].seq);
		assert_int_equal(records[i].unix_s, 1000 + records[i].seq);
		assert_int_equal(records[i].kind, TP_RECORD_INTERIM);
		assert_int_equal(records[i].len, LEN);
		assert_true(!opened || next_seq > records[i].seq);
	}
	for (unsigned i = 0; i < standing_count; i++) {
		assert_in_range(standing[i].seq, 1, ROWS);
		assert_int_equal(standing[i].session, standing[i].seq);
		assert_int_equal(standing[i].len, LEN);
		assert_int_equal(standing_byte[i], standing[i].seq);
	}
	damaged_count(&damaged, !opened || bad() > 0, record_count == ROWS);
}

static bool has_all(void)
{
	return record_count == ROWS && standing_count == ROWS && next_seq == ROWS + 1;
}

static void start_with_a_cut_file(size_t cut)
{
	begin();
	judge();
	if (opened && bad() == 0 && cut > 1) /* one byte is as good as none */
		assert_true(has_all());
	close_store();
}

static void test_a_file_cut_anywhere_gives_all_records_or_a_plain_line(void **state)
{
	leave_a_file();
	damaged_cut(&damaged, false, 97, start_with_a_cut_file);
	damaged_tell(&damaged, "the file cut");
}

static unsigned before; /* records that a shorter log gave */

static void start_with_a_cut_log(size_t cut)
{
	begin();
	judge();
	assert_true(opened);
	assert_int_equal(bad(), 0);
	assert_true(record_count >= before);
	assert_int_equal(record_count % BATCH, 0);
	assert_int_equal(standing_count, record_count);
	assert_int_equal(next_seq, record_count + 1);
	before = record_count;
	close_store();
}

static void test_a_log_cut_anywhere_gives_the_batches_before(void **state)
{
	leave_a_log();
	before = 0;
	damaged_cut(&damaged, true, 397, start_with_a_cut_log);
	damaged_put(&damaged, damaged.len, damaged.log_len);
	begin();
	assert_true(has_all());
	damaged_tell(&damaged, "the log cut");
}

static void start_with_another_bit(size_t at)
{
	begin();
	judge();
	if (opened && bad() == 0)
		assert_true(record_count == ROWS && standing_count == ROWS && next_seq > ROWS);
	close_store();
}

static void test_a_bit_of_the_file_that_is_another_gives_all_records_or_a_plain_line(void **state)
{
	leave_a_file();
	damaged_flip(&damaged, false, 8 * 97 + 3, start_with_another_bit);
	damaged_tell(&damaged, "a bit of the file");
}

static void start_with_another_bit_of_the_log(size_t at)
{
	begin();
	judge();
	assert_true(opened);
	assert_int_equal(bad(), 0);
	assert_int_equal(record_count % BATCH, 0);
	assert_int_equal(standing_count, record_count);
	assert_int_equal(next_seq, record_count + 1);
	close_store();
}

static void test_a_bit_of_the_log_that_is_another_gives_the_batches_before(void **state)
{
	leave_a_log();
	damaged_flip(&damaged, true, 8 * 397 + 3, start_with_another_bit_of_the_log);
	damaged_tell(&damaged, "a bit of the log");
}

/* Those of the last page are found once, and the loss of the first page's is told. */
static void test_a_page_that_a_tree_has_twice_gives_its_records_once(void **state)
{
	leave_a_file();
	damaged_lead_twice(&damaged);
	begin();
	judge();
	assert_true(bad() > 0);
	assert_in_range(record_count, 1, ROWS - 1);
}

/* Numbers are not used again because the highest is not to be believed. */
static void test_a_highest_number_that_is_none_is_not_believed(void **state)
{
	char command[300];

	for (unsigned i = 0; i < 2; i++) {
		put_all(false);
		close_store();
		snprintf(command, sizeof(command),
			 "python3 -c \"import sqlite3; d = sqlite3.connect('%s'); "
			 "d.execute('update highest set seq = ' + str(%s)); d.commit()\"",
			 path_of("accounting.db"), i == 0 ? "2**63 - 1" : "-7");
		assert_int_equal(system(command), 0);
		begin();
		assert_true(has_all());
		close_store();
		unlink(path_of("accounting.db"));
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_file_cut_anywhere_gives_all_records_or_a_plain_line),
		TEST(test_a_log_cut_anywhere_gives_the_batches_before),
		TEST(test_a_bit_of_the_file_that_is_another_gives_all_records_or_a_plain_line),
		TEST(test_a_bit_of_the_log_that_is_another_gives_the_batches_before),
		TEST(test_a_page_that_a_tree_has_twice_gives_its_records_once),
		TEST(test_a_highest_number_that_is_none_is_not_believed),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
