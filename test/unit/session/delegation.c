/* SPDX-License-Identifier: BSD-3-Clause */
/* Prefixes that subscribers get by DHCPv6: from a pool or fixed, bound, given back and expired. */
#include "town6.h"

#include "base/ipv6_text.h"
#include "base/name.h"
#include "session/engine.h"
#include "session/ipv6.h"

#include <errno.h>

static const struct tp_prefix6 any;

/* Dials as USER, asks for a prefix like HINT, and waits for what comes of it. */
static struct sim_client *ask_for(struct sim *sim, unsigned number, const char *user,
				  const struct tp_prefix6 *hint)
{
	struct sim_client *client = town6_client(sim, number, user, BOTH);

	sim_client_ask_prefix(client, hint);
	town_dial(sim, number, user);
	sim_run(sim, 5000);
	return client;
}

static struct sim_client *ask(struct sim *sim, unsigned number, const char *user)
{
	return ask_for(sim, number, user, &any);
}

static bool in(const char *text, const struct tp_prefix6 *prefix)
{
	struct tp_prefix6 whole;

	assert_true(tp_prefix6_parse(text, &whole));
	return tp_prefix6_has(&whole, prefix->address);
}

static const struct sim_slot *slot_of(struct sim *sim, const struct sim_client *client)
{
	return &sim->plane.slots[town_info(sim, client).slot];
}

static void test_a_prefix_is_delegated_and_led_to_the_session(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = ask(sim, 0, "home");
	struct tp_session_info info = town_info(sim, client);
	const struct tp_ipv6_binding *binding =
		tp_session_next_binding(tp_line_session(town_line(sim, client)), NULL);

	assert_int_equal(client->ipv6.state, TP_IPV6_HOST_BOUND);
	assert_int_equal(info.ipv6.delegated_count, 1);
	assert_int_equal(info.ipv6.routes[0].length, 56);
	assert_true(in("2001:db8:8000::/40", &info.ipv6.routes[0]));
	assert_int_equal(slot_of(sim, client)->prefix_count, 2);
	assert_non_null(binding);
	assert_true(binding->committed && binding->ia.prefix);
	assert_true(tp_prefix6_same(&binding->prefix, &info.ipv6.routes[0]));
	assert_null(tp_session_next_binding(tp_line_session(town_line(sim, client)), binding));
	assert_non_null(strstr(sim->last_event, "delegated 2001:db8:80"));
	assert_int_equal(tp_ac_counters(sim->ac)->delegated, 1);
	assert_int_equal(sim->events[TP_AC_SESSION_CHANGED], 1);
	town6_done(sim);
}

static void test_a_router_may_wish_for_less_but_not_for_more_or_next_to_nothing(void **state)
{
	static const struct {
		uint8_t wished, given;
	} cases[] = {{60, 60}, {64, 64}, {48, 56}, {65, 56}, {128, 56}};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct tp_prefix6 hint = {.length = cases[i].wished};
		struct sim *sim = town6();
		struct sim_client *client = ask_for(sim, 0, "home", &hint);

		assert_int_equal(town_info(sim, client).ipv6.routes[0].length, cases[i].given);
		town6_done(sim);
	}
}

/* Its IPV6CP is over before our IPCP is: the question that it sends meanwhile is not lost, or it
 * would come again a second later. */
static void test_a_question_that_comes_early_is_kept(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_client(sim, 0, "home", BOTH);

	client->config.want_dns = true; /* there is none: one round trip more for IPCP */
	client->hosts.config.max_delay_ms = 0;
	sim_client_ask_prefix(client, &any);
	town_dial(sim, 0, "home");
	sim_run(sim, 500);
	assert_int_equal(client->ipv6.state, TP_IPV6_HOST_BOUND);
	assert_int_equal(sim->host_counters.sent[TP_IPV6_DHCP6_SOLICIT], 1);
	assert_int_equal(sim->host_counters.sent[TP_IPV6_ROUTER_SOLICITATION], 1);
	town6_done(sim);
}

