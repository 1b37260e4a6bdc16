/* SPDX-License-Identifier: BSD-3-Clause */
/* Orders that the thread has taken and not written yet: of several about a key the last counts. */
#include <stdlib.h>

#include "journal/journal_private.h"

static void drop(struct tp_journal *journal, struct order *order)
{
	atomic_fetch_sub(&journal->pending, sizeof(*order) + order->len);
	atomic_fetch_sub(&journal->waiting, 1);
	free(order);
}

void tp_journal_batch_drop(struct tp_journal *journal)
{
	struct order *order;

	while ((order = STAILQ_FIRST(&journal->unwritten)) != NULL) {
		STAILQ_REMOVE_HEAD(&journal->unwritten, entry);
		drop(journal, order);
	}
}

void tp_journal_batch_condense(struct tp_journal *journal)
{
	struct orders all = STAILQ_HEAD_INITIALIZER(all);
	struct order *order, *earlier, *last = NULL;

	STAILQ_FOREACH (order, &journal->unwritten, entry) {
		if (order->kind != ORDER_PUT && order->kind != ORDER_REMOVE)
			continue;
		HASH_FIND(hh, last, &order->key, sizeof(order->key), earlier);
		if (earlier != NULL)
			HASH_DELETE(hh, last, earlier);
		HASH_ADD(hh, last, key, sizeof(order->key), order);
	}
	STAILQ_CONCAT(&all, &journal->unwritten);
	while ((order = STAILQ_FIRST(&all)) != NULL) {
		STAILQ_REMOVE_HEAD(&all, entry);
		HASH_FIND(hh, last, &order->key, sizeof(order->key), earlier);
		if ((order->kind == ORDER_PUT || order->kind == ORDER_REMOVE) && earlier != order)
			drop(journal, order);
		else
			STAILQ_INSERT_TAIL(&journal->unwritten, order, entry);
	}
	HASH_CLEAR(hh, last);
}
