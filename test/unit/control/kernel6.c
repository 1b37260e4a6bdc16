/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6 of core ports against the kernel itself: addresses, routes, neighbours. */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/ipv6_text.h"
#include "dataplane/routes.h"
#include "wire/ipv6.h"
#include "kernel_fixture.h"

/* Neighbours find the port by it: RFC 4291, appendix A. */
static void test_a_core_port_has_the_link_local_address_of_its_mac(void **state)
{
	control_of(state);
	run("ip -o addr show dev ether1 | grep -q 'inet6 fe80::ff:fe00:1/64'");
	run("! ip -o addr show dev pppoe | grep -q inet6");
}

static void test_a_core_port_is_a_router_s(void **state)
{
	control_of(state);
	run("grep -q 1 /proc/sys/net/ipv6/conf/ether1/forwarding");
	run("ip link set ether1 down");
	run("ip link set ether1 up");
	run("ip -o addr show dev ether1 | grep -q 2001:db8::1/64");
}

static void test_addresses_and_routes_of_ipv6_are_the_kernel_s(void **state)
{
	control_of(state);
	run("ip -o addr show ether1 | grep -q 'inet6 2001:db8::1/64'");
	run("ip -6 route show default | grep -q 'via fe80::2 dev ether1 proto 159.*metric 1'");
	run("ip -6 route show 2001:db8::/64 | grep -q 'dev ether1 proto kernel'");
	assert_int_equal(fake_route6("::/0")->kind, TP_ROUTE_GATEWAY);
	assert_int_equal(fake_route6("::/0")->port, 1);
	assert_int_equal(fake_route6("2001:db8::/64")->kind, TP_ROUTE_CONNECTED);
	assert_int_equal(fake_route6("2001:db8::1/128")->kind, TP_ROUTE_LOCAL);
	/* all routers' of the network: RFC 4291, section 2.6.1 */
	assert_int_equal(fake_route6("2001:db8::/128")->kind, TP_ROUTE_LOCAL);
	assert_null(fake_route6("fe80::/64"));
	assert_null(fake_route6("fe80::ff:fe00:1/128"));
	assert_null(fake_route6("ff00::/8"));
	assert_null(fake_route6("::1/128"));
	assert_int_equal(fake.address6[1].bytes[15], 1);
	assert_true(tp_ip_is_none(&fake.address6[0]));
}

static void set6(struct tp_control *c, enum tp_resource_id menu, const char *path, const char *body,
		 int status)
{
	char item[80], id[TP_CONFIG_ID_TEXT_LEN];

	tp_config_id_format(tp_config_first(c->config, menu)->id, id);
	snprintf(item, sizeof(item), "%s/%s", path, id);
	assert_int_equal(fixture_status(c, TP_METHOD_PATCH, item, body), status);
}

static void test_an_address_of_ipv6_goes_and_comes_at_run_time(void **state)
{
	struct tp_control *c = control_of(state);

	set6(c, TP_IPV6_ADDRESS, "/ipv6/address", "{\"disabled\":true}", 200);
	run("! ip -o addr show ether1 | grep -q 2001:db8");
	assert_true(tp_ip_is_none(&fake.address6[1]));
	hear(c); /* and it stays away */
	run("! ip -o addr show ether1 | grep -q 2001:db8");
	set6(c, TP_IPV6_ADDRESS, "/ipv6/address",
	     "{\"disabled\":false,\"address\":\"2001:db8:5::/64\",\"eui-64\":true}", 200);
	run("ip -o addr show ether1 | grep -q 2001:db8:5::ff:fe00:1/64");
	assert_int_equal(fake.address6[1].bytes[11], 0xff);
	assert_int_equal(fixture_status(c, TP_METHOD_PUT, "/ipv6/address",
					"{\"address\":\"2001:db8:6::1\",\"interface\":\"ether0\"}"),
			 400); /* an access port */
	assert_int_equal(tp_config_count(c->config, TP_IPV6_ADDRESS), 1);
}

static void count_removed(void *user, const struct nlmsghdr *m)
{
	*(unsigned *)user += m->nlmsg_type == RTM_DELADDR || m->nlmsg_type == RTM_DELROUTE;
}

