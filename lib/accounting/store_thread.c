/* SPDX-License-Identifier: BSD-3-Clause */
/* The thread of a store: what it is ordered to write, in batches, and to read. */
#include <stdlib.h>
#include <string.h>

#include "accounting/store_private.h"
#include "base/clock.h"
#include "base/log.h"

#define ERROR_TELL 60	/* seconds between lines about a broken disk */
#define AGAIN_MS   3000 /* from one vain try to write to the next */

static bool run_on(struct tp_record_store *store, enum statement which, uint64_t number)
{
	return tp_statement_run_on(store->statement[which], number);
}

static bool insert(struct tp_record_store *store, enum statement which, const struct order *order)
{
	sqlite3_stmt *statement = store->statement[which];

	tp_record_bind(statement, &order->record, order->bytes);
	return tp_statement_run(statement);
}

static bool put(struct tp_record_store *store, const struct order *order)
{
	if (!order->removed && !insert(store, INSERT_RECORD, order))
		return false;
	if (!order->last)
		return true;
	if (order->record.kind == TP_RECORD_STOP)
		return run_on(store, DELETE_SESSION, order->record.session);
	return insert(store, KEEP_SESSION, order);
}

static bool carry_out(struct tp_record_store *store, const struct order *order)
{
	switch (order->kind) {
	case ORDER_PUT:
		return put(store, order);
	case ORDER_REMOVE:
		return run_on(store, DELETE_RECORD, order->record.seq);
	default: /* ORDER_FORGET */
		return !order->last || run_on(store, DELETE_SESSION, order->record.session);
	}
}

/* Says of each order whether it is the last word about its session, and of each PUT whether its
 * record has been removed since. */
static void look_through(struct orders *batch)
{
	struct order *order, *earlier, *seqs = NULL, *sessions = NULL;

	STAILQ_FOREACH (order, batch, entry) {
		const struct tp_record *r = &order->record;

		order->last = false;
		if (order->kind == ORDER_REMOVE) {
			HASH_FIND(by_seq, seqs, &r->seq, sizeof(r->seq), earlier);
			if (earlier != NULL)
				earlier->removed = order->removed = true;
			continue;
		}
		if (order->kind == ORDER_PUT)
			HASH_ADD(by_seq, seqs, record.seq, sizeof(r->seq), order);
		if (order->kind == ORDER_PUT && r->session == 0)
			continue;
		HASH_FIND(by_session, sessions, &r->session, sizeof(r->session), earlier);
		if (earlier != NULL) {
			earlier->last = false;
			HASH_DELETE(by_session, sessions, earlier);
		}
		order->last = true;
		HASH_ADD(by_session, sessions, record.session, sizeof(r->session), order);
	}
	HASH_CLEAR(by_seq, seqs);
	HASH_CLEAR(by_session, sessions);
}

static void drop(struct tp_record_store *store, struct order *order)
{
	atomic_fetch_sub(&store->lag, 1);
	free(order);
}

static void drop_all(struct tp_record_store *store, struct orders *orders)
{
	struct order *order;

	while ((order = STAILQ_FIRST(orders)) != NULL) {
		STAILQ_REMOVE_HEAD(orders, entry);
		drop(store, order);
	}
}

/* Drops what has become void: however long the disk is away, no more is left than what waits, what
 * stands, and what is to be removed from it. */
static void condense(struct tp_record_store *store, struct orders *batch)
{
	struct orders left = STAILQ_HEAD_INITIALIZER(left);
	struct order *order;

	look_through(batch);
	while ((order = STAILQ_FIRST(batch)) != NULL) {
		STAILQ_REMOVE_HEAD(batch, entry);
		if (order->kind == ORDER_PUT && order->record.seq > store->highest_seq)
			store->highest_seq = order->record.seq;
		if (order->kind == ORDER_FORGET ? !order->last : order->removed && !order->last)
			drop(store, order);
		else
			STAILQ_INSERT_TAIL(&left, order, entry);
	}
	STAILQ_CONCAT(batch, &left);
}

static void tell_failure(struct tp_record_store *store)
{
	time_t now = time(NULL);

	atomic_fetch_add(&store->failed, 1);
	if (store->told != 0 && now - store->told < ERROR_TELL)
		return;
	store->told = now;
	tp_log_error("radius",
		     "accounting records can't be written to disk (%s): they wait in memory "
		     "alone, and a sudden end would lose them",
		     sqlite3_errmsg(store->db));
}

static void tell_success(struct tp_record_store *store)
{
	if (store->told != 0)
		tp_log_info("radius", "accounting records are written to disk again");
	store->told = 0;
}

