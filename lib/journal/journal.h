/* SPDX-License-Identifier: BSD-3-Clause */
/* What is to outlive the daemon: a number and some bytes of each session, in an SQLite database
 * that a thread of its own writes in batches, so that control never waits for the disk. Control
 * hands over what changed by a ring without locks; of several changes of one key within a batch the
 * last counts. Nothing of what is written stays in memory.
 *
 * A sudden end of the daemon takes nothing: what was put and is not written yet waits in memory
 * that outlives it (store/backlog.h), and whoever opens the journal next writes it. The end of the
 * whole machine takes what was put since SQLite last had the disk confirm (after some megabytes;
 * what is left then is whole, but older). A journal that is closed has everything.
 *
 * A disk that is full, slow or broken is told in the log and counted, and costs nothing but the
 * promise. What could not be written waits, as much as TP_BACKLOG_BYTES, and is written when the
 * disk is well again; when it was more, tp_journal_poll() asks for all of it once more. The file is
 * for the daemon's user alone: it names subscribers.
 *
 * All functions are for the control thread. */
#pragma once

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define TP_JOURNAL_FILE	     "sessions.db"
#define TP_JOURNAL_BATCH_MS  250   /* where what waits outlives the process */
#define TP_JOURNAL_HASTE_MS  25	   /* elsewhere */
#define TP_JOURNAL_BYTES_MAX 65536 /* of one key */
#define TP_JOURNAL_TEXT_MAX  128

/* Who wrote a journal, where and when. */
struct tp_journal_about {
	char boot_id[TP_JOURNAL_TEXT_MAX];    /* of the kernel that it ran on */
	char machine_id[TP_JOURNAL_TEXT_MAX]; /* of the installation */
	char version[TP_JOURNAL_TEXT_MAX];    /* of the daemon */
	char counters[TP_JOURNAL_TEXT_MAX];   /* the file with its live counters; "" for none */
	/* Of a journal that was found; of one's own they are not looked at: */
	uint64_t unix_ms;  /* when it was last written: every few seconds, whatever happens */
	bool kept;	   /* it was closed, by tp_journal_close(…, true) */
	unsigned attempts; /* opened how often since then, to the end of which nobody came */
};

/* Fills in the ids of this boot and this machine ("" where the system has none), and VERSION. */
void tp_journal_about_here(struct tp_journal_about *about, const char *version);

struct tp_journal_setup {
	const char *directory;
	const char *file;      /* in it; NULL: TP_JOURNAL_FILE */
	const char *what;      /* is kept there, for the log, in the plural; NULL: "sessions" */
	const cpu_set_t *cpus; /* where the thread may run */
	struct tp_journal_about self; /* what is said of this daemon */
	/* Whether what LAST left is to be read: if not it is dropped. Not asked when there is
	 * nothing. NULL: it is. */
	bool (*judge)(void *user, const struct tp_journal_about *last);
	/* Each of the rows, by key, from tp_journal_open(); BYTES until it returns. Of a database
	 * that proves to be broken some may be told before that is known; each that is told is as
	 * it was put. */
	void (*found)(void *user, uint64_t key, const uint8_t *bytes, size_t len);
	void *user;
};

struct tp_journal;

/* The journal in SETUP's directory, made if it is not there. *ABOUT: what the last daemon said; all
 * zero if there is none. A journal that can't be read or is of a later version is set aside as
 * TP_JOURNAL_FILE.broken (one is kept) and a fresh one made; where the disk does not let that be,
 * it is tried again every second or so. Both are successes, and E's message tells what a log should
 * warn of; else it is "". -errno: there is none, and E tells; -EBUSY: another daemon that runs has
 * it. */
int tp_journal_open(const struct tp_journal_setup *setup, struct tp_journal_about *about,
		    struct tp_journal **journal, struct tp_error *e);

/* KEY has these BYTES now; KEY is gone. Neither waits. False: it was not taken (no memory, or too
 * much waits); tp_journal_poll() will ask for all in time, so nobody needs to remember. */
bool tp_journal_put(struct tp_journal *journal, uint64_t key, const uint8_t *bytes, size_t len);
bool tp_journal_remove(struct tp_journal *journal, uint64_t key);

/* True, once: something was lost on the way, and the disk is well again (or there is a fresh
 * journal). All that is to be kept is to be put again, at any pace, and then tp_journal_settle()
 * be called. */
bool tp_journal_poll(struct tp_journal *journal);

/* All that is to be kept has been put since the start, or since the last tp_journal_poll() that was
 * true: whatever else the journal has goes. */
void tp_journal_settle(struct tp_journal *journal);

struct tp_journal_counters {
	uint64_t rows;	   /* gauge: keys in it */
	uint64_t bytes;	   /* gauge: on disk, all files of it */
	uint64_t written;  /* keys put */
	uint64_t removed;  /* keys removed */
	uint64_t failed;   /* batches that could not be written, and orders that were not taken */
	uint64_t batches;  /* that were written */
	uint64_t bad_rows; /* that the start could not read: left out; 1 for all of damaged pages */
	uint32_t waiting;  /* gauge: orders that wait for the thread */
	uint32_t lag_ms;   /* gauge: for how long the oldest of them has */
	bool broken;	   /* the last batch could not be written */
	bool looked_through; /* what was found has been, for damage that no row shows */
	bool whole;	     /* all that was put since the start is, or will be, in it */
};

struct tp_journal_counters tp_journal_counters(const struct tp_journal *journal);

/* Why the last batch could not be written, until one is. "" if none; TEXT has room for SIZE. */
void tp_journal_trouble(const struct tp_journal *journal, char *text, size_t size);

/* Writes what is left, has the disk confirm it, and says whether the sessions are kept on purpose:
 * if KEEP is false the next start finds nothing. NULL is fine. */
void tp_journal_close(struct tp_journal *journal, bool keep);
