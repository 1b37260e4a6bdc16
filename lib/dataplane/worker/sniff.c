/* SPDX-License-Identifier: BSD-3-Clause */
#include "dataplane/worker/sniff.h"

#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include "base/bytes.h"
#include "dataplane/port.h"
#include "dataplane/sniff_private.h"
#include "dataplane/worker/classify.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/ppp.h"
#include "wire/pppoe.h"

/* ---- the filter ---- */

static bool has_addresses(const struct tp_sniff_filter *f)
{
	return f->address != 0 || f->prefix[0].length != 0 || f->prefix[1].length != 0;
}

static bool is_of4(const struct tp_sniff_filter *f, const uint8_t *p, unsigned len)
{
	uint32_t src_be, dst_be;

	if (len < TP_IPV4_HEADER_LEN || f->address == 0)
		return false;
	memcpy(&src_be, p + 12, sizeof(src_be));
	memcpy(&dst_be, p + 16, sizeof(dst_be));
	return src_be == rte_cpu_to_be_32(f->address) || dst_be == rte_cpu_to_be_32(f->address);
}

static bool is_of6(const struct tp_sniff_filter *f, const uint8_t *p, unsigned len)
{
	if (len < TP_IPV6_HEADER_LEN)
		return false;
	for (unsigned i = 0; i < 2; i++)
		if (f->prefix[i].length != 0 &&
		    (tp_prefix6_has(&f->prefix[i], p + 8) || tp_prefix6_has(&f->prefix[i], p + 24)))
			return true;
	return false;
}

static bool is_of(const struct tp_sniff_filter *f, const uint8_t *p, unsigned len)
{
	if (len == 0)
		return false;
	return p[0] >> 4 == 4 ? is_of4(f, p, len) : p[0] >> 4 == 6 && is_of6(f, p, len);
}

/* Where IP begins in a frame of class C; 0: nowhere. */
static unsigned ip_offset(const struct tp_class *c, const uint8_t *p, unsigned len)
{
	const unsigned after = c->offset + TP_PPPOE_HEADER_LEN + TP_PPP_PROTO_LEN;
	uint16_t protocol;

	if (c->ethertype == TP_ETHERTYPE_IPV4 || c->ethertype == TP_ETHERTYPE_IPV6)
		return c->offset;
	if (c->ethertype != TP_ETHERTYPE_SESSION || len < after)
		return 0;
	protocol = tp_load_be16(p + after - TP_PPP_PROTO_LEN);
	return protocol == TP_PPP_PROTO_IPV4 || protocol == TP_PPP_PROTO_IPV6 ? after : 0;
}

static bool fits_access(const struct tp_sniff_filter *f, const struct tp_class *c, const uint8_t *p,
			unsigned len)
{
	unsigned ip;

	if (f->discovery && c->ethertype != TP_ETHERTYPE_DISCOVERY)
		return false;
	if (f->by_mac)
		return memcmp(p, f->mac.bytes, 6) == 0 || memcmp(p + 6, f->mac.bytes, 6) == 0;
	if (!has_addresses(f))
		return true;
	ip = ip_offset(c, p, len);
	return ip != 0 && is_of(f, p + ip, len - ip);
}

static bool fits_core(const struct tp_sniff_filter *f, const struct tp_class *c, const uint8_t *p,
		      unsigned len)
{
	unsigned ip;

	if (f->discovery)
		return false;
	if (!has_addresses(f))
		return !f->by_mac;
	ip = ip_offset(c, p, len);
	return ip != 0 && is_of(f, p + ip, len - ip);
}

static bool fits(const struct tp_sniff_filter *f, const struct tp_port *port,
		 const struct rte_mbuf *m)
{
	const uint8_t *p = rte_pktmbuf_mtod(m, const uint8_t *);
	struct tp_class class;

	if ((f->ports != 0 && (f->ports >> port->index & 1) == 0) || m->data_len < 14 ||
	    !tp_classify(m, &class))
		return f->ports == 0 && !f->discovery && !f->by_mac && !has_addresses(f);
	return port->role == TP_PORT_ACCESS ? fits_access(f, &class, p, m->data_len)
					    : fits_core(f, &class, p, m->data_len);
}

/* ---- copies ---- */

static struct tp_sniff_pending *mine(const struct tp_worker *w, const struct tp_sniff *sniff)
{
	return &sniff->store->pending[w->id];
}

static void put(struct tp_sniff_store *store, struct tp_sniffed *copy)
{
	rte_ring_enqueue(store->full, copy); /* it has room for all pieces */
}

/* A tag that the driver has taken out stands where it stood on the wire. */
static unsigned put_tag(uint8_t *out, const uint8_t *p, uint16_t tci, uint16_t type)
{
	memcpy(out, p, 12);
	tp_put_be16(out + 12, type);
	tp_put_be16(out + 14, tci);
	return 12 + TP_VLAN_TAG_LEN;
}

