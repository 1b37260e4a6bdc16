/* SPDX-License-Identifier: BSD-3-Clause */
/* The hot path from subscribers to the core, stage by stage over a burst. Compiled once for each
 * level of x86-64. A frame that is anything but a plain IPv4 packet of a session that is up, all
 * in order, goes the careful way (slow.h), or, of IPv6, into a burst of its own (upstream6.c). */
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
#include "wire/ppp.h"
#include "wire/pppoe.h"
#include "wire/tcp.h"

/* The start of an untagged session frame from its Ethernet type on, as one load of 8 bytes
 * gives it: type, version and type, code; then session id and length. */
#define PLAIN_SESSION 0x00116488u /* 88 64 11 00 */

/* A burst between its stages. */
struct burst {
	bool shaping; /* some session has a rate limit */
	struct rte_mbuf *frames[TP_BURST];
	uint32_t slots[TP_BURST];
	uint32_t vlans[TP_BURST];
	uint16_t offsets[TP_BURST]; /* of the PPPoE header; later of the IPv4 packet */
	uint16_t lengths[TP_BURST]; /* the PPPoE length; later that of the IPv4 packet */
	uint32_t dst[TP_BURST];
	uint64_t hops[TP_BURST];
	struct tp_burst6 six; /* those of IPv6 */
};

/* How many frames ahead of its check a frame is fetched, and its session looked for: far
 * enough that they have come when they are needed (docs/performance.md has the figures). */
#define FRAME_AHEAD   32
#define SESSION_AHEAD 24

static inline bool is_vlan_type_be(uint16_t type_be)
{
	return type_be == RTE_BE16(TP_ETHERTYPE_VLAN) || type_be == RTE_BE16(TP_ETHERTYPE_QINQ);
}

/* The common case of one or two tags in the frame, none of priority only; else false. Lengths
 * are is_plain()'s to check: what is read here is at worst what the buffer held before. */
static inline bool classify_tags(const struct rte_mbuf *m, uint64_t head, struct tp_class *class)
{
	uint32_t outer = rte_bswap16((uint16_t)(head >> 16)) & 0xfff, inner = 0;
	class->offset = TP_ETHERNET_HEADER_LEN + TP_VLAN_TAG_LEN;
	if (!is_vlan_type_be((uint16_t)head) || (m->ol_flags & TP_STRIPPED) != 0 || outer == 0)
		return false;
	if (is_vlan_type_be((uint16_t)(head >> 32))) {
		inner = rte_bswap16((uint16_t)(head >> 48)) & 0xfff;
		class->offset = TP_ETHERNET_HEADER_LEN + 2 * TP_VLAN_TAG_LEN;
		if (inner == 0)
			return false;
	}
	class->vlans = outer | inner << 16;
	return true;
}

#define PPP_HEADERS (TP_PPPOE_HEADER_LEN + TP_PPP_PROTO_LEN)

/* PPP's protocol field before PACKET, as it stands there. */
static inline uint16_t protocol_be(const void *packet)
{
	uint16_t protocol;

	memcpy(&protocol, (const uint8_t *)packet - TP_PPP_PROTO_LEN, sizeof(protocol));
	return protocol;
}

/* Tagged frames, and frames of no session, which no record fits. HEAD: 8 bytes from the type. */
static __rte_noinline uint32_t find_tagged(struct tp_worker *w, const struct tp_port *port,
					   struct burst *b, unsigned i, uint64_t head)
{
	struct rte_mbuf *m = b->frames[i];
	struct tp_class class;

	b->vlans[i] = 0;
	b->offsets[i] = TP_ETHERNET_HEADER_LEN;
	b->lengths[i] = 0;
	if (!classify_tags(m, head, &class) && (m->nb_segs != 1 || !tp_classify(m, &class) ||
						m->data_len < class.offset + TP_PPPOE_HEADER_LEN))
		return w->no_slot;
	memcpy(&head, rte_pktmbuf_mtod_offset(m, const uint8_t *, class.offset - 2), sizeof(head));
	if ((uint32_t)head != PLAIN_SESSION)
		return w->no_slot;
	b->vlans[i] = class.vlans;
	b->offsets[i] = class.offset;
	b->lengths[i] = rte_bswap16((uint16_t)(head >> 48));
	return tp_port_session(port, class.vlans & (TP_DATAPLANE_SCOPES - 1),
			       rte_bswap16((uint16_t)(head >> 32)));
}

