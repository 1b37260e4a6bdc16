/* SPDX-License-Identifier: BSD-3-Clause */
/* The lesser of two numbers of one type: the earlier of two deadlines, the smaller of two sizes.
 * Pure functions; any thread. */
#pragma once

#include <stdint.h>

static inline uint16_t tp_least_u16(uint16_t a, uint16_t b)
{
	return a < b ? a : b;
}

static inline uint64_t tp_least_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}
