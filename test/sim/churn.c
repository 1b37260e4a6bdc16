/* SPDX-License-Identifier: BSD-3-Clause */
/* Subscribers come and go: by hanging up, by vanishing, by starting afresh, with frames of their
 * earlier sessions still on the way. */
#include "sim.h"

static const struct sim_quality haunted_wire = {
	.loss = 30,
	.repeat = 30,
	.ghost = 30,
	.delay_min_ms = 1,
	.delay_max_ms = 80,
};

static const struct sim_quality good_wire = {.delay_min_ms = 2, .delay_max_ms = 2};

static struct sim_client *somebody(struct sim *sim)
{
	return sim->clients[tp_random_below(&sim->random, sim->client_count)];
}

static void do_something(struct sim *sim)
{
	struct sim_client *client = somebody(sim);

	switch (tp_random_below(&sim->random, 5)) {
	case 0:
		sim_client_hang_up(client);
		break;
	case 1:
		sim_client_vanish(client);
		break;
	case 2:
		sim_client_renegotiate(client);
		break;
	default:
		sim_client_dial(client, tp_random_below(&sim->random, 3000));
		break;
	}
}

static void flapping(uint64_t seed)
{
	struct sim *sim = sim_city(150, sim_default_config(150), &haunted_wire, seed);

	sim_dial_all(sim, 1000);
	for (unsigned i = 0; i < 6000; i++) {
		do_something(sim);
		sim_run(sim, tp_random_below(&sim->random, 100));
	}
	assert_true(tp_ac_counters(sim->ac)->started > 1000);
	assert_true(tp_ac_counters(sim->ac)->down > 10);
	/* When the flapping is over, life goes on. */
	sim->wire.quality = good_wire;
	sim_dial_all(sim, 1000);
	sim_run(sim, 180000);
	assert_int_equal(sim_clients_in(sim, SIM_CLIENT_UP), 150);
	sim_check_agreement(sim);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_flapping_clients_leave_nothing_behind(void **state)
{
	sim_for_each_seed(flapping);
}

static void vanishing(uint64_t seed)
{
	struct sim *sim = sim_city(200, sim_default_config(200), &good_wire, seed);

	sim_dial_all(sim, 0);
	sim_run_until_all_up(sim, 2000);
	for (unsigned i = 0; i < 200; i += 2)
		sim_client_vanish(sim->clients[i]);
	sim_run(sim, 18000);
	assert_int_equal(sim_sessions_up(sim), 200);
	sim_run(sim, 5000);
	assert_int_equal(sim_sessions_up(sim), 100);
	assert_int_equal(sim_ended(sim, TP_END_KEEPALIVE), 100);
	assert_int_equal(tp_pool_used_count(sim->pools), 100);
	sim_dial_all(sim, 0);
	sim_run_until_all_up(sim, 2000);
	sim_check_agreement(sim);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_vanished_client_is_noticed_after_twice_keepalive_timeout(void **state)
{
	sim_for_each_seed(vanishing);
}

static void outage(uint64_t seed)
{
	struct sim *sim = sim_city(200, sim_default_config(200), &good_wire, seed);
	unsigned with_mp = 0;

	sim_dial_all(sim, 0);
	sim_run_until_all_up(sim, 2000);
	for (unsigned i = 0; i < 200; i++)
		sim_client_vanish(sim->clients[i]);
	for (unsigned i = 0; i < 200; i++)
		with_mp += sim->clients[i]->config.mrru != 0;
	sim_dial_all(sim, 500);
	sim_run_until_all_up(sim, 3000);
	/* The sessions of before still stand, with addresses of their own; but for those with MP,
	 * whose end has a name: they are known to be the same. */
	assert_int_equal(sim_sessions_up(sim), 400 - with_mp);
	assert_int_equal(sim_ended(sim, TP_END_REPLACED_HOST), with_mp);
	sim_run(sim, 25000);
	assert_int_equal(sim_ended(sim, TP_END_KEEPALIVE), 200 - with_mp);
	sim_check_agreement(sim);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_after_a_power_cut_everybody_dials_in_beside_the_old_session(void **state)
{
	sim_for_each_seed(outage);
}

static void renegotiation(uint64_t seed)
{
	struct sim *sim = sim_city(100, sim_default_config(100), &haunted_wire, seed);
	uint32_t before[100];

	sim_dial_all(sim, 100);
	sim_run_until_all_up(sim, 60000);
	sim->wire.quality = good_wire;
	sim_run(sim, 90000);
	assert_int_equal(sim_clients_in(sim, SIM_CLIENT_UP), 100);
	for (unsigned i = 0; i < 100; i++) {
		before[i] = sim->clients[i]->addresses.local;
		sim_client_renegotiate(sim->clients[i]);
	}
	sim_run(sim, 2000);
	assert_int_equal(sim_clients_in(sim, SIM_CLIENT_UP), 100);
	assert_true(tp_ac_counters(sim->ac)->down >= 100);
	for (unsigned i = 0; i < 100; i++)
		assert_true(sim->clients[i]->addresses.local == before[i]);
	sim_check_agreement(sim);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_client_that_renegotiates_keeps_its_session_and_address(void **state)
{
	sim_for_each_seed(renegotiation);
}

/* LCP comes to an end for each, but none ever answers what follows. */
static void stalling(uint64_t seed)
{
	struct sim *sim = sim_city(50, sim_default_config(50), &good_wire, seed);

	sim_dial_all(sim, 0);
	sim_run(sim, 3);
	for (unsigned i = 0; i < 50; i++) {
		sim_run(sim, 1);
		sim_client_vanish(sim->clients[i]);
	}
	assert_true(tp_ac_counters(sim->ac)->started > 0);
	sim_run(sim, 62000);
	assert_int_equal(tp_ac_next(sim->ac, 0) == NULL,
			 tp_ac_counters(sim->ac)->standing[TP_SESSION_UP] == 0);
	for (unsigned i = 0; i < TP_SESSION_STATES; i++)
		assert_int_equal(tp_ac_counters(sim->ac)->standing[i], 0);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_clients_that_stall_anywhere_are_gone_within_a_minute(void **state)
{
	sim_for_each_seed(stalling);
}

static void corruption(uint64_t seed)
{
	struct sim_quality hostile_wire = haunted_wire;
	struct sim *sim;

	hostile_wire.corrupt = 200;
	sim = sim_city(100, sim_default_config(100), &hostile_wire, seed);
	sim_dial_all(sim, 1000);
	for (unsigned i = 0; i < 3000; i++) {
		do_something(sim);
		sim_run(sim, tp_random_below(&sim->random, 100));
	}
	assert_true(tp_ac_counters(sim->ac)->up > 100);
	/* What was agreed by way of corrupted options is not to be compared: all start afresh. */
	sim->wire.quality = good_wire;
	for (unsigned i = 0; i < sim->client_count; i++)
		sim_client_hang_up(sim->clients[i]);
	sim_run(sim, 180000);
	sim_dial_all(sim, 1000);
	sim_run_until_all_up(sim, 60000);
	sim_check_agreement(sim);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_wire_that_corrupts_frames_breaks_nothing(void **state)
{
	sim_for_each_seed(corruption);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flapping_clients_leave_nothing_behind),
		cmocka_unit_test(test_a_vanished_client_is_noticed_after_twice_keepalive_timeout),
		cmocka_unit_test(test_after_a_power_cut_everybody_dials_in_beside_the_old_session),
		cmocka_unit_test(test_a_client_that_renegotiates_keeps_its_session_and_address),
		cmocka_unit_test(test_clients_that_stall_anywhere_are_gone_within_a_minute),
		cmocka_unit_test(test_a_wire_that_corrupts_frames_breaks_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
