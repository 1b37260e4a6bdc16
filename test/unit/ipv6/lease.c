/* SPDX-License-Identifier: BSD-3-Clause */
/* The router's end: leases from the first message to the last. */
#include "fixture.h"

#define PREFIX_OPTION(times, prefix) "001a 0019 " times " " times " 38 " prefix
#define DAY			     "00015180"
#define F00			     "20010db8 0f000000 0000000000000000"
#define E00			     "20010db8 0e000000 0000000000000000"
#define PD(iaid)		     "0019 0029 0000" iaid " 0000a8c0 00010e00 "
#define GIVEN			     PD("0001") PREFIX_OPTION(DAY, F00)
#define NO_PREFIX		     "0019 001b 00000001 00000000 00000000 000d 000b 0006 6e6f20707265666978"
#define NO_ADDRESS		     "0003 001c 00000001 00000000 00000000 000d 000c 0002 6e6f2061646472657373"
#define NO_BINDING(kind)                                                                           \
	kind " 0021 00000001 00000000 00000000 000d 0011 0003 6e6f20737563682062696e64696e67"
#define PREFERENCE "0007 0001 ff"
#define SUCCESS	   "000d 0002 0000"
#define RAPID	   "000e 0000"

static void request(struct link *link, const char *client)
{
	char options[256];

	snprintf(options, sizeof(options), "%s" SERVER NO_HINT_PD, client);
	assert_int_equal(link_dhcp6(link, TP_DHCP6_REQUEST, options), TP_IPV6_NO_REASON);
}

static void test_solicit_and_request_give_what_was_offered(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	assert_int_equal(link_dhcp6(&link, TP_DHCP6_SOLICIT, CLIENT "0008 0002 0000" NO_HINT_PD),
			 TP_IPV6_NO_REASON);
	assert_answer(&link, TP_DHCP6_ADVERTISE, CLIENT SERVER GIVEN PREFERENCE);
	assert_int_equal(link.bound, 0);
	link_wait(&link, 50);
	request(&link, CLIENT);
	assert_answer(&link, TP_DHCP6_REPLY, CLIENT SERVER GIVEN);
	assert_int_equal(link.bound, 1);
	assert_true(link.last.committed && link.last.ia.prefix);
	assert_int_equal(link.last.ia.iaid, 1);
	assert_int_equal(link.last.until_ms, link.now_ms + 86400000);
	assert_int_equal(link.last.since_ms, link.now_ms);
	link_down(&link);
}

/* 18.3.1: a Reply at once, and it is bound. */
static void test_rapid_commit_saves_half_of_it(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	assert_int_equal(link_dhcp6(&link, TP_DHCP6_SOLICIT, CLIENT RAPID NO_HINT_PD),
			 TP_IPV6_NO_REASON);
	assert_answer(&link, TP_DHCP6_REPLY, CLIENT SERVER GIVEN RAPID);
	assert_int_equal(link.bound, 1);
	/* What can't be committed is not. */
	link.prefixes[0].length = 0;
	assert_int_equal(link_dhcp6(&link, TP_DHCP6_SOLICIT, OTHER RAPID NO_HINT_PD),
			 TP_IPV6_NO_REASON);
	assert_answer(&link, TP_DHCP6_ADVERTISE, OTHER SERVER NO_PREFIX PREFERENCE);
	link_down(&link);
}

static void test_an_offer_lapses_after_a_minute(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	link_dhcp6(&link, TP_DHCP6_SOLICIT, CLIENT NO_HINT_PD);
	link_wait(&link, 59999);
	assert_int_equal(link.released, 0);
	link_wait(&link, 1);
	assert_int_equal(link.released, 1);
	assert_int_equal(link.why, TP_IPV6_LAPSED);
	assert_false(link.last.committed);
	assert_null(tp_ipv6_router_next_binding(&link.router, NULL));
	link_down(&link);
}

