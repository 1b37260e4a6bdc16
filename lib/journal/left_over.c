/* SPDX-License-Identifier: BSD-3-Clause */
/* What the last daemon had put into the backlog and not yet into the database when it was killed.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "journal/journal_private.h"

void tp_journal_left_over_note(struct tp_journal *journal, uint64_t unix_ms, bool surely)
{
	struct note *note = tp_backlog_note(journal->backlog);

	note->next_unix_ms = unix_ms;
	if (surely)
		note->unix_ms = unix_ms;
}

void tp_journal_left_over_drop(struct tp_journal *journal)
{
	tp_journal_batch_take(journal);
	tp_journal_batch_done(journal);
	atomic_store(&journal->waiting, 0);
}

static bool is_whole(const struct order *order)
{
	return order->head.kind <= ORDER_SETTLE && order->len <= TP_JOURNAL_BYTES_MAX &&
	       (order->head.kind == ORDER_PUT) == (order->len > 0) &&
	       order->head.sum == tp_journal_sum(order->head.key, order->bytes, order->len);
}

static void leave_out_damaged(struct tp_journal *journal)
{
	struct orders all = STAILQ_HEAD_INITIALIZER(all);
	struct order *order;
	unsigned whole = 0, damaged = 0;

	STAILQ_CONCAT(&all, &journal->unwritten);
	while ((order = STAILQ_FIRST(&all)) != NULL) {
		STAILQ_REMOVE_HEAD(&all, entry);
		if (is_whole(order)) {
			STAILQ_INSERT_TAIL(&journal->unwritten, order, entry);
			whole++;
		} else {
			free(order);
			damaged++;
		}
	}
	atomic_store(&journal->waiting, whole);
	if (whole > 0)
		tp_log_info("journal",
			    "%s: %u changes that the last daemon had not written yet at its end",
			    journal->path, whole);
	if (damaged > 0)
		tp_log_warning("journal",
			       "%s: of the changes that were still to be written some are "
			       "damaged: they are left out",
			       journal->path);
}

bool tp_journal_left_over_take(struct tp_journal *journal, const struct tp_journal_about *about)
{
	struct note *note = tp_backlog_note(journal->backlog);
	const bool his = about->unix_ms != 0 &&
			 (about->unix_ms == note->unix_ms || about->unix_ms == note->next_unix_ms);

	*note = (struct note){about->unix_ms, about->unix_ms};
	if (!his) {
		tp_journal_left_over_drop(journal);
		return false;
	}
	tp_journal_batch_take(journal);
	leave_out_damaged(journal);
	tp_journal_batch_condense(journal);
	atomic_store(&journal->since_ms, tp_clock_ms());
	return !STAILQ_EMPTY(&journal->unwritten);
}

static int by_key(const struct order *a, const struct order *b)
{
	return a->head.key < b->head.key ? -1 : a->head.key > b->head.key;
}

struct order *tp_journal_left_over_rows(struct tp_journal *journal)
{
	struct order *order, *rows = NULL;

	STAILQ_FOREACH (order, &journal->unwritten, entry)
		if (order->head.kind == ORDER_PUT || order->head.kind == ORDER_REMOVE)
			HASH_ADD(hh, rows, head.key, sizeof(order->head.key), order);
	HASH_SORT(rows, by_key);
	return rows;
}
