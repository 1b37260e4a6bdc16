/* SPDX-License-Identifier: BSD-3-Clause */
/* Pools of IPv6 prefixes, by examples; any mix of operations: pool6_random.c. */
#include <arpa/inet.h>
#include <errno.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "pool/pool6.h"

static struct tp_pool6_registry *registry;
static int alice, bob;

static int setup(void **state)
{
	registry = tp_pool6_registry_create();
	return registry == NULL;
}

static int teardown(void **state)
{
	tp_pool6_registry_destroy(registry);
	return 0;
}

static struct tp_prefix6 prefix_of(const char *text, uint8_t length)
{
	struct tp_prefix6 prefix = {.length = length};

	assert_int_equal(inet_pton(AF_INET6, text, prefix.address), 1);
	return prefix;
}

static int put(const char *name, const char *text, uint8_t length, uint8_t block, const char *next)
{
	const struct tp_prefix6 prefix = prefix_of(text, length);

	return tp_pool6_put(registry, name, &prefix, block, next, NULL);
}

static int allocate(const char *pool, int *owner, const struct tp_pool6_wish *wish,
		    struct tp_prefix6 *prefix)
{
	const struct tp_pool6_holder holder = {
		.owner = owner,
		.info = owner == &alice ? "alice" : "bob",
		.use = TP_POOL6_DELEGATED,
		.now_ms = 7,
	};

	return tp_pool6_allocate(registry, pool, &holder, wish, prefix);
}

static int reserve(const char *text, uint8_t length, int *owner)
{
	const struct tp_pool6_holder holder = {.owner = owner, .info = "fixed"};
	const struct tp_prefix6 prefix = prefix_of(text, length);

	return tp_pool6_reserve(registry, &prefix, &holder);
}

static void assert_prefix(const struct tp_prefix6 *prefix, const char *expected)
{
	char text[INET6_ADDRSTRLEN + 4];

	assert_non_null(inet_ntop(AF_INET6, prefix->address, text, INET6_ADDRSTRLEN));
	snprintf(text + strlen(text), 5, "/%u", prefix->length);
	assert_string_equal(text, expected);
}

static void assert_given(const char *pool, uint64_t place, const char *expected)
{
	const struct tp_pool6_wish wish = {.place = place};
	struct tp_prefix6 prefix;

	assert_int_equal(allocate(pool, &alice, &wish, &prefix), 0);
	assert_prefix(&prefix, expected);
}

static void assert_exhausted(const char *pool)
{
	const struct tp_pool6_wish wish = {.place = 0};
	const struct tp_prefix6 before = prefix_of("2001:db8:9::", 48);
	struct tp_prefix6 prefix = before;

	assert_int_equal(allocate(pool, &alice, &wish, &prefix), -EADDRNOTAVAIL);
	assert_true(tp_prefix6_same(&prefix, &before)); /* it may be one that is still held */
}

static void test_a_block_is_given_by_its_place_and_else_the_next(void **state)
{
	assert_int_equal(put("homes", "2001:db8::", 48, 56, NULL), 0);
	assert_given("homes", 3, "2001:db8:0:300::/56");
	assert_given("homes", 3, "2001:db8:0:400::/56");
	assert_given("homes", 256 + 3, "2001:db8:0:500::/56");
	assert_given("homes", 255, "2001:db8:0:ff00::/56");
	assert_given("homes", 255, "2001:db8::/56");
}

static void test_a_user_gets_the_same_again(void **state)
{
	const struct tp_pool6_wish wish = {.place = tp_pool6_place("alice", TP_POOL6_LINK, 0)};
	struct tp_prefix6 first, again;

	assert_int_equal(put("links", "2001:db8::", 32, 64, NULL), 0);
	assert_int_equal(allocate("links", &alice, &wish, &first), 0);
	assert_int_equal(tp_pool6_release(registry, &first, &alice), 0);
	for (unsigned i = 0; i < 1000; i++) {
		char user[16];
		struct tp_pool6_wish other = {.place = 0};

		snprintf(user, sizeof(user), "user%u", i);
		other.place = tp_pool6_place(user, TP_POOL6_LINK, 0);
		assert_int_equal(allocate("links", &bob, &other, &again), 0);
	}
	tp_pool6_registry_destroy(registry); /* a restart */
	registry = tp_pool6_registry_create();
	assert_int_equal(put("links", "2001:db8::", 32, 64, NULL), 0);
	assert_int_equal(allocate("links", &alice, &wish, &again), 0);
	assert_true(tp_prefix6_same(&first, &again));
}

