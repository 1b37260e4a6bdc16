/* SPDX-License-Identifier: BSD-3-Clause */
/* The loop's time, and what is read before a turn is over. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "loop.h"

#define PIPES 200 /* more than are told of at once */

static int told;

static void on_ready(void *owner, uint64_t now_ms)
{
	char byte;

	assert_int_equal(read(*(const int *)owner, &byte, 1), 1);
	told++;
}

static void test_all_that_waits_is_read_in_one_turn(void **state)
{
	static int pipes[PIPES][2];
	static struct watch watches[PIPES];
	struct loop loop;

	assert_int_equal(loop_open(&loop), 0);
	for (int i = 0; i < PIPES; i++) {
		assert_int_equal(pipe(pipes[i]), 0);
		assert_int_equal(write(pipes[i][1], "x", 1), 1);
		watches[i] = (struct watch){on_ready, &pipes[i][0]};
		loop_add(&loop, pipes[i][0], &watches[i]);
	}
	told = 0;
	loop_turn(&loop, loop_now(&loop) + 10000);
	assert_int_equal(told, PIPES);
	for (int i = 0; i < PIPES; i++) {
		close(pipes[i][0]);
		close(pipes[i][1]);
	}
	loop_close(&loop);
}

/* Waits until 300 ms have passed, and is stopped meanwhile; what its parent then writes must have
 * been read when the turn is over. Returns what is wrong. */
static int stand_still(int fd)
{
	struct watch watch = {on_ready, &fd};
	struct loop loop;
	uint64_t begin_ms, deadline_ms, end_ms;

	loop_open(&loop);
	loop_add(&loop, fd, &watch);
	told = 0;
	begin_ms = loop_now(&loop);
	deadline_ms = begin_ms + 300;
	end_ms = loop_turn(&loop, deadline_ms);
	if (told != 1)
		return 1;
	if (end_ms > deadline_ms + 1000 || loop_now(&loop) > end_ms + 1000)
		return 2;
	return 0;
}

static void test_time_for_which_it_stood_still_does_not_count(void **state)
{
	int fds[2], status;
	pid_t child;

	assert_int_equal(pipe(fds), 0);
	child = fork();
	if (child == 0)
		_exit(stand_still(fds[0]));
	usleep(100000);
	kill(child, SIGSTOP);
	usleep(2500000);
	assert_int_equal(write(fds[1], "x", 1), 1);
	kill(child, SIGCONT);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	close(fds[0]);
	close(fds[1]);
}

static void test_time_passes_while_it_waits(void **state)
{
	struct loop loop;
	uint64_t begin_ms;

	assert_int_equal(loop_open(&loop), 0);
	begin_ms = loop_now(&loop);
	assert_true(loop_turn(&loop, begin_ms + 1300) >= begin_ms + 1300);
	assert_true(loop_turn(&loop, 0) >= begin_ms + 1300); /* long due: at once */
	loop_close(&loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_that_waits_is_read_in_one_turn),
		cmocka_unit_test(test_time_for_which_it_stood_still_does_not_count),
		cmocka_unit_test(test_time_passes_while_it_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
