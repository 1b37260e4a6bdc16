/* SPDX-License-Identifier: BSD-3-Clause */
/* POST /ppp/subscriber/why. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/json.h"
#include "control/api.h"
#include "control/why/why.h"

#define ROWS 64 /* of what happened, the last */

/* clang-format off */
const struct tp_status tp_why_answers[] = {
	TP_STATUS_ID,
	{"time", "When; of what repeats, when last"},
	{"first-time", "Of what repeats, when first"},
	{"count", "Of what repeats, how often"},
	{"event", "`now`, `discovery`, `login`, `event` or `end`"},
	{"reason", "The reason in a word; of `now`: `connected`, `dialling` or `offline`"},
	{"name", "The user, where somebody has said who he is"},
	{"caller-id", "The MAC address"},
	{"port", "The port"},
	{"outer-vlan", "The outer tag there"},
	{"inner-vlan", "The inner tag there"},
	{"circuit-id", "The line, as the access node calls it"},
	{"remote-id", "The same"},
	{"session-id", "Of `now`: PPPoE's session id"},
	{"address", "Of `now`: the address that he has"},
	{"ipv6-prefix", "Of `now`: the prefix of his link"},
	{"delegated-prefix", "Of `now`: the first prefix that is delegated to him"},
	{"uptime", "Of `now`: since he is connected"},
	{"text", "One plain line"},
	{"try", "What to try, if something is wrong"},
	TP_STATUS_END,
};
/* clang-format on */

struct row {
	const struct tp_caller *caller;
	const struct tp_history_entry *entry;
};

/* By the last time; of one caller in their order. */
static int by_time(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->entry->last_ms != y->entry->last_ms)
		return x->entry->last_ms < y->entry->last_ms ? -1 : 1;
	if (x->entry != y->entry)
		return x->entry < y->entry ? -1 : 1;
	return 0;
}

/* Into ROWS, which has room for all. */
static unsigned gather(const struct tp_look *look, struct row *rows)
{
	unsigned count = 0;

	for (unsigned i = 0; i < look->caller_count; i++)
		for (unsigned k = 0; k < look->callers[i]->count; k++)
			rows[count++] =
				(struct row){look->callers[i], &look->callers[i]->entries[k]};
	qsort(rows, count, sizeof(*rows), by_time);
	return count;
}

static json_t *row_json(const struct row *row)
{
	const struct tp_history_entry *e = row->entry;
	const char *advice = tp_history_advice(e->kind, e->code);
	char text[TP_HISTORY_TEXT_MAX + 64];
	json_t *o = json_object();

	tp_control_put_time(o, "time", e->last_ms);
	if (e->count > 1) {
		tp_control_put_time(o, "first-time", e->last_ms - e->span_s * UINT64_C(1000));
		tp_json_number(o, "count", e->count);
	}
	tp_json_text(o, "event", tp_history_kind_name(e->kind));
	tp_json_text(o, "reason", tp_history_word(e->kind, e->code));
	tp_control_put_caller(o, row->caller);
	tp_control_entry_text(e, text, sizeof(text));
	tp_json_text(o, "text", text);
	if (advice != NULL)
		tp_json_text(o, "try", advice);
	return o;
}

static bool is_end(const struct tp_history_entry *e)
{
	return e->kind != TP_HISTORY_EVENT || tp_history_advice(e->kind, e->code) != NULL;
}

/* Why he is not there is the last thing that went wrong, if he has not been up since. */
static const struct row *last_of(const struct row *rows, unsigned count)
{
	for (unsigned i = count; i > 0; i--)
		if (is_end(rows[i - 1].entry) || rows[i - 1].entry->code == TP_AC_SESSION_UP)
			return &rows[i - 1];
	return count > 0 ? &rows[count - 1] : NULL;
}

static json_t *answer_of(const struct tp_control *c, const char *text, const struct tp_look *look,
			 const struct row *rows, unsigned count)
{
	const struct row *last = last_of(rows, count);
	json_t *answer = json_array();

	for (unsigned i = 0; i < look->line_count; i++)
		json_array_append_new(answer, tp_control_line_state(c, look->lines[i]));
	if (look->line_count == 0)
		json_array_append_new(
			answer, tp_control_no_state(c, text, last != NULL ? last->caller : NULL,
						    last != NULL ? last->entry : NULL));
	for (unsigned i = count > ROWS ? count - ROWS : 0; i < count; i++)
		json_array_append_new(answer, row_json(&rows[i]));
	return answer;
}

/* Nothing is known under that name, nor is it a user's. */
static bool is_nobody(const struct tp_control *c, const char *text, const struct tp_look *look)
{
	return look->caller_count == 0 && look->line_count == 0 &&
	       tp_config_find(c->config, TP_PPP_SECRET, text) == NULL;
}

static void answer(struct tp_control *c, struct tp_request *request, const char *text)
{
	struct row *rows = malloc(TP_LOOK_CALLERS * TP_HISTORY_LINES_MAX * sizeof(*rows));
	struct tp_look look;
	unsigned count;

	if (rows == NULL) {
		tp_api_error(request, TP_API_INTERNAL, "out of memory");
		return;
	}
	tp_control_look(c, text, &look);
	if (is_nobody(c, text, &look)) {
		tp_api_error(request, TP_API_NOT_FOUND,
			     "nothing is remembered of such a user, MAC address, address or line: "
			     "not even a PADI has come");
	} else {
		count = gather(&look, rows);
		tp_api_answer(request, TP_API_OK, answer_of(c, text, &look, rows, count));
	}
	free(rows);
}

enum tp_api_command tp_control_why(void *user, struct tp_request *request)
{
	const char *text = json_string_value(json_object_get(request->body, "subscriber"));
	char detail[128];
	const char *name;
	json_t *value;

	json_object_foreach (request->body, name, value) {
		if (strcmp(name, "subscriber") == 0)
			continue;
		snprintf(detail, sizeof(detail), "unknown parameter %.64s", name);
		tp_api_error(request, TP_API_BAD_REQUEST, detail);
		return TP_API_ANSWERED;
	}
	if (text == NULL || text[0] == '\0')
		tp_api_error(request, TP_API_BAD_REQUEST, "missing =subscriber=");
	else
		answer(user, request, text);
	return TP_API_ANSWERED;
}
