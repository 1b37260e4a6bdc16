/* SPDX-License-Identifier: BSD-3-Clause */
#include "history/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "history/private.h"

#define BUCKETS	   (1u << 16)
#define LOOK_BACK  3	 /* entries that one more of the same may be of */
#define SETTLES_MS 10000 /* so long what comes to a session that is up belongs to that */
#define PACE	   4000	 /* callers a second that are written */
#define PACE_BUSY  200	 /* while others need control more */

struct tp_history *tp_history_create(const struct tp_history_settings *settings, uint64_t seed,
				     uint64_t now_ms)
{
	struct tp_history *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->settings = *settings;
	h->seed[0] = seed;
	h->seed[1] = ~seed;
	h->mask = BUCKETS - 1;
	h->next_id = tp_clock_wall_ms() << 20; /* more than any start before had */
	h->names = tp_names_create();
	h->by_key = calloc(BUCKETS, sizeof(*h->by_key));
	h->by_mac = calloc(BUCKETS, sizeof(*h->by_mac));
	TAILQ_INIT(&h->free);
	TAILQ_INIT(&h->unwritten);
	TAILQ_INIT(&h->known);
	TAILQ_INIT(&h->strangers);
	tp_token_bucket_init(&h->pace, PACE, PACE / 100, now_ms);
	tp_token_bucket_init(&h->slow, PACE_BUSY, PACE_BUSY / 10, now_ms);
	if (h->names == NULL || h->by_key == NULL || h->by_mac == NULL) {
		tp_history_destroy(h);
		return NULL;
	}
	return h;
}

void tp_history_destroy(struct tp_history *h)
{
	struct caller *c;

	if (h == NULL)
		return;
	keeping_end(h);
	while ((c = TAILQ_FIRST(&h->known)) != NULL)
		caller_remove(h, c);
	while ((c = TAILQ_FIRST(&h->strangers)) != NULL)
		caller_remove(h, c);
	for (uint32_t i = 0; i < h->chunk_count; i++)
		free(h->chunks[i]);
	free(h->chunks);
	free(h->by_key);
	free(h->by_mac);
	tp_name_unref(h->port);
	tp_names_destroy(h->names);
	free(h);
}

void tp_history_set(struct tp_history *h, const struct tp_history_settings *settings)
{
	static const struct caller nobody;

	h->settings = *settings;
	limits_keep(h, &nobody); /* lines of a caller with its next one */
}

/* What it has now, as long as NOTE says so. */
static void keep_facts(struct tp_history *h, struct caller *c, const struct tp_history_note *note)
{
	if (note->line != NULL) {
		caller_rename(h, &c->is.circuit_id, note->line->circuit_id);
		caller_rename(h, &c->is.remote_id, note->line->remote_id);
	}
	if (note->address != 0)
		c->is.address = note->address;
	if (note->prefix != NULL)
		c->is.prefix = *note->prefix;
	if (note->delegated != NULL)
		c->is.delegated = *note->delegated;
}

/* The other family, or a delegated prefix, has come to one that has just come up. */
static bool belongs_to_up(struct caller *c, const struct tp_history_note *note)
{
	struct tp_history_entry *last = c->is.count > 0 ? &c->is.entries[c->is.count - 1] : NULL;

	if (last == NULL || note->kind != TP_HISTORY_EVENT || note->code != TP_AC_SESSION_CHANGED ||
	    last->kind != TP_HISTORY_EVENT || last->code != TP_AC_SESSION_UP ||
	    note->wall_ms > last->last_ms + SETTLES_MS || (last->families & ~note->families) != 0)
		return false;
	last->families |= note->families;
	if (last->number == 0)
		last->number = note->address;
	return true;
}

static bool repeats(const struct tp_history_note *note)
{
	return note->kind != TP_HISTORY_END &&
	       (note->kind != TP_HISTORY_EVENT || note->code != TP_AC_SESSION_UP);
}

/* One more of what is there already. */
static bool count_again(struct tp_history *h, struct caller *c, const struct tp_history_note *note)
{
	struct tp_history_entry *entries = c->is.entries, again;

	for (unsigned i = c->is.count; repeats(note) && i > 0 && i + LOOK_BACK > c->is.count; i--) {
		struct tp_history_entry *e = &entries[i - 1];

		if (e->kind != note->kind || e->code != note->code ||
		    strcmp(e->text, note->text) != 0)
			continue;
		again = *e;
		if (note->wall_ms > again.last_ms)
			again.span_s += (uint32_t)(note->wall_ms / 1000 - again.last_ms / 1000);
		again.last_ms = note->wall_ms;
		again.count += again.count < UINT32_MAX;
		memmove(e, e + 1, (c->is.count - i) * sizeof(*e));
		entries[c->is.count - 1] = again;
		h->counters.repeated++;
		return true;
	}
	return false;
}

static bool append(struct tp_history *h, struct caller *c, const struct tp_history_note *note)
{
	const char *text = tp_name_get(h->names, note->text);
	struct tp_history_entry *e =
		text != NULL ? caller_append(h, c, limits_of_caller(h, c)) : NULL;

	if (e == NULL) {
		tp_name_unref(text);
		return false;
	}
	*e = (struct tp_history_entry){
		.last_ms = note->wall_ms,
		.text = text,
		.count = 1,
		.number = note->number,
		.kind = (uint8_t)note->kind,
		.code = (uint8_t)note->code,
		.families = note->families,
	};
	return true;
}

/* Who has come up is no stranger, nor is what the same host does before it says who it is. */
static void note_up(struct tp_history *h, struct caller *c)
{
	struct caller *before;

	caller_is_known(h, c);
	before = caller_find(h, &c->is.mac, c->is.vlans, c->is.port, "");
	if (before != NULL)
		caller_is_known(h, before);
}

static bool take(struct tp_history *h, const struct tp_history_note *note, const char *port)
{
	struct caller *c = caller_find(h, &note->mac, note->vlans, port, note->user);

	if (c == NULL)
		c = caller_add(h, 0, &note->mac, note->vlans, port, note->user, note->proven);
	if (c == NULL)
		return false;
	if (note->proven)
		note_up(h, c);
	keep_facts(h, c, note);
	if (!belongs_to_up(c, note) && !count_again(h, c, note) && !append(h, c, note)) {
		if (c->is.count == 0)
			caller_remove(h, c);
		return false;
	}
	caller_heard(h, c);
	caller_changed(h, c);
	limits_keep(h, c);
	return true;
}

/* The same few come again and again: the last one is at hand. */
static const char *port_name(struct tp_history *h, const char *port)
{
	if (h->port == NULL || strcmp(h->port, port) != 0) {
		tp_name_unref(h->port);
		h->port = tp_name_get(h->names, port);
	}
	return h->port;
}

void tp_history_note(struct tp_history *h, const struct tp_history_note *note)
{
	const char *port;

	if (h->settings.memory_limit == 0)
		return;
	port = port_name(h, note->port);
	h->counters.noted++;
	if (port == NULL || !take(h, note, port))
		h->counters.dropped++;
}

struct tp_history_counters tp_history_counters(const struct tp_history *h)
{
	struct tp_history_counters counters = h->counters;

	counters.memory = h->memory + tp_names_memory(h->names);
	counters.on_disk = h->keeping != NULL && h->keeping->journal != NULL;
	if (counters.on_disk)
		counters.journal = tp_journal_counters(h->keeping->journal);
	return counters;
}
