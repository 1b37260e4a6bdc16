/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/random.h"

static void test_the_same_seed_gives_the_same_bytes(void **state)
{
	struct tp_random a, b, c;
	uint8_t from_a[1000], from_b[1000], from_c[1000];

	tp_random_init_seed(&a, 1);
	tp_random_init_seed(&b, 1);
	tp_random_init_seed(&c, 2);
	tp_random_bytes(&a, from_a, sizeof(from_a));
	for (size_t i = 0; i < sizeof(from_b); i += 8)
		tp_random_bytes(&b, from_b + i, 8);
	tp_random_bytes(&c, from_c, sizeof(from_c));
	assert_memory_equal(from_a, from_b, sizeof(from_a));
	assert_memory_not_equal(from_a, from_c, sizeof(from_a));
}

static void test_the_kernels_bytes_differ_from_call_to_call(void **state)
{
	struct tp_random r;
	uint8_t first[16], second[16];

	tp_random_init(&r);
	tp_random_bytes(&r, first, sizeof(first));
	tp_random_bytes(&r, second, sizeof(second));
	assert_memory_not_equal(first, second, sizeof(first));
}

static void test_a_bound_is_kept(void **state)
{
	struct tp_random r;

	tp_random_init_seed(&r, 3);
	for (int i = 0; i < 10000; i++)
		assert_in_range(tp_random_below(&r, 7), 0, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_same_seed_gives_the_same_bytes),
		cmocka_unit_test(test_the_kernels_bytes_differ_from_call_to_call),
		cmocka_unit_test(test_a_bound_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
