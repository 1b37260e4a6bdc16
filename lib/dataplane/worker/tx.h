/* SPDX-License-Identifier: BSD-3-Clause */
/* Where packets come from and go to inside a worker: the flow that a packet belongs to while it
 * is worked, sending, and dropping. Worker lcores. */
#pragma once

#include "dataplane/worker/worker.h"

/* Where a packet came from. */
struct tp_flow {
	struct tp_port_counters *counters; /* of the port it came in by; NULL: it began here */
	uint16_t port;			   /* the port it came in by */
	uint32_t slot;			   /* the session that it is from, or TP_SLOT_NONE */
};

/* M leaves by PORT, with the burst, or with the worker's own frames if it began here. It takes
 * at most one frame for each one received: what makes more of one sends by tp_tx_own(). */
void tp_tx(struct tp_worker *w, const struct tp_flow *flow, unsigned port, struct rte_mbuf *m);

/* M leaves by PORT with the burst, whether it began here (EXTRA) or not: so what one packet was cut
 * into stays in order with what comes before and after it. */
void tp_tx_in_order(struct tp_worker *w, const struct tp_flow *flow, unsigned port,
		    struct rte_mbuf *m, bool extra);

/* More than one frame for one received may be sent by tp_tx(): before each of them. FROM: as of
 * tp_tx_flush(). */
void tp_tx_make_room(struct tp_worker *w, unsigned from);

/* M, which began here, leaves by PORT, with the next tp_tx_flush_own(). */
void tp_tx_own(struct tp_worker *w, unsigned port, struct rte_mbuf *m);

/* Sends what a burst from port FROM has left in tx, and counts it there. */
void tp_tx_flush(struct tp_worker *w, unsigned from);

/* Sends what began here. False: a port is full, and what it did not take waits for the next call;
 * no more should be made meanwhile. After an eighth of a second or so it is given up. */
bool tp_tx_flush_own(struct tp_worker *w);

/* Frees M and counts it under REASON, and for the session it came from. */
void tp_drop(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
	     enum tp_drop reason);

/* Out by PORT on behalf of another worker; FROM: the port that M was received on. */
void tp_tx_forward_order(struct tp_worker *w, unsigned port, unsigned from, struct rte_mbuf *m);
