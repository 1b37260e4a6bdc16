/* SPDX-License-Identifier: BSD-3-Clause */
/* Taking changes back, and making them again: each item of an entry must be as that entry left it,
 * and nothing may depend on it; all of an entry or nothing. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/methods.h"
#include "base/log.h"
#include "config/trial.h"
#include "control/api.h"
#include "control/audit/audit.h"

static const char *text_of(const json_t *change, const char *name)
{
	const char *text = json_string_value(json_object_get(change, name));

	return text != NULL ? text : "";
}

/* Which way a change is made. */
struct way {
	const json_t *from, *to; /* null: there is no item */
	const char *from_key;
};

static struct way way_of(const json_t *change, bool forward)
{
	return forward ? (struct way){json_object_get(change, "before"),
				      json_object_get(change, "after"), text_of(change, "was")}
		       : (struct way){json_object_get(change, "after"),
				      json_object_get(change, "before"), text_of(change, "is")};
}

/* Is ITEM, as far as the entry knows, as it left it? */
static int check_same(const struct tp_config_item *item, const json_t *left, struct tp_error *e)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)(uintptr_t)left, name, value) {
		int i = tp_property_find(item->resource, name);
		json_t *is;
		bool same;

		if (i < 0)
			return tp_error_set(e, -EEXIST, item->resource->yaml_path,
					    "there is no property '%.60s' any more", name);
		is = tp_config_is_set(item, (unsigned)i)
			     ? tp_property_to_json(&item->resource->properties[i], item)
			     : json_null();
		same = json_equal(is, value);
		json_decref(is);
		if (!same)
			return tp_error_set(e, -EEXIST, item->resource->yaml_path,
					    "%.60s of %.80s has been changed since", name,
					    item->key != NULL ? item->key : "it");
	}
	return 0;
}

static int prepare(struct tp_control *c, const struct tp_resource *resource, const struct way *way,
		   struct tp_config_change **change, struct tp_error *e)
{
	const struct tp_config_item *item;
	int error;

	if (!json_is_object(way->from))
		return tp_config_prepare_add(c->config, resource->id, way->to, change, e);
	item = resource->singleton ? tp_config_first(c->config, resource->id)
				   : tp_config_by_key(c->config, resource->id, way->from_key);
	if (item == NULL)
		return tp_error_set(e, -EEXIST, resource->yaml_path, "%.80s is not there any more",
				    way->from_key);
	error = check_same(item, way->from, e);
	if (error != 0)
		return error;
	return json_is_object(way->to) ? tp_config_prepare_set(c->config, item, way->to, change, e)
				       : tp_config_prepare_remove(c->config, item, change, e);
}

/* CHANGE as a change of the configuration that can be made. */
static int prepare_one(struct tp_control *c, const json_t *change, bool forward,
		       struct tp_config_change **prepared, struct tp_error *e)
{
	const struct tp_resource *resource = tp_resource_find(text_of(change, "path"));
	const struct way way = way_of(change, forward);
	int error;

	if (resource == NULL)
		return tp_error_set(e, -EEXIST, text_of(change, "path"), "there is no such menu");
	error = prepare(c, resource, &way, prepared, e);
	if (error != 0 || !(*prepared)->restart)
		return error;
	tp_config_abort(*prepared);
	return tp_error_set(e, -EPERM, resource->yaml_path,
			    "can't change while the daemon runs, it needs a restart");
}

static int make(struct tp_control *c, const json_t *change, bool forward, struct tp_error *e)
{
	const struct tp_config_item *result;
	struct tp_config_change *prepared;
	int error = prepare_one(c, change, forward, &prepared, e);

	return error != 0 ? error : tp_control_change(c, prepared, &result, e);
}

/* The one that comes after DONE others. */
static const json_t *next(const json_t *changes, bool forward, size_t done)
{
	return json_array_get(changes, forward ? done : json_array_size(changes) - 1 - done);
}

/* Would all of them go? What fails in the middle would have cost somebody his session. */
static int try_all(struct tp_control *c, const json_t *changes, bool forward, struct tp_error *e)
{
	struct tp_config_trial *trial = tp_config_trial_begin(c->config);
	struct tp_config_change *prepared;
	int error = trial != NULL ? 0 : tp_error_set(e, -ENOMEM, NULL, "out of memory");

	for (size_t i = 0; error == 0 && i < json_array_size(changes); i++) {
		error = prepare_one(c, next(changes, forward, i), forward, &prepared, e);
		if (error == 0)
			error = tp_config_trial_put(trial, prepared);
	}
	tp_config_trial_end(trial);
	return error;
}

