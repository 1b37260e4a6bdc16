/* SPDX-License-Identifier: BSD-3-Clause */
#include "dial.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "connection.h"

static int signals_open(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	return signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

static void watch(int epoll, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		abort(); /* our own descriptors, just opened */
}

/* Milliseconds to wait for epoll. */
static int timeout(uint64_t deadline_ms, uint64_t now_ms)
{
	if (deadline_ms == TP_NEVER)
		return -1;
	if (deadline_ms <= now_ms)
		return 0;
	return deadline_ms - now_ms > 60000 ? 60000 : (int)(deadline_ms - now_ms);
}

/* A second signal ends without more ado. */
static void on_signal(struct connection *c, int signals, uint64_t now_ms)
{
	struct signalfd_siginfo info;

	while (read(signals, &info, sizeof(info)) == sizeof(info)) {
		if (c->hanging_up)
			c->finished = true;
		else
			connection_hang_up(c, now_ms);
	}
}

static void run(struct connection *c, int epoll, int signals)
{
	while (!c->finished) {
		struct epoll_event events[4];
		int count = epoll_wait(epoll, events, 4,
				       timeout(connection_deadline(c), tp_clock_ms()));
		uint64_t now_ms = tp_clock_ms();

		for (int i = 0; i < count; i++) {
			int fd = events[i].data.fd;

			if (fd == signals)
				on_signal(c, signals, now_ms);
			else if (fd == c->discovery.fd)
				connection_discovery_input(c, now_ms);
			else if (fd == c->session.fd)
				connection_session_input(c, now_ms);
			else
				connection_tun_input(c, now_ms);
		}
		connection_tick(c, now_ms);
	}
}

int dial_run(const struct options *options)
{
	struct connection *c = malloc(sizeof(*c));
	int signals = signals_open();
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	struct tp_error error;
	int status = 1;

	if (c == NULL || signals < 0 || epoll < 0) {
		tp_log_error("client", "cannot begin: %s", strerror(errno));
	} else if (connection_open(c, options, tp_clock_ms(), &error) != 0) {
		tp_log_error("client", "%s: %s", error.place, error.message);
	} else {
		watch(epoll, signals);
		watch(epoll, c->discovery.fd);
		watch(epoll, c->session.fd);
		watch(epoll, c->interface.tun);
		run(c, epoll, signals);
		status = c->hanging_up || c->was_connected ? 0 : 1;
		connection_close(c);
	}
	if (epoll >= 0)
		close(epoll);
	if (signals >= 0)
		close(signals);
	free(c);
	return status;
}