/* The places are told to operators by what users have: they must not move. */
static void test_places_are_the_same_in_every_release(void **state)
{
	assert_int_equal(tp_pool6_place("alice", TP_POOL6_LINK, 0), UINT64_C(0xc5d1556d66774a5c));
	assert_int_equal(tp_pool6_place("alice", TP_POOL6_DELEGATED, 1),
			 UINT64_C(0x5a1d09d07fd6309d));
	assert_true(tp_pool6_place("alice", TP_POOL6_LINK, 0) !=
		    tp_pool6_place("alice", TP_POOL6_LINK, 1));
	assert_true(tp_pool6_place("alice", TP_POOL6_LINK, 0) !=
		    tp_pool6_place("bob", TP_POOL6_LINK, 0));
}

/* What is given out of a large pool stands together, in its first million blocks. */
static void test_places_are_together(void **state)
{
	const struct tp_prefix6 first = prefix_of("2001:db8::", 44);

	assert_int_equal(put("large", "2001:db8::", 32, 64, NULL), 0);
	for (unsigned i = 0; i < 5000; i++) {
		struct tp_pool6_wish wish = {.place = 0};
		struct tp_prefix6 given;
		char user[16];

		snprintf(user, sizeof(user), "user%u", i);
		wish.place = tp_pool6_place(user, TP_POOL6_LINK, 0);
		assert_int_equal(allocate("large", &alice, &wish, &given), 0);
		assert_true(tp_prefix6_has(&first, given.address));
	}
}

/* In a pool that is a tenth full, nine of ten users have the place that is theirs. */
static void test_places_are_spread(void **state)
{
	struct tp_prefix6 prefix;
	unsigned own = 0;

	assert_int_equal(put("links", "2001:db8::", 48, 64, NULL), 0);
	for (unsigned i = 0; i < 6553; i++) {
		char user[16];
		struct tp_pool6_wish wish = {.place = 0};

		snprintf(user, sizeof(user), "user%u@isp", i);
		wish.place = tp_pool6_place(user, TP_POOL6_LINK, 0);
		assert_int_equal(allocate("links", &alice, &wish, &prefix), 0);
		own += (unsigned)(prefix.address[6] << 8 | prefix.address[7]) ==
		       (unsigned)(wish.place & 0xffff);
	}
	assert_in_range(own, 6000, 6553);
}

static void test_a_hint_is_taken_when_the_users_own_is_held(void **state)
{
	const struct tp_prefix6 free = prefix_of("2001:db8:0:7700::", 56);
	const struct tp_prefix6 bad[] = {
		prefix_of("2001:db8:0:7700::", 60), /* another length */
		prefix_of("2001:db8:1::", 56),	    /* not of this pool */
		prefix_of("2001:db8:0:7701::", 56), /* host bits */
		{.address = {0x20, 1}, .length = 255},
	};
	struct tp_pool6_wish wish = {.place = 3, .hint = &free};
	struct tp_prefix6 prefix;

	assert_int_equal(put("homes", "2001:db8::", 48, 56, NULL), 0);
	assert_int_equal(allocate("homes", &alice, &wish, &prefix), 0);
	assert_prefix(&prefix, "2001:db8:0:300::/56");
	assert_int_equal(allocate("homes", &alice, &wish, &prefix), 0);
	assert_prefix(&prefix, "2001:db8:0:7700::/56");
	assert_int_equal(allocate("homes", &alice, &wish, &prefix), 0);
	assert_prefix(&prefix, "2001:db8:0:400::/56"); /* it is held by now */
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char expected[32];

		wish.hint = &bad[i];
		assert_int_equal(allocate("homes", &alice, &wish, &prefix), 0);
		snprintf(expected, sizeof(expected), "2001:db8:0:%u00::/56", 5 + i);
		assert_prefix(&prefix, expected);
	}
}

