/* SPDX-License-Identifier: BSD-3-Clause */
/* Which resource a request is for, and what is asked of it. */
#include "api/api_private.h"
#include "api/json.h"
#include "api/methods.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void tp_api_error(struct tp_request *request, int status, const char *detail)
{
	/* RouterOS's REST has no 405. */
	if (request->routeros && status == TP_API_METHOD_NOT_ALLOWED)
		status = TP_API_BAD_REQUEST;
	json_decref(request->answer);
	request->status = status;
	request->more = request->rest = false;
	request->answer = tp_api_error_body(status, detail);
}

static int status_of(int error)
{
	switch (error) {
	case -EEXIST:
	case -EBUSY:
		return TP_API_CONFLICT;
	case -ENOENT:
		return TP_API_NOT_FOUND;
	case -ENOMEM:
		return TP_API_INTERNAL;
	default:
		return TP_API_BAD_REQUEST;
	}
}

void tp_api_refuse(struct tp_request *request, int code, const struct tp_error *e)
{
	char detail[sizeof(e->place) + sizeof(e->message) + 4];

	snprintf(detail, sizeof(detail), "%s%s%s", e->place, e->place[0] != '\0' ? ": " : "",
		 e->message);
	tp_api_error(request, status_of(code), detail);
}

void tp_api_answer(struct tp_request *request, int status, json_t *answer)
{
	if (answer == NULL && status != TP_API_NO_CONTENT) {
		tp_api_error(request, TP_API_INTERNAL, "out of memory");
		return;
	}
	json_decref(request->answer);
	request->status = status;
	request->answer = answer;
}

void tp_api_answer_stream(struct tp_request *request, int fd, const char *type)
{
	/* 0 says that there is none, and is one where nobody has opened a standard input. */
	request->stream = fd > 0 ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (fd == 0)
		close(fd);
	if (request->stream <= 0) {
		request->stream = 0;
		tp_api_error(request, TP_API_INTERNAL, "there is no descriptor left");
		return;
	}
	json_decref(request->answer);
	request->answer = NULL;
	request->status = TP_API_OK;
	request->stream_type = type;
}

bool tp_api_read_switch(const json_t *body, const char *name, bool *on)
{
	const json_t *value = json_object_get(body, name);
	const char *text = json_string_value(value);

	*on = json_is_true(value) ||
	      (text != NULL && (strcmp(text, "yes") == 0 || strcmp(text, "true") == 0));
	if (body == NULL || json_object_size(body) == 0)
		return json_is_object(body) || body == NULL;
	return json_object_size(body) == 1 && value != NULL &&
	       (json_is_boolean(value) || *on ||
		(text != NULL && (strcmp(text, "no") == 0 || strcmp(text, "false") == 0)));
}

/* ---- paths --------------------------------------------------------------------------------- */

struct target {
	const struct tp_resource *resource; /* or */
	const struct tp_live *live;
	const char *key; /* what follows, without the slash */
	size_t length;	 /* of the resource's path */
};

