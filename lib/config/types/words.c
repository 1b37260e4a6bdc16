/* SPDX-License-Identifier: BSD-3-Clause */
/* Some of the words, in no order. */
#include "config/types/property.h"
#include "config/types/type.h"

static bool parse(struct tp_parse *p, void *field)
{
	uint32_t *set = field;

	for (unsigned i = 0; i < p->count; i++) {
		int word = tp_word_find(p->property->words, p->text[i]);

		if (word < 0)
			return false;
		*set |= UINT32_C(1) << word;
	}
	return true;
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	const char *between = "";

	for (unsigned i = 0; property->words[i] != NULL; i++) {
		if ((*(const uint32_t *)field >> i & 1) == 0)
			continue;
		fprintf(out, "%s%s", between, property->words[i]);
		between = ",";
	}
}

static bool is_empty(const void *field)
{
	return *(const uint32_t *)field == 0;
}

static void expect(FILE *out, const struct tp_property *property)
{
	fputs("some of ", out);
	for (unsigned i = 0; property->words[i] != NULL; i++)
		fprintf(out, "%s%s", i > 0 ? ", " : "", property->words[i]);
}

const struct tp_type tp_type_words = {
	.name = "some of",
	.size = TP_VALUE_SIZE(uint32_t),
	.list = true,
	.plain = true,
	.parse = parse,
	.print = print,
	.is_empty = is_empty,
	.expect = expect,
	.describe = expect,
};
