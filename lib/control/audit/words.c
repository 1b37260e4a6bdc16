/* SPDX-License-Identifier: BSD-3-Clause */
/* What of the history is shown: sentences and RouterOS's commands, never a password. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/api.h"
#include "api/json.h"
#include "api/methods.h"
#include "control/audit/changes.h"

#define DIFFERENCE_LEN 400 /* bytes of one change that are shown */
#define COMMAND_LEN    700

static const char *text_of(const json_t *change, const char *name)
{
	const char *text = json_string_value(json_object_get(change, name));

	return text != NULL ? text : "";
}

static enum tp_config_op op_of(const json_t *change)
{
	if (json_is_null(json_object_get(change, "before")))
		return TP_CONFIG_ADD;
	return json_is_null(json_object_get(change, "after")) ? TP_CONFIG_REMOVE : TP_CONFIG_CHANGE;
}

/* "/ppp/secret" is "secret"; the word `default` alone says nothing. */
static const char *menu_word(const char *path)
{
	const char *last = strrchr(path, '/');

	if (last == NULL)
		return path;
	if (strcmp(last, "/default") == 0)
		while (last > path && *--last != '/')
			;
	return last + 1;
}

void tp_changes_action(const json_t *changes, unsigned total, char *text, size_t size)
{
	static const char *const done[] = {
		[TP_CONFIG_ADD] = "added",
		[TP_CONFIG_CHANGE] = "changed",
		[TP_CONFIG_REMOVE] = "removed",
	};
	const json_t *first = json_array_get(changes, 0);
	const enum tp_config_op op = op_of(first);
	const char *key = text_of(first, op == TP_CONFIG_REMOVE ? "was" : "is");

	snprintf(text, size, "%s%s%s %s", menu_word(text_of(first, "path")),
		 key[0] != '\0' ? " " : "", key, done[op]);
	if (total > 1)
		snprintf(text + strlen(text), size - strlen(text), ", and %u more", total - 1);
}

static bool is_secret(const char *path, const char *name)
{
	const struct tp_resource *resource = tp_resource_find(path);
	int i = resource != NULL ? tp_property_find(resource, name) : -1;

	/* What is not known any more may be anything. */
	return i < 0 || (resource->properties[i].flags & TP_SECRET) != 0;
}

/* A value as a person would write it; of a secret only that there is one. */
static void value_text(const char *path, const char *name, const json_t *value, char *text,
		       size_t size)
{
	char room[TP_API_TEXT_LEN];
	const char *plain = tp_api_text(value, room);
	char *dumped;

	text[0] = '\0';
	if (value == NULL || json_is_null(value))
		return;
	if (is_secret(path, name)) {
		snprintf(text, size, "***");
		return;
	}
	if (plain != NULL) {
		snprintf(text, size, "%s", plain);
		return;
	}
	if (json_is_array(value)) {
		const json_t *one;
		size_t i, used = 0;

		json_array_foreach (value, i, one) {
			const char *element = tp_api_text(one, room);

			if (element == NULL || used + strlen(element) + 2 > size)
				break;
			used += (size_t)snprintf(text + used, size - used, "%s%s", i > 0 ? "," : "",
						 element);
		}
		return;
	}
	dumped = json_dumps(value, JSON_ENCODE_ANY);
	snprintf(text, size, "%s", dumped != NULL ? dumped : "");
	free(dumped);
}

static void append(char *text, size_t size, const char *more)
{
	size_t used = strlen(text);

	if (used + 1 < size)
		snprintf(text + used, size - used, "%s", more);
}

void tp_changes_difference(const json_t *change, char *text, size_t size)
{
	const json_t *before = json_object_get(change, "before");
	const json_t *after = json_object_get(change, "after");
	const json_t *all = json_is_object(after) ? after : before;
	const char *path = text_of(change, "path"), *name;
	json_t *unused;

	text[0] = '\0';
	json_object_foreach ((json_t *)(uintptr_t)all, name, unused) {
		char was[DIFFERENCE_LEN / 2], is[DIFFERENCE_LEN / 2], line[DIFFERENCE_LEN + 80];

		value_text(path, name, json_object_get(before, name), was, sizeof(was));
		value_text(path, name, json_object_get(after, name), is, sizeof(is));
		if (is_secret(path, name))
			snprintf(line, sizeof(line), "%s: *** changed", name);
		else if (!json_is_object(before) || !json_is_object(after))
			snprintf(line, sizeof(line), "%s: %s", name, was[0] != '\0' ? was : is);
		else
			snprintf(line, sizeof(line), "%s: %s -> %s", name,
				 was[0] != '\0' ? was : "\"\"", is[0] != '\0' ? is : "\"\"");
		if (text[0] != '\0')
			append(text, size, "; ");
		append(text, size, line);
	}
}

/* ---- RouterOS's commands -----------------------------------------------------------------------
 */

