/* SPDX-License-Identifier: BSD-3-Clause */
/* TAPs, routes and neighbours against the kernel itself, in a network namespace of its own. */
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

static void forget(void *user, const struct nlmsghdr *message)
{
}

static void test_a_core_port_has_a_tap_with_its_mac_and_address(void **state)
{
	control_of(state);
	run("ip -o link show ether1 | grep -q 02:00:00:00:00:01");
	run("ip -o link show ether1 | grep -q 'mtu 1500'");
	run("ip -o addr show ether1 | grep -q '192.0.2.1/24'");
	run("! ip -o link show ether0 2>/dev/null | grep -q .");
}

static void test_a_route_of_ipv4_by_a_gateway_of_ipv6_is_left_out(void **state)
{
	struct tp_control *c = control_of(state);

	run("ip route add 198.51.100.0/24 via inet6 fe80::1 dev ether1");
	hear(c);
	assert_null(fake_route(0xc6336400, 24));
	run("ip route add 198.51.100.0/24 via 192.0.2.3 metric 5");
	hear(c);
	assert_int_equal(fake_route(0xc6336400, 24)->gateway, 0xc0000203);
}

static void test_the_port_s_own_routes_are_in_the_data_plane(void **state)
{
	control_of(state);
	assert_non_null(fake_route(0xc0000200, 24));
	assert_int_equal(fake_route(0xc0000200, 24)->kind, TP_ROUTE_CONNECTED);
	assert_int_equal(fake_route(0xc0000200, 24)->port, 1);
	assert_non_null(fake_route(0xc0000201, 32));
	assert_int_equal(fake_route(0xc0000201, 32)->kind, TP_ROUTE_LOCAL);
	assert_null(fake_route(0x7f000001, 32));
}

static void test_a_static_route_comes_back_by_the_kernel(void **state)
{
	control_of(state);
	run("ip route show default | grep -q 'via 192.0.2.2 dev ether1 proto 159.*metric 5'");
	assert_non_null(fake_route(0, 0));
	assert_int_equal(fake_route(0, 0)->kind, TP_ROUTE_GATEWAY);
	assert_int_equal(fake_route(0, 0)->gateway, 0xc0000202);
}

static void test_a_static_route_goes_and_comes_at_run_time(void **state)
{
	struct tp_control *c = control_of(state);
	char path[64], id[TP_CONFIG_ID_TEXT_LEN];

	tp_config_id_format(tp_config_first(c->config, TP_IP_ROUTE)->id, id);
	snprintf(path, sizeof(path), "/ip/route/%s", id);
	assert_int_equal(fixture_status(c, TP_METHOD_PATCH, path, "{\"disabled\":true}"), 200);
	hear(c);
	assert_null(fake_route(0, 0));
	assert_int_equal(fixture_status(c, TP_METHOD_PATCH, path,
					"{\"disabled\":false,\"gateway\":\"192.0.2.9\"}"),
			 200);
	hear(c);
	assert_int_equal(fake_route(0, 0)->gateway, 0xc0000209);
	assert_int_equal(fixture_status(c, TP_METHOD_PATCH, path, "{\"gateway\":\"8.8.8.8\"}"),
			 400);
	hear(c);
	assert_int_equal(fake_route(0, 0)->gateway, 0xc0000209);
}

static void test_a_routing_daemons_route_is_followed(void **state)
{
	struct tp_control *c = control_of(state);

	run("ip route add 198.51.100.0/24 via 192.0.2.3");
	run("ip route add blackhole 198.51.101.0/24");
	run("ip route add unreachable 198.51.102.0/24");
	run("ip route add prohibit 198.51.103.0/24");
	hear(c);
	assert_int_equal(fake_route(0xc6336400, 24)->gateway, 0xc0000203);
	assert_int_equal(fake_route(0xc6336500, 24)->kind, TP_ROUTE_BLACKHOLE);
	assert_int_equal(fake_route(0xc6336600, 24)->kind, TP_ROUTE_UNREACHABLE);
	assert_int_equal(fake_route(0xc6336700, 24)->kind, TP_ROUTE_PROHIBIT);
	run("ip route del 198.51.100.0/24");
	hear(c);
	assert_null(fake_route(0xc6336400, 24));
}

