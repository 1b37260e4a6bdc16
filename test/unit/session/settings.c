/* SPDX-License-Identifier: BSD-3-Clause */
/* Servers, ports, the identity, and the numbers that come out. */
#include "fixture.h"

#include <errno.h>

static void test_a_server_on_a_port_that_is_not_there_is_refused(void **state)
{
	struct sim *sim = town();
	const struct tp_ac_interface nowhere = {.port = 3};
	struct tp_error error;

	assert_int_equal(tp_ac_server_put(sim->ac, sim_server(sim, "internet"), &nowhere,
					  sim->now_ms, &error),
			 -EINVAL);
	assert_non_null(strstr(error.message, "ether3"));
	assert_int_equal(tp_ac_server_remove(sim->ac, 9999, sim->now_ms), -ENOENT);
	town_dial(sim, 0, "alice");
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_server_that_moves_to_another_vlan_ends_its_sessions(void **state)
{
	struct sim *sim = town();
	const struct tp_access vlan = {.port = 0, .vlans = {.outer = 9}};
	struct tp_vlan_range nine = {9, 9};
	const struct tp_vlan_list nines = {1, &nine};
	const struct tp_ac_interface interface = {.port = 0, .outer = &nines};
	struct tp_error error;

	town_dial(sim, 0, "alice");
	assert_int_equal(tp_ac_server_put(sim->ac, sim_server(sim, "internet"), &interface,
					  sim->now_ms, &error),
			 0);
	sim_run(sim, 100);
	assert_int_equal(sim_ended(sim, TP_END_CONFIG), 1);
	town_client(sim, 1, "alice")->access = vlan;
	town_dial(sim, 1, "alice");
	assert_int_equal(tp_ac_server_sessions(sim->ac, sim_server(sim, "internet")->head.id), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_new_sessions_have_the_servers_new_mru_and_old_ones_keep_theirs(void **state)
{
	struct sim *sim = town();
	struct tp_config_server server = *sim_server(sim, "internet");
	struct sim_client *old = town_dial(sim, 0, "alice"), *young;

	server.max_mru = 1400;
	server.max_mtu = 1300;
	sim_server_put(sim, &server);
	young = town_dial(sim, 1, "alice");
	assert_int_equal(town_info(sim, old).mru, 1480);
	assert_int_equal(town_info(sim, young).mru, 1400);
	assert_int_equal(town_info(sim, young).mtu, 1300);
	assert_int_equal(town_info(sim, young).mss_up, 1260);
	sim_client_renegotiate(old);
	sim_run(sim, 100);
	assert_int_equal(town_info(sim, old).mru, 1480);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* Each large packet to it would become a dozen. */
static void test_a_peer_with_a_tiny_mru_is_offered_what_every_host_takes(void **state)
{
	struct sim *sim = town();
	struct sim_client *client = town_client(sim, 0, "alice");

	client->config.mru = 128;
	town_dial(sim, 0, "alice");
	assert_in_range(town_info(sim, client).mtu, 576, 1480);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_peers_smaller_mru_bounds_mtu_and_mss(void **state)
{
	struct sim *sim = town();
	struct sim_client *client = town_client(sim, 0, "alice");
	struct tp_session_info info;

	client->config.mru = 1200;
	town_dial(sim, 0, "alice");
	info = town_info(sim, client);
	assert_int_equal(info.mtu, 1200);
	assert_int_equal(info.mru, 1480);
	assert_int_equal(info.mss_up, 1160);
	assert_int_equal(info.mss_down, 1160);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* RFC 4638: on a port that carries 1508 bytes and more. */
static void test_more_than_1492_bytes_are_for_clients_that_ask(void **state)
{
	struct sim *sim = town_with(", max-mru: 1500, max-mtu: 1500");
	struct sim_client *plain = town_dial(sim, 0, "alice");

	assert_int_equal(town_info(sim, plain).mru, 1492);
	assert_int_equal(tp_ac_port_set(sim->ac, 0, "ether3", &town_ac_mac, 1600), 0);
	plain = town_dial(sim, 1, "alice");
	assert_int_equal(town_info(sim, plain).mru, 1492);
	town_client(sim, 2, "alice");
	sim_client_ask_payload(sim->clients[2], 1500);
	town_dial(sim, 2, "alice");
	assert_int_equal(town_info(sim, sim->clients[2]).mru, 1500);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* RouterOS's word for what the interface carries. */
static void test_auto_is_what_every_client_may_have(void **state)
{
	struct sim *sim = town_with(", max-mru: auto, max-mtu: auto");
	struct sim_client *client = town_client(sim, 0, "alice");

	client->config.mru = 1492;
	town_dial(sim, 0, "alice");
	assert_int_equal(town_info(sim, client).mru, 1492);
	assert_int_equal(town_info(sim, client).mtu, 1492);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static unsigned samples_seen;
static uint64_t started_seen;

static void see(void *user, const struct tp_sample *sample)
{
	samples_seen++;
	assert_int_equal(strncmp(sample->name, "turnpike_", 9), 0);
	assert_true(sample->gauge ==
		    (strcmp(sample->name + strlen(sample->name) - 6, "_total") != 0));
	assert_true(sample->help[0] != '\0');
	assert_true((sample->labels[0].name == NULL) == (sample->labels[0].value == NULL));
	if (strcmp(sample->name, "turnpike_sessions_started_total") == 0)
		started_seen = sample->value;
}

static void test_every_number_has_a_name(void **state)
{
	struct sim *sim = town();

	town_dial(sim, 0, "alice");
	samples_seen = 0;
	tp_ac_samples(sim->ac, see, NULL);
	assert_true(samples_seen > 60);
	assert_int_equal(started_seen, 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_every_reason_and_state_has_words_of_its_own(void **state)
{
	for (unsigned i = 0; i < TP_END_REASONS; i++)
		for (unsigned k = 0; k < i; k++)
			assert_string_not_equal(tp_end_reason_name(i), tp_end_reason_name(k));
	for (unsigned i = 0; i < TP_SESSION_STATES; i++)
		assert_true(tp_session_state_text(i)[0] != '\0');
	for (unsigned i = 0; i < TP_AUTH_FAILURES; i++)
		assert_true(tp_auth_failure_name(i)[0] != '\0');
	for (unsigned i = 0; i < TP_AC_EVENT_KINDS; i++)
		assert_true(tp_ac_event_name(i)[0] != '\0');
	assert_string_equal(tp_session_state_text(TP_SESSION_AUTHENTICATING),
			    "verifying password...");
	assert_string_equal(tp_session_state_text(TP_SESSION_UP), "connected");
}

static void test_a_table_of_no_or_too_many_slots_is_refused(void **state)
{
	struct sim *sim = town();
	struct tp_ac_setup setup = {
		.config = sim->config,
		.aaa = sim->aaa,
		.secrets = sim->secrets,
		.pools = sim->pools,
		.pools6 = sim->pools6,
		.random = &sim->ac_random,
		.ops = &sim_plane_ops,
	};
	struct tp_error error;
	struct tp_ac *ac;

	assert_int_equal(tp_ac_create(&setup, &ac, &error), -EINVAL);
	setup.max_sessions = TP_AC_MAX_SESSIONS + 1;
	assert_int_equal(tp_ac_create(&setup, &ac, &error), -EINVAL);
	assert_non_null(strstr(error.message, "1048577"));
	sim_destroy(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_server_on_a_port_that_is_not_there_is_refused),
		cmocka_unit_test(test_a_server_that_moves_to_another_vlan_ends_its_sessions),
		cmocka_unit_test(
			test_new_sessions_have_the_servers_new_mru_and_old_ones_keep_theirs),
		cmocka_unit_test(test_a_peer_with_a_tiny_mru_is_offered_what_every_host_takes),
		cmocka_unit_test(test_a_peers_smaller_mru_bounds_mtu_and_mss),
		cmocka_unit_test(test_more_than_1492_bytes_are_for_clients_that_ask),
		cmocka_unit_test(test_auto_is_what_every_client_may_have),
		cmocka_unit_test(test_every_number_has_a_name),
		cmocka_unit_test(test_every_reason_and_state_has_words_of_its_own),
		cmocka_unit_test(test_a_table_of_no_or_too_many_slots_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
