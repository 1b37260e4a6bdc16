/* SPDX-License-Identifier: BSD-3-Clause */
/* Items: made with their defaults, filled, completed with their key. */
#include "config/item.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void tp_item_unset(struct tp_config_item *item, unsigned property)
{
	const struct tp_property *p = &item->resource->properties[property];

	item->set &= ~(UINT64_C(1) << property);
	tp_property_clear(p, item);
	if (p->default_text != NULL && *p->default_text != '\0') {
		const struct tp_input input = {.text = &p->default_text, .count = 1};
		tp_property_parse(p, item, &input, NULL);
	}
}

struct tp_config_item *tp_item_create(const struct tp_resource *resource)
{
	struct tp_config_item *item = calloc(1, resource->size);
	if (item == NULL)
		return NULL;
	item->resource = resource;
	for (unsigned i = 0; i < resource->count; i++)
		tp_item_unset(item, i);
	return item;
}

struct tp_config_item *tp_item_copy(const struct tp_config_item *item)
{
	const struct tp_resource *resource = item->resource;
	struct tp_config_item *copy = calloc(1, resource->size);
	bool ok = copy != NULL;

	for (unsigned i = 0; ok && i < resource->count; i++)
		ok = tp_property_copy(&resource->properties[i], copy, item) == 0;
	if (ok && item->remarks != NULL) {
		copy->remarks = strdup(item->remarks);
		ok = copy->remarks != NULL;
	}
	if (copy != NULL) {
		copy->resource = resource;
		copy->id = item->id;
		copy->line = item->line;
		copy->column = item->column;
		copy->set = item->set;
	}
	if (ok && tp_item_finish(copy) == 0)
		return copy;
	tp_item_destroy(copy);
	return NULL;
}

void tp_item_destroy(struct tp_config_item *item)
{
	if (item == NULL)
		return;
	for (unsigned i = 0; i < item->resource->count; i++)
		tp_property_clear(&item->resource->properties[i], item);
	free(item->key);
	free(item->remarks);
	free(item->marks);
	free(item);
}

int tp_item_set(struct tp_config_item *item, unsigned property, const struct tp_input *input,
		struct tp_error *error)
{
	int err = tp_property_parse(&item->resource->properties[property], item, input, error);
	if (err == 0)
		item->set |= UINT64_C(1) << property;
	return err;
}

int tp_item_missing(const struct tp_config_item *item, unsigned from)
{
	for (unsigned i = from; i < item->resource->count; i++) {
		if ((item->resource->properties[i].flags & TP_REQUIRED) != 0 &&
		    !tp_config_is_set(item, i))
			return (int)i;
	}
	return -1;
}

static char *make_key(const struct tp_config_item *item)
{
	if (item->resource->singleton)
		return strdup("");
	if (item->resource->key != NULL)
		return item->resource->key(item);
	return tp_property_to_text(&item->resource->properties[0], item);
}

/* What is not set, and has another default where the key is this one. */
static void complete(struct tp_config_item *item)
{
	const struct tp_key_default *d = item->resource->defaults;

	for (; d != NULL && d->key != NULL; d++) {
		const struct tp_input input = {.text = &d->text, .count = 1};

		if (strcmp(d->key, item->key) == 0 && !tp_config_is_set(item, d->property))
			tp_property_parse(&item->resource->properties[d->property], item, &input,
					  NULL);
	}
}

int tp_item_finish(struct tp_config_item *item)
{
	char *key = make_key(item);

	if (key == NULL)
		return -ENOMEM;
	free(item->key);
	item->key = key;
	complete(item);
	return 0;
}

char *tp_item_label(const struct tp_config_item *item, int property, char text[TP_LABEL_LEN])
{
	const struct tp_resource *resource = item->resource;
	char quoted[TP_QUOTE_LEN] = "", key[TP_QUOTE_LEN + 2] = "";

	if (item->key != NULL)
		tp_quote(item->key, quoted);
	else if (!resource->singleton && tp_config_is_set(item, 0) &&
		 resource->properties[0].type->text)
		tp_quote(*(char *const *)((const char *)item + resource->properties[0].offset),
			 quoted);
	if (quoted[0] != '\0')
		snprintf(key, sizeof(key), "[%s]", quoted);
	snprintf(text, TP_LABEL_LEN, "%s%s%s%s", resource->yaml_path, key, property >= 0 ? "." : "",
		 property >= 0 ? resource->properties[property].name : "");
	return text;
}

struct tp_mark tp_item_mark(const struct tp_config_item *item, int property)
{
	if (property >= 0 && item->marks != NULL && item->marks[property].line > 0)
		return item->marks[property];
	return (struct tp_mark){(unsigned)item->line, (unsigned)item->column};
}

bool tp_item_is_always_there(const struct tp_config_item *item)
{
	const char *const *name = item->resource->built_in;

	while (name != NULL && *name != NULL && strcmp(*name, item->key) != 0)
		name++;
	return item->resource->singleton || (name != NULL && *name != NULL);
}

bool tp_item_is_builtin(const struct tp_config_item *item)
{
	return tp_item_is_always_there(item) && item->set == 1; /* its name */
}
