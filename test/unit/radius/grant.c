/* SPDX-License-Identifier: BSD-3-Clause */
/* What a server's reply comes to for a subscriber. */
#include "login_fixture.h"

static void test_an_accept_alone_gives_what_the_servers_profile_gives(void **state)
{
	const struct tp_subscriber *s = take();

	assert_string_equal(s->profile, "server");
	assert_string_equal(s->remote.pool, "low");
	assert_int_equal(s->remote.fixed, 0);
	assert_int_equal(s->local.fixed, 0x0a000001);
	assert_int_equal(s->session_timeout_s, 86400);
	assert_int_equal(s->rate_limit->rx.rate, 1000000);
	assert_int_equal(s->dns[0], 0xc0000235);
	assert_int_equal(s->secret_id, 0);
}

static void test_addresses(void **state)
{
	const struct tp_subscriber *s;

	U32(FRAMED_IP_ADDRESS, 0x0a090807);
	TEXT(FRAMED_POOL, "high"); /* the address goes before it */
	s = take();
	assert_int_equal(s->remote.fixed, 0x0a090807);
	assert_int_equal(s->route_count, 0);

	begin(state);
	TEXT(FRAMED_POOL, "high");
	s = take();
	assert_string_equal(s->remote.pool, "high");

	for (uint32_t any = TP_RADIUS_ADDRESS_OF_POOL; any != 0; any++) {
		begin(state);
		U32(FRAMED_IP_ADDRESS, any);
		s = take();
		assert_int_equal(s->remote.fixed, 0);
		assert_string_equal(s->remote.pool, "low");
	}
}

static void test_networks_behind_a_subscriber(void **state)
{
	const struct tp_subscriber *s;

	TEXT(FRAMED_ROUTE, "10.70.0.0/16");
	TEXT(FRAMED_ROUTE, "10.71.0.0/24 0.0.0.0 1");
	TEXT(FRAMED_ROUTE, "10.72.0.0/24 10.9.8.7 1 2 -1 3 400"); /* as RFC 2865 has it */
	U32(FRAMED_IP_ADDRESS, 0x0a090807);
	U32(FRAMED_IP_NETMASK, 0xffffff00);
	s = take();
	assert_int_equal(s->route_count, 4);
	assert_int_equal(s->routes[0].address, 0x0a460000);
	assert_int_equal(s->routes[0].length, 16);
	assert_int_equal(s->routes[2].address, 0x0a480000);
	assert_int_equal(s->routes[3].address, 0x0a090800);
	assert_int_equal(s->routes[3].length, 24);
}

static void test_times_and_limits(void **state)
{
	const struct tp_subscriber *s;

	U32(SESSION_TIMEOUT, 600);
	U32(IDLE_TIMEOUT, 60);
	U32(ACCT_INTERIM_INTERVAL, 300);
	U32(FRAMED_MTU, 1400);
	U32(PORT_LIMIT, 1);
	U32(MIKROTIK_RECV_LIMIT, 5);
	U32(MIKROTIK_RECV_LIMIT_GIGAWORDS, 1);
	U32(MIKROTIK_XMIT_LIMIT, 7);
	U32(MIKROTIK_TOTAL_LIMIT_GIGAWORDS, 2);
	U32(MS_PRIMARY_DNS_SERVER, 0x08080808);
	U32(MS_SECONDARY_NBNS_SERVER, 0x09090909);
	s = take();
	assert_int_equal(s->session_timeout_s, 600);
	assert_int_equal(s->idle_timeout_s, 60);
	assert_int_equal(s->radius->interim_s, 300);
	assert_int_equal(s->radius->framed_mtu, 1400);
	assert_true(s->only_one);
	assert_true(s->limit_bytes_in == UINT64_C(0x100000005));
	assert_int_equal(s->limit_bytes_out, 7);
	assert_true(s->radius->limit_bytes_total == UINT64_C(0x200000000));
	assert_int_equal(s->dns[0], 0x08080808);
	assert_int_equal(s->dns[1], 0);
	assert_int_equal(s->wins[1], 0x09090909);
}

static void expect_rate(uint64_t up, uint64_t down)
{
	const struct tp_subscriber *s = take();

	assert_int_equal(s->rate_limit->rx.rate, up);
	assert_int_equal(s->rate_limit->tx.rate, down);
}

