/* SPDX-License-Identifier: BSD-3-Clause */
#include "accounting/queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <uthash.h>

#define IN_FLIGHT_MAX 8192 /* records with servers at a time */
#define MEMORY_BYTES  (64u << 20)
#define RETRY_MS      1000
#define FULL_MS	      10   /* when there is no room to send */
#define LOAD_MAX      4096 /* asked of the store at a time */

struct session;

struct item {
	struct tp_record record;
	struct session *session;
	uint8_t *bytes; /* NULL: in the store alone */
	bool stored;	/* the store was given it */
	bool loading;
	bool in_flight;
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

struct tp_record_queue *tp_record_queue_create(const struct tp_record_queue_setup *setup)
{
	struct tp_record_queue *queue = calloc(1, sizeof(*queue));

	if (queue == NULL)
		return NULL;
	queue->setup = *setup;
	if (queue->setup.memory_bytes == 0)
		queue->setup.memory_bytes = MEMORY_BYTES;
	queue->next_seq = 1;
	TAILQ_INIT(&queue->all);
	TAILQ_INIT(&queue->interims);
	TAILQ_INIT(&queue->others);
	TAILQ_INIT(&queue->here);
	for (unsigned i = 0; i < PLACES; i++)
		TAILQ_INIT(&queue->in[i]);
	return queue;
}

void tp_record_queue_set_store(struct tp_record_queue *queue, const struct tp_record_store_ops *ops,
			       void *store, uint64_t seq)
{
	queue->setup.store = ops;
	queue->setup.store_user = store;
	if (seq > queue->next_seq)
		queue->next_seq = seq;
}

/* ---- sessions ---- */

static struct session *session_get(struct tp_record_queue *queue, uint64_t id)
{
	struct session *session;

	HASH_FIND(hh, queue->sessions, &id, sizeof(id), session);
	if (session != NULL)
		return session;
	session = calloc(1, sizeof(*session));
	if (session == NULL)
		return NULL;
	session->id = id;
	STAILQ_INIT(&session->items);
	HASH_ADD(hh, queue->sessions, id, sizeof(session->id), session);
	return session;
}

static void move(struct tp_record_queue *queue, struct session *session, enum place to)
{
	if (session->place == PARKED) {
		queue->counters.parked--;
		if (queue->woken > queue->counters.parked)
			queue->woken = queue->counters.parked;
	}
	if (session->place != NOWHERE)
		TAILQ_REMOVE(&queue->in[session->place], session, entry);
	session->place = (uint8_t)to;
	if (to == PARKED)
		queue->counters.parked++;
	if (to != NOWHERE)
		TAILQ_INSERT_TAIL(&queue->in[to], session, entry);
}

static enum place place_of(const struct tp_record_queue *queue, const struct session *session)
{
	const struct item *first = STAILQ_FIRST(&session->items);

