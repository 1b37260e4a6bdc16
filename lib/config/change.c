/* SPDX-License-Identifier: BSD-3-Clause */
/* Changes by way of JSON: prepared whole, then committed or abandoned. */
#include "config/item.h"
#include "config/pending.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_LEN 24 /* digits of a JSON integer, its sign and NUL */

/* A property's value as JSON has it, made into texts. */
struct texts {
	const char **text;
	char (*number)[NUMBER_LEN];
	size_t count;
};

/* One scalar; false when the type is none that the property can have. */
static bool take_scalar(struct texts *texts, const struct tp_property *property, json_t *value)
{
	size_t i = texts->count;

	if (json_is_string(value)) {
		texts->text[i] = json_string_value(value);
		if (strlen(texts->text[i]) != json_string_length(value))
			return false;
	} else if (json_is_integer(value) && property->type->numeric) {
		snprintf(texts->number[i], NUMBER_LEN, "%lld",
			 (long long)json_integer_value(value));
		texts->text[i] = texts->number[i];
	} else if (json_is_boolean(value) && !property->type->text) {
		texts->text[i] = json_is_true(value) ? "yes" : "no";
	} else {
		return false;
	}
	texts->count++;
	return true;
}

static int set_from_json(struct tp_config_item *item, unsigned index, json_t *value,
			 struct tp_error *error)
{
	const struct tp_property *property = &item->resource->properties[index];
	size_t n = json_is_array(value) ? json_array_size(value) : 1;
	struct texts texts = {0};
	char expected[200];
	bool ok = true;
	int err = -ENOMEM;

	if (n > TP_LIST_MAX)
		return tp_error_set(error, -EINVAL, NULL, "the list has more than %u elements",
				    TP_LIST_MAX);
	texts.text = calloc(n + 1, sizeof(*texts.text));
	texts.number = calloc(n + 1, sizeof(*texts.number));
	if (texts.text == NULL || texts.number == NULL)
		goto out;
	if (json_is_array(value)) {
		for (size_t i = 0; ok && i < n; i++)
			ok = take_scalar(&texts, property, json_array_get(value, i));
	} else {
		ok = take_scalar(&texts, property, value);
	}
	if (!ok) {
		err = tp_error_set(error, -EINVAL, NULL, "the value is not %s",
				   tp_property_expected(property, expected, sizeof(expected)));
		goto out;
	}
	const struct tp_input input = {
		.text = texts.text, .count = (unsigned)texts.count, .list = json_is_array(value)};
	err = tp_item_set(item, index, &input, error);
out:
	free(texts.text);
	free(texts.number);
	return err;
}

/* Is there a value that an empty text says, no address, no limit, and is it what there is unless
 * another is given? Else an empty text may be a variable that was forgotten. */
static bool can_be_empty(const struct tp_property *property)
{
	return property->type->is_empty != NULL &&
	       (property->default_text == NULL || *property->default_text == '\0');
}

static bool unsets(const struct tp_property *property, const json_t *value)
{
	if (json_is_null(value))
		return true;
	return json_is_string(value) && json_string_length(value) == 0 && !property->type->text &&
	       can_be_empty(property);
}

/* Puts the item's name, and the property's, in front of a sentence that has no place yet. */
static int place(const struct tp_config_item *item, int property, int err, struct tp_error *error)
{
	char label[TP_LABEL_LEN];
	if (error != NULL) {
		error->code = err;
		snprintf(error->place, sizeof(error->place), "%s",
			 tp_item_label(item, property, label));
	}
	return err;
}

static int unknown_property(const struct tp_config_item *item, const char *name,
			    struct tp_error *error)
{
	char quoted[TP_QUOTE_LEN];
	const char *hint = tp_nearest_property(item->resource, name);

	tp_quote(name, quoted);
	if (hint != NULL)
		tp_error_set(error, -EINVAL, NULL, "there is no property '%s'; did you mean '%s'?",
			     quoted, hint);
	else
		tp_error_set(error, -EINVAL, NULL, "there is no property '%s'", quoted);
	return place(item, -1, -EINVAL, error);
}

/* RouterOS's clients send back the .id that they were given. */
static bool is_own_id(const struct tp_config_item *item, const char *name, const json_t *value)
{
	char id[TP_CONFIG_ID_TEXT_LEN];
	return strcmp(name, ".id") == 0 && json_is_string(value) && item->id != 0 &&
	       strcasecmp(json_string_value(value), tp_config_id_format(item->id, id)) == 0;
}

/* Takes over what BODY says, and completes the item. */
static int fill(const struct tp_config *config, struct tp_config_item *item, const json_t *body,
		struct tp_error *error)
{
	const char *name;
	json_t *value;
	int err;

