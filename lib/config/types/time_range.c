/* SPDX-License-Identifier: BSD-3-Clause */
/* A time at random within two: "3m20s-10m". One alone: always that. */
#include "config/types/property.h"
#include "config/types/type.h"
#include "config/types/value.h"

#include <stdio.h>
#include <string.h>

static bool parse(struct tp_parse *p, void *field)
{
	struct tp_time_range *range = field;
	char first[TP_TIME_TEXT_LEN];
	size_t len = strcspn(p->whole, "-");

	if (len >= sizeof(first))
		return false;
	memcpy(first, p->whole, len);
	first[len] = '\0';
	if (!tp_time_parse(first, &range->first))
		return false;
	range->last = range->first;
	if (p->whole[len] == '-' && !tp_time_parse(p->whole + len + 1, &range->last))
		return false;
	if (range->first > range->last) {
		p->why = "ends before it begins";
		return false;
	}
	return range->first >= p->property->min && range->last <= p->property->max;
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	const struct tp_time_range *range = field;
	char first[TP_TIME_TEXT_LEN], last[TP_TIME_TEXT_LEN];

	fputs(tp_time_format(range->first, first), out);
	if (range->last != range->first)
		fprintf(out, "-%s", tp_time_format(range->last, last));
}

static void expect(FILE *out, const struct tp_property *property)
{
	char min[TP_TIME_TEXT_LEN], max[TP_TIME_TEXT_LEN];

	fprintf(out, "two times such as 3m20s-10m, from %s to %s",
		tp_time_format(property->min, min), tp_time_format(property->max, max));
}

const struct tp_type tp_type_time_range = {
	.name = "range of times",
	.size = TP_VALUE_SIZE(struct tp_time_range),
	.plain = true,
	.parse = parse,
	.print = print,
	.expect = expect,
	.describe = expect,
};
