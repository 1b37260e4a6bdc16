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
#include "dataplane/worker/run.h"
#include "dataplane/worker/shaper.h"
#include "dataplane/worker/slow.h"
#include "dataplane/worker/spread.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"

/* How far ahead: docs/performance.md has the figures. */
#define FRAME_AHEAD   24
#define INDEX_AHEAD   20
#define SESSION_AHEAD 16

struct hot {
	struct tp_run4 *run;
	struct rte_mbuf **frames;
	struct tp_record_up *records;
	const struct tp_port *port;
	const struct tp_fib4 *fib;
	const uint32_t *roots, *nodes; /* of it */
	const struct tp_neighbour *neighbours;
	const struct tp_spread *spreads;
	struct tp_tx *tx;
	uint64_t ticks;
};

tp_hot void fetch(const struct hot *h, unsigned i)
{
	h->run->at[i] = rte_pktmbuf_mtod(h->frames[i], uint8_t *);
	__builtin_prefetch(h->run->at[i], 1);
}

/* Where the index says whose the frame is. */
tp_hot void look(const struct hot *h, unsigned i, const unsigned tags)
{
	const uint8_t *frame = h->run->at[i];

	h->run->places[i] = tp_head_place(h->port, frame, tags);
	__builtin_prefetch(h->run->places[i]);
}

/* Whose the frame is, by the index, and where it goes. */
tp_hot void find(const struct hot *h, unsigned i, const unsigned tags)
{
	const uint8_t *frame = h->run->at[i], *ip = frame + tp_head_len(tags);

	h->run->slots[i] = __atomic_load_n(h->run->places[i], __ATOMIC_ACQUIRE);
	__builtin_prefetch(&h->records[h->run->slots[i]], 1);
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
	const uint32_t slot = h->run->slots[i];
	struct tp_record_up *r = &h->records[slot];
	uint8_t *frame = h->run->at[i], *packet = frame + tp_head_len(tags);
	struct tp_ipv4 *ip = (struct tp_ipv4 *)(void *)packet;
	/* PPPoE's length, PPP's protocol, the first half of IP's first word, and its length. */
	uint64_t lengths = rte_bswap64(tp_load64(packet - TP_PPP_PROTO_LEN - 2));
	uint16_t total = (uint16_t)lengths, length = (uint16_t)(lengths >> 48);
	uint32_t index;

	if (unlikely(!tp_head_fits(&heads->head, frame, r, tp_mbuf_odd(m))) ||
	    unlikely(!is_plain(r, m, ip, total, length, tp_head_len(tags))))
		return tp_upstream_other(w, port, m, &heads->kind, slot);
	if (unlikely(!tp_lease_take(&r->lease, tp_glance(&r->shaped), total)) &&
	    !shape(w, port, m, tp_head_len(tags), total, slot))
		return false;
	tp_write_once(&r->ticks, h->ticks); /* any worker reads them */
	tp_hot_count(&r->packets, 1);
	tp_hot_count(&r->bytes, total);
	uint32_t hop = tp_glance(&h->roots[rte_bswap32(ip->dst_be) >> 8]);
	tp_gets(h->fib);
	if (unlikely(!tp_hot_neighbour(hop, &index))) {
		hop = tp_spread_hop4(h->spreads, look_further(h, ip, hop), ip, total);
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

tp_hot struct hot hot_of(struct tp_worker *w, const struct tp_port *port, struct tp_run4 *run)
{
	return (struct hot){
		.run = run,
		.frames = run->frames,
		.records = w->up,
		.port = port,
		.fib = w->fib4,
		.roots = w->fib4->roots,
		.nodes = w->fib4->nodes,
		.neighbours = w->neighbours,
		.spreads = w->spreads,
		.tx = w->tx,
		.ticks = w->tick | (uint64_t)w->tick << 32,
	};
}

tp_hot void begin(struct tp_worker *w, const struct tp_port *port, struct tp_run4 *run,
		  const bool parted, const unsigned tags)
{
	const struct hot h = hot_of(w, port, run);
	const unsigned fetched = tp_least(FRAME_AHEAD, run->count);
	const unsigned looked_up = tp_least(INDEX_AHEAD, run->count);
	const unsigned found = tp_least(SESSION_AHEAD, run->count);
	unsigned i;

	for (i = 0; !parted && i < fetched; i++)
		fetch(&h, i);
	for (i = 0; i < looked_up; i++)
		look(&h, i, tags);
	for (i = 0; i < found; i++)
		find(&h, i, tags);
}

tp_hot unsigned finish(struct tp_worker *w, struct tp_port *port, const struct tp_heads *heads,
		       struct tp_run4 *run, struct tp_run6 *next, const bool parted,
		       const unsigned tags)
{
	const struct hot h = hot_of(w, port, run);
	const unsigned count = run->count;
	unsigned others = 0, i;

#define GO                                                                                         \
	if (unlikely(go(w, port, heads, &h, i, tags)))                                             \
	h.frames[others++] = h.frames[i]
	for (i = 0; !parted && i + FRAME_AHEAD < count; i++) {
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
	for (; i < count; i++) {
		if (next != NULL)
			tp_run6_ask(next);
		GO;
	}
#undef GO
	return others;
}

tp_hot unsigned run(struct tp_worker *w, struct tp_port *port, const struct tp_heads *heads,
		    struct tp_run4 *r, const unsigned tags)
{
	begin(w, port, r, false, tags);
	return finish(w, port, heads, r, NULL, false, tags);
}

unsigned LEVEL_NAME(tp_upstream4)(struct tp_worker *w, struct tp_port *port,
				  const struct tp_heads *heads, struct rte_mbuf **frames,
				  unsigned count)
{
	struct tp_run4 r;

	r.frames = frames;
	r.count = count;
	return TP_BY_TAGS(heads->kind.tags, run, w, port, heads, &r);
}

void LEVEL_NAME(tp_upstream4_begin)(struct tp_worker *w, const struct tp_port *port,
				    const struct tp_heads *heads, struct tp_run4 *run)
{
	TP_BY_TAGS(heads->kind.tags, begin, w, port, run, true);
}

unsigned LEVEL_NAME(tp_upstream4_finish)(struct tp_worker *w, struct tp_port *port,
					 const struct tp_heads *heads, struct tp_run4 *run,
					 struct tp_run6 *next)
{
	return TP_BY_TAGS(heads->kind.tags, finish, w, port, heads, run, next, true);
}
