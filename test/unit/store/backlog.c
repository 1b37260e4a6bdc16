/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/backlog.h"

#define MANY 200000

static char key[64];
static struct tp_backlog *backlog;
static struct tp_error error;
static uint64_t given, taken;

/* The process ends before or after it gives memory back for this time; 0: it does not. */
static unsigned dies_at;
static bool dies_after;

int fallocate(int fd, int mode, off_t offset, off_t len)
{
	const bool last = (mode & FALLOC_FL_PUNCH_HOLE) != 0 && dies_at > 0 && --dies_at == 0;

	if (last && !dies_after)
		_exit(1);
	mode = (int)syscall(SYS_fallocate, fd, mode, offset, len);
	if (last)
		_exit(1);
	return mode;
}

static void open_it(void)
{
	assert_int_equal(tp_backlog_open(key, &backlog, &error), 0);
}

static void close_it(void)
{
	tp_backlog_close(backlog);
	backlog = NULL;
}

static int begin(void **state)
{
	snprintf(key, sizeof(key), "/nowhere/%d/backlog", getpid());
	given = taken = 0;
	open_it();
	return 0;
}

static int end(void **state)
{
	char path[64];

	if (backlog == NULL)
		open_it();
	snprintf(path, sizeof(path), "%s", tp_backlog_path(backlog));
	close_it();
	unlink(path);
	return 0;
}

static size_t len_of(uint64_t number)
{
	return number * 37 % 700;
}

/* An order tells by itself which it is. */
static bool give(void)
{
	uint8_t bytes[700];

	memset(bytes, (int)(given & 0xff), sizeof(bytes));
	if (!tp_backlog_give(backlog, &given, sizeof(given), bytes, len_of(given)))
		return false;
	given++;
	return true;
}

static bool take(void)
{
	uint8_t right[700];
	size_t len;
	const uint8_t *order = tp_backlog_take(backlog, &len);

	if (order == NULL)
		return false;
	assert_int_equal((uintptr_t)order % 8, 0);
	assert_memory_equal(order, &taken, sizeof(taken));
	assert_int_equal(len, sizeof(taken) + len_of(taken));
	memset(right, (int)(taken & 0xff), sizeof(right));
	assert_memory_equal(order + sizeof(taken), right, len_of(taken));
	taken++;
	return true;
}

static void test_orders_come_as_they_were_given_however_many(void **state)
{
	assert_string_equal(error.message, "");
	assert_false(take());
	while (given < 4 * MANY) { /* more than the ring has room for, several times */
		for (unsigned i = 0; i < 1000; i++)
			assert_true(give());
		while (take())
			;
		assert_int_equal(taken, given);
		tp_backlog_done(backlog);
	}
}

static uint64_t memory_of_the_file(void)
{
	struct stat st;

	assert_int_equal(stat(tp_backlog_path(backlog), &st), 0);
	return (uint64_t)st.st_blocks * 512;
}

static void test_it_is_full_until_something_is_done(void **state)
{
	uint64_t room;

	while (give())
		;
	room = given;
	assert_in_range(room, 1000, MANY); /* 64 MiB, or as much as /dev/shm has */
	assert_in_range(memory_of_the_file(), room * 350, 66 << 20);
	while (take())
		;
	assert_int_equal(taken, given);
	assert_false(give()); /* it is taken, and not done */
	tp_backlog_done(backlog);
	assert_in_range(memory_of_the_file(), 0, 3 << 20);
	while (give())
		;
	assert_in_range(given - room, room / 2, MANY);
	while (take())
		;
	assert_int_equal(taken, given);
}

static void test_an_order_may_be_so_long_and_no_longer(void **state)
{
	static const uint8_t bytes[TP_BACKLOG_ORDER + 1];
	size_t len;

	assert_false(tp_backlog_give(backlog, bytes, 1, bytes, TP_BACKLOG_ORDER));
	assert_true(tp_backlog_give(backlog, bytes, 0, bytes, TP_BACKLOG_ORDER));
	assert_true(tp_backlog_give(backlog, bytes, 0, NULL, 0));
	assert_non_null(tp_backlog_take(backlog, &len));
	assert_int_equal(len, TP_BACKLOG_ORDER);
	assert_non_null(tp_backlog_take(backlog, &len));
	assert_int_equal(len, 0);
	assert_null(tp_backlog_take(backlog, &len));
	tp_backlog_done(backlog);
}

