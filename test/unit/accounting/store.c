/* SPDX-License-Identifier: BSD-3-Clause */
/* What a store keeps, and gives back. */
#include "store_fixture.h"

static void test_what_waits_is_found_again_in_order(void **state)
{
	open_store();
	assert_int_equal(next_seq, 1);
	for (uint64_t seq = 1; seq <= 300; seq++)
		put(TP_RECORD_START, 1000 + seq % 7, seq);
	put(TP_RECORD_ON, 0, 301);
	close_store();
	open_store();
	assert_int_equal(record_count, 301);
	for (unsigned i = 0; i < 300; i++) {
		assert_int_equal(records[i].seq, i + 1);
		assert_int_equal(records[i].session, 1000 + (i + 1) % 7);
		assert_int_equal(records[i].unix_s, 1001 + i);
		assert_int_equal(records[i].kind, TP_RECORD_START);
		assert_int_equal(records[i].len, 100);
	}
	assert_int_equal(records[300].kind, TP_RECORD_ON);
	assert_int_equal(next_seq, 302);
	assert_int_equal(standing_count, 7); /* the whole box is no session */
}

static void test_what_is_acknowledged_within_a_batch_never_gets_to_disk(void **state)
{
	open_store();
	for (uint64_t seq = 1; seq <= 100; seq++)
		put(TP_RECORD_START, seq, seq);
	for (uint64_t seq = 1; seq <= 100; seq++)
		take(seq);
	/* A batch may have been on its way already when the first were removed; not twice. */
	settle();
	if (tp_record_store_counters(store).batches == 1)
		assert_int_equal(tp_record_store_counters(store).written, 0);
	put(TP_RECORD_START, 500, 500);
	close_store();
	open_store();
	assert_int_equal(record_count, 1);
	assert_int_equal(standing_count, 101); /* they stand nevertheless */
}

static void test_sequence_numbers_grow_over_restarts_though_all_was_acknowledged(void **state)
{
	for (uint64_t round = 0; round < 3; round++) {
		open_store();
		assert_int_equal(next_seq, 10 * round + 1);
		for (uint64_t seq = next_seq; seq < next_seq + 10; seq++) {
			put(TP_RECORD_STOP, seq, seq);
			take(seq);
		}
		close_store();
	}
}

static void test_a_session_stands_until_its_stop(void **state)
{
	open_store();
	put(TP_RECORD_START, 7, 1);
	put(TP_RECORD_START, 8, 2);
	put(TP_RECORD_START, 9, 3);
	take(1);
	settle();
	put(TP_RECORD_INTERIM, 7, 4);
	put(TP_RECORD_STOP, 8, 5);
	take(4);
	tp_record_store_forget(store, 9);
	close_store();
	open_store();
	assert_int_equal(standing_count, 1);
	assert_int_equal(standing[0].session, 7);
	assert_int_equal(standing[0].seq, 4);
	assert_int_equal(standing[0].kind, TP_RECORD_INTERIM);
	assert_int_equal(standing_byte[0], 4);
	put(TP_RECORD_STOP, 7, 6);
	close_store();
	open_store();
	assert_int_equal(standing_count, 0);
}

/* As after a sudden end: nobody closed it. */
static void copy_to(char *to, size_t size)
{
	char command[256];

	snprintf(to, size, "/tmp/turnpike-copy-%d", getpid());
	snprintf(command, sizeof(command), "rm -rf %s && cp -r %s %s", to, folder, to);
	assert_int_equal(system(command), 0);
}

static void test_after_a_sudden_end_all_that_was_written_is_found(void **state)
{
	char copy[64];
	struct tp_record_store *other = NULL;

	open_store();
	for (uint64_t seq = 1; seq <= 500; seq++)
		put(TP_RECORD_START, seq, seq);
	settle();
	for (uint64_t seq = 1; seq <= 400; seq++)
		take(seq);
	settle();
	copy_to(copy, sizeof(copy));
	assert_int_equal(open_in(copy, &other), 0);
	assert_int_equal(record_count, 100);
	assert_int_equal(records[0].seq, 401);
	assert_int_equal(standing_count, 500);
	assert_int_equal(next_seq, 501);
	tp_record_store_close(other);
}

static void test_another_daemon_is_kept_out(void **state)
{
	struct tp_record_store *other = NULL;

	open_store();
	assert_int_equal(open_in(folder, &other), -EBUSY);
	assert_non_null(strstr(error.message, "another daemon"));
	assert_string_equal(error.place, path_of("accounting.db"));
	put(TP_RECORD_START, 1, 1);
	close_store();
	open_store();
	assert_int_equal(record_count, 1);
}

static void test_nobody_else_may_read_it(void **state)
{
	struct stat st;

	open_store();
	put(TP_RECORD_START, 1, 1);
	settle();
	assert_int_equal(stat(path_of("accounting.db"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(path_of("accounting.db-wal"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

/* ---- bytes ---- */

static int send_and_keep(void *owner, const struct tp_record *record, const uint8_t *bytes,
			 void *token)
{
	unsigned *count = owner;

	for (unsigned i = 0; i < record->len; i++)
		assert_int_equal(bytes[i], record->seq % 251);
	(*count)++;
	return 0;
}

static void restore(struct tp_record_queue *queue)
{
	for (unsigned i = 0; i < record_count; i++)
		assert_int_equal(tp_record_queue_restore(queue, &records[i]), 0);
	tp_record_queue_set_store(queue, &tp_record_store_ops, store, next_seq);
}

static struct tp_record_queue *make_queue(unsigned *sent)
{
	struct tp_record_queue *queue = tp_record_queue_create(&(struct tp_record_queue_setup){
		.send = send_and_keep, .owner = sent, .max_bytes = UINT64_MAX});

	assert_non_null(queue);
	return queue;
}

static void test_bytes_are_loaded_when_they_are_wanted(void **state)
{
	unsigned sent = 0;
	struct tp_record_queue *queue;

	open_store();
	for (uint64_t seq = 1; seq <= 1000; seq++)
		put_long(TP_RECORD_START, seq, seq, (uint16_t)(20 + seq));
	close_store();
	open_store();
	queue = make_queue(&sent);
	restore(queue);
	tp_record_store_ops.remove(store, 500); /* behind the queue's back */
	for (unsigned i = 0; i < 2000 && sent < 999; i++) {
		tp_record_queue_tick(queue, 1000, 256);
		tp_record_store_poll(store, queue, 1000);
		nap();
	}
	assert_int_equal(sent, 999);
	assert_int_equal(tp_record_queue_counters(queue)->unsendable, 1);
	tp_record_queue_destroy(queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_waits_is_found_again_in_order),
		TEST(test_what_is_acknowledged_within_a_batch_never_gets_to_disk),
		TEST(test_sequence_numbers_grow_over_restarts_though_all_was_acknowledged),
		TEST(test_a_session_stands_until_its_stop),
		TEST(test_after_a_sudden_end_all_that_was_written_is_found),
		TEST(test_another_daemon_is_kept_out),
		TEST(test_nobody_else_may_read_it),
		TEST(test_bytes_are_loaded_when_they_are_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
