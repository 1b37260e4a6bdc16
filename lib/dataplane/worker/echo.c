/* SPDX-License-Identifier: BSD-3-Clause */
/* LCP echoes (RFC 1661, section 5.8), which never cross to control. */
#include "dataplane/worker/slow.h"

#include <rte_mbuf.h>

#include "base/bytes.h"
#include "dataplane/worker/encap.h"
#include "wire/ppp.h"

#define ECHO_LEN (TP_PPP_HEADER_LEN + 4) /* code, identifier, length, magic number */

/* The session's header says IPv4; this is LCP. */
static void make_lcp(uint8_t *payload)
{
	tp_put_be16(payload - TP_PPP_PROTO_LEN, TP_PPP_PROTO_LCP);
}

/* The request's data go back, but no more than the client's MRU: one that asked for a small one may
 * still send large packets. */
static void answer(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		   uint16_t offset, uint16_t len)
{
	const struct tp_record_down *r = &w->down[flow->slot];
	const struct tp_terms *terms = &w->terms[flow->slot];
	const uint16_t most = tp_read_once(&terms->link_mtu);
	const uint32_t magic_be = tp_read_once(&terms->magic_be);
	uint8_t *lcp = rte_pktmbuf_mtod_offset(m, uint8_t *, offset);

	if (len > most)
		len = most;
	lcp[0] = TP_PPP_CODE_ECHO_REPLY;
	tp_put_be16(lcp + 2, len);
	memcpy(lcp + TP_PPP_HEADER_LEN, &magic_be, 4);
	tp_encap_session(m, lcp, offset, len, r);
	make_lcp(lcp);
	tp_count(&flow->counters->answered, 1);
	tp_tx_own(w, r->port, m);
}

bool tp_echo_input(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		   uint16_t offset, uint16_t len)
{
	uint32_t ours = tp_read_once(&w->terms[flow->slot].magic_be);
	const uint8_t *lcp = rte_pktmbuf_mtod_offset(m, const uint8_t *, offset);
	uint32_t magic;

	if (len < TP_PPP_HEADER_LEN ||
	    (lcp[0] != TP_PPP_CODE_ECHO_REQUEST && lcp[0] != TP_PPP_CODE_ECHO_REPLY))
		return false;
	uint16_t length = (uint16_t)(lcp[2] << 8 | lcp[3]);
	if (length < ECHO_LEN || length > len) {
		tp_drop(w, flow, m, TP_DROP_LCP_ECHO);
		return true;
	}
	memcpy(&magic, lcp + TP_PPP_HEADER_LEN, sizeof(magic));
	if (magic != 0 && magic == ours)
		return false; /* our own number: the link is looped back, control must know */
	if (lcp[0] == TP_PPP_CODE_ECHO_REQUEST) {
		answer(w, flow, m, offset, length);
	} else { /* that it came is all that was wanted */
		tp_count(&flow->counters->answered, 1);
		rte_pktmbuf_free(m);
	}
	return true;
}

bool tp_echo_request(struct tp_worker *w, uint32_t slot, uint8_t id)
{
	const struct tp_record_down *r = &w->down[slot];
	struct rte_mbuf *m = rte_pktmbuf_alloc(w->pool);
	if (m == NULL)
		return false;
	uint8_t *lcp = (uint8_t *)rte_pktmbuf_append(m, ECHO_LEN);
	lcp[0] = TP_PPP_CODE_ECHO_REQUEST;
	lcp[1] = id;
	tp_put_be16(lcp + 2, ECHO_LEN);
	const uint32_t magic_be = tp_read_once(&w->terms[slot].magic_be);
	memcpy(lcp + TP_PPP_HEADER_LEN, &magic_be, 4);
	tp_encap_session(m, lcp, 0, ECHO_LEN, r);
	make_lcp(lcp);
	tp_tx_own(w, r->port, m);
	return true;
}
