/* SPDX-License-Identifier: BSD-3-Clause */
/* What a queue of records consists of: of queue.c and queue_items.c alone. */
#pragma once

#include <sys/queue.h>
#include <uthash.h>

#include "accounting/queue.h"

struct session;

struct item {
	struct tp_record record;
	struct session *session;
	uint8_t *bytes; /* NULL: in the store alone */
	bool stored;	/* the store was given it */
	bool loading;
	bool in_flight;
	uint64_t safe_ms; /* it may not be safe before; 0: it is, or need not be */
	STAILQ_ENTRY(item) of_session;
	TAILQ_ENTRY(item) by_age;   /* of all */
	TAILQ_ENTRY(item) may_go;   /* of those that are not in flight: interims, or others */
	TAILQ_ENTRY(item) has_here; /* of those with bytes here that the store has as well */
	UT_hash_handle hh;	    /* by seq */
};

/* Where a session is, by its first record. */
enum place {
	NOWHERE, /* that is with a server, or with the store */
	READY,	 /* it may be sent */
	HELD,	 /* it is too new: only_before */
	UNSAFE,	 /* the store may lose it yet */
	PARKED,	 /* it was in vain */
	PLACES,
};

/* Those of one session that wait; it is gone with the last. */
struct session {
	uint64_t id;
	STAILQ_HEAD(, item) items;
	uint64_t parked_ms;
	uint8_t place;
	bool vain; /* the first was tried in vain */
	TAILQ_ENTRY(session) entry;
	UT_hash_handle hh;
};

TAILQ_HEAD(item_list, item);
TAILQ_HEAD(session_list, session);

struct tp_record_queue {
	struct tp_record_queue_setup setup;
	struct item *by_seq;
	struct session *sessions;
	struct item_list all; /* the oldest first */
	struct item_list interims, others;
	struct item_list here;
	struct session_list in[PLACES];
	uint32_t woken; /* so many of those parked, from the first on, need not wait */
	uint64_t next_seq, only_before, pause_until_ms;
	uint64_t memory; /* bytes here of what the store has as well */
	uint32_t loading;
	struct tp_record_queue_counters counters;
};

/* A record more, the newest of its session; NULL: no memory. */
struct item *tp_queue_add(struct tp_record_queue *queue, const struct tp_record *record);
/* ITEM is gone, from the store as well, and its session with the last. */
void tp_queue_remove(struct tp_record_queue *queue, struct item *item);
/* BYTES are ITEM's from now on. */
void tp_queue_keep_bytes(struct tp_record_queue *queue, struct item *item, uint8_t *bytes);
void tp_queue_trim_memory(struct tp_record_queue *queue);
/* Where ITEM is while it may be given up for want of room. */
struct item_list *tp_queue_may_go_list(struct tp_record_queue *queue, const struct item *item);

/* Where SESSION has to be, by its first record. */
enum place tp_queue_place_of(const struct tp_record_queue *queue, const struct session *session);
void tp_queue_move(struct tp_record_queue *queue, struct session *session, enum place to);
/* Its first record is another one, or has come back. */
void tp_queue_settle(struct tp_record_queue *queue, struct session *session);
/* It was in vain: not again for a while. */
void tp_queue_park(struct tp_record_queue *queue, struct session *session, uint64_t now_ms);
