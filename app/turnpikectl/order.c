/* SPDX-License-Identifier: BSD-3-Clause */
/* start and stop: a command whose words are properties, and whose answer is one item. */
#include <string.h>

#include "ctl.h"
#include "table.h"
#include "value.h"

static enum ctl_result read_words(struct ctl *ctl, const struct ctl_words *words, size_t first,
				  json_t *body)
{
	for (size_t i = first; i < words->count; i++) {
		const struct ctl_word *word = &words->words[i];

		if (word->kind != CTL_PAIR || strcmp(word->op, "=") != 0)
			return ctl_fail(ctl, CTL_USAGE, word->column, "expected PROPERTY=VALUE");
		json_object_set_new(body, word->name, json_string(word->text));
	}
	return CTL_OK;
}

enum ctl_result ctl_order(struct ctl *ctl, const char *path, enum ctl_verb verb,
			  const struct ctl_words *words, size_t first)
{
	char command[CTL_PATH_MAX + 16];
	json_t *body = json_object(), *answer = NULL;
	enum ctl_result result = read_words(ctl, words, first, body);

	snprintf(command, sizeof(command), "%s/%s", path, ctl_verb_name(verb));
	if (result == CTL_OK &&
	    ctl_api_call(&ctl->api, "POST", command, NULL, NULL, body, &answer) != 0)
		result = ctl_fail(ctl, CTL_ERROR, 0, "%s", ctl->api.error);
	if (result == CTL_OK && ctl->json) {
		ctl_value_json(ctl->out, answer, JSON_INDENT(2));
		fputc('\n', ctl->out);
	} else if (result == CTL_OK) {
		ctl_table_single(ctl->out, answer);
	}
	json_decref(answer);
	json_decref(body);
	return result;
}
