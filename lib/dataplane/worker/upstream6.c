/* SPDX-License-Identifier: BSD-3-Clause */
/* The hot path of IPv6 from subscribers to the core: upstream.c has found the sessions. Compiled
 * once for each level of x86-64. What is no plain packet goes the careful way (slow.h). */
#include "dataplane/worker/level.h"

#include <rte_mbuf.h>

#include "dataplane/fib.h"
#include "dataplane/fib6.h"
#include "dataplane/port.h"
#include "dataplane/state.h"
#include "dataplane/worker/classify.h"
#include "dataplane/worker/encap.h"
#include "dataplane/worker/forward.h"
#include "dataplane/worker/shaper.h"
#include "dataplane/worker/slow.h"
#include "wire/ppp.h"
#include "wire/pppoe.h"

/* Sends each packet where the FIB says: to a neighbour at once, all else one by one. */
static void send(struct tp_worker *w, struct tp_port *port, struct tp_burst6 *b, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct rte_mbuf *m = b->frames[i];
		uint8_t *packet = rte_pktmbuf_mtod_offset(m, uint8_t *, b->offsets[i]);
		uint64_t hop = b->hops[i];
		const struct tp_neighbour *n = &w->neighbours[0];

		if (likely(tp_hop_kind(hop) == TP_HOP_NEIGHBOUR))
			n = &w->neighbours[tp_hop_index(hop)];
		if (unlikely(tp_hop_kind(hop) != TP_HOP_NEIGHBOUR ||
			     b->lengths[i] > tp_glance(&n->mtu))) {
			struct tp_flow flow = tp_flow_of_port(w, port);
			flow.slot = b->slots[i];
			tp_mbuf_narrow(m, b->offsets[i], b->lengths[i]);
			tp_forward_hop(w, &flow, m, hop);
			continue;
		}
		((struct tp_ipv6 *)packet)->hop_limit--;
		tp_encap_neighbour(m, packet, b->offsets[i], b->lengths[i], n);
		struct tp_tx *tx = &w->tx[n->port];
		tx->frames[tx->count++] = m;
	}
}

void LEVEL_NAME(tp_upstream6)(struct tp_worker *w, struct tp_port *port, struct tp_burst6 *b)
{
	tp_fib6_lookup_burst(w->fib6, b->dst, b->hops, b->count);
	send(w, port, b, b->count);
}
