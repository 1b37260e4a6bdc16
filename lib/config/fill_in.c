/* SPDX-License-Identifier: BSD-3-Clause */
/* Defaults that depend on the configuration that an item is for. */
#include <errno.h>
#include <stdio.h>

#include "config/item.h"

/* The first of "pppoe-out1", "pppoe-out2", … that is free. */
static int number(struct tp_config_item *item, const struct tp_config *config)
{
	const struct tp_resource *resource = item->resource;
	char text[80];
	const char *const texts[] = {text};
	const struct tp_input input = {.text = texts, .count = 1};

	for (unsigned i = 1;; i++) {
		snprintf(text, sizeof(text), "%s%u", resource->properties[0].default_text, i);
		if (tp_store_find(config, resource->id, text) == NULL)
			return tp_item_set(item, 0, &input, NULL);
	}
}

int tp_item_fill_in(struct tp_config_item *item, const struct tp_config *config)
{
	const struct tp_resource *resource = item->resource;

	if (!resource->singleton && (resource->properties[0].flags & TP_NUMBERED) != 0 &&
	    !tp_config_is_set(item, 0))
		return number(item, config);
	for (unsigned i = 0; config->program == TP_PROGRAM_CLIENT && i < resource->count; i++) {
		const struct tp_property *property = &resource->properties[i];
		const struct tp_input input = {.text = &property->client_default, .count = 1};

		if (property->client_default != NULL && !tp_config_is_set(item, i) &&
		    tp_property_parse(property, item, &input, NULL) != 0)
			return -ENOMEM;
	}
	return 0;
}