static void test_a_smaller_block_may_be_asked_for_but_no_larger_one(void **state)
{
	struct tp_pool6_wish wish = {.place = 1, .length = 60};
	struct tp_prefix6 prefix;

	assert_int_equal(put("homes", "2001:db8::", 48, 56, NULL), 0);
	assert_int_equal(allocate("homes", &alice, &wish, &prefix), 0);
	assert_prefix(&prefix, "2001:db8:0:10::/60");
	wish.length = 48;
	wish.place = 0;
	assert_int_equal(allocate("homes", &alice, &wish, &prefix), 0);
	assert_prefix(&prefix, "2001:db8:0:100::/56");
}

static void test_the_routers_address_is_not_given(void **state)
{
	struct tp_pool6_stats stats;

	assert_int_equal(put("hosts", "2001:db8::", 126, 128, NULL), 0);
	assert_int_equal(tp_pool6_stats(registry, "hosts", &stats), 0);
	assert_int_equal(stats.total, 3);
	assert_given("hosts", 0, "2001:db8::1/128");
	assert_given("hosts", 3, "2001:db8::3/128");
	assert_given("hosts", 3, "2001:db8::2/128");
	assert_exhausted("hosts");
	assert_int_equal(put("two", "2001:db8:1::", 127, 128, NULL), 0);
	assert_given("two", 0, "2001:db8:1::/128");
	assert_int_equal(put("one", "2001:db8:2::", 128, 128, NULL), 0);
	assert_given("one", 7, "2001:db8:2::/128");
	assert_exhausted("one");
}

static void test_nothing_overlaps_what_is_held(void **state)
{
	struct tp_pool6_lease lease;
	struct tp_prefix6 prefix;

	assert_int_equal(put("homes", "2001:db8::", 48, 56, NULL), 0);
	assert_given("homes", 0, "2001:db8::/56");
	assert_int_equal(reserve("2001:db8::", 56, &bob), -EADDRINUSE);
	assert_int_equal(reserve("2001:db8::", 32, &bob), -EADDRINUSE);
	assert_int_equal(reserve("2001:db8::1", 128, &bob), -EADDRINUSE);
	assert_int_equal(reserve("2001:db8:0:1ff::5", 128, &bob), 0);
	assert_given("homes", 0, "2001:db8:0:200::/56");
	prefix = prefix_of("2001:db8:0:100::", 56);
	assert_true(tp_pool6_find(registry, &prefix, &lease));
	assert_prefix(&lease.prefix, "2001:db8:0:1ff::5/128");
	assert_ptr_equal(lease.owner, &bob);
	assert_string_equal(lease.pool, "");
	prefix = prefix_of("2001:db8:0:2ff::5", 128);
	assert_true(tp_pool6_find(registry, &prefix, &lease));
	assert_prefix(&lease.prefix, "2001:db8:0:200::/56");
	assert_string_equal(lease.pool, "homes");
	assert_string_equal(lease.info, "alice");
	assert_int_equal(lease.use, TP_POOL6_DELEGATED);
	assert_int_equal(lease.since_ms, 7);
}

static void test_only_its_holder_releases_it_and_only_as_it_is(void **state)
{
	const struct tp_prefix6 part = prefix_of("2001:db8::", 64), whole = prefix_of("2001::", 16);
	const struct tp_prefix6 held = prefix_of("2001:db8::", 56);

	assert_int_equal(put("homes", "2001:db8::", 48, 56, NULL), 0);
	assert_given("homes", 0, "2001:db8::/56");
	assert_int_equal(tp_pool6_release(registry, &part, &alice), -ENOENT);
	assert_int_equal(tp_pool6_release(registry, &whole, &alice), -ENOENT);
	assert_int_equal(tp_pool6_release(registry, &held, &bob), -EPERM);
	assert_int_equal(tp_pool6_release(registry, &held, &alice), 0);
	assert_int_equal(tp_pool6_release(registry, &held, &alice), -ENOENT);
	assert_int_equal(tp_pool6_used_count(registry), 0);
}

static void test_the_next_pool_gives_when_one_is_exhausted(void **state)
{
	struct tp_prefix6 prefix;
	const struct tp_pool6_wish wish = {.place = 0};

	assert_int_equal(put("a", "2001:db8:a::", 63, 64, "b"), 0);
	assert_int_equal(put("b", "2001:db8:b::", 64, 64, "a"), 0);
	assert_given("a", 0, "2001:db8:a::/64");
	assert_given("a", 0, "2001:db8:a:1::/64");
	assert_given("a", 0, "2001:db8:b::/64");
	assert_exhausted("a");
	assert_exhausted("b");
	assert_int_equal(allocate("c", &alice, &wish, &prefix), -ENOENT);
}

