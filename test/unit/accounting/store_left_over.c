/* SPDX-License-Identifier: BSD-3-Clause */
/* A daemon is killed before its store's thread has written what it was given: the next one finds it
 * all, as if it had been. */
#include <signal.h>
#include <sys/wait.h>

#include "faulty_vfs.h"
#include "store/backlog.h"
#include "store_fixture.h"

static int begin(void **state)
{
	atomic_store(&vfs_fault, FAULT_NONE);
	return setup(state);
}

static void break_disk(void)
{
	atomic_store(&vfs_good, 0);
	atomic_store(&vfs_fault, FAULT_FULL);
}

/* Sessions 1 to 10 have a Start that waits on disk; then the disk takes nothing, and DO_MORE is
 * done, and the daemon killed. */
static void be_killed(void (*do_more)(void))
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		open_store();
		for (uint64_t seq = 1; seq <= 10; seq++)
			put(TP_RECORD_START, seq, seq);
		settle();
		break_disk();
		do_more();
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void change(void)
{
	take(1);
	take(2);
	put(TP_RECORD_INTERIM, 2, 11);
	take(11);
	put(TP_RECORD_INTERIM, 3, 12);
	put(TP_RECORD_STOP, 4, 13);
	put(TP_RECORD_STOP, 5, 14);
	take(14);
	put(TP_RECORD_START, 20, 15);
	put(TP_RECORD_START, 21, 16);
	put(TP_RECORD_STOP, 21, 17);
	take(16);
	tp_record_store_forget(store, 6);
	put(TP_RECORD_ON, 0, 18);
	put(TP_RECORD_INTERIM, 22, 19);
	take(19);
}

static void change_and_wait_for_the_disk(void)
{
	change();
	while (tp_record_store_counters(store).failed == 0)
		nap();
}

static const struct tp_record *standing_of(uint64_t session)
{
	for (unsigned i = 0; i < standing_count; i++)
		if (standing[i].session == session)
			return &standing[i];
	return NULL;
}

static void check_changed(void)
{
	static const uint64_t waits[] = {3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 15, 17, 18};
	static const uint64_t stands[][2] = {{1, 1}, {2, 11},  {3, 12},	 {7, 7},  {8, 8},
					     {9, 9}, {10, 10}, {20, 15}, {22, 19}};

	assert_int_equal(record_count, sizeof(waits) / sizeof(waits[0]));
	for (unsigned i = 0; i < record_count; i++)
		assert_int_equal(records[i].seq, waits[i]);
	assert_int_equal(standing_count, sizeof(stands) / sizeof(stands[0]));
	for (unsigned i = 0; i < standing_count; i++) {
		const struct tp_record *record = standing_of(stands[i][0]);

		assert_non_null(record);
		assert_int_equal(record->seq, stands[i][1]);
	}
	for (unsigned i = 0; i < standing_count; i++)
		assert_int_equal(standing_byte[i], standing[i].seq);
	assert_int_equal(next_seq, 20);
}

static void test_all_that_was_given_is_found_and_then_written(void **state)
{
	char backlog[64];

	be_killed(change);
	open_store();
	check_changed();
	settle();
	close_store();
	snprintf(backlog, sizeof(backlog), "%s", find_backlog());
	assert_int_not_equal(access(backlog, F_OK), 0);
	open_store();
	check_changed();
}

static void test_all_is_found_when_the_thread_had_taken_it(void **state)
{
	be_killed(change_and_wait_for_the_disk);
	open_store();
	check_changed();
}

static void test_a_disk_that_takes_nothing_at_the_start_either_is_as_good(void **state)
{
	be_killed(change);
	break_disk();
	open_store();
	check_changed();
	put(TP_RECORD_STOP, 20, 20);
	take(15);
	close_store();
	open_store();
	assert_int_equal(record_count, 13);
	assert_int_equal(records[12].seq, 20);
	assert_null(standing_of(20));
	atomic_store(&vfs_fault, FAULT_NONE);
	close_store();
	open_store();
	assert_int_equal(record_count, 13);
	assert_null(standing_of(20));
	assert_int_equal(next_seq, 21);
}

static unsigned sent;

static int send_record(void *owner, const struct tp_record *record, const uint8_t *bytes,
		       void *token)
{
	assert_int_equal(record->len, 100);
	for (unsigned i = 0; i < record->len; i++)
		assert_int_equal(bytes[i], record->seq);
	sent++;
	return 0;
}

static struct tp_record_queue *make_queue(void)
{
	struct tp_record_queue *queue = tp_record_queue_create(
		&(struct tp_record_queue_setup){.send = send_record, .max_bytes = UINT64_MAX});