	if (!json_is_object(body)) {
		tp_error_set(error, -EINVAL, NULL, "expected a JSON object of properties");
		return place(item, -1, -EINVAL, error);
	}
	json_object_foreach ((json_t *)(uintptr_t)body, name, value) {
		int i = tp_property_find(item->resource, name);
		if (i < 0 && is_own_id(item, name, value))
			continue;
		if (i < 0)
			return unknown_property(item, name, error);
		if (unsets(&item->resource->properties[i], value)) {
			tp_item_unset(item, (unsigned)i);
			continue;
		}
		err = set_from_json(item, (unsigned)i, value, error);
		if (err != 0)
			return place(item, i, err, error);
	}
	int missing = tp_item_missing(item, 0);
	if (missing >= 0) {
		tp_error_set(error, -EINVAL, NULL, "is missing");
		return place(item, missing, -EINVAL, error);
	}
	err = tp_item_fill_in(item, config);
	if (err == 0)
		err = tp_item_finish(item);
	return err != 0 ? place(item, -1, err, error) : 0;
}

/* The first fault only: one request, one answer. */
struct first_fault {
	struct tp_report report;
	struct tp_error *error;
	int code;
};

static void keep_first(struct tp_report *report, const struct tp_config_item *item, int property,
		       int code, const char *message)
{
	struct first_fault *first = (struct first_fault *)report;
	if (report->count > 1)
		return;
	first->code = code;
	tp_error_set(first->error, code, NULL, "%s", message);
	place(item, property, code, first->error);
}

static void check_dependents(const struct tp_config *config, const struct tp_resource *resource,
			     struct tp_report *report)
{
	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		const struct tp_config_item *item = NULL;

		if ((resource->dependents >> i & 1) != 0)
			item = tp_config_first(config, i);
		/* What they refer to is there still: a name in use can't change. */
		for (; item != NULL; item = tp_config_next(item))
			tp_check_beside(config, item, report);
	}
	tp_check_together(config, resource->id, report);
}

/* Checks the candidate where it will be, and gives it the id that it will have; the store is as
 * before when this returns. */
static int check_in_place(struct tp_config *config, struct tp_config_item *before,
			  struct tp_config_item *after, struct tp_error *error)
{
	struct first_fault first = {.report = {.tell = keep_first}, .error = error};
	enum tp_resource_id id = after->resource->id;

	if (before != NULL) {
		tp_store_replace(config, before, after);
	} else {
		after->id = config->table[id].last_id + 1;
		tp_store_insert(config, after);
	}
	tp_check_item(config, after, &first.report);
	check_dependents(config, after->resource, &first.report);
	if (before != NULL)
		tp_store_replace(config, after, before);
	else
		tp_store_remove(config, after);
	return first.code;
}

/* What depends on ITEM must do without it; the store is as before when this returns. */
static int check_without(struct tp_config *config, const struct tp_config_item *item,
			 struct tp_error *error)
{
	struct first_fault first = {.report = {.tell = keep_first}, .error = error};
	struct tp_config_item *out = tp_store_find(config, item->resource->id, item->key);
	struct tp_config_item *before = TAILQ_PREV(out, tp_item_list, entry);

	if (item->resource->dependents == 0)
		return 0;
	tp_store_remove(config, out);
	check_dependents(config, item->resource, &first.report);
	tp_store_insert_after(config, before, out);
	return first.code;
}

/* Refuses what is to go, or to be renamed, while something uses it. */
static int check_unused(const struct tp_config *config, const struct tp_config_item *item,
			struct tp_error *error)
{
	char user_label[TP_LABEL_LEN];
	int property;
	const struct tp_config_item *user =
		tp_check_user(config, item->resource->id, item->key, &property);

	if (user == NULL || user == item)
		return 0;
	tp_error_set(error, -EBUSY, NULL, "is in use by %s",
		     tp_item_label(user, property, user_label));
	return place(item, -1, -EBUSY, error);
}

static int make_change(enum tp_config_op op, const struct tp_config_item *before,
		       const struct tp_config_item *after, struct tp_config_change **out)
{
	struct tp_config_change *change = calloc(1, sizeof(*change));
	if (change == NULL)
		return -ENOMEM;
	change->op = op;
	change->resource = before != NULL ? before->resource : after->resource;
	change->before = before;
	change->after = after;
	for (unsigned i = 0; i < change->resource->count; i++) {
		if (op != TP_CONFIG_CHANGE ||
		    !tp_property_equal(&change->resource->properties[i], before, after))
			change->changed |= UINT64_C(1) << i;
	}
	*out = change;
	return 0;
}

