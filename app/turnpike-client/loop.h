/* SPDX-License-Identifier: BSD-3-Clause */
/* Descriptors that are waited for, and who is told. One thread. */
#pragma once

#include <stdint.h>

/* Lives inside its owner, at one place, for as long as its descriptor is open. */
struct watch {
	void (*ready)(void *owner, uint64_t now_ms);
	void *owner;
};

struct loop {
	int epoll;
};

/* 0 or a negative errno. */
int loop_open(struct loop *loop);
void loop_close(struct loop *loop);

/* WATCH is told whenever FD can be read, until FD is closed. What it is told may be late: an owner
 * must be there until the turn is over, and find nothing to read without complaint. */
void loop_add(struct loop *loop, int fd, struct watch *watch);

/* Waits until something can be read, or until DEADLINE_MS, and tells whom it concerns. Returns the
 * time. */
uint64_t loop_turn(struct loop *loop, uint64_t deadline_ms);
