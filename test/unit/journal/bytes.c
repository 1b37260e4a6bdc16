/* SPDX-License-Identifier: BSD-3-Clause */
/* A journal whose files, the database or the log beside it (SQLite's WAL), were cut at any byte, or
 * have a bit that is another: a start finds rows that were put, says in a plain line what it
 * misses, and has a journal that works.
 *
 * Some of the bytes and bits by default; each of them with TURNPIKE_LONG=1, which takes some
 * minutes, too long for meson's patience: the program is run by itself then, several of them side
 * by side, each with a pattern of its tests' names ("*bit_of_the_log*"). */
#include "fixture.h"

#define ROWS  12
#define ROUND 5
#define BATCH 4 /* rows that were written at once */

static uint8_t whole[1 << 20], wal[1 << 20];
static size_t len, wal_len;

static struct {
	unsigned starts, all, told, fewer;
} seen;

static size_t step(size_t quick)
{
	return getenv("TURNPIKE_LONG") != NULL ? 1 : quick;
}

static void tell(const char *what)
{
	print_message("%s: %u starts: %u found all, %u told what they missed, %u had what was "
		      "written before\n",
		      what, seen.starts, seen.all, seen.told, seen.fewer);
	memset(&seen, 0, sizeof(seen));
}

/* All in the file, and nothing in the log. */
static void leave_a_file(void)
{
	open_journal();
	for (uint64_t key = 1; key <= ROWS; key++)
		put(key, ROUND);
	close_journal(true);
	len = read_file("sessions.db", whole, sizeof(whole));
	wal_len = 0;
	assert_in_range(len, 12288, sizeof(whole) - 1);
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
	len = read_file("sessions.db", whole, sizeof(whole));
	wal_len = read_file("sessions.db-wal", wal, sizeof(wal));
	assert_in_range(wal_len, 4000, sizeof(wal) - 1);
	close_journal(true);
}

static void begin_with(size_t file_len, size_t log_len)
{
	unlink(path_of("sessions.db.broken"));
	write_file("sessions.db", whole, file_len);
	write_file("sessions.db-wal", wal, log_len);
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
	seen.starts++;
	if (error.message[0] != '\0' || bad > 0)
		seen.told++;
	else if (found_count == ROWS)
		seen.all++;
	else
		seen.fewer++;
}

static void test_a_file_cut_anywhere_gives_all_rows_or_a_plain_line(void **state)
{
	leave_a_file();
	for (size_t cut = 0; cut <= len; cut += cut < 128 ? 1 : step(31)) {
		begin_with(cut, 0);
		judge();
		if (cut > 1 && error.message[0] == '\0') /* one byte is as good as none */
			assert_int_equal(found_count, ROWS);
		close_journal(true);
	}
	tell("the file cut");
}

static void test_a_log_cut_anywhere_gives_the_batches_before(void **state)
{
	unsigned before = 0;

	leave_a_log();
	for (size_t cut = 0; cut <= wal_len; cut += step(151)) {
		begin_with(len, cut);
		judge();
		assert_string_equal(error.message, "");
		assert_true(found_count >= before);
		assert_int_equal(found_count % BATCH, 0);
		before = found_count;
		close_journal(true);
	}
	begin_with(len, wal_len);
	assert_int_equal(found_count, ROWS);
	tell("the log cut");
}

/* One bit of a byte, by which they are taken in turns; each, where all are to be looked at. */
static void flip(uint8_t *file, size_t at, unsigned bit, bool in_log)
{
	file[at] ^= (uint8_t)(1u << bit);
	begin_with(len, wal_len);
	file[at] ^= (uint8_t)(1u << bit);
	judge();
	if (in_log) {
		assert_string_equal(error.message, "");
		assert_int_equal(tp_journal_counters(journal).bad_rows, 0);
		assert_int_equal(found_count % BATCH, 0);
	} else if (error.message[0] == '\0') {
		assert_true(found_count == ROWS || bad_rows() > 0);
	}
	close_journal(true);
}

static void flip_all(uint8_t *file, size_t size, size_t quick, bool in_log)
{
	for (size_t bit = 0; bit < 8 * size; bit += step(quick))
		flip(file, bit / 8, bit % 8, in_log);
}

static void test_a_bit_of_the_file_that_is_another_gives_all_rows_or_a_plain_line(void **state)
{
	leave_a_file();
	flip_all(whole, len, 8 * 31 + 3, false);
	tell("a bit of the file");
}

static void test_a_bit_of_the_log_that_is_another_gives_the_batches_before(void **state)
{
	leave_a_log();
	flip_all(wal, wal_len, 8 * 151 + 3, true);
	tell("a bit of the log");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_file_cut_anywhere_gives_all_rows_or_a_plain_line),
		TEST(test_a_log_cut_anywhere_gives_the_batches_before),
		TEST(test_a_bit_of_the_file_that_is_another_gives_all_rows_or_a_plain_line),
		TEST(test_a_bit_of_the_log_that_is_another_gives_the_batches_before),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
