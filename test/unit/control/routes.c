/* SPDX-License-Identifier: BSD-3-Clause */
/* Which of the kernel's routes to one destination is in force. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "control/routes.h"
#include "fake_dataplane.h"

static int program(void *user, const struct tp_dataplane_route *route, bool remove)
{
	return remove ? tp_dataplane_route_remove(NULL, &route->prefix)
		      : tp_dataplane_route_set(NULL, route);
}

static int setup(void **state)
{
	fake_reset(0);
	*state = tp_routes_create(program, NULL);
	return *state == NULL;
}

static int teardown(void **state)
{
	tp_routes_destroy(*state);
	return 0;
}

static struct tp_kernel_route by_gateway(uint32_t metric, uint32_t gateway)
{
	return (struct tp_kernel_route){
		.table = RT_TABLE_MAIN,
		.metric = metric,
		.route = {.prefix = {0x0a000000, 8}, .kind = TP_ROUTE_GATEWAY, .gateway = gateway},
	};
}

static void test_the_lowest_metric_is_in_force(void **state)
{
	struct tp_kernel_route far = by_gateway(20, 2), near = by_gateway(10, 1);

	tp_routes_add(*state, &far);
	assert_int_equal(fake_route(0x0a000000, 8)->gateway, 2);
	tp_routes_add(*state, &near);
	assert_int_equal(fake_route(0x0a000000, 8)->gateway, 1);
}

static void test_the_next_best_takes_over(void **state)
{
	struct tp_kernel_route far = by_gateway(20, 2), near = by_gateway(10, 1);

	tp_routes_add(*state, &near);
	tp_routes_add(*state, &far);
	assert_int_equal(fake_route(0x0a000000, 8)->gateway, 1);
	tp_routes_remove(*state, &near);
	assert_int_equal(fake_route(0x0a000000, 8)->gateway, 2);
	tp_routes_remove(*state, &far);
	assert_null(fake_route(0x0a000000, 8));
	assert_int_equal(tp_routes_count(*state), 0);
}

static void test_the_local_table_goes_before_main(void **state)
{
	struct tp_kernel_route main = by_gateway(0, 1), local = by_gateway(0, 0);

	local.table = RT_TABLE_LOCAL;
	local.route.kind = TP_ROUTE_LOCAL;
	tp_routes_add(*state, &main);
	tp_routes_add(*state, &local);
	assert_int_equal(fake_route(0x0a000000, 8)->kind, TP_ROUTE_LOCAL);
}

static void test_a_replaced_route_is_not_removed_by_news_of_its_end(void **state)
{
	struct tp_kernel_route old = by_gateway(10, 1), new = by_gateway(10, 2);

	tp_routes_add(*state, &old);
	tp_routes_add(*state, &new);
	tp_routes_remove(*state, &old);
	assert_int_equal(fake_route(0x0a000000, 8)->gateway, 2);
}

static void test_a_dump_removes_what_it_does_not_name(void **state)
{
	struct tp_kernel_route kept = by_gateway(10, 1), gone = by_gateway(10, 2);

	gone.route.prefix.length = 16;
	tp_routes_add(*state, &kept);
	tp_routes_add(*state, &gone);
	tp_routes_begin_dump(*state);
	tp_routes_add(*state, &kept);
	tp_routes_end_dump(*state);
	assert_non_null(fake_route(0x0a000000, 8));
	assert_null(fake_route(0x0a000000, 16));
	assert_int_equal(tp_routes_count(*state), 1);
}

static void test_a_route_that_was_refused_is_tried_again(void **state)
{
	struct tp_kernel_route route = by_gateway(10, 1);

	fake.route_error = -ENOSPC;
	tp_routes_add(*state, &route);
	assert_null(fake_route(0x0a000000, 8));
	assert_int_equal(tp_routes_failures(*state), 1);
	fake.route_error = 0;
	tp_routes_add(*state, &route);
	assert_non_null(fake_route(0x0a000000, 8));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_the_lowest_metric_is_in_force),
		TEST(test_the_next_best_takes_over),
		TEST(test_the_local_table_goes_before_main),
		TEST(test_a_replaced_route_is_not_removed_by_news_of_its_end),
		TEST(test_a_dump_removes_what_it_does_not_name),
		TEST(test_a_route_that_was_refused_is_tried_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
