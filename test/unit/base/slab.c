/* SPDX-License-Identifier: BSD-3-Clause */
/* Objects of a slab are as many as are taken, and none is another's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/slab.h"

#define OBJECTS 1000
#define SIZE	40

static void *objects[OBJECTS];

static void fill(unsigned i)
{
	memset(objects[i], (int)(i & 0xff), SIZE);
}

static void check(unsigned i)
{
	const uint8_t *bytes = objects[i];

	for (unsigned n = 0; n < SIZE; n++)
		assert_int_equal(bytes[n], i & 0xff);
}

static void test_each_is_its_own(void **state)
{
	struct tp_slab slab;

	tp_slab_init(&slab, SIZE);
	for (unsigned turn = 0; turn < 3; turn++) {
		for (unsigned i = 0; i < OBJECTS; i++) {
			objects[i] = tp_slab_take(&slab);
			assert_non_null(objects[i]);
			assert_int_equal((uintptr_t)objects[i] % 8, 0);
			fill(i);
		}
		for (unsigned i = 0; i < OBJECTS; i += 2) {
			check(i);
			tp_slab_give(&slab, objects[i]);
		}
		for (unsigned i = 0; i < OBJECTS; i += 2) {
			objects[i] = tp_slab_take(&slab);
			fill(i);
		}
		for (unsigned i = 0; i < OBJECTS; i++) {
			check(i);
			tp_slab_give(&slab, objects[i]);
		}
	}
	assert_null(slab.chunks); /* with the last one all memory goes */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_is_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
