/* SPDX-License-Identifier: BSD-3-Clause */
/* Answers about users that come later, as a server's would: in time, too late, for nobody. */
#include "fixture.h"

#define QUESTIONS_MAX 16

/* A source that keeps each question until it is let go. */
static struct {
	struct tp_aaa *aaa;
	uint64_t id;
	bool cancelled;
} questions[QUESTIONS_MAX];
static unsigned question_count;

static void keep(void *source, uint64_t id, const struct tp_aaa_question *question)
{
	const struct sim *sim = source;

	assert_true(question_count < QUESTIONS_MAX);
	questions[question_count].aaa = sim->aaa;
	questions[question_count].id = id;
	questions[question_count++].cancelled = false;
}

static void cancel(void *source, uint64_t id)
{
	for (unsigned i = 0; i < question_count; i++)
		if (questions[i].id == id)
			questions[i].cancelled = true;
}

static const struct tp_aaa_source_ops source = {.ask = keep, .cancel = cancel};

/* It does not know the user: the local secrets are asked, and answer. */
static void answer(unsigned i)
{
	struct tp_aaa_answer pass = {.reason = TP_AAA_NO_SECRET};

	tp_aaa_answer(questions[i].aaa, questions[i].id, &pass);
}

static void refuse(unsigned i)
{
	struct tp_aaa_answer no = {.reason = TP_AAA_WRONG_PASSWORD, .text = "wrong password"};

	tp_aaa_answer(questions[i].aaa, questions[i].id, &no);
}

static int forget(void **state)
{
	question_count = 0;
	return 0;
}

