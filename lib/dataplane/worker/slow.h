/* SPDX-License-Identifier: BSD-3-Clause */
/* The careful way for a frame that the hot path did not take: every check in its order, each
 * with its own reason to drop. A frame that turns out well is forwarded. Worker lcores. */
#pragma once

#include "dataplane/port.h"
#include "dataplane/worker/classify.h"
#include "dataplane/worker/tx.h"

/* A frame received on PORT, not yet known to be of a session. */
static inline struct tp_flow tp_flow_of_port(struct tp_worker *w, const struct tp_port *port)
{
	return (struct tp_flow){
		.counters = &w->counters[port->index],
		.port = port->index,
		.slot = TP_SLOT_NONE,
	};
}

/* What kind of frame M is. False: it is none that can be looked into, and has been dropped. */
static inline bool tp_slow_classify(struct tp_worker *w, const struct tp_flow *flow,
				    struct rte_mbuf *m, struct tp_class *class)
{
	if (m->nb_segs != 1) {
		tp_drop(w, flow, m, TP_DROP_SEGMENTED);
		return false;
	}
	if (!tp_classify(m, class)) {
		tp_drop(w, flow, m, TP_DROP_TRUNCATED);
		return false;
	}
	return true;
}

/* M was received on access PORT. */
void tp_upstream_slow(struct tp_worker *w, struct tp_port *port, struct rte_mbuf *m);

/* M was received on access PORT and taken for a frame of KIND, of the session of SLOT, in vain.
 * True: it is of another kind, and the caller's; else as tp_upstream_slow(), perhaps at the end of
 * the burst (put_off.h). */
bool tp_upstream_other(struct tp_worker *w, struct tp_port *port, struct rte_mbuf *m,
		       const struct tp_head_kind *kind, uint32_t slot);

/* M was received on core PORT. */
void tp_downstream_slow(struct tp_worker *w, struct tp_port *port, struct rte_mbuf *m);

/* ---- ppp_input.c -------------------------------------------------------------------------- */

/* The PPP frame of FLOW's session, LEN bytes with the protocol field, OFFSET bytes into M, of a
 * frame of CLASS. FLOW's session becomes the one whose traffic it is. */
void tp_ppp_frame_input(struct tp_worker *w, struct tp_flow *flow, struct rte_mbuf *m,
			const struct tp_class *class, uint16_t offset, uint16_t len);

/* ---- echo.c ------------------------------------------------------------------------------- */

/* An LCP packet of LEN bytes, OFFSET bytes into M, of FLOW's session, which is up. True: it was
 * an echo, and M is answered or dropped. False: it is control's. */
bool tp_echo_input(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		   uint16_t offset, uint16_t len);

/* Sends an Echo-Request to the client of SLOT; false: there was no mbuf. */
bool tp_echo_request(struct tp_worker *w, uint32_t slot, uint8_t id);

/* ---- keepalive.c -------------------------------------------------------------------------- */

/* Looks at a slice of the worker's own sessions: LCP echo where the client is silent, a word to
 * control where it has been for too long. */
void tp_keepalive_sweep(struct tp_worker *w);
