/* SPDX-License-Identifier: BSD-3-Clause */
/* The hot path: two functions, compiled once for each level of x86-64 (v2, v3 with AVX2, v4 with
 * AVX-512). Everything else is compiled once. */
#pragma once

#include "dataplane/worker/worker.h"

struct tp_pipeline {
	const char *level;
	/* Works COUNT frames, at most TP_BURST, just received on an access port: each is put
	 * into tx, handed over, answered or dropped; the array is the callee's. The caller
	 * flushes. */
	void (*upstream)(struct tp_worker *w, struct tp_port *port, struct rte_mbuf **frames,
			 unsigned count);
	/* The same for a core port. */
	void (*downstream)(struct tp_worker *w, struct tp_port *port, struct rte_mbuf **frames,
			   unsigned count);
};

/* The best that this CPU can run. */
const struct tp_pipeline *tp_pipeline_best(void);

/* By its level, "x86-64-v3"; NULL: there is none such, or the CPU can't run it. */
const struct tp_pipeline *tp_pipeline_find(const char *level);
