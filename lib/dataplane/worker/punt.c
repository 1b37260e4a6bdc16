/* SPDX-License-Identifier: BSD-3-Clause */
/* Punting: to control and, through it, to the kernel. */
#include "dataplane/worker/punt.h"

#include <rte_ethdev.h>

#include "base/bytes.h"
#include "dataplane/port.h"
#include "dataplane/worker/forward.h"
#include "dataplane/worker/share.h"
#include "wire/ppp.h"
#include "wire/pppoe.h"

/* Takes the tags out: the addresses move up to the Ethernet type. */
static void take_out_tags(struct rte_mbuf *m, const struct tp_class *class)
{
	uint16_t tags = (uint16_t)(class->offset - TP_ETHERNET_HEADER_LEN);
	uint8_t *p = rte_pktmbuf_mtod(m, uint8_t *);
	if (tags == 0)
		return;
	memmove(p + tags, p, 12);
	rte_pktmbuf_adj(m, tags);
}

static struct tp_flood_key source_key(const struct tp_flow *flow, const struct rte_mbuf *m,
				      const struct tp_class *class)
{
	return (struct tp_flood_key){
		.who = tp_mac_key_at(rte_pktmbuf_mtod_offset(m, const uint8_t *, 6)),
		.place = (uint64_t)flow->port << 32 | class->vlans,
	};
}

static bool put(struct tp_worker *w, struct rte_ring *ring, const struct tp_flow *flow,
		struct rte_mbuf *m, const struct tp_class *class, enum tp_message_kind kind)
{
	struct tp_ring_message message = {
		.kind = (uint16_t)kind,
		.port = flow->port,
		.vlans = class != NULL ? class->vlans : 0,
		.slot = flow->slot,
		.mbuf = m,
	};
	return tp_ring_put(ring, &message);
}

static bool is_padi(const struct rte_mbuf *m, const struct tp_class *class)
{
	return m->data_len > class->offset + 1 &&
	       *rte_pktmbuf_mtod_offset(m, const uint8_t *, class->offset + 1) ==
		       TP_PPPOE_CODE_PADI;
}

/* Whose limit M is over; TP_DROP_COUNT: nobody's. The narrowest is asked first, so that what is
 * beyond it uses up nothing of what others share. PADIs are by themselves: with a flood of them,
 * those who have got an offer can still take it up. */
static enum tp_drop over_limit(struct tp_worker *w, const struct tp_flow *flow,
			       const struct rte_mbuf *m, const struct tp_class *class)
{
	const struct tp_port *port = &w->ports[flow->port];
	const struct tp_flood_key source = source_key(flow, m, class);
	const struct tp_flood_key place = {.place = source.place};
	uint32_t tick = w->tick;

	if (!is_padi(m, class)) {
		if (!tp_flood_table_take(&w->discovery_macs, &source, tick))
			return TP_DROP_DISCOVERY_MAC_LIMIT;
		if (!tp_flood_take(&w->discovery[flow->port], &w->discovery_rate, tick))
			return TP_DROP_DISCOVERY_PORT_LIMIT;
		return TP_DROP_COUNT;
	}
	if (!tp_flood_table_take_at(&w->padi_macs, &source, &port->padi_mac_rate, tick))
		return TP_DROP_DISCOVERY_MAC_LIMIT;
	if (class->vlans != 0 &&
	    !tp_flood_table_take_at(&w->padi_vlans, &place, &port->padi_vlan_rate, tick))
		return TP_DROP_DISCOVERY_VLAN_LIMIT;
	if (!tp_flood_take(&w->padis[flow->port], &port->padi_rate, tick))
		return TP_DROP_DISCOVERY_PORT_LIMIT;
	return TP_DROP_COUNT;
}

void tp_punt_discovery(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		       const struct tp_class *class)
{
	enum tp_drop over = over_limit(w, flow, m, class);

	if (over != TP_DROP_COUNT) {
		tp_drop(w, flow, m, over);
		return;
	}
	take_out_tags(m, class);
	if (put(w, w->rings.discovery, flow, m, class, TP_MESSAGE_DISCOVERY))
		tp_count(&flow->counters->handed_to_discovery, 1);
	else
		tp_drop(w, flow, m, TP_DROP_DISCOVERY_RING_FULL);
}

void tp_punt_unknown(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		     const struct tp_class *class, enum tp_drop reason)
{
	const struct tp_flood_key source = source_key(flow, m, class);

	if (!tp_flood_table_take(&w->unknown_macs, &source, w->tick) ||
	    !tp_flood_take(&w->unknown[flow->port], &w->unknown_rate, w->tick)) {
		tp_drop(w, flow, m, reason);
		return;
	}
	take_out_tags(m, class);
	if (put(w, w->rings.discovery, flow, m, class, TP_MESSAGE_UNKNOWN_SESSION))
		tp_count(&flow->counters->handed_to_discovery, 1);
	else
		tp_drop(w, flow, m, TP_DROP_DISCOVERY_RING_FULL);
}

static void punt_session(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
			 const struct tp_class *class, enum tp_message_kind kind)
{
	if (!tp_flood_take(&w->shares[flow->slot].control, &w->control_rate, w->tick)) {
		tp_drop(w, flow, m, TP_DROP_SESSION_LIMIT);
		return;
	}
	take_out_tags(m, class);
	if (put(w, w->rings.session, flow, m, class, kind))
		tp_count(&flow->counters->handed_to_session, 1);
	else
		tp_drop(w, flow, m, TP_DROP_SESSION_RING_FULL);
}