/* A comment's change would take the networks' routes along, and their subscribers' packets. */
static void test_what_the_kernel_has_already_is_not_taken_from_it(void **state)
{
	struct tp_control *c = control_of(state);

	struct tp_netlink monitor;
	unsigned heard = 0;

	assert_int_equal(tp_netlink_open(&monitor, RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE), 0);
	set6(c, TP_IPV6_ADDRESS, "/ipv6/address", "{\"comment\":\"core\"}", 200);
	set6(c, TP_IPV6_ROUTE, "/ipv6/route", "{\"comment\":\"core\"}", 200);
	while (tp_netlink_receive(&monitor, count_removed, &heard) > 0)
		;
	assert_int_equal(heard, 0);
	set6(c, TP_IPV6_ROUTE, "/ipv6/route", "{\"distance\":9}", 200);
	while (tp_netlink_receive(&monitor, count_removed, &heard) > 0)
		;
	assert_int_equal(heard, 1);
	tp_netlink_close(&monitor);
}

static void test_a_route_of_ipv6_goes_and_comes_at_run_time(void **state)
{
	struct tp_control *c = control_of(state);

	set6(c, TP_IPV6_ROUTE, "/ipv6/route", "{\"gateway\":\"2001:db8::9\",\"distance\":7}", 200);
	run("ip -6 route show default | grep -q 'via 2001:db8::9 dev ether1 proto 159.*metric 7'");
	run("test $(ip -6 route show default | wc -l) = 1");
	assert_non_null(strstr(fixture_refusal(c, TP_METHOD_PUT, "/ipv6/route", NULL,
					       "{\"dst-address\":\"2001:db8:1::/48\","
					       "\"gateway\":\"2001:db8:9::1\"}"),
			       "no network of a core port"));
	assert_non_null(strstr(fixture_refusal(c, TP_METHOD_PUT, "/ipv6/route", NULL,
					       "{\"dst-address\":\"2001:db8:1::/48\","
					       "\"gateway\":\"fe80::1%ether0\"}"),
			       "access port"));
	set6(c, TP_IPV6_ROUTE, "/ipv6/route", "{\"disabled\":true}", 200);
	run("test -z \"$(ip -6 route show default)\"");
}

static void test_a_routing_daemons_routes_of_ipv6_are_followed(void **state)
{
	struct tp_control *c = control_of(state);

	run("ip link set lo up; ip addr add 2001:db8:ffff::1/128 dev lo");
	run("ip -6 route add 2001:db8:1::/48 via 2001:db8::3");
	run("ip -6 route add 2001:db8:2::/48 nexthop via 2001:db8::4 nexthop via 2001:db8::5");
	run("ip -6 route add blackhole 2001:db8:3::/48");
	run("ip -6 route add unreachable 2001:db8:4::/48");
	run("ip -6 route add prohibit 2001:db8:5::/48");
	run("ip -6 route add 2001:db8:6::/48 from 2001:db8:7::/48 via 2001:db8::3");
	run("ip -6 route add 2001:db8:8::/48 dev pppoe proto 158");
	hear(c);
	assert_int_equal(fake_route6("2001:db8:1::/48")->via.bytes[15], 3);
	assert_int_equal(fake_route6("2001:db8:2::/48")->via.bytes[15], 4);
	assert_int_equal(fake_route6("2001:db8:3::/48")->kind, TP_ROUTE_BLACKHOLE);
	assert_int_equal(fake_route6("2001:db8:4::/48")->kind, TP_ROUTE_UNREACHABLE);
	assert_int_equal(fake_route6("2001:db8:5::/48")->kind, TP_ROUTE_PROHIBIT);
	assert_null(fake_route6("2001:db8:6::/48"));
	assert_null(fake_route6("2001:db8:8::/48"));
	assert_int_equal(fake_route6("2001:db8:ffff::1/128")->kind, TP_ROUTE_LOCAL);
	run("ip -6 route del 2001:db8:1::/48");
	run("ip -6 route del 2001:db8:2::/48 via 2001:db8::4"); /* one hop of two */
	hear(c);
	assert_null(fake_route6("2001:db8:1::/48"));
	assert_int_equal(fake_route6("2001:db8:2::/48")->via.bytes[15], 5);
}

