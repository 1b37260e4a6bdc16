/* SPDX-License-Identifier: BSD-3-Clause */
/* How sessions end, and what may not end them. */
#include "fixture.h"

#include <errno.h>

static void test_a_disconnected_client_hears_a_terminate_request_and_a_padt(void **state)
{
	struct sim *sim = town();
	struct sim_client *alice = town_dial(sim, 0, "alice");
	uint32_t slot = town_info(sim, alice).slot;

	assert_int_equal(tp_ac_disconnect(sim->ac, slot, TP_END_ADMIN, sim->now_ms), 0);
	assert_int_equal(town_info(sim, alice).state, TP_SESSION_ENDING);
	assert_int_equal(town_info(sim, alice).reason, TP_END_ADMIN);
	assert_int_equal(tp_ac_disconnect(sim->ac, slot, TP_END_ADMIN, sim->now_ms), -ENOENT);
	sim_run(sim, 10);
	assert_int_equal(alice->terminated, 1);
	assert_int_equal(alice->state, SIM_CLIENT_OFF);
	assert_int_equal(sim_ended(sim, TP_END_ADMIN), 1);
	assert_int_equal(tp_ac_counters(sim->ac)->padt_sent, 1);
	assert_int_equal(tp_ac_disconnect(sim->ac, slot, TP_END_ADMIN, sim->now_ms), -ENOENT);
	assert_int_equal(tp_ac_disconnect(sim->ac, 4000000, TP_END_ADMIN, sim->now_ms), -ENOENT);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_client_that_does_not_acknowledge_is_given_a_second(void **state)
{
	struct sim *sim = town();
	struct sim_client *alice = town_dial(sim, 0, "alice");
	uint32_t slot = town_info(sim, alice).slot;

	sim_client_vanish(alice);
	tp_ac_disconnect(sim->ac, slot, TP_END_ADMIN, sim->now_ms);
	sim_run(sim, 999);
	assert_non_null(tp_ac_find_slot(sim->ac, slot));
	sim_run(sim, 2);
	assert_null(tp_ac_find_slot(sim->ac, slot));
	assert_int_equal(tp_ac_counters(sim->ac)->padt_sent, 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_all_sessions_of_a_user_can_be_ended_at_once(void **state)
{
	struct sim *sim = town();

	town_dial(sim, 0, "alice");
	town_dial(sim, 1, "alice");
	town_dial(sim, 2, "bob");
	assert_int_equal(tp_ac_disconnect_user(sim->ac, "alice", TP_END_CONFIG, sim->now_ms), 2);
	assert_int_equal(tp_ac_disconnect_user(sim->ac, "alice", TP_END_CONFIG, sim->now_ms), 0);
	sim_run(sim, 10);
	assert_int_equal(sim_sessions_up(sim), 1);
	assert_int_equal(sim_ended(sim, TP_END_CONFIG), 2);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_the_end_is_told_in_one_line_with_its_reason(void **state)
{
	struct sim *sim = town();
	struct sim_client *alice = town_dial(sim, 0, "alice");
	char expected[200];

	snprintf(expected, sizeof(expected),
		 "session %u of alice (02:00:00:00:00:00 on ether3): ended after 1m5s: the client "
		 "sent a PADT",
		 alice->session_id);
	sim_run(sim, 65000);
	town_discovery(sim, sim_access(), &alice->mac, &town_ac_mac, TP_PPPOE_CODE_PADT,
		       alice->session_id, NULL);
	assert_string_equal(sim->last_event, expected);
	sim_client_vanish(alice);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_keepalive_verdict_on_a_young_session_is_of_its_predecessor(void **state)
{
	struct sim *sim = town();
	struct sim_client *alice = town_dial(sim, 0, "alice");
	uint32_t slot = town_info(sim, alice).slot;

	tp_ac_keepalive_lost(sim->ac, slot, sim->now_ms);
	tp_ac_keepalive_lost(sim->ac, 12345, sim->now_ms);
	assert_int_equal(sim_sessions_up(sim), 1);
	sim_run(sim, 20000);
	tp_ac_keepalive_lost(sim->ac, slot, sim->now_ms);
	assert_int_equal(sim_ended(sim, TP_END_KEEPALIVE), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_frame_of_another_session_does_not_enter_by_its_slot(void **state)
{
	struct sim *sim = town();
	struct sim_client *alice = town_dial(sim, 0, "alice");
	uint32_t slot = town_info(sim, alice).slot;
	/* An LCP Terminate-Request, once with a wrong id, once from a wrong host. */
	uint8_t packet[] = {0x11, 0, 0, 0, 0, 6, 0xc0, 0x21, 5, 1, 0, 4};

	tp_put_be16(packet + 2, alice->session_id ^ 1);
	tp_ac_input_session(sim->ac, slot, &alice->mac, packet, sizeof(packet), sim->now_ms);
	tp_put_be16(packet + 2, alice->session_id);
	tp_ac_input_session(sim->ac, slot, &sim->clients[1]->mac, packet, sizeof(packet),
			    sim->now_ms);
	tp_ac_input_session(sim->ac, slot, &alice->mac, packet, 5, sim->now_ms);
	tp_ac_input_session(sim->ac, 999, &alice->mac, packet, sizeof(packet), sim->now_ms);
	assert_int_equal(sim_sessions_up(sim), 1);
	assert_int_equal(tp_ac_counters(sim->ac)->stray_frames, 4);
	tp_ac_input_session(sim->ac, slot, &alice->mac, packet, sizeof(packet), sim->now_ms);
	assert_int_equal(sim_sessions_up(sim), 0);
	sim_run(sim, 2000);
	assert_int_equal(sim_ended(sim, TP_END_PEER_TERMINATE), 1);
	sim_destroy(sim);
}

static void test_a_slot_is_not_released_while_its_session_stands(void **state)
{
	struct sim *sim = town();
	struct sim_client *alice = town_dial(sim, 0, "alice");
	uint32_t slot = town_info(sim, alice).slot;

	tp_ac_slot_released(sim->ac, slot, sim->now_ms);
	tp_ac_slot_released(sim->ac, slot + 1, sim->now_ms);
	tp_ac_slot_released(sim->ac, 4000000, sim->now_ms);
	sim_check(sim);
	assert_int_equal(sim_sessions_up(sim), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_an_address_is_held_until_the_slot_is_released(void **state)
{
	struct sim *sim = town();
	struct sim_client *alice = town_dial(sim, 0, "alice");

	sim->plane.grace_max_ms = 0;
	sim->plane.hold_slots = true;
	sim_client_hang_up(alice);
	sim_run(sim, 5000);
	assert_int_equal(tp_ac_counters(sim->ac)->standing[TP_SESSION_CLOSED], 1);
	assert_int_equal(tp_pool_used_count(sim->pools), 1);
	sim->plane.hold_slots = false;
	sim_run(sim, 5000);
	assert_int_equal(tp_pool_used_count(sim->pools), 0);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_looped_line_is_ended_as_such(void **state)
{
	struct sim *sim = town();
	struct sim_client *alice = town_client(sim, 0, "alice");

	sim_client_dial(alice, 0);
	while (tp_ac_counters(sim->ac)->started == 0)
		sim_run(sim, 1);
	sim_client_vanish(alice);
	sim->wire.loop = true; /* every session frame of ours comes back */
	sim_run(sim, 120000);
	assert_int_equal(sim_ended(sim, TP_END_LOOPBACK), 1);
	sim->wire.loop = false;
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_destroying_the_engine_with_sessions_up_leaks_nothing(void **state)
{
	struct sim *sim = town();

	town_dial(sim, 0, "alice");
	town_dial(sim, 1, "bob");
	sim_destroy(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_disconnected_client_hears_a_terminate_request_and_a_padt),
		cmocka_unit_test(test_a_client_that_does_not_acknowledge_is_given_a_second),
		cmocka_unit_test(test_all_sessions_of_a_user_can_be_ended_at_once),
		cmocka_unit_test(test_the_end_is_told_in_one_line_with_its_reason),
		cmocka_unit_test(test_a_keepalive_verdict_on_a_young_session_is_of_its_predecessor),
		cmocka_unit_test(test_a_frame_of_another_session_does_not_enter_by_its_slot),
		cmocka_unit_test(test_a_slot_is_not_released_while_its_session_stands),
		cmocka_unit_test(test_an_address_is_held_until_the_slot_is_released),
		cmocka_unit_test(test_a_looped_line_is_ended_as_such),
		cmocka_unit_test(test_destroying_the_engine_with_sessions_up_leaks_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