/* As it was, or is to be, on the wire. NULL: there is no piece left for it. */
static struct tp_sniffed *copy_of(struct tp_worker *w, const struct tp_sniff *sniff, unsigned port,
				  const struct rte_mbuf *m)
{
	const uint8_t *p = rte_pktmbuf_mtod(m, const uint8_t *);
	unsigned len = m->data_len, at = 0;
	struct tp_sniffed *copy;
	void *piece;

	if (rte_ring_dequeue(sniff->store->free, &piece) != 0) {
		tp_count(&mine(w, sniff)->lost, 1);
		return NULL;
	}
	copy = piece;
	if ((m->ol_flags & TP_STRIPPED) != 0 && len >= 12) {
		at = put_tag(copy->bytes, p, m->vlan_tci, TP_ETHERTYPE_VLAN);
		p += 12;
		len -= 12;
	}
	copy->length = at + len;
	if (len > sniff->filter.snap - at)
		len = sniff->filter.snap - at;
	memcpy(copy->bytes + at, p, len);
	copy->captured = (uint16_t)(at + len);
	copy->tsc = w->now;
	copy->port = (uint16_t)port;
	copy->reason = TP_DROP_COUNT;
	copy->is_ip = false;
	return copy;
}

void tp_sniff_received(struct tp_worker *w, const struct tp_sniff *sniff,
		       const struct tp_port *port, struct rte_mbuf **frames, unsigned count)
{
	struct tp_sniff_pending *pending = mine(w, sniff);

	for (unsigned i = 0; i < count && pending->count < TP_BURST; i++) {
		struct tp_sniffed *copy = fits(&sniff->filter, port, frames[i])
						  ? copy_of(w, sniff, port->index, frames[i])
						  : NULL;

		if (copy == NULL)
			continue;
		copy->direction = TP_SNIFF_RECEIVED;
		pending->mbufs[pending->count] = frames[i];
		pending->copies[pending->count++] = copy;
	}
}

void tp_sniff_settle(struct tp_worker *w, const struct tp_sniff *sniff)
{
	struct tp_sniff_pending *pending = mine(w, sniff);

	for (unsigned i = 0; i < pending->count; i++)
		put(sniff->store, pending->copies[i]);
	pending->count = 0;
}

uint16_t tp_sniff_send(struct tp_worker *w, const struct tp_sniff *sniff, unsigned port,
		       struct rte_mbuf **frames, uint16_t count, bool stays)
{
	struct tp_sniffed *copies[2 * TP_BURST];
	uint16_t sent;

	tp_sniff_settle(w, sniff); /* what has come stands before what leaves */
	for (unsigned i = 0; i < count; i++)
		copies[i] = i < 2 * TP_BURST && fits(&sniff->filter, &w->ports[port], frames[i])
				    ? copy_of(w, sniff, port, frames[i])
				    : NULL;
	sent = rte_eth_tx_burst(w->ports[port].dpdk_id, w->tx_queue[port], frames, count);
	for (unsigned i = 0; i < count; i++) {
		if (copies[i] == NULL)
			continue;
		copies[i]->direction = i < sent ? TP_SNIFF_SENT : TP_SNIFF_DROPPED;
		if (i >= sent)
			copies[i]->reason = TP_DROP_TX_FULL;
		if (i < sent || !stays)
			put(sniff->store, copies[i]);
		else
			rte_ring_enqueue(sniff->store->free, copies[i]); /* it is tried again */
	}
	return sent;
}

/* It is not as it came any more: what is left of it, and whether that is IP. */
static bool looks_like_ip(const struct rte_mbuf *m)
{
	const uint8_t *p = rte_pktmbuf_mtod(m, const uint8_t *);

	if (m->data_len >= TP_IPV4_HEADER_LEN && p[0] == 0x45)
		return tp_load_be16(p + 2) <= m->data_len;
	return m->data_len >= TP_IPV6_HEADER_LEN && p[0] >> 4 == 6 &&
	       tp_load_be16(p + 4) + TP_IPV6_HEADER_LEN <= m->data_len;
}

void tp_sniff_dropped(struct tp_worker *w, const struct tp_sniff *sniff, const struct tp_flow *flow,
		      const struct rte_mbuf *m, enum tp_drop reason)
{
	struct tp_sniff_pending *pending = mine(w, sniff);
	const uint8_t *p = rte_pktmbuf_mtod(m, const uint8_t *);
	struct tp_sniffed *copy;
	bool is_ip;

	for (unsigned i = 0; i < pending->count; i++) {
		if (pending->mbufs[i] != m)
			continue;
		pending->copies[i]->reason = (uint8_t)reason;
		pending->mbufs[i] = NULL;
		return;
	}
	is_ip = looks_like_ip(m);
	if (is_ip ? has_addresses(&sniff->filter) && !is_of(&sniff->filter, p, m->data_len)
		  : !fits(&sniff->filter, &w->ports[flow->port], m))
		return;
	copy = copy_of(w, sniff, flow->port, m);
	if (copy == NULL)
		return;
	copy->direction = TP_SNIFF_DROPPED;
	copy->is_ip = is_ip;
	copy->reason = (uint8_t)reason;
	put(sniff->store, copy);
}
