/* SPDX-License-Identifier: BSD-3-Clause */
/* POST: RouterOS's commands, most of them a method by another name. They answer as there: `add`
 * with the new item's .id, the others with an empty list. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api_private.h"
#include "api/methods.h"
#include "api/query.h"
#include "base/log.h"
#include "config/types/property.h"

#define ITEMS_MAX 1000 /* of one command */

/* ---- print ---------------------------------------------------------------------------------- */

/* ["name=joe", "disabled=true", "#|"], RouterOS's way, or an object of filters. */
static bool add_filters(json_t *query, json_t *filters, struct tp_error *e)
{
	struct tp_api_query *words;
	int error;

	if (filters == NULL)
		return true;
	if (!json_is_array(filters)) {
		tp_error_set(e, -EINVAL, TP_API_QUERY,
			     "an object of filters, or a list of RouterOS's query words, is "
			     "expected");
		return json_object_update(query, filters) == 0;
	}
	error = tp_api_query_open(filters, &words, e);
	tp_api_query_close(words);
	return error == 0 && json_object_set(query, TP_API_QUERY, filters) == 0;
}

/* "name,address" or ["name", "address"]. */
static bool add_proplist(json_t *query, const json_t *proplist)
{
	char text[1024] = "";
	size_t len = 0, i;
	const json_t *name;

	if (proplist == NULL)
		return true;
	if (!json_is_array(proplist))
		return json_object_set_new(query, ".proplist",
					   json_string(json_string_value(proplist))) == 0;
	json_array_foreach (proplist, i, name) {
		if (!json_is_string(name) || len + json_string_length(name) + 2 > sizeof(text))
			return false;
		len += (size_t)sprintf(text + len, "%s%s", i > 0 ? "," : "",
				       json_string_value(name));
	}
	return json_object_set_new(query, ".proplist", json_string(text)) == 0;
}

/* What may stand in the body. The last are about a console's page alone. */
static bool check_words(struct tp_request *request)
{
	static const char *const words[] = {".query",	      ".proplist", "count-only", "detail",
					    "without-paging", "terse",	   "brief",	 "stats",
					    "as-value",	      NULL};
	char detail[128];
	const char *name;
	json_t *value;

	json_object_foreach (request->body, name, value) {
		unsigned i = 0;

		while (words[i] != NULL && strcmp(words[i], name) != 0)
			i++;
		if (words[i] != NULL)
			continue;
		snprintf(detail, sizeof(detail), "unknown parameter %.64s", name);
		tp_api_error(request, TP_API_BAD_REQUEST, detail);
		return false;
	}
	request->counts = json_object_get(request->body, "count-only") != NULL &&
			  !json_is_false(json_object_get(request->body, "count-only"));
	return true;
}

/* POST …/print with {".query":…, ".proplist":…}. */
static bool body_to_query(struct tp_request *request)
{
	struct tp_error e = {0};
	json_t *query = json_object();
	bool right = add_filters(query, json_object_get(request->body, ".query"), &e);

	if (right && !add_proplist(query, json_object_get(request->body, ".proplist"))) {
		tp_error_set(&e, -EINVAL, ".proplist",
			     "names separated by commas or a list of names is expected");
		right = false;
	}
	if (!right) {
		json_decref(query);
		tp_api_refuse(request, -EINVAL, &e);
		return false;
	}
	json_decref(request->query);
	request->query = query;
	return true;
}

/* ---- items ---------------------------------------------------------------------------------- */

/* Which items the body of a command names, as an array of keys; it is taken out of the body.
 * NULL: none. "*1,*2" names two, unless there is one whose name has a comma. */
static json_t *take_keys(json_t *body)
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
	*out = (struct tp_request){
		.method = method, .body = json_incref(body), .routeros = request->routeros};
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

static const struct tp_config_item *configured(const struct tp_api *api, const char *path,
					       size_t length, const char *key)
{
	char *menu = strndup(path, length);
	const struct tp_resource *resource = menu != NULL ? tp_resource_find(menu) : NULL;

	free(menu);
	return resource != NULL ? tp_config_find(*api->config, resource->id, key) : NULL;
}