static void test_routes_that_the_kernel_drops_silently_go_too(void **state)
{
	struct tp_control *c = control_of(state);

	run("ip route add 198.51.100.0/24 via 192.0.2.3");
	hear(c);
	assert_non_null(fake_route(0xc6336400, 24));
	run("ip link set ether1 down");
	hear(c);
	assert_null(fake_route(0xc6336400, 24));
	assert_null(fake_route(0, 0));
	run("ip link set ether1 up");
	hear(c);
	assert_null(fake_route(0xc6336400, 24)); /* its routing daemon's business */
}

/* Until the kernel has noticed, which it does once a second. */
static void set_link(struct tp_control *c, bool up)
{
	fake.ports[1].link_up = up;
	c->links_due_ms = 0;
	tp_links_poll(c);
	run(up ? "for i in $(seq 50); do ip route | grep -q linkdown || exit 0; sleep 0.1; done; "
		 "exit 1"
	       : "for i in $(seq 50); do ip route | grep -q linkdown && exit 0; sleep 0.1; done; "
		 "exit 1");
	hear(c);
}

/* The interface stays up and has no carrier: its own networks and what lies behind it are not
 * there, so that what comes next counts. The box's own addresses are. */
static void test_routes_by_a_port_whose_link_is_down_are_passed_over(void **state)
{
	struct tp_control *c = control_of(state);

	run("ip route add unreachable default metric 50");
	run("ip route add 198.51.100.0/24 via 192.0.2.3");
	hear(c);
	set_link(c, false);
	run("ip -o link show ether1 | grep -q NO-CARRIER");
	assert_int_equal(fake_route(0, 0)->kind, TP_ROUTE_UNREACHABLE);
	assert_null(fake_route(0xc6336400, 24));
	assert_null(fake_route(0xc0000200, 24));
	assert_null(fake_route6("::/0"));
	assert_int_equal(fake_route(0xc0000201, 32)->kind, TP_ROUTE_LOCAL);
	assert_int_equal(fake_route6("2001:db8::1/128")->kind, TP_ROUTE_LOCAL);
	run("! ip route get 203.0.113.1 2>/dev/null | grep -q via");

	set_link(c, true);
	assert_int_equal(fake_route(0, 0)->gateway, 0xc0000202);
	assert_int_equal(fake_route(0xc6336400, 24)->gateway, 0xc0000203);
	assert_non_null(fake_route(0xc0000200, 24));
	assert_int_equal(fake_route6("::/0")->kind, TP_ROUTE_GATEWAY);
}

static void test_static_routes_come_back_with_their_link(void **state)
{
	struct tp_control *c = control_of(state);

	run("ip link set ether1 down");
	hear(c);
	assert_null(fake_route(0, 0));
	run("ip link set ether1 up");
	hear(c);
	assert_non_null(fake_route(0, 0));
	assert_int_equal(fake_route(0, 0)->gateway, 0xc0000202);
}

static void test_a_neighbour_is_learnt_and_forgotten(void **state)
{
	struct tp_control *c = control_of(state);

	run("ip neigh add 192.0.2.7 lladdr 02:00:00:00:00:77 dev ether1 nud reachable");
	hear(c);
	assert_true(fake_has_neighbour(1, 0xc0000207));
	run("ip neigh del 192.0.2.7 dev ether1");
	hear(c);
	assert_false(fake_has_neighbour(1, 0xc0000207));
}

static void test_a_neighbour_that_does_not_answer_is_known_to_have_failed(void **state)
{
	struct tp_control *c = control_of(state);

	run("ip neigh add 192.0.2.7 lladdr 02:00:00:00:00:77 dev ether1 nud reachable");
	hear(c);
	run("ip neigh change 192.0.2.7 dev ether1 nud failed");
	hear(c);
	assert_false(fake_has_neighbour(1, 0xc0000207));
	assert_int_equal(tp_ip_to4(&fake.failed_neighbour), 0xc0000207);
	run("ip neigh change 192.0.2.7 lladdr 02:00:00:00:00:77 dev ether1 nud reachable");
	hear(c);
	assert_true(fake_has_neighbour(1, 0xc0000207));
}

static void test_a_dump_does_not_bury_the_neighbour_that_has_come_up_since(void **state)
{
	control_of(state);
	run("ip neigh add 192.0.2.7 dev ether1 nud failed");
	struct tp_control *c = with_a_dump_unread(state, TP_DUMP_NEIGHBOURS);

	run("ip neigh replace 192.0.2.7 lladdr 02:00:00:00:00:77 dev ether1 nud reachable");
	hear(c);
	assert_true(fake_has_neighbour(1, 0xc0000207));
}

