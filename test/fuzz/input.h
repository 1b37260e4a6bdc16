/* SPDX-License-Identifier: BSD-3-Clause */
/* Decisions out of a fuzzer's input. When it has been used up, each is the first of its kind. */
#pragma once

#include "base/bytes.h"

extern struct tp_reader in; /* the fuzzer defines it */

static inline unsigned byte(void)
{
	uint8_t v = 0;

	tp_read_u8(&in, &v);
	return v;
}

static inline unsigned word(void)
{
	unsigned high = byte();

	return high << 8 | byte();
}

static inline unsigned below(unsigned bound)
{
	return byte() % bound;
}

#define ONE_OF(...)                                                                                \
	((const unsigned[]){                                                                       \
		__VA_ARGS__}[below(sizeof((unsigned[]){__VA_ARGS__}) / sizeof(unsigned))])
