/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/binary/binary.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "mgmt/binary/talk.h"

#define AT_ONCE	 16
#define PAUSE_MS 1000 /* without descriptors */
#define TICK_MS	 1000
#define RETRY_MS 10 /* while control is busy, or a client slow */

void mgmt_binaries_init(struct mgmt_binaries *binaries)
{
	binaries->epoll_fd = -1;
	for (enum tp_service_name name = 0; name < TP_SERVICES; name++)
		binaries->service[name].listen_fd = -1;
	TAILQ_INIT(&binaries->talks);
}

int mgmt_binaries_open(struct tp_mgmt *mgmt, struct tp_error *error)
{
	struct epoll_event event = {.events = EPOLLIN};

	mgmt->binaries.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	event.data.fd = mgmt->binaries.epoll_fd;
	if (mgmt->binaries.epoll_fd < 0 ||
	    epoll_ctl(mgmt->epoll_fd, EPOLL_CTL_ADD, event.data.fd, &event) != 0)
		return tp_error_set(error, -errno, mgmt->socket.path,
				    "cannot make a descriptor: %s", strerror(errno));
	return 0;
}

/* ---- listening ------------------------------------------------------------------------------- */

static void watch(struct tp_mgmt *mgmt, struct mgmt_binary *binary, bool on)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = binary};

	if (binary->listen_fd < 0 || on == binary->watched)
		return;
	if (epoll_ctl(mgmt->binaries.epoll_fd, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL,
		      binary->listen_fd, &event) == 0)
		binary->watched = on;
}

static void stop_listening(struct mgmt_binary *binary)
{
	if (binary->listen_fd >= 0)
		close(binary->listen_fd);
	binary->listen_fd = -1;
	binary->watched = false;
	binary->port = 0;
}

void mgmt_binary_let_in(struct tp_mgmt *mgmt, enum tp_service_name name,
			const struct tp_prefix_list *address)
{
	mgmt->binaries.service[name].address = *address;
}

/* At another place than before; where it is the same it goes on. */
static int listen_there(struct tp_mgmt *mgmt, enum tp_service_name name,
			const struct tp_remote_service *remote, struct tp_error *error)
{
	struct mgmt_binary *binary = &mgmt->binaries.service[name];
	char text[TP_IPV4_TEXT_LEN];
	int fd;

	if (binary->listen_fd >= 0 && binary->port == remote->port) {
		if (binary->local_address == remote->local_address)
			return 0;
		stop_listening(binary); /* one of the same port must go first */
	}
	fd = mgmt_remote_listen(name, remote->local_address, remote->port, error);
	if (fd < 0)
		return fd;
	stop_listening(binary);
	binary->listen_fd = fd;
	binary->port = remote->port;
	binary->local_address = remote->local_address;
	watch(mgmt, binary, true);
	tp_log_info("management", "%s listens on %s:%u", tp_service_words[name],
		    tp_ipv4_format(remote->local_address, text), remote->port);
	return 0;
}

int mgmt_binary_set(struct tp_mgmt *mgmt, enum tp_service_name name,
		    const struct tp_remote_service *remote, struct tp_error *error)
{
	struct mgmt_binary *binary = &mgmt->binaries.service[name];
	struct mgmt_certificate *certificate = NULL;
	int code = 0;

	if (remote->disabled) {
		if (binary->listen_fd >= 0)
			tp_log_info("management", "%s no longer listens", tp_service_words[name]);
		stop_listening(binary);
		return 0;
	}
	if (name == TP_SERVICE_API_SSL)
		code = mgmt_certificate_load(name, remote->certificate, remote->private_key,
					     &certificate, error);
	if (code == 0)
		code = listen_there(mgmt, name, remote, error);
	if (code != 0) {
		mgmt_certificate_drop(certificate);
		return code;
	}
	mgmt_certificate_drop(binary->certificate);
	binary->certificate = certificate;
	binary->max_sessions = mgmt_accept_bound(remote->max_sessions);
	binary->address = remote->address;
	return 0;
}

/* ---- letting in -------------------------------------------------------------------------------
 */

static unsigned sessions_of(const struct tp_mgmt *mgmt, enum tp_service_name name, uint32_t address)
{
	const struct mgmt_talk *talk;
	unsigned count = 0;

	TAILQ_FOREACH (talk, &mgmt->binaries.talks, entry)
		count += talk->service == name && talk->address == address;
	return count;
}

/* One address has at most a quarter of the places. */
static bool has_room(const struct tp_mgmt *mgmt, enum tp_service_name name, uint32_t address)
{
	const struct mgmt_binary *binary = &mgmt->binaries.service[name];

	return binary->sessions < binary->max_sessions &&
	       sessions_of(mgmt, name, address) < binary->max_sessions / 4;
}

