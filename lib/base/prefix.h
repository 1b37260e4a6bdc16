/* SPDX-License-Identifier: BSD-3-Clause */
/* Prefixes, as the configuration, sessions and the data plane have it. */
#pragma once

#include <stdint.h>

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

/* The network mask of a prefix length, host byte order. */
static inline uint32_t tp_prefix_mask(uint8_t length)
{
	return length == 0 ? 0 : UINT32_MAX << (32 - length);
}
