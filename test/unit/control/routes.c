/* SPDX-License-Identifier: BSD-3-Clause */
/* Which of the kernel's routes to one destination is in force. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "control/kernel/routes.h"
#include "dataplane/routes.h"
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
		.identity = gateway,
		.route = {.prefix = {TP_IP4(0x0a000000), 8},
			  .kind = TP_ROUTE_GATEWAY,
			  .gateway = TP_IP4(gateway)},
	};
}

static void test_the_lowest_metric_is_in_force(void **state)
{
	struct tp_kernel_route far = by_gateway(20, 2), near = by_gateway(10, 1);

	tp_routes_add(*state, &far, TP_ROUTE_FIRST);
	assert_int_equal(fake_route(0x0a000000, 8)->gateway, 2);
	tp_routes_add(*state, &near, TP_ROUTE_FIRST);
	assert_int_equal(fake_route(0x0a000000, 8)->gateway, 1);
}

static void test_the_next_best_takes_over(void **state)
{
	struct tp_kernel_route far = by_gateway(20, 2), near = by_gateway(10, 1);

	tp_routes_add(*state, &near, TP_ROUTE_FIRST);
	tp_routes_add(*state, &far, TP_ROUTE_FIRST);
	assert_int_equal(fake_route(0x0a000000, 8)->gateway, 1);
	tp_routes_remove(*state, &near);
	assert_int_equal(fake_route(0x0a000000, 8)->gateway, 2);
	tp_routes_remove(*state, &far);
	assert_null(fake_route(0x0a000000, 8));
	assert_int_equal(tp_routes_count(*state, TP_FAMILY_IPV4), 0);
}

static void test_the_local_table_goes_before_main(void **state)
{
	struct tp_kernel_route main = by_gateway(0, 1), local = by_gateway(0, 0);

	local.table = RT_TABLE_LOCAL;
	local.route.kind = TP_ROUTE_LOCAL;
	tp_routes_add(*state, &main, TP_ROUTE_FIRST);
	tp_routes_add(*state, &local, TP_ROUTE_FIRST);
	assert_int_equal(fake_route(0x0a000000, 8)->kind, TP_ROUTE_LOCAL);
}

static void test_a_route_that_replaces_another_takes_its_place(void **state)
{
	struct tp_kernel_route old = by_gateway(10, 1), new = by_gateway(10, 2);

	tp_routes_add(*state, &old, TP_ROUTE_FIRST);
	tp_routes_add(*state, &new, TP_ROUTE_INSTEAD);
	assert_int_equal(fake_route(0x0a000000, 8)->gateway, 2);
	tp_routes_remove(*state, &new);
	assert_null(fake_route(0x0a000000, 8));
}

static void test_a_foreign_route_takes_its_place_alone(void **state)
{
	struct tp_kernel_route ours = by_gateway(10, 1), foreign = by_gateway(10, 2);

	foreign.foreign = true;
	tp_routes_add(*state, &foreign, TP_ROUTE_FIRST);
	assert_null(fake_route(0x0a000000, 8));
	assert_int_equal(tp_routes_count(*state, TP_FAMILY_IPV4), 0);
	tp_routes_add(*state, &ours, TP_ROUTE_LAST);
	assert_int_equal(fake_route(0x0a000000, 8)->gateway, 1);
	assert_int_equal(tp_routes_count(*state, TP_FAMILY_IPV4), 1);
	ours.identity = 3;
	tp_routes_add(*state, &ours, TP_ROUTE_INSTEAD);
	tp_routes_remove(*state, &ours);
	assert_int_equal(fake_route(0x0a000000, 8)->gateway, 1);
}

static void test_a_dump_removes_what_it_does_not_name(void **state)
{
	struct tp_kernel_route kept = by_gateway(10, 1), gone = by_gateway(10, 2);

	gone.route.prefix.length = 16;
	tp_routes_add(*state, &kept, TP_ROUTE_FIRST);
	tp_routes_add(*state, &gone, TP_ROUTE_FIRST);
	tp_routes_begin_dump(*state);
	tp_routes_put(*state, &kept);
	tp_routes_end_dump(*state, true);
	assert_non_null(fake_route(0x0a000000, 8));
	assert_null(fake_route(0x0a000000, 16));
	assert_int_equal(tp_routes_count(*state, TP_FAMILY_IPV4), 1);
}

/* As in neighbours.c: N an event of a new route, A of one that is appended, R of one that replaces
 * the first, D in the dump, then the gateway; e: an event that the route by this gateway is gone;
 * (, ) and
 * !: a dump begins, ends, breaks off. */
