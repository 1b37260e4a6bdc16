/* SPDX-License-Identifier: BSD-3-Clause */
/* Who gives way when there is no room. */
#include "history/private.h"

#define PLACE_SHARE 8  /* of strangers: no VLAN has more than the eighth part */
#define PLACE_LEAST 16 /* but so many */

unsigned limits_of_caller(const struct tp_history *h, const struct caller *c)
{
	const unsigned most = h->settings.caller_lines;

	if (!c->is.known && most > TP_HISTORY_STRANGERS_LINES)
		return TP_HISTORY_STRANGERS_LINES;
	return most;
}

static uint32_t place_limit(const struct tp_history *h)
{
	const uint32_t share = h->settings.strangers / PLACE_SHARE;

	return share > PLACE_LEAST ? share : PLACE_LEAST;
}

static bool evict(struct tp_history *h, struct caller *victim, const struct caller *keep)
{
	if (victim == NULL || victim == keep)
		return false;
	h->counters.dropped += victim->is.count;
	caller_remove(h, victim);
	return true;
}

static uint64_t memory(const struct tp_history *h)
{
	return h->memory + tp_names_memory(h->names);
}

void limits_keep(struct tp_history *h, const struct caller *c)
{
	if (c->place != NULL && c->place->count > place_limit(h))
		evict(h, TAILQ_FIRST(&c->place->strangers), c);
	while (h->counters.strangers > h->settings.strangers)
		if (!evict(h, TAILQ_FIRST(&h->strangers), c))
			break;
	while (h->counters.lines > h->settings.lines || memory(h) > h->settings.memory_limit)
		if (!evict(h, TAILQ_FIRST(&h->strangers), c) &&
		    !evict(h, TAILQ_FIRST(&h->known), c))
			break;
}
