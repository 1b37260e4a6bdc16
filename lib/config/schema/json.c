/* SPDX-License-Identifier: BSD-3-Clause */
/* The schema as JSON, for the CLI's completion and for programs. */
#include "config/schema/schema.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "config/types/type.h"
#include "config/types/value.h"

static json_t *words_to_json(const char *const *words)
{
	json_t *array = json_array();
	for (; *words != NULL; words++)
		json_array_append_new(array, json_string(*words));
	return array;
}

static json_t *refers_to_json(uint32_t refers)
{
	json_t *array = json_array();
	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		if ((refers >> i & 1) != 0)
			json_array_append_new(array, json_string(tp_resources[i].path));
	}
	return array;
}

static void put(json_t *object, const char *name, json_t *value)
{
	json_object_set_new(object, name, value);
}

json_t *tp_schema_help(const char *help)
{
	char *text = help != NULL ? strdup(help) : NULL, *to = text;

	for (const char *at = text; at != NULL && *at != '\0';) {
		const char *end = *at == '[' ? strstr(at, "](") : NULL;
		const char *close = end != NULL ? strchr(end, ')') : NULL;

		if (close == NULL) {
			*to++ = *at++;
			continue;
		}
		memmove(to, at + 1, (size_t)(end - at) - 1);
		to += end - at - 1;
		at = close + 1;
	}
	if (to != NULL)
		*to = '\0';
	json_t *told = json_string(text != NULL ? text : "");
	free(text);
	return told;
}

/* As items have it: "65536", where documents say 64Ki. */
static json_t *default_of(const struct tp_property *property)
{
	uint64_t bytes;

	if (property->type == &tp_type_bytes && tp_bytes_parse(property->default_text, &bytes))
		return json_sprintf("%" PRIu64, bytes);
	return json_string(property->default_text);
}

/* {"api":"8728"}: the defaults that the I-th property has in items of these keys. */
static void put_key_defaults(json_t *object, const struct tp_resource *resource, unsigned i)
{
	const struct tp_key_default *d = resource->defaults;
	json_t *defaults = NULL;

	for (; d != NULL && d->key != NULL; d++) {
		if (d->property != i)
			continue;
		if (defaults == NULL)
			defaults = json_object();
		put(defaults, d->key, json_string(d->text));
	}
	if (defaults != NULL)
		put(object, "defaults", defaults);
}

static json_t *property_to_json(const struct tp_resource *resource, unsigned i)
{
	const struct tp_property *property = &resource->properties[i];
	json_t *object = json_object();

	put(object, "name", json_string(property->name));
	put(object, "type", json_string(property->type->name));
	if (property->default_text != NULL)
		put(object, "default", default_of(property));
	put_key_defaults(object, resource, i);
	if (property->type->bounds == TP_BOUNDS_VALUE) {
		put(object, "min", json_integer(property->min));
		put(object, "max", json_integer(property->max));
	}
	if (property->zero != NULL)
		put(object, "values", json_pack("[s]", property->zero));
	if (property->type->bounds == TP_BOUNDS_LENGTH)
		put(object, "max-length", json_integer(property->max));
	if (property->words != NULL)
		put(object, "values", words_to_json(property->words));
	if (property->refers != 0)
		put(object, "refers", refers_to_json(property->refers));
	if (property->needed_unless != NULL)
		put(object, "needed-unless", json_string(property->needed_unless));
	if (property->type == &tp_type_neutral)
		put(object, "neutral", json_true());
	put(object, "required", json_boolean(property->flags & TP_REQUIRED));
	put(object, "runtime", json_boolean(property->flags & TP_RUNTIME));
	put(object, "write-only", json_boolean(property->flags & TP_SECRET));
	put(object, "key", json_boolean(property->flags & TP_KEY));
	put(object, "help", tp_schema_help(property->help));
	return object;
}

/* What RouterOS's commands can do there. */
static json_t *verbs_to_json(const struct tp_resource *resource)
{
	json_t *array = json_pack("[s, s]", "print", "set");

	if (!resource->singleton && !tp_resource_is_fixed(resource)) {
		json_array_append_new(array, json_string("add"));
		json_array_append_new(array, json_string("remove"));
	}
	if (tp_property_find(resource, "disabled") >= 0) {
		json_array_append_new(array, json_string("enable"));
		json_array_append_new(array, json_string("disable"));
	}
	return array;
}

json_t *tp_schema_to_json(enum tp_program program)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		const struct tp_resource *resource = &tp_resources[i];
		json_t *object, *properties;

		if (!tp_program_has(program, i))
			continue;
		object = json_object();
		properties = json_array();

		put(object, "path", json_string(resource->path));
		put(object, "yaml", json_string(resource->yaml_path));
		put(object, "singleton", json_boolean(resource->singleton));
		put(object, "runtime", json_boolean(resource->runtime));
		put(object, "help", tp_schema_help(resource->help));
		for (unsigned p = 0; p < resource->count; p++)
			if ((tp_program_properties(program, resource) >> p & 1) != 0)
				json_array_append_new(properties, property_to_json(resource, p));
		put(object, "properties", properties);
		put(object, "verbs", verbs_to_json(resource));
		if (resource->built_in != NULL)
			put(object, "built-in", words_to_json(resource->built_in));
		json_array_append_new(array, object);
	}
	return array;
}