/* Would each be removed? What only fails then, is found before anything has changed. */
static bool check_removal(const struct tp_api *api, struct tp_request *request, size_t length,
			  const json_t *keys)
{
	struct tp_config_change *change;
	struct tp_error e = {0};
	const json_t *key;
	size_t i;

	json_array_foreach (keys, i, key) {
		const struct tp_config_item *item =
			configured(api, request->path, length, json_string_value(key));
		int error = item != NULL ? tp_config_prepare_remove(*api->config, item, &change, &e)
					 : 0;

		if (item != NULL && error == 0)
			tp_config_abort(change);
		if (error == 0)
			continue;
		char detail[sizeof(e.place) + sizeof(e.message) + 4];
		snprintf(detail, sizeof(detail), "%s: %s", e.place, e.message);
		tp_api_error(request, request->routeros ? TP_API_BAD_REQUEST : TP_API_CONFLICT,
			     detail);
		return false;
	}
	return true;
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

/* On each item, or, if one refuses, on none. By .id, as a change may be of the name. */
static void run_on_all(const struct tp_api *api, struct tp_request *request, enum tp_method method,
		       size_t length, const json_t *keys)
{
	json_t *backs = json_array();
	size_t i;
	json_t *key;

	json_array_foreach ((json_t *)(uintptr_t)keys, i, key) {
		const char *name = json_string_value(key);
		struct tp_request one;
		json_t *back =
			way_back(configured(api, request->path, length, name), request->body);

		json_array_append_new(backs, back);
		call(api, request, length, name, method,
		     method == TP_METHOD_PATCH ? request->body : NULL, &one);
		if (one.status >= TP_API_BAD_REQUEST) {
			request->status = one.status;
			request->answer = json_incref(one.answer);
			release(&one);
			if (method == TP_METHOD_PATCH)
				take_back(api, request, length, keys, backs, i);
			json_decref(backs);
			return;
		}
		release(&one);
	}
	json_decref(backs);
	tp_api_answer(request, TP_API_OK, json_array());
}

/* Names become .ids, which stay; what was named twice stands there once. */
static void use_ids(const struct tp_api *api, const struct tp_request *request, size_t length,
		    json_t *keys)
{
	json_t *seen = json_object();

	for (size_t i = 0; i < json_array_size(keys);) {
		const struct tp_config_item *item = configured(
			api, request->path, length, json_string_value(json_array_get(keys, i)));
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
	value = name == NULL ? as_text(one.answer) : json_incref(json_object_get(one.answer, name));
	tp_api_answer(request, TP_API_OK,
		      json_pack("{s:o}", "ret", value != NULL ? value : json_string("")));
	release(&one);
}

static void run_items(const struct tp_api *api, struct tp_request *request,
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
	} else if (command->method != TP_METHOD_DELETE ||
		   check_removal(api, request, length, found)) {
		use_ids(api, request, length, found);
		run_on_all(api, request, command->method, length, found);
	}
	json_decref(found);
}

/* Of what there is once. */
static void run_single(const struct tp_api *api, struct tp_request *request,
		       const struct tp_command *command, size_t length)
{
	char *menu = strndup(request->path, length);
	const struct tp_resource *resource = menu != NULL ? tp_resource_find(menu) : NULL;
	json_t *one = json_pack("[s]", "");

	free(menu);
	if (strcmp(command->name, "get") == 0)
		get_value(api, request, length, "");
	else if (resource == NULL || !resource->singleton || command->method != TP_METHOD_PATCH)
		tp_api_error(request, TP_API_BAD_REQUEST, "missing =.id=");
	else
		run_on_all(api, request, TP_METHOD_PATCH, length, one);
	json_decref(one);
}

/* ---- commands ---------------------------------------------------------------------------------
 */

static void add(const struct tp_api *api, struct tp_request *request)
{
	json_t *item;

	request->method = TP_METHOD_PUT;
	tp_api_target(api, request);
	if (request->status != TP_API_CREATED)
		return;
	item = request->answer;
	request->answer = NULL;
	tp_api_answer(request, TP_API_OK, json_pack("{s:O}", "ret", json_object_get(item, ".id")));
	json_decref(item);
}

/* A list of what there is, even if there is one. */
static void print(const struct tp_api *api, struct tp_request *request)
{
	json_t *page;

	if (!check_words(request) || !body_to_query(request))
		return;
	request->method = TP_METHOD_GET;
	tp_api_target(api, request);
	if (request->status != TP_API_OK || !json_is_object(request->answer) ||
	    json_object_get(request->answer, "ret") != NULL)
		return;
	page = json_pack("[o]", request->answer);
	request->answer = NULL;
	tp_api_answer_page(request, page);
}

/* What unset and comment are about, as a change. False: that is not said, and answered. */
static bool read_change(struct tp_request *request, const struct tp_command *command)
{
	json_t *name = json_object_get(request->body, "value-name"), *body;

	if (strcmp(command->name, "comment") == 0 &&
	    json_object_get(request->body, "comment") == NULL) {
		tp_api_error(request, TP_API_BAD_REQUEST, "missing =comment=");
		return false;
	}
	if (strcmp(command->name, "unset") != 0)
		return tp_api_read_marks(request);
	if (!json_is_string(name)) {
		tp_api_error(request, TP_API_BAD_REQUEST, "missing =value-name=");
		return false;
	}
	body = json_pack("{s:n}", json_string_value(name));
	json_decref(request->body);
	request->body = body;
	return true;
}

static void run_command(const struct tp_api *api, struct tp_request *request,
			const struct tp_command *command, size_t length)
{
	json_t *keys;

	if (request->body == NULL)
		request->body = json_object();
	if (!command->items) {
		request->path[length] = '\0';
		if (command->method == TP_METHOD_PUT)
			add(api, request);
		else
			print(api, request);
		return;
	}
	keys = take_keys(request->body);
	if (command->method == TP_METHOD_PATCH && !read_change(request, command)) {
		json_decref(keys);
		return;
	}
	if (command->disabled != NULL)
		json_object_set_new(request->body, "disabled", json_string(command->disabled));
	if (keys == NULL)
		run_single(api, request, command, length);
	else
		run_items(api, request, command, length, keys);
	json_decref(keys);
}

/* One of the program's own. */
static enum tp_api_command run_verb(const struct tp_api *api, struct tp_request *request)
{
	for (const struct tp_verb *verb = api->menus->verbs; verb->path != NULL; verb++) {
		size_t len = strlen(verb->path);

		if (strncmp(request->path, verb->path, len) == 0 && request->path[len] == '/' &&
		    strcmp(request->path + len + 1, verb->name) == 0)
			return verb->run(api->user, request);
	}
	return TP_API_UNKNOWN;
}

/* The last word of PATH is the command. */
bool tp_api_command(const struct tp_api *api, struct tp_request *request)
{
	enum tp_api_command own = run_verb(api, request);
	const struct tp_command *command;
	size_t length;

	if (own != TP_API_UNKNOWN)
		return own == TP_API_ANSWERED;
	command = tp_command_find(request->path, &length);
	if (command != NULL)
		run_command(api, request, command, length);
	else
		tp_api_no_directory(api, request, request->path);
	return true;
}