static void test_an_address_and_a_prefix_are_told_apart(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	/* Only a prefix for SLAAC: no address by DHCPv6, and the prefix nevertheless. */
	link_dhcp6(&link, TP_DHCP6_SOLICIT, CLIENT NO_HINT_NA NO_HINT_PD);
	assert_answer(&link, TP_DHCP6_ADVERTISE, CLIENT SERVER NO_ADDRESS GIVEN PREFERENCE);
	/* One address is all that there is. */
	link.terms.prefix = prefix_of("2001:db8:1:2::5/128");
	link.terms.delegations = 0;
	link_dhcp6(&link, TP_DHCP6_REQUEST, CLIENT SERVER NO_HINT_NA NO_HINT_PD);
	assert_answer(&link, TP_DHCP6_REPLY,
		      CLIENT SERVER "0003 0028 00000001 0000a8c0 00010e00 0005 0018 20010db8 "
				    "00010002 00000000 00000005" DAY DAY NO_PREFIX);
	assert_int_equal(link.bound, 1);
	assert_false(tp_ipv6_router_next_binding(&link.router, NULL)->ia.prefix);
	link_down(&link);
}

/* A link without a prefix of its own, and no address: PD is all there is to it. */
static void test_a_link_local_client_gets_its_prefix(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	link.terms.prefix.length = 0;
	request(&link, CLIENT);
	assert_answer(&link, TP_DHCP6_REPLY, CLIENT SERVER GIVEN);
	link_down(&link);
}

static void test_what_the_option_request_names_is_told_and_nothing_else(void **state)
{
	static const uint8_t dns[1][16] = {{0x20, 0x01, 0x0d, 0xb8, [15] = 0x53}};
	static const char *const search[] = {"example.net"};
	struct link link;

	(void)state;
	link_up(&link);
	link.terms.dns = dns;
	link.terms.dns_count = 1;
	link.terms.search = search;
	link.terms.search_count = 1;
	request(&link, CLIENT);
	assert_answer(&link, TP_DHCP6_REPLY, CLIENT SERVER GIVEN);
	link_dhcp6(&link, TP_DHCP6_REQUEST,
		   CLIENT SERVER "0006 0008 0017 0018 0052 00ff" NO_HINT_PD);
	assert_answer(&link, TP_DHCP6_REPLY,
		      CLIENT SERVER "0017 0010 20010db8 00000000 00000000 00000053"
				    "0018 000d 076578616d706c65036e657400"
				    "0052 0004 00000e10" GIVEN);
	/* 18.3.6: the client need not say who it is. */
	assert_int_equal(
		link_dhcp6(&link, TP_DHCP6_INFORMATION_REQUEST, "0006 0006 0017 0020 0053"),
		TP_IPV6_NO_REASON);
	assert_answer(&link, TP_DHCP6_REPLY,
		      SERVER "0017 0010 20010db8 00000000 00000000 00000053"
			     "0053 0004 00000e10  0020 0004 00015180");
	link_down(&link);
}

static void test_a_hint_reaches_the_owner(void **state)
{
	const struct tp_prefix6 wished = prefix_of("2001:db8:f00::/60"),
				length = prefix_of("::/60");
	struct link link;

	(void)state;
	link_up(&link);
	link_dhcp6(&link, TP_DHCP6_SOLICIT,
		   CLIENT
		   "0019 0029 00000001 00000000 00000000 001a 0019 00000000 00000000 3c" F00);
	assert_true(tp_prefix6_same(&link.hint, &wished));
	link_dhcp6(&link, TP_DHCP6_SOLICIT,
		   CLIENT "0019 0029 00000001 00000000 00000000"
			  "001a 0019 00000000 00000000 3c 00000000000000000000000000000000");
	assert_true(tp_prefix6_same(&link.hint, &length));
	link_down(&link);
}

static void test_each_association_gets_one_and_the_last_what_is_left(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	link.terms.delegations = 2;
	link.prefixes[1] = prefix_of("2001:db8:e00::/56");
	link_dhcp6(&link, TP_DHCP6_REQUEST,
		   CLIENT SERVER NO_HINT_PD
		   "0019 000c 00000002 00000000 00000000  0019 000c 00000003 00000000 00000000");
	assert_answer(&link, TP_DHCP6_REPLY,
		      CLIENT SERVER GIVEN PD("0002")
			      PREFIX_OPTION(DAY, E00) "0019 001b 00000003 00000000 00000000 000d "
						      "000b 0006 6e6f20707265666978");
	assert_int_equal(link.bound, 2);
	link_down(&link);

	link_up(&link);
	link.terms.delegations = 2;
	link.prefixes[1] = prefix_of("2001:db8:e00::/56");
	request(&link, CLIENT);
	assert_answer(&link, TP_DHCP6_REPLY,
		      CLIENT SERVER "0019 0046 00000001 0000a8c0 00010e00" PREFIX_OPTION(DAY, F00)
			      PREFIX_OPTION(DAY, E00));
	link_down(&link);
}

