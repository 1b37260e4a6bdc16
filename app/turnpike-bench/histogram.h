/* SPDX-License-Identifier: BSD-3-Clause */
/* Counts of values of any size in buckets whose width is a sixteenth of their value: percentiles
 * within 6 %, in constant memory. */
#pragma once

#include <stdint.h>

#define HISTOGRAM_SUB	  16
#define HISTOGRAM_BUCKETS (61 * HISTOGRAM_SUB)

struct histogram {
	uint64_t total, max;
	uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *h, uint64_t value);

/* The value that PER_MILLE of 1,000 values do not exceed; 0 when there are none. */
uint64_t histogram_percentile(const struct histogram *h, unsigned per_mille);
