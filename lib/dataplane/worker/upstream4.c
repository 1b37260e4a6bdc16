/* SPDX-License-Identifier: BSD-3-Clause */
/* The hot path of IPv4 from subscribers to the core: frames of one kind (head.h). Compiled once for
 * each level of x86-64, and for each number of tags.
 *
 * Frames, the index, sessions' records and the FIB's entries are each fetched some packets ahead of
 * the check, which then does all that there is to do for the packet. What does not fit goes the
 * careful way (slow.h), or, of another kind, back to the caller. */
#include "dataplane/worker/level.h"

#include "dataplane/port.h"
#include "dataplane/state.h"
#include "dataplane/worker/encap.h"
#include "dataplane/worker/forward.h"
#include "dataplane/worker/head.h"
#include "dataplane/worker/hot.h"
#include "dataplane/worker/shaper.h"
#include "dataplane/worker/slow.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"

/* How far ahead: docs/performance.md has the figures. */
#define FRAME_AHEAD   24
#define INDEX_AHEAD   20
#define SESSION_AHEAD 16

struct hot {
	struct rte_mbuf **frames;
	struct tp_record_up *records;
	const struct tp_port *port;
	const struct tp_fib4 *fib;
	const uint32_t *roots, *nodes; /* of it */
	const struct tp_neighbour *neighbours;
	struct tp_tx *tx;
	uint64_t ticks;
	uint8_t *at[TP_BURST]; /* where frames begin */
	uint32_t slots[TP_BURST];
	const uint32_t *places[TP_BURST]; /* in the index */
};

tp_hot void fetch(struct hot *h, unsigned i)
{
	h->at[i] = rte_pktmbuf_mtod(h->frames[i], uint8_t *);
	__builtin_prefetch(h->at[i], 1);
}

/* Where the index says whose the frame is. */
tp_hot void look(struct hot *h, unsigned i, const unsigned tags)
{
	const uint8_t *frame = h->at[i];

	h->places[i] = tp_head_place(h->port, frame, tags);
	__builtin_prefetch(h->places[i]);
}

/* Whose the frame is, by the index, and where it goes. */
tp_hot void find(struct hot *h, unsigned i, const unsigned tags)
{
	const uint8_t *frame = h->at[i], *ip = frame + tp_head_len(tags);

	h->slots[i] = __atomic_load_n(h->places[i], __ATOMIC_ACQUIRE);
	__builtin_prefetch(&h->records[h->slots[i]], 1);
	__builtin_prefetch(&h->roots[rte_bswap32(tp_load32(ip + 16)) >> 8]);
}

/* All but what the head says: lengths, source, TTL, checksum, and no SYN. What can be is not asked
 * one by one: a length that is too small shows as a sign bit, a source that is neither the address
 * nor of the route as a product that is not zero. No source that the record has is a martian. */
tp_hot bool is_plain(const struct tp_record_up *r, const struct rte_mbuf *m,
		     const struct tp_ipv4 *ip, uint16_t total, uint16_t length, unsigned offset)
{
	const uint8_t *packet = (const uint8_t *)ip;
	int room = (int)m->data_len - (int)(offset - TP_PPP_PROTO_LEN) - length;
	int payload = length - TP_PPP_PROTO_LEN - total;
	uint32_t small = (uint32_t)(room | payload | (total - TP_IPV4_HEADER_LEN) | (ip->ttl - 2));
	uint32_t syn = tp_syn_sign(ip->protocol, packet[TP_IPV4_HEADER_LEN + TP_TCP_FLAGS_OFFSET]);
	uint64_t address = ip->src_be ^ tp_glance(&r->address_be);
	uint64_t route = (ip->src_be & tp_glance(&r->route_mask_be)) ^ tp_glance(&r->route_be);

	return likely((int32_t)(small | syn) >= 0) && likely(address * route == 0) &&
	       likely(tp_ipv4_checksum_ok(ip));
}

/* A packet for which the lease is low. False: it goes no further here, as it waits or has
 * been dropped. */
