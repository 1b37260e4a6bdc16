/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets to sessions with a coding, and between the workers that own these. */
#include "dataplane/worker/coding.h"

#include <rte_mbuf.h>

#include "base/bytes.h"
#include "dataplane/state.h"
#include "dataplane/worker/forward.h"
#include "wire/ppp.h"

struct tp_coding *tp_coding_of(const struct tp_worker *w, uint32_t slot)
{
	return __atomic_load_n(&w->terms[slot].coding, __ATOMIC_ACQUIRE);
}

void tp_coding_hand_off(struct tp_worker *w, const struct tp_flow *flow,
			const struct tp_coding *coding, struct rte_mbuf *m)
{
	struct tp_ring_order order = {.mbuf = m, .kind = TP_ORDER_RECEIVE, .port = flow->port};

	if (tp_ring_order(w->dp->workers[coding->owner]->rings.workers, &order))
		tp_count(&flow->counters->handed_to_workers, 1);
	else
		tp_drop(w, flow, m, TP_DROP_WORKER_RING_FULL);
}

static void to_owner(struct tp_worker *w, const struct tp_flow *flow,
		     const struct tp_coding *coding, struct rte_mbuf *m, uint32_t slot)
{
	struct tp_ring_order order = {
		.mbuf = m,
		.kind = TP_ORDER_TO_SESSION,
		.port = flow->port,
		.from = flow->counters != NULL ? flow->port : TP_DATAPLANE_MAX_PORTS,
		.slot = slot,
	};

	if (!tp_ring_order(w->dp->workers[coding->owner]->rings.workers, &order))
		tp_drop(w, flow, m, TP_DROP_WORKER_RING_FULL);
	else if (flow->counters != NULL)
		tp_count(&flow->counters->handed_to_workers, 1);
}

void tp_coding_send(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		    uint32_t slot)
{
	struct tp_coding *coding = tp_coding_of(w, slot);
	uint8_t *protocol;
	bool is_ipv6;

	if (coding == NULL) { /* withdrawn a moment ago */
		tp_drop(w, flow, m, TP_DROP_STALE_ROUTE);
		return;
	}
	if (coding->owner != w->id) {
		to_owner(w, flow, coding, m, slot);
		return;
	}
	is_ipv6 = *rte_pktmbuf_mtod(m, const uint8_t *) >> 4 == 6;
	protocol = (uint8_t *)rte_pktmbuf_prepend(m, TP_PPP_PROTO_LEN);
	if (protocol == NULL) {
		tp_drop(w, flow, m, TP_DROP_NO_MBUF);
		return;
	}
	tp_put_be16(protocol, is_ipv6 ? TP_PPP_PROTO_IPV6 : TP_PPP_PROTO_IPV4);
	if (tp_coding_encrypt(w, flow, coding, m))
		tp_multilink_send(w, flow, coding, m, slot);
}

void tp_coding_send_order(struct tp_worker *w, uint32_t slot, unsigned from, struct rte_mbuf *m)
{
	bool own = from >= TP_DATAPLANE_MAX_PORTS;
	uint16_t port = own ? w->down[slot].port : (uint16_t)from;
	struct tp_flow flow = {
		.counters = own ? NULL : &w->counters[port],
		.port = port,
		.slot = TP_SLOT_NONE,
	};

	if (!own)
		tp_count(&flow.counters->received_from_workers, 1);
	/* The slot may be another session's since the packet was handed on. */
	if (!tp_is_for_session(w, slot, m)) {
		tp_drop(w, &flow, m, TP_DROP_STALE_ROUTE);
		return;
	}
	tp_coding_send(w, &flow, m, slot);
	tp_tx_flush(w, port);
}
