/* SPDX-License-Identifier: BSD-3-Clause */
#include "histogram.h"

/* The first 16 values have a bucket each; then 16 buckets for each power of two. */
static unsigned bucket_of(uint64_t value)
{
	if (value < HISTOGRAM_SUB)
		return (unsigned)value;
	unsigned exponent = 63 - (unsigned)__builtin_clzll(value);

	return (exponent - 3) * HISTOGRAM_SUB +
	       (unsigned)(value >> (exponent - 4) & (HISTOGRAM_SUB - 1));
}

static uint64_t last_of(unsigned bucket)
{
	if (bucket < HISTOGRAM_SUB)
		return bucket;
	unsigned exponent = bucket / HISTOGRAM_SUB + 3;
	uint64_t mantissa = HISTOGRAM_SUB + bucket % HISTOGRAM_SUB;

	return ((mantissa + 1) << (exponent - 4)) - 1;
}

void histogram_add(struct histogram *h, uint64_t value)
{
	h->buckets[bucket_of(value)]++;
	h->total++;
	if (value > h->max)
		h->max = value;
}

uint64_t histogram_percentile(const struct histogram *h, unsigned per_mille)
{
	uint64_t wanted = (h->total * per_mille + 999) / 1000, counted = 0;

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		counted += h->buckets[i];
		if (counted >= wanted && counted > 0)
			return last_of(i) < h->max ? last_of(i) : h->max;
	}
	return h->max;
}