static void test_rates_in_the_words_of_many(void **state)
{
	TEXT(MIKROTIK_RATE_LIMIT, "2M/8M 4M/16M 1M/4M 10/10");
	U32(ASCEND_DATA_RATE, 5); /* do not count beside it */
	U32(WISPR_BANDWIDTH_MAX_UP, 6);
	expect_rate(2000000, 8000000);

	begin(state);
	U32(ASCEND_DATA_RATE, 512000);
	expect_rate(512000, 512000);
	begin(state);
	U32(ASCEND_DATA_RATE, 4000000); /* the first is to the subscriber */
	U32(ASCEND_DATA_RATE, 512000);
	expect_rate(512000, 4000000);
	begin(state);
	U32(ASCEND_DATA_RATE, 512000);
	U32(ASCEND_XMIT_RATE, 2000000);
	expect_rate(512000, 2000000);
	begin(state);
	U32(WISPR_BANDWIDTH_MAX_UP, 1000000);
	U32(WISPR_BANDWIDTH_MAX_DOWN, 3000000);
	expect_rate(1000000, 3000000);

	begin(state);
	TEXT(FILTER_ID, "2000/500");
	expect_rate(1000000, 1000000); /* not configured: the profile's */
	take_by(true);
	assert_int_equal(answer.subscriber.rate_limit->rx.rate, 500000);
	assert_int_equal(answer.subscriber.rate_limit->tx.rate, 2000000);
	begin(state);
	TEXT(FILTER_ID, "gold");
	take_by(true);
	assert_int_equal(answer.reason, TP_AAA_UNUSABLE);
}

static void test_a_group_is_a_profile(void **state)
{
	const struct tp_subscriber *s;

	TEXT(MIKROTIK_GROUP, "gold");
	TEXT(MIKROTIK_ADDRESS_LIST, "walled");
	s = take();
	assert_string_equal(s->profile, "gold");
	assert_string_equal(s->remote.pool, "high");
	assert_int_equal(s->idle_timeout_s, 300);
	assert_int_equal(s->session_timeout_s, 86400); /* gold says nothing: the server's */
	assert_string_equal(s->address_list, "walled");
	begin(state);
	TEXT(MIKROTIK_GROUP, "default");
	take();
}

static void test_classes_are_kept_as_they_came(void **state)
{
	static const uint8_t wire[] = {25, 4, 'a', 0, 25, 3, 'b'};
	const struct tp_subscriber *s;

	tp_radius_put_bytes(&reply, TP_RADIUS_CLASS, "a\0", 2);
	tp_radius_put_bytes(&reply, TP_RADIUS_CLASS, "b", 1);
	s = take();
	assert_int_equal(s->radius->class_len, sizeof(wire));
	assert_memory_equal(s->radius->class, wire, sizeof(wire));
}

static void test_an_identity_is_kept_beside_the_classes(void **state)
{
	static const uint8_t was[] = {25, 3, 'a', 89, 4, 'i', 'd'},
			     is[] = {89, 4, 'i', 'd', 25, 3, 'b'};
	static struct tp_radius_grant grant;
	struct tp_radius_packet packet;
	struct tp_subscriber s = {0};
	char why[TP_RADIUS_WHY];

	tp_radius_put_bytes(&reply, TP_RADIUS_CLASS, "a", 1);
	tp_radius_put_bytes(&reply, TP_RADIUS_CHARGEABLE_USER_IDENTITY, "id", 2);
	take();
	tp_subscriber_move(&s, &answer.subscriber);
	assert_int_equal(s.radius->class_len, sizeof(was));
	assert_memory_equal(s.radius->class, was, sizeof(was));

	begin(state); /* another class alone */
	tp_radius_put_bytes(&reply, TP_RADIUS_CLASS, "b", 1);
	assert_int_equal(tp_radius_parse(room, tp_radius_finish(&reply), &packet), 0);
	assert_true(tp_radius_grant_read(&packet, false, &grant, why));
	assert_true(tp_radius_grant_apply(&grant, profiles, &s, why));
	assert_int_equal(s.radius->class_len, sizeof(is));
	assert_memory_equal(s.radius->class, is, sizeof(is));
	tp_subscriber_clear(&s);
}

static void put_prefix(enum tp_radius_attribute attribute, const char *words)
{
	struct tp_prefix6 prefix;

	assert_true(tp_prefix6_parse(words, &prefix));
	tp_radius_put_ipv6_prefix(&reply, attribute, prefix.address, prefix.length);
}

static void assert_prefix(const struct tp_prefix6 *prefix, const char *words)
{
	char room_for[TP_PREFIX6_TEXT_LEN];

	assert_string_equal(tp_prefix6_format(prefix, room_for), words);
}

