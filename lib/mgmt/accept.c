/* SPDX-License-Identifier: BSD-3-Clause */
/* Who is let in. libmicrohttpd would take connections itself, but it spins when the process has no
 * descriptor for another one, and it knows of no shares.
 *
 * Who comes when all places are taken gets the place of one that says nothing or little
 * (mgmt_peers_make_room()), or waits in the kernel's backlog. The last sixteenth of the places is
 * for those who have not half of them already: of an owner with more, the connections give way to
 * each other. One that is too young for that is let in, and its request is refused when all the
 * others of its owner are still being answered (mgmt_peer_is_greedy()). */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "mgmt/server.h"

#define AT_ONCE	 16   /* in one turn of the loop */
#define PAUSE_MS 1000 /* without descriptors */
#define TELL_MS	 60000

unsigned mgmt_accept_bound(unsigned wanted)
{
	struct rlimit limit;
	rlim_t spare;

	/* The other half is for files, interfaces, and whatever else is opened later. */
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
		return wanted;
	spare = limit.rlim_cur / 4;
	if (spare >= wanted)
		return wanted;
	tp_log_warning("management",
		       "%u connections, not %u: the limit of open files is %llu (ulimit -n)",
		       (unsigned)spare, wanted, (unsigned long long)limit.rlim_cur);
	return (unsigned)spare;
}

static void watch(struct mgmt_service *service, bool on)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = service->listen_fd};

	if (on == service->watched)
		return;
	if (epoll_ctl(service->mgmt->epoll_fd, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL,
		      service->listen_fd, &event) == 0)
		service->watched = on;
}

static bool somebody_waits(const struct mgmt_service *service)
{
	struct pollfd waiting = {.fd = service->listen_fd, .events = POLLIN};

	return poll(&waiting, 1, 0) == 1;
}

/* The process, or the machine, has no more descriptors or memory: whoever waits goes on waiting,
 * and the loop sleeps. */
static void pause_accepting(struct mgmt_service *service, int code)
{
	struct tp_mgmt *mgmt = service->mgmt;

	mgmt->accept_failures++;
	service->paused_until_ms = mgmt->now_ms + PAUSE_MS;
	watch(service, false);
	mgmt_peers_make_room(service, NULL);
	if (mgmt->told_ms != 0 && mgmt->now_ms - mgmt->told_ms < TELL_MS)
		return;
	mgmt->told_ms = mgmt->now_ms;
	tp_log_warning("management", "cannot take a connection: %s; trying again each second",
		       strerror(code));
}

/* Has who comes, with FD, a place that others need more? */
static bool is_too_much(struct mgmt_service *service, int fd)
{
	const unsigned max = service->max_connections, kept = mgmt_peers_kept(service);
	uint32_t owner;

	if (kept == 0 || mgmt_peers_open(service) < max - kept)
		return false;
	owner = mgmt_peer_owner(service, fd);
	return mgmt_peers_of(service, owner) >= max / 2 && !mgmt_peers_make_room(service, &owner) &&
	       mgmt_peers_unserved(service, owner) == 0;
}

static void take(struct mgmt_service *service, int fd, const struct sockaddr_storage *address,
		 socklen_t len)
{
	if (is_too_much(service, fd)) {
		service->mgmt->gave_way++;
		close(fd);
		return;
	}
	/* It closes FD if it does not want it. */
	MHD_add_connection(service->http, fd, (const struct sockaddr *)address, len);
}

/* True: there may be more. */
static bool accept_one(struct mgmt_service *service)
{
	struct sockaddr_storage address = {.ss_family = AF_UNIX};
	socklen_t len = sizeof(address);
	int fd;

	if (mgmt_peers_open(service) >= service->max_connections) {
		if (somebody_waits(service) && !mgmt_peers_make_room(service, NULL)) {
			watch(service, false);
			return false;
		}
		if (mgmt_peers_open(service) >= service->max_connections)
			return false;
	}
	fd = accept4(service->listen_fd, (struct sockaddr *)&address, &len,
		     SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0) {
		take(service, fd, &address, len);
		return true;
	}
	switch (errno) {
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case ENOBUFS:
		pause_accepting(service, errno);
		return false;
	case EAGAIN:
		return false;
	default: /* one that has gone again */
		return true;
	}
}

void mgmt_accept(struct mgmt_service *service)
{
	if (service->listen_fd < 0 || service->mgmt->now_ms < service->paused_until_ms)
		return;
	watch(service, true);
	for (unsigned i = 0; i < AT_ONCE && accept_one(service); i++)
		;
}

void mgmt_accept_end(struct mgmt_service *service)
{
	if (service->listen_fd < 0)
		return;
	watch(service, false);
	if (service->secure)
		close(service->listen_fd);
	service->listen_fd = -1;
}
