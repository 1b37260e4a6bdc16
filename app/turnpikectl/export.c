/* SPDX-License-Identifier: BSD-3-Clause */
/* export: the configuration as commands that can be pasted in again. Passwords never come out of
 * the daemon, so they are not in it; nor is what a running daemon would refuse to take. */
#include "export.h"

#include <stdlib.h>
#include <string.h>

#include "value.h"

/* The property's default, in this item. */
static const char *normal_value(const json_t *property, const json_t *item)
{
	const char *key = json_string_value(json_object_get(item, "name"));
	const json_t *own =
		json_object_get(json_object_get(property, "defaults"), key != NULL ? key : "");

	return json_string_value(own != NULL ? own : json_object_get(property, "default"));
}

char *ctl_export_value(const json_t *property, const json_t *item)
{
	const char *name = json_string_value(json_object_get(property, "name"));
	const char *normal = normal_value(property, item);
	char *text = ctl_value_exact(json_object_get(item, name));

	if (text != NULL && *text != '\0' && (normal == NULL || strcmp(text, normal) != 0))
		return text;
	free(text);
	return NULL;
}

json_t *ctl_export_items(struct ctl *ctl, const struct ctl_menu *menu, enum ctl_result *result)
{
	json_t *value = NULL, *item;
	size_t i;

	*result = CTL_OK;
	if (ctl_api_call(&ctl->api, "GET", menu->path, NULL, NULL, NULL, &value) != 0) {
		*result = ctl_fail(ctl, CTL_ERROR, 0, "%s", ctl->api.error);
		return NULL;
	}
	if (json_is_object(value))
		return json_pack("[o]", value);
	json_t *configured = json_array();
	json_array_foreach (value, i, item)
		if (!json_is_true(json_object_get(item, "dynamic")))
			json_array_append(configured, item);
	json_decref(value);
	return configured;
}

/* Without the password that its items must have they could not be made again. */
static bool must_have_secret(const struct ctl_menu *menu)
{
	const json_t *property;
	size_t i;

	json_array_foreach (menu->properties, i, property)
		if (json_is_true(json_object_get(property, "required")) &&
		    json_is_true(json_object_get(property, "write-only")))
			return true;
	return false;
}

bool ctl_export_wants(const struct ctl_menu *menu, const char *path)
{
	size_t len = strcmp(path, "/") == 0 ? 0 : strlen(path);

	return menu->yaml != NULL && !must_have_secret(menu) &&
	       strncmp(menu->path, path, len) == 0 &&
	       (menu->path[len] == '/' || menu->path[len] == '\0');
}

/* ---- commands ----------------------------------------------------------------------------------
 */

/* RUNTIME: only what may change while the daemon runs. Returns how many there are. */
static unsigned print_properties(FILE *out, const struct ctl_menu *menu, const json_t *item,
				 bool runtime, const char *left_out)
{
	json_t *property;
	unsigned count = 0;
	size_t i;

	json_array_foreach (menu->properties, i, property) {
		const char *name = json_string_value(json_object_get(property, "name"));
		char *text = ctl_export_value(property, item);
		char *shown = text != NULL ? ctl_quote(text) : NULL;
		bool wanted = strcmp(name, left_out) != 0 &&
			      (!runtime || json_is_true(json_object_get(property, "runtime")));

		if (shown != NULL && wanted) {
			fprintf(out, " %s=%s", name, shown);
			count++;
		}
		free(shown);
		free(text);
	}
	return count;
}

/* What is always there can't be added; nor can what needs a restart, but some of it can be set. */
static void print_set(FILE *out, const struct ctl_menu *menu, const json_t *item, const char *name)
{
	char *properties = NULL, *shown = menu->list ? ctl_quote(name) : NULL;
	size_t len = 0;
	FILE *text = open_memstream(&properties, &len);

	if (text == NULL) {
		free(shown);
		return;
	}
	if (print_properties(text, menu, item, true, menu->list ? "name" : "") == 0)
		len = 0;
	fclose(text);
	if (len > 0)
		fprintf(out, "set%s%s%s\n", shown != NULL ? " " : "", shown != NULL ? shown : "",
			properties);
	free(properties);
	free(shown);
}

static bool is_built_in(const struct ctl_menu *menu, const char *name)
{
	const json_t *word;
	size_t i;

	json_array_foreach (menu->built_in, i, word)
		if (name != NULL && strcmp(json_string_value(word), name) == 0)
			return true;
	return false;
}

