/* SPDX-License-Identifier: BSD-3-Clause */
/* Yes and no. */
#include "config/types/property.h"
#include "config/types/type.h"

static bool parse(struct tp_parse *p, void *field)
{
	static const char *const words[] = {"no", "false", "yes", "true", NULL};
	int i = tp_word_find(words, p->whole);
	*(bool *)field = i >= 2;
	return i >= 0;
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	fputs(*(const bool *)field ? "yes" : "no", out);
}

static json_t *to_json(const struct tp_property *property, const void *field)
{
	return json_boolean(*(const bool *)field);
}

const struct tp_type tp_type_bool = {
	.name = "yes or no",
	.size = TP_VALUE_SIZE(bool),
	.plain = true,
	.expected = "yes or no",
	.parse = parse,
	.print = print,
	.to_json = to_json,
};
