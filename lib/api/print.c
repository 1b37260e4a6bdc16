/* SPDX-License-Identifier: BSD-3-Clause */
/* POST …/print: GET whose filters and properties stand in the body. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api/command.h"
#include "api/query.h"

/* ["name=joe", "disabled=true", "#|"], RouterOS's way, or an object of filters. */
static bool add_filters(json_t *query, json_t *filters, struct tp_error *e)
{
	struct tp_api_query *words;
	int error;

	if (filters == NULL)
		return true;
	if (!json_is_array(filters)) {
		tp_error_set(e, -EINVAL, TP_API_QUERY,
			     "an object of filters, or a list of RouterOS's query words, is "
			     "expected");
		return json_object_update(query, filters) == 0;
	}
	error = tp_api_query_open(filters, &words, e);
	tp_api_query_close(words);
	return error == 0 && json_object_set(query, TP_API_QUERY, filters) == 0;
}

/* "name,address" or ["name", "address"]. */
static bool add_proplist(json_t *query, const json_t *proplist)
{
	char text[1024] = "";
	size_t len = 0, i;
	const json_t *name;

	if (proplist == NULL)
		return true;
	if (!json_is_array(proplist))
		return json_object_set_new(query, ".proplist",
					   json_string(json_string_value(proplist))) == 0;
	json_array_foreach (proplist, i, name) {
		if (!json_is_string(name) || len + json_string_length(name) + 2 > sizeof(text))
			return false;
		len += (size_t)sprintf(text + len, "%s%s", i > 0 ? "," : "",
				       json_string_value(name));
	}
	return json_object_set_new(query, ".proplist", json_string(text)) == 0;
}

/* What may stand in the body. The last are about a console's page alone. */
static bool check_words(struct tp_request *request)
{
	static const char *const words[] = {
		".query", ".proplist", "count-only", "detail", "without-paging", "terse", "brief",
		"stats",  "as-value",  ".limit",     ".after", ".search",	 NULL};
	char detail[128];
	const char *name;
	json_t *value;

	json_object_foreach (request->body, name, value) {
		unsigned i = 0;

		while (words[i] != NULL && strcmp(words[i], name) != 0)
			i++;
		if (words[i] != NULL)
			continue;
		snprintf(detail, sizeof(detail), "unknown parameter %.64s", name);
		tp_api_error(request, TP_API_BAD_REQUEST, detail);
		return false;
	}
	request->counts = json_object_get(request->body, "count-only") != NULL &&
			  !json_is_false(json_object_get(request->body, "count-only"));
	return true;
}

/* What is about the list, and stands in a query by the same names. */
static bool add_part(json_t *query, const json_t *body)
{
	static const char *const words[] = {".limit", ".after", ".search"};
	bool added = true;

	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (json_object_get(body, words[i]) != NULL)
			added &= json_object_set(query, words[i],
						 json_object_get(body, words[i])) == 0;
	return added;
}

/* POST …/print with {".query":…, ".proplist":…}. */
static bool body_to_query(struct tp_request *request)
{
	struct tp_error e = {0};
	json_t *query = json_object();
	bool right = add_filters(query, json_object_get(request->body, ".query"), &e) &&
		     add_part(query, request->body);

	if (right && !add_proplist(query, json_object_get(request->body, ".proplist"))) {
		tp_error_set(&e, -EINVAL, ".proplist",
			     "names separated by commas or a list of names is expected");
		right = false;
	}
	if (!right) {
		json_decref(query);
		tp_api_refuse(request, -EINVAL, &e);
		return false;
	}
	json_decref(request->query);
	request->query = query;
	return true;
}

/* A list of what there is, even if there is one. */
void tp_api_print(const struct tp_api *api, struct tp_request *request)
{
	json_t *page;

	/* "/interface/bridge/print" is not about an interface of the name `bridge`. */
	if (request->routeros && !tp_api_is_menu(api, request->path)) {
		tp_api_no_directory(api, request, request->path);
		return;
	}
	if (!check_words(request) || !body_to_query(request))
		return;
	request->method = TP_METHOD_GET;
	tp_api_target(api, request);
	if (request->status != TP_API_OK || !json_is_object(request->answer) ||
	    json_object_get(request->answer, "ret") != NULL)
		return;
	page = json_pack("[o]", request->answer);
	request->answer = NULL;
	tp_api_answer_page(request, page);
}
