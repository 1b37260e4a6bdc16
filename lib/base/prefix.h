/* SPDX-License-Identifier: BSD-3-Clause */
/* Prefixes, as the configuration, sessions and the data plane have it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct tp_prefix {
	uint32_t address; /* host byte order; of a network: host bits are zero; of an interface: as
			     given */
	uint8_t length;	  /* 0 … 32 */
};

/* Of IPv6. */
struct tp_prefix6 {
	uint8_t address[16]; /* as on the wire; host bits are zero */
	uint8_t length;	     /* 0 … 128 */
};

/* Is ADDRESS (16 bytes, as on the wire) in PREFIX? */
static inline bool tp_prefix6_has(const struct tp_prefix6 *prefix, const uint8_t *address)
{
	unsigned whole = prefix->length / 8, bits = prefix->length % 8;

	return memcmp(prefix->address, address, whole) == 0 &&
	       (bits == 0 || (prefix->address[whole] ^ address[whole]) >> (8 - bits) == 0);
}

static inline bool tp_prefix6_same(const struct tp_prefix6 *a, const struct tp_prefix6 *b)
{
	return a->length == b->length && memcmp(a->address, b->address, sizeof(a->address)) == 0;
}

/* The first LENGTH bits of ADDRESS (16 bytes), as a network. */
static inline struct tp_prefix6 tp_prefix6_of(const uint8_t *address, unsigned length)
{
	struct tp_prefix6 network = {.length = (uint8_t)length};

	memcpy(network.address, address, (length + 7) / 8);
	if (length % 8 != 0)
		network.address[length / 8] &= (uint8_t)(0xff00 >> length % 8);
	return network;
}

/* Is PREFIX one, without host bits? */
static inline bool tp_prefix6_is_network(const struct tp_prefix6 *prefix)
{
	struct tp_prefix6 network;

	if (prefix->length > 128)
		return false;
	network = tp_prefix6_of(prefix->address, prefix->length);
	return memcmp(network.address, prefix->address, sizeof(network.address)) == 0;
}

/* Nobody's link has one of it: ::/0, or in fe80::/10 or ff00::/8. */
static inline bool tp_prefix6_is_nobodys(const struct tp_prefix6 *prefix)
{
	const uint8_t *a = prefix->address;

	return prefix->length == 0 || (a[0] == 0xfe && (a[1] & 0xc0) == 0x80) || a[0] == 0xff;
}

/* The network mask of a prefix length, host byte order. */
static inline uint32_t tp_prefix_mask(uint8_t length)
{
	return length == 0 ? 0 : UINT32_MAX << (32 - length);
}
