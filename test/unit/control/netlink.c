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

#include "control/kernel/netlink.h"

static char buffer[4096] __attribute__((aligned(8)));

/* Of each family: 198.51.100.0/24 and 2001:db8:1::/48. */
static const struct tp_netlink_route samples[] = {
	{
		.prefix = {TP_IP4(0xc6336400), 24},
		.gateway = TP_IP4(0xc0000202),
		.metric = 7,
		.mtu = 1480,
		.ifindex = 12,
		.protocol = TP_RTPROT_STATIC,
	},
	{
		.prefix = {{TP_FAMILY_IPV6, {0x20, 0x01, 0x0d, 0xb8, 0, 1}}, 48},
		.gateway = {TP_FAMILY_IPV6, {0xfe, 0x80, [15] = 2}},
		.metric = 1024,
		.mtu = 1492,
		.ifindex = 13,
		.protocol = TP_RTPROT_SUBSCRIBER,
	},
};
#define SAMPLES (sizeof(samples) / sizeof(samples[0]))

static struct nlmsghdr *sample_of(const struct tp_netlink_route *route)
{
	memset(buffer, 0, sizeof(buffer));
	return tp_netlink_route_message(buffer, RTM_NEWROUTE, NLM_F_CREATE, route);
}

static struct nlmsghdr *sample_route(void)
{
	return sample_of(&samples[0]);
}

static void test_a_route_reads_as_it_was_written(void **state)
{
	struct tp_netlink_route_info info;

	for (unsigned i = 0; i < SAMPLES; i++) {
		assert_true(tp_netlink_parse_route(sample_of(&samples[i]), &info));
		assert_true(tp_ip_prefix_same(&info.prefix, &samples[i].prefix));
		assert_true(tp_ip_same(&info.hops[0].gateway, &samples[i].gateway));
		assert_int_equal(info.metric, samples[i].metric);
		assert_int_equal(info.hops[0].ifindex, samples[i].ifindex);
		assert_int_equal(info.table, RT_TABLE_MAIN);
		assert_int_equal(info.type, RTN_UNICAST);
		assert_int_equal(info.protocol, samples[i].protocol);
		assert_false(info.selective);
	}
}

static void test_a_route_is_of_its_family(void **state)
{
	struct tp_netlink_route_info info;

	for (unsigned i = 0; i < SAMPLES; i++) {
		struct nlmsghdr *m = sample_of(&samples[i]);
		struct rtmsg *r = mnl_nlmsg_get_payload(m);

		/* the other's addresses have another length */
		r->rtm_family = r->rtm_family == AF_INET ? AF_INET6 : AF_INET;
		assert_false(tp_netlink_parse_route(m, &info));
		r->rtm_family = AF_MPLS;
		assert_false(tp_netlink_parse_route(m, &info));
		assert_int_equal(tp_netlink_family(m), TP_NO_FAMILY);
	}
}

static void test_a_prefix_is_no_longer_than_an_address(void **state)
{
	struct tp_netlink_route_info info;

	for (unsigned i = 0; i < SAMPLES; i++) {
		struct nlmsghdr *m = sample_of(&samples[i]);
		struct rtmsg *r = mnl_nlmsg_get_payload(m);
		uint8_t bits = tp_ip_bits(&samples[i].prefix.ip);

		r->rtm_dst_len = bits;
		assert_true(tp_netlink_parse_route(m, &info));
		r->rtm_dst_len = bits + 1;
		assert_false(tp_netlink_parse_route(m, &info));
	}
}

/* `ip route add 198.51.100.0/24 via inet6 fe80::2 dev …`: a route with the gateway left out would
 * lead to a network on the link. */
static void test_a_gateway_may_be_of_the_other_family(void **state)
{
	const struct {
		struct rtvia via;
		uint8_t address[16];
	} via = {{.rtvia_family = AF_INET6}, {0xfe, 0x80, [15] = 2}};
	struct tp_netlink_route route = samples[0];
	struct tp_netlink_route_info info;
	struct nlmsghdr *m;

	route.gateway = (struct tp_ip){0};
	m = sample_of(&route);
	mnl_attr_put(m, RTA_VIA, sizeof(via), &via);
	assert_true(tp_netlink_parse_route(m, &info));
	assert_true(tp_ip_same(&info.hops[0].gateway, &samples[1].gateway));
	m = sample_of(&route);
	mnl_attr_put(m, RTA_VIA, sizeof(via.via) - 1, &via); /* cut short */
	assert_true(tp_netlink_parse_route(m, &info));
	assert_true(tp_ip_is_none(&info.hops[0].gateway));
}

