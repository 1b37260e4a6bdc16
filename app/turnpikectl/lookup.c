/* SPDX-License-Identifier: BSD-3-Clause */
/* find: the .ids of what a condition finds. get: the value of a property, or all of an item. */
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "select.h"
#include "value.h"
#include "where.h"

enum ctl_result ctl_find(struct ctl *ctl, const char *path, const struct ctl_words *words,
			 size_t first)
{
	struct ctl_mistake mistake;
	json_t *query = NULL, *items = NULL, *item;
	size_t i;

	if (first < words->count && words->words[first].kind == CTL_BARE &&
	    strcmp(words->words[first].text, "where") == 0)
		first++;
	if (first < words->count &&
	    ctl_where(ctl_menu_find(&ctl->tree, path), words, first, &query, &mistake) != 0)
		return ctl_fail(ctl, CTL_USAGE, mistake.column, "%s", mistake.message);
	int code = ctl_api_list(&ctl->api, path, query, ".id", &items);
	json_decref(query);
	if (code != 0)
		return ctl_fail_list(ctl);
	if (ctl->json)
		ctl_value_json(ctl->out, items, JSON_COMPACT);
	else
		json_array_foreach (items, i, item)
			fprintf(ctl->out, "%s%s", i > 0 ? ";" : "",
				json_string_value(json_object_get(item, ".id")));
	if (ctl->json || json_array_size(items) > 0)
		fputc('\n', ctl->out);
	json_decref(items);
	return CTL_OK;
}

/* What may be told of an item, by its name or the start of it; NULL: nothing is. */
static const char *name_of(const struct ctl_menu *menu, const char *text)
{
	const json_t *property = ctl_menu_property(menu, text), *told;
	size_t i;

	json_array_foreach (menu->status, i, told) {
		const char *name = json_string_value(json_object_get(told, "name"));
		if (name != NULL && strcmp(name, text) == 0)
			return name;
	}
	if (strcmp(text, ".id") == 0)
		return ".id";
	return json_string_value(json_object_get(property, "name"));
}

static enum ctl_result read_name(struct ctl *ctl, const struct ctl_menu *menu,
				 const struct ctl_words *words, size_t next, json_t *body)
{
	const struct ctl_word *word = &words->words[next];
	bool named = word->kind == CTL_BARE ||
		     (word->kind == CTL_PAIR && strcmp(word->name, "value-name") == 0 &&
		      strcmp(word->op, "=") == 0);
	const char *name = named ? name_of(menu, word->text) : NULL;

	if (!named || next + 1 < words->count)
		return ctl_fail(ctl, CTL_USAGE, words->words[words->count - 1].column,
				"expected end of command; get takes an item and a property");
	if (name == NULL)
		return ctl_fail(ctl, CTL_USAGE, word->column, "%s has no property %s", menu->path,
				word->text);
	json_object_set_new(body, "value-name", json_string(name));
	return CTL_OK;
}

enum ctl_result ctl_get(struct ctl *ctl, const char *path, const struct ctl_words *words,
			size_t first)
{
	const struct ctl_menu *menu = ctl_menu_find(&ctl->tree, path);
	json_t *items = NULL, *body = json_object(), *answer = NULL;
	enum ctl_result result = CTL_OK;
	size_t next = first;

	if (menu->list)
		result = ctl_select_single(ctl, "get", path, words, &next, &items);
	if (result == CTL_OK && menu->list)
		json_object_set(body, ".id", json_array_get(items, 0));
	if (result == CTL_OK && next < words->count)
		result = read_name(ctl, menu, words, next, body);
	if (result == CTL_OK &&
	    ctl_api_call(&ctl->api, "POST", path, "get", NULL, body, &answer) != 0)
		result = ctl_fail(ctl, CTL_ERROR, 0, "%s", ctl->api.error);
	if (result == CTL_OK && ctl->json) {
		ctl_value_json(ctl->out, answer, JSON_INDENT(2));
		fputc('\n', ctl->out);
	} else if (result == CTL_OK) {
		char *text = ctl_value_text(json_object_get(answer, "ret"));
		fprintf(ctl->out, "%s\n", text != NULL ? text : "");
		free(text);
	}
	json_decref(answer);
	json_decref(items);
	json_decref(body);
	return result;
}
