/* SPDX-License-Identifier: BSD-3-Clause */
/* Token buckets over the worker's tick. */
#include "dataplane/worker/flood.h"

#include <string.h>

#include "base/once.h"
#include "base/random.h"
#include "base/siphash.h"

#define ONE 256u /* a frame in a bucket's unit */

struct tp_flood_rate tp_flood_rate_of(unsigned per_second, double ticks_per_second)
{
	if (per_second == 0)
		return (struct tp_flood_rate){.per_tick = UINT32_MAX, .burst = UINT32_MAX};
	double per_tick = (double)per_second * ONE / ticks_per_second;
	uint64_t burst = (uint64_t)(per_second < 4 ? 4 : per_second) * ONE;
	return (struct tp_flood_rate){
		.per_tick = per_tick < 1	    ? 1
			    : per_tick > UINT32_MAX ? UINT32_MAX
						    : (uint32_t)per_tick,
		.burst = burst > UINT32_MAX ? UINT32_MAX : (uint32_t)burst,
	};
}

void tp_flood_rate_set(struct tp_flood_rate *rate, struct tp_flood_rate to)
{
	tp_write_once(&rate->per_tick, to.per_tick);
	tp_write_once(&rate->burst, to.burst);
}

bool tp_flood_take(struct tp_flood_bucket *bucket, const struct tp_flood_rate *rate, uint32_t tick)
{
	uint32_t elapsed = tick - bucket->tick;
	if (elapsed != 0 || tick == 0) {
		uint32_t burst = tp_read_once(&rate->burst);
		uint32_t per_tick = tp_read_once(&rate->per_tick);
		uint64_t level = bucket->level + (uint64_t)elapsed * per_tick;
		if (bucket->tick == 0 || level > burst)
			level = burst;
		bucket->level = (uint32_t)level;
		bucket->tick = tick;
	}
	if (bucket->level < ONE)
		return false;
	bucket->level -= ONE;
	return true;
}

void tp_flood_table_init(struct tp_flood_table *table, struct tp_flood_rate rate,
			 struct tp_random *random)
{
	memset(table, 0, sizeof(*table));
	tp_random_bytes(random, table->secret, sizeof(table->secret));
	table->rate = rate;
}

bool tp_flood_table_take_at(struct tp_flood_table *table, const struct tp_flood_key *key,
			    const struct tp_flood_rate *rate, uint32_t tick)
{
	uint64_t hash = tp_siphash(table->secret, key, sizeof(*key));
	return tp_flood_take(&table->rows[hash >> (64 - TP_FLOOD_BITS)], rate, tick);
}

bool tp_flood_table_take(struct tp_flood_table *table, const struct tp_flood_key *key,
			 uint32_t tick)
{
	return tp_flood_table_take_at(table, key, &table->rate, tick);
}
