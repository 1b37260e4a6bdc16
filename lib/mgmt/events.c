/* SPDX-License-Identifier: BSD-3-Clause */
/* /rest/events: Server-Sent Events. Each listener has a queue with a bound; who is too slow for
 * it loses events, and is told how many by an event of its own, "lost". */
#include <inttypes.h>
#include <string.h>

#include "api/request.h"
#include "mgmt/server.h"

/* A listener that takes nothing at all for this long is cut off. */
#define LISTENER_TIMEOUT_S 300
#define EVENTS_AT_ONCE	   64

static size_t waiting(const struct mgmt_listener *listener)
{
	return listener->queue.len - listener->sent;
}

static void push(struct mgmt_listener *listener, const char *text, size_t len)
{
	struct mgmt_text *queue = &listener->queue;

	if (listener->sent > 0) {
		memmove(queue->data, queue->data + listener->sent, waiting(listener));
		queue->len = waiting(listener);
		listener->sent = 0;
	}
	mgmt_text_append(queue, text, len);
}

static void push_lost(struct mgmt_listener *listener)
{
	struct mgmt_text text = {0};

	if (listener->lost == 0)
		return;
	mgmt_text_printf(&text, "event: lost\ndata: {\"event\":\"lost\",\"lost\":%" PRIu64 "}\n\n",
			 listener->lost);
	if (!text.failed) {
		push(listener, text.data, text.len);
		listener->lost = 0;
	}
	mgmt_text_free(&text);
}

static void wake(struct mgmt_call *call)
{
	if (!call->listener.idle)
		return;
	call->listener.idle = false;
	MHD_resume_connection(call->connection);
}

static ssize_t listener_read(void *cls, uint64_t position, char *out, size_t room)
{
	struct mgmt_call *call = cls;
	struct mgmt_listener *listener = &call->listener;

	if (listener->queue.failed)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (waiting(listener) == 0)
		push_lost(listener);
	size_t len = waiting(listener);
	if (len == 0 && listener->ended)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (len == 0) {
		listener->idle = true;
		MHD_suspend_connection(call->connection);
		return 0;
	}
	if (len > room)
		len = room;
	memcpy(out, listener->queue.data + listener->sent, len);
	listener->sent += len;
	listener->next_ms = call->mgmt->now_ms + call->mgmt->setup.keepalive_ms;
	return (ssize_t)len;
}

enum MHD_Result mgmt_listen(struct mgmt_call *call)
{
	static const char greeting[] = "retry: 2000\n: listening\n\n";
	struct tp_mgmt *mgmt = call->mgmt;

	if (mgmt->listeners >= mgmt->setup.max_listeners)
		return mgmt_reply_error(call, MHD_HTTP_SERVICE_UNAVAILABLE,
					"too many listen to events already");
	call->state = MGMT_CALL_LISTENING;
	MHD_set_connection_option(call->connection, MHD_CONNECTION_OPTION_TIMEOUT,
				  LISTENER_TIMEOUT_S);
	push(&call->listener, greeting, sizeof(greeting) - 1);
	if (mgmt->listeners++ == 0)
		tp_mailbox_listen(mgmt->setup.mailbox, true);
	return mgmt_reply_stream(call, "text/event-stream", listener_read);
}

void mgmt_listener_free(struct mgmt_call *call)
{
	struct tp_mgmt *mgmt = call->mgmt;

	if (call->state == MGMT_CALL_LISTENING && --mgmt->listeners == 0)
		tp_mailbox_listen(mgmt->setup.mailbox, false);
	mgmt_text_free(&call->listener.queue);
}

void mgmt_listener_tick(struct mgmt_call *call)
{
	struct mgmt_listener *listener = &call->listener;
	static const char comment[] = ": keep-alive\n\n";

	if (call->mgmt->stopping) {
		listener->ended = true;
		wake(call);
	} else if (listener->idle && call->mgmt->now_ms >= listener->next_ms) {
		push(listener, comment, sizeof(comment) - 1);
		wake(call);
	}
}

/* Does the event have what the listener's query asks for: ?event=session-up&interface=ether3 */
static bool wanted(const struct mgmt_call *call, const json_t *event)
{
	const char *key;
	json_t *value;

	/* Lines of the log are for who asks for them: most are events as well. */
	if (strcmp(json_string_value(json_object_get(event, "event")), "log") == 0 &&
	    json_object_get(call->request->query, "event") == NULL)
		return false;
	json_object_foreach (call->request->query, key, value) {
		const json_t *given = json_object_get(event, key);
		struct mgmt_text text = {0};

		if (given == NULL)
			return false;
		if (json_is_string(given))
			mgmt_text_string(&text, json_string_value(given));
		else
			mgmt_text_json(&text, given);
		bool same = text.data != NULL && strcmp(text.data, json_string_value(value)) == 0;
		mgmt_text_free(&text);
		if (!same)
			return false;
	}
	return true;
}

static void offer(struct mgmt_call *call, const struct mgmt_text *text)
{
	struct mgmt_listener *listener = &call->listener;
	struct tp_mgmt *mgmt = call->mgmt;

	if (waiting(listener) + text->len > mgmt->setup.event_queue) {
		listener->lost++;
		mgmt->events_lost++;
		return;
	}
	push_lost(listener);
	push(listener, text->data, text->len);
	mgmt->events++;
	wake(call);
}

static void deliver(struct tp_mgmt *mgmt, const json_t *event)
{
	const char *name = json_string_value(json_object_get(event, "event"));
	struct mgmt_text text = {0};
	struct mgmt_call *call;

	if (name != NULL && strpbrk(name, "\r\n") == NULL)
		mgmt_text_printf(&text, "event: %s\n", name);
	mgmt_text_string(&text, "data: ");
	mgmt_text_json(&text, event);
	mgmt_text_string(&text, "\n\n");
	if (!text.failed)
		TAILQ_FOREACH (call, &mgmt->calls, entry)
			if (call->state == MGMT_CALL_LISTENING && call->connection != NULL &&
			    wanted(call, event))
				offer(call, &text);
	mgmt_text_free(&text);
}

void mgmt_events_deliver(struct tp_mgmt *mgmt)
{
	json_t *events[EVENTS_AT_ONCE];
	unsigned count;

	do {
		count = tp_mailbox_events(mgmt->setup.mailbox, events, EVENTS_AT_ONCE);
		for (unsigned i = 0; i < count; i++) {
			deliver(mgmt, events[i]);
			mgmt_binaries_event(mgmt, events[i]);
			json_decref(events[i]);
		}
	} while (count == EVENTS_AT_ONCE);
}
