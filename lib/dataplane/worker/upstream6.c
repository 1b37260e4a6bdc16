/* SPDX-License-Identifier: BSD-3-Clause */
/* The hot path of IPv6 from subscribers to the core: frames of one kind (head.h), as upstream4.c
 * has them of IPv4. Compiled once for each level of x86-64, and for each number of tags.
 *
 * The FIB of IPv6 takes each step of its trie for all packets together, so the sessions' records
 * are fetched before it is asked, and all else is done behind it. */
#include "dataplane/worker/level.h"

#include "dataplane/fib6.h"
#include "dataplane/port.h"
#include "dataplane/state.h"
#include "dataplane/worker/encap.h"
#include "dataplane/worker/forward.h"
#include "dataplane/worker/head.h"
#include "dataplane/worker/hot.h"
#include "dataplane/worker/ipv6_plain.h"
#include "dataplane/worker/shaper.h"
#include "dataplane/worker/slow.h"

/* How far ahead: docs/performance.md has the figures. */
#define FRAME_AHEAD   32
#define SESSION_AHEAD 16

struct hot {
	struct rte_mbuf **frames;
	struct tp_record_up6 *records;
	const struct tp_port *port;
	const struct tp_fib6 *fib;
	const struct tp_neighbour *neighbours;
	struct tp_tx *tx;
	uint64_t ticks;
	uint8_t *at[TP_BURST];		  /* where frames begin */
	const uint32_t *places[TP_BURST]; /* in the index */
	uint32_t slots[TP_BURST];
	uint64_t uppers[TP_BURST]; /* of destinations */
	uint32_t entries[TP_BURST] __attribute__((aligned(64)));
};

tp_hot void fetch(struct hot *h, unsigned i)
{
	h->at[i] = rte_pktmbuf_mtod(h->frames[i], uint8_t *);
	__builtin_prefetch(h->at[i], 1);
}

/* Where the index says whose the frame is, and where it goes. Its second line is fetched for TCP
 * alone. */
tp_hot void look(struct hot *h, unsigned i, const unsigned tags)
{
	const uint8_t *frame = h->at[i], *packet = frame + tp_head_len(tags);
	const struct tp_ipv6 *ip = (const struct tp_ipv6 *)(const void *)packet;

	h->places[i] = tp_head_place(h->port, frame, tags);
	__builtin_prefetch(h->places[i]);
	h->uppers[i] = tp_fib6_half(ip->dst);
	__builtin_prefetch(packet + (ip->next_header == TP_IPPROTO_TCP ? TP_IPV6_HEADER_LEN : 0));
}

/* Whose the frame is. */
tp_hot void find(struct hot *h, unsigned i)
{
	h->slots[i] = __atomic_load_n(h->places[i], __ATOMIC_ACQUIRE);
	__builtin_prefetch(&h->records[h->slots[i]], 1);
}

/* All but what the head says. */
tp_hot bool is_plain(const struct tp_record_up6 *r, const struct rte_mbuf *m,
		     const struct tp_ipv6 *ip, unsigned payload_length, unsigned length,
		     unsigned offset)
{
	int room = (int)m->data_len - (int)(offset - TP_PPP_PROTO_LEN) - (int)length;
	int payload = (int)length - TP_PPP_PROTO_LEN - TP_IPV6_HEADER_LEN - (int)payload_length;
	uint32_t small =
		(uint32_t)(room | payload | (ip->hop_limit - 2) | ((int)payload_length - 1));

	return likely((int32_t)(small | tp_syn_sign6(ip)) >= 0) &&
	       likely(tp_record6_has(r, ip->src)) && likely(!tp_source6_is_odd(ip));
}

/* A packet for which the lease is low. False: it goes no further here, as it waits or has
 * been dropped. */
static __rte_noinline bool shape(struct tp_worker *w, const struct tp_port *port,
				 struct rte_mbuf *m, unsigned offset, uint16_t total, uint32_t slot)
{
	struct tp_record_up6 *r = &w->up6[slot];
	struct tp_flow flow = tp_flow_of_port(w, port);
	struct tp_rate_limit *limit = &w->rate_limits[slot].up;

	if (likely(tp_lease_low(w, limit, &r->lease, total)))
		return true;
	uint64_t start = tp_rate_limit_take(limit, &r->lease, total, w->now, w->count > 1);
	if (likely(tp_shaped_now(w, start)))
		return true;
	flow.slot = slot;
	tp_write_once(&r->seen_tick, w->tick);
	tp_mbuf_narrow(m, (uint16_t)offset, total);
	if (tp_shape_later(w, &flow, m, start, slot, false) == TP_SHAPED_WAITS) {
		tp_count(&r->packets, 1);
		tp_count(&r->bytes, total);
		tp_write_once(&r->data_tick, w->tick);
	}
	return false;
}

