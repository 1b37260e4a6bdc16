/* SPDX-License-Identifier: BSD-3-Clause */
/* What a peer sends behind a prefix's length does not count. Private to lib/ipv6. */
#pragma once

#include "base/prefix.h"

/* The length is 128 at most. */
static inline void tp_prefix6_clear_host_bits(struct tp_prefix6 *prefix)
{
	unsigned whole = prefix->length / 8, bits = prefix->length % 8;

	if (bits != 0) {
		prefix->address[whole] &= (uint8_t)(0xff << (8 - bits));
		whole++;
	}
	memset(prefix->address + whole, 0, sizeof(prefix->address) - whole);
}
