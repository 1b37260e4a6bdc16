/* SPDX-License-Identifier: BSD-3-Clause */
/* print: as a table, in detail, on a line each, counted, or as JSON; once, again and again, or with
 * what changes. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "again.h"
#include "ctl.h"
#include "print.h"
#include "select.h"
#include "table.h"
#include "value.h"
#include "where.h"

enum word {
	BRIEF,
	DETAIL,
	TERSE,
	VALUE_LIST,
	AS_VALUE,
	COUNT_ONLY,
	FOLLOW,
	FOLLOW_ONLY,
	WITHOUT_PAGING,
	STATS,
	INTERVAL,
	PROPLIST,
	FROM,
	WHERE,
	WORDS
};

const struct ctl_print_word ctl_print_words[] = {
	[BRIEF] = {"brief", "A line for each item, in columns"},
	[DETAIL] = {"detail", "All properties, as name=value"},
	[TERSE] = {"terse", "The same, a line for each item"},
	[VALUE_LIST] = {"value-list", "A line for each property"},
	[AS_VALUE] = {"as-value", "As scripts have it"},
	[COUNT_ONLY] = {"count-only", "Only how many there are"},
	[FOLLOW] = {"follow", "And then what changes, until Ctrl-C"},
	[FOLLOW_ONLY] = {"follow-only", "Only what changes from now on, until Ctrl-C"},
	[WITHOUT_PAGING] = {"without-paging", "All at once, as always here"},
	[STATS] = {"stats", "What is counted, as always here"},
	[INTERVAL] = {"interval=", "Again and again, so often, until Ctrl-C"},
	[PROPLIST] = {"proplist=", "Only these properties"},
	[FROM] = {"from=", "Only these items"},
	[WHERE] = {"where", "Only the items that a condition finds"},
	[WORDS] = {NULL, NULL},
};

/* Which of them TEXT is, or is the start of. WORDS: none; *SEVERAL: it may be more than one. */
static enum word word_of(const char *text, size_t len, bool pair, bool *several)
{
	enum word found = WORDS;

	*several = false;
	for (enum word w = 0; w < WORDS; w++) {
		size_t whole = strcspn(ctl_print_words[w].name, "=");

		if (pair != (ctl_print_words[w].name[whole] == '=') || len > whole ||
		    strncmp(ctl_print_words[w].name, text, len) != 0)
			continue;
		if (len == whole)
			return w;
		*several |= found != WORDS;
		found = w;
	}
	*several = *several || len == 0;
	return *several ? WORDS : found;
}

/* from=: as a condition of .ids. */
static enum ctl_result read_from(struct ctl *ctl, const char *path, struct ctl_word *word,
				 json_t **query)
{
	struct ctl_word one = {.kind = CTL_BARE, .text = word->text, .quoted = word->quoted};
	const struct ctl_words words = {.words = &one, .count = 1};
	enum ctl_result result;
	json_t *items = NULL;
	size_t next = 0;

	result = ctl_select(ctl, path, &words, &next, &items);
	if (result != CTL_OK)
		return result;
	*query = json_array();
	for (size_t i = 0; i < json_array_size(items); i++) {
		const char *key = json_string_value(json_array_get(items, i));

		json_array_append_new(*query,
				      json_sprintf("=%s=%s", key[0] == '*' ? ".id" : "name", key));
		if (i > 0)
			json_array_append_new(*query, json_string("#|"));
	}
	json_decref(items);
	return CTL_OK;
}

static enum ctl_result read_pair(struct ctl *ctl, const char *path, struct ctl_word *word,
				 struct ctl_printing *printing)
{
	bool several;
	enum word w = strcmp(word->op, "=") == 0
			      ? word_of(word->name + (word->name[0] == '.'),
					strlen(word->name) - (word->name[0] == '.'), true, &several)
			      : WORDS;

	switch (w) {
	case PROPLIST:
		printing->proplist = word->text;
		return CTL_OK;
	case FROM:
		return read_from(ctl, path, word, &printing->query);
	case INTERVAL:
		if (ctl_time(word->text, &printing->interval_ms))
			return CTL_OK;
		return ctl_fail(ctl, CTL_USAGE, word->column,
				"interval: '%s' is no time from 20ms to 1d, as 1s is", word->text);
	default:
		return ctl_fail(ctl, CTL_USAGE, word->column,
				"expected end of command; print knows no %s=", word->name);
	}
}

static void take_word(enum word w, struct ctl_printing *printing)
{
	static const enum ctl_form forms[] = {
		[BRIEF] = CTL_TABLE,	       [DETAIL] = CTL_DETAIL,	  [TERSE] = CTL_TERSE,
		[VALUE_LIST] = CTL_VALUE_LIST, [AS_VALUE] = CTL_AS_VALUE,
	};

	if (w <= AS_VALUE)
		printing->form = forms[w];
	else if (w == COUNT_ONLY)
		printing->count_only = true;
	else if (w == FOLLOW || w == FOLLOW_ONLY)
		printing->follow = true;
	if (w == FOLLOW_ONLY)
		printing->follow_only = true;
}

static enum ctl_result read_where(struct ctl *ctl, const struct ctl_menu *menu,
				  const struct ctl_words *words, size_t first,
				  struct ctl_printing *printing)
{
	struct ctl_mistake mistake;
	json_t *query;

	if (!menu->list)
		return ctl_fail(ctl, CTL_USAGE, words->words[first - 1].column,
				"%s is no list: there is nothing to choose from", menu->path);
	if (ctl_where(menu, words, first, &query, &mistake) != 0)
		return ctl_fail(ctl, CTL_USAGE, mistake.column, "%s", mistake.message);
	if (printing->query != NULL) {
		json_array_extend(printing->query, query);
		json_array_append_new(printing->query, json_string("#&"));
		json_decref(query);
	} else {
		printing->query = query;
	}
	return CTL_OK;
}