static void print_item(FILE *out, const struct ctl_menu *menu, const json_t *item)
{
	const char *name = json_string_value(json_object_get(item, "name"));

	if (!menu->list || !menu->runtime || is_built_in(menu, name)) {
		print_set(out, menu, item, name);
		return;
	}
	fputs("add", out);
	print_properties(out, menu, item, false, "");
	fputc('\n', out);
}

/* The name of another item of the same menu that ITEM's PROPERTY may hold; or NULL. */
static const char *own_reference(const struct ctl_menu *menu, const json_t *property,
				 const json_t *item)
{
	const char *name = json_string_value(json_object_get(property, "name"));
	const json_t *refers = json_object_get(property, "refers"), *path;
	size_t i;

	json_array_foreach (refers, i, path)
		if (strcmp(json_string_value(path), menu->path) == 0)
			return json_string_value(json_object_get(item, name));
	return NULL;
}

static bool is_left(const json_t *items, const bool *done, const char *name)
{
	const json_t *item;
	size_t i;

	json_array_foreach (items, i, item) {
		const char *its = json_string_value(json_object_get(item, "name"));
		if (!done[i] && its != NULL && strcmp(its, name) == 0)
			return true;
	}
	return false;
}

/* Does ITEM need another one first? */
static bool must_wait(const struct ctl_menu *menu, const json_t *items, const bool *done,
		      const json_t *item)
{
	const json_t *property;
	size_t i;

	json_array_foreach (menu->properties, i, property) {
		const char *name = own_reference(menu, property, item);
		if (name != NULL && is_left(items, done, name))
			return true;
	}
	return false;
}

/* In an order in which they can be added; items that need each other in a circle come last. */
static void print_items(FILE *out, const struct ctl_menu *menu, const json_t *items)
{
	bool *done = calloc(json_array_size(items) + 1, sizeof(*done)), progress = true;
	const json_t *item;
	size_t i;

	for (bool all = false; done != NULL && (progress || !all);) {
		all = !progress;
		progress = false;
		json_array_foreach (items, i, item) {
			if (done[i] || (!all && must_wait(menu, items, done, item)))
				continue;
			print_item(out, menu, item);
			done[i] = progress = true;
		}
	}
	free(done);
}

static enum ctl_result export_menu(struct ctl *ctl, const struct ctl_menu *menu)
{
	enum ctl_result result;
	json_t *items = ctl_export_items(ctl, menu, &result);
	char path[CTL_PATH_MAX], *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (out != NULL && items != NULL)
		print_items(out, menu, items);
	if (out != NULL)
		fclose(out);
	snprintf(path, sizeof(path), "%s", menu->path);
	for (char *c = path + 1; *c != '\0'; c++)
		*c = *c == '/' ? ' ' : *c;
	if (len > 0)
		fprintf(ctl->out, "%s\n%s", path, text);
	free(text);
	json_decref(items);
	return result;
}

static enum ctl_result export_commands(struct ctl *ctl, const char *path)
{
	enum ctl_result result = CTL_OK;

	fputs("# without passwords, and without what takes effect after a restart only\n",
	      ctl->out);
	for (size_t i = 0; i < ctl->tree.count && result == CTL_OK; i++)
		if (ctl_export_wants(&ctl->tree.menus[i], path))
			result = export_menu(ctl, &ctl->tree.menus[i]);
	return result;
}

enum ctl_result ctl_export(struct ctl *ctl, const char *path, const struct ctl_words *words,
			   size_t next)
{
	bool yaml = false;

	for (; next < words->count; next++) {
		const struct ctl_word *word = &words->words[next];
		bool format = word->kind == CTL_PAIR && strcmp(word->op, "=") == 0 &&
			      strcmp(word->name, "format") == 0;

		if (format && strcmp(word->text, "yaml") == 0)
			yaml = true;
		else if (word->kind == CTL_BARE && strcmp(word->text, "show-sensitive") == 0)
			return ctl_fail(ctl, CTL_ERROR, word->column,
					"passwords never come out of the daemon; they are in its "
					"configuration file");
		else if (!(format && strcmp(word->text, "commands") == 0) &&
			 !(word->kind == CTL_BARE && strcmp(word->text, "hide-sensitive") == 0))
			return ctl_fail(ctl, CTL_USAGE, word->column,
					"expected format=yaml, format=commands or end of command");
	}
	return yaml ? ctl_export_yaml(ctl, path) : export_commands(ctl, path);
}
