/* SPDX-License-Identifier: BSD-3-Clause */
/* The keepalive sweep: no timer for a session, but each worker looks at each of its own (every
 * count-th slot) a few times a second, a slice a loop. */
#include "dataplane/worker/slow.h"

#include "dataplane/state.h"

#define SLICE 64 /* sessions a loop */

/* SILENT, or the ticks since SEEN if those are fewer; 0 is no tick. */
static uint32_t shorter(const struct tp_worker *w, uint32_t silent, uint32_t seen)
{
	uint32_t since = tp_tick_since(w->tick, seen);

	return seen != 0 && since < silent ? since : silent;
}

/* How many ticks ago a worker last heard from the client. Frames of one session may reach several
 * workers, whose ticks are newer than this one's when it was held up. Who is heard by IPv4, or has
 * been within KEEPALIVE, is not looked for further. */
static uint32_t silence(const struct tp_worker *w, uint32_t slot, uint32_t keepalive)
{
	uint32_t silent = tp_tick_since(w->tick, tp_read_once(&w->terms[slot].since_tick));

	for (unsigned i = 0; i < w->count; i++)
		silent = shorter(w, silent, tp_read_once(&w->dp->workers[i]->up[slot].seen_tick));
	for (unsigned i = 0; i < w->count && silent >= keepalive; i++)
		silent = shorter(w, silent, tp_read_once(&w->dp->workers[i]->up6[slot].seen_tick));
	return silent;
}

static bool tell_control(struct tp_worker *w, uint32_t slot)
{
	struct tp_ring_message message = {
		.kind = TP_MESSAGE_KEEPALIVE_LOST,
		.port = w->down[slot].port,
		.slot = slot,
	};
	return tp_ring_put(w->rings.session, &message);
}

/* The next Echo-Request is due a second after the last, and not later each time; after a
 * standstill those that were missed are not sent at once. */
static void ask(struct tp_worker *w, uint32_t slot, struct tp_terms *t)
{
	uint32_t since = w->tick - t->echo_tick;

	if ((t->asked > 0 && since < w->second_ticks) || !tp_echo_request(w, slot, t->echo_id))
		return;
	t->echo_id++;
	t->asked += t->asked < UINT16_MAX;
	t->echo_tick = t->asked > 1 && since < 2 * w->second_ticks ? t->echo_tick + w->second_ticks
								   : w->tick;
}

/* Was it asked each second of KEEPALIVE ticks? While the box stood still nobody was asked, whatever
 * the time says. */
static bool was_asked(const struct tp_worker *w, const struct tp_terms *t, uint32_t keepalive)
{
	return (t->asked + UINT64_C(1)) * w->second_ticks > keepalive;
}

static void look_at(struct tp_worker *w, uint32_t slot)
{
	struct tp_terms *t = &w->terms[slot];

	if ((tp_terms_careful(t) & TP_CAREFUL_DOWN) != 0)
		return;
	uint32_t keepalive = tp_read_once(&t->keepalive_ticks);
	if (keepalive == 0)
		return;
	uint32_t silent = silence(w, slot, keepalive);
	if (silent < keepalive) {
		t->lost = 0;
		t->asked = 0;
	} else if (!was_asked(w, t, keepalive)) {
		ask(w, slot, t);
	} else if (silent >= 2 * keepalive && w->tick - t->echo_tick >= w->second_ticks &&
		   !t->lost) {
		t->lost = tell_control(w, slot); /* full: again at the next look */
	}
}

void tp_keepalive_sweep(struct tp_worker *w)
{
	uint32_t end = __atomic_load_n(&w->dp->slots_used, __ATOMIC_ACQUIRE);

	if (w->tick != w->sweep_tick) {
		w->sweep_tick = w->tick;
		w->sweep_quota = w->sweep_per_tick;
	}
	for (unsigned i = 0; i < SLICE && w->sweep_quota > 0; i++, w->sweep_quota--) {
		if (w->sweep_slot >= end) {
			w->sweep_slot = w->id;
			w->sweep_quota = 0; /* once a tick is enough */
			return;
		}
		look_at(w, w->sweep_slot);
		w->sweep_slot += w->count;
	}
}