/* HOP leads to no neighbour, or to one that is not resolved, or over too narrow a link. */
static __rte_noinline void send_elsewhere(struct tp_worker *w, const struct tp_port *port,
					  struct rte_mbuf *m, unsigned offset, uint16_t total,
					  uint32_t slot, uint32_t hop)
{
	struct tp_flow flow = tp_flow_of_port(w, port);

	flow.slot = slot;
	tp_mbuf_narrow(m, (uint16_t)offset, total);
	tp_forward_hop(w, &flow, m, hop);
}

/* Frame number I, whose route has been looked up. True: it is the caller's. */
tp_hot bool go(struct tp_worker *w, struct tp_port *port, const struct tp_heads *heads,
	       const struct hot *h, unsigned i, const unsigned tags)
{
	struct rte_mbuf *m = h->frames[i];
	const uint32_t slot = h->slots[i];
	struct tp_record_up6 *r = &h->records[slot];
	uint8_t *frame = h->at[i], *packet = frame + tp_head_len(tags);
	struct tp_ipv6 *ip = (struct tp_ipv6 *)(void *)packet;
	uint16_t length = rte_bswap16(tp_load16(packet - TP_PPP_PROTO_LEN - 2));
	uint16_t payload = rte_bswap16(ip->payload_length_be);
	uint16_t total = (uint16_t)(TP_IPV6_HEADER_LEN + payload);
	uint32_t index;

	if (unlikely(!tp_head_fits(&heads->head, frame, r, tp_mbuf_odd(m))) ||
	    unlikely(!is_plain(r, m, ip, payload, length, tp_head_len(tags))))
		return tp_upstream_other(w, port, m, &heads->kind);
	if (unlikely(!tp_lease_take(&r->lease, tp_glance(&r->shaped), total)) &&
	    !shape(w, port, m, tp_head_len(tags), total, slot))
		return false;
	tp_write_once(&r->ticks, h->ticks); /* any worker reads them */
	tp_hot_count(&r->packets, 1);
	tp_hot_count(&r->bytes, total);
	uint32_t hop = tp_fib6_hop(h->fib, ip->dst, h->entries[i]);
	const struct tp_neighbour *n = &h->neighbours[tp_hot_neighbour(hop, &index) ? index : 0];
	if (unlikely(!tp_hot_neighbour(hop, &index)) || unlikely(total > tp_glance(&n->mtu))) {
		send_elsewhere(w, port, m, tp_head_len(tags), total, slot, hop);
		return false;
	}
	ip->hop_limit--;
	memcpy(packet - sizeof(n->header), n->header, sizeof(n->header));
	tp_mbuf_shift(m, (int)tp_head_len(tags) - TP_ETHERNET_HEADER_LEN,
		      total + TP_ETHERNET_HEADER_LEN);
	tp_hot_tx(&h->tx[n->port], m);
	return false;
}

tp_hot unsigned run(struct tp_worker *w, struct tp_port *port, const struct tp_heads *heads,
		    struct rte_mbuf **frames, unsigned count, const unsigned tags)
{
	const unsigned fetched = tp_least(FRAME_AHEAD, count);
	const unsigned found = tp_least(SESSION_AHEAD, count);
	struct hot h;
	unsigned others = 0, i;

	h.frames = frames;
	h.records = w->up6;
	h.port = port;
	h.fib = w->fib6;
	h.neighbours = w->neighbours;
	h.tx = w->tx;
	h.ticks = w->tick | (uint64_t)w->tick << 32;
	for (i = 0; i < fetched; i++)
		fetch(&h, i);
	for (i = 0; i + FRAME_AHEAD < count; i++) {
		fetch(&h, i + FRAME_AHEAD);
		look(&h, i, tags);
	}
	for (; i < count; i++)
		look(&h, i, tags);
	tp_fib6_walk(h.fib, h.uppers, h.entries, count);
	for (i = 0; i < found; i++)
		find(&h, i);
#define GO                                                                                         \
	if (unlikely(go(w, port, heads, &h, i, tags)))                                             \
	frames[others++] = h.frames[i]
	for (i = 0; i + SESSION_AHEAD < count; i++) {
		find(&h, i + SESSION_AHEAD);
		GO;
	}
	for (; i < count; i++)
		GO;
#undef GO
	return others;
}

unsigned LEVEL_NAME(tp_upstream6)(struct tp_worker *w, struct tp_port *port,
				  const struct tp_heads *heads, struct rte_mbuf **frames,
				  unsigned count)
{
	switch (heads->kind.tags) {
	case 0:
		return run(w, port, heads, frames, count, 0);
	case 1:
		return run(w, port, heads, frames, count, 1);
	default:
		return run(w, port, heads, frames, count, 2);
	}
}
