/* SPDX-License-Identifier: BSD-3-Clause */
/* Requests whose answer takes a while, without anybody waiting: each has a time at which it is
 * looked at again. Bounded in number. Control thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

struct tp_control;
struct tp_request;

#define TP_LATER_MAX 64 /* at a time */

/* Begins what is allocated for one, with malloc(). */
struct tp_later {
	struct tp_request *request;
	uint64_t due_ms;
	/* It is due: either it gets another time, or tp_later_answer() is called. */
	void (*due)(struct tp_control *c, struct tp_later *later);
	TAILQ_ENTRY(tp_later) entry;
};

TAILQ_HEAD(tp_laters, tp_later);

/* LATER is looked at when it is due. False: too many are waited for; the request is answered. */
bool tp_later_add(struct tp_control *c, struct tp_later *later);

/* Its request has an answer, and goes back; LATER is freed. */
void tp_later_answer(struct tp_control *c, struct tp_later *later);

/* Looks at those that are due. */
bool tp_later_turn(struct tp_control *c);

/* Control ends: all are answered so. */
void tp_later_end(struct tp_control *c);
