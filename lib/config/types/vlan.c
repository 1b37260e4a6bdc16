/* SPDX-License-Identifier: BSD-3-Clause */
/* VLAN ids, and ranges of them. */
#include "config/types/property.h"
#include "config/types/type.h"
#include "config/types/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool tp_short_read(const char **text, uint16_t *id)
{
	size_t digits = strspn(*text, "0123456789");
	unsigned long value;

	if (digits == 0 || digits > 5)
		return false;
	value = strtoul(*text, NULL, 10);
	*text += digits;
	*id = (uint16_t)value;
	return value <= UINT16_MAX;
}

bool tp_vlan_range_parse(const char *text, struct tp_vlan_range *out)
{
	if (!tp_short_read(&text, &out->first))
		return false;
	out->last = out->first;
	if (*text == '-') {
		text++;
		if (!tp_short_read(&text, &out->last))
			return false;
	}
	return *text == '\0' && out->first <= out->last;
}

char *tp_vlan_range_format(const struct tp_vlan_range *range, char text[TP_VLAN_RANGE_TEXT_LEN])
{
	if (range->first == range->last)
		snprintf(text, TP_VLAN_RANGE_TEXT_LEN, "%u", range->first);
	else
		snprintf(text, TP_VLAN_RANGE_TEXT_LEN, "%u-%u", range->first, range->last);
	return text;
}

static int compare(const void *a, const void *b)
{
	return ((const struct tp_vlan_range *)a)->first - ((const struct tp_vlan_range *)b)->first;
}

bool tp_vlan_list_sort(struct tp_vlan_list *list)
{
	qsort(list->range, list->count, sizeof(*list->range), compare);
	for (unsigned i = 1; i < list->count; i++)
		if (list->range[i].first <= list->range[i - 1].last)
			return false;
	return true;
}

bool tp_vlan_list_has(const struct tp_vlan_list *list, uint16_t id)
{
	unsigned low = 0, high = list->count; /* of the first range that ends at ID or behind */

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (list->range[middle].last < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < list->count && list->range[low].first <= id;
}

static bool parse(struct tp_parse *p, void *field)
{
	struct tp_vlan_list *list = field;
	if (p->count == 0)
		return false;
	list->range = calloc(p->count, sizeof(*list->range));
	if (list->range == NULL)
		return false;
	for (; list->count < p->count; list->count++) {
		struct tp_vlan_range *range = &list->range[list->count];
		if (!tp_vlan_range_parse(p->text[list->count], range) ||
		    range->first < p->property->min || range->last > p->property->max)
			return false;
	}
	if (!tp_vlan_list_sort(list))
		p->why = "has a VLAN id twice";
	return p->why == NULL;
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	const struct tp_vlan_list *list = field;
	char text[TP_VLAN_RANGE_TEXT_LEN];

	for (unsigned i = 0; i < list->count; i++)
		fprintf(out, "%s%s", i > 0 ? "," : "", tp_vlan_range_format(&list->range[i], text));
}

/* One id alone is a number. */
static json_t *to_json(const struct tp_property *property, const void *field)
{
	const struct tp_vlan_list *list = field;

	if (list->count == 1 && list->range->first == list->range->last)
		return json_integer(list->range->first);
	return tp_value_to_json_string(property, field);
}

static bool is_empty(const void *field)
{
	return ((const struct tp_vlan_list *)field)->count == 0;
}

static void clear(void *field)
{
	free(((struct tp_vlan_list *)field)->range);
}

static void expect(FILE *out, const struct tp_property *property)
{
	fprintf(out,
		"a number from %u to %u, or a list of such and of ranges such as "
		"100-115,120",
		property->min, property->max);
}

static void describe(FILE *out, const struct tp_property *property)
{
	fprintf(out, "VLAN ids and ranges of them, %u to %u", property->min, property->max);
}

const struct tp_type tp_type_vlan_list = {
	.name = "list of VLAN ids",
	.size = TP_VALUE_SIZE(struct tp_vlan_list),
	.list = true,
	.numeric = true,
	.bounds = TP_BOUNDS_VALUE,
	.parse = parse,
	.print = print,
	.to_json = to_json,
	.is_empty = is_empty,
	.clear = clear,
	.expect = expect,
	.describe = describe,
};
