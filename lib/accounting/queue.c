/* SPDX-License-Identifier: BSD-3-Clause */
#include "accounting/queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <uthash.h>

#define IN_FLIGHT_MAX 8192	  /* records with servers at a time */
#define MEMORY_MAX    (64u << 20) /* bytes of records kept here as well as in the store */
#define PAUSE_MS      1000	  /* when no server answers */
#define LOAD_MAX      4096	  /* asked of the store at a time */

struct session;

struct item {
	struct tp_record record;
	struct session *session;
	uint8_t *bytes; /* NULL: in the store alone */
	bool loading;
	bool in_flight;
	bool given_up; /* while in flight */
	STAILQ_ENTRY(item) of_session;
	TAILQ_ENTRY(item) by_age;  /* of all */
	TAILQ_ENTRY(item) interim; /* of those that go first */
	UT_hash_handle hh;	   /* by seq */
};

/* Those of one session that wait; it is gone with the last. */
struct session {
	uint64_t id;
	STAILQ_HEAD(, item) items;
	bool ready; /* it is among those that may be sent */
	TAILQ_ENTRY(session) entry;
	UT_hash_handle hh;
};

TAILQ_HEAD(item_list, item);
TAILQ_HEAD(session_list, session);

struct tp_record_queue {
	struct tp_record_queue_setup setup;
	struct item *by_seq;
	struct session *sessions;
	struct item_list all, interims; /* the oldest first */
	struct session_list ready;
	uint64_t next_seq, only_before, pause_until_ms;
	uint64_t memory; /* bytes kept here */
	uint32_t loading;
	struct tp_record_queue_counters counters;
};

struct tp_record_queue *tp_record_queue_create(const struct tp_record_queue_setup *setup)
{
	struct tp_record_queue *queue = calloc(1, sizeof(*queue));

	if (queue == NULL)
		return NULL;
	queue->setup = *setup;
	queue->next_seq = 1;
	TAILQ_INIT(&queue->all);
	TAILQ_INIT(&queue->interims);
	TAILQ_INIT(&queue->ready);
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

/* ---- what waits ---- */

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

/* Its first record, if that is not on its way, may be sent. */
static void make_ready(struct tp_record_queue *queue, struct session *session)
{
	const struct item *first = STAILQ_FIRST(&session->items);

	if (session->ready || first == NULL || first->in_flight || first->loading)
		return;
	session->ready = true;
	TAILQ_INSERT_TAIL(&queue->ready, session, entry);
}

static void not_ready(struct tp_record_queue *queue, struct session *session)
{
	if (!session->ready)
		return;
	session->ready = false;
	TAILQ_REMOVE(&queue->ready, session, entry);
}

static void drop_bytes(struct tp_record_queue *queue, struct item *item)
{
	if (item->bytes == NULL)
		return;
	queue->memory -= item->record.len;
	free(item->bytes);
	item->bytes = NULL;
}

static void remove_item(struct tp_record_queue *queue, struct item *item)
{
	struct session *session = item->session;

	HASH_DEL(queue->by_seq, item);
	TAILQ_REMOVE(&queue->all, item, by_age);
	if (item->record.kind == TP_RECORD_INTERIM)
		TAILQ_REMOVE(&queue->interims, item, interim);
	STAILQ_REMOVE(&session->items, item, item, of_session);
	queue->counters.waiting--;
	queue->counters.waiting_bytes -= item->record.len;
	if (item->loading)
		queue->loading--;
	if (queue->setup.store != NULL)
		queue->setup.store->remove(queue->setup.store_user, item->record.seq);
	drop_bytes(queue, item);
	free(item);
	if (!STAILQ_EMPTY(&session->items)) {
		make_ready(queue, session);
		return;
	}
	not_ready(queue, session);
	HASH_DEL(queue->sessions, session);
	free(session);
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
		if (session != NULL && STAILQ_EMPTY(&session->items)) {
			HASH_DEL(queue->sessions, session);
			free(session);
		}
		return NULL;
	}
	item->record = *record;
	item->session = session;
	HASH_ADD(hh, queue->by_seq, record.seq, sizeof(item->record.seq), item);
	TAILQ_INSERT_TAIL(&queue->all, item, by_age);
	if (record->kind == TP_RECORD_INTERIM)
		TAILQ_INSERT_TAIL(&queue->interims, item, interim);
	STAILQ_INSERT_TAIL(&session->items, item, of_session);
	queue->counters.waiting++;
	queue->counters.waiting_bytes += record->len;
	return item;
}

/* ---- room ---- */

/* One that is with a server is gone as soon as it comes back. */
static void give_up(struct tp_record_queue *queue, struct item *item)
{
	queue->counters.given_up[item->record.kind == TP_RECORD_INTERIM]++;
	if (item->in_flight)
		item->given_up = true;
	else
		remove_item(queue, item);
}

static struct item *first_to_go(struct item_list *list, bool interims)
{
	struct item *item = TAILQ_FIRST(list);

