/* SPDX-License-Identifier: BSD-3-Clause */
/* Texts with {words} in them that stand for something; which words there are, the property says. */
#include "config/types/property.h"
#include "config/types/type.h"
#include "config/types/value.h"

#include <string.h>

/* What is written between two braces. -1: it is none of WORDS. */
static int word_at(const char *const *words, const char *text, size_t len)
{
	for (int i = 0; words[i] != NULL; i++)
		if (strncmp(words[i], text, len) == 0 && words[i][len] == '\0')
			return i;
	return -1;
}

int tp_format_next(const char *const *words, const char **format, size_t *plain)
{
	const char *brace = strchrnul(*format, '{'), *end = strchrnul(brace, '}');
	int word = -1;

	*plain = (size_t)(brace - *format);
	if (*end == '}')
		word = word_at(words, brace + 1, (size_t)(end - brace - 1));
	*format = *end == '}' ? end + 1 : end;
	return word;
}

static bool parse(struct tp_parse *p, void *field)
{
	const char *at = p->whole;

	while ((at = strpbrk(at, "{}")) != NULL) {
		const char *end = strchr(at, '}');

		if (*at == '}' || end == NULL) {
			p->why = "has a brace without its other";
			return false;
		}
		if (word_at(p->property->words, at + 1, (size_t)(end - at - 1)) < 0)
			return false;
		at = end + 1;
	}
	return tp_type_string.parse(p, field);
}

static void expect(FILE *out, const struct tp_property *property)
{
	fprintf(out, "a text of at most %u bytes, in which these stand for what they say:",
		property->max);
	for (unsigned i = 0; property->words[i] != NULL; i++)
		fprintf(out, "%s {%s}", i > 0 ? "," : "", property->words[i]);
}

/* All else is as with any text. */
const struct tp_type tp_type_format = {
	.name = "format",
	.size = TP_VALUE_SIZE(char *),
	.text = true,
	.bounds = TP_BOUNDS_LENGTH,
	.parse = parse,
	.to_json = tp_string_to_json,
	.is_empty = tp_string_is_empty,
	.equal = tp_string_equal,
	.copy = tp_string_copy,
	.clear = tp_string_clear,
	.expect = expect,
	.describe = expect,
};
