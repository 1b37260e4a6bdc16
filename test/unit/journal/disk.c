/* SPDX-License-Identifier: BSD-3-Clause */
/* Disks that are full, broken, or for reading only. */
#include "faulty_vfs.h"
#include "fixture.h"

static int begin(void **state)
{
	atomic_store(&vfs_fault, FAULT_NONE);
	return setup(state);
}

static int end(void **state)
{
	atomic_store(&vfs_fault, FAULT_NONE);
	return teardown(state);
}

#define DISK_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

static void break_after(enum fault fault, unsigned writes)
{
	atomic_store(&vfs_writes, 0);
	atomic_store(&vfs_faults, 0);
	atomic_store(&vfs_good, writes);
	atomic_store(&vfs_fault, fault);
}

static void mend(void)
{
	atomic_store(&vfs_fault, FAULT_NONE);
}

/* Ten rows stood before; five change, five go and five come, in one batch. */
static void change(void)
{
	for (uint64_t key = 1; key <= 5; key++) {
		put(key, 2);
		tp_journal_remove(journal, key + 5);
		put(key + 10, 2);
	}
}

/* All of the batch, or nothing: a disk that fails within it does not mix them. */
static void check_one_or_the_other(void)
{
	bool changed = round_found(1) == 2;

	assert_int_equal(found_count, 10);
	for (uint64_t key = 1; key <= 5; key++) {
		assert_int_equal(round_found(key), changed ? 2 : 1);
		assert_int_equal(round_found(key + 5), changed ? -1 : 1);
		assert_int_equal(round_found(key + 10), changed ? 2 : -1);
	}
}

static void test_each_write_from_which_the_disk_fails(void **state)
{
	for (unsigned fault = FAULT_FULL; fault <= FAULT_BROKEN; fault++) {
		for (unsigned good = 0, faults = 1; faults > 0; good++) {
			open_journal();
			for (uint64_t key = 1; key <= 10; key++)
				put(key, 1);
			tp_journal_settle(journal);
			close_journal(true);
			break_after(fault, good);
			assert_int_equal(open_in(folder, &journal), 0);
			assert_int_equal(found_count, 10); /* what can be read is */
			change();
			close_journal(true);
			faults = atomic_load(&vfs_faults);
			mend();
			open_journal();
			check_one_or_the_other();
			if (faults == 0)
				assert_int_equal(round_found(1), 2);
			close_journal(false);
			assert_true(good < 1000);
		}
	}
}

/* The file is made on a disk that fails. */
static void test_each_write_of_the_first_start_from_which_the_disk_fails(void **state)
{
	for (unsigned fault = FAULT_FULL; fault <= FAULT_BROKEN; fault++) {
		for (unsigned good = 0, faults = 1; faults > 0; good++) {
			run("rm -f %s/*", folder);
			break_after(fault, good);
			assert_int_equal(open_in(folder, &journal), 0);
			put(1, 1);
			close_journal(true);
			faults = atomic_load(&vfs_faults);
			mend();
			assert_int_equal(open_in(folder, &journal), 0);
			assert_true(found_count <= 1);
			put(2, 1);
			close_journal(true);
			open_journal();
			assert_int_equal(round_found(2), 1);
			close_journal(true);
			assert_true(good < 1000);
		}
	}
}

static struct tp_journal_counters counters(void)
{
	return tp_journal_counters(journal);
}

static void wait_until_broken(void)
{
	while (!counters().broken)
		nap();
}

static void wait_until_well(void)
{
	while (counters().broken)
		nap();
}

static void test_what_waited_is_written_when_the_disk_is_well_again(void **state)
{
	char trouble[128];

	open_journal();
	put(1, 1);
	wait_until_written();
	tp_journal_trouble(journal, trouble, sizeof(trouble));
	assert_string_equal(trouble, "");
	break_after(FAULT_FULL, 0);
	put(1, 2);
	put(2, 2);
	wait_until_broken();
	tp_journal_trouble(journal, trouble, sizeof(trouble));
	assert_string_equal(trouble, "database or disk is full");
	put(2, 3);
	assert_true(counters().waiting > 0);
	assert_true(counters().failed > 0);
	assert_int_equal(counters().rows, 1);
	assert_true(counters().whole); /* nothing is lost yet */
	mend();
	wait_until_well();
	wait_until_written();
	assert_false(tp_journal_poll(journal));
	tp_journal_trouble(journal, trouble, sizeof(trouble));
	assert_string_equal(trouble, "");
	close_journal(true);
	open_journal();
	assert_int_equal(round_found(1), 2);
	assert_int_equal(round_found(2), 3);
}

