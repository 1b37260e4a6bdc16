/* SPDX-License-Identifier: BSD-3-Clause */
/* Errors in RouterOS's words, for clients that look at them: its REST says 400 to nearly all, and
 * `detail` is what scripts compare. What is not here is said in our own words. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api/api_private.h"

/* The property at the end of "ppp.secret[joe].profile"; NULL: the error is about the item. */
static const struct tp_property *property_of(const struct tp_resource *resource, const char *place)
{
	const char *dot = strrchr(place, '.');
	int i = dot != NULL ? tp_property_find(resource, dot + 1) : -1;

	return i >= 0 ? &resource->properties[i] : NULL;
}

static bool has_range(const struct tp_property *property)
{
	return property->type == &tp_type_number;
}

bool tp_api_routeros_refuse(struct tp_request *request, const struct tp_resource *resource,
			    int code, const struct tp_error *e)
{
	const struct tp_property *property = property_of(resource, e->place);
	char detail[sizeof(e->place) + sizeof(e->message) + 16];

	if (!request->routeros || code == -ENOMEM || code == -ENOENT)
		return false;
	if (code == -EEXIST && property == NULL)
		snprintf(detail, sizeof(detail), "%s",
			 resource->exists != NULL ? resource->exists
						  : "failure: already have such entry");
	else if (property == NULL || code != -EINVAL)
		snprintf(detail, sizeof(detail), "failure: %s%s%s", e->place,
			 e->place[0] != '\0' ? ": " : "", e->message);
	else if (strcmp(e->message, "is missing") == 0)
		snprintf(detail, sizeof(detail), "missing =%s=", property->name);
	else if (property->refers != 0 || property->type == &tp_type_enum)
		snprintf(detail, sizeof(detail), "input does not match any value of %s",
			 property->name);
	else if (has_range(property))
		snprintf(detail, sizeof(detail), "value of %s out of range (%u..%u)",
			 property->name, property->min, property->max);
	else
		snprintf(detail, sizeof(detail), "invalid value for argument %s: %s",
			 property->name, e->message);
	tp_api_error(request, TP_API_BAD_REQUEST, detail);
	return true;
}

bool tp_api_routeros_unknown(struct tp_request *request, const struct tp_resource *resource)
{
	char detail[128];
	const char *name;
	json_t *value;

	if (!request->routeros)
		return false;
	json_object_foreach (request->body, name, value) {
		if (strcmp(name, ".id") == 0 || tp_property_find(resource, name) >= 0)
			continue;
		snprintf(detail, sizeof(detail), "unknown parameter %.64s", name);
		tp_api_error(request, TP_API_BAD_REQUEST, detail);
		return true;
	}
	return false;
}
