/* SPDX-License-Identifier: BSD-3-Clause */
/* Descriptors that are waited for, and who is told. One thread.
 *
 * Its time is CLOCK_MONOTONIC without the time for which the process stood still (a stopped
 * process, a paused machine): nobody could answer us then, so no timer may run down by it. And what
 * waits to be read is read before timers are looked at. */
#pragma once

#include <stdint.h>

/* Lives inside its owner, at one place, for as long as its descriptor is open. */
struct watch {
	void (*ready)(void *owner, uint64_t now_ms);
	void *owner;
};

struct loop {
	int epoll;
	uint64_t last_ms;  /* when the last turn ended */
	uint64_t stood_ms; /* for how long it has stood still, all together */
};

/* 0 or a negative errno. */
int loop_open(struct loop *loop);
void loop_close(struct loop *loop);

/* WATCH is told whenever FD can be read, until FD is closed. What it is told may be late: an owner
 * must be there until the turn is over, and find nothing to read without complaint. */
void loop_add(struct loop *loop, int fd, struct watch *watch);

uint64_t loop_now(const struct loop *loop);

/* Waits until something can be read, or until DEADLINE_MS, and tells whom it concerns. Returns the
 * time. */
uint64_t loop_turn(struct loop *loop, uint64_t deadline_ms);
