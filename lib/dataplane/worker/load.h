/* SPDX-License-Identifier: BSD-3-Clause */
/* How busy a worker is: counted once a burst and once a turn that had work, by the times that the
 * loop reads anyway. The worker writes, anybody may read. */
#pragma once

#include <stdint.h>

#include "base/once.h"

struct tp_load {
	uint64_t busy;	      /* TSC cycles of turns that had work */
	uint64_t bursts;      /* that were received */
	uint64_t full_bursts; /* of these, those with room for no more: others may have waited */
	uint64_t largest;     /* burst, in frames */
};

/* COUNT frames, at least one, have been received at once; MAX: no more are taken. */
static inline void tp_load_burst(struct tp_load *load, unsigned count, unsigned max)
{
	tp_count(&load->bursts, 1);
	tp_count(&load->full_bursts, count == max);
	if (count > load->largest)
		tp_write_once(&load->largest, (uint64_t)count);
}

/* A turn that had work took so many CYCLES. */
static inline void tp_load_turn(struct tp_load *load, uint64_t cycles)
{
	tp_count(&load->busy, cycles);
}
