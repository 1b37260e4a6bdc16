/* SPDX-License-Identifier: BSD-3-Clause */
/* why: how a subscriber is now, and what has happened to him, a line each. */
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "value.h"

/* Prints the value of NAME behind BEFORE, if there is one. */
static void put(FILE *out, const char *before, const json_t *row, const char *name)
{
	char *text = ctl_value_text(json_object_get(row, name));

	if (text != NULL && text[0] != '\0')
		fprintf(out, "%s%s", before, text);
	free(text);
}

static bool is_now(const json_t *row)
{
	const char *event = json_string_value(json_object_get(row, "event"));

	return event != NULL && strcmp(event, "now") == 0;
}

/* "bob, 02:00:00:00:00:01 on ether3 VLAN 100.7, session 4, 10.0.0.5: connected since …" */
static void show_now(FILE *out, const json_t *row)
{
	put(out, "", row, "name");
	put(out, json_object_get(row, "name") != NULL ? ", " : "", row, "caller-id");
	put(out, " on ", row, "port");
	put(out, " VLAN ", row, "outer-vlan");
	put(out, ".", row, "inner-vlan");
	put(out, ", circuit-id ", row, "circuit-id");
	put(out, ", remote-id ", row, "remote-id");
	put(out, ", session ", row, "session-id");
	put(out, ", ", row, "address");
	put(out, ", ", row, "ipv6-prefix");
	put(out, ", ", row, "delegated-prefix");
	put(out, ": ", row, "text");
	fputc('\n', out);
	put(out, "  try: ", row, "try");
	if (json_object_get(row, "try") != NULL)
		fputc('\n', out);
}

static void show_past(FILE *out, const json_t *row)
{
	put(out, "", row, "time");
	put(out, "  ", row, "text");
	if (json_object_get(row, "count") != NULL) {
		put(out, " (", row, "count");
		put(out, " times since ", row, "first-time");
		fputc(')', out);
	}
	fputc('\n', out);
}

static void show(struct ctl *ctl, const json_t *rows)
{
	bool past = false;
	json_t *row;
	size_t i;

	json_array_foreach (rows, i, row) {
		if (is_now(row)) {
			show_now(ctl->out, row);
			continue;
		}
		if (!past)
			fputc('\n', ctl->out);
		past = true;
		show_past(ctl->out, row);
	}
}

/* One word, or subscriber=WORD. NULL: it is something else. */
static const struct ctl_word *read_word(const struct ctl_words *words, size_t first)
{
	const struct ctl_word *word = first < words->count ? &words->words[first] : NULL;

	if (word == NULL || first + 1 < words->count || word->kind == CTL_BRACKETS ||
	    (word->kind == CTL_PAIR &&
	     (strcmp(word->name, "subscriber") != 0 || strcmp(word->op, "=") != 0)))
		return NULL;
	return word;
}

enum ctl_result ctl_why(struct ctl *ctl, const char *path, const struct ctl_words *words,
			size_t first)
{
	const struct ctl_word *word = read_word(words, first);
	char command[CTL_PATH_MAX + 16];
	enum ctl_result result = CTL_OK;
	json_t *body, *answer = NULL;

	if (word == NULL)
		return ctl_fail(ctl, CTL_USAGE, words->words[first - 1].column,
				"why needs one subscriber: a name, a MAC address, an address, or a "
				"line in quotes");
	snprintf(command, sizeof(command), "%s/why", path);
	body = json_pack("{s:s}", "subscriber", word->text);
	if (ctl_api_call(&ctl->api, "POST", command, NULL, NULL, body, &answer) != 0) {
		result = ctl_fail(ctl, CTL_ERROR, 0, "%s", ctl->api.error);
	} else if (ctl->json) {
		ctl_value_json(ctl->out, answer, JSON_INDENT(2));
		fputc('\n', ctl->out);
	} else {
		show(ctl, answer);
	}
	json_decref(answer);
	json_decref(body);
	return result;
}
