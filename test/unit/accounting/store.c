/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "accounting/store.h"

static char folder[64];
static struct tp_record_store *store;
static struct tp_error error;
static uint64_t next_seq;

/* What was found. */
#define FOUND_MAX 4096
static struct tp_record records[FOUND_MAX], standing[FOUND_MAX];
static uint8_t standing_byte[FOUND_MAX];
static unsigned record_count, standing_count;

static void found_record(void *user, const struct tp_record *record)
{
	assert_true(record_count < FOUND_MAX);
	records[record_count++] = *record;
}

static void found_standing(void *user, const struct tp_record *record, const uint8_t *bytes)
{
	assert_true(standing_count < FOUND_MAX);
	for (unsigned i = 1; i < record->len; i++)
		assert_int_equal(bytes[i], bytes[0]);
	standing_byte[standing_count] = bytes[0];
	standing[standing_count++] = *record;
}

static int open_in(const char *directory, struct tp_record_store **to)
{
	const struct tp_record_store_found found = {found_record, found_standing, NULL};
	cpu_set_t none;

	CPU_ZERO(&none);
	record_count = standing_count = 0;
	error = (struct tp_error){0};
	return tp_record_store_open(directory, &none, &found, &next_seq, to, &error);
}

static void open_store(void)
{
	assert_int_equal(open_in(folder, &store), 0);
}

static void close_store(void)
{
	tp_record_store_close(store);
	store = NULL;
}

static void fill(uint8_t *bytes, size_t len, uint64_t seq)
{
	memset(bytes, (int)(seq % 251), len);
}

static void put_long(enum tp_record_kind kind, uint64_t session, uint64_t seq, uint16_t len)
{
	uint8_t bytes[4096];

	fill(bytes, len, seq);
	assert_true(tp_record_store_ops.put(store,
					    &(struct tp_record){.seq = seq,
								.session = session,
								.unix_s = (uint32_t)(1000 + seq),
								.kind = (uint8_t)kind,
								.len = len},
					    bytes));
}

static void put(enum tp_record_kind kind, uint64_t session, uint64_t seq)
{
	put_long(kind, session, seq, 100);
}

static void take(uint64_t seq)
{
	tp_record_store_ops.remove(store, seq);
}

static void nap(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
}

/* Until the thread has done, or tried, all that it was told. */
static void settle(void)
{
	while (tp_record_store_counters(store).lag > 0)
		nap();
}