static void test_what_a_process_that_is_killed_leaves_the_next_one_finds(void **state)
{
	pid_t child;
	int status;

	close_it();
	child = fork();
	if (child == 0) {
		open_it();
		memcpy(tp_backlog_note(backlog), "what for", 9);
		while (given < 1000)
			give();
		while (taken < 400)
			take();
		tp_backlog_done(backlog);
		while (taken < 700)
			take(); /* but it did not come to do these */
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	open_it();
	assert_string_equal(tp_backlog_note(backlog), "what for");
	taken = 400;
	while (take())
		;
	assert_int_equal(taken, 1000);
	close_it(); /* nor did this one */
	open_it();
	taken = 400;
	given = 1000;
	assert_true(give());
	while (take())
		;
	assert_int_equal(taken, 1001);
	tp_backlog_done(backlog);
}

static int killed_as_it_gives_back(unsigned at, bool after)
{
	pid_t child;
	int status;

	end(NULL);
	given = taken = 0;
	child = fork();
	if (child == 0) {
		open_it();
		while (given < 20000)
			give();
		while (taken < 10000)
			take();
		dies_at = at;
		dies_after = after;
		tp_backlog_done(backlog);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	open_it();
	taken = 10000;
	while (take())
		;
	assert_int_equal(taken, 20000);
	assert_in_range(memory_of_the_file(), 0, 10000 * 400 + (2 << 20));
	return status;
}

static void test_whoever_is_killed_as_he_gives_memory_back_leaves_the_others(void **state)
{
	unsigned at = 1;

	while (killed_as_it_gives_back(at, false) != 0 && killed_as_it_gives_back(at, true) != 0)
		assert_in_range(++at, 2, 10);
	assert_in_range(at, 4, 10);
}

static void test_its_file_goes_with_the_last_order(void **state)
{
	char path[64];

	snprintf(path, sizeof(path), "%s", tp_backlog_path(backlog));
	assert_int_equal(access(path, F_OK), 0);
	give();
	close_it();
	assert_int_equal(access(path, F_OK), 0);
	open_it();
	assert_true(take());
	tp_backlog_done(backlog);
	close_it();
	assert_int_not_equal(access(path, F_OK), 0);
}

static void test_a_file_that_is_somebody_elses_is_left_alone(void **state)
{
	struct tp_backlog *other;
	char path[64];

	assert_int_equal(tp_backlog_open(key, &other, &error), 0); /* while the first lives */
	assert_string_equal(tp_backlog_path(other), "");
	assert_non_null(strstr(error.message, "does not outlive a sudden end"));
	assert_true(tp_backlog_give(other, "x", 1, NULL, 0));
	tp_backlog_close(other);
	assert_false(take());

	snprintf(path, sizeof(path), "%s", tp_backlog_path(backlog));
	close_it();
	assert_int_equal(symlink("/etc/passwd", path), 0);
	open_it();
	assert_string_equal(tp_backlog_path(backlog), "");
	assert_true(give() && take());
	close_it();
	unlink(path);
}

/* In a file of another size nothing is looked for. */
static void test_a_file_that_is_cut_is_an_empty_one(void **state)
{
	char path[64];

	snprintf(path, sizeof(path), "%s", tp_backlog_path(backlog));
	for (off_t size = 0; size < 9000; size += 1024) {
		give();
		close_it();
		assert_int_equal(truncate(path, size), 0);
		open_it();
		assert_false(take());
		taken = given;
		assert_true(give() && take());
		tp_backlog_done(backlog);
	}
}

/* Nor do positions do harm, behind its magic number, that nobody can have come to. */
static void test_a_head_that_makes_no_sense_is_that_of_an_empty_one(void **state)
{
	static const uint64_t positions[][2] = {{UINT64_MAX - 7, UINT64_MAX - 7},
						{UINT64_MAX / 2 + 1, UINT64_MAX / 2 + 1},
						{8, 16},
						{TP_BACKLOG_BYTES + 8, 0},
						{12, 12}};
	char path[64];

	snprintf(path, sizeof(path), "%s", tp_backlog_path(backlog));
	for (unsigned i = 0; i < sizeof(positions) / sizeof(positions[0]); i++) {
		int fd;

		give();
		close_it();
		fd = open(path, O_WRONLY);
		assert_int_equal(pwrite(fd, positions[i], sizeof(positions[i]), 8), 16);
		close(fd);
		open_it();
		assert_false(take());
		taken = given;
		assert_true(give() && take());
		tp_backlog_done(backlog);
	}
}

static void *give_many(void *user)
{
	while (given < MANY)
		give();
	return NULL;
}

static void test_one_thread_gives_and_another_takes(void **state)
{
	pthread_t giver;

	assert_int_equal(pthread_create(&giver, NULL, give_many, NULL), 0);
	while (taken < MANY) {
		tp_backlog_wait(backlog, 10000);
		while (take())
			;
		tp_backlog_done(backlog);
	}
	pthread_join(giver, NULL);
}

static void *wake(void *user)
{
	usleep(20000);
	tp_backlog_wake(backlog);
	return NULL;
}

static void test_who_waits_can_be_woken(void **state)
{
	pthread_t waker;

	assert_int_equal(pthread_create(&waker, NULL, wake, NULL), 0);
	tp_backlog_wait(backlog, 1000000);
	pthread_join(waker, NULL);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		T(test_orders_come_as_they_were_given_however_many),
		T(test_it_is_full_until_something_is_done),
		T(test_an_order_may_be_so_long_and_no_longer),
		T(test_what_a_process_that_is_killed_leaves_the_next_one_finds),
		T(test_whoever_is_killed_as_he_gives_memory_back_leaves_the_others),
		T(test_its_file_goes_with_the_last_order),
		T(test_a_file_that_is_somebody_elses_is_left_alone),
		T(test_a_file_that_is_cut_is_an_empty_one),
		T(test_a_head_that_makes_no_sense_is_that_of_an_empty_one),
		T(test_one_thread_gives_and_another_takes),
		T(test_who_waits_can_be_woken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
