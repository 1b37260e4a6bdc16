/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets to the box itself. An address that the host has is the host's, but for plain pings of one
 * that sessions have as well; at those that only sessions have, of IPv4, the worker is the host. */
#include "dataplane/worker/forward.h"

#include <rte_mbuf.h>

#include "dataplane/local.h"
#include "dataplane/port.h"
#include "dataplane/worker/encap.h"
#include "dataplane/worker/punt.h"
#include "dataplane/worker/share.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/tcp.h"

/* The whole of an Echo Request, and no options. */
static bool is_plain_ping(const struct rte_mbuf *m)
{
	const struct tp_ipv4 *ip = rte_pktmbuf_mtod(m, const struct tp_ipv4 *);
	return ip->version_ihl == TP_IPV4_VERSION_IHL && ip->protocol == TP_IPPROTO_ICMP &&
	       (rte_be_to_cpu_16(ip->fragment_be) & (TP_IPV4_MF | TP_IPV4_OFFSET)) == 0 &&
	       m->data_len >= TP_IPV4_HEADER_LEN + TP_ICMP_HEADER_LEN &&
	       ((const uint8_t *)ip)[TP_IPV4_HEADER_LEN] == TP_ICMP_ECHO_REQUEST;
}

/* M has become its own answer. */
static void answer(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m)
{
	struct tp_flow own = {.counters = NULL, .port = flow->port, .slot = TP_SLOT_NONE};
	tp_count(&flow->counters->answered, 1);
	tp_forward(w, &own, m);
}

static void icmp_input(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m)
{
	if (!tp_flood_take(&w->pings[tp_side(flow)], &w->ping_rate, w->tick))
		tp_drop(w, flow, m, TP_DROP_PING_LIMIT);
	else if (tp_icmp_echo_answer(rte_pktmbuf_mtod(m, void *), m->data_len))
		answer(w, flow, m);
	else
		tp_drop(w, flow, m, TP_DROP_LOCAL);
}

static void tcp_input(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m)
{
	const struct tp_ipv4 *ip = rte_pktmbuf_mtod(m, const struct tp_ipv4 *);
	bool piece = (rte_be_to_cpu_16(ip->fragment_be) & (TP_IPV4_MF | TP_IPV4_OFFSET)) != 0;
	size_t len = piece ? 0 : tp_tcp_reset_answer(rte_pktmbuf_mtod(m, void *), m->data_len);

	if (len == 0) {
		tp_drop(w, flow, m, TP_DROP_LOCAL);
		return;
	}
	tp_mbuf_narrow(m, 0, (uint16_t)len);
	answer(w, flow, m);
}

/* To an address that no host has but workers: it answers pings, and nobody listens there (RFC 1122,
 * sections 3.2.2.1 and 4.2.3.9). */
static void host_input(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m)
{
	const struct tp_ipv4 *ip = rte_pktmbuf_mtod(m, const struct tp_ipv4 *);
	bool udp = ip->protocol == TP_IPPROTO_UDP;

	if (ip->protocol == TP_IPPROTO_ICMP) {
		icmp_input(w, flow, m);
	} else if (ip->protocol == TP_IPPROTO_TCP) {
		tcp_input(w, flow, m);
	} else {
		tp_icmp_send(w, flow, m, udp ? TP_TROUBLE_PORT : TP_TROUBLE_PROTOCOL, 0);
		tp_drop(w, flow, m, TP_DROP_LOCAL);
	}
}

/* Who is to be asked for its share. */
static uint64_t source_of(const struct rte_mbuf *m)
{
	if (tp_is_ipv6(m))
		return tp_half(rte_pktmbuf_mtod(m, const struct tp_ipv6 *)->src);
	return rte_pktmbuf_mtod(m, const struct tp_ipv4 *)->src_be;
}

/* Of IPv6 the box has no address but the host's and, on each link, that which link_input.c knows.
 */
void tp_local_input(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		    uint32_t index)
{
	const struct tp_local *local = &w->locals[index];
	const struct tp_ip dst = tp_destination(m);
	const bool answers = tp_read_once(&local->answers_ping);
	const uint8_t host_port = tp_read_once(&local->host_port);
	const bool hosts = host_port != TP_LOCAL_NO_PORT && !(answers && is_plain_ping(m));

	if (flow->counters == NULL || !tp_ip_same(&local->ip, &dst))
		tp_drop(w, flow, m, TP_DROP_LOCAL);
	else if (!(hosts && flow->slot == TP_SLOT_NONE) &&
		 !tp_share_host(w, flow, &w->ports[flow->port].host_rate, source_of(m)))
		tp_drop(w, flow, m, TP_DROP_HOST_LIMIT);
	else if (hosts)
		tp_punt_packet(w, flow, host_port, m);
	else if (answers)
		host_input(w, flow, m);
	else
		tp_drop(w, flow, m, TP_DROP_LOCAL);
}
