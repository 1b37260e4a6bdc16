/* SPDX-License-Identifier: BSD-3-Clause */
/* Sessions that have had their time, or their bytes. */
#include "fixture.h"

static struct sim_slot *slot_of(struct sim *sim, const struct sim_client *client)
{
	return &sim->plane.slots[town_info(sim, client).slot];
}

static void test_a_session_ends_within_a_second_of_its_last_byte(void **state)
{
	static const struct {
		uint64_t in, out;
		bool ends;
	} cases[] = {
		{4999999999, 9999999, false},
		{5000000000, 0, true},
		{0, 10000000, true},
		{UINT64_MAX, UINT64_MAX, true},
	};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sim *sim = town();
		struct sim_client *client = town_dial(sim, 0, "larry");

		sim_run(sim, 3000);
		assert_int_equal(client->state, SIM_CLIENT_UP);
		slot_of(sim, client)->bytes_in = cases[i].in;
		slot_of(sim, client)->bytes_out = cases[i].out;
		sim_run(sim, 1010);
		assert_int_equal(sim_ended(sim, TP_END_LIMIT_BYTES), cases[i].ends);
		sim_wind_down(sim);
		sim_destroy(sim);
	}
}

static void test_who_has_no_limit_may_have_any_number_of_bytes(void **state)
{
	struct sim *sim = town();
	struct sim_client *client = town_dial(sim, 0, "alice");

	slot_of(sim, client)->bytes_in = slot_of(sim, client)->bytes_out = UINT64_MAX;
	sim_run(sim, 10000);
	assert_int_equal(client->state, SIM_CLIENT_UP);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_limit_holds_after_a_renegotiation(void **state)
{
	struct sim *sim = town();
	struct sim_client *client = town_dial(sim, 0, "larry");

	sim_client_renegotiate(client);
	sim_run(sim, 200);
	assert_int_equal(client->state, SIM_CLIENT_UP);
	slot_of(sim, client)->bytes_out = 10000000;
	sim_run(sim, 1010);
	assert_int_equal(sim_ended(sim, TP_END_LIMIT_BYTES), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* "p" has a session-timeout of an hour. */
static void test_session_timeout_ends_a_session_to_the_second(void **state)
{
	struct sim *sim = town();
	struct tp_session_info info = town_info(sim, town_dial(sim, 0, "alice"));
	uint64_t age = sim->now_ms - info.up_ms;

	for (uint64_t passed = 0; passed < 3599; passed++) {
		sim_run(sim, 1000 - (passed == 0 ? age : 0));
		slot_of(sim, sim->clients[0])->traffic_ms = sim->now_ms;
	}
	assert_int_equal(sim->clients[0]->state, SIM_CLIENT_UP);
	sim_run(sim, 990);
	assert_int_equal(sim_ended(sim, TP_END_SESSION_TIMEOUT), 0);
	sim_run(sim, 20);
	assert_int_equal(sim_ended(sim, TP_END_SESSION_TIMEOUT), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_idle_timeout_counts_from_the_last_packet_to_the_second(void **state)
{
	struct sim *sim = town();
	struct sim_client *client = town_dial(sim, 0, "ivy");

	for (unsigned i = 0; i < 3; i++) {
		sim_run(sim, 15000);
		slot_of(sim, client)->traffic_ms = sim->now_ms;
	}
	sim_run(sim, 19990);
	assert_int_equal(client->state, SIM_CLIENT_UP);
	sim_run(sim, 20);
	assert_int_equal(sim_ended(sim, TP_END_IDLE_TIMEOUT), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_session_ends_within_a_second_of_its_last_byte),
		cmocka_unit_test(test_who_has_no_limit_may_have_any_number_of_bytes),
		cmocka_unit_test(test_a_limit_holds_after_a_renegotiation),
		cmocka_unit_test(test_session_timeout_ends_a_session_to_the_second),
		cmocka_unit_test(test_idle_timeout_counts_from_the_last_packet_to_the_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
