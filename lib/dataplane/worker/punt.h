/* SPDX-License-Identifier: BSD-3-Clause */
/* What a worker punts: gives to control, or by it to the kernel, within limits. Worker lcores. Each
 * call takes the mbuf. */
#pragma once

#include "dataplane/worker/classify.h"
#include "dataplane/worker/tx.h"

/* A discovery frame, if port and source MAC are within their limits. */
void tp_punt_discovery(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		       const struct tp_class *class);

/* A frame of no session, or of none that its sender has, if it may earn a PADT; else it is dropped
 * for REASON. */
void tp_punt_unknown(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		     const struct tp_class *class, enum tp_drop reason);

/* A PPP frame of FLOW's session, if that is within its limit. */
void tp_punt_session(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		     const struct tp_class *class);

/* The same of one with IPv6, when that is not up: IPV6CP's last word may be in the ring before it.
 */
void tp_punt_early(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		   const struct tp_class *class);

/* A packet out of a fragment of MP, or out of MPPE: M begins with its PPP protocol field. Control
 * gets it as the frame that it might have come in. */
void tp_punt_session_packet(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m);

/* The same of M at an IPv6 packet. */
void tp_punt_ipv6(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m);

/* A frame for the kernel, behind the core port that it came in by, as it was on the wire. ROUTING:
 * it is one that routing cannot do without. */
void tp_punt_frame(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		   bool routing);

/* An IP packet (M at it) for the kernel behind core PORT. */
void tp_punt_packet(struct tp_worker *w, const struct tp_flow *flow, unsigned port,
		    struct rte_mbuf *m);

/* Control shall resolve IP on PORT for FLOW's packet, if it has not just been asked to. */
void tp_punt_resolve(struct tp_worker *w, const struct tp_flow *flow, uint16_t port,
		     const struct tp_ip *ip);
