/* SPDX-License-Identifier: BSD-3-Clause */
/* A daemon is killed while the disk keeps the journal's thread waiting: the next one has it all. */
#include <sys/wait.h>

#include "faulty_vfs.h"
#include "fixture.h"
#include "store/backlog.h"

static char backlog[300];
static uint8_t whole[1 << 20];

static int begin(void **state)
{
	atomic_store(&vfs_fault, FAULT_NONE);
	return setup(state);
}

static int end(void **state)
{
	close_journal(true);
	unlink(backlog);
	return teardown(state);
}

static void find_backlog(void)
{
	char path[128];
	struct tp_backlog *b;
	struct tp_error e;

	snprintf(path, sizeof(path), "%s", path_of(TP_JOURNAL_FILE));
	assert_int_equal(tp_backlog_open(path, &b, &e), 0);
	snprintf(backlog, sizeof(backlog), "%s", tp_backlog_path(b));
	tp_backlog_close(b);
	assert_string_not_equal(backlog, "");
}

/* Ten rows are written; then the disk takes nothing, and DO_MORE is done, and the daemon killed. */
static void be_killed(void (*do_more)(void))
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		open_journal();
		for (uint64_t key = 1; key <= 10; key++)
			put(key, 1);
		tp_journal_settle(journal);
		wait_until_written();
		atomic_store(&vfs_good, 0);
		atomic_store(&vfs_fault, FAULT_FULL);
		do_more();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	find_backlog();
}

static void change(void)
{
	for (uint64_t key = 1; key <= 3; key++) {
		put(key, 2);
		tp_journal_remove(journal, key + 3);
		put(key + 20, 2);
	}
	put(1, 3);
	put(30, 3);
	tp_journal_remove(journal, 30);
}

static void wait_for_the_disk(void)
{
	change();
	while (!tp_journal_counters(journal).broken)
		nap();
}

static void check_changed(void)
{
	assert_int_equal(found_count, 10);
	for (unsigned i = 1; i < found_count; i++)
		assert_true(found_key[i] > found_key[i - 1]);
	assert_int_equal(round_found(1), 3);
	for (uint64_t key = 1; key <= 3; key++) {
		assert_true(key == 1 || round_found(key) == 2);
		assert_int_equal(round_found(key + 3), -1);
		assert_int_equal(round_found(key + 6), 1);
		assert_int_equal(round_found(key + 20), 2);
	}
	assert_int_equal(round_found(10), 1);
}

static void test_all_that_was_put_is_found(void **state)
{
	be_killed(change);
	open_journal();
	check_changed();
	wait_until_written();
	assert_int_equal(tp_journal_counters(journal).rows, 10);
	close_journal(true);
	assert_int_not_equal(access(backlog, F_OK), 0);
	open_journal();
	check_changed();
}

static void test_all_is_found_when_the_thread_had_taken_it(void **state)
{
	be_killed(wait_for_the_disk);
	open_journal();
	check_changed();
}

static void test_a_disk_that_takes_nothing_at_the_start_either_is_as_good(void **state)
{
	be_killed(change);
	atomic_store(&vfs_fault, FAULT_FULL);
	assert_int_equal(open_in(folder, &journal), 0);
	check_changed();
	put(2, 4);
	close_journal(true);
	atomic_store(&vfs_fault, FAULT_NONE);
	open_journal();
	assert_int_equal(round_found(2), 4);
	assert_int_equal(found_count, 10);
}

static void test_what_is_not_to_be_read_is_not_found_here_either(void **state)
{
	be_killed(change);
	judgement = false;
	open_journal();
	assert_int_equal(found_count, 0);
	put(50, 1);
	close_journal(true);
	judgement = true;
	open_journal();
	assert_int_equal(found_count, 1);
	assert_int_equal(round_found(50), 1);
}

/* One who knows nothing of a backlog, an older version say, has had the journal meanwhile. */
static void test_what_somebody_else_has_written_since_counts(void **state)
{
	be_killed(change);
	run("cp -r %s %s.copy", folder, folder);
	snprintf((char *)whole, sizeof(whole), "%s.copy", folder);
	nap(); /* it writes at another time */
	assert_int_equal(open_in((char *)whole, &journal), 0);
	assert_int_equal(found_count, 10);
	assert_int_equal(round_found(4), 1);
	put(1, 5);
	close_journal(true);
	run("cp %s.copy/sessions.db* %s; rm -f %s/*-wal", folder, folder, folder);
	open_journal();
	assert_int_equal(found_count, 10);
	assert_int_equal(round_found(1), 5);
	assert_int_equal(round_found(4), 1);
	assert_int_equal(round_found(21), -1);
}

static void test_what_is_of_no_journal_any_more_goes(void **state)
{
	be_killed(change);
	run("rm -f %s/*", folder);
	open_journal();
	assert_int_equal(found_count, 0);
	put(7, 7);
	close_journal(true);
	open_journal();
	assert_int_equal(found_count, 1);
}

static void read_backlog(size_t len)
{
	FILE *f = fopen(backlog, "r");

	assert_non_null(f);
	assert_int_equal(fread(whole, 1, len, f), len);
	fclose(f);
}

static void write_backlog(size_t len)
{
	FILE *f = fopen(backlog, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(whole, 1, len, f), len);
	assert_int_equal(ftruncate(fileno(f), 4096 + (off_t)TP_BACKLOG_BYTES), 0);
	fclose(f);
}

/* Some of the bits, or each with TURNPIKE_LONG=1 (bytes.c). */
static void test_a_bit_that_is_another_makes_no_wrong_row(void **state)
{
	const size_t head = 128, orders = 4096, len = orders + 5000;
	const size_t step = getenv("TURNPIKE_LONG") != NULL ? 1 : 67;
	size_t db_len, wal_len;
	static uint8_t db[1 << 20], wal[1 << 20];

	be_killed(change);
	read_backlog(len);
	db_len = read_file("sessions.db", db, sizeof(db));
	wal_len = read_file("sessions.db-wal", wal, sizeof(wal));
	for (size_t bit = 0; bit < 8 * len; bit += step) {
		if (bit / 8 >= head && bit / 8 < orders)
			continue;
		whole[bit / 8] ^= (uint8_t)(1u << bit % 8);
		write_backlog(len);
		whole[bit / 8] ^= (uint8_t)(1u << bit % 8);
		write_file("sessions.db", db, db_len);
		write_file("sessions.db-wal", wal, wal_len);
		open_journal();
		for (unsigned i = 0; i < found_count; i++) {
			assert_true(i == 0 || found_key[i] > found_key[i - 1]);
			assert_in_range(found_round[i], 1, 3);
		}
		assert_true(found_count >= 7);
		while (!put(99, 9)) /* as much as there is room for may seem to wait */
			nap();
		close_journal(true);
		open_journal();
		assert_int_equal(round_found(99), 9);
		close_journal(true);
	}
}

int main(int argc, char **argv)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		T(test_all_that_was_put_is_found),
		T(test_all_is_found_when_the_thread_had_taken_it),
		T(test_a_disk_that_takes_nothing_at_the_start_either_is_as_good),
		T(test_what_is_not_to_be_read_is_not_found_here_either),
		T(test_what_somebody_else_has_written_since_counts),
		T(test_what_is_of_no_journal_any_more_goes),
		T(test_a_bit_that_is_another_makes_no_wrong_row),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	faulty_vfs_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
