/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers, and lists of them. */
#include "config/types/property.h"
#include "config/types/type.h"
#include "config/types/value.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

bool tp_digits_read(const char **p, uint32_t *out)
{
	uint64_t v = 0;
	if (!isdigit((unsigned char)**p))
		return false;
	for (; isdigit((unsigned char)**p); (*p)++) {
		v = v * 10 + (uint64_t)(**p - '0');
		if (v > UINT32_MAX)
			return false;
	}
	*out = (uint32_t)v;
	return true;
}

bool tp_number_read(const char *text, uint32_t min, uint32_t max, uint32_t *out)
{
	uint64_t v = 0;
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (!isdigit((unsigned char)*text))
			return false;
		v = v * 10 + (uint64_t)(*text - '0');
		if (v > max)
			return false;
	}
	*out = (uint32_t)v;
	return v >= min;
}

static bool parse(struct tp_parse *p, void *field)
{
	if (tp_zero_word(p->property, p->whole)) {
		*(uint32_t *)field = 0;
		return true;
	}
	return tp_number_read(p->whole, p->property->min, p->property->max, field);
}

/* A number that is shown as a word. */
static bool is_word(const struct tp_property *property, const void *field)
{
	return property->zero != NULL && *(const uint32_t *)field == 0;
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	if (is_word(property, field))
		fputs(property->zero, out);
	else
		fprintf(out, "%u", *(const uint32_t *)field);
}

static json_t *to_json(const struct tp_property *property, const void *field)
{
	return is_word(property, field) ? json_string(property->zero)
					: json_integer(*(const uint32_t *)field);
}

static void print_range(FILE *out, const struct tp_property *property)
{
	fprintf(out, "%u to %u", property->min, property->max);
	if (property->zero != NULL)
		fprintf(out, ", or %s", property->zero);
}

static void expect(FILE *out, const struct tp_property *property)
{
	fputs("a number from ", out);
	print_range(out, property);
}

static void describe(FILE *out, const struct tp_property *property)
{
	fputs("number, ", out);
	print_range(out, property);
}

const struct tp_type tp_type_number = {
	.name = "number",
	.size = TP_VALUE_SIZE(uint32_t),
	.plain = true,
	.numeric = true,
	.bounds = TP_BOUNDS_VALUE,
	.parse = parse,
	.print = print,
	.to_json = to_json,
	.expect = expect,
	.describe = describe,
};

static bool parse_list(struct tp_parse *p, void *field)
{
	struct tp_number_list *list = field;
	if (p->count == 0)
		return false;
	list->number = calloc(p->count, sizeof(*list->number));
	if (list->number == NULL)
		return false;
	for (; list->count < p->count; list->count++) {
		uint32_t *n = &list->number[list->count];
		if (!tp_number_read(p->text[list->count], p->property->min, p->property->max, n))
			return false;
		for (unsigned i = 0; i < list->count; i++) {
			if (list->number[i] == *n) {
				p->why = "has a number twice";
				return false;
			}
		}
	}
	return true;
}

static void print_list(FILE *out, const struct tp_property *property, const void *field)
{
	const struct tp_number_list *list = field;

	for (unsigned i = 0; i < list->count; i++)
		fprintf(out, "%s%u", i > 0 ? "," : "", list->number[i]);
}

static json_t *list_to_json(const struct tp_property *property, const void *field)
{
	const struct tp_number_list *list = field;
	json_t *array = json_array();

	for (unsigned i = 0; i < list->count; i++)
		json_array_append_new(array, json_integer(list->number[i]));
	return array;
}

static bool list_is_empty(const void *field)
{
	return ((const struct tp_number_list *)field)->count == 0;
}

static void clear_list(void *field)
{
	free(((struct tp_number_list *)field)->number);
}

static void expect_list(FILE *out, const struct tp_property *property)
{
	fprintf(out, "a list of numbers from %u to %u", property->min, property->max);
}

static void describe_list(FILE *out, const struct tp_property *property)
{
	fprintf(out, "numbers, %u to %u each", property->min, property->max);
}

const struct tp_type tp_type_number_list = {
	.name = "list of numbers",
	.size = TP_VALUE_SIZE(struct tp_number_list),
	.list = true,
	.numeric = true,
	.bounds = TP_BOUNDS_VALUE,
	.parse = parse_list,
	.print = print_list,
	.to_json = list_to_json,
	.is_empty = list_is_empty,
	.clear = clear_list,
	.expect = expect_list,
	.describe = describe_list,
};
