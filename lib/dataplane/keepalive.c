/* SPDX-License-Identifier: BSD-3-Clause */
/* The keepalive sweep: no timer for a session, but each worker looks at each of its own (every
 * count-th slot) a few times a second, a slice a loop. */
#include "dataplane/slow.h"

#include "dataplane/state.h"

#define SLICE 64 /* sessions a loop */

/* When a worker last heard from the client. Frames of one session may reach several workers. */
static uint32_t last_seen(const struct tp_worker *w, uint32_t slot)
{
	uint32_t seen = w->terms[slot].since_tick;
	for (unsigned i = 0; i < w->count; i++) {
		uint32_t there =
			__atomic_load_n(&w->dp->workers[i]->up[slot].seen_tick, __ATOMIC_RELAXED);
		seen = there > seen ? there : seen;
	}
	return seen;
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

static void look_at(struct tp_worker *w, uint32_t slot)
{
	struct tp_terms *t = &w->terms[slot];
	uint32_t keepalive = t->keepalive_ticks;

	if (!t->up || keepalive == 0)
		return;
	uint32_t silent = w->tick - last_seen(w, slot);
	if (silent < keepalive) {
		t->lost = 0;
		return;
	}
	if (silent >= 2 * keepalive) {
		if (!t->lost)
			t->lost = tell_control(w, slot); /* full: again at the next look */
		return;
	}
	if (t->echo_tick == 0 || w->tick - t->echo_tick >= w->second_ticks) {
		if (tp_echo_request(w, slot, t->echo_id)) {
			t->echo_id++;
			t->echo_tick = w->tick;
		}
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
