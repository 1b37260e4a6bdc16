/* SPDX-License-Identifier: BSD-3-Clause */
#include "queue_fixture.h"

static int odd_dead(const struct tp_record *record)
{
	return record->session % 2 == 1 ? -EHOSTDOWN : 0;
}

static int odd_homeless(const struct tp_record *record)
{
	return record->session % 2 == 1 ? -ENOENT : 0;
}

static int full(const struct tp_record *record)
{
	return -ENOBUFS;
}

static int unfit(const struct tp_record *record)
{
	return record->session == 1 ? -EINVAL : 0;
}

/* ---- order ---- */

static void test_records_of_a_session_go_one_after_the_other(void **state)
{
	begin(false, 0);
	for (unsigned i = 0; i < 3; i++)
		put(i, 7);
	for (unsigned i = 0; i < 3; i++) {
		tick_all();
		assert_int_equal(sent_count, i + 1);
		assert_int_equal(sent[i].seq, i + 1);
		assert_int_equal(counters()->in_flight, 1);
		answer(i, true);
	}
	assert_int_equal(counters()->waiting, 0);
	assert_int_equal(counters()->waiting_bytes, 0);
	assert_int_equal(counters()->acknowledged, 3);
	assert_int_equal(counters()->oldest_unix_s, 0);
	end();
}

static void test_sessions_go_beside_each_other(void **state)
{
	begin(false, 0);
	for (unsigned i = 0; i < 20; i++)
		put(i < 10 ? TP_RECORD_START : TP_RECORD_STOP, 100 + i % 10);
	assert_int_equal(counters()->oldest_unix_s, 5001);
	tick_all();
	assert_int_equal(sent_count, 10);
	answer(3, true);
	tick_all();
	assert_int_equal(sent_count, 11);
	assert_int_equal(sent[10].session, 103);
	assert_int_equal(sent[10].seq, 14);
	end();
}

static void test_only_so_many_are_with_servers_at_a_time(void **state)
{
	begin(false, 0);
	for (unsigned i = 0; i < 9000; i++)
		put(TP_RECORD_START, i + 1);
	tick_all();
	assert_int_equal(sent_count, 8192);
	answer(0, true);
	tick_all();
	assert_int_equal(sent_count, 8193);
	end();
}

/* ---- in vain ---- */

static void test_what_was_not_answered_is_tried_again_in_a_second(void **state)
{
	begin(false, 0);
	put(TP_RECORD_START, 7);
	tick_all();
	answer(0, false);
	assert_int_equal(counters()->retried, 1);
	tick_all();
	now_ms += 999;
	tick_all();
	assert_int_equal(sent_count, 1);
	now_ms++;
	tick_all();
	assert_int_equal(sent_count, 2);
	assert_int_equal(sent[1].seq, 1);
	end();
}

/* One domain's servers are dead, or there are none for it. */
static void nobody_waits_for_a_strangers(int (*servers)(const struct tp_record *))
{
	begin(false, 0);
	server = servers;
	for (unsigned i = 1; i <= 2000; i++)
		put(TP_RECORD_START, 2 * i + 1);
	tick_all();
	put(TP_RECORD_START, 2);
	tick_all();
	assert_int_equal(sent_count, 1);
	assert_int_equal(counters()->parked, 2000);
	end();
}

static void test_nobody_waits_for_servers_of_another(void **state)
{
	nobody_waits_for_a_strangers(odd_dead);
	nobody_waits_for_a_strangers(odd_homeless);
}

static void test_attempts_in_vain_are_a_thousand_a_second_at_most(void **state)
{
	begin(false, 0);
	server = all_dead;
	for (unsigned i = 1; i <= MANY; i++)
		put(TP_RECORD_START, i);
	tick_all();
	attempts = 0;
	for (unsigned i = 0; i < 1200; i++) {
		now_ms += 100;
		tick_all();
	}
	assert_in_range(attempts, MANY, 2 * MANY + MANY / 10); /* in two minutes */
	end();
}

