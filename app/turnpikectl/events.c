/* SPDX-License-Identifier: BSD-3-Clause */
/* events: what happens, line by line, while it happens. */
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "value.h"

static int print_event(void *user, const char *json)
{
	struct ctl *ctl = user;
	json_t *event = json != NULL ? json_loads(json, 0, NULL) : NULL, *value;
	const char *name;

	if (ctl->json && event != NULL) {
		ctl_value_json(ctl->out, event, JSON_COMPACT);
		fputc('\n', ctl->out);
	} else if (json_is_object(event)) {
		char *time = ctl_value_text(json_object_get(event, "time"));
		char *what = ctl_value_text(json_object_get(event, "event"));
		fprintf(ctl->out, "%s %s", time, what);
		json_object_foreach (event, name, value) {
			char *text = ctl_value_text(value);
			if (strcmp(name, "time") != 0 && strcmp(name, "event") != 0)
				fprintf(ctl->out, " %s=%s", name, text);
			free(text);
		}
		fputc('\n', ctl->out);
		free(time);
		free(what);
	}
	json_decref(event);
	return fflush(ctl->out) == 0 ? 0 : -1;
}

enum ctl_result ctl_events(struct ctl *ctl)
{
	if (ctl_api_events(&ctl->api, NULL, print_event, ctl) != 0)
		return ctl_fail(ctl, CTL_ERROR, 0, "%s", ctl->api.error);
	return CTL_OK;
}
