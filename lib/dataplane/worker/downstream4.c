/* SPDX-License-Identifier: BSD-3-Clause */
/* The hot path of IPv4 from the core to subscribers. Compiled once for each level of x86-64.
 *
 * Frames, the FIB's entries and sessions' records are each fetched some packets ahead of the check,
 * which then does all that there is to do for the packet. What is no plain packet to a subscriber
 * goes the careful way (slow.h, forward.h), or, of IPv6, back to the caller. */
#include "dataplane/worker/level.h"

#include "dataplane/port.h"
#include "dataplane/state.h"
#include "dataplane/worker/encap.h"
#include "dataplane/worker/forward.h"
#include "dataplane/worker/hot.h"
#include "dataplane/worker/put_off.h"
#include "dataplane/worker/run.h"
#include "dataplane/worker/shaper.h"
#include "dataplane/worker/slow.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"

/* Ethernet type, then IPv4's version and header length, as one load of 4 bytes gives them. */
#define PLAIN_IPV4	0x00450008u /* 08 00 45 */
#define PLAIN_IPV4_MASK 0x00ffffffu

/* How far ahead: docs/performance.md has the figures. */
#define FRAME_AHEAD   32
#define ENTRY_AHEAD   20
#define SESSION_AHEAD 16

struct hot {
	struct tp_run4 *run;
	struct rte_mbuf **frames;
	struct tp_record_down *records;
	const struct tp_fib4 *fib;
	const uint32_t *roots, *nodes; /* of it */
	struct tp_tx *tx;
	uint64_t mac_key;
	uint32_t tick, no_slot;
};

tp_hot void fetch(const struct hot *h, unsigned i)
{
	h->run->at[i] = rte_pktmbuf_mtod(h->frames[i], uint8_t *);
	tp_fetch_down(h->run->at[i]);
}

/* Where the FIB says where the packet goes. */
tp_hot void find_entry(const struct hot *h, unsigned i)
{
	uint32_t dst = rte_bswap32(tp_load32(h->run->at[i] + TP_ETHERNET_HEADER_LEN + 16));
	const uint32_t *root = &h->roots[dst >> 8];
	uint32_t e = tp_glance(root);
	const uint32_t *in_node = &h->nodes[e << 8 | (dst & 0xff)]; /* shifts TP_TRIE_NODE out */

	h->run->places[i] = (e & TP_TRIE_NODE) != 0 ? in_node : root;
	__builtin_prefetch(h->run->places[i]);
}

/* The session's slot, or no_slot, whose record no packet fits. */
tp_hot void find_session(const struct hot *h, unsigned i)
{
	uint32_t slot = tp_glance(h->run->places[i]) - TP_HOP(TP_HOP_SESSION, 0);

	tp_gets(h->fib);
	h->run->slots[i] = slot < TP_HOP(1, 0) ? slot : h->no_slot;
	__builtin_prefetch(&h->records[h->run->slots[i]], 1);
}

/* A plain IPv4 frame to us whose header is in order (RFC 1812, section 5.2.2), with hops left, and
 * no TCP SYN. */
tp_hot bool is_plain(uint64_t mac_key, const struct rte_mbuf *m, const uint8_t *frame,
		     const struct tp_ipv4 *ip, uint16_t total)
{
	const uint8_t *packet = (const uint8_t *)ip;
	int room = (int)m->data_len - TP_ETHERNET_HEADER_LEN - total;
	uint32_t syn = tp_syn_sign(ip->protocol, packet[TP_IPV4_HEADER_LEN + TP_TCP_FLAGS_OFFSET]);
	uint32_t small = (uint32_t)(room | (total - TP_IPV4_HEADER_LEN) | (ip->ttl - 2));
	uint64_t differs = (tp_mac_key_at(frame) ^ mac_key) |
			   ((tp_load32(frame + 12) & PLAIN_IPV4_MASK) ^ PLAIN_IPV4) |
			   (uint32_t)(m->nb_segs ^ 1) | (m->ol_flags & TP_STRIPPED);

	return likely(differs == 0) && likely((int32_t)(small | syn) >= 0) &&
	       likely(!tp_ipv4_is_martian(ip->src_be)) && likely(tp_ipv4_checksum_ok(ip));
}

/* The FIB's answer may be a moment old: the record itself says whose the destination is. Framed
 * routes' destinations are looked for the careful way, in the record's other line. */
tp_hot bool fits(const struct tp_record_down *r, const struct tp_ipv4 *ip, unsigned total)
{
	return likely(ip->dst_be == tp_glance(&r->address_be)) &&
	       likely(total <= tp_glance(&r->mtu));
}

/* Frame M is no plain packet to a subscriber, as far as ENTRY says, or to SLOT's. True: it is the
 * caller's. */
static __rte_noinline bool other(struct tp_worker *w, struct tp_port *port, struct rte_mbuf *m,
				 const uint32_t *entry, uint32_t slot)
{
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	const struct tp_ipv4 *ip = (const struct tp_ipv4 *)(frame + TP_ETHERNET_HEADER_LEN);
	const struct tp_flow flow = tp_flow_of_port(w, port);
	const bool later = slot != w->no_slot && tp_glance(&w->down[slot].mtu) == 0;

	if (tp_load16(frame + 12) == RTE_BE16(TP_ETHERTYPE_IPV6))
		return true;
	const bool plain = is_plain(port->mac_key, m, frame, ip, rte_bswap16(ip->total_length_be));
	if (plain)
		tp_mbuf_narrow(m, TP_ETHERNET_HEADER_LEN, rte_bswap16(ip->total_length_be));
	if (later)
		tp_put_off_down(w, m, slot, plain);
	else if (plain)
		tp_forward_hop(w, &flow, m, tp_glance(entry));
	else
		tp_downstream_slow(w, port, m);
	return false;
}

