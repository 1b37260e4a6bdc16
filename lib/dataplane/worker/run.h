/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames of one family on their way through the hot path, by halves: the first finds where they go,
 * or begins to, and asks memory for what the second needs of the first of them; so of a mixture one
 * family's is done while the other waits for memory.
 *
 * CPUs forget prefetches of which there are too many at once (some twenty on AMD's Zen 4): who then
 * comes to the record waits for it, alone. So records are asked for TP_ASKED ahead and no further,
 * and of the second family when the first is about to ask for no more. Worker lcores. */
#pragma once

#include <stdint.h>

#include "dataplane/worker/worker.h"

struct rte_mbuf;

#define TP_ASKED 20 /* records that are on their way at a time */

struct tp_run4 {
	struct rte_mbuf **frames;
	unsigned count;
	uint8_t *at[TP_BURST + 1]; /* where frames begin; one more: parted.h */
	uint32_t slots[TP_BURST];
	const uint32_t *places[TP_BURST]; /* of the slots: upstream in the index, downstream in the
					   * FIB */
};

struct tp_run6 {
	struct rte_mbuf **frames;
	unsigned count;
	unsigned asked;	     /* the records of so many have been asked for */
	const void *records; /* an array of lines, by slot */
	uint8_t *at[TP_BURST + 1];
	uint32_t slots[TP_BURST];
	const uint32_t *places[TP_BURST]; /* upstream: of the slots, in the index */
	uint64_t uppers[TP_BURST];	  /* of destinations */
	uint32_t entries[TP_BURST] __attribute__((aligned(64))); /* of the FIB */
};

/* For the next record of RUN, if there is any and it is early for it. */
static inline void tp_run6_ask(struct tp_run6 *run)
{
	const unsigned i = run->asked;

	if (i >= TP_ASKED || i >= run->count)
		return;
	__builtin_prefetch((const uint8_t *)run->records + 64ul * run->slots[i], 1);
	run->asked = i + 1;
}
