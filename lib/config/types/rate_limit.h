/* SPDX-License-Identifier: BSD-3-Clause */
/* A rate limit as RouterOS writes it (help.mikrotik.com, "PPP AAA"):
 *	rx-rate[/tx-rate] [rx-burst-rate[/tx-burst-rate] [rx-burst-threshold[/tx-burst-threshold]
 *	[rx-burst-time[/tx-burst-time] [priority [rx-rate-min[/tx-rate-min]]]]]]
 * "rx" is what the router receives: from the subscriber. One value alone is for both directions.
 *
 * Pure functions; any thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define TP_RATE_MAX	  UINT64_C(1000000000000) /* bits a second */
#define TP_BURST_TIME_MAX 3600			  /* seconds */

/* One direction, in bits a second; 0: no limit. What was not given has its default. */
struct tp_rate_limit_way {
	uint64_t rate;
	uint64_t burst_rate;	  /* 0: no bursts */
	uint64_t burst_threshold; /* of the average over BURST_TIME: bursts end there */
	uint32_t burst_time;	  /* seconds */
	uint8_t priority;	  /* 1 … 8 */
	uint64_t rate_min;
};

struct tp_rate_limit {
	uint8_t words; /* so many of the six were given */
	struct tp_rate_limit_way rx, tx;
};

/* Reads the whole of TEXT; false, and *WHY a clause for a sentence about it, when it is anything
 * else. */
bool tp_rate_limit_parse(const char *text, struct tp_rate_limit *limit, const char **why);

/* Such that it reads back the same. */
void tp_rate_limit_print(FILE *out, const struct tp_rate_limit *limit);

/* How many bytes a direction may be ahead of its rate: what a burst comes to, which from idleness
 * lasts until its average reaches the threshold, burst-threshold * burst-time / burst-rate seconds.
 * 0: no bursts. */
uint64_t tp_rate_limit_burst_bytes(const struct tp_rate_limit_way *way);
