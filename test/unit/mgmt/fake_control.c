/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include "fake_control.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

void fake_control_start(struct tp_mailbox *control)
{
	memset(control, 0, sizeof(*control));
	control->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	control->page = 10;
	control->listening = -1;
	control->events = json_array();
	pthread_mutex_init(&control->lock, NULL);
}

void fake_control_stop(struct tp_mailbox *control)
{
	json_decref(control->events);
	pthread_mutex_destroy(&control->lock);
	close(control->fd);
}

void fake_control_wake(struct tp_mailbox *control)
{
	const uint64_t one = 1;

	if (write(control->fd, &one, sizeof(one)) < 0)
		abort();
}

void fake_control_event(struct tp_mailbox *control, json_t *event)
{
	pthread_mutex_lock(&control->lock);
	json_array_append_new(control->events, event);
	pthread_mutex_unlock(&control->lock);
	fake_control_wake(control);
}

bool tp_mailbox_submit(struct tp_mailbox *control, struct tp_request *request)
{
	if (control->full || control->queued == FAKE_QUEUE)
		return false;
	control->submitted++;
	control->queue[control->queued++] = request;
	fake_control_wake(control);
	return true;
}

static void answer_echo(struct tp_request *request)
{
	static const char *const names[] = {"GET", "PUT", "PATCH", "DELETE", "POST"};

	request->status = request->method == TP_METHOD_PUT ? 201 : 200;
	request->answer = json_pack("{s:s,s:s,s:O*,s:O*}", "method", names[request->method], "path",
				    request->path, "query", request->query, "body", request->body);
}

static void answer_list(struct tp_mailbox *control, struct tp_request *request)
{
	uint64_t page = request->cursor[0]++;
	uint64_t first = (page - page / 3) * control->page;

	request->status = 200;
	request->answer = json_array();
	for (uint64_t i = first; i < first + control->page && page % 3 != 2; i++)
		if (i < control->items)
			json_array_append_new(request->answer,
					      json_pack("{s:o,s:I}", ".id",
							json_sprintf("*%X", (unsigned)i), "number",
							(json_int_t)i));
	request->more = (page % 3 == 2 ? first : first + control->page) < control->items;
	if (strcmp(request->path, "/broken") == 0 && page == 1)
		request->status = 500;
}

static void answer_metrics(struct tp_request *request)
{
	request->status = 200;
	request->answer =
		json_pack("[{s:s,s:s,s:s,s:{s:s},s:i}]", "name", "turnpike_sessions", "type",
			  "gauge", "help", "Sessions", "labels", "interface", "ether3", "value", 7);
}

static void answer_login(struct tp_request *request)
{
	static const char *const known[][2] = {
		{"writer", "write"}, {"reader", "read"}, {"/silent", "read"}};
	const char *password = json_string_value(json_object_get(request->body, "password"));
	const char *address = json_string_value(json_object_get(request->body, "address"));

	request->status = strcmp(request->path, "nobody-answers") == 0 ? 503 : 401;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(request->path, known[i][0]) != 0 || strcmp(password, "there") != 0 ||
		    strcmp(address, "127.0.0.1") != 0)
			continue;
		request->status = 200;
		request->answer = json_pack("{s:s}", "group", known[i][1]);
	}
}

static void answer(struct tp_mailbox *control, struct tp_request *request)
{
	if (control->answer != NULL) {
		control->answer(control, request);
	} else if (request->method == TP_METHOD_LOGIN) {
		answer_login(request);
	} else if (request->method == TP_METHOD_HEALTH) {
		request->status = 200;
		request->answer = json_pack("{s:s}", "status", "ok");
	} else if (request->method == TP_METHOD_METRICS) {
		answer_metrics(request);
	} else if (request->method == TP_METHOD_DELETE) {
		request->status = 204;
	} else if (strncmp(request->path, "/status/", 8) == 0) {
		request->status = atoi(request->path + 8);
		request->answer = json_pack("{s:i,s:s}", "error", request->status, "detail", "no");
	} else if (strcmp(request->path, "/list") == 0 ||
		   strcmp(request->path, "/list/print") == 0 ||
		   strcmp(request->path, "/broken") == 0) {
		answer_list(control, request);
	} else {
		answer_echo(request);
	}
}

unsigned tp_mailbox_answers(struct tp_mailbox *control, struct tp_request **requests, unsigned max)
{
	unsigned taken = 0, kept = 0;

	for (unsigned i = 0; i < control->queued; i++) {
		struct tp_request *request = control->queue[i];
		bool quiet = control->silent && request->path != NULL &&
			     strncmp(request->path, "/silent", strlen("/silent")) == 0;

		if (taken == max || quiet) {
			control->queue[kept++] = request;
			continue;
		}
		answer(control, request);
		requests[taken++] = request;
	}
	control->queued = kept;
	return taken;
}

unsigned tp_mailbox_events(struct tp_mailbox *control, json_t **events, unsigned max)
{
	unsigned taken = 0;

	pthread_mutex_lock(&control->lock);
	while (taken < max && json_array_size(control->events) > 0) {
		events[taken++] = json_incref(json_array_get(control->events, 0));
		json_array_remove(control->events, 0);
	}
	pthread_mutex_unlock(&control->lock);
	return taken;
}

void tp_mailbox_listen(struct tp_mailbox *control, bool anybody)
{
	control->listening = anybody;
}

struct tp_remote *tp_mailbox_remote(struct tp_mailbox *control)
{
	return atomic_exchange(&control->remote, NULL);
}

int tp_mailbox_fd(const struct tp_mailbox *control)
{
	return control->fd;
}

/* ---- menus ------------------------------------------------------------------------------------
 */

/* clang-format off */
static const struct tp_status status[] = {
	TP_STATUS_ID,
	{"uptime", "Since when"},
	TP_STATUS_END,
};
/* clang-format on */

static int remove_none(void *user, const char *key)
{
	return -ENOENT;
}

static const struct tp_live active = {
	.path = "/ppp/active", .help = "Sessions", .status = status, .remove = remove_none};
static const struct tp_live used = {.path = "/ip/pool/used", .help = "Addresses", .status = status};
static const struct tp_live *const live[] = {&active, &used, NULL};
static const struct tp_decorator decorators[TP_RESOURCES] = {
	[TP_IP_POOL] = {.status = status, .tell = NULL}};
static const struct tp_verb verbs[] = {
	{"/system", "reload", "none", "reads", NULL, NULL},
	{"/ppp/secret", "monitor", "none", "watches", NULL, status},
	{0},
};

const struct tp_menus fake_menus = {
	.program = TP_PROGRAM_SERVER, .live = live, .decorators = decorators, .verbs = verbs};