/* All of it in one transaction, or nothing. */
static bool write_orders(struct tp_record_store *store, const struct orders *batch)
{
	const struct order *order;
	bool done = sqlite3_exec(store->db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK;

	STAILQ_FOREACH (order, batch, entry)
		done = done && carry_out(store, order);
	done = done && run_on(store, KEEP_SEQ, store->highest_seq) &&
	       sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
	if (!done) {
		tell_failure(store);
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	}
	return done;
}

static void write_batch(struct tp_record_store *store)
{
	const struct order *order;
	uint64_t written = 0;

	condense(store, &store->unwritten);
	if (!write_orders(store, &store->unwritten)) {
		store->again_ms = tp_clock_ms() + AGAIN_MS;
		return;
	}
	STAILQ_FOREACH (order, &store->unwritten, entry)
		written += order->kind == ORDER_PUT && !order->removed;
	store->again_ms = 0;
	tell_success(store);
	atomic_fetch_add(&store->written, written);
	atomic_fetch_add(&store->batches, 1);
	atomic_store(&store->kept, store->highest_seq);
	drop_all(store, &store->unwritten);
}

/* It was sound when it was found, or put, and is not any more. */
static void tell_unreadable(struct tp_record_store *store)
{
	const time_t now = time(NULL);

	atomic_fetch_add(&store->bad, 1);
	if (store->told_bad != 0 && now - store->told_bad < ERROR_TELL)
		return;
	store->told_bad = now;
	tp_log_error("radius",
		     "an accounting record can't be read from disk any more (%s), and "
		     "is lost; %llu in all",
		     sqlite3_errmsg(store->db), (unsigned long long)atomic_load(&store->bad));
}

/* ORDER with BYTES; without memory as it was. */
static struct order *with_bytes(struct order *order, const uint8_t *bytes, uint16_t len)
{
	struct order *loaded = realloc(order, sizeof(*order) + len);

	if (loaded == NULL) {
		order->not_now = true;
		return order;
	}
	loaded->record.len = len;
	memcpy(loaded->bytes, bytes, len);
	return loaded;
}

/* Fills in what it finds; what it does not find has no length. */
static struct order *load(struct tp_record_store *store, struct order *order)
{
	sqlite3_stmt *statement = store->statement[SELECT_RECORD];
	struct tp_record record = {0};
	const uint8_t *bytes = NULL;
	int rc;

	sqlite3_bind_int64(statement, 1, (sqlite3_int64)order->record.seq);
	rc = sqlite3_step(statement);
	order->not_now = rc != SQLITE_ROW && rc != SQLITE_DONE && rc != SQLITE_CORRUPT;
	if (rc == SQLITE_ROW)
		bytes = tp_record_read(statement, &record);
	if (bytes != NULL)
		order = with_bytes(order, bytes, record.len);
	else if (rc == SQLITE_ROW || rc == SQLITE_CORRUPT)
		tell_unreadable(store);
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return order;
}

/* Those of BATCH that are LOADs, carried out; the others are to be written. */
static void sort_out(struct tp_record_store *store, struct orders *batch, struct orders *loads)
{
	struct order *order;

	while ((order = STAILQ_FIRST(batch)) != NULL) {
		STAILQ_REMOVE_HEAD(batch, entry);
		if (order->kind == ORDER_LOAD)
			STAILQ_INSERT_TAIL(loads, order, entry);
		else
			STAILQ_INSERT_TAIL(&store->unwritten, order, entry);
	}
}

/* Gives back what was read. */
static void load_all(struct tp_record_store *store, struct orders *loads)
{
	struct order *order;

	while ((order = STAILQ_FIRST(loads)) != NULL) {
		STAILQ_REMOVE_HEAD(loads, entry);
		order = load(store, order);
		atomic_fetch_sub(&store->lag, 1);
		tp_inbox_put(&store->loaded, &order->item);
	}
}

static int until_ms(const struct tp_record_store *store)
{
	uint64_t now_ms = tp_clock_ms();

	if (store->again_ms == 0)
		return -1;
	return store->again_ms > now_ms ? (int)(store->again_ms - now_ms) : 0;
}

/* Until there is something to do. True: the store is to be closed. */
static bool take_orders(struct tp_record_store *store, struct orders *batch)
{
	const struct timespec gather = {.tv_nsec = TP_RECORD_STORE_BATCH_MS * 1000000L};
	struct tp_inbox_item *item;
	bool ending;

	tp_inbox_wait(&store->orders, until_ms(store));
	if (!atomic_load(&store->ending))
		nanosleep(&gather, NULL); /* so that a batch is one */
	ending = atomic_load(&store->ending);
	item = tp_inbox_take(&store->orders);
	while (item != NULL) {
		struct order *order = (struct order *)item;

		item = item->next;
		STAILQ_INSERT_TAIL(batch, order, entry);
	}
	return ending;
}

/* The start does not wait for it. What was found goes on: it has been read. */
static void check_file(struct tp_record_store *store)
{
	char why[200];

	if (!tp_database_sound(store->db, why, sizeof(why))) {
		atomic_fetch_add(&store->bad, 1);
		tp_log_error("radius",
			     "%s is damaged (%s): accounting records in it may be lost, and may "
			     "not be written any more",
			     sqlite3_db_filename(store->db, "main"), why);
	}
	atomic_store(&store->looked_through, true);
}

void *tp_record_store_work(void *user)
{
	struct tp_record_store *store = user;
	struct orders batch = STAILQ_HEAD_INITIALIZER(batch);
	struct orders loads = STAILQ_HEAD_INITIALIZER(loads);
	bool ending = false;

	check_file(store);
	while (!ending) {
		ending = take_orders(store, &batch);
		sort_out(store, &batch, &loads);
		if (!STAILQ_EMPTY(&store->unwritten) &&
		    (ending || store->again_ms == 0 || tp_clock_ms() >= store->again_ms))
			write_batch(store);
		load_all(store, &loads);
	}
	drop_all(store, &store->unwritten);
	return NULL;
}
