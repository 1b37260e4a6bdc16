/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the driver can't tell sessions apart, the worker that receives hands frames off: those of
 * one session, or to one subscriber, always to the same worker, so that they stay in order. */
#include "dataplane/worker/hand_off.h"

#include <rte_mbuf.h>

#include "dataplane/port.h"
#include "dataplane/state.h"
#include "dataplane/worker/classify.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"

/* 32 bits of a hash of what belongs together: the client's MAC address; the destination, of IPv6
 * its network. */
static uint32_t hash(const struct tp_port *port, const struct rte_mbuf *m)
{
	const uint8_t *p = rte_pktmbuf_mtod(m, const uint8_t *);
	uint64_t key = 0;
	if (m->data_len < TP_ETHERNET_HEADER_LEN + TP_IPV4_HEADER_LEN)
		return 0;
	if (port->role == TP_PORT_ACCESS) {
		key = tp_mac_key_at(p + 6);
	} else if (tp_load_be16(p + 12) == TP_ETHERTYPE_IPV4) {
		uint32_t dst;
		memcpy(&dst, p + TP_ETHERNET_HEADER_LEN + 16, sizeof(dst));
		key = dst;
	} else if (tp_load_be16(p + 12) == TP_ETHERTYPE_IPV6 &&
		   m->data_len >= TP_ETHERNET_HEADER_LEN + TP_IPV6_HEADER_LEN) {
		memcpy(&key, p + TP_ETHERNET_HEADER_LEN + offsetof(struct tp_ipv6, dst),
		       sizeof(key));
	}
	return (uint32_t)((key * 0x9e3779b97f4a7c15u) >> 32);
}

unsigned tp_hand_off(struct tp_worker *w, const struct tp_port *port, struct rte_mbuf **frames,
		     unsigned count)
{
	unsigned kept = 0;
	struct tp_port_counters *c = &w->counters[port->index];

	for (unsigned i = 0; i < count; i++) {
		/* A number below COUNT of workers without a division. */
		unsigned to = (unsigned)((uint64_t)hash(port, frames[i]) * w->count >> 32);
		if (to == w->id) {
			frames[kept++] = frames[i];
			continue;
		}
		struct tp_ring_order order = {
			.mbuf = frames[i], .kind = TP_ORDER_RECEIVE, .port = port->index};
		if (tp_ring_order(w->dp->workers[to]->rings.workers, &order)) {
			tp_count(&c->handed_to_workers, 1);
		} else {
			tp_count(&c->drops[TP_DROP_WORKER_RING_FULL], 1);
			rte_pktmbuf_free(frames[i]);
		}
	}
	return kept;
}
