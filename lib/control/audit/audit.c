/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/audit/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/event.h"
#include "api/json.h"
#include "api/methods.h"
#include "base/log.h"
#include "base/text.h"
#include "control/audit/store.h"
#include "control/control_private.h"

#define LINES_MAX     20 /* of one command */
#define FOREIGN_RATE  5
#define FOREIGN_BURST 50

static bool found(void *user, const json_t *kept)
{
	struct tp_control *c = user;

	return tp_changes_restore(&c->audit.history, kept);
}

void tp_audit_open(struct tp_control *c)
{
	const struct tp_config_management *management = tp_config_management(c->config);
	struct tp_error e = {0};

	tp_changes_init(&c->audit.history);
	tp_token_bucket_init(&c->audit.foreign, FOREIGN_RATE, FOREIGN_BURST, c->now_ms);
	if (!management->journal)
		return;
	if (tp_changes_store_open(management->journal_directory, &c->other_cpus, found, c,
				  &c->audit.history.store, &e) != 0)
		tp_log_error("journal", "%s: %s: changes are remembered in memory alone", e.place,
			     e.message);
	else if (e.message[0] != '\0')
		tp_log_warning("journal", "%s: %s: it is set aside", e.place, e.message);
}

void tp_audit_close(struct tp_control *c)
{
	json_decref(c->audit.changes);
	c->audit.changes = NULL;
	tp_changes_store_close(c->audit.history.store);
	c->audit.history.store = NULL;
	if (c->audit.history.entries.tqh_last != NULL)
		tp_changes_clear(&c->audit.history);
}

char *tp_audit_who(const struct tp_who *who, char text[TP_AUDIT_WHO_LEN])
{
	snprintf(text, TP_AUDIT_WHO_LEN, "%s (%s%s%s)",
		 who->name[0] != '\0' ? who->name : "somebody", who->face,
		 who->address[0] != '\0' ? ", " : "", who->address);
	return text;
}

/* ---- what is told ------------------------------------------------------------------------------
 */

static void log_changes(const struct tp_changes_entry *entry, const char *verb, const char *by)
{
	const json_t *change;
	size_t i;

	json_array_foreach (entry->changes, i, change) {
		json_t *one = json_pack("[O]", change);
		char action[400], difference[900];

		if (i == LINES_MAX) {
			json_decref(one);
			break;
		}
		tp_changes_action(one, 1, action, sizeof(action));
		tp_changes_difference(change, difference, sizeof(difference));
		json_decref(one);
		tp_log_info("system", "%s%s%s by %s%s%s", action, verb[0] != '\0' ? ", " : "", verb,
			    by, difference[0] != '\0' ? ": " : "", difference);
	}
	if (entry->total > LINES_MAX)
		tp_log_info("system", "%u items more by %s", entry->total - LINES_MAX, by);
}

static void tell_listeners(struct tp_control *c, const struct tp_changes_entry *entry,
			   const struct tp_who *who, const char *verb)
{
	json_t *event, *shown;

	if (!tp_mailbox_listens(&c->mailbox))
		return;
	event = tp_event_create("audit");
	shown = tp_changes_describe(entry);
	json_object_del(shown, "time");
	json_object_update(event, shown);
	json_decref(shown);
	if (verb[0] != '\0')
		tp_json_text(event, "verb", verb);
	tp_json_text(event, "by", who->name);
	tp_json_text(event, "via", who->face);
	tp_json_text(event, "path", tp_live_history.path);
	tp_mailbox_event(&c->mailbox, event);
}

void tp_audit_tell(struct tp_control *c, const struct tp_changes_entry *entry,
		   const struct tp_who *who, const char *verb)
{
	char by[TP_AUDIT_WHO_LEN];

	tp_audit_who(who, by);
	if (entry->lasting)
		tp_log_info("system", "%s by %s", entry->action, by);
	else
		log_changes(entry, verb, by);
	tell_listeners(c, entry, who, verb);
}

static void add(struct tp_control *c, const char *action, const struct tp_who *who, json_t *changes,
		unsigned total, bool logged)
{
	const struct tp_changes_entry *entry =
		tp_changes_add(&c->audit.history, action, who, changes, total);

	if (entry != NULL && logged)
		tp_audit_tell(c, entry, who, "");
	else if (entry != NULL)
		tell_listeners(c, entry, who, "");
	else
		tp_log_error("system", "out of memory: %s is not remembered", action);
}

/* ---- what happens ------------------------------------------------------------------------------
 */

void tp_audit_begin(struct tp_control *c, const struct tp_who *who)
{
	c->audit.who = who;
}

void tp_audit_change(struct tp_control *c, const struct tp_config_change *change)
{
	if (change->changed == 0)
		return; /* it is what it was */
	if (c->audit.changes == NULL)
		c->audit.changes = json_array();
	if (c->audit.total++ < TP_CHANGES_ITEMS_MAX)
		json_array_append_new(c->audit.changes, tp_changes_change(change));
}

void tp_audit_end(struct tp_control *c, bool told)
{
	static const struct tp_who nobody = {.face = "daemon"};
	const struct tp_who *who = c->audit.who != NULL ? c->audit.who : &nobody;
	json_t *changes = c->audit.changes;
	unsigned total = c->audit.total;
	char action[400];

	c->audit.who = NULL;
	c->audit.changes = NULL;
	c->audit.total = 0;
	if (!told || total == 0) {
		json_decref(changes);
		return;
	}
	tp_changes_action(changes, total, action, sizeof(action));
	add(c, action, who, changes, total, true);
}

