/* SPDX-License-Identifier: BSD-3-Clause */
/* The hot path from subscribers to the core, stage by stage over a burst. Compiled once for each
 * level of x86-64. A frame that is anything but a plain IPv4 packet of a session that is up, all
 * in order, goes the careful way (slow.h). */
#include "dataplane/level.h"

#include <rte_fib.h>
#include <rte_mbuf.h>
#include <rte_prefetch.h>

#include "dataplane/classify.h"
#include "dataplane/encap.h"
#include "dataplane/fib.h"
#include "dataplane/forward.h"
#include "dataplane/port.h"
#include "dataplane/slow.h"
#include "wire/ipv4.h"
#include "wire/ppp.h"
#include "wire/pppoe.h"
#include "wire/tcp.h"

/* The start of an untagged session frame from its Ethernet type on, as one load of 8 bytes
 * gives it: type, version and type, code; then session id and length. */
#define PLAIN_SESSION 0x00116488u /* 88 64 11 00 */

/* A burst between its stages. */
struct burst {
	struct rte_mbuf *frames[TP_BURST];
	uint32_t slots[TP_BURST];
	uint32_t vlans[TP_BURST];
	uint16_t offsets[TP_BURST]; /* of the PPPoE header; later of the IPv4 packet */
	uint16_t lengths[TP_BURST]; /* the PPPoE length; later that of the IPv4 packet */
	uint32_t dst[TP_BURST];
	uint64_t hops[TP_BURST];
};

/* Tagged frames, and all that is no session frame: false, and it has gone the careful way. */
static __rte_noinline bool find_tagged(struct tp_worker *w, struct tp_port *port, struct burst *b,
				       unsigned i)
{
	struct rte_mbuf *m = b->frames[i];
	struct tp_class class;
	uint64_t head;

	if (m->nb_segs != 1 || !tp_classify(m, &class) || class.ethertype != TP_ETHERTYPE_SESSION ||
	    m->data_len < class.offset + TP_PPPOE_HEADER_LEN) {
		tp_upstream_slow(w, port, m);
		return false;
	}
	memcpy(&head, rte_pktmbuf_mtod_offset(m, const uint8_t *, class.offset - 2), sizeof(head));
	if ((uint32_t)head != PLAIN_SESSION) {
		tp_upstream_slow(w, port, m);
		return false;
	}
	b->vlans[i] = class.vlans;
	b->offsets[i] = class.offset;
	b->lengths[i] = rte_bswap16((uint16_t)(head >> 48));
	b->slots[i] = port->sessions[class.vlans & (TP_DATAPLANE_SCOPES - 1)]
				    [rte_bswap16((uint16_t)(head >> 32))];
	return true;
}

/* Which session each frame is of; its record and counters are on their way to the cache. */
static unsigned find_sessions(struct tp_worker *w, struct tp_port *port, struct burst *b,
			      struct rte_mbuf **frames, unsigned count)
{
	const uint32_t *untagged = port->sessions[0];
	unsigned n = 0;

	for (unsigned i = 0; i < count; i++) {
		struct rte_mbuf *m = frames[i];
		uint64_t head;

		memcpy(&head, rte_pktmbuf_mtod_offset(m, const uint8_t *, 12), sizeof(head));
		b->frames[n] = m;
		if (likely((uint32_t)head == PLAIN_SESSION && (m->ol_flags & TP_STRIPPED) == 0)) {
			b->vlans[n] = 0;
			b->offsets[n] = TP_ETHERNET_HEADER_LEN;
			b->lengths[n] = rte_bswap16((uint16_t)(head >> 48));
			b->slots[n] = untagged[rte_bswap16((uint16_t)(head >> 32))];
		} else if (!find_tagged(w, port, b, n)) {
			continue;
		}
		__builtin_prefetch(&w->records[b->slots[n]], 1);
		n++;
	}
	return n;
}

/* Everything that makes a frame a plain one, in one verdict without a branch between: addresses
 * of both ends, VLANs, lengths, IPv4 header, source, TTL. Differences are OR-ed together; a
 * length that is too small shows as a sign bit. */
static inline bool is_plain(const struct tp_port *port, const struct tp_record *r,
			    const struct rte_mbuf *m, const uint8_t *frame,
			    const struct tp_ipv4 *ip, unsigned offset, uint32_t vlans, int length,
			    int total)
{
	uint16_t protocol_be;
	memcpy(&protocol_be, (const uint8_t *)ip - TP_PPP_PROTO_LEN, sizeof(protocol_be));

	uint64_t differs =
		(tp_mac_key_at(frame) ^ port->mac_key) | (tp_mac_key_at(frame + 6) ^ r->mac);
	differs |= vlans ^ r->vlans;
	differs |= (uint32_t)(protocol_be ^ RTE_BE16(TP_PPP_PROTO_IPV4));
	differs |= (uint32_t)(ip->version_ihl ^ TP_IPV4_VERSION_IHL);
	differs |= (uint32_t)(m->nb_segs ^ 1);

	int room = (int)m->data_len - (int)offset - TP_PPPOE_HEADER_LEN - length;
	int payload = length - TP_PPP_PROTO_LEN - total;
	differs |= (uint32_t)(room | payload | (total - TP_IPV4_HEADER_LEN) | (ip->ttl - 2)) >> 31;

	bool source =
		(ip->src_be == r->address_be) | ((ip->src_be & r->route_mask_be) == r->route_be);
	uint8_t flags = ((const uint8_t *)ip)[TP_IPV4_HEADER_LEN + TP_TCP_FLAGS_OFFSET];
	bool syn = (ip->protocol == TP_IPPROTO_TCP) & ((flags & TP_TCP_SYN) != 0);
	return differs == 0 && source && !syn && tp_ipv4_checksum_ok(ip);
}

/* Checks each frame against its session and counts it; leaves the plain ones at their IPv4
 * packets, with the destinations to be looked up. */
static unsigned check(struct tp_worker *w, struct tp_port *port, struct burst *b, unsigned count)
{
	unsigned n = 0;
	uint32_t tick = w->tick;

	for (unsigned i = 0; i < count; i++) {
		struct rte_mbuf *m = b->frames[i];
		uint32_t slot = b->slots[i];
		unsigned offset = b->offsets[i];
		const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
		offset += TP_PPPOE_HEADER_LEN + TP_PPP_PROTO_LEN;
		const struct tp_ipv4 *ip = (const struct tp_ipv4 *)(frame + offset);
		uint16_t total = rte_bswap16(ip->total_length_be);

		struct tp_record *r = &w->records[slot];
		if (unlikely(!is_plain(port, r, m, frame, ip, b->offsets[i], b->vlans[i],
				       b->lengths[i], total))) {
			tp_upstream_slow(w, port, m);
			continue;
		}
		r->packets_in++;
		r->bytes_in += total;
		r->seen_tick = tick;
		r->data_tick = tick;
		b->frames[n] = m;
		b->slots[n] = slot;
		b->offsets[n] = (uint16_t)offset;
		b->lengths[n] = total;
		b->dst[n] = rte_bswap32(ip->dst_be);
		n++;
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
		if (unlikely(tp_hop_kind(hop) != TP_HOP_NEIGHBOUR || b->lengths[i] > n->mtu)) {
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

	for (unsigned i = 0; i < count; i++)
		rte_prefetch0(rte_pktmbuf_mtod(frames[i], const void *));
	count = find_sessions(w, port, &b, frames, count);
	count = check(w, port, &b, count);
	rte_fib_lookup_bulk(w->fib, b.dst, b.hops, (int)count);
	send(w, port, &b, count);
}
