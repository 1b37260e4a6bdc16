/* SPDX-License-Identifier: BSD-3-Clause */
/* Ranges of IPv4 addresses, as pools have them. */
#include "config/types/type.h"
#include "config/types/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POOL_MAX (1u << 24) /* addresses of one pool */

bool tp_range_parse(const char *text, struct tp_range *out)
{
	char first[TP_IPV4_TEXT_LEN];
	const char *dash = strchr(text, '-');

	if (dash == NULL) {
		struct tp_prefix block;
		if (!tp_prefix_parse(text, &block) ||
		    (block.address & ~tp_prefix_mask(block.length)) != 0)
			return false;
		out->first = block.address;
		out->last = block.address | ~tp_prefix_mask(block.length);
		return true;
	}
	size_t n = (size_t)(dash - text);
	if (n >= sizeof(first))
		return false;
	memcpy(first, text, n);
	first[n] = '\0';
	return tp_ipv4_parse(first, &out->first) && tp_ipv4_parse(dash + 1, &out->last) &&
	       out->first <= out->last;
}

char *tp_range_format(const struct tp_range *range, char text[TP_RANGE_TEXT_LEN])
{
	char first[TP_IPV4_TEXT_LEN], last[TP_IPV4_TEXT_LEN];
	tp_ipv4_format(range->first, first);
	if (range->first == range->last)
		snprintf(text, TP_RANGE_TEXT_LEN, "%s", first);
	else
		snprintf(text, TP_RANGE_TEXT_LEN, "%s-%s", first,
			 tp_ipv4_format(range->last, last));
	return text;
}

static int compare_ranges(const void *a, const void *b)
{
	uint32_t x = ((const struct tp_range *)a)->first, y = ((const struct tp_range *)b)->first;
	return (x > y) - (x < y);
}

/* Do any two overlap, or are they too many? Sorts a copy: long lists are cheap. */
static const char *ranges_fault(const struct tp_range_list *list)
{
	uint64_t total = 0;
	const char *fault = NULL;
	struct tp_range *sorted = malloc(list->count * sizeof(*sorted));

	if (sorted == NULL)
		return "is too long";
	memcpy(sorted, list->range, list->count * sizeof(*sorted));
	qsort(sorted, list->count, sizeof(*sorted), compare_ranges);
	for (unsigned i = 0; i < list->count; i++) {
		total += (uint64_t)sorted[i].last - sorted[i].first + 1;
		if (i > 0 && sorted[i].first <= sorted[i - 1].last)
			fault = "has an address in two ranges";
	}
	free(sorted);
	return total > POOL_MAX ? "has more than 16777216 addresses" : fault;
}

static bool parse(struct tp_parse *p, void *field)
{
	struct tp_range_list *list = field;
	if (p->count == 0)
		return false;
	list->range = calloc(p->count, sizeof(*list->range));
	if (list->range == NULL)
		return false;
	for (; list->count < p->count; list->count++) {
		struct tp_range *range = &list->range[list->count];
		if (!tp_range_parse(p->text[list->count], range) || range->first >> 24 == 0 ||
		    range->last >> 24 >= 224)
			return false;
	}
	p->why = ranges_fault(list);
	return p->why == NULL;
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	const struct tp_range_list *list = field;
	char text[TP_RANGE_TEXT_LEN];

	for (unsigned i = 0; i < list->count; i++)
		fprintf(out, "%s%s", i > 0 ? "," : "", tp_range_format(&list->range[i], text));
}

static bool is_empty(const void *field)
{
	return ((const struct tp_range_list *)field)->count == 0;
}

static void clear(void *field)
{
	free(((struct tp_range_list *)field)->range);
}

const struct tp_type tp_type_range_list = {
	.name = "list of address ranges",
	.size = TP_VALUE_SIZE(struct tp_range_list),
	.list = true,
	.expected = "a list of address ranges such as 10.0.0.2-10.0.0.5",
	.parse = parse,
	.print = print,
	.is_empty = is_empty,
	.clear = clear,
};
