/* SPDX-License-Identifier: BSD-3-Clause */
/* A new configuration without what needs a restart, which waits for it. */
#include <errno.h>
#include <string.h>

#include "config/pending.h"

/* Gives TO the properties of FROM that, RUNTIME, may change while the daemon runs, or may not. */
static bool take(struct tp_config_item *to, const struct tp_config_item *from, bool runtime)
{
	for (unsigned i = 0; i < to->resource->count; i++) {
		const struct tp_property *property = &to->resource->properties[i];

		if (((property->flags & TP_RUNTIME) != 0) != runtime)
			continue;
		tp_property_clear(property, to);
		if (tp_property_copy(property, to, from) != 0)
			return false;
		to->set = (to->set & ~(UINT64_C(1) << i)) | (from->set & UINT64_C(1) << i);
	}
	return tp_item_finish(to) == 0;
}

/* ONE with the properties of OTHER that may change while the daemon runs (RUNTIME), or may not.
 * NULL: no memory. */
static struct tp_config_item *mixed(const struct tp_config_item *one,
				    const struct tp_config_item *other, bool runtime)
{
	struct tp_config_item *item = tp_item_copy(one);

	if (item != NULL && take(item, other, runtime))
		return item;
	tp_item_destroy(item);
	return NULL;
}

void tp_pending_follow(struct tp_config *config, const struct tp_config_item *item)
{
	for (struct tp_pending *w = config->pending; w != NULL; w = w->next) {
		struct tp_config_item *follows;

		if (w->op != TP_CONFIG_CHANGE || w->resource != item->resource ||
		    strcmp(w->key, item->key) != 0)
			continue;
		follows = mixed(w->item, item, true);
		if (follows == NULL)
			return;
		tp_store_retire(config, w->item);
		w->item = follows;
	}
}

/* Where the item of id ID belongs. */
static struct tp_config_item *place_for(const struct tp_config *config,
					const struct tp_config_item *item)
{
	struct tp_config_item *at = NULL, *other;

	TAILQ_FOREACH (other, &config->table[item->resource->id].items, entry)
		if (other->id < item->id)
			at = other;
	return at;
}

static int hold_back_one(struct tp_config *new, const struct tp_config_change *change)
{
	const struct tp_resource *resource = change->resource;
	struct tp_config_item *of_file = (struct tp_config_item *)(uintptr_t)change->after;
	struct tp_config_item *stays = NULL;

	if (change->op == TP_CONFIG_CHANGE) {
		stays = mixed(of_file, change->before, false);
		if (stays == NULL)
			return -ENOMEM;
		tp_store_replace(new, of_file, stays);
	} else if (change->op == TP_CONFIG_ADD) {
		tp_store_remove(new, of_file);
	} else {
		stays = tp_item_copy(change->before);
		if (stays == NULL)
			return -ENOMEM;
		tp_store_insert_after(new, place_for(new, stays), stays);
	}
	return tp_pending_add(new, change->op, (of_file != NULL ? of_file : stays)->key, resource,
			      of_file)
		       ? 0
		       : -ENOMEM;
}

/* The first thing that is wrong. */
struct first {
	struct tp_report report;
	struct tp_error *error;
};

static void keep_first(struct tp_report *report, const struct tp_config_item *item, int property,
		       int code, const char *message)
{
	struct first *first = (struct first *)report;
	char label[TP_LABEL_LEN];

	if (report->count == 1)
		tp_error_set(first->error, code, tp_item_label(item, property, label), "%s",
			     message);
}

int tp_config_hold_back(struct tp_config *new, const struct tp_config_diff *diff,
			struct tp_error *error)
{
	struct first first = {.report = {.tell = keep_first}, .error = error};

	for (unsigned i = 0; i < diff->count; i++)
		if (diff->change[i].restart && hold_back_one(new, &diff->change[i]) != 0)
			return tp_error_set(error, -ENOMEM, NULL, "out of memory");
	tp_check_all(new, &first.report);
	return first.report.count == 0 ? 0 : -EINVAL;
}