static void test_a_wan_without_a_prefix_of_its_own_delegates_all_the_same(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = ask(sim, 0, "wan");
	struct tp_session_info info = town_info(sim, client);

	assert_int_equal(info.families, TP_AC_IPV6);
	assert_int_equal(info.ipv6.prefix.length, 0);
	assert_int_equal(info.ipv6.delegated_count, 1);
	town6_done(sim);
}

static void test_a_prefix_that_is_given_back_is_free_again(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = ask(sim, 0, "home");

	assert_int_equal(tp_pool6_used_count(sim->pools6), 2);
	assert_true(tp_ipv6_host_release(&client->ipv6, sim->now_ms));
	sim_run(sim, 100);
	assert_int_equal(town_info(sim, client).ipv6.delegated_count, 0);
	assert_int_equal(slot_of(sim, client)->prefix_count, 1);
	assert_int_equal(tp_pool6_used_count(sim->pools6), 1);
	assert_int_equal(tp_ac_counters(sim->ac)->delegated, 0);
	assert_int_equal(town_info(sim, client).state, TP_SESSION_UP);
	town6_done(sim);
}

static void test_a_prefix_that_nobody_renews_expires(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = ask(sim, 0, "home");

	/* It answers keepalives, and has forgotten the rest. */
	tp_ipv6_host_stop(&client->ipv6);
	sim_run(sim, 3500000);
	assert_int_equal(town_info(sim, client).ipv6.delegated_count, 1);
	sim_run(sim, 110000);
	assert_int_equal(town_info(sim, client).state, TP_SESSION_UP);
	assert_int_equal(town_info(sim, client).ipv6.delegated_count, 0);
	assert_int_equal(tp_pool6_used_count(sim->pools6), 1);
	town6_done(sim);
}

static void test_a_prefix_that_is_renewed_stays(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = ask(sim, 0, "home");
	struct tp_prefix6 before = town_info(sim, client).ipv6.routes[0], now;
	unsigned events = sim->events[TP_AC_SESSION_CHANGED];

	sim_run(sim, 4 * 3600000);
	assert_int_equal(client->ipv6.state, TP_IPV6_HOST_BOUND);
	now = town_info(sim, client).ipv6.routes[0];
	assert_true(tp_prefix6_same(&before, &now));
	assert_int_equal(sim->events[TP_AC_SESSION_CHANGED], events);
	town6_done(sim);
}

static void test_a_user_gets_the_same_prefix_after_each_dial(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = ask(sim, 0, "home");
	struct tp_prefix6 before = town_info(sim, client).ipv6.routes[0], now;

	sim_client_hang_up(client);
	sim_run(sim, 5000);
	assert_int_equal(tp_pool6_used_count(sim->pools6), 0);
	assert_int_equal(tp_ac_counters(sim->ac)->delegated, 0);
	client = ask(sim, 1, "home");
	now = town_info(sim, client).ipv6.routes[0];
	assert_true(tp_prefix6_same(&before, &now));
	town6_done(sim);
}

static void test_a_renegotiation_leaves_it_with_its_subscriber(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = ask(sim, 0, "home");
	struct tp_prefix6 before = town_info(sim, client).ipv6.routes[0], now;

	sim_client_renegotiate(client);
	sim_run(sim, 10000);
	assert_int_equal(client->ipv6.state, TP_IPV6_HOST_BOUND);
	now = town_info(sim, client).ipv6.routes[0];
	assert_true(tp_prefix6_same(&before, &now));
	assert_int_equal(tp_pool6_used_count(sim->pools6), 2);
	town6_done(sim);
}

static void test_an_exhausted_pool_has_nothing_to_delegate(void **state)
{
	struct sim *sim = town6();
	struct sim_client *first = ask(sim, 0, "house"), *second = ask(sim, 1, "hut");

	assert_int_equal(town_info(sim, first).ipv6.delegated_count, 1);
	assert_int_equal(town_info(sim, second).ipv6.delegated_count, 0);
	assert_int_equal(town_info(sim, second).families, BOTH);
	assert_true(tp_ac_counters(sim->ac)->ipv6_refused[TP_AC_NO_DELEGATION] > 0);
	/* Who goes leaves it to who waits. */
	sim_client_hang_up(first);
	sim_run(sim, 3700000);
	assert_int_equal(town_info(sim, second).ipv6.delegated_count, 1);
	town6_done(sim);
}

