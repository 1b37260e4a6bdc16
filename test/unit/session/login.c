/* SPDX-License-Identifier: BSD-3-Clause */
/* Who is let in, with what, and who is not, and why. */
#include <errno.h>

#include "fixture.h"

static void expect_refused(const char *user, const char *password, enum tp_auth_failure failure,
			   const char *words)
{
	struct sim *sim = town();
	struct sim_client *client = town_client(sim, 0, user);

	snprintf(client->password, sizeof(client->password), "%s", password);
	sim_client_dial(client, 0);
	sim_run(sim, 5);
	client->wanted = false;
	sim_run(sim, 2000);
	assert_int_equal(client->ups, 0);
	assert_int_equal(client->last_reason, TP_PPP_AUTH_FAILED);
	assert_int_equal(tp_ac_counters(sim->ac)->auth_failed[failure], 1);
	assert_int_equal(sim->events[TP_AC_AUTH_FAILED], 1);
	assert_int_equal(sim_ended(sim, TP_END_AUTH_FAILED), 1);
	assert_non_null(strstr(sim->auth_event, words));
	assert_null(strstr(sim->auth_event, password));
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_who_is_not_let_in_is_told_and_counted_by_reason(void **state)
{
	expect_refused("alice", "guess", TP_AUTH_FAIL_PASSWORD, "wrong password");
	expect_refused("zoe", "pw-zoe", TP_AUTH_FAIL_NO_SECRET, "zoe");
	expect_refused("carol", "pw-carol", TP_AUTH_FAIL_DISABLED, "disabled");
	expect_refused("dave", "pw-dave", TP_AUTH_FAIL_CALLER, "dave");
}

static void test_a_subscriber_gets_what_secret_and_profile_say(void **state)
{
	struct sim *sim = town();
	struct sim_client *alice = town_dial(sim, 0, "alice");
	struct tp_session_info info = town_info(sim, alice);

	assert_string_equal(info.user, "alice");
	assert_int_equal(info.local_address, 0x0a000001);
	assert_true(info.remote_address >= 0x0a000002 && info.remote_address <= 0x0a000004);
	assert_int_equal(info.subscriber->dns[0], 0x0a090909);
	assert_int_equal(info.subscriber->dns[1], 0);
	assert_int_equal(info.subscriber->session_timeout_s, 3600);
	assert_int_equal(info.mtu, 1480);
	assert_int_equal(info.mru, 1480);
	assert_int_equal(info.mss_up, 1440);
	assert_int_equal(info.mss_down, 1440);
	assert_int_equal(info.keepalive_s, 10);
	assert_int_equal(info.subscriber->route_count, 0);
	assert_string_equal(info.interface, "ether3");
	assert_string_equal(info.service_name, "internet");
	assert_true(info.magic != 0);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_fixed_address_and_framed_routes_come_from_the_secret(void **state)
{
	struct sim *sim = town();
	struct tp_session_info info = town_info(sim, town_dial(sim, 1, "bob"));

	assert_int_equal(info.remote_address, 0x0a050505);
	assert_int_equal(info.subscriber->route_count, 2);
	assert_int_equal(info.subscriber->routes[0].address, 0xc0a80700);
	assert_int_equal(info.subscriber->routes[0].length, 24);
	assert_int_equal(info.subscriber->routes[1].address, 0xc0a80900);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_pool_never_gives_out_our_own_address(void **state)
{
	struct sim *sim = town();
	struct sim_client *client;

	for (unsigned i = 0; i < 3; i++)
		assert_int_not_equal(town_dial(sim, i, "alice")->addresses.local, 0x0a000001);
	client = town_try(sim, 3, "alice");
	assert_int_equal(client->ups, 0);
	assert_int_equal(tp_pool_used_count(sim->pools), 3);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_who_finds_no_address_is_not_told_that_its_password_is_wrong(void **state)
{
	struct sim *sim = town();
	struct sim_client *late;

	town_dial(sim, 0, "frank");
	late = town_try(sim, 1, "frank");
	assert_int_equal(late->ups, 0);
	assert_int_equal(late->last_reason, TP_PPP_BY_PEER);
	sim_run(sim, 2000);
	assert_int_equal(sim_ended(sim, TP_END_NO_ADDRESS), 1);
	assert_int_equal(sim->events[TP_AC_NO_ADDRESS], 1);
	assert_int_equal(sim_sessions_up(sim), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_fixed_address_of_another_user_stays_with_that_user(void **state)
{
	struct sim *sim = town();
	struct sim_client *bob = town_dial(sim, 1, "bob");
	struct sim_client *eve = town_try(sim, 2, "eve");

	assert_int_equal(eve->ups, 0);
	sim_run(sim, 2000);
	assert_int_equal(bob->state, SIM_CLIENT_UP);
	assert_int_equal(sim_ended(sim, TP_END_NO_ADDRESS), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_who_takes_the_routers_address_or_anothers_route_is_told_about_it(void **state)
{
	struct sim *sim = town();

	sim->plane.fail_up = -EEXIST;
	town_try(sim, 1, "bob");
	assert_int_equal(sim->events[TP_AC_NO_ADDRESS], 1);
	sim_run(sim, 2000);
	assert_int_equal(sim_ended(sim, TP_END_NO_ADDRESS), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_login_that_waits_for_an_address_ends_like_any_other(void **state)
{
	struct sim *sim = town();
	struct sim_client *rival;

	town_dial(sim, 1, "bob");
	sim->plane.grace_max_ms = 1000000; /* the old one is not released for long */
	rival = town_try(sim, 2, "bob");
	sim_run(sim, 2000);
	assert_int_equal(tp_ac_counters(sim->ac)->address_waits, 1);
	assert_int_equal(sim_ended(sim, TP_END_REPLACED_USER), 1);
	assert_int_equal(town_info(sim, rival).state, TP_SESSION_AUTHENTICATING);
	sim_client_hang_up(rival);
	sim_run(sim, 2000);
	assert_null(tp_ac_next(sim->ac, 0));
	sim_run(sim, 1000000);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_session_may_not_change_hands_in_a_renegotiation(void **state)
{
	struct sim *sim = town();
	struct sim_client *client = town_dial(sim, 0, "alice");

	town_client(sim, 0, "bob");
	sim_client_renegotiate(client);
	sim_run(sim, 2000);
	assert_int_equal(tp_ac_counters(sim->ac)->auth_failed[TP_AUTH_FAIL_NAME_CHANGED], 1);
	assert_int_equal(sim_ended(sim, TP_END_AUTH_FAILED), 1);
	assert_null(tp_ac_find_user(sim->ac, "bob", NULL));
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_method_that_the_server_lacks_is_named_as_the_reason(void **state)
{
	struct sim *sim = town_with(", authentication: mschap2");
	struct sim_client *client = town_client(sim, 0, "alice"); /* can do PAP alone */

	assert_int_equal(client->config.methods[0], TP_PPP_PAP);
	town_try(sim, 0, "alice");
	sim_run(sim, 5000);
	assert_int_equal(client->ups, 0);
	assert_int_equal(tp_ac_counters(sim->ac)->auth_failed[TP_AUTH_FAIL_NO_METHOD], 1);
	assert_int_equal(sim_ended(sim, TP_END_AUTH_FAILED), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_server_without_authentication_gives_what_its_profile_says(void **state)
{
	struct sim *sim = town();
	struct tp_config_server server = *sim_server(sim, "internet");
	struct tp_session_info info;

	server.authentication.count = 0;
	sim_server_put(sim, &server);
	for (unsigned i = 0; i < 3; i++)
		town_dial(sim, i, "anybody");
	info = town_info(sim, sim->clients[0]);
	assert_string_equal(info.user, "");
	assert_int_equal(info.method, TP_PPP_NO_AUTH);
	assert_int_equal(info.subscriber->dns[0], 0x0a090909);
	town_try(sim, 3, "anybody");
	sim_run(sim, 2000);
	assert_int_equal(sim_ended(sim, TP_END_NO_ADDRESS), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* What the owner of the pools knows of routers. */
static const char *of_routers(void *user, uint32_t address)
{
	return address == 0x0a000002 || address == 0x0a050505 ? "the gateway of route 0.0.0.0/0"
							      : NULL;
}

static void test_no_subscriber_gets_a_gateways_address(void **state)
{
	struct sim *sim = town();
	struct sim_client *bob;

	tp_pool_set_reserved(sim->pools, of_routers, NULL);
	assert_int_equal(town_dial(sim, 0, "alice")->addresses.local, 0x0a000003);
	assert_int_equal(town_dial(sim, 2, "alice")->addresses.local, 0x0a000004);
	assert_int_equal(town_try(sim, 3, "alice")->ups, 0);
	bob = town_try(sim, 1, "bob"); /* 10.5.5.5 is in his secret */
	assert_int_equal(bob->ups, 0);
	assert_int_equal(bob->last_reason, TP_PPP_BY_PEER);
	sim_run(sim, 2000);
	assert_int_equal(sim_ended(sim, TP_END_NO_ADDRESS), 2);
	assert_int_equal(sim_sessions_up(sim), 2);
	assert_non_null(strstr(sim->address_event,
			       "its address 10.5.5.5 is the gateway of route 0.0.0.0/0"));
	sim_wind_down(sim);
	sim_destroy(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_is_not_let_in_is_told_and_counted_by_reason),
		cmocka_unit_test(test_a_subscriber_gets_what_secret_and_profile_say),
		cmocka_unit_test(test_a_fixed_address_and_framed_routes_come_from_the_secret),
		cmocka_unit_test(test_a_pool_never_gives_out_our_own_address),
		cmocka_unit_test(test_no_subscriber_gets_a_gateways_address),
		cmocka_unit_test(test_who_finds_no_address_is_not_told_that_its_password_is_wrong),
		cmocka_unit_test(test_a_fixed_address_of_another_user_stays_with_that_user),
		cmocka_unit_test(
			test_who_takes_the_routers_address_or_anothers_route_is_told_about_it),
		cmocka_unit_test(test_a_login_that_waits_for_an_address_ends_like_any_other),
		cmocka_unit_test(test_a_session_may_not_change_hands_in_a_renegotiation),
		cmocka_unit_test(test_a_server_without_authentication_gives_what_its_profile_says),
		cmocka_unit_test(test_a_method_that_the_server_lacks_is_named_as_the_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