	assert_non_null(queue);
	for (unsigned i = 0; i < record_count; i++)
		assert_int_equal(tp_record_queue_restore(queue, &records[i]), 0);
	tp_record_queue_set_store(queue, &tp_record_store_ops, store, next_seq);
	return queue;
}

static void test_bytes_that_are_on_no_disk_yet_are_loaded_all_the_same(void **state)
{
	struct tp_record_queue *queue;

	be_killed(change);
	break_disk();
	open_store();
	queue = make_queue();
	tp_record_store_ops.remove(store, 15); /* behind the queue's back */
	sent = 0;
	for (unsigned i = 0; i < 2000 && sent < 10; i++) {
		tp_record_queue_tick(queue, 1000, 256);
		tp_record_store_poll(store, queue, 1000);
		nap();
	}
	assert_int_equal(sent, 10); /* the first of each session */
	assert_int_equal(tp_record_queue_counters(queue)->unsendable, 1);
	tp_record_queue_destroy(queue);
}

static void test_what_is_given_is_safe_before_it_is_kept(void **state)
{
	open_store();
	break_disk();
	put(TP_RECORD_START, 1, 1);
	assert_int_equal(tp_record_store_ops.safe(store), 1);
	assert_int_equal(tp_record_store_ops.kept(store), 0);
	atomic_store(&vfs_fault, FAULT_NONE);
	settle();
	assert_int_equal(tp_record_store_ops.kept(store), 1);
}

/* All of a batch was written, and the daemon killed before it could say so. */
static void test_what_was_written_already_is_not_done_again(void **state)
{
	char copy[128], command[400];

	be_killed(change);
	snprintf(copy, sizeof(copy), "%s.copy", find_backlog());
	snprintf(command, sizeof(command), "cp %s %s", find_backlog(), copy);
	assert_int_equal(system(command), 0);
	open_store();
	settle();
	take(13);
	put(TP_RECORD_STOP, 1, 20);
	settle();
	close_store();
	/* As if the note had been that of the last batch. */
	snprintf(command, sizeof(command),
		 "mv %s %s && python3 -c \"f = open('%s', 'r+b'); f.seek(24); "
		 "f.write((20).to_bytes(8, 'little'))\"",
		 copy, find_backlog(), find_backlog());
	assert_int_equal(system(command), 0);
	open_store();
	assert_null(standing_of(1));
	for (unsigned i = 0; i < record_count; i++)
		assert_int_not_equal(records[i].seq, 13);
	assert_int_equal(next_seq, 21);
}

/* One who knows nothing of a backlog, an older version say, has had the database meanwhile. */
static void test_what_somebody_else_has_written_since_counts(void **state)
{
	char command[400], copy[64];
	struct tp_record_store *other = NULL;

	be_killed(change);
	snprintf(copy, sizeof(copy), "/tmp/turnpike-copy-%d", getpid());
	snprintf(command, sizeof(command), "rm -rf %s; cp -r %s %s", copy, folder, copy);
	assert_int_equal(system(command), 0);
	assert_int_equal(open_in(copy, &other), 0);
	assert_int_equal(record_count, 10);
	assert_int_equal(next_seq, 11);
	store = other;
	put(TP_RECORD_STOP, 1, 11);
	close_store();
	snprintf(command, sizeof(command), "rm %s/*; cp %s/* %s", folder, copy, folder);
	assert_int_equal(system(command), 0);
	open_store();
	assert_int_equal(record_count, 11);
	assert_int_equal(standing_count, 9);
	assert_null(standing_of(1));
	assert_non_null(standing_of(6));
	assert_int_equal(next_seq, 12);
}

static void test_what_is_of_no_database_any_more_goes(void **state)
{
	char command[128];

	be_killed(change);
	snprintf(command, sizeof(command), "rm -f %s/*", folder);
	assert_int_equal(system(command), 0);
	open_store();
	assert_int_equal(record_count + standing_count, 0);
	put(TP_RECORD_START, 1, 1);
	close_store();
	open_store();
	assert_int_equal(record_count, 1);
}

/* ---- no room ---- */

#define LONG  4000
#define LOTS  (2 * TP_BACKLOG_BYTES / LONG)
#define STAND 100

static void put_lots(void)
{
	for (uint64_t seq = 1; seq <= LOTS; seq++) {
		put_long(TP_RECORD_INTERIM, 1000 + seq % STAND, seq, LONG);
		if (seq > 10)
			take(seq);
		tp_record_store_poll(store, NULL, 0);
	}
}

