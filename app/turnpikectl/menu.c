/* SPDX-License-Identifier: BSD-3-Clause */
#include "menu.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BIT(verb) (UINT64_C(1) << (verb))
#define EVERYWHERE                                                                                 \
	(BIT(CTL_EXPORT) | BIT(CTL_IMPORT) | BIT(CTL_EVENTS) | BIT(CTL_HELP) | BIT(CTL_QUIT))

static const char *const verb_names[CTL_VERBS] = {
	[CTL_PRINT] = "print",	 [CTL_ADD] = "add",	      [CTL_SET] = "set",
	[CTL_REMOVE] = "remove", [CTL_ENABLE] = "enable",     [CTL_DISABLE] = "disable",
	[CTL_UNSET] = "unset",	 [CTL_COMMENT] = "comment",   [CTL_FIND] = "find",
	[CTL_EDIT] = "edit",	 [CTL_GET] = "get",	      [CTL_MONITOR] = "monitor",
	[CTL_SCAN] = "scan",	 [CTL_WHY] = "why",	      [CTL_EXPORT] = "export",
	[CTL_QUICK] = "quick",	 [CTL_DOWNLOAD] = "download", [CTL_IMPORT] = "import",
	[CTL_EVENTS] = "events", [CTL_HELP] = "help",	      [CTL_QUIT] = "quit",
};

static const char *const verb_help[CTL_VERBS] = {
	[CTL_PRINT] = "Shows what there is",
	[CTL_ADD] = "Creates an item",
	[CTL_SET] = "Changes properties",
	[CTL_REMOVE] = "Removes items",
	[CTL_ENABLE] = "Puts items in use",
	[CTL_DISABLE] = "Takes items out of use",
	[CTL_UNSET] = "Takes a property's value away: it has its default again",
	[CTL_COMMENT] = "Sets the comment of items",
	[CTL_FIND] = "The .ids of the items that a condition finds",
	[CTL_GET] = "The value of a property, or all of an item",
	[CTL_EDIT] = "A property's value in your own editor",
	[CTL_MONITOR] = "How items do, in place, until Ctrl-C",
	[CTL_SCAN] = "Who answers on an interface, until Ctrl-C",
	[CTL_WHY] = "What happened to a subscriber",
	[CTL_QUICK] = "Packets as they come, as pcapng, to file=- or a file here, until Ctrl-C",
	[CTL_DOWNLOAD] = "A capture, to file=- or a file here",
	[CTL_EXPORT] = "What is configured here and below, as commands",
	[CTL_IMPORT] = "Runs the commands of a file; what is refused is left out, and listed",
	[CTL_EVENTS] = "What happens, as it happens, until Ctrl-C",
	[CTL_HELP] = "What there is here",
	[CTL_QUIT] = "Leaves the shell",
};

const char *ctl_verb_name(const struct ctl_tree *tree, enum ctl_verb verb)
{
	return verb < CTL_VERBS ? verb_names[verb] : tree->own[verb - CTL_VERBS];
}

static json_t *command_of(const struct ctl_menu *menu, const char *name)
{
	return menu != NULL ? json_object_get(menu->commands, name) : NULL;
}

const char *ctl_verb_help(const struct ctl_menu *menu, const char *name)
{
	const char *own = json_string_value(json_object_get(command_of(menu, name), "help"));

	for (enum ctl_verb v = CTL_PRINT; own == NULL && v < CTL_VERBS; v++)
		if (strcmp(verb_names[v], name) == 0)
			own = verb_help[v];
	return own != NULL ? own : "";
}

json_t *ctl_verb_arguments(const struct ctl_menu *menu, const char *name)
{
	return json_object_get(command_of(menu, name), "arguments");
}

const char *ctl_verb_unnamed(const struct ctl_menu *menu, const char *name)
{
	return json_string_value(json_object_get(command_of(menu, name), "unnamed"));
}