/* The last byte of the gateway in force to 2001:db8:1::/48; 0: there is no route. */
static uint8_t gateway6_after(struct tp_control *c, const char *command)
{
	const struct fake_route *route;

	run(command);
	hear(c);
	route = fake_route6("2001:db8:1::/48");
	return route != NULL ? route->via.bytes[15] : 0;
}

#define PREFIX6 "2001:db8:1::/48"

/* Routes of one metric join to one of several hops; what has no gateway stands behind. */
static void test_of_several_routes_of_ipv6_the_first_is_in_force(void **state)
{
	static const struct {
		const char *command;
		uint8_t gateway;
	} steps[] = {
		{"add " PREFIX6 " via 2001:db8::3", 3},
		{"append " PREFIX6 " via 2001:db8::4", 3},
		{"append blackhole " PREFIX6, 3},
		{"del " PREFIX6 " via 2001:db8::3", 4},
		{"add " PREFIX6 " via 2001:db8::7 metric 9", 7},
		{"replace " PREFIX6 " via 2001:db8::5", 7},
		{"del " PREFIX6 " metric 9", 5},
		{"del " PREFIX6 " via 2001:db8::5", 0}, /* the blackhole */
	};
	struct tp_control *c = control_of(state);
	char command[128];

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		snprintf(command, sizeof(command), "ip -6 route %s", steps[i].command);
		if (gateway6_after(c, command) != steps[i].gateway)
			fail_msg("%s: not by %u", steps[i].command, steps[i].gateway);
	}
	assert_int_equal(fake_route6(PREFIX6)->kind, TP_ROUTE_BLACKHOLE);
}

static void test_a_neighbour_of_ipv6_is_learnt_and_forgotten(void **state)
{
	struct tp_control *c = control_of(state);

	run("ip neigh add fe80::7 lladdr 02:00:00:00:00:77 dev ether1 nud reachable");
	hear(c);
	assert_true(fake_has_neighbour6(1, "fe80::7"));
	run("ip neigh change fe80::7 dev ether1 nud failed");
	hear(c);
	assert_false(fake_has_neighbour6(1, "fe80::7"));
	assert_int_equal(fake.failed_neighbour.bytes[15], 7);
	run("ip neigh change fe80::7 lladdr 02:00:00:00:00:78 dev ether1 nud stale");
	hear(c);
	assert_true(fake_has_neighbour6(1, "fe80::7"));
	run("ip neigh del fe80::7 dev ether1");
	hear(c);
	assert_false(fake_has_neighbour6(1, "fe80::7"));
}

#define BLACKHOLES                                                                                 \
	"for i in $(seq %u %u); do echo route %s blackhole 2001:db8:$i::/48; done | ip -6 -b -"

static void blackholes(const char *word, unsigned first, unsigned last)
{
	char command[128];

	snprintf(command, sizeof(command), BLACKHOLES, first, last, word);
	run(command);
}

/* When a table has grown meanwhile, the kernel's dump begins anew and passes over as many prefixes
 * as it has told of, also where some of these have gone: so it leaves out as many others. */
static void test_a_dump_loses_no_route_of_ipv6_while_others_go(void **state)
{
	struct tp_control *c = control_of(state);

	blackholes("add", 1000, 1399);
	hear(c);
	assert_non_null(fake_route6("2001:db8:1399::/48"));
	with_a_dump_unread(state, TP_DUMP_ROUTES);
	blackholes("del", 1000, 1099);
	blackholes("add", 1400, 1400);
	for (unsigned i = 0; i < 100; i++) {
		c->now_ms += 10;
		c->kernel.readable = true;
		tp_kernel_poll(&c->kernel, c->now_ms);
		for (unsigned n = 1100; n < 1400; n++) {
			char prefix[32];

			snprintf(prefix, sizeof(prefix), "2001:db8:%u::/48", n);
			assert_non_null(fake_route6(prefix));
		}
	}
	assert_null(fake_route6("2001:db8:1099::/48"));
	assert_true(c->kernel.dump_due_ms == TP_NEVER);
}

static void test_who_removes_routes_of_ipv6_unheard_waits_or_interrupts_the_dump(void **state)
{
	struct tp_control *c = control_of(state);
	uint64_t before = c->kernel.incomplete;

	assert_false(tp_kernel_reads_routes(&c->kernel));
	with_a_dump_unread(state, TP_DUMP_ROUTES);
	assert_true(tp_kernel_reads_routes(&c->kernel));
	tp_kernel_interrupt(&c->kernel);
	hear(c);
	assert_int_equal(c->kernel.incomplete - before, 1);
	assert_non_null(fake_route6("::/0"));
}