/* All of CHANGES, or none. Backwards, what was made last goes first. */
static int make_all(struct tp_control *c, const json_t *changes, bool forward, struct tp_error *e)
{
	const size_t count = json_array_size(changes);
	int error = count > 1 ? try_all(c, changes, forward, e) : 0;
	size_t done;

	if (error != 0)
		return error;
	for (done = 0; error == 0 && done < count; done++)
		error = make(c, next(changes, forward, done), forward, e);
	if (error == 0)
		return 0;
	for (done--; done-- > 0;) {
		struct tp_error again = {0};

		if (make(c, next(changes, forward, done), !forward, &again) != 0)
			tp_log_error("config", "%s: %s: a change could not be taken back",
				     again.place, again.message);
	}
	return error;
}

/* Who may not change it may not take it back. */
static bool may(const struct tp_request *request, const struct tp_changes_entry *entry)
{
	const json_t *change;
	size_t i;

	json_array_foreach (entry->changes, i, change)
		if ((tp_request_policy(text_of(change, "path")) & ~request->who.policy) != 0)
			return false;
	return true;
}

/* The one that the body names, or the last. NULL: it is answered why not. */
static struct tp_changes_entry *choose(struct tp_control *c, struct tp_request *request, bool redo)
{
	const json_t *id = json_object_get(request->body, ".id");
	struct tp_changes_entry *entry;
	const char *text;

	if (id == NULL)
		id = json_object_get(request->body, "numbers");
	if (json_object_size(request->body) > (id != NULL ? 1 : 0)) {
		tp_api_error(request, TP_API_BAD_REQUEST,
			     "the body may have .id, and nothing else");
		return NULL;
	}
	text = json_string_value(id);
	if (id == NULL)
		entry = tp_changes_last(&c->audit.history, redo);
	else
		entry = text != NULL && text[0] == '*'
				? tp_changes_find(&c->audit.history, strtoull(text + 1, NULL, 16))
				: NULL;
	if (entry == NULL && id != NULL)
		tp_api_error(request, TP_API_NOT_FOUND, "no such item");
	else if (entry == NULL)
		tp_api_error(request, TP_API_CONFLICT,
			     redo ? "nothing to redo" : "nothing to undo");
	return entry;
}

/* Why not; NULL: why not? */
static const char *obstacle(const struct tp_changes_entry *entry, bool redo)
{
	if (entry->lasting)
		return "it was no change of the configuration";
	if (entry->total > TP_CHANGES_ITEMS_MAX)
		return "it changed too many items to be remembered: reload the file of before";
	if (redo && entry->undone == 0)
		return "it is in force";
	if (redo && entry->gone)
		return "something else has been changed since it was taken back";
	if (!redo && entry->undone != 0)
		return "it was taken back already";
	return NULL;
}

static void note(struct tp_control *c, struct tp_changes_entry *entry, const struct tp_who *who,
		 bool redo)
{
	char by[TP_AUDIT_WHO_LEN];

	entry->undone = redo ? 0 : ++c->audit.history.last_undone;
	snprintf(entry->undone_by, sizeof(entry->undone_by), "%s",
		 redo ? "" : tp_audit_who(who, by));
	tp_changes_touch(&c->audit.history, entry);
	tp_audit_tell(c, entry, who, redo ? "redone" : "undone");
}

static enum tp_api_command run(struct tp_control *c, struct tp_request *request, bool redo)
{
	struct tp_changes_entry *entry = choose(c, request, redo);
	struct tp_error e = {0};
	const char *why;
	char detail[900], id[24];
	int error;

	if (entry == NULL)
		return TP_API_ANSWERED;
	why = obstacle(entry, redo);
	if (why == NULL && !may(request, entry)) {
		tp_api_error(request, 403, "not enough permissions (9)");
		return TP_API_ANSWERED;
	}
	if (why != NULL) {
		snprintf(detail, sizeof(detail), "%.200s: %s", entry->action, why);
		tp_api_error(request, TP_API_CONFLICT, detail);
		return TP_API_ANSWERED;
	}
	error = make_all(c, entry->changes, redo, &e);
	tp_audit_end(c, false);
	if (error != 0) {
		snprintf(detail, sizeof(detail), "%.150s can't be %s: %s%s%s", entry->action,
			 redo ? "redone" : "undone", e.place, e.place[0] != '\0' ? ": " : "",
			 e.message);
		tp_api_error(request, TP_API_CONFLICT, detail);
		return TP_API_ANSWERED;
	}
	note(c, entry, &request->who, redo);
	snprintf(id, sizeof(id), "*%llX", (unsigned long long)entry->id);
	tp_api_answer(request, TP_API_OK,
		      json_pack("{s:s, s:s}", ".id", id, "action", entry->action));
	return TP_API_ANSWERED;
}

enum tp_api_command tp_verb_undo(void *user, struct tp_request *request)
{
	return run(user, request, false);
}

enum tp_api_command tp_verb_redo(void *user, struct tp_request *request)
{
	return run(user, request, true);
}