/* Each look at a route of IPv6 has another age. */
static void test_a_route_is_the_same_however_old_it_is(void **state)
{
	struct rta_cacheinfo cache = {.rta_expires = 100};
	struct tp_netlink_route_info before, after;
	struct nlmsghdr *m = sample_of(&samples[1]);

	mnl_attr_put(m, RTA_CACHEINFO, sizeof(cache), &cache);
	assert_true(tp_netlink_parse_route(m, &before));
	cache.rta_expires = 99;
	m = sample_of(&samples[1]);
	mnl_attr_put(m, RTA_CACHEINFO, sizeof(cache), &cache);
	assert_true(tp_netlink_parse_route(m, &after));
	assert_true(before.identity == after.identity);
	mnl_attr_put_u8(m, RTA_PREF, 1);
	assert_true(tp_netlink_parse_route(m, &after));
	assert_true(before.identity != after.identity);
}

static void test_a_route_for_some_packets_says_so(void **state)
{
	struct nlmsghdr *m = sample_of(&samples[1]);
	struct rtmsg *r = mnl_nlmsg_get_payload(m);
	struct tp_netlink_route_info info;

	r->rtm_src_len = 48;
	assert_true(tp_netlink_parse_route(m, &info));
	assert_true(info.selective);
	m = sample_route();
	r->rtm_tos = 0x10;
	assert_true(tp_netlink_parse_route(m, &info));
	assert_true(info.selective);
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

/* A route to two routers, behind interfaces 5 and 6; DEAD: a bit for each that has no link. */
static struct nlmsghdr *route_of_two_hops(unsigned dead)
{
	struct nlmsghdr *m = tp_netlink_begin(buffer, RTM_NEWROUTE, 0);
	struct rtmsg *r = mnl_nlmsg_put_extra_header(m, sizeof(*r));
	uint32_t gateway_be[2] = {htonl(0x0a000001), htonl(0x0a000002)};
	struct nlattr *hops;

	r->rtm_family = AF_INET;
	hops = mnl_attr_nest_start(m, RTA_MULTIPATH);
	for (unsigned i = 0; i < 2; i++) {
		struct rtnexthop *hop = mnl_nlmsg_get_payload_tail(m);
		struct rtattr *a = RTNH_DATA(hop);

		*hop = (struct rtnexthop){.rtnh_ifindex = 5 + (int)i,
					  .rtnh_hops = (uint8_t)(3 * i),
					  .rtnh_flags = (dead >> i & 1) != 0 ? RTNH_F_LINKDOWN : 0,
					  .rtnh_len = sizeof(*hop) + RTA_LENGTH(4)};
		a->rta_type = RTA_GATEWAY;
		a->rta_len = RTA_LENGTH(4);
		memcpy(RTA_DATA(a), &gateway_be[i], 4);
		m->nlmsg_len += hop->rtnh_len;
	}
	mnl_attr_nest_end(m, hops);
	return m;
}

static void test_several_next_hops_are_read_with_their_weights(void **state)
{
	struct tp_netlink_route_info info;

	assert_true(tp_netlink_parse_route(route_of_two_hops(2), &info));
	assert_int_equal(info.hop_count, 2);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(info.hops[i].ifindex, 5 + i);
		assert_int_equal(tp_ip_to4(&info.hops[i].gateway), 0x0a000001 + i);
		assert_int_equal(info.hops[i].weight, 1 + 3 * i);
		assert_int_equal(info.hops[i].dead, i == 1);
	}
	assert_int_equal(info.shared, 0);
}

/* FRR's routes name a group of next hops, and the kernel tells of its hops as well. */
static void test_a_shared_next_hop_is_read_by_its_number(void **state)
{
	struct nlmsghdr *m = route_of_two_hops(0);
	struct tp_netlink_route_info info;

	mnl_attr_put_u32(m, RTA_NH_ID, 77);
	assert_true(tp_netlink_parse_route(m, &info));
	assert_int_equal(info.shared, 77);
	assert_int_equal(info.hop_count, 2);
}

