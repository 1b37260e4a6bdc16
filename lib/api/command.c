/* SPDX-License-Identifier: BSD-3-Clause */
/* POST: RouterOS's commands, most of them a method by another name. They answer as there: `add`
 * with the new item's .id, the others with an empty list. */
#include <string.h>

#include "api/command.h"

static void add(const struct tp_api *api, struct tp_request *request)
{
	json_t *item;

	request->method = TP_METHOD_PUT;
	tp_api_target(api, request);
	if (request->status != TP_API_CREATED)
		return; /* a refusal, or a dry run */
	item = request->answer;
	request->answer = NULL;
	tp_api_answer(request, TP_API_OK, json_pack("{s:O}", "ret", json_object_get(item, ".id")));
	json_decref(item);
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
			tp_api_print(api, request);
		return;
	}
	keys = tp_api_take_keys(request->body);
	if (command->method == TP_METHOD_PATCH && !read_change(request, command)) {
		json_decref(keys);
		return;
	}
	if (command->disabled != NULL)
		json_object_set_new(request->body, "disabled", json_string(command->disabled));
	if (keys == NULL)
		tp_api_run_single(api, request, command, length);
	else
		tp_api_run_items(api, request, command, length, keys);
	json_decref(keys);
}

static enum tp_api_command run(const struct tp_api *api, const struct tp_verb *verb,
			       struct tp_request *request)
{
	if (!request->dry_run || strcmp(verb->name, "reload") == 0)
		return verb->run(api->user, request);
	tp_api_error(request, TP_API_BAD_REQUEST,
		     "a dry run is of what is configured, or of a reload");
	return TP_API_ANSWERED;
}

/* One of the program's own. */
static enum tp_api_command run_verb(const struct tp_api *api, struct tp_request *request)
{
	for (const struct tp_verb *verb = api->menus->verbs; verb->path != NULL; verb++) {
		size_t len = strlen(verb->path);

		if (strncmp(request->path, verb->path, len) == 0 && request->path[len] == '/' &&
		    strcmp(request->path + len + 1, verb->name) == 0)
			return run(api, verb, request);
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
