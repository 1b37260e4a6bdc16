/* SPDX-License-Identifier: BSD-3-Clause */
/* export: the configuration as commands that can be pasted in again. Passwords never come out of
 * the daemon, so they are not in it; nor is what a running daemon would refuse to take. */
#include "export.h"

#include <errno.h>
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

bool ctl_export_disables(const struct ctl_menu *menu, const json_t *item)
{
	const json_t *property;
	bool without = false;
	size_t i;

	json_array_foreach (menu->properties, i, property) {
		const char *unless = json_string_value(json_object_get(property, "needed-unless"));
		const char *equals = unless != NULL ? strchr(unless, '=') : NULL;
		char other[64];

		if (equals == NULL || !json_is_true(json_object_get(property, "write-only")))
			continue;
		snprintf(other, sizeof(other), "%.*s", (int)(equals - unless), unless);
		const char *is = json_string_value(json_object_get(item, other));
		without |= is == NULL || strcmp(is, equals + 1) != 0;
	}
	return without && !json_is_true(json_object_get(item, "disabled"));
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

/* How they are written. */
struct writing {
	FILE *out;
	bool verbose; /* defaults too */
	bool terse;   /* each with its menu, on a line of its own */
	char menu[CTL_PATH_MAX];
};

/* The value of PROPERTY as it is written, with its name; NULL: it is not. The caller frees it. */
static char *pair(const struct writing *w, const json_t *property, const json_t *item)
{
	const char *name = json_string_value(json_object_get(property, "name"));
	char *text = w->verbose ? ctl_value_exact(json_object_get(item, name))
				: ctl_export_value(property, item);
	char *shown = text != NULL && *text != '\0' ? ctl_quote(text) : NULL, *both = NULL;
	int len = 0;

	if (shown != NULL)
		len = asprintf(&both, "%s=%s", name, shown);
	else if (w->verbose && !json_is_true(json_object_get(property, "write-only")))
		len = asprintf(&both, "!%s", name);
	free(shown);
	free(text);
	return len >= 0 ? both : NULL;
}

/* RUNTIME: only what may change while the daemon runs. Returns how many there are. */
static unsigned print_properties(const struct writing *w, FILE *out, const struct ctl_menu *menu,
				 const json_t *item, bool runtime, const char *left_out)
{
	const bool disables = ctl_export_disables(menu, item);
	json_t *property;
	unsigned count = 0;
	size_t i;

	json_array_foreach (menu->properties, i, property) {
		const char *name = json_string_value(json_object_get(property, "name"));
		char *text = pair(w, property, item);
		bool wanted = strcmp(name, left_out) != 0 &&
			      (!runtime || json_is_true(json_object_get(property, "runtime"))) &&
			      !(disables && strcmp(name, "disabled") == 0);

		if (text != NULL && wanted) {
			fprintf(out, " %s", text);
			count++;
		}
		free(text);
	}
	if (disables)
		fputs(" disabled=yes", out);
	return count;
}

static void print_begin(const struct writing *w, const char *verb)
{
	if (w->terse)
		fprintf(w->out, "%s %s", w->menu, verb);
	else
		fputs(verb, w->out);
}

/* What is always there can't be added; nor can what needs a restart, but some of it can be set. */
static void print_set(const struct writing *w, const struct ctl_menu *menu, const json_t *item,
		      const char *name)
{
	char *properties = NULL, *shown = menu->list ? ctl_quote(name) : NULL;
	size_t len = 0;
	FILE *text = open_memstream(&properties, &len);

	if (text == NULL) {
		free(shown);
		return;
	}
	if (print_properties(w, text, menu, item, true, menu->list ? "name" : "") == 0)
		len = 0;
	fclose(text);
	if (len > 0) {
		print_begin(w, "set");
		fprintf(w->out, "%s%s%s\n", shown != NULL ? " " : "", shown != NULL ? shown : "",
			properties);
	}
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

static void print_item(const struct writing *w, const struct ctl_menu *menu, const json_t *item)
{
	const char *name = json_string_value(json_object_get(item, "name"));

	if (!menu->list || !menu->runtime || is_built_in(menu, name)) {
		print_set(w, menu, item, name);
		return;
	}
	if (ctl_export_disables(menu, item))
		fputs("# disabled until it has its secret\n", w->out);
	print_begin(w, "add");
	print_properties(w, w->out, menu, item, false, "");
	fputc('\n', w->out);
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
static void print_items(const struct writing *w, const struct ctl_menu *menu, const json_t *items)
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
			print_item(w, menu, item);
			done[i] = progress = true;
		}
	}
	free(done);
}

