/* SPDX-License-Identifier: BSD-3-Clause */
/* RouterOS's menus beside those of a program, as tables of docs/routeros.md. */
#include <errno.h>
#include <string.h>

#include "api/routeros_menus.h"

#define NEUTRAL_HELP "Means nothing here: "

static json_t *find_named(const json_t *list, const char *key, const char *name)
{
	json_t *each;
	size_t i;

	json_array_foreach (list, i, each)
		if (strcmp(json_string_value(json_object_get(each, key)), name) == 0)
			return each;
	return NULL;
}

/* A property of MENU that can be set, is told, or is what `monitor` answers. */
static json_t *find_property(const json_t *menu, const char *name)
{
	json_t *found = find_named(json_object_get(menu, "properties"), "name", name);

	if (found == NULL)
		found = find_named(json_object_get(menu, "status"), "name", name);
	if (found == NULL)
		found = find_named(json_object_get(json_object_get(menu, "answers"), "monitor"),
				   "name", name);
	return found;
}

static bool is_neutral(const json_t *property)
{
	return json_is_true(json_object_get(property, "neutral"));
}

/* "`no` only. Packets are never compressed" */
static void write_neutral(FILE *out, const json_t *property)
{
	const char *help = json_string_value(json_object_get(property, "help"));
	const json_t *values = json_object_get(property, "values"), *value;
	size_t i;

	json_array_foreach (values, i, value) {
		const char *text = json_string_value(value);
		fprintf(out, "%s`%s`", i > 0 ? " or " : "", *text != '\0' ? text : "\"\"");
	}
	if (strncmp(help, NEUTRAL_HELP, strlen(NEUTRAL_HELP)) == 0)
		help += strlen(NEUTRAL_HELP);
	fprintf(out, " only: %s", help);
}

static void write_row(FILE *out, const struct tp_routeros_menu *menu,
		      const struct tp_routeros_property *property, const json_t *ours)
{
	const char *missing = property->missing != NULL ? property->missing : menu->missing;

	fprintf(out, "| `%s` | ", property->name);
	if (ours == NULL)
		fprintf(out, "not here | %s", missing != NULL ? missing : "");
	else if (is_neutral(ours)) {
		fputs("neutral only | ", out);
		write_neutral(out, ours);
	} else if (property->other != NULL)
		fprintf(out, "other | %s", property->other);
	else
		fputs("the same |", out);
	fputs(" |\n", out);
}

static bool is_routeros(const struct tp_routeros_menu *menu, const char *name)
{
	for (const struct tp_routeros_property *p = menu->properties; p->name != NULL; p++)
		if (strcmp(p->name, name) == 0)
			return true;
	return false;
}

/* Those of LIST that RouterOS has not, and that were not in BEFORE. */
static void write_own(FILE *out, const struct tp_routeros_menu *menu, const json_t *list,
		      const json_t *before)
{
	const json_t *property;
	size_t i;

	json_array_foreach (list, i, property) {
		const char *name = json_string_value(json_object_get(property, "name"));

		if (!is_routeros(menu, name) && find_named(before, "name", name) == NULL)
			fprintf(out, "| `%s` | Turnpike's own | %s |\n", name,
				json_string_value(json_object_get(property, "help")));
	}
}

static void write_menu(FILE *out, const struct tp_routeros_menu *menu, const json_t *ours)
{
	fprintf(out, "### %s\n\n", menu->path);
	if (menu->missing != NULL)
		fprintf(out, "%s%s.\n\n", ours == NULL ? "Not here. " : "", menu->missing);
	fputs("| property | here | what is different, and why |\n|---|---|---|\n", out);
	for (const struct tp_routeros_property *p = menu->properties; p->name != NULL; p++)
		write_row(out, menu, p, find_property(ours, p->name));
	write_own(out, menu, json_object_get(ours, "properties"), NULL);
	write_own(out, menu, json_object_get(ours, "status"), NULL);
	write_own(out, menu, json_object_get(json_object_get(ours, "answers"), "monitor"),
		  json_object_get(ours, "status"));
	fputc('\n', out);
}

int tp_routeros_to_markdown(const struct tp_menus *menus, FILE *out)
{
	json_t *schema = tp_menus_to_json(menus);

	if (schema == NULL)
		return -ENOMEM;
	for (const struct tp_routeros_menu *menu = tp_routeros_menus; menu->path != NULL; menu++)
		if (menu->program == menus->program)
			write_menu(out, menu, find_named(schema, "path", menu->path));
	json_decref(schema);
	return fflush(out) != 0 || ferror(out) ? -EIO : 0;
}
