/* SPDX-License-Identifier: BSD-3-Clause */
/* help: the menus, commands and properties at a place. */
#include <string.h>

#include "ctl.h"

static void print_line(FILE *out, const json_t *status)
{
	fprintf(out, "  %-22s %s\n", json_string_value(json_object_get(status, "name")),
		json_string_value(json_object_get(status, "help")));
}

static void print_property(FILE *out, const json_t *property)
{
	const char *type = json_string_value(json_object_get(property, "type"));
	const char *normal = json_string_value(json_object_get(property, "default"));
	const char *help = json_string_value(json_object_get(property, "help"));
	const json_t *values = json_object_get(property, "values"), *value;
	size_t i;

	fprintf(out, "  %-22s %s", json_string_value(json_object_get(property, "name")),
		type != NULL ? type : "");
	json_array_foreach (values, i, value)
		fprintf(out, "%s%s", i == 0 ? ": " : ", ", json_string_value(value));
	if (normal != NULL && *normal != '\0')
		fprintf(out, "; default %s", normal);
	fprintf(out, "\n  %-22s %s\n", "", help != NULL ? help : "");
}

enum ctl_result ctl_help(struct ctl *ctl, const char *path)
{
	const struct ctl_menu *menu = ctl_menu_find(&ctl->tree, path);
	unsigned verbs = ctl_verbs_at(&ctl->tree, path);
	char name[CTL_PATH_MAX];
	json_t *property;
	size_t i;

	if (menu != NULL && menu->help != NULL && *menu->help != '\0')
		fprintf(ctl->out, "%s\n", menu->help);
	for (unsigned k = 0; ctl_submenu(&ctl->tree, path, k, name, sizeof(name)); k++)
		fprintf(ctl->out, "%s%s", k == 0 ? "Menus: " : ", ", name);
	if (ctl_submenu(&ctl->tree, path, 0, name, sizeof(name)))
		fputc('\n', ctl->out);
	fputs("Commands:", ctl->out);
	for (enum ctl_verb v = CTL_PRINT; v < CTL_VERBS; v++)
		if (verbs >> v & 1)
			fprintf(ctl->out, " %s", ctl_verb_name(v));
	fputc('\n', ctl->out);
	if (menu == NULL)
		return CTL_OK;
	if (json_array_size(menu->properties) > 0)
		fputs("Properties:\n", ctl->out);
	json_array_foreach (menu->properties, i, property)
		print_property(ctl->out, property);
	if (json_array_size(menu->status) > 0)
		fputs("Shown only:\n", ctl->out);
	json_array_foreach (menu->status, i, property)
		print_line(ctl->out, property);
	return CTL_OK;
}