/* The record of SLOT that is PACKET's family's. Chosen without a branch, which a mixture of both
 * families would mislead. */
static inline void fetch_record(struct tp_worker *w, uint32_t slot, const uint8_t *packet)
{
	bool ipv6 = protocol_be(packet) == RTE_BE16(TP_PPP_PROTO_IPV6);
	const uint8_t *records = ipv6 ? (const uint8_t *)w->up6 : (const uint8_t *)w->up;

	__builtin_prefetch(records + (size_t)slot * sizeof(*w->up), 1);
}
_Static_assert(sizeof(struct tp_record_up) == sizeof(struct tp_record_up6), "of either family");

/* Which session frame number I is of; its record is on its way to the cache. */
static inline void find_session(struct tp_worker *w, const struct tp_port *port, struct burst *b,
				unsigned i)
{
	const struct rte_mbuf *m = b->frames[i];
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	uint32_t slot;
	uint64_t head;

	memcpy(&head, frame + 12, sizeof(head));
	if (likely((uint32_t)head == PLAIN_SESSION && (m->ol_flags & TP_STRIPPED) == 0)) {
		b->vlans[i] = 0;
		b->offsets[i] = TP_ETHERNET_HEADER_LEN;
		b->lengths[i] = rte_bswap16((uint16_t)(head >> 48));
		slot = tp_port_session(port, 0, rte_bswap16((uint16_t)(head >> 32)));
		fetch_record(w, slot, frame + TP_ETHERNET_HEADER_LEN + PPP_HEADERS);
	} else {
		slot = find_tagged(w, port, b, i, head);
		fetch_record(w, slot, frame + b->offsets[i] + PPP_HEADERS);
	}
	b->slots[i] = slot;
	if (unlikely(b->shaping))
		__builtin_prefetch(&w->rate_limits[slot].up, 1);
}

static inline void fetch_frame(const struct burst *b, unsigned i)
{
	rte_prefetch0(rte_pktmbuf_mtod(b->frames[i], const void *));
}

/* Everything that makes a frame a plain one, in one verdict without a branch between: addresses
 * of both ends, VLANs, lengths, IPv4 header, source, TTL. Differences are OR-ed together; a
 * length that is too small shows as a sign bit. */
static inline bool is_plain(const struct tp_port *port, const struct tp_record_up *r,
			    const struct rte_mbuf *m, const uint8_t *frame,
			    const struct tp_ipv4 *ip, unsigned offset, uint32_t vlans, int length,
			    int total)
{
	uint64_t differs = (tp_mac_key_at(frame) ^ port->mac_key) |
			   (tp_mac_key_at(frame + 6) ^ tp_glance(&r->mac));
	differs |= vlans ^ r->vlans;
	differs |= (uint32_t)(ip->version_ihl ^ TP_IPV4_VERSION_IHL);
	differs |= (uint32_t)(m->nb_segs ^ 1);

	int room = (int)m->data_len - (int)offset - TP_PPPOE_HEADER_LEN - length;
	int payload = length - TP_PPP_PROTO_LEN - total;
	differs |= (uint32_t)(room | payload | (total - TP_IPV4_HEADER_LEN) | (ip->ttl - 2)) >> 31;

	bool source = (ip->src_be == tp_glance(&r->address_be)) |
		      ((ip->src_be & tp_glance(&r->route_mask_be)) == tp_glance(&r->route_be));
	source &= !tp_ipv4_is_martian(ip->src_be);
	uint8_t flags = ((const uint8_t *)ip)[TP_IPV4_HEADER_LEN + TP_TCP_FLAGS_OFFSET];
	bool syn = (ip->protocol == TP_IPPROTO_TCP) & ((flags & TP_TCP_SYN) != 0);
	return differs == 0 && source && !syn && tp_ipv4_checksum_ok(ip);
}

/* A packet ahead of its session's rate. False, as check() has it: it goes no further here. */
static __rte_noinline bool shape(struct tp_worker *w, const struct tp_port *port,
				 struct rte_mbuf *m, struct tp_record_up *r, uint16_t offset,
				 uint16_t total, uint64_t start, uint32_t slot)
{
	const struct tp_flow flow = {
		.counters = &w->counters[port->index],
		.port = port->index,
		.slot = slot,
	};

	tp_mbuf_narrow(m, offset, total);
	if (tp_shape_later(w, &flow, m, start, slot, false) == TP_SHAPED_WAITS) {
		tp_count(&r->packets, 1);
		tp_count(&r->bytes, total);
		tp_write_once(&r->data_tick, w->tick);
	}
	return false;
}

