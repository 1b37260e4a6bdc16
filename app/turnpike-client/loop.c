/* SPDX-License-Identifier: BSD-3-Clause */
#include "loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"

#define EVENTS	16
#define LONGEST 60000 /* ms */

int loop_open(struct loop *loop)
{
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	return loop->epoll >= 0 ? 0 : -errno;
}

void loop_close(struct loop *loop)
{
	if (loop->epoll >= 0)
		close(loop->epoll);
	loop->epoll = -1;
}

void loop_add(struct loop *loop, int fd, struct watch *watch)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = watch};

	if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		abort(); /* our own descriptors, just opened */
}

static int timeout(uint64_t deadline_ms, uint64_t now_ms)
{
	if (deadline_ms <= now_ms)
		return 0;
	return deadline_ms - now_ms > LONGEST ? LONGEST : (int)(deadline_ms - now_ms);
}

uint64_t loop_turn(struct loop *loop, uint64_t deadline_ms)
{
	struct epoll_event events[EVENTS];
	int count = epoll_wait(loop->epoll, events, EVENTS, timeout(deadline_ms, tp_clock_ms()));
	uint64_t now_ms = tp_clock_ms();

	for (int i = 0; i < count; i++) {
		const struct watch *watch = events[i].data.ptr;

		watch->ready(watch->owner, now_ms);
	}
	return now_ms;
}
