/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that were changed, or are not ours: a start finds rows that were put, or a plain line, and
 * a journal that works. What becomes of each byte is in bytes.c. */
#include "fixture.h"

#include <sqlite3.h>

#define ROWS 12

static void check_set_aside(const char *why)
{
	struct stat st;

	assert_int_equal(open_in(folder, &journal), 0);
	assert_non_null(strstr(error.message, why));
	assert_non_null(strstr(error.message, "set aside as sessions.db.broken"));
	assert_string_equal(error.place, path_of("sessions.db"));
	assert_int_equal(found_count, 0);
	assert_int_equal(stat(path_of("sessions.db.broken"), &st), 0);
	put(1, 1);
	close_journal(true);
	open_journal();
	assert_int_equal(found_count, 1);
	close_journal(true);
}

static void test_garbage_is_set_aside(void **state)
{
	static const char garbage[5000] = "this is no database";
	char back[5001];

	write_file("sessions.db", garbage, sizeof(garbage));
	check_set_aside("not a database");
	assert_int_equal(read_file("sessions.db.broken", back, sizeof(back)), sizeof(garbage));
	assert_memory_equal(back, garbage, sizeof(garbage));
}

static void test_of_those_set_aside_one_is_kept(void **state)
{
	static const char first[5000] = "this was none", second[6000] = "nor is this";
	char back[6001];

	write_file("sessions.db", first, sizeof(first));
	check_set_aside("not a database");
	write_file("sessions.db", second, sizeof(second));
	check_set_aside("not a database");
	assert_int_equal(read_file("sessions.db.broken", back, sizeof(back)), sizeof(second));
}

static void sql(const char *statements)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path_of("sessions.db"), &db), SQLITE_OK);
	if (sqlite3_exec(db, statements, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

static void make_one(void)
{
	open_journal();
	for (uint64_t key = 1; key <= ROWS; key++)
		put(key, 5);
	close_journal(true);
}

static void test_a_later_version_is_set_aside(void **state)
{
	make_one();
	sql("PRAGMA user_version = 2");
	check_set_aside("later version (2)");
}

static void test_a_database_of_something_else_is_set_aside(void **state)
{
	sql("CREATE TABLE session (name TEXT)");
	check_set_aside("table session has 1 columns");
}

/* As version 1 wrote it, to the last bit of its sums. */
static void test_version_1_can_be_read(void **state)
{
	sql("CREATE TABLE session (key INTEGER PRIMARY KEY, generation INTEGER NOT NULL,"
	    " bytes BLOB NOT NULL, sum INTEGER NOT NULL);"
	    "CREATE TABLE about (one INTEGER PRIMARY KEY CHECK (one = 1), boot TEXT NOT NULL,"
	    " machine TEXT NOT NULL, version TEXT NOT NULL, counters TEXT NOT NULL,"
	    " unix INTEGER NOT NULL, kept INTEGER NOT NULL, attempts INTEGER NOT NULL,"
	    " sum INTEGER NOT NULL);"
	    "INSERT INTO session VALUES (1, 1795968000000, x'0100000001000000"
	    "101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a"
	    "3b3c3d3e3f',"
	    " 5119937566071315034);"
	    "INSERT INTO about VALUES (1, 'boot', 'machine', '1.0', 'counters', 1795968000123, 1,"
	    " 2, 3655589362198611021);"
	    "PRAGMA user_version = 1");
	open_journal();
	assert_int_equal(found_count, 1);
	assert_int_equal(round_found(1), 1);
	assert_string_equal(last.boot_id, "boot");
	assert_string_equal(last.machine_id, "machine");
	assert_string_equal(last.version, "1.0");
	assert_string_equal(last.counters, "counters");
	assert_true(last.unix_ms == UINT64_C(1795968000123));
	assert_true(last.kept);
	assert_int_equal(last.attempts, 2);
}

static void test_bad_rows_are_left_out_and_counted_and_the_good_ones_found(void **state)
{
	make_one();
	sql("UPDATE session SET bytes = x'00' WHERE key = 1;"
	    "UPDATE session SET bytes = x'' WHERE key = 2;"
	    "UPDATE session SET bytes = zeroblob(70000) WHERE key = 3;"
	    "UPDATE session SET sum = sum + 1 WHERE key = 4;"
	    "UPDATE session SET sum = 'text' WHERE key = 5;"
	    "UPDATE session SET generation = -1 WHERE key = 6;"
	    "UPDATE session SET generation = 9223372036854775807 WHERE key = 7;"
	    "UPDATE session SET key = 77 WHERE key = 8;");
	open_journal();
	assert_int_equal(found_count, ROWS - 8);
	assert_int_equal(tp_journal_counters(journal).bad_rows, 8);
	assert_int_equal(tp_journal_counters(journal).rows, ROWS);
	put(9, 6);
	tp_journal_settle(journal);
	wait_until_written();
	assert_int_equal(tp_journal_counters(journal).rows, 1);
}

static void test_a_damaged_word_about_the_daemon_counts_for_nothing(void **state)
{
	static const char *const change[] = {
		"UPDATE about SET unix = unix + 1000000",
		"UPDATE about SET boot = 'another'",
		"UPDATE about SET kept = 'x'",
		"UPDATE about SET kept = 1 - kept",
		"UPDATE about SET attempts = -1",
		"UPDATE about SET machine = hex(zeroblob(2000))",
		"DELETE FROM about",
	};

	make_one();
	for (unsigned i = 0; i < sizeof(change) / sizeof(change[0]); i++) {
		sql(change[i]);
		judgement = false;
		open_journal();
		assert_int_equal(judged.unix_ms, 0);
		assert_string_equal(judged.boot_id, "");
		put(1, 5);
		close_journal(true);
	}
}

/* SQL that a file brings along must do nothing. */
static void test_a_trigger_in_the_file_does_no_harm(void **state)
{
	make_one();
	sql("CREATE TRIGGER t AFTER INSERT ON session BEGIN"
	    " INSERT INTO nowhere VALUES (load_extension('x')); END");
	assert_int_equal(open_in(folder, &journal), 0);
	put(100, 1);
	close_journal(true);
	assert_int_equal(open_in(folder, &journal), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_garbage_is_set_aside),
		TEST(test_of_those_set_aside_one_is_kept),
		TEST(test_a_later_version_is_set_aside),
		TEST(test_a_database_of_something_else_is_set_aside),
		TEST(test_version_1_can_be_read),
		TEST(test_bad_rows_are_left_out_and_counted_and_the_good_ones_found),
		TEST(test_a_damaged_word_about_the_daemon_counts_for_nothing),
		TEST(test_a_trigger_in_the_file_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
