/* SPDX-License-Identifier: BSD-3-Clause */
/* copy-from, RouterOS's way to add an item that is like another. */
#include <errno.h>

#include "api/api_private.h"
#include "config/types/property.h"

int tp_api_copy_from(const struct tp_config *config, const struct tp_resource *resource,
		     json_t *body, struct tp_error *e)
{
	const char *key = json_string_value(json_object_get(body, "copy-from"));
	const struct tp_config_item *item =
		key != NULL ? tp_config_find(config, resource->id, key) : NULL;

	if (json_object_get(body, "copy-from") == NULL)
		return 0;
	json_object_del(body, "copy-from");
	if (item == NULL)
		return tp_error_set(e, -ENOENT, "copy-from", "no such item");
	for (unsigned i = 0; i < resource->count; i++) {
		const struct tp_property *property = &resource->properties[i];

		if (tp_config_is_set(item, i) && json_object_get(body, property->name) == NULL)
			json_object_set_new(body, property->name,
					    tp_property_to_json(property, item));
	}
	return 0;
}