void tp_punt_session(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		     const struct tp_class *class)
{
	punt_session(w, flow, m, class, TP_MESSAGE_SESSION);
}

void tp_punt_early(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		   const struct tp_class *class)
{
	punt_session(w, flow, m, class, TP_MESSAGE_EARLY);
}

void tp_punt_session_packet(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m)
{
	const struct tp_record_down *r = &w->down[flow->slot];
	const struct tp_class class = {
		.vlans = w->up[flow->slot].vlans,
		.ethertype = TP_ETHERTYPE_SESSION,
		.offset = TP_ETHERNET_HEADER_LEN,
	};
	uint16_t len = m->data_len;
	uint8_t *p =
		(uint8_t *)rte_pktmbuf_prepend(m, TP_ETHERNET_HEADER_LEN + TP_PPPOE_HEADER_LEN);

	if (p == NULL) {
		tp_drop(w, flow, m, TP_DROP_NO_MBUF);
		return;
	}
	memcpy(p, w->ports[flow->port].mac.bytes, 6);
	memcpy(p + 6, r->header + TP_SESSION_HEADER_MAX - r->header_len, 6);
	tp_put_be16(p + 12, TP_ETHERTYPE_SESSION);
	p[14] = TP_PPPOE_VER_TYPE;
	p[15] = TP_PPPOE_CODE_SESSION;
	memcpy(p + 16, r->header + TP_SESSION_HEADER_MAX - 6, 2);
	tp_put_be16(p + 18, len);
	tp_punt_session(w, flow, m, &class);
}

void tp_punt_ipv6(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m)
{
	uint8_t *protocol = (uint8_t *)rte_pktmbuf_prepend(m, TP_PPP_PROTO_LEN);

	if (protocol == NULL) {
		tp_drop(w, flow, m, TP_DROP_NO_MBUF);
		return;
	}
	tp_put_be16(protocol, TP_PPP_PROTO_IPV6);
	tp_punt_session_packet(w, flow, m);
}

static void to_host(struct tp_worker *w, struct rte_ring *ring, const struct tp_flow *flow,
		    unsigned port, struct rte_mbuf *m)
{
	struct tp_flow there = {.port = (uint16_t)port, .slot = TP_SLOT_NONE};
	if (put(w, ring, &there, m, NULL, TP_MESSAGE_HOST))
		tp_count(&flow->counters->handed_to_host, 1);
	else
		tp_drop(w, flow, m, TP_DROP_HOST_RING_FULL);
}

/* A tag that the driver stripped goes back in: the host shall see what was on the wire. */
static void put_back_tag(struct rte_mbuf *m, uint16_t tci)
{
	uint8_t *p = (uint8_t *)rte_pktmbuf_prepend(m, TP_VLAN_TAG_LEN);
	if (p == NULL)
		return;
	memmove(p, p + TP_VLAN_TAG_LEN, 12);
	tp_put_be16(p + 12, TP_ETHERTYPE_VLAN);
	tp_put_be16(p + 14, tci);
}

void tp_punt_frame(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		   bool routing)
{
	if ((m->ol_flags & TP_STRIPPED) != 0)
		put_back_tag(m, m->vlan_tci);
	if ((m->ol_flags & RTE_MBUF_F_RX_QINQ_STRIPPED) != 0)
		put_back_tag(m, m->vlan_tci_outer);
	to_host(w, routing ? w->rings.routing : w->rings.core, flow, flow->port, m);
}

void tp_punt_packet(struct tp_worker *w, const struct tp_flow *flow, unsigned port,
		    struct rte_mbuf *m)
{
	const struct tp_mac *ours = &w->ports[port].mac;
	const uint16_t type = tp_is_ipv6(m) ? TP_ETHERTYPE_IPV6 : TP_ETHERTYPE_IPV4;
	uint8_t *p = (uint8_t *)rte_pktmbuf_prepend(m, TP_ETHERNET_HEADER_LEN);
	if (p == NULL) {
		tp_drop(w, flow, m, TP_DROP_LOCAL);
		return;
	}
	memcpy(p, ours->bytes, 6);
	memcpy(p + 6, ours->bytes, 6);
	p[6] ^= 0x02; /* not the address that it goes to: some neighbour of the host's */
	tp_put_be16(p + 12, type);
	to_host(w, tp_side(flow) == 0 ? w->rings.access : w->rings.core, flow, port, m);
}

void tp_punt_resolve(struct tp_worker *w, const struct tp_flow *flow, uint16_t port,
		     const struct tp_ip *ip)
{
	struct tp_ring_message message = {
		.kind = TP_MESSAGE_RESOLVE,
		.port = port,
		.detail = ip->family,
	};
	struct tp_flood_key key;
	uint64_t place;

	memcpy(message.address, ip->bytes, sizeof(message.address));
	memcpy(&key.who, ip->bytes, sizeof(key.who));
	memcpy(&place, ip->bytes + sizeof(key.who), sizeof(place));
	key.place = place ^ ((uint64_t)ip->family << 16 | port);

	if (flow->slot != TP_SLOT_NONE &&
	    !tp_flood_take(&w->shares[flow->slot].resolves, &w->resolve_session_rate, w->tick))
		return;
	if (tp_flood_table_take(&w->resolve_addresses, &key, w->tick) &&
	    tp_flood_take(&w->resolves, &w->resolve_rate, w->tick))
		tp_ring_put(w->rings.routing, &message); /* full: the next packet asks again */
}
