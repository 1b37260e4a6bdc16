/* SPDX-License-Identifier: BSD-3-Clause */
/* Items as JSON, and matched against the filters of a query. */
#include "config/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/item.h"

int tp_proplist_parse(const struct tp_resource *resource, const char *text, uint64_t *proplist,
		      struct tp_error *error)
{
	char name[64], quoted[TP_QUOTE_LEN];

	*proplist = TP_PROPLIST_ALL;
	if (text == NULL || *text == '\0')
		return 0;
	*proplist = TP_PROPLIST_NEUTRAL;
	for (;;) {
		size_t len = strcspn(text, ",");
		int i = -1;
		if (len < sizeof(name)) {
			memcpy(name, text, len);
			name[len] = '\0';
			i = tp_property_find(resource, name);
		}
		if (i >= 0)
			*proplist |= UINT64_C(1) << i;
		else if (len < sizeof(name) && strcmp(name, ".id") == 0)
			*proplist |= TP_PROPLIST_ID;
		else
			return tp_error_set(error, -EINVAL, ".proplist", "%s has no property '%s'",
					    resource->path,
					    tp_quote(len < sizeof(name) ? name : text, quoted));
		if (text[len] == '\0')
			return 0;
		text += len + 1;
	}
}

json_t *tp_config_item_to_json(const struct tp_config_item *item, uint64_t proplist)
{
	const struct tp_resource *resource = item->resource;
	char id[TP_CONFIG_ID_TEXT_LEN];
	json_t *object = json_object();

	if (object != NULL && !resource->singleton && (proplist & TP_PROPLIST_ID) != 0)
		json_object_set_new(object, ".id", json_string(tp_config_id_format(item->id, id)));
	for (unsigned i = 0; object != NULL && i < resource->count; i++) {
		const struct tp_property *property = &resource->properties[i];
		if ((proplist >> i & 1) == 0 || (property->flags & TP_SECRET) != 0)
			continue;
		if (property->type == &tp_type_neutral && !tp_config_is_set(item, i) &&
		    (proplist & TP_PROPLIST_NEUTRAL) == 0)
			continue;
		if (!tp_config_is_set(item, i) && tp_property_empty(property, item) &&
		    property->default_text == NULL)
			continue;
		if (json_object_set_new(object, property->name,
					tp_property_to_json(property, item)) != 0) {
			json_decref(object);
			object = NULL;
		}
	}
	return object;
}

int tp_config_item_matches(const struct tp_config_item *item, const char *property,
			   const char *text, bool *matches, struct tp_error *error)
{
	const struct tp_resource *resource = item->resource;
	const struct tp_property *p;
	char quoted[TP_QUOTE_LEN];
	int i = tp_property_find(resource, property), err = 0;
	uint32_t id;

	*matches = false;
	if (strcmp(property, ".id") == 0) {
		*matches = tp_config_id_parse(text, &id) && id == item->id;
		return 0;
	}
	if (i < 0)
		return tp_error_set(error, -EINVAL, property, "%s has no property '%s'",
				    resource->path, tp_quote(property, quoted));
	p = &resource->properties[i];
	if ((p->flags & TP_SECRET) != 0)
		return 0;
	if (p->type->text) {
		*matches = strcmp(*(char *const *)((const char *)item + p->offset), text) == 0;
		return 0;
	}
	if (*text == '\0') {
		*matches = tp_property_empty(p, item);
		return 0;
	}
	struct tp_config_item *other = calloc(1, resource->size);
	if (other == NULL)
		return tp_error_set(error, -ENOMEM, property, "out of memory");
	const struct tp_input input = {.text = &text, .count = 1};
	err = tp_property_parse(p, other, &input, error);
	*matches = err == 0 && tp_property_equal(p, item, other);
	tp_property_clear(p, other);
	free(other);
	return err;
}