/* Checks frame number I against its session and counts it. A plain one becomes number N of those
 * to be looked up, at its IPv4 packet; true. Any other is left to others; false. */
static inline bool check(struct tp_worker *w, struct tp_port *port, struct burst *b, unsigned i,
			 unsigned n)
{
	struct rte_mbuf *m = b->frames[i];
	uint32_t slot = b->slots[i];
	struct tp_record_up *r = &w->up[slot];
	unsigned offset = b->offsets[i] + (unsigned)PPP_HEADERS;
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	const struct tp_ipv4 *ip = (const struct tp_ipv4 *)(frame + offset);
	uint16_t total = rte_bswap16(ip->total_length_be);

	if (unlikely(protocol_be(ip) != RTE_BE16(TP_PPP_PROTO_IPV4))) {
		LEVEL_NAME(tp_upstream6_take)
		(w, port, &b->six, m, slot, b->vlans[i], b->offsets[i], b->lengths[i]);
		return false;
	}
	if (unlikely(!is_plain(port, r, m, frame, ip, b->offsets[i], b->vlans[i], b->lengths[i],
			       total))) {
		tp_upstream_slow(w, port, m);
		return false;
	}
	tp_write_once(&r->seen_tick, w->tick); /* any worker reads it */
	if (unlikely(tp_glance(&r->shaped))) {
		uint64_t start =
			tp_rate_limit_take(&w->rate_limits[slot].up, total, w->now, w->count > 1);
		if (unlikely(!tp_shaped_now(w, start)))
			return shape(w, port, m, r, (uint16_t)offset, total, start, slot);
	}
	tp_count(&r->packets, 1);
	tp_count(&r->bytes, total);
	tp_write_once(&r->data_tick, w->tick);
	b->frames[n] = m;
	b->slots[n] = slot;
	b->offsets[n] = (uint16_t)offset;
	b->lengths[n] = total;
	b->dst[n] = rte_bswap32(ip->dst_be);
	return true;
}

/* Fetching, finding and checking, each so far behind the other. */
static unsigned check_all(struct tp_worker *w, struct tp_port *port, struct burst *b,
			  unsigned count)
{
	unsigned n = 0;

	for (unsigned i = 0; i < FRAME_AHEAD && i < count; i++)
		fetch_frame(b, i);
	for (unsigned i = 0; i < SESSION_AHEAD && i < count; i++)
		find_session(w, port, b, i);
	for (unsigned i = 0; i < count; i++) {
		if (i + FRAME_AHEAD < count)
			fetch_frame(b, i + FRAME_AHEAD);
		if (i + SESSION_AHEAD < count)
			find_session(w, port, b, i + SESSION_AHEAD);
		n += check(w, port, b, i, n);
	}
	return n;
}

/* Sends each packet where the FIB says: to a neighbour at once, all else one by one. */
static void send(struct tp_worker *w, struct tp_port *port, struct burst *b, unsigned count)
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
			struct tp_flow flow = {
				.counters = &w->counters[port->index],
				.port = port->index,
				.slot = b->slots[i],
			};
			tp_mbuf_narrow(m, b->offsets[i], b->lengths[i]);
			tp_forward_hop(w, &flow, m, hop);
			continue;
		}
		tp_ipv4_ttl_decrement((struct tp_ipv4 *)packet);
		tp_encap_neighbour(m, packet, b->offsets[i], b->lengths[i], n);
		struct tp_tx *tx = &w->tx[n->port];
		tx->frames[tx->count++] = m;
	}
}

void LEVEL_NAME(tp_upstream)(struct tp_worker *w, struct tp_port *port, struct rte_mbuf **frames,
			     unsigned count)
{
	struct burst b;

	b.six.count = 0;
	b.shaping = tp_read_once(&w->dp->shaping);
	memcpy(b.frames, frames, count * sizeof(*frames));
	count = check_all(w, port, &b, count);
	tp_fib4_lookup_burst(w->fib4, b.dst, b.hops, count);
	send(w, port, &b, count);
	if (unlikely(b.six.count > 0))
		LEVEL_NAME(tp_upstream6_send)(w, port, &b.six);
}
