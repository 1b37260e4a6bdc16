/* SPDX-License-Identifier: BSD-3-Clause */
#include "loop.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"

#define EVENTS	64
#define LONGEST 60000 /* ms */
#define ROUNDS	64    /* of reading in one turn */
#define LATE	1000  /* ms: who comes so late has stood still */

int loop_open(struct loop *loop)
{
	*loop = (struct loop){.epoll = epoll_create1(EPOLL_CLOEXEC)};
	loop->last_ms = loop_now(loop);
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

uint64_t loop_now(const struct loop *loop)
{
	return tp_clock_ms() - loop->stood_ms;
}

/* The time now; true: the process has not run for a while, though it was to by DUE_MS. */
static bool look_at_the_clock(struct loop *loop, uint64_t due_ms, uint64_t *now_ms)
{
	*now_ms = loop_now(loop);
	if (*now_ms <= due_ms + LATE)
		return false;
	loop->stood_ms += *now_ms - due_ms;
	*now_ms = due_ms;
	return true;
}

uint64_t loop_turn(struct loop *loop, uint64_t deadline_ms)
{
	struct epoll_event events[EVENTS];
	const uint64_t latest_ms = loop->last_ms + LONGEST;
	uint64_t due_ms = deadline_ms < latest_ms ? deadline_ms : latest_ms, now_ms;
	int wait_ms = timeout(due_ms, loop_now(loop)), count;
	bool all = false;

	if (due_ms < loop->last_ms)
		due_ms = loop->last_ms;
	for (int round = 0; round < ROUNDS; round++) {
		count = epoll_wait(loop->epoll, events, EVENTS, wait_ms);
		/* A process that was stopped finds its wait interrupted. */
		all = look_at_the_clock(loop, due_ms, &now_ms) || all || count < 0;
		for (int i = 0; i < count; i++) {
			const struct watch *watch = events[i].data.ptr;

			watch->ready(watch->owner, now_ms);
		}
		if (count < EVENTS && (!all || count == 0))
			break;
		wait_ms = 0;
		due_ms = now_ms > due_ms ? now_ms : due_ms;
	}
	loop->last_ms = now_ms;
	return now_ms;
}
