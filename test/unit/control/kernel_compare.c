/* SPDX-License-Identifier: BSD-3-Clause */
/* /system/reconcile of routes that are no subscriber's: what the kernel has, and the data plane. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kernel_fixture.h"

#define PREFIX	"198.51.100.0/24"
#define PREFIX6 "2001:db8:1::/48"
#define BY(n)	"nexthop via 192.0.2." #n " dev ether1 "
#define BY6(n)	"nexthop via 2001:db8::" #n " dev ether1 "

/* The differences are these of the place "fib", as many as there are before a NULL. */
static void check(struct tp_control *c, const char *const *texts)
{
	int status;
	json_t *list = fixture_call(c, TP_METHOD_GET, "/system/reconcile", NULL, NULL, &status);
	size_t i;
	json_t *row;

	assert_int_equal(status, 200);
	json_array_foreach (list, i, row) {
		assert_non_null(texts[i]);
		assert_string_equal(json_string_value(json_object_get(row, "difference")),
				    texts[i]);
		assert_string_equal(json_string_value(json_object_get(row, "place")), "fib");
	}
	assert_null(texts[i]);
	json_decref(list);
}

#define CHECK(c, ...) check(c, (const char *const[]){__VA_ARGS__})

static struct fake_route *ours(const struct fake_route *route)
{
	assert_non_null(route);
	return &fake.routes[route - fake.routes];
}

static void test_what_is_known_alike_is_no_difference(void **state)
{
	struct tp_control *c = control_of(state);

	run("ip route add " PREFIX " " BY(3) BY(4) "weight 10");
	run("ip -6 route add " PREFIX6 " " BY6(3) BY6(4) "weight 3");
	run("ip route add blackhole 198.51.101.0/24");
	run("ip route add unreachable 198.51.102.0/24 metric 7");
	run("ip route add 198.51.102.0/24 via 192.0.2.7 metric 5");
	run("ip route add 198.51.103.0/24 via 192.0.2.7 tos 4");
	hear(c);
	assert_int_equal(fake_route(0xc6336400, 24)->path_count, 2);
	CHECK(c, NULL);
}

static void test_each_next_hop_that_differs_is_named(void **state)
{
	struct tp_control *c = control_of(state);
	struct fake_route *route;

	run("ip route add " PREFIX " " BY(3) BY(4) "weight 10 " BY(5));
	hear(c);
	route = ours(fake_route(0xc6336400, 24));
	route->paths[0].gateway = tp_ip_of4(0xc0000209);
	route->paths[1].weight = 3;
	CHECK(c, "the route to " PREFIX " lacks the next hop 192.0.2.3%ether1",
	      "the next hop 192.0.2.4%ether1 of " PREFIX " has weight 3, and 10 in the kernel",
	      "the route to " PREFIX
	      " has the next hop 192.0.2.9%ether1, and the kernel's does not",
	      NULL);
	route->path_count = 0; /* as where there is no room for another set */
	route->via = tp_ip_of4(0xc0000204);
	CHECK(c, "the route to " PREFIX " lacks the next hop 192.0.2.3%ether1",
	      "the route to " PREFIX " lacks the next hop 192.0.2.5%ether1", NULL);
}

static void test_each_next_hop_of_ipv6_that_differs_is_named(void **state)
{
	struct tp_control *c = control_of(state);
	struct fake_route *route;

	run("ip -6 route add " PREFIX6 " " BY6(3) BY6(4));
	hear(c);
	route = ours(fake_route6(PREFIX6));
	assert_int_equal(route->path_count, 2);
	route->paths[1].gateway.bytes[15] = 5;
	CHECK(c, "the route to " PREFIX6 " lacks the next hop 2001:db8::4%ether1",
	      "the route to " PREFIX6
	      " has the next hop 2001:db8::5%ether1, and the kernel's does not",
	      NULL);
}

static void test_routes_of_one_side_and_of_another_kind_are_named(void **state)
{
	struct tp_control *c = control_of(state);
	struct fake_route *route;

	run("ip route add " PREFIX " " BY(3) BY(4));
	run("ip route add 198.51.101.0/24 via 192.0.2.3");
	run("ip route add blackhole 198.51.102.0/24");
	hear(c);
	ours(fake_route(0xc6336400, 24))->prefix.length = 25;
	route = ours(fake_route(0xc6336500, 24));
	route->kind = TP_ROUTE_BLACKHOLE;
	route->port = 0;
	ours(fake_route(0xc6336600, 24))->kind = TP_ROUTE_PROHIBIT;
	CHECK(c, "lacks the route to " PREFIX ", which the kernel has",
	      "has the route to 198.51.100.0/25, and the kernel does not",
	      "the route to 198.51.101.0/24 is blackhole, and unicast in the kernel",
	      "the route to 198.51.102.0/24 is prohibit, and blackhole in the kernel", NULL);
}

static void test_an_address_of_the_box_is_compared_too(void **state)
{
	struct tp_control *c = control_of(state);

	ours(fake_route(0xc0000201, 32))->port = 0;
	CHECK(c,
	      "the route to 192.0.2.1/32 has the next hop no core port, and the kernel's does not",
	      "the route to 192.0.2.1/32 lacks the next hop ether1", NULL);
}

/* What the kernel has said and nobody has read yet is heard first. */
static void test_news_that_wait_are_no_difference(void **state)
{
	struct tp_control *c = control_of(state);

	run("ip route add " PREFIX " " BY(3) BY(4));
	CHECK(c, NULL);
	assert_int_equal(fake_route(0xc6336400, 24)->path_count, 2);
	run("ip route replace " PREFIX " " BY(5) BY(4));
	CHECK(c, NULL);
	run("ip link set ether1 down"); /* what goes with it a dump will tell */
	CHECK(c, NULL);
	hear(c);
	CHECK(c, NULL);
}

static void test_what_the_data_plane_has_no_room_for_is_named(void **state)
{
	struct tp_control *c = control_of(state);

	fake.route_error = -ENOSPC;
	run("ip route add " PREFIX " " BY(3) BY(4));
	hear(c);
	CHECK(c, "lacks the route to " PREFIX ", which the kernel has", NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, kernel_setup, kernel_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_what_is_known_alike_is_no_difference),
		TEST(test_each_next_hop_that_differs_is_named),
		TEST(test_each_next_hop_of_ipv6_that_differs_is_named),
		TEST(test_routes_of_one_side_and_of_another_kind_are_named),
		TEST(test_an_address_of_the_box_is_compared_too),
		TEST(test_news_that_wait_are_no_difference),
		TEST(test_what_the_data_plane_has_no_room_for_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
