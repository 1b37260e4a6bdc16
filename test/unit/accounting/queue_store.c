/* SPDX-License-Identifier: BSD-3-Clause */
/* Records whose bytes are in a store. */
#include "queue_fixture.h"

static void test_what_waited_is_restored_in_order_and_loaded_when_its_turn_comes(void **state)
{
	uint8_t bytes[10] = {42};

	begin(true, 0);
	for (uint64_t seq = 5; seq <= 7; seq++)
		assert_int_equal(
			tp_record_queue_restore(
				queue, &(struct tp_record){.seq = seq, .session = 9, .len = 10}),
			0);
	assert_int_equal(tp_record_queue_next_seq(queue), 8);
	tick_all();
	assert_int_equal(store.ask_count, 1);
	assert_int_equal(store.asked[0], 5);
	tick_all();
	assert_int_equal(store.ask_count, 1);
	tp_record_queue_loaded(queue, 5, bytes, 10, now_ms);
	tick_all();
	assert_int_equal(sent_count, 1);
	assert_int_equal(sent[0].byte, 42);
	answer(0, true);
	tick_all();
	assert_int_equal(store.asked[1], 6);
	tp_record_queue_loaded(queue, 1000, bytes, 10, now_ms); /* of none */
	tp_record_queue_loaded(queue, 7, bytes, 10, now_ms);	/* not asked for */
	assert_int_equal(counters()->waiting, 2);
	end();
}

/* Else a sudden end would leave a server with a session of which the next start knows nothing, or
 * with a Stop that the next start, where its session stands, gives a second time. */
static void
test_a_record_goes_when_it_is_safe_on_disk_and_waits_no_longer_than_that_may_take(void **state)
{
	begin(true, 0);
	put(TP_RECORD_STOP, 7);
	put(TP_RECORD_START, 8);
	put(TP_RECORD_INTERIM, 9);
	tick_all();
	assert_int_equal(sent_count, 0);
	store.kept = 1;
	tick_all();
	assert_int_equal(sent_count, 1);
	assert_int_equal(sent[0].session, 7);
	store.kept = 2;
	tick_all();
	assert_int_equal(sent_count, 2);
	assert_int_equal(sent[1].session, 8);
	now_ms += 199;
	tick_all();
	assert_int_equal(sent_count, 2);
	now_ms += 1;
	tick_all();
	assert_int_equal(sent_count, 3);
	assert_int_equal(sent[2].session, 9);
	/* Once is enough. */
	answer(2, false);
	now_ms += 1000;
	tick_all();
	assert_int_equal(sent_count, 4);
	end();
}

/* Its bytes may be nowhere else yet. */
static void
test_a_record_that_is_safe_goes_at_once_and_its_bytes_stay_until_it_is_kept(void **state)
{
	begin(true, 1000);
	store.safe = 50;
	for (unsigned i = 1; i <= 51; i++)
		put(TP_RECORD_START, i);
	tick_all();
	assert_int_equal(sent_count, 50);
	assert_int_equal(store.ask_count, 0);
	for (unsigned i = 0; i < 50; i++)
		answer(i, false);
	now_ms += 1000;
	tick_all();
	assert_int_equal(sent_count, 101);
	assert_int_equal(store.ask_count, 0);
	store.kept = 51;
	put(TP_RECORD_START, 52);
	answer(60, false);
	now_ms += 1000;
	tick_all();
	assert_true(store.ask_count > 0);
	end();
}

static void test_what_is_of_the_whole_box_waits_for_no_disk(void **state)
{
	begin(true, 0);
	put(TP_RECORD_OFF, 0);
	tick_all();
	assert_int_equal(sent_count, 1);
	end();
}

/* All that came by one write are sent in one turn of the loop. */
static void test_those_that_are_safe_are_work_until_they_have_gone(void **state)
{
	begin(true, 0);
	for (unsigned i = 1; i <= 1000; i++)
		put(TP_RECORD_START, i);
	assert_false(tick());
	store.kept = 1000;
	while (tick())
		;
	assert_int_equal(sent_count, 1000);
	end();
}

static void test_a_record_behind_others_of_its_session_is_safe_by_its_turn(void **state)
{
	begin(true, 0);
	put(TP_RECORD_START, 7);
	put(TP_RECORD_STOP, 7);
	store.kept = 1;
	tick_all();
	store.kept = 2;
	answer(0, true);
	tick_all();
	assert_int_equal(sent_count, 2);
	end();
}

static void test_lost_bytes_lose_a_record_and_not_the_next(void **state)
{
	uint8_t bytes[10] = {1};

	begin(true, 0);
	for (uint64_t seq = 1; seq <= 3; seq++)
		tp_record_queue_restore(queue,
					&(struct tp_record){.seq = seq, .session = 9, .len = 10});
	tick_all();
	tp_record_queue_loaded(queue, 1, bytes, 0, now_ms);
	tick_all();
	tp_record_queue_loaded(queue, 2, bytes, 9, now_ms);
	assert_int_equal(counters()->unsendable, 2);
	tick_all();
	tp_record_queue_loaded(queue, 3, bytes, 10, now_ms);
	tick_all();
	assert_int_equal(sent_count, 1);
	assert_int_equal(sent[0].seq, 3);
	end();
}

