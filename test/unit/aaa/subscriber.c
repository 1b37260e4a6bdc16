/* SPDX-License-Identifier: BSD-3-Clause */
/* What a subscriber gets as one value: copied, moved, compared and counted whole. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "aaa/subscriber.h"
#include "base/name.h"

static struct tp_names *names;

static int setup(void **state)
{
	names = tp_names_create();
	return names == NULL;
}

static int teardown(void **state)
{
	tp_names_destroy(names);
	return 0;
}

static struct tp_prefix6 prefix_of(uint8_t third, uint8_t length)
{
	return (struct tp_prefix6){.address = {0x20, 0x01, third}, .length = length};
}

/* One that has all of IPv6, out of arrays that are gone when it is used. */
static void make(struct tp_subscriber *subscriber)
{
	const struct tp_prefix6 delegated[2] = {prefix_of(1, 56), prefix_of(2, 60)};
	const struct tp_prefix6 routes[3] = {prefix_of(3, 48), prefix_of(4, 64), prefix_of(5, 128)};
	const char *links = tp_name_get(names, "links"), *homes = tp_name_get(names, "homes");
	const struct tp_subscriber_ipv6 ipv6 = {
		.prefix_pool = links,
		.pd_pool = homes,
		.prefix = prefix_of(6, 64),
		.delegated = delegated,
		.delegated_count = 2,
		.routes = routes,
		.route_count = 3,
		.lease_time_s = 86400,
		.has_address = true,
		.address = {0x20, 1, 7},
		.has_interface_id = true,
		.interface_id = {8},
		.dns_count = 1,
		.dns = {{0x20, 1, 9}},
	};

	memset(subscriber, 0, sizeof(*subscriber));
	subscriber->use_ipv6 = TP_USE_IPV6_YES;
	subscriber->ipv6 = tp_subscriber_ipv6_copy(&ipv6);
	assert_non_null(subscriber->ipv6);
	tp_name_unref(links);
	tp_name_unref(homes);
}

static void check(const struct tp_subscriber *subscriber)
{
	const struct tp_subscriber_ipv6 *ipv6 = subscriber->ipv6;
	const struct tp_prefix6 last = prefix_of(5, 128), delegated = prefix_of(2, 60);

	assert_int_equal(subscriber->use_ipv6, TP_USE_IPV6_YES);
	assert_string_equal(ipv6->prefix_pool, "links");
	assert_string_equal(ipv6->pd_pool, "homes");
	assert_int_equal(ipv6->route_count, 3);
	assert_true(tp_prefix6_same(&ipv6->routes[2], &last));
	assert_int_equal(ipv6->delegated_count, 2);
	assert_true(tp_prefix6_same(&ipv6->delegated[1], &delegated));
	assert_int_equal(ipv6->dns[0][2], 9);
}

static void test_a_copy_stands_by_itself(void **state)
{
	struct tp_subscriber first, second = {0};

	make(&first);
	assert_int_equal(tp_subscriber_copy(&second, &first), 0);
	assert_true(tp_subscriber_ipv6_same(first.ipv6, second.ipv6));
	tp_subscriber_clear(&first);
	assert_null(first.ipv6);
	check(&second);
	tp_subscriber_clear(&second);
}

static void test_what_is_moved_is_with_one_alone(void **state)
{
	struct tp_subscriber first, second;

	make(&first);
	make(&second);
	tp_subscriber_move(&second, &first);
	assert_null(first.ipv6);
	check(&second);
	tp_subscriber_clear(&second);
}

static void test_each_difference_is_seen(void **state)
{
	struct tp_subscriber a, b;
	struct tp_prefix6 other[3];

	make(&a);
	make(&b);
	assert_true(tp_subscriber_ipv6_same(a.ipv6, b.ipv6));
	assert_false(tp_subscriber_ipv6_same(a.ipv6, NULL));
	assert_true(tp_subscriber_ipv6_same(NULL, NULL));
#define DIFFERS(field, other)                                                                      \
	do {                                                                                       \
		struct tp_subscriber_ipv6 changed = *b.ipv6;                                       \
		changed.field = (other);                                                           \
		assert_false(tp_subscriber_ipv6_same(a.ipv6, &changed));                           \
	} while (0)
	DIFFERS(prefix_pool, NULL);
	DIFFERS(pd_pool, NULL);
	DIFFERS(prefix.length, 63);
	DIFFERS(delegated_count, 1);
	DIFFERS(route_count, 2);
	DIFFERS(lease_time_s, 60);
	DIFFERS(has_address, false);
	DIFFERS(address[15], 1);
	DIFFERS(has_interface_id, false);
	DIFFERS(interface_id[7], 1);
	DIFFERS(dns_count, 2);
	DIFFERS(dns[0][15], 1);
	memcpy(other, b.ipv6->routes, sizeof(other));
	other[2].address[15] = 1;
	DIFFERS(routes, other);
	tp_subscriber_clear(&a);
	tp_subscriber_clear(&b);
}

static void test_memory_is_told_with_what_stands_behind_it(void **state)
{
	struct tp_subscriber subscriber;

	make(&subscriber);
	assert_int_equal(tp_subscriber_memory(&subscriber),
			 sizeof(struct tp_subscriber_ipv6) + 5 * sizeof(struct tp_prefix6));
	tp_subscriber_clear(&subscriber);
	assert_int_equal(tp_subscriber_memory(&subscriber), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_copy_stands_by_itself),
		cmocka_unit_test(test_what_is_moved_is_with_one_alone),
		cmocka_unit_test(test_each_difference_is_seen),
		cmocka_unit_test(test_memory_is_told_with_what_stands_behind_it),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
