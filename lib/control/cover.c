/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/cover.h"

#include <stdlib.h>
#include <string.h>

void tp_cover_add(struct tp_cover *cover, const struct tp_ip_prefix *prefix)
{
	if (cover->count == cover->room) {
		unsigned room = cover->room != 0 ? 2 * cover->room : 16;
		struct tp_ip_prefix *grown = realloc(cover->prefix, room * sizeof(*grown));

		if (grown == NULL) {
			cover->short_of_memory = true;
			return;
		}
		cover->prefix = grown;
		cover->room = room;
	}
	cover->prefix[cover->count++] = *prefix;
}

/* The largest block that begins with FIRST and goes no further than LAST; then the next. */
static void add_range(struct tp_cover *cover, uint64_t first, uint64_t last)
{
	while (first <= last) {
		unsigned bits = 0; /* of the block's size */

		while (bits < 32 && (first & (1ull << bits)) == 0 &&
		       first + (2ull << bits) - 1 <= last)
			bits++;
		tp_cover_add(cover,
			     &(struct tp_ip_prefix){TP_IP4((uint32_t)first), (uint8_t)(32 - bits)});
		first += 1ull << bits;
	}
}

static int compare_ranges(const void *a, const void *b)
{
	const struct tp_range *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

void tp_cover_add_ranges(struct tp_cover *cover, const struct tp_range *ranges, unsigned count)
{
	struct tp_range *sorted = count > 0 ? malloc(count * sizeof(*sorted)) : NULL;

	if (sorted == NULL) {
		cover->short_of_memory |= count > 0;
		return;
	}
	memcpy(sorted, ranges, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_ranges);
	for (unsigned i = 0; i < count;) {
		uint64_t first = sorted[i].first, last = sorted[i].last;

		/* Those that overlap or follow at once are one. */
		for (i++; i < count && sorted[i].first <= last + 1; i++)
			last = sorted[i].last > last ? sorted[i].last : last;
		add_range(cover, first, last);
	}
	free(sorted);
}

/* By family, then address, then the larger network first. */
static int compare(const void *a, const void *b)
{
	const struct tp_ip_prefix *x = a, *y = b;
	int order = x->ip.family - y->ip.family;

	if (order == 0)
		order = memcmp(x->ip.bytes, y->ip.bytes, sizeof(x->ip.bytes));
	return order != 0 ? order : x->length - y->length;
}

static bool contains(const struct tp_ip_prefix *network, const struct tp_ip_prefix *prefix)
{
	return network->length <= prefix->length && tp_ip_prefix_has(network, &prefix->ip);
}

void tp_cover_finish(struct tp_cover *cover)
{
	unsigned kept = 0;

	if (cover->count > 1)
		qsort(cover->prefix, cover->count, sizeof(*cover->prefix), compare);
	for (unsigned i = 0; i < cover->count; i++)
		if (kept == 0 || !contains(&cover->prefix[kept - 1], &cover->prefix[i]))
			cover->prefix[kept++] = cover->prefix[i];
	cover->count = kept;
}

/* The last that is not behind PREFIX; NULL: none. Networks that hold it stand before it, and none
 * of them holds another. */
static const struct tp_ip_prefix *before(const struct tp_cover *cover,
					 const struct tp_ip_prefix *prefix)
{
	unsigned low = 0, high = cover->count;

	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		if (compare(&cover->prefix[middle], prefix) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &cover->prefix[low - 1] : NULL;
}

bool tp_cover_has(const struct tp_cover *cover, const struct tp_ip_prefix *prefix)
{
	const struct tp_ip_prefix *network = before(cover, prefix);

	return network != NULL && contains(network, prefix);
}

bool tp_cover_is(const struct tp_cover *cover, const struct tp_ip_prefix *prefix)
{
	const struct tp_ip_prefix *network = before(cover, prefix);

	return network != NULL && tp_ip_prefix_same(network, prefix);
}

bool tp_cover_same(const struct tp_cover *a, const struct tp_cover *b)
{
	return a->count == b->count &&
	       (a->count == 0 || memcmp(a->prefix, b->prefix, a->count * sizeof(*a->prefix)) == 0);
}

void tp_cover_clear(struct tp_cover *cover)
{
	free(cover->prefix);
	*cover = (struct tp_cover){0};
}
