/* SPDX-License-Identifier: BSD-3-Clause */
/* A list by which threads give things to one other, without a lock and without a bound: who puts
 * never waits. What is put is the taker's. */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

/* Within what is put. */
struct tp_inbox_item {
	struct tp_inbox_item *next;
};

struct tp_inbox {
	_Atomic(struct tp_inbox_item *) last;
	int wake; /* an eventfd; -1: nobody waits for this one */
};

/* -errno: no descriptor for one that can be WAITED for. */
int tp_inbox_init(struct tp_inbox *box, bool waited);
void tp_inbox_clear(struct tp_inbox *box);

/* Any thread. */
void tp_inbox_put(struct tp_inbox *box, struct tp_inbox_item *item);

/* The taking thread: all that there is, the first that was put first. NULL: nothing. */
struct tp_inbox_item *tp_inbox_take(struct tp_inbox *box);

/* The taking thread: waits until something is put, tp_inbox_wake() is called, or TIMEOUT_MS have
 * passed (-1: never). */
void tp_inbox_wait(struct tp_inbox *box, int timeout_ms);

/* Any thread. */
void tp_inbox_wake(struct tp_inbox *box);
