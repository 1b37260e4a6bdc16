/* SPDX-License-Identifier: BSD-3-Clause */
/* What has happened to subscribers: of each caller (who dials from one place, with one MAC address,
 * under one name) the last few things in order, those among them that never came to a session.
 *
 * Bounded in bytes, in lines, and by caller. What repeats is one line with a count. Callers who
 * have never been up are kept apart and are few, and those of one VLAN are few of these, so that a
 * storm of made-up addresses and names drives out no subscriber's history. When there is no room
 * the caller goes of whom nothing has been heard for the longest.
 *
 * On disk it is a journal of its own, whose thread writes callers, paced, when control has nothing
 * better to do: what a sudden end takes is the last seconds. It is read by a thread as well, after
 * the start, and joins what has happened since. A disk that is full or broken costs nothing but
 * that.
 *
 * No I/O but by these threads. All functions are for the thread that owns it (control). */
#pragma once

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/prefix.h"
#include "journal/journal.h"
#include "session/ops.h"

#define TP_HISTORY_FILE		   "history.db"
#define TP_HISTORY_TEXT_MAX	   320 /* bytes of a line's text, with its NUL */
#define TP_HISTORY_LINES_MAX	   255 /* of one caller */
#define TP_HISTORY_STRANGERS_LINES 4   /* of one who has never been up */

/* What an entry's code is of. */
enum tp_history_kind {
	TP_HISTORY_DISCOVERY, /* enum tp_pppoe_reason: a packet was refused */
	TP_HISTORY_LOGIN,     /* enum tp_auth_failure */
	TP_HISTORY_END,	      /* enum tp_end_reason */
	TP_HISTORY_EVENT,     /* enum tp_ac_event_kind: all else */
	TP_HISTORY_KINDS,
};

struct tp_history_entry {
	uint64_t last_ms; /* since 1970: when it happened last */
	const char *text; /* one plain line, without the time; shared */
	uint32_t span_s;  /* since it happened first */
	uint32_t count;	  /* how often */
	uint32_t number;  /* of TP_AC_SESSION_UP: the address; of an end: seconds that it was up */
	uint8_t kind, code;
	uint8_t families; /* of TP_AC_SESSION_UP: TP_AC_IPV4, TP_AC_IPV6 */
};

struct tp_caller {
	uint64_t id;
	const char *user;		    /* "": nobody has logged in */
	const char *port;		    /* a name of the history's, as are these: */
	const char *circuit_id, *remote_id; /* NULL: not known */
	struct tp_mac mac;
	struct tp_vlans vlans;
	uint32_t address;	  /* that it had last; 0: none */
	struct tp_prefix6 prefix; /* the same; length 0: none */
	struct tp_prefix6 delegated;
	bool known; /* it has been up, or shares the place of one that has */
	uint8_t count, room;
	struct tp_history_entry *entries; /* the oldest first */
};

/* All but the last two may be changed while it runs. */
struct tp_history_settings {
	uint64_t memory_limit; /* bytes; 0: nothing is kept */
	uint32_t lines;	       /* of all callers */
	uint32_t caller_lines; /* of one, at most TP_HISTORY_LINES_MAX */
	uint32_t strangers;    /* callers who have never been up */
};

struct tp_history;

/* NULL: no memory. */
struct tp_history *tp_history_create(const struct tp_history_settings *settings, uint64_t seed,
				     uint64_t now_ms);
/* Writes what is left, and waits for the disk. NULL is fine. */
void tp_history_destroy(struct tp_history *history);
void tp_history_set(struct tp_history *history, const struct tp_history_settings *settings);

/* Something that has happened. */
struct tp_history_note {
	uint64_t wall_ms; /* since 1970 */
	struct tp_mac mac;
	struct tp_vlans vlans;
	const char *port, *user;	   /* "": nobody has logged in */
	const struct tp_access_line *line; /* NULL: not known */
	enum tp_history_kind kind;
	unsigned code;
	const char *text;
	uint32_t number;
	bool proven; /* he is or was up: no stranger */
	/* Of who is up: */
	uint8_t families;
	uint32_t address;
	const struct tp_prefix6 *prefix, *delegated; /* NULL: as it was */
};

/* Without memory it is not noted, and counted as dropped. */
void tp_history_note(struct tp_history *history, const struct tp_history_note *note);

/* The caller at CURSOR or behind, which begins at 0 and is moved behind it; NULL: no more. One that
 * is there all the while is met once. */
const struct tp_caller *tp_history_next(const struct tp_history *history, uint64_t *cursor);
/* Callers of MAC, one after the other, the first after NULL. */
const struct tp_caller *tp_history_of_mac(const struct tp_history *history,
					  const struct tp_mac *mac,
					  const struct tp_caller *previous);

/* ---- on disk ---- */

/* Begins to read what is in DIRECTORY, and to keep it there from then on. -errno: it is in memory
 * alone. */
int tp_history_keep(struct tp_history *history, const char *directory, const cpu_set_t *cpus,
		    struct tp_error *error);
/* A bounded part of what there is to do; BUSY: there is better to do, so less of it. True: there is
 * more to do at once. */
bool tp_history_turn(struct tp_history *history, uint64_t now_ms, bool busy);

struct tp_history_counters {
	uint32_t callers, strangers; /* gauges; strangers are among callers */
	uint32_t lines;
	uint64_t memory;    /* gauge: bytes */
	uint64_t noted;	    /* all from the start */
	uint64_t repeated;  /* of these: one more of a line that is there */
	uint64_t dropped;   /* lines that gave way to newer ones, or were not taken */
	uint32_t unwritten; /* gauge: callers that the disk is still to hear of */
	bool on_disk;	    /* gauge: there is a journal */
	struct tp_journal_counters journal; /* its own, if there is one */
};
struct tp_history_counters tp_history_counters(const struct tp_history *history);

/* ---- reasons: any thread ---- */

/* "wrong-password", "mac-rejected", …: a word for programs. */
const char *tp_history_word(enum tp_history_kind kind, unsigned code);
/* The code of WORD; -1: there is none. */
int tp_history_code(enum tp_history_kind kind, const char *word);
/* "discovery", "login", "end", "event" */
const char *tp_history_kind_name(enum tp_history_kind kind);
/* How many codes KIND has. */
unsigned tp_history_codes(enum tp_history_kind kind);
/* What to try, one sentence; NULL: nothing is wrong. */
const char *tp_history_advice(enum tp_history_kind kind, unsigned code);
