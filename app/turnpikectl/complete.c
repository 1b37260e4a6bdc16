/* SPDX-License-Identifier: BSD-3-Clause */
#include "complete.h"

#include <stdlib.h>
#include <string.h>

#include "print.h"

/* Names beyond these are not offered: nobody reads them. */
#define CANDIDATES_MAX 256

static void offer(struct ctl_candidates *list, enum ctl_colour kind, const char *stem,
		  const char *text, const char *end, const char *help)
{
	if (text == NULL || strncmp(text, stem, strlen(stem)) != 0 || list->count == CANDIDATES_MAX)
		return;
	for (size_t i = 0; i < list->count; i++)
		if (strncmp(list->list[i].text, text, strlen(text)) == 0 &&
		    strcmp(list->list[i].text + strlen(text), end) == 0)
			return;
	struct ctl_candidate *grown = realloc(list->list, (list->count + 1) * sizeof(*grown));
	if (grown == NULL)
		return;
	list->list = grown;
	char *help_text = strdup(help != NULL ? help : ""), *whole;
	if (help_text == NULL || asprintf(&whole, "%s%s", text, end) < 0) {
		free(help_text);
		return;
	}
	grown[list->count++] =
		(struct ctl_candidate){.text = whole, .help = help_text, .kind = kind};
}

/* ---- menus and commands --------------------------------------------------------------------- */

static const char *menu_help(const struct ctl *ctl, const char *path, const char *name)
{
	char whole[2 * CTL_PATH_MAX];

	snprintf(whole, sizeof(whole), "%s/%s", strcmp(path, "/") == 0 ? "" : path, name);
	const struct ctl_menu *menu = ctl_menu_find(&ctl->tree, whole);
	return menu != NULL ? menu->help : NULL;
}

static void offer_commands(struct ctl *ctl, const char *path, const char *stem,
			   struct ctl_candidates *list)
{
	const struct ctl_menu *menu = ctl_menu_find(&ctl->tree, path);
	uint64_t verbs = ctl_verbs_at(&ctl->tree, path);
	char name[CTL_PATH_MAX];

	for (unsigned i = 0; ctl_submenu(&ctl->tree, path, i, name, sizeof(name)); i++)
		offer(list, CTL_LOOK_MENU, stem, name, " ", menu_help(ctl, path, name));
	if (*stem == ':')
		offer(list, CTL_LOOK_COMMAND, stem, ":put", " ",
		      "Prints a text, or what a command in brackets says");
	for (enum ctl_verb v = CTL_PRINT; v < CTL_VERBS + ctl->tree.own_count; v++) {
		const char *its = ctl_verb_name(&ctl->tree, v);

		if (verbs >> v & 1)
			offer(list, CTL_LOOK_COMMAND, stem, its, " ", ctl_verb_help(menu, its));
	}
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

/* ---- values --------------------------------------------------------------------------------- */

static void offer_items(struct ctl *ctl, const char *path, const char *stem, const char *end,
			struct ctl_candidates *list)
{
	json_t *query = json_pack("{s:s}", ".proplist", "name"), *items = NULL, *item;
	size_t i;

