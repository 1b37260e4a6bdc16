/* SPDX-License-Identifier: BSD-3-Clause */
/* set, remove, get, monitor and their like: which items a command is for, and that it changes all
 * of them, or none. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/command.h"
#include "base/log.h"
#include "config/trial.h"
#include "config/types/property.h"

#define ITEMS_MAX 1000 /* of one command */

json_t *tp_api_take_keys(json_t *body)
{
	static const char *const names[] = {".id", "numbers"};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		json_t *value = json_incref(json_object_get(body, names[i]));

		if (value == NULL)
			continue;
		json_object_del(body, names[i]);
		return json_is_array(value) ? value : json_pack("[o]", value);
	}
	return NULL;
}

/* A request of its own for one item of the path's first LENGTH bytes; the answer is in it. */
static void call(const struct tp_api *api, const struct tp_request *request, size_t length,
		 const char *key, enum tp_method method, json_t *body, struct tp_request *out)
{
	*out = (struct tp_request){.method = method,
				   .body = json_incref(body),
				   .routeros = request->routeros,
				   .dry_run = request->dry_run};
	if (asprintf(&out->path, "%.*s%s%s", (int)length, request->path, *key != '\0' ? "/" : "",
		     key) < 0) {
		out->path = NULL;
		tp_api_error(out, TP_API_INTERNAL, "out of memory");
		return;
	}
	tp_api_target(api, out);
}

static void release(struct tp_request *request)
{
	free(request->path);
	json_decref(request->body);
	json_decref(request->query);
	json_decref(request->answer);
}

static bool exists(const struct tp_api *api, const struct tp_request *request, size_t length,
		   const char *key)
{
	struct tp_request look;

	call(api, request, length, key, TP_METHOD_GET, NULL, &look);
	bool there = look.status == TP_API_OK && json_is_object(look.answer);
	release(&look);
	return there;
}

/* Splits keys at commas where need be. False: one is not there, which is answered. */
static bool resolve(const struct tp_api *api, struct tp_request *request, size_t length,
		    json_t *keys, json_t *found)
{
	const json_t *value;
	size_t i, n;

	json_array_foreach (keys, i, value) {
		const char *text = json_string_value(value);
		bool whole = text != NULL && *text != '\0' && exists(api, request, length, text);

		for (; text != NULL && *text != '\0'; text += n + (text[n] == ',')) {
			char key[512];

			n = whole ? strlen(text) : strcspn(text, ",");
			snprintf(key, sizeof(key), "%.*s", (int)n, text);
			if (n == 0 || n >= sizeof(key) || json_array_size(found) == ITEMS_MAX ||
			    (!whole && !exists(api, request, length, key)))
				goto missing;
			json_array_append_new(found, json_string(key));
		}
	}
	if (json_array_size(found) > 0)
		return true;
missing:
	tp_api_error(request, TP_API_NOT_FOUND, "no such item");
	return false;
}

/* The body that makes of ITEM again what it is. */
static json_t *way_back(const struct tp_config_item *item, const json_t *body)
{
	json_t *back = json_object(), *value;
	const char *name;

	json_object_foreach ((json_t *)(uintptr_t)body, name, value) {
		int i = item != NULL ? tp_property_find(item->resource, name) : -1;

		if (i >= 0)
			json_object_set_new(
				back, name,
				tp_config_is_set(item, (unsigned)i)
					? tp_property_to_json(&item->resource->properties[i], item)
					: json_null());
	}
	return back;
}

static const struct tp_resource *resource_of(const struct tp_request *request, size_t length)
{
	char *menu = strndup(request->path, length);
	const struct tp_resource *resource = menu != NULL ? tp_resource_find(menu) : NULL;

	free(menu);
	return resource;
}

static const struct tp_config_item *configured(const struct tp_api *api,
					       const struct tp_request *request, size_t length,
					       const char *key)
{
	const struct tp_resource *resource = resource_of(request, length);

	return resource != NULL ? tp_config_find(*api->config, resource->id, key) : NULL;
}

/* One more of a trial: what METHOD would make of ITEM. */
static int try_one(const struct tp_api *api, const struct tp_request *request,
		   enum tp_method method, const struct tp_config_item *item,
		   struct tp_config_trial *trial, struct tp_error *e)
{
	struct tp_config_change *change;
	int error = method == TP_METHOD_DELETE
			    ? tp_config_prepare_remove(*api->config, item, &change, e)
			    : tp_config_prepare_set(*api->config, item, request->body, &change, e);

