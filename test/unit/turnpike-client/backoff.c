/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "backoff.h"

static void test_waits_double_up_to_a_minute_with_up_to_half_more_by_chance(void **state)
{
	const uint32_t least[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000};

	for (uint64_t seed = 1; seed < 100; seed++) {
		struct backoff backoff = {0};
		struct tp_random random;

		tp_random_init_seed(&random, seed);
		for (size_t i = 0; i < sizeof(least) / sizeof(least[0]); i++) {
			uint32_t wait_ms = backoff_next(&backoff, &random);

			assert_in_range(wait_ms, least[i], least[i] + least[i] / 2);
		}
	}
}

static void test_two_clients_do_not_wait_alike(void **state)
{
	struct backoff backoff = {0};
	struct tp_random random;
	unsigned different = 0;

	tp_random_init_seed(&random, 1);
	for (int i = 0; i < 100; i++) {
		backoff_reset(&backoff);
		uint32_t first = backoff_next(&backoff, &random);

		backoff_reset(&backoff);
		different += backoff_next(&backoff, &random) != first;
	}
	assert_true(different > 90);
}

static void test_a_connection_begins_the_waits_anew(void **state)
{
	struct backoff backoff = {0};
	struct tp_random random;

	tp_random_init_seed(&random, 1);
	for (int i = 0; i < 5; i++)
		backoff_next(&backoff, &random);
	backoff_reset(&backoff);
	assert_in_range(backoff_next(&backoff, &random), 1000, 1500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waits_double_up_to_a_minute_with_up_to_half_more_by_chance),
		cmocka_unit_test(test_two_clients_do_not_wait_alike),
		cmocka_unit_test(test_a_connection_begins_the_waits_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