/* Removed are those that were put before the backlog was full, and those after. */
static void test_what_the_backlog_has_no_room_for_is_not_lost(void **state)
{
	for (unsigned well_again = 0; well_again < 2; well_again++) {
		open_store();
		break_disk();
		put_lots();
		take(1);
		assert_true(tp_record_store_ops.safe(store) < LOTS);
		assert_in_range(tp_record_store_counters(store).lag, 100, LOTS);
		atomic_store(&vfs_fault, FAULT_NONE);
		while (well_again != 0 && tp_record_store_counters(store).lag > 0) {
			tp_record_store_poll(store, NULL, 0);
			nap();
		}
		if (well_again != 0)
			assert_int_equal(tp_record_store_ops.safe(store), LOTS);
		close_store();
		open_store();
		assert_int_equal(record_count, 9);
		assert_int_equal(records[0].seq, 2);
		assert_int_equal(standing_count, STAND);
		for (unsigned i = 0; i < STAND; i++)
			assert_true(standing[i].seq > LOTS - STAND);
		assert_int_equal(next_seq, LOTS + 1);
		close_store();
		unlink(path_of("accounting.db"));
	}
}

/* ---- damage ---- */

static uint8_t whole[1 << 20], files[2][1 << 20];

static size_t read_file(const char *path, uint8_t *bytes, size_t len)
{
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	len = fread(bytes, 1, len, f);
	fclose(f);
	return len;
}

static void write_file(const char *path, const uint8_t *bytes, size_t len, off_t size)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(ftruncate(fileno(f), size), 0);
	fclose(f);
}

static void check_true(void)
{
	for (unsigned i = 0; i < record_count; i++) {
		assert_in_range(records[i].seq, 1, 19);
		assert_true(i == 0 || records[i].seq > records[i - 1].seq);
		assert_int_equal(records[i].unix_s, 1000 + records[i].seq);
		assert_int_equal(records[i].len, 100);
		assert_true(next_seq > records[i].seq);
	}
	for (unsigned i = 0; i < standing_count; i++) {
		assert_in_range(standing[i].session, 1, 22);
		assert_int_equal(standing_byte[i], standing[i].seq);
		assert_true(standing[i].kind <= TP_RECORD_INTERIM);
	}
	assert_true(record_count >= 8 && next_seq >= 11);
}

/* Some of the bits, or each with TURNPIKE_LONG=1. */
static void test_a_bit_that_is_another_makes_no_wrong_record(void **state)
{
	const size_t head = 128, orders = 4096, len = orders + 3000;
	const size_t step = getenv("TURNPIKE_LONG") != NULL ? 1 : 67;
	char backlog[64], log[128];
	size_t db_len, log_len;

	be_killed(change);
	snprintf(backlog, sizeof(backlog), "%s", find_backlog());
	snprintf(log, sizeof(log), "%s", path_of("accounting.db-wal"));
	assert_int_equal(read_file(backlog, whole, len), len);
	db_len = read_file(path_of("accounting.db"), files[0], sizeof(files[0]));
	log_len = read_file(log, files[1], sizeof(files[1]));
	for (size_t bit = 0; bit < 8 * len; bit += step) {
		if (bit / 8 >= head && bit / 8 < orders)
			continue;
		whole[bit / 8] ^= (uint8_t)(1u << bit % 8);
		write_file(backlog, whole, len, 4096 + (off_t)TP_BACKLOG_BYTES);
		whole[bit / 8] ^= (uint8_t)(1u << bit % 8);
		write_file(path_of("accounting.db"), files[0], db_len, (off_t)db_len);
		write_file(log, files[1], log_len, (off_t)log_len);
		open_store();
		check_true();
		put(TP_RECORD_START, 99, 99);
		close_store();
		open_store();
		assert_int_equal(records[record_count - 1].seq, 99);
		assert_non_null(standing_of(99));
		assert_int_equal(next_seq, 100);
		close_store();
	}
}

int main(int argc, char **argv)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, teardown)
	const struct CMUnitTest tests[] = {
		T(test_all_that_was_given_is_found_and_then_written),
		T(test_all_is_found_when_the_thread_had_taken_it),
		T(test_a_disk_that_takes_nothing_at_the_start_either_is_as_good),
		T(test_bytes_that_are_on_no_disk_yet_are_loaded_all_the_same),
		T(test_what_is_given_is_safe_before_it_is_kept),
		T(test_what_was_written_already_is_not_done_again),
		T(test_what_somebody_else_has_written_since_counts),
		T(test_what_is_of_no_database_any_more_goes),
		T(test_what_the_backlog_has_no_room_for_is_not_lost),
		T(test_a_bit_that_is_another_makes_no_wrong_record),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	faulty_vfs_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
