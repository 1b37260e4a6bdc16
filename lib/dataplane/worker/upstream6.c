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

/* As IPv4's: in one verdict without a branch between, but for what most packets have not. */
static inline bool is_plain(const struct tp_port *port, const struct tp_record_up6 *r,
			    const struct rte_mbuf *m, const uint8_t *frame,
			    const struct tp_ipv6 *ip, unsigned offset, uint32_t vlans, int length,
			    int total)
{
	uint16_t protocol_be;
	memcpy(&protocol_be, (const uint8_t *)ip - TP_PPP_PROTO_LEN, sizeof(protocol_be));

	uint64_t differs = (tp_mac_key_at(frame) ^ port->mac_key) |
			   (tp_mac_key_at(frame + 6) ^ tp_glance(&r->mac));
	differs |= vlans ^ r->vlans;
	differs |= (uint32_t)(protocol_be ^ RTE_BE16(TP_PPP_PROTO_IPV6));
	differs |= (uint32_t)(m->nb_segs ^ 1);
	differs |= tp_header6_differs(ip);

	int room = (int)m->data_len - (int)offset - TP_PPPOE_HEADER_LEN - length;
	int payload = length - TP_PPP_PROTO_LEN - total;
	differs |= (uint32_t)(room | payload | (ip->hop_limit - 2)) >> 31;
	differs |= (uint64_t)!tp_record6_has(r, ip->src) | tp_source6_is_odd(ip);
	return differs == 0 && !tp_is_syn6(ip);
}

/* A packet ahead of its session's rate. */
static __rte_noinline void shape(struct tp_worker *w, const struct tp_port *port,
				 struct rte_mbuf *m, uint16_t offset, uint16_t total,
				 uint64_t start, uint32_t slot)
{
	struct tp_record_up6 *r = &w->up6[slot];
	struct tp_flow flow = tp_flow_of_port(w, port);

	flow.slot = slot;
	tp_mbuf_narrow(m, offset, total);
	if (tp_shape_later(w, &flow, m, start, slot, false) == TP_SHAPED_WAITS) {
		tp_count(&r->packets, 1);
		tp_count(&r->bytes, total);
		tp_write_once(&r->data_tick, w->tick);
	}
}

void LEVEL_NAME(tp_upstream6_take)(struct tp_worker *w, struct tp_port *port, struct tp_burst6 *b,
				   struct rte_mbuf *m, uint32_t slot, uint32_t vlans,
				   unsigned start, int length)
{
	struct tp_record_up6 *r = &w->up6[slot];
	uint16_t offset = (uint16_t)(start + TP_PPPOE_HEADER_LEN + TP_PPP_PROTO_LEN);
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	const struct tp_ipv6 *ip = (const struct tp_ipv6 *)(frame + offset);
	int total = TP_IPV6_HEADER_LEN + rte_bswap16(ip->payload_length_be);

	if (unlikely(!is_plain(port, r, m, frame, ip, start, vlans, length, total))) {
		tp_upstream_slow(w, port, m);
		return;
	}
	tp_write_once(&r->seen_tick, w->tick); /* any worker reads it */
	if (unlikely(tp_glance(&r->shaped))) {
		uint64_t due = tp_rate_limit_take(&w->rate_limits[slot].up, (uint16_t)total, w->now,
						  w->count > 1);
		if (unlikely(!tp_shaped_now(w, due))) {
			shape(w, port, m, offset, (uint16_t)total, due, slot);
			return;
		}
	}
	tp_count(&r->packets, 1);
	tp_count(&r->bytes, (unsigned)total);
	tp_write_once(&r->data_tick, w->tick);
	unsigned n = b->count++;
	b->frames[n] = m;
	b->slots[n] = slot;
	b->offsets[n] = offset;
	b->lengths[n] = (uint16_t)total;
	memcpy(b->dst[n], ip->dst, sizeof(b->dst[n]));
}

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

void LEVEL_NAME(tp_upstream6_send)(struct tp_worker *w, struct tp_port *port, struct tp_burst6 *b)
{
	tp_fib6_lookup_burst(w->fib6, b->dst, b->hops, b->count);
	send(w, port, b, b->count);
}
