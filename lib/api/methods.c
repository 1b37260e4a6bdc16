/* SPDX-License-Identifier: BSD-3-Clause */
#include "api/methods.h"

#include <string.h>

static const struct tp_command commands[] = {
	{"print", TP_METHOD_GET, false, NULL},	 {"add", TP_METHOD_PUT, false, NULL},
	{"set", TP_METHOD_PATCH, true, NULL},	 {"remove", TP_METHOD_DELETE, true, NULL},
	{"enable", TP_METHOD_PATCH, true, "no"}, {"disable", TP_METHOD_PATCH, true, "yes"},
	{"monitor", TP_METHOD_GET, true, NULL},	 {"get", TP_METHOD_GET, true, NULL},
	{"unset", TP_METHOD_PATCH, true, NULL},	 {"comment", TP_METHOD_PATCH, true, NULL},
};

const struct tp_command *tp_command_find(const char *path, size_t *length)
{
	const char *slash = strrchr(path, '/');

	for (size_t i = 0; slash != NULL && i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(slash + 1, commands[i].name) != 0)
			continue;
		*length = (size_t)(slash - path);
		return &commands[i];
	}
	return NULL;
}

/* A verb of a program's own that changes nothing. */
static bool is_question(const char *path)
{
	static const char *const questions[] = {"/interface/monitor-traffic", "/ping",
						"/ppp/subscriber/why"};

	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		if (strcmp(path, questions[i]) == 0)
			return true;
	return false;
}

static bool leads(const char *resource, const char *path)
{
	size_t len = strlen(resource);

	return strncmp(path, resource, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

enum tp_policy tp_request_policy(const char *path)
{
	if (leads("/user", path) || leads("/ip/service", path))
		return TP_POLICY_POLICY;
	return leads("/tool/sniffer", path) ? TP_POLICY_SNIFF : TP_POLICY_WRITE;
}

bool tp_request_only_reads(enum tp_method method, const char *path)
{
	const struct tp_command *command;
	size_t length;

	switch (method) {
	case TP_METHOD_GET:
	case TP_METHOD_METRICS:
	case TP_METHOD_HEALTH:
	case TP_METHOD_LOGIN:
		return true;
	case TP_METHOD_POST:
		if (is_question(path))
			return true;
		command = tp_command_find(path, &length);
		return command != NULL && command->method == TP_METHOD_GET;
	default:
		return false;
	}
}