static int refuse(const struct tp_config_item *item, int property, int code, const char *why,
		  struct tp_error *error)
{
	tp_error_set(error, code, NULL, "%s", why);
	return place(item, property, code, error);
}

#define WHY_RESTART "cannot change while the daemon runs; change the file and start it again"

int tp_config_prepare_add(struct tp_config *config, enum tp_resource_id resource,
			  const json_t *body, struct tp_config_change **change,
			  struct tp_error *error)
{
	struct tp_config_item *item = tp_item_create(&tp_resources[resource]);
	int err = item == NULL ? -ENOMEM : fill(config, item, body, error);

	if (item == NULL)
		return tp_error_set(error, err, NULL, "out of memory");
	if (item->resource->singleton)
		err = refuse(item, -1, -EPERM, "is there once; it can only be changed", error);
	else if (!item->resource->runtime)
		err = refuse(item, -1, -EPERM, WHY_RESTART, error);
	else if (err == 0 && tp_store_find(config, resource, item->key) != NULL)
		err = refuse(item, -1, -EEXIST, "is there already", error);
	if (err == 0)
		err = check_in_place(config, NULL, item, error);
	if (err == 0)
		err = make_change(TP_CONFIG_ADD, NULL, item, change);
	if (err != 0)
		tp_item_destroy(item);
	return err;
}

static int check_runtime(const struct tp_config_change *change, struct tp_error *error)
{
	for (unsigned i = 0; i < change->resource->count; i++) {
		if ((change->changed >> i & 1) != 0 &&
		    (change->resource->properties[i].flags & TP_RUNTIME) == 0)
			return refuse(change->before, (int)i, -EPERM, WHY_RESTART, error);
	}
	return 0;
}

static int check_rename(const struct tp_config *config, const struct tp_config_item *item,
			const struct tp_config_item *after, struct tp_error *error)
{
	if (strcmp(item->key, after->key) == 0)
		return 0;
	if (tp_store_find(config, item->resource->id, after->key) != NULL)
		return refuse(after, -1, -EEXIST, "is there already", error);
	if (tp_item_is_always_there(item))
		return refuse(item, -1, -EPERM, "keeps its name", error);
	return check_unused(config, item, error);
}

int tp_config_prepare_set(struct tp_config *config, const struct tp_config_item *item,
			  const json_t *body, struct tp_config_change **change,
			  struct tp_error *error)
{
	struct tp_config_item *before = tp_store_find(config, item->resource->id, item->key);
	struct tp_config_item *after = tp_item_copy(item);
	int err;

	if (after == NULL)
		return tp_error_set(error, -ENOMEM, NULL, "out of memory");
	*change = NULL;
	err = fill(config, after, body, error);
	if (err == 0)
		err = check_rename(config, item, after, error);
	if (err == 0)
		err = check_in_place(config, before, after, error);
	if (err == 0)
		err = make_change(TP_CONFIG_CHANGE, item, after, change);
	if (err == 0)
		err = check_runtime(*change, error);
	if (err != 0) {
		free(*change);
		*change = NULL;
		tp_item_destroy(after);
	}
	return err;
}

int tp_config_prepare_remove(struct tp_config *config, const struct tp_config_item *item,
			     struct tp_config_change **change, struct tp_error *error)
{
	int err;
	if (tp_item_is_always_there(item))
		return refuse(item, -1, -EPERM, "is always there; it can only be changed", error);
	if (!item->resource->runtime)
		return refuse(item, -1, -EPERM, WHY_RESTART, error);
	err = check_unused(config, item, error);
	if (err == 0)
		err = check_without(config, item, error);
	return err != 0 ? err : make_change(TP_CONFIG_REMOVE, item, NULL, change);
}

const struct tp_config_item *tp_config_commit(struct tp_config *config,
					      struct tp_config_change *change)
{
	struct tp_config_item *before = NULL;
	struct tp_config_item *after = (struct tp_config_item *)(uintptr_t)change->after;

	if (change->before != NULL)
		before = tp_store_find(config, change->resource->id, change->before->key);
	if (change->op == TP_CONFIG_ADD) {
		config->table[change->resource->id].last_id = after->id;
		tp_store_insert(config, after);
	} else if (change->op == TP_CONFIG_CHANGE) {
		tp_store_replace(config, before, after);
		tp_pending_follow(config, after);
	} else {
		tp_store_remove(config, before);
	}
	tp_store_retire(config, before);
	free(change);
	return after;
}

void tp_config_abort(struct tp_config_change *change)
{
	tp_item_destroy((struct tp_config_item *)(uintptr_t)change->after);
	free(change);
}
