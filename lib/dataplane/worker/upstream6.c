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
#include "dataplane/worker/run.h"
#include "dataplane/worker/shaper.h"
#include "dataplane/worker/slow.h"
#include "dataplane/worker/spread.h"

/* How far ahead: docs/performance.md has the figures. */
#define FRAME_AHEAD   32
#define SESSION_AHEAD TP_ASKED

struct hot {
	struct tp_run6 *run;
	struct rte_mbuf **frames;
	struct tp_record_up6 *records;
	const struct tp_port *port;
	const struct tp_fib6 *fib;
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

/* Where the index says whose the frame is, and where it goes. Its second line is fetched for TCP
 * alone. */
tp_hot void look(const struct hot *h, unsigned i, const unsigned tags)
{
	const uint8_t *frame = h->run->at[i], *packet = frame + tp_head_len(tags);
	const struct tp_ipv6 *ip = (const struct tp_ipv6 *)(const void *)packet;

	h->run->places[i] = tp_head_place(h->port, frame, tags);
	__builtin_prefetch(h->run->places[i]);
	h->run->uppers[i] = tp_fib6_half(ip->dst);
	__builtin_prefetch(packet + (ip->next_header == TP_IPPROTO_TCP ? TP_IPV6_HEADER_LEN : 0));
}

/* Whose the frame is. */
tp_hot void find(const struct hot *h, unsigned i)
{
	h->run->slots[i] = __atomic_load_n(h->run->places[i], __ATOMIC_ACQUIRE);
}

tp_hot void ask(const struct hot *h, unsigned i)
{
	__builtin_prefetch(&h->records[h->run->slots[i]], 1);
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
	const uint32_t slot = h->run->slots[i];
	struct tp_record_up6 *r = &h->records[slot];
	uint8_t *frame = h->run->at[i], *packet = frame + tp_head_len(tags);
	struct tp_ipv6 *ip = (struct tp_ipv6 *)(void *)packet;
	uint16_t length = rte_bswap16(tp_load16(packet - TP_PPP_PROTO_LEN - 2));
	uint16_t payload = rte_bswap16(ip->payload_length_be);
	uint16_t total = (uint16_t)(TP_IPV6_HEADER_LEN + payload);
	uint32_t index;

	if (unlikely(!tp_head_fits(&heads->head, frame, r, tp_mbuf_odd(m))) ||
	    unlikely(!is_plain(r, m, ip, payload, length, tp_head_len(tags))))
		return tp_upstream_other(w, port, m, &heads->kind, slot);
	if (unlikely(!tp_lease_take(&r->lease, tp_glance(&r->shaped), total)) &&
	    !shape(w, port, m, tp_head_len(tags), total, slot))
		return false;
	tp_write_once(&r->ticks, h->ticks); /* any worker reads them */
	tp_hot_count(&r->packets, 1);
	tp_hot_count(&r->bytes, total);
	uint32_t hop = tp_fib6_hop(h->fib, ip->dst, h->run->entries[i]);
	if (unlikely(!tp_hot_neighbour(hop, &index))) {
		hop = tp_spread_hop6(h->spreads, hop, ip, total);
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
	ip->hop_limit--;
	memcpy(packet - sizeof(n->header), n->header, sizeof(n->header));
	tp_mbuf_shift(m, (int)tp_head_len(tags) - TP_ETHERNET_HEADER_LEN,
		      total + TP_ETHERNET_HEADER_LEN);
	tp_hot_tx(&h->tx[n->port], m);
	return false;
}

tp_hot struct hot hot_of(struct tp_worker *w, const struct tp_port *port, struct tp_run6 *run)
{
	return (struct hot){
		.run = run,
		.frames = run->frames,
		.records = w->up6,
		.port = port,
		.fib = w->fib6,
		.neighbours = w->neighbours,
		.spreads = w->spreads,
		.tx = w->tx,
		.ticks = w->tick | (uint64_t)w->tick << 32,
	};
}

/* PARTED: the frames are there, and something else is done before the second half. */
tp_hot void begin(struct tp_worker *w, const struct tp_port *port, struct tp_run6 *run,
		  const bool parted, const unsigned tags)
{
	const struct hot h = hot_of(w, port, run);
	const unsigned count = run->count, fetched = tp_least(FRAME_AHEAD, count);
	const unsigned found = tp_least(SESSION_AHEAD, count);
	unsigned i;

	run->asked = 0;
	run->records = h.records;
	for (i = 0; !parted && i < fetched; i++)
		fetch(&h, i);
	for (i = 0; !parted && i + FRAME_AHEAD < count; i++) {
		fetch(&h, i + FRAME_AHEAD);
		look(&h, i, tags);
	}
	for (; i < count; i++)
		look(&h, i, tags);
	for (i = 0; i < found; i++)
		find(&h, i);
	for (i = 0; !parted && i < found; i++)
		tp_run6_ask(run);
	tp_fib6_walk(h.fib, run->uppers, run->entries, count);
}

tp_hot unsigned finish(struct tp_worker *w, struct tp_port *port, const struct tp_heads *heads,
		       struct tp_run6 *run, const unsigned tags)
{
	const struct hot h = hot_of(w, port, run);
	const unsigned count = run->count;
	unsigned others = 0, i;

	while (run->asked < tp_least(SESSION_AHEAD, count))
		tp_run6_ask(run);
#define GO                                                                                         \
	if (unlikely(go(w, port, heads, &h, i, tags)))                                             \
	h.frames[others++] = h.frames[i]
	for (i = 0; i + SESSION_AHEAD < count; i++) {
		find(&h, i + SESSION_AHEAD);
		ask(&h, i + SESSION_AHEAD);
		GO;
	}
	for (; i < count; i++)
		GO;
#undef GO
	return others;
}

tp_hot unsigned run(struct tp_worker *w, struct tp_port *port, const struct tp_heads *heads,
		    struct tp_run6 *r, const unsigned tags)
{
	begin(w, port, r, false, tags);
	return finish(w, port, heads, r, tags);
}

unsigned LEVEL_NAME(tp_upstream6)(struct tp_worker *w, struct tp_port *port,
				  const struct tp_heads *heads, struct rte_mbuf **frames,
				  unsigned count)
{
	struct tp_run6 r;

	r.frames = frames;
	r.count = count;
	return TP_BY_TAGS(heads->kind.tags, run, w, port, heads, &r);
}

void LEVEL_NAME(tp_upstream6_begin)(struct tp_worker *w, const struct tp_port *port,
				    const struct tp_heads *heads, struct tp_run6 *run)
{
	TP_BY_TAGS(heads->kind.tags, begin, w, port, run, true);
}

unsigned LEVEL_NAME(tp_upstream6_finish)(struct tp_worker *w, struct tp_port *port,
					 const struct tp_heads *heads, struct tp_run6 *run)
{
	return TP_BY_TAGS(heads->kind.tags, finish, w, port, heads, run);
}
