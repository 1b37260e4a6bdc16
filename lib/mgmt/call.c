/* SPDX-License-Identifier: BSD-3-Clause */
/* One call of a client: its URL and body become a request for control, the connection is
 * suspended while control works, and the answer becomes the response.
 *
 * A call outlives its connection while control still holds its request. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "api/menus.h"
#include "base/log.h"
#include "mgmt/routeros.h"
#include "mgmt/server.h"

/* A body is read to its end before it is refused, so that the client hears why, but not for
 * ever. */
#define DRAIN_MAX (16 * MGMT_BODY_MAX)

static void question_free(struct mgmt_call *call)
{
	if (call->question != NULL)
		mgmt_question_wipe(call->question);
	mgmt_request_free(call->question);
	call->question = NULL;
}

static void call_free(struct mgmt_call *call)
{
	TAILQ_REMOVE(&call->mgmt->calls, call, entry);
	question_free(call);
	mgmt_request_free(call->request);
	mgmt_body_free(&call->body);
	mgmt_stream_free(&call->stream);
	json_decref(call->part);
	free(call);
}

static void answered(struct tp_request *request);

void *mgmt_call_create(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct mgmt_service *service = cls;
	struct tp_mgmt *mgmt = service->mgmt;
	struct mgmt_call *call = calloc(1, sizeof(*call));

	if (call == NULL)
		return NULL;
	call->asker.answered = answered;
	call->mgmt = mgmt;
	call->service = service;
	call->connection = connection;
	/* Decoding would end the text there. */
	call->bad_url = strstr(uri, "%00") != NULL;
	TAILQ_INSERT_TAIL(&mgmt->calls, call, entry);
	mgmt_peer_begun(connection, mgmt->now_ms, mgmt->now_ms + mgmt->setup.request_timeout_ms);
	return call;
}

void mgmt_call_completed(void *cls, struct MHD_Connection *connection, void **context,
			 enum MHD_RequestTerminationCode code)
{
	struct mgmt_call *call = *context;

	if (call == NULL)
		return;
	const struct tp_mgmt *mgmt = call->mgmt;
	mgmt_peer_served(connection, mgmt->now_ms,
			 mgmt->now_ms + mgmt->setup.idle_timeout_s * UINT64_C(1000));
	*context = NULL;
	call->connection = NULL;
	call->service = NULL;
	mgmt_listener_free(call);
	call->state = MGMT_CALL_SENDING;
	if (!call->under_way)
		call_free(call);
}

static bool submit(struct mgmt_call *call, struct tp_request *request)
{
	call->under_way = mgmt_submit(call->mgmt, request);
	return call->under_way;
}

bool mgmt_call_submit(struct mgmt_call *call)
{
	return submit(call, call->request);
}

bool mgmt_call_ask(struct mgmt_call *call)
{
	call->question = mgmt_access_ask(call);
	if (call->question == NULL)
		return false;
	if (!submit(call, call->question)) {
		question_free(call);
		return false;
	}
	call->state = MGMT_CALL_ASKING;
	call->deadline_ms =
		call->mgmt->now_ms + TP_LOGIN_WAIT_MS + call->mgmt->setup.answer_timeout_ms;
	mgmt_peer_waits(call->connection, call->deadline_ms);
	return true;
}

static void told(struct mgmt_call *call)
{
	call->state = MGMT_CALL_TOLD;
	if (call->suspended)
		MHD_resume_connection(call->connection);
	call->suspended = false;
}

static void resume_answered(struct mgmt_call *call)
{
	call->state = MGMT_CALL_ANSWERED;
	MHD_resume_connection(call->connection);
}

static void answered(struct tp_request *request)
{
	struct mgmt_call *call = request->user;

	call->under_way = false;
	if (call->connection == NULL)
		call_free(call);
	else if (call->state == MGMT_CALL_ASKING)
		told(call);
	else if (call->state == MGMT_CALL_WAITING)
		resume_answered(call);
	else if (call->state == MGMT_CALL_FETCHING)
		mgmt_stream_continue(call);
}

