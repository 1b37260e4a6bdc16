/* SPDX-License-Identifier: BSD-3-Clause */
/* help: the menus, commands and properties at a place; and what may stand where one is, with what
 * it means. */
#include <string.h>

#include "base/text.h"
#include "complete.h"
#include "ctl.h"
#include "value.h"

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
	uint64_t verbs = ctl_verbs_at(&ctl->tree, path);
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
	for (enum ctl_verb v = CTL_PRINT; v < CTL_VERBS + ctl->tree.own_count; v++)
		if (verbs >> v & 1)
			fprintf(ctl->out, " %s", ctl_verb_name(&ctl->tree, v));
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

/* Documents set words in back quotes; here they stand as they are. What does not fit is cut. */
static void print_help(FILE *out, const char *help, size_t column, unsigned width)
{
	for (; *help != '\0'; help++) {
		if (*help == '`')
			continue;
		if (width > 0 && column + 1 >= width && help[1] != '\0' &&
		    ((unsigned char)*help & 0xc0) != 0x80) {
			fputs("…", out);
			return;
		}
		column += ((unsigned char)*help & 0xc0) != 0x80;
		fputc(*help, out);
	}
}

static void print_candidate(const struct ctl *ctl, const struct ctl_candidate *c, size_t indent)
{
	char text[TP_TEXT_ROOM(256)];
	size_t column = ctl_text_width(tp_text_show(c->text, text, sizeof(text))) + 2;

	fprintf(ctl->out, "  %s%s%s", ctl_colour(ctl->look.colour, c->kind), text,
		ctl_plain(ctl->look.colour));
	for (; column < indent && c->help[0] != '\0'; column++)
		fputc(' ', ctl->out);
	if (c->help[0] != '\0')
		fputs("  ", ctl->out);
	print_help(ctl->out, c->help, column + 2, ctl->look.width);
	fputc('\n', ctl->out);
}

void ctl_help_at(struct ctl *ctl, const char *text)
{
	struct ctl_candidates list;
	size_t indent = 0;

	ctl_complete(ctl, text, &list);
	for (size_t i = 0; i < list.count; i++) {
		size_t width = ctl_text_width(list.list[i].text) + 2;
		indent = width > indent && width < 32 ? width : indent;
	}
	if (list.about[0] != '\0') {
		print_help(ctl->out, list.about, 0, 0);
		fputc('\n', ctl->out);
	}
	for (size_t i = 0; i < list.count; i++)
		print_candidate(ctl, &list.list[i], indent);
	if (list.count == 0 && list.about[0] == '\0')
		fputs("nothing that is known may stand here\n", ctl->out);
	fflush(ctl->out);
	ctl_candidates_free(&list);
}
