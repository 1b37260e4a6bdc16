/* SPDX-License-Identifier: BSD-3-Clause */
#include "menu.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BIT(verb)  (1u << (verb))
#define EVERYWHERE (BIT(CTL_EXPORT) | BIT(CTL_EVENTS) | BIT(CTL_HELP) | BIT(CTL_QUIT))

static const char *const verb_names[CTL_VERBS] = {
	[CTL_PRINT] = "print",	     [CTL_ADD] = "add",		[CTL_SET] = "set",
	[CTL_REMOVE] = "remove",     [CTL_ENABLE] = "enable",	[CTL_DISABLE] = "disable",
	[CTL_MONITOR] = "monitor",   [CTL_SCAN] = "scan",	[CTL_EXPORT] = "export",
	[CTL_EVENTS] = "events",     [CTL_RELOAD] = "reload",	[CTL_SAVE] = "save",
	[CTL_SHUTDOWN] = "shutdown", [CTL_UPGRADE] = "upgrade", [CTL_RENEW] = "renew",
	[CTL_RELEASE] = "release",   [CTL_WHY] = "why",		[CTL_START] = "start",
	[CTL_STOP] = "stop",	     [CTL_HELP] = "help",	[CTL_QUIT] = "quit",
};

const char *ctl_verb_name(enum ctl_verb verb)
{
	return verb_names[verb];
}

/* Those of the server's that this program knows. */
static unsigned verbs_of(const json_t *resource)
{
	const json_t *verbs = json_object_get(resource, "verbs"), *verb;
	unsigned set = 0;
	size_t i;

	json_array_foreach (verbs, i, verb)
		for (enum ctl_verb v = CTL_PRINT; v < CTL_VERBS; v++)
			if (json_is_string(verb) &&
			    strcmp(json_string_value(verb), verb_names[v]) == 0)
				set |= BIT(v);
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
		menu->list = !json_is_true(json_object_get(resource, "singleton"));
		menu->runtime = json_is_true(json_object_get(resource, "runtime"));
		menu->properties = json_object_get(resource, "properties");
		menu->status = json_object_get(resource, "status");
		menu->built_in = json_object_get(resource, "built-in");
		menu->verbs = verbs_of(resource);
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

unsigned ctl_verbs_at(const struct ctl_tree *tree, const char *path)
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
	return name;
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

/* Takes one word: a submenu, or a verb. A whole name goes before the start of one.
 * Returns how many things WORD may mean; only when it is one has it been done. */
static unsigned take(const struct ctl_tree *tree, char path[CTL_PATH_MAX], const char *word,
		     enum ctl_verb *verb)
{
	char name[CTL_PATH_MAX], menu[CTL_PATH_MAX] = "";
	size_t len = strlen(word);
	unsigned verbs = ctl_verbs_at(tree, path), matches = 0;
	enum ctl_verb found = CTL_NO_VERB;

	for (unsigned i = 0; ctl_submenu(tree, path, i, name, sizeof(name)); i++) {
		if (strncmp(name, word, len) != 0)
			continue;
		snprintf(menu, sizeof(menu), "%s", name);
		matches++;
		if (name[len] == '\0') {
			go_down(path, name);
			return 1;
		}
	}
	for (enum ctl_verb v = CTL_PRINT; v < CTL_VERBS; v++) {
		if ((verbs & BIT(v)) == 0 || strncmp(verb_names[v], word, len) != 0)
			continue;
		found = v;
		matches++;
		if (verb_names[v][len] == '\0') {
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
		if (strcmp(part, "?") == 0)
			strcpy(part, verb_names[CTL_HELP]);
		if (strcmp(part, "..") == 0) {
			go_up(path);
			continue;
		}
		unsigned meanings = *verb == CTL_NO_VERB ? take(tree, path, part, verb) : 0;
		if (meanings == 1)
			continue;
		snprintf(mistake->message, sizeof(mistake->message), "%s command name %.64s",
			 meanings == 0 ? "bad" : "ambiguous", part);
		return -EINVAL;
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