static void test_a_dump_does_not_revive_the_neighbour_that_has_gone_since(void **state)
{
	control_of(state);
	run("ip neigh add 192.0.2.7 lladdr 02:00:00:00:00:77 dev ether1 nud permanent");
	struct tp_control *c = with_a_dump_unread(state, TP_DUMP_NEIGHBOURS);

	run("ip neigh del 192.0.2.7 dev ether1");
	hear(c);
	assert_false(fake_has_neighbour(1, 0xc0000207));
}

static void test_a_dump_does_not_put_an_old_gateway_in_the_new_ones_place(void **state)
{
	control_of(state);
	run("ip route add 198.51.100.0/24 via 192.0.2.3 metric 7");
	struct tp_control *c = with_a_dump_unread(state, TP_DUMP_ROUTES);

	run("ip route replace 198.51.100.0/24 via 192.0.2.4 metric 7");
	hear(c);
	assert_int_equal(fake_route(0xc6336400, 24)->gateway, 0xc0000204);
}

static void test_a_dump_removes_the_neighbour_whose_end_was_not_heard(void **state)
{
	struct tp_control *c = control_of(state);

	run("ip neigh add 192.0.2.7 lladdr 02:00:00:00:00:77 dev ether1 nud permanent");
	hear(c);
	assert_true(fake_has_neighbour(1, 0xc0000207));
	run("ip neigh del 192.0.2.7 dev ether1");
	while (tp_netlink_receive(&c->kernel.monitor, forget, NULL) > 0)
		; /* as if the kernel had had no room for it */
	c->kernel.dump_due_ms = c->now_ms;
	hear(c);
	assert_false(fake_has_neighbour(1, 0xc0000207));
}

/* The end of the dump under way, of TYPE and with ERROR. */
static void end_with(struct tp_control *c, uint16_t type, int error, uint16_t flags)
{
	char buffer[256] __attribute__((aligned(8)));
	struct nlmsghdr *m = tp_netlink_begin(buffer, type, 0);
	struct nlmsgerr *e = mnl_nlmsg_put_extra_header(m, sizeof(*e));

	m->nlmsg_flags = (uint16_t)(NLM_F_MULTI | flags);
	m->nlmsg_seq = c->kernel.dumper.seq;
	e->error = error;
	tp_kernel_hear_dump(&c->kernel, m);
}

static void test_a_dump_that_breaks_off_removes_nothing_and_is_asked_for_again(void **state)
{
	static const struct {
		uint16_t type;
		int error;
		uint16_t flags;
	} ends[] = {
		{NLMSG_ERROR, -EBUSY, 0},
		{NLMSG_DONE, -ENOMEM, 0},
		{NLMSG_DONE, 0, NLM_F_DUMP_INTR},
	};
	struct tp_control *c = control_of(state);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		with_a_dump_unread(state, TP_DUMP_ROUTES);
		c->kernel.incomplete = 0;
		end_with(c, ends[i].type, ends[i].error, ends[i].flags);
		assert_non_null(fake_route(0, 0));
		assert_int_equal(c->kernel.incomplete, 1);
		assert_int_equal(c->kernel.dumping, TP_DUMP_NONE);
		assert_true(c->kernel.dump_due_ms != TP_NEVER);
		hear(c);
		assert_non_null(fake_route(0, 0));
		assert_true(c->kernel.dump_due_ms == TP_NEVER);
	}
}

static void test_what_a_link_or_an_address_takes_along_during_a_dump_goes_too(void **state)
{
	static const char *const changes[][2] = {
		{"ip link set ether1 down", "ip link set ether1 up"},
		{"ip addr del 192.0.2.1/24 dev ether1", "ip addr add 192.0.2.1/24 dev ether1"},
	};
	struct tp_control *c = control_of(state);

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		with_a_dump_unread(state, TP_DUMP_ROUTES);
		run(changes[i][0]);
		hear(c);
		assert_null(fake_route(0, 0));
		assert_null(fake_route(0xc0000200, 24));
		with_a_dump_unread(state, TP_DUMP_ROUTES);
		run(changes[i][1]);
		hear(c);
		assert_non_null(fake_route(0, 0));
		assert_non_null(fake_route(0xc0000200, 24));
	}
}

