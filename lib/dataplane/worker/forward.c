/* SPDX-License-Identifier: BSD-3-Clause */
/* Forwarding one packet of either family, step by step (RFC 1812, section 5.2; RFC 8200). */
#include "dataplane/worker/forward.h"

#include <rte_mbuf.h>

#include "dataplane/fib.h"
#include "dataplane/fib4.h"
#include "dataplane/fib6.h"
#include "dataplane/port.h"
#include "dataplane/worker/coding.h"
#include "dataplane/worker/encap.h"
#include "dataplane/worker/punt.h"
#include "dataplane/worker/shaper.h"
#include "dataplane/worker/spread.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"

/* Drops M and tells its sender why. */
static void refuse(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		   enum tp_trouble trouble, uint32_t value, enum tp_drop reason)
{
	tp_icmp_send(w, flow, m, trouble, value);
	tp_drop(w, flow, m, reason);
}

static bool hop(struct rte_mbuf *m)
{
	struct tp_ipv4 *ip = rte_pktmbuf_mtod(m, struct tp_ipv4 *);
	struct tp_ipv6 *ip6 = rte_pktmbuf_mtod(m, struct tp_ipv6 *);

	if ((tp_is_ipv6(m) ? ip6->hop_limit : ip->ttl) <= 1)
		return false;
	if (tp_is_ipv6(m))
		ip6->hop_limit--;
	else
		tp_ipv4_ttl_decrement(ip);
	return true;
}

/* RFC 1812, section 5.3.1: one hop less, or the end. What began here has not hopped yet. */
static bool hop_taken(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m)
{
	if (flow->counters == NULL || hop(m))
		return true;
	refuse(w, flow, m, TP_TROUBLE_HOPS, 0, TP_DROP_TTL_EXPIRED);
	return false;
}

/* IPv6 is cut by its senders alone (RFC 8200, section 5), IPv4 wherever it has to be. */
static bool may_be_cut(const struct rte_mbuf *m)
{
	const struct tp_ipv4 *ip = rte_pktmbuf_mtod(m, const struct tp_ipv4 *);

	return !tp_is_ipv6(m) && (rte_be_to_cpu_16(ip->fragment_be) & TP_IPV4_DF) == 0;
}

/* M does not fit: RFC 1191, RFC 8201 for those that must not be cut. Returns how many FRAGMENTS
 * there are to send instead of M, which is gone when there are none. */
static unsigned too_big(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
			uint16_t mtu, struct rte_mbuf *fragments[TP_FRAGMENTS_MAX])
{
	if (!may_be_cut(m)) {
		refuse(w, flow, m, TP_TROUBLE_TOO_BIG, mtu, TP_DROP_MTU_EXCEEDED);
		return 0;
	}
	unsigned count = tp_fragment(w, m, mtu, fragments);
	if (count == 0) {
		tp_drop(w, flow, m, TP_DROP_FRAGMENT_FAILED);
		return 0;
	}
	if (flow->counters != NULL)
		tp_count(&flow->counters->forwarded, 1);
	rte_pktmbuf_free(m);
	return count;
}

/* That of M's family. */
static struct tp_record_down *record_of(const struct tp_worker *w, uint32_t slot,
					const struct rte_mbuf *m)
{
	return tp_is_ipv6(m) ? &w->down6[slot] : &w->down[slot];
}

static void count_out(struct tp_worker *w, uint32_t slot, const struct rte_mbuf *m)
{
	struct tp_record_down *r = record_of(w, slot, m);

	tp_count(&r->packets, 1);
	tp_count(&r->bytes, m->data_len);
	tp_write_once(&r->data_tick, w->tick);
}

/* By its coding rather than with a header alone; or it is just going down, and has no way left. */
static bool goes_by_link(const struct tp_worker *w, uint32_t slot)
{
	return (tp_terms_careful(&w->terms[slot]) & (TP_CAREFUL_CODED | TP_CAREFUL_DOWN)) != 0;
}

