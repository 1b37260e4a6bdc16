/* SPDX-License-Identifier: BSD-3-Clause */
#include "journal/journal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/thread.h"
#include "journal/journal_private.h"

static bool refuse(struct tp_journal *journal)
{
	atomic_fetch_add(&journal->failed, 1);
	atomic_store(&journal->lost, true);
	return false;
}

static bool give(struct tp_journal *journal, enum order_kind kind, uint64_t key,
		 const uint8_t *bytes, size_t len)
{
	const struct order_head head = {
		.kind = kind,
		.key = key,
		.sum = tp_journal_sum(key, bytes, len),
	};

	if (atomic_fetch_add(&journal->waiting, 1) == 0)
		atomic_store(&journal->since_ms, tp_clock_ms());
	if (tp_backlog_give(journal->backlog, &head, sizeof(head), bytes, len))
		return true;
	atomic_fetch_sub(&journal->waiting, 1);
	return refuse(journal);
}

bool tp_journal_put(struct tp_journal *journal, uint64_t key, const uint8_t *bytes, size_t len)
{
	if (len == 0 || len > TP_JOURNAL_BYTES_MAX) {
		atomic_fetch_add(&journal->failed, 1); /* nor would it be the next time */
		return false;
	}
	return give(journal, ORDER_PUT, key, bytes, len);
}

bool tp_journal_remove(struct tp_journal *journal, uint64_t key)
{
	return give(journal, ORDER_REMOVE, key, NULL, 0);
}

bool tp_journal_poll(struct tp_journal *journal)
{
	if (!atomic_load(&journal->lost) || atomic_load(&journal->broken))
		return false;
	atomic_store(&journal->lost, false);
	return give(journal, ORDER_AGAIN, 0, NULL, 0);
}

void tp_journal_settle(struct tp_journal *journal)
{
	if (!atomic_load(&journal->lost))
		give(journal, ORDER_SETTLE, 0, NULL, 0);
}

struct tp_journal_counters tp_journal_counters(const struct tp_journal *journal)
{
	struct tp_journal *j = (struct tp_journal *)journal;
	uint64_t now_ms = tp_clock_ms(), since_ms = atomic_load(&j->since_ms);
	uint32_t waiting = atomic_load(&j->waiting);

	return (struct tp_journal_counters){
		.rows = atomic_load(&j->rows),
		.bytes = atomic_load(&j->bytes),
		.written = atomic_load(&j->written),
		.removed = atomic_load(&j->removed),
		.failed = atomic_load(&j->failed),
		.batches = atomic_load(&j->batches),
		.bad_rows = atomic_load(&j->bad_rows),
		.waiting = waiting,
		.lag_ms = waiting > 0 && now_ms > since_ms ? (uint32_t)(now_ms - since_ms) : 0,
		.broken = atomic_load(&j->broken),
		.looked_through = atomic_load(&j->looked_through),
		.whole = !atomic_load(&j->lost),
	};
}

void tp_journal_trouble(const struct tp_journal *journal, char *text, size_t size)
{
	struct tp_journal *j = (struct tp_journal *)journal;

	pthread_mutex_lock(&j->lock);
	snprintf(text, size, "%s", j->trouble);
	pthread_mutex_unlock(&j->lock);
}

static void destroy(struct tp_journal *journal)
{
	tp_journal_tables_close(journal);
	tp_backlog_close(journal->backlog);
	pthread_mutex_destroy(&journal->lock);
	free(journal);
}

static struct tp_journal *allocate(const struct tp_journal_setup *setup)
{
	struct tp_journal *journal = calloc(1, sizeof(*journal));

	if (journal == NULL)
		return NULL;
	pthread_mutex_init(&journal->lock, NULL);
	STAILQ_INIT(&journal->unwritten);
	journal->self = setup->self;
	journal->self.attempts = 0;
	journal->self.kept = false;
	journal->file = setup->file != NULL ? setup->file : TP_JOURNAL_FILE;
	journal->what = setup->what != NULL ? setup->what : "sessions";
	snprintf(journal->path, sizeof(journal->path), "%s/%s", setup->directory, journal->file);
	return journal;
}

/* What is damaged is set aside for a fresh one; of what was told nothing is in that. */
static int begin_afresh(struct tp_journal *journal, struct tp_error *e)
{
	struct tp_error why = *e;
	int error;

	tp_journal_tables_set_aside(journal);
	error = tp_journal_tables_open(journal, e);
	if (error == 0)
		tp_journal_tables_tell(journal, why.message, e);
	atomic_store(&journal->rows, 0);
	atomic_store(&journal->lost, true);
	return error;
}

static int open_and_read(struct tp_journal *journal, const struct tp_journal_setup *setup,
			 struct tp_journal_about *about, struct tp_error *e)
{
	struct tp_error reading = {0}, waiting;
	int opened = tp_journal_tables_open(journal, e), error;

	/* Not before it is known that no other daemon has the journal. */
	if (opened == -EBUSY)
		return opened;
	error = tp_backlog_open(journal->path, &journal->backlog, &waiting);
	if (error != 0) {
		*e = waiting;
		return -ENOMEM;
	}
	if (waiting.message[0] != '\0')
		tp_log_warning("journal", "%s: %s", waiting.place, waiting.message);
	if (opened != 0) {
		tp_journal_left_over_drop(journal);
		return opened;
	}
	error = tp_journal_rows_read(journal, setup, about, &reading);
	if (error == 0)
		return 0;
	*e = reading;
	return error == -EBADMSG || error == -EIO ? begin_afresh(journal, e) : error;
}

/* The thread tries again; who opens it tells why it must. */
static void begin_broken(struct tp_journal *journal, const struct tp_error *e)
{
	atomic_store(&journal->broken, true);
	atomic_store(&journal->lost, true);
	snprintf(journal->trouble, sizeof(journal->trouble), "%s", e->message);
	journal->told = true;
	journal->told_ms = tp_clock_ms();
}

int tp_journal_open(const struct tp_journal_setup *setup, struct tp_journal_about *about,
		    struct tp_journal **out, struct tp_error *e)
{
	struct tp_journal *journal = allocate(setup);
	int error;

	*about = (struct tp_journal_about){0};
	*e = (struct tp_error){0};
	if (journal == NULL)
		return tp_error_set(e, -ENOMEM, setup->directory, "out of memory");
	error = open_and_read(journal, setup, about, e);
	if (error != 0 && error != -EBUSY && error != -ENOMEM) {
		begin_broken(journal, e);
		error = 0;
	}
	if (error == 0 && tp_thread_start(&journal->thread, "journal", setup->cpus, tp_journal_work,
					  journal) != 0)
		error = tp_error_set(e, -EAGAIN, journal->path, "no thread for it");
	if (error != 0)
		destroy(journal);
	else
		*out = journal;
	return error;
}

void tp_journal_close(struct tp_journal *journal, bool keep)
{
	if (journal == NULL)
		return;
	atomic_store(&journal->keep, keep);
	atomic_store(&journal->ending, true);
	tp_backlog_wake(journal->backlog);
	pthread_join(journal->thread, NULL);
	destroy(journal);
}