	if (ctl->api.curl != NULL &&
	    ctl_api_call(&ctl->api, "GET", path, NULL, query, NULL, &items) == 0)
		json_array_foreach (items, i, item)
			offer(list, CTL_LOOK_VALUE, stem,
			      json_string_value(json_object_get(item, "name")), end, NULL);
	json_decref(items);
	json_decref(query);
}

/* "time: so long; default 10s" */
static void describe(const json_t *property, struct ctl_candidates *list)
{
	const char *type = json_string_value(json_object_get(property, "type"));
	const char *help = json_string_value(json_object_get(property, "help"));
	const char *normal = json_string_value(json_object_get(property, "default"));
	const json_t *min = json_object_get(property, "min"),
		     *max = json_object_get(property, "max");
	char range[64] = "";

	/* Words stand in the list. */
	if (json_object_get(property, "values") != NULL && max == NULL)
		type = "";

	if (json_integer_value(max) > 0)
		snprintf(range, sizeof(range), ", %lld to %lld", (long long)json_integer_value(min),
			 (long long)json_integer_value(max));
	snprintf(list->about, sizeof(list->about), "%s%s%s%s%s%s",
		 type != NULL ? type : "told only", range,
		 help != NULL && (type == NULL || *type != '\0') ? ": " : "",
		 help != NULL ? help : "", normal != NULL && *normal != '\0' ? "; default " : "",
		 normal != NULL ? normal : "");
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
	if (property != NULL)
		describe(property, list);
	json_array_foreach (values, i, word)
		offer(list, CTL_LOOK_VALUE, value, json_string_value(word), "", NULL);
	if (type != NULL && strcmp(type, "yes or no") == 0) {
		offer(list, CTL_LOOK_VALUE, value, "yes", "", NULL);
		offer(list, CTL_LOOK_VALUE, value, "no", "", NULL);
	}
	json_array_foreach (refers, i, word)
		offer_items(ctl, json_string_value(word), value, "", list);
}

/* ---- properties ----------------------------------------------------------------------------- */

static bool given(const struct ctl_words *words, const char *name)
{
	for (size_t i = 0; i < words->count; i++)
		if (words->words[i].kind == CTL_PAIR && strcmp(words->words[i].name, name) == 0)
			return true;
	return false;
}

/* PROPERTIES: those that can be set, or those that are told. */
static void offer_properties(const json_t *properties, const struct ctl_words *words,
			     const char *stem, const char *end, struct ctl_candidates *list)
{
	const json_t *property;
	size_t i;

	json_array_foreach (properties, i, property) {
		const char *name = json_string_value(json_object_get(property, "name"));
		if (name != NULL && (words == NULL || !given(words, name)))
			offer(list, CTL_LOOK_PROPERTY, stem, name, end,
			      json_string_value(json_object_get(property, "help")));
	}
}

/* Names with commas between: proplist=name,uptime */
static void complete_names(const struct ctl_menu *menu, const char *value, bool told,
			   struct ctl_candidates *list)
{
	const char *comma = strrchr(value, ',');

	if (comma != NULL)
		value = comma + 1;
	list->stem = strlen(value);
	offer_properties(menu->properties, NULL, value, "", list);
	if (told)
		offer_properties(menu->status, NULL, value, "", list);
}

static json_t *property_named(const struct ctl_menu *menu, const char *name, size_t len)
{
	char *copy = strndup(name, len);
	json_t *property = copy != NULL ? ctl_menu_property(menu, copy) : NULL, *told;
	size_t i;

	json_array_foreach (menu->status, i, told)
		if (property == NULL && copy != NULL &&
		    strcmp(json_string_value(json_object_get(told, "name")), copy) == 0)
			property = told;
	free(copy);
	return property;
}

/* Behind `where`, or in [find …]. */
static void complete_condition(struct ctl *ctl, const struct ctl_menu *menu, const char *word,
			       struct ctl_candidates *list)
{
	size_t name;

