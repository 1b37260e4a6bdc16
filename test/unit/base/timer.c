/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/timer.h"

struct probe {
	struct tp_timer timer;
	uint64_t fired_at;
	int fired;
};

static struct tp_timer_wheel wheel;

static void note(struct tp_timer *timer, uint64_t now_ms)
{
	struct probe *probe = (struct probe *)timer;

	probe->fired_at = now_ms;
	probe->fired++;
}

static void again(struct tp_timer *timer, uint64_t now_ms)
{
	note(timer, now_ms);
	tp_timer_start(&wheel, timer, now_ms, again);
}

static void test_a_timer_fires_once_and_not_before_its_time(void **state)
{
	struct probe probe = {0};

	tp_timer_wheel_init(&wheel, 1000);
	tp_timer_start(&wheel, &probe.timer, 1256, note);
	assert_int_equal(tp_timer_wheel_advance(&wheel, 1255, 100), 0);
	assert_int_equal(tp_timer_wheel_advance(&wheel, 1256, 100), 1);
	assert_int_equal(tp_timer_wheel_advance(&wheel, 9999, 100), 0);
	assert_int_equal(probe.fired, 1);
	assert_int_equal(probe.fired_at, 1256);
}

static void test_a_stopped_timer_stays_silent(void **state)
{
	struct probe probe = {0};

	tp_timer_wheel_init(&wheel, 0);
	tp_timer_start(&wheel, &probe.timer, 70000, note);
	tp_timer_stop(&wheel, &probe.timer);
	tp_timer_stop(&wheel, &probe.timer);
	tp_timer_wheel_advance(&wheel, 100000, 100);
	assert_int_equal(probe.fired, 0);
	assert_true(tp_timer_wheel_next(&wheel) == TP_NEVER);
}

static void test_a_callback_that_restarts_itself_in_the_past_does_not_spin(void **state)
{
	struct probe probe = {0};

	tp_timer_wheel_init(&wheel, 0);
	tp_timer_start(&wheel, &probe.timer, 5, again);
	tp_timer_wheel_advance(&wheel, 5, 1000);
	assert_int_equal(probe.fired, 1);
	tp_timer_wheel_advance(&wheel, 6, 1000);
	assert_int_equal(probe.fired, 2);
}

static void test_a_limit_leaves_the_rest_for_the_next_call(void **state)
{
	struct probe probes[10] = {0};

	tp_timer_wheel_init(&wheel, 0);
	for (int i = 0; i < 10; i++)
		tp_timer_start(&wheel, &probes[i].timer, 300, note);
	assert_int_equal(tp_timer_wheel_advance(&wheel, 300, 4), 4);
	assert_int_equal(tp_timer_wheel_advance(&wheel, 300, 4), 4);
	assert_int_equal(tp_timer_wheel_advance(&wheel, 300, 4), 2);
}

/* Random starts, stops and steps, each expiry held against the moment it was asked for. */
static void test_any_mix_of_distances_fires_exactly_on_time(void **state)
{
	enum { COUNT = 2000 };
	static struct probe probes[COUNT];
	struct tp_random random;
	uint64_t now = 12345678;

	tp_random_init_seed(&random, 7);
	tp_timer_wheel_init(&wheel, now);
	for (int i = 0; i < COUNT; i++)
		tp_timer_start(&wheel, &probes[i].timer,
			       now + 1 + (tp_random_u32(&random) >> tp_random_below(&random, 32)),
			       note);
	for (int i = 0; i < COUNT; i += 3)
		tp_timer_stop(&wheel, &probes[i].timer);
	for (uint64_t next; (next = tp_timer_wheel_next(&wheel)) != TP_NEVER; now = next)
		tp_timer_wheel_advance(&wheel, next, 1u << 20);
	for (int i = 0; i < COUNT; i++) {
		assert_int_equal(probes[i].fired, i % 3 != 0);
		if (probes[i].fired)
			assert_int_equal(probes[i].fired_at, probes[i].timer.expires_ms);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_timer_fires_once_and_not_before_its_time),
		cmocka_unit_test(test_a_stopped_timer_stays_silent),
		cmocka_unit_test(test_a_callback_that_restarts_itself_in_the_past_does_not_spin),
		cmocka_unit_test(test_a_limit_leaves_the_rest_for_the_next_call),
		cmocka_unit_test(test_any_mix_of_distances_fires_exactly_on_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
