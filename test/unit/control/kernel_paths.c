/* SPDX-License-Identifier: BSD-3-Clause */
/* Routes of several next hops, as the kernel tells of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kernel_fixture.h"

#define PREFIX	"198.51.100.0/24"
#define PREFIX6 "2001:db8:1::/48"

/* The last byte of each gateway times its weight, in all; 0: not by several. */
static unsigned shared_after(struct tp_control *c, const char *command)
{
	const struct fake_route *route;
	unsigned sum = 0;

	run(command);
	hear(c);
	route = fake_route(0xc6336400, 24);
	for (unsigned i = 0; route != NULL && i < route->path_count; i++) {
		assert_int_equal(route->paths[i].port, 1);
		sum += (tp_ip_to4(&route->paths[i].gateway) & 0xff) * route->paths[i].weight;
	}
	return sum;
}

#define BY(n) "nexthop via 192.0.2." #n " dev ether1 "

static void test_several_next_hops_share_a_route(void **state)
{
	struct tp_control *c = control_of(state);

	assert_int_equal(shared_after(c, "ip route add " PREFIX " " BY(3) BY(4) "weight 10"), 43);
	assert_int_equal(tp_routes_several(c->kernel.routes, TP_FAMILY_IPV4), 1);
	for (uint32_t i = 3; i < 5; i++)
		assert_true(tp_routes_has_gateway(c->kernel.routes,
						  &(const struct tp_ip)TP_IP4(0xc0000200 + i)));
	assert_int_equal(shared_after(c, "ip route replace " PREFIX " " BY(4) BY(5) BY(6)), 15);
	assert_false(
		tp_routes_has_gateway(c->kernel.routes, &(const struct tp_ip)TP_IP4(0xc0000203)));
	/* Not on a core port, or of the other family: not for workers. */
	run("ip link set lo up");
	assert_int_equal(
		shared_after(c, "ip route replace " PREFIX " " BY(4) BY(5) "nexthop dev lo"), 9);
	assert_int_equal(shared_after(c, "ip route replace " PREFIX
					 " " BY(4) "nexthop via inet6 fe80::1 dev ether1"),
			 0);
	assert_int_equal(fake_route(0xc6336400, 24)->gateway, 0xc0000204);
	assert_int_equal(tp_routes_several(c->kernel.routes, TP_FAMILY_IPV4), 0);
	assert_int_equal(shared_after(c, "ip route del " PREFIX), 0);
	assert_false(
		tp_routes_has_gateway(c->kernel.routes, &(const struct tp_ip)TP_IP4(0xc0000204)));
}

/* As FRR does it: each next hop is a thing of its own, and a group of them another. */
static void test_a_group_of_next_hops_shares_routes(void **state)
{
	struct tp_control *c = control_of(state);

	for (unsigned i = 3; i < 6; i++) {
		char command[96];

		snprintf(command, sizeof(command), "ip nexthop add id %u via 192.0.2.%u dev ether1",
			 i, i);
		run(command);
	}
	run("ip nexthop add id 9 group 3/4,10");
	assert_int_equal(shared_after(c, "ip route add " PREFIX " nhid 9"), 43);
	assert_int_equal(shared_after(c, "ip nexthop replace id 9 group 3/4/5"), 12);
	assert_int_equal(shared_after(c, "ip nexthop del id 4"), 8);
	assert_int_equal(shared_after(c, "ip nexthop del id 3"), 0);
	assert_int_equal(fake_route(0xc6336400, 24)->gateway, 0xc0000205);
	assert_int_equal(shared_after(c, "ip nexthop del id 5"), 0);
}

/* Who does not answer is asked for again, as no packet asks for it. */
static void test_all_next_hops_are_resolved(void **state)
{
	struct tp_control *c = control_of(state);
	uint64_t before;

	shared_after(c, "ip route add " PREFIX " " BY(3) BY(4));
	run("ip neigh replace 192.0.2.3 lladdr 02:00:00:00:00:77 dev ether1 nud permanent");
	run("ip neigh replace 192.0.2.4 dev ether1 nud failed");
	hear(c);
	before = c->kernel.resolves;
	c->kernel.reconcile_due_ms = c->now_ms;
	memset(c->kernel.asked, 0, sizeof(c->kernel.asked));
	hear(c);
	assert_true(c->kernel.resolves > before);
	run("ip neigh show 192.0.2.4 | grep -vq FAILED");
}

static unsigned shared6(void)
{
	const struct fake_route *route = fake_route6(PREFIX6);
	unsigned sum = 0;

	for (unsigned i = 0; route != NULL && i < route->path_count; i++)
		sum += route->paths[i].gateway.bytes[15] * route->paths[i].weight;
	return sum;
}

/* The kernel makes one route of those that are alike but for their gateways, and may tell of a part
 * of it: what is in force is all of it. */
static void test_several_next_hops_share_a_route_of_ipv6(void **state)
{
	static const struct {
		const char *command;
		unsigned sum;
	} steps[] = {
		{"add " PREFIX6 " via 2001:db8::3", 0},
		{"append " PREFIX6 " via 2001:db8::4", 7},
		{"append " PREFIX6 " via 2001:db8::6", 13},
		{"del " PREFIX6 " via 2001:db8::4", 9},
		{"replace " PREFIX6 " nexthop via 2001:db8::7 weight 5 nexthop via 2001:db8::5",
		 40},
		{"del " PREFIX6, 0},
	};
	struct tp_control *c = control_of(state);

	for (unsigned i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		char command[256];

		snprintf(command, sizeof(command), "ip -6 route %s", steps[i].command);
		run(command);
		hear(c);
		assert_int_equal(shared6(), steps[i].sum);
		assert_int_equal(tp_routes_several(c->kernel.routes, TP_FAMILY_IPV6),
				 steps[i].sum != 0);
	}
	assert_null(fake_route6(PREFIX6));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, kernel_setup, kernel_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_several_next_hops_share_a_route),
		TEST(test_a_group_of_next_hops_shares_routes),
		TEST(test_several_next_hops_share_a_route_of_ipv6),
		TEST(test_all_next_hops_are_resolved),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