	if (first == NULL || first->in_flight || first->loading)
		return NOWHERE;
	return queue->only_before != 0 && first->record.seq >= queue->only_before ? HELD : READY;
}

/* Its first record is another one, or has come back. */
static void settle(struct tp_record_queue *queue, struct session *session)
{
	enum place to = place_of(queue, session);

	if (session->place != to && session->place != PARKED)
		move(queue, session, to);
}

static void park(struct tp_record_queue *queue, struct session *session, uint64_t now_ms)
{
	session->vain = true;
	session->parked_ms = now_ms;
	queue->counters.retried++;
	move(queue, session, PARKED);
}

static void free_if_empty(struct tp_record_queue *queue, struct session *session)
{
	if (!STAILQ_EMPTY(&session->items))
		return;
	move(queue, session, NOWHERE);
	HASH_DEL(queue->sessions, session);
	free(session);
}

/* ---- records ---- */

static struct item_list *may_go_list(struct tp_record_queue *queue, const struct item *item)
{
	return item->record.kind == TP_RECORD_INTERIM ? &queue->interims : &queue->others;
}

static void keep_bytes(struct tp_record_queue *queue, struct item *item, uint8_t *bytes)
{
	item->bytes = bytes;
	if (!item->stored)
		return;
	queue->memory += item->record.len;
	TAILQ_INSERT_TAIL(&queue->here, item, has_here);
}

static void drop_bytes(struct tp_record_queue *queue, struct item *item)
{
	if (item->bytes != NULL && item->stored) {
		queue->memory -= item->record.len;
		TAILQ_REMOVE(&queue->here, item, has_here);
	}
	free(item->bytes);
	item->bytes = NULL;
}

/* Those that the store has had for longest. */
static void trim_memory(struct tp_record_queue *queue)
{
	struct item *item;
	uint64_t kept;

	if (queue->memory <= queue->setup.memory_bytes || queue->setup.store == NULL)
		return;
	kept = queue->setup.store->kept(queue->setup.store_user);
	while (queue->memory > queue->setup.memory_bytes &&
	       (item = TAILQ_FIRST(&queue->here)) != NULL && item->record.seq <= kept)
		drop_bytes(queue, item);
}

static void remove_item(struct tp_record_queue *queue, struct item *item)
{
	struct session *session = item->session;

	HASH_DEL(queue->by_seq, item);
	TAILQ_REMOVE(&queue->all, item, by_age);
	if (!item->in_flight)
		TAILQ_REMOVE(may_go_list(queue, item), item, may_go);
	STAILQ_REMOVE(&session->items, item, item, of_session);
	queue->counters.waiting--;
	queue->counters.waiting_bytes -= item->record.len;
	if (item->loading)
		queue->loading--;
	drop_bytes(queue, item);
	if (queue->setup.store != NULL)
		queue->setup.store->remove(queue->setup.store_user, item->record.seq);
	free(item);
	settle(queue, session);
	free_if_empty(queue, session);
}

void tp_record_queue_destroy(struct tp_record_queue *queue)
{
	struct item *item;

	if (queue == NULL)
		return;
	queue->setup.store = NULL; /* there they stay */
	while ((item = TAILQ_FIRST(&queue->all)) != NULL)
		remove_item(queue, item);
	free(queue);
}

static struct item *add_item(struct tp_record_queue *queue, const struct tp_record *record)
{
	struct session *session = session_get(queue, record->session);
	struct item *item = session != NULL ? calloc(1, sizeof(*item)) : NULL;

	if (item == NULL) {
		if (session != NULL)
			free_if_empty(queue, session);
		return NULL;
	}
	item->record = *record;
	item->session = session;
	HASH_ADD(hh, queue->by_seq, record.seq, sizeof(item->record.seq), item);
	TAILQ_INSERT_TAIL(&queue->all, item, by_age);
	TAILQ_INSERT_TAIL(may_go_list(queue, item), item, may_go);
	STAILQ_INSERT_TAIL(&session->items, item, of_session);
	queue->counters.waiting++;
	queue->counters.waiting_bytes += record->len;
	settle(queue, session);
	return item;
}

static void make_room(struct tp_record_queue *queue)
{
	while (queue->counters.waiting_bytes > queue->setup.max_bytes) {
		struct item *item = TAILQ_FIRST(&queue->interims);

		if (item == NULL)
			item = TAILQ_FIRST(&queue->others);
		if (item == NULL)
			return;
		queue->counters.given_up[item->record.kind == TP_RECORD_INTERIM]++;
		remove_item(queue, item);
	}
}

void tp_record_queue_set_max_bytes(struct tp_record_queue *queue, uint64_t max_bytes)
{
	queue->setup.max_bytes = max_bytes;
	make_room(queue);
}

/* ---- in ---- */

int tp_record_queue_put(struct tp_record_queue *queue, enum tp_record_kind kind, uint64_t session,
			uint32_t unix_s, const uint8_t *bytes, size_t len, uint64_t now_ms)
{
	const struct tp_record record = {
		.seq = queue->next_seq++,
		.session = session,
		.unix_s = unix_s,
		.kind = (uint8_t)kind,
		.len = (uint16_t)len,
	};
	uint8_t *copy = malloc(len);
	struct item *item = copy != NULL ? add_item(queue, &record) : NULL;
	bool stored = queue->setup.store != NULL &&
		      queue->setup.store->put(queue->setup.store_user, &record, bytes);

	queue->counters.put++;
	if (item == NULL) {
		free(copy);
		queue->counters.given_up[kind == TP_RECORD_INTERIM]++;
		return -ENOMEM;
	}
	memcpy(copy, bytes, len);
	item->stored = stored;
	keep_bytes(queue, item, copy);
	trim_memory(queue);
	make_room(queue);
	return 0;
}

int tp_record_queue_restore(struct tp_record_queue *queue, const struct tp_record *record)
{
	struct item *item = add_item(queue, record);

	if (item == NULL)
		return -ENOMEM;
	item->stored = true;
	if (record->seq >= queue->next_seq)
		queue->next_seq = record->seq + 1;
	return 0;
}

/* ---- bytes ---- */

static void lose(struct tp_record_queue *queue, struct item *item)
{
	queue->counters.unsendable++;
	remove_item(queue, item);
}

static struct item *find(const struct tp_record_queue *queue, uint64_t seq)
{
	struct item *item;