	return error != 0 ? error : tp_config_trial_put(trial, change);
}

/* Would each take it, one after the other? What is refused in the middle would have cost somebody
 * his session. False: it is answered which would not, and why. */
static bool all_would(const struct tp_api *api, struct tp_request *request, enum tp_method method,
		      size_t length, const json_t *keys)
{
	struct tp_config_trial *trial = tp_config_trial_begin(*api->config);
	const struct tp_resource *resource = NULL;
	struct tp_error e = {0};
	int error = trial != NULL ? 0 : -ENOMEM;

	for (size_t i = 0; error == 0 && i < json_array_size(keys); i++) {
		const struct tp_config_item *item = configured(
			api, request, length, json_string_value(json_array_get(keys, i)));

		if (item == NULL)
			break; /* none of the menu is configured */
		resource = item->resource;
		if (method == TP_METHOD_PATCH && tp_api_routeros_unknown(request, resource)) {
			tp_config_trial_end(trial);
			return false;
		}
		error = try_one(api, request, method, item, trial, &e);
	}
	tp_config_trial_end(trial);
	if (error != 0 && resource != NULL)
		tp_api_refuse_item(request, resource, error, &e);
	else if (error != 0)
		tp_api_error(request, TP_API_INTERNAL, "out of memory");
	return error == 0;
}

/* Takes the first COUNT changes back, the last first. */
static void take_back(const struct tp_api *api, const struct tp_request *request, size_t length,
		      const json_t *keys, const json_t *backs, size_t count)
{
	while (count-- > 0) {
		struct tp_request back;

		call(api, request, length, json_string_value(json_array_get(keys, count)),
		     TP_METHOD_PATCH, json_array_get(backs, count), &back);
		if (back.status != TP_API_OK)
			tp_log_error("config", "%s: a change could not be taken back", back.path);
		release(&back);
	}
}

/* On each item, or, if one refuses, on none. By .id, as a change may be of the name. Whether they
 * would has been tried; what only comes out when it is done is taken back. */
static void run_on_all(const struct tp_api *api, struct tp_request *request, enum tp_method method,
		       size_t length, const json_t *keys)
{
	json_t *backs = json_array(), *previews = json_array();
	size_t i;
	json_t *key;

	json_array_foreach ((json_t *)(uintptr_t)keys, i, key) {
		const char *name = json_string_value(key);
		struct tp_request one;
		json_t *back = way_back(configured(api, request, length, name), request->body);

		json_array_append_new(backs, back);
		call(api, request, length, name, method,
		     method == TP_METHOD_PATCH ? request->body : NULL, &one);
		if (one.status >= TP_API_BAD_REQUEST) {
			request->status = one.status;
			request->answer = json_incref(one.answer);
			release(&one);
			if (method == TP_METHOD_PATCH && !request->dry_run)
				take_back(api, request, length, keys, backs, i);
			json_decref(backs);
			json_decref(previews);
			return;
		}
		json_array_extend(previews, json_object_get(one.answer, "changes"));
		release(&one);
	}
	json_decref(backs);
	if (request->dry_run) {
		tp_api_answer(request, TP_API_OK, tp_api_preview_answer(previews));
		return;
	}
	json_decref(previews);
	tp_api_answer(request, TP_API_OK, json_array());
}

/* Names become .ids, which stay; what was named twice stands there once. */
static void use_ids(const struct tp_api *api, const struct tp_request *request, size_t length,
		    json_t *keys)
{
	json_t *seen = json_object();

	for (size_t i = 0; i < json_array_size(keys);) {
		const struct tp_config_item *item = configured(
			api, request, length, json_string_value(json_array_get(keys, i)));
		char id[TP_CONFIG_ID_TEXT_LEN];

		if (item != NULL)
			json_array_set_new(keys, i, json_string(tp_config_id_format(item->id, id)));
		const char *key = json_string_value(json_array_get(keys, i));
		if (json_object_get(seen, key) != NULL) {
			json_array_remove(keys, i);
		} else {
			json_object_set_new(seen, key, json_true());
			i++;
		}
	}
	json_decref(seen);
}