/* Is PREFIX the PATH, or does a slash follow it there? */
static bool leads_to(const char *prefix, const char *path)
{
	size_t len = strlen(prefix);

	return strncmp(prefix, path, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

static bool better(struct target *target, const char *prefix, const char *path)
{
	size_t len = strlen(prefix);

	if (!leads_to(prefix, path) || len < target->length)
		return false;
	*target = (struct target){.key = path[len] == '/' ? path + len + 1 : "", .length = len};
	return true;
}

/* The resource with the longest path that PATH begins with: /interface/pppoe-server/server is
 * not the item `server` of /interface/pppoe-server. */
static struct target find_target(const struct tp_api *api, const char *path)
{
	const enum tp_program program = tp_config_program(*api->config);
	struct target target = {0};

	for (unsigned i = 0; i < TP_RESOURCES; i++)
		if (tp_program_has(program, i) && better(&target, tp_resources[i].path, path))
			target.resource = &tp_resources[i];
	for (unsigned i = 0; api->menus->live[i] != NULL; i++)
		if (better(&target, api->menus->live[i]->path, path))
			target.live = api->menus->live[i];
	return target;
}

bool tp_api_is_menu(const struct tp_api *api, const char *path)
{
	const struct target target = find_target(api, path);

	return target.length > 0 && target.length == strlen(path);
}

bool tp_api_is_single(const struct tp_api *api, const char *path, size_t length)
{
	char *menu = strndup(path, length);
	const struct target target = menu != NULL ? find_target(api, menu) : (struct target){0};
	const bool whole = menu != NULL && target.length == length;

	free(menu);
	return whole && (target.resource != NULL ? target.resource->singleton
						 : target.live != NULL && target.live->singleton);
}

/* Is PATH's beginning of LEN bytes a menu, or on the way to one? */
static bool is_directory(const struct tp_api *api, const char *path, size_t len)
{
	const enum tp_program program = tp_config_program(*api->config);
	const char *menu;

#define LEADS(to)                                                                                  \
	(menu = (to), strncmp(menu, path, len) == 0 && (menu[len] == '\0' || menu[len] == '/'))
	for (unsigned i = 0; i < TP_RESOURCES; i++)
		if (tp_program_has(program, i) && LEADS(tp_resources[i].path))
			return true;
	for (unsigned i = 0; api->menus->live[i] != NULL; i++)
		if (LEADS(api->menus->live[i]->path))
			return true;
	for (const struct tp_verb *verb = api->menus->verbs; verb->path != NULL; verb++)
		if (LEADS(verb->path))
			return true;
#undef LEADS
	return false;
}

void tp_api_no_directory(const struct tp_api *api, struct tp_request *request, const char *path)
{
	size_t begin = 0, end = 0;
	char detail[128];

	do {
		begin = end + (path[end] == '/');
		end = begin + strcspn(path + begin, "/");
	} while (path[end] != '\0' && is_directory(api, path, end));
	snprintf(detail, sizeof(detail), "no such command or directory (%.*s)", (int)(end - begin),
		 path + begin);
	tp_api_error(request, request->routeros ? TP_API_BAD_REQUEST : TP_API_NOT_FOUND, detail);
}

static void no_resource(const struct tp_api *api, struct tp_request *request)
{
	if (request->routeros)
		tp_api_no_directory(api, request, request->path);
	else
		tp_api_error(request, TP_API_NOT_FOUND, "no such resource");
}

void tp_api_answer_page(struct tp_request *request, json_t *page)
{
	char text[24];

	request->count += json_array_size(page);
	if (!request->counts) {
		tp_api_answer(request, TP_API_OK, page);
		return;
	}
	json_array_clear(page);
	if (request->more) {
		tp_api_answer(request, TP_API_OK, page);
		return;
	}
	json_decref(page);
	snprintf(text, sizeof(text), "%" PRIu64, request->count);
	tp_api_answer(request, TP_API_OK, json_pack("{s:s}", "ret", text));
}

bool tp_api_read_marks(struct tp_request *request)
{
	const char *name;
	json_t *value;
	void *next;

	json_object_foreach_safe(request->body, next, name, value)
	{
		char property[64], detail[192];

		if (name[0] != '!')
			continue;
		snprintf(property, sizeof(property), "%s", name + 1);
		if (json_object_get(request->body, property) != NULL) {
			snprintf(detail, sizeof(detail), "%s is given, and unset by !%s", property,
				 property);
			tp_api_error(request, TP_API_BAD_REQUEST, detail);
			return false;
		}
		json_object_del(request->body, name);
		json_object_set_new(request->body, property, json_null());
	}
	return true;
}

void tp_api_target(const struct tp_api *api, struct tp_request *request)
{
	struct target target = find_target(api, request->path);

	struct tp_error e = {0};

	if (request->method == TP_METHOD_GET && tp_api_part_read(request, &e) != 0) {
		tp_api_refuse(request, -EINVAL, &e);
		return;
	}
	if (target.resource != NULL)
		tp_api_configured(api, request, target.resource, target.key);
	else if (target.live != NULL)
		tp_api_live(api, request, target.live, target.key);
	else
		no_resource(api, request);
}

static uint64_t sum_of(const json_t *changes, const char *name)
{
	const json_t *change;
	uint64_t sum = 0;
	size_t i;

	json_array_foreach (changes, i, change)
		sum += (uint64_t)json_integer_value(json_object_get(change, name));
	return sum;
}

json_t *tp_api_preview_answer(json_t *changes)
{
	const uint64_t ended = sum_of(changes, "sessions-ended");
	const uint64_t changed = sum_of(changes, "sessions-changed");

	return json_pack("{s:b, s:I, s:I, s:I, s:o}", "dry-run", 1, "sessions-affected",
			 (json_int_t)(ended + changed), "sessions-ended", (json_int_t)ended,
			 "sessions-changed", (json_int_t)changed, "changes", changes);
}

/* `dry-run` stands in the query or in the body, and is taken out there. False: it is refused. */
static bool read_dry_run(const struct tp_api *api, struct tp_request *request)
{
	json_t *in[] = {request->query, request->body};

	for (unsigned i = 0; i < 2; i++) {
		json_t *value = json_object_get(in[i], "dry-run"), *alone;

		if (value == NULL)
			continue;
		alone = json_pack("{s:O}", "dry-run", value);
		json_object_del(in[i], "dry-run");
		if (!tp_api_read_switch(alone, "dry-run", &request->dry_run)) {
			json_decref(alone);
			tp_api_error(request, TP_API_BAD_REQUEST, "dry-run: expected yes or no");
			return false;
		}
		json_decref(alone);
	}
	if (!request->dry_run || api->preview != NULL)
		return true;
	tp_api_error(request, TP_API_BAD_REQUEST, "there are no dry runs here");
	return false;
}

bool tp_api_execute(const struct tp_api *api, struct tp_request *request)
{
	if (!tp_request_only_reads(request->method, request->path) && !read_dry_run(api, request))
		return true;
	if (request->method == TP_METHOD_POST)
		return tp_api_command(api, request);
	tp_api_target(api, request);
	return true;
}

void tp_api_health(struct tp_request *request, const char *name, bool ending)
{
	char detail[64];

	snprintf(detail, sizeof(detail), "%s is shutting down", name);
	if (ending)
		tp_api_error(request, TP_API_UNAVAILABLE, detail);
	else
		tp_api_answer(request, TP_API_OK, json_pack("{s:s}", "status", "ok"));
}