static __rte_noinline bool shape(struct tp_worker *w, const struct tp_port *port,
				 struct rte_mbuf *m, unsigned offset, uint16_t total, uint32_t slot)
{
	struct tp_record_up *r = &w->up[slot];
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

/* Of an address in a network of which longer prefixes are known. */
tp_hot uint32_t look_further(const struct hot *h, const struct tp_ipv4 *ip, uint32_t entry)
{
	if ((entry & TP_TRIE_NODE) == 0)
		return entry;
	return tp_glance(
		&h->nodes[(entry & ~TP_TRIE_NODE) << 8 | (rte_bswap32(ip->dst_be) & 0xff)]);
}

/* Frame number I, on its way. True: it is the caller's. */
tp_hot bool go(struct tp_worker *w, struct tp_port *port, const struct tp_heads *heads,
	       const struct hot *h, unsigned i, const unsigned tags)
{
	struct rte_mbuf *m = h->frames[i];
	const uint32_t slot = h->slots[i];
	struct tp_record_up *r = &h->records[slot];
	uint8_t *frame = h->at[i], *packet = frame + tp_head_len(tags);
	struct tp_ipv4 *ip = (struct tp_ipv4 *)(void *)packet;
	/* PPPoE's length, PPP's protocol, the first half of IP's first word, and its length. */
	uint64_t lengths = rte_bswap64(tp_load64(packet - TP_PPP_PROTO_LEN - 2));
	uint16_t total = (uint16_t)lengths, length = (uint16_t)(lengths >> 48);
	uint32_t index;

	if (unlikely(!tp_head_fits(&heads->head, frame, r, tp_mbuf_odd(m))) ||
	    unlikely(!is_plain(r, m, ip, total, length, tp_head_len(tags))))
		return tp_upstream_other(w, port, m, &heads->kind);
	if (unlikely(!tp_lease_take(&r->lease, tp_glance(&r->shaped), total)) &&
	    !shape(w, port, m, tp_head_len(tags), total, slot))
		return false;
	tp_write_once(&r->ticks, h->ticks); /* any worker reads them */
	tp_hot_count(&r->packets, 1);
	tp_hot_count(&r->bytes, total);
	uint32_t hop = tp_glance(&h->roots[rte_bswap32(ip->dst_be) >> 8]);
	tp_gets(h->fib);
	if (unlikely(!tp_hot_neighbour(hop, &index))) {
		hop = look_further(h, ip, hop);
		if (!tp_hot_neighbour(hop, &index)) {
			send_elsewhere(w, port, m, tp_head_len(tags), total, slot, hop);
			return false;
		}
	}
	const struct tp_neighbour *n = &h->neighbours[index];
	if (unlikely(total > tp_glance(&n->mtu))) {
		send_elsewhere(w, port, m, tp_head_len(tags), total, slot, hop);
		return false;
	}
	tp_ipv4_ttl_decrement(ip);
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
	const unsigned looked_up = tp_least(INDEX_AHEAD, count);
	const unsigned found = tp_least(SESSION_AHEAD, count);
	struct hot h;
	unsigned others = 0, i;

	h.frames = frames;
	h.records = w->up;
	h.port = port;
	h.fib = w->fib4;
	h.roots = h.fib->roots;
	h.nodes = h.fib->nodes;
	h.neighbours = w->neighbours;
	h.tx = w->tx;
	h.ticks = w->tick | (uint64_t)w->tick << 32;
	for (i = 0; i < fetched; i++)
		fetch(&h, i);
	for (i = 0; i < looked_up; i++)
		look(&h, i, tags);
	for (i = 0; i < found; i++)
		find(&h, i, tags);
#define GO                                                                                         \
	if (unlikely(go(w, port, heads, &h, i, tags)))                                             \
	frames[others++] = h.frames[i]
	for (i = 0; i + FRAME_AHEAD < count; i++) {
		fetch(&h, i + FRAME_AHEAD);
		look(&h, i + INDEX_AHEAD, tags);
		find(&h, i + SESSION_AHEAD, tags);
		GO;
	}
	for (; i + INDEX_AHEAD < count; i++) {
		look(&h, i + INDEX_AHEAD, tags);
		find(&h, i + SESSION_AHEAD, tags);
		GO;
	}
	for (; i + SESSION_AHEAD < count; i++) {
		find(&h, i + SESSION_AHEAD, tags);
		GO;
	}
	for (; i < count; i++)
		GO;
#undef GO
	return others;
}

unsigned LEVEL_NAME(tp_upstream4)(struct tp_worker *w, struct tp_port *port,
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