static void test_fixed_prefixes_are_held_from_the_login_on(void **state)
{
	struct sim *sim = town6();
	struct sim_client *firm = ask(sim, 0, "firm"), *rival;

	assert_int_equal(town_info(sim, firm).ipv6.delegated_count, 2);
	assert_true(in("2001:db8:e:100::/56", &town_info(sim, firm).ipv6.routes[0]));
	assert_true(in("2001:db8:e:200::/56", &town_info(sim, firm).ipv6.routes[1]));
	assert_int_equal(tp_pool6_used_count(sim->pools6), 2);
	rival = ask(sim, 1, "rival");
	assert_int_equal(town_info(sim, rival).families, TP_AC_IPV4);
	assert_non_null(strstr(sim->address_event, "2001:db8:e:200::/56 is in use by firm"));
	/* Given back by DHCPv6, it is the user's all the same. */
	assert_true(tp_ipv6_host_release(&firm->ipv6, sim->now_ms));
	sim_run(sim, 100);
	assert_int_equal(town_info(sim, firm).ipv6.delegated_count, 0);
	assert_int_equal(tp_pool6_used_count(sim->pools6), 2);
	town6_done(sim);
}

static void test_the_same_users_older_session_gives_way_for_a_fixed_prefix(void **state)
{
	struct sim *sim = town6();
	struct sim_client *newer;

	ask(sim, 0, "firm");
	newer = ask(sim, 1, "firm");
	assert_int_equal(sim_ended(sim, TP_END_REPLACED_USER), 1);
	assert_int_equal(town_info(sim, newer).ipv6.delegated_count, 2);
	town6_done(sim);
}

/* DNS, pool and lease time are a renewal's; NAME: of the pool, NULL for none. */
static void change_pool(struct sim *sim, const struct sim_client *client, const char *name)
{
	struct tp_session_info info = town_info(sim, client);
	struct tp_subscriber now = {0};

	assert_int_equal(tp_subscriber_copy(&now, info.subscriber), 0);
	tp_name_unref(now.ipv6->pd_pool);
	now.ipv6->pd_pool = name != NULL ? tp_aaa_local_name(sim->secrets, name) : NULL;
	assert_int_equal(tp_ac_subscriber_change(sim->ac, info.slot, &now, sim->now_ms), 0);
}

static void test_another_pool_is_in_force_at_the_next_renewal(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = ask(sim, 0, "home");
	struct tp_prefix6 before = town_info(sim, client).ipv6.routes[0], now;

	change_pool(sim, client, "home");
	sim_run(sim, 600000);
	now = town_info(sim, client).ipv6.routes[0];
	assert_true(tp_prefix6_same(&before, &now));
	sim_run(sim, 3600000);
	now = town_info(sim, client).ipv6.routes[0];
	assert_int_equal(town_info(sim, client).ipv6.delegated_count, 1);
	assert_true(in("2001:db8:3::/56", &now));
	before = sim_ipv6_prefix(client);
	assert_true(tp_prefix6_same(&before, &now));
	assert_int_equal(slot_of(sim, client)->prefix_count, 2);
	assert_int_equal(tp_pool6_used_count(sim->pools6), 2);
	assert_int_equal(tp_ac_counters(sim->ac)->delegated, 1);
	town6_done(sim);
}

/* Whoever can't be served out of the new pool keeps what it has. */
static void test_another_pool_that_is_used_up_takes_nothing_away(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = ask(sim, 0, "home");
	struct tp_prefix6 before = town_info(sim, client).ipv6.routes[0], now;

	ask(sim, 1, "house");
	change_pool(sim, client, "home");
	sim_run(sim, 7200000);
	now = town_info(sim, client).ipv6.routes[0];
	assert_true(tp_prefix6_same(&before, &now));
	town6_done(sim);
}

