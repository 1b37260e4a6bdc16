/* SPDX-License-Identifier: BSD-3-Clause */
#include "queue_fixture.h"

struct tp_record_queue *queue;
struct sent sent[MANY + 100];
unsigned sent_count, attempts;
int (*server)(const struct tp_record *record);
uint64_t now_ms;

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

struct store store;

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

static uint64_t store_safe(void *user)
{
	return store.safe > store.kept ? store.safe : store.kept;
}

static const struct tp_record_store_ops store_ops = {
	.put = store_put,
	.remove = store_remove,
	.load = store_load,
	.safe = store_safe,
	.kept = store_kept,
};

unsigned in_store(void)
{
	unsigned count = 0;

	for (unsigned i = 0; i < STORED; i++)
		count += store.bytes[i] != NULL;
	return count;
}

void begin(bool with_store, uint64_t memory)
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

void end(void)
{
	tp_record_queue_destroy(queue);
	for (unsigned i = 0; i < STORED; i++)
		store_remove(NULL, i);
	memset(&store, 0, sizeof(store));
}

uint64_t put(enum tp_record_kind kind, uint64_t session)
{
	uint64_t seq = tp_record_queue_next_seq(queue);
	uint8_t bytes[100];

	memset(bytes, (int)(seq & 0xff), sizeof(bytes));
	assert_int_equal(tp_record_queue_put(queue, kind, session, (uint32_t)(5000 + seq), bytes,
					     sizeof(bytes), now_ms),
			 0);
	return seq;
}

bool tick(void)
{
	return tp_record_queue_tick(queue, now_ms, 256);
}

void tick_all(void)
{
	while (tick())
		;
}

void answer(unsigned i, bool acknowledged)
{
	tp_record_queue_done(queue, sent[i].token, acknowledged, now_ms);
}

const struct tp_record_queue_counters *counters(void)
{
	return tp_record_queue_counters(queue);
}

int all_dead(const struct tp_record *record)
{
	return -EHOSTDOWN;
}