static void test_ipv6_is_given(void **state)
{
	static const uint8_t id[8] = {1, 2, 3, 4, 5, 6, 7, 8};
	static const uint8_t address[16] = {0x20, 1, 0x0d, 0xb8, [15] = 0x53};
	const struct tp_subscriber_ipv6 *ipv6;

	put_prefix(TP_RADIUS_FRAMED_IPV6_PREFIX, "2001:db8:1::/64");
	put_prefix(TP_RADIUS_DELEGATED_IPV6_PREFIX, "2001:db8:2::/56");
	put_prefix(TP_RADIUS_DELEGATED_IPV6_PREFIX, "2001:db8:3::/48");
	tp_radius_put_ipv6(&reply, TP_RADIUS_FRAMED_IPV6_ADDRESS, address);
	tp_radius_put_ipv6(&reply, TP_RADIUS_DNS_SERVER_IPV6_ADDRESS, address);
	tp_radius_put_bytes(&reply, TP_RADIUS_FRAMED_INTERFACE_ID, id, sizeof(id));
	TEXT(FRAMED_IPV6_ROUTE, "2001:db8:4::/48 2001:db8:1::7 1");
	TEXT(FRAMED_IPV6_ROUTE, "2001:db8:5::/64 ::");
	TEXT(FRAMED_IPV6_ROUTE, "2001:db8:6::/64 fe80::1");
	ipv6 = take()->ipv6;
	assert_prefix(&ipv6->prefix, "2001:db8:1::/64");
	assert_int_equal(ipv6->delegated_count, 2);
	assert_prefix(&ipv6->delegated[0], "2001:db8:2::/56");
	assert_prefix(&ipv6->delegated[1], "2001:db8:3::/48");
	assert_true(ipv6->has_address && ipv6->has_interface_id);
	assert_memory_equal(ipv6->address, address, 16);
	assert_memory_equal(ipv6->interface_id, id, 8);
	assert_int_equal(ipv6->dns_count, 1);
	assert_memory_equal(ipv6->dns[0], address, 16);
	assert_int_equal(ipv6->route_count, 3);
	assert_prefix(&ipv6->routes[2], "2001:db8:6::/64");
	assert_int_equal(ipv6->lease_time_s, 7200); /* the profile's */
}

static void test_pools_of_ipv6_take_the_place_of_the_profiles(void **state)
{
	const struct tp_subscriber_ipv6 *ipv6;

	assert_string_equal(take()->ipv6->prefix_pool, "links"); /* the profile's */
	begin(state);
	TEXT(FRAMED_IPV6_POOL, "gold-links");
	TEXT(STATEFUL_IPV6_ADDRESS_POOL, "hosts");
	TEXT(MIKROTIK_DELEGATED_IPV6_POOL, "gold-homes");
	ipv6 = take()->ipv6;
	assert_string_equal(ipv6->prefix_pool, "gold-links");
	assert_string_equal(ipv6->pd_pool, "gold-homes");
	assert_int_equal(ipv6->lease_time_s, 7200); /* the profile's */
	begin(state);
	TEXT(DELEGATED_IPV6_PREFIX_POOL, "gold-homes");
	TEXT(STATEFUL_IPV6_ADDRESS_POOL, "hosts");
	put_prefix(TP_RADIUS_DELEGATED_IPV6_PREFIX, "2001:db8:2::/56");
	ipv6 = take()->ipv6;
	assert_string_equal(ipv6->prefix_pool, "hosts");
	assert_string_equal(ipv6->pd_pool, "gold-homes");
	assert_int_equal(ipv6->delegated_count, 1); /* before the pool */
}

