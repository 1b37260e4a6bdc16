/* SPDX-License-Identifier: BSD-3-Clause */
/* add, set, remove, enable, disable, unset, comment. */
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "select.h"
#include "value.h"

static void no_such_property(struct ctl *ctl, const struct ctl_menu *menu,
			     const struct ctl_word *word)
{
	const char *name = word->kind == CTL_PAIR ? word->name : word->text;
	char several[256];

	ctl_menu_ambiguous(menu, name, several, sizeof(several));
	if (*several != '\0')
		ctl_fail(ctl, CTL_USAGE, word->column, "ambiguous property %s: %s", name, several);
	else
		ctl_fail(ctl, CTL_USAGE, word->column,
			 "expected end of command; %s has no property %s", menu->path, name);
}

/* "!bridge", as RouterOS's verbose exports have what is not set: the property; NULL: it is none. */
static const char *not_set(const struct ctl_menu *menu, const struct ctl_word *word)
{
	if (word->kind != CTL_BARE || word->quoted || word->text[0] != '!')
		return NULL;
	return json_string_value(json_object_get(ctl_menu_property(menu, word->text + 1), "name"));
}

static bool is_copy_from(const struct ctl_word *word)
{
	return word->kind == CTL_PAIR && strcmp(word->name, "copy-from") == 0 &&
	       strcmp(word->op, "=") == 0;
}

/* The pairs from FIRST on, as an object with the properties' full names; what is to have no value
 * is null. */
static enum ctl_result read_pairs(struct ctl *ctl, const struct ctl_menu *menu,
				  const struct ctl_words *words, size_t first, bool adds,
				  json_t **body)
{
	*body = json_object();
	for (size_t i = first; i < words->count; i++) {
		const struct ctl_word *word = &words->words[i];
		bool pair = word->kind == CTL_PAIR && strcmp(word->op, "=") == 0;
		json_t *property = pair ? ctl_menu_property(menu, word->name) : NULL;
		const char *name = json_string_value(json_object_get(property, "name"));

		if (not_set(menu, word) != NULL) {
			json_object_set_new(*body, not_set(menu, word), json_null());
			continue;
		}
		if (name == NULL && adds && is_copy_from(word)) {
			json_object_set_new(*body, word->name, json_string(word->text));
			continue;
		}
		if (name == NULL && pair)
			no_such_property(ctl, menu, word);
		else if (name == NULL)
			ctl_fail(ctl, CTL_USAGE, word->column,
				 "expected end of command; a property is given as name=value");
		else if (json_object_set_new(*body, name, json_string(word->text)) != 0)
			ctl_fail(ctl, CTL_USAGE, word->column, "the value is not UTF-8 text");
		else
			continue;
		json_decref(*body);
		*body = NULL;
		return CTL_USAGE;
	}
	return CTL_OK;
}

static enum ctl_result call(struct ctl *ctl, const char *method, const char *path, const char *item,
			    json_t *body)
{
	json_t *value = NULL;

	if (ctl_api_change(&ctl->api, method, path, item, body, &value) != 0)
		return ctl_fail(ctl, CTL_ERROR, 0, "%s", ctl->api.error);
	if (ctl->api.dry_run && !ctl->json) {
		ctl_preview(ctl, value);
	} else if (ctl->json && value != NULL) {
		ctl_value_json(ctl->out, value, JSON_INDENT(2));
		fputc('\n', ctl->out);
	}
	json_decref(value);
	return CTL_OK;
}

static void leave_out_null(json_t *body)
{
	const char *name;
	json_t *value;
	void *next;

	json_object_foreach_safe(body, next, name, value) if (json_is_null(value))
		json_object_del(body, name);
}

