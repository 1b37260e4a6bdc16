/* SPDX-License-Identifier: BSD-3-Clause */
/* POST: RouterOS's commands, most of them a method by another name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api_private.h"

/* RouterOS's commands that are the methods by another name. */
static const struct {
	const char *name;
	enum tp_method method;
	bool item; /* needs to know which: .id or numbers in the body */
} commands[] = {
	{"print", TP_METHOD_GET, false},
	{"add", TP_METHOD_PUT, false},
	{"set", TP_METHOD_PATCH, true},
	{"remove", TP_METHOD_DELETE, true},
};

/* Which item the body of a command names; it is taken out of the body. */
static char *take_key(json_t *body)
{
	static const char *const names[] = {".id", "numbers"};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *text = json_string_value(json_object_get(body, names[i]));
		char *key;

		if (text == NULL)
			continue;
		key = strdup(text);
		json_object_del(body, names[i]);
		return key;
	}
	return NULL;
}

/* ["name=joe", "disabled=true"], RouterOS's way, into the filters of a URL. Its operators, which
 * begin with a sign, are not known here. */
static bool add_filter_words(json_t *query, const json_t *words)
{
	const json_t *word;
	size_t i;

	json_array_foreach (words, i, word) {
		const char *text = json_string_value(word);
		size_t len = text != NULL ? strcspn(text, "=") : 0;
		char name[64];

		if (len == 0 || text[len] == '\0' || len >= sizeof(name))
			return false;
		snprintf(name, sizeof(name), "%.*s", (int)len, text);
		json_object_set_new(query, name, json_string(text + len + 1));
	}
	return true;
}

static bool add_filters(json_t *query, json_t *filters)
{
	if (json_is_array(filters))
		return add_filter_words(query, filters);
	return filters == NULL || json_object_update(query, filters) == 0;
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

/* POST …/print with {".query":…, ".proplist":…}. */
static bool body_to_query(struct tp_request *request)
{
	json_t *query = json_object();
	const char *wrong = NULL;

	if (!add_filters(query, json_object_get(request->body, ".query")))
		wrong = ".query: an object of filters or a list of name=value is expected";
	else if (!add_proplist(query, json_object_get(request->body, ".proplist")))
		wrong = ".proplist: names separated by commas or a list of names is expected";
	if (wrong != NULL) {
		json_decref(query);
		tp_api_error(request, TP_API_BAD_REQUEST, wrong);
		return false;
	}
	json_decref(request->query);
	request->query = query;
	return true;
}

/* The path with the item's key in place of the command. */
static bool set_path(struct tp_request *request, size_t length, const char *key)
{
	char *path;

	if (asprintf(&path, "%.*s%s%s", (int)length, request->path, key != NULL ? "/" : "",
		     key != NULL ? key : "") < 0)
		return false;
	free(request->path);
	request->path = path;
	return true;
}

static bool run_method(const struct tp_api *api, struct tp_request *request, unsigned command,
		       size_t length)
{
	char *key = commands[command].item ? take_key(request->body) : NULL;
	bool ok = set_path(request, length, key);

	free(key);
	if (!ok) {
		tp_api_error(request, TP_API_INTERNAL, "out of memory");
		return true;
	}
	request->method = commands[command].method;
	if (request->method == TP_METHOD_GET && !body_to_query(request))
		return true;
	tp_api_target(api, request);
	return true;
}

/* The last word of PATH is the command. */
bool tp_api_command(const struct tp_api *api, struct tp_request *request)
{
	const char *slash = strrchr(request->path, '/');
	size_t length = slash != NULL ? (size_t)(slash - request->path) : 0;
	enum tp_api_command own;

	own = api->ops->command(api->user, request);
	if (own != TP_API_UNKNOWN)
		return own == TP_API_ANSWERED;
	for (unsigned i = 0; slash != NULL && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(slash + 1, commands[i].name) == 0)
			return run_method(api, request, i, length);
	tp_api_error(request, TP_API_NOT_FOUND, "no such command");
	return true;
}