/* A Neighbor Advertisement for ADDRESS (RFC 4861, section 4.4), as by somebody else on the link. */
static void advertise(struct tp_control *c, const uint8_t *address)
{
	static const struct tp_mac all = {{0x33, 0x33, 0, 0, 0, 1}},
				   other = {{2, 0, 0, 0, 0, 0x99}};
	static const uint8_t ethertype[] = {0x86, 0xdd}, to[16] = {0xff, 0x02, [15] = 1},
			     from[16] = {0xfe, 0x80, [15] = 0x99};
	uint8_t frame[TP_ETHERNET_HEADER_LEN + TP_IPV6_HEADER_LEN + 32] = {0}, *icmp;
	uint16_t sum;

	memcpy(frame, all.bytes, 6);
	memcpy(frame + 6, other.bytes, 6);
	memcpy(frame + 12, ethertype, 2);
	tp_ipv6_build((void *)(frame + TP_ETHERNET_HEADER_LEN), 32, TP_IPV6_ICMP, 255, from, to);
	icmp = frame + TP_ETHERNET_HEADER_LEN + TP_IPV6_HEADER_LEN;
	icmp[0] = 136;
	icmp[4] = 0x20; /* override */
	memcpy(icmp + 8, address, 16);
	icmp[24] = 2; /* its link-layer address, of 8 bytes */
	icmp[25] = 1;
	memcpy(icmp + 26, other.bytes, 6);
	sum = tp_ipv6_checksum(from, to, TP_IPV6_ICMP, icmp, 32);
	memcpy(icmp + 2, &sum, sizeof(sum));
	assert_true(tp_tap_write(&c->taps[1], frame, sizeof(frame)));
}

static void test_an_address_that_somebody_else_has_is_told_of(void **state)
{
	static const uint8_t address[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 7, [15] = 1};
	struct tp_control *c = control_of(state);

	assert_int_equal(fixture_status(c, TP_METHOD_PUT, "/ipv6/address",
					"{\"address\":\"2001:db8:7::1\",\"interface\":\"ether1\"}"),
			 201);
	for (unsigned i = 0; i < 20 && c->kernel.duplicates == 0; i++) {
		advertise(c, address);
		hear(c);
	}
	assert_int_equal(c->kernel.duplicates, 1);
	run("ip -o addr show dev ether1 | grep 2001:db8:7::1 | grep -q dadfailed");
	assert_null(fake_route6("2001:db8:7::1/128"));
}

static void test_what_the_kernel_has_of_ipv6_is_no_subscribers(void **state)
{
	static const struct {
		const char *prefix, *says; /* NULL: free */
	} cases[] = {
		{"2001:db8::/64", "2001:db8::"},
		{"2001:db8::/48", "an address of this host"},
		{"2001:db8::1/128", "2001:db8::1, an address of this host"},
		{"2001:db8::9/128", "a gateway of the kernel's routes"},
		{"2001:db8::7/128", "a neighbour on ether1"},
		{"2001:db8:ffff::/48", "2001:db8:ffff::1"},
		{"2001:db8::8/128", NULL},
		{"2001:db8:0:1::/64", NULL},
		{"2001:db8:1::/48", NULL}, /* of a route: the subscriber's goes before it */
	};
	struct tp_control *c = control_of(state);
	struct tp_prefix6 prefix;

	run("ip link set lo up; ip addr add 2001:db8:ffff::1/128 dev lo");
	run("ip -6 route add 2001:db8:1::/48 via 2001:db8::9");
	run("ip neigh add 2001:db8::7 lladdr 02:00:00:00:00:77 dev ether1 nud reachable");
	hear(c);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *says;

		assert_true(tp_prefix6_parse(cases[i].prefix, &prefix));
		says = tp_pool6_reserved(c->pools6, &prefix);
		if ((says == NULL) != (cases[i].says == NULL) ||
		    (says != NULL && strstr(says, cases[i].says) == NULL))
			fail_msg("%s: %s", cases[i].prefix, says);
	}
	run("ip addr del 2001:db8:ffff::1/128 dev lo");
	hear(c);
	tp_prefix6_parse("2001:db8:ffff::/48", &prefix);
	assert_null(tp_pool6_reserved(c->pools6, &prefix));
}

