/* SPDX-License-Identifier: BSD-3-Clause */
#include "complete.h"

#include <stdlib.h>
#include <string.h>

/* Names beyond these are not offered: nobody reads them. */
#define CANDIDATES_MAX 256

static void offer(struct ctl_candidates *list, const char *stem, const char *text, const char *end)
{
	if (text == NULL || strncmp(text, stem, strlen(stem)) != 0 || list->count == CANDIDATES_MAX)
		return;
	for (size_t i = 0; i < list->count; i++)
		if (strncmp(list->texts[i], text, strlen(text)) == 0 &&
		    strcmp(list->texts[i] + strlen(text), end) == 0)
			return;
	char **grown = realloc(list->texts, (list->count + 1) * sizeof(*grown));
	if (grown == NULL)
		return;
	list->texts = grown;
	if (asprintf(&grown[list->count], "%s%s", text, end) >= 0)
		list->count++;
}

static void offer_commands(struct ctl *ctl, const char *path, const char *stem,
			   struct ctl_candidates *list)
{
	unsigned verbs = ctl_verbs_at(&ctl->tree, path);
	char name[CTL_PATH_MAX];

	for (unsigned i = 0; ctl_submenu(&ctl->tree, path, i, name, sizeof(name)); i++)
		offer(list, stem, name, " ");
	for (enum ctl_verb v = CTL_PRINT; v < CTL_VERBS; v++)
		if (verbs >> v & 1)
			offer(list, stem, ctl_verb_name(v), " ");
}

/* "/ip/po": walks along what is whole, and offers what follows. */
static void complete_command(struct ctl *ctl, const char *from, const char *word,
			     struct ctl_candidates *list)
{
	const char *slash = strrchr(word, '/');
	char path[CTL_PATH_MAX];
	struct ctl_mistake mistake;
	enum ctl_verb verb = CTL_NO_VERB;
	size_t next;

	snprintf(path, sizeof(path), "%s", from);
	if (slash != NULL) {
		char *whole = strndup(word, (size_t)(slash - word) + 1);
		struct ctl_word one = {.kind = CTL_BARE, .text = whole};
		struct ctl_words words = {.words = &one, .count = 1};
		int code = ctl_resolve(&ctl->tree, path, &words, &verb, &next, &mistake);
		free(whole);
		if (code != 0 || verb != CTL_NO_VERB)
			return;
		word = slash + 1;
	}
	list->stem = strlen(word);
	offer_commands(ctl, path, word, list);
}

static void offer_items(struct ctl *ctl, const char *path, const char *stem, const char *end,
			struct ctl_candidates *list)
{
	json_t *query = json_pack("{s:s}", ".proplist", "name"), *items = NULL, *item;
	size_t i;

	if (ctl_api_call(&ctl->api, "GET", path, NULL, query, NULL, &items) == 0)
		json_array_foreach (items, i, item)
			offer(list, stem, json_string_value(json_object_get(item, "name")), end);
	json_decref(items);
	json_decref(query);
}

static void complete_value(struct ctl *ctl, const json_t *property, const char *value,
			   struct ctl_candidates *list)
{
	const char *type = json_string_value(json_object_get(property, "type"));
	const char *comma = strrchr(value, ',');
	const json_t *values = json_object_get(property, "values"), *word;
	const json_t *refers = json_object_get(property, "refers");
	size_t i;

	if (comma != NULL)
		value = comma + 1;
	list->stem = strlen(value);
	json_array_foreach (values, i, word)
		offer(list, value, json_string_value(word), "");
	if (type != NULL && strcmp(type, "yes or no") == 0) {
		offer(list, value, "yes", "");
		offer(list, value, "no", "");
	}
	json_array_foreach (refers, i, word)
		offer_items(ctl, json_string_value(word), value, "", list);
}

static void offer_names(const json_t *properties, const char *stem, struct ctl_candidates *list)
{
	const json_t *property;
	size_t i;

	json_array_foreach (properties, i, property)
		offer(list, stem, json_string_value(json_object_get(property, "name")), "");
}

/* proplist=name,uptime */
static void complete_proplist(const struct ctl_menu *menu, const char *value,
			      struct ctl_candidates *list)
{
	const char *comma = strrchr(value, ',');

	if (comma != NULL)
		value = comma + 1;
	list->stem = strlen(value);
	offer_names(menu->properties, value, list);
	offer_names(menu->status, value, list);
}

