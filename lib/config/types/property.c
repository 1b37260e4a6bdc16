/* SPDX-License-Identifier: BSD-3-Clause */
/* Values inside items: what is the same for all types. */
#include "config/types/property.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "config/types/type.h"

static void *field_of(const struct tp_property *property, const void *item)
{
	return (char *)(uintptr_t)item + property->offset;
}

static void clear(const struct tp_type *type, void *field)
{
	if (type->clear != NULL)
		type->clear(field);
	if (!type->text)
		memset(field, 0, type->size);
}

void tp_property_clear(const struct tp_property *property, void *item)
{
	clear(property->type, field_of(property, item));
}

bool tp_property_empty(const struct tp_property *property, const void *item)
{
	return property->type->is_empty != NULL &&
	       property->type->is_empty(field_of(property, item));
}

/* By way of its text, where the type knows no shorter way: what is shown can be read back. */
int tp_property_copy(const struct tp_property *property, void *to, const void *from)
{
	const struct tp_type *type = property->type;
	char *text;
	int err;

	if (type->plain)
		memcpy(field_of(property, to), field_of(property, from), type->size);
	if (type->copy != NULL)
		return type->copy(field_of(property, to), field_of(property, from)) ? 0 : -ENOMEM;
	if (type->plain || tp_property_empty(property, from))
		return 0;
	text = tp_property_to_text(property, from);
	if (text == NULL)
		return -ENOMEM;
	const char *const texts[] = {text};
	const struct tp_input input = {.text = texts, .count = 1};
	err = tp_property_parse(property, to, &input, NULL);
	free(text);
	return err;
}

bool tp_property_equal(const struct tp_property *property, const void *a, const void *b)
{
	const struct tp_type *type = property->type;
	const void *x = field_of(property, a), *y = field_of(property, b);

	if (type->plain)
		return memcmp(x, y, type->size) == 0;
	if (type->equal != NULL)
		return type->equal(x, y);
	bool no_x = tp_property_empty(property, a), no_y = tp_property_empty(property, b);
	if (no_x || no_y)
		return no_x && no_y;
	char *s = tp_property_to_text(property, a), *t = tp_property_to_text(property, b);
	bool equal = s != NULL && t != NULL && strcmp(s, t) == 0;
	free(s);
	free(t);
	return equal;
}

const char *tp_property_reference(const struct tp_property *property, const void *item)
{
	const char *name = NULL;

	if (property->refers != 0 && property->type->refers_to != NULL)
		name = property->type->refers_to(field_of(property, item));
	return name != NULL && *name != '\0' ? name : NULL;
}

static char *value_to_text(const struct tp_property *property, const void *field)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	if (property->type->is_empty == NULL || !property->type->is_empty(field))
		property->type->print(out, property, field);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

char *tp_property_to_text(const struct tp_property *property, const void *item)
{
	const void *field = field_of(property, item);

	if (property->type->text)
		return strdup(*(char *const *)field);
	return value_to_text(property, field);
}

json_t *tp_value_to_json_string(const struct tp_property *property, const void *field)
{
	char *text = value_to_text(property, field);
	json_t *string = text != NULL ? json_string(text) : NULL;

	free(text);
	return string;
}

json_t *tp_property_to_json(const struct tp_property *property, const void *item)
{
	const void *field = field_of(property, item);

	return property->type->to_json != NULL ? property->type->to_json(property, field)
					       : tp_value_to_json_string(property, field);
}

char *tp_property_expected(const struct tp_property *property, char *text, size_t size)
{
	FILE *out = fmemopen(text, size, "w");

	text[0] = '\0';
	if (out == NULL)
		return text;
	if (property->type->expected != NULL)
		fputs(property->type->expected, out);
	else
		property->type->expect(out, property);
	fclose(out);
	text[size - 1] = '\0';
	return text;
}

void tp_property_describe(const struct tp_property *property, FILE *out)
{
	if (property->type->describe != NULL)
		property->type->describe(out, property);
	else
		fputs(property->type->name, out);
}
