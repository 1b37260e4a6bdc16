/* SPDX-License-Identifier: BSD-3-Clause */
/* What a dry run answered, for a person: each change, then how many sessions it is about. */
#include <stdlib.h>

#include "ctl.h"
#include "value.h"

static void print_text(struct ctl *ctl, const json_t *value)
{
	char *text = ctl_value_text(value);

	fputs(text != NULL ? text : "", ctl->out);
	free(text);
}

static long long number(const json_t *answer, const char *name)
{
	return (long long)json_integer_value(json_object_get(answer, name));
}

void ctl_preview(struct ctl *ctl, const json_t *answer)
{
	const json_t *changes = json_object_get(answer, "changes"), *change;
	size_t i;

	json_array_foreach (changes, i, change) {
		const json_t *difference = json_object_get(change, "changes");

		print_text(ctl, json_object_get(change, "action"));
		if (json_string_length(difference) > 0)
			fputs(": ", ctl->out);
		print_text(ctl, difference);
		fputs(json_is_true(json_object_get(change, "needs-restart"))
			      ? " (needs a restart)\n"
			      : "\n",
		      ctl->out);
	}
	if (number(answer, "total") > (long long)json_array_size(changes))
		fprintf(ctl->out, "and %lld more\n",
			number(answer, "total") - (long long)json_array_size(changes));
	fprintf(ctl->out, "sessions affected: %lld (ended: %lld, changed: %lld)\n",
		number(answer, "sessions-affected"), number(answer, "sessions-ended"),
		number(answer, "sessions-changed"));
}
