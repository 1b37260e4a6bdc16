/* SPDX-License-Identifier: BSD-3-Clause */
/* export: the configuration as commands that can be pasted in again. Passwords never come out of
 * the daemon, so they are not in it; nor is what a running daemon would refuse to take. */
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "value.h"

static void print_properties(struct ctl *ctl, const struct ctl_menu *menu, const json_t *item,
			     const char *left_out)
{
	json_t *property;
	size_t i;

	json_array_foreach (menu->properties, i, property) {
		const char *name = json_string_value(json_object_get(property, "name"));
		const char *normal = json_string_value(json_object_get(property, "default"));
		char *text = ctl_value_text(json_object_get(item, name));
		char *shown = text != NULL ? ctl_quote(text) : NULL;

		if (shown != NULL && strcmp(name, left_out) != 0 && *text != '\0' &&
		    (normal == NULL || strcmp(text, normal) != 0))
			fprintf(ctl->out, " %s=%s", name, shown);
		free(shown);
		free(text);
	}
}

static void print_item(struct ctl *ctl, const struct ctl_menu *menu, const json_t *item)
{
	const char *name = json_string_value(json_object_get(item, "name"));

	/* Always there, so it cannot be added. */
	bool always = strcmp(menu->path, "/ppp/profile") == 0 && name != NULL &&
		      strcmp(name, "default") == 0;

	fputs(always ? "set default" : menu->list ? "add" : "set", ctl->out);
	print_properties(ctl, menu, item, always ? "name" : "");
	fputc('\n', ctl->out);
}

static enum ctl_result export_menu(struct ctl *ctl, const struct ctl_menu *menu)
{
	json_t *value = NULL, *item;
	size_t i;

	if (ctl_api_call(&ctl->api, "GET", menu->path, NULL, NULL, NULL, &value) != 0)
		return ctl_fail(ctl, CTL_ERROR, 0, "%s", ctl->api.error);
	if (json_is_object(value) || json_array_size(value) > 0) {
		char path[CTL_PATH_MAX];
		snprintf(path, sizeof(path), "%s", menu->path);
		for (char *c = path + 1; *c != '\0'; c++)
			*c = *c == '/' ? ' ' : *c;
		fprintf(ctl->out, "%s\n", path);
	}
	if (json_is_object(value))
		print_item(ctl, menu, value);
	json_array_foreach (value, i, item)
		if (!json_is_true(json_object_get(item, "dynamic")))
			print_item(ctl, menu, item);
	json_decref(value);
	return CTL_OK;
}

enum ctl_result ctl_export(struct ctl *ctl, const char *path)
{
	size_t len = strcmp(path, "/") == 0 ? 0 : strlen(path);
	enum ctl_result result = CTL_OK;

	fputs("# without passwords, and without what takes effect after a restart only\n",
	      ctl->out);
	for (size_t i = 0; i < ctl->tree.count && result == CTL_OK; i++) {
		const struct ctl_menu *menu = &ctl->tree.menus[i];

		if (menu->runtime && strncmp(menu->path, path, len) == 0 &&
		    (menu->path[len] == '/' || menu->path[len] == '\0'))
			result = export_menu(ctl, menu);
	}
	return result;
}