#define NAMES(prefix) "0019 0029 00000001 00000000 00000000 001a 0019 00000000 00000000 38 " prefix

static void test_renew_and_rebind_begin_its_time_anew(void **state)
{
	uint64_t first;
	struct link link;

	(void)state;
	link_up(&link);
	request(&link, CLIENT);
	first = link.now_ms;
	link_wait(&link, 43200000);
	assert_int_equal(link_dhcp6(&link, TP_DHCP6_RENEW, CLIENT SERVER NAMES(F00)),
			 TP_IPV6_NO_REASON);
	assert_answer(&link, TP_DHCP6_REPLY, CLIENT SERVER GIVEN);
	assert_int_equal(link.last.since_ms, first);
	assert_int_equal(link.last.renewed_ms, link.now_ms);
	link_wait(&link, 80000000);
	assert_int_equal(link_dhcp6(&link, TP_DHCP6_REBIND, CLIENT NAMES(F00)), TP_IPV6_NO_REASON);
	assert_answer(&link, TP_DHCP6_REPLY, CLIENT SERVER GIVEN);
	link_wait(&link, 86399999);
	assert_int_equal(link.released, 0);
	link_wait(&link, 1);
	assert_int_equal(link.released, 1);
	assert_int_equal(link.why, TP_IPV6_EXPIRED);
	assert_int_equal(link.bound, 3);
	link_down(&link);
}

/* The session is new, the client's lease is not: what it has still is confirmed, what it has not is
 * told to be over, beside what it has instead. */
static void test_a_client_of_an_earlier_session_is_put_right_in_one_answer(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	link_dhcp6(&link, TP_DHCP6_REBIND, CLIENT NAMES(F00));
	assert_answer(&link, TP_DHCP6_REPLY, CLIENT SERVER GIVEN);
	link_down(&link);

	link_up(&link);
	link_dhcp6(&link, TP_DHCP6_REBIND, CLIENT NAMES(E00));
	assert_answer(&link, TP_DHCP6_REPLY,
		      CLIENT SERVER "0019 0046 00000001 0000a8c0 00010e00" PREFIX_OPTION(DAY, F00)
			      PREFIX_OPTION("00000000", E00));
	link_down(&link);

	link_up(&link);
	link.terms.delegations = 0;
	link_dhcp6(&link, TP_DHCP6_RENEW, CLIENT SERVER NAMES(E00));
	assert_answer(&link, TP_DHCP6_REPLY, CLIENT SERVER NO_BINDING("0019"));
	link_dhcp6(&link, TP_DHCP6_REBIND, CLIENT NO_HINT_NA);
	assert_answer(&link, TP_DHCP6_REPLY, CLIENT SERVER NO_BINDING("0003"));
	link_down(&link);
}

static void test_a_prefix_that_was_changed_is_replaced_at_the_next_renewal(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	request(&link, CLIENT);
	link.prefixes[0] = prefix_of("2001:db8:e00::/56");
	link_dhcp6(&link, TP_DHCP6_RENEW, CLIENT SERVER NAMES(F00));
	assert_answer(&link, TP_DHCP6_REPLY,
		      CLIENT SERVER "0019 0046 00000001 0000a8c0 00010e00" PREFIX_OPTION(DAY, E00)
			      PREFIX_OPTION("00000000", F00));
	assert_int_equal(link.released, 1);
	assert_int_equal(link.why, TP_IPV6_REPLACED);
	assert_int_equal(link.bound, 2);
	/* And taken away. */
	link.terms.delegations = 0;
	link_dhcp6(&link, TP_DHCP6_RENEW, CLIENT SERVER NAMES(E00));
	assert_answer(&link, TP_DHCP6_REPLY, CLIENT SERVER NO_BINDING("0019"));
	assert_int_equal(link.released, 2);
	assert_null(tp_ipv6_router_next_binding(&link.router, NULL));
	link_down(&link);
}