static void test_what_cannot_be_used_refuses_the_login(void **state)
{
	static const struct {
		enum tp_radius_attribute attribute;
		const char *bytes, *words;
		size_t len;
	} cases[] = {
#define BAD(id, value, why) {TP_RADIUS_##id, value, why, sizeof(value) - 1}
		BAD(FRAMED_IP_ADDRESS, "\1\2\3", "Framed-IP-Address is no number"),
		BAD(FRAMED_IP_NETMASK, "\xff\0\xff\0", "Framed-IP-Netmask"),
		BAD(FRAMED_ROUTE, "nowhere", "Framed-Route 'nowhere' is no route"),
		BAD(FRAMED_ROUTE, "10.0.0.1/8", "bits"),
		BAD(FRAMED_ROUTE, "10.0.0.0/8 192.0.2.1", "gateway"),
		BAD(FRAMED_MTU, "\0\0\0\1", "Framed-MTU 1 "),
		BAD(MIKROTIK_GROUP, "platinum", "no profile 'platinum'"),
		BAD(MIKROTIK_RATE_LIMIT, "fast", "Mikrotik-Rate-Limit 'fast'"),
		BAD(SESSION_TIMEOUT, "12", "Session-Timeout"),
		BAD(FRAMED_IPV6_PREFIX, "\0\x40\x20\1\xd\xb8\0\0\0\0\xff", "Framed-IPv6-Prefix"),
		BAD(FRAMED_IPV6_PREFIX, "\0\x38\x20\1\xd\xb8\0\0\0", "neither of 64 nor of 128"),
		BAD(FRAMED_IPV6_PREFIX, "\0\x40\xfe\x80\0\0\0\0\0\0", "no subscriber has"),
		BAD(DELEGATED_IPV6_PREFIX, "\0\0", "no subscriber has"),
		BAD(DELEGATED_IPV6_PREFIX, "\0\x48\x20\1\xd\xb8\0\0\0\0\1", "longer than 64"),
		BAD(FRAMED_IPV6_ADDRESS, "\xff\2\0\0\0\0\0\0\0\0\0\0\0\0\0\1", "no host's"),
		BAD(FRAMED_IPV6_ROUTE, "nowhere", "Framed-IPv6-Route 'nowhere' is no route"),
		BAD(FRAMED_IPV6_ROUTE, "2001:db8::1/64", "is no route"),
		BAD(FRAMED_IPV6_ROUTE, "fe80::/64", "no subscriber has"),
		BAD(FRAMED_IPV6_ROUTE, "2001:db8::/48 2001:db8::1", "gateway"),
		BAD(FRAMED_POOL, "a\0b", "Framed-Pool"),
		BAD(SERVICE_TYPE, "\0\0\0\1", "Service-Type"),
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(state);
		tp_radius_put_bytes(&reply, cases[i].attribute, cases[i].bytes, cases[i].len);
		refused(TP_AAA_UNUSABLE, cases[i].words);
	}
}

static void test_a_change_is_whole_or_none(void **state)
{
	struct tp_radius_grant grant;
	struct tp_radius_packet packet;
	struct tp_subscriber s = {0}, before;
	char why[TP_RADIUS_WHY];

	tp_radius_put_bytes(&reply, TP_RADIUS_CLASS, "old", 3);
	TEXT(MIKROTIK_ADDRESS_LIST, "first");
	TEXT(FRAMED_IPV6_POOL, "links");
	take();
	tp_subscriber_move(&s, &answer.subscriber);
	before = s;

	begin(state);
	TEXT(MIKROTIK_ADDRESS_LIST, "second");
	U32(FRAMED_MTU, 3);
	assert_int_equal(tp_radius_parse(room, tp_radius_finish(&reply), &packet), 0);
	assert_true(tp_radius_grant_read(&packet, false, &grant, why));
	assert_false(tp_radius_grant_apply(&grant, profiles, &s, why));
	assert_memory_equal(&s, &before, sizeof(s));

	begin(state);
	TEXT(MIKROTIK_ADDRESS_LIST, "second");
	U32(ACCT_INTERIM_INTERVAL, 60);
	assert_int_equal(tp_radius_parse(room, tp_radius_finish(&reply), &packet), 0);
	assert_true(tp_radius_grant_read(&packet, false, &grant, why));
	assert_true(tp_radius_grant_apply(&grant, profiles, &s, why));
	assert_string_equal(s.address_list, "second");
	assert_string_equal(s.ipv6->prefix_pool, "links");
	assert_int_equal(s.radius->class_len, 5);
	assert_int_equal(s.radius->interim_s, 60);
	assert_int_equal(s.session_timeout_s, 86400);
	tp_subscriber_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_an_accept_alone_gives_what_the_servers_profile_gives),
		T(test_addresses),
		T(test_networks_behind_a_subscriber),
		T(test_times_and_limits),
		T(test_rates_in_the_words_of_many),
		T(test_a_group_is_a_profile),
		T(test_classes_are_kept_as_they_came),
		T(test_an_identity_is_kept_beside_the_classes),
		T(test_ipv6_is_given),
		T(test_pools_of_ipv6_take_the_place_of_the_profiles),
		T(test_what_cannot_be_used_refuses_the_login),
		T(test_a_change_is_whole_or_none),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
