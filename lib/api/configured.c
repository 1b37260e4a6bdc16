/* SPDX-License-Identifier: BSD-3-Clause */
/* The configured resources, all alike: what they are stands in the schema (config/schema/). */
#include "api/api_private.h"
#include "api/query.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/json.h"

void tp_api_refuse_item(struct tp_request *request, const struct tp_resource *resource, int code,
			const struct tp_error *e)
{
	if (!tp_api_routeros_refuse(request, resource, code, e))
		tp_api_refuse(request, code, e);
}

/* ---- reading ------------------------------------------------------------------------------- */

/* Does ITEM pass the filters of the query? A negative errno when one of them makes no sense. */
static int filter(const struct tp_config_item *item, const json_t *query, bool *passes,
		  struct tp_error *e)
{
	const char *name;
	json_t *value;

	*passes = true;
	json_object_foreach ((json_t *)query, name, value) {
		char room[TP_API_TEXT_LEN];
		const char *text = tp_api_text(value, room);
		int error;

		if (tp_api_is_word(name))
			continue;
		if (text == NULL)
			return tp_error_set(e, -EINVAL, name, "is no value to filter by");
		error = tp_config_item_matches(item, name, text, passes, e);
		if (error != 0 || !*passes)
			return error;
	}
	return 0;
}

/* What a request wants to see of items. */
struct view {
	uint64_t proplist;    /* of their configuration */
	uint64_t decorations; /* bit i: the i-th of its status */
};

static const struct view whole = {TP_PROPLIST_ALL, UINT64_MAX};

static const struct tp_decorator *decorator(const struct tp_api *api,
					    const struct tp_resource *resource)
{
	return &api->menus->decorators[resource->id];
}

static bool known(const struct tp_resource *resource, const char *name, size_t len)
{
	char text[64];

	snprintf(text, sizeof(text), "%.*s", (int)len, name);
	return strcmp(text, ".id") == 0 || tp_property_find(resource, text) >= 0;
}

/* TEXT is .proplist's, or NULL. RouterOS leaves out what is not there. */
static int view_parse(const struct tp_api *api, const struct tp_resource *resource,
		      const char *text, bool routeros, struct view *view, struct tp_error *e)
{
	char configured[1024] = "";
	size_t used = 0, len;

	*view = whole;
	view->proplist &= routeros ? TP_PROPLIST_ALL : ~TP_PROPLIST_NEUTRAL;
	if (text == NULL || *text == '\0')
		return 0;
	*view = (struct view){0};
	for (; *text != '\0'; text += len + (text[len] == ',')) {
		int i;

		len = strcspn(text, ",");
		i = tp_status_find(decorator(api, resource)->status, text, len);
		if (i >= 0)
			view->decorations |= UINT64_C(1) << i;
		else if (!routeros || known(resource, text, len))
			used += (size_t)snprintf(configured + used, sizeof(configured) - used,
						 "%s%.*s", used > 0 ? "," : "", (int)len, text);
		if (used >= sizeof(configured))
			return tp_error_set(e, -EINVAL, ".proplist", "is too long");
	}
	return used > 0 ? tp_proplist_parse(resource, configured, &view->proplist, e) : 0;
}

/* All that there is to see, for who asks for no part of it. */
static struct view whole_for(const struct tp_request *request)
{
	struct view view = whole;

	if (!request->routeros)
		view.proplist &= ~TP_PROPLIST_NEUTRAL;
	return view;
}

static json_t *describe(const struct tp_api *api, const struct tp_config_item *item,
			const struct view *view)
{
	const struct tp_decorator *more = decorator(api, item->resource);
	const uint64_t has = tp_program_properties(api->menus->program, item->resource);
	json_t *object = tp_config_item_to_json(
		item, view->proplist & (has | TP_PROPLIST_ID | TP_PROPLIST_NEUTRAL));
	json_t *known;

	if (object == NULL || view->decorations == 0 || more->tell == NULL)
		return object;
	if (view->decorations == UINT64_MAX) {
		more->tell(api->user, item, object);
		return object;
	}
	known = json_object();
	more->tell(api->user, item, known);
	for (unsigned i = 0; more->status != NULL && more->status[i].name != NULL; i++)
		if ((view->decorations >> i & 1) != 0)
			json_object_set(object, more->status[i].name,
					json_object_get(known, more->status[i].name));
	json_decref(known);
	return object;
}

/* Does what is configured of ITEM hold TEXT? */
static bool holds(const struct tp_api *api, const struct tp_config_item *item, const char *text)
{
	const struct view configured = {.proplist = TP_PROPLIST_ALL & ~TP_PROPLIST_NEUTRAL};
	json_t *object = describe(api, item, &configured);
	bool yes = tp_api_holds(object, text);

	json_decref(object);
	return yes;
}

/* Does ITEM pass filters and query words? A negative errno when one of them makes no sense. */
static int passes(const struct tp_api *api, const struct tp_config_item *item,
		  const struct tp_api_query *words, const json_t *query, bool *yes,
		  struct tp_error *e)
{
	const char *text = json_string_value(json_object_get(query, TP_API_SEARCH));
	json_t *object;
	int error = filter(item, query, yes, e);