static void test_release_and_decline_give_back(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	request(&link, CLIENT);
	/* What another has can't be given back by this one, nor what nobody has. */
	link_dhcp6(&link, TP_DHCP6_RELEASE, OTHER SERVER NAMES(F00));
	assert_answer(&link, TP_DHCP6_REPLY, OTHER SERVER SUCCESS NO_BINDING("0019"));
	link_dhcp6(&link, TP_DHCP6_RELEASE, CLIENT SERVER NAMES(E00));
	assert_answer(&link, TP_DHCP6_REPLY, CLIENT SERVER SUCCESS NO_BINDING("0019"));
	assert_int_equal(link.released, 0);
	link_dhcp6(&link, TP_DHCP6_RELEASE, CLIENT SERVER NAMES(F00));
	assert_answer(&link, TP_DHCP6_REPLY, CLIENT SERVER SUCCESS);
	assert_int_equal(link.released, 1);
	assert_int_equal(link.why, TP_IPV6_RELEASED);

	link.terms.address = prefix_of("2001:db8:1:2::5/128");
	link_dhcp6(&link, TP_DHCP6_REQUEST, CLIENT SERVER NO_HINT_NA);
	link_dhcp6(&link, TP_DHCP6_DECLINE,
		   CLIENT SERVER "0003 0028 00000001 00000000 00000000"
				 "0005 0018 20010db8 00010002 00000000 00000005 00000000 00000000");
	assert_answer(&link, TP_DHCP6_REPLY, CLIENT SERVER SUCCESS);
	assert_int_equal(link.released, 2);
	assert_int_equal(link.why, TP_IPV6_DECLINED);
	link_down(&link);
}

#define CONFIRMS(address)                                                                          \
	"0003 0028 00000001 00000000 00000000 0005 0018 " address " 00000000 00000000"

static void test_confirm_tells_whether_an_address_is_of_this_link(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	link.terms.address = prefix_of("2001:db8:1:2::5/128");
	link_dhcp6(&link, TP_DHCP6_CONFIRM, CLIENT CONFIRMS("20010db8 00010002 00000000 00000005"));
	assert_answer(&link, TP_DHCP6_REPLY, CLIENT SERVER SUCCESS);
	link_dhcp6(&link, TP_DHCP6_CONFIRM, CLIENT CONFIRMS("20010db8 00010002 00000000 00000006"));
	assert_answer(&link, TP_DHCP6_REPLY,
		      CLIENT SERVER "000d 0012 0004 6e6f74206f6e2074686973206c696e6b");
	assert_int_equal(link_dhcp6(&link, TP_DHCP6_CONFIRM, CLIENT NO_HINT_NA),
			 TP_IPV6_DHCP6_NOTHING);
	link_down(&link);
}

/* The subscriber has exchanged its router. An offer takes nothing from the old one. */
static void test_another_client_takes_over(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	request(&link, CLIENT);
	link_dhcp6(&link, TP_DHCP6_SOLICIT, OTHER NO_HINT_PD);
	assert_answer(&link, TP_DHCP6_ADVERTISE, OTHER SERVER GIVEN PREFERENCE);
	assert_int_equal(link.released, 0);
	request(&link, OTHER);
	assert_answer(&link, TP_DHCP6_REPLY, OTHER SERVER GIVEN);
	assert_int_equal(link.released, 1);
	assert_int_equal(link.why, TP_IPV6_TAKEN_OVER);
	assert_int_equal(link.bound, 2);
	link_down(&link);
}

