/* SPDX-License-Identifier: BSD-3-Clause */
/* What a refusal looks like, whoever refuses. */
#include "api/api.h"
#include "api/json.h"
#include "config/file/file.h"

/* RFC 9110, section 15.5 and 15.6; RFC 6585. */
static const char *status_text(int status)
{
	static const struct {
		int status;
		const char *text;
	} texts[] = {
		{400, "Bad Request"},	      {401, "Unauthorized"},
		{403, "Forbidden"},	      {404, "Not Found"},
		{405, "Method Not Allowed"},  {409, "Conflict"},
		{413, "Content Too Large"},   {415, "Unsupported Media Type"},
		{429, "Too Many Requests"},   {500, "Internal Server Error"},
		{503, "Service Unavailable"}, {504, "Gateway Timeout"},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].status == status)
			return texts[i].text;
	return status < 500 ? "Bad Request" : "Internal Server Error";
}

json_t *tp_api_error_body(int status, const char *detail)
{
	json_t *body = json_pack("{s:i, s:s}", "error", status, "message", status_text(status));

	if (body != NULL && detail != NULL)
		tp_json_text(body, "detail", detail);
	return body;
}

static void add_errors(json_t *answer, const char *name, const struct tp_errors *errors)
{
	json_t *list = errors->count > 0 ? json_array() : NULL;

	for (unsigned i = 0; i < errors->count; i++) {
		const struct tp_error *e = &errors->error[i];

		json_array_append_new(list, json_sprintf("%s: %s", e->place, e->message));
	}
	if (list != NULL)
		json_object_set_new(answer, name, list);
}

json_t *tp_api_reload_answer(unsigned changes, const struct tp_errors *warnings,
			     const struct tp_errors *waits)
{
	json_t *answer = json_pack("{s:i}", "changes", (int)changes);

	add_errors(answer, "warnings", warnings);
	add_errors(answer, "waits-for-restart", waits);
	return answer;
}

void tp_api_errors_to_text(const struct tp_errors *errors, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < errors->count && len < size; i++)
		len += (size_t)snprintf(text + len, size - len, "%s%s: %s", i > 0 ? "; " : "",
					errors->error[i].place, errors->error[i].message);
}