/* copy-from=: the item that the new one is to be like, as any other is named. */
static enum ctl_result read_copy_from(struct ctl *ctl, const struct ctl_menu *menu,
				      const struct ctl_words *words, size_t first, json_t *body)
{
	enum ctl_result result = CTL_OK;

	for (size_t i = first; i < words->count && result == CTL_OK; i++) {
		const struct ctl_word *word = &words->words[i];
		struct ctl_word one[] = {
			{.kind = CTL_BARE, .text = word->text, .column = word->column},
			{.kind = CTL_BARE, .text = word->text, .quoted = word->quoted},
		};
		const struct ctl_words item = {.words = one, .count = 2};
		json_t *items = NULL;
		size_t next = 1;

		if (!is_copy_from(word))
			continue;
		result = ctl_select_single(ctl, "copy-from", menu->path, &item, &next, &items);
		if (result == CTL_OK)
			json_object_set(body, "copy-from", json_array_get(items, 0));
		json_decref(items);
	}
	return result;
}

static enum ctl_result add(struct ctl *ctl, const struct ctl_menu *menu,
			   const struct ctl_words *words, size_t first)
{
	json_t *body;
	enum ctl_result result = read_pairs(ctl, menu, words, first, true, &body);

	if (result != CTL_OK)
		return result;
	if (json_object_del(body, "copy-from") != 0)
		leave_out_null(body);
	else
		result = read_copy_from(ctl, menu, words, first, body);
	if (result == CTL_OK)
		result = call(ctl, "PUT", menu->path, NULL, body);
	json_decref(body);
	return result;
}

#define AT_ONCE 1000 /* items that the daemon takes in one command */

/* Those of ITEMS from FIRST on, as one command: all of them, or none. */
static enum ctl_result call_some(struct ctl *ctl, const char *path, const char *command,
				 json_t *items, size_t first, json_t *body)
{
	json_t *some = json_array(), *whole = body != NULL ? json_copy(body) : json_object();
	json_t *value = NULL;

	for (size_t i = first; i < json_array_size(items) && i < first + AT_ONCE; i++)
		json_array_append(some, json_array_get(items, i));
	json_object_set_new(whole, ".id", some);
	int code = ctl_api_change(&ctl->api, "POST", path, command, whole, &value);
	if (code == 0 && ctl->api.dry_run)
		ctl_preview(ctl, value);
	json_decref(value);
	json_decref(whole);
	if (code == 0)
		return CTL_OK;
	if (first > 0)
		return ctl_fail(ctl, CTL_ERROR, 0, "%s; the first %zu of %zu items are done",
				ctl->api.error, first, json_array_size(items));
	return ctl_fail(ctl, CTL_ERROR, 0, "%s", ctl->api.error);
}

static enum ctl_result call_each(struct ctl *ctl, enum ctl_verb verb, const char *path,
				 json_t *items, json_t *body)
{
	bool remove = verb == CTL_REMOVE;
	enum ctl_result result = CTL_OK;

	if (json_array_size(items) == 1)
		return call(ctl, remove ? "DELETE" : "PATCH", path,
			    json_string_value(json_array_get(items, 0)), body);
	for (size_t i = 0; i < json_array_size(items) && result == CTL_OK; i += AT_ONCE)
		result = call_some(ctl, path, remove ? "remove" : "set", items, i, body);
	return result;
}

/* unset: the properties' names, as bare words, with commas between, or value-name=. They become
 * null. */
static enum ctl_result read_names(struct ctl *ctl, const struct ctl_menu *menu,
				  const struct ctl_words *words, size_t first, json_t **body)
{
	enum ctl_result result = CTL_OK;

	*body = json_object();
	for (size_t i = first; i < words->count && result == CTL_OK; i++) {
		const struct ctl_word *word = &words->words[i];
		bool named = word->kind == CTL_BARE ||
			     (word->kind == CTL_PAIR && strcmp(word->name, "value-name") == 0);
		char *copy = strdup(named ? word->text : ""), *rest = copy, *name;

		if (!named)
			result = ctl_fail(ctl, CTL_USAGE, word->column,
					  "expected the name of a property");
		while (result == CTL_OK && (name = strsep(&rest, ",")) != NULL) {
			json_t *property = ctl_menu_property(menu, name);

			if (property == NULL) {
				no_such_property(ctl, menu,
						 &(struct ctl_word){.kind = CTL_BARE,
								    .text = name,
								    .column = word->column});
				result = CTL_USAGE;
			} else {
				json_object_set_new(
					*body, json_string_value(json_object_get(property, "name")),
					json_null());
			}
		}
		free(copy);
	}
	if (result == CTL_OK && json_object_size(*body) == 0)
		result = ctl_fail(ctl, CTL_USAGE, words->words[first - 1].column,
				  "unset needs the name of a property");
	return result;
}