/* NAME's, made if there is none yet; CTL_NO_VERB: there are too many. */
static enum ctl_verb verb_named(struct ctl_tree *tree, const char *name)
{
	unsigned i = 0;

	for (enum ctl_verb v = CTL_PRINT; v < CTL_VERBS; v++)
		if (strcmp(verb_names[v], name) == 0)
			return v;
	while (i < tree->own_count && strcmp(tree->own[i], name) != 0)
		i++;
	if (i == CTL_VERBS_MAX - CTL_VERBS)
		return CTL_NO_VERB;
	if (i == tree->own_count)
		tree->own[tree->own_count++] = name;
	return CTL_VERBS + i;
}

static bool has_comment(const json_t *properties)
{
	const json_t *property;
	size_t i;

	json_array_foreach (properties, i, property) {
		const char *name = json_string_value(json_object_get(property, "name"));

		if (name != NULL && strcmp(name, "comment") == 0)
			return true;
	}
	return false;
}

/* The server's, and what every menu has that has these. */
static uint64_t verbs_of(struct ctl_tree *tree, const struct ctl_menu *menu, const json_t *verbs)
{
	const json_t *verb;
	uint64_t set = 0;
	size_t i;

	json_array_foreach (verbs, i, verb) {
		const char *name = json_string_value(verb);
		enum ctl_verb v = name != NULL ? verb_named(tree, name) : CTL_NO_VERB;

		if (v != CTL_NO_VERB)
			set |= BIT(v);
	}
	if ((set & BIT(CTL_PRINT)) != 0)
		set |= BIT(CTL_GET) | (menu->list ? BIT(CTL_FIND) : 0);
	if ((set & BIT(CTL_SET)) != 0)
		set |= BIT(CTL_UNSET) | BIT(CTL_EDIT) |
		       (has_comment(menu->properties) ? BIT(CTL_COMMENT) : 0);
	return set;
}

int ctl_tree_load(struct ctl_tree *tree, json_t *schema)
{
	json_t *resource;
	size_t i;

	*tree = (struct ctl_tree){.schema = schema};
	tree->menus = calloc(json_array_size(schema) + 1, sizeof(*tree->menus));
	if (!json_is_array(schema) || tree->menus == NULL)
		return -EINVAL;
	json_array_foreach (schema, i, resource) {
		struct ctl_menu *menu = &tree->menus[tree->count];

		menu->path = json_string_value(json_object_get(resource, "path"));
		menu->yaml = json_string_value(json_object_get(resource, "yaml"));
		menu->help = json_string_value(json_object_get(resource, "help"));
		menu->fixed = json_string_value(json_object_get(resource, "fixed"));
		menu->list = !json_is_true(json_object_get(resource, "singleton"));
		menu->runtime = json_is_true(json_object_get(resource, "runtime"));
		menu->properties = json_object_get(resource, "properties");
		menu->status = json_object_get(resource, "status");
		menu->built_in = json_object_get(resource, "built-in");
		menu->commands = json_object_get(resource, "commands");
		menu->verbs = verbs_of(tree, menu, json_object_get(resource, "verbs"));
		if (menu->path != NULL)
			tree->count++;
	}
	return 0;
}

void ctl_tree_free(struct ctl_tree *tree)
{
	json_decref(tree->schema);
	free(tree->menus);
	*tree = (struct ctl_tree){0};
}

const struct ctl_menu *ctl_menu_find(const struct ctl_tree *tree, const char *path)
{
	for (size_t i = 0; i < tree->count; i++)
		if (strcmp(tree->menus[i].path, path) == 0)
			return &tree->menus[i];
	return NULL;
}

