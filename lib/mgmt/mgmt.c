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
#include "api/request.h"
#include "mgmt/server.h"

#define ANSWERS_AT_ONCE 64
#define TICK_MS		1000 /* for timeouts and comments */
#define FULL_MS		50   /* while all connections are taken */
#define RETRY_MS	10   /* while the ring is full */
#define LINGER_MS	500  /* at the end, for clients to take their answers */

static void default_to(unsigned *value, unsigned normal)
{
	if (*value == 0)
		*value = normal;
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
	mgmt->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	mgmt->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (mgmt->epoll_fd < 0 || mgmt->stop_fd < 0)
		return tp_error_set(error, -errno, mgmt->socket.path,
				    "cannot make a descriptor: %s", strerror(errno));
	int code = watch(mgmt, mgmt->stop_fd, error);
	if (code == 0)
		code = watch(mgmt, tp_mailbox_fd(mgmt->setup.mailbox), error);
	return code;
}

/* What control has to say of the service and its users. */
static int take_remote(struct tp_mgmt *mgmt, struct tp_error *error)
{
	struct tp_remote *remote = tp_mailbox_remote(mgmt->setup.mailbox);

	return remote != NULL ? mgmt_remote_set(mgmt, remote, error) : 0;
}

int tp_mgmt_create(const struct tp_mgmt_setup *setup, struct tp_mgmt **out, struct tp_error *error)
{
	const char *path = setup->socket;
	struct tp_mgmt *mgmt = calloc(1, sizeof(*mgmt));

	if (mgmt == NULL)
		return tp_error_set(error, -ENOMEM, path, "memory is out");
	mgmt->setup = *setup;
	mgmt->setup.socket = mgmt->setup.page = NULL;
	mgmt->socket.fd = mgmt->epoll_fd = mgmt->stop_fd = -1;
	mgmt->now_ms = tp_clock_ms();
	TAILQ_INIT(&mgmt->calls);
	TAILQ_INIT(&mgmt->services);
	mgmt_binaries_init(&mgmt->binaries);
	default_to(&mgmt->setup.max_connections, 128);
	default_to(&mgmt->setup.max_listeners, 16);
	default_to(&mgmt->setup.idle_timeout_s, 30);
	default_to(&mgmt->setup.request_timeout_ms, 10000);
	default_to(&mgmt->setup.answer_timeout_ms, 10000);
	default_to(&mgmt->setup.keepalive_ms, 15000);
	default_to(&mgmt->setup.login_timeout_ms, 10000);
	default_to(&mgmt->setup.event_queue, 256 * 1024);

	if (path == NULL || path[0] == '\0')
		path = TP_MGMT_DEFAULT_SOCKET;
	mgmt->logins = mgmt_logins_create();
	int code = mgmt->logins != NULL ? 0 : tp_error_set(error, -ENOMEM, path, "memory is out");
	if (code == 0 && setup->page != NULL && setup->page[0] != '\0')
		code = mgmt_page_load(setup->page, &mgmt->page, error);
	if (code == 0)
		code = mgmt_socket_open(path, &mgmt->socket, error);
	if (code == 0)
		code = start_loop(mgmt, error);
	if (code == 0)
		code = mgmt_binaries_open(mgmt, error);
	if (code == 0)
		code = mgmt_service_open_unix(mgmt, mgmt->socket.fd, mgmt->socket.path, error);
	if (code == 0)
		code = take_remote(mgmt, error);
	if (code != 0) {
		tp_mgmt_destroy(mgmt);
		return code;
	}
	*out = mgmt;
	return 0;
}

