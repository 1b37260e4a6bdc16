/* SPDX-License-Identifier: BSD-3-Clause */
/* Properties of RouterOS's that mean nothing here. Values that ask for nothing are taken, kept and
 * answered, so that programs that write them all go on; any other is refused with the reason. */
#include "config/types/property.h"
#include "config/types/type.h"

/* Which of the words, counted from 1; 0: none was given. */
static bool parse(struct tp_parse *p, void *field)
{
	int i = tp_word_find(p->property->words, p->whole);

	p->why = p->property->why;
	*(unsigned *)field = (unsigned)(i + 1);
	return i >= 0;
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	fputs(property->words[*(const unsigned *)field - 1], out);
}

static bool is_empty(const void *field)
{
	return *(const unsigned *)field == 0;
}

static void list(FILE *out, const struct tp_property *property, const char *quote)
{
	for (unsigned i = 0; property->words[i] != NULL; i++)
		fprintf(out, "%s%s%s%s", i > 0 ? " or " : "", quote,
			property->words[i][0] != '\0' ? property->words[i] : "\"\"", quote);
}

static void expect(FILE *out, const struct tp_property *property)
{
	list(out, property, "");
	fputs(" only", out);
}

static void describe(FILE *out, const struct tp_property *property)
{
	list(out, property, "`");
	fputs(" only", out);
}

const struct tp_type tp_type_neutral = {
	.name = "neutral",
	.size = TP_VALUE_SIZE(unsigned),
	.plain = true,
	.parse = parse,
	.print = print,
	.is_empty = is_empty,
	.expect = expect,
	.describe = describe,
};
