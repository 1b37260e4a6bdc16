/* SPDX-License-Identifier: BSD-3-Clause */
/* Lists of what runs: filtered, cut down to the properties asked for, in pages. */
#include "api/api_private.h"
#include "api/query.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool has_property(const struct tp_live *live, const char *name, size_t len)
{
	char text[64];

	if (tp_status_find(live->status, name, len) >= 0)
		return true;
	snprintf(text, sizeof(text), "%.*s", (int)len, name);
	return live->configured != NULL && tp_property_find(live->configured, text) >= 0;
}

static void refuse_property(struct tp_request *request, const char *name, size_t len)
{
	char detail[160];

	snprintf(detail, sizeof(detail), "%.*s: no such property", (int)(len < 64 ? len : 64),
		 name);
	tp_api_error(request, TP_API_BAD_REQUEST, detail);
}

/* Every name in the query is a property; otherwise the request is refused. */
static bool check_query(struct tp_request *request, const struct tp_live *live)
{
	const char *name;
	json_t *value;

	if (request->routeros)
		return true; /* there it matches nothing, or is left out */
	json_object_foreach (request->query, name, value) {
		char room[TP_API_TEXT_LEN];
		const char *text = tp_api_text(value, room);

		if (strcmp(name, TP_API_QUERY) == 0 || strcmp(name, TP_API_SEARCH) == 0)
			continue;
		if (text == NULL ||
		    (strcmp(name, ".proplist") != 0 && !has_property(live, name, strlen(name)))) {
			refuse_property(request, name, strlen(name));
			return false;
		}
		if (strcmp(name, ".proplist") != 0)
			continue;
		for (size_t len; *text != '\0'; text += len + (text[len] == ',')) {
			len = strcspn(text, ",");
			if (!has_property(live, text, len)) {
				refuse_property(request, text, len);
				return false;
			}
		}
	}
	return true;
}

bool tp_api_same_text(const json_t *have, const char *wanted)
{
	char room[TP_API_TEXT_LEN];
	const char *text = tp_api_text(have, room);

	if (json_is_boolean(have) && (strcmp(wanted, "yes") == 0 || strcmp(wanted, "no") == 0))
		return json_is_true(have) == (wanted[0] == 'y');
	return text != NULL && strcasecmp(text, wanted) == 0;
}

static bool matches(const json_t *item, const json_t *query, const struct tp_api_query *words)
{
	struct tp_error e = {0};
	bool passes = false;
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)query, name, value) {
		char room[TP_API_TEXT_LEN];

		const char *text = tp_api_text(value, room);

		if (!tp_api_is_word(name) &&
		    (text == NULL || !tp_api_same_text(json_object_get(item, name), text)))
			return false;
	}
	return tp_api_query_passes(words, item, NULL, &passes, &e) == 0 && passes;
}

/* Only what .proplist names; takes ITEM's reference. */
static json_t *cut_down(json_t *item, const json_t *query)
{
	json_t *few = tp_api_cut_down(item, json_string_value(json_object_get(query, ".proplist")));

	json_decref(item);
	return few;
}

/* The query words are in order, and each name in them is a property; else the request is refused.
 */
static bool read_words(struct tp_request *request, const struct tp_live *live,
		       struct tp_api_query **words)
{
	struct tp_error e = {0};
	unsigned index = 0;
	const char *name;
	int error = tp_api_query_open(json_object_get(request->query, TP_API_QUERY), words, &e);

	if (error != 0) {
		tp_api_refuse(request, error, &e);
		return false;
	}
	while (*words != NULL && !request->routeros &&
	       (name = tp_api_query_name(*words, &index)) != NULL)
		if (!has_property(live, name, strlen(name))) {
			refuse_property(request, name, strlen(name));
			return false;
		}
	return true;
}

/* The one name that the request asks for where a name is one item's; NULL: the list is to be
 * walked. */
static const char *only_name(const struct tp_request *request, const struct tp_live *live,
			     const struct tp_api_query *words)
{
	const char *name = json_string_value(json_object_get(request->query, "name"));

	if (!live->named)
		return NULL;
	return name != NULL ? name : tp_api_query_alone(words, "name");
}

/* ITEM, NULL or JSON null if there is none, if it passes and holds TEXT (NULL: whatever it holds).
 * Takes its reference. */
