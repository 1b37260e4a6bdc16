/* SPDX-License-Identifier: BSD-3-Clause */
/* The name that a person may have meant: the nearest by the distance of Levenshtein (1965). */
#include "config/item.h"

#include <string.h>

#define LEN_MAX	     32
#define DISTANCE_MAX 3

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;
	return m < c ? m : c;
}

static unsigned distance(const char *a, const char *b)
{
	unsigned row[LEN_MAX + 1];
	size_t m = strlen(a), n = strlen(b);

	if (m > LEN_MAX || n > LEN_MAX)
		return LEN_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= m; i++) {
		unsigned diagonal = row[0];
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= n; j++) {
			unsigned above = row[j];
			row[j] = min3(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[n];
}

const char *tp_nearest(const char *text, const char *const *names)
{
	const char *best = NULL;
	unsigned best_rank = 2 * (DISTANCE_MAX + 1);

	for (; *names != NULL; names++) {
		unsigned d = distance(text, *names);
		unsigned rank = 2 * d + (text[0] != **names); /* of equals, the same first letter */
		if (rank < best_rank && d < strlen(*names)) {
			best = *names;
			best_rank = rank;
		}
	}
	return best;
}

const char *tp_nearest_property(const struct tp_resource *resource, const char *text)
{
	const char *names[64];
	for (unsigned i = 0; i < resource->count; i++)
		names[i] = resource->properties[i].name;
	names[resource->count] = NULL;
	return tp_nearest(text, names);
}
