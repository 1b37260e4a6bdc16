/* SPDX-License-Identifier: BSD-3-Clause */
/* What of it outlives the daemon. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/thread.h"
#include "history/private.h"

#define WRITE_SLICE 32 /* callers in a turn */
#define READ_SLICE  64

/* ---- the thread that reads ---- */

static void found(void *user, uint64_t key, const uint8_t *bytes, size_t len)
{
	struct keeping *k = user;
	struct found *f = malloc(sizeof(*f) + len);

	if (f == NULL)
		return;
	f->id = key;
	f->len = len;
	memcpy(f->bytes, bytes, len);
	tp_inbox_put(&k->found, &f->item);
}

static void *read_all(void *user)
{
	struct keeping *k = user;
	struct tp_journal_setup setup = {
		.directory = k->directory,
		.file = TP_HISTORY_FILE,
		.what = "subscribers' histories",
		.cpus = &k->cpus,
		.found = found,
		.user = k,
	};
	struct tp_journal_about about;

	tp_journal_about_here(&setup.self, "");
	if (mkdir(k->directory, 0700) != 0 && errno != EEXIST)
		tp_log_debug("journal", "%s: %s", k->directory, strerror(errno)); /* told below */
	if (tp_journal_open(&setup, &about, &k->opened, &k->error) != 0)
		k->opened = NULL;
	atomic_store(&k->has_read, true);
	return NULL;
}

int tp_history_keep(struct tp_history *h, const char *directory, const cpu_set_t *cpus,
		    struct tp_error *e)
{
	struct keeping *k = calloc(1, sizeof(*k));
	int error;

	if (k == NULL)
		return tp_error_set(e, -ENOMEM, directory, "out of memory");
	tp_inbox_init(&k->found, false);
	snprintf(k->directory, sizeof(k->directory), "%s", directory);
	k->cpus = *cpus;
	atomic_init(&k->has_read, false);
	error = tp_thread_start(&k->reader, "history", cpus, read_all, k);
	if (error != 0) {
		free(k);
		return tp_error_set(e, error, directory, "no thread to read it");
	}
	k->reads = true;
	h->keeping = k;
	return 0;
}

/* ---- control's side ---- */

static void has_read(struct keeping *k)
{
	pthread_join(k->reader, NULL);
	k->reads = false;
	k->journal = k->opened;
	if (k->journal == NULL)
		tp_log_error("journal",
			     "%s: %s: what happens to subscribers is kept in memory alone",
			     k->error.place, k->error.message);
	else if (k->error.message[0] != '\0')
		tp_log_warning("journal", "%s: %s", k->error.place, k->error.message);
}

/* What the reader found is first all there. */
static bool take_found(struct tp_history *h, unsigned most)
{
	struct keeping *k = h->keeping;

	if (k->rest == NULL)
		k->rest = tp_inbox_take(&k->found);
	for (; most > 0 && k->rest != NULL; most--) {
		struct found *f = (struct found *)k->rest;

		k->rest = f->item.next;
		if (f->id >= h->next_id)
			h->next_id = f->id + 1;
		if (!image_read(h, f->id, f->bytes, f->len) && k->journal != NULL)
			(void)tp_journal_remove(k->journal, f->id);
		free(f);
	}
	return k->rest != NULL;
}

static void write_one(struct tp_history *h, struct caller *c)
{
	static uint8_t bytes[IMAGE_MAX]; /* too large for a stack */
	size_t len = image_write(c, bytes, sizeof(bytes));

	c->unwritten = false;
	h->counters.unwritten--;
	if (len > 0 && tp_journal_put(h->keeping->journal, c->is.id, bytes, len))
		c->on_disk = true;
}

static bool may_write(struct tp_history *h, uint64_t now_ms, bool busy)
{
	return tp_token_bucket_take(busy ? &h->slow : &h->pace, now_ms);
}

static bool write_some(struct tp_history *h, uint64_t now_ms, bool busy)
{
	struct caller *c = NULL;

	for (unsigned i = 0; i < WRITE_SLICE; i++) {
		c = TAILQ_FIRST(&h->unwritten);
		if (c == NULL || !may_write(h, now_ms, busy))
			return false;
		TAILQ_REMOVE(&h->unwritten, c, entry);
		write_one(h, c);
	}
	return true;
}

/* Something was lost on the way to the disk: all is told again, by and by. */
static void put_again(struct tp_history *h)
{
	struct caller *c;

	TAILQ_FOREACH (c, &h->known, by_time)
		caller_changed(h, c);
	TAILQ_FOREACH (c, &h->strangers, by_time)
		caller_changed(h, c);
	h->keeping->settles = true;
}

bool tp_history_turn(struct tp_history *h, uint64_t now_ms, bool busy)
{
	struct keeping *k = h->keeping;
	bool more = false;

	if (k == NULL)
		return false;
	if (k->reads) {
		if (!atomic_load(&k->has_read))
			return false;
		has_read(k);
	}
	if (!busy)
		more = take_found(h, READ_SLICE);
	if (k->journal == NULL)
		return more;
	if (tp_journal_poll(k->journal))
		put_again(h);
	more |= write_some(h, now_ms, busy);
	if (k->settles && k->rest == NULL && TAILQ_EMPTY(&h->unwritten)) {
		k->settles = false;
		tp_journal_settle(k->journal);
	}
	return more;
}

void keeping_removed(struct tp_history *h, const struct caller *c)
{
	if (c->on_disk && h->keeping != NULL && h->keeping->journal != NULL)
		(void)tp_journal_remove(h->keeping->journal, c->is.id);
}

void keeping_end(struct tp_history *h)
{
	struct keeping *k = h->keeping;
	struct caller *c;

	if (k == NULL)
		return;
	if (k->reads)
		has_read(k);
	while (take_found(h, READ_SLICE))
		;
	while ((c = TAILQ_FIRST(&h->unwritten)) != NULL) {
		TAILQ_REMOVE(&h->unwritten, c, entry);
		if (k->journal != NULL)
			write_one(h, c);
		c->unwritten = false;
	}
	tp_journal_close(k->journal, true);
	h->keeping = NULL;
	free(k);
}