static enum ctl_result export_menu(struct ctl *ctl, const struct ctl_menu *menu, struct writing *w,
				   FILE *to)
{
	enum ctl_result result;
	json_t *items = ctl_export_items(ctl, menu, &result);
	char *text = NULL;
	size_t len = 0;

	snprintf(w->menu, sizeof(w->menu), "%s", menu->path);
	for (char *c = w->menu + 1; *c != '\0'; c++)
		*c = *c == '/' ? ' ' : *c;
	w->out = open_memstream(&text, &len);
	if (w->out != NULL && items != NULL)
		print_items(w, menu, items);
	if (w->out != NULL)
		fclose(w->out);
	if (len > 0 && !w->terse)
		fprintf(to, "%s\n", w->menu);
	if (len > 0)
		fputs(text, to);
	free(text);
	json_decref(items);
	return result;
}

static enum ctl_result export_commands(struct ctl *ctl, const char *path, struct writing *w)
{
	enum ctl_result result = CTL_OK;

	fputs("# without passwords, and without what takes effect after a restart only\n",
	      ctl->out);
	for (size_t i = 0; i < ctl->tree.count && result == CTL_OK; i++)
		if (ctl_export_wants(&ctl->tree.menus[i], path))
			result = export_menu(ctl, &ctl->tree.menus[i], w, ctl->out);
	return result;
}

/* What export's words ask for. */
struct export_words {
	struct writing writing;
	const char *file; /* NULL: the standard output */
	bool yaml;
};

static bool is_pair(const struct ctl_word *word, const char *name, const char *value)
{
	return word->kind == CTL_PAIR && strcmp(word->op, "=") == 0 &&
	       strcmp(word->name, name) == 0 && (value == NULL || strcmp(word->text, value) == 0);
}

static bool is_bare(const struct ctl_word *word, const char *text)
{
	return word->kind == CTL_BARE && strcmp(word->text, text) == 0;
}

static enum ctl_result read_word(struct ctl *ctl, const struct ctl_word *word,
				 struct export_words *out)
{
	if (is_bare(word, "show-sensitive"))
		return ctl_fail(ctl, CTL_ERROR, word->column,
				"passwords never come out of the daemon; they are in its "
				"configuration file");
	if (is_pair(word, "format", "yaml"))
		out->yaml = true;
	else if (is_bare(word, "verbose"))
		out->writing.verbose = true;
	else if (is_bare(word, "terse"))
		out->writing.terse = true;
	else if (is_pair(word, "file", NULL) && *word->text != '\0')
		out->file = word->text;
	else if (!is_pair(word, "format", "commands") && !is_bare(word, "hide-sensitive") &&
		 !is_bare(word, "compact"))
		return ctl_fail(ctl, CTL_USAGE, word->column,
				"expected format=yaml, format=commands, file=, compact, terse, "
				"verbose or end of command");
	return CTL_OK;
}

/* As on RouterOS, a file's name gets the ending that tells what is in it. */
static enum ctl_result to_file(struct ctl *ctl, const char *path, struct export_words *words)
{
	const char *ending = words->yaml ? ".yaml" : ".rsc", *dot = strrchr(words->file, '.');
	FILE *out = ctl->out, *file;
	enum ctl_result result;
	char *name;

	if (asprintf(&name, "%s%s", words->file,
		     dot != NULL && strcmp(dot, ending) == 0 ? "" : ending) < 0)
		return ctl_fail(ctl, CTL_ERROR, 0, "memory is out");
	file = fopen(name, "we");
	if (file == NULL) {
		result = ctl_fail(ctl, CTL_ERROR, 0, "%s: %s", name, strerror(errno));
		free(name);
		return result;
	}
	ctl->out = file;
	result = words->yaml ? ctl_export_yaml(ctl, path)
			     : export_commands(ctl, path, &words->writing);
	ctl->out = out;
	if ((ferror(file) | fclose(file)) != 0 && result == CTL_OK)
		result = ctl_fail(ctl, CTL_ERROR, 0, "%s: %s", name, strerror(errno));
	free(name);
	return result;
}

enum ctl_result ctl_export(struct ctl *ctl, const char *path, const struct ctl_words *words,
			   size_t next)
{
	struct export_words out = {.file = NULL};

	for (; next < words->count; next++)
		if (read_word(ctl, &words->words[next], &out) != CTL_OK)
			return is_bare(&words->words[next], "show-sensitive") ? CTL_ERROR
									      : CTL_USAGE;
	if (out.yaml && (out.writing.verbose || out.writing.terse))
		return ctl_fail(ctl, CTL_USAGE, 0, "format=yaml is neither terse nor verbose");
	if (out.file != NULL)
		return to_file(ctl, path, &out);
	return out.yaml ? ctl_export_yaml(ctl, path) : export_commands(ctl, path, &out.writing);
}
