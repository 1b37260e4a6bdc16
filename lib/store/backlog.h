/* SPDX-License-Identifier: BSD-3-Clause */
/* What one thread orders another to do, in memory that outlives the process: a ring of bytes in a
 * file of /dev/shm. A store's thread that waits for the disk (it may for seconds) keeps nobody
 * waiting, and what it has not done when the process is killed the next process finds here. Neither
 * side allocates, and no more of the ring takes memory than what waits. The end of the machine
 * takes it.
 *
 * One thread gives; one other takes, and says when it has done all that it took. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define TP_BACKLOG_BYTES (UINT64_C(64) << 20) /* of orders, each with 16 bytes more */
#define TP_BACKLOG_ORDER (1 << 17)	      /* at most; in whole 8 bytes */
#define TP_BACKLOG_NOTE	 64

struct tp_backlog;

/* The backlog of KEY (the path of what the orders are for). What another process has left of it is
 * there to be taken; if it is damaged, from there on as one order, whose bytes make no sense. Where
 * /dev/shm has no room, or somebody else has a file of that name, it is of this process alone, and
 * E's message tells; else that is "". -errno: there is none. */
int tp_backlog_open(const char *key, struct tp_backlog **backlog, struct tp_error *e);

/* Its file goes, unless something is left in it. NULL is fine. */
void tp_backlog_close(struct tp_backlog *backlog);

/* Of its file; "": it is of this process alone. */
const char *tp_backlog_path(const struct tp_backlog *backlog);

/* TP_BACKLOG_NOTE bytes that the taking thread may use, and the next process finds. All zero at
 * first. */
void *tp_backlog_note(struct tp_backlog *backlog);

/* The giving thread: an order of these two parts, which are copied. It neither waits nor fails but
 * for lack of room: false. */
bool tp_backlog_give(struct tp_backlog *backlog, const void *head, size_t head_len,
		     const void *bytes, size_t len);

/* The taking thread: the next order, of *LEN bytes (and up to 7 more), at an address of whole 8
 * bytes; its memory is the taker's until tp_backlog_done(). NULL: there is none. */
const void *tp_backlog_take(struct tp_backlog *backlog, size_t *len);

/* The taking thread: all that it took is done, and need not be found by anybody. */
void tp_backlog_done(struct tp_backlog *backlog);

/* The taking thread: waits until there is something to take, tp_backlog_wake() is called (by any
 * thread), or TIMEOUT_MS have passed. */
void tp_backlog_wait(struct tp_backlog *backlog, int timeout_ms);
void tp_backlog_wake(struct tp_backlog *backlog);
