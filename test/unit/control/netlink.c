/* SPDX-License-Identifier: BSD-3-Clause */
/* What rtnetlink's messages come to. */
#include <arpa/inet.h>
#include <linux/neighbour.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "control/netlink.h"

static char buffer[4096] __attribute__((aligned(8)));

static struct nlmsghdr *sample_route(void)
{
	const struct tp_netlink_route route = {
		.prefix = {0xc6336400, 24}, /* 198.51.100.0/24 */
		.gateway = 0xc0000202,
		.metric = 7,
		.mtu = 1480,
		.ifindex = 12,
		.protocol = TP_RTPROT_STATIC,
	};

	memset(buffer, 0, sizeof(buffer));
	return tp_netlink_route_message(buffer, RTM_NEWROUTE, NLM_F_CREATE, &route);
}

static void test_a_route_reads_as_it_was_written(void **state)
{
	struct tp_netlink_route_info info;

	assert_true(tp_netlink_parse_route(sample_route(), &info));
	assert_int_equal(info.prefix.address, 0xc6336400);
	assert_int_equal(info.prefix.length, 24);
	assert_int_equal(info.gateway, 0xc0000202);
	assert_int_equal(info.metric, 7);
	assert_int_equal(info.ifindex, 12);
	assert_int_equal(info.table, RT_TABLE_MAIN);
	assert_int_equal(info.type, RTN_UNICAST);
	assert_int_equal(info.protocol, TP_RTPROT_STATIC);
}

static void test_the_default_route_has_no_destination(void **state)
{
	struct nlmsghdr *m = tp_netlink_begin(buffer, RTM_NEWROUTE, 0);
	struct rtmsg *r = mnl_nlmsg_put_extra_header(m, sizeof(*r));
	struct tp_netlink_route_info info;

	r->rtm_family = AF_INET;
	r->rtm_table = RT_TABLE_MAIN;
	r->rtm_type = RTN_UNICAST;
	assert_true(tp_netlink_parse_route(m, &info));
	assert_int_equal(info.prefix.length, 0);
	r->rtm_dst_len = 8;
	assert_false(tp_netlink_parse_route(m, &info));
}

static void test_of_several_next_hops_the_first_is_taken(void **state)
{
	struct nlmsghdr *m = tp_netlink_begin(buffer, RTM_NEWROUTE, 0);
	struct rtmsg *r = mnl_nlmsg_put_extra_header(m, sizeof(*r));
	uint32_t gateway_be[2] = {htonl(0x0a000001), htonl(0x0a000002)};
	struct tp_netlink_route_info info;
	struct nlattr *hops;

	r->rtm_family = AF_INET;
	hops = mnl_attr_nest_start(m, RTA_MULTIPATH);
	for (unsigned i = 0; i < 2; i++) {
		struct rtnexthop *hop = mnl_nlmsg_get_payload_tail(m);
		struct rtattr *a = RTNH_DATA(hop);

		*hop = (struct rtnexthop){.rtnh_ifindex = 5 + (int)i,
					  .rtnh_len = sizeof(*hop) + RTA_LENGTH(4)};
		a->rta_type = RTA_GATEWAY;
		a->rta_len = RTA_LENGTH(4);
		memcpy(RTA_DATA(a), &gateway_be[i], 4);
		m->nlmsg_len += hop->rtnh_len;
	}
	mnl_attr_nest_end(m, hops);
	assert_true(tp_netlink_parse_route(m, &info));
	assert_int_equal(info.ifindex, 5);
	assert_int_equal(info.gateway, 0x0a000001);
}

static void test_ipv6_and_cached_routes_are_not_ours(void **state)
{
	struct nlmsghdr *m = sample_route();
	struct rtmsg *r = mnl_nlmsg_get_payload(m);
	struct tp_netlink_route_info info;

	r->rtm_family = AF_INET6;
	assert_false(tp_netlink_parse_route(m, &info));
	r->rtm_family = AF_INET;
	r->rtm_flags = RTM_F_CLONED;
	assert_false(tp_netlink_parse_route(m, &info));
}

static void test_a_message_cut_short_anywhere_does_no_harm(void **state)
{
	const uint32_t whole = sample_route()->nlmsg_len;
	struct tp_netlink_neighbour_info neighbour;
	struct tp_netlink_route_info route;

	for (uint32_t len = NLMSG_HDRLEN; len < whole; len++) {
		struct nlmsghdr *m = sample_route();

		m->nlmsg_len = len;
		memset(buffer + len, 0xff, sizeof(buffer) - len);
		tp_netlink_parse_route(m, &route);
		tp_netlink_parse_neighbour(m, &neighbour);
	}
}

