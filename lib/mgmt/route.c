/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/route.h"

#include <string.h>

#include "api/methods.h"

#define REST "/rest"

static const struct {
	const char *url;
	enum mgmt_target target;
	enum tp_method method;
} fixed[] = {
	{"/metrics", MGMT_METRICS, TP_METHOD_METRICS},
	{"/healthz", MGMT_HEALTH, TP_METHOD_HEALTH},
	{REST "/events", MGMT_EVENTS, TP_METHOD_GET},
	{REST "/system/schema", MGMT_SCHEMA, TP_METHOD_GET},
};

static const struct {
	const char *name;
	enum tp_method method;
	bool takes_body;
} methods[] = {
	{"GET", TP_METHOD_GET, false},	     {"HEAD", TP_METHOD_GET, false},
	{"PUT", TP_METHOD_PUT, true},	     {"PATCH", TP_METHOD_PATCH, true},
	{"DELETE", TP_METHOD_DELETE, false}, {"POST", TP_METHOD_POST, true},
};

/* The length of URL without slashes at its end. */
static size_t trimmed(const char *url)
{
	size_t len = strlen(url);

	while (len > 0 && url[len - 1] == '/')
		len--;
	return len;
}

static struct mgmt_route read_only(enum mgmt_target target, enum tp_method as, const char *method)
{
	struct mgmt_route route = {.target = target, .method = as};

	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
		route.status = 405;
		route.allow = "GET, HEAD";
	}
	return route;
}

struct mgmt_route mgmt_route_page(const char *method)
{
	return read_only(MGMT_PAGE, TP_METHOD_GET, method);
}

struct mgmt_route mgmt_route_find(const char *method, const char *url)
{
	size_t len = trimmed(url);

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		if (len != strlen(fixed[i].url) || strncmp(url, fixed[i].url, len) != 0)
			continue;
		return read_only(fixed[i].target, fixed[i].method, method);
	}
	if (len <= strlen(REST "/") || strncmp(url, REST "/", strlen(REST "/")) != 0)
		return (struct mgmt_route){.status = 404};
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strcmp(method, methods[i].name) == 0)
			return (struct mgmt_route){.target = MGMT_REST,
						   .method = methods[i].method,
						   .takes_body = methods[i].takes_body};
	return (struct mgmt_route){.status = 405, .allow = "GET, HEAD, PUT, PATCH, DELETE, POST"};
}

bool mgmt_route_leads(const char *resource, const char *path)
{
	size_t len = strlen(resource);

	return strncmp(path, resource, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

unsigned mgmt_route_policy(const struct mgmt_route *route, const char *path)
{
	if (route->target != MGMT_REST || tp_request_only_reads(route->method, path))
		return TP_POLICY_READ;
	return tp_request_policy(path);
}

char *mgmt_route_path(const char *url)
{
	const char *path = url + strlen(REST);

	return strndup(path, trimmed(path));
}