static void test_neighbours_are_compared_from_time_to_time(void **state)
{
	struct tp_control *c = control_of(state);

	run("ip neigh add 192.0.2.7 lladdr 02:00:00:00:00:77 dev ether1 nud permanent");
	while (tp_netlink_receive(&c->kernel.monitor, forget, NULL) > 0)
		;
	hear(c);
	assert_false(fake_has_neighbour(1, 0xc0000207));
	c->kernel.reconcile_due_ms = c->now_ms;
	hear(c);
	assert_true(fake_has_neighbour(1, 0xc0000207));
	assert_true(c->kernel.reconcile_due_ms != TP_NEVER);
}

#define PREFIX "198.51.100.0/24"

/* The last byte of the gateway of the route in force to PREFIX; 0: there is no route. */
static uint8_t gateway_after(struct tp_control *c, const char *command)
{
	const struct fake_route *route;

	run(command);
	hear(c);
	route = fake_route(0xc6336400, 24);
	return route != NULL ? (uint8_t)route->gateway : 0;
}

static void test_of_several_routes_of_one_metric_the_first_is_in_force(void **state)
{
	static const struct {
		const char *command;
		uint8_t gateway;
	} steps[] = {
		{"add " PREFIX " via 192.0.2.3", 3},
		{"append " PREFIX " via 192.0.2.4", 3},
		{"prepend " PREFIX " via 192.0.2.5", 5}, /* 5 3 4 */
		{"replace " PREFIX " via 192.0.2.6", 6}, /* 6 3 4 */
		{"append " PREFIX " via 192.0.2.5", 6},	 /* 6 3 4 5 */
		{"del " PREFIX " via 192.0.2.3", 6},	 /* 6 4 5 */
		{"del " PREFIX " via 192.0.2.6", 4},	 /* 4 5 */
		{"add " PREFIX " via 192.0.2.7 metric 9", 4},
		{"del " PREFIX " via 192.0.2.4", 5},
		{"del " PREFIX " via 192.0.2.5", 7},
	};
	struct tp_control *c = control_of(state);
	char command[128];

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		snprintf(command, sizeof(command), "ip route %s", steps[i].command);
		if (gateway_after(c, command) != steps[i].gateway)
			fail_msg("%s: not by %u", steps[i].command, steps[i].gateway);
	}
}

static void test_routes_that_differ_in_nothing_but_their_protocol_are_two(void **state)
{
	struct tp_control *c = control_of(state);

	run("ip route add " PREFIX " via 192.0.2.3 proto 7");
	assert_int_equal(gateway_after(c, "ip route append " PREFIX " via 192.0.2.3 proto 8"), 3);
	assert_int_equal(gateway_after(c, "ip route del " PREFIX " proto 7"), 3);
	assert_int_equal(gateway_after(c, "ip route del " PREFIX " proto 8"), 0);
}

static void test_a_route_for_packets_of_a_tos_is_left_out(void **state)
{
	struct tp_control *c = control_of(state);

	assert_int_equal(gateway_after(c, "ip route add " PREFIX " tos 0x10 via 192.0.2.4"), 0);
	assert_int_equal(gateway_after(c, "ip route add " PREFIX " via 192.0.2.3"), 3);
	assert_int_equal(gateway_after(c, "ip route replace " PREFIX " tos 0x10 via 192.0.2.5"), 3);
	assert_int_equal(gateway_after(c, "ip route del " PREFIX " tos 0x10"), 3);
	assert_int_equal(gateway_after(c, "ip route del " PREFIX), 0);
}

static void test_a_route_that_is_replaced_by_one_elsewhere_goes(void **state)
{
	struct tp_control *c = control_of(state);

	run("ip link set lo up");
	assert_int_equal(gateway_after(c, "ip route add " PREFIX " via 192.0.2.3"), 3);
	assert_int_equal(gateway_after(c, "ip route replace " PREFIX " dev lo"), 0);
	assert_int_equal(gateway_after(c, "ip route replace " PREFIX " via 192.0.2.4"), 4);
	/* though another stands behind it */
	run("ip route append " PREFIX " via 192.0.2.5");
	assert_int_equal(gateway_after(c, "ip route replace " PREFIX " dev lo"), 5);
}

