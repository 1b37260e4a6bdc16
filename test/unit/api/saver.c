/* SPDX-License-Identifier: BSD-3-Clause */
/* When the configuration's file is written, and what follows when it can't be. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "api/saver.h"

struct world {
	char folder[32], path[64], unfinished[64];
	struct tp_config *config;
	struct tp_saver saver;
};

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct tp_errors errors;
	cpu_set_t none;
	bool tidied;

	CPU_ZERO(&none);
	strcpy(w->folder, "/tmp/turnpike-saver-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	snprintf(w->path, sizeof(w->path), "%s/t.yaml", w->folder);
	snprintf(w->unfinished, sizeof(w->unfinished), "%s/t.yaml.unfinished", w->folder);
	write_file(w->path, "system: { identity: Old }\n");
	write_file(w->unfinished, "half");
	w->config = tp_config_load(TP_PROGRAM_SERVER, w->path, &errors);
	assert_non_null(w->config);
	tp_saver_init(&w->saver, w->path, &none, w->config, &tidied);
	assert_true(tidied);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	tp_saver_finish(&w->saver, w->config);
	tp_config_destroy(w->config);
	unlink(w->path);
	rmdir(w->unfinished);
	assert_int_equal(rmdir(w->folder), 0);
	free(w);
	return 0;
}

/* The time from which on POLL begins to save, in steps of 100 ms; at most LIMIT. */
static uint64_t begins_at(struct world *w, uint64_t from, uint64_t limit)
{
	while (from < limit && tp_saver_poll(&w->saver, w->config, from) != TP_SAVER_BEGUN)
		from += 100;
	return from;
}

static void wait_for_end(struct world *w, uint64_t now_ms)
{
	while (tp_saver_poll(&w->saver, w->config, now_ms) != TP_SAVER_ENDED)
		usleep(100);
}

static void test_a_burst_is_written_once_and_not_put_off(void **state)
{
	struct world *w = *state;

	for (uint64_t ms = 0; ms < TP_SAVER_DELAY_MS; ms += 100) {
		tp_saver_changed(&w->saver, ms);
		assert_int_equal(tp_saver_poll(&w->saver, w->config, ms), TP_SAVER_NOTHING);
	}
	assert_true(tp_saver_is_busy(&w->saver));
	assert_int_equal(begins_at(w, TP_SAVER_DELAY_MS, 9999), TP_SAVER_DELAY_MS);
	wait_for_end(w, TP_SAVER_DELAY_MS);
	assert_int_equal(w->saver.saves, 1);
	assert_int_equal(w->saver.changes, 0);
	assert_false(tp_saver_is_busy(&w->saver));
}

static void test_a_change_while_it_is_written_is_written_next(void **state)
{
	struct world *w = *state;

	tp_saver_changed(&w->saver, 0);
	assert_int_equal(begins_at(w, 0, 9999), TP_SAVER_DELAY_MS);
	tp_saver_changed(&w->saver, 1000);
	wait_for_end(w, 1100);
	assert_int_equal(w->saver.changes, 1);
	assert_true(begins_at(w, 1100, 99999) < 99999);
	wait_for_end(w, 99999);
	assert_int_equal(w->saver.saves, 2);
	assert_int_equal(w->saver.changes, 0);
}

static void test_a_large_file_is_written_less_often(void **state)
{
	struct world *w = *state;

	w->saver.last_us = 700000;
	tp_saver_changed(&w->saver, 0);
	assert_int_equal(begins_at(w, 0, 99999), 7000);
	wait_for_end(w, 7000);
}

static void test_what_fails_is_tried_again_later_each_time(void **state)
{
	struct world *w = *state;
	uint64_t now = 0, waits[9];

	assert_int_equal(mkdir(w->unfinished, 0700), 0); /* where the new file should be */
	tp_saver_changed(&w->saver, now);
	for (unsigned i = 0; i < 9; i++) {
		uint64_t begun = begins_at(w, now, now + 100000);

		wait_for_end(w, begun);
		waits[i] = begun - now;
		now = begun;
		assert_int_equal(w->saver.status, TP_SAVER_FAILED);
		assert_int_equal(w->saver.changes, 1);
		assert_false(tp_saver_is_busy(&w->saver));
	}
	assert_int_equal(waits[1], 1000);
	assert_int_equal(waits[2], 2000);
	assert_int_equal(waits[3], 4000);
	assert_int_equal(waits[8], 60000);
	assert_int_equal(rmdir(w->unfinished), 0);
	wait_for_end(w, begins_at(w, now, now + 100000));
	assert_int_equal(w->saver.status, TP_SAVER_SAVED);
	assert_int_equal(w->saver.failures, 9);
	assert_int_equal(w->saver.error.code, 0);
}

static void test_what_is_switched_off_is_not_saved_but_that_it_is(void **state)
{
	struct world *w = *state;

	tp_saver_switch(&w->saver, false, 0);
	tp_saver_changed(&w->saver, 0);
	assert_int_equal(w->saver.changes, 1);
	wait_for_end(w, begins_at(w, 0, 9999));
	tp_saver_changed(&w->saver, 5000);
	assert_int_equal(begins_at(w, 5000, 99000), 99000);
	tp_saver_force(&w->saver, false);
	assert_int_equal(begins_at(w, 99000, 199000), 99000);
	wait_for_end(w, 99000);
}

static void test_what_was_read_anew_need_not_be_saved(void **state)
{
	struct world *w = *state;
	struct tp_errors errors;

	tp_saver_changed(&w->saver, 0);
	write_file(w->path, "system: { identity: New }\n");
	tp_config_destroy(w->config);
	w->config = tp_config_load(TP_PROGRAM_SERVER, w->path, &errors);
	tp_saver_taken_over(&w->saver, w->config);
	assert_int_equal(begins_at(w, 0, 99000), 99000);
	tp_saver_changed(&w->saver, 99000);
	wait_for_end(w, begins_at(w, 99000, 199000));
	assert_int_equal(w->saver.status, TP_SAVER_SAVED);
}

static void test_the_end_waits_for_what_is_under_way_and_saves_the_rest(void **state)
{
	struct world *w = *state;

	tp_saver_changed(&w->saver, 0);
	begins_at(w, 0, 9999);
	tp_saver_changed(&w->saver, 1000);
	tp_saver_finish(&w->saver, w->config);
	assert_int_equal(w->saver.saves, 2);
	assert_int_equal(w->saver.changes, 0);
	tp_saver_finish(&w->saver, w->config);
	assert_int_equal(w->saver.saves, 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_burst_is_written_once_and_not_put_off),
		TEST(test_a_change_while_it_is_written_is_written_next),
		TEST(test_a_large_file_is_written_less_often),
		TEST(test_what_fails_is_tried_again_later_each_time),
		TEST(test_what_is_switched_off_is_not_saved_but_that_it_is),
		TEST(test_what_was_read_anew_need_not_be_saved),
		TEST(test_the_end_waits_for_what_is_under_way_and_saves_the_rest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
