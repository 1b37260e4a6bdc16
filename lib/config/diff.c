/* SPDX-License-Identifier: BSD-3-Clause */
/* What leads from one configuration to another. */
#include "config/item.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int compare_ids(const void *a, const void *b)
{
	const struct tp_config_item *x = *(const struct tp_config_item *const *)a;
	const struct tp_config_item *y = *(const struct tp_config_item *const *)b;
	return (x->id > y->id) - (x->id < y->id);
}

/* Gives NEW's items the ids of their namesakes, and the others ids that nobody has had. */
static int adopt_ids(const struct tp_config *old, struct tp_config *new, enum tp_resource_id r)
{
	struct tp_table *table = &new->table[r];
	struct tp_config_item **items = calloc(table->count + 1, sizeof(*items)), *item;
	unsigned n = 0;

	if (items == NULL)
		return -ENOMEM;
	HASH_CLEAR(by_id, table->by_id);
	table->last_id = old->table[r].last_id;
	TAILQ_FOREACH (item, &table->items, entry) {
		const struct tp_config_item *namesake = tp_config_by_key(old, r, item->key);
		item->id = namesake != NULL ? namesake->id : ++table->last_id;
		items[n++] = item;
	}
	qsort(items, n, sizeof(*items), compare_ids);
	TAILQ_INIT(&table->items);
	for (unsigned i = 0; i < n; i++) {
		item = items[i];
		TAILQ_INSERT_TAIL(&table->items, item, entry);
		HASH_ADD(by_id, table->by_id, id, sizeof(item->id), item);
	}
	free(items);
	return 0;
}

static bool needs_restart(const struct tp_config_change *change)
{
	if (change->op != TP_CONFIG_CHANGE)
		return !change->resource->runtime;
	for (unsigned i = 0; i < change->resource->count; i++) {
		if ((change->changed >> i & 1) != 0 &&
		    (change->resource->properties[i].flags & TP_RUNTIME) == 0)
			return true;
	}
	return false;
}

static void put(struct tp_config_diff *diff, enum tp_config_op op,
		const struct tp_config_item *before, const struct tp_config_item *after)
{
	struct tp_config_change *change = &diff->change[diff->count];
	*change = (struct tp_config_change){
		.op = op,
		.resource = before != NULL ? before->resource : after->resource,
		.before = before,
		.after = after,
	};
	for (unsigned i = 0; i < change->resource->count; i++) {
		if (op != TP_CONFIG_CHANGE ||
		    !tp_property_equal(&change->resource->properties[i], before, after))
			change->changed |= UINT64_C(1) << i;
	}
	if (change->changed == 0)
		return;
	change->restart = needs_restart(change);
	diff->restart = diff->restart || change->restart;
	diff->count++;
}

int tp_config_diff(const struct tp_config *old, struct tp_config *new, struct tp_config_diff *diff)
{
	const struct tp_config_item *item, *other;
	size_t room = 1;

	memset(diff, 0, sizeof(*diff));
	for (unsigned r = 0; r < TP_RESOURCES; r++) {
		room += (size_t)old->table[r].count + new->table[r].count;
		if (adopt_ids(old, new, r) != 0)
			return -ENOMEM;
	}
	diff->change = calloc(room, sizeof(*diff->change));
	if (diff->change == NULL)
		return -ENOMEM;
	for (unsigned r = TP_RESOURCES; r-- > 0;) {
		for (item = tp_config_first(old, r); item != NULL; item = tp_config_next(item)) {
			if (tp_config_by_key(new, r, item->key) == NULL)
				put(diff, TP_CONFIG_REMOVE, item, NULL);
		}
	}
	for (unsigned r = 0; r < TP_RESOURCES; r++) {
		for (item = tp_config_first(new, r); item != NULL; item = tp_config_next(item)) {
			other = tp_config_by_key(old, r, item->key);
			put(diff, other != NULL ? TP_CONFIG_CHANGE : TP_CONFIG_ADD, other, item);
		}
	}
	return 0;
}

void tp_config_diff_clear(struct tp_config_diff *diff)
{
	free(diff->change);
	memset(diff, 0, sizeof(*diff));
}
