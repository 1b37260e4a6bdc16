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

	tp_record_bind(statement, &order->head.record, order->bytes);
	return tp_statement_run(statement);
}

static bool carry_out_row(struct tp_record_store *store, const struct order *order)
{
	if (order->head.kind == ORDER_PUT)
		return insert(store, INSERT_RECORD, order);
	return run_on(store, DELETE_RECORD, order->head.record.seq);
}

static bool carry_out_standing(struct tp_record_store *store, const struct order *order)
{
	const struct tp_record *record = &order->head.record;

	if (order->head.kind == ORDER_FORGET || record->kind == TP_RECORD_STOP)
		return run_on(store, DELETE_SESSION, record->session);
	return insert(store, KEEP_SESSION, order);
}

static bool carry_out(struct tp_record_store *store, const struct order *order)
{
	return (!order->row || carry_out_row(store, order)) &&
	       (!order->last || carry_out_standing(store, order));
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
		     "alone, and the end of the %s now would lose them",
		     sqlite3_errmsg(store->db),
		     tp_backlog_path(store->backlog)[0] != '\0' ? "machine" : "daemon");
}

static void tell_success(struct tp_record_store *store)
{
	if (store->told != 0)
		tp_log_info("radius", "accounting records are written to disk again");
	store->told = 0;
}

/* All of it in one transaction, or nothing. */
static bool write_orders(struct tp_record_store *store)
{
	const struct order *order;
	bool done = sqlite3_exec(store->db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK;

	TAILQ_FOREACH (order, &store->unwritten.list, entry)
		done = done && carry_out(store, order);
	tp_record_left_over_note(store, store->highest_seq, false);
	done = done && run_on(store, KEEP_SEQ, store->highest_seq) &&
	       sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
	if (!done) {
		tell_failure(store);
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	}
	tp_record_left_over_note(store, done ? store->highest_seq : atomic_load(&store->kept),
				 true);
	return done;
}

static void write_batch(struct tp_record_store *store)
{
	const struct order *order;
	uint64_t written = 0;

	if (!write_orders(store)) {
		store->again_ms = tp_clock_ms() + AGAIN_MS;
		return;
	}
	TAILQ_FOREACH (order, &store->unwritten.list, entry)
		written += order->row && order->head.kind == ORDER_PUT;
	store->again_ms = store->due_ms = 0;
	tell_success(store);
	atomic_fetch_add(&store->written, written);
	atomic_fetch_add(&store->batches, 1);
	atomic_store(&store->kept, store->highest_seq);
	tp_record_orders_clear(store, &store->unwritten);
	tp_backlog_done(store->backlog);
}

static int until_ms(const struct tp_record_store *store)
{
	uint64_t now_ms = tp_clock_ms();

	if (store->again_ms == 0)
		return -1;
	return store->again_ms > now_ms ? (int)(store->again_ms - now_ms) : 0;
}

/* Until there is something to do. While it gathers nobody needs to wake it. True: the store is to
 * be closed. */
static bool wait_for_orders(struct tp_record_store *store)
{
	const struct timespec gather = {.tv_nsec = TP_RECORD_STORE_HASTE_MS * 1000000L};

	if (store->due_ms == 0 || store->again_ms != 0)
		tp_backlog_wait(store->backlog, until_ms(store));
	if (!atomic_load(&store->ending))
		nanosleep(&gather, NULL);
	return atomic_load(&store->ending);
}

/* Records that servers acknowledge meanwhile need no disk, if the process may end meanwhile. */
static uint64_t gather_ms(const struct tp_record_store *store)
{
	return tp_backlog_path(store->backlog)[0] != '\0' ? TP_RECORD_STORE_BATCH_MS : 0;
}

static void take_order(struct tp_record_store *store, struct order *order)
{
	const struct tp_record *record = &order->head.record;

	if (record->seq > store->highest_seq &&
	    (order->head.kind == ORDER_PUT || order->head.kind == ORDER_STAND))
		store->highest_seq = record->seq;
	tp_record_orders_add(store, &store->unwritten, order);
}

static void take_orders(struct tp_record_store *store)
{
	struct order *order;
	unsigned damaged = 0;

	while ((order = tp_record_orders_next(store, &damaged)) != NULL) {
		take_order(store, order);
		if (store->due_ms == 0)
			store->due_ms = tp_clock_ms() + gather_ms(store);
	}
	atomic_fetch_add(&store->bad, damaged);
	atomic_fetch_sub(&store->lag, damaged);
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

static bool is_due(const struct tp_record_store *store)
{
	const uint64_t due_ms = store->again_ms != 0 ? store->again_ms : store->due_ms;

	return store->due_ms != 0 && tp_clock_ms() >= due_ms;
}

void *tp_record_store_work(void *user)
{
	struct tp_record_store *store = user;

	check_file(store);
	if (!TAILQ_EMPTY(&store->unwritten.list))
		store->due_ms = tp_clock_ms();
	while (!wait_for_orders(store)) {
		struct tp_inbox_item *loads;

		atomic_store(&store->loads_wait, false);
		loads = tp_inbox_take(&store->loads);
		take_orders(store); /* they are to see what was put before */
		tp_record_loads_carry_out(store, loads);
		if (is_due(store))
			write_batch(store);
	}
	return NULL;
}

void tp_record_store_write_rest(struct tp_record_store *store)
{
	const bool overflow = !TAILQ_EMPTY(&store->overflow.list);

	take_orders(store);
	store->highest_seq = store->put_seq;
	tp_record_orders_move(store, &store->overflow, &store->unwritten);
	if (TAILQ_EMPTY(&store->unwritten.list) && store->due_ms == 0)
		return;
	write_batch(store);
	if (overflow && store->again_ms != 0)
		tp_log_error("radius",
			     "accounting records that could not be written to disk, and had no "
			     "room in memory that outlives the daemon, are lost with it");
}
