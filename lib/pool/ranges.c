/* SPDX-License-Identifier: BSD-3-Clause */
#include "ranges.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int by_first(const void *a, const void *b)
{
	const struct tp_range *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

/* Addresses in SORTED, those in several ranges counted once. */
static uint64_t count_addresses(const struct tp_range *sorted, unsigned count)
{
	uint64_t total = 0;
	uint64_t next = 0; /* everything below has been counted */

	for (unsigned i = 0; i < count; i++) {
		uint64_t first = sorted[i].first > next ? sorted[i].first : next;

		if (sorted[i].last < first)
			continue;
		total += sorted[i].last - first + 1;
		next = (uint64_t)sorted[i].last + 1;
	}
	return total;
}

int tp_ranges_copy(struct tp_ranges *ranges, const struct tp_range *at, unsigned count,
		   const char *place, struct tp_error *error)
{
	struct tp_range *sorted;

	for (unsigned i = 0; i < count; i++) {
		if (at[i].first > at[i].last)
			return tp_error_set(error, -EINVAL, place, "range %u ends before it begins",
					    i + 1);
		if (at[i].first == 0)
			return tp_error_set(
				error, -EINVAL, place,
				"range %u begins with 0.0.0.0, which is no host's address", i + 1);
	}
	ranges->range = calloc(count + 1, sizeof(*ranges->range));
	sorted = calloc(count + 1, sizeof(*sorted));
	if (ranges->range == NULL || sorted == NULL) {
		free(sorted);
		tp_ranges_free(ranges);
		return tp_error_set(error, -ENOMEM, place, "out of memory");
	}
	if (count > 0) {
		memcpy(ranges->range, at, count * sizeof(*at));
		memcpy(sorted, at, count * sizeof(*at));
		qsort(sorted, count, sizeof(*sorted), by_first);
	}
	ranges->count = count;
	ranges->total = count_addresses(sorted, count);
	free(sorted);
	return 0;
}

void tp_ranges_free(struct tp_ranges *ranges)
{
	free(ranges->range);
	*ranges = (struct tp_ranges){0};
}