static void give_up(struct mgmt_call *call)
{
	call->failure =
		call->mgmt->stopping ? MHD_HTTP_SERVICE_UNAVAILABLE : MHD_HTTP_GATEWAY_TIMEOUT;
	call->failure_detail =
		call->mgmt->stopping
			? "turnpike is shutting down"
			: "control did not answer in time; it may still do what was asked";
	resume_answered(call);
}

void mgmt_call_tick(struct mgmt_call *call)
{
	bool late = call->mgmt->stopping || call->mgmt->now_ms >= call->deadline_ms;

	if (call->connection == NULL)
		return;
	switch (call->state) {
	case MGMT_CALL_ASKING:
		if (late)
			told(call);
		break;
	case MGMT_CALL_WAITING:
		if (late)
			give_up(call);
		break;
	case MGMT_CALL_RETRYING:
		mgmt_stream_retry(call);
		if (call->state != MGMT_CALL_RETRYING)
			break;
		/* fall through */
	case MGMT_CALL_FETCHING:
		if (late)
			mgmt_stream_fail(call);
		break;
	case MGMT_CALL_LISTENING:
		mgmt_listener_tick(call);
		break;
	case MGMT_CALL_POURING:
		mgmt_pour_tick(call);
		break;
	default:
		break;
	}
}

static enum MHD_Result collect_query(void *cls, enum MHD_ValueKind kind, const char *key,
				     const char *value)
{
	struct mgmt_call *call = cls;
	struct tp_request *request = call->request;

	if (request->query == NULL)
		request->query = json_object();
	if (json_object_get(request->query, key) != NULL)
		call->twice = true;
	if (json_object_set_new(request->query, key, json_string(value != NULL ? value : "")) != 0)
		call->bad_url = true;
	return MHD_YES;
}

/* The request as far as the URL says it. False: memory is out. */
static bool make_request(struct mgmt_call *call, const char *url)
{
	call->request = calloc(1, sizeof(*call->request));
	if (call->request == NULL)
		return false;
	call->request->user = call;
	call->request->method = call->route.method;
	call->request->routeros = call->strings;
	call->request->takes_stream = true;
	call->request->path = call->route.target == MGMT_REST ? mgmt_route_path(url) : strdup(url);
	if (call->request->path == NULL)
		return false;
	MHD_get_connection_values(call->connection, MHD_GET_ARGUMENT_KIND, collect_query, call);
	json_t *text = json_string(url);
	if (text == NULL)
		call->bad_url = true;
	json_decref(text);
	return true;
}

static enum MHD_Result refuse(struct mgmt_call *call)
{
	return mgmt_reply_error(call, call->failure, call->failure_detail);
}

static enum MHD_Result begin(struct mgmt_call *call, const char *method, const char *url)
{
	bool allowed = false;
	const char *length =
		MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, "Content-Length");

	call->state = MGMT_CALL_RECEIVING;
	call->route = mgmt_route_find(method, url);
	call->file = mgmt_page_find(call->mgmt->page, url);
	if (call->route.target == MGMT_REST && call->route.status == MHD_HTTP_NOT_FOUND &&
	    call->file != NULL)
		call->route = mgmt_route_page(method);
	call->strings = mgmt_routeros_wanted(
		MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, "Accept"),
		call->service->secure);
	if (!make_request(call, url))
		return MHD_NO;
	enum MHD_Result result = mgmt_access_origin(call, method, &allowed);
	if (!allowed)
		return result;
	mgmt_access(call);
	if (call->failure != 0)
		return refuse(call);
	if (call->state == MGMT_CALL_RECEIVING && length != NULL &&
	    strtoumax(length, NULL, 10) > MGMT_BODY_MAX)
		return mgmt_reply_error(call, MHD_HTTP_CONTENT_TOO_LARGE,
					"a body has at most 1 MiB");
	return MHD_YES;
}

