/* SPDX-License-Identifier: BSD-3-Clause */
/* What a worker hands over to control, to the host behind a core port, and to other workers.
 * Worker lcores. Each call takes the mbuf. */
#pragma once

#include "dataplane/worker/classify.h"
#include "dataplane/worker/tx.h"

/* A discovery frame, if port and source MAC are within their limits. */
void tp_handover_discovery(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
			   const struct tp_class *class);

/* A frame of no session, if it may earn a PADT. */
void tp_handover_unknown(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
			 const struct tp_class *class);

/* A PPP frame of FLOW's session, if that is within its limit. */
void tp_handover_session(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
			 const struct tp_class *class);

/* A frame for the host behind the core port that it came in by, as it was on the wire. ROUTING: it
 * is one that routing cannot do without. */
void tp_handover_frame(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		       bool routing);

/* An IPv4 packet (M at it) for the host behind core PORT. */
void tp_handover_packet(struct tp_worker *w, const struct tp_flow *flow, unsigned port,
			struct rte_mbuf *m);

/* Control shall resolve ADDRESS on PORT for FLOW's packet, if it has not just been asked to. */
void tp_handover_resolve(struct tp_worker *w, const struct tp_flow *flow, uint16_t port,
			 uint32_t address);

/* Spreads FRAMES over the workers by session or subscriber; those that stay are moved to the
 * front, and their number returned. */
unsigned tp_handover_spread(struct tp_worker *w, const struct tp_port *port,
			    struct rte_mbuf **frames, unsigned count);
