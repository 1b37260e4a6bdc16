/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of a store share, and nobody else includes: the orders that control (store.c)
 * gives to the thread (store_thread.c), and the database (store_tables.c), which is the thread's
 * from its start to its end, and before and after that control's. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <sys/queue.h>
#include <time.h>
#include <uthash.h>

#include "accounting/store.h"
#include "store/database.h"
#include "store/inbox.h"
#include "store/statement.h"

enum order_kind { ORDER_PUT, ORDER_REMOVE, ORDER_LOAD, ORDER_FORGET };

/* What control wants of the thread; for a LOAD the thread fills in the bytes and gives it back. */
struct order {
	struct tp_inbox_item item; /* the first, so that item is an order */
	STAILQ_ENTRY(order) entry;
	enum order_kind kind;
	struct tp_record record; /* but of a PUT only seq, or session */
	/* While a batch is made up, of a PUT: */
	bool removed; /* its record need not be written */
	bool last;    /* of its session: it says whether that stands */
	bool not_now; /* of a LOAD: it can't be read just now */
	UT_hash_handle by_seq, by_session;
	uint8_t bytes[];
};
STAILQ_HEAD(orders, order);

enum statement {
	INSERT_RECORD,
	DELETE_RECORD,
	SELECT_RECORD,
	KEEP_SESSION,
	DELETE_SESSION,
	KEEP_SEQ,
	STATEMENTS,
};

struct tp_record_store {
	sqlite3 *db;
	sqlite3_stmt *statement[STATEMENTS];
	pthread_t thread;
	struct tp_inbox orders, loaded;
	atomic_bool ending;
	/* The thread's: */
	struct orders unwritten;
	uint64_t highest_seq;
	uint64_t again_ms; /* when to write what could not be; 0: at once */
	time_t told;	   /* when the log was told that it can't; 0: it can */
	time_t told_bad;   /* when it was told of a record that could not be read */
	/* Of both: */
	atomic_ullong kept;
	atomic_uint lag;
	atomic_ullong written, failed, batches, bad;
	atomic_bool looked_through;
};

/* store_thread.c: what the thread does; USER is its store, open. It returns when the store is
 * ending and what was ordered is carried out. */
void *tp_record_store_work(void *user);

/* store_tables.c */
/* The database at PATH, made if it is not there: opens it, and tells FOUND what it has. -errno, and
 * E tells; tp_record_tables_close() is due in any case. */
int tp_record_tables_open(struct tp_record_store *store, const char *path,
			  const struct tp_record_store_found *found, struct tp_error *e);
void tp_record_tables_close(struct tp_record_store *store);
/* RECORD and its BYTES, which must outlive the step, for a statement that puts it. */
void tp_record_bind(sqlite3_stmt *statement, const struct tp_record *record, const uint8_t *bytes);
/* The row at which STATEMENT is; its bytes, which are what was put, until the next step. NULL: they
 * are not. */
const uint8_t *tp_record_read(sqlite3_stmt *statement, struct tp_record *record);
