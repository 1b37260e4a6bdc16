/* SPDX-License-Identifier: BSD-3-Clause */
/* Orders that wait: of several about a record, or about a session, the last counts. */
#include <stdlib.h>
#include <string.h>

#include "accounting/store_private.h"

uint64_t tp_record_order_sum(const struct order_head *head, const uint8_t *bytes)
{
	const struct tp_record *r = &head->record;
	const uint64_t facts[] = {head->kind, r->seq, r->session, r->kind, r->unix_s, r->len};

	return tp_database_sum(facts, sizeof(facts), bytes, r->len);
}

void tp_record_orders_init(struct orders *orders)
{
	TAILQ_INIT(&orders->list);
	orders->by_seq = orders->by_session = NULL;
}

static void take_off(struct orders *orders, struct order *order)
{
	if (order->row)
		HASH_DELETE(by_seq, orders->by_seq, order);
	if (order->last)
		HASH_DELETE(by_session, orders->by_session, order);
	TAILQ_REMOVE(&orders->list, order, entry);
	order->row = order->last = false;
}

void tp_record_orders_drop(struct tp_record_store *store, struct orders *orders,
			   struct order *order)
{
	take_off(orders, order);
	atomic_fetch_sub(&store->lag, 1);
	free(order);
}

void tp_record_orders_clear(struct tp_record_store *store, struct orders *orders)
{
	struct order *order;

	while ((order = TAILQ_FIRST(&orders->list)) != NULL)
		tp_record_orders_drop(store, orders, order);
}

static struct order *find(const struct orders *orders, uint64_t seq)
{
	struct order *order;

	HASH_FIND(by_seq, orders->by_seq, &seq, sizeof(seq), order);
	return order;
}

static struct order *find_session(const struct orders *orders, uint64_t session)
{
	struct order *order;

	HASH_FIND(by_session, orders->by_session, &session, sizeof(session), order);
	return order;
}

const struct order *tp_record_orders_of(const struct orders *orders, uint64_t seq)
{
	return find(orders, seq);
}

const struct order *tp_record_orders_of_session(const struct orders *orders, uint64_t session)
{
	return find_session(orders, session);
}

static void drop_if_void(struct tp_record_store *store, struct orders *orders, struct order *order)
{
	if (!order->row && !order->last)
		tp_record_orders_drop(store, orders, order);
}

/* A record that is removed before it was written need not be written, nor removed. */
static void add_to_records(struct tp_record_store *store, struct orders *orders,
			   struct order *order)
{
	struct order *earlier = find(orders, order->head.record.seq);
	const bool cancels = earlier != NULL && earlier->head.kind == ORDER_PUT &&
			     order->head.kind == ORDER_REMOVE;

	if (earlier != NULL) {
		HASH_DELETE(by_seq, orders->by_seq, earlier);
		earlier->row = false;
		if (cancels)
			earlier->head.kind = ORDER_STAND;
		drop_if_void(store, orders, earlier);
	}
	if (cancels)
		return;
	order->row = true;
	HASH_ADD(by_seq, orders->by_seq, head.record.seq, sizeof(uint64_t), order);
}

static void add_to_sessions(struct tp_record_store *store, struct orders *orders,
			    struct order *order)
{
	struct order *earlier = find_session(orders, order->head.record.session);

	if (earlier != NULL) {
		HASH_DELETE(by_session, orders->by_session, earlier);
		earlier->last = false;
		drop_if_void(store, orders, earlier);
	}
	order->last = true;
	HASH_ADD(by_session, orders->by_session, head.record.session, sizeof(uint64_t), order);
}

void tp_record_orders_add(struct tp_record_store *store, struct orders *orders, struct order *order)
{
	const enum order_kind kind = (enum order_kind)order->head.kind;

	TAILQ_INSERT_TAIL(&orders->list, order, entry);
	if (kind == ORDER_PUT || kind == ORDER_REMOVE)
		add_to_records(store, orders, order);
	if (kind != ORDER_REMOVE && order->head.record.session != 0)
		add_to_sessions(store, orders, order);
	drop_if_void(store, orders, order);
}

void tp_record_orders_move(struct tp_record_store *store, struct orders *from, struct orders *to)
{
	struct order *order;

	while ((order = TAILQ_FIRST(&from->list)) != NULL) {
		take_off(from, order);
		tp_record_orders_add(store, to, order);
	}
}

static bool is_whole(const struct order *order, size_t len)
{
	const struct order_head *head = &order->head;
	const bool puts = head->kind == ORDER_PUT || head->kind == ORDER_STAND;

	return head->kind <= ORDER_FORGET && head->record.len == len && puts == (len > 0) &&
	       (head->kind == ORDER_FORGET || head->record.seq - 1 < SEQ_MAX) &&
	       (!puts || head->record.kind <= TP_RECORD_OFF) &&
	       head->sum == tp_record_order_sum(head, order->bytes);
}

struct order *tp_record_orders_next(struct tp_record_store *store, unsigned *damaged)
{
	struct order *order;
	const uint8_t *given;
	size_t len;

	while ((order = calloc(1, sizeof(*order))) != NULL &&
	       (given = tp_backlog_take(store->backlog, &len)) != NULL) {
		if (len >= sizeof(order->head)) {
			memcpy(&order->head, given, sizeof(order->head));
			order->bytes = given + sizeof(order->head);
			if (is_whole(order, len - sizeof(order->head)))
				return order;
		}
		free(order);
		(*damaged)++;
	}
	free(order);
	return NULL;
}