	while (item != NULL && (item->given_up || item->in_flight))
		item = interims ? TAILQ_NEXT(item, interim) : TAILQ_NEXT(item, by_age);
	return item;
}

static void make_room(struct tp_record_queue *queue)
{
	while (queue->counters.waiting_bytes > queue->setup.max_bytes) {
		struct item *item = first_to_go(&queue->interims, true);

		if (item == NULL)
			item = first_to_go(&queue->all, false);
		if (item == NULL)
			return;
		give_up(queue, item);
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
	struct item *item = add_item(queue, &record);

	queue->counters.put++;
	if (queue->setup.store != NULL)
		queue->setup.store->put(queue->setup.store_user, &record, bytes);
	if (item == NULL) {
		queue->counters.given_up[kind == TP_RECORD_INTERIM]++;
		return -ENOMEM;
	}
	if (queue->setup.store == NULL || queue->memory < MEMORY_MAX)
		item->bytes = malloc(len);
	if (item->bytes != NULL) {
		memcpy(item->bytes, bytes, len);
		queue->memory += len;
	}
	make_ready(queue, item->session);
	make_room(queue);
	return 0;
}

int tp_record_queue_restore(struct tp_record_queue *queue, const struct tp_record *record)
{
	struct item *item = add_item(queue, record);

	if (item == NULL)
		return -ENOMEM;
	if (record->seq >= queue->next_seq)
		queue->next_seq = record->seq + 1;
	make_ready(queue, item->session);
	return 0;
}

/* ---- bytes ---- */

static void lose(struct tp_record_queue *queue, struct item *item)
{
	queue->counters.unsendable++;
	remove_item(queue, item);
}

void tp_record_queue_loaded(struct tp_record_queue *queue, uint64_t seq, const uint8_t *bytes,
			    size_t len)
{
	struct item *item;

	HASH_FIND(hh, queue->by_seq, &seq, sizeof(seq), item);
	if (item == NULL || !item->loading)
		return;
	item->loading = false;
	queue->loading--;
	item->bytes = len == item->record.len ? malloc(len) : NULL;
	if (item->bytes == NULL) {
		lose(queue, item);
		return;
	}
	memcpy(item->bytes, bytes, len);
	queue->memory += len;
	make_ready(queue, item->session);
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
	not_ready(queue, item->session);
	queue->setup.store->load(queue->setup.store_user, item->record.seq);
	return false;
}

/* ---- out ---- */

void tp_record_queue_done(struct tp_record_queue *queue, void *token, bool acknowledged,
			  uint64_t now_ms)
{
	struct item *item = token;

	item->in_flight = false;
	queue->counters.in_flight--;
	if (acknowledged)
		queue->counters.acknowledged++;
	if (acknowledged || item->given_up) {
		remove_item(queue, item);
		return;
	}
	queue->counters.retried++;
	queue->pause_until_ms = now_ms + PAUSE_MS;
	make_ready(queue, item->session);
}

/* True: the next may be tried. */
static bool send_first(struct tp_record_queue *queue, struct session *session, uint64_t now_ms)
{
	struct item *item = STAILQ_FIRST(&session->items);
	int error;

	if (!want_bytes(queue, item))
		return true;
	not_ready(queue, session);
	item->in_flight = true;
	queue->counters.in_flight++;
	error = queue->setup.send(queue->setup.owner, &item->record, item->bytes, item);
	if (error == 0)
		return true;
	item->in_flight = false;
	queue->counters.in_flight--;
	if (error == -EINVAL) {
		lose(queue, item);
		return true;
	}
	session->ready = true;
	TAILQ_INSERT_HEAD(&queue->ready, session, entry);
	queue->pause_until_ms = now_ms + (error == -ENOBUFS ? 10 : PAUSE_MS);
	return false;
}

/* The next session whose turn it is. */
static struct session *next_ready(const struct tp_record_queue *queue)
{
	struct session *session = TAILQ_FIRST(&queue->ready);

	if (queue->only_before == 0)
		return session;
	while (session != NULL && STAILQ_FIRST(&session->items)->record.seq >= queue->only_before)
		session = TAILQ_NEXT(session, entry);
	return session;
}

bool tp_record_queue_tick(struct tp_record_queue *queue, uint64_t now_ms, unsigned limit)
{
	for (unsigned i = 0; i < limit; i++) {
		struct session *session = next_ready(queue);

		if (session == NULL || now_ms < queue->pause_until_ms ||
		    queue->counters.in_flight >= IN_FLIGHT_MAX || queue->loading >= LOAD_MAX)
			return false;
		if (!send_first(queue, session, now_ms))
			return false;
	}
	return next_ready(queue) != NULL;
}

void tp_record_queue_only_before(struct tp_record_queue *queue, uint64_t seq)
{
	queue->only_before = seq;
}

uint64_t tp_record_queue_oldest(const struct tp_record_queue *queue)
{
	const struct item *oldest = TAILQ_FIRST(&queue->all);

	return oldest != NULL ? oldest->record.seq : UINT64_MAX;
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