static char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int setup(void **state)
{
	snprintf(folder, sizeof(folder), "/tmp/turnpike-store-XXXXXX");
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int teardown(void **state)
{
	char command[128];

	close_store();
	snprintf(command, sizeof(command), "rm -rf %s /tmp/turnpike-copy-%d", folder, getpid());
	return system(command);
}

/* ---- */

static void test_what_waits_is_found_again_in_order(void **state)
{
	open_store();
	assert_int_equal(next_seq, 1);
	for (uint64_t seq = 1; seq <= 300; seq++)
		put(TP_RECORD_START, 1000 + seq % 7, seq);
	put(TP_RECORD_ON, 0, 301);
	close_store();
	open_store();
	assert_int_equal(record_count, 301);
	for (unsigned i = 0; i < 300; i++) {
		assert_int_equal(records[i].seq, i + 1);
		assert_int_equal(records[i].session, 1000 + (i + 1) % 7);
		assert_int_equal(records[i].unix_s, 1001 + i);
		assert_int_equal(records[i].kind, TP_RECORD_START);
		assert_int_equal(records[i].len, 100);
	}
	assert_int_equal(records[300].kind, TP_RECORD_ON);
	assert_int_equal(next_seq, 302);
	assert_int_equal(standing_count, 7); /* the whole box is no session */
}

static void test_what_is_acknowledged_within_a_batch_never_gets_to_disk(void **state)
{
	open_store();
	for (uint64_t seq = 1; seq <= 100; seq++)
		put(TP_RECORD_START, seq, seq);
	for (uint64_t seq = 1; seq <= 100; seq++)
		take(seq);
	/* A batch may have been on its way already when the first were removed; not twice. */
	settle();
	if (tp_record_store_counters(store).batches == 1)
		assert_int_equal(tp_record_store_counters(store).written, 0);
	put(TP_RECORD_START, 500, 500);
	close_store();
	open_store();
	assert_int_equal(record_count, 1);
	assert_int_equal(standing_count, 101); /* they stand nevertheless */
}

static void test_sequence_numbers_grow_over_restarts_though_all_was_acknowledged(void **state)
{
	for (uint64_t round = 0; round < 3; round++) {
		open_store();
		assert_int_equal(next_seq, 10 * round + 1);
		for (uint64_t seq = next_seq; seq < next_seq + 10; seq++) {
			put(TP_RECORD_STOP, seq, seq);
			take(seq);
		}
		close_store();
	}
}

static void test_a_session_stands_until_its_stop(void **state)
{
	open_store();
	put(TP_RECORD_START, 7, 1);
	put(TP_RECORD_START, 8, 2);
	put(TP_RECORD_START, 9, 3);
	take(1);
	settle();
	put(TP_RECORD_INTERIM, 7, 4);
	put(TP_RECORD_STOP, 8, 5);
	take(4);
	tp_record_store_forget(store, 9);
	close_store();
	open_store();
	assert_int_equal(standing_count, 1);
	assert_int_equal(standing[0].session, 7);
	assert_int_equal(standing[0].seq, 4);
	assert_int_equal(standing[0].kind, TP_RECORD_INTERIM);
	assert_int_equal(standing_byte[0], 4);
	put(TP_RECORD_STOP, 7, 6);
	close_store();
	open_store();
	assert_int_equal(standing_count, 0);
}

/* As after a sudden end: nobody closed it. */
static void copy_to(char *to, size_t size)
{
	char command[256];

	snprintf(to, size, "/tmp/turnpike-copy-%d", getpid());
	snprintf(command, sizeof(command), "rm -rf %s && cp -r %s %s", to, folder, to);
	assert_int_equal(system(command), 0);
}

static void test_after_a_sudden_end_all_that_was_written_is_found(void **state)
{
	char copy[64];
	struct tp_record_store *other = NULL;

	open_store();
	for (uint64_t seq = 1; seq <= 500; seq++)
		put(TP_RECORD_START, seq, seq);
	settle();
	for (uint64_t seq = 1; seq <= 400; seq++)
		take(seq);
	settle();
	copy_to(copy, sizeof(copy));
	assert_int_equal(open_in(copy, &other), 0);
	assert_int_equal(record_count, 100);
	assert_int_equal(records[0].seq, 401);
	assert_int_equal(standing_count, 500);
	assert_int_equal(next_seq, 501);
	tp_record_store_close(other);
}

static void test_another_daemon_is_kept_out(void **state)
{
	struct tp_record_store *other = NULL;

	open_store();
	assert_int_equal(open_in(folder, &other), -EBUSY);
	assert_non_null(strstr(error.message, "another daemon"));
	assert_string_equal(error.place, path_of("accounting.db"));
	put(TP_RECORD_START, 1, 1);
	close_store();
	open_store();
	assert_int_equal(record_count, 1);
}

static void test_nobody_else_may_read_it(void **state)
{
	struct stat st;

	open_store();
	put(TP_RECORD_START, 1, 1);
	settle();
	assert_int_equal(stat(path_of("accounting.db"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(path_of("accounting.db-wal"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

/* ---- bytes ---- */

static int send_and_keep(void *owner, const struct tp_record *record, const uint8_t *bytes,
			 void *token)
{
	unsigned *count = owner;

	for (unsigned i = 0; i < record->len; i++)
		assert_int_equal(bytes[i], record->seq % 251);
	(*count)++;
	return 0;
}

static void restore(struct tp_record_queue *queue)
{
	for (unsigned i = 0; i < record_count; i++)
		assert_int_equal(tp_record_queue_restore(queue, &records[i]), 0);
	tp_record_queue_set_store(queue, &tp_record_store_ops, store, next_seq);
}

static struct tp_record_queue *make_queue(unsigned *sent)
{
	struct tp_record_queue *queue = tp_record_queue_create(&(struct tp_record_queue_setup){
		.send = send_and_keep, .owner = sent, .max_bytes = UINT64_MAX});

	assert_non_null(queue);
	return queue;
}

static void test_bytes_are_loaded_when_they_are_wanted(void **state)
{
	unsigned sent = 0;
	struct tp_record_queue *queue;

	open_store();
	for (uint64_t seq = 1; seq <= 1000; seq++)
		put_long(TP_RECORD_START, seq, seq, (uint16_t)(20 + seq));
	close_store();
	open_store();
	queue = make_queue(&sent);
	restore(queue);
	tp_record_store_ops.remove(store, 500); /* behind the queue's back */
	for (unsigned i = 0; i < 2000 && sent < 999; i++) {
		tp_record_queue_tick(queue, 1000, 256);
		tp_record_store_poll(store, queue, 1000);
		nap();
	}
	assert_int_equal(sent, 999);
	assert_int_equal(tp_record_queue_counters(queue)->unsendable, 1);
	tp_record_queue_destroy(queue);
}

/* ---- files that are none ---- */

static void write_file(const char *name, const void *bytes, size_t len)
{
	FILE *f = fopen(path_of(name), "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

static void test_garbage_is_refused_and_left_alone(void **state)
{
	static const char garbage[5000] = "this is no database";
	struct stat st;

	write_file("accounting.db", garbage, sizeof(garbage));
	assert_int_equal(open_in(folder, &store), -EIO);
	assert_non_null(strstr(error.message, "not a database"));
	assert_int_equal(stat(path_of("accounting.db"), &st), 0);
	assert_int_equal(st.st_size, sizeof(garbage));
}

static void test_a_later_version_is_refused(void **state)
{
	char *path;
	int fd;

	open_store();
	put(TP_RECORD_START, 1, 1);
	close_store();
	path = path_of("accounting.db");
	fd = open(path, O_RDWR);
	assert_int_equal(pwrite(fd, "\0\0\0\2", 4, 60), 4); /* the file's user version */
	close(fd);
	assert_int_equal(open_in(folder, &store), -EIO);
	assert_non_null(strstr(error.message, "later version"));
	assert_int_equal(record_count, 0);
}

/* What a record says must be what was put, whatever has become of the file. */
static void check_found(void)
{
	for (unsigned i = 0; i < record_count; i++) {
		assert_in_range(records[i].seq, 1, 200);
		assert_int_equal(records[i].session, records[i].seq);
		assert_int_equal(records[i].unix_s, 1000 + records[i].seq);
	}
	for (unsigned i = 0; i < standing_count; i++)
		assert_int_equal(standing_byte[i], standing[i].seq % 251);
}

static void test_a_file_cut_short_anywhere_gives_an_error_or_true_records(void **state)
{
	static uint8_t whole[1 << 20];
	size_t len;
	FILE *f;

	open_store();
	for (uint64_t seq = 1; seq <= 200; seq++)
		put_long(TP_RECORD_START, seq, seq, 300);
	close_store();
	f = fopen(path_of("accounting.db"), "r");
	len = fread(whole, 1, sizeof(whole), f);
	fclose(f);
	assert_in_range(len, 60000, sizeof(whole) - 1);
	for (size_t cut = 1; cut < len; cut += 1777) {
		write_file("accounting.db", whole, cut);
		unlink(path_of("accounting.db-wal"));
		if (open_in(folder, &store) != 0)
			assert_true(error.message[0] != '\0');
		check_found();
		close_store();
	}
}

static void test_a_file_with_bad_rows_gives_the_good_ones(void **state)
{
	char command[900];

	open_store();
	put(TP_RECORD_START, 1, 1);
	put(TP_RECORD_START, 2, 2);
	close_store();
	snprintf(command, sizeof(command),
		 "python3 -c \"import sqlite3; d = sqlite3.connect('%s'); "
		 "[d.execute('insert into record values (?, ?, ?, ?, ?, 0)', row) for row in ("
		 "(-5, 1, 0, 1, b'x'), (0, 1, 0, 1, b'x'), (10, 1, 256, 1, b'x'), "
		 "(11, 1, 9, 1, b'x'), (12, 1, 0, -1, b'x'), (13, 1, 0, 1, b''), "
		 "(14, 'a', 0, 1, b'x'), (15, 1, 'b', 1, b'x'), (16, 1, 0, 1, b'x' * 70000), "
		 "(2**63 - 1, 1, 0, 1, b'x'))]; d.commit()\"",
		 path_of("accounting.db"));
	assert_int_equal(system(command), 0);
	open_store();
	assert_int_equal(record_count, 2);
}

static void test_a_directory_that_is_missing_is_named(void **state)
{
	assert_int_equal(open_in("/nowhere/at/all", &store), -ENOENT);
	assert_string_equal(error.place, "/nowhere/at/all/accounting.db");
	assert_string_equal(error.message, "No such file or directory");
}

static void test_a_directory_that_is_a_file_is_named(void **state)
{
	write_file("file", "x", 1);
	assert_int_equal(open_in(path_of("file"), &store), -ENOTDIR);
}

/* ---- disks that are full, or for reading only ---- */

static bool mount_small(const char *options)
{
	if (mount("none", folder, "tmpfs", 0, options) == 0)
		return true;
	print_message("no mount here\n");
	return false;
}

static void test_a_disk_for_reading_only_is_an_error(void **state)
{
	if (!mount_small("size=1m"))
		skip();
	open_store();
	put(TP_RECORD_START, 1, 1);
	close_store();
	assert_int_equal(mount("none", folder, "tmpfs", MS_REMOUNT | MS_RDONLY, "size=1m"), 0);
	assert_int_equal(open_in(folder, &store), -EIO);
	assert_true(error.message[0] != '\0');
	umount(folder);
	assert_int_equal(mount("none", folder, "tmpfs", MS_RDONLY, "size=1m"), 0);
	assert_int_equal(open_in(folder, &store), -EROFS);
	umount(folder);
}

static unsigned failures(void)
{
	return (unsigned)tp_record_store_counters(store).failed;
}

static void wait_for_failure(void)
{
	unsigned before = failures();

	while (failures() == before)
		nap();
}

/* It fills up; some of what waited is acknowledged meanwhile; then there is room again. */
static void test_a_full_disk_costs_nothing_but_the_promise(void **state)
{
	uint64_t kept;

	if (!mount_small("size=256k"))
		skip();
	open_store();
	put(TP_RECORD_START, 5001, 1);
	settle();
	for (uint64_t seq = 2; seq <= 200; seq++)
		put_long(TP_RECORD_START, 5000 + seq, seq, 3000);
	wait_for_failure();
	kept = tp_record_store_ops.kept(store);
	assert_true(kept < 200);
	for (uint64_t seq = 2; seq <= 150; seq++) {
		take(seq);
		put(TP_RECORD_STOP, 5000 + seq, 300 + seq);
		take(300 + seq);
	}
	take(1);
	assert_int_equal(mount("none", folder, "tmpfs", MS_REMOUNT, "size=8m"), 0);
	settle();
	assert_int_equal(tp_record_store_ops.kept(store), 450);
	close_store();
	open_store();
	assert_int_equal(record_count, 50);
	assert_int_equal(records[0].seq, 151);
	assert_int_equal(standing_count, 51);
	close_store();
	umount(folder);
}

static void test_a_disk_that_stays_full_leaves_a_whole_file_and_a_quick_end(void **state)
{
	if (!mount_small("size=256k"))
		skip();
	open_store();
	put(TP_RECORD_START, 1, 1);
	settle();
	for (uint64_t seq = 2; seq <= 200; seq++)
		put_long(TP_RECORD_START, seq, seq, 3000);
	close_store();
	assert_int_equal(mount("none", folder, "tmpfs", MS_REMOUNT, "size=8m"), 0);
	open_store();
	assert_true(record_count >= 1);
	assert_int_equal(records[0].seq, 1);
	close_store();
	umount(folder);
}

/* However long it lasts, what has become void takes no memory. */
static void test_what_is_void_is_dropped_while_the_disk_is_full(void **state)
{
	if (!mount_small("size=64k"))
		skip();
	open_store();
	for (uint64_t seq = 1; seq <= 200; seq++)
		put_long(TP_RECORD_START, seq, seq, 3000);
	wait_for_failure();
	for (uint64_t seq = 201; seq <= 20000; seq++) {
		put(TP_RECORD_INTERIM, 1, seq);
		take(seq);
	}
	wait_for_failure();
	wait_for_failure();
	assert_in_range(tp_record_store_counters(store).lag, 1, 500);
	close_store();
	umount(folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_waits_is_found_again_in_order),
		TEST(test_what_is_acknowledged_within_a_batch_never_gets_to_disk),
		TEST(test_sequence_numbers_grow_over_restarts_though_all_was_acknowledged),
		TEST(test_a_session_stands_until_its_stop),
		TEST(test_after_a_sudden_end_all_that_was_written_is_found),
		TEST(test_another_daemon_is_kept_out),
		TEST(test_nobody_else_may_read_it),
		TEST(test_bytes_are_loaded_when_they_are_wanted),
		TEST(test_garbage_is_refused_and_left_alone),
		TEST(test_a_later_version_is_refused),
		TEST(test_a_file_cut_short_anywhere_gives_an_error_or_true_records),
		TEST(test_a_file_with_bad_rows_gives_the_good_ones),
		TEST(test_a_directory_that_is_missing_is_named),
		TEST(test_a_directory_that_is_a_file_is_named),
		TEST(test_a_disk_for_reading_only_is_an_error),
		TEST(test_a_full_disk_costs_nothing_but_the_promise),
		TEST(test_a_disk_that_stays_full_leaves_a_whole_file_and_a_quick_end),
		TEST(test_what_is_void_is_dropped_while_the_disk_is_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
