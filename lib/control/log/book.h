/* SPDX-License-Identifier: BSD-3-Clause */
/* /log: the lines of the log that /system/logging wants in memory, the last so many, and those that
 * go to a syslog server. Any thread logs; what it logs comes to control by a list without locks,
 * and all else is done there, by a turn of its loop. Nothing waits for a server or a reader. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "api/menus.h"

struct tp_control;
struct tp_log_book;

extern const struct tp_live tp_live_log; /* /log */

/* From here on lines are taken. NULL: no memory. */
struct tp_log_book *tp_log_book_create(void);
/* No other thread logs any more. NULL is fine. */
void tp_log_book_destroy(struct tp_log_book *book);

/* The rules, and what they lead to, are as the configuration says from now on. */
void tp_log_book_apply(struct tp_control *c);

/* Takes what has been logged. Of a turn of the loop. */
void tp_log_book_turn(struct tp_control *c);

/* For /metrics. */
void tp_log_book_samples(const struct tp_log_book *book, json_t *array);
