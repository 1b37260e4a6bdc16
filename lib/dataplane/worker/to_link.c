/* SPDX-License-Identifier: BSD-3-Clause */
#include "dataplane/worker/to_link.h"

#include <rte_mbuf.h>

#include "dataplane/worker/coding.h"
#include "dataplane/worker/encap.h"

void tp_to_link(struct tp_worker *w, uint32_t slot, struct rte_mbuf *m)
{
	const struct tp_record_down *r = &w->down6[slot];
	const struct tp_terms *terms = &w->terms[slot];
	const struct tp_flow own = {.counters = NULL, .port = r->port, .slot = TP_SLOT_NONE};
	const uint16_t len = m->data_len;

	if (__atomic_load_n(&terms->ipv6, __ATOMIC_ACQUIRE) == NULL ||
	    len > tp_read_once(&terms->packet_mtu)) {
		tp_drop(w, &own, m, TP_DROP_STALE_ROUTE);
		return;
	}
	if ((tp_terms_careful(terms) & TP_CAREFUL_CODED) != 0) {
		tp_coding_send(w, &own, m, slot);
		return;
	}
	tp_encap_session(m, rte_pktmbuf_mtod(m, uint8_t *), 0, len, r);
	tp_tx_own(w, r->port, m);
}
