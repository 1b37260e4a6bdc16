/* SPDX-License-Identifier: BSD-3-Clause */
/* A quick hash of two words for tables of prefixes, which operators choose and no stranger does:
 * two multiplications, each bit of the result's upper half by all of both. */
#pragma once

#include <stdint.h>

static inline uint64_t tp_mix(uint64_t a, uint64_t b)
{
	uint64_t h = (a ^ b >> 32 ^ b << 32) * 0x9e3779b97f4a7c15u; /* 2^64 by the golden ratio */

	h ^= h >> 32;
	return h * 0xd6e8feb86659fd93u;
}
