/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv4 fragmentation (RFC 791, section 3.2), by rte_ip_frag. */
#define ALLOW_EXPERIMENTAL_API /* rte_ipv4_fragment_copy_nonseg_packet() */
#include "dataplane/worker/forward.h"

#include <rte_ip_frag.h>
#include <rte_mbuf.h>

#include "wire/ipv4.h"

unsigned tp_fragment(struct tp_worker *w, struct rte_mbuf *m, uint16_t mtu,
		     struct rte_mbuf *fragments[TP_FRAGMENTS_MAX])
{
	int count =
		rte_ipv4_fragment_copy_nonseg_packet(m, fragments, TP_FRAGMENTS_MAX, mtu, w->pool);
	if (count <= 0)
		return 0;
	for (int i = 0; i < count; i++) {
		struct tp_ipv4 *ip = rte_pktmbuf_mtod(fragments[i], struct tp_ipv4 *);
		ip->checksum_be = 0;
		ip->checksum_be =
			tp_checksum_finish(tp_checksum_add(0, ip, tp_ipv4_header_len(ip)));
	}
	return (unsigned)count;
}
