/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers of bytes. */
#include "config/types/property.h"
#include "config/types/type.h"
#include "config/types/value.h"

#include <inttypes.h>
#include <string.h>

bool tp_bytes_parse(const char *text, uint64_t *bytes)
{
	static const char units[] = "kMGT";
	uint64_t value = 0, factor = 1;
	const char *unit;
	unsigned digits = 0;

	for (; *text >= '0' && *text <= '9'; text++, digits++)
		if (__builtin_mul_overflow(value, UINT64_C(10), &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
			return false;
	unit = *text != '\0' ? strchr(units, *text == 'K' ? 'k' : *text) : NULL;
	if (digits == 0 || (unit == NULL && *text != '\0'))
		return false;
	if (unit != NULL) {
		bool binary = text[1] == 'i';

		for (const char *u = units; u <= unit; u++)
			factor *= binary ? 1024 : 1000;
		if (text[binary ? 2 : 1] != '\0')
			return false;
	}
	*bytes = value;
	return !__builtin_mul_overflow(value, factor, bytes) && *bytes <= INT64_MAX;
}

static bool parse(struct tp_parse *p, void *field)
{
	return tp_bytes_parse(p->whole, field) && *(uint64_t *)field >= p->property->min;
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	fprintf(out, "%" PRIu64, *(const uint64_t *)field);
}

static json_t *to_json(const struct tp_property *property, const void *field)
{
	return json_integer((json_int_t) * (const uint64_t *)field);
}

static void expect(FILE *out, const struct tp_property *property)
{
	fputs("a number of bytes such as 5000000, 500M or 10G", out);
	if (property->min > 0)
		fprintf(out, ", %uKi at least", property->min / 1024);
}

static void describe(FILE *out, const struct tp_property *property)
{
	fputs("number of bytes", out);
	if (property->min > 0)
		fprintf(out, ", %uKi at least", property->min / 1024);
}

const struct tp_type tp_type_bytes = {
	.name = "number of bytes",
	.size = TP_VALUE_SIZE(uint64_t),
	.plain = true,
	.numeric = true,
	.parse = parse,
	.print = print,
	.to_json = to_json,
	.expect = expect,
	.describe = describe,
};
