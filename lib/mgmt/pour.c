/* SPDX-License-Identifier: BSD-3-Clause */
/* An answer that control gives by a descriptor: a capture, live or from a file. It is read as fast
 * as the client takes it, and no faster; a client that has gone is noticed though there is nothing
 * to be sent to it. */
#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "mgmt/server.h"

/* A client that takes nothing at all for this long is cut off. */
#define CLIENT_TIMEOUT_S 300

/* The loop wakes up when there is something. A file is always ready, and no matter of epoll's. */
static void watch(struct mgmt_call *call)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT,
				    .data.fd = call->request->stream};

	call->pouring.watched = epoll_ctl(call->mgmt->epoll_fd,
					  call->pouring.watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD,
					  call->request->stream, &event) == 0;
}

static ssize_t pour_read(void *cls, uint64_t position, char *out, size_t room)
{
	struct mgmt_call *call = cls;
	ssize_t n = call->pouring.ended ? -1 : read(call->request->stream, out, room);

	if (n > 0)
		return n;
	if (n == 0)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (call->pouring.ended || (errno != EAGAIN && errno != EINTR))
		return MHD_CONTENT_READER_END_WITH_ERROR;
	call->pouring.idle = true;
	MHD_suspend_connection(call->connection);
	watch(call);
	return 0;
}

enum MHD_Result mgmt_pour_begin(struct mgmt_call *call)
{
	MHD_set_connection_option(call->connection, MHD_CONNECTION_OPTION_TIMEOUT,
				  CLIENT_TIMEOUT_S);
	call->state = MGMT_CALL_POURING;
	return mgmt_reply_stream(call, call->request->stream_type, pour_read);
}

/* It has hung up, or will send no more: a connection that is suspended is read by nobody else. */
static bool client_is_gone(const struct mgmt_call *call)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(call->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct pollfd client = {.fd = info != NULL ? info->connect_fd : -1, .events = POLLRDHUP};

	return poll(&client, 1, 0) > 0 && (client.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

void mgmt_pour_tick(struct mgmt_call *call)
{
	struct pollfd stream = {.fd = call->request->stream, .events = POLLIN};

	if (!call->pouring.idle)
		return;
	call->pouring.ended = call->mgmt->stopping || client_is_gone(call);
	if (!call->pouring.ended && poll(&stream, 1, 0) == 0)
		return;
	call->pouring.idle = false;
	MHD_resume_connection(call->connection);
}