static void append_value(char *text, size_t size, const char *value)
{
	bool plain = value[0] != '\0';

	for (const char *c = value; *c != '\0'; c++)
		plain = plain && (isalnum((unsigned char)*c) || strchr("-_.,:/*@+", *c) != NULL);
	if (!plain)
		append(text, size, "\"");
	for (; *value != '\0'; value++) {
		char one[3] = {*value, '\0', '\0'};

		if (*value == '"' || *value == '\\' || *value == '$') {
			one[0] = '\\';
			one[1] = *value;
		}
		append(text, size, one);
	}
	if (!plain)
		append(text, size, "\"");
}

static void append_values(char *text, size_t size, const char *path, const json_t *values)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)(uintptr_t)values, name, value) {
		char as_text[DIFFERENCE_LEN];

		value_text(path, name, value, as_text, sizeof(as_text));
		append(text, size, " ");
		append(text, size, name);
		append(text, size, "=");
		append_value(text, size, as_text);
	}
}

/* What leads from one state to the other: KEY names the item as it is in FROM. */
static void append_command(char *text, size_t size, const json_t *change, const char *from_name,
			   const char *to_name, const char *key)
{
	const json_t *from = json_object_get(change, from_name);
	const json_t *to = json_object_get(change, to_name);
	const char *path = text_of(change, "path");
	char menu[80];

	snprintf(menu, sizeof(menu), "%s", path);
	for (char *c = menu + 1; *c != '\0'; c++)
		*c = *c == '/' ? ' ' : *c;
	append(text, size, menu);
	append(text, size,
	       !json_is_object(from) ? " add"
	       : json_is_object(to)  ? " set"
				     : " remove");
	if (json_is_object(from) && key[0] != '\0') {
		append(text, size, " ");
		append_value(text, size, key);
	}
	if (json_is_object(to))
		append_values(text, size, path, to);
}

static json_t *commands(const json_t *changes, bool undo)
{
	size_t count = json_array_size(changes);
	char text[COMMAND_LEN] = "";

	for (size_t i = 0; i < count && strlen(text) + 1 < sizeof(text); i++) {
		const json_t *change = json_array_get(changes, undo ? count - 1 - i : i);

		if (i > 0)
			append(text, sizeof(text), "; ");
		append_command(text, sizeof(text), change, undo ? "after" : "before",
			       undo ? "before" : "after", text_of(change, undo ? "is" : "was"));
	}
	return json_string(text);
}

/* ---- an entry ----------------------------------------------------------------------------------
 */

static json_t *differences(const json_t *changes)
{
	json_t *list = json_array();
	const json_t *change;
	size_t i;

	json_array_foreach (changes, i, change) {
		char text[4 * DIFFERENCE_LEN], one[5 * DIFFERENCE_LEN];
		const json_t *single = json_pack("[O]", change);
		char action[300];

		if (i == 20) { /* the rest would fill a screen */
			json_decref((json_t *)(uintptr_t)single);
			break;
		}
		tp_changes_action(single, 1, action, sizeof(action));
		json_decref((json_t *)(uintptr_t)single);
		tp_changes_difference(change, text, sizeof(text));
		snprintf(one, sizeof(one), "%s: %s", action, text);
		json_array_append_new(list, json_string(one));
	}
	return list;
}

/* What one must be allowed to do that. */
static void put_policy(json_t *o, const struct tp_changes_entry *e)
{
	const bool captures = e->lasting && strncmp(e->action, "tool sniffer", 12) == 0;
	unsigned policy = e->lasting ? captures ? TP_POLICY_SNIFF : TP_POLICY_WRITE : 0;
	const json_t *change;
	char text[64] = "";
	size_t i;

	json_array_foreach (e->changes, i, change)
		policy |= tp_request_policy(json_string_value(json_object_get(change, "path")));
	for (i = 0; tp_policy_words[i] != NULL; i++)
		if ((policy >> i & 1) != 0)
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s",
				 text[0] != '\0' ? "," : "", tp_policy_words[i]);
	tp_json_text(o, "policy", text);
}

json_t *tp_changes_describe(const struct tp_changes_entry *e)
{
	time_t seconds = (time_t)(e->wall_ms / 1000);
	json_t *o = json_object();
	char when[40];
	struct tm tm;

	localtime_r(&seconds, &tm);
	strftime(when, sizeof(when), "%F %T", &tm);
	tp_json_id(o, e->id);
	tp_json_text(o, "time", when);
	tp_json_text(o, "action", e->action);
	tp_json_text(o, "by", e->by.name);
	if (e->by.address[0] != '\0')
		tp_json_text(o, "address", e->by.address);
	tp_json_text(o, "via", e->by.face);
	put_policy(o, e);
	tp_json_bool(o, "undoable", tp_changes_is_undoable(e));
	tp_json_bool(o, "redoable", tp_changes_is_redoable(e));
	tp_json_bool(o, "floating-undo", e->undone != 0);
	if (e->undone_by[0] != '\0')
		tp_json_text(o, "undone-by", e->undone_by);
	if (e->lasting)
		return o;
	json_object_set_new(o, "changes", differences(e->changes));
	json_object_set_new(o, "redo", commands(e->changes, false));
	json_object_set_new(o, "undo", commands(e->changes, true));
	return o;
}
