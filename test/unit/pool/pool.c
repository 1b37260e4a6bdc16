/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "pool/pool.h"

#define IP(a, b, c, d) ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))

static struct tp_pool_registry *registry;
static int alice, bob;

static int setup(void **state)
{
	registry = tp_pool_registry_create();
	return registry == NULL;
}

static int teardown(void **state)
{
	tp_pool_registry_destroy(registry);
	return 0;
}

static void put(const char *name, uint32_t first, uint32_t last, const char *next_pool)
{
	struct tp_range range = {first, last};

	assert_int_equal(tp_pool_put(registry, name, &range, 1, next_pool, NULL), 0);
}

static uint32_t take(const char *name)
{
	uint32_t address = 0;

	assert_int_equal(tp_pool_allocate(registry, name, &alice, "alice", 7, &address), 0);
	return address;
}

static void assert_exhausted(const char *name)
{
	uint32_t address;

	assert_int_equal(tp_pool_allocate(registry, name, &alice, "alice", 7, &address),
			 -EADDRNOTAVAIL);
}

static void test_a_pool_gives_each_of_its_addresses_once(void **state)
{
	put("pppoe-pool", IP(10, 0, 0, 2), IP(10, 0, 0, 5), NULL);
	for (uint32_t i = 2; i <= 5; i++)
		assert_int_equal(take("pppoe-pool"), IP(10, 0, 0, i));
	assert_exhausted("pppoe-pool");
	assert_int_equal(tp_pool_used_count(registry), 4);
}

static void test_an_address_just_released_comes_last(void **state)
{
	put("p", IP(10, 0, 0, 2), IP(10, 0, 0, 5), NULL);
	assert_int_equal(take("p"), IP(10, 0, 0, 2));
	assert_int_equal(tp_pool_release(registry, IP(10, 0, 0, 2), &alice), 0);
	assert_int_equal(take("p"), IP(10, 0, 0, 3));
	assert_int_equal(take("p"), IP(10, 0, 0, 4));
	assert_int_equal(take("p"), IP(10, 0, 0, 5));
	assert_int_equal(take("p"), IP(10, 0, 0, 2));
}

static void test_ranges_are_used_in_their_order(void **state)
{
	const struct tp_range ranges[] = {
		{IP(10, 0, 9, 1), IP(10, 0, 9, 2)},
		{IP(10, 0, 1, 7), IP(10, 0, 1, 7)},
	};

	assert_int_equal(tp_pool_put(registry, "p", ranges, 2, NULL, NULL), 0);
	assert_int_equal(take("p"), IP(10, 0, 9, 1));
	assert_int_equal(take("p"), IP(10, 0, 9, 2));
	assert_int_equal(take("p"), IP(10, 0, 1, 7));
	assert_exhausted("p");
}

static void test_an_exhausted_pool_goes_on_to_its_next_pool(void **state)
{
	put("a", IP(10, 0, 0, 1), IP(10, 0, 0, 1), "b");
	put("b", IP(10, 0, 1, 1), IP(10, 0, 1, 1), "c");
	put("c", IP(10, 0, 2, 1), IP(10, 0, 2, 1), NULL);
	take("a");
	take("a");
	assert_int_equal(take("a"), IP(10, 0, 2, 1));
	assert_string_equal(tp_pool_find(registry, IP(10, 0, 2, 1))->pool, "c");
	assert_exhausted("a");
}

static void test_a_chain_in_a_circle_ends(void **state)
{
	put("a", IP(10, 0, 0, 1), IP(10, 0, 0, 1), "b");
	put("b", IP(10, 0, 1, 1), IP(10, 0, 1, 1), "a");
	put("self", IP(10, 0, 2, 1), IP(10, 0, 2, 1), "self");
	assert_int_equal(take("a"), IP(10, 0, 0, 1));
	assert_int_equal(take("a"), IP(10, 0, 1, 1));
	assert_exhausted("a");
	take("self");
	assert_exhausted("self");
}

