/* SPDX-License-Identifier: BSD-3-Clause */
/* A list of tens of thousands is never held whole: a page is asked of control only when the
 * client has taken the one before. */
#include <string.h>

#include "base/log.h"
#include "mgmt/prometheus.h"
#include "mgmt/routeros.h"
#include "mgmt/server.h"

void mgmt_stream_free(struct mgmt_stream *stream)
{
	mgmt_text_free(&stream->page);
	json_decref(stream->family);
	*stream = (struct mgmt_stream){0};
}

static void append_item(struct mgmt_stream *stream, json_t *item, bool strings)
{
	json_t *shown = strings ? mgmt_routeros(item) : json_incref(item);

	if (shown == NULL)
		stream->page.failed = true;
	else
		mgmt_text_json(&stream->page, shown);
	json_decref(shown);
}

static void append_items(struct mgmt_call *call, const json_t *items)
{
	struct mgmt_stream *stream = &call->stream;
	size_t index;
	json_t *item;

	json_array_foreach (items, index, item) {
		mgmt_text_string(&stream->page, stream->begun ? ",\n" : "[");
		append_item(stream, item, call->strings);
		stream->begun = true;
	}
	if (stream->last)
		mgmt_text_string(&stream->page, stream->begun ? "]\n" : "[]\n");
}

static void append_samples(struct mgmt_call *call, const json_t *samples)
{
	struct mgmt_stream *stream = &call->stream;

	mgmt_prometheus_append(&stream->page, samples, &stream->family);
	if (!stream->last)
		return;
	json_t *own = mgmt_metrics(call->mgmt);
	mgmt_prometheus_append(&stream->page, own, &stream->family);
	json_decref(own);
}

/* Turns the answer into the text of the next page. */
static void load(struct mgmt_call *call)
{
	struct mgmt_stream *stream = &call->stream;
	struct tp_request *request = call->request;

	stream->page.len = 0;
	stream->sent = 0;
	stream->last = !request->more;
	if (call->route.target == MGMT_METRICS)
		append_samples(call, request->answer);
	else
		append_items(call, request->answer);
	json_decref(request->answer);
	request->answer = NULL;
}

/* The connection is suspended already, and stays so until the page is here. */
static void fetch(struct mgmt_call *call)
{
	call->deadline_ms = call->mgmt->now_ms + call->mgmt->setup.answer_timeout_ms;
	call->state = MGMT_CALL_RETRYING;
	mgmt_stream_retry(call);
}

void mgmt_stream_retry(struct mgmt_call *call)
{
	if (mgmt_call_submit(call))
		call->state = MGMT_CALL_FETCHING;
}

static ssize_t stream_read(void *cls, uint64_t position, char *out, size_t room)
{
	struct mgmt_call *call = cls;
	struct mgmt_stream *stream = &call->stream;
	size_t left = stream->page.len - stream->sent;

	if (stream->failed || stream->page.failed)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (left == 0 && stream->last)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (left == 0) {
		MHD_suspend_connection(call->connection);
		fetch(call);
		return 0;
	}
	if (left > room)
		left = room;
	memcpy(out, stream->page.data + stream->sent, left);
	stream->sent += left;
	return (ssize_t)left;
}

void mgmt_stream_fail(struct mgmt_call *call)
{
	call->stream.failed = true;
	call->state = MGMT_CALL_SENDING;
	MHD_resume_connection(call->connection);
}

void mgmt_stream_continue(struct mgmt_call *call)
{
	struct tp_request *request = call->request;

	if (request->status != MHD_HTTP_OK || !json_is_array(request->answer)) {
		tp_log_warning("management", "GET %s: a page failed with status %d, cutting it off",
			       request->path, request->status);
		mgmt_stream_fail(call);
		return;
	}
	load(call);
	if (call->stream.page.len == 0 && !call->stream.last && !call->stream.page.failed) {
		fetch(call);
		return;
	}
	call->state = MGMT_CALL_SENDING;
	MHD_resume_connection(call->connection);
}

enum MHD_Result mgmt_stream_begin(struct mgmt_call *call)
{
	const char *type =
		call->route.target == MGMT_METRICS ? MGMT_PROMETHEUS_TYPE : "application/json";

	load(call);
	if (call->stream.last)
		return mgmt_reply_text(call, MHD_HTTP_OK, type, &call->stream.page);
	return mgmt_reply_stream(call, type, stream_read);
}