json_t *ctl_menu_property(const struct ctl_menu *menu, const char *name)
{
	json_t *property, *found = NULL;
	size_t i, len = strlen(name), matches = 0;

	json_array_foreach (menu->properties, i, property) {
		const char *its = json_string_value(json_object_get(property, "name"));
		if (its == NULL || strncmp(its, name, len) != 0)
			continue;
		found = property;
		if (its[len] == '\0')
			return property;
		matches++;
	}
	return matches == 1 ? found : NULL;
}

const char *ctl_menu_ambiguous(const struct ctl_menu *menu, const char *name, char *text,
			       size_t size)
{
	json_t *property;
	size_t i, used = 0;
	unsigned count = 0;

	*text = '\0';
	json_array_foreach (menu->properties, i, property) {
		const char *its = json_string_value(json_object_get(property, "name"));

		if (its == NULL || strncmp(its, name, strlen(name)) != 0 || used >= size)
			continue;
		used += (size_t)snprintf(text + used, size - used, "%s%s", count++ > 0 ? ", " : "",
					 its);
	}
	if (count < 2)
		*text = '\0';
	return text;
}

uint64_t ctl_verbs_at(const struct ctl_tree *tree, const char *path)
{
	const struct ctl_menu *menu = ctl_menu_find(tree, path);

	return EVERYWHERE | (menu != NULL ? menu->verbs : 0);
}

/* The name of the component of MENU's path that follows PATH, or NULL; its length to *LEN. */
static const char *component_after(const struct ctl_menu *menu, const char *path, size_t *len)
{
	size_t depth = strcmp(path, "/") == 0 ? 0 : strlen(path);

	if (strncmp(menu->path, path, depth) != 0 || menu->path[depth] != '/')
		return NULL;
	const char *name = menu->path + depth + 1;
	*len = strcspn(name, "/");
	return *len > 0 ? name : NULL;
}

bool ctl_submenu(const struct ctl_tree *tree, const char *path, unsigned index, char *name,
		 size_t size)
{
	for (size_t i = 0; i < tree->count; i++) {
		size_t len, other;
		const char *its = component_after(&tree->menus[i], path, &len);
		bool seen = its == NULL;

		for (size_t k = 0; k < i && !seen; k++) {
			const char *earlier = component_after(&tree->menus[k], path, &other);
			seen = earlier != NULL && other == len && strncmp(earlier, its, len) == 0;
		}
		if (seen || index-- > 0)
			continue;
		snprintf(name, size, "%.*s", (int)len, its);
		return true;
	}
	return false;
}

static void go_down(char path[CTL_PATH_MAX], const char *name)
{
	size_t len = strcmp(path, "/") == 0 ? 0 : strlen(path);

	snprintf(path + len, CTL_PATH_MAX - len, "/%s", name);
}

static void go_up(char path[CTL_PATH_MAX])
{
	char *slash = strrchr(path, '/');

	slash[slash == path ? 1 : 0] = '\0';
}

/* Adds NAME to the list of what a word may mean. */
static void note(struct ctl_mistake *mistake, const char *name)
{
	size_t used = strlen(mistake->message), room = sizeof(mistake->message) - used;

	snprintf(mistake->message + used, room, "%s%s", used > 0 ? ", " : "", name);
}

/* Takes one word: a submenu, or a verb. A whole name goes before the start of one.
 * Returns how many things WORD may mean, named in MISTAKE; only when it is one has it been done. */
static unsigned take(const struct ctl_tree *tree, char path[CTL_PATH_MAX], const char *word,
		     enum ctl_verb *verb, struct ctl_mistake *mistake)
{
	char name[CTL_PATH_MAX], menu[CTL_PATH_MAX] = "";
	size_t len = strlen(word);
	uint64_t verbs = ctl_verbs_at(tree, path);
	unsigned matches = 0;
	enum ctl_verb found = CTL_NO_VERB;

