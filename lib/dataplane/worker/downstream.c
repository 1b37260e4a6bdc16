/* SPDX-License-Identifier: BSD-3-Clause */
/* The hot path from the core to subscribers, stage by stage over a burst. Compiled once for each
 * level of x86-64. A frame that is anything but a plain IPv4 packet to a subscriber goes the
 * careful way (slow.h, forward.h), or, of IPv6, into a burst of its own (downstream6.c). */
#include "dataplane/worker/level.h"

#include <rte_mbuf.h>
#include <rte_prefetch.h>

#include "dataplane/fib.h"
#include "dataplane/fib4.h"
#include "dataplane/port.h"
#include "dataplane/state.h"
#include "dataplane/worker/classify.h"
#include "dataplane/worker/encap.h"
#include "dataplane/worker/forward.h"
#include "dataplane/worker/shaper.h"
#include "dataplane/worker/slow.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"

/* Ethernet type, then IPv4's version and header length, as one load of 4 bytes gives them. */
#define PLAIN_IPV4	0x00450008u /* 08 00 45 */
#define PLAIN_IPV4_MASK 0x00ffffffu

struct burst {
	bool shaping; /* some session has a rate limit */
	struct rte_mbuf *frames[TP_BURST];
	uint32_t dst[TP_BURST];
	uint64_t hops[TP_BURST];
	struct tp_burst6 six; /* those of IPv6 */
};

/* A plain IPv4 frame to us whose header is in order (RFC 1812, section 5.2.2), and no TCP SYN. */
static inline bool is_plain(const struct tp_port *port, const struct rte_mbuf *m,
			    const uint8_t *frame, const struct tp_ipv4 *ip)
{
	uint32_t head;
	int total = rte_bswap16(ip->total_length_be);

	memcpy(&head, frame + 12, sizeof(head));
	uint64_t differs = tp_mac_key_at(frame) ^ port->mac_key;
	differs |= (head & PLAIN_IPV4_MASK) ^ PLAIN_IPV4;
	differs |= (uint32_t)(m->nb_segs ^ 1) | (m->ol_flags & TP_STRIPPED);
	int room = (int)m->data_len - TP_ETHERNET_HEADER_LEN - total;
	differs |= (uint32_t)(room | (total - TP_IPV4_HEADER_LEN)) >> 31;
	uint8_t flags = ((const uint8_t *)ip)[TP_IPV4_HEADER_LEN + TP_TCP_FLAGS_OFFSET];
	bool syn = (ip->protocol == TP_IPPROTO_TCP) & ((flags & TP_TCP_SYN) != 0);
	return differs == 0 && !syn && !tp_ipv4_is_martian(ip->src_be) && tp_ipv4_checksum_ok(ip);
}

/* How far ahead of its turn a frame is fetched, and a session's record. */
#define FRAME_AHEAD   16
#define SESSION_AHEAD 12

static inline bool is_ipv6(const uint8_t *frame)
{
	uint16_t type_be;

	memcpy(&type_be, frame + 12, sizeof(type_be));
	return type_be == RTE_BE16(TP_ETHERTYPE_IPV6);
}

static unsigned check(struct tp_worker *w, struct tp_port *port, struct burst *b,
		      struct rte_mbuf **frames, unsigned count)
{
	unsigned n = 0;

	for (unsigned i = 0; i < FRAME_AHEAD && i < count; i++)
		rte_prefetch0(rte_pktmbuf_mtod(frames[i], const void *));
	for (unsigned i = 0; i < count; i++) {
		struct rte_mbuf *m = frames[i];
		const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
		const struct tp_ipv4 *ip = (const struct tp_ipv4 *)(frame + TP_ETHERNET_HEADER_LEN);

		if (i + FRAME_AHEAD < count)
			rte_prefetch0(rte_pktmbuf_mtod(frames[i + FRAME_AHEAD], const void *));
		if (unlikely(is_ipv6(frame))) {
			LEVEL_NAME(tp_downstream6_take)(w, port, &b->six, m);
			continue;
		}
		if (unlikely(!is_plain(port, m, frame, ip))) {
			tp_downstream_slow(w, port, m);
			continue;
		}
		b->frames[n] = m;
		b->dst[n] = rte_bswap32(ip->dst_be);
		n++;
	}
	return n;
}

