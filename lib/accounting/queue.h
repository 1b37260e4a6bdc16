/* SPDX-License-Identifier: BSD-3-Clause */
/* Accounting records on their way to a server, none of which is lost: a record is given up only
 * when a server has acknowledged it, or when there is no room for it.
 *
 * Records of one session go one after the other, oldest first; those of different sessions beside
 * each other, so that nobody waits for a stranger's. A session whose record no server has taken is
 * parked, and tried again after RETRY_MS (queue.c), or later when many are, so that no more than a
 * thousand a second are tried in vain; all at once when one of them was taken after all.
 *
 * A record of a session goes when it is safe in the store, or soon if that takes long, so that the
 * next start knows what servers do: else a sudden end in between would leave a server with a Start
 * that nobody ends, or with a Stop of a session that the next start ends a second time.
 *
 * All records are known here; their bytes may be in the store alone (struct tp_record_store_ops),
 * and are asked for when their turn comes. No I/O, no clock; the control thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tp_record_queue;

enum tp_record_kind {
	TP_RECORD_START,
	TP_RECORD_INTERIM,
	TP_RECORD_STOP,
	TP_RECORD_ON,  /* of no session: 0 */
	TP_RECORD_OFF, /* likewise */
};

struct tp_record {
	uint64_t seq;	  /* in which order they happened, over restarts too; from 1 */
	uint64_t session; /* accounting id; 0: of the whole box */
	uint32_t unix_s;  /* when it happened */
	uint8_t kind;	  /* enum tp_record_kind */
	uint16_t len;	  /* of its bytes, an Accounting-Request that is not signed */
};

/* Where records outlive the daemon. Nothing here waits; what fails is the store's to tell. */
struct tp_record_store_ops {
	/* RECORD with its BYTES, which are copied. A Start or Interim is also kept as the last of
	 * its session until its Stop comes, whether it was acknowledged or not. False: no memory,
	 * it will never have them. */
	bool (*put)(void *store, const struct tp_record *record, const uint8_t *bytes);
	void (*remove)(void *store, uint64_t seq);
	/* Wants the bytes: tp_record_queue_loaded() is called, now or later. */
	void (*load)(void *store, uint64_t seq);
	/* What was put with this seq, or an older one, the next start will find, if it is this
	 * process that ends. */
	uint64_t (*safe)(void *store);
	/* Likewise, and it can be loaded: its bytes need not be here. */
	uint64_t (*kept)(void *store);
};

struct tp_record_queue_setup {
	const struct tp_record_store_ops *store; /* NULL: in memory alone */
	void *store_user;
	/* Puts one record to the servers; tp_record_queue_done() is called with RECORD and TOKEN
	 * later, once, and not from inside. BYTES are copied. A negative errno: -EINVAL never;
	 * -ENOBUFS and -ENOMEM no record can be sent just now; any other: not this one. */
	int (*send)(void *owner, const struct tp_record *record, const uint8_t *bytes, void *token);
	void *owner;
	/* Of all records; beyond it the oldest Interim goes, then the oldest, but none that is with
	 * a server. */
	uint64_t max_bytes;
	uint64_t memory_bytes; /* of those whose bytes are here and in the store; 0: 64 MiB */
};

struct tp_record_queue_counters {
	uint64_t put;
	uint64_t acknowledged;
	uint64_t retried;	/* times that a record was put to servers in vain */
	uint64_t given_up[2];	/* for lack of room: [1] Interims, [0] others */
	uint64_t unsendable;	/* that nobody could send: its bytes are gone, or no packet */
	uint64_t waiting;	/* gauge: records */
	uint64_t waiting_bytes; /* gauge: of theirs */
	uint32_t oldest_unix_s; /* gauge: when the oldest that waits happened; 0: none does */
	uint32_t in_flight;	/* gauge: with servers now */
	uint32_t parked;	/* gauge: sessions whose turn comes later, as it was in vain */
};

/* NULL: no memory. */
struct tp_record_queue *tp_record_queue_create(const struct tp_record_queue_setup *setup);

/* The store was opened, before the first record was put; records have SEQ and more from now on. */
void tp_record_queue_set_store(struct tp_record_queue *queue, const struct tp_record_store_ops *ops,
			       void *store, uint64_t seq);

/* What waits is only in the store from then on. Nothing is called. NULL is fine. */
void tp_record_queue_destroy(struct tp_record_queue *queue);

/* A record of SESSION that happened now, with the LEN bytes of its packet, copied. -ENOMEM: it is
 * lost, and counted as given up. */
int tp_record_queue_put(struct tp_record_queue *queue, enum tp_record_kind kind, uint64_t session,
			uint32_t unix_s, const uint8_t *bytes, size_t len, uint64_t now_ms);

/* At the start: one that waited in the store, in the order of seq, before any is put. -ENOMEM. */
int tp_record_queue_restore(struct tp_record_queue *queue, const struct tp_record *record);

/* From the store: the bytes of record SEQ. LEN 0, or not its own: they are lost, and it with them;
 * BYTES NULL: they can't be read just now. */
void tp_record_queue_loaded(struct tp_record_queue *queue, uint64_t seq, const uint8_t *bytes,
			    size_t len, uint64_t now_ms);

/* The record with this TOKEN was acknowledged, or no server answered. */
void tp_record_queue_done(struct tp_record_queue *queue, void *token, bool acknowledged,
			  uint64_t now_ms);

/* Record SEQ, which may be with servers, need not reach any that it has not: it is as acknowledged,
 * and its token is not to be given back. The next of its session need not wait. */
void tp_record_queue_withdraw(struct tp_record_queue *queue, uint64_t seq);

/* Until it is set to 0 again only sessions of before SEQ (whose first record that waits is older)
 * are served. */
void tp_record_queue_only_before(struct tp_record_queue *queue, uint64_t seq);

/* What was in vain may be worth another try: a server has come back, or there is another one. */
void tp_record_queue_wake(struct tp_record_queue *queue);

/* The seq of the oldest record that waits; UINT64_MAX: none does. */
uint64_t tp_record_queue_oldest(const struct tp_record_queue *queue);

/* Record SEQ has not been given up, nor acknowledged. */
bool tp_record_queue_waits(const struct tp_record_queue *queue, uint64_t seq);

void tp_record_queue_set_max_bytes(struct tp_record_queue *queue, uint64_t max_bytes);

/* Sends what may be sent, at most LIMIT records. True: there is more that could be. */
bool tp_record_queue_tick(struct tp_record_queue *queue, uint64_t now_ms, unsigned limit);

/* The seq that the next record gets. */
uint64_t tp_record_queue_next_seq(const struct tp_record_queue *queue);

const struct tp_record_queue_counters *
tp_record_queue_counters(const struct tp_record_queue *queue);