static void test_without_a_pool_it_is_over_at_the_next_renewal(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = ask(sim, 0, "home");

	change_pool(sim, client, NULL);
	sim_run(sim, 600000);
	assert_int_equal(town_info(sim, client).ipv6.delegated_count, 1);
	sim_run(sim, 3600000);
	assert_int_equal(town_info(sim, client).state, TP_SESSION_UP);
	assert_int_equal(town_info(sim, client).ipv6.delegated_count, 0);
	assert_int_equal(tp_pool6_used_count(sim->pools6), 1);
	town6_done(sim);
}

static void test_an_address_is_had_by_dhcpv6(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "one", BOTH);
	struct tp_session_info info;

	sim_run(sim, 5000);
	info = town_info(sim, client);
	assert_int_equal(client->ipv6.state, TP_IPV6_HOST_BOUND);
	assert_true(tp_prefix6_same(&client->ipv6.address.prefix, &info.ipv6.prefix));
	assert_int_equal(client->ipv6.slaac.prefix.length, 0);
	assert_int_equal(info.ipv6.delegated_count, 0);
	town6_done(sim);
}

static void test_what_the_data_plane_refuses_is_taken_back(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_client(sim, 0, "home", BOTH);

	sim_client_ask_prefix(client, &any);
	sim_client_dial(client, 0);
	while (client->families != BOTH)
		sim_run(sim, 1);
	sim->plane.fail_up6 = -EEXIST;
	sim_run(sim, 5000);
	assert_int_equal(town_info(sim, client).state, TP_SESSION_UP);
	assert_int_equal(town_info(sim, client).ipv6.delegated_count, 0);
	assert_true(tp_ac_counters(sim->ac)->ipv6_refused[TP_AC_IPV6_TAKEN] > 0);
	assert_int_equal(tp_pool6_used_count(sim->pools6), 1);
	sim->plane.fail_up6 = 0;
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_prefix_that_can_not_be_taken_back_ends_the_session(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = ask(sim, 0, "home");

	sim->plane.fail_up6 = -ENOMEM;
	assert_true(tp_ipv6_host_release(&client->ipv6, sim->now_ms));
	sim_run(sim, 5000);
	assert_int_equal(sim_ended(sim, TP_END_RESOURCES), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_prefix_is_delegated_and_led_to_the_session),
		cmocka_unit_test(
			test_a_router_may_wish_for_less_but_not_for_more_or_next_to_nothing),
		cmocka_unit_test(test_a_question_that_comes_early_is_kept),
		cmocka_unit_test(test_a_wan_without_a_prefix_of_its_own_delegates_all_the_same),
		cmocka_unit_test(test_a_prefix_that_is_given_back_is_free_again),
		cmocka_unit_test(test_a_prefix_that_nobody_renews_expires),
		cmocka_unit_test(test_a_prefix_that_is_renewed_stays),
		cmocka_unit_test(test_a_user_gets_the_same_prefix_after_each_dial),
		cmocka_unit_test(test_a_renegotiation_leaves_it_with_its_subscriber),
		cmocka_unit_test(test_an_exhausted_pool_has_nothing_to_delegate),
		cmocka_unit_test(test_fixed_prefixes_are_held_from_the_login_on),
		cmocka_unit_test(test_the_same_users_older_session_gives_way_for_a_fixed_prefix),
		cmocka_unit_test(test_another_pool_is_in_force_at_the_next_renewal),
		cmocka_unit_test(test_another_pool_that_is_used_up_takes_nothing_away),
		cmocka_unit_test(test_without_a_pool_it_is_over_at_the_next_renewal),
		cmocka_unit_test(test_an_address_is_had_by_dhcpv6),
		cmocka_unit_test(test_what_the_data_plane_refuses_is_taken_back),
		cmocka_unit_test(test_a_prefix_that_can_not_be_taken_back_ends_the_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
