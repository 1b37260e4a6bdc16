/* SPDX-License-Identifier: BSD-3-Clause */
#include "select.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "where.h"

/* Appends the .ids of the items that QUERY finds. */
static enum ctl_result find(struct ctl *ctl, const char *path, json_t *query, json_t *items)
{
	json_t *found = NULL, *item;
	size_t i;

	if (ctl_api_list(&ctl->api, path, query, ".id", &found) != 0)
		return ctl_fail_list(ctl);
	json_array_foreach (found, i, item) {
		json_t *id = json_object_get(item, ".id");
		if (json_is_string(id))
			json_array_append(items, id);
	}
	json_decref(found);
	return CTL_OK;
}

static bool is_bare(const struct ctl_words *words, size_t index, const char *text)
{
	return index < words->count && words->words[index].kind == CTL_BARE &&
	       strcmp(words->words[index].text, text) == 0;
}

static enum ctl_result find_brackets(struct ctl *ctl, const char *path, const struct ctl_word *word,
				     json_t *items)
{
	const struct ctl_words *inside = &word->inside;
	struct ctl_mistake mistake;
	json_t *query = NULL;
	size_t first = is_bare(inside, 1, "where") ? 2 : 1;

	if (!is_bare(inside, 0, "find"))
		return ctl_fail(ctl, CTL_USAGE, word->column,
				"only [find …] may stand in brackets here");
	if (inside->count > 1 &&
	    ctl_where(ctl_menu_find(&ctl->tree, path), inside, first, &query, &mistake) != 0)
		return ctl_fail(ctl, CTL_USAGE, mistake.column, "%s", mistake.message);
	enum ctl_result result = find(ctl, path, query, items);
	json_decref(query);
	return result;
}

/* Numbers are those that print has shown last. */
static enum ctl_result add_number(struct ctl *ctl, const char *path, const char *text,
				  json_t *items)
{
	bool shown = ctl->ids != NULL && strcmp(ctl->numbered, path) == 0;
	json_t *id = shown ? json_array_get(ctl->ids, strtoul(text, NULL, 10)) : NULL;

	if (json_is_string(id)) {
		json_array_append(items, id);
		return CTL_OK;
	}
	return ctl_fail(ctl, CTL_ERROR, 0,
			shown ? "no such item: the last print has shown no number %s"
			      : "no such item: number %s means something after a print only; an "
				"item of that name is [find name=%s]",
			text, text);
}

/* A slash in a name would not survive in a path. */
static enum ctl_result add_with_slash(struct ctl *ctl, const char *path, const char *name,
				      json_t *items)
{
	json_t *query = json_array();
	size_t before = json_array_size(items);
	char *word;

	if (asprintf(&word, "=name=%s", name) >= 0) {
		json_array_append_new(query, json_string(word));
		free(word);
	}
	enum ctl_result result = find(ctl, path, query, items);
	json_decref(query);
	if (result == CTL_OK && json_array_size(items) == before)
		return ctl_fail(ctl, CTL_ERROR, 0, "no such item: %s", name);
	return result;
}

static enum ctl_result add_one(struct ctl *ctl, const char *path, const char *name, bool quoted,
			       json_t *items)
{
	size_t digits = strspn(name, "0123456789");

	if (!quoted && digits > 0 && digits < 10 && name[digits] == '\0')
		return add_number(ctl, path, name, items);
	if (strchr(name, '/') != NULL)
		return add_with_slash(ctl, path, name, items);
	json_array_append_new(items, json_string(name));
	return CTL_OK;
}

static enum ctl_result add_list(struct ctl *ctl, const char *path, const struct ctl_word *word,
				json_t *items)
{
	enum ctl_result result = CTL_OK;
	char *copy = strdup(word->text), *rest = copy, *name;

	if (word->quoted)
		result = add_one(ctl, path, word->text, true, items);
	else
		while (result == CTL_OK && (name = strsep(&rest, ",")) != NULL)
			if (*name != '\0')
				result = add_one(ctl, path, name, false, items);
	free(copy);
	return result;
}

/* "!comment", a property without a value, is no item; one of that name is in quotes. */
static bool is_not(const struct ctl_word *word)
{
	return !word->quoted && word->text[0] == '!';
}

static enum ctl_result select_up_to(struct ctl *ctl, const char *path,
				    const struct ctl_words *words, size_t end, size_t *next,
				    json_t **items)
{
	enum ctl_result result = CTL_OK;

	*items = json_array();
	for (; *next < end && result == CTL_OK; (*next)++) {
		const struct ctl_word *word = &words->words[*next];

		if (word->kind == CTL_BRACKETS)
			result = find_brackets(ctl, path, word, *items);
		else if ((word->kind == CTL_BARE && !is_not(word)) ||
			 (word->kind == CTL_PAIR &&
			  (strcmp(word->name, "numbers") == 0 || strcmp(word->name, ".id") == 0) &&
			  strcmp(word->op, "=") == 0))
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

enum ctl_result ctl_select(struct ctl *ctl, const char *path, const struct ctl_words *words,
			   size_t *next, json_t **items)
{
	return select_up_to(ctl, path, words, words->count, next, items);
}

enum ctl_result ctl_select_one(struct ctl *ctl, const char *path, const struct ctl_words *words,
			       size_t *next, json_t **items)
{
	size_t end = *next < words->count ? *next + 1 : words->count;

	return select_up_to(ctl, path, words, end, next, items);
}

enum ctl_result ctl_select_single(struct ctl *ctl, const char *verb, const char *path,
				  const struct ctl_words *words, size_t *next, json_t **items)
{
	const size_t first = *next;
	enum ctl_result result = ctl_select_one(ctl, path, words, next, items);

	if (result != CTL_OK || json_array_size(*items) == 1)
		return result;
	if (*next == first)
		return ctl_fail(ctl, CTL_USAGE, words->words[first - 1].column,
				"%s needs an item: its number, its name, or [find …]", verb);
	return ctl_fail(ctl, CTL_USAGE, words->words[first - 1].column,
			"%s takes one item, and these are %zu", verb, json_array_size(*items));
}
