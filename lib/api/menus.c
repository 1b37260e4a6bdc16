/* SPDX-License-Identifier: BSD-3-Clause */
/* The menus of a program as its schema tells of them. */
#include "api/menus.h"

#include <string.h>

int tp_status_find(const struct tp_status *status, const char *name, size_t len)
{
	for (int i = 0; status != NULL && status[i].name != NULL; i++)
		if (strlen(status[i].name) == len && strncmp(status[i].name, name, len) == 0)
			return i;
	return -1;
}

/* The menu at PATH; NULL: there is none yet. */
static json_t *find(const json_t *schema, const char *path)
{
	json_t *menu;
	size_t i;

	json_array_foreach (schema, i, menu)
		if (strcmp(json_string_value(json_object_get(menu, "path")), path) == 0)
			return menu;
	return NULL;
}

static void add_status(json_t *list, const struct tp_status *status)
{
	for (; status != NULL && status->name != NULL; status++)
		if (status->name[0] != '.')
			json_array_append_new(list,
					      json_pack("{s:s, s:o}", "name", status->name, "help",
							tp_schema_help(status->help)));
}

static void add_verb(json_t *menu, const char *name)
{
	json_t *verbs = json_object_get(menu, "verbs"), *verb;
	size_t i;

	json_array_foreach (verbs, i, verb)
		if (strcmp(json_string_value(verb), name) == 0)
			return;
	json_array_append_new(verbs, json_string(name));
}

static void add_answer(json_t *menu, const struct tp_verb *verb)
{
	json_t *answers = json_object_get(menu, "answers"), *list = json_array();

	if (answers == NULL) {
		answers = json_object();
		json_object_set_new(menu, "answers", answers);
	}
	add_status(list, verb->answers);
	json_object_set_new(answers, verb->name, list);
}

/* The names before the colons of BODY, "`{\"partial\": true}`": what the command takes. */
static json_t *arguments_of(const char *body)
{
	json_t *names = json_array();
	const char *end;

	for (const char *at = body; (at = strchr(at, '"')) != NULL; at = end + 1) {
		end = strchr(at + 1, '"');
		if (end == NULL)
			break;
		if (end[1] == ':')
			json_array_append_new(names, json_stringn(at + 1, (size_t)(end - at) - 1));
	}
	return names;
}

/* "all but `address` may be left out": of the one that has to be there RouterOS takes the value
 * alone. NULL: there is none. */
static json_t *unnamed_of(const char *body)
{
	static const char words[] = "all but `";
	const char *at = strstr(body, words);

	if (at == NULL)
		return NULL;
	at += sizeof(words) - 1;
	return json_stringn(at, strcspn(at, "`"));
}

static void add_command(json_t *menu, const struct tp_verb *verb)
{
	json_t *commands = json_object_get(menu, "commands");

	if (commands == NULL) {
		commands = json_object();
		json_object_set_new(menu, "commands", commands);
	}
	json_object_set_new(commands, verb->name,
			    json_pack("{s:o, s:o, s:o*}", "help", tp_schema_help(verb->help),
				      "arguments", arguments_of(verb->body), "unnamed",
				      unnamed_of(verb->body)));
}

static json_t *add_menu(json_t *schema, const char *path, const char *help, bool singleton)
{
	json_t *menu = json_pack("{s:s, s:o, s:b, s:b, s:[], s:[], s:[]}", "path", path, "help",
				 tp_schema_help(help), "singleton", singleton, "runtime", 0,
				 "properties", "status", "verbs");

	json_array_append_new(schema, menu);
	return menu;
}

/* What tells how it does can be watched. */
static void add_decorator(json_t *menu, const struct tp_decorator *decorators)
{
	const struct tp_resource *resource =
		tp_resource_find(json_string_value(json_object_get(menu, "path")));
	const struct tp_status *status = decorators[resource->id].status;
	const bool lasts = decorators[resource->id].lasts;
	json_t *list = json_array();

	add_status(list, status);
	json_object_set_new(menu, "status", list);
	if (status != NULL && !lasts && !resource->singleton)
		add_verb(menu, "monitor");
}

static void add_live(json_t *schema, const struct tp_live *live)
{
	json_t *menu = find(schema, live->path);

	if (menu == NULL) {
		menu = add_menu(schema, live->path, live->help, live->singleton);
		add_verb(menu, "print");
		if (live->remove != NULL)
			add_verb(menu, "remove");
	}
	if (live->find != NULL && !live->singleton)
		add_verb(menu, "monitor");
	if (live->fixed != NULL)
		json_object_set_new(menu, "fixed", json_string(live->fixed));
	add_status(json_object_get(menu, "status"), live->status);
}

json_t *tp_menus_to_json(const struct tp_menus *menus)
{
	json_t *schema = tp_schema_to_json(menus->program), *menu;
	size_t i;

	if (schema == NULL)
		return NULL;
	json_array_foreach (schema, i, menu)
		add_decorator(menu, menus->decorators);
	for (i = 0; menus->live[i] != NULL; i++)
		add_live(schema, menus->live[i]);
	for (const struct tp_verb *verb = menus->verbs; verb->path != NULL; verb++) {
		const char *path = verb->path[0] != '\0' ? verb->path : "/";

		menu = find(schema, path);
		if (menu == NULL)
			menu = add_menu(schema, path, "", true);
		add_verb(menu, verb->name);
		add_command(menu, verb);
		if (verb->answers != NULL)
			add_answer(menu, verb);
	}
	return schema;
}
