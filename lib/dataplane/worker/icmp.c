/* SPDX-License-Identifier: BSD-3-Clause */
/* The ICMP errors that workers send (RFC 1812, section 4.3; RFC 4443). */
#include "dataplane/worker/forward.h"

#include "dataplane/port.h"
#include "dataplane/worker/share.h"
#include "dataplane/worker/to_link.h"
#include "wire/icmp.h"
#include "wire/icmp6.h"
#include "wire/ipv4.h"

/* What a host says, rather than a router on the way, the address says that was asked. */
static bool is_hosts(enum tp_trouble trouble)
{
	return trouble == TP_TROUBLE_PORT || trouble == TP_TROUBLE_PROTOCOL;
}

static struct rte_mbuf *begin(struct tp_worker *w, uint16_t room, uint8_t **out)
{
	struct rte_mbuf *error = rte_pktmbuf_alloc(w->pool);

	if (error != NULL)
		*out = (uint8_t *)rte_pktmbuf_append(error, room);
	return error;
}

static void finish(struct rte_mbuf *error, size_t len)
{
	error->data_len = (uint16_t)len;
	error->pkt_len = (uint32_t)len;
}

/* ---- IPv4 ----------------------------------------------------------------------------------- */

static const struct {
	uint8_t type, code;
} words4[] = {
	[TP_TROUBLE_ROUTE] = {TP_ICMP_UNREACHABLE, TP_ICMP_CODE_NETWORK},
	[TP_TROUBLE_HOST] = {TP_ICMP_UNREACHABLE, TP_ICMP_CODE_HOST},
	[TP_TROUBLE_PROHIBITED] = {TP_ICMP_UNREACHABLE, TP_ICMP_CODE_PROHIBITED},
	[TP_TROUBLE_HOPS] = {TP_ICMP_TIME_EXCEEDED, TP_ICMP_CODE_TTL},
	[TP_TROUBLE_TOO_BIG] = {TP_ICMP_UNREACHABLE, TP_ICMP_CODE_FRAG_NEEDED},
	[TP_TROUBLE_PORT] = {TP_ICMP_UNREACHABLE, TP_ICMP_CODE_PORT},
	[TP_TROUBLE_PROTOCOL] = {TP_ICMP_UNREACHABLE, TP_ICMP_CODE_PROTOCOL},
};

/* RFC 1812, section 4.3.2.4: an address of ours on the interface that the cause came in by. */
static uint32_t source4(const struct tp_worker *w, const struct tp_flow *flow,
			const struct tp_ipv4 *cause, enum tp_trouble trouble)
{
	if (is_hosts(trouble))
		return cause->dst_be;
	if (flow->slot != TP_SLOT_NONE)
		return tp_read_once(&w->terms[flow->slot].local_address_be);
	return rte_cpu_to_be_32(w->ports[flow->port].address);
}

static void send4(struct tp_worker *w, const struct tp_flow *flow, const struct rte_mbuf *m,
		  enum tp_trouble trouble, uint16_t mtu)
{
	const struct tp_flow own = {.counters = NULL, .port = flow->port, .slot = TP_SLOT_NONE};
	const struct tp_ipv4 *cause = rte_pktmbuf_mtod(m, const struct tp_ipv4 *);
	uint32_t src = source4(w, flow, cause, trouble);
	struct rte_mbuf *error;
	uint8_t *out;

	if (src == 0 || !tp_icmp_error_allowed(cause, m->data_len) ||
	    !tp_share_icmp(w, flow, cause->src_be))
		return;
	error = begin(w, TP_ICMP_ERROR_MAX, &out);
	if (error == NULL)
		return;
	finish(error, tp_icmp_error_build(out, words4[trouble].type, words4[trouble].code, mtu, src,
					  cause, m->data_len));
	tp_forward(w, &own, error);
}

/* ---- IPv6 ----------------------------------------------------------------------------------- */

