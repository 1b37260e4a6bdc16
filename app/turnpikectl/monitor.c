/* SPDX-License-Identifier: BSD-3-Clause */
/* monitor: how an item does, in place, until it is interrupted. scan: who answers, as they do. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ctl.h"
#include "select.h"
#include "table.h"
#include "value.h"

#define SCAN_SECONDS 3 /* where nobody can interrupt it */

static bool is_interrupted(const struct ctl *ctl)
{
	return ctl->api.interrupted != NULL && *ctl->api.interrupted;
}

static bool is_live(const struct ctl *ctl)
{
	return !ctl->json && isatty(fileno(ctl->out));
}

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

static unsigned count_lines(const char *text)
{
	unsigned lines = 0;

	for (; (text = strchr(text, '\n')) != NULL; text++)
		lines++;
	return lines;
}

/* In place of the LINES that were shown last; how many there are now. */
static unsigned show_again(struct ctl *ctl, const json_t *values, unsigned lines)
{
	char *text = NULL;
	size_t size = 0, i;
	FILE *out = open_memstream(&text, &size);
	json_t *value;

	json_array_foreach (values, i, value)
		ctl_table_single(out, value);
	fclose(out);
	if (lines > 0)
		fprintf(ctl->out, "\033[%uA\033[J", lines);
	fputs(text, ctl->out);
	fflush(ctl->out);
	lines = count_lines(text);
	free(text);
	return lines;
}

static enum ctl_result watch(struct ctl *ctl, const char *path, json_t *items, bool once)
{
	const struct timespec second = {.tv_sec = 1};
	enum ctl_result result;
	unsigned lines = 0;
	json_t *values;

	do {
		result = ask_all(ctl, path, items, &values);
		if (result != CTL_OK)
			return result;
		if (ctl->json) {
			ctl_value_json(ctl->out, values, once ? JSON_INDENT(2) : 0);
			fputc('\n', ctl->out);
		} else {
			lines = show_again(ctl, values, is_live(ctl) ? lines : 0);
		}
		json_decref(values);
		if (fflush(ctl->out) != 0)
			return CTL_ERROR;
	} while (!once && nanosleep(&second, NULL) == 0 && !is_interrupted(ctl));
	return CTL_OK;
}

/* WORDS without the word `once`; *ONCE: it was there. */
static struct ctl_words without_once(const struct ctl_words *words, size_t first,
				     struct ctl_word *room, bool *once)
{
	struct ctl_words rest = {.words = room};

	*once = false;
	for (size_t i = 0; i < words->count; i++) {
		const struct ctl_word *word = &words->words[i];

		if (i >= first && word->kind == CTL_BARE && !word->quoted &&
		    strcmp(word->text, "once") == 0)
			*once = true;
		else
			room[rest.count++] = *word;
	}
	return rest;
}

enum ctl_result ctl_monitor(struct ctl *ctl, const char *path, const struct ctl_words *words,
			    size_t first)
{
	struct ctl_word *room = calloc(words->count + 1, sizeof(*room));
	struct ctl_words rest;
	json_t *items = NULL;
	size_t next = first;
	enum ctl_result result;
	bool once;

	if (room == NULL)
		return ctl_fail(ctl, CTL_ERROR, 0, "out of memory");
	rest = without_once(words, first, room, &once);
	result = ctl_select(ctl, path, &rest, &next, &items);
	if (result == CTL_OK && next < rest.count)
		result = ctl_fail(ctl, CTL_USAGE, room[next].column,
				  "expected end of command; monitor knows once");
	else if (result == CTL_OK && json_array_size(items) == 0)
		result = ctl_fail(ctl, CTL_USAGE, words->words[first - 1].column,
				  "monitor needs an item: its number, its name, or [find …]");
	if (result == CTL_OK)
		result = watch(ctl, path, items, once);
	json_decref(items);
	free(room);
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
		if (is_interrupted(ctl))
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
	unsigned long seconds = is_live(ctl) ? 0 : SCAN_SECONDS;
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
