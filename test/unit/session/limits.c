/* SPDX-License-Identifier: BSD-3-Clause */
/* Sessions that have had their time, or their bytes. */
#include "fixture.h"

#include <errno.h>

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

/* ---- changed while they stand ---- */

/* What CLIENT's session has now, to be changed. */
static struct tp_subscriber had(struct sim *sim, const struct sim_client *client)
{
	struct tp_subscriber copy = {0};

	assert_int_equal(tp_subscriber_copy(&copy, town_info(sim, client).subscriber), 0);
	return copy;
}

static int change(struct sim *sim, const struct sim_client *client, struct tp_subscriber *now)
{
	return tp_ac_subscriber_change(sim->ac, town_info(sim, client).slot, now, sim->now_ms);
}

static void test_a_new_session_timeout_counts_from_the_sessions_begin(void **state)
{
	struct sim *sim = town();
	struct sim_client *client = town_dial(sim, 0, "alice");
	struct tp_subscriber now = had(sim, client);

	sim_run(sim, 10000);
	now.session_timeout_s = 15;
	assert_int_equal(change(sim, client, &now), 0);
	sim_run(sim, 3000);
	assert_int_equal(sim_ended(sim, TP_END_SESSION_TIMEOUT), 0);
	sim_run(sim, 3000);
	assert_int_equal(sim_ended(sim, TP_END_SESSION_TIMEOUT), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_session_timeout_that_is_over_ends_it_at_once(void **state)
{
	struct sim *sim = town();
	struct sim_client *client = town_dial(sim, 0, "alice");
	struct tp_subscriber now = had(sim, client);

	sim_run(sim, 10000);
	now.session_timeout_s = 5;
	assert_int_equal(change(sim, client, &now), 0);
	sim_run(sim, 100);
	assert_int_equal(sim_ended(sim, TP_END_SESSION_TIMEOUT), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_new_idle_timeout_counts_from_the_last_packet(void **state)
{
	struct sim *sim = town();
	struct sim_client *client = town_dial(sim, 0, "alice");
	struct tp_subscriber now = had(sim, client);

	slot_of(sim, client)->traffic_ms = sim->now_ms;
	sim_run(sim, 10000);
	now.idle_timeout_s = 20;
	assert_int_equal(change(sim, client, &now), 0);
	sim_run(sim, 9000);
	assert_int_equal(sim_ended(sim, TP_END_IDLE_TIMEOUT), 0);
	sim_run(sim, 1100);
	assert_int_equal(sim_ended(sim, TP_END_IDLE_TIMEOUT), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_new_limits_of_bytes_hold_and_old_ones_do_not(void **state)
{
	struct sim *sim = town();
	struct sim_client *larry = town_dial(sim, 0, "larry"), *alice = town_dial(sim, 1, "alice");
	struct tp_subscriber now = had(sim, larry);

	now.limit_bytes_in = now.limit_bytes_out = 0;
	assert_int_equal(change(sim, larry, &now), 0);
	now = had(sim, alice);
	now.limit_bytes_out = 1000;
	assert_int_equal(change(sim, alice, &now), 0);
	slot_of(sim, larry)->bytes_out = UINT64_MAX;
	slot_of(sim, alice)->bytes_out = 1000;
	sim_run(sim, 1100);
	assert_int_equal(larry->state, SIM_CLIENT_UP);
	assert_int_equal(sim_ended(sim, TP_END_LIMIT_BYTES), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_change_that_the_data_plane_refuses_changes_nothing(void **state)
{
	struct sim *sim = town();
	struct sim_client *client = town_dial(sim, 0, "alice");
	struct tp_subscriber now = had(sim, client);
	uint32_t before = now.session_timeout_s;

	now.session_timeout_s = 1;
	sim->plane.fail_up = -ENOMEM;
	assert_int_equal(change(sim, client, &now), -ENOMEM);
	sim->plane.fail_up = 0;
	assert_int_equal(now.session_timeout_s, 1);
	assert_int_equal(town_info(sim, client).subscriber->session_timeout_s, before);
	tp_subscriber_clear(&now);
	sim_run(sim, 5000);
	assert_int_equal(client->state, SIM_CLIENT_UP);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_what_ends_or_has_not_logged_in_is_not_changed(void **state)
{
	struct sim *sim = town();
	struct sim_client *client = town_dial(sim, 0, "alice");
	struct tp_subscriber now = had(sim, client);
	uint32_t slot = town_info(sim, client).slot;

	assert_int_equal(tp_ac_subscriber_change(sim->ac, slot + 1, &now, sim->now_ms), -ENOENT);
	assert_int_equal(tp_ac_subscriber_change(sim->ac, UINT32_MAX, &now, sim->now_ms), -ENOENT);
	assert_int_equal(tp_ac_disconnect(sim->ac, slot, TP_END_ADMIN, sim->now_ms), 0);
	assert_int_equal(tp_ac_subscriber_change(sim->ac, slot, &now, sim->now_ms), -ENOENT);
	tp_subscriber_clear(&now);
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
		cmocka_unit_test(test_a_new_session_timeout_counts_from_the_sessions_begin),
		cmocka_unit_test(test_a_session_timeout_that_is_over_ends_it_at_once),
		cmocka_unit_test(test_a_new_idle_timeout_counts_from_the_last_packet),
		cmocka_unit_test(test_new_limits_of_bytes_hold_and_old_ones_do_not),
		cmocka_unit_test(test_a_change_that_the_data_plane_refuses_changes_nothing),
		cmocka_unit_test(test_what_ends_or_has_not_logged_in_is_not_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
