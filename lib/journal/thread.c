/* SPDX-License-Identifier: BSD-3-Clause */
/* The thread of a journal: it writes what it is ordered to, in batches, and says every few seconds
 * that the daemon lives. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "journal/journal_private.h"

#define TELL_MS	 60000 /* between lines about a broken disk */
#define AGAIN_MS 1000  /* from one vain try to write to the next */
#define BEAT_MS	 10000 /* from one word that the daemon lives to the next */
#define LIVES_MS 2000  /* what was found did not bring down a daemon that has run for as long */

static void set_trouble(struct tp_journal *journal, const char *text)
{
	pthread_mutex_lock(&journal->lock);
	snprintf(journal->trouble, sizeof(journal->trouble), "%s", text);
	pthread_mutex_unlock(&journal->lock);
}

static void tell_failure(struct tp_journal *journal, const char *why)
{
	uint64_t now_ms = tp_clock_ms();

	atomic_fetch_add(&journal->failed, 1);
	atomic_store(&journal->broken, true);
	set_trouble(journal, why);
	if (journal->told_ms != 0 && now_ms - journal->told_ms < TELL_MS)
		return;
	journal->told_ms = now_ms;
	journal->told = true;
	tp_log_error("journal",
		     "%s can't be written to %s (%s): those that came since wait in memory, "
		     "and the end of the machine now would lose them",
		     journal->what, journal->path, why);
}

static void tell_success(struct tp_journal *journal)
{
	if (journal->told)
		tp_log_info("journal", "%s are written to %s again", journal->what, journal->path);
	journal->told = false;
	if (atomic_load(&journal->broken))
		set_trouble(journal, "");
	atomic_store(&journal->broken, false);
}

/* A journal that is opened in the middle of things has nothing that could be relied on. */
static bool open_again(struct tp_journal *journal)
{
	struct tp_error e;
	int error = tp_journal_tables_open(journal, &e);

	if (error == 0)
		error = tp_database_error(journal->db, journal->path,
					  tp_journal_rows_empty(journal), &e);
	if (error != 0) {
		tell_failure(journal, e.message);
		tp_journal_tables_close(journal);
		return false;
	}
	if (e.message[0] != '\0')
		tp_log_warning("journal", "%s: %s", e.place, e.message);
	atomic_store(&journal->rows, 0);
	atomic_store(&journal->lost, true);
	journal->begun = false;
	journal->beat_ms = 0;
	return true;
}

/* What can't be mended is set aside at once; a file that was taken away is made again. */
static void look_at_failure(struct tp_journal *journal)
{
	int code = sqlite3_errcode(journal->db) & 0xff;
	char why[256];

	snprintf(why, sizeof(why), "%s", sqlite3_errmsg(journal->db));
	sqlite3_exec(journal->db, "ROLLBACK", NULL, NULL, NULL);
	tell_failure(journal, why);
	if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
		tp_log_error("journal", "%s is damaged: it is set aside as %s.broken",
			     journal->path, journal->file);
		tp_journal_tables_set_aside(journal);
	} else if (tp_journal_tables_moved(journal)) {
		tp_journal_tables_close(journal);
	}
}

static bool say_that_it_lives(struct tp_journal *journal, bool kept)
{
	journal->self.unix_ms = tp_clock_wall_ms();
	journal->self.kept = kept;
	tp_journal_left_over_note(journal, journal->self.unix_ms, false);
	return tp_journal_about_write(journal, &journal->self);
}

