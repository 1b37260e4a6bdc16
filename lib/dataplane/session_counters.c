/* SPDX-License-Identifier: BSD-3-Clause */
/* What workers have counted for a session. Any thread, but for the slot's own times: control. */
#include "dataplane/record6.h"
#include "dataplane/sessions.h"
#include "dataplane/slot.h"
#include "dataplane/worker/worker.h"

void tp_dataplane_session_counters(const struct tp_dataplane *dp, uint32_t slot,
				   struct tp_session_counters *counters)
{
	*counters = (struct tp_session_counters){0};
	if (slot >= dp->max_sessions)
		return;
	for (unsigned i = 0; i < dp->worker_count; i++) {
		const struct tp_record_up *up = &dp->workers[i]->up[slot];
		const struct tp_record_down *down = &dp->workers[i]->down[slot];
		const struct tp_record_up6 *up6 = &dp->workers[i]->up6[slot];
		const struct tp_record_down *down6 = &dp->workers[i]->down6[slot];

		counters->packets_in += tp_read_once(&up->packets);
		counters->bytes_in += tp_read_once(&up->bytes);
		counters->packets_out += tp_read_once(&down->packets);
		counters->bytes_out += tp_read_once(&down->bytes);
		counters->ipv6_packets_in += tp_read_once(&up6->packets);
		counters->ipv6_bytes_in += tp_read_once(&up6->bytes);
		counters->ipv6_packets_out += tp_read_once(&down6->packets);
		counters->ipv6_bytes_out += tp_read_once(&down6->bytes);
		counters->drops_in += tp_read_once(&dp->workers[i]->session_drops[slot].up);
		counters->drops_out += tp_read_once(&dp->workers[i]->session_drops[slot].down);
	}
	counters->packets_in += counters->ipv6_packets_in;
	counters->bytes_in += counters->ipv6_bytes_in;
	counters->packets_out += counters->ipv6_packets_out;
	counters->bytes_out += counters->ipv6_bytes_out;
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
		idle = shorter(idle, now, tp_read_once(&w->up[slot].data_tick));
		idle = shorter(idle, now, tp_read_once(&w->down[slot].data_tick));
		idle = shorter(idle, now, tp_read_once(&w->up6[slot].data_tick));
		idle = shorter(idle, now, tp_read_once(&w->down6[slot].data_tick));
	}
	return (uint64_t)(idle * 1000.0 / dp->ticks_per_second);
}