static void test_when_one_is_taken_again_all_are_tried_at_once(void **state)
{
	begin(false, 0);
	server = all_dead;
	for (unsigned i = 1; i <= 5000; i++)
		put(TP_RECORD_START, i);
	tick_all();
	server = NULL;
	now_ms += 5000;
	tp_record_queue_tick(queue, now_ms, 1);
	assert_int_equal(sent_count, 1);
	answer(0, true);
	tick_all();
	assert_int_equal(sent_count, 5000);
	end();
}

static void test_the_owner_may_wake_them(void **state)
{
	begin(false, 0);
	server = all_dead;
	put(TP_RECORD_START, 1);
	tick_all();
	tick_all();
	assert_int_equal(attempts, 1);
	tp_record_queue_wake(queue);
	tick_all();
	assert_int_equal(attempts, 2);
	end();
}

static void test_no_room_to_send_is_a_short_pause_for_all(void **state)
{
	begin(false, 0);
	server = full;
	put(TP_RECORD_START, 1);
	put(TP_RECORD_START, 2);
	assert_false(tick());
	assert_int_equal(attempts, 1);
	server = NULL;
	assert_false(tick());
	now_ms += 10;
	tick_all();
	assert_int_equal(sent_count, 2);
	assert_int_equal(sent[0].session, 1);
	end();
}

static void test_what_nobody_can_send_is_lost_and_counted(void **state)
{
	begin(true, 0);
	store.kept = 2;
	server = unfit;
	put(TP_RECORD_START, 1);
	put(TP_RECORD_START, 2);
	tick_all();
	assert_int_equal(sent_count, 1);
	assert_int_equal(counters()->unsendable, 1);
	assert_int_equal(in_store(), 1);
	end();
}

/* ---- room ---- */

static void test_interims_go_first_then_the_oldest(void **state)
{
	begin(true, 0);
	put(TP_RECORD_START, 1);
	put(TP_RECORD_INTERIM, 1);
	put(TP_RECORD_START, 2);
	put(TP_RECORD_INTERIM, 2);
	put(TP_RECORD_STOP, 1);
	tp_record_queue_set_max_bytes(queue, 400);
	assert_false(tp_record_queue_waits(queue, 2));
	assert_true(tp_record_queue_waits(queue, 4));
	tp_record_queue_set_max_bytes(queue, 299);
	assert_int_equal(counters()->given_up[1], 2);
	assert_int_equal(counters()->given_up[0], 1);
	assert_false(tp_record_queue_waits(queue, 1));
	assert_int_equal(tp_record_queue_oldest(queue), 3);
	put(TP_RECORD_INTERIM, 3);
	assert_int_equal(counters()->waiting, 2);
	assert_int_equal(in_store(), 2);
	store.kept = 5; /* the Stop, too */
	tick_all();
	assert_int_equal(sent_count, 2);
	end();
}

static void test_what_is_with_a_server_is_not_given_up(void **state)
{
	begin(false, 0);
	put(TP_RECORD_INTERIM, 1);
	put(TP_RECORD_INTERIM, 2);
	tick_all();
	put(TP_RECORD_INTERIM, 3);
	tp_record_queue_set_max_bytes(queue, 50);
	assert_int_equal(counters()->given_up[1], 1);
	assert_false(tp_record_queue_waits(queue, 3));
	answer(0, true);
	assert_int_equal(counters()->acknowledged, 1);
	answer(1, false); /* now it may go */
	assert_int_equal(counters()->given_up[1], 2);
	assert_int_equal(counters()->waiting, 0);
	end();
}

static void test_a_queue_that_is_full_is_not_slow(void **state)
{
	begin(false, 0);
	tp_record_queue_set_max_bytes(queue, 100 * 8192);
	for (unsigned i = 1; i <= 8192; i++)
		put(TP_RECORD_INTERIM, i);
	tick_all();
	assert_int_equal(counters()->in_flight, 8192);
	/* With a look at all of them for each this is 5e9 steps. */
	for (unsigned i = 0; i < 600000; i++)
		put(TP_RECORD_INTERIM, 10000 + i);
	assert_int_equal(counters()->given_up[1], 600000);
	end();
}

/* ---- what is held ---- */

