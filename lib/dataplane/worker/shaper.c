/* SPDX-License-Identifier: BSD-3-Clause */
#include "dataplane/worker/shaper.h"

#include <rte_malloc.h>
#include <rte_mbuf.h>

#include "dataplane/state.h"
#include "dataplane/worker/encap.h"
#include "dataplane/worker/forward.h"

#define SLOTS_A_SECOND 2048 /* at least */
#define NO_ENTRY       UINT32_MAX

/* ---- the wheel ------------------------------------------------------------------------------ */

struct tp_wheel *tp_wheel_create(uint64_t hz, uint32_t sessions)
{
	struct tp_wheel *wheel = rte_zmalloc("wheel", sizeof(*wheel), 64);

	if (wheel == NULL)
		return NULL;
	wheel->waiting = rte_zmalloc("waiting", 2 * sessions * sizeof(*wheel->waiting), 64);
	if (wheel->waiting == NULL) {
		rte_free(wheel);
		return NULL;
	}
	while (hz >> (wheel->shift + 1) >= SLOTS_A_SECOND)
		wheel->shift++;
	for (uint32_t i = 0; i < TP_WHEEL_SLOTS; i++)
		wheel->first[i] = NO_ENTRY;
	for (uint32_t i = 0; i < TP_WHEEL_HELD; i++)
		wheel->entries[i].next = i + 1 < TP_WHEEL_HELD ? i + 1 : NO_ENTRY;
	return wheel;
}

void tp_wheel_destroy(struct tp_wheel *wheel)
{
	if (wheel == NULL)
		return;
	for (uint32_t i = 0; i < TP_WHEEL_HELD; i++)
		rte_pktmbuf_free(wheel->entries[i].mbuf);
	rte_free(wheel->waiting);
	rte_free(wheel);
}

static uint16_t *waiting(struct tp_wheel *wheel, const struct tp_wheel_entry *entry)
{
	return &wheel->waiting[2 * entry->slot + entry->down];
}

/* Is there room for one more of its kind? TP_DROP_COUNT: yes. */
static enum tp_drop room(struct tp_wheel *wheel, const struct tp_wheel_entry *entry)
{
	uint32_t share = (TP_WHEEL_HELD - wheel->count) >> TP_WHEEL_SHARE_SHIFT;

	if (wheel->free == NO_ENTRY)
		return TP_DROP_SHAPER_FULL;
	if (*waiting(wheel, entry) >= TP_WHEEL_SHARE_LEAST && *waiting(wheel, entry) >= share)
		return TP_DROP_SHAPER_SHARE;
	return TP_DROP_COUNT;
}

/* There is room. */
static void hold(struct tp_wheel *wheel, const struct tp_wheel_entry *entry, uint64_t at)
{
	uint32_t i = wheel->free, place = (uint32_t)at & (TP_WHEEL_SLOTS - 1);

	wheel->free = wheel->entries[i].next;
	wheel->entries[i] = *entry;
	wheel->entries[i].next = NO_ENTRY;
	if (wheel->first[place] == NO_ENTRY)
		wheel->first[place] = i;
	else
		wheel->entries[wheel->last[place]].next = i;
	wheel->last[place] = i;
	wheel->count++;
	++*waiting(wheel, entry);
}

/* The entry is free again when this returns: what is sent on may be held anew. */
static struct tp_wheel_entry take(struct tp_wheel *wheel, uint32_t place)
{
	uint32_t i = wheel->first[place];
	struct tp_wheel_entry entry = wheel->entries[i];

	wheel->first[place] = entry.next;
	wheel->entries[i].mbuf = NULL;
	wheel->entries[i].next = wheel->free;
	wheel->free = i;
	wheel->count--;
	--*waiting(wheel, &entry);
	return entry;
}

static void resume(struct tp_worker *w, const struct tp_wheel_entry *e)
{
	struct tp_flow flow = {
		.counters = &w->counters[e->port],
		.port = e->port,
		.slot = e->down ? TP_SLOT_NONE : e->slot,
	};

	if (e->down)
		tp_forward_shaped(w, &flow, e->mbuf, e->slot);
	else
		tp_forward(w, &flow, e->mbuf);
}

/* What is due in one slot, flushed a burst at a time, and wherever the port that it came in by
 * changes. */
static bool serve(struct tp_worker *w, uint32_t place)
{
	struct tp_wheel *wheel = w->wheel;
	unsigned burst = 0, from = 0;
	bool any = false;

	while (wheel->first[place] != NO_ENTRY) {
		struct tp_wheel_entry entry = take(wheel, place);

		if (burst == TP_BURST || (burst > 0 && entry.port != from)) {
			tp_tx_flush(w, from);
			burst = 0;
		}
		from = entry.port;
		burst++;
		any = true;
		resume(w, &entry);
	}
	if (burst > 0)
		tp_tx_flush(w, from);
	return any;
}

bool tp_wheel_poll(struct tp_worker *w)
{
	struct tp_wheel *wheel = w->wheel;
	uint64_t now = w->now >> wheel->shift;
	bool busy = false;

	for (; wheel->count > 0 && wheel->at < now; wheel->at++)
		busy |= serve(w, (uint32_t)(wheel->at + 1) & (TP_WHEEL_SLOTS - 1));
	wheel->at = now;
	return busy;
}

/* ---- packets -------------------------------------------------------------------------------- */

enum tp_shaped tp_shape_later(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
			      uint64_t start, uint32_t slot, bool down)
{
	const struct tp_wheel_entry entry = {
		.mbuf = m,
		.slot = slot,
		.port = flow->port,
		.down = down,
	};
	enum tp_drop full = TP_DROP_RATE_LIMIT;

	if (start != TP_RATE_LIMIT_DROP) {
		full = room(w->wheel, &entry);
		if (full == TP_DROP_COUNT) {
			hold(w->wheel, &entry, start >> w->wheel->shift);
			tp_count(&flow->counters->delayed, 1);
			return TP_SHAPED_WAITS;
		}
		tp_rate_limit_refund(tp_rate_limit_of(w, slot, down), m->data_len);
	}
	if (down)
		tp_count(&w->session_drops[slot].down, 1);
	tp_drop(w, flow, m, full);
	return TP_SHAPED_DROPPED;
}

void tp_leases_renew(struct tp_worker *w)
{
	for (unsigned i = 0; i < w->low_count; i++)
		tp_rate_limit_renew(w->low[i].limit, w->low[i].lease, w->now, w->count > 1);
	w->low_count = 0;
}
