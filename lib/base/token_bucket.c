/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/token_bucket.h"

void tp_token_bucket_init(struct tp_token_bucket *bucket, uint32_t rate, uint32_t burst,
			  uint64_t now_ms)
{
	*bucket = (struct tp_token_bucket){
		.rate = rate,
		.burst = burst,
		.millitokens = (uint64_t)burst * 1000,
		.filled_ms = now_ms,
	};
}

bool tp_token_bucket_take(struct tp_token_bucket *bucket, uint64_t now_ms)
{
	uint64_t full = (uint64_t)bucket->burst * 1000;
	uint64_t passed = now_ms - bucket->filled_ms;

	bucket->filled_ms = now_ms;
	if (passed >= full / bucket->rate)
		bucket->millitokens = full;
	else
		bucket->millitokens += passed * bucket->rate;
	if (bucket->millitokens > full)
		bucket->millitokens = full;
	if (bucket->millitokens < 1000)
		return false;
	bucket->millitokens -= 1000;
	return true;
}
