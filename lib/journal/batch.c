/* SPDX-License-Identifier: BSD-3-Clause */
/* Orders that the thread has taken and not written yet: of several about a key the last counts. */
#include <stdlib.h>
#include <string.h>

#include "journal/journal_private.h"

void tp_journal_batch_take(struct tp_journal *journal)
{
	struct order *order;
	const uint8_t *given;
	size_t len;

	while ((order = malloc(sizeof(*order))) != NULL &&
	       (given = tp_backlog_take(journal->backlog, &len)) != NULL) {
		*order = (struct order){.head.kind = UINT64_MAX};
		if (len >= sizeof(order->head)) { /* else it is damaged */
			memcpy(&order->head, given, sizeof(order->head));
			order->bytes = given + sizeof(order->head);
			order->len = len - sizeof(order->head);
		}
		STAILQ_INSERT_TAIL(&journal->unwritten, order, entry);
	}
	free(order);
}

static void drop(struct tp_journal *journal, struct order *order)
{
	atomic_fetch_sub(&journal->waiting, 1);
	free(order);
}

void tp_journal_batch_leave(struct tp_journal *journal)
{
	struct order *order;

	while ((order = STAILQ_FIRST(&journal->unwritten)) != NULL) {
		STAILQ_REMOVE_HEAD(&journal->unwritten, entry);
		drop(journal, order);
	}
}

void tp_journal_batch_done(struct tp_journal *journal)
{
	tp_journal_batch_leave(journal);
	tp_backlog_done(journal->backlog);
}

static bool is_of_a_row(const struct order *order)
{
	return order->head.kind == ORDER_PUT || order->head.kind == ORDER_REMOVE;
}

void tp_journal_batch_condense(struct tp_journal *journal)
{
	struct orders all = STAILQ_HEAD_INITIALIZER(all);
	struct order *order, *earlier, *last = NULL;

	STAILQ_FOREACH (order, &journal->unwritten, entry) {
		if (!is_of_a_row(order))
			continue;
		HASH_FIND(hh, last, &order->head.key, sizeof(order->head.key), earlier);
		if (earlier != NULL)
			HASH_DELETE(hh, last, earlier);
		HASH_ADD(hh, last, head.key, sizeof(order->head.key), order);
	}
	STAILQ_CONCAT(&all, &journal->unwritten);
	while ((order = STAILQ_FIRST(&all)) != NULL) {
		STAILQ_REMOVE_HEAD(&all, entry);
		HASH_FIND(hh, last, &order->head.key, sizeof(order->head.key), earlier);
		if (is_of_a_row(order) && earlier != order)
			drop(journal, order);
		else
			STAILQ_INSERT_TAIL(&journal->unwritten, order, entry);
	}
	HASH_CLEAR(hh, last);
}