static inline uint32_t slot_of(const struct tp_worker *w, uint64_t hop)
{
	return tp_hop_kind(hop) == TP_HOP_SESSION ? tp_hop_index(hop) : w->no_slot;
}

static inline void fetch_session(struct tp_worker *w, const struct burst *b, unsigned i)
{
	uint32_t slot = slot_of(w, b->hops[i]);

	__builtin_prefetch(&w->down[slot], 1);
	if (unlikely(b->shaping))
		__builtin_prefetch(&w->rate_limits[slot].down, 1);
}

/* The FIB's answer may be a moment old: the record itself says whose the destination is. Framed
 * routes' destinations are looked for the careful way, in the record's other line. */
static inline bool fits(const struct tp_record_down *r, const struct tp_ipv4 *ip, unsigned total)
{
	return (ip->dst_be == tp_glance(&r->address_be)) & (total <= tp_glance(&r->mtu)) &
	       (ip->ttl > 1);
}

/* Is the packet within its session's rate? Else it waits, or has been dropped. */
static inline bool goes_now(struct tp_worker *w, const struct tp_port *port, struct rte_mbuf *m,
			    uint16_t total, uint32_t slot)
{
	uint64_t start =
		tp_rate_limit_take(&w->rate_limits[slot].down, total, w->now, w->count > 1);
	const struct tp_flow flow = {
		.counters = &w->counters[port->index],
		.port = port->index,
		.slot = TP_SLOT_NONE,
	};

	if (likely(tp_shaped_now(w, start)))
		return true;
	tp_mbuf_narrow(m, TP_ETHERNET_HEADER_LEN, total);
	tp_shape_later(w, &flow, m, start, slot, true);
	return false;
}

static void send(struct tp_worker *w, struct tp_port *port, struct burst *b, unsigned count)
{
	for (unsigned i = 0; i < SESSION_AHEAD && i < count; i++)
		fetch_session(w, b, i);
	for (unsigned i = 0; i < count; i++) {
		struct rte_mbuf *m = b->frames[i];
		struct tp_ipv4 *ip =
			rte_pktmbuf_mtod_offset(m, struct tp_ipv4 *, TP_ETHERNET_HEADER_LEN);
		uint16_t total = rte_bswap16(ip->total_length_be);
		struct tp_record_down *r = &w->down[slot_of(w, b->hops[i])];

		if (i + SESSION_AHEAD < count)
			fetch_session(w, b, i + SESSION_AHEAD);
		if (unlikely(!fits(r, ip, total))) {
			struct tp_flow flow = {
				.counters = &w->counters[port->index],
				.port = port->index,
				.slot = TP_SLOT_NONE,
			};
			tp_mbuf_narrow(m, TP_ETHERNET_HEADER_LEN, total);
			tp_forward_hop(w, &flow, m, b->hops[i]);
			continue;
		}
		if (unlikely(tp_glance(&r->shaped)) &&
		    !goes_now(w, port, m, total, slot_of(w, b->hops[i])))
			continue;
		tp_count(&r->packets, 1);
		tp_count(&r->bytes, total);
		tp_write_once(&r->data_tick, w->tick);
		tp_ipv4_ttl_decrement(ip);
		tp_encap_session(m, (uint8_t *)ip, TP_ETHERNET_HEADER_LEN, total, r);
		struct tp_tx *tx = &w->tx[r->port];
		tx->frames[tx->count++] = m;
	}
}

void LEVEL_NAME(tp_downstream)(struct tp_worker *w, struct tp_port *port, struct rte_mbuf **frames,
			       unsigned count)
{
	struct burst b;

	b.six.count = 0;
	b.shaping = tp_read_once(&w->dp->shaping);
	count = check(w, port, &b, frames, count);
	tp_fib4_lookup_burst(w->fib4, b.dst, b.hops, count);
	send(w, port, &b, count);
	if (unlikely(b.six.count > 0))
		LEVEL_NAME(tp_downstream6_send)(w, port, &b.six);
}

const struct tp_pipeline LEVEL_NAME(tp_pipeline) = {
	.level = "x86-64-" LEVEL_STR2(TP_LEVEL),
	.upstream = LEVEL_NAME(tp_upstream),
	.downstream = LEVEL_NAME(tp_downstream),
};
