/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of lib/history share, and nobody else includes. */
#pragma once

#include <pthread.h>
#include <sys/queue.h>
#include <uthash.h>

#include "base/name.h"
#include "base/token_bucket.h"
#include "history/history.h"
#include "store/inbox.h"

#define CHUNK 256 /* callers */

TAILQ_HEAD(callers, caller);
LIST_HEAD(bucket, caller);

/* Where callers dial in from who have never been up. */
struct place {
	struct {
		const char *port;
		struct tp_vlans vlans;
	} key;
	struct callers strangers; /* the one last heard of is the last */
	uint32_t count;
	UT_hash_handle hh;
};

struct caller {
	struct tp_caller is;	      /* first: it is given out by that */
	struct place *place;	      /* NULL: it is known */
	TAILQ_ENTRY(caller) by_time;  /* of all that are known, or all strangers */
	TAILQ_ENTRY(caller) of_place; /* of a stranger */
	LIST_ENTRY(caller) by_key, by_mac;
	TAILQ_ENTRY(caller) entry; /* of the unwritten, or the free */
	bool used, unwritten, on_disk;
};

/* From the thread that reads. */
struct found {
	struct tp_inbox_item item; /* first */
	uint64_t id;
	size_t len;
	uint8_t bytes[];
};

/* The disk's side. */
struct keeping {
	struct tp_inbox found;
	struct tp_inbox_item *rest; /* taken, and not looked at yet */
	struct tp_journal *journal; /* NULL: not read yet, or there is none */
	struct tp_journal *opened;  /* by the thread, until it has ended */
	struct tp_error error;
	char directory[256];
	cpu_set_t cpus;
	pthread_t reader;
	bool reads; /* the thread is there */
	atomic_bool has_read;
	bool settles; /* all are put again, then the rest is to go */
};

struct tp_history {
	struct tp_history_settings settings;
	struct tp_names *names;
	const char *port;	/* that was named last; NULL: none */
	struct caller **chunks; /* of CHUNK each */
	uint32_t chunk_count;
	struct callers free;
	struct bucket *by_key, *by_mac;
	uint32_t mask;
	uint64_t seed[2];
	uint64_t next_id;
	struct callers known, strangers; /* the one last heard of is the last */
	struct place *places;
	struct callers unwritten;
	struct tp_token_bucket pace, slow;
	struct keeping *keeping;
	struct tp_history_counters counters;
	size_t memory; /* but names */
};

/* ---- callers.c ---- */

/* PORT is a name of the history's. */
struct caller *caller_find(const struct tp_history *h, const struct tp_mac *mac,
			   struct tp_vlans vlans, const char *port, const char *user);
/* A new one without entries, of ID (0: the next), a stranger unless it has been up or is a known
 * host's. NULL: no memory. */
struct caller *caller_add(struct tp_history *h, uint64_t id, const struct tp_mac *mac,
			  struct tp_vlans vlans, const char *port, const char *user, bool known);
void caller_remove(struct tp_history *h, struct caller *c);
/* It is known from now on. */
void caller_is_known(struct tp_history *h, struct caller *c);
/* It was just heard of. */
void caller_heard(struct tp_history *h, struct caller *c);
/* It is another than the disk has. */
void caller_changed(struct tp_history *h, struct caller *c);
/* Replaces *NAME by one for TEXT; NULL or "": none. */
void caller_rename(struct tp_history *h, const char **name, const char *text);
/* Room for one more entry at the end; the oldest goes if there are MOST. NULL: no memory. */
struct tp_history_entry *caller_append(struct tp_history *h, struct caller *c, unsigned most);
/* So that all limits are kept; C stays. */
void limits_keep(struct tp_history *h, const struct caller *c);
unsigned limits_of_caller(const struct tp_history *h, const struct caller *c);

/* ---- image.c ---- */

#define IMAGE_MAX 65536
/* As many of its last entries as there is ROOM for; 0: not even one. */
size_t image_write(const struct caller *c, uint8_t *bytes, size_t room);
/* Joins what BYTES say to the callers there are. False: that is none, or there is no memory. */
bool image_read(struct tp_history *h, uint64_t id, const uint8_t *bytes, size_t len);

/* ---- keep.c ---- */

void keeping_removed(struct tp_history *h, const struct caller *c);
void keeping_end(struct tp_history *h);
