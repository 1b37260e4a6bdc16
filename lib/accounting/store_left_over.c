/* SPDX-License-Identifier: BSD-3-Clause */
/* What the last daemon had put into the backlog and not yet into the database when it was killed.
 */
#include <stdlib.h>

#include "accounting/store_private.h"
#include "base/log.h"

void tp_record_left_over_note(struct tp_record_store *store, uint64_t highest, bool surely)
{
	struct note *note = tp_backlog_note(store->backlog);

	note->next_seq = highest;
	if (surely)
		note->seq = highest;
}

static void tell_log(struct tp_record_store *store, unsigned damaged)
{
	const unsigned orders = atomic_load(&store->lag);

	if (orders > 0)
		tp_log_info("radius",
			    "%s: %u changes that the last daemon had not written yet at its end",
			    store->path, orders);
	if (damaged > 0)
		tp_log_warning("radius",
			       "%s: of the changes that were still to be written some are "
			       "damaged: they are left out",
			       store->path);
}

static bool is_put(const struct order *order)
{
	return order->head.kind == ORDER_PUT || order->head.kind == ORDER_STAND;
}

/* Orders are written in their order, all of a batch or none: what came before a record that the
 * database has heard of is done. */
static void take_order(struct tp_record_store *store, struct order *order, uint64_t highest)
{
	if (is_put(order) && order->head.record.seq <= highest) {
		tp_record_orders_clear(store, &store->unwritten);
		free(order);
		return;
	}
	atomic_fetch_add(&store->lag, 1);
	if (is_put(order) && order->head.record.seq > store->highest_seq)
		store->highest_seq = order->head.record.seq;
	tp_record_orders_add(store, &store->unwritten, order);
}

unsigned tp_record_left_over_take(struct tp_record_store *store, uint64_t highest)
{
	const struct note *note = tp_backlog_note(store->backlog);
	const bool his = highest == note->seq || highest == note->next_seq;
	struct order *order;
	unsigned others = 0, damaged = 0;

	while ((order = tp_record_orders_next(store, &damaged)) != NULL) {
		if (his) {
			take_order(store, order, highest);
		} else {
			free(order);
			others++;
		}
	}
	if (others > 0)
		tp_log_warning("radius",
			       "%s: somebody else has written it since the last daemon's end: what "
			       "that had not written yet is left out",
			       store->path);
	if (TAILQ_EMPTY(&store->unwritten.list))
		tp_backlog_done(store->backlog);
	tp_record_left_over_note(store, highest, true);
	damaged = his ? damaged : 0;
	tell_log(store, damaged);
	return damaged;
}

void tp_record_left_over_tell_records(const struct tp_record_store *store,
				      const struct tp_record_store_found *found)
{
	const struct order *order;

	TAILQ_FOREACH (order, &store->unwritten.list, entry)
		if (order->row && order->head.kind == ORDER_PUT)
			found->record(found->user, &order->head.record);
}

void tp_record_left_over_tell_standing(const struct tp_record_store *store,
				       const struct tp_record_store_found *found)
{
	const struct order *order;

	TAILQ_FOREACH (order, &store->unwritten.list, entry)
		if (order->last && is_put(order) && order->head.record.kind != TP_RECORD_STOP)
			found->standing(found->user, &order->head.record, order->bytes);
}
