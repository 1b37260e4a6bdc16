/* SPDX-License-Identifier: BSD-3-Clause */
/* A token bucket over a clock of milliseconds. The thread that owns it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* A token bucket: RATE a second, at most BURST at once. */
struct tp_token_bucket {
	uint32_t rate;
	uint32_t burst;
	uint64_t millitokens;
	uint64_t filled_ms;
};

/* Full. RATE and BURST are at least 1. */
void tp_token_bucket_init(struct tp_token_bucket *bucket, uint32_t rate, uint32_t burst,
			  uint64_t now_ms);

/* Takes one token; false: there is none. */
bool tp_token_bucket_take(struct tp_token_bucket *bucket, uint64_t now_ms);
