/* SPDX-License-Identifier: BSD-3-Clause */
/* The registry of prefixes against a model so simple that it cannot be wrong: an array of holders,
 * one for each of the smallest blocks of a small space, in which every length is a run of them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/random.h"
#include "pool/pool6.h"

#define DEPTH 10
#define SPACE (1u << DEPTH) /* blocks of the smallest length */
#define POOLS 5
#define STEPS 20000
#define HELD  SPACE

struct model_pool {
	bool there;
	struct tp_prefix6 prefix;
	uint8_t length;
	int next; /* a pool, or -1 */
};

struct model_lease {
	bool there;
	struct tp_prefix6 prefix;
	const int *owner;
};

static unsigned top; /* length of the whole space, which lies across a byte of the address */
static struct tp_pool6_registry *registry;
static struct tp_random rnd;
static struct model_pool pools[POOLS];
static struct model_lease leases[HELD];
static int owners[4];
static int cells[SPACE]; /* 1 + the lease that has it; 0: free */

static const char *name_of(int pool)
{
	static const char *const names[POOLS] = {"a", "b", "c", "d", "e"};

	return pool < 0 ? "" : names[pool];
}

/* The block of LENGTH that begins with the smallest one of number CELL. */
static struct tp_prefix6 block(unsigned cell, uint8_t length)
{
	static const uint8_t base[16] = {0x20, 0x01, 0x0d, 0xb8, 0,    0,    0xff, 0x40,
					 0xff, 0x80, 0,	   0,	 0xa5, 0xa5, 0xa5, 0xa5};
	struct tp_prefix6 space = tp_prefix6_of(base, top);
	uint8_t address[16];
	unsigned shift = 128 - top - DEPTH; /* of the cell's number in the address */

	memcpy(address, space.address, sizeof(address));
	for (unsigned i = 0; i < DEPTH; i++)
		if ((cell >> i & 1) != 0)
			address[15 - (shift + i) / 8] |= (uint8_t)(1 << (shift + i) % 8);
	return tp_prefix6_of(address, length);
}

static unsigned cell_of(const struct tp_prefix6 *prefix)
{
	unsigned shift = 128 - top - DEPTH, cell = 0;
	struct tp_prefix6 back;

	for (unsigned i = 0; i < DEPTH; i++)
		cell |= (prefix->address[15 - (shift + i) / 8] >> (shift + i) % 8 & 1u) << i;
	back = block(cell, prefix->length);
	assert_true(tp_prefix6_same(&back, prefix)); /* it is in the space */
	return cell;
}

static unsigned size_of(uint8_t length)
{
	return 1u << (top + DEPTH - length);
}

static bool is_free(unsigned cell, unsigned size)
{
	for (unsigned i = cell; i < cell + size; i++)
		if (cells[i] != 0)
			return false;
	return true;
}

static struct tp_prefix6 any_block(void)
{
	uint8_t length = (uint8_t)(top + tp_random_below(&rnd, DEPTH + 1));

	if (tp_random_below(&rnd, 4) > 0) /* mostly small ones, or all is full at once */
		length = (uint8_t)(top + DEPTH - tp_random_below(&rnd, 4));
	return block(tp_random_below(&rnd, SPACE), length);
}

static void model_hold(const struct tp_prefix6 *prefix, const int *owner)
{
	unsigned cell = cell_of(prefix), size = size_of(prefix->length), n = 0;

	assert_true(is_free(cell, size));
	while (leases[n].there)
		n++;
	leases[n] = (struct model_lease){true, *prefix, owner};
	for (unsigned i = cell; i < cell + size; i++)
		cells[i] = (int)n + 1;
}

/* The first free block of POOL from the one with number PLACE on, round and round. */
static bool model_find(const struct model_pool *pool, uint64_t place, uint8_t length,
		       struct tp_prefix6 *found)
{
	unsigned first = cell_of(&pool->prefix), size, count;

	if (length < pool->length)
		length = pool->length;
	size = size_of(length);
	count = size_of(pool->prefix.length) / size;
	for (unsigned i = 0; i < count; i++) {
		unsigned cell = first + (unsigned)((place + i) % count) * size;

		if (is_free(cell, size)) {
			*found = block(cell, length);
			return true;
		}
	}
	return false;
}

static bool model_allocate(int start, uint64_t place, uint8_t length, struct tp_prefix6 *found)
{
	int pool = start;

	for (int steps = 0; steps < POOLS && pool >= 0 && pools[pool].there; steps++) {
		if (model_find(&pools[pool], place, length, found))
			return true;
		pool = pools[pool].next;
	}
	return false;
}

static void change_pool(void)
{
	int index = (int)tp_random_below(&rnd, POOLS);
	struct model_pool *pool = &pools[index];
	uint8_t length = (uint8_t)(top + tp_random_below(&rnd, DEPTH + 1));

	pool->there = true;
	pool->prefix = block(tp_random_below(&rnd, SPACE), length);
	pool->length = (uint8_t)(length + tp_random_below(&rnd, top + DEPTH - length + 1));
	pool->next = (int)tp_random_below(&rnd, POOLS + 1) - 1;
	assert_int_equal(tp_pool6_put(registry, name_of(index), &pool->prefix, pool->length,
				      name_of(pool->next), NULL),
			 0);
}

