/* SPDX-License-Identifier: BSD-3-Clause */
/* The plain IPv6 frames of a burst, and what is alike in both directions of theirs. IPv4's
 * pipelines put them aside, in their order. Worker lcores. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "dataplane/record6.h"
#include "dataplane/worker/worker.h"
#include "wire/icmp6.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/tcp.h"

struct tp_burst6 {
	unsigned count;
	struct rte_mbuf *frames[TP_BURST];
	/* upstream alone */
	uint32_t slots[TP_BURST];
	uint16_t offsets[TP_BURST]; /* of the packet */
	uint16_t lengths[TP_BURST]; /* likewise */

	uint8_t dst[TP_BURST][TP_IPV6_ADDRESS_LEN];
	uint64_t hops[TP_BURST];
};

/* Nothing but 0 if a source can be a host's beyond its link: not of a group, link-local or with an
 * upper half of zeros (unspecified, loopback, mapped). fe00::/9 is nobody's. */
static inline bool tp_source6_is_odd(const struct tp_ipv6 *ip)
{
	uint64_t upper;

	memcpy(&upper, ip->src, sizeof(upper));
	return (ip->src[0] >= 0xfe) | (upper == 0);
}

/* What is only seen behind the header: a TCP SYN, whose MSS is clamped. */
static inline bool tp_is_syn6(const struct tp_ipv6 *ip)
{
	const uint8_t *packet = (const uint8_t *)ip;

	return ip->next_header == TP_IPPROTO_TCP &&
	       (packet[TP_IPV6_HEADER_LEN + TP_TCP_FLAGS_OFFSET] & TP_TCP_SYN) != 0;
}

/* Differences of IP's header to one in order: the version, and a length that is none (RFC 2675). */
static inline uint64_t tp_header6_differs(const struct tp_ipv6 *ip)
{
	return (uint64_t)((*(const uint8_t *)ip ^ TP_IPV6_VERSION_BYTE) & 0xf0) |
	       (ip->payload_length_be == 0);
}
