/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/audit/changes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "control/audit/store.h"

void tp_changes_init(struct tp_changes *history)
{
	*history = (struct tp_changes){0};
	TAILQ_INIT(&history->entries);
}

static void entry_free(struct tp_changes_entry *entry)
{
	json_decref(entry->changes);
	free(entry->action);
	free(entry);
}

void tp_changes_clear(struct tp_changes *history)
{
	struct tp_changes_entry *entry;

	while ((entry = TAILQ_FIRST(&history->entries)) != NULL) {
		TAILQ_REMOVE(&history->entries, entry, entry);
		entry_free(entry);
	}
}

/* ---- changes ----------------------------------------------------------------------------------
 */

/* The values that ITEM has of the properties in SET; null: not given. Of one that comes or goes
 * (WHOLE) only what is given. */
static json_t *values_of(const struct tp_config_item *item, uint64_t set, bool whole)
{
	json_t *object = json_object();

	for (unsigned i = 0; i < item->resource->count; i++) {
		const struct tp_property *property = &item->resource->properties[i];
		const bool given = tp_config_is_set(item, i);

		if ((set >> i & 1) == 0 || (whole && !given))
			continue;
		json_object_set_new(object, property->name,
				    given ? tp_property_to_json(property, item) : json_null());
	}
	return object;
}

json_t *tp_changes_change(const struct tp_config_change *change)
{
	const struct tp_config_item *before = change->before, *after = change->after;
	const bool whole = change->op != TP_CONFIG_CHANGE;

	return json_pack("{s:i, s:s, s:s, s:s, s:o, s:o}", "op", (int)change->op, "path",
			 change->resource->path, "was",
			 before != NULL && before->key != NULL ? before->key : "", "is",
			 after != NULL && after->key != NULL ? after->key : "", "before",
			 before != NULL ? values_of(before, change->changed, whole) : json_null(),
			 "after",
			 after != NULL ? values_of(after, change->changed, whole) : json_null());
}

/* ---- entries ----------------------------------------------------------------------------------
 */

/* How many there are of the kind of ENTRY. */
static unsigned *count_of(struct tp_changes *history, const struct tp_changes_entry *entry)
{
	if (entry->foreign)
		return &history->foreign;
	return entry->lasting ? &history->lasting : &history->reversible;
}

/* Those of one kind drive out none of another. */
static void drop_oldest(struct tp_changes *history, const unsigned *count)
{
	struct tp_changes_entry *entry;

	TAILQ_FOREACH (entry, &history->entries, entry)
		if (count_of(history, entry) == count)
			break;
	TAILQ_REMOVE(&history->entries, entry, entry);
	*count_of(history, entry) -= 1;
	tp_changes_store_remove(history->store, entry->id);
	entry_free(entry);
}

static void insert(struct tp_changes *history, struct tp_changes_entry *entry)
{
	unsigned *count = count_of(history, entry);

	TAILQ_INSERT_TAIL(&history->entries, entry, entry);
	if (++*count > (entry->foreign ? TP_CHANGES_FOREIGN : TP_CHANGES_MAX))
		drop_oldest(history, count);
}

void tp_changes_touch(struct tp_changes *history, const struct tp_changes_entry *entry)
{
	json_t *kept;

	if (history->store == NULL)
		return;
	kept = tp_changes_to_json(entry);
	tp_changes_store_put(history->store, entry->id, kept);
	json_decref(kept);
}

static void forget_undone(struct tp_changes *history)
{
	struct tp_changes_entry *entry;

	TAILQ_FOREACH (entry, &history->entries, entry) {
		if (entry->undone == 0 || entry->gone)
			continue;
		entry->gone = true;
		tp_changes_touch(history, entry);
	}
}

struct tp_changes_entry *tp_changes_add(struct tp_changes *history, const char *action,
					const struct tp_who *by, json_t *changes, unsigned total)
{
	struct tp_changes_entry *entry = calloc(1, sizeof(*entry));

	if (entry != NULL)
		entry->action = strdup(action);
	if (entry == NULL || entry->action == NULL) {
		json_decref(changes);
		free(entry);
		return NULL;
	}
	entry->id = ++history->last_id;
	entry->wall_ms = tp_clock_wall_ms();
	entry->by = *by;
	entry->changes = changes != NULL ? changes : json_array();
	entry->total = total;
	entry->lasting = total == 0;
	entry->foreign = entry->lasting && strcmp(by->face, TP_CHANGES_RADIUS) == 0;
	if (!entry->lasting)
		forget_undone(history);
	insert(history, entry);
	tp_changes_touch(history, entry);
	return entry;
}