/* monitor, with `once`: what there is to see of each now. */
static void show_all(const struct tp_api *api, struct tp_request *request, size_t length,
		     const json_t *keys)
{
	json_t *rows = json_array();
	const json_t *key;
	size_t i;

	json_array_foreach (keys, i, key) {
		struct tp_request one;

		call(api, request, length, json_string_value(key), TP_METHOD_GET, NULL, &one);
		if (one.status == TP_API_OK)
			json_array_append(rows, one.answer);
		release(&one);
	}
	tp_api_answer(request, TP_API_OK, rows);
}

/* "name=x;disabled=no": of RouterOS's values as text. A new reference. */
static json_t *as_text(const json_t *item)
{
	json_t *text = json_string(""), *value;
	const char *name;

	json_object_foreach ((json_t *)(uintptr_t)item, name, value) {
		char room[TP_API_TEXT_LEN];
		const char *one = tp_api_text(value, room);
		json_t *more = json_sprintf("%s%s%s=%s", json_string_value(text),
					    json_string_length(text) > 0 ? ";" : "", name,
					    one != NULL ? one : "");

		json_decref(text);
		text = more;
	}
	return text;
}

/* May items have a value of this NAME? Of what is not configured, nobody can say. */
static bool has_value(const struct tp_api *api, const struct tp_request *request, size_t length,
		      const char *name)
{
	const struct tp_resource *resource = resource_of(request, length);

	return resource == NULL || tp_api_has_property(api, resource, name);
}

/* get: one value of one item, or all of it. KEY "": of what there is once. */
static void get_value(const struct tp_api *api, struct tp_request *request, size_t length,
		      const char *key)
{
	const char *name = json_string_value(json_object_get(request->body, "value-name"));
	struct tp_request one;
	json_t *value;

	call(api, request, length, key, TP_METHOD_GET, NULL, &one);
	if (one.status != TP_API_OK || !json_is_object(one.answer)) {
		request->status = one.status;
		request->answer = json_incref(one.answer);
		if (json_is_array(one.answer))
			tp_api_error(request, TP_API_BAD_REQUEST, "missing =.id=");
		release(&one);
		return;
	}
	if (name != NULL && !has_value(api, request, length, name)) {
		tp_api_error(request, TP_API_BAD_REQUEST,
			     "input does not match any value of value-name");
		release(&one);
		return;
	}
	value = name == NULL ? as_text(one.answer) : json_incref(json_object_get(one.answer, name));
	tp_api_answer(request, TP_API_OK,
		      json_pack("{s:o}", "ret", value != NULL ? value : json_string("")));
	release(&one);
}

void tp_api_run_items(const struct tp_api *api, struct tp_request *request,
		      const struct tp_command *command, size_t length, json_t *keys)
{
	json_t *found = json_array();

	if (!resolve(api, request, length, keys, found)) {
		json_decref(found);
		return;
	}
	if (strcmp(command->name, "get") == 0) {
		if (json_array_size(found) != 1)
			tp_api_error(request, TP_API_BAD_REQUEST, "get: one item, no more");
		else
			get_value(api, request, length,
				  json_string_value(json_array_get(found, 0)));
	} else if (command->method == TP_METHOD_GET) {
		if (json_object_get(request->body, "once") == NULL)
			tp_api_error(request, TP_API_BAD_REQUEST,
				     "monitor: only with once, as an answer has an end");
		else
			show_all(api, request, length, found);
	} else {
		use_ids(api, request, length, found);
		if (json_array_size(found) == 1 ||
		    all_would(api, request, command->method, length, found))
			run_on_all(api, request, command->method, length, found);
	}
	json_decref(found);
}

void tp_api_run_single(const struct tp_api *api, struct tp_request *request,
		       const struct tp_command *command, size_t length)
{
	json_t *one = json_pack("[s]", "");

	if (strcmp(command->name, "get") == 0)
		get_value(api, request, length, "");
	else if (command->method != TP_METHOD_PATCH ||
		 !tp_api_is_single(api, request->path, length))
		tp_api_error(request, TP_API_BAD_REQUEST, "missing =.id=");
	else
		run_on_all(api, request, TP_METHOD_PATCH, length, one);
	json_decref(one);
}
