/* SPDX-License-Identifier: BSD-3-Clause */
/* print follow: what is there, and then what changes, as events tell of it: each item that was
 * added or changed, as it is now, and which were removed. Where no events tell of a list, it is
 * looked at each second. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "again.h"
#include "ctl.h"
#include "print.h"
#include "table.h"
#include "value.h"

#define LOOK_MS 1000

struct follower {
	struct ctl *ctl;
	const struct ctl_menu *menu;
	const struct ctl_printing *printing;
	struct ctl_api look; /* to ask while events come */
	json_t *known;	     /* the items, by .id */
	json_t *numbers;     /* theirs in commands, by .id */
	struct ctl_table table;
	bool begun;   /* the table's head is shown */
	json_t *head; /* whose names the table's columns borrow */
	enum ctl_result result;
};

/* ---- what is shown ---- */

/* Those of the first look, which others follow. */
static void number_all(struct follower *f)
{
	const json_t *id;
	size_t i;

	json_array_foreach (f->ctl->ids, i, id)
		if (json_is_string(id))
			json_object_set_new(f->numbers, json_string_value(id),
					    json_integer((json_int_t)i));
}

/* Its number in commands, a new one if need be. */
static size_t number_of(struct follower *f, const char *id)
{
	const json_t *number = json_object_get(f->numbers, id);

	if (number != NULL)
		return (size_t)json_integer_value(number);
	json_array_append_new(f->ctl->ids, json_string(id));
	json_object_set_new(f->numbers, id,
			    json_integer((json_int_t)json_array_size(f->ctl->ids) - 1));
	return json_array_size(f->ctl->ids) - 1;
}

static void show_row(struct follower *f, const char *number, json_t *item)
{
	json_t *one = json_pack("[O]", item);

	if (!f->begun || ctl_table_lacks(&f->table, item)) {
		json_decref(f->head);
		f->head = json_incref(one);
		ctl_table_begin(&f->table, f->ctl->out, &f->ctl->look, one);
		f->begun = true;
	}
	ctl_table_row(&f->table, f->ctl->out, number, item);
	json_decref(one);
}

/* ITEM as it is now, or was when it went. */
static void show(struct follower *f, const char *id, json_t *item, bool gone)
{
	size_t number = number_of(f, id);
	char text[24];

	snprintf(text, sizeof(text), "%zu", number);
	if (f->ctl->json) {
		json_t *whole = json_copy(item);
		if (gone)
			json_object_set_new(whole, ".dead", json_true());
		ctl_value_json(f->ctl->out, whole, JSON_COMPACT);
		fputc('\n', f->ctl->out);
		json_decref(whole);
	} else if (f->printing->form == CTL_TABLE) {
		show_row(f, gone ? "-" : text, item);
	} else {
		json_t *one = json_pack("[O]", item);
		if (gone)
			fputs("- ", f->ctl->out);
		ctl_print_items(f->ctl, f->ctl->out, f->printing, one, number);
		json_decref(one);
	}
	if (fflush(f->ctl->out) != 0)
		f->result = CTL_ERROR;
}

static void show_gone(struct follower *f, const char *id)
{
	json_t *item = json_incref(json_object_get(f->known, id));

	if (item == NULL && f->printing->query == NULL)
		item = json_pack("{s:s}", ".id", id);
	if (item != NULL)
		show(f, id, item, true);
	json_object_del(f->known, id);
	json_decref(item);
}

static void know(struct follower *f, const json_t *items)
{
	json_t *item;
	size_t i;

	json_array_foreach (items, i, item) {
		const char *id = json_string_value(json_object_get(item, ".id"));
		if (id != NULL)
			json_object_set(f->known, id, item);
	}
}

/* With .id, by which changes are told. */
static char *with_id(const char *proplist)
{
	char *text = NULL;

	if (proplist != NULL && asprintf(&text, ".id,%s", proplist) < 0)
		text = NULL;
	return text;
}

static enum ctl_result begin(struct follower *f)
{
	const struct ctl *ctl = f->ctl;
	struct ctl_printing printing = *f->printing;
	char *proplist = with_id(printing.proplist);
	json_t *items = NULL;
	enum ctl_result result;

	printing.proplist = proplist;
	result = ctl_print_all(f->ctl, &f->look, NULL, f->menu->path, &printing, &items);
	free(proplist);
	if (result != CTL_OK)
		return result;
	know(f, items);
	number_all(f);
	if (f->printing->follow_only || json_array_size(items) == 0) {
		json_decref(items);
		return CTL_OK;
	}
	if (ctl->json) {
		json_t *item;
		size_t i;

		json_array_foreach (items, i, item) {
			ctl_value_json(ctl->out, item, JSON_COMPACT);
			fputc('\n', ctl->out);
		}
	} else if (printing.form == CTL_TABLE) {
		f->head = json_incref(items);
		ctl_table_begin(&f->table, ctl->out, &ctl->look, items);
		f->begun = true;
		for (size_t i = 0; i < json_array_size(items); i++) {
			char number[24];

			snprintf(number, sizeof(number), "%zu", i);
			ctl_table_row(&f->table, ctl->out, number, json_array_get(items, i));
		}
		ctl_table_end(&f->table, ctl->out);
	} else {
		ctl_print_items(ctl, ctl->out, &printing, items, 0);
	}
	json_decref(items);
	return fflush(ctl->out) == 0 ? CTL_OK : CTL_ERROR;
}

/* ---- events ---- */

