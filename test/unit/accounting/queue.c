/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "accounting/queue.h"

#define MANY 60000

/* What was sent, oldest first; the servers of a session may be dead. */
struct sent {
	uint64_t seq, session;
	void *token;
	uint8_t byte; /* the first */
};

static struct tp_record_queue *queue;
static struct sent sent[MANY + 100];
static unsigned sent_count, attempts;
static int (*server)(const struct tp_record *record); /* the error; NULL: all is well */
static uint64_t now_ms;

static int send_record(void *owner, const struct tp_record *record, const uint8_t *bytes,
		       void *token)
{
	int error = server != NULL ? server(record) : 0;

	attempts++;
	if (error != 0)
		return error;
	assert_true(sent_count < MANY + 100);
	sent[sent_count++] = (struct sent){record->seq, record->session, token, bytes[0]};
	return 0;
}

/* ---- a store that is a table ---- */

#define STORED 5000

static struct {
	uint8_t *bytes[STORED];
	uint16_t len[STORED];
	uint64_t kept;
	bool refuses;
	uint64_t asked[STORED];
	unsigned ask_count;
} store;

static bool store_put(void *user, const struct tp_record *record, const uint8_t *bytes)
{
	assert_true(record->seq < STORED);
	if (store.refuses)
		return false;
	store.bytes[record->seq] = malloc(record->len);
	memcpy(store.bytes[record->seq], bytes, record->len);
	store.len[record->seq] = record->len;
	return true;
}

static void store_remove(void *user, uint64_t seq)
{
	free(store.bytes[seq]);
	store.bytes[seq] = NULL;
}

static void store_load(void *user, uint64_t seq)
{
	store.asked[store.ask_count++] = seq;
}

static uint64_t store_kept(void *user)
{
	return store.kept;
}

static const struct tp_record_store_ops store_ops = {store_put, store_remove, store_load,
						     store_kept};

static unsigned in_store(void)
{
	unsigned count = 0;

	for (unsigned i = 0; i < STORED; i++)
		count += store.bytes[i] != NULL;
	return count;
}

/* ---- */

static void begin(bool with_store, uint64_t memory)
{
	queue = tp_record_queue_create(&(struct tp_record_queue_setup){
		.store = with_store ? &store_ops : NULL,
		.send = send_record,
		.max_bytes = UINT64_MAX,
		.memory_bytes = memory,
	});
	assert_non_null(queue);
	sent_count = attempts = 0;
	store.ask_count = 0;
	server = NULL;
	now_ms = 1000000;
}

static void end(void)
{
	tp_record_queue_destroy(queue);
	for (unsigned i = 0; i < STORED; i++)
		store_remove(NULL, i);
	memset(&store, 0, sizeof(store));
}

static uint64_t put(enum tp_record_kind kind, uint64_t session)
{
	uint64_t seq = tp_record_queue_next_seq(queue);
	uint8_t bytes[100];

	memset(bytes, (int)(seq & 0xff), sizeof(bytes));
	assert_int_equal(tp_record_queue_put(queue, kind, session, (uint32_t)(5000 + seq), bytes,
					     sizeof(bytes), now_ms),
			 0);
	return seq;
}

static bool tick(void)
{
	return tp_record_queue_tick(queue, now_ms, 256);
}

static void tick_all(void)
{
	while (tick())
		;
}

static void answer(unsigned i, bool acknowledged)
{
	tp_record_queue_done(queue, sent[i].token, acknowledged, now_ms);
}

static const struct tp_record_queue_counters *counters(void)
{
	return tp_record_queue_counters(queue);
}

static int all_dead(const struct tp_record *record)
{
	return -EHOSTDOWN;
}

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

/* ---- the store ---- */

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
	tick_all();
	answer(0, true);
	assert_int_equal(in_store(), 1);
	tp_record_queue_destroy(queue);
	assert_int_equal(in_store(), 1);
	queue = NULL;
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
		cmocka_unit_test(
			test_what_waited_is_restored_in_order_and_loaded_when_its_turn_comes),
		cmocka_unit_test(test_lost_bytes_lose_a_record_and_not_the_next),
		cmocka_unit_test(test_bytes_that_can_not_be_read_now_are_asked_for_again),
		cmocka_unit_test(test_without_a_store_what_was_restored_is_lost),
		cmocka_unit_test(test_bytes_leave_memory_when_the_store_has_them_and_only_then),
		cmocka_unit_test(test_what_the_store_did_not_take_stays_in_memory),
		cmocka_unit_test(
			test_what_is_acknowledged_leaves_the_store_and_an_end_leaves_it_alone),
		cmocka_unit_test(test_only_those_of_before_go),
		cmocka_unit_test(test_many_that_are_held_cost_a_turn_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