static const struct {
	const char *story;
	uint32_t gateway; /* in the end; 0: there is no route */
	bool unsure;	  /* and another dump is wanted */
} stories[] = {
	{"N1", 1, false},
	{"N1e1", 0, false},
	{"N1R2", 2, false},
	{"N1R2e2", 0, false},
	{"(D1)", 1, false},
	{"N1()", 0, false},
	{"N1(D2)", 2, false},
	{"e1(D1)", 1, false},
	{"(N1)", 1, false},
	{"(D1R2)", 2, false},
	{"(e1D1)", 0, false},
	{"(D1e1)", 0, false},
	{"N1(e1D1)", 0, false},
	{"N1(R2D1)", 2, false},
	{"N1(e1N2D1)", 2, false},
	{"N1(D1e1)", 0, false},
	{"N1(e1N1D1)", 1, false},
	{"(e1D1)(D1)", 1, false},
	{"(N2)()", 0, false},
	{"(e1D2)", 2, false},
	{"N1(!", 1, false},
	{"N1(e1D1!", 0, false},
	{"N1(D2!", 2, false},
	{"(N1e1N2e2D1D2)", 0, false},
	{"(D1)R1", 1, false}, /* older than the dump */
	/* one that replaces what is not known */
	{"R1", 1, true},
	{"(R2D1)", 2, true},
	{"(R2D1)(D2)", 2, false},
	{"(D1)e2", 1, true},
	/* several of one metric */
	{"N1A2", 1, true},
	{"N1N2", 2, true},
	{"N1A2(D1D2)", 1, false},
	{"N1A2(D1D2)e1", 2, true},
	{"N1A2(D1D2)e1(D2)", 2, false},
	{"N1A2(D1D2)R3", 3, true},
	{"N1A2(D1D2)R3e3", 2, true},
	{"N1A2(D2D1)", 2, false},
	{"N1A2(D2)", 2, false},
	{"N1A2(D2)e2", 0, true}, /* 1 may be there yet */
	{"(D1D2D3)(D3D1D2)", 3, false},
	{"(D1D2)N3(D3D1D2)e3", 1, true},
	{"(D1D2)(D2R3", 3, true}, /* of 1, 2: 3, 2, though the dump tells of the time before */
	{"(D1D2)(R3D1D2)", 3, true},
	{"A1", 1, true},
	/* what the dump may have left out, as another had gone before it */
	{"N1A2(D1D2)(e1)", 0, true},
	{"N1A2(D1)e1", 0, true},
};

static void play(struct tp_routes *routes, const char *story)
{
	for (const char *c = story; *c != '\0'; c++) {
		struct tp_kernel_route route = by_gateway(10, (uint32_t)(c[1] - '0'));

		if (*c == '(')
			tp_routes_begin_dump(routes);
		else if (*c == ')' || *c == '!')
			tp_routes_end_dump(routes, *c == ')');
		else if (*c == 'e')
			tp_routes_remove(routes, &route);
		else if (*c == 'D')
			tp_routes_put(routes, &route);
		else if (*c == 'N' || *c == 'A' || *c == 'R')
			tp_routes_add(routes, &route,
				      *c == 'N'	  ? TP_ROUTE_FIRST
				      : *c == 'A' ? TP_ROUTE_LAST
						  : TP_ROUTE_INSTEAD);
	}
}

static void test_every_order_of_dump_and_event_ends_in_the_truth(void **state)
{
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		struct tp_routes *routes = tp_routes_create(program, NULL);
		const struct fake_route *route;
		uint32_t gateway;

		fake_reset(0);
		play(routes, stories[i].story);
		route = fake_route(0x0a000000, 8);
		gateway = route != NULL ? route->gateway : 0;
		if (gateway != stories[i].gateway)
			fail_msg("%s: by %u", stories[i].story, gateway);
		if (tp_routes_unsure(routes) != stories[i].unsure)
			fail_msg("%s: unsure or not", stories[i].story);
		for (uint32_t g = 1; g <= 3; g++) {
			const struct tp_ip ip = tp_ip_of4(g);

			assert_int_equal(tp_routes_has_gateway(routes, &ip), g == gateway);
		}
		assert_int_equal(tp_routes_count(routes, TP_FAMILY_IPV4), gateway != 0);
		tp_routes_destroy(routes);
	}
}

/* The same of IPv6, whose dumps lose their place when any route goes (s): what one of these did not
 * tell of may be there all the same. */
static const struct {
	const char *story;
	uint8_t gateway;
	bool unsure;
} stories6[] = {
	{"N1", 1, false},	   {"N1()", 0, false},
	{"N1(s)", 1, true},	   {"N1(s)()", 0, false},
	{"N1(sD1)", 1, false},	   {"N1(sD2)", 2, true}, /* 1 stands behind it */
	{"N1(sD2)(D2)", 2, false}, {"N1s()", 0, false},	 /* before the dump was asked for */
	{"N1()s", 0, true}, /* or while it was made: it is heard of only now */
	{"N1()s()", 0, false},	   {"N1(D1)s", 1, false},
	{"(D1)(s!", 1, false}, /* which is asked for again anyway */
	{"N1(e1s)", 0, false},	   {"N1A2(D2s)", 2, true},
};

static struct tp_kernel_route by_gateway6(uint8_t gateway)
{
	return (struct tp_kernel_route){
		.table = RT_TABLE_MAIN,
		.metric = 1024,
		.identity = gateway,
		.route = {.prefix = {{TP_FAMILY_IPV6, {0x20, 0x01, 0x0d, 0xb8}}, 32},
			  .kind = TP_ROUTE_GATEWAY,
			  .gateway = {TP_FAMILY_IPV6, {0xfe, 0x80, [15] = gateway}}},
	};
}