static void to_session_cut(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
			   uint32_t slot, uint16_t mtu)
{
	const struct tp_record_down *r = &w->down[slot];
	struct tp_flow own = {.counters = NULL, .port = flow->port, .slot = TP_SLOT_NONE};
	struct rte_mbuf *fragments[TP_FRAGMENTS_MAX];
	unsigned count = too_big(w, flow, m, mtu, fragments);

	if (count == 0)
		tp_count(&w->session_drops[slot].down, 1);
	for (unsigned i = 0; i < count; i++) {
		count_out(w, slot, fragments[i]);
		if (goes_by_link(w, slot)) {
			tp_coding_send(w, &own, fragments[i], slot);
			continue;
		}
		tp_encap_session(fragments[i], rte_pktmbuf_mtod(fragments[i], uint8_t *), 0,
				 fragments[i]->data_len, r);
		tp_tx_own(w, r->port, fragments[i]);
	}
}

bool tp_is_for_session(const struct tp_worker *w, uint32_t slot, const struct rte_mbuf *m)
{
	const struct tp_terms *terms = &w->terms[slot];

	if (tp_is_ipv6(m))
		return tp_terms6_has(__atomic_load_n(&terms->ipv6, __ATOMIC_ACQUIRE),
				     rte_pktmbuf_mtod(m, const struct tp_ipv6 *)->dst);
	const uint32_t dst_be = rte_pktmbuf_mtod(m, const struct tp_ipv4 *)->dst_be;
	/* the subscriber's own stands in a line that its packet needs anyway */
	return dst_be == tp_read_once(&w->down[slot].address_be) ||
	       tp_record_has(&w->up[slot], terms, dst_be);
}

void tp_forward_shaped(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		       uint32_t slot)
{
	const struct tp_record_down *r = record_of(w, slot, m);
	/* Read once: when the session ends meanwhile it is 0, which is no size to cut to. */
	const uint16_t mtu = tp_read_once(&w->terms[slot].packet_mtu);

	/* Looked at after it has waited, and so once for all. */
	if (mtu == 0 || !tp_is_for_session(w, slot, m)) {
		tp_drop(w, flow, m, TP_DROP_STALE_ROUTE);
		return;
	}
	if (!hop_taken(w, flow, m))
		return;
	tp_mss(m, tp_read_once(&w->terms[slot].mss_down));
	if (m->data_len > mtu) {
		to_session_cut(w, flow, m, slot, mtu);
		return;
	}
	count_out(w, slot, m);
	if (goes_by_link(w, slot)) {
		tp_coding_send(w, flow, m, slot);
		return;
	}
	tp_encap_session(m, rte_pktmbuf_mtod(m, uint8_t *), 0, m->data_len, r);
	tp_tx(w, flow, r->port, m);
}

/* What began here (an error, the answer to a ping) is not held up. */
static void to_session(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		       uint32_t slot)
{
	struct tp_record_down *r = record_of(w, slot, m);

	if (tp_read_once(&r->shaped) == 0 || flow->counters == NULL ||
	    tp_shape(w, flow, m, &r->lease, slot, true) == TP_SHAPED_PASS)
		tp_forward_shaped(w, flow, m, slot);
}

static void to_neighbour(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
			 uint32_t index)
{
	const struct tp_neighbour *n = &w->neighbours[index];
	const uint16_t mtu = tp_read_once(&n->mtu); /* as a session's */
	struct rte_mbuf *fragments[TP_FRAGMENTS_MAX];

	if (mtu == 0) {
		tp_punt_resolve(w, flow, tp_read_once(&n->port), &w->neighbour_ips[index]);
		if (tp_read_once(&n->failed))
			tp_icmp_send(w, flow, m, TP_TROUBLE_HOST, 0);
		tp_drop(w, flow, m, TP_DROP_NEIGHBOUR_UNRESOLVED);
		return;
	}
	if (!hop_taken(w, flow, m))
		return;
	if (m->data_len <= mtu) {
		tp_encap_neighbour(m, rte_pktmbuf_mtod(m, uint8_t *), 0, m->data_len, n);
		tp_tx(w, flow, n->port, m);
		return;
	}
	unsigned count = too_big(w, flow, m, mtu, fragments);
	for (unsigned i = 0; i < count; i++) {
		tp_encap_neighbour(fragments[i], rte_pktmbuf_mtod(fragments[i], uint8_t *), 0,
				   fragments[i]->data_len, n);
		tp_tx_own(w, n->port, fragments[i]);
	}
}

