/* SPDX-License-Identifier: BSD-3-Clause */
/* What makes an IPv6 packet one that the hot path does not take, as far as both directions ask the
 * same. Worker lcores. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/tcp.h"

/* Can this source not be a host's beyond its link? Of a group, link-local, or with an upper half of
 * zeros (unspecified, loopback, mapped). fe00::/9 is nobody's. */
static inline bool tp_source6_is_odd(const struct tp_ipv6 *ip)
{
	uint64_t upper;

	memcpy(&upper, ip->src, sizeof(upper));
	return (ip->src[0] >= 0xfe) | (upper == 0);
}

/* What is only seen behind the header: the highest bit is a TCP SYN, whose MSS is clamped. That
 * byte is in the frame's second line, which is not fetched for packets that are no TCP. */
static inline uint32_t tp_syn_sign6(const struct tp_ipv6 *ip)
{
	const uint8_t *packet = (const uint8_t *)ip;
	bool tcp = ip->next_header == TP_IPPROTO_TCP;
	uint8_t flags = packet[tcp ? TP_IPV6_HEADER_LEN + TP_TCP_FLAGS_OFFSET : 0];

	return ((uint32_t)(ip->next_header ^ TP_IPPROTO_TCP) - 1) & ((uint32_t)flags << 30);
}
