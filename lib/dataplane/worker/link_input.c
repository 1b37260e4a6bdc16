/* SPDX-License-Identifier: BSD-3-Clause */
/* What a subscriber says on its link: Neighbor Discovery and pings, which the worker answers,
 * Router Solicitations and DHCPv6, which are control's. Of the rest there is nothing to be made. */
#include "dataplane/worker/forward.h"

#include "dataplane/port.h"
#include "dataplane/worker/classify.h"
#include "dataplane/worker/encap.h"
#include "dataplane/worker/punt.h"
#include "dataplane/worker/share.h"
#include "dataplane/worker/to_link.h"
#include "wire/icmp6.h"
#include "wire/ipv4.h"
#include "wire/ipv6_chain.h"

#define DHCP_PORT 547 /* RFC 8415, section 7.2: of servers and relay agents */

/* ff02::1, ff02::2, ff02::1:2: RFC 4291, section 2.7.1; RFC 8415, section 7.1. */
static bool is_all_nodes(const uint8_t *dst)
{
	static const uint8_t group[TP_IPV6_ADDRESS_LEN] = {0xff, 0x02, [15] = 1};
	return tp_ipv6_same(dst, group);
}

static bool is_all_routers(const uint8_t *dst)
{
	static const uint8_t group[TP_IPV6_ADDRESS_LEN] = {0xff, 0x02, [15] = 2};
	return tp_ipv6_same(dst, group);
}

static bool is_all_dhcp(const uint8_t *dst)
{
	static const uint8_t group[TP_IPV6_ADDRESS_LEN] = {0xff, 0x02, [13] = 1, [15] = 2};
	return tp_ipv6_same(dst, group);
}

static bool is_from_nobody(const struct rte_mbuf *m)
{
	return tp_ipv6_is_unspecified(rte_pktmbuf_mtod(m, const struct tp_ipv6 *)->src);
}

/* It was for another: on this link there is none. */
static enum tp_drop drop_of(const struct rte_mbuf *m)
{
	const struct tp_ipv6 *ip = rte_pktmbuf_mtod(m, const struct tp_ipv6 *);

	return tp_ipv6_is_link_local(ip->dst) ? TP_DROP_LINK_LOCAL : TP_DROP_MARTIAN;
}

/* M, of LEN bytes, has become its own answer. */
static void answer(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m, size_t len)
{
	tp_count(&flow->counters->answered, 1);
	tp_mbuf_narrow(m, 0, (uint16_t)len);
	tp_to_link(w, flow->slot, m);
}

static void echo_input(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		       const uint8_t *ours)
{
	if (!tp_flood_take(&w->pings[tp_side(flow)], &w->ping_rate, w->tick))
		tp_drop(w, flow, m, TP_DROP_PING_LIMIT);
	else if (tp_icmp6_echo_answer(rte_pktmbuf_mtod(m, void *), m->data_len, ours))
		answer(w, flow, m, m->data_len);
	else
		tp_drop(w, flow, m, TP_DROP_LOCAL);
}

static void refuse(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		   enum tp_trouble trouble, uint32_t value)
{
	tp_icmp_send(w, flow, m, trouble, value);
	tp_drop(w, flow, m, TP_DROP_LOCAL);
}

static void solicitation_input(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
			       const uint8_t *ours)
{
	size_t len = tp_icmp6_solicitation_answer(rte_pktmbuf_mtod(m, void *), m->data_len, ours);

	if (len != 0)
		answer(w, flow, m, len);
	else
		tp_drop(w, flow, m, TP_DROP_ND); /* who asks whether another has its address */
}

