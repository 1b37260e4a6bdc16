/* SPDX-License-Identifier: BSD-3-Clause */
#include "select.h"

#include <stdlib.h>
#include <string.h>

#include "where.h"

/* Appends the .ids of the items that QUERY finds and the words from FIRST on let pass. */
static enum ctl_result find(struct ctl *ctl, const char *path, json_t *query,
			    const struct ctl_words *words, size_t first, json_t *items)
{
	json_t *found = NULL, *item;
	size_t i;

	if (ctl_api_call(&ctl->api, "GET", path, NULL, query, NULL, &found) != 0)
		return ctl_fail(ctl, CTL_ERROR, 0, "%s", ctl->api.error);
	json_array_foreach (found, i, item) {
		json_t *id = json_object_get(item, ".id");
		if (json_is_string(id) && (words == NULL || ctl_where_matches(words, first, item)))
			json_array_append(items, id);
	}
	json_decref(found);
	return CTL_OK;
}

static enum ctl_result find_brackets(struct ctl *ctl, const char *path, const struct ctl_word *word,
				     json_t *items)
{
	const struct ctl_words *inside = &word->inside;
	struct ctl_mistake mistake;
	json_t *query;
	size_t first = 1;

	if (inside->count == 0 || inside->words[0].kind != CTL_BARE ||
	    strcmp(inside->words[0].text, "find") != 0)
		return ctl_fail(ctl, CTL_USAGE, word->column,
				"only [find …] may stand in brackets here");
	if (inside->count > 1 && inside->words[1].kind == CTL_BARE &&
	    strcmp(inside->words[1].text, "where") == 0)
		first = 2;
	if (ctl_where(inside, first, &query, &mistake) != 0)
		return ctl_fail(ctl, CTL_USAGE, mistake.column, "%s", mistake.message);
	enum ctl_result result = find(ctl, path, query, inside, first, items);
	json_decref(query);
	return result;
}

/* The numbers of a list that was never printed are those that print would show. */
static enum ctl_result number_items(struct ctl *ctl, const char *path)
{
	if (ctl->ids != NULL && strcmp(ctl->numbered, path) == 0)
		return CTL_OK;
	json_decref(ctl->ids);
	ctl->ids = json_array();
	snprintf(ctl->numbered, sizeof(ctl->numbered), "%s", path);
	return find(ctl, path, NULL, NULL, 0, ctl->ids);
}

static enum ctl_result add_one(struct ctl *ctl, const char *path, const char *name, json_t *items)
{
	size_t digits = strspn(name, "0123456789");
	enum ctl_result result = CTL_OK;

	if (digits > 0 && digits < 10 && name[digits] == '\0') {
		result = number_items(ctl, path);
		json_t *id = json_array_get(ctl->ids, strtoul(name, NULL, 10));
		if (result == CTL_OK && json_is_string(id)) {
			json_array_append(items, id);
			return CTL_OK;
		}
	}
	/* A slash in a name would not survive in a path. */
	if (result == CTL_OK && strchr(name, '/') != NULL) {
		json_t *query = json_pack("{s:s}", "name", name);
		size_t before = json_array_size(items);
		result = find(ctl, path, query, NULL, 0, items);
		json_decref(query);
		if (result == CTL_OK && json_array_size(items) == before)
			return ctl_fail(ctl, CTL_ERROR, 0, "no such item: %s", name);
		return result;
	}
	if (result == CTL_OK)
		json_array_append_new(items, json_string(name));
	return result;
}

static enum ctl_result add_list(struct ctl *ctl, const char *path, const struct ctl_word *word,
				json_t *items)
{
	enum ctl_result result = CTL_OK;
	char *copy = strdup(word->text), *rest = copy, *name;

	if (word->quoted)
		result = add_one(ctl, path, word->text, items);
	else
		while (result == CTL_OK && (name = strsep(&rest, ",")) != NULL)
			if (*name != '\0')
				result = add_one(ctl, path, name, items);
	free(copy);
	return result;
}

enum ctl_result ctl_select(struct ctl *ctl, const char *path, const struct ctl_words *words,
			   size_t *next, json_t **items)
{
	enum ctl_result result = CTL_OK;

	*items = json_array();
	for (; *next < words->count && result == CTL_OK; (*next)++) {
		const struct ctl_word *word = &words->words[*next];

		if (word->kind == CTL_BRACKETS)
			result = find_brackets(ctl, path, word, *items);
		else if (word->kind == CTL_BARE ||
			 (strcmp(word->name, "numbers") == 0 && strcmp(word->op, "=") == 0))
			result = add_list(ctl, path, word, *items);
		else
			break;
	}
	if (result != CTL_OK) {
		json_decref(*items);
		*items = NULL;
	}
	return result;
}