static void test_a_pool_that_is_removed_leaves_what_is_held(void **state)
{
	const struct tp_prefix6 held = prefix_of("2001:db8::", 64);
	struct tp_pool6_lease lease;
	struct tp_pool6_stats stats;
	struct tp_prefix6 prefix;
	const struct tp_pool6_wish wish = {.place = 0};

	assert_int_equal(put("a", "2001:db8::", 48, 64, NULL), 0);
	assert_given("a", 0, "2001:db8::/64");
	assert_int_equal(tp_pool6_remove(registry, "a"), 0);
	assert_int_equal(tp_pool6_remove(registry, "a"), -ENOENT);
	assert_int_equal(tp_pool6_stats(registry, "a", &stats), -ENOENT);
	assert_int_equal(tp_pool6_length(registry, "a"), 0);
	assert_int_equal(allocate("a", &alice, &wish, &prefix), -ENOENT);
	assert_true(tp_pool6_find(registry, &held, &lease));
	assert_string_equal(lease.pool, "a");
	assert_int_equal(put("a", "2001:db8::", 32, 56, NULL), 0); /* and is back, as another */
	assert_int_equal(tp_pool6_length(registry, "a"), 56);
	assert_given("a", 0, "2001:db8:0:100::/56");
	assert_int_equal(tp_pool6_stats(registry, "a", &stats), 0);
	assert_int_equal(stats.total, 1 << 24);
	assert_int_equal(stats.used, 2);
	assert_int_equal(tp_pool6_remove(registry, "a"), 0);
	assert_int_equal(tp_pool6_release(registry, &held, &alice), 0);
}

static void test_what_is_no_pool_or_no_prefix_is_refused(void **state)
{
	struct tp_error error = {0};
	const struct tp_prefix6 host = prefix_of("2001:db8::1", 64);

	assert_int_equal(put("", "2001:db8::", 48, 56, NULL), -EINVAL);
	assert_int_equal(put("a", "2001:db8::", 48, 47, NULL), -EINVAL);
	assert_int_equal(put("a", "2001:db8::", 48, 129, NULL), -EINVAL);
	assert_int_equal(tp_pool6_put(registry, "a", &host, 64, NULL, &error), -EINVAL);
	assert_non_null(strstr(error.message, "host bits"));
	assert_int_equal(tp_pool6_length(registry, "a"), 0);
	assert_int_equal(reserve("2001:db8::1", 64, &bob), -EINVAL);
	assert_int_equal(reserve("::", 0, &bob), -EINVAL);
	assert_int_equal(reserve("fe80::", 64, &bob), -EINVAL);
	assert_int_equal(reserve("ff02::1", 128, &bob), -EINVAL);
	assert_int_equal(reserve("2001:db8::", 200, &bob), -EINVAL);
}

/* 2^32 prefixes of a link, 2^96 addresses: what is not held takes nothing. */
static void test_a_large_pool_costs_nothing(void **state)
{
	size_t before = mallinfo2().uordblks;
	struct tp_pool6_stats stats;

	assert_int_equal(put("links", "2001:db8::", 32, 64, NULL), 0);
	assert_int_equal(put("hosts", "2001:db9::", 32, 128, NULL), 0);
	assert_given("links", 0xfffffffe, "2001:db8:f:fffe::/64");
	assert_given("hosts", UINT64_MAX, "2001:db9::f:ffff/128");
	assert_int_equal(tp_pool6_stats(registry, "links", &stats), 0);
	assert_int_equal(stats.total, UINT64_C(1) << 32);
	assert_int_equal(stats.used, 1);
	assert_int_equal(tp_pool6_stats(registry, "hosts", &stats), 0);
	assert_true(stats.total == UINT64_MAX);
	assert_in_range(mallinfo2().uordblks, 0, before + 2048);
}

/* Thousands of searches that go round a pool of which one block is left, and of those that have
 * none, since all is given out or in each block an address is held: linear ones would take
 * minutes. */
