/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/prepare.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/schema/schema.h"
#include "config/types/password.h"
#include "mgmt/remote.h"

static int hash_one(const struct tp_property *property, json_t *body)
{
	const json_t *value = json_object_get(body, property->name);
	const char *text = json_string_value(value);
	size_t len = json_string_length(value);

	if ((property->flags & TP_HASHED) == 0 || text == NULL || len < property->min ||
	    len > property->max || strlen(text) != len)
		return 0; /* control has an error to tell, or there is nothing to do */
	char *hash = tp_password_keep(text);
	int code = json_object_set_new(body, property->name, json_string(hash));
	free(hash);
	return code == 0 ? 0 : -ENOMEM;
}

static int hash_passwords(const struct tp_request *request)
{
	int code = 0;

	for (unsigned i = 0; i < TP_RESOURCES; i++)
		for (unsigned p = 0; code == 0 && p < tp_resources[i].count; p++)
			if (mgmt_route_leads(tp_resources[i].path, request->path))
				code = hash_one(&tp_resources[i].properties[p], request->body);
	return code;
}

int mgmt_prepare(const struct tp_mgmt *mgmt, const struct mgmt_route *route,
		 const struct tp_request *request, struct tp_error *error)
{
	if (!json_is_object(request->body) ||
	    mgmt_route_policy(route, request->path) != TP_POLICY_POLICY)
		return 0;
	if (hash_passwords(request) != 0)
		return tp_error_set(error, -EINVAL, "user", "out of memory");
	if (!mgmt_route_leads("/ip/service", request->path))
		return 0;
	return mgmt_remote_check(mgmt, request->path, request->body, error);
}