	HASH_FIND(hh, queue->by_seq, &seq, sizeof(seq), item);
	return item;
}

void tp_record_queue_loaded(struct tp_record_queue *queue, uint64_t seq, const uint8_t *bytes,
			    size_t len, uint64_t now_ms)
{
	struct item *item = find(queue, seq);
	uint8_t *copy;

	if (item == NULL || !item->loading)
		return;
	item->loading = false;
	queue->loading--;
	if (bytes != NULL && (len == 0 || len != item->record.len)) {
		lose(queue, item);
		return;
	}
	copy = bytes != NULL ? malloc(len) : NULL;
	if (copy == NULL) {
		park(queue, item->session, now_ms);
		return;
	}
	memcpy(copy, bytes, len);
	keep_bytes(queue, item, copy);
	settle(queue, item->session);
	trim_memory(queue);
}

/* False: they are not to be had now. */
static bool want_bytes(struct tp_record_queue *queue, struct item *item)
{
	if (item->bytes != NULL)
		return true;
	if (queue->setup.store == NULL) {
		lose(queue, item);
		return false;
	}
	item->loading = true;
	queue->loading++;
	settle(queue, item->session);
	queue->setup.store->load(queue->setup.store_user, item->record.seq);
	return false;
}

/* ---- out ---- */

static void take_off(struct tp_record_queue *queue, struct item *item)
{
	item->in_flight = true;
	queue->counters.in_flight++;
	TAILQ_REMOVE(may_go_list(queue, item), item, may_go);
}

/* Hardly any of those that stayed is older. */
static void land(struct tp_record_queue *queue, struct item *item)
{
	item->in_flight = false;
	queue->counters.in_flight--;
	TAILQ_INSERT_HEAD(may_go_list(queue, item), item, may_go);
}

void tp_record_queue_done(struct tp_record_queue *queue, void *token, bool acknowledged,
			  uint64_t now_ms)
{
	struct item *item = token;
	struct session *session = item->session;

	land(queue, item);
	if (!acknowledged) {
		park(queue, session, now_ms);
		make_room(queue);
		return;
	}
	queue->counters.acknowledged++;
	if (session->vain)
		tp_record_queue_wake(queue);
	session->vain = false;
	remove_item(queue, item);
}

/* True: the next may be tried. */
static bool send_first(struct tp_record_queue *queue, struct session *session, uint64_t now_ms)
{
	struct item *item = STAILQ_FIRST(&session->items);
	int error;

	if (!want_bytes(queue, item))
		return true;
	take_off(queue, item);
	error = queue->setup.send(queue->setup.owner, &item->record, item->bytes, item);
	if (error == 0) {
		settle(queue, session);
		return true;
	}
	land(queue, item);
	switch (error) {
	case -EINVAL:
		lose(queue, item);
		return true;
	case -ENOBUFS:
	case -ENOMEM:
		queue->pause_until_ms = now_ms + FULL_MS;
		return false;
	default:
		park(queue, session, now_ms);
		return true;
	}
}

static bool is_due(const struct tp_record_queue *queue, const struct session *parked,
		   uint64_t now_ms)
{
	uint64_t wait_ms = queue->counters.parked > RETRY_MS ? queue->counters.parked : RETRY_MS;

	return queue->woken > 0 || now_ms - parked->parked_ms >= wait_ms;
}

/* Those whose time has come are ready, LIMIT of each kind. */
static void make_ready(struct tp_record_queue *queue, uint64_t now_ms, unsigned limit)
{
	struct session *session;

	for (unsigned i = 0; i < limit; i++) {
		session = TAILQ_FIRST(&queue->in[PARKED]);
		if (session == NULL || !is_due(queue, session, now_ms))
			break;
		if (queue->woken > 0)
			queue->woken--;
		move(queue, session, place_of(queue, session));
	}
	for (unsigned i = 0; i < limit && queue->only_before == 0; i++) {
		session = TAILQ_FIRST(&queue->in[HELD]);
		if (session == NULL)
			break;
		move(queue, session, READY);
	}
}

bool tp_record_queue_tick(struct tp_record_queue *queue, uint64_t now_ms, unsigned limit)
{
	make_ready(queue, now_ms, limit);
	for (unsigned i = 0; i < limit; i++) {
		struct session *session = TAILQ_FIRST(&queue->in[READY]);

		if (session == NULL || now_ms < queue->pause_until_ms ||
		    queue->counters.in_flight >= IN_FLIGHT_MAX || queue->loading >= LOAD_MAX)
			break;
		if (!send_first(queue, session, now_ms))
			break;
	}
	if (now_ms < queue->pause_until_ms || queue->counters.in_flight >= IN_FLIGHT_MAX ||
	    queue->loading >= LOAD_MAX)
		return false;
	return !TAILQ_EMPTY(&queue->in[READY]) || queue->woken > 0 ||
	       (queue->only_before == 0 && !TAILQ_EMPTY(&queue->in[HELD]));
}

void tp_record_queue_only_before(struct tp_record_queue *queue, uint64_t seq)
{
	struct session *session, *next;
	struct session_list held = TAILQ_HEAD_INITIALIZER(held);

	if (seq == queue->only_before)
		return;
	queue->only_before = seq;
	if (seq == 0) /* by and by, in the ticks */
		return;
	for (session = TAILQ_FIRST(&queue->in[HELD]); session != NULL; session = next) {
		next = TAILQ_NEXT(session, entry);
		settle(queue, session);
	}
	for (session = TAILQ_FIRST(&queue->in[READY]); session != NULL; session = next) {
		next = TAILQ_NEXT(session, entry);
		settle(queue, session);
	}
}

void tp_record_queue_wake(struct tp_record_queue *queue)
{
	queue->woken = queue->counters.parked;
}

uint64_t tp_record_queue_oldest(const struct tp_record_queue *queue)
{
	const struct item *oldest = TAILQ_FIRST(&queue->all);

	return oldest != NULL ? oldest->record.seq : UINT64_MAX;
}

bool tp_record_queue_waits(const struct tp_record_queue *queue, uint64_t seq)
{
	return find(queue, seq) != NULL;
}

uint64_t tp_record_queue_next_seq(const struct tp_record_queue *queue)
{
	return queue->next_seq;
}

const struct tp_record_queue_counters *tp_record_queue_counters(const struct tp_record_queue *queue)
{
	struct tp_record_queue_counters *counters = &((struct tp_record_queue *)queue)->counters;
	const struct item *oldest = TAILQ_FIRST(&queue->all);

	counters->oldest_unix_s = oldest != NULL ? oldest->record.unix_s : 0;
	return counters;
}
