/* SPDX-License-Identifier: BSD-3-Clause */
/* Verbs of the daemon's own, /system/reload and the like: POST with what the schema says that they
 * take, on items if they are for items. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ctl.h"
#include "select.h"
#include "table.h"
#include "value.h"

/* ---- what they answer ---- */

static bool is_sentences(const char *name)
{
	return strcmp(name, "waits-for-restart") == 0 || strcmp(name, "warnings") == 0;
}

static void print_sentences(FILE *out, const json_t *list, const char *word)
{
	const json_t *text;
	size_t i;

	json_array_foreach (list, i, text) {
		char *shown = ctl_value_text(text);

		fprintf(out, "%s: %s\n", word, shown != NULL ? shown : "");
		free(shown);
	}
}

static void print_object(const struct ctl *ctl, const json_t *answer)
{
	json_t *rest = json_copy((json_t *)(uintptr_t)answer), *value;
	const char *name;
	void *next;

	json_object_foreach_safe(rest, next, name, value) if (is_sentences(name))
		json_object_del(rest, name);
	ctl_table_single(ctl->out, &ctl->look, rest);
	json_decref(rest);
	print_sentences(ctl->out, json_object_get(answer, "waits-for-restart"),
			"waits for a restart");
	print_sentences(ctl->out, json_object_get(answer, "warnings"), "warning");
}

static void print_answer(const struct ctl *ctl, json_t *answer)
{
	const json_t *ret = json_object_get(answer, "ret");

	if (answer == NULL)
		return;
	if (ctl->json) {
		ctl_value_json(ctl->out, answer, JSON_INDENT(2));
		fputc('\n', ctl->out);
	} else if (ret != NULL && json_object_size(answer) == 1) {
		char *text = ctl_value_text(ret);
		fprintf(ctl->out, "%s\n", text != NULL ? text : "");
		free(text);
	} else if (json_is_object(answer)) {
		print_object(ctl, answer);
	} else {
		ctl_table(ctl->out, &ctl->look, answer);
	}
}

/* ---- what they take ---- */

static bool takes_items(const json_t *arguments)
{
	const json_t *argument;
	size_t i;

	json_array_foreach (arguments, i, argument) {
		const char *name = json_string_value(argument);
		if (strcmp(name, ".id") == 0 || strcmp(name, "numbers") == 0)
			return true;
	}
	return false;
}

/* The argument that TEXT names, or is the start of; NULL: none, or several. */
static const char *argument_named(const json_t *arguments, const char *text)
{
	const char *found = NULL;
	const json_t *argument;
	unsigned matches = 0;
	size_t i;

	json_array_foreach (arguments, i, argument) {
		const char *name = json_string_value(argument);

		if (strcmp(name, text) == 0)
			return name;
		if (strncmp(name, text, strlen(text)) != 0)
			continue;
		found = name;
		matches++;
	}
	return matches == 1 ? found : NULL;
}

/* "expected partial=, or end of command" */
static enum ctl_result refuse(struct ctl *ctl, const json_t *arguments, int column)
{
	const json_t *argument;
	char text[256] = "";
	size_t i, used = 0;

	json_array_foreach (arguments, i, argument) {
		const char *name = json_string_value(argument);

		if (name[0] != '.' && strcmp(name, "numbers") != 0 && used < sizeof(text))
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s=, ", name);
	}
	return ctl_fail(ctl, CTL_USAGE, column, "expected %s%send of command", text,
			used > 0 ? "or " : "");
}

enum ctl_result ctl_own_argument(struct ctl *ctl, const json_t *arguments,
				 const struct ctl_words *words, size_t i, json_t *body)
{
	const struct ctl_word *word = &words->words[i];
	bool pair = word->kind == CTL_PAIR && strcmp(word->op, "=") == 0;
	const char *given = pair ? word->name : word->kind == CTL_BARE ? word->text : "";
	const char *name = arguments != NULL ? argument_named(arguments, given) : given;

	if (name == NULL || *name == '\0' || word->kind == CTL_BRACKETS)
		return refuse(ctl, arguments, word->column);
	if (json_object_set_new(body, name, json_string(pair ? word->text : "")) != 0)
		return ctl_fail(ctl, CTL_USAGE, word->column, "the value is not UTF-8 text");
	return CTL_OK;
}

/* ARGUMENTS NULL: that is not known, and the daemon will say. UNNAMED: the one whose value may
 * stand alone, once; NULL: there is none. */
static enum ctl_result read_arguments(struct ctl *ctl, const json_t *arguments, const char *unnamed,
				      const struct ctl_words *words, size_t first, json_t *body)
{
	enum ctl_result result = CTL_OK;

	for (size_t i = first; result == CTL_OK && i < words->count; i++) {
		const struct ctl_word *word = &words->words[i];

		if (word->kind == CTL_BARE && unnamed != NULL &&
		    json_object_get(body, unnamed) == NULL &&
		    argument_named(arguments, word->text) == NULL) {
			if (json_object_set_new(body, unnamed, json_string(word->text)) != 0)
				result = ctl_fail(ctl, CTL_USAGE, word->column,
						  "the value is not UTF-8 text");
			continue;
		}
		result = ctl_own_argument(ctl, arguments, words, i, body);
	}
	return result;
}

static enum ctl_result call(struct ctl *ctl, const char *path, const char *name, json_t *body)
{
	json_t *answer = NULL;

	if (ctl_api_change(&ctl->api, "POST", strcmp(path, "/") != 0 ? path : "", name, body,
			   &answer) != 0)
		return ctl_fail(ctl, CTL_ERROR, 0, "%s", ctl->api.error);
	if (ctl->api.dry_run && !ctl->json)
		ctl_preview(ctl, answer);
	else
		print_answer(ctl, answer);
	json_decref(answer);
	return CTL_OK;
}

static enum ctl_result call_each(struct ctl *ctl, const char *path, const char *name,
				 const json_t *items, json_t *body)
{
	enum ctl_result result = CTL_OK;
	const json_t *item;
	size_t i;

	json_array_foreach (items, i, item) {
		if (result != CTL_OK)
			break;
		json_object_set(body, ".id", (json_t *)(uintptr_t)item);
		result = call(ctl, path, name, body);
	}
	return result;
}

enum ctl_result ctl_own(struct ctl *ctl, const char *path, enum ctl_verb verb,
			const struct ctl_words *words, size_t first)
{
	const struct ctl_menu *menu = ctl_menu_find(&ctl->tree, path);
	const char *name = ctl_verb_name(&ctl->tree, verb);
	const json_t *arguments = ctl_verb_arguments(menu, name);
	bool on_items = menu->list && takes_items(arguments);
	json_t *items = NULL, *body = json_object();
	enum ctl_result result = CTL_OK;
	size_t next = first;

	if (on_items)
		result = ctl_select(ctl, path, words, &next, &items);
	if (result == CTL_OK && on_items && next == first)
		result = ctl_fail(ctl, CTL_USAGE, words->words[first - 1].column,
				  "%s needs an item: its number, its name, or [find …]", name);
	if (result == CTL_OK)
		result = read_arguments(ctl, arguments, ctl_verb_unnamed(menu, name), words, next,
					body);
	if (result == CTL_OK)
		result = on_items ? call_each(ctl, path, name, items, body)
				  : call(ctl, path, name, body);
	json_decref(items);
	json_decref(body);
	return result;
}
