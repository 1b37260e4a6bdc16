/* SPDX-License-Identifier: BSD-3-Clause */
/* Subscribers dial in: all at once, with wrong passwords, to a pool that is too small. */
#include "sim.h"

static const struct sim_quality bad_wire = {
	.loss = 50,
	.repeat = 50,
	.delay_min_ms = 1,
	.delay_max_ms = 150,
};

static struct sim *city(unsigned clients, const struct sim_quality *quality, uint64_t seed)
{
	char *config = sim_default_config(clients);
	const struct sim_setup setup = {
		.config = config,
		.clients = clients,
		.max_sessions = 2 * clients,
		.quality = *quality,
		.grace_max_ms = 20,
	};
	struct sim *sim = sim_create(&setup, seed);

	free(config);
	return sim;
}

static void storm(uint64_t seed)
{
	struct sim *sim = city(600, &bad_wire, seed);

	sim_dial_all(sim, 100);
	sim_run_until_all_up(sim, 120000);
	/* Late duplicates may still make one or the other negotiate again. */
	sim_run(sim, 30000);
	assert_int_equal(sim_clients_in(sim, SIM_CLIENT_UP), 600);
	sim_check_agreement(sim);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_all_subscribers_come_up_after_a_power_cut_over_a_bad_wire(void **state)
{
	sim_for_each_seed(storm);
}

static void perfect(uint64_t seed)
{
	const struct sim_quality wire = {.delay_min_ms = 1, .delay_max_ms = 1};
	struct sim *sim = city(500, &wire, seed);
	const struct tp_ac_counters *c = tp_ac_counters(sim->ac);

	sim_dial_all(sim, 0);
	assert_true(sim_run_until_all_up(sim, 1000) <= 1000);
	sim_run(sim, 60000);
	sim_check_agreement(sim);
	assert_int_equal(c->started, 500);
	assert_int_equal(c->up, 500);
	assert_int_equal(c->down, 0);
	assert_int_equal(c->auth_accepted, 500);
	assert_int_equal(c->stray_frames, 0);
	assert_int_equal(c->unknown_answered, 0);
	sim_wind_down(sim);
	assert_int_equal(sim_ended(sim, TP_END_PEER_TERMINATE), 500);
	sim_destroy(sim);
}

static void test_on_a_good_wire_each_needs_one_session_and_no_retry(void **state)
{
	sim_for_each_seed(perfect);
}

static void wrong_passwords(uint64_t seed)
{
	struct sim *sim = city(200, &bad_wire, seed);
	const struct tp_ac_counters *c = tp_ac_counters(sim->ac);

	for (unsigned i = 0; i < 200; i += 2)
		snprintf(sim->clients[i]->password, sizeof(sim->clients[i]->password), "guess");
	for (unsigned i = 1; i < 200; i += 20)
		snprintf(sim->clients[i]->user, sizeof(sim->clients[i]->user), "nobody%u", i);
	sim_dial_all(sim, 1000);
	sim_run(sim, 120000);
	for (unsigned i = 0; i < 200; i++) {
		bool good = i % 2 == 1 && i % 20 != 1;

		assert_true(good ? sim->clients[i]->ups > 0 : sim->clients[i]->ups == 0);
		if (!good)
			assert_true(sim->clients[i]->dials > 3);
	}
	assert_true(c->auth_failed[TP_AUTH_FAIL_PASSWORD] >= 100);
	assert_true(c->auth_failed[TP_AUTH_FAIL_NO_SECRET] >= 10);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_wrong_passwords_never_get_in_and_do_not_disturb_others(void **state)
{
	sim_for_each_seed(wrong_passwords);
}

static void small_pool(uint64_t seed)
{
	struct sim *sim = city(150, &bad_wire, seed);
	const struct tp_range range = {.first = 0x0a000001, .last = 0x0a000028}; /* 40, 1 is ours */

	assert_int_equal(tp_pool_put(sim->pools, "pool", &range, 1, NULL, NULL), 0);
	sim_dial_all(sim, 1000);
	sim_run(sim, 60000);
	assert_int_equal(sim_sessions_up(sim), 39);
	assert_true(sim_ended(sim, TP_END_NO_ADDRESS) > 0);
	assert_true(sim->events[TP_AC_NO_ADDRESS] > 0);
	/* Those who are in make room: others take it. */
	for (unsigned i = 0; i < 150; i++)
		if (sim->clients[i]->state == SIM_CLIENT_UP)
			sim_client_hang_up(sim->clients[i]);
	sim_run(sim, 60000);
	assert_int_equal(sim_sessions_up(sim), 39);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_small_pool_serves_as_many_as_it_has_addresses(void **state)
{
	sim_for_each_seed(small_pool);
}

static void full_table(uint64_t seed)
{
	char *config = sim_default_config(100);
	const struct sim_setup setup = {
		.config = config,
		.clients = 100,
		.max_sessions = 30,
		.quality = bad_wire,
		.grace_max_ms = 500,
	};
	struct sim *sim = sim_create(&setup, seed);

	free(config);
	sim_dial_all(sim, 1000);
	sim_run(sim, 120000);
	assert_true(tp_ac_counters(sim->ac)->refused_full > 0);
	assert_int_equal(sim_sessions_up(sim), 30);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_full_table_refuses_and_recovers(void **state)
{
	sim_for_each_seed(full_table);
}

/* One server for inner tags up to LAST in the VLANs 100 to 149. */
static void serve_lines(struct sim *sim, uint16_t last)
{
	struct tp_config_server server = *sim_server(sim, "internet");
	struct tp_vlan_range nodes = {100, 149}, lines = {1, last};
	const struct tp_ac_interface interface = {.outer = &(struct tp_vlan_list){1, &nodes}};
	struct tp_error error;

	server.pppoe_over_vlan_range = (struct tp_vlan_list){1, &lines};
	server.accept_untagged = false;
	assert_int_equal(tp_ac_server_put(sim->ac, &server, &interface, sim->now_ms, &error), 0);
}

static void lines_of_their_own(uint64_t seed)
{
	struct sim *sim = city(300, &bad_wire, seed);
	unsigned served = 0, stays = 0;

	serve_lines(sim, 4000);
	for (unsigned i = 0; i < 300; i++) {
		struct tp_vlans *vlans = &sim->clients[i]->access.vlans;

		vlans->outer = (uint16_t)(98 + tp_random_below(&sim->random, 54));
		vlans->inner = (uint16_t)tp_random_below(&sim->random, 4095);
		if (vlans->outer < 100 || vlans->outer > 149 || vlans->inner < 1 ||
		    vlans->inner > 4000)
			continue;
		served++;
		stays += vlans->inner <= 2000;
	}
	sim_dial_all(sim, 1000);
	sim_run(sim, 120000);
	assert_int_equal(sim_sessions_up(sim), served);
	sim_check_agreement(sim);
	serve_lines(sim, 2000);
	sim_run(sim, 60000);
	assert_int_equal(sim_sessions_up(sim), stays);
	assert_true(sim_ended(sim, TP_END_CONFIG) >= served - stays);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_one_server_serves_the_lines_of_a_range_of_vlans_and_no_others(void **state)
{
	sim_for_each_seed(lines_of_their_own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_on_a_good_wire_each_needs_one_session_and_no_retry),
		cmocka_unit_test(test_all_subscribers_come_up_after_a_power_cut_over_a_bad_wire),
		cmocka_unit_test(test_wrong_passwords_never_get_in_and_do_not_disturb_others),
		cmocka_unit_test(test_a_small_pool_serves_as_many_as_it_has_addresses),
		cmocka_unit_test(test_a_full_table_refuses_and_recovers),
		cmocka_unit_test(
			test_one_server_serves_the_lines_of_a_range_of_vlans_and_no_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