static const struct {
	uint8_t type, code;
} words6[] = {
	[TP_TROUBLE_ROUTE] = {TP_ICMP6_UNREACHABLE, TP_ICMP6_CODE_NO_ROUTE},
	[TP_TROUBLE_HOST] = {TP_ICMP6_UNREACHABLE, TP_ICMP6_CODE_ADDRESS},
	[TP_TROUBLE_PROHIBITED] = {TP_ICMP6_UNREACHABLE, TP_ICMP6_CODE_PROHIBITED},
	[TP_TROUBLE_HOPS] = {TP_ICMP6_TIME_EXCEEDED, TP_ICMP6_CODE_HOP_LIMIT},
	[TP_TROUBLE_TOO_BIG] = {TP_ICMP6_TOO_BIG, 0},
	[TP_TROUBLE_PORT] = {TP_ICMP6_UNREACHABLE, TP_ICMP6_CODE_PORT},
	[TP_TROUBLE_PROTOCOL] = {TP_ICMP6_PARAMETER, TP_ICMP6_CODE_NEXT_HEADER},
	[TP_TROUBLE_SOURCE] = {TP_ICMP6_UNREACHABLE, TP_ICMP6_CODE_SOURCE},
	[TP_TROUBLE_SCOPE] = {TP_ICMP6_UNREACHABLE, TP_ICMP6_CODE_SCOPE},
	[TP_TROUBLE_OPTION] = {TP_ICMP6_PARAMETER, TP_ICMP6_CODE_OPTION},
};

/* An address that is known beyond the link as well: a subscriber's router passes the error on. */
static const uint8_t *global_address(const struct tp_worker *w)
{
	for (unsigned i = 0; i < w->port_count; i++)
		if (!tp_ipv6_is_unspecified(w->ports[i].address6))
			return w->ports[i].address6;
	return NULL;
}

/* NULL: there is none that its receiver could make something of. */
static const uint8_t *source6(const struct tp_worker *w, const struct tp_flow *flow,
			      const struct tp_terms6 *terms, const struct tp_ipv6 *cause,
			      enum tp_trouble trouble)
{
	const uint8_t *global;

	if (is_hosts(trouble))
		return cause->dst;
	if (terms != NULL && tp_ipv6_is_link_local(cause->src))
		return terms->local;
	if (terms == NULL)
		return tp_ipv6_is_unspecified(w->ports[flow->port].address6)
			       ? NULL
			       : w->ports[flow->port].address6;
	global = global_address(w);
	return global != NULL ? global : terms->local;
}

/* What a subscriber is told stays on its link, whatever source it had made up. */
static void send6(struct tp_worker *w, const struct tp_flow *flow, const struct rte_mbuf *m,
		  enum tp_trouble trouble, uint32_t value)
{
	const struct tp_flow own = {.counters = NULL, .port = flow->port, .slot = TP_SLOT_NONE};
	const struct tp_ipv6 *cause = rte_pktmbuf_mtod(m, const struct tp_ipv6 *);
	const struct tp_terms6 *terms = tp_flow_terms6(w, flow);
	const uint8_t *src = source6(w, flow, terms, cause, trouble);
	const uint8_t type = words6[trouble].type;
	struct rte_mbuf *error;
	uint8_t *out;

	if (src == NULL || !tp_icmp6_error_allowed(cause, m->data_len, type) ||
	    !tp_share_icmp(w, flow, tp_half(cause->src)))
		return;
	error = begin(w, TP_ICMP6_ERROR_MAX, &out);
	if (error == NULL)
		return;
	finish(error, tp_icmp6_error_build(out, type, words6[trouble].code, value, src, cause,
					   m->data_len));
	if (flow->slot != TP_SLOT_NONE)
		tp_to_link(w, flow->slot, error);
	else
		tp_forward(w, &own, error);
}

void tp_icmp_send(struct tp_worker *w, const struct tp_flow *flow, const struct rte_mbuf *m,
		  enum tp_trouble trouble, uint32_t value)
{
	if (flow->counters == NULL)
		return;
	if (tp_is_ipv6(m))
		send6(w, flow, m, trouble, value);
	else
		send4(w, flow, m, trouble, (uint16_t)value);
}