static void remove_pool(void)
{
	int index = (int)tp_random_below(&rnd, POOLS);

	assert_int_equal(tp_pool6_remove(registry, name_of(index)),
			 pools[index].there ? 0 : -ENOENT);
	pools[index].there = false;
}

static void allocate(void)
{
	int start = (int)tp_random_below(&rnd, POOLS), *owner = &owners[tp_random_below(&rnd, 4)];
	const struct tp_pool6_holder holder = {.owner = owner, .info = ""};
	const struct tp_pool6_wish wish = {
		.place = (uint64_t)tp_random_u32(&rnd) << 32 | tp_random_u32(&rnd),
		.length = tp_random_below(&rnd, 3) == 0
				  ? (uint8_t)(top + tp_random_below(&rnd, DEPTH + 1))
				  : 0,
	};
	struct tp_prefix6 prefix, expected;
	int rc = tp_pool6_allocate(registry, name_of(start), &holder, &wish, &prefix);

	if (!pools[start].there) {
		assert_int_equal(rc, -ENOENT);
	} else if (!model_allocate(start, wish.place, wish.length, &expected)) {
		assert_int_equal(rc, -EADDRNOTAVAIL);
	} else {
		assert_int_equal(rc, 0);
		assert_true(tp_prefix6_same(&prefix, &expected));
		model_hold(&prefix, owner);
	}
}

static void reserve(void)
{
	struct tp_prefix6 prefix = any_block();
	int *owner = &owners[tp_random_below(&rnd, 4)];
	const struct tp_pool6_holder holder = {.owner = owner, .info = ""};
	bool free = is_free(cell_of(&prefix), size_of(prefix.length));

	assert_int_equal(tp_pool6_reserve(registry, &prefix, &holder), free ? 0 : -EADDRINUSE);
	if (free)
		model_hold(&prefix, owner);
}

/* One that is held, or, now and then, one that is not as it is. */
static void release(void)
{
	struct model_lease *lease = &leases[tp_random_below(&rnd, HELD)];
	const int *owner = &owners[tp_random_below(&rnd, 4)];
	struct tp_prefix6 other = any_block();
	unsigned cell = cell_of(&other);

	if (cells[cell] == 0 || !tp_prefix6_same(&leases[cells[cell] - 1].prefix, &other))
		assert_int_equal(tp_pool6_release(registry, &other, owner), -ENOENT);
	if (!lease->there)
		return;
	assert_int_equal(tp_pool6_release(registry, &lease->prefix, owner),
			 owner == lease->owner ? 0 : -EPERM);
	if (owner != lease->owner)
		return;
	cell = cell_of(&lease->prefix);
	memset(&cells[cell], 0, size_of(lease->prefix.length) * sizeof(cells[0]));
	lease->there = false;
}

static void find(void)
{
	struct tp_prefix6 prefix = any_block();
	struct tp_pool6_lease lease;
	unsigned cell = cell_of(&prefix), size = size_of(prefix.length), i = cell;

	while (i < cell + size && cells[i] == 0)
		i++;
	assert_int_equal(tp_pool6_find(registry, &prefix, &lease), i < cell + size);
	if (i < cell + size)
		assert_true(tp_prefix6_same(&lease.prefix, &leases[cells[i] - 1].prefix));
}

static void assert_used_list_is_the_model(void)
{
	uint8_t from[16] = {0};
	struct tp_pool6_lease lease;
	bool more = tp_pool6_used(registry, from, &lease);
	size_t count = 0;

	for (unsigned i = 0; i < SPACE; count++) {
		const struct model_lease *expected;

		while (i < SPACE && cells[i] == 0)
			i++;
		if (i == SPACE)
			break;
		expected = &leases[cells[i] - 1];
		assert_true(more);
		assert_true(tp_prefix6_same(&lease.prefix, &expected->prefix));
		assert_ptr_equal(lease.owner, expected->owner);
		assert_true(tp_pool6_behind(&lease.prefix, from));
		more = tp_pool6_used(registry, from, &lease);
		i += size_of(expected->prefix.length);
	}
	assert_false(more);
	assert_int_equal(tp_pool6_used_count(registry), count);
}

static void run(uint64_t seed, unsigned length)
{
	top = length;
	tp_random_init_seed(&rnd, seed);
	memset(pools, 0, sizeof(pools));
	memset(leases, 0, sizeof(leases));
	memset(cells, 0, sizeof(cells));
	registry = tp_pool6_registry_create();
	assert_non_null(registry);
	for (int step = 0; step < STEPS; step++) {
		uint32_t dice = tp_random_below(&rnd, 1000);

		if (dice < 10)
			change_pool();
		else if (dice < 13)
			remove_pool();
		else if (dice < 350)
			allocate();
		else if (dice < 450)
			reserve();
		else if (dice < 500)
			find();
		else
			release();
		if (step % 500 == 0)
			assert_used_list_is_the_model();
	}
	assert_used_list_is_the_model();
	tp_pool6_registry_destroy(registry);
}

static void test_any_mix_of_operations_agrees_with_the_model(void **state)
{
	static const unsigned tops[] = {58, 59, 60, 61, 31, 117};

	for (uint64_t seed = 1; seed <= 24; seed++) {
		unsigned length = tops[seed % (sizeof(tops) / sizeof(tops[0]))];

		print_message("seed %llu, /%u\n", (unsigned long long)seed, length);
		run(seed, length);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_mix_of_operations_agrees_with_the_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