/* The shorter of the two; below 0: for ever. */
static int least(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

/* How long the loop may sleep. */
static int pause_ms(const struct tp_mgmt *mgmt)
{
	const struct mgmt_service *service;
	const struct mgmt_call *call;
	int pause = mgmt_binaries_pause_ms(mgmt);

	TAILQ_FOREACH (call, &mgmt->calls, entry) {
		if (call->state == MGMT_CALL_RETRYING) {
			pause = least(pause, RETRY_MS);
			break;
		}
		pause = least(pause, TICK_MS);
	}
	TAILQ_FOREACH (service, &mgmt->services, entry) {
		MHD_UNSIGNED_LONG_LONG http_ms;

		if (service->retired || !TAILQ_EMPTY(&service->peers))
			pause = least(pause, TICK_MS);
		/* Who waits is not heard of while no place is free. */
		if (service->listen_fd >= 0 && !service->watched)
			pause = least(pause, FULL_MS);
		if (MHD_get_timeout(service->http, &http_ms) == MHD_YES)
			pause = least(pause, http_ms > TICK_MS ? TICK_MS : (int)http_ms);
	}
	return pause;
}

static void drain(int fd)
{
	uint64_t count;

	if (read(fd, &count, sizeof(count)) < 0 && errno != EAGAIN && errno != EINTR)
		tp_log_warning("management", "cannot read an eventfd: %s", strerror(errno));
}

static void tell(struct tp_mgmt *mgmt, struct tp_request *request)
{
	const struct mgmt_asker *asker = request->user;

	mgmt->under_way--;
	asker->answered(request);
}

static void take_answers(struct tp_mgmt *mgmt)
{
	struct tp_request *requests[ANSWERS_AT_ONCE];
	unsigned count;

	do {
		count = tp_mailbox_answers(mgmt->setup.mailbox, requests, ANSWERS_AT_ONCE);
		for (unsigned i = 0; i < count; i++)
			tell(mgmt, requests[i]);
	} while (count == ANSWERS_AT_ONCE);
}

/* Sleeps for at most PAUSE milliseconds, then does what is due. */
static void turn(struct tp_mgmt *mgmt, int pause)
{
	struct epoll_event events[8];
	struct mgmt_service *service;
	struct tp_error error = {0};
	struct mgmt_call *call;
	int count = epoll_wait(mgmt->epoll_fd, events, 8, pause);

	mgmt->now_ms = tp_clock_ms();
	for (int i = 0; i < count; i++) {
		if (events[i].data.fd == mgmt->stop_fd)
			mgmt->stopping = true;
		if (events[i].data.fd == tp_mailbox_fd(mgmt->setup.mailbox))
			drain(events[i].data.fd);
	}
	take_answers(mgmt);
	/* After the answers: who knows of a change finds it in force. */
	if (take_remote(mgmt, &error) != 0)
		tp_log_error("management", "%s: %s", error.place, error.message);
	mgmt_events_deliver(mgmt);
	TAILQ_FOREACH (call, &mgmt->calls, entry)
		mgmt_call_tick(call);
	mgmt_services_tick(mgmt);
	TAILQ_FOREACH (service, &mgmt->services, entry) {
		mgmt_accept(service);
		MHD_run(service->http);
	}
	mgmt_binaries_run(mgmt);
}

static bool somebody_is_served(const struct tp_mgmt *mgmt)
{
	const struct mgmt_call *call;

	TAILQ_FOREACH (call, &mgmt->calls, entry)
		if (call->connection != NULL)
			return true;
	return mgmt_binaries_serve(mgmt);
}

void tp_mgmt_run(struct tp_mgmt *mgmt)
{
	tp_log_info("management", "listening on %s", mgmt->socket.path);
	while (!mgmt->stopping)
		turn(mgmt, pause_ms(mgmt));

	/* stop_fd stays readable: it must not wake the loop again. */
	epoll_ctl(mgmt->epoll_fd, EPOLL_CTL_DEL, mgmt->stop_fd, NULL);
	mgmt_services_quiesce(mgmt);
	mgmt_binaries_quiesce(mgmt);
	uint64_t end = mgmt->now_ms + LINGER_MS;
	while (somebody_is_served(mgmt) && mgmt->now_ms < end)
		turn(mgmt, RETRY_MS);
	/* One more turn resumes whoever was suspended since; what then waits is cut off. */
	turn(mgmt, 0);
	end = mgmt->now_ms + mgmt->setup.answer_timeout_ms;
	while (mgmt->under_way > 0 && mgmt->now_ms < end)
		turn(mgmt, RETRY_MS);
	mgmt_services_close(mgmt);
	mgmt_binaries_close(mgmt);
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
	mgmt_services_quiesce(mgmt);
	mgmt_services_close(mgmt);
	mgmt_binaries_quiesce(mgmt);
	mgmt_binaries_close(mgmt);
	/* What control never gave back stays control's, and so does the call that it names. */
	if (mgmt->epoll_fd >= 0)
		close(mgmt->epoll_fd);
	if (mgmt->stop_fd >= 0)
		close(mgmt->stop_fd);
	mgmt_socket_close(&mgmt->socket);
	mgmt_logins_destroy(mgmt->logins);
	mgmt_page_destroy(mgmt->page);
	tp_remote_destroy(mgmt->remote);
	free(mgmt);
}
