/* SPDX-License-Identifier: BSD-3-Clause */
/* Texts, passwords and names: whatever is written. */
#include "base/text.h"
#include "config/types/password.h"
#include "config/types/property.h"
#include "config/types/type.h"

#include <stdlib.h>
#include <string.h>

char tp_empty_string[1] = "";

static bool parse(struct tp_parse *p, void *field)
{
	size_t len = tp_zero_word(p->property, p->whole) ? 0 : strlen(p->whole);
	char **s = field;

	if (len < p->property->min || len > p->property->max)
		return false;
	if ((p->property->flags & TP_SECRET) == 0 && !tp_text_is_plain(p->whole)) {
		p->why = "has a control character in it";
		return false;
	}
	if (len > 0 && (p->property->flags & TP_HASHED) != 0)
		*s = tp_password_keep(p->whole);
	else
		*s = len > 0 ? strdup(p->whole) : tp_empty_string;
	return *s != NULL;
}

json_t *tp_string_to_json(const struct tp_property *property, const void *field)
{
	return json_string(*(char *const *)field);
}

bool tp_string_is_empty(const void *field)
{
	return **(char *const *)field == '\0';
}

bool tp_string_equal(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b) == 0;
}

/* As it is: a password that is kept hashed is not hashed again. */
bool tp_string_copy(void *to, const void *from)
{
	char **s = to;

	*s = tp_string_is_empty(from) ? tp_empty_string : strdup(*(char *const *)from);
	return *s != NULL;
}

void tp_string_clear(void *field)
{
	char **s = field;

	if (*s != tp_empty_string)
		free(*s);
	*s = tp_empty_string;
}

static const char *refers_to(const void *field)
{
	return *(char *const *)field;
}

static void expect(FILE *out, const struct tp_property *property)
{
	if (property->min > 0)
		fprintf(out, "a string of %u to %u bytes", property->min, property->max);
	else
		fprintf(out, "a string of at most %u bytes", property->max);
}

static void describe(FILE *out, const struct tp_property *property)
{
	fprintf(out, "string, %s%u bytes", property->min > 0 ? "1 to " : "at most ", property->max);
}

const struct tp_type tp_type_string = {
	.name = "string",
	.size = TP_VALUE_SIZE(char *),
	.text = true,
	.bounds = TP_BOUNDS_LENGTH,
	.parse = parse,
	.to_json = tp_string_to_json,
	.is_empty = tp_string_is_empty,
	.equal = tp_string_equal,
	.copy = tp_string_copy,
	.clear = tp_string_clear,
	.refers_to = refers_to,
	.expect = expect,
	.describe = describe,
};