static void test_a_neighbour_reads_with_its_mac(void **state)
{
	const uint8_t mac[6] = {2, 0, 0, 0, 0, 9};
	struct nlmsghdr *m = tp_netlink_begin(buffer, RTM_NEWNEIGH, 0);
	struct ndmsg *neighbour = mnl_nlmsg_put_extra_header(m, sizeof(*neighbour));
	struct tp_netlink_neighbour_info info;

	neighbour->ndm_family = AF_INET;
	neighbour->ndm_ifindex = 3;
	neighbour->ndm_state = NUD_REACHABLE;
	mnl_attr_put_u32(m, NDA_DST, htonl(0xc0000202));
	assert_true(tp_netlink_parse_neighbour(m, &info));
	assert_false(info.has_mac);
	mnl_attr_put(m, NDA_LLADDR, sizeof(mac), mac);
	assert_true(tp_netlink_parse_neighbour(m, &info));
	assert_true(info.has_mac);
	assert_memory_equal(info.mac.bytes, mac, sizeof(mac));
	assert_int_equal(info.address, 0xc0000202);
	assert_int_equal(info.ifindex, 3);
}

static void count(void *user, const struct nlmsghdr *message)
{
	(*(unsigned *)user)++;
}

static void test_only_the_kernel_is_believed(void **state)
{
	struct tp_netlink ours, strangers;
	struct sockaddr_nl to = {.nl_family = AF_NETLINK};
	struct nlmsghdr *m = sample_route();
	unsigned heard = 0;

	if (geteuid() != 0)
		skip(); /* the kernel lets nobody else send to a process */
	assert_int_equal(tp_netlink_open(&ours, 0), 0);
	assert_int_equal(tp_netlink_open(&strangers, 0), 0);
	to.nl_pid = ours.portid;
	assert_true(sendto(strangers.fd, m, m->nlmsg_len, 0, (void *)&to, sizeof(to)) > 0);
	assert_int_equal(tp_netlink_receive(&ours, count, &heard), 0);
	assert_int_equal(heard, 0);
	/* nor does it stand in the way of an answer */
	assert_true(sendto(strangers.fd, m, m->nlmsg_len, 0, (void *)&to, sizeof(to)) > 0);
	assert_int_equal(tp_netlink_request(&ours, tp_netlink_begin(buffer, NLMSG_NOOP, 0)), 0);
	tp_netlink_close(&ours);
	tp_netlink_close(&strangers);
}

static void test_what_is_cut_short_is_not_read(void **state)
{
	struct nlmsghdr *m = sample_route();
	uint32_t len = m->nlmsg_len;
	struct tp_netlink_route_info info;
	unsigned heard = 0;

	tp_netlink_each(m, (int)len - 1, count, &heard);
	assert_int_equal(heard, 0);
	m->nlmsg_len = NLMSG_HDRLEN - 1;
	tp_netlink_each(m, (int)len, count, &heard);
	assert_int_equal(heard, 0);
	m->nlmsg_len = 0x80000000; /* negative, as an int */
	tp_netlink_each(m, (int)len, count, &heard);
	assert_int_equal(heard, 0);
	m->nlmsg_len = NLMSG_HDRLEN + sizeof(struct rtmsg) - 1;
	assert_false(tp_netlink_parse_route(m, &info));
	m->nlmsg_len = NLMSG_HDRLEN + sizeof(struct rtmsg); /* a /24 of no address */
	assert_false(tp_netlink_parse_route(m, &info));
	m->nlmsg_len = len;
	((struct nlattr *)mnl_nlmsg_get_payload_offset(m, sizeof(struct rtmsg)))->nla_len = 0xffff;
	assert_false(tp_netlink_parse_route(m, &info));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_route_reads_as_it_was_written),
		cmocka_unit_test(test_the_default_route_has_no_destination),
		cmocka_unit_test(test_of_several_next_hops_the_first_is_taken),
		cmocka_unit_test(test_ipv6_and_cached_routes_are_not_ours),
		cmocka_unit_test(test_a_message_cut_short_anywhere_does_no_harm),
		cmocka_unit_test(test_a_neighbour_reads_with_its_mac),
		cmocka_unit_test(test_only_the_kernel_is_believed),
		cmocka_unit_test(test_what_is_cut_short_is_not_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
