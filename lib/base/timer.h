/* SPDX-License-Identifier: BSD-3-Clause */
/* A hierarchical timer wheel (Varghese and Lauck, 1987): start, stop and expiry in
 * constant time, for a hundred thousand timers. Resolution 1 ms.
 *
 * No clock of its own: the owner tells it the time. One thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#define TP_TIMER_LEVELS 5
#define TP_TIMER_SLOTS	256 /* 256^5 ms is 35 years */

struct tp_timer;
typedef void (*tp_timer_fn)(struct tp_timer *timer, uint64_t now_ms);

/* Lives inside its owner's object. Zeroed memory is a stopped timer. */
struct tp_timer {
	LIST_ENTRY(tp_timer) entry; /* le_prev NULL: it is stopped */
	uint64_t expires_ms;
	tp_timer_fn fn;
};

LIST_HEAD(tp_timer_list, tp_timer);

struct tp_timer_wheel {
	uint64_t now_ms; /* everything up to here has expired */
	uint32_t count;	 /* timers running */
	uint64_t occupied[TP_TIMER_LEVELS][TP_TIMER_SLOTS / 64];
	struct tp_timer_list slots[TP_TIMER_LEVELS][TP_TIMER_SLOTS];
};

void tp_timer_wheel_init(struct tp_timer_wheel *wheel, uint64_t now_ms);

/* (Re)starts TIMER: FN is called once, from tp_timer_wheel_advance(), when the time is
 * EXPIRES_MS or later. A moment already past expires at the next advance. */
void tp_timer_start(struct tp_timer_wheel *wheel, struct tp_timer *timer, uint64_t expires_ms,
		    tp_timer_fn fn);

/* Stops TIMER if it runs; harmless otherwise. */
void tp_timer_stop(struct tp_timer_wheel *wheel, struct tp_timer *timer);

static inline bool tp_timer_running(const struct tp_timer *timer)
{
	return timer->entry.le_prev != NULL;
}

/* Calls what has expired up to NOW_MS, at most LIMIT of them, oldest first; returns how many.
 * When it returns LIMIT, there may be more: call again. Callbacks may start and stop timers. */
unsigned tp_timer_wheel_advance(struct tp_timer_wheel *wheel, uint64_t now_ms, unsigned limit);

/* A moment no later than the next expiry, TP_NEVER when nothing runs. */
uint64_t tp_timer_wheel_next(const struct tp_timer_wheel *wheel);