static void test_a_route_goes_with_the_next_hop_that_it_shares(void **state)
{
	struct tp_control *c = control_of(state);

	run("ip nexthop add id 7 via 192.0.2.3 dev ether1");
	assert_int_equal(gateway_after(c, "ip route add " PREFIX " nhid 7"), 3);
	assert_int_equal(gateway_after(c, "ip nexthop replace id 7 via 192.0.2.4 dev ether1"), 4);
	assert_int_equal(gateway_after(c, "ip nexthop del id 7"), 0);
}

#define MANY                                                                                       \
	"for i in $(seq 20 59); do echo neigh replace 192.0.2.$i dev ether1 nud permanent lladdr "

/* The kernel tells of no more when its buffer is full, until all in it has been read. */
static void test_what_was_lost_outweighs_the_older_events_that_were_not(void **state)
{
	struct tp_control *c = control_of(state);
	const int size = 65536;

	assert_int_equal(
		setsockopt(c->kernel.monitor.fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)),
		0);
	run("for i in $(seq 50); do echo route add blackhole 198.51.100.$i; done | ip -b -");
	run(MANY "02:00:00:00:00:01; done | ip -b -");
	run("for i in $(seq 255); do echo route add blackhole 198.51.101.$i; done | ip -b -");
	run(MANY "02:00:00:00:00:02; done | ip -b -");
	for (unsigned i = 0; i < 100; i++) {
		c->now_ms += 30;
		c->kernel.readable = true;
		tp_kernel_poll(&c->kernel, c->now_ms);
	}
	assert_int_equal(c->kernel.overruns, 1);
	for (uint32_t i = 20; i < 60; i++)
		assert_int_equal(fake_neighbour(1, 0xc0000200 + i)->mac.bytes[5], 2);
	assert_non_null(fake_route(0xc63365ff, 32));
}

static void test_resolving_makes_the_kernel_send_arp(void **state)
{
	const struct tp_ip unknown = TP_IP4(0xc000020b);
	struct tp_control *c = control_of(state);
	uint8_t frame[2048];
	bool arp = false;
	int len;

	tp_kernel_resolve(&c->kernel, 1, &unknown, c->now_ms);
	usleep(50000);
	while ((len = tp_tap_read(&c->taps[1], frame, sizeof(frame))) > 0)
		if (len >= 42 && frame[12] == 0x08 && frame[13] == 0x06 && frame[41] == 0x0b)
			arp = true;
	assert_true(arp);
}

static void test_subscribers_are_routes_over_the_tun(void **state)
{
	struct tp_control *c = control_of(state);
	const struct tp_ip_prefix prefixes[] = {{TP_IP4(0x0a000002), 32}, {TP_IP4(0xcb007100), 24}};

	tp_subscribers_set(c->subscribers, 3, prefixes, 2, 1480);
	while (tp_subscribers_poll(c->subscribers))
		;
	run("ip route show proto 158 | grep -q '10.0.0.2 dev pppoe.*mtu 1480'");
	run("ip route show proto 158 | grep -q '203.0.113.0/24 dev pppoe'");
	hear(c);
	assert_null(fake_route(0x0a000002, 32));
	tp_subscribers_clear(c->subscribers, 3);
	while (tp_subscribers_poll(c->subscribers))
		;
	run("test -z \"$(ip route show proto 158)\"");
	assert_int_equal(tp_subscribers_refused(c->subscribers), 0);
}

static void tell_all(struct tp_control *c)
{
	while (tp_subscribers_poll(c->subscribers))
		;
}

/* A pool of 10.0.0.0/24 and 10.0.1.0-10.0.1.2, one of prefixes. */
static struct tp_cover two_pools(void)
{
	const struct tp_range ranges[] = {{0x0a000000, 0x0a0000ff}, {0x0a000100, 0x0a000102}};
	struct tp_ip_prefix pool6;
	struct tp_prefix6 parsed;
	struct tp_cover cover = {0};

	assert_true(tp_prefix6_parse("2001:db8:1000::/36", &parsed));
	pool6 = tp_ip_prefix_of6(&parsed);
	tp_cover_add(&cover, &pool6);
	tp_cover_add_ranges(&cover, ranges, 2);
	tp_cover_finish(&cover);
	return cover;
}

