/* SPDX-License-Identifier: BSD-3-Clause */
/* Records that wait, and their sessions: in which lists each is, and when it is gone. */
#include <stdlib.h>

#include "accounting/queue_private.h"

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

void tp_queue_move(struct tp_record_queue *queue, struct session *session, enum place to)
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

enum place tp_queue_place_of(const struct tp_record_queue *queue, const struct session *session)
{
	const struct item *first = STAILQ_FIRST(&session->items);

	if (first == NULL || first->in_flight || first->loading)
		return NOWHERE;
	if (queue->only_before != 0 && first->record.seq >= queue->only_before)
		return HELD;
	return first->safe_ms != 0 ? UNSAFE : READY;
}

/* Its first record is another one, or has come back. */
void tp_queue_settle(struct tp_record_queue *queue, struct session *session)
{
	enum place to = tp_queue_place_of(queue, session);

	if (session->place != to && session->place != PARKED)
		tp_queue_move(queue, session, to);
}

void tp_queue_park(struct tp_record_queue *queue, struct session *session, uint64_t now_ms)
{
	session->vain = true;
	session->parked_ms = now_ms;
	queue->counters.retried++;
	tp_queue_move(queue, session, PARKED);
}

static void free_if_empty(struct tp_record_queue *queue, struct session *session)
{
	if (!STAILQ_EMPTY(&session->items))
		return;
	tp_queue_move(queue, session, NOWHERE);
	HASH_DEL(queue->sessions, session);
	free(session);
}

struct item_list *tp_queue_may_go_list(struct tp_record_queue *queue, const struct item *item)
{
	return item->record.kind == TP_RECORD_INTERIM ? &queue->interims : &queue->others;
}

void tp_queue_keep_bytes(struct tp_record_queue *queue, struct item *item, uint8_t *bytes)
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
void tp_queue_trim_memory(struct tp_record_queue *queue)
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

void tp_queue_remove(struct tp_record_queue *queue, struct item *item)
{
	struct session *session = item->session;

	HASH_DEL(queue->by_seq, item);
	TAILQ_REMOVE(&queue->all, item, by_age);
	if (!item->in_flight)
		TAILQ_REMOVE(tp_queue_may_go_list(queue, item), item, may_go);
	STAILQ_REMOVE(&session->items, item, item, of_session);
	queue->counters.waiting--;
	queue->counters.waiting_bytes -= item->record.len;
	if (item->loading)
		queue->loading--;
	drop_bytes(queue, item);
	if (queue->setup.store != NULL)
		queue->setup.store->remove(queue->setup.store_user, item->record.seq);
	free(item);
	tp_queue_settle(queue, session);
	free_if_empty(queue, session);
}

struct item *tp_queue_add(struct tp_record_queue *queue, const struct tp_record *record)
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
	TAILQ_INSERT_TAIL(tp_queue_may_go_list(queue, item), item, may_go);
	STAILQ_INSERT_TAIL(&session->items, item, of_session);
	queue->counters.waiting++;
	queue->counters.waiting_bytes += record->len;
	tp_queue_settle(queue, session);
	return item;
}