	word += strspn(word, "!(");
	name = strcspn(word, "=~<>!");
	list->stem = strlen(word);
	if (word[name] != '\0') {
		const char *value = word + name + strspn(word + name, "=~<>!");

		complete_value(ctl, property_named(menu, word, name), value, list);
		if (strncmp(word, "name=", 5) == 0)
			offer_items(ctl, menu->path, value, "", list);
		return;
	}
	snprintf(list->about, sizeof(list->about),
		 "a condition: name=value, !=, <, <=, >, >=, ~ or in; and, or, not, parentheses");
	offer_properties(menu->properties, NULL, word, "=", list);
	offer_properties(menu->status, NULL, word, "=", list);
}

/* ---- what stands behind a verb -------------------------------------------------------------- */

struct argument {
	struct ctl *ctl;
	const struct ctl_menu *menu;
	enum ctl_verb verb;
	const struct ctl_words *words; /* all before it */
	bool first;		       /* nothing stands between it and the verb */
	const char *word;
	struct ctl_candidates *list;
};

static bool has_where(const struct ctl_words *words)
{
	for (size_t i = 0; i < words->count; i++)
		if (words->words[i].kind == CTL_BARE && strcmp(words->words[i].text, "where") == 0)
			return true;
	return false;
}

static void complete_print(const struct argument *a)
{
	if (has_where(a->words)) {
		complete_condition(a->ctl, a->menu, a->word, a->list);
		return;
	}
	if (strncmp(a->word, "proplist=", 9) == 0) {
		complete_names(a->menu, a->word + 9, true, a->list);
		return;
	}
	for (const struct ctl_print_word *w = ctl_print_words; w->name != NULL; w++)
		offer(a->list, CTL_LOOK_PROPERTY, a->word, w->name,
		      w->name[strlen(w->name) - 1] == '=' ? "" : " ", w->help);
}

/* Words that are the same everywhere: NULL at the end. */
static void offer_words(const struct argument *a, const char *const *words)
{
	for (; *words != NULL; words += 2)
		offer(a->list, CTL_LOOK_PROPERTY, a->word, words[0],
		      words[0][strlen(words[0]) - 1] == '=' ? "" : " ", words[1]);
}

static bool takes_items(const struct argument *a)
{
	const json_t *arguments =
			     ctl_verb_arguments(a->menu, ctl_verb_name(&a->ctl->tree, a->verb)),
		     *argument;
	size_t i;

	switch (a->verb) {
	case CTL_SET:
	case CTL_REMOVE:
	case CTL_ENABLE:
	case CTL_DISABLE:
	case CTL_UNSET:
	case CTL_COMMENT:
	case CTL_GET:
	case CTL_EDIT:
	case CTL_MONITOR:
		return a->menu->list;
	default:
		json_array_foreach (arguments, i, argument)
			if (a->menu->list && (strcmp(json_string_value(argument), ".id") == 0 ||
					      strcmp(json_string_value(argument), "numbers") == 0))
				return true;
		return false;
	}
}

static void offer_arguments(const struct argument *a)
{
	const json_t *arguments =
			     ctl_verb_arguments(a->menu, ctl_verb_name(&a->ctl->tree, a->verb)),
		     *argument;
	size_t i;

	json_array_foreach (arguments, i, argument) {
		const char *name = json_string_value(argument);

		if (name[0] != '.' && strcmp(name, "numbers") != 0 && !given(a->words, name))
			offer(a->list, CTL_LOOK_PROPERTY, a->word, name, "=", NULL);
	}
}

static void complete_pair(const struct argument *a, const char *equals)
{
	if (a->verb == CTL_ADD || a->verb == CTL_SET || a->verb == CTL_COMMENT)
		complete_value(a->ctl, property_named(a->menu, a->word, (size_t)(equals - a->word)),
			       equals + 1, a->list);
	else if (strncmp(a->word, "value-name=", 11) == 0)
		complete_names(a->menu, equals + 1, a->verb == CTL_GET, a->list);
	else if (strncmp(a->word, "format=", 7) == 0) {
		a->list->stem = strlen(equals + 1);
		offer(a->list, CTL_LOOK_VALUE, equals + 1, "commands", "", "RouterOS's commands");
		offer(a->list, CTL_LOOK_VALUE, equals + 1, "yaml", "",
		      "A file to start the daemon with");
	} else {
		a->list->stem = strlen(equals + 1);
	}
}

static void complete_argument(const struct argument *a)
{
	static const char *const watch[] = {"once",
					    "Only now",
					    "interval=",
					    "How often; else each second",
					    "duration=",
					    "How long; else until Ctrl-C",
					    "as-value",
					    "As scripts have it",
					    "without-paging",
					    "Each time anew, below the last",
					    NULL};
	static const char *const scan[] = {"duration=", "How long; else until Ctrl-C", NULL};
	static const char *const export[] = {"format=",
					     "commands or yaml",
					     "file=",
					     "To a file here",
					     "terse",
					     "Each with its menu, on a line of its own",
					     "verbose",
					     "Defaults too",
					     "hide-sensitive",
					     "As always: passwords never come out",
					     NULL};
	static const char *const comment[] = {"comment=", "The comment", NULL};
	const char *equals = strchr(a->word, '=');

	a->list->stem = strlen(a->word);
	if (a->verb == CTL_PRINT) {
		complete_print(a);
	} else if (a->verb == CTL_FIND) {
		complete_condition(a->ctl, a->menu, a->word, a->list);
		if (a->first)
			offer(a->list, CTL_LOOK_PROPERTY, a->word, "where", " ",
			      "Begins a condition");
	} else if (equals != NULL) {
		complete_pair(a, equals);
	} else if (a->first && takes_items(a)) {
		snprintf(a->list->about, sizeof(a->list->about),
			 "items: names, numbers that print has shown, .ids, or [find …]");
		offer_items(a->ctl, a->menu->path, a->word, " ", a->list);
	} else if (a->verb == CTL_ADD || a->verb == CTL_SET) {
		offer_properties(a->menu->properties, a->words, a->word, "=", a->list);
	} else if (a->verb == CTL_UNSET || a->verb == CTL_EDIT || a->verb == CTL_GET) {
		complete_names(a->menu, a->word, a->verb == CTL_GET, a->list);
	} else if (a->verb == CTL_MONITOR) {
		offer_words(a, watch);
	} else if (a->verb == CTL_SCAN) {
		offer_words(a, scan);
	} else if (a->verb == CTL_COMMENT) {
		offer_words(a, comment);
	} else if (a->verb == CTL_EXPORT) {
		offer_words(a, export);
	} else {
		offer_arguments(a);
	}
}

/* ---- where one is --------------------------------------------------------------------------- */

struct place {
	const char *command; /* the last */
	const char *bracket; /* the last that is open; NULL: none is */
	const char *word;    /* the last */
	bool quoted;
};

static struct place find_place(const char *text)
{
	struct place p = {.command = text, .word = text};