/* One who has all of one, and one outside; the second pool's only part is his. */
static void test_a_pools_networks_stand_for_what_subscribers_have_of_it(void **state)
{
	const struct tp_ip_prefix prefixes[] = {
		{TP_IP4(0x0a000002), 32}, {TP_IP4(0x0a000102), 32}, {TP_IP4(0xcb007100), 24}};
	struct tp_control *c = control_of(state);
	struct tp_cover cover = two_pools(), none = {0};

	tp_subscribers_set(c->subscribers, 3, prefixes, 3, 1480);
	tell_all(c);
	tp_subscribers_cover(c->subscribers, &cover);
	tell_all(c);
	run("ip route show proto 157 | sed 's/ .*//' | xargs | grep -qx '10.0.0.0/24 10.0.1.0/31 "
	    "10.0.1.2'");
	run("ip -6 route show proto 157 | grep -q '2001:db8:1000::/36 dev pppoe'");
	run("ip route show proto 158 | sed 's/ .*//' | xargs | grep -qx 203.0.113.0/24");
	hear(c);
	assert_int_equal(fake_route(0x0a000000, 24)->kind, TP_ROUTE_UNREACHABLE);
	assert_int_equal(fake_route6("2001:db8:1000::/36")->kind, TP_ROUTE_UNREACHABLE);
	assert_int_equal(tp_subscribers_covers(c->subscribers, TP_FAMILY_IPV4), 3);

	tp_subscribers_clear(c->subscribers, 3);
	tp_subscribers_set(c->subscribers, 4, prefixes, 2, 1480);
	tell_all(c);
	run("test -z \"$(ip route show proto 158)\"");
	tp_subscribers_again(c->subscribers, c->tun.ifindex);
	tp_subscribers_cover(c->subscribers, &none);
	tell_all(c);
	run("ip route show proto 158 | sed 's/ .*//' | xargs | grep -qx '10.0.0.2 10.0.1.2'");
	run("test -z \"$(ip route show proto 157; ip -6 route show proto 157)\"");
	hear(c);
	assert_null(fake_route(0x0a000000, 24));
}

static void test_subscribers_have_routes_of_both_families(void **state)
{
	const struct tp_ip_prefix prefixes[] = {
		{TP_IP4(0x0a000002), 32},
		{{TP_FAMILY_IPV6, {0x20, 0x01, 0x0d, 0xb8, 0, 1}}, 64},
		{{TP_FAMILY_IPV6, {0x20, 0x01, 0x0d, 0xb8, 0, 2, [15] = 1}}, 128},
		{{TP_FAMILY_IPV6, {0x20, 0x01, 0x0d, 0xb8, 0, 3}}, 56},
	};
	struct tp_control *c = control_of(state);

	tp_subscribers_set(c->subscribers, 3, prefixes, 4, 1480);
	tell_all(c);
	assert_int_equal(tp_subscribers_refused(c->subscribers), 0);
	run("ip route show proto 158 | grep -q '10.0.0.2 dev pppoe.*mtu 1480'");
	run("ip -6 route show proto 158 | grep -q '2001:db8:1::/64 dev pppoe.*mtu 1480'");
	run("ip -6 route show proto 158 | grep -q '2001:db8:2::1 dev pppoe'");
	run("ip -6 route show proto 158 | grep -q '2001:db8:3::/56 dev pppoe'");
	hear(c);
	assert_null(fake_route6("2001:db8:1::/64"));
	tp_subscribers_clear(c->subscribers, 3);
	tell_all(c);
	run("test -z \"$(ip -6 route show proto 158)$(ip route show proto 158)\"");
	assert_int_equal(tp_subscribers_refused(c->subscribers), 0);
}

/* A routing daemon that redistributes them would withdraw what is gone for a moment. */
static void test_what_a_subscriber_keeps_is_not_touched(void **state)
{
	const struct tp_ip_prefix prefixes[] = {
		{TP_IP4(0x0a000002), 32},
		{{TP_FAMILY_IPV6, {0x20, 0x01, 0x0d, 0xb8, 0, 1}}, 64},
		{{TP_FAMILY_IPV6, {0x20, 0x01, 0x0d, 0xb8, 0, 2}}, 64},
	};
	struct tp_subscribers *s = control_of(state)->subscribers;

	tp_subscribers_set(s, 3, prefixes, 1, 1480);
	assert_int_equal(tp_subscribers_queued(s), 1);
	tell_all(*state);
	tp_subscribers_set(s, 3, prefixes, 3, 1480); /* IPv6 comes */
	assert_int_equal(tp_subscribers_queued(s), 2);
	tell_all(*state);
	tp_subscribers_set(s, 3, prefixes, 3, 1480);
	assert_int_equal(tp_subscribers_queued(s), 0);
	tp_subscribers_set(s, 3, prefixes + 1, 2, 1480); /* IPv4 goes */
	assert_int_equal(tp_subscribers_queued(s), 1);
	tell_all(*state);
	run("test -z \"$(ip route show proto 158)\"");
	run("test $(ip -6 route show proto 158 | wc -l) = 2");
	tp_subscribers_set(s, 3, prefixes + 1, 2, 1492); /* each has another MTU now */
	assert_int_equal(tp_subscribers_queued(s), 4);
	tell_all(*state);
	run("ip -6 route show proto 158 | grep -c 'mtu 1492' | grep -q 2");
	assert_int_equal(tp_subscribers_refused(s), 0);
}