static void test_a_next_pool_that_is_not_there_is_no_pool(void **state)
{
	put("a", IP(10, 0, 0, 1), IP(10, 0, 0, 1), "nowhere");
	take("a");
	assert_exhausted("a");
	put("nowhere", IP(10, 0, 3, 1), IP(10, 0, 3, 1), NULL);
	assert_int_equal(take("a"), IP(10, 0, 3, 1));
}

static void test_overlapping_pools_never_give_one_address_twice(void **state)
{
	put("a", IP(10, 0, 0, 1), IP(10, 0, 0, 4), NULL);
	put("b", IP(10, 0, 0, 3), IP(10, 0, 0, 6), NULL);
	for (uint32_t i = 1; i <= 4; i++)
		assert_int_equal(take("a"), IP(10, 0, 0, i));
	assert_int_equal(take("b"), IP(10, 0, 0, 5));
	assert_int_equal(take("b"), IP(10, 0, 0, 6));
	assert_exhausted("b");
}

static void test_a_fixed_address_inside_a_pool_is_skipped_by_it(void **state)
{
	put("p", IP(10, 0, 0, 1), IP(10, 0, 0, 3), NULL);
	assert_int_equal(tp_pool_reserve(registry, IP(10, 0, 0, 2), &bob, "bob", 1), 0);
	assert_int_equal(take("p"), IP(10, 0, 0, 1));
	assert_int_equal(take("p"), IP(10, 0, 0, 3));
	assert_exhausted("p");
	assert_int_equal(tp_pool_reserve(registry, IP(10, 0, 0, 1), &bob, "bob", 1), -EADDRINUSE);
	assert_ptr_equal(tp_pool_find(registry, IP(10, 0, 0, 1))->owner, &alice);
	assert_string_equal(tp_pool_find(registry, IP(10, 0, 0, 2))->pool, "");
}

static void test_only_its_holder_releases_an_address(void **state)
{
	assert_int_equal(tp_pool_reserve(registry, IP(10, 0, 0, 2), &bob, "bob", 1), 0);
	assert_int_equal(tp_pool_release(registry, IP(10, 0, 0, 2), &alice), -EPERM);
	assert_non_null(tp_pool_find(registry, IP(10, 0, 0, 2)));
	assert_int_equal(tp_pool_release(registry, IP(10, 0, 0, 2), &bob), 0);
	assert_int_equal(tp_pool_release(registry, IP(10, 0, 0, 2), &bob), -ENOENT);
}

static void test_a_pool_that_shrinks_leaves_its_addresses_held(void **state)
{
	struct tp_pool_stats stats;

	put("p", IP(10, 0, 0, 1), IP(10, 0, 0, 4), NULL);
	for (int i = 0; i < 4; i++)
		take("p");
	put("p", IP(10, 0, 0, 1), IP(10, 0, 0, 2), NULL);
	assert_int_equal(tp_pool_stats(registry, "p", &stats), 0);
	assert_int_equal(stats.total, 2);
	assert_int_equal(stats.used, 4);
	assert_non_null(tp_pool_find(registry, IP(10, 0, 0, 4)));
	assert_int_equal(tp_pool_release(registry, IP(10, 0, 0, 4), &alice), 0);
	assert_exhausted("p");
	put("p", IP(10, 0, 0, 1), IP(10, 0, 0, 5), NULL);
	assert_int_equal(take("p"), IP(10, 0, 0, 4));
	assert_int_equal(take("p"), IP(10, 0, 0, 5));
}

