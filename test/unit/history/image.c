/* SPDX-License-Identifier: BSD-3-Clause */
/* A caller as bytes: whole, cut off, damaged, too long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "history/private.h"

#define DAMAGED 20000

static uint8_t bytes[IMAGE_MAX];

static struct tp_history *create(unsigned lines)
{
	struct tp_history_settings settings = fixture_settings;

	settings.caller_lines = lines;
	return tp_history_create(&settings, 1, 0);
}

/* Of a subscriber with a few lines. */
static size_t write_bob(void)
{
	struct tp_history *h = create(8);
	size_t len;

	fixture_up(h, 1, "bob", T0);
	fixture_ended(h, 1, "bob", T0 + 60000);
	fixture_failed(h, 1, "bob", T0 + 61000);
	len = image_write((const struct caller *)fixture_find(h, 1, "bob"), bytes, sizeof(bytes));
	tp_history_destroy(h);
	return len;
}

static void test_what_is_cut_off_leaves_nothing(void **state)
{
	const size_t len = write_bob();
	struct tp_history *h = create(8);

	assert_true(len > 0);
	for (size_t i = 0; i < len; i++)
		assert_false(image_read(h, 7, bytes, i));
	assert_int_equal(tp_history_counters(h).callers, 0);
	assert_int_equal(tp_history_counters(h).lines, 0);
	assert_true(image_read(h, 7, bytes, len));
	assert_int_equal(fixture_find(h, 1, "bob")->count, 3);
	assert_true(fixture_find(h, 1, "bob")->id == 7);
	tp_history_destroy(h);
}

static void test_what_is_damaged_breaks_no_limit(void **state)
{
	const size_t len = write_bob();
	struct tp_history *h = create(8);
	uint8_t damaged[IMAGE_MAX];

	srandom(1);
	for (unsigned i = 0; i < DAMAGED; i++) {
		memcpy(damaged, bytes, len);
		for (unsigned k = 0; k < 1 + i % 4; k++)
			damaged[(size_t)random() % len] = (uint8_t)random();
		(void)image_read(h, i + 1, damaged, len);
	}
	assert_true(tp_history_counters(h).memory <= fixture_settings.memory_limit);
	assert_true(tp_history_counters(h).strangers <= fixture_settings.strangers);
	assert_true(tp_history_counters(h).lines <= fixture_settings.lines);
	tp_history_destroy(h);
}

/* More than there is room for: the newest lines are kept. */
static void test_of_what_is_too_long_the_last_lines_are_kept(void **state)
{
	struct tp_history *h = create(TP_HISTORY_LINES_MAX);
	const struct tp_caller *bob;
	char text[TP_HISTORY_TEXT_MAX];
	size_t len;

	fixture_up(h, 1, "bob", T0);
	for (unsigned i = 1; i < TP_HISTORY_LINES_MAX; i++) {
		memset(text, 'x', sizeof(text));
		snprintf(text + sizeof(text) - 5, 5, "%u", i);
		fixture_note(h, 1,
			     (struct tp_history_note){.kind = TP_HISTORY_LOGIN,
						      .code = TP_AUTH_FAIL_REJECTED,
						      .wall_ms = T0 + i,
						      .user = "bob",
						      .text = text});
	}
	bob = fixture_find(h, 1, "bob");
	assert_int_equal(bob->count, TP_HISTORY_LINES_MAX);
	len = image_write((const struct caller *)bob, bytes, sizeof(bytes));
	assert_true(len > 0);
	tp_history_destroy(h);
	h = create(TP_HISTORY_LINES_MAX);
	assert_true(image_read(h, 1, bytes, len));
	bob = fixture_find(h, 1, "bob");
	assert_true(bob->count > 100 && bob->count < TP_HISTORY_LINES_MAX);
	assert_string_equal(bob->entries[bob->count - 1].text, text);
	tp_history_destroy(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_cut_off_leaves_nothing),
		cmocka_unit_test(test_what_is_damaged_breaks_no_limit),
		cmocka_unit_test(test_of_what_is_too_long_the_last_lines_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