static void test_an_address_may_move_to_another_slot(void **state)
{
	struct tp_control *c = control_of(state);
	const struct tp_ip_prefix prefix = {TP_IP4(0x0a000002), 32};

	tp_subscribers_set(c->subscribers, 3, &prefix, 1, 1480);
	tp_subscribers_clear(c->subscribers, 3);
	tp_subscribers_set(c->subscribers, 1, &prefix, 1, 1480);
	while (tp_subscribers_poll(c->subscribers))
		;
	run("ip route show proto 158 | grep -q '10.0.0.2 dev pppoe'");
}

static void test_a_route_of_the_operators_is_left_alone(void **state)
{
	struct tp_control *c = control_of(state);
	const struct tp_ip_prefix prefix = {TP_IP4(0x0a000002), 32};

	run("ip route add 10.0.0.2/32 via 192.0.2.3");
	tp_subscribers_set(c->subscribers, 3, &prefix, 1, 1480);
	tp_subscribers_poll(c->subscribers);
	assert_int_equal(tp_subscribers_refused(c->subscribers), 1);
	tp_subscribers_clear(c->subscribers, 3);
	tp_subscribers_poll(c->subscribers);
	run("ip route show 10.0.0.2 | grep -q 'via 192.0.2.3'");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, kernel_setup, kernel_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_core_port_has_a_tap_with_its_mac_and_address),
		TEST(test_a_route_of_ipv4_by_a_gateway_of_ipv6_is_left_out),
		TEST(test_the_port_s_own_routes_are_in_the_data_plane),
		TEST(test_a_static_route_comes_back_by_the_kernel),
		TEST(test_a_static_route_goes_and_comes_at_run_time),
		TEST(test_a_routing_daemons_route_is_followed),
		TEST(test_routes_that_the_kernel_drops_silently_go_too),
		TEST(test_routes_by_a_port_whose_link_is_down_are_passed_over),
		TEST(test_static_routes_come_back_with_their_link),
		TEST(test_a_neighbour_is_learnt_and_forgotten),
		TEST(test_a_neighbour_that_does_not_answer_is_known_to_have_failed),
		TEST(test_a_dump_does_not_bury_the_neighbour_that_has_come_up_since),
		TEST(test_a_dump_does_not_revive_the_neighbour_that_has_gone_since),
		TEST(test_a_dump_does_not_put_an_old_gateway_in_the_new_ones_place),
		TEST(test_a_dump_removes_the_neighbour_whose_end_was_not_heard),
		TEST(test_a_dump_that_breaks_off_removes_nothing_and_is_asked_for_again),
		TEST(test_what_a_link_or_an_address_takes_along_during_a_dump_goes_too),
		TEST(test_neighbours_are_compared_from_time_to_time),
		TEST(test_of_several_routes_of_one_metric_the_first_is_in_force),
		TEST(test_routes_that_differ_in_nothing_but_their_protocol_are_two),
		TEST(test_a_route_for_packets_of_a_tos_is_left_out),
		TEST(test_a_route_that_is_replaced_by_one_elsewhere_goes),
		TEST(test_a_route_goes_with_the_next_hop_that_it_shares),
		TEST(test_what_was_lost_outweighs_the_older_events_that_were_not),
		TEST(test_resolving_makes_the_kernel_send_arp),
		TEST(test_subscribers_are_routes_over_the_tun),
		TEST(test_a_pools_networks_stand_for_what_subscribers_have_of_it),
		TEST(test_subscribers_have_routes_of_both_families),
		TEST(test_what_a_subscriber_keeps_is_not_touched),
		TEST(test_an_address_may_move_to_another_slot),
		TEST(test_a_route_of_the_operators_is_left_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
