/* SPDX-License-Identifier: BSD-3-Clause */
/* What outlives the daemon: what it orders is written a moment later, in batches, as the store's
 * thread does. What was ordered since the last batch waits where the next daemon finds it, or, on a
 * machine that has no such place, is lost with the daemon. */
#include "accounting.h"

#include <sys/queue.h>
#include <uthash.h>

#define WISHES_MAX 64

struct row {
	uint64_t seq;
	struct tp_record record;
	uint8_t *bytes;
	UT_hash_handle hh;
};

struct standing {
	uint64_t session;
	struct tp_record record;
	uint8_t *bytes;
	UT_hash_handle hh;
};

/* A record that is put, or (no bytes) one that is removed. */
struct order {
	struct tp_record record;
	uint8_t *bytes;
	STAILQ_ENTRY(order) entry;
};

static struct row *rows;
static struct standing *standings;
static STAILQ_HEAD(, order) orders;
static uint64_t due_ms; /* when the orders are written */
static uint64_t kept_seq, put_seq;
static bool outlives; /* what was ordered, the daemon */
static uint64_t wishes[WISHES_MAX];
static unsigned wish_count;

static struct row *row_of(uint64_t seq)
{
	struct row *row;

	HASH_FIND(hh, rows, &seq, sizeof(seq), row);
	return row;
}

static uint8_t *copy(const uint8_t *bytes, size_t len)
{
	uint8_t *to = malloc(len);

	assert_non_null(to);
	return memcpy(to, bytes, len);
}

static void give(const struct tp_record *record, uint8_t *bytes)
{
	struct order *order = calloc(1, sizeof(*order));

	assert_non_null(order);
	order->record = *record;
	order->bytes = bytes;
	if (STAILQ_EMPTY(&orders))
		due_ms = world.now_ms +
			 (outlives ? TP_RECORD_STORE_BATCH_MS : TP_RECORD_STORE_HASTE_MS);
	STAILQ_INSERT_TAIL(&orders, order, entry);
}

static bool put_row(void *store, const struct tp_record *record, const uint8_t *bytes)
{
	give(record, copy(bytes, record->len));
	put_seq = record->seq;
	if (outlives && record->session != 0)
		ledger_kept(bytes, record->len);
	return true;
}

static void remove_row(void *store, uint64_t seq)
{
	give(&(struct tp_record){.seq = seq}, NULL);
}

static void load_row(void *store, uint64_t seq)
{
	assert_true(wish_count < WISHES_MAX);
	wishes[wish_count++] = seq;
}

static uint64_t kept(void *store)
{
	return kept_seq;
}

static uint64_t safe(void *store)
{
	return outlives ? put_seq : kept_seq;
}

const struct tp_record_store_ops disk_ops = {
	.put = put_row,
	.remove = remove_row,
	.load = load_row,
	.safe = safe,
	.kept = kept,
};

/* ---- its thread ---- */

static void forget_standing(uint64_t session)
{
	struct standing *standing;

	HASH_FIND(hh, standings, &session, sizeof(session), standing);
	if (standing == NULL)
		return;
	HASH_DEL(standings, standing);
	free(standing->bytes);
	free(standing);
}

static void keep_standing(const struct tp_record *record, const uint8_t *bytes)
{
	struct standing *standing = calloc(1, sizeof(*standing));

	assert_non_null(standing);
	standing->session = record->session;
	standing->record = *record;
	standing->bytes = copy(bytes, record->len);
	HASH_ADD(hh, standings, session, sizeof(standing->session), standing);
}

static void free_row(struct row *row)
{
	HASH_DEL(rows, row);
	free(row->bytes);
	free(row);
}

static void carry_out_put(const struct tp_record *record, uint8_t *bytes)
{
	struct row *row = calloc(1, sizeof(*row));

	assert_non_null(row);
	row->seq = record->seq;
	row->record = *record;
	row->bytes = bytes;
	HASH_ADD(hh, rows, seq, sizeof(row->seq), row);
	kept_seq = record->seq;
	if (record->session != 0)
		forget_standing(record->session);
	if (record->kind == TP_RECORD_START || record->kind == TP_RECORD_INTERIM)
		keep_standing(record, bytes);
	if (!outlives && record->session != 0)
		ledger_kept(bytes, record->len);
}

static void forget_orders(void)
{
	struct order *order;

	while ((order = STAILQ_FIRST(&orders)) != NULL) {
		STAILQ_REMOVE_HEAD(&orders, entry);
		free(order->bytes);
		free(order);
	}
}

static void carry_out_orders(void)
{
	struct order *order;

	while ((order = STAILQ_FIRST(&orders)) != NULL) {
		STAILQ_REMOVE_HEAD(&orders, entry);
		if (order->bytes != NULL)
			carry_out_put(&order->record, order->bytes);
		else
			free_row(row_of(order->record.seq));
		free(order);
	}
}

uint64_t disk_next(void)
{
	return STAILQ_EMPTY(&orders) ? UINT64_MAX : due_ms;
}

void disk_turn(struct tp_record_queue *queue)
{
	const struct row *row;

	if (disk_next() <= world.now_ms)
		carry_out_orders();
	while (wish_count > 0) {
		row = row_of(wishes[--wish_count]);
		assert_non_null(row);
		tp_record_queue_loaded(queue, row->seq, row->bytes, row->record.len, world.now_ms);
	}
}

/* ---- its lives ---- */

void disk_create(bool backlog)
{
	STAILQ_INIT(&orders);
	kept_seq = put_seq = 0;
	wish_count = 0;
	outlives = backlog;
}

void disk_cut(void)
{
	if (outlives)
		carry_out_orders(); /* as who opens it next does */
	forget_orders();
	wish_count = 0;
}

static int by_seq(struct row *a, struct row *b)
{
	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

static void end_standing(struct tp_record_queue *queue, const struct standing *standing)
{
	uint8_t room[TP_RADIUS_PACKET_MAX];
	size_t len = tp_radius_record_end(standing->bytes, standing->record.len,
					  TP_RADIUS_CAUSE_NAS_REBOOT, NULL, room);

	assert_true(len > 0);
	assert_int_equal(tp_record_queue_put(queue, TP_RECORD_STOP, standing->session,
					     standing->record.unix_s, room, len, world.now_ms),
			 0);
}

void disk_restore(struct tp_record_queue *queue, bool (*goes_on)(uint64_t session),
		  void (*is_over)(uint64_t session))
{
	struct standing *standing, *next;

	HASH_SORT(rows, by_seq);
	for (struct row *row = rows; row != NULL; row = row->hh.next) {
		assert_int_equal(tp_record_queue_restore(queue, &row->record), 0);
		if (row->record.kind == TP_RECORD_STOP)
			is_over(row->record.session);
	}
	tp_record_queue_set_store(queue, &disk_ops, NULL, kept_seq + 1);
	HASH_ITER (hh, standings, standing, next) {
		if (!goes_on(standing->session))
			end_standing(queue, standing);
	}
}

void disk_check_empty(void)
{
	carry_out_orders();
	assert_int_equal(HASH_COUNT(rows), 0);
	assert_int_equal(HASH_COUNT(standings), 0);
}

void disk_clear(void)
{
	struct row *row, *next_row;
	struct standing *standing, *next;

	forget_orders();
	HASH_ITER (hh, rows, row, next_row) {
		free_row(row);
	}
	HASH_ITER (hh, standings, standing, next) {
		forget_standing(standing->session);
	}
}