static enum MHD_Result receive(struct mgmt_call *call, const char *data, size_t *size)
{
	mgmt_body_append(&call->body, data, *size);
	*size = 0;
	return call->body.received <= DRAIN_MAX ? MHD_YES : MHD_NO;
}

/* libmicrohttpd goes on to the body once the headers have been looked at, and a refusal can be
 * queued only at its end: whether it is to be kept must be known before the first byte is taken. */
static enum MHD_Result wait_for_answer(struct mgmt_call *call)
{
	call->suspended = true;
	MHD_suspend_connection(call->connection);
	return MHD_YES;
}

/* Who it is has been found out, or can't be. */
static void admit(struct mgmt_call *call)
{
	static const struct tp_request none;

	call->state = MGMT_CALL_RECEIVING;
	mgmt_access_told(call, call->under_way ? &none : call->question);
	if (!call->under_way)
		question_free(call);
	mgmt_peer_begun(call->connection, call->mgmt->now_ms,
			call->mgmt->now_ms + call->mgmt->setup.request_timeout_ms);
}

static enum MHD_Result reply_schema(struct mgmt_call *call)
{
	json_t *schema = tp_menus_to_json(call->mgmt->setup.menus);

	if (schema == NULL)
		return MHD_NO;
	enum MHD_Result result = mgmt_reply_json(call, MHD_HTTP_OK, schema);
	json_decref(schema);
	return result;
}

/* Hands the request to control, and waits. */
static enum MHD_Result submit_and_wait(struct mgmt_call *call)
{
	call->deadline_ms = call->mgmt->now_ms + call->mgmt->setup.answer_timeout_ms;
	if (!mgmt_call_submit(call))
		return mgmt_reply_error(call, MHD_HTTP_SERVICE_UNAVAILABLE,
					call->mgmt->stopping ? "turnpike is shutting down"
							     : "control is busy, try again");
	call->state = MGMT_CALL_WAITING;
	MHD_suspend_connection(call->connection);
	return MHD_YES;
}

/* All of the request is here. */
static enum MHD_Result dispatch(struct mgmt_call *call)
{
	struct mgmt_text sentence = {0};
	struct tp_error error = {0};
	char detail[160];

	mgmt_peer_serves(call->connection, call->mgmt->now_ms);
	if (mgmt_peer_is_greedy(call->service, call->connection)) {
		call->last = true;
		call->mgmt->gave_way++;
		return mgmt_reply_error(call, MHD_HTTP_SERVICE_UNAVAILABLE,
					"too many calls of this user are being answered");
	}
	if (call->route.status == MHD_HTTP_METHOD_NOT_ALLOWED)
		return mgmt_reply_error(call, call->route.status, "no such method here");
	if (call->bad_url)
		return mgmt_reply_error(call, MHD_HTTP_BAD_REQUEST,
					"the URL holds what is no UTF-8 text");
	if (call->twice)
		return mgmt_reply_error(call, MHD_HTTP_BAD_REQUEST,
					"a name stands twice in the query; several conditions on "
					"one property go into .query of POST …/print");
	if (call->route.status != 0)
		return mgmt_reply_error(call, call->route.status,
					"resources are below /rest, as in /rest/ppp/active");
	if (call->body.too_large)
		return mgmt_reply_error(call, MHD_HTTP_CONTENT_TOO_LARGE,
					"a body has at most 1 MiB");
	if (call->route.target == MGMT_PAGE)
		return mgmt_reply_page(call);
	if (call->route.target == MGMT_SCHEMA)
		return reply_schema(call);
	if (call->route.target == MGMT_EVENTS)
		return mgmt_listen(call);
	if (call->route.takes_body &&
	    mgmt_body_parse(&call->body, &call->request->body, detail, sizeof(detail)) != 0)
		return mgmt_reply_error(call, MHD_HTTP_BAD_REQUEST, detail);
	mgmt_body_free(&call->body);
	if (mgmt_prepare(call->mgmt, &call->route, call->request, &error) != 0) {
		mgmt_text_printf(&sentence, "%s: %s", error.place, error.message);
		enum MHD_Result result =
			mgmt_reply_error(call, MHD_HTTP_BAD_REQUEST, sentence.data);
		mgmt_text_free(&sentence);
		return result;
	}
	mgmt_who_of_call(call);
	return submit_and_wait(call);
}