static void test_a_removed_pool_gives_nothing_and_keeps_what_it_gave(void **state)
{
	struct tp_pool_stats stats;
	uint32_t address;

	put("p", IP(10, 0, 0, 1), IP(10, 0, 0, 9), NULL);
	take("p");
	assert_int_equal(tp_pool_remove(registry, "p"), 0);
	assert_int_equal(tp_pool_remove(registry, "p"), -ENOENT);
	assert_int_equal(tp_pool_allocate(registry, "p", &bob, "", 0, &address), -ENOENT);
	assert_int_equal(tp_pool_stats(registry, "p", &stats), -ENOENT);
	assert_string_equal(tp_pool_find(registry, IP(10, 0, 0, 1))->pool, "p");
	put("p", IP(10, 0, 0, 1), IP(10, 0, 0, 9), NULL);
	assert_int_equal(tp_pool_stats(registry, "p", &stats), 0);
	assert_int_equal(stats.used, 1);
	assert_int_equal(take("p"), IP(10, 0, 0, 2));
	assert_int_equal(tp_pool_remove(registry, "p"), 0);
	assert_int_equal(tp_pool_release(registry, IP(10, 0, 0, 1), &alice), 0);
	assert_int_equal(tp_pool_release(registry, IP(10, 0, 0, 2), &alice), 0);
	assert_int_equal(tp_pool_used_count(registry), 0);
}

static void test_wrong_ranges_are_refused_and_change_nothing(void **state)
{
	const struct {
		struct tp_range range;
		const char *name;
	} cases[] = {
		{{5, 4}, "p"},
		{{0, 4}, "p"},
		{{1, 4}, ""},
		{{1, 4}, "a-name-that-is-much-longer-than-any-name-of-a-pool-ought-to-be-here"},
	};
	struct tp_error error;

	put("p", IP(10, 0, 0, 1), IP(10, 0, 0, 1), NULL);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
			tp_pool_put(registry, cases[i].name, &cases[i].range, 1, NULL, &error),
			-EINVAL);
		assert_true(error.message[0] != '\0');
	}
	assert_int_equal(tp_pool_reserve(registry, 0, &bob, "", 0), -EINVAL);
	assert_int_equal(take("p"), IP(10, 0, 0, 1));
}

static void test_addresses_in_several_ranges_count_once(void **state)
{
	const struct tp_range ranges[] = {{10, 20}, {15, 25}, {12, 13}, {30, 30}};
	struct tp_pool_stats stats;

	assert_int_equal(tp_pool_put(registry, "p", ranges, 4, NULL, NULL), 0);
	assert_int_equal(tp_pool_stats(registry, "p", &stats), 0);
	assert_int_equal(stats.total, 17);
	for (int i = 0; i < 17; i++)
		take("p");
	assert_exhausted("p");
}

static void test_the_last_address_of_all_is_given_once(void **state)
{
	put("p", UINT32_MAX - 1, UINT32_MAX, NULL);
	assert_int_equal(take("p"), UINT32_MAX - 1);
	assert_int_equal(take("p"), UINT32_MAX);
	assert_exhausted("p");
	assert_int_equal(tp_pool_release(registry, UINT32_MAX, &alice), 0);
	assert_int_equal(take("p"), UINT32_MAX);
}

static void test_the_used_list_is_walked_in_order_of_addresses(void **state)
{
	const uint32_t addresses[] = {IP(10, 0, 0, 9), UINT32_MAX, IP(192, 0, 2, 1), 1};
	const uint32_t sorted[] = {1, IP(10, 0, 0, 9), IP(192, 0, 2, 1), UINT32_MAX};
	const struct tp_pool_lease *lease = tp_pool_used(registry, 0);

	assert_null(lease);
	for (int i = 0; i < 4; i++)
		assert_int_equal(tp_pool_reserve(registry, addresses[i], &bob, "bob", 40), 0);
	lease = tp_pool_used(registry, 0);
	for (int i = 0; i < 4; i++) {
		assert_non_null(lease);
		assert_int_equal(lease->address, sorted[i]);
		assert_string_equal(lease->info, "bob");
		assert_int_equal(lease->since_ms, 40);
		lease = lease->address < UINT32_MAX ? tp_pool_used(registry, lease->address + 1)
						    : NULL;
	}
	assert_null(lease);
}

