/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of a journal share, and nobody else includes: the orders that control (journal.c)
 * gives to the thread (thread.c, batch.c), and the database (tables.c, rows.c, about.c), which is
 * the thread's from its start to its end, and before and after that control's. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <sys/queue.h>
#include <uthash.h>

#include "journal/journal.h"
#include "store/backlog.h"
#include "store/database.h"
#include "store/statement.h"

enum order_kind {
	ORDER_PUT,
	ORDER_REMOVE,
	ORDER_AGAIN, /* what is put from here on is of a new generation */
	ORDER_SETTLE /* rows of earlier generations go */
};

/* As it is given; a row's bytes follow. */
struct order_head {
	uint64_t kind; /* enum order_kind */
	uint64_t key;
	uint64_t sum; /* tp_journal_sum() */
};

struct order {
	struct order_head head;
	const uint8_t *bytes; /* the backlog's */
	size_t len;
	STAILQ_ENTRY(order) entry;
	UT_hash_handle hh; /* while a batch is made up */
};
STAILQ_HEAD(orders, order);

/* What the backlog's note holds: the two times at which the database may say that it was last
 * written. If it says another, somebody who knows nothing of the backlog has had it since. */
struct note {
	uint64_t unix_ms, next_unix_ms;
};

enum statement {
	PUT_ROW,
	DELETE_ROW,
	DELETE_OLDER,
	DELETE_ALL,
	WRITE_ABOUT,
	STATEMENTS,
};

struct tp_journal {
	char path[512];
	const char *file, *what;
	struct tp_journal_about self;
	struct tp_backlog *backlog;
	pthread_t thread;
	atomic_bool ending, keep;
	/* The database's: */
	sqlite3 *db; /* NULL: it can't be opened */
	sqlite3_stmt *statement[STATEMENTS];
	uint64_t generation;
	/* The thread's: */
	struct orders unwritten;
	uint64_t again_ms; /* when to write what could not be; 0: at once */
	uint64_t beat_ms;  /* when to say again that the daemon lives */
	bool begun;	   /* it has been said */
	uint64_t taken_ms; /* when it last looked for orders */
	uint64_t told_ms;  /* when the log was last told that it can't be written; 0: never */
	bool told;	   /* and not yet that it can again */
	/* Of both: */
	atomic_bool lost;   /* something is missing, and nobody will put it but who is asked */
	atomic_bool broken; /* the last batch could not be written */
	atomic_bool looked_through;
	atomic_ullong since_ms; /* when the oldest order that waits may have been put */
	atomic_uint waiting;	/* orders */
	atomic_ullong rows, bytes, written, removed, failed, batches, bad_rows;
	pthread_mutex_t lock; /* of what follows; never held for long */
	char trouble[320];
};

/* tables.c */
/* Opens the database; what is no journal is set aside first. 0 with E's message set: that was done.
 * -errno: there is none now. What it holds is of generations before the journal's. */
int tp_journal_tables_open(struct tp_journal *journal, struct tp_error *e);
void tp_journal_tables_close(struct tp_journal *journal);
/* Closes it and sets its files aside, for a person to look at. */
void tp_journal_tables_set_aside(struct tp_journal *journal);
/* What is said when that has been done because of WHY. */
void tp_journal_tables_tell(const struct tp_journal *journal, const char *why, struct tp_error *e);
/* Somebody has taken the file away, or put another in its place. */
bool tp_journal_tables_moved(struct tp_journal *journal);

/* rows.c */
uint64_t tp_journal_sum(uint64_t key, const void *bytes, size_t len);
/* Tells what there is. -errno: it is damaged; what was told holds. */
int tp_journal_rows_read(struct tp_journal *journal, const struct tp_journal_setup *setup,
			 struct tp_journal_about *about, struct tp_error *e);
/* Forgets all rows. SQLite's code. */
int tp_journal_rows_empty(struct tp_journal *journal);
/* Within a transaction. */
bool tp_journal_rows_carry_out(struct tp_journal *journal, const struct order *order);

/* about.c */
bool tp_journal_about_write(struct tp_journal *journal, const struct tp_journal_about *about);
/* All zero: nothing is said, or what is said is damaged; SQLite's code. */
int tp_journal_about_read(struct tp_journal *journal, struct tp_journal_about *about);

/* batch.c: what the thread has taken, and not written yet. */
/* Takes all that has been given. */
void tp_journal_batch_take(struct tp_journal *journal);
/* Drops all orders of a key but the last. */
void tp_journal_batch_condense(struct tp_journal *journal);
/* All of it: it is written, or lost. */
void tp_journal_batch_done(struct tp_journal *journal);
/* All of it; who opens the journal next finds it in the backlog. */
void tp_journal_batch_leave(struct tp_journal *journal);

/* left_over.c: what the last daemon had in the backlog when it came to a sudden end. */
/* Takes it, if it is of the one who says ABOUT of himself, for the thread to write: one order a
 * key. Whatever else there is goes. True: there is something. */
bool tp_journal_left_over_take(struct tp_journal *journal, const struct tp_journal_about *about);
void tp_journal_left_over_drop(struct tp_journal *journal);
/* By key, all that is about rows. Of the first of them the hash; the caller's to HASH_CLEAR(). */
struct order *tp_journal_left_over_rows(struct tp_journal *journal);
/* The database says UNIX_MS from now on; or soon, if not SURELY. */
void tp_journal_left_over_note(struct tp_journal *journal, uint64_t unix_ms, bool surely);

/* thread.c: what the thread does; USER is its journal. It returns when the journal is ending, and
 * what was ordered is written as far as that can be. */
void *tp_journal_work(void *user);
