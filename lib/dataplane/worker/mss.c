/* SPDX-License-Identifier: BSD-3-Clause */
/* Clamping the MSS of TCP SYNs that pass. */
#include "dataplane/worker/forward.h"

#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/tcp.h"

/* Where M's TCP header begins; 0: it has none, or not right behind the header of IPv6. */
static unsigned find_tcp(const struct rte_mbuf *m)
{
	const struct tp_ipv4 *ip = rte_pktmbuf_mtod(m, const struct tp_ipv4 *);
	const struct tp_ipv6 *ip6 = rte_pktmbuf_mtod(m, const struct tp_ipv6 *);

	if (tp_is_ipv6(m))
		return ip6->next_header == TP_IPPROTO_TCP ? TP_IPV6_HEADER_LEN : 0;
	if (ip->protocol != TP_IPPROTO_TCP ||
	    (rte_be_to_cpu_16(ip->fragment_be) & TP_IPV4_OFFSET) != 0)
		return 0;
	return tp_ipv4_header_len(ip);
}

void tp_mss(struct rte_mbuf *m, uint16_t mss)
{
	const uint16_t longer = tp_is_ipv6(m) ? TP_IPV6_HEADER_LEN - TP_IPV4_HEADER_LEN : 0;
	unsigned header = mss > longer ? find_tcp(m) : 0;

	if (header != 0 && header < m->data_len)
		tp_tcp_mss_clamp(rte_pktmbuf_mtod_offset(m, uint8_t *, header),
				 m->data_len - header, (uint16_t)(mss - longer));
}
