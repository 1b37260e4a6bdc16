/* SPDX-License-Identifier: BSD-3-Clause */
/* An IPv4 prefix, as the configuration, sessions and the data plane have it. */
#pragma once

#include <stdint.h>

struct tp_prefix {
	uint32_t address; /* host byte order; of a network: host bits are zero; of an interface: as
			     given */
	uint8_t length;	  /* 0 … 32 */
};

/* The network mask of a prefix length, host byte order. */
static inline uint32_t tp_prefix_mask(uint8_t length)
{
	return length == 0 ? 0 : UINT32_MAX << (32 - length);
}
