/* SPDX-License-Identifier: BSD-3-Clause */
/* Forwarding one packet at a time: what the hot path does for the plain ones in bursts, done
 * with every care for the others. Worker lcores. M is always at its IP packet, of either family,
 * whose header has been checked; it is sent, handed over or dropped. */
#pragma once

#include <rte_byteorder.h>
#include <rte_mbuf.h>

#include "base/ip.h"
#include "dataplane/worker/tx.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"

/* M, at its IP packet, is of IPv6, else of IPv4. */
static inline bool tp_is_ipv6(const struct rte_mbuf *m)
{
	return *rte_pktmbuf_mtod(m, const uint8_t *) >> 4 == 6;
}

static inline struct tp_ip tp_destination(const struct rte_mbuf *m)
{
	if (tp_is_ipv6(m))
		return tp_ip_of6(rte_pktmbuf_mtod(m, const struct tp_ipv6 *)->dst);
	return tp_ip_of4(rte_be_to_cpu_32(rte_pktmbuf_mtod(m, const struct tp_ipv4 *)->dst_be));
}

/* What is known of the IPv6 of FLOW's session, and of its link; NULL: it is of none, or that is not
 * up. */
static inline const struct tp_terms6 *tp_flow_terms6(const struct tp_worker *w,
						     const struct tp_flow *flow)
{
	return flow->slot != TP_SLOT_NONE
		       ? __atomic_load_n(&w->terms[flow->slot].ipv6, __ATOMIC_ACQUIRE)
		       : NULL;
}

/* Looks up where M goes, and sends it there. */
void tp_forward(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m);

/* Sends M where HOP, the FIB's answer, says. */
void tp_forward_hop(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		    uint64_t hop);

/* The same to the subscriber of SLOT, after its rate limit. */
void tp_forward_shaped(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		       uint32_t slot);

/* Is M's destination the subscriber's of SLOT? What the FIB or another worker said may be a moment
 * old. */
bool tp_is_for_session(const struct tp_worker *w, uint32_t slot, const struct rte_mbuf *m);

/* ---- ip_input.c: packets from sessions ---------------------------------------------------- */

/* An IP packet of at most LEN bytes, OFFSET bytes into M, of the family that PPP's PROTOCOL says,
 * from FLOW's session. */
void tp_ip_input(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		 uint16_t protocol, uint16_t offset, uint16_t len);

/* ---- local_input.c: packets to the box itself --------------------------------------------- */

/* M is for the box's address number INDEX. */
void tp_local_input(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		    uint32_t index);

/* ---- link_input.c: packets of IPv6 that stay on the session's link ------------------------ */

/* M, from FLOW's session, is to a link-local address or to many, or from nobody. */
void tp_link_input(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m);

/* ---- icmp.c ------------------------------------------------------------------------------- */

/* What M's sender is told; each family has its own words for it. */
enum tp_trouble {
	TP_TROUBLE_ROUTE,      /* there is none */
	TP_TROUBLE_HOST,       /* it does not answer, or can't be reached from here */
	TP_TROUBLE_PROHIBITED, /* by a route that says so */
	TP_TROUBLE_HOPS,       /* too many; of IPv4: its time to live has been exceeded */
	TP_TROUBLE_TOO_BIG,    /* VALUE: the MTU */
	TP_TROUBLE_PORT,       /* nobody listens there */
	TP_TROUBLE_PROTOCOL,   /* nobody speaks it there; of IPv6, VALUE: where it is named */
	/* Of IPv6 alone. */
	TP_TROUBLE_SOURCE, /* not the subscriber's */
	TP_TROUBLE_SCOPE,  /* link-local, and would leave the link */
	TP_TROUBLE_OPTION, /* VALUE: where the one stands that is not known */
};

/* Tells M's sender, if RFC 1812 (RFC 4443) allows it and the limit too. M stays the caller's. */
void tp_icmp_send(struct tp_worker *w, const struct tp_flow *flow, const struct rte_mbuf *m,
		  enum tp_trouble trouble, uint32_t value);

/* ---- fragment.c --------------------------------------------------------------------------- */

#define TP_FRAGMENTS_MAX 64

/* Cuts M, of IPv4, into packets of at most MTU bytes, written to FRAGMENTS, checksums included.
 * Returns how many; 0: it can't be done. M stays the caller's. */
unsigned tp_fragment(struct tp_worker *w, struct rte_mbuf *m, uint16_t mtu,
		     struct rte_mbuf *fragments[TP_FRAGMENTS_MAX]);

/* ---- mss.c -------------------------------------------------------------------------------- */

/* Clamps the MSS of M to MSS, which is IPv4's, if it is a TCP SYN; 0: leaves it. */
void tp_mss(struct rte_mbuf *m, uint16_t mss);
