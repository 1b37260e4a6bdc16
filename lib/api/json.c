/* SPDX-License-Identifier: BSD-3-Clause */
#include "api/json.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"

void tp_json_text(json_t *o, const char *name, const char *text)
{
	char *shown;

	if (text == NULL || tp_text_is_plain(text)) {
		json_object_set_new(o, name, json_string(text));
		return;
	}
	shown = malloc(TP_TEXT_ROOM(strlen(text)));
	if (shown == NULL)
		return;
	tp_text_show(text, shown, TP_TEXT_ROOM(strlen(text)));
	json_object_set_new(o, name, json_string(shown));
	free(shown);
}

void tp_json_date(json_t *o, const char *name, uint64_t wall_ms)
{
	time_t seconds = (time_t)(wall_ms / 1000);
	struct tm local;
	char text[32];

	if (localtime_r(&seconds, &local) == NULL)
		return;
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &local);
	tp_json_text(o, name, text);
}

const char *tp_api_text(const json_t *value, char text[TP_API_TEXT_LEN])
{
	if (json_is_string(value))
		return json_string_value(value);
	if (json_is_boolean(value))
		return json_is_true(value) ? "true" : "false";
	if (!json_is_integer(value))
		return NULL;
	snprintf(text, TP_API_TEXT_LEN, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	return text;
}
