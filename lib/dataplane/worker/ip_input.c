/* SPDX-License-Identifier: BSD-3-Clause */
/* IP packets of sessions: whether they are what the subscriber may send; then they count, and go
 * on.
 */
#include "dataplane/worker/forward.h"

#include "dataplane/worker/encap.h"
#include "dataplane/worker/shaper.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/ipv6_chain.h"
#include "wire/ppp.h"

static void count_in(struct tp_worker *w, uint32_t slot, bool ipv6, uint16_t len)
{
	struct tp_record_up *r = &w->up[slot];
	struct tp_record_up6 *r6 = &w->up6[slot];

	tp_count(ipv6 ? &r6->packets : &r->packets, 1);
	tp_count(ipv6 ? &r6->bytes : &r->bytes, len);
	tp_write_once(ipv6 ? &r6->data_tick : &r->data_tick, w->tick);
}

/* M, at its packet, whose source is the subscriber's. */
static void accept(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m)
{
	const uint16_t len = m->data_len;
	const bool ipv6 = tp_is_ipv6(m);
	enum tp_shaped shaped = TP_SHAPED_PASS;

	tp_mss(m, tp_read_once(&w->terms[flow->slot].mss_up));
	if (tp_read_once(&w->up[flow->slot].shaped) != 0)
		shaped = tp_shape(w, flow, m,
				  ipv6 ? &w->up6[flow->slot].lease : &w->up[flow->slot].lease,
				  flow->slot, false);
	if (shaped == TP_SHAPED_DROPPED)
		return;
	count_in(w, flow->slot, ipv6, len);
	if (shaped == TP_SHAPED_PASS)
		tp_forward(w, flow, m);
}

/* ---- IPv4 ----------------------------------------------------------------------------------- */

/* RFC 1812, section 5.2.2. */
static enum tp_drop drop_of4(enum tp_ipv4_fault fault)
{
	switch (fault) {
	case TP_IPV4_BAD_HEADER:
		return TP_DROP_IP_HEADER;
	case TP_IPV4_BAD_LENGTH:
		return TP_DROP_IP_LENGTH;
	default:
		return TP_DROP_IP_CHECKSUM;
	}
}

static void input4(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		   uint16_t offset, uint16_t len)
{
	const struct tp_record_up *r = &w->up[flow->slot];
	const struct tp_ipv4 *ip = rte_pktmbuf_mtod_offset(m, const struct tp_ipv4 *, offset);

	if (tp_read_once(&r->address_be) == 0) {
		tp_drop(w, flow, m, TP_DROP_SESSION_NOT_UP);
		return;
	}
	enum tp_ipv4_fault fault = tp_ipv4_check(ip, len);
	if (fault != TP_IPV4_OK) {
		tp_drop(w, flow, m, drop_of4(fault));
		return;
	}
	if (!tp_record_has(r, &w->terms[flow->slot], ip->src_be)) {
		tp_drop(w, flow, m, TP_DROP_SPOOFED_SOURCE);
		return;
	}
	if (tp_ipv4_is_martian(ip->src_be)) { /* of a route that covers it */
		tp_drop(w, flow, m, TP_DROP_MARTIAN_SOURCE);
		return;
	}
	tp_mbuf_narrow(m, offset, rte_be_to_cpu_16(ip->total_length_be));
	accept(w, flow, m);
}

/* ---- IPv6 ----------------------------------------------------------------------------------- */

static void refuse(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		   enum tp_trouble trouble, uint32_t value, enum tp_drop reason)
{
	tp_icmp_send(w, flow, m, trouble, value);
	tp_drop(w, flow, m, reason);
}

/* M, at its packet, is from a link-local address: RFC 4291, section 2.5.6. */
static void from_link(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		      const struct tp_terms6 *terms)
{
	const struct tp_ipv6 *ip = rte_pktmbuf_mtod(m, const struct tp_ipv6 *);

	if (!tp_ipv6_same(ip->src, terms->remote))
		tp_drop(w, flow, m, TP_DROP_SPOOFED_SOURCE);
	else if (tp_ipv6_is_link_local(ip->dst) || tp_ipv6_is_multicast(ip->dst))
		tp_link_input(w, flow, m);
	else
		refuse(w, flow, m, TP_TROUBLE_SCOPE, 0, TP_DROP_LINK_LOCAL);
}

/* M, at its packet, which is whole. */
static void sort6(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		  const struct tp_terms6 *terms)
{
	const struct tp_ipv6 *ip = rte_pktmbuf_mtod(m, const struct tp_ipv6 *);

	if (tp_ipv6_is_link_local(ip->src))
		from_link(w, flow, m, terms);
	else if (tp_ipv6_is_unspecified(ip->src) && tp_ipv6_is_multicast(ip->dst))
		tp_link_input(w, flow, m); /* it has no address as yet */
	else if (tp_ipv6_is_martian(ip->src))
		tp_drop(w, flow, m, TP_DROP_MARTIAN_SOURCE);
	else if (!tp_terms6_has(terms, ip->src))
		refuse(w, flow, m, TP_TROUBLE_SOURCE, 0, TP_DROP_SPOOFED_SOURCE);
	else
		accept(w, flow, m);
}

static void input6(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		   uint16_t offset, uint16_t len)
{
	const struct tp_terms6 *terms = tp_flow_terms6(w, flow);
	const uint8_t *packet = rte_pktmbuf_mtod_offset(m, const uint8_t *, offset);
	size_t at;

	if (terms == NULL) {
		tp_drop(w, flow, m, TP_DROP_SESSION_NOT_UP);
		return;
	}
	switch (tp_ipv6_check(packet, len, &at)) {
	case TP_IPV6_BAD_HEADER:
		tp_drop(w, flow, m, TP_DROP_IP_HEADER);
		return;
	case TP_IPV6_BAD_LENGTH:
		tp_drop(w, flow, m, TP_DROP_IP_LENGTH);
		return;
	case TP_IPV6_JUMBO:
		tp_mbuf_narrow(m, offset, len);
		refuse(w, flow, m, TP_TROUBLE_OPTION, (uint32_t)at, TP_DROP_JUMBO);
		return;
	case TP_IPV6_OK:
		break;
	}
	tp_mbuf_narrow(m, offset, (uint16_t)tp_ipv6_total(packet));
	sort6(w, flow, m, terms);
}

void tp_ip_input(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		 uint16_t protocol, uint16_t offset, uint16_t len)
{
	if ((tp_terms_careful(&w->terms[flow->slot]) & TP_CAREFUL_DOWN) != 0)
		tp_drop(w, flow, m, TP_DROP_SESSION_NOT_UP);
	else if (protocol == TP_PPP_PROTO_IPV6)
		input6(w, flow, m, offset, len);
	else
		input4(w, flow, m, offset, len);
}
