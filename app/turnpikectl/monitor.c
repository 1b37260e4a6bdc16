/* SPDX-License-Identifier: BSD-3-Clause */
/* monitor: how an item does, in place, until it is interrupted. scan: who answers, as they do. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "again.h"
#include "ctl.h"
#include "select.h"
#include "table.h"
#include "value.h"

#define SCAN_SECONDS 3 /* where nobody can interrupt it */

/* ---- monitor ----------------------------------------------------------------------------------
 */

/* Of each of ITEMS, into *VALUES. */
static enum ctl_result ask_all(struct ctl *ctl, const char *path, json_t *items, json_t **values)
{
	char command[CTL_PATH_MAX + 16];
	json_t *item;
	size_t i;

	snprintf(command, sizeof(command), "%s/monitor", path);
	*values = json_array();
	json_array_foreach (items, i, item) {
		json_t *body = json_pack("{s:O, s:s}", "numbers", item, "once", "");
		json_t *value = NULL;
		int code = ctl_api_call(&ctl->api, "POST", command, NULL, NULL, body, &value);

		json_decref(body);
		if (code == 0)
			json_array_extend(*values, value);
		json_decref(value);
		if (code == 0)
			continue;
		json_decref(*values);
		*values = NULL;
		return ctl_fail(ctl, CTL_ERROR, 0, "%s", ctl->api.error);
	}
	return CTL_OK;
}

/* What the words behind the items ask for. */
struct watching {
	bool once, as_value, without_paging;
	unsigned interval_ms, left_ms;
};

static char *show(const struct ctl *ctl, const struct watching *how, const json_t *values)
{
	char *text = NULL;
	size_t size = 0, i;
	FILE *out = open_memstream(&text, &size);
	json_t *value;

	if (out == NULL)
		return NULL;
	if (ctl->json) {
		ctl_value_json(out, values, how->once ? JSON_INDENT(2) : 0);
		fputc('\n', out);
	} else if (how->as_value) {
		ctl_table_as_value(out, values);
	} else {
		json_array_foreach (values, i, value)
			ctl_table_single(out, &ctl->look, value);
	}
	fclose(out);
	return text;
}

static enum ctl_result watch(struct ctl *ctl, const char *path, json_t *items, struct watching *how)
{
	enum ctl_result result;
	unsigned lines = 0;
	json_t *values;

	do {
		result = ask_all(ctl, path, items, &values);
		if (result != CTL_OK)
			return result;
		char *text = show(ctl, how, values);
		json_decref(values);
		if (how->without_paging)
			lines = 0;
		if (text != NULL)
			ctl_again(ctl, text, &lines);
		free(text);
		if (ferror(ctl->out))
			return CTL_ERROR;
	} while (!how->once && ctl_pause(ctl, how->interval_ms, &how->left_ms));
	return CTL_OK;
}

/* Is it one of the words behind the items? */
static bool take_word(const struct ctl_word *word, struct watching *how, bool *wrong)
{
	bool plain = word->kind == CTL_BARE && !word->quoted;

	if (word->kind == CTL_PAIR && strcmp(word->op, "=") == 0 &&
	    (strcmp(word->name, "interval") == 0 || strcmp(word->name, "duration") == 0)) {
		*wrong = !ctl_time(word->text,
				   word->name[0] == 'i' ? &how->interval_ms : &how->left_ms);
		return true;
	}
	if (plain && strcmp(word->text, "once") == 0)
		return how->once = true;
	if (plain && strcmp(word->text, "as-value") == 0)
		return how->as_value = true;
	if (plain && strcmp(word->text, "without-paging") == 0)
		return how->without_paging = true;
	return false;
}

/* The items among WORDS into ROOM, the rest into HOW. */
static enum ctl_result read_words(struct ctl *ctl, const struct ctl_words *words, size_t first,
				  struct ctl_words *room, struct watching *how)
{
	for (size_t i = 0; i < words->count; i++) {
		const struct ctl_word *word = &words->words[i];
		bool wrong = false;

		if (i < first || !take_word(word, how, &wrong))
			room->words[room->count++] = *word;
		if (wrong)
			return ctl_fail(ctl, CTL_USAGE, word->column,
					"%s: '%s' is no time from 20ms to 1d, as 1s is", word->name,
					word->text);
	}
	return CTL_OK;
}

