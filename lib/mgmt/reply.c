/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "mgmt/server.h"

#define STREAM_BLOCK 16384

/* Of what was made: where it is, by what never changes (RFC 9110, section 10.2.2). */
static void add_location(const struct mgmt_call *call, struct MHD_Response *response)
{
	const struct tp_request *request = call->request;
	const char *id = json_string_value(json_object_get(request->answer, ".id"));
	char url[256];

	if (id == NULL ||
	    snprintf(url, sizeof(url), "/rest%s/%s", request->path, id) >= (int)sizeof(url))
		return;
	MHD_add_response_header(response, "Location", url);
}

/* Of a list with a limit: what a request for what comes behind it says in .after. */
static void add_next(const struct tp_request *request, struct MHD_Response *response)
{
	char cursor[TP_API_CURSOR_LEN];

	if (request != NULL && request->rest)
		MHD_add_response_header(response, "Turnpike-Next", tp_api_cursor(request, cursor));
}

/* Who it is may do that. */
static void add_rights(const struct tp_rights *rights, struct MHD_Response *response)
{
	char words[64] = "";

	for (unsigned i = 0; tp_policy_words[i] != NULL; i++)
		if ((rights->policy >> i & 1) != 0)
			snprintf(words + strlen(words), sizeof(words) - strlen(words), "%s%s",
				 words[0] != '\0' ? "," : "", tp_policy_words[i]);
	MHD_add_response_header(response, "Turnpike-Group", rights->group);
	MHD_add_response_header(response, "Turnpike-Policy", words);
}

static enum MHD_Result queue(struct mgmt_call *call, int status, const char *type,
			     struct MHD_Response *response)
{
	struct tp_mgmt *mgmt = call->mgmt;

	if (response == NULL)
		return MHD_NO;
	MHD_add_response_header(response, "Cache-Control", "no-store");
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	if (call->known)
		add_rights(&call->rights, response);
	if (type != NULL)
		MHD_add_response_header(response, "Content-Type", type);
	if (call->last)
		MHD_add_response_header(response, "Connection", "close");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED && call->route.allow != NULL)
		MHD_add_response_header(response, "Allow", call->route.allow);
	if (status == MHD_HTTP_UNAUTHORIZED)
		MHD_add_response_header(response, "WWW-Authenticate",
					"Basic realm=\"Turnpike\", charset=\"UTF-8\"");
	if (status == MHD_HTTP_OK)
		add_next(call->request, response);
	if (status == MHD_HTTP_CREATED)
		add_location(call, response);
	if (status == MHD_HTTP_TOO_MANY_REQUESTS)
		MHD_add_response_header(response, "Retry-After", "60");
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
		MHD_add_response_header(response, "Retry-After", "1");
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE || status == MHD_HTTP_GATEWAY_TIMEOUT)
		mgmt->refused++;
	mgmt->requests++;
	if (call->state != MGMT_CALL_LISTENING && call->state != MGMT_CALL_POURING)
		call->state = MGMT_CALL_SENDING;
	enum MHD_Result result = MHD_queue_response(call->connection, (unsigned)status, response);
	MHD_destroy_response(response);
	return result;
}

enum MHD_Result mgmt_reply_text(struct mgmt_call *call, int status, const char *type,
				struct mgmt_text *text)
{
	if (text->failed) {
		mgmt_text_free(text);
		return MHD_NO;
	}
	struct MHD_Response *response =
		MHD_create_response_from_buffer(text->len, text->data, MHD_RESPMEM_MUST_FREE);
	if (response == NULL)
		mgmt_text_free(text);
	*text = (struct mgmt_text){0};
	return queue(call, status, type, response);
}

enum MHD_Result mgmt_reply_page(struct mgmt_call *call)
{
	unsigned status;
	struct MHD_Response *response =
		mgmt_page_answer(call->file,
				 MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND,
							     MHD_HTTP_HEADER_IF_NONE_MATCH),
				 &status);

	call->mgmt->requests++;
	call->state = MGMT_CALL_SENDING;
	return MHD_queue_response(call->connection, status, response);
}

enum MHD_Result mgmt_reply_empty(struct mgmt_call *call, int status)
{
	return queue(call, status, NULL,
		     MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT));
}

enum MHD_Result mgmt_reply_json(struct mgmt_call *call, int status, const json_t *value)
{
	struct mgmt_text text = {0};

	mgmt_text_json(&text, value);
	mgmt_text_string(&text, "\n");
	return mgmt_reply_text(call, status, "application/json", &text);
}

enum MHD_Result mgmt_reply_error(struct mgmt_call *call, int status, const char *detail)
{
	json_t *error = tp_api_error_body(status, detail);

	if (error == NULL)
		return MHD_NO;
	enum MHD_Result result = mgmt_reply_json(call, status, error);
	json_decref(error);
	return result;
}

enum MHD_Result mgmt_reply_stream(struct mgmt_call *call, const char *type,
				  MHD_ContentReaderCallback read)
{
	return queue(call, MHD_HTTP_OK, type,
		     MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, read, call,
						       NULL));
}