/* What a verb of our own was told; passwords are arguments of none. */
static void add_arguments(const struct tp_request *request, char *text, size_t size)
{
	char value[200], room[TP_API_TEXT_LEN];
	const char *name, *argument;
	json_t *given;

	json_object_foreach (request->body, name, given) {
		argument = tp_api_text(given, room);
		if (argument == NULL || strcmp(name, ".id") == 0 || strcmp(name, "numbers") == 0)
			continue;
		tp_text_show(argument, value, sizeof(value));
		if (strlen(text) + strlen(name) + strlen(value) + 3 > size)
			return;
		strcat(strcat(strcat(strcat(text, " "), name), "="), value);
	}
}

/* "/ppp/active/joe" is "ppp active joe". */
static void words_of(const struct tp_request *request, char *text, size_t size)
{
	const char *path = request->path;
	const json_t *which = json_object_get(request->body, ".id");

	if (which == NULL)
		which = json_object_get(request->body, "numbers");
	tp_text_show(path + (path[0] == '/'), text, size);
	for (char *c = text; *c != '\0'; c++)
		*c = *c == '/' ? ' ' : *c;
	if (json_is_string(which) && strlen(text) + json_string_length(which) + 2 < size) {
		strcat(text, " ");
		tp_text_show(json_string_value(which), text + strlen(text), size - strlen(text));
	}
	if (request->method == TP_METHOD_POST)
		add_arguments(request, text, size);
}

/* Undo and redo tell of themselves, and what changes the configuration is told of by its changes.
 */
static bool is_noted(const struct tp_request *request)
{
	const char *word = strrchr(request->path, '/');
	const struct tp_command *command;
	size_t length;

	if (request->method == TP_METHOD_DELETE)
		return true;
	if (request->method != TP_METHOD_POST || word == NULL || strcmp(word, "/undo") == 0 ||
	    strcmp(word, "/redo") == 0)
		return false;
	command = tp_command_find(request->path, &length);
	return command == NULL || command->method == TP_METHOD_DELETE;
}

void tp_audit_request_begins(struct tp_control *c, const struct tp_request *request)
{
	char words[300];

	tp_audit_begin(c, &request->who);
	c->audit.what[0] = '\0';
	if (!is_noted(request))
		return;
	words_of(request, words, sizeof(words));
	snprintf(c->audit.what, sizeof(c->audit.what), "%s %s", words,
		 request->method == TP_METHOD_DELETE ? "removed" : "asked for");
}

void tp_audit_request_ends(struct tp_control *c, const struct tp_request *request, bool answered)
{
	const bool refused = request->dry_run || (answered && request->status >= 400);
	const bool changed = c->audit.total > 0;

	tp_audit_end(c, !refused);
	if (!refused && !changed && c->audit.what[0] != '\0')
		add(c, c->audit.what, &request->who, NULL, 0, true);
	c->audit.what[0] = '\0';
}

void tp_audit_note_radius(struct tp_control *c, const struct tp_who *who, const char *action)
{
	char text[900];

	if (!tp_token_bucket_take(&c->audit.foreign, c->now_ms)) {
		c->audit.untold++;
		return;
	}
	snprintf(text, sizeof(text), "%s", action);
	if (c->audit.untold > 0)
		snprintf(text, sizeof(text), "%.800s (%llu before it are in the log alone)", action,
			 (unsigned long long)c->audit.untold);
	c->audit.untold = 0;
	add(c, text, who, NULL, 0, false);
}

/* ---- /system/history ---------------------------------------------------------------------------
 */

static json_t *history_next(void *user, uint64_t *cursor)
{
	struct tp_control *c = user;
	const struct tp_changes_entry *entry;

	TAILQ_FOREACH (entry, &c->audit.history.entries, entry)
		if (entry->id > *cursor)
			break;
	if (entry == NULL)
		return NULL;
	*cursor = entry->id;
	return tp_changes_describe(entry);
}

static json_t *history_find(void *user, const char *key)
{
	struct tp_control *c = user;
	const struct tp_changes_entry *entry = NULL;
	char *end = NULL;

	if (key[0] == '*')
		entry = tp_changes_find(&c->audit.history, strtoull(key + 1, &end, 16));
	return entry != NULL && *end == '\0' ? tp_changes_describe(entry) : NULL;
}

/* clang-format off */
static const struct tp_status history_status[] = {
	TP_STATUS_ID,
	{"time", "When, in local time"},
	{"action", "What was done"},
	{"by", "The operator; by the Unix socket, the user of the system"},
	{"address", "Where he was"},
	{"via", "`rest`, `api`, `api-ssl`, `socket`, `cli` (turnpikectl), `file` (a reload), `coa` (a RADIUS server)"},
	{"policy", "The right that it takes"},
	{"changes", "Of each item, what was and what is; never a password"},
	{"undo", "RouterOS's command that takes it back"},
	{"redo", "RouterOS's command that makes it"},
	{"undoable", "`undo` could take it back, if nothing stands against it"},
	{"redoable", "It was taken back, and `redo` could make it again"},
	{"floating-undo", "It was taken back"},
	{"undone-by", "By whom"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_history = {
	.path = "/system/history",
	.help = "What operators, reloads and RADIUS servers have changed: the last 200 changes of "
		"the configuration, 200 others, and 100 of RADIUS servers; kept over restarts",
	.status = history_status,
	.next = history_next,
	.find = history_find,
};