static enum ctl_result read_words(struct ctl *ctl, const struct ctl_menu *menu,
				  const struct ctl_words *words, size_t first,
				  struct ctl_printing *printing)
{
	for (size_t i = first; i < words->count; i++) {
		struct ctl_word *word = &words->words[i];
		bool plain = word->kind == CTL_BARE && !word->quoted, several = false;
		enum word w =
			plain ? word_of(word->text, strlen(word->text), false, &several) : WORDS;

		if (word->kind == CTL_PAIR) {
			enum ctl_result result = read_pair(ctl, menu->path, word, printing);
			if (result != CTL_OK)
				return result;
			continue;
		}
		if (w == WHERE)
			return read_where(ctl, menu, words, i + 1, printing);
		if (w == WORDS)
			return ctl_fail(ctl, CTL_USAGE, word->column,
					several ? "ambiguous word %s"
						: "expected end of command; print knows no '%s': "
						  "press ? behind print",
					word->text != NULL ? word->text : "[");
		take_word(w, printing);
	}
	return CTL_OK;
}

static void remember(struct ctl *ctl, const char *path, const json_t *items)
{
	const json_t *item;
	size_t i;

	json_decref(ctl->ids);
	ctl->ids = json_array();
	snprintf(ctl->numbered, sizeof(ctl->numbered), "%s", path);
	json_array_foreach (items, i, item) {
		json_t *id = json_object_get(item, ".id");
		json_array_append(ctl->ids, json_is_string(id) ? id : json_null());
	}
}

void ctl_print_items(const struct ctl *ctl, FILE *out, const struct ctl_printing *printing,
		     const json_t *items, size_t first)
{
	switch (printing->form) {
	case CTL_TABLE:
		ctl_table(out, &ctl->look, items);
		break;
	case CTL_DETAIL:
		ctl_table_detail(out, &ctl->look, items, first);
		break;
	case CTL_TERSE:
		ctl_table_terse(out, items, first);
		break;
	case CTL_VALUE_LIST:
		ctl_table_value_list(out, &ctl->look, items);
		break;
	case CTL_AS_VALUE:
		ctl_table_as_value(out, items);
		break;
	}
}

static void show(const struct ctl *ctl, FILE *out, const struct ctl_printing *printing,
		 json_t *value)
{
	if (printing->count_only) {
		fprintf(out, "%zu\n", json_is_array(value) ? json_array_size(value) : 1);
	} else if (ctl->json) {
		ctl_value_json(out, value, printing->interval_ms > 0 ? 0 : JSON_INDENT(2));
		fputc('\n', out);
	} else if (json_is_object(value) && printing->form >= CTL_TERSE) {
		json_t *list = json_pack("[O]", value);
		ctl_print_items(ctl, out, printing, list, 0);
		json_decref(list);
	} else if (json_is_object(value)) {
		ctl_table_single(out, &ctl->look, value);
	} else {
		ctl_print_items(ctl, out, printing, value, 0);
	}
}

enum ctl_result ctl_print_all(struct ctl *ctl, struct ctl_api *api, FILE *out, const char *path,
			      const struct ctl_printing *printing, json_t **items)
{
	json_t *value = NULL;

	if (ctl_api_list(api, path, printing->query, printing->proplist, &value) != 0) {
		if (api != &ctl->api)
			memcpy(ctl->api.error, api->error, sizeof(api->error));
		ctl->api.status = api->status;
		return ctl_fail_list(ctl);
	}
	if (json_is_array(value))
		remember(ctl, path, value);
	if (out != NULL)
		show(ctl, out, printing, value);
	if (items != NULL)
		*items = json_incref(value);
	json_decref(value);
	return CTL_OK;
}

/* Again and again. */
static enum ctl_result print_repeatedly(struct ctl *ctl, const char *path,
					const struct ctl_printing *printing)
{
	unsigned lines = 0, left_ms = UINT_MAX;
	enum ctl_result result;

	do {
		char *text = NULL;
		size_t size = 0;
		FILE *out = open_memstream(&text, &size);

		if (out == NULL)
			return ctl_fail(ctl, CTL_ERROR, 0, "memory is out");
		result = ctl_print_all(ctl, &ctl->api, out, path, printing, NULL);
		fclose(out);
		if (result == CTL_OK)
			ctl_again(ctl, text, &lines);
		free(text);
	} while (result == CTL_OK && !ferror(ctl->out) &&
		 ctl_pause(ctl, printing->interval_ms, &left_ms));
	return result;
}

enum ctl_result ctl_print(struct ctl *ctl, const char *path, const struct ctl_words *words,
			  size_t first)
{
	const struct ctl_menu *menu = ctl_menu_find(&ctl->tree, path);
	struct ctl_printing printing = {0};
	enum ctl_result result = read_words(ctl, menu, words, first, &printing);

	if (result == CTL_OK && printing.follow && !menu->list)
		result = ctl_fail(
			ctl, CTL_USAGE, words->words[first - 1].column,
			"%s is no list: there is nothing to follow; print interval=1s shows "
			"it again and again",
			path);
	else if (result == CTL_OK && printing.follow)
		result = ctl_follow(ctl, menu, &printing);
	else if (result == CTL_OK && printing.interval_ms > 0)
		result = print_repeatedly(ctl, path, &printing);
	else if (result == CTL_OK)
		result = ctl_print_all(ctl, &ctl->api, ctl->out, path, &printing, NULL);
	json_decref(printing.query);
	return result;
}
