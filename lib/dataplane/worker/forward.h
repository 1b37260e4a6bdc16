/* SPDX-License-Identifier: BSD-3-Clause */
/* Forwarding one packet at a time: what the hot path does for the plain ones in bursts, done
 * with every care for the others. Worker lcores. M is always at its IP packet, whose header has
 * been checked; it is sent, handed over or dropped. */
#pragma once

#include "dataplane/worker/tx.h"

struct tp_record;

/* Looks up where M goes, and sends it there. */
void tp_forward(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m);

/* Sends M where HOP, the FIB's answer, says. */
void tp_forward_hop(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		    uint64_t hop);

/* The same to the subscriber of SLOT, after its rate limit. */
void tp_forward_shaped(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		       uint32_t slot);

/* ---- local_input.c: packets to the box itself
 * ---------------------------------------------------- */

/* M is for the box's address number INDEX. */
void tp_local_input(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		    uint32_t index);

/* ---- icmp.c ------------------------------------------------------------------------------- */

/* Tells M's sender, if RFC 1812 allows it and the limit too. M stays the caller's. */
void tp_icmp_send(struct tp_worker *w, const struct tp_flow *flow, const struct rte_mbuf *m,
		  uint8_t type, uint8_t code, uint16_t mtu);

/* ---- fragment.c --------------------------------------------------------------------------- */

#define TP_FRAGMENTS_MAX 64

/* Cuts M into packets of at most MTU bytes, written to FRAGMENTS, checksums included. Returns
 * how many; 0: it can't be done. M stays the caller's. */
unsigned tp_fragment(struct tp_worker *w, struct rte_mbuf *m, uint16_t mtu,
		     struct rte_mbuf *fragments[TP_FRAGMENTS_MAX]);

/* ---- mss.c -------------------------------------------------------------------------------- */

/* Clamps the MSS of M to MSS if it is a TCP SYN; 0: leaves it. */
void tp_mss(struct rte_mbuf *m, uint16_t mss);