	for (; *text != '\0'; text++) {
		if (p.quoted && *text == '\\' && text[1] != '\0')
			text++;
		else if (*text == '"')
			p.quoted = !p.quoted;
		else if (!p.quoted && strchr(" \t;[]", *text) != NULL)
			p.word = text + 1;
		if (p.quoted)
			continue;
		if (*text == ';')
			p = (struct place){.command = text + 1, .word = text + 1};
		else if (*text == '[')
			p.bracket = text;
		else if (*text == ']')
			p.bracket = NULL;
	}
	return p;
}

bool ctl_in_quotes(const char *text)
{
	return find_place(text).quoted;
}

/* [find name=x */
static void complete_brackets(struct ctl *ctl, const struct ctl_menu *menu, const struct place *p,
			      struct ctl_candidates *list)
{
	const char *inside = p->bracket + 1 + strspn(p->bracket + 1, " ");

	list->stem = strlen(p->word);
	if (inside >= p->word)
		offer(list, CTL_LOOK_COMMAND, p->word, "find", " ",
		      "The items that a condition finds");
	else if (strncmp(inside, "find", 4) == 0)
		complete_condition(ctl, menu, p->word, list);
}

/* :put [/ppp secret get: what stands in its bracket is a command as any other. */
static const char *in_put(const char *text)
{
	const char *at = text + strspn(text, " \t");

	if (strncmp(at, ":put", 4) != 0)
		return text;
	at += 4 + strspn(at + 4, " \t");
	return *at == '[' ? at + 1 : text;
}

void ctl_complete(struct ctl *ctl, const char *text, struct ctl_candidates *list)
{
	char path[CTL_PATH_MAX];
	struct place p = find_place(in_put(text + ctl_prompt(text, path, sizeof(path))));
	struct ctl_words words;
	struct ctl_mistake mistake;
	enum ctl_verb verb;
	size_t next, at = 0;
	const char *end = p.bracket != NULL ? p.bracket : p.word;
	char *head = strndup(p.command, (size_t)(end - p.command));

	*list = (struct ctl_candidates){0};
	if (head == NULL || ctl_parse(head, &at, &words, &mistake) != 0) {
		free(head);
		return;
	}
	snprintf(path, sizeof(path), "%s", ctl->menu);
	if (ctl_resolve(&ctl->tree, path, &words, &verb, &next, &mistake) == 0) {
		static const struct ctl_menu none = {.path = ""};
		const struct ctl_menu *menu = ctl_menu_find(&ctl->tree, path);
		const struct argument argument = {.ctl = ctl,
						  .menu = menu != NULL ? menu : &none,
						  .verb = verb,
						  .words = &words,
						  .first = next == words.count,
						  .word = p.word,
						  .list = list};
		if (p.bracket != NULL && menu != NULL)
			complete_brackets(ctl, menu, &p, list);
		else if (verb == CTL_NO_VERB)
			complete_command(ctl, path, p.word, list);
		else if (menu != NULL || verb == CTL_EXPORT)
			complete_argument(&argument);
	}
	ctl_words_free(&words);
	free(head);
}

void ctl_candidates_free(struct ctl_candidates *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->list[i].text);
		free(list->list[i].help);
	}
	free(list->list);
	*list = (struct ctl_candidates){0};
}

size_t ctl_candidates_common(const struct ctl_candidates *list)
{
	size_t common = list->count > 0 ? strlen(list->list[0].text) : 0;

	for (size_t i = 1; i < list->count; i++) {
		size_t same = 0;
		while (same < common && list->list[i].text[same] == list->list[0].text[same])
			same++;
		common = same;
	}
	return common;
}