static bool given(const struct ctl_words *words, const char *name)
{
	for (size_t i = 0; i < words->count; i++)
		if (words->words[i].kind == CTL_PAIR && strcmp(words->words[i].name, name) == 0)
			return true;
	return false;
}

/* PROPERTIES: those that can be set, or those that are told. */
static void offer_properties(const json_t *properties, const struct ctl_words *words,
			     const char *stem, struct ctl_candidates *list)
{
	const json_t *property;
	size_t i;

	json_array_foreach (properties, i, property) {
		const char *name = json_string_value(json_object_get(property, "name"));
		if (name != NULL && !given(words, name))
			offer(list, stem, name, "=");
	}
}

static bool has_where(const struct ctl_words *words)
{
	for (size_t i = 0; i < words->count; i++)
		if (words->words[i].kind == CTL_BARE && strcmp(words->words[i].text, "where") == 0)
			return true;
	return false;
}

static void complete_argument(struct ctl *ctl, const struct ctl_menu *menu, enum ctl_verb verb,
			      const struct ctl_words *words, size_t next, const char *word,
			      struct ctl_candidates *list)
{
	const char *equals = strchr(word, '=');

	list->stem = strlen(word);
	if (equals != NULL && verb == CTL_PRINT && strncmp(word, "proplist=", 9) == 0) {
		complete_proplist(menu, equals + 1, list);
		return;
	}
	if (equals != NULL) {
		char *name = strndup(word, (size_t)(equals - word));
		json_t *property = ctl_menu_property(menu, name);
		free(name);
		complete_value(ctl, property, equals + 1, list);
		return;
	}
	bool selects = menu->list && verb != CTL_ADD && verb != CTL_PRINT && verb != CTL_SCAN &&
		       verb != CTL_WHY;
	if (selects && next == words->count)
		offer_items(ctl, menu->path, word, " ", list);
	else if (verb == CTL_ADD || verb == CTL_SET)
		offer_properties(menu->properties, words, word, list);
	if (verb == CTL_SET && !menu->list && next == words->count)
		offer_properties(menu->properties, words, word, list);
	if (verb != CTL_PRINT)
		return;
	if (has_where(words)) {
		offer_properties(menu->properties, words, word, list);
		offer_properties(menu->status, words, word, list);
	} else {
		offer(list, word, "detail", " ");
		offer(list, word, "count-only", " ");
		offer(list, word, "where", " ");
		offer(list, word, "proplist", "=");
	}
}

/* Where the last word of TEXT begins, and the last command. */
static const char *last_word(const char *text, const char **command)
{
	const char *word = text;
	bool quoted = false;

	*command = text;
	for (; *text != '\0'; text++) {
		if (quoted && *text == '\\' && text[1] != '\0')
			text++;
		else if (*text == '"')
			quoted = !quoted;
		else if (!quoted && strchr(" \t;[", *text) != NULL)
			word = text + 1;
		if (!quoted && *text == ';')
			*command = text + 1;
	}
	return word;
}

void ctl_complete(struct ctl *ctl, const char *text, struct ctl_candidates *list)
{
	char path[CTL_PATH_MAX];
	const char *command,
		*word = last_word(text + ctl_prompt(text, path, sizeof(path)), &command);
	struct ctl_words words;
	struct ctl_mistake mistake;
	enum ctl_verb verb;
	size_t next, at = 0;
	char *head = strndup(command, (size_t)(word - command));

	*list = (struct ctl_candidates){0};
	if (head == NULL || ctl_parse(head, &at, &words, &mistake) != 0) {
		free(head);
		return;
	}
	snprintf(path, sizeof(path), "%s", ctl->menu);
	if (ctl_resolve(&ctl->tree, path, &words, &verb, &next, &mistake) == 0) {
		const struct ctl_menu *menu = ctl_menu_find(&ctl->tree, path);
		if (verb == CTL_NO_VERB)
			complete_command(ctl, path, word, list);
		else if (menu != NULL)
			complete_argument(ctl, menu, verb, &words, next, word, list);
	}
	ctl_words_free(&words);
	free(head);
}

void ctl_candidates_free(struct ctl_candidates *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->texts[i]);
	free(list->texts);
	*list = (struct ctl_candidates){0};
}

size_t ctl_candidates_common(const struct ctl_candidates *list)
{
	size_t common = list->count > 0 ? strlen(list->texts[0]) : 0;

	for (size_t i = 1; i < list->count; i++) {
		size_t same = 0;
		while (same < common && list->texts[i][same] == list->texts[0][same])
			same++;
		common = same;
	}
	return common;
}
