/* SPDX-License-Identifier: BSD-3-Clause */
/* A worker's side of captures (dataplane/sniff.h): out of line, for when somebody looks. Worker
 * lcores. */
#pragma once

#include "base/once.h"
#include "dataplane/state.h"
#include "dataplane/worker/tx.h"

struct tp_sniff;

/* NULL: nobody looks. */
static inline const struct tp_sniff *tp_sniff_now(const struct tp_worker *w)
{
	return __atomic_load_n(&w->dp->sniff, __ATOMIC_ACQUIRE);
}

/* Copies what the filter fits of FRAMES, just received on PORT. What becomes of them until
 * tp_sniff_settle() stands with them. */
void tp_sniff_received(struct tp_worker *w, const struct tp_sniff *sniff,
		       const struct tp_port *port, struct rte_mbuf **frames, unsigned count);
void tp_sniff_settle(struct tp_worker *w, const struct tp_sniff *sniff);

/* rte_eth_tx_burst() of PORT, with copies of what is sent; of what is not, unless it STAYS. */
uint16_t tp_sniff_send(struct tp_worker *w, const struct tp_sniff *sniff, unsigned port,
		       struct rte_mbuf **frames, uint16_t count, bool stays);

/* M, of FLOW, is dropped. */
void tp_sniff_dropped(struct tp_worker *w, const struct tp_sniff *sniff, const struct tp_flow *flow,
		      const struct rte_mbuf *m, enum tp_drop reason);