/* A packet for which the lease is low. False: it goes no further here, as it waits or has
 * been dropped. */
static __rte_noinline bool shape(struct tp_worker *w, const struct tp_port *port,
				 struct rte_mbuf *m, struct tp_record_down *r, uint16_t total,
				 uint32_t slot)
{
	const struct tp_flow flow = tp_flow_of_port(w, port);
	struct tp_rate_limit *limit = &w->rate_limits[slot].down;

	if (likely(tp_lease_low(w, limit, &r->lease, total)))
		return true;
	uint64_t start = tp_rate_limit_take(limit, &r->lease, total, w->now, w->count > 1);
	if (likely(tp_shaped_now(w, start)))
		return true;
	tp_mbuf_narrow(m, TP_ETHERNET_HEADER_LEN, total);
	tp_shape_later(w, &flow, m, start, slot, true);
	return false;
}

/* Frame number I, on its way. True: it is the caller's. */
tp_hot bool go(struct tp_worker *w, struct tp_port *port, const struct hot *h, unsigned i)
{
	struct rte_mbuf *m = h->frames[i];
	const uint32_t slot = h->run->slots[i];
	struct tp_record_down *r = &h->records[slot];
	uint8_t *frame = h->run->at[i];
	struct tp_ipv4 *ip = (struct tp_ipv4 *)(void *)(frame + TP_ETHERNET_HEADER_LEN);
	uint16_t total = rte_bswap16(ip->total_length_be);

	if (unlikely(!is_plain(h->mac_key, m, frame, ip, total)) || unlikely(!fits(r, ip, total)))
		return other(w, port, m, h->run->places[i], slot);
	if (unlikely(!tp_lease_take(&r->lease, tp_glance(&r->shaped), total)) &&
	    !shape(w, port, m, r, total, slot))
		return false;
	tp_hot_count(&r->packets, 1);
	tp_hot_count(&r->bytes, total);
	tp_write_once(&r->data_tick, h->tick);
	tp_ipv4_ttl_decrement(ip);
	tp_hot_header(m, (uint8_t *)ip, TP_ETHERNET_HEADER_LEN, total, r);
	tp_hot_tx(&h->tx[r->port], m);
	return false;
}

tp_hot struct hot hot_of(struct tp_worker *w, const struct tp_port *port, struct tp_run4 *run)
{
	return (struct hot){
		.run = run,
		.frames = run->frames,
		.records = w->down,
		.fib = w->fib4,
		.roots = w->fib4->roots,
		.nodes = w->fib4->nodes,
		.tx = w->tx,
		.mac_key = port->mac_key,
		.tick = w->tick,
		.no_slot = w->no_slot,
	};
}

tp_hot void begin(struct tp_worker *w, const struct tp_port *port, struct tp_run4 *run,
		  const bool parted)
{
	const struct hot h = hot_of(w, port, run);
	const unsigned fetched = tp_least(FRAME_AHEAD, run->count);
	const unsigned looked_up = tp_least(ENTRY_AHEAD, run->count);
	const unsigned found = tp_least(SESSION_AHEAD, run->count);
	unsigned i;

	for (i = 0; !parted && i < fetched; i++)
		fetch(&h, i);
	for (i = 0; i < looked_up; i++)
		find_entry(&h, i);
	for (i = 0; i < found; i++)
		find_session(&h, i);
}

/* PARTED: the frames are there, and NEXT comes behind them. */
tp_hot unsigned finish(struct tp_worker *w, struct tp_port *port, struct tp_run4 *run,
		       struct tp_run6 *next, const bool parted)
{
	const struct hot h = hot_of(w, port, run);
	const unsigned count = run->count;
	unsigned others = 0, i;

#define GO                                                                                         \
	if (unlikely(go(w, port, &h, i)))                                                          \
	h.frames[others++] = h.frames[i]
	for (i = 0; !parted && i + FRAME_AHEAD < count; i++) {
		fetch(&h, i + FRAME_AHEAD);
		find_entry(&h, i + ENTRY_AHEAD);
		find_session(&h, i + SESSION_AHEAD);
		GO;
	}
	for (; i + ENTRY_AHEAD < count; i++) {
		find_entry(&h, i + ENTRY_AHEAD);
		find_session(&h, i + SESSION_AHEAD);
		GO;
	}
	for (; i + SESSION_AHEAD < count; i++) {
		find_session(&h, i + SESSION_AHEAD);
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

unsigned LEVEL_NAME(tp_downstream4)(struct tp_worker *w, struct tp_port *port,
				    struct rte_mbuf **frames, unsigned count)
{
	struct tp_run4 run;

	run.frames = frames;
	run.count = count;
	begin(w, port, &run, false);
	return finish(w, port, &run, NULL, false);
}

void LEVEL_NAME(tp_downstream4_begin)(struct tp_worker *w, const struct tp_port *port,
				      struct tp_run4 *run)
{
	begin(w, port, run, true);
}

unsigned LEVEL_NAME(tp_downstream4_finish)(struct tp_worker *w, struct tp_port *port,
					   struct tp_run4 *run, struct tp_run6 *next)
{
	return finish(w, port, run, next, true);
}