static void append(json_t *page, json_t *item, const char *text, const struct tp_request *request,
		   const struct tp_api_query *words)
{
	if (json_is_object(item) && tp_api_holds(item, text) &&
	    matches(item, request->query, words))
		json_array_append_new(page, cut_down(item, request->query));
	else
		json_decref(item);
}

/* Fills PAGE with what is at the cursor. False: there is no more behind it. */
static bool walk(const struct tp_api *api, struct tp_request *request, const struct tp_live *live,
		 const struct tp_api_query *words, const char *text, json_t *page)
{
	const bool finds = text != NULL && live->search != NULL;
	json_t *item = NULL;

	for (unsigned i = 0; i < TP_API_PAGE && !tp_api_part_is_whole(request, page); i++) {
		item = finds ? live->search(api->user, request->cursor, text)
			     : live->next(api->user, request->cursor);
		if (item == NULL)
			return false;
		append(page, item, finds ? NULL : text, request, words);
	}
	return true;
}

static void list(const struct tp_api *api, struct tp_request *request, const struct tp_live *live,
		 const struct tp_api_query *words)
{
	const char *text = json_string_value(json_object_get(request->query, TP_API_SEARCH));
	const char *name = only_name(request, live, words);
	json_t *page = json_array();
	bool behind = false;

	if (name != NULL)
		append(page, live->find(api->user, name), text, request, words);
	else
		behind = walk(api, request, live, words, text, page);
	tp_api_part_end(request, page, behind);
	tp_api_answer_page(request, page);
}

static void get(const struct tp_api *api, struct tp_request *request, const struct tp_live *live,
		const char *key)
{
	json_t *item;

	if (!check_query(request, live))
		return;
	if (key[0] == '\0' && !live->singleton) {
		struct tp_api_query *words = NULL;

		if (read_words(request, live, &words))
			list(api, request, live, words);
		tp_api_query_close(words);
		return;
	}
	item = live->find != NULL ? live->find(api->user, key) : NULL;
	if (item == NULL)
		tp_api_error(request, TP_API_NOT_FOUND, "no such item");
	else
		tp_api_answer(request, TP_API_OK, cut_down(item, request->query));
}

/* Nothing can be done here by hand. OTHERWISE: what is said if the menu has nothing to say. */
static void refuse_change(struct tp_request *request, const struct tp_live *live,
			  const char *otherwise)
{
	char detail[256];

	snprintf(detail, sizeof(detail), "%s%s",
		 live->fixed != NULL && request->routeros ? "failure: " : "",
		 live->fixed != NULL ? live->fixed : otherwise);
	tp_api_error(request, TP_API_METHOD_NOT_ALLOWED, detail);
}

static void remove_one(const struct tp_api *api, struct tp_request *request,
		       const struct tp_live *live, const char *key)
{
	if (live->remove == NULL)
		refuse_change(request, live, "nothing can be removed here");
	else if (key[0] == '\0' && request->routeros)
		tp_api_error(request, TP_API_BAD_REQUEST, "missing or invalid resource identifier");
	else if (key[0] == '\0')
		tp_api_error(request, TP_API_METHOD_NOT_ALLOWED, "which one?");
	else if (request->dry_run)
		tp_api_error(request, TP_API_BAD_REQUEST,
			     "a dry run is of what is configured, or of a reload");
	else if (live->remove(api->user, key) == -ENOENT)
		tp_api_error(request, TP_API_NOT_FOUND, "no such item");
	else
		tp_api_answer(request, TP_API_NO_CONTENT, NULL);
}

/* New items, and changes to those that are configured already, are the configuration's. */
static bool configures(const struct tp_api *api, const struct tp_request *request,
		       const struct tp_live *live, const char *key)
{
	if (live->configured == NULL || request->method == TP_METHOD_GET)
		return false;
	return request->method == TP_METHOD_PUT ||
	       tp_config_find(*api->config, live->configured->id, key) != NULL;
}

void tp_api_live(const struct tp_api *api, struct tp_request *request, const struct tp_live *live,
		 const char *key)
{
	if (configures(api, request, live, key)) {
		tp_api_configured(api, request, live->configured, key);
		return;
	}
	if (request->method == TP_METHOD_GET)
		get(api, request, live, key);
	else if (request->method == TP_METHOD_DELETE)
		remove_one(api, request, live, key);
	else
		refuse_change(request, live, "this can't be configured");
}