/* ICMPv6 of TYPE; TO_US: to an address or a group of ours. */
static void icmp_input(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		       const struct tp_terms6 *terms, uint8_t type, bool to_us)
{
	switch (type) {
	case TP_ICMP6_NEIGHBOR_SOLICITATION:
		solicitation_input(w, flow, m, terms->local);
		break;
	case TP_ICMP6_ROUTER_SOLICITATION:
		if (to_us)
			tp_punt_ipv6(w, flow, m);
		else
			tp_drop(w, flow, m, TP_DROP_ND);
		break;
	case TP_ICMP6_ROUTER_ADVERTISEMENT:
	case TP_ICMP6_NEIGHBOR_ADVERTISEMENT:
	case TP_ICMP6_REDIRECT:
		tp_drop(w, flow, m, TP_DROP_ND);
		break;
	case TP_ICMP6_LISTENER_QUERY:
	case TP_ICMP6_LISTENER_REPORT:
	case TP_ICMP6_LISTENER_DONE:
	case TP_ICMP6_LISTENER_REPORT_V2:
		tp_drop(w, flow, m, TP_DROP_MLD);
		break;
	default:
		if (is_from_nobody(m))
			tp_drop(w, flow, m, TP_DROP_MARTIAN_SOURCE);
		else if (to_us)
			echo_input(w, flow, m, terms->local);
		else
			tp_drop(w, flow, m, drop_of(m));
	}
}

static bool is_to_dhcp(const struct rte_mbuf *m, const struct tp_ipv6_upper *upper)
{
	return upper->protocol == TP_IPPROTO_UDP && m->data_len >= upper->offset + 4 &&
	       tp_load_be16(rte_pktmbuf_mtod_offset(m, const uint8_t *, upper->offset + 2)) ==
		       DHCP_PORT;
}

/* Neither Neighbor Discovery nor what control takes: a host says so (RFC 4443, sections 3.1, 3.4).
 */
static void other_input(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
			const struct tp_terms6 *terms, const struct tp_ipv6_upper *upper)
{
	if (upper->protocol == TP_IPV6_ICMP)
		echo_input(w, flow, m, terms->local); /* a later fragment of one, perhaps */
	else if (upper->protocol == TP_IPPROTO_UDP || upper->protocol == TP_IPPROTO_TCP)
		refuse(w, flow, m, TP_TROUBLE_PORT, 0);
	else if (upper->protocol != TP_IPV6_NO_NEXT)
		refuse(w, flow, m, TP_TROUBLE_PROTOCOL, (uint32_t)upper->named);
	else
		tp_drop(w, flow, m, TP_DROP_LOCAL);
}

void tp_link_input(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m)
{
	const struct tp_ipv6 *ip = rte_pktmbuf_mtod(m, const struct tp_ipv6 *);
	const struct tp_terms6 *terms = tp_flow_terms6(w, flow);
	struct tp_ipv6_upper upper;

	if (terms == NULL) { /* it went down a moment ago */
		tp_drop(w, flow, m, TP_DROP_SESSION_NOT_UP);
		return;
	}
	if (!tp_share_host(w, flow, &w->ports[flow->port].host_rate, 0)) {
		tp_drop(w, flow, m, TP_DROP_HOST_LIMIT);
		return;
	}
	bool to_us = tp_ipv6_same(ip->dst, terms->local);
	bool to_routers = to_us || is_all_nodes(ip->dst) || is_all_routers(ip->dst);
	if (!tp_ipv6_upper_find(ip, m->data_len, &upper))
		tp_drop(w, flow, m, TP_DROP_LOCAL);
	else if (upper.protocol == TP_IPV6_ICMP && !upper.later && upper.offset < m->data_len)
		icmp_input(w, flow, m, terms,
			   *rte_pktmbuf_mtod_offset(m, const uint8_t *, upper.offset), to_routers);
	else if (!upper.later && is_to_dhcp(m, &upper) && (to_us || is_all_dhcp(ip->dst)))
		tp_punt_ipv6(w, flow, m);
	else if (is_from_nobody(m))
		tp_drop(w, flow, m, TP_DROP_MARTIAN_SOURCE);
	else if (to_us)
		other_input(w, flow, m, terms, &upper);
	else
		tp_drop(w, flow, m, drop_of(m));
}
