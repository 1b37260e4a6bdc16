/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses and prefixes of either family, for what does the same with both: routes, neighbours.
 * Neither has padding: tables take them as keys, as they are. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/prefix.h"

enum tp_family { TP_NO_FAMILY, TP_FAMILY_IPV4 = 4, TP_FAMILY_IPV6 = 6 };

struct tp_ip {
	uint8_t family;	   /* enum tp_family; all zero: no address */
	uint8_t bytes[16]; /* as on the wire; IPv4: the first four, zeros behind them */
};

struct tp_ip_prefix {
	struct tp_ip ip; /* of a network: host bits are zero */
	uint8_t length;	 /* 0 … 32, or … 128 */
};
_Static_assert(sizeof(struct tp_ip_prefix) == 18, "a key");

/* ADDRESS in host byte order; a constant if it is one. */
#define TP_IP4(address)                                                                            \
	{                                                                                          \
		.family = TP_FAMILY_IPV4,                                                          \
		.bytes = {(uint8_t)((address) >> 24), (uint8_t)((address) >> 16),                  \
			  (uint8_t)((address) >> 8), (uint8_t)(address)},                          \
	}

static inline struct tp_ip tp_ip_of4(uint32_t address)
{
	return (struct tp_ip)TP_IP4(address);
}

static inline struct tp_ip tp_ip_of6(const uint8_t *address)
{
	struct tp_ip ip = {.family = TP_FAMILY_IPV6};

	memcpy(ip.bytes, address, sizeof(ip.bytes));
	return ip;
}

/* Of an IPv4 address, in host byte order. */
static inline uint32_t tp_ip_to4(const struct tp_ip *ip)
{
	return (uint32_t)ip->bytes[0] << 24 | (uint32_t)ip->bytes[1] << 16 |
	       (uint32_t)ip->bytes[2] << 8 | ip->bytes[3];
}

static inline bool tp_ip_is_none(const struct tp_ip *ip)
{
	return ip->family == TP_NO_FAMILY;
}

static inline bool tp_ip_same(const struct tp_ip *a, const struct tp_ip *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static inline struct tp_ip_prefix tp_ip_prefix_of4(const struct tp_prefix *prefix)
{
	return (struct tp_ip_prefix){TP_IP4(prefix->address), prefix->length};
}

static inline struct tp_ip_prefix tp_ip_prefix_of6(const struct tp_prefix6 *prefix)
{
	return (struct tp_ip_prefix){tp_ip_of6(prefix->address), prefix->length};
}

static inline struct tp_prefix tp_ip_prefix_to4(const struct tp_ip_prefix *prefix)
{
	return (struct tp_prefix){tp_ip_to4(&prefix->ip), prefix->length};
}

static inline struct tp_prefix6 tp_ip_prefix_to6(const struct tp_ip_prefix *prefix)
{
	struct tp_prefix6 to = {.length = prefix->length};

	memcpy(to.address, prefix->ip.bytes, sizeof(to.address));
	return to;
}

static inline uint8_t tp_ip_bits(const struct tp_ip *ip)
{
	return ip->family == TP_FAMILY_IPV6 ? 128 : 32;
}

/* IP alone: a /32 or a /128. */
static inline struct tp_ip_prefix tp_ip_host(const struct tp_ip *ip)
{
	return (struct tp_ip_prefix){*ip, tp_ip_bits(ip)};
}

static inline bool tp_ip_prefix_same(const struct tp_ip_prefix *a, const struct tp_ip_prefix *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* Is IP in PREFIX? */
static inline bool tp_ip_prefix_has(const struct tp_ip_prefix *prefix, const struct tp_ip *ip)
{
	const struct tp_prefix6 bits = tp_ip_prefix_to6(prefix);

	return prefix->ip.family == ip->family && tp_prefix6_has(&bits, ip->bytes);
}

/* Of a family, its length within it, and no host bits set. */
static inline bool tp_ip_prefix_is_network(const struct tp_ip_prefix *prefix)
{
	if (prefix->ip.family != TP_FAMILY_IPV4 && prefix->ip.family != TP_FAMILY_IPV6)
		return false;
	if (prefix->length > tp_ip_bits(&prefix->ip))
		return false;
	for (unsigned bit = prefix->length; bit < 128; bit++)
		if ((prefix->ip.bytes[bit / 8] & 0x80u >> bit % 8) != 0)
			return false;
	return true;
}

/* The network that an interface's address is of: without its host bits. */
static inline struct tp_ip_prefix tp_ip_network(const struct tp_ip_prefix *address)
{
	struct tp_ip_prefix network = *address;

	for (unsigned bit = network.length; bit < 128; bit++)
		network.ip.bytes[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
	return network;
}
