/* SPDX-License-Identifier: BSD-3-Clause */
/* The registry against a model so simple that it cannot be wrong: an array of holders, one for
 * each address of a small space that lies across two pages of the bitmap. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/random.h"
#include "pool/pool.h"

#define BASE	   (0x0a010000u - 300)
#define SPACE	   600 /* addresses, from BASE */
#define POOLS	   5
#define RANGES_MAX 3
#define STEPS	   20000

struct model_pool {
	bool there;
	struct tp_range ranges[RANGES_MAX];
	unsigned count;
	int next; /* a pool, or -1 */
};

static struct tp_pool_registry *registry;
static struct tp_random rnd;
static struct model_pool pools[POOLS];
static int owners[4];
static const int *holder[SPACE]; /* NULL: free */

static const char *name_of(int pool)
{
	static const char *const names[POOLS] = {"a", "b", "c", "d", "e"};

	return pool < 0 ? "" : names[pool];
}

static bool in_pool(const struct model_pool *pool, uint32_t address)
{
	for (unsigned i = 0; i < pool->count; i++) {
		if (address >= pool->ranges[i].first && address <= pool->ranges[i].last)
			return true;
	}
	return false;
}

static bool has_free(const struct model_pool *pool)
{
	for (uint32_t i = 0; i < SPACE; i++) {
		if (holder[i] == NULL && in_pool(pool, BASE + i))
			return true;
	}
	return false;
}

/* The pool of the chain from START that must give the next address; -1 when none can. */
static int giving_pool(int start)
{
	int pool = start;

	for (int steps = 0; steps < POOLS && pool >= 0 && pools[pool].there; steps++) {
		if (has_free(&pools[pool]))
			return pool;
		pool = pools[pool].next;
	}
	return -1;
}

static void change_pool(void)
{
	int index = (int)tp_random_below(&rnd, POOLS);
	struct model_pool *pool = &pools[index];

	pool->there = true;
	pool->count = tp_random_below(&rnd, RANGES_MAX + 1);
	pool->next = (int)tp_random_below(&rnd, POOLS + 1) - 1;
	for (unsigned i = 0; i < pool->count; i++) {
		uint32_t first = tp_random_below(&rnd, SPACE);
		uint32_t len = tp_random_below(&rnd, SPACE - first < 150 ? SPACE - first : 150);

		pool->ranges[i] = (struct tp_range){BASE + first, BASE + first + len};
	}
	assert_int_equal(tp_pool_put(registry, name_of(index), pool->ranges, pool->count,
				     name_of(pool->next), NULL),
			 0);
}

static void remove_pool(void)
{
	int index = (int)tp_random_below(&rnd, POOLS);
	int expected = pools[index].there ? 0 : -ENOENT;

	assert_int_equal(tp_pool_remove(registry, name_of(index)), expected);
	pools[index].there = false;
}

static void allocate(void)
{
	int start = (int)tp_random_below(&rnd, POOLS);
	int *owner = &owners[tp_random_below(&rnd, 4)];
	int giver = giving_pool(start);
	uint32_t address = 0;
	int err = tp_pool_allocate(registry, name_of(start), owner, "", 0, &address);

	if (!pools[start].there) {
		assert_int_equal(err, -ENOENT);
	} else if (giver < 0) {
		assert_int_equal(err, -EADDRNOTAVAIL);
	} else {
		assert_int_equal(err, 0);
		assert_true(in_pool(&pools[giver], address));
		assert_null(holder[address - BASE]);
		holder[address - BASE] = owner;
	}
}

static void reserve(void)
{
	uint32_t index = tp_random_below(&rnd, SPACE);
	int *owner = &owners[tp_random_below(&rnd, 4)];
	int expected = holder[index] == NULL ? 0 : -EADDRINUSE;

	assert_int_equal(tp_pool_reserve(registry, BASE + index, owner, "", 0), expected);
	if (holder[index] == NULL)
		holder[index] = owner;
}

static void release(void)
{
	uint32_t index = tp_random_below(&rnd, SPACE);
	const int *owner = &owners[tp_random_below(&rnd, 4)];
	int expected = holder[index] == NULL ? -ENOENT : holder[index] == owner ? 0 : -EPERM;

	assert_int_equal(tp_pool_release(registry, BASE + index, owner), expected);
	if (holder[index] == owner)
		holder[index] = NULL;
}

static void assert_used_list_is_the_model(void)
{
	const struct tp_pool_lease *lease = tp_pool_used(registry, 0);
	size_t count = 0;

	for (uint32_t i = 0; i < SPACE; i++) {
		if (holder[i] == NULL) {
			assert_null(tp_pool_find(registry, BASE + i));
			continue;
		}
		assert_non_null(lease);
		assert_int_equal(lease->address, BASE + i);
		assert_ptr_equal(lease->owner, holder[i]);
		lease = tp_pool_used(registry, lease->address + 1);
		count++;
	}
	assert_null(lease);
	assert_int_equal(tp_pool_used_count(registry), count);
}

static void run(uint64_t seed)
{
	tp_random_init_seed(&rnd, seed);
	memset(pools, 0, sizeof(pools));
	memset(holder, 0, sizeof(holder));
	registry = tp_pool_registry_create();
	assert_non_null(registry);
	for (int step = 0; step < STEPS; step++) {
		uint32_t dice = tp_random_below(&rnd, 1000);

		if (dice < 10)
			change_pool();
		else if (dice < 13)
			remove_pool();
		else if (dice < 450)
			allocate();
		else if (dice < 500)
			reserve();
		else
			release();
		if (step % 500 == 0)
			assert_used_list_is_the_model();
	}
	assert_used_list_is_the_model();
	tp_pool_registry_destroy(registry);
}

static void test_any_mix_of_operations_agrees_with_the_model(void **state)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		print_message("seed %llu\n", (unsigned long long)seed);
		run(seed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_mix_of_operations_agrees_with_the_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
