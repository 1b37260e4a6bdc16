/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/mgmt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "control/request.h"
#include "mgmt/server.h"

#define CONNECTION_MEMORY (64 * 1024) /* headers, and one block of an answer */
#define ANSWERS_AT_ONCE	  64
#define TICK_MS		  1000 /* for timeouts and comments */
#define RETRY_MS	  10   /* while the ring is full */
#define LINGER_MS	  500  /* at the end, for clients to take their answers */

static void default_to(unsigned *value, unsigned normal)
{
	if (*value == 0)
		*value = normal;
}

static void http_log(void *cls, const char *format, va_list args)
{
	char text[256];

	vsnprintf(text, sizeof(text), format, args);
	text[strcspn(text, "\n")] = '\0';
	tp_log_debug("management", "%s", text);
}

static int start_http(struct tp_mgmt *mgmt, struct tp_error *error)
{
	mgmt->http = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
		mgmt_call_handle, mgmt, MHD_OPTION_EXTERNAL_LOGGER, http_log, NULL,
		MHD_OPTION_LISTEN_SOCKET, mgmt->socket.fd, MHD_OPTION_CONNECTION_LIMIT,
		mgmt->setup.max_connections, MHD_OPTION_CONNECTION_TIMEOUT,
		mgmt->setup.idle_timeout_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)CONNECTION_MEMORY, MHD_OPTION_URI_LOG_CALLBACK, mgmt_call_create, mgmt,
		MHD_OPTION_NOTIFY_COMPLETED, mgmt_call_completed, mgmt, MHD_OPTION_END);
	if (mgmt->http == NULL)
		return tp_error_set(error, -EIO, mgmt->socket.path,
				    "the HTTP server did not start");
	return 0;
}

static int watch(struct tp_mgmt *mgmt, int fd, struct tp_error *error)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	if (epoll_ctl(mgmt->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0)
		return 0;
	return tp_error_set(error, -errno, mgmt->socket.path, "cannot watch a descriptor: %s",
			    strerror(errno));
}

static int start_loop(struct tp_mgmt *mgmt, struct tp_error *error)
{
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(mgmt->http, MHD_DAEMON_INFO_EPOLL_FD);

	mgmt->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	mgmt->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (mgmt->epoll_fd < 0 || mgmt->stop_fd < 0)
		return tp_error_set(error, -errno, mgmt->socket.path,
				    "cannot make a descriptor: %s", strerror(errno));
	int code = watch(mgmt, mgmt->stop_fd, error);
	if (code == 0)
		code = watch(mgmt, tp_control_fd(mgmt->setup.control), error);
	if (code == 0)
		code = watch(mgmt, info->epoll_fd, error);
	return code;
}

int tp_mgmt_create(const struct tp_mgmt_setup *setup, struct tp_mgmt **out, struct tp_error *error)
{
	const char *path = setup->socket;
	struct tp_mgmt *mgmt = calloc(1, sizeof(*mgmt));

	if (mgmt == NULL)
		return tp_error_set(error, -ENOMEM, path, "memory is out");
	mgmt->setup = *setup;
	mgmt->setup.socket = NULL;
	mgmt->socket.fd = mgmt->epoll_fd = mgmt->stop_fd = -1;
	mgmt->now_ms = tp_clock_ms();
	TAILQ_INIT(&mgmt->calls);
	default_to(&mgmt->setup.max_connections, 128);
	default_to(&mgmt->setup.max_listeners, 16);
	default_to(&mgmt->setup.idle_timeout_s, 30);
	default_to(&mgmt->setup.answer_timeout_ms, 10000);
	default_to(&mgmt->setup.keepalive_ms, 15000);
	default_to(&mgmt->setup.event_queue, 256 * 1024);

	if (path == NULL || path[0] == '\0')
		path = TP_MGMT_DEFAULT_SOCKET;
	int code = mgmt_socket_open(path, &mgmt->socket, error);
	if (code == 0)
		code = start_http(mgmt, error);
	if (code == 0)
		code = start_loop(mgmt, error);
	if (code != 0) {
		tp_mgmt_destroy(mgmt);
		return code;
	}
	*out = mgmt;
	return 0;
}

/* How long the loop may sleep. */
static int pause_ms(const struct tp_mgmt *mgmt)
{
	MHD_UNSIGNED_LONG_LONG http_ms;
	const struct mgmt_call *call;
	int pause = -1;

	TAILQ_FOREACH (call, &mgmt->calls, entry) {
		if (call->state == MGMT_CALL_RETRYING) {
			pause = RETRY_MS;
			break;
		}
		pause = TICK_MS;
	}
	if (MHD_get_timeout(mgmt->http, &http_ms) == MHD_YES &&
	    (pause < 0 || http_ms < (MHD_UNSIGNED_LONG_LONG)pause))
		pause = http_ms > TICK_MS ? TICK_MS : (int)http_ms;
	return pause;
}