/* The kernel takes addresses of IPv6 with the link unless it is told not to. */
static void test_ipv6_comes_back_with_its_link(void **state)
{
	struct tp_control *c = control_of(state);

	run("echo 0 >/proc/sys/net/ipv6/conf/ether1/keep_addr_on_down");
	run("ip link set ether1 down");
	hear(c);
	run("! ip -6 route show default | grep -q .");
	assert_null(fake_route6("::/0"));
	run("ip link set ether1 up");
	hear(c);
	run("ip -o addr show ether1 | grep -q 'inet6 2001:db8::1/64'");
	run("ip -6 route show default | grep -q 'via fe80::2 dev ether1 proto 159'");
	assert_non_null(fake_route6("::/0"));
	run("ip addr del 2001:db8::1/64 dev ether1"); /* what is configured is there */
	hear(c);
	run("ip -o addr show ether1 | grep -q 'inet6 2001:db8::1/64'");
}

static void test_resolving_makes_the_kernel_solicit_neighbours(void **state)
{
	const struct tp_ip unknown = {TP_FAMILY_IPV6, {0xfe, 0x80, [15] = 0x0b}};
	struct tp_control *c = control_of(state);
	uint8_t frame[2048];
	uint64_t before = c->kernel.resolves6;
	unsigned solicited = 0;
	int len;

	tp_kernel_resolve(&c->kernel, 1, &unknown, c->now_ms);
	for (unsigned i = 0; i < 300 && solicited == 0; i++) { /* until our address is known good */
		usleep(10000);
		while ((len = tp_tap_read(&c->taps[1], frame, sizeof(frame))) > 0)
			solicited += len >= 78 && frame[12] == 0x86 && frame[13] == 0xdd &&
				     frame[54] == 135 && frame[77] == 0x0b;
	}
	assert_true(solicited > 0);
	assert_int_equal(c->kernel.resolves6 - before, 1);
}

static void test_a_neighbour_is_asked_for_once_a_second_on_each_port(void **state)
{
	const struct tp_ip one = {TP_FAMILY_IPV6, {0xfe, 0x80, [15] = 1}};
	struct tp_control *c = control_of(state);
	uint64_t before = c->kernel.resolves6;

	c->taps[0].ifindex = c->taps[1].ifindex;
	tp_kernel_resolve(&c->kernel, 1, &one, 1000);
	tp_kernel_resolve(&c->kernel, 1, &one, 1999);
	assert_int_equal(c->kernel.resolves6 - before, 1);
	tp_kernel_resolve(&c->kernel, 0, &one, 1999);
	assert_int_equal(c->kernel.resolves6 - before, 2);
	tp_kernel_resolve(&c->kernel, 0, &one, 2999);
	assert_int_equal(c->kernel.resolves6 - before, 3);
	c->taps[0].ifindex = 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, kernel_setup, kernel_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_core_port_has_the_link_local_address_of_its_mac),
		TEST(test_a_core_port_is_a_router_s),
		TEST(test_addresses_and_routes_of_ipv6_are_the_kernel_s),
		TEST(test_an_address_of_ipv6_goes_and_comes_at_run_time),
		TEST(test_what_the_kernel_has_already_is_not_taken_from_it),
		TEST(test_a_route_of_ipv6_goes_and_comes_at_run_time),
		TEST(test_ipv6_comes_back_with_its_link),
		TEST(test_a_dump_loses_no_route_of_ipv6_while_others_go),
		TEST(test_who_removes_routes_of_ipv6_unheard_waits_or_interrupts_the_dump),
		TEST(test_an_address_that_somebody_else_has_is_told_of),
		TEST(test_what_the_kernel_has_of_ipv6_is_no_subscribers),
		TEST(test_a_routing_daemons_routes_of_ipv6_are_followed),
		TEST(test_of_several_routes_of_ipv6_the_first_is_in_force),
		TEST(test_a_neighbour_of_ipv6_is_learnt_and_forgotten),
		TEST(test_resolving_makes_the_kernel_solicit_neighbours),
		TEST(test_a_neighbour_is_asked_for_once_a_second_on_each_port),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