/* Memory has an end. */
static void test_what_did_not_even_fit_into_memory_is_asked_for_again(void **state)
{
	static uint8_t large[TP_JOURNAL_BYTES_MAX];
	unsigned taken = 0;

	open_journal();
	put(1, 1);
	put(2, 1);
	wait_until_written();
	break_after(FAULT_BROKEN, 0);
	tp_journal_remove(journal, 2);
	put(3, 1);
	while (counters().failed == 0) /* it knows that the disk is broken */
		nap();
	while (taken < 100000 && tp_journal_put(journal, 1000 + taken % 2000, large, sizeof(large)))
		taken++;
	assert_in_range(taken, 900, 99999);
	assert_false(counters().whole);
	assert_false(tp_journal_poll(journal)); /* not yet */
	tp_journal_settle(journal);		/* nor does this do harm */
	mend();
	while (!tp_journal_poll(journal))
		nap();
	assert_false(tp_journal_poll(journal)); /* once */
	put(1, 4);
	put(3, 4);
	tp_journal_settle(journal);
	wait_until_written();
	assert_true(counters().whole);
	assert_int_equal(counters().rows, 2);
	close_journal(true);
	open_journal();
	assert_int_equal(found_count, 2);
	assert_int_equal(round_found(1), 4);
	assert_int_equal(round_found(3), 4);
}

static void test_a_file_that_is_taken_away_is_made_again(void **state)
{
	open_journal();
	put(1, 1);
	wait_until_written();
	run("rm %s/sessions.db*", folder);
	while (!tp_journal_poll(journal)) /* it looks every few seconds */
		nap();
	put(1, 2);
	tp_journal_settle(journal);
	close_journal(true);
	open_journal();
	assert_int_equal(found_count, 1);
	assert_int_equal(round_found(1), 2);
}

static void test_a_directory_that_comes_later_is_used_then(void **state)
{
	char later[80];

	snprintf(later, sizeof(later), "%s/later", folder);
	assert_int_equal(open_in(later, &journal), 0);
	assert_string_equal(error.message, "No such file or directory");
	assert_non_null(strstr(error.place, "/later/sessions.db"));
	assert_true(counters().broken);
	put(1, 1);
	assert_int_equal(mkdir(later, 0700), 0);
	while (!tp_journal_poll(journal))
		nap();
	put(1, 2);
	tp_journal_settle(journal);
	close_journal(true);
	assert_int_equal(open_in(later, &journal), 0);
	assert_string_equal(error.message, "");
	assert_int_equal(round_found(1), 2);
}

static void test_a_disk_for_reading_only_gives_what_it_has(void **state)
{
	if (mount("none", folder, "tmpfs", 0, "size=1m") != 0)
		skip();
	open_journal();
	put(1, 1);
	close_journal(true);
	assert_int_equal(mount("none", folder, "tmpfs", MS_REMOUNT | MS_RDONLY, "size=1m"), 0);
	assert_int_equal(open_in(folder, &journal), 0);
	put(2, 1);
	wait_until_broken();
	close_journal(true);
	assert_int_equal(mount("none", folder, "tmpfs", MS_REMOUNT, "size=1m"), 0);
	open_journal();
	assert_int_equal(round_found(1), 1);
	close_journal(true);
	umount(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DISK_TEST(test_each_write_from_which_the_disk_fails),
		DISK_TEST(test_each_write_of_the_first_start_from_which_the_disk_fails),
		DISK_TEST(test_what_waited_is_written_when_the_disk_is_well_again),
		DISK_TEST(test_what_did_not_even_fit_into_memory_is_asked_for_again),
		DISK_TEST(test_a_file_that_is_taken_away_is_made_again),
		DISK_TEST(test_a_directory_that_comes_later_is_used_then),
		DISK_TEST(test_a_disk_for_reading_only_gives_what_it_has),
	};

	faulty_vfs_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
