/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that are no store, and disks that are full or for reading only. */
#include "store_fixture.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