static void test_only_those_of_before_go(void **state)
{
	uint64_t on;

	begin(false, 0);
	put(TP_RECORD_STOP, 1);
	put(TP_RECORD_OFF, 0);
	on = tp_record_queue_next_seq(queue);
	tp_record_queue_only_before(queue, on);
	put(TP_RECORD_ON, 0);
	put(TP_RECORD_START, 5);
	put(TP_RECORD_STOP, 5);
	tick_all();
	assert_int_equal(sent_count, 2);
	answer(0, true);
	answer(1, true);
	tick_all();
	assert_int_equal(sent_count, 2);
	assert_int_equal(tp_record_queue_oldest(queue), on);
	tp_record_queue_only_before(queue, on + 1);
	tick_all();
	assert_int_equal(sent_count, 3);
	assert_int_equal(sent[2].seq, on);
	assert_true(tp_record_queue_waits(queue, on));
	answer(2, true);
	assert_false(tp_record_queue_waits(queue, on));
	tick_all();
	assert_int_equal(sent_count, 3);
	tp_record_queue_only_before(queue, 0);
	tick_all();
	assert_int_equal(sent_count, 4);
	end();
}

static void test_what_is_withdrawn_holds_nobody_up(void **state)
{
	uint64_t on;

	begin(false, 0);
	on = put(TP_RECORD_ON, 0);
	put(TP_RECORD_OFF, 0);
	tick_all();
	tp_record_queue_withdraw(queue, on); /* while it is with a server */
	assert_int_equal(counters()->in_flight, 0);
	tick_all();
	assert_int_equal(sent_count, 2);
	assert_int_equal(sent[1].seq, on + 1);
	answer(1, true);

	on = put(TP_RECORD_ON, 0);
	tick_all();
	answer(2, false);
	put(TP_RECORD_OFF, 0);
	tick_all();
	assert_int_equal(sent_count, 3);
	assert_int_equal(counters()->parked, 1);
	tp_record_queue_withdraw(queue, on); /* while it waits for another try */
	assert_int_equal(counters()->parked, 0);
	tick_all();
	assert_int_equal(sent_count, 4);
	answer(3, true);
	tp_record_queue_withdraw(queue, on); /* which is not there any more */
	assert_int_equal(counters()->waiting, 0);
	assert_int_equal(counters()->acknowledged, 4);
	end();
}

static void test_many_that_are_held_cost_a_turn_nothing(void **state)
{
	begin(false, 0);
	tp_record_queue_only_before(queue, 1);
	for (unsigned i = 1; i <= MANY; i++)
		put(TP_RECORD_START, i);
	/* With a look at all of them for each this is 6e9 steps. */
	for (unsigned i = 0; i < 100000; i++) {
		now_ms++;
		assert_false(tick());
	}
	tp_record_queue_only_before(queue, 0);
	for (unsigned i = 0; sent_count < MANY; i++) {
		tick_all();
		assert_true(counters()->in_flight > 0);
		while (i < sent_count)
			answer(i++, true);
		i--;
	}
	assert_int_equal(counters()->waiting, 0);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records_of_a_session_go_one_after_the_other),
		cmocka_unit_test(test_sessions_go_beside_each_other),
		cmocka_unit_test(test_only_so_many_are_with_servers_at_a_time),
		cmocka_unit_test(test_what_was_not_answered_is_tried_again_in_a_second),
		cmocka_unit_test(test_nobody_waits_for_servers_of_another),
		cmocka_unit_test(test_attempts_in_vain_are_a_thousand_a_second_at_most),
		cmocka_unit_test(test_when_one_is_taken_again_all_are_tried_at_once),
		cmocka_unit_test(test_the_owner_may_wake_them),
		cmocka_unit_test(test_no_room_to_send_is_a_short_pause_for_all),
		cmocka_unit_test(test_what_nobody_can_send_is_lost_and_counted),
		cmocka_unit_test(test_interims_go_first_then_the_oldest),
		cmocka_unit_test(test_what_is_with_a_server_is_not_given_up),
		cmocka_unit_test(test_a_queue_that_is_full_is_not_slow),
		cmocka_unit_test(test_only_those_of_before_go),
		cmocka_unit_test(test_what_is_withdrawn_holds_nobody_up),
		cmocka_unit_test(test_many_that_are_held_cost_a_turn_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