static enum MHD_Result go_on(struct mgmt_call *call, const char *data, size_t *size)
{
	if (*size == 0)
		return call->failure != 0 ? refuse(call) : dispatch(call);
	if (call->failure == 0)
		return receive(call, data, size);
	call->body.received += *size;
	*size = 0;
	return call->body.received <= MGMT_BODY_MAX ? MHD_YES : MHD_NO;
}

static enum MHD_Result reply_health(struct mgmt_call *call)
{
	struct mgmt_text text = {0};
	int status = call->request->status;

	mgmt_text_string(&text, status == MHD_HTTP_OK ? "ok\n" : "ending\n");
	return mgmt_reply_text(call, status, "text/plain; charset=utf-8", &text);
}

/* There is more to be counted. */
static enum MHD_Result count_on(struct mgmt_call *call)
{
	json_decref(call->request->answer);
	call->request->answer = NULL;
	return submit_and_wait(call);
}

/* A list with a limit is put together here, for its header says where it goes on. */
static bool gather(struct mgmt_call *call)
{
	struct tp_request *request = call->request;

	if (call->part == NULL)
		call->part = json_array();
	bool kept = json_array_extend(call->part, request->answer) == 0;
	json_decref(request->answer);
	request->answer = NULL;
	if (!request->more) {
		request->answer = call->part;
		call->part = NULL;
	}
	return kept;
}

/* Control has answered, or never will. */
static enum MHD_Result answer(struct mgmt_call *call)
{
	struct tp_request *request = call->request;

	if (call->failure != 0)
		return refuse(call);
	tp_log_debug("management", "%s: %d", request->path, request->status);
	if (call->route.target == MGMT_HEALTH)
		return reply_health(call);
	if (request->stream != 0)
		return mgmt_pour_begin(call);
	if (request->status == MHD_HTTP_OK && request->counts && request->more)
		return count_on(call);
	if (request->status == MHD_HTTP_OK && request->limit != 0 &&
	    json_is_array(request->answer)) {
		if (!gather(call))
			return MHD_NO;
		if (request->more)
			return submit_and_wait(call);
	}
	if (request->status == MHD_HTTP_OK && json_is_array(request->answer))
		return mgmt_stream_begin(call);
	if (request->answer == NULL && request->status >= 400)
		return mgmt_reply_error(call, request->status, NULL);
	if (request->answer == NULL)
		return mgmt_reply_empty(call, request->status);
	if (!call->strings || request->status >= 400)
		return mgmt_reply_json(call, request->status, request->answer);
	json_t *shown = mgmt_routeros(request->answer);
	enum MHD_Result result =
		shown != NULL ? mgmt_reply_json(call, request->status, shown) : MHD_NO;
	json_decref(shown);
	return result;
}

enum MHD_Result mgmt_call_handle(void *cls, struct MHD_Connection *connection, const char *url,
				 const char *method, const char *version, const char *upload,
				 size_t *upload_size, void **context)
{
	struct mgmt_call *call = *context;

	if (call == NULL)
		return MHD_NO;
	switch (call->state) {
	case MGMT_CALL_NEW:
		return begin(call, method, url);
	case MGMT_CALL_ASKING:
		return wait_for_answer(call);
	case MGMT_CALL_TOLD:
		admit(call);
		/* fall through */
	case MGMT_CALL_RECEIVING:
		return go_on(call, upload, upload_size);
	case MGMT_CALL_ANSWERED:
		return answer(call);
	default:
		return MHD_YES;
	}
}
