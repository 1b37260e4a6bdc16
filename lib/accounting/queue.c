/* SPDX-License-Identifier: BSD-3-Clause */
#include "accounting/queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "accounting/queue_private.h"

#define IN_FLIGHT_MAX 8192 /* records with servers at a time */
#define MEMORY_BYTES  (64u << 20)
#define RETRY_MS      1000
#define FULL_MS	      10   /* when there is no room to send */
#define LOAD_MAX      4096 /* asked of the store at a time */
#define SAFE_MS	      200  /* so long a record of a session waits to be safe in the store */

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

void tp_record_queue_destroy(struct tp_record_queue *queue)
{
	struct item *item;

	if (queue == NULL)
		return;
	queue->setup.store = NULL; /* there they stay */
	while ((item = TAILQ_FIRST(&queue->all)) != NULL)
		tp_queue_remove(queue, item);
	free(queue);
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
		tp_queue_remove(queue, item);
	}
}

void tp_record_queue_set_max_bytes(struct tp_record_queue *queue, uint64_t max_bytes)
{
	queue->setup.max_bytes = max_bytes;
	make_room(queue);
}

static bool has_safe(const struct tp_record_queue *queue, uint64_t seq)
{
	return seq <= queue->setup.store->safe(queue->setup.store_user);
}

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
	struct item *item = copy != NULL ? tp_queue_add(queue, &record) : NULL;
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
	if (stored && session != 0 && !has_safe(queue, record.seq))
		item->safe_ms = now_ms + SAFE_MS;
	tp_queue_settle(queue, item->session);
	tp_queue_keep_bytes(queue, item, copy);
	tp_queue_trim_memory(queue);
	make_room(queue);
	return 0;
}

int tp_record_queue_restore(struct tp_record_queue *queue, const struct tp_record *record)
{
	struct item *item = tp_queue_add(queue, record);

	if (item == NULL)
		return -ENOMEM;
	item->stored = true;
	if (record->seq >= queue->next_seq)
		queue->next_seq = record->seq + 1;
	return 0;
}

static void lose(struct tp_record_queue *queue, struct item *item)
{
	queue->counters.unsendable++;
	tp_queue_remove(queue, item);
}

static struct item *find(const struct tp_record_queue *queue, uint64_t seq)
{
	struct item *item;

	HASH_FIND(hh, queue->by_seq, &seq, sizeof(seq), item);
	return item;
}

/* What was read for it is not to be given up for want of memory before it is its turn, however many
 * wait for theirs. */
static void serve_next(struct tp_record_queue *queue, struct session *session)
{
	if (session->place != READY)
		return;
	TAILQ_REMOVE(&queue->in[READY], session, entry);
	TAILQ_INSERT_HEAD(&queue->in[READY], session, entry);
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
		tp_queue_park(queue, item->session, now_ms);
		return;
	}
	memcpy(copy, bytes, len);
	tp_queue_keep_bytes(queue, item, copy);
	tp_queue_settle(queue, item->session);
	serve_next(queue, item->session);
	tp_queue_trim_memory(queue);
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
	tp_queue_settle(queue, item->session);
	queue->setup.store->load(queue->setup.store_user, item->record.seq);
	return false;
}

static void take_off(struct tp_record_queue *queue, struct item *item)
{
	item->in_flight = true;
	queue->counters.in_flight++;
	TAILQ_REMOVE(tp_queue_may_go_list(queue, item), item, may_go);
}

/* Hardly any of those that stayed is older. */
static void land(struct tp_record_queue *queue, struct item *item)
{
	item->in_flight = false;
	queue->counters.in_flight--;
	TAILQ_INSERT_HEAD(tp_queue_may_go_list(queue, item), item, may_go);
}

void tp_record_queue_done(struct tp_record_queue *queue, void *token, bool acknowledged,
			  uint64_t now_ms)
{
	struct item *item = token;
	struct session *session = item->session;

	land(queue, item);
	if (!acknowledged) {
		tp_queue_park(queue, session, now_ms);
		make_room(queue);
		return;
	}
	queue->counters.acknowledged++;
	if (session->vain)
		tp_record_queue_wake(queue);
	session->vain = false;
	tp_queue_remove(queue, item);
}

void tp_record_queue_withdraw(struct tp_record_queue *queue, uint64_t seq)
{
	struct item *item = find(queue, seq);
	struct session *session;

	if (item == NULL)
		return;
	session = item->session;
	if (item->in_flight)
		land(queue, item);
	if (session->place == PARKED) /* for this one's sake */
		tp_queue_move(queue, session, NOWHERE);
	session->vain = false;
	queue->counters.acknowledged++;
	tp_queue_remove(queue, item);
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
		tp_queue_settle(queue, session);
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
		tp_queue_park(queue, session, now_ms);
		return true;
	}
}

static bool is_due(const struct tp_record_queue *queue, const struct session *parked,
		   uint64_t now_ms)
{
	uint64_t wait_ms = queue->counters.parked > RETRY_MS ? queue->counters.parked : RETRY_MS;

	return queue->woken > 0 || now_ms - parked->parked_ms >= wait_ms;
}

/* Or, when the store is slow, shall wait no longer. */
static bool is_safe(const struct tp_record_queue *queue, const struct item *item, uint64_t now_ms)
{
	return queue->setup.store == NULL || now_ms >= item->safe_ms ||
	       has_safe(queue, item->record.seq);
}

/* The first of those that waited to be safe, if it need not any more. */
static struct item *first_safe(const struct tp_record_queue *queue, uint64_t now_ms)
{
	const struct session *session = TAILQ_FIRST(&queue->in[UNSAFE]);
	struct item *item = session != NULL ? STAILQ_FIRST(&session->items) : NULL;

	return item != NULL && is_safe(queue, item, now_ms) ? item : NULL;
}

static void make_safe_ready(struct tp_record_queue *queue, uint64_t now_ms, unsigned limit)
{
	struct item *item;

	for (unsigned i = 0; i < limit && (item = first_safe(queue, now_ms)) != NULL; i++) {
		item->safe_ms = 0;
		tp_queue_settle(queue, item->session);
	}
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
		tp_queue_move(queue, session, tp_queue_place_of(queue, session));
	}
	for (unsigned i = 0; i < limit && queue->only_before == 0; i++) {
		session = TAILQ_FIRST(&queue->in[HELD]);
		if (session == NULL)
			break;
		tp_queue_move(queue, session, tp_queue_place_of(queue, session));
	}
	make_safe_ready(queue, now_ms, limit);
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
	       first_safe(queue, now_ms) != NULL ||
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
		tp_queue_settle(queue, session);
	}
	for (session = TAILQ_FIRST(&queue->in[READY]); session != NULL; session = next) {
		next = TAILQ_NEXT(session, entry);
		tp_queue_settle(queue, session);
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