/* comment: the text as a word, or comment=. */
static enum ctl_result read_comment(struct ctl *ctl, const struct ctl_words *words, size_t first,
				    json_t **body)
{
	const struct ctl_word *word = first < words->count ? &words->words[first] : NULL;

	*body = json_object();
	if (word == NULL || first + 1 < words->count || word->kind == CTL_BRACKETS ||
	    (word->kind == CTL_PAIR && (strncmp("comment", word->name, strlen(word->name)) != 0 ||
					strcmp(word->op, "=") != 0)))
		return ctl_fail(ctl, CTL_USAGE,
				words->words[word != NULL ? first : first - 1].column,
				"expected the comment, a text in quotes or comment=");
	if (json_object_set_new(*body, "comment", json_string(word->text)) != 0)
		return ctl_fail(ctl, CTL_USAGE, word->column, "the value is not UTF-8 text");
	return CTL_OK;
}

/* What all but add change. */
static enum ctl_result read_change(struct ctl *ctl, const struct ctl_menu *menu, enum ctl_verb verb,
				   const struct ctl_words *words, size_t first, json_t **body)
{
	if (verb == CTL_UNSET)
		return read_names(ctl, menu, words, first, body);
	if (verb == CTL_COMMENT)
		return read_comment(ctl, words, first, body);
	enum ctl_result result = read_pairs(ctl, menu, words, first, false, body);

	if (result != CTL_OK)
		return result;
	if (verb != CTL_SET && json_object_size(*body) > 0) {
		json_decref(*body);
		*body = NULL;
		return ctl_fail(ctl, CTL_USAGE, words->words[first].column,
				"expected end of command");
	}
	if (verb == CTL_ENABLE || verb == CTL_DISABLE)
		json_object_set_new(*body, "disabled",
				    json_string(verb == CTL_DISABLE ? "yes" : "no"));
	return CTL_OK;
}

enum ctl_result ctl_change(struct ctl *ctl, const char *path, enum ctl_verb verb,
			   const struct ctl_words *words, size_t first)
{
	const struct ctl_menu *menu = ctl_menu_find(&ctl->tree, path);
	json_t *items = NULL, *body = NULL;
	size_t next = first;

	if (verb == CTL_ADD)
		return add(ctl, menu, words, first);
	enum ctl_result result = CTL_OK;
	/* Behind their items, these have bare words of their own. */
	if (menu->list && (verb == CTL_UNSET || verb == CTL_COMMENT))
		result = ctl_select_one(ctl, path, words, &next, &items);
	else if (menu->list)
		result = ctl_select(ctl, path, words, &next, &items);
	/* A [find …] that finds nothing is no mistake: there is just nothing to do. */
	if (result == CTL_OK && menu->list && next == first)
		result = ctl_fail(ctl, CTL_USAGE, words->words[first - 1].column,
				  "%s needs an item: its number, its name, or [find …]",
				  ctl_verb_name(&ctl->tree, verb));
	if (result == CTL_OK)
		result = read_change(ctl, menu, verb, words, next, &body);
	if (result == CTL_OK && verb == CTL_SET && json_object_size(body) == 0)
		result = ctl_fail(ctl, CTL_USAGE, words->words[first - 1].column,
				  "set needs what to set, as in name=value");
	if (result == CTL_OK && menu->list)
		result = call_each(ctl, verb, path, items, verb == CTL_REMOVE ? NULL : body);
	else if (result == CTL_OK)
		result = call(ctl, "PATCH", path, NULL, body);
	json_decref(items);
	json_decref(body);
	return result;
}
