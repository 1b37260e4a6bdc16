/* SPDX-License-Identifier: BSD-3-Clause */
/* /system/history: what operators, and others, have changed, the last so many of it, with all that
 * it takes to take a change back. An entry is one command's: all the items that it changed.
 *
 * Entries hold passwords, as the configuration does; what is shown of them does not. They are kept
 * in memory, and by store.h on disk. Control thread. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "api/request.h"
#include "config/store.h"

#define TP_CHANGES_MAX	     200   /* entries that can be taken back, and as many that can't */
#define TP_CHANGES_RADIUS    "coa" /* their face */
#define TP_CHANGES_FOREIGN   100   /* beside them, of RADIUS servers */
#define TP_CHANGES_ITEMS_MAX 1000  /* of one entry: with more, it can't be taken back */

struct tp_changes_entry {
	TAILQ_ENTRY(tp_changes_entry) entry;
	uint64_t id;
	uint64_t wall_ms;
	char *action; /* "secret joe changed" */
	struct tp_who by;
	/* [{"op":0,"path":"/ppp/secret","was":"joe","is":"joe","before":{…},"after":{…}}], of a
	 * change only what differs, null for what is not set; of an item that was added or removed
	 * the one is JSON's null. */
	json_t *changes;
	unsigned total;	 /* changes, also those that were too many to be kept */
	bool lasting;	 /* nothing of the configuration: it can't be taken back */
	bool foreign;	 /* a RADIUS server's doing: operators' entries have places of their own */
	uint64_t undone; /* 0: it is in force; else the number by which it was taken back */
	bool gone;	 /* it was taken back, and others have been made since */
	char undone_by[80];
};

struct tp_changes {
	TAILQ_HEAD(tp_changes_entries, tp_changes_entry) entries;
	unsigned reversible, lasting, foreign; /* of each kind */
	uint64_t last_id, last_undone;
	struct tp_changes_store *store; /* NULL: in memory alone */
};

void tp_changes_init(struct tp_changes *history);
void tp_changes_clear(struct tp_changes *history);

/* CHANGE as an entry has it: a new reference. Before it is in force. */
json_t *tp_changes_change(const struct tp_config_change *change);

/* Adds an entry: CHANGES is taken (an array, empty or NULL: nothing of the configuration), ACTION
 * copied. What was taken back before can't be made again now, if it is a change of the
 * configuration. NULL: no memory. */
struct tp_changes_entry *tp_changes_add(struct tp_changes *history, const char *action,
					const struct tp_who *by, json_t *changes, unsigned total);

/* It has changed: the store is told. */
void tp_changes_touch(struct tp_changes *history, const struct tp_changes_entry *entry);

/* "secret joe changed", of all CHANGES of which there are TOTAL. */
void tp_changes_action(const json_t *changes, unsigned total, char *text, size_t size);
/* "profile: a -> b; password: *** changed": what differs by one change. */
void tp_changes_difference(const json_t *change, char *text, size_t size);

/* Could it be taken back, and be made again, by what the history knows? */
bool tp_changes_is_undoable(const struct tp_changes_entry *entry);
bool tp_changes_is_redoable(const struct tp_changes_entry *entry);
/* The last that can be; NULL: none. */
struct tp_changes_entry *tp_changes_last(const struct tp_changes *history, bool undone);
struct tp_changes_entry *tp_changes_find(const struct tp_changes *history, uint64_t id);

/* As it is shown. A new reference. */
json_t *tp_changes_describe(const struct tp_changes_entry *entry);

/* As it is kept, and back: NULL when it makes no sense. */
json_t *tp_changes_to_json(const struct tp_changes_entry *entry);
bool tp_changes_restore(struct tp_changes *history, const json_t *kept);
