/* SPDX-License-Identifier: BSD-3-Clause */
/* What a refusal looks like, whoever refuses. */
#include "api/api.h"
#include "api/json.h"

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