	mistake->message[0] = '\0';
	for (unsigned i = 0; ctl_submenu(tree, path, i, name, sizeof(name)); i++) {
		if (strncmp(name, word, len) != 0)
			continue;
		snprintf(menu, sizeof(menu), "%s", name);
		note(mistake, name);
		matches++;
		if (name[len] == '\0') {
			go_down(path, name);
			return 1;
		}
	}
	for (enum ctl_verb v = CTL_PRINT; v < CTL_VERBS + tree->own_count; v++) {
		const char *its = ctl_verb_name(tree, v);

		if ((verbs & BIT(v)) == 0 || strncmp(its, word, len) != 0)
			continue;
		found = v;
		note(mistake, its);
		matches++;
		if (its[len] == '\0') {
			*verb = v;
			return 1;
		}
	}
	if (matches == 1 && found != CTL_NO_VERB)
		*verb = found;
	else if (matches == 1)
		go_down(path, menu);
	return matches;
}

/* A command that other menus have, and this one for a reason not; NULL: it is no such. */
static const char *why_not(const struct ctl_tree *tree, const char *path, const char *word)
{
	static const char *const changes[] = {"add", "set", "remove", "enable", "disable", NULL};
	const struct ctl_menu *menu = ctl_menu_find(tree, path);
	unsigned i = 0;

	if (menu != NULL && strcmp(word, "move") == 0)
		return "no list goes by its order, but the servers of /radius are asked in the "
		       "order in which they were added";
	while (changes[i] != NULL && strcmp(changes[i], word) != 0)
		i++;
	return menu != NULL && changes[i] != NULL ? menu->fixed : NULL;
}

static int wrong_name(const struct ctl_tree *tree, const char *path, struct ctl_mistake *mistake,
		      const char *word, unsigned meanings)
{
	char candidates[sizeof(mistake->message)];
	const char *why = meanings == 0 ? why_not(tree, path, word) : NULL;

	snprintf(candidates, sizeof(candidates), "%s", mistake->message);
	if (why != NULL)
		snprintf(mistake->message, sizeof(mistake->message), "no %s here: %s", word, why);
	else if (meanings == 0)
		snprintf(mistake->message, sizeof(mistake->message), "bad command name %.64s",
			 word);
	else
		snprintf(mistake->message, sizeof(mistake->message),
			 "ambiguous command name %.24s: %.110s", word, candidates);
	return -EINVAL;
}

/* One word, which may be several: "/ip/pool/print". */
static int walk(const struct ctl_tree *tree, char path[CTL_PATH_MAX], const struct ctl_word *word,
		enum ctl_verb *verb, struct ctl_mistake *mistake)
{
	const char *at = word->text;
	char part[CTL_PATH_MAX];

	mistake->column = word->column;
	if (*at == '/')
		strcpy(path, "/");
	while (*at != '\0') {
		size_t len = strcspn(at, "/");
		snprintf(part, sizeof(part), "%.*s", (int)len, at);
		at += len + (at[len] == '/');
		if (len == 0)
			continue;
		if (strcmp(part, "..") == 0) {
			go_up(path);
			continue;
		}
		unsigned meanings =
			*verb == CTL_NO_VERB ? take(tree, path, part, verb, mistake) : 0;
		if (meanings != 1)
			return wrong_name(tree, path, mistake, part, meanings);
	}
	return 0;
}

int ctl_resolve(const struct ctl_tree *tree, char path[CTL_PATH_MAX], const struct ctl_words *words,
		enum ctl_verb *verb, size_t *next, struct ctl_mistake *mistake)
{
	size_t i = 0;

	*verb = CTL_NO_VERB;
	for (; i < words->count && *verb == CTL_NO_VERB; i++) {
		const struct ctl_word *word = &words->words[i];

		if (word->kind != CTL_BARE || word->quoted) {
			mistake->column = word->column;
			snprintf(mistake->message, sizeof(mistake->message),
				 "expected a command name");
			return -EINVAL;
		}
		if (walk(tree, path, word, verb, mistake) != 0)
			return -EINVAL;
	}
	*next = i;
	return 0;
}
