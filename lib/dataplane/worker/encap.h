/* SPDX-License-Identifier: BSD-3-Clause */
/* Headers put before an IP packet by one or two vector stores. Worker lcores.
 *
 * An mbuf "at its IP packet" has its data begin with the IP header and end with the packet;
 * the room before it is what the frame's own headers and the headroom leave, always more than
 * is written here. */
#pragma once

#include <stddef.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_mbuf.h>

#include "dataplane/neighbour.h"
#include "dataplane/record.h"

/* M's data begin OFFSET bytes further on and are LEN bytes. One segment. */
static inline void tp_mbuf_narrow(struct rte_mbuf *m, uint16_t offset, uint16_t len)
{
	m->data_off = (uint16_t)(m->data_off + offset);
	m->data_len = len;
	m->pkt_len = len;
}

/* The header is stored together with the two bytes before it: 32 bytes are one store, 30 are four.
 */
#define TP_HEADER_STORE (sizeof(uint16_t) + TP_SESSION_HEADER_MAX)
_Static_assert(offsetof(struct tp_record_down, header) == 2, "no gap between them");

/* Before PAYLOAD of LEN bytes goes the session's header, its PPPoE length patched. OFFSET is
 * that of PAYLOAD in M's data. */
static inline void tp_encap_session(struct rte_mbuf *m, uint8_t *payload, uint16_t offset,
				    uint16_t len, const struct tp_record_down *r)
{
	uint16_t length_be = rte_cpu_to_be_16((uint16_t)(len + 2)); /* RFC 2516: with PPP's own */
	uint8_t header_len = r->header_len;
	memcpy(payload - TP_HEADER_STORE, &r->before, TP_HEADER_STORE);
	memcpy(payload - 4, &length_be, sizeof(length_be));
	tp_mbuf_narrow(m, (uint16_t)(offset - header_len), (uint16_t)(len + header_len));
}

/* The same for a neighbour on a core port. */
static inline void tp_encap_neighbour(struct rte_mbuf *m, uint8_t *payload, uint16_t offset,
				      uint16_t len, const struct tp_neighbour *n)
{
	memcpy(payload - sizeof(n->header), n->header, sizeof(n->header));
	tp_mbuf_narrow(m, (uint16_t)(offset - TP_ETHERNET_HEADER_LEN),
		       (uint16_t)(len + TP_ETHERNET_HEADER_LEN));
}
