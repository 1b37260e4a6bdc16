/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of a store share, and nobody else includes: the orders (store_orders.c) that
 * control (store.c) gives to the thread (store_thread.c), those that an earlier daemon gave
 * (store_left_over.c), and the database (store_tables.c), which is the thread's from its start to
 * its end, and before and after that control's. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <sys/queue.h>
#include <time.h>
#include <uthash.h>

#include "accounting/store.h"
#include "store/backlog.h"
#include "store/database.h"
#include "store/inbox.h"
#include "store/statement.h"

#define SEQ_MAX (INT64_MAX / 2)

enum order_kind {
	ORDER_PUT,
	ORDER_STAND, /* a PUT whose record has been removed since: it says what stands, no more */
	ORDER_REMOVE,
	ORDER_FORGET,
};

/* As it is given; of a PUT or STAND the record's bytes follow. */
struct order_head {
	uint64_t kind;		 /* enum order_kind */
	uint64_t sum;		 /* tp_record_order_sum(); as it is given */
	struct tp_record record; /* of a REMOVE only seq, of a FORGET session */
};

struct order {
	struct order_head head;
	const uint8_t *bytes; /* the backlog's, or behind it */
	bool row;	      /* the last about its record: it is to be written, or to go */
	bool last;	      /* the last about its session: it says whether that stands */
	TAILQ_ENTRY(order) entry;
	UT_hash_handle by_seq, by_session;
};

/* Those that wait, but such as have become void: however long the disk is away, no more is left
 * than what waits, what stands, and what is to be removed from it. */
struct orders {
	TAILQ_HEAD(, order) list;
	struct order *by_seq, *by_session; /* where they have the last word */
};

/* What control wants to read; the thread fills in the bytes and gives it back. */
struct load {
	struct tp_inbox_item item; /* the first, so that item is a load */
	uint64_t seq;
	bool not_now; /* it can't be read just now */
	uint16_t len; /* 0: there is none */
	uint8_t bytes[];
};

/* What the backlog's note holds: the two highest numbers that the database may say. If it says
 * another, somebody who knows nothing of the backlog has had it since. */
struct note {
	uint64_t seq, next_seq;
};

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
	char path[512];
	struct tp_backlog *backlog;
	sqlite3 *db;
	sqlite3_stmt *statement[STATEMENTS];
	pthread_t thread;
	struct tp_inbox loads, loaded;
	atomic_bool loads_wait; /* and the thread has been told */
	atomic_bool ending;
	/* Control's: */
	struct orders overflow; /* what the backlog has no room for, with bytes of its own */
	uint64_t given_seq;	/* up to here the backlog has been given all */
	uint64_t put_seq;	/* the last that was put */
	/* The thread's: */
	struct orders unwritten;
	uint64_t highest_seq;
	uint64_t due_ms;   /* when to write what has been taken; 0: nothing has */
	uint64_t again_ms; /* when to write what could not be; 0: at once */
	time_t told;	   /* when the log was told that it can't; 0: it can */
	time_t told_bad;   /* when it was told of a record that could not be read */
	/* Of both: */
	atomic_ullong kept;
	atomic_uint lag;
	atomic_ullong written, failed, batches, bad;
	atomic_bool looked_through;
};

/* store_orders.c */
uint64_t tp_record_order_sum(const struct order_head *head, const uint8_t *bytes);
void tp_record_orders_init(struct orders *orders);
/* ORDER is the latest of ORDERS, of which those go that it makes void; so may itself. */
void tp_record_orders_add(struct tp_record_store *store, struct orders *orders,
			  struct order *order);
void tp_record_orders_drop(struct tp_record_store *store, struct orders *orders,
			   struct order *order);
void tp_record_orders_clear(struct tp_record_store *store, struct orders *orders);
/* All of FROM are the latest of TO. */
void tp_record_orders_move(struct tp_record_store *store, struct orders *from, struct orders *to);
/* The last word about record SEQ, a PUT or a REMOVE, or about SESSION; NULL: nothing is said. */
const struct order *tp_record_orders_of(const struct orders *orders, uint64_t seq);
const struct order *tp_record_orders_of_session(const struct orders *orders, uint64_t session);
/* The next order of the backlog; those that are damaged are added to *DAMAGED. NULL: there is none,
 * or no memory for it. */
struct order *tp_record_orders_next(struct tp_record_store *store, unsigned *damaged);

/* store_left_over.c: what the last daemon had in the backlog when it came to a sudden end. */
/* Takes it, for the thread to write, if it is of the database, which says that HIGHEST is the
 * highest number that was put; else it goes. Returns how many orders of his are damaged, and left
 * out. */
unsigned tp_record_left_over_take(struct tp_record_store *store, uint64_t highest);
/* Tells FOUND what it has of records that wait, or of sessions that stand. */
void tp_record_left_over_tell_records(const struct tp_record_store *store,
				      const struct tp_record_store_found *found);
void tp_record_left_over_tell_standing(const struct tp_record_store *store,
				       const struct tp_record_store_found *found);
/* The database says HIGHEST from now on; or soon, if not SURELY. */
void tp_record_left_over_note(struct tp_record_store *store, uint64_t highest, bool surely);

/* store_thread.c: what the thread does; USER is its store, open. It returns when the store is
 * ending. */
void *tp_record_store_work(void *user);
/* When it has ended, control: writes what is left, the overflow too. */
void tp_record_store_write_rest(struct tp_record_store *store);

/* store_loads.c */
/* ITEM and those behind it, which are loads: reads what they want, and gives them back. */
void tp_record_loads_carry_out(struct tp_record_store *store, struct tp_inbox_item *item);

/* store_tables.c */
/* The database at the store's path, made if it is not there. -errno, and E tells;
 * tp_record_tables_close() is due in any case. */
int tp_record_tables_open(struct tp_record_store *store, struct tp_error *e);
/* Tells FOUND what it has, and what the backlog makes of that. -errno, and E tells. */
int tp_record_tables_read(struct tp_record_store *store, const struct tp_record_store_found *found,
			  struct tp_error *e);
void tp_record_tables_close(struct tp_record_store *store);
/* RECORD and its BYTES, which must outlive the step, for a statement that puts it. */
void tp_record_bind(sqlite3_stmt *statement, const struct tp_record *record, const uint8_t *bytes);
/* The row at which STATEMENT is; its bytes, which are what was put, until the next step. NULL: they
 * are not. */
const uint8_t *tp_record_read(sqlite3_stmt *statement, struct tp_record *record);
