/* SPDX-License-Identifier: BSD-3-Clause */
#include "signals.h"

#include <errno.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

static void on_ready(void *owner, uint64_t now_ms)
{
	struct signals *s = owner;
	struct signalfd_siginfo info;

	while (read(s->fd, &info, sizeof(info)) == sizeof(info))
		s->on_signal(s->owner, (int)info.ssi_signo, now_ms);
}

int signals_open(struct signals *s, struct loop *loop,
		 void (*on_signal)(void *owner, int signal, uint64_t now_ms), void *owner)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN); /* whoever hangs up on the API */
	*s = (struct signals){.on_signal = on_signal, .owner = owner};
	s->watch = (struct watch){on_ready, s};
	s->fd = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
	if (s->fd < 0)
		return -errno;
	loop_add(loop, s->fd, &s->watch);
	return 0;
}

void signals_close(struct signals *s)
{
	close(s->fd);
}
