/* SPDX-License-Identifier: BSD-3-Clause */
/* How long to wait before dialling again: a second, doubled at each failure up to a minute, and
 * up to half of it more by chance, lest all clients of an access concentrator that comes back
 * dial at once. Or with other limits, where an answer is not to be had by asking more often. */
#pragma once

#include <stdint.h>

#include "base/random.h"

#define BACKOFF_MIN_MS 1000
#define BACKOFF_MAX_MS 60000

struct backoff {
	uint32_t wait_ms; /* the next wait, without chance; 0: the first */
	uint32_t min_ms;  /* 0: BACKOFF_MIN_MS */
	uint32_t max_ms;  /* 0: BACKOFF_MAX_MS */
};

/* The next wait. */
static inline uint32_t backoff_next(struct backoff *b, struct tp_random *random)
{
	const uint32_t min_ms = b->min_ms != 0 ? b->min_ms : BACKOFF_MIN_MS;
	const uint32_t max_ms = b->max_ms != 0 ? b->max_ms : BACKOFF_MAX_MS;
	uint32_t wait_ms = b->wait_ms < min_ms ? min_ms : b->wait_ms;

	b->wait_ms = wait_ms > max_ms / 2 ? max_ms : wait_ms * 2;
	return wait_ms + tp_random_below(random, wait_ms / 2);
}

/* A connection came up: begin anew. */
static inline void backoff_reset(struct backoff *b)
{
	b->wait_ms = 0;
}