/* All of it in one transaction, or nothing. */
static bool write_orders(struct tp_journal *journal, bool beat, bool last)
{
	unsigned long long rows = atomic_load(&journal->rows), generation = journal->generation;
	bool keep = atomic_load(&journal->keep), done;
	const struct order *order;

	done = sqlite3_exec(journal->db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK;
	STAILQ_FOREACH (order, &journal->unwritten, entry)
		done = done && tp_journal_rows_carry_out(journal, order);
	if (last && !keep)
		done = done && tp_journal_rows_empty(journal) == SQLITE_OK;
	if (beat || last)
		done = done && say_that_it_lives(journal, last && keep);
	done = done && sqlite3_exec(journal->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
	if (done) {
		if (beat || last)
			tp_journal_left_over_note(journal, journal->self.unix_ms, true);
		return true;
	}
	atomic_store(&journal->rows, rows);
	journal->generation = generation;
	look_at_failure(journal);
	return false;
}

static void measure(struct tp_journal *journal)
{
	static const char *const suffix[] = {"", "-wal"};
	char path[sizeof(journal->path) + 8];
	struct stat st;
	uint64_t bytes = 0;

	for (unsigned i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s%s", journal->path, suffix[i]);
		if (stat(path, &st) == 0)
			bytes += (uint64_t)st.st_size;
	}
	atomic_store(&journal->bytes, bytes);
}

static void count_written(struct tp_journal *journal)
{
	const struct order *order;
	uint64_t written = 0, removed = 0;

	STAILQ_FOREACH (order, &journal->unwritten, entry) {
		written += order->head.kind == ORDER_PUT;
		removed += order->head.kind == ORDER_REMOVE;
	}
	atomic_fetch_add(&journal->written, written);
	atomic_fetch_add(&journal->removed, removed);
	atomic_fetch_add(&journal->batches, 1);
}

/* What is lost anyhow waits in vain: all of it will be put once more. */
static void after_failure(struct tp_journal *journal)
{
	journal->again_ms = tp_clock_ms() + AGAIN_MS;
	if (atomic_load(&journal->lost))
		tp_journal_batch_done(journal);
}

static void write_batch(struct tp_journal *journal, bool beat, bool last)
{
	tp_journal_batch_condense(journal);
	if ((journal->db == NULL && !open_again(journal)) || !write_orders(journal, beat, last)) {
		after_failure(journal);
		return;
	}
	journal->again_ms = 0;
	count_written(journal);
	tp_journal_batch_done(journal);
	atomic_store(&journal->since_ms, journal->taken_ms);
	tell_success(journal);
	measure(journal);
}

/* What the disk has confirmed not even the machine's end takes. */
static void live_on(struct tp_journal *journal)
{
	if (journal->db != NULL && tp_journal_tables_moved(journal)) {
		tp_log_warning("journal", "%s was taken away: it is made again", journal->path);
		tp_journal_tables_close(journal);
	}
	if (journal->begun)
		journal->self.attempts = 0;
	write_batch(journal, true, false);
	if (journal->db != NULL && journal->begun && atomic_load(&journal->waiting) == 0)
		sqlite3_wal_checkpoint_v2(journal->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	journal->beat_ms = tp_clock_ms() + (journal->begun ? BEAT_MS : LIVES_MS);
	journal->begun = true;
}

static int until_ms(const struct tp_journal *journal)
{
	uint64_t now_ms = tp_clock_ms(), until = journal->beat_ms;

	if (journal->again_ms != 0 && journal->again_ms < until)
		until = journal->again_ms;
	return until > now_ms ? (int)(until - now_ms) : 0;
}

/* So that a batch is one: what changes again meanwhile is written once. */
static void gather(const struct tp_journal *journal)
{
	const struct timespec haste = {.tv_nsec = TP_JOURNAL_HASTE_MS * 1000000L};
	const bool outlives = tp_backlog_path(journal->backlog)[0] != '\0';
	unsigned times = outlives ? TP_JOURNAL_BATCH_MS / TP_JOURNAL_HASTE_MS : 1;

	while (times-- > 0 && !atomic_load(&journal->ending))
		nanosleep(&haste, NULL);
}

/* True: the journal is to be closed. */
static bool take_orders(struct tp_journal *journal)
{
	bool ending;

	tp_backlog_wait(journal->backlog, until_ms(journal));
	if (atomic_load(&journal->waiting) > 0)
		gather(journal);
	ending = atomic_load(&journal->ending);
	journal->taken_ms = tp_clock_ms();
	tp_journal_batch_take(journal);
	return ending;
}

/* Before anything changes; the start does not wait for it. */
static void look_through(struct tp_journal *journal)
{
	char why[200];

	if (journal->db != NULL && !tp_database_sound(journal->db, why, sizeof(why))) {
		atomic_fetch_add(&journal->bad_rows, 1);
		tp_log_error("journal",
			     "%s is damaged (%s), and %s in it may be missing: it is set aside as "
			     "%s.broken",
			     journal->path, why, journal->what, journal->file);
		tp_journal_tables_set_aside(journal);
	}
	atomic_store(&journal->looked_through, true);
}

void *tp_journal_work(void *user)
{
	struct tp_journal *journal = user;
	bool ending = false;

	look_through(journal);

	while (!ending) {
		ending = take_orders(journal);
		if (ending)
			break;
		if (tp_clock_ms() >= journal->beat_ms)
			live_on(journal);
		else if (journal->again_ms == 0 ? !STAILQ_EMPTY(&journal->unwritten)
						: tp_clock_ms() >= journal->again_ms)
			write_batch(journal, journal->again_ms != 0, false);
	}
	journal->self.attempts = 0;
	write_batch(journal, false, true);
	tp_journal_batch_leave(journal); /* what could not be written */
	return NULL;
}