static void let_in(struct tp_mgmt *mgmt, enum tp_service_name name, int fd, uint32_t address)
{
	const struct mgmt_binary *binary = &mgmt->binaries.service[name];
	int yes = 1;

	if (!tp_remote_allows(&binary->address, address) || !has_room(mgmt, name, address)) {
		mgmt->binaries.refused++;
		close(fd);
		return;
	}
	/* Connections last for days, and of a client that is gone nobody may hear. */
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof(yes));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	if (mgmt_talk_begin(mgmt, name, fd, address))
		mgmt->binaries.accepted++;
}

static void accept_all(struct tp_mgmt *mgmt, enum tp_service_name name)
{
	struct mgmt_binary *binary = &mgmt->binaries.service[name];

	for (unsigned i = 0; i < AT_ONCE && binary->listen_fd >= 0; i++) {
		struct sockaddr_in in = {.sin_family = AF_INET};
		socklen_t len = sizeof(in);
		int fd;

		fd = accept4(binary->listen_fd, (struct sockaddr *)&in, &len,
			     SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			let_in(mgmt, name, fd, ntohl(in.sin_addr.s_addr));
		} else if (errno == EAGAIN) {
			return;
		} else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
			   errno == ENOBUFS) {
			mgmt->accept_failures++;
			binary->paused_until_ms = mgmt->now_ms + PAUSE_MS;
			watch(mgmt, binary, false);
			return;
		}
	}
}

/* ---- the loop ---------------------------------------------------------------------------------
 */

static void run_talks(struct tp_mgmt *mgmt)
{
	struct mgmt_talk *talk, *next;

	for (talk = TAILQ_FIRST(&mgmt->binaries.talks); talk != NULL; talk = next) {
		next = TAILQ_NEXT(talk, entry);
		mgmt_talk_tick(talk);
		if (!talk->over)
			mgmt_talk_run(talk);
		if (talk->over)
			mgmt_talk_destroy(talk);
	}
}

void mgmt_binaries_run(struct tp_mgmt *mgmt)
{
	/* Of whom epoll speaks does not matter: they are few, and all are looked at. */
	for (enum tp_service_name name = TP_SERVICE_API; name < TP_SERVICES; name++) {
		if (mgmt->now_ms < mgmt->binaries.service[name].paused_until_ms)
			continue;
		watch(mgmt, &mgmt->binaries.service[name], true);
		accept_all(mgmt, name);
	}
	run_talks(mgmt);
}

int mgmt_binaries_pause_ms(const struct tp_mgmt *mgmt)
{
	const struct mgmt_command *command;
	const struct mgmt_talk *talk;
	int pause = -1;

	for (enum tp_service_name name = 0; name < TP_SERVICES; name++)
		if (mgmt->binaries.service[name].listen_fd >= 0 &&
		    !mgmt->binaries.service[name].watched)
			pause = TICK_MS;
	TAILQ_FOREACH (talk, &mgmt->binaries.talks, entry) {
		pause = TICK_MS;
		if (talk->tls != NULL && !talk->ending && !mgmt_talk_is_full(talk) &&
		    gnutls_record_check_pending(talk->tls) > 0)
			return 0;
		TAILQ_FOREACH (command, &talk->commands, entry)
			if (command->waits && !mgmt_talk_is_full(talk))
				return RETRY_MS;
	}
	return pause;
}

void mgmt_binaries_event(struct tp_mgmt *mgmt, const json_t *event)
{
	struct mgmt_command *command, *next;
	struct mgmt_talk *talk;

	TAILQ_FOREACH (talk, &mgmt->binaries.talks, entry)
		for (command = TAILQ_FIRST(&talk->commands); command != NULL; command = next) {
			next = TAILQ_NEXT(command, entry);
			mgmt_listen_event(command, event);
		}
}

bool mgmt_binaries_serve(const struct tp_mgmt *mgmt)
{
	return !TAILQ_EMPTY(&mgmt->binaries.talks);
}

void mgmt_binaries_quiesce(struct tp_mgmt *mgmt)
{
	struct mgmt_talk *talk;

	for (enum tp_service_name name = TP_SERVICE_API; name < TP_SERVICES; name++)
		stop_listening(&mgmt->binaries.service[name]);
	TAILQ_FOREACH (talk, &mgmt->binaries.talks, entry)
		mgmt_talk_fatal(talk, "turnpike is shutting down");
}

void mgmt_binaries_close(struct tp_mgmt *mgmt)
{
	while (!TAILQ_EMPTY(&mgmt->binaries.talks))
		mgmt_talk_destroy(TAILQ_FIRST(&mgmt->binaries.talks));
	for (enum tp_service_name name = 0; name < TP_SERVICES; name++) {
		mgmt_certificate_drop(mgmt->binaries.service[name].certificate);
		mgmt->binaries.service[name].certificate = NULL;
	}
	if (mgmt->binaries.epoll_fd >= 0)
		close(mgmt->binaries.epoll_fd);
	mgmt->binaries.epoll_fd = -1;
}
