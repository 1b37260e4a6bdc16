/* SPDX-License-Identifier: BSD-3-Clause */
/* listen, and print with follow: what changes in a menu is told, each item whole, and what goes by
 * its .id. Of one that changes often only the last state is told when the client is slow. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/query.h"
#include "config/schema/schema.h"
#include "mgmt/binary/talk.h"

#define LOG	    "/log"
#define CHANGED_MAX 65536

/* Has the menu at PATH an item for each session, by its .id? */
static bool is_of_sessions(const char *path)
{
	static const char *const paths[] = {"/ppp/active", "/interface", "/ip/address",
					    "/queue/simple"};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (strcmp(path, paths[i]) == 0)
			return true;
	return false;
}

/* NULL, or why nothing is ever told of PATH. */
static const char *is_deaf(const char *path)
{
	if (is_of_sessions(path) || strcmp(path, LOG) == 0 || tp_resource_find(path) != NULL)
		return NULL;
	return "nothing is told of what happens there";
}

void mgmt_listen_begin(struct mgmt_command *command)
{
	struct tp_request *request = command->ask.request;
	struct tp_mgmt *mgmt = command->talk->mgmt;
	const char *deaf = is_deaf(request->path);
	struct tp_error error = {0};

	if (deaf != NULL) {
		mgmt_command_trap(command, MGMT_TRAP_MISSING, deaf);
		return;
	}
	if (tp_api_query_open(json_object_get(request->query, TP_API_QUERY), &command->query,
			      &error) != 0) {
		mgmt_command_trap(command, MGMT_TRAP_ARGUMENT, error.message);
		return;
	}
	if (mgmt->listeners >= mgmt->setup.max_listeners) {
		mgmt_command_trap(command, MGMT_TRAP_GENERAL, "too many listen already");
		return;
	}
	command->changed = json_object();
	command->listens = true;
	if (mgmt->listeners++ == 0)
		tp_mailbox_listen(mgmt->setup.mailbox, true);
	if (command->ask.kind == MGMT_ASK_FOLLOW)
		mgmt_command_submit(command, request);
}

void mgmt_listen_end(struct mgmt_command *command)
{
	mgmt_request_free(command->look);
	command->look = NULL;
	json_decref(command->changed);
	command->changed = NULL;
	tp_api_query_close(command->query);
	command->query = NULL;
}

/* Asks what the next one that has changed is like now. */
void mgmt_listen_go_on(struct mgmt_command *command)
{
	void *first = json_object_iter(command->changed);
	struct tp_request *look;

	if (first == NULL || command->under_way || command->waits)
		return;
	look = calloc(1, sizeof(*look));
	if (look == NULL || asprintf(&look->path, "%s/%s", command->ask.request->path,
				     json_object_iter_key(first)) < 0) {
		free(look);
		command->talk->over = true;
		return;
	}
	json_object_del(command->changed, json_object_iter_key(first));
	look->method = TP_METHOD_GET;
	look->routeros = true;
	command->look = look;
	mgmt_command_submit(command, look);
}

static void tell(struct mgmt_command *command, json_t *item)
{
	const json_t *query = command->ask.request->query;
	const char *proplist = json_string_value(json_object_get(query, ".proplist"));
	struct tp_error error = {0};
	json_t *few;
	bool passes;

	if (tp_api_query_passes(command->query, item, NULL, &passes, &error) != 0 || !passes)
		return;
	few = tp_api_cut_down(item, proplist);
	mgmt_answer_item(&command->talk->out, command->ask.tag, few);
	json_decref(few);
}

void mgmt_listen_looked(struct mgmt_command *command)
{
	struct tp_request *look = command->look;

	command->look = NULL;
	if (look->status == TP_API_OK && json_is_object(look->answer))
		tell(command, look->answer);
	mgmt_request_free(look);
	mgmt_listen_go_on(command);
}

static bool is_about(const json_t *event, const char *path)
{
	const char *of = json_string_value(json_object_get(event, "path"));
	const char *name = json_string_value(json_object_get(event, "event"));

	if (is_of_sessions(path))
		return strncmp(name, "session-", strlen("session-")) == 0;
	return of != NULL && strcmp(of, path) == 0 &&
	       strcmp(name, strcmp(path, LOG) == 0 ? "log" : "config") == 0;
}

static bool tells_of_an_end(const json_t *event)
{
	const char *what = json_string_value(json_object_get(event, "what"));

	return strcmp(json_string_value(json_object_get(event, "event")), "session-down") == 0 ||
	       (what != NULL && strcmp(what, "remove") == 0);
}

void mgmt_listen_event(struct mgmt_command *command, const json_t *event)
{
	const char *id = json_string_value(json_object_get(event, ".id"));

	if (!command->listens || id == NULL || !is_about(event, command->ask.request->path))
		return;
	if (tells_of_an_end(event)) {
		json_object_del(command->changed, id);
		mgmt_answer_dead(&command->talk->out, command->ask.tag, id);
		return;
	}
	if (json_object_size(command->changed) >= CHANGED_MAX) {
		command->talk->mgmt->events_lost++;
		return;
	}
	json_object_set_new(command->changed, id, json_true());
	mgmt_listen_go_on(command);
}
