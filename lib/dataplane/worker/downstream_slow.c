/* SPDX-License-Identifier: BSD-3-Clause */
/* A frame on a core port, check by check. */
#include "dataplane/worker/slow.h"

#include <rte_mbuf.h>

#include "dataplane/port.h"
#include "dataplane/worker/encap.h"
#include "dataplane/worker/forward.h"
#include "dataplane/worker/punt.h"
#include "wire/ipv4.h"

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
	/* Only plain IPv4 to us is routed; the kernel's VLANs, ARP, IPv6 and the multicast that
	 * routing protocols speak are the host's. */
	bool plain = class.vlans == 0 && class.offset == TP_ETHERNET_HEADER_LEN;
	if (!group && plain && class.ethertype == TP_ETHERTYPE_IPV4)
		ipv4_input(w, &flow, m);
	else
		tp_punt_frame(w, &flow, m, group || class.ethertype == TP_ETHERTYPE_ARP);
}
