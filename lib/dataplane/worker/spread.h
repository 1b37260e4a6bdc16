/* SPDX-License-Identifier: BSD-3-Clause */
/* By which of several neighbours a packet goes: its flow (addresses, protocol and, where they are
 * in each of its packets, ports) falls into a bucket of ../spread.h, always the same one. Fragments
 * have no ports but the first, so they go by addresses and protocol alone, as do IPv6's packets
 * with extension headers. No key: whoever looks for flows that meet hurts his own. Worker lcores.
 */
#pragma once

#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_byteorder.h>

#include "base/once.h"
#include "dataplane/fib.h"
#include "dataplane/mix.h"
#include "dataplane/spread.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"

#define TP_IPPROTO_UDPLITE 136
#define TP_IPPROTO_SCTP	   132
#define TP_IPPROTO_DCCP	   33

/* Do packets of PROTOCOL begin with four bytes that tell flows apart? ESP's and AH's SPI, and ports
 * of all others. */
static inline bool tp_spread_has_ports(uint8_t protocol)
{
	return protocol == TP_IPPROTO_TCP || protocol == TP_IPPROTO_UDP ||
	       protocol == TP_IPV6_ESP || protocol == TP_IPPROTO_SCTP ||
	       protocol == TP_IPPROTO_UDPLITE || protocol == TP_IPPROTO_DCCP;
}

static inline uint64_t tp_spread_word(const void *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

/* PROTOCOL, and the ports at AT, if it has some and LEFT bytes have come with it. */
static inline uint64_t tp_spread_upper(uint8_t protocol, const uint8_t *at, int left)
{
	uint32_t ports = 0;

	if (tp_spread_has_ports(protocol) && left >= (int)sizeof(ports))
		memcpy(&ports, at, sizeof(ports));
	return ports | (uint64_t)protocol << 32;
}

/* The bucket of IP's flow; TOTAL bytes, its header's length has been checked. */
static inline unsigned tp_spread_bucket4(const struct tp_ipv4 *ip, unsigned total)
{
	const unsigned header = tp_ipv4_header_len(ip);
	const bool part = (ip->fragment_be & RTE_BE16(TP_IPV4_MF | TP_IPV4_OFFSET)) != 0;
	const uint64_t upper = tp_spread_upper(ip->protocol, (const uint8_t *)ip + header,
					       part ? 0 : (int)total - (int)header);

	return (unsigned)(tp_mix(tp_spread_word(&ip->src_be), upper) >> (64 - TP_SPREAD_BITS));
}

static inline unsigned tp_spread_bucket6(const struct tp_ipv6 *ip, unsigned total)
{
	const uint64_t upper =
		tp_spread_upper(ip->next_header, (const uint8_t *)ip + TP_IPV6_HEADER_LEN,
				(int)total - TP_IPV6_HEADER_LEN);
	const uint64_t from = tp_mix(tp_spread_word(ip->src), tp_spread_word(ip->src + 8));
	const uint64_t to = tp_mix(tp_spread_word(ip->dst) ^ from, tp_spread_word(ip->dst + 8));

	return (unsigned)(tp_mix(to, upper) >> (64 - TP_SPREAD_BITS));
}

/* HOP, or, where it is a set of neighbours, the one that the packet goes by. */
static inline uint32_t tp_spread_hop4(const struct tp_spread *spreads, uint32_t hop,
				      const struct tp_ipv4 *ip, unsigned total)
{
	if (tp_hop_kind(hop) != TP_HOP_SPREAD)
		return hop;
	return TP_HOP(
		TP_HOP_NEIGHBOUR,
		tp_read_once(&spreads[tp_hop_index(hop)].neighbours[tp_spread_bucket4(ip, total)]));
}

static inline uint32_t tp_spread_hop6(const struct tp_spread *spreads, uint32_t hop,
				      const struct tp_ipv6 *ip, unsigned total)
{
	if (tp_hop_kind(hop) != TP_HOP_SPREAD)
		return hop;
	return TP_HOP(
		TP_HOP_NEIGHBOUR,
		tp_read_once(&spreads[tp_hop_index(hop)].neighbours[tp_spread_bucket6(ip, total)]));
}
