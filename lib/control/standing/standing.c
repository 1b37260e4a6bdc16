/* SPDX-License-Identifier: BSD-3-Clause */
/* What goes into the journal, and when. */
#include "control/standing/standing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "control/standing/standing_private.h"

#define CHANGED_SLICE	 512
#define AGAIN_SLICE	 512 /* slots */
#define AHEAD		 4   /* slots that are fetched into the cache */
#define CHECKPOINT_MS	 60000
#define CHECKPOINT_SLICE 256 /* slots, at most, in a turn */
#define NONE		 UINT32_MAX

static bool bit(const uint8_t *bits, uint32_t slot)
{
	return (bits[slot / 8] >> slot % 8 & 1) != 0;
}

static void set_bit(uint8_t *bits, uint32_t slot, bool on)
{
	if (on)
		bits[slot / 8] |= (uint8_t)(1u << slot % 8);
	else
		bits[slot / 8] &= (uint8_t) ~(1u << slot % 8);
}

/* ---- begin and end --------------------------------------------------------------------------- */

static void destroy(struct tp_standing *st)
{
	if (st == NULL)
		return;
	free(st->changed);
	free(st->is_changed);
	free(st->is_kept);
	free(st);
}

static struct tp_standing *create(struct tp_control *c,
				  const struct tp_config_management *management)
{
	struct tp_standing *st = calloc(1, sizeof(*st));

	if (st == NULL)
		return NULL;
	st->c = c;
	st->size = tp_config_dataplane(c->config)->max_sessions;
	st->changed = calloc(st->size, sizeof(*st->changed));
	st->is_changed = calloc(st->size / 8 + 1, 1);
	st->is_kept = calloc(st->size / 8 + 1, 1);
	st->again_slot = NONE;
	snprintf(st->directory, sizeof(st->directory), "%s", management->journal_directory);
	if (st->changed == NULL || st->is_changed == NULL || st->is_kept == NULL) {
		destroy(st);
		return NULL;
	}
	return st;
}

int tp_standing_begin(struct tp_control *c)
{
	const struct tp_config_management *management = tp_config_management(c->config);

	if (!management->journal)
		return 0;
	c->standing = create(c, management);
	if (c->standing == NULL)
		return -ENOMEM;
	if (!tp_standing_restore(c->standing)) {
		tp_live_last_close(c->standing->counted, false);
		c->standing->counted = NULL;
		return 0;
	}
	/* What was restored has other slots, or has changed with the configuration; what was not is
	 * to go. */
	c->standing->again_slot = 0;
	c->standing->checkpoint_ms = c->now_ms;
	return 0;
}

/* ---- a session ------------------------------------------------------------------------------- */

static void note_kept(struct tp_standing *st, uint32_t slot, bool kept)
{
	if (bit(st->is_kept, slot) == kept)
		return;
	set_bit(st->is_kept, slot, kept);
	st->kept = kept ? st->kept + 1 : st->kept - 1;
}

static void put(struct tp_standing *st, const struct tp_session *s,
		const struct tp_session_info *info)
{
	struct tp_session_counters counters;
	uint8_t bytes[TP_SESSION_IMAGE_MAX];
	size_t len;

	tp_dataplane_session_counters(st->c->dp, info->slot, &counters);
	len = tp_session_image(s, &counters, st->c->now_ms, st->now_wall_ms, bytes, sizeof(bytes));
	if (len > 0 && tp_journal_put(st->journal, info->accounting_id, bytes, len))
		note_kept(st, info->slot, true);
}

void tp_standing_changed(struct tp_control *c, uint32_t slot)
{
	struct tp_standing *st = c->standing;

	if (st == NULL || st->journal == NULL || bit(st->is_changed, slot))
		return;
	set_bit(st->is_changed, slot, true);
	st->changed[(st->first + st->count++) % st->size] = slot;
}

static void forget(struct tp_standing *st, const struct tp_session_info *info)
{
	if (!bit(st->is_kept, info->slot))
		return;
	note_kept(st, info->slot, false);
	(void)tp_journal_remove(st->journal, info->accounting_id);
}

void tp_standing_event(struct tp_control *c, const struct tp_ac_event *event)
{
	struct tp_standing *st = c->standing;
	const struct tp_session_info *info = event->info;

	if (st == NULL || st->journal == NULL || event->line == NULL)
		return;
	switch (event->kind) {
	case TP_AC_LINK_UP: /* it was a session of its own, if it was restored as one */
		forget(st, info);
		tp_standing_changed(c, info->bundle_slot);
		break;
	case TP_AC_SESSION_UP:
	case TP_AC_SESSION_DOWN:
	case TP_AC_SESSION_CHANGED:
	case TP_AC_LINK_DOWN:
		tp_standing_changed(c, info->bundle_slot);
		break;
	case TP_AC_SESSION_ENDED:
		forget(st, info);
		if (info->bundle_id != 0)
			tp_standing_changed(c, info->bundle_slot);
		break;
	default:
		break;
	}
}

