/* SPDX-License-Identifier: BSD-3-Clause */
/* What a method and a URL ask for. Pure; no HTTP library. */
#pragma once

#include <stdbool.h>

#include "config/schema/model.h"
#include "api/request.h"

enum mgmt_target {
	MGMT_REST,    /* a struct tp_request for control */
	MGMT_METRICS, /* likewise, and formatted for Prometheus */
	MGMT_HEALTH,  /* likewise */
	MGMT_SCHEMA,  /* the constant schema */
	MGMT_EVENTS,  /* a stream */
	MGMT_PAGE,    /* a file of the operators' page */
};

struct mgmt_route {
	enum mgmt_target target;
	enum tp_method method;
	bool takes_body;   /* of other methods it is ignored */
	int status;	   /* 0, or the status of the refusal: 400, 404, 405 */
	const char *allow; /* with 405: the methods that there are */
};

/* METHOD is HTTP's; URL has been decoded and holds no query. */
struct mgmt_route mgmt_route_find(const char *method, const char *url);

/* A file of the operators' page; METHOD is HTTP's. */
struct mgmt_route mgmt_route_page(const char *method);

/* What a user must be allowed, a set of enum tp_policy. PATH is control's. */
unsigned mgmt_route_policy(const struct mgmt_route *route, const char *path);

/* Is PATH that of RESOURCE, or below it? */
bool mgmt_route_leads(const char *resource, const char *path);

/* The path for control: URL without "/rest" and without slashes at its end. The caller frees it;
 * NULL when memory is out. */
char *mgmt_route_path(const char *url);