static void test_more_next_hops_than_there_is_room_for_are_left_out(void **state)
{
	struct nlmsghdr *m = tp_netlink_begin(buffer, RTM_NEWROUTE, 0);
	struct rtmsg *r = mnl_nlmsg_put_extra_header(m, sizeof(*r));
	struct tp_netlink_route_info info;
	struct nlattr *hops;

	r->rtm_family = AF_INET6;
	hops = mnl_attr_nest_start(m, RTA_MULTIPATH);
	for (unsigned i = 0; i < TP_NETLINK_HOPS + 9; i++) {
		struct rtnexthop *hop = mnl_nlmsg_get_payload_tail(m);

		*hop = (struct rtnexthop){.rtnh_ifindex = 5 + (int)i, .rtnh_len = sizeof(*hop)};
		m->nlmsg_len += hop->rtnh_len;
	}
	mnl_attr_nest_end(m, hops);
	assert_true(tp_netlink_parse_route(m, &info));
	assert_int_equal(info.hop_count, TP_NETLINK_HOPS);
	assert_int_equal(info.hops[TP_NETLINK_HOPS - 1].ifindex, 5 + TP_NETLINK_HOPS - 1);
}

static void test_cached_routes_are_not_ours(void **state)
{
	struct nlmsghdr *m = sample_route();
	struct rtmsg *r = mnl_nlmsg_get_payload(m);
	struct tp_netlink_route_info info;

	r->rtm_flags = RTM_F_CLONED;
	assert_false(tp_netlink_parse_route(m, &info));
}

static void test_a_message_cut_short_anywhere_does_no_harm(void **state)
{
	struct tp_netlink_neighbour_info neighbour;
	struct tp_netlink_address_info address;
	struct tp_netlink_route_info route;

	for (unsigned i = 0; i < SAMPLES; i++) {
		const uint32_t whole = sample_of(&samples[i])->nlmsg_len;

		for (uint32_t len = NLMSG_HDRLEN; len < whole; len++) {
			struct nlmsghdr *m = sample_of(&samples[i]);

			m->nlmsg_len = len;
			memset(buffer + len, 0xff, sizeof(buffer) - len);
			tp_netlink_parse_route(m, &route);
			tp_netlink_parse_neighbour(m, &neighbour);
			tp_netlink_parse_address(m, &address);
		}
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
	assert_int_equal(tp_ip_to4(&info.address), 0xc0000202);
	assert_int_equal(info.ifindex, 3);
}

static void test_a_neighbour_of_ipv6_reads_as_well(void **state)
{
	const struct tp_ip address = samples[1].gateway;
	struct nlmsghdr *m = tp_netlink_begin(buffer, RTM_NEWNEIGH, 0);
	struct ndmsg *neighbour = mnl_nlmsg_put_extra_header(m, sizeof(*neighbour));
	struct tp_netlink_neighbour_info info;

	neighbour->ndm_family = AF_INET6;
	neighbour->ndm_ifindex = 3;
	neighbour->ndm_state = NUD_STALE;
	mnl_attr_put(m, NDA_DST, 16, address.bytes);
	assert_true(tp_netlink_parse_neighbour(m, &info));
	assert_true(tp_ip_same(&info.address, &address));
	neighbour->ndm_family = AF_BRIDGE;
	assert_false(tp_netlink_parse_neighbour(m, &info));
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
		cmocka_unit_test(test_a_route_is_of_its_family),
		cmocka_unit_test(test_a_prefix_is_no_longer_than_an_address),
		cmocka_unit_test(test_a_gateway_may_be_of_the_other_family),
		cmocka_unit_test(test_a_route_is_the_same_however_old_it_is),
		cmocka_unit_test(test_a_route_for_some_packets_says_so),
		cmocka_unit_test(test_a_neighbour_of_ipv6_reads_as_well),
		cmocka_unit_test(test_the_default_route_has_no_destination),
		cmocka_unit_test(test_several_next_hops_are_read_with_their_weights),
		cmocka_unit_test(test_a_shared_next_hop_is_read_by_its_number),
		cmocka_unit_test(test_more_next_hops_than_there_is_room_for_are_left_out),
		cmocka_unit_test(test_cached_routes_are_not_ours),
		cmocka_unit_test(test_a_message_cut_short_anywhere_does_no_harm),
		cmocka_unit_test(test_a_neighbour_reads_with_its_mac),
		cmocka_unit_test(test_only_the_kernel_is_believed),
		cmocka_unit_test(test_what_is_cut_short_is_not_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
