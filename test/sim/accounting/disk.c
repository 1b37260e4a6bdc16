/* SPDX-License-Identifier: BSD-3-Clause */
/* What outlives the daemon: what is put is there at once, what is removed goes a little later. */
#include "accounting.h"

#include <sys/queue.h>
#include <uthash.h>

#define WISHES_MAX 64

struct row {
	uint64_t seq;
	struct tp_record record;
	uint8_t *bytes;
	STAILQ_ENTRY(row) removed; /* and that is not written yet */
	UT_hash_handle hh;
};

struct standing {
	uint64_t session;
	struct tp_record record;
	uint8_t *bytes;
	UT_hash_handle hh;
};

static struct row *rows;
static struct standing *standings;
static STAILQ_HEAD(, row) removed;
static uint64_t next_seq;
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

static bool put_row(void *store, const struct tp_record *record, const uint8_t *bytes)
{
	struct row *row = calloc(1, sizeof(*row));

	assert_non_null(row);
	row->seq = record->seq;
	row->record = *record;
	row->bytes = copy(bytes, record->len);
	HASH_ADD(hh, rows, seq, sizeof(row->seq), row);
	next_seq = record->seq + 1;
	if (record->session != 0)
		forget_standing(record->session);
	if (record->kind == TP_RECORD_START || record->kind == TP_RECORD_INTERIM)
		keep_standing(record, bytes);
	return true;
}

static void remove_row(void *store, uint64_t seq)
{
	STAILQ_INSERT_TAIL(&removed, row_of(seq), removed);
}

static void load_row(void *store, uint64_t seq)
{
	assert_true(wish_count < WISHES_MAX);
	wishes[wish_count++] = seq;
}

static uint64_t kept(void *store)
{
	return next_seq - 1;
}

const struct tp_record_store_ops disk_ops = {put_row, remove_row, load_row, kept};

static void free_row(struct row *row)
{
	HASH_DEL(rows, row);
	free(row->bytes);
	free(row);
}

void disk_create(void)
{
	STAILQ_INIT(&removed);
	next_seq = 1;
	wish_count = 0;
}

bool disk_is_wanted(void)
{
	return wish_count > 0;
}

void disk_forget_wishes(void)
{
	wish_count = 0;
}

void disk_write(struct tp_record_queue *queue)
{
	struct row *row;

	while ((row = STAILQ_FIRST(&removed)) != NULL) {
		STAILQ_REMOVE_HEAD(&removed, removed);
		free_row(row);
	}
	while (wish_count > 0) {
		row = row_of(wishes[--wish_count]);
		assert_non_null(row);
		tp_record_queue_loaded(queue, row->seq, row->bytes, row->record.len, world.now_ms);
	}
}

static int by_seq(struct row *a, struct row *b)
{
	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

void disk_restore(struct tp_record_queue *queue)
{
	uint8_t room[TP_RADIUS_PACKET_MAX];
	struct standing *standing, *next;
	size_t len;

	STAILQ_INIT(&removed); /* it never got to disk: they are there again */
	HASH_SORT(rows, by_seq);
	for (struct row *row = rows; row != NULL; row = row->hh.next)
		assert_int_equal(tp_record_queue_restore(queue, &row->record), 0);
	tp_record_queue_set_store(queue, &disk_ops, NULL, next_seq);
	HASH_ITER (hh, standings, standing, next) {
		len = tp_radius_record_end(standing->bytes, standing->record.len,
					   TP_RADIUS_CAUSE_NAS_REBOOT, NULL, room);
		assert_true(len > 0);
		assert_int_equal(tp_record_queue_put(queue, TP_RECORD_STOP, standing->session,
						     standing->record.unix_s, room, len,
						     world.now_ms),
				 0);
	}
}

void disk_check_empty(void)
{
	assert_true(STAILQ_EMPTY(&removed));
	assert_int_equal(HASH_COUNT(rows), 0);
	assert_int_equal(HASH_COUNT(standings), 0);
}

void disk_clear(void)
{
	struct row *row, *next_row;
	struct standing *standing, *next;

	HASH_ITER (hh, rows, row, next_row) {
		free_row(row);
	}
	HASH_ITER (hh, standings, standing, next) {
		forget_standing(standing->session);
	}
}