enum ctl_result ctl_monitor(struct ctl *ctl, const char *path, const struct ctl_words *words,
			    size_t first)
{
	struct ctl_words rest = {.words = calloc(words->count + 1, sizeof(*rest.words))};
	struct watching how = {.interval_ms = 1000, .left_ms = UINT_MAX};
	json_t *items = NULL;
	size_t next = first;

	if (rest.words == NULL)
		return ctl_fail(ctl, CTL_ERROR, 0, "out of memory");
	enum ctl_result result = read_words(ctl, words, first, &rest, &how);
	if (result == CTL_OK)
		result = ctl_select(ctl, path, &rest, &next, &items);
	if (result == CTL_OK && next < rest.count)
		result = ctl_fail(
			ctl, CTL_USAGE, rest.words[next].column,
			"expected end of command; monitor knows once, interval=, duration=, "
			"as-value and without-paging");
	else if (result == CTL_OK && json_array_size(items) == 0)
		result = ctl_fail(ctl, CTL_USAGE, words->words[first - 1].column,
				  "monitor needs an item: its number, its name, or [find …]");
	if (result == CTL_OK)
		result = watch(ctl, path, items, &how);
	json_decref(items);
	free(rest.words);
	return result;
}

/* ---- scan -------------------------------------------------------------------------------------
 */

static void show_offer(FILE *out, const json_t *offer)
{
	char *service = ctl_value_text(json_object_get(offer, "service"));
	char *mac = ctl_value_text(json_object_get(offer, "mac-address"));
	char *name = ctl_value_text(json_object_get(offer, "ac-name"));

	if (service != NULL && mac != NULL && name != NULL)
		fprintf(out, "%-30s %-18s %s\n", service, mac, name);
	free(service);
	free(mac);
	free(name);
}

static void show_new(struct ctl *ctl, json_t *all, json_t *found)
{
	json_t *offer, *other;
	size_t i, k;

	json_array_foreach (found, i, offer) {
		bool known = false;

		json_array_foreach (all, k, other)
			known |= json_equal(other, offer);
		if (known)
			continue;
		json_array_append(all, offer);
		if (!ctl->json)
			show_offer(ctl->out, offer);
	}
	fflush(ctl->out);
}

/* SECONDS 0: until it is interrupted. */
static enum ctl_result scan(struct ctl *ctl, const char *path, const char *interface,
			    unsigned long seconds)
{
	char command[CTL_PATH_MAX + 16];
	json_t *body = json_pack("{s:s, s:s}", "interface", interface, "duration", "1s");
	json_t *all = json_array(), *found = NULL;
	enum ctl_result result = CTL_OK;

	snprintf(command, sizeof(command), "%s/scan", path);
	if (!ctl->json)
		fprintf(ctl->out, "%-30s %-18s %s\n", "SERVICE", "MAC-ADDRESS", "AC-NAME");
	for (unsigned long i = 0; result == CTL_OK && (seconds == 0 || i < seconds); i++) {
		if (ctl_interrupted(ctl))
			break;
		if (ctl_api_call(&ctl->api, "POST", command, NULL, NULL, body, &found) != 0)
			result = ctl_fail(ctl, CTL_ERROR, 0, "%s", ctl->api.error);
		else
			show_new(ctl, all, found);
		json_decref(found);
		found = NULL;
	}
	if (ctl->json && result == CTL_OK) {
		ctl_value_json(ctl->out, all, JSON_INDENT(2));
		fputc('\n', ctl->out);
	}
	json_decref(all);
	json_decref(body);
	return result;
}

enum ctl_result ctl_scan(struct ctl *ctl, const char *path, const struct ctl_words *words,
			 size_t first)
{
	unsigned long seconds = ctl_live(ctl) ? 0 : SCAN_SECONDS;
	const char *interface = NULL;

	for (size_t i = first; i < words->count; i++) {
		const struct ctl_word *word = &words->words[i];
		const char *name = word->kind == CTL_PAIR ? word->name : "interface";
		char *end;

		if (word->kind != CTL_BRACKETS &&
		    (strcmp(name, "interface") == 0 || strcmp(name, "numbers") == 0)) {
			interface = word->text;
			continue;
		}
		seconds = strcmp(name, "duration") == 0 ? strtoul(word->text, &end, 10) : 0;
		if (seconds == 0 || (strcmp(end, "s") != 0 && *end != '\0'))
			return ctl_fail(ctl, CTL_USAGE, word->column,
					"expected an interface, or duration=10s");
	}
	if (interface == NULL)
		return ctl_fail(ctl, CTL_USAGE, words->words[first - 1].column,
				"scan needs an interface");
	return scan(ctl, path, interface, seconds);
}
