/* SPDX-License-Identifier: BSD-3-Clause */
/* Lists of names. */
#include "config/types/property.h"
#include "config/types/type.h"
#include "config/types/value.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

bool tp_name_add(struct tp_name_list *list, const char *name, const char **why)
{
	char **more;

	for (const char *c = name; *c != '\0'; c++)
		if (!isgraph((unsigned char)*c))
			return false;
	for (unsigned i = 0; i < list->count; i++) {
		if (strcmp(list->name[i], name) == 0) {
			*why = "has a name twice";
			return false;
		}
	}
	more = realloc(list->name, (list->count + 1) * sizeof(*more));
	if (more == NULL)
		return false;
	list->name = more;
	more[list->count] = strdup(name);
	if (more[list->count] == NULL)
		return false;
	list->count++;
	return true;
}

static bool parse(struct tp_parse *p, void *field)
{
	for (unsigned i = 0; i < p->count; i++) {
		size_t len = strlen(p->text[i]);
		if (len < p->property->min || len > p->property->max ||
		    !tp_name_add(field, p->text[i], &p->why))
			return false;
	}
	return p->count > 0;
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	const struct tp_name_list *list = field;

	for (unsigned i = 0; i < list->count; i++)
		fprintf(out, "%s%s", i > 0 ? "," : "", list->name[i]);
}

static bool is_empty(const void *field)
{
	return ((const struct tp_name_list *)field)->count == 0;
}

static void clear(void *field)
{
	struct tp_name_list *list = field;

	for (unsigned i = 0; i < list->count; i++)
		free(list->name[i]);
	free(list->name);
}

static void expect(FILE *out, const struct tp_property *property)
{
	fprintf(out, "a name, or a list of names, of %u to %u bytes each", property->min,
		property->max);
}

static void describe(FILE *out, const struct tp_property *property)
{
	fprintf(out, "names, %u to %u bytes each", property->min, property->max);
}

const struct tp_type tp_type_name_list = {
	.name = "list of names",
	.size = TP_VALUE_SIZE(struct tp_name_list),
	.list = true,
	.parse = parse,
	.print = print,
	.is_empty = is_empty,
	.clear = clear,
	.expect = expect,
	.describe = describe,
};