	if (error == 0 && *yes && text != NULL)
		*yes = holds(api, item, text);
	if (error != 0 || !*yes || words == NULL)
		return error;
	object = describe(api, item, &whole);
	error = tp_api_query_passes(words, object, item, yes, e);
	json_decref(object);
	return error;
}

bool tp_api_has_property(const struct tp_api *api, const struct tp_resource *resource,
			 const char *name)
{
	return strcmp(name, ".id") == 0 || tp_property_find(resource, name) >= 0 ||
	       tp_status_find(decorator(api, resource)->status, name, strlen(name)) >= 0;
}

/* A filter that makes no sense is an error even where there is nothing to filter. */
static int check_filters(const struct tp_resource *resource, const json_t *query,
			 struct tp_error *e)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)query, name, value)
		if (!tp_api_is_word(name) && strcmp(name, ".id") != 0 &&
		    tp_property_find(resource, name) < 0)
			return tp_error_set(e, -EINVAL, name, "no such property");
	return 0;
}

/* To RouterOS, a property that is not known is one that no item has. */
static int check_words(const struct tp_api *api, const struct tp_resource *resource,
		       const struct tp_api_query *words, struct tp_error *e)
{
	unsigned index = 0;
	const char *name;

	while (words != NULL && (name = tp_api_query_name(words, &index)) != NULL)
		if (!tp_api_has_property(api, resource, name))
			return tp_error_set(e, -EINVAL, name, "no such property");
	return 0;
}

/* What is asked of a list. */
struct question {
	const struct tp_resource *resource;
	struct tp_api_query *words; /* or NULL */
	struct view view;
};

static int add_page(const struct tp_api *api, const struct tp_request *request,
		    const struct question *q, const struct tp_config_item *item, json_t *page,
		    struct tp_error *e)
{
	bool yes;
	int error = passes(api, item, q->words, request->query, &yes, e);

	if (error == 0 && yes)
		json_array_append_new(page, describe(api, item, &q->view));
	return error;
}

static int list(const struct tp_api *api, struct tp_request *request, const struct question *q,
		json_t *page, struct tp_error *e)
{
	const struct tp_config_item *item =
		tp_config_after(*api->config, q->resource->id, (uint32_t)request->cursor[0]);

	for (unsigned i = 0;
	     item != NULL && i < TP_API_PAGE && !tp_api_part_is_whole(request, page);
	     i++, item = tp_config_next(item)) {
		int error = add_page(api, request, q, item, page, e);

		if (error != 0)
			return error;
		request->cursor[0] = item->id;
	}
	tp_api_part_end(request, page, item != NULL);
	return 0;
}

/* `name=…` alone needs no walk through the list. */
static const struct tp_config_item *by_name(const struct tp_api *api,
					    const struct tp_request *request,
					    const struct tp_resource *resource)
{
	const char *name = json_string_value(json_object_get(request->query, "name"));

	if (name == NULL || (resource->properties[0].flags & TP_KEY) == 0 ||
	    strcmp(resource->properties[0].name, "name") != 0)
		return NULL;
	return tp_config_by_key(*api->config, resource->id, name);
}

/* What a client that knows RouterOS gets for what makes no sense: as there, nothing. */
static int get_page(const struct tp_api *api, struct tp_request *request, struct question *q,
		    json_t *page, struct tp_error *e)
{
	const struct tp_config_item *one = by_name(api, request, q->resource);
	int error = tp_api_query_open(json_object_get(request->query, TP_API_QUERY), &q->words, e);

	if (error != 0)
		return error;
	error = check_filters(q->resource, request->query, e);
	if (error == 0 && !request->routeros)
		error = check_words(api, q->resource, q->words, e);
	if (error == 0)
		error = one != NULL ? add_page(api, request, q, one, page, e)
				    : list(api, request, q, page, e);
	if (error != 0 && request->routeros) {
		json_array_clear(page);
		request->more = request->rest = false;
		error = 0;
	}
	return error;
}

static void get_list(const struct tp_api *api, struct tp_request *request,
		     const struct tp_resource *resource, const struct view *view)
{
	struct question q = {.resource = resource, .view = *view};
	json_t *page = json_array();
	struct tp_error e = {0};
	int error = get_page(api, request, &q, page, &e);

	tp_api_query_close(q.words);
	if (error == 0) {
		tp_api_answer_page(request, page);
		return;
	}
	json_decref(page);
	tp_api_refuse_item(request, resource, error, &e);
}

static const struct tp_config_item *find(const struct tp_api *api,
					 const struct tp_resource *resource, const char *key)
{
	if (resource->singleton && key[0] == '\0')
		return tp_config_first(*api->config, resource->id);
	return key[0] != '\0' ? tp_config_find(*api->config, resource->id, key) : NULL;
}