static void test_a_pool_of_a_million_fills_to_the_last_address(void **state)
{
	const uint32_t first = IP(10, 0, 255, 3), count = 1000000;
	struct tp_pool_stats stats;

	put("big", first, first + count - 1, NULL);
	for (uint32_t i = 0; i < count; i++)
		assert_int_equal(take("big"), first + i);
	assert_exhausted("big");
	assert_int_equal(tp_pool_stats(registry, "big", &stats), 0);
	assert_int_equal(stats.used, count);
	/* With one free address in a million, one release and one search each: a search that
	 * looked at every address would take minutes here. */
	for (uint32_t i = 0; i < 100000; i++) {
		uint32_t victim = first + (i * 7919u) % count;

		assert_int_equal(tp_pool_release(registry, victim, &alice), 0);
		assert_int_equal(take("big"), victim);
	}
}

/* 10.0.0.3 and 10.0.0.5 are routers'. */
static const char *of_routers(void *user, uint32_t address)
{
	++*(unsigned *)user;
	return address == IP(10, 0, 0, 3) || address == IP(10, 0, 0, 5) || address == UINT32_MAX
		       ? "a gateway"
		       : NULL;
}

static void test_reserved_addresses_are_passed_over(void **state)
{
	unsigned asked = 0;

	tp_pool_set_reserved(registry, of_routers, &asked);
	put("p", IP(10, 0, 0, 2), IP(10, 0, 0, 5), NULL);
	assert_int_equal(take("p"), IP(10, 0, 0, 2));
	assert_int_equal(take("p"), IP(10, 0, 0, 4));
	assert_exhausted("p");
	assert_true(asked > 0);
	assert_int_equal(tp_pool_reserve(registry, IP(10, 0, 0, 3), &bob, "bob", 1), -EPERM);
	assert_string_equal(tp_pool_reserved(registry, IP(10, 0, 0, 3)), "a gateway");
	assert_null(tp_pool_reserved(registry, IP(10, 0, 0, 4)));
	assert_null(tp_pool_find(registry, IP(10, 0, 0, 3)));
	tp_pool_set_reserved(registry, NULL, NULL);
	assert_int_equal(take("p"), IP(10, 0, 0, 5));
	assert_int_equal(tp_pool_reserve(registry, IP(10, 0, 0, 3), &bob, "bob", 1), 0);
}

static void test_a_search_ends_at_the_last_address_of_all(void **state)
{
	unsigned asked = 0;

	put("p", UINT32_MAX - 1, UINT32_MAX, NULL);
	assert_int_equal(take("p"), UINT32_MAX - 1);
	tp_pool_set_reserved(registry, of_routers, &asked);
	assert_exhausted("p");
}

static void test_a_pool_of_reserved_addresses_leads_to_the_next(void **state)
{
	unsigned asked = 0;

	tp_pool_set_reserved(registry, of_routers, &asked);
	put("p", IP(10, 0, 0, 3), IP(10, 0, 0, 3), "q");
	put("q", IP(10, 0, 0, 5), IP(10, 0, 0, 6), NULL);
	assert_int_equal(take("p"), IP(10, 0, 0, 6));
	assert_exhausted("p");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_pool_gives_each_of_its_addresses_once),
		TEST(test_an_address_just_released_comes_last),
		TEST(test_ranges_are_used_in_their_order),
		TEST(test_reserved_addresses_are_passed_over),
		TEST(test_a_search_ends_at_the_last_address_of_all),
		TEST(test_a_pool_of_reserved_addresses_leads_to_the_next),
		TEST(test_an_exhausted_pool_goes_on_to_its_next_pool),
		TEST(test_a_chain_in_a_circle_ends),
		TEST(test_a_next_pool_that_is_not_there_is_no_pool),
		TEST(test_overlapping_pools_never_give_one_address_twice),
		TEST(test_a_fixed_address_inside_a_pool_is_skipped_by_it),
		TEST(test_only_its_holder_releases_an_address),
		TEST(test_a_pool_that_shrinks_leaves_its_addresses_held),
		TEST(test_a_removed_pool_gives_nothing_and_keeps_what_it_gave),
		TEST(test_wrong_ranges_are_refused_and_change_nothing),
		TEST(test_addresses_in_several_ranges_count_once),
		TEST(test_the_last_address_of_all_is_given_once),
		TEST(test_the_used_list_is_walked_in_order_of_addresses),
		TEST(test_a_pool_of_a_million_fills_to_the_last_address),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