/* The item ID as it is now, if it is still there and wanted. A new reference. */
static json_t *look_at(struct follower *f, const char *id)
{
	json_t *query =
		f->printing->query != NULL ? json_deep_copy(f->printing->query) : json_array();
	char *proplist = with_id(f->printing->proplist);
	json_t *items = NULL, *item = NULL;

	json_array_append_new(query, json_sprintf("=.id=%s", id));
	if (f->printing->query != NULL)
		json_array_append_new(query, json_string("#&"));
	if (ctl_api_list(&f->look, f->menu->path, query, proplist, &items) == 0)
		item = json_incref(json_array_get(items, 0));
	json_decref(items);
	json_decref(query);
	free(proplist);
	return item;
}

static bool is_sessions(const struct ctl_menu *menu)
{
	return strcmp(menu->path, "/ppp/active") == 0;
}

static bool is_log(const struct ctl_menu *menu)
{
	return strcmp(menu->path, "/log") == 0;
}

/* What is told of MENU; a new reference. */
static json_t *filter_of(const struct ctl_menu *menu)
{
	if (is_sessions(menu))
		return json_object();
	if (is_log(menu))
		return json_pack("{s:s}", "event", "log");
	return json_pack("{s:s, s:s}", "event", "config", "path", menu->path);
}

static bool is_about(const struct follower *f, const json_t *event)
{
	const char *name = json_string_value(json_object_get(event, "event"));

	return !is_sessions(f->menu) ||
	       (name != NULL && strncmp(name, "session-", strlen("session-")) == 0);
}

static bool tells_of_an_end(const json_t *event)
{
	const char *name = json_string_value(json_object_get(event, "event"));
	const char *what = json_string_value(json_object_get(event, "what"));

	return (name != NULL && strcmp(name, "session-down") == 0) ||
	       (what != NULL && strcmp(what, "remove") == 0);
}

static void take_event(struct follower *f, const json_t *event)
{
	const char *id = json_string_value(json_object_get(event, ".id"));
	json_t *item;

	if (id == NULL || !is_about(f, event))
		return;
	if (tells_of_an_end(event)) {
		show_gone(f, id);
		return;
	}
	item = look_at(f, id);
	if (item == NULL && json_object_get(f->known, id) != NULL)
		show_gone(f, id);
	if (item == NULL)
		return;
	/* What is known already has been shown when it was asked for. */
	if (!json_equal(item, json_object_get(f->known, id)))
		show(f, id, item, false);
	if (!is_log(f->menu))
		json_object_set(f->known, id, item);
	json_decref(item);
}

static int on_event(void *user, const char *json)
{
	struct follower *f = user;
	json_t *event;

	if (json == NULL) {
		f->result = begin(f);
	} else {
		event = json_loads(json, 0, NULL);
		take_event(f, event);
		json_decref(event);
	}
	return f->result != CTL_OK || ctl_interrupted(f->ctl);
}

static enum ctl_result follow_events(struct follower *f)
{
	json_t *filter = filter_of(f->menu);
	int code = ctl_api_events(&f->ctl->api, filter, on_event, f);

	json_decref(filter);
	if (code != 0)
		return ctl_fail(f->ctl, CTL_ERROR, 0, "%s", f->ctl->api.error);
	return f->result;
}

/* ---- lists that no events tell of ---- */

static void compare(struct follower *f, json_t *now)
{
	json_t *there = json_object(), *item;
	const char *id;
	size_t i;
	void *next;

	json_array_foreach (now, i, item) {
		id = json_string_value(json_object_get(item, ".id"));
		if (id == NULL)
			continue;
		json_object_set(there, id, item);
		if (!json_equal(item, json_object_get(f->known, id)))
			show(f, id, item, false);
		json_object_set(f->known, id, item);
	}
	json_object_foreach_safe(f->known, next, id, item) if (json_object_get(there, id) == NULL)
		show_gone(f, id);
	json_decref(there);
}

static enum ctl_result follow_looks(struct follower *f)
{
	unsigned left_ms = UINT_MAX;
	char *proplist = with_id(f->printing->proplist);
	enum ctl_result result = begin(f);

	while (result == CTL_OK && ctl_pause(f->ctl, LOOK_MS, &left_ms)) {
		json_t *now = NULL;

		if (ctl_api_list(&f->look, f->menu->path, f->printing->query, proplist, &now) != 0)
			result = ctl_fail(f->ctl, CTL_ERROR, 0, "%s", f->look.error);
		else
			compare(f, now);
		json_decref(now);
		result = result == CTL_OK ? f->result : result;
	}
	free(proplist);
	return result;
}

enum ctl_result ctl_follow(struct ctl *ctl, const struct ctl_menu *menu,
			   const struct ctl_printing *printing)
{
	struct follower f = {.ctl = ctl,
			     .menu = menu,
			     .printing = printing,
			     .known = json_object(),
			     .numbers = json_object()};
	bool told = json_array_size(menu->properties) > 0 || is_sessions(menu) || is_log(menu);
	enum ctl_result result;

	if (printing->count_only || printing->interval_ms > 0) {
		json_decref(f.known);
		json_decref(f.numbers);
		return ctl_fail(ctl, CTL_USAGE, 0,
				"follow goes with neither count-only nor interval=");
	}
	if (ctl_api_open(&f.look, ctl->api.socket) != 0) {
		json_decref(f.known);
		json_decref(f.numbers);
		return ctl_fail(ctl, CTL_ERROR, 0, "memory is out");
	}
	f.look.interrupted = ctl->api.interrupted;
	result = told ? follow_events(&f) : follow_looks(&f);
	ctl_api_close(&f.look);
	json_decref(f.head);
	json_decref(f.known);
	json_decref(f.numbers);
	return result;
}