static void play6(struct tp_routes *routes, const char *story)
{
	for (const char *c = story; *c != '\0'; c++) {
		struct tp_kernel_route route = by_gateway6((uint8_t)(c[1] - '0'));

		if (*c == '(')
			tp_routes_begin_dump(routes);
		else if (*c == ')' || *c == '!')
			tp_routes_end_dump(routes, *c == ')');
		else if (*c == 's')
			tp_routes_shaken(routes);
		else if (*c == 'e')
			tp_routes_remove(routes, &route);
		else if (*c == 'D')
			tp_routes_put(routes, &route);
		else if (*c == 'N' || *c == 'A')
			tp_routes_add(routes, &route, *c == 'N' ? TP_ROUTE_FIRST : TP_ROUTE_LAST);
	}
}

static void test_what_a_dump_of_ipv6_may_have_left_out_stays(void **state)
{
	for (size_t i = 0; i < sizeof(stories6) / sizeof(stories6[0]); i++) {
		struct tp_routes *routes = tp_routes_create(program, NULL);
		const struct fake_route *route;
		uint8_t gateway;

		fake_reset(0);
		play6(routes, stories6[i].story);
		route = fake_route6("2001:db8::/32");
		gateway = route != NULL ? route->via.bytes[15] : 0;
		if (gateway != stories6[i].gateway)
			fail_msg("%s: by %u", stories6[i].story, gateway);
		if (tp_routes_unsure(routes) != stories6[i].unsure)
			fail_msg("%s: unsure or not", stories6[i].story);
		assert_int_equal(tp_routes_count(routes, TP_FAMILY_IPV6), gateway != 0);
		assert_int_equal(tp_routes_count(routes, TP_FAMILY_IPV4), 0);
		tp_routes_destroy(routes);
	}
}

/* 10.0.0.0/8 and a00::/8 begin with the same bytes. */
/* Linux's `ip -6 route replace` may leave two routes that are alike: when one goes, the other is
 * there.
 */
static void test_of_two_that_are_alike_one_may_be_left(void **state)
{
	struct tp_kernel_route route = by_gateway(10, 1), between = by_gateway(10, 2);

	tp_routes_begin_dump(*state);
	tp_routes_put(*state, &route);
	tp_routes_put(*state, &between);
	tp_routes_put(*state, &route);
	tp_routes_end_dump(*state, true);
	assert_int_equal(fake_route(0x0a000000, 8)->gateway, 1);
	assert_false(tp_routes_unsure(*state));
	tp_routes_remove(*state, &route);
	assert_true(tp_routes_unsure(*state));
	tp_routes_begin_dump(*state);
	tp_routes_put(*state, &route);
	tp_routes_end_dump(*state, true);
	assert_int_equal(fake_route(0x0a000000, 8)->gateway, 1);
}

static void test_the_families_do_not_meet(void **state)
{
	struct tp_kernel_route ipv4 = by_gateway(10, 1), ipv6 = by_gateway6(2);

	ipv6.route.prefix = (struct tp_ip_prefix){{TP_FAMILY_IPV6, {10}}, 8};
	tp_routes_add(*state, &ipv4, TP_ROUTE_FIRST);
	tp_routes_add(*state, &ipv6, TP_ROUTE_FIRST);
	assert_int_equal(fake_route(0x0a000000, 8)->gateway, 1);
	assert_int_equal(fake_route6("a00::/8")->via.bytes[15], 2);
	tp_routes_begin_dump(*state);
	tp_routes_shaken(*state);
	tp_routes_end_dump(*state, true);
	assert_null(fake_route(0x0a000000, 8)); /* IPv4's dumps are not shaken */
	assert_non_null(fake_route6("a00::/8"));
}

static void test_a_route_that_was_refused_is_tried_again(void **state)
{
	struct tp_kernel_route route = by_gateway(10, 1);

	fake.route_error = -ENOSPC;
	tp_routes_add(*state, &route, TP_ROUTE_FIRST);
	assert_null(fake_route(0x0a000000, 8));
	assert_int_equal(tp_routes_failures(*state), 1);
	fake.route_error = 0;
	tp_routes_add(*state, &route, TP_ROUTE_FIRST);
	assert_non_null(fake_route(0x0a000000, 8));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_the_lowest_metric_is_in_force),
		TEST(test_the_next_best_takes_over),
		TEST(test_the_local_table_goes_before_main),
		TEST(test_a_route_that_replaces_another_takes_its_place),
		TEST(test_a_foreign_route_takes_its_place_alone),
		TEST(test_a_dump_removes_what_it_does_not_name),
		TEST(test_every_order_of_dump_and_event_ends_in_the_truth),
		TEST(test_what_a_dump_of_ipv6_may_have_left_out_stays),
		TEST(test_of_two_that_are_alike_one_may_be_left),
		TEST(test_the_families_do_not_meet),
		TEST(test_a_route_that_was_refused_is_tried_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