/* One client's two associations don't take from each other, until one is long forgotten. */
static void test_an_association_keeps_what_it_has_from_its_brother(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	request(&link, CLIENT);
#define SECOND "0019 000c 00000002 00000000 00000000"
	link_dhcp6(&link, TP_DHCP6_REQUEST, CLIENT SERVER SECOND);
	assert_answer(&link, TP_DHCP6_REPLY,
		      CLIENT SERVER
		      "0019 001b 00000002 00000000 00000000 000d 000b 0006 6e6f20707265666978");
	link_wait(&link, 70000000);
	link_dhcp6(&link, TP_DHCP6_REQUEST, CLIENT SERVER SECOND);
	assert_answer(&link, TP_DHCP6_REPLY, CLIENT SERVER PD("0002") PREFIX_OPTION(DAY, F00));
	assert_int_equal(link.why, TP_IPV6_TAKEN_OVER);
	link_down(&link);
}

static void test_a_withdrawn_prefix_is_nobodys(void **state)
{
	const struct tp_prefix6 all = prefix_of("2001:db8::/32"),
				other = prefix_of("2001:db9::/32");
	struct link link;

	(void)state;
	link_up(&link);
	request(&link, CLIENT);
	tp_ipv6_router_withdraw(&link.router, &other);
	assert_int_equal(link.released, 0);
	tp_ipv6_router_withdraw(&link.router, &all);
	assert_int_equal(link.released, 1);
	assert_int_equal(link.why, TP_IPV6_REPLACED);
	assert_null(tp_ipv6_router_next_binding(&link.router, NULL));
	link_down(&link);
}

static void test_leases_outlive_the_link_and_are_seen(void **state)
{
	const struct tp_ipv6_binding *binding;
	struct link link;

	(void)state;
	link_up(&link);
	link.terms.address = prefix_of("2001:db8:1:2::5/128");
	request(&link, CLIENT);
	link_dhcp6(&link, TP_DHCP6_REQUEST, CLIENT SERVER NO_HINT_NA);
	tp_ipv6_router_stop(&link.router, false, link.now_ms);
	tp_ipv6_router_start(&link.router, link.now_ms);
	binding = tp_ipv6_router_next_binding(&link.router, NULL);
	assert_non_null(binding);
	assert_int_equal(binding->ia.duid_len, 10);
	assert_int_equal(binding->ia.duid[9], 1);
	binding = tp_ipv6_router_next_binding(&link.router, binding);
	assert_non_null(binding);
	assert_null(tp_ipv6_router_next_binding(&link.router, binding));
	link_down(&link);
}

static void test_an_infinite_lease_is_never_due(void **state)
{
	struct link link;

	(void)state;
	link_up(&link);
	link.terms.lease_s = UINT32_MAX;
	request(&link, CLIENT);
	assert_answer(&link, TP_DHCP6_REPLY,
		      CLIENT SERVER
		      "0019 0029 00000001 ffffffff ffffffff" PREFIX_OPTION("ffffffff", F00));
	assert_true(link.last.until_ms == TP_NEVER);
	link_down(&link);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_solicit_and_request_give_what_was_offered),
		cmocka_unit_test(test_rapid_commit_saves_half_of_it),
		cmocka_unit_test(test_an_offer_lapses_after_a_minute),
		cmocka_unit_test(test_an_address_and_a_prefix_are_told_apart),
		cmocka_unit_test(test_a_link_local_client_gets_its_prefix),
		cmocka_unit_test(test_what_the_option_request_names_is_told_and_nothing_else),
		cmocka_unit_test(test_a_hint_reaches_the_owner),
		cmocka_unit_test(test_each_association_gets_one_and_the_last_what_is_left),
		cmocka_unit_test(test_renew_and_rebind_begin_its_time_anew),
		cmocka_unit_test(test_a_client_of_an_earlier_session_is_put_right_in_one_answer),
		cmocka_unit_test(test_a_prefix_that_was_changed_is_replaced_at_the_next_renewal),
		cmocka_unit_test(test_release_and_decline_give_back),
		cmocka_unit_test(test_confirm_tells_whether_an_address_is_of_this_link),
		cmocka_unit_test(test_another_client_takes_over),
		cmocka_unit_test(test_an_association_keeps_what_it_has_from_its_brother),
		cmocka_unit_test(test_a_withdrawn_prefix_is_nobodys),
		cmocka_unit_test(test_leases_outlive_the_link_and_are_seen),
		cmocka_unit_test(test_an_infinite_lease_is_never_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
