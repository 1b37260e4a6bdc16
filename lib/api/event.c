/* SPDX-License-Identifier: BSD-3-Clause */
#include "api/event.h"

#include <stdio.h>
#include <time.h>

#include "api/json.h"
#include "base/clock.h"

json_t *tp_event_create(const char *name)
{
	uint64_t wall_ms = tp_clock_wall_ms();
	time_t seconds = (time_t)(wall_ms / 1000);
	char day[24], text[40];
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(day, sizeof(day), "%FT%T", &tm);
	snprintf(text, sizeof(text), "%s.%03uZ", day, (unsigned)(wall_ms % 1000));
	return json_pack("{s:s, s:s}", "event", name, "time", text);
}

void tp_event_config(struct tp_mailbox *mailbox, const char *what, const char *path,
		     const char *key, const char *id)
{
	json_t *o;

	if (!tp_mailbox_listens(mailbox))
		return;
	o = tp_event_create("config");
	json_object_set_new(o, "what", json_string(what));
	tp_json_text(o, "path", path);
	if (key[0] != '\0')
		tp_json_text(o, "name", key);
	if (id[0] != '\0')
		tp_json_text(o, ".id", id);
	tp_mailbox_event(mailbox, o);
}
