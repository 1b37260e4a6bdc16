/* SPDX-License-Identifier: BSD-3-Clause */
#include "config/pending.h"

#include <stdlib.h>
#include <string.h>

bool tp_pending_add(struct tp_config *config, enum tp_config_op op, const char *key,
		    const struct tp_resource *resource, struct tp_config_item *item)
{
	struct tp_pending *pending = calloc(1, sizeof(*pending)), **at = &config->pending;

	if (pending != NULL)
		*pending = (struct tp_pending){
			.op = op, .resource = resource, .key = strdup(key), .item = item};
	if (pending == NULL || pending->key == NULL) {
		free(pending);
		tp_item_destroy(item);
		return false;
	}
	while (*at != NULL)
		at = &(*at)->next;
	*at = pending;
	return true;
}

void tp_pending_clear(struct tp_config *config)
{
	struct tp_pending *pending;

	while ((pending = config->pending) != NULL) {
		config->pending = pending->next;
		tp_item_destroy(pending->item);
		free(pending->key);
		free(pending);
	}
}

unsigned tp_pending_count(const struct tp_config *config)
{
	unsigned count = 0;

	for (const struct tp_pending *w = config->pending; w != NULL; w = w->next)
		count++;
	return count;
}

unsigned tp_pending_apply(const struct tp_config *config, const struct tp_resource *resource,
			  const struct tp_config_item **items, unsigned count)
{
	for (const struct tp_pending *w = config->pending; w != NULL; w = w->next) {
		unsigned i = 0;

		if (w->resource != resource)
			continue;
		while (i < count && strcmp(items[i]->key, w->key) != 0)
			i++;
		if (w->item == NULL && i < count)
			memmove(items + i, items + i + 1, (--count - i) * sizeof(*items));
		else if (w->item != NULL) {
			items[i] = w->item;
			count += i == count;
		}
	}
	return count;
}
