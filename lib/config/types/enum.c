/* SPDX-License-Identifier: BSD-3-Clause */
/* One of some words, and sets of authentication methods. */
#include "config/types/property.h"
#include "config/types/type.h"
#include "config/types/value.h"

#include <string.h>

int tp_word_find(const char *const *words, const char *text)
{
	for (int i = 0; words[i] != NULL; i++) {
		if (strcasecmp(words[i], text) == 0)
			return i;
	}
	return -1;
}

bool tp_zero_word(const struct tp_property *property, const char *text)
{
	return (property->zero != NULL && strcasecmp(property->zero, text) == 0) ||
	       (property->zero_in != NULL && strcasecmp(property->zero_in, text) == 0);
}

static void join(FILE *out, const char *const *words)
{
	for (unsigned i = 0; words[i] != NULL; i++)
		fprintf(out, "%s%s", i > 0 ? ", " : "", words[i]);
}

static bool parse(struct tp_parse *p, void *field)
{
	int i = tp_word_find(p->property->words, p->whole);
	if (i < 0 && strcasecmp(p->whole, "true") == 0)
		i = tp_word_find(p->property->words, "yes");
	if (i < 0 && strcasecmp(p->whole, "false") == 0)
		i = tp_word_find(p->property->words, "no");
	*(unsigned *)field = (unsigned)i;
	return i >= 0;
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	fputs(property->words[*(const unsigned *)field], out);
}

static void expect(FILE *out, const struct tp_property *property)
{
	fputs("one of ", out);
	join(out, property->words);
}

const struct tp_type tp_type_enum = {
	.name = "one of",
	.size = TP_VALUE_SIZE(unsigned),
	.plain = true,
	.parse = parse,
	.print = print,
	.expect = expect,
	.describe = expect,
};

/* A set: whatever the order, the strongest comes first. */
static bool parse_list(struct tp_parse *p, void *field)
{
	struct tp_auth_list *list = field;
	bool has[TP_AUTH_METHODS] = {false};

	for (unsigned i = 0; i < p->count; i++) {
		int method = tp_word_find(p->property->words, p->text[i]);
		if (method < 0)
			return false;
		if (has[method]) {
			p->why = "has a method twice";
			return false;
		}
		has[method] = true;
	}
	for (uint8_t method = 0; method < TP_AUTH_METHODS; method++)
		if (has[method])
			list->method[list->count++] = method;
	return list->count > 0;
}

static void print_list(FILE *out, const struct tp_property *property, const void *field)
{
	const struct tp_auth_list *list = field;

	for (unsigned i = 0; i < list->count; i++)
		fprintf(out, "%s%s", i > 0 ? "," : "", property->words[list->method[i]]);
}

static bool list_is_empty(const void *field)
{
	return ((const struct tp_auth_list *)field)->count == 0;
}

static void expect_list(FILE *out, const struct tp_property *property)
{
	fputs("a list of ", out);
	join(out, property->words);
}

const struct tp_type tp_type_auth_list = {
	.name = "list of",
	.size = TP_VALUE_SIZE(struct tp_auth_list),
	.list = true,
	.parse = parse_list,
	.print = print_list,
	.is_empty = list_is_empty,
	.expect = expect_list,
	.describe = expect_list,
};