/* The session that began with the line in SLOT, if there is one. */
static void put_slot(struct tp_standing *st, uint32_t slot)
{
	const struct tp_line *line = tp_ac_find_slot(st->c->ac, slot);
	const struct tp_session *s;
	struct tp_session_info info;

	if (line == NULL)
		return;
	tp_line_info(line, &info);
	s = tp_line_session(line);
	if (info.bundle_id == 0 && s != NULL)
		put(st, s, &info);
}

/* ---- a turn ---------------------------------------------------------------------------------- */

/* The one that is AHEAD in the queue is on its way here while those before it are put. */
static void fetch(const struct tp_standing *st)
{
	if (st->count > 2 * AHEAD)
		tp_ac_fetch_line(st->c->ac, st->changed[(st->first + 2 * AHEAD) % st->size]);
	if (st->count > AHEAD)
		tp_ac_fetch_session(st->c->ac, st->changed[(st->first + AHEAD) % st->size]);
}

static void put_changed(struct tp_standing *st)
{
	for (unsigned i = 0; i < CHANGED_SLICE && st->count > 0; i++) {
		uint32_t slot = st->changed[st->first];

		st->first = (st->first + 1) % st->size;
		st->count--;
		set_bit(st->is_changed, slot, false);
		fetch(st);
		put_slot(st, slot);
	}
}

static void put_again(struct tp_standing *st)
{
	for (unsigned i = 0; i < AGAIN_SLICE && st->again_slot < st->size; i++)
		put_slot(st, st->again_slot++);
	if (st->again_slot < st->size)
		return;
	st->again_slot = NONE;
	tp_journal_settle(st->journal);
	tp_live_last_close(st->counted, true);
	st->counted = NULL;
}

/* As many as have their turn by now, so that each has it once in CHECKPOINT_MS. */
static void checkpoint(struct tp_standing *st)
{
	const uint64_t passed_ms = st->c->now_ms - st->checkpoint_ms;
	const uint64_t due = st->size * passed_ms / CHECKPOINT_MS; /* slots */
	const uint32_t until = st->checkpoint_slot + (uint32_t)(due < st->size ? due : st->size);
	if (due == 0)
		return;
	st->checkpoint_ms = st->c->now_ms;
	for (unsigned i = 0; i < CHECKPOINT_SLICE && st->checkpoint_slot < until; i++)
		put_slot(st, st->checkpoint_slot++);
	if (st->checkpoint_slot >= st->size)
		st->checkpoint_slot = 0;
}

bool tp_standing_turn(struct tp_control *c)
{
	struct tp_standing *st = c->standing;

	if (st == NULL || st->journal == NULL)
		return false;
	st->now_wall_ms = tp_clock_wall_ms();
	if (tp_journal_poll(st->journal))
		st->again_slot = 0;
	put_changed(st);
	if (st->again_slot != NONE)
		put_again(st);
	else
		checkpoint(st);
	return st->count > 0 || st->again_slot != NONE;
}

/* ---- the end ------------------------------------------------------------------------------- */

bool tp_standing_keeps(const struct tp_standing *st)
{
	struct tp_journal_counters n;

	if (st == NULL || st->journal == NULL)
		return false;
	n = tp_journal_counters(st->journal);
	return !n.broken && n.whole;
}

static void put_all(struct tp_standing *st)
{
	for (uint32_t slot = 0; slot < st->size; slot++)
		put_slot(st, slot);
	tp_journal_settle(st->journal);
}

void tp_standing_end(struct tp_standing *st, bool keep)
{
	if (st == NULL)
		return;
	if (st->journal != NULL && keep) {
		put_all(st);
		tp_dataplane_counters_keep(st->c->dp); /* it counts on until the workers end */
	}
	tp_journal_close(st->journal, keep);
	tp_live_last_close(st->counted, st->journal != NULL);
	destroy(st);
}

unsigned tp_standing_reconcile(const struct tp_control *c, char *text, size_t size)
{
	const struct tp_standing *st = c->standing;
	struct tp_journal_counters n;

	if (st == NULL || st->journal == NULL)
		return 0;
	n = tp_journal_counters(st->journal);
	if (n.waiting > 0 || !n.whole || n.broken || st->count > 0 || st->again_slot != NONE ||
	    n.rows == st->kept)
		return 0;
	snprintf(text, size, "the journal has %llu sessions, and should have %u",
		 (unsigned long long)n.rows, st->kept);
	return (unsigned)(n.rows > st->kept ? n.rows - st->kept : st->kept - n.rows);
}
