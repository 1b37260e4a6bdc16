/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/binary/answer.h"

#include <string.h>

#include "api/api.h"
#include "mgmt/binary/sentence.h"
#include "mgmt/routeros.h"

static void end(struct mgmt_text *out, const char *tag)
{
	if (tag != NULL)
		mgmt_sentence_printf(out, ".tag=%s", tag);
	mgmt_sentence_append(out, "", 0);
}

static void append_properties(struct mgmt_text *out, const json_t *item)
{
	json_t *strings = mgmt_routeros(item), *value;
	const char *name;

	out->failed |= strings == NULL;
	json_object_foreach (strings, name, value)
		mgmt_sentence_printf(out, "=%s=%s", name, json_string_value(value));
	json_decref(strings);
}

void mgmt_answer_item(struct mgmt_text *out, const char *tag, const json_t *item)
{
	mgmt_sentence_printf(out, "!re");
	append_properties(out, item);
	end(out, tag);
}

void mgmt_answer_dead(struct mgmt_text *out, const char *tag, const char *id)
{
	mgmt_sentence_printf(out, "!re");
	mgmt_sentence_printf(out, "=.id=%s", id);
	mgmt_sentence_printf(out, "=.dead=yes");
	end(out, tag);
}

void mgmt_answer_done(struct mgmt_text *out, const char *tag, const json_t *ret)
{
	mgmt_sentence_printf(out, "!done");
	if (ret != NULL) {
		json_t *item = json_pack("{s:O}", "ret", ret);

		append_properties(out, item);
		json_decref(item);
	}
	end(out, tag);
}

void mgmt_answer_trap(struct mgmt_text *out, const char *tag, enum mgmt_trap category,
		      const char *message)
{
	mgmt_sentence_printf(out, "!trap");
	mgmt_sentence_printf(out, "=category=%d", category);
	mgmt_sentence_printf(out, "=message=%s", message);
	end(out, tag);
}

void mgmt_answer_fatal(struct mgmt_text *out, const char *message)
{
	mgmt_sentence_printf(out, "!fatal");
	mgmt_sentence_append(out, message, strlen(message));
	end(out, NULL);
}

void mgmt_answer_error(struct mgmt_text *out, const char *tag, int status, const json_t *body)
{
	const char *message = json_string_value(json_object_get(body, "detail"));
	enum mgmt_trap category = MGMT_TRAP_GENERAL;

	if (message == NULL)
		message = json_string_value(json_object_get(body, "message"));
	if (message == NULL)
		message = "failure";
	if (status == TP_API_NOT_FOUND || strncmp(message, "no such ", 8) == 0)
		category = MGMT_TRAP_MISSING;
	else if (status == TP_API_BAD_REQUEST && strncmp(message, "failure", 7) != 0)
		category = MGMT_TRAP_ARGUMENT;
	mgmt_answer_trap(out, tag, category, message);
}
