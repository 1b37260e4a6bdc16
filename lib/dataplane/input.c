/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets to the box itself: pings of a session's local address are answered by the worker, the
 * rest goes to the host interface, if the address is the host's. */
#include "dataplane/forward.h"

#include <rte_mbuf.h>

#include "dataplane/handover.h"
#include "dataplane/local.h"
#include "dataplane/port.h"
#include "dataplane/share.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"

static bool is_ping(const struct rte_mbuf *m)
{
	const struct tp_ipv4 *ip = rte_pktmbuf_mtod(m, const struct tp_ipv4 *);
	return ip->version_ihl == TP_IPV4_VERSION_IHL && ip->protocol == TP_IPPROTO_ICMP &&
	       m->data_len >= TP_IPV4_HEADER_LEN + TP_ICMP_HEADER_LEN &&
	       ((const uint8_t *)ip)[TP_IPV4_HEADER_LEN] == TP_ICMP_ECHO_REQUEST;
}

static void answer_ping(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m)
{
	if (!tp_bucket_take(&w->pings[tp_side(flow)], &w->ping_rate, w->tick)) {
		tp_drop(w, flow, m, TP_DROP_PING_LIMIT);
		return;
	}
	if (!tp_icmp_echo_answer(rte_pktmbuf_mtod(m, void *), m->data_len)) {
		tp_drop(w, flow, m, TP_DROP_LOCAL);
		return;
	}
	struct tp_flow own = {.counters = NULL, .port = flow->port, .slot = TP_SLOT_NONE};
	flow->counters->answered++;
	tp_forward(w, &own, m);
}

void tp_local_input(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		    uint32_t index)
{
	const struct tp_local *local = &w->locals[index];
	const struct tp_ipv4 *ip = rte_pktmbuf_mtod(m, const struct tp_ipv4 *);

	bool kernels = local->host_port != TP_LOCAL_NO_PORT && !(local->answers_ping && is_ping(m));

	if (flow->counters == NULL || local->address != rte_be_to_cpu_32(ip->dst_be))
		tp_drop(w, flow, m, TP_DROP_LOCAL);
	else if (!(kernels && flow->slot == TP_SLOT_NONE) &&
		 !tp_share_host(w, flow, &w->ports[flow->port].host_rate, ip->src_be))
		tp_drop(w, flow, m, TP_DROP_HOST_LIMIT);
	else if (local->answers_ping && is_ping(m))
		answer_ping(w, flow, m);
	else if (local->host_port != TP_LOCAL_NO_PORT)
		tp_handover_packet(w, flow, local->host_port, m);
	else
		tp_drop(w, flow, m, TP_DROP_LOCAL);
}
