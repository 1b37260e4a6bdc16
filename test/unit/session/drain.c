/* SPDX-License-Identifier: BSD-3-Clause */
/* A place that is drained: who is not there yet hears nothing, who is goes on until he is told. */
#include "fixture.h"

static uint32_t server_id(struct sim *sim)
{
	return sim_server(sim, "internet")->head.id;
}

static void drain(struct sim *sim, uint32_t server, uint16_t port)
{
	const struct tp_ac_drain what = {.server = server, .port = port};

	tp_ac_drains_set(sim->ac, &what, 1);
}

static void serve_all(struct sim *sim)
{
	const struct tp_ac_drain none = {.server = 0};

	tp_ac_drains_set(sim->ac, &none, 0);
}

static void test_padis_hear_nothing_by_server_by_port_and_in_all(void **state)
{
	static const struct tp_mac host = {{2, 0, 0, 0, 0, 3}};
	struct sim *sim = town();
	const struct {
		uint32_t server;
		uint16_t port;
		bool silent;
	} cases[] = {
		{server_id(sim), TP_AC_ANY_PORT, true},
		{server_id(sim), 0, true},
		{0, 0, true},
		{0, TP_AC_ANY_PORT, true},
		{server_id(sim) + 100, TP_AC_ANY_PORT, false}, /* another's */
		{0, 1, false},
		{server_id(sim), 1, false},
	};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t before = town_stats(sim)->pado_sent;

		drain(sim, cases[i].server, cases[i].port);
		town_discovery(sim, sim_access(), &host, &town_broadcast, TP_PPPOE_CODE_PADI, 0,
			       "internet");
		if (town_stats(sim)->pado_sent - before != !cases[i].silent)
			fail_msg("case %u", i);
	}
	serve_all(sim);
	town_discovery(sim, sim_access(), &host, &town_broadcast, TP_PPPOE_CODE_PADI, 0,
		       "internet");
	assert_int_equal(town_stats(sim)->pado_sent, 4);
	sim_destroy(sim);
}

static bool on_the_wire(struct sim *sim, uint8_t code)
{
	for (size_t i = 0; i < sim->wire.count; i++)
		if (sim->wire.heap[i].payload[1] == code && sim->wire.heap[i].payload[0] == 0x11)
			return true;
	return false;
}

/* Runs until a frame of discovery with CODE is on its way. */
static void await(struct sim *sim, uint8_t code)
{
	for (unsigned t = 0; t < 100; t++) {
		if (on_the_wire(sim, code))
			return;
		sim_run(sim, 1);
	}
	fail_msg("no such frame");
}

static void test_a_padr_on_its_way_is_not_answered_until_the_drain_is_over(void **state)
{
	struct sim *sim = town();
	struct sim_client *alice = town_client(sim, 0, "alice");

	sim_client_dial(alice, 0);
	await(sim, TP_PPPOE_CODE_PADR);
	drain(sim, server_id(sim), TP_AC_ANY_PORT);
	sim_run(sim, 3000);
	assert_int_equal(sim_sessions_up(sim), 0);
	assert_int_equal(town_stats(sim)->pads_sent, 0);
	assert_true(tp_ac_counters(sim->ac)->refused_drain > 0);
	serve_all(sim);
	sim_run_until_all_up(sim, 60000);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* It has been promised a session: it is let in, and moved later as all others are. */
static void test_a_session_that_is_being_set_up_comes_up(void **state)
{
	struct sim *sim = town();
	struct sim_client *alice = town_client(sim, 0, "alice");

	sim_client_dial(alice, 0);
	await(sim, TP_PPPOE_CODE_PADS);
	drain(sim, 0, TP_AC_ANY_PORT);
	sim_run(sim, 2000);
	assert_int_equal(alice->state, SIM_CLIENT_UP);
	assert_int_equal(alice->dials, 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_who_is_up_stays_and_who_is_moved_finds_nobody(void **state)
{
	struct sim *sim = town();
	struct sim_client *alice = town_dial(sim, 0, "alice");

	drain(sim, server_id(sim), TP_AC_ANY_PORT);
	sim_run(sim, 120000);
	assert_int_equal(alice->state, SIM_CLIENT_UP);
	assert_int_equal(
		tp_ac_disconnect(sim->ac, town_info(sim, alice).slot, TP_END_DRAIN, sim->now_ms),
		0);
	sim_run(sim, 10000);
	assert_int_equal(sim_ended(sim, TP_END_DRAIN), 1);
	assert_int_equal(alice->terminated, 1); /* it is told, and need not wait for silence */
	assert_int_equal(sim_sessions_up(sim), 0);
	assert_int_not_equal(alice->state, SIM_CLIENT_UP);
	serve_all(sim);
	sim_run_until_all_up(sim, 60000);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_renegotiation_is_no_new_session(void **state)
{
	struct sim *sim = town();
	struct sim_client *alice = town_dial(sim, 0, "alice");

	drain(sim, 0, 0);
	sim_client_renegotiate(alice);
	sim_run(sim, 1000);
	assert_int_equal(alice->state, SIM_CLIENT_UP);
	assert_int_equal(alice->dials, 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_padis_hear_nothing_by_server_by_port_and_in_all),
		cmocka_unit_test(test_a_padr_on_its_way_is_not_answered_until_the_drain_is_over),
		cmocka_unit_test(test_a_session_that_is_being_set_up_comes_up),
		cmocka_unit_test(test_who_is_up_stays_and_who_is_moved_finds_nobody),
		cmocka_unit_test(test_a_renegotiation_is_no_new_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
