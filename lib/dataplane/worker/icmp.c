/* SPDX-License-Identifier: BSD-3-Clause */
/* The ICMP errors that workers send (RFC 1812, section 4.3). */
#include "dataplane/worker/forward.h"

#include <rte_mbuf.h>

#include "dataplane/port.h"
#include "dataplane/worker/share.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"

/* RFC 1812, section 4.3.2.4: an address of ours on the interface that the cause came in by. */
static uint32_t source_be(const struct tp_worker *w, const struct tp_flow *flow,
			  const struct tp_ipv4 *cause, uint8_t type, uint8_t code)
{
	/* What a host says, rather than a router on the way, the address says that was asked. */
	if (type == TP_ICMP_UNREACHABLE &&
	    (code == TP_ICMP_CODE_PORT || code == TP_ICMP_CODE_PROTOCOL))
		return cause->dst_be;
	if (flow->slot != TP_SLOT_NONE)
		return tp_read_once(&w->terms[flow->slot].local_address_be);
	return rte_cpu_to_be_32(w->ports[flow->port].address);
}

void tp_icmp_send(struct tp_worker *w, const struct tp_flow *flow, const struct rte_mbuf *m,
		  uint8_t type, uint8_t code, uint16_t mtu)
{
	const struct tp_ipv4 *cause = rte_pktmbuf_mtod(m, const struct tp_ipv4 *);
	uint32_t src = source_be(w, flow, cause, type, code);

	if (flow->counters == NULL || src == 0 || !tp_icmp_error_allowed(cause, m->data_len))
		return;
	if (!tp_share_icmp(w, flow, cause->src_be))
		return;
	struct rte_mbuf *error = rte_pktmbuf_alloc(w->pool);
	if (error == NULL)
		return;
	uint8_t *out = (uint8_t *)rte_pktmbuf_append(error, TP_ICMP_ERROR_MAX);
	size_t len = tp_icmp_error_build(out, type, code, mtu, src, cause, m->data_len);
	error->data_len = (uint16_t)len;
	error->pkt_len = (uint32_t)len;

	struct tp_flow own = {.counters = NULL, .port = flow->port, .slot = TP_SLOT_NONE};
	tp_forward(w, &own, error);
}