static void to_blackhole(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
			 enum tp_blackhole kind)
{
	/* As Linux says it of such routes. */
	const enum tp_trouble unreachable = tp_is_ipv6(m) ? TP_TROUBLE_ROUTE : TP_TROUBLE_HOST;

	if (kind == TP_BLACKHOLE_UNREACHABLE)
		refuse(w, flow, m, unreachable, 0, TP_DROP_UNREACHABLE);
	else if (kind == TP_BLACKHOLE_PROHIBITED)
		refuse(w, flow, m, TP_TROUBLE_PROHIBITED, 0, TP_DROP_PROHIBITED);
	else
		tp_drop(w, flow, m, TP_DROP_BLACKHOLE);
}

/* Of several neighbours, all of M's flow goes by one. */
static uint32_t choose(const struct tp_worker *w, const struct rte_mbuf *m, uint32_t hop)
{
	if (tp_is_ipv6(m))
		return tp_spread_hop6(w->spreads, hop, rte_pktmbuf_mtod(m, const struct tp_ipv6 *),
				      m->data_len);
	return tp_spread_hop4(w->spreads, hop, rte_pktmbuf_mtod(m, const struct tp_ipv4 *),
			      m->data_len);
}

/* Came from the core and began not here: an access concentrator is no way from there to there,
 * and a subscriber's address whose session is gone would else bounce until its TTL ends. */
static bool is_transit(const struct tp_flow *flow)
{
	return flow->counters != NULL && flow->slot == TP_SLOT_NONE;
}

void tp_forward_hop(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		    uint64_t hop)
{
	uint32_t index = tp_hop_index(hop);
	struct tp_ip dst;

	switch (tp_hop_kind(hop)) {
	case TP_HOP_SESSION:
		to_session(w, flow, m, index);
		return;
	case TP_HOP_SPREAD:
	case TP_HOP_NEIGHBOUR:
		if (is_transit(flow))
			refuse(w, flow, m, TP_TROUBLE_HOST, 0, TP_DROP_NOT_A_SUBSCRIBER);
		else
			to_neighbour(w, flow, m, tp_hop_index(choose(w, m, (uint32_t)hop)));
		return;
	case TP_HOP_GLEAN:
		if (is_transit(flow)) {
			refuse(w, flow, m, TP_TROUBLE_HOST, 0, TP_DROP_NOT_A_SUBSCRIBER);
			return;
		}
		dst = tp_destination(m);
		tp_punt_resolve(w, flow, (uint16_t)index, &dst);
		tp_drop(w, flow, m, TP_DROP_NEIGHBOUR_UNRESOLVED);
		return;
	case TP_HOP_LOCAL:
		tp_local_input(w, flow, m, index);
		return;
	case TP_HOP_BLACKHOLE:
		to_blackhole(w, flow, m, (enum tp_blackhole)index);
		return;
	case TP_HOP_MARTIAN:
		if (tp_is_ipv6(m) && flow->counters != NULL && flow->slot != TP_SLOT_NONE)
			tp_link_input(w, flow, m);
		else
			tp_drop(w, flow, m, TP_DROP_MARTIAN);
		return;
	case TP_HOP_NONE:
		break;
	}
	refuse(w, flow, m, TP_TROUBLE_ROUTE, 0, TP_DROP_NO_ROUTE);
}

void tp_forward(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m)
{
	const struct tp_ipv6 *ip6 = rte_pktmbuf_mtod(m, const struct tp_ipv6 *);
	uint32_t dst = rte_be_to_cpu_32(rte_pktmbuf_mtod(m, const struct tp_ipv4 *)->dst_be);
	uint64_t hop = 0;

	if (tp_is_ipv6(m))
		tp_fib6_lookup_burst(w->fib6, &ip6->dst, &hop, 1);
	else
		tp_fib4_lookup_burst(w->fib4, &dst, &hop, 1);
	tp_forward_hop(w, flow, m, hop);
}