static void drain(int fd)
{
	uint64_t count;

	if (read(fd, &count, sizeof(count)) < 0 && errno != EAGAIN && errno != EINTR)
		tp_log_warning("management", "cannot read an eventfd: %s", strerror(errno));
}

static void take_answers(struct tp_mgmt *mgmt)
{
	struct tp_request *requests[ANSWERS_AT_ONCE];
	unsigned count;

	do {
		count = tp_control_answers(mgmt->setup.control, requests, ANSWERS_AT_ONCE);
		for (unsigned i = 0; i < count; i++)
			mgmt_call_answered(requests[i]);
	} while (count == ANSWERS_AT_ONCE);
}

static unsigned connections(const struct tp_mgmt *mgmt)
{
	return MHD_get_daemon_info(mgmt->http, MHD_DAEMON_INFO_CURRENT_CONNECTIONS)
		->num_connections;
}

/* At the limit libmicrohttpd stops watching the listening socket, and looks whether there is room
 * again at the start of MHD_run() only: whoever waits in the backlog needs one run more. */
static void serve(struct tp_mgmt *mgmt)
{
	unsigned before;

	do {
		before = connections(mgmt);
		MHD_run(mgmt->http);
	} while (before >= mgmt->setup.max_connections && connections(mgmt) < before);
}

/* Sleeps for at most PAUSE milliseconds, then does what is due. */
static void turn(struct tp_mgmt *mgmt, int pause)
{
	struct epoll_event events[4];
	struct mgmt_call *call;
	int count = epoll_wait(mgmt->epoll_fd, events, 4, pause);

	mgmt->now_ms = tp_clock_ms();
	for (int i = 0; i < count; i++) {
		if (events[i].data.fd == mgmt->stop_fd)
			mgmt->stopping = true;
		if (events[i].data.fd == tp_control_fd(mgmt->setup.control))
			drain(events[i].data.fd);
	}
	take_answers(mgmt);
	mgmt_events_deliver(mgmt);
	TAILQ_FOREACH (call, &mgmt->calls, entry)
		mgmt_call_tick(call);
	serve(mgmt);
}

static bool somebody_is_served(const struct tp_mgmt *mgmt)
{
	const struct mgmt_call *call;

	TAILQ_FOREACH (call, &mgmt->calls, entry)
		if (call->connection != NULL)
			return true;
	return false;
}

static void stop_http(struct tp_mgmt *mgmt)
{
	if (mgmt->http == NULL)
		return;
	MHD_stop_daemon(mgmt->http);
	mgmt->http = NULL;
}

void tp_mgmt_run(struct tp_mgmt *mgmt)
{
	tp_log_info("management", "listening on %s", mgmt->socket.path);
	while (!mgmt->stopping)
		turn(mgmt, pause_ms(mgmt));

	/* stop_fd stays readable: it must not wake the loop again. */
	epoll_ctl(mgmt->epoll_fd, EPOLL_CTL_DEL, mgmt->stop_fd, NULL);
	MHD_quiesce_daemon(mgmt->http);
	uint64_t end = mgmt->now_ms + LINGER_MS;
	while (somebody_is_served(mgmt) && mgmt->now_ms < end)
		turn(mgmt, RETRY_MS);
	/* One more turn resumes whoever was suspended since; what then waits is cut off. */
	turn(mgmt, 0);
	end = mgmt->now_ms + mgmt->setup.answer_timeout_ms;
	while (mgmt->under_way > 0 && mgmt->now_ms < end)
		turn(mgmt, RETRY_MS);
	stop_http(mgmt);
	if (mgmt->under_way > 0)
		tp_log_warning("management", "control kept %u requests", mgmt->under_way);
}

void tp_mgmt_stop(struct tp_mgmt *mgmt)
{
	const uint64_t one = 1;
	int saved = errno;

	/* The counter can't be full, and there is nobody to tell. */
	(void)!write(mgmt->stop_fd, &one, sizeof(one));
	errno = saved;
}

void tp_mgmt_destroy(struct tp_mgmt *mgmt)
{
	if (mgmt == NULL)
		return;
	if (mgmt->http != NULL)
		MHD_quiesce_daemon(mgmt->http);
	stop_http(mgmt);
	/* What control never gave back stays control's, and so does the call that it names. */
	if (mgmt->epoll_fd >= 0)
		close(mgmt->epoll_fd);
	if (mgmt->stop_fd >= 0)
		close(mgmt->stop_fd);
	mgmt_socket_close(&mgmt->socket);
	free(mgmt);
}
