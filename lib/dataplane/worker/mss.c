/* SPDX-License-Identifier: BSD-3-Clause */
/* Clamping the MSS of TCP SYNs that pass. */
#include "dataplane/worker/forward.h"

#include <rte_mbuf.h>

#include "wire/ipv4.h"
#include "wire/tcp.h"

void tp_mss(struct rte_mbuf *m, uint16_t mss)
{
	uint8_t *packet = rte_pktmbuf_mtod(m, uint8_t *);
	const struct tp_ipv4 *ip = (const struct tp_ipv4 *)packet;
	unsigned header = tp_ipv4_header_len(ip);

	if (mss == 0 || ip->protocol != TP_IPPROTO_TCP || header >= m->data_len)
		return;
	if ((rte_be_to_cpu_16(ip->fragment_be) & TP_IPV4_OFFSET) != 0)
		return;
	tp_tcp_mss_clamp(packet + header, m->data_len - header, mss);
}
