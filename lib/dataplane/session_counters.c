/* SPDX-License-Identifier: BSD-3-Clause */
/* What workers have counted for a session. Any thread, but for the slot's own times: control. */
#include "dataplane/slot.h"
#include "dataplane/worker/worker.h"

static uint64_t read_counter(const uint64_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

void tp_dataplane_session_counters(const struct tp_dataplane *dp, uint32_t slot,
				   struct tp_session_counters *counters)
{
	*counters = (struct tp_session_counters){0};
	if (slot >= dp->max_sessions)
		return;
	for (unsigned i = 0; i < dp->worker_count; i++) {
		const struct tp_record_up *up = &dp->workers[i]->up[slot];
		const struct tp_record_down *down = &dp->workers[i]->down[slot];
		counters->packets_in += read_counter(&up->packets);
		counters->bytes_in += read_counter(&up->bytes);
		counters->packets_out += read_counter(&down->packets);
		counters->bytes_out += read_counter(&down->bytes);
		counters->drops_in += read_counter(&dp->workers[i]->session_drops[slot].up);
		counters->drops_out += read_counter(&dp->workers[i]->session_drops[slot].down);
	}
}

/* IDLE, or the ticks from TICK on if those are fewer; 0 is no tick. */
static uint32_t shorter(uint32_t idle, uint32_t now, uint32_t tick)
{
	uint32_t since = tp_tick_since(now, tick);

	return tick != 0 && since < idle ? since : idle;
}

uint64_t tp_dataplane_session_idle_ms(const struct tp_dataplane *dp, uint32_t slot)
{
	if (slot >= dp->max_sessions)
		return 0;
	uint32_t now = tp_dataplane_tick(dp);
	uint32_t idle = tp_tick_since(now, dp->slots[slot].up_tick);
	for (unsigned i = 0; i < dp->worker_count; i++) {
		const struct tp_worker *w = dp->workers[i];
		uint32_t in = __atomic_load_n(&w->up[slot].data_tick, __ATOMIC_RELAXED);
		uint32_t out = __atomic_load_n(&w->down[slot].data_tick, __ATOMIC_RELAXED);
		idle = shorter(idle, now, in);
		idle = shorter(idle, now, out);
	}
	return (uint64_t)(idle * 1000.0 / dp->ticks_per_second);
}