static void get(const struct tp_api *api, struct tp_request *request,
		const struct tp_resource *resource, const char *key)
{
	const char *text = json_string_value(json_object_get(request->query, ".proplist"));
	const struct tp_config_item *item;
	struct tp_error e = {0};
	struct view view;
	int error = view_parse(api, resource, text, request->routeros, &view, &e);

	if (error != 0) {
		tp_api_refuse_item(request, resource, error, &e);
		return;
	}
	if (key[0] == '\0' && !resource->singleton) {
		get_list(api, request, resource, &view);
		return;
	}
	item = find(api, resource, key);
	if (item == NULL)
		tp_api_error(request, TP_API_NOT_FOUND, "no such item");
	else
		tp_api_answer(request, TP_API_OK, describe(api, item, &view));
}

/* ---- changing ---------------------------------------------------------------------------------
 */

static int carry_out(const struct tp_api *api, struct tp_config_change *change,
		     const struct tp_config_item **item, struct tp_error *e)
{
	const struct tp_resource *resource = change->resource;

	if (!change->restart)
		return api->change(api->user, change, item, e);
	tp_config_abort(change);
	return tp_error_set(e, -EPERM, resource->yaml_path,
			    "can't change while the daemon runs, it needs a restart");
}

static void tell_preview(const struct tp_api *api, struct tp_request *request,
			 struct tp_config_change *change)
{
	json_t *told = api->preview(api->user, change);

	if (change->restart)
		json_object_set_new(told, "needs-restart", json_true());
	tp_config_abort(change);
	tp_api_answer(request, TP_API_OK, tp_api_preview_answer(json_pack("[o]", told)));
}

static void change_item(const struct tp_api *api, struct tp_request *request,
			const struct tp_resource *resource, const char *key)
{
	const struct tp_config_item *item = NULL, *result = NULL;
	const struct view view = whole_for(request);
	struct tp_config_change *change;
	struct tp_error e = {0};
	int error;

	if (request->method != TP_METHOD_PUT) {
		item = find(api, resource, key);
		if (item == NULL) {
			tp_api_error(request, TP_API_NOT_FOUND, "no such item");
			return;
		}
	}
	if (request->method != TP_METHOD_DELETE && !tp_api_read_marks(request))
		return;
	if (request->method == TP_METHOD_PUT) {
		error = tp_api_copy_from(*api->config, resource, request->body, &e);
		if (error != 0) {
			tp_api_refuse_item(request, resource, error, &e);
			return;
		}
	}
	if (request->method != TP_METHOD_DELETE && tp_api_routeros_unknown(request, resource))
		return;
	if (request->method == TP_METHOD_PUT)
		error = tp_config_prepare_add(*api->config, resource->id, request->body, &change,
					      &e);
	else if (request->method == TP_METHOD_PATCH)
		error = tp_config_prepare_set(*api->config, item, request->body, &change, &e);
	else
		error = tp_config_prepare_remove(*api->config, item, &change, &e);
	if (error == 0 && request->dry_run) {
		tell_preview(api, request, change);
		return;
	}
	if (error == 0)
		error = carry_out(api, change, &result, &e);
	if (error != 0)
		tp_api_refuse_item(request, resource, error, &e);
	else if (request->method == TP_METHOD_DELETE)
		tp_api_answer(request, TP_API_NO_CONTENT, NULL);
	else
		tp_api_answer(request,
			      request->method == TP_METHOD_PUT ? TP_API_CREATED : TP_API_OK,
			      describe(api, result, &view));
}

void tp_api_configured(const struct tp_api *api, struct tp_request *request,
		       const struct tp_resource *resource, const char *key)
{
	const bool needs_body =
		request->method == TP_METHOD_PUT || request->method == TP_METHOD_PATCH;

	if (request->method == TP_METHOD_GET)
		get(api, request, resource, key);
	else if (request->routeros && !resource->singleton && key[0] == '\0' &&
		 request->method != TP_METHOD_PUT)
		tp_api_error(request, TP_API_BAD_REQUEST, "missing or invalid resource identifier");
	else if (needs_body && !json_is_object(request->body))
		tp_api_error(request, TP_API_BAD_REQUEST,
			     "the body must be an object of properties");
	else if (request->method == TP_METHOD_PUT && (key[0] != '\0' || resource->singleton))
		tp_api_error(request, TP_API_METHOD_NOT_ALLOWED,
			     resource->singleton ? "it is always there: change it by PATCH"
						 : "PUT goes to the list, not to an item");
	else if (request->method == TP_METHOD_PATCH && key[0] == '\0' && !resource->singleton)
		tp_api_error(request, TP_API_METHOD_NOT_ALLOWED,
			     "change one item by name, or several by POST …/set");
	else if (!needs_body && (key[0] == '\0' || resource->singleton))
		tp_api_error(request, TP_API_METHOD_NOT_ALLOWED,
			     resource->singleton ? "it can't be removed"
						 : "remove one item by name");
	else
		change_item(api, request, resource, key);
}
