/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/origin.h"

#include <string.h>
#include <strings.h>

#define JSON "application/json"

static bool is_safe(const char *method)
{
	return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 ||
	       strcmp(method, "OPTIONS") == 0;
}

/* "https://host:port" against "host:port". */
static bool same_host(const char *origin, const char *host)
{
	const char *at = strstr(origin, "://");

	return at != NULL && host != NULL && strcasecmp(at + 3, host) == 0;
}

bool mgmt_origin_is_foreign(const struct mgmt_origin *request)
{
	if (is_safe(request->method))
		return false;
	/* "none": the user typed it. "same-site" is another's page under the same domain. A proxy
	 * may have changed Host, so this goes before it. */
	if (request->fetch_site != NULL)
		return strcasecmp(request->fetch_site, "same-origin") != 0 &&
		       strcasecmp(request->fetch_site, "none") != 0;
	return request->origin != NULL && !same_host(request->origin, request->host);
}

bool mgmt_origin_is_json(const char *content_type)
{
	size_t len = strlen(JSON);

	if (content_type == NULL || strncasecmp(content_type, JSON, len) != 0)
		return false;
	len += strspn(content_type + len, " \t");
	return content_type[len] == '\0' || content_type[len] == ';';
}
