/* SPDX-License-Identifier: BSD-3-Clause */
/* Something in control's place that keeps a real configuration: what the CLI's tests talk to. */
#include <stdlib.h>
#include <string.h>

#include "config/json.h"
#include "config/store.h"
#include "store_control.h"

static void refuse(struct tp_request *request, int status, const char *detail)
{
	request->status = status;
	request->answer = json_pack("{s:i,s:s}", "error", status, "detail", detail);
}

static void list(struct tp_config *config, struct tp_request *request,
		 const struct tp_resource *resource)
{
	const struct tp_config_item *item = tp_config_first(config, resource->id);
	struct tp_error error = {0};
	const char *name;
	json_t *value;

	request->status = 200;
	request->answer = json_array();
	for (; item != NULL; item = tp_config_next(item)) {
		bool passes = true;
		json_object_foreach (request->query, name, value) {
			if (passes && name[0] != '.' &&
			    tp_config_item_matches(item, name, json_string_value(value), &passes,
						   &error) != 0)
				passes = false;
		}
		if (passes)
			json_array_append_new(request->answer,
					      tp_config_item_to_json(item, TP_PROPLIST_ALL));
	}
}

static void change(struct tp_config *config, struct tp_request *request,
		   const struct tp_resource *resource, const struct tp_config_item *item)
{
	struct tp_config_change *prepared;
	struct tp_error error = {0};
	int code;

	if (request->method == TP_METHOD_PUT)
		code = tp_config_prepare_add(config, resource->id, request->body, &prepared,
					     &error);
	else if (request->method == TP_METHOD_PATCH)
		code = tp_config_prepare_set(config, item, request->body, &prepared, &error);
	else
		code = tp_config_prepare_remove(config, item, &prepared, &error);
	if (code != 0) {
		refuse(request, 400, error.message);
		return;
	}
	item = tp_config_commit(config, prepared);
	request->status = request->method == TP_METHOD_PUT ? 201 : item != NULL ? 200 : 204;
	request->answer = item != NULL ? tp_config_item_to_json(item, TP_PROPLIST_ALL) : NULL;
}

void store_answer(struct tp_config *config, struct tp_request *request)
{
	const struct tp_resource *resource = NULL;
	const struct tp_config_item *item = NULL;
	const char *key = "";
	size_t longest = 0;

	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		size_t len = strlen(tp_resources[i].path);
		if (len < longest || strncmp(request->path, tp_resources[i].path, len) != 0 ||
		    (request->path[len] != '/' && request->path[len] != '\0'))
			continue;
		resource = &tp_resources[i];
		longest = len;
		key = request->path[len] == '/' ? request->path + len + 1 : "";
	}
	if (resource != NULL && resource->singleton)
		item = tp_config_first(config, resource->id);
	else if (resource != NULL && *key != '\0')
		item = tp_config_find(config, resource->id, key);
	if (resource == NULL)
		refuse(request, 404, "no such resource");
	else if (request->method == TP_METHOD_GET && item == NULL && *key == '\0')
		list(config, request, resource);
	else if (request->method != TP_METHOD_PUT && item == NULL)
		refuse(request, 404, "no such item");
	else if (request->method == TP_METHOD_GET) {
		request->status = 200;
		request->answer = tp_config_item_to_json(item, TP_PROPLIST_ALL);
	} else
		change(config, request, resource, item);
}
