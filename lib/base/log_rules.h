/* SPDX-License-Identifier: BSD-3-Clause */
/* Which lines of the log go where. A rule is RouterOS's: lines that have all of its topics, and
 * none of those that it excludes, go to its action; a level is a topic too. Of the echo and the
 * memory, what has no rule takes all lines up to tp_log_set_level()'s.
 *
 * Set by one thread, read by any, without a lock: a line that is logged while rules change goes by
 * old ones or by new ones. */
#pragma once

#include <stddef.h>

#include "base/log.h"

#define TP_LOG_RULES   64 /* at most */
#define TP_LOG_ACTIONS 16

enum { TP_LOG_ECHO, TP_LOG_MEMORY, TP_LOG_OTHERS /* actions from here on are the program's */ };

struct tp_log_rule {
	uint32_t all, none; /* tp_log_topic_bits() */
	unsigned action;
};

/* Topics, ends with NULL: the levels first. */
extern const char *const tp_log_topic_words[];

/* The bit of TOPIC, of which there are LEN bytes; 0: there is no such topic. */
uint32_t tp_log_topic_bit(const char *topic, size_t len);
/* The bits of a line. */
uint32_t tp_log_topic_bits(enum tp_log_level level, const char *topics);

/* In place of those before. */
void tp_log_rules_set(const struct tp_log_rule *rules, unsigned count);

/* Where a line goes, 1 << action. */
uint32_t tp_log_actions(enum tp_log_level level, const char *topics);