static void test_bytes_that_can_not_be_read_now_are_asked_for_again(void **state)
{
	begin(true, 0);
	tp_record_queue_restore(queue, &(struct tp_record){.seq = 1, .session = 9, .len = 10});
	tick_all();
	tp_record_queue_loaded(queue, 1, NULL, 0, now_ms);
	assert_int_equal(counters()->waiting, 1);
	tick_all();
	assert_int_equal(store.ask_count, 1);
	now_ms += 1000;
	tick_all();
	assert_int_equal(store.ask_count, 2);
	end();
}

static void test_without_a_store_what_was_restored_is_lost(void **state)
{
	begin(false, 0);
	tp_record_queue_restore(queue, &(struct tp_record){.seq = 1, .session = 9, .len = 10});
	tick_all();
	assert_int_equal(counters()->unsendable, 1);
	assert_int_equal(counters()->waiting, 0);
	end();
}

static void test_bytes_leave_memory_when_the_store_has_them_and_only_then(void **state)
{
	begin(true, 1000);
	server = all_dead;
	for (unsigned i = 1; i <= 100; i++)
		put(TP_RECORD_START, i);
	tick_all();
	assert_int_equal(store.ask_count, 0); /* they are all here */
	store.kept = 90;
	put(TP_RECORD_START, 101);
	now_ms += 1000;
	tick_all();
	/* 90 are in the store alone, and come back when they are wanted. */
	assert_int_equal(store.ask_count, 90);
	for (unsigned i = 0; i < 90; i++)
		tp_record_queue_loaded(queue, store.asked[i], store.bytes[store.asked[i]], 100,
				       now_ms);
	server = NULL;
	tp_record_queue_wake(queue);
	for (unsigned i = 0; i < 5; i++) {
		unsigned from = store.ask_count;

		tick_all();
		for (unsigned k = from; k < store.ask_count; k++)
			tp_record_queue_loaded(queue, store.asked[k], store.bytes[store.asked[k]],
					       100, now_ms);
	}
	tick_all();
	for (unsigned i = 0; i < sent_count; i++)
		assert_int_equal(sent[i].byte, sent[i].seq);
	assert_true(sent_count > 10);
	assert_int_equal(counters()->unsendable, 0);
	end();
}

static void test_what_the_store_did_not_take_stays_in_memory(void **state)
{
	begin(true, 1000);
	store.refuses = true;
	for (unsigned i = 1; i <= 100; i++)
		put(TP_RECORD_START, i);
	store.refuses = false;
	store.kept = 4000;
	for (unsigned i = 101; i <= 200; i++)
		put(TP_RECORD_START, i);
	tick_all();
	assert_true(sent_count >= 110);
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(sent[i].seq, i + 1);
	end();
}

static void test_what_is_acknowledged_leaves_the_store_and_an_end_leaves_it_alone(void **state)
{
	begin(true, 0);
	put(TP_RECORD_START, 1);
	put(TP_RECORD_START, 2);
	store.kept = 2;
	tick_all();
	answer(0, true);
	assert_int_equal(in_store(), 1);
	tp_record_queue_destroy(queue);
	assert_int_equal(in_store(), 1);
	queue = NULL;
	end();
}

/* After an outage of days there are more sessions with records than memory has room for. */
static void test_more_sessions_than_memory_has_room_for_are_all_served(void **state)
{
	unsigned loads = 0, answered = 0;

	begin(true, 1000);
	server = all_dead;
	store.kept = UINT64_MAX;
	for (unsigned i = 1; i <= 5000; i++)
		put(TP_RECORD_STOP, i);
	server = NULL;
	while (sent_count < 5000 && loads < 10000) {
		tp_record_queue_tick(queue, now_ms, 8);
		loads += store.ask_count;
		while (store.ask_count > 0) {
			uint64_t seq = store.asked[--store.ask_count];

			tp_record_queue_loaded(queue, seq, store.bytes[seq], 100, now_ms);
		}
		while (answered < sent_count)
			answer(answered++, true);
	}
	assert_int_equal(sent_count, 5000);
	assert_in_range(loads, 4900, 5000); /* each but those that were here is read once */
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_what_waited_is_restored_in_order_and_loaded_when_its_turn_comes),
		cmocka_unit_test(
			test_a_record_goes_when_it_is_safe_on_disk_and_waits_no_longer_than_that_may_take),
		cmocka_unit_test(
			test_a_record_that_is_safe_goes_at_once_and_its_bytes_stay_until_it_is_kept),
		cmocka_unit_test(test_what_is_of_the_whole_box_waits_for_no_disk),
		cmocka_unit_test(test_those_that_are_safe_are_work_until_they_have_gone),
		cmocka_unit_test(test_a_record_behind_others_of_its_session_is_safe_by_its_turn),
		cmocka_unit_test(test_lost_bytes_lose_a_record_and_not_the_next),
		cmocka_unit_test(test_bytes_that_can_not_be_read_now_are_asked_for_again),
		cmocka_unit_test(test_without_a_store_what_was_restored_is_lost),
		cmocka_unit_test(test_bytes_leave_memory_when_the_store_has_them_and_only_then),
		cmocka_unit_test(test_what_the_store_did_not_take_stays_in_memory),
		cmocka_unit_test(
			test_what_is_acknowledged_leaves_the_store_and_an_end_leaves_it_alone),
		cmocka_unit_test(test_more_sessions_than_memory_has_room_for_are_all_served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
