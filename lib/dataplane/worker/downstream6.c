/* SPDX-License-Identifier: BSD-3-Clause */
/* The hot path of IPv6 from the core to subscribers: downstream.c has put the frames aside.
 * Compiled once for each level of x86-64. What is no plain packet to a subscriber goes the careful
 * way (slow.h, forward.h). */
#include "dataplane/worker/level.h"

#include <rte_mbuf.h>
#include <rte_prefetch.h>

#include "dataplane/fib.h"
#include "dataplane/fib6.h"
#include "dataplane/port.h"
#include "dataplane/state.h"
#include "dataplane/worker/classify.h"
#include "dataplane/worker/encap.h"
#include "dataplane/worker/forward.h"
#include "dataplane/worker/shaper.h"
#include "dataplane/worker/slow.h"

/* A plain IPv6 frame to us whose header is in order, and neither a TCP SYN nor of the link itself
 * (RFC 4861). */
static inline bool is_plain(const struct tp_port *port, const struct rte_mbuf *m,
			    const uint8_t *frame, const struct tp_ipv6 *ip)
{
	int total = TP_IPV6_HEADER_LEN + rte_bswap16(ip->payload_length_be);
	int room = (int)m->data_len - TP_ETHERNET_HEADER_LEN - total;
	uint64_t differs = tp_mac_key_at(frame) ^ port->mac_key;

	differs |= (uint32_t)(m->nb_segs ^ 1) | (m->ol_flags & TP_STRIPPED);
	differs |= tp_header6_differs(ip) | (uint32_t)room >> 31 | tp_source6_is_odd(ip);
	differs |= (ip->next_header == TP_IPV6_ICMP) & (ip->hop_limit == TP_ICMP6_ND_HOP_LIMIT);
	return differs == 0 && !tp_is_syn6(ip);
}

void LEVEL_NAME(tp_downstream6_take)(struct tp_worker *w, struct tp_port *port, struct tp_burst6 *b,
				     struct rte_mbuf *m)
{
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	const struct tp_ipv6 *ip = (const struct tp_ipv6 *)(frame + TP_ETHERNET_HEADER_LEN);

	if (unlikely(!is_plain(port, m, frame, ip))) {
		tp_downstream_slow(w, port, m);
		return;
	}
	b->frames[b->count] = m;
	memcpy(b->dst[b->count], ip->dst, sizeof(b->dst[0]));
	b->count++;
}

/* How far ahead of its turn a session's records are fetched. */
#define SESSION_AHEAD 12

static inline uint32_t slot_of(const struct tp_worker *w, uint64_t hop)
{
	return tp_hop_kind(hop) == TP_HOP_SESSION ? tp_hop_index(hop) : w->no_slot;
}

static inline void fetch_session(struct tp_worker *w, const struct tp_burst6 *b, unsigned i,
				 bool shaping)
{
	uint32_t slot = slot_of(w, b->hops[i]);

	__builtin_prefetch(&w->down6[slot], 1);
	if (unlikely(shaping))
		__builtin_prefetch(&w->rate_limits[slot].down, 1);
}

/* Whose the destination is, the FIB has said: a session that it names is not another's before this
 * burst is done (fib6.h), and one that has gone down since has no MTU. */
static inline bool fits(const struct tp_record_down *r, const struct tp_ipv6 *ip, unsigned total)
{
	return (total <= tp_glance(&r->mtu)) & (ip->hop_limit > 1);
}

/* Is the packet within its session's rate? Else it waits, or has been dropped. */
static inline bool goes_now(struct tp_worker *w, const struct tp_port *port, struct rte_mbuf *m,
			    uint16_t total, uint32_t slot)
{
	uint64_t start =
		tp_rate_limit_take(&w->rate_limits[slot].down, total, w->now, w->count > 1);
	const struct tp_flow flow = tp_flow_of_port(w, port);

	if (likely(tp_shaped_now(w, start)))
		return true;
	tp_mbuf_narrow(m, TP_ETHERNET_HEADER_LEN, total);
	tp_shape_later(w, &flow, m, start, slot, true);
	return false;
}

static void send(struct tp_worker *w, struct tp_port *port, struct tp_burst6 *b, unsigned count)
{
	const bool shaping = tp_read_once(&w->dp->shaping);

	for (unsigned i = 0; i < SESSION_AHEAD && i < count; i++)
		fetch_session(w, b, i, shaping);
	for (unsigned i = 0; i < count; i++) {
		struct rte_mbuf *m = b->frames[i];
		struct tp_ipv6 *ip =
			rte_pktmbuf_mtod_offset(m, struct tp_ipv6 *, TP_ETHERNET_HEADER_LEN);
		uint16_t total =
			(uint16_t)(TP_IPV6_HEADER_LEN + rte_bswap16(ip->payload_length_be));
		uint32_t slot = slot_of(w, b->hops[i]);
		struct tp_record_down *r = &w->down6[slot];

		if (i + SESSION_AHEAD < count)
			fetch_session(w, b, i + SESSION_AHEAD, shaping);
		if (unlikely(!fits(r, ip, total))) {
			const struct tp_flow flow = tp_flow_of_port(w, port);
			tp_mbuf_narrow(m, TP_ETHERNET_HEADER_LEN, total);
			tp_forward_hop(w, &flow, m, b->hops[i]);
			continue;
		}
		if (unlikely(tp_glance(&r->shaped)) && !goes_now(w, port, m, total, slot))
			continue;
		tp_count(&r->packets, 1);
		tp_count(&r->bytes, total);
		tp_write_once(&r->data_tick, w->tick);
		ip->hop_limit--;
		tp_encap_session(m, (uint8_t *)ip, TP_ETHERNET_HEADER_LEN, total, r);
		struct tp_tx *tx = &w->tx[r->port];
		tx->frames[tx->count++] = m;
	}
}

void LEVEL_NAME(tp_downstream6_send)(struct tp_worker *w, struct tp_port *port, struct tp_burst6 *b)
{
	tp_fib6_lookup_burst(w->fib6, b->dst, b->hops, b->count);
	send(w, port, b, b->count);
}