static void test_a_late_answer_lets_the_peer_in(void **state)
{
	struct sim *sim = town_asking(&source);
	struct sim_client *alice = town_try(sim, 0, "alice");

	assert_int_equal(question_count, 1);
	assert_int_equal(town_info(sim, alice).state, TP_SESSION_AUTHENTICATING);
	sim_run(sim, 2000);
	answer(0);
	assert_int_equal(town_info(sim, alice).state, TP_SESSION_NETWORK);
	sim_run(sim, 100);
	assert_int_equal(alice->state, SIM_CLIENT_UP);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* Longer than one of whom nothing was heard: half_open.c. */
static void test_who_waits_for_an_answer_is_not_driven_out_for_three_seconds(void **state)
{
	const struct tp_ac_half_open_limits limits = {.port = 1};
	struct sim *sim = town_asking(&source);
	const struct tp_mac newcomer = {{2, 9, 9, 9, 9, 9}};
	struct sim_client *alice = town_try(sim, 0, "alice");
	uint64_t until_ms = town_info(sim, alice).started_ms + 3000;

	tp_ac_half_open_limits_set(sim->ac, 0, &limits);
	sim_run(sim, until_ms - sim->now_ms - 1);
	assert_false(tp_ac_half_open_has_room(sim->ac, &alice->access, &newcomer, sim->now_ms));
	sim_run(sim, 1);
	assert_true(tp_ac_half_open_has_room(sim->ac, &alice->access, &newcomer, sim->now_ms));
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_an_answer_for_a_session_that_ended_is_for_nobody(void **state)
{
	struct sim *sim = town_asking(&source);
	struct sim_client *alice = town_try(sim, 0, "alice");

	sim_client_hang_up(alice);
	sim_run(sim, 5000);
	sim_check_empty(sim);
	assert_true(questions[0].cancelled);
	answer(0);
	sim_check_empty(sim);
	assert_int_equal(tp_aaa_counters(sim->aaa)->unwanted, 1);
	assert_int_equal(tp_ac_counters(sim->ac)->auth_accepted, 0);
	sim_destroy(sim);
}

static void test_an_answer_for_a_session_that_ended_does_not_reach_its_successor(void **state)
{
	struct sim *sim = town_asking(&source);
	struct sim_client *alice = town_try(sim, 0, "alice");
	struct sim_client *zoe;

	sim_client_hang_up(alice);
	sim_run(sim, 5000);
	zoe = town_try(sim, 1, "zoe");
	assert_int_equal(town_info(sim, zoe).slot, 0);
	answer(0);
	sim_run(sim, 100);
	assert_int_equal(town_info(sim, zoe).state, TP_SESSION_AUTHENTICATING);
	answer(1);
	sim_run(sim, 2000);
	assert_int_equal(zoe->ups, 0);
	assert_int_equal(sim_ended(sim, TP_END_AUTH_FAILED), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_only_the_last_question_of_a_session_counts(void **state)
{
	struct sim *sim = town_asking(&source);
	struct sim_client *alice = town_try(sim, 0, "alice");

	/* Its first password was wrong, and it starts afresh before the answer. */
	alice->state = SIM_CLIENT_UP;
	sim_client_renegotiate(alice);
	sim_run(sim, 100);
	assert_int_equal(question_count, 2);
	answer(0);
	sim_run(sim, 100);
	assert_int_equal(town_info(sim, alice).state, TP_SESSION_AUTHENTICATING);
	answer(1);
	sim_run(sim, 100);
	assert_int_equal(alice->state, SIM_CLIENT_UP);
	assert_int_equal(tp_ac_counters(sim->ac)->auth_accepted, 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_why_a_server_refuses_is_counted_and_told(void **state)
{
	static const struct {
		enum tp_aaa_reason reason;
		enum tp_auth_failure failure;
	} cases[] = {
		{TP_AAA_REJECTED, TP_AUTH_FAIL_REJECTED},
		{TP_AAA_NO_ANSWER, TP_AUTH_FAIL_NO_ANSWER},
		{TP_AAA_UNUSABLE, TP_AUTH_FAIL_UNUSABLE},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sim *sim = town_asking(&source);
		struct sim_client *alice;
		struct tp_aaa_answer no = {.reason = cases[i].reason,
					   .text = "says the server",
					   .message = "pay your bill"};

		question_count = 0;
		alice = town_try(sim, 0, "alice");
		tp_aaa_answer(questions[0].aaa, questions[0].id, &no);
		sim_run(sim, 1000);
		assert_int_equal(alice->ups, 0);
		assert_int_equal(tp_ac_counters(sim->ac)->auth_failed[cases[i].failure], 1);
		assert_non_null(strstr(sim->auth_event, "says the server"));
		sim_wind_down(sim);
		sim_destroy(sim);
	}
}

static void test_a_second_answer_changes_nothing(void **state)
{
	struct sim *sim = town_asking(&source);
	struct sim_client *alice = town_try(sim, 0, "alice");

	answer(0);
	sim_run(sim, 100);
	assert_int_equal(alice->state, SIM_CLIENT_UP);
	refuse(0);
	answer(0);
	sim_run(sim, 1000);
	assert_int_equal(alice->state, SIM_CLIENT_UP);
	assert_int_equal(tp_ac_counters(sim->ac)->auth_accepted, 1);
	assert_int_equal(tp_aaa_counters(sim->aaa)->unwanted, 2);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_login_that_waits_for_an_address_asks_nobody_again(void **state)
{
	struct sim *sim = town_asking(&source);
	struct sim_client *first = town_try(sim, 0, "frank"), *second;

	answer(0);
	sim_run(sim, 100);
	assert_int_equal(first->state, SIM_CLIENT_UP);
	second = town_try(sim, 1, "frank");
	answer(1);
	sim_run(sim, 5000);
	assert_int_equal(question_count, 2);
	sim_wind_down(sim);
	assert_int_equal(second->ups + first->ups, 1 + (second->ups > 0));
	sim_destroy(sim);
}

static void test_no_answer_ends_the_session_in_bounded_time(void **state)
{
	struct sim *sim = town_asking(&source);

	town_try(sim, 0, "alice");
	sim_run(sim, 62000);
	assert_null(tp_ac_next(sim->ac, 0));
	assert_int_equal(sim_ended(sim, TP_END_AUTH_TIMEOUT) +
				 sim_ended(sim, TP_END_PEER_TERMINATE) +
				 sim_ended(sim, TP_END_PEER_PADT),
			 1);
	sim_destroy(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_a_late_answer_lets_the_peer_in, forget),
		cmocka_unit_test_setup(
			test_who_waits_for_an_answer_is_not_driven_out_for_three_seconds, forget),
		cmocka_unit_test_setup(test_an_answer_for_a_session_that_ended_is_for_nobody,
				       forget),
		cmocka_unit_test_setup(
			test_an_answer_for_a_session_that_ended_does_not_reach_its_successor,
			forget),
		cmocka_unit_test_setup(test_only_the_last_question_of_a_session_counts, forget),
		cmocka_unit_test_setup(test_why_a_server_refuses_is_counted_and_told, forget),
		cmocka_unit_test_setup(test_a_second_answer_changes_nothing, forget),
		cmocka_unit_test_setup(test_a_login_that_waits_for_an_address_asks_nobody_again,
				       forget),
		cmocka_unit_test_setup(test_no_answer_ends_the_session_in_bounded_time, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
