/* SPDX-License-Identifier: BSD-3-Clause */
/* Accounting records on disk: an SQLite database, written in batches by a thread of its own, so
 * that control never waits for the disk. A record that is acknowledged before its batch is written
 * never gets there. The file is for the daemon's user alone: it names subscribers.
 *
 * A sudden end of the daemon takes nothing: what was put, removed or forgotten and is not written
 * yet waits in memory that outlives it (store/backlog.h), and who opens the store next finds it,
 * and writes it. Where there is no such memory (the log says so) it takes the last batch. The end
 * of the whole machine takes that, and what the kernel had not written yet.
 *
 * A disk that is full or broken is told in the log and counted, and costs nothing but the promise
 * about the machine. What could not be written is tried again every few seconds, all of it, less
 * what has become void meanwhile; so when the disk is well again, it has all that it should. What
 * waits longer than TP_BACKLOG_BYTES last waits in this process, in order, again less what is void:
 * of that alone the end of the daemon takes something, and servers may then get once more what they
 * have acknowledged. A record that is not as it was put is none: the log says how many are lost.
 *
 * All functions are for the control thread. */
#pragma once

#include <sched.h>

#include "accounting/queue.h"
#include "base/error.h"

#define TP_RECORD_STORE_BATCH_MS 500 /* servers that are well acknowledge within it */
#define TP_RECORD_STORE_HASTE_MS 50  /* a batch, if what waits does not outlive the daemon */

struct tp_record_store;

/* What tp_record_store_open() finds. */
struct tp_record_store_found {
	/* Records that wait, in the order of seq. Of a database that proves to be broken some may
	 * be told before that is known. */
	void (*record)(void *user, const struct tp_record *record);
	/* The last record of a session that stood when the daemon ended without a word; its kind is
	 * Start or Interim. */
	void (*standing)(void *user, const struct tp_record *record, const uint8_t *bytes);
	void *user;
};

/* The database in DIRECTORY, made if it is not there. *NEXT_SEQ: greater than of any record that
 * was ever put. CPUS: where the thread may run. -errno: E names the file and says what is wrong; a
 * database of another daemon that runs is -EBUSY, one that can't be read, or is of a later version,
 * -EIO. */
int tp_record_store_open(const char *directory, const cpu_set_t *cpus,
			 const struct tp_record_store_found *found, uint64_t *next_seq,
			 struct tp_record_store **store, struct tp_error *e);

/* Writes what is left, and ends the thread. NULL is fine. */
void tp_record_store_close(struct tp_record_store *store);

/* For tp_record_queue_setup; the user is the store. */
extern const struct tp_record_store_ops tp_record_store_ops;

/* A session that stood is over without a Stop being put: it is not to be found again. */
void tp_record_store_forget(struct tp_record_store *store, uint64_t session);

/* Gives QUEUE what has been read for it; in each turn of the loop. */
void tp_record_store_poll(struct tp_record_store *store, struct tp_record_queue *queue,
			  uint64_t now_ms);

struct tp_record_store_counters {
	uint64_t written;    /* records that went to disk */
	uint64_t failed;     /* times that a batch could not be written, or an order not be taken */
	uint64_t batches;    /* that were written */
	uint32_t lag;	     /* gauge: orders that wait for the thread, or for the disk */
	uint64_t bad;	     /* records that could not be read: lost; 1 for all of damaged pages */
	bool looked_through; /* what was found has been, for damage that no record shows */
};

struct tp_record_store_counters tp_record_store_counters(const struct tp_record_store *store);