static void test_a_full_pool_is_searched_in_a_few_steps(void **state)
{
	const struct tp_prefix6 last = prefix_of("2001:db8:0:8000::", 64);
	struct tp_prefix6 prefix;
	struct tp_pool6_wish wish = {.place = 0};

	assert_int_equal(put("links", "2001:db8::", 48, 64, NULL), 0);
	assert_int_equal(put("dotted", "2001:db8:1::", 48, 64, NULL), 0);
	for (unsigned i = 0; i < 65536; i++) {
		const struct tp_pool6_holder holder = {.owner = &bob, .info = ""};

		assert_int_equal(allocate("links", &alice, &wish, &prefix), 0);
		prefix.address[5] = 1;
		prefix.length = 128;
		assert_int_equal(tp_pool6_reserve(registry, &prefix, &holder), 0);
	}
	for (unsigned i = 0; i < 20000; i++) {
		assert_int_equal(tp_pool6_release(registry, &last, &alice), 0);
		wish.place = i * 2654435761u;
		assert_int_equal(allocate("links", &alice, &wish, &prefix), 0);
		assert_true(tp_prefix6_same(&prefix, &last));
		assert_int_equal(allocate("links", &alice, &wish, &prefix), -EADDRNOTAVAIL);
		assert_int_equal(allocate("dotted", &alice, &wish, &prefix), -EADDRNOTAVAIL);
	}
}

/* 2001:db8:0:1::/64, and 2001:db8:0:2::5 which others hold. */
static const char *core_has(void *user, const struct tp_prefix6 *prefix)
{
	const struct tp_prefix6 network = prefix_of("2001:db8:0:1::", 64),
				host = prefix_of("2001:db8:0:2::5", 128);

	(*(unsigned *)user)++;
	if (tp_prefix6_has(prefix, network.address) || tp_prefix6_has(&network, prefix->address))
		return "the core's";
	return tp_prefix6_has(prefix, host.address) ? "a router's" : NULL;
}

static void test_what_is_reserved_is_passed_over_and_refused(void **state)
{
	struct tp_pool6_wish wish = {.place = 0};
	struct tp_prefix6 prefix, expected;
	unsigned asked = 0;

	tp_pool6_set_reserved(registry, core_has, &asked);
	assert_int_equal(put("links", "2001:db8::", 62, 64, NULL), 0);
	assert_int_equal(allocate("links", &alice, &wish, &prefix), 0);
	expected = prefix_of("2001:db8::", 64);
	assert_true(tp_prefix6_same(&prefix, &expected));
	assert_int_equal(allocate("links", &alice, &wish, &prefix), 0);
	expected = prefix_of("2001:db8:0:3::", 64);
	assert_true(tp_prefix6_same(&prefix, &expected));
	expected = prefix_of("2001:db8:0:1::", 64);
	wish.hint = &expected;
	assert_int_equal(allocate("links", &bob, &wish, &prefix), -EADDRNOTAVAIL);
	assert_int_equal(reserve("2001:db8:0:2::", 64, &bob), -EPERM);
	assert_int_equal(reserve("2001:db8:0:2::5", 128, &bob), -EPERM);
	assert_int_equal(reserve("2001:db8:0:2::6", 128, &bob), 0);
	assert_string_equal(tp_pool6_reserved(registry, &expected), "the core's");
	assert_true(asked < 30);
	tp_pool6_set_reserved(registry, NULL, NULL);
	assert_null(tp_pool6_reserved(registry, &expected));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_what_is_reserved_is_passed_over_and_refused),
		TEST(test_a_block_is_given_by_its_place_and_else_the_next),
		TEST(test_a_user_gets_the_same_again),
		TEST(test_places_are_the_same_in_every_release),
		TEST(test_places_are_together),
		TEST(test_places_are_spread),
		TEST(test_a_hint_is_taken_when_the_users_own_is_held),
		TEST(test_a_smaller_block_may_be_asked_for_but_no_larger_one),
		TEST(test_the_routers_address_is_not_given),
		TEST(test_nothing_overlaps_what_is_held),
		TEST(test_only_its_holder_releases_it_and_only_as_it_is),
		TEST(test_the_next_pool_gives_when_one_is_exhausted),
		TEST(test_a_pool_that_is_removed_leaves_what_is_held),
		TEST(test_what_is_no_pool_or_no_prefix_is_refused),
		TEST(test_a_large_pool_costs_nothing),
		TEST(test_a_full_pool_is_searched_in_a_few_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
