/* SPDX-License-Identifier: BSD-3-Clause */
/* A frame on a core port, check by check. */
#include "dataplane/worker/slow.h"

#include <rte_mbuf.h>

#include "dataplane/port.h"
#include "dataplane/worker/encap.h"
#include "dataplane/worker/forward.h"
#include "dataplane/worker/punt.h"
#include "wire/icmp6.h"
#include "wire/ipv4.h"
#include "wire/ipv6_chain.h"

/* RFC 1812, section 5.2.2, and then wherever it goes. */
static void ipv4_input(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m)
{
	const struct tp_ipv4 *ip =
		rte_pktmbuf_mtod_offset(m, const struct tp_ipv4 *, TP_ETHERNET_HEADER_LEN);

	switch (tp_ipv4_check(ip, m->data_len - TP_ETHERNET_HEADER_LEN)) {
	case TP_IPV4_BAD_HEADER:
		tp_drop(w, flow, m, TP_DROP_IP_HEADER);
		return;
	case TP_IPV4_BAD_LENGTH:
		tp_drop(w, flow, m, TP_DROP_IP_LENGTH);
		return;
	case TP_IPV4_BAD_CHECKSUM:
		tp_drop(w, flow, m, TP_DROP_IP_CHECKSUM);
		return;
	case TP_IPV4_OK:
		break;
	}
	if (tp_ipv4_is_martian(ip->src_be)) {
		tp_drop(w, flow, m, TP_DROP_MARTIAN_SOURCE);
		return;
	}
	tp_mbuf_narrow(m, TP_ETHERNET_HEADER_LEN, rte_be_to_cpu_16(ip->total_length_be));
	tp_forward(w, flow, m);
}

/* Of the link itself: ND (unicast when it asks whether one is still there), and what routing
 * protocols say to link-local addresses. It is the kernel's as ARP is, and not forwarded (RFC 4291,
 * section 2.5.6). */
static bool is_of_link(const struct tp_ipv6 *ip, size_t len)
{
	return tp_ipv6_is_link_local(ip->src) || tp_ipv6_is_link_local(ip->dst) ||
	       tp_icmp6_is_discovery(ip, len);
}

static void ipv6_input(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m)
{
	const struct tp_ipv6 *ip =
		rte_pktmbuf_mtod_offset(m, const struct tp_ipv6 *, TP_ETHERNET_HEADER_LEN);
	size_t len = m->data_len - (size_t)TP_ETHERNET_HEADER_LEN, at;

	switch (tp_ipv6_check(ip, len, &at)) {
	case TP_IPV6_BAD_HEADER:
		tp_drop(w, flow, m, TP_DROP_IP_HEADER);
		return;
	case TP_IPV6_BAD_LENGTH:
		tp_drop(w, flow, m, TP_DROP_IP_LENGTH);
		return;
	case TP_IPV6_JUMBO:
		tp_mbuf_narrow(m, TP_ETHERNET_HEADER_LEN, (uint16_t)len);
		tp_icmp_send(w, flow, m, TP_TROUBLE_OPTION, (uint32_t)at);
		tp_drop(w, flow, m, TP_DROP_JUMBO);
		return;
	case TP_IPV6_OK:
		break;
	}
	if (is_of_link(ip, tp_ipv6_total(ip))) {
		tp_punt_frame(w, flow, m, true);
		return;
	}
	if (tp_ipv6_is_martian(ip->src)) {
		tp_drop(w, flow, m, TP_DROP_MARTIAN_SOURCE);
		return;
	}
	tp_mbuf_narrow(m, TP_ETHERNET_HEADER_LEN, (uint16_t)tp_ipv6_total(ip));
	tp_forward(w, flow, m);
}

void tp_downstream_slow(struct tp_worker *w, struct tp_port *port, struct rte_mbuf *m)
{
	struct tp_flow flow = tp_flow_of_port(w, port);
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	struct tp_class class;

	if (!tp_slow_classify(w, &flow, m, &class))
		return;
	bool group = (frame[0] & 1) != 0;
	if (!group && tp_mac_key_at(frame) != port->mac_key) {
		tp_drop(w, &flow, m, TP_DROP_NOT_FOR_US);
		return;
	}
	/* Only plain IP to us is routed; the kernel's VLANs, ARP and the multicast that ND and
	 * routing protocols speak are the host's. */
	bool plain = class.vlans == 0 && class.offset == TP_ETHERNET_HEADER_LEN;
	if (!group && plain && class.ethertype == TP_ETHERTYPE_IPV4)
		ipv4_input(w, &flow, m);
	else if (!group && plain && class.ethertype == TP_ETHERTYPE_IPV6)
		ipv6_input(w, &flow, m);
	else
		tp_punt_frame(w, &flow, m, group || class.ethertype == TP_ETHERTYPE_ARP);
}