bool tp_changes_is_undoable(const struct tp_changes_entry *entry)
{
	return !entry->lasting && entry->undone == 0 && entry->total <= TP_CHANGES_ITEMS_MAX;
}

bool tp_changes_is_redoable(const struct tp_changes_entry *entry)
{
	return !entry->lasting && entry->undone != 0 && !entry->gone;
}

struct tp_changes_entry *tp_changes_last(const struct tp_changes *history, bool undone)
{
	struct tp_changes_entry *entry, *last = NULL;

	TAILQ_FOREACH_REVERSE(entry, &history->entries, tp_changes_entries, entry)
	{
		if (!undone && !entry->lasting && entry->undone == 0)
			return entry;
		if (undone && tp_changes_is_redoable(entry) &&
		    (last == NULL || entry->undone > last->undone))
			last = entry;
	}
	return last;
}

struct tp_changes_entry *tp_changes_find(const struct tp_changes *history, uint64_t id)
{
	struct tp_changes_entry *entry;

	TAILQ_FOREACH (entry, &history->entries, entry)
		if (entry->id == id)
			return entry;
	return NULL;
}

/* ---- on disk ----------------------------------------------------------------------------------
 */

json_t *tp_changes_to_json(const struct tp_changes_entry *e)
{
	return json_pack("{s:I, s:I, s:s, s:s, s:s, s:s, s:O, s:i, s:b, s:I, s:b, s:s}", "id",
			 (json_int_t)e->id, "time", (json_int_t)e->wall_ms, "action", e->action,
			 "name", e->by.name, "address", e->by.address, "face", e->by.face,
			 "changes", e->changes, "total", (int)e->total, "lasting", e->lasting,
			 "undone", (json_int_t)e->undone, "gone", e->gone, "undone-by",
			 e->undone_by);
}

/* May be of another version's schema: what an undo can't use, it refuses. */
static bool changes_make_sense(const json_t *changes)
{
	const json_t *change;
	size_t i;

	json_array_foreach (changes, i, change)
		if (json_string_value(json_object_get(change, "path")) == NULL ||
		    json_string_value(json_object_get(change, "was")) == NULL ||
		    json_string_value(json_object_get(change, "is")) == NULL)
			return false;
	return json_is_array(changes);
}

bool tp_changes_restore(struct tp_changes *history, const json_t *kept)
{
	const char *action, *name, *address, *face, *undone_by;
	json_int_t id, wall_ms, undone;
	struct tp_changes_entry *entry;
	int total, lasting, gone;
	json_t *changes;

	if (json_unpack((json_t *)(uintptr_t)kept,
			"{s:I, s:I, s:s, s:s, s:s, s:s, s:o, s:i, s:b, s:I, s:b, s:s}", "id", &id,
			"time", &wall_ms, "action", &action, "name", &name, "address", &address,
			"face", &face, "changes", &changes, "total", &total, "lasting", &lasting,
			"undone", &undone, "gone", &gone, "undone-by", &undone_by) != 0 ||
	    id <= 0 || (uint64_t)id <= history->last_id || total < 0 ||
	    !changes_make_sense(changes))
		return false;
	entry = calloc(1, sizeof(*entry));
	if (entry == NULL || (entry->action = strdup(action)) == NULL) {
		free(entry);
		return false;
	}
	entry->id = history->last_id = (uint64_t)id;
	entry->wall_ms = (uint64_t)wall_ms;
	snprintf(entry->by.name, sizeof(entry->by.name), "%s", name);
	snprintf(entry->by.address, sizeof(entry->by.address), "%s", address);
	snprintf(entry->by.face, sizeof(entry->by.face), "%s", face);
	snprintf(entry->undone_by, sizeof(entry->undone_by), "%s", undone_by);
	entry->changes = json_incref(changes);
	entry->total = (unsigned)total;
	entry->lasting = lasting != 0;
	entry->foreign = entry->lasting && strcmp(face, TP_CHANGES_RADIUS) == 0;
	entry->undone = (uint64_t)undone;
	entry->gone = gone != 0;
	if (entry->undone > history->last_undone)
		history->last_undone = entry->undone;
	insert(history, entry);
	return true;
}
