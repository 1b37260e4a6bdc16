/* SPDX-License-Identifier: BSD-3-Clause */
/* The log: one line an event. Where a line goes is said by rules (log_rules.h): to the echo, which
 * is stderr, as `level topic: text`, or the systemd journal (log_echo.h), and to whoever else takes
 * lines (tp_log_set_taker()).
 *
 * Never called by a worker lcore. Any other thread may: each line is one write(2), and when nobody
 * reads fast enough lines are lost and counted, rather than the caller held up. Passwords are never
 * given to it. */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

enum tp_log_level { TP_LOG_ERROR, TP_LOG_WARNING, TP_LOG_INFO, TP_LOG_DEBUG };

extern const char *const tp_log_level_words[TP_LOG_DEBUG + 2]; /* ends with NULL */

/* What is less important than LEVEL is left out, where no rule says otherwise. Default:
 * TP_LOG_INFO. */
void tp_log_set_level(enum tp_log_level level);
/* May anybody want lines of LEVEL? */
bool tp_log_enabled(enum tp_log_level level);

/* Whom a line is about, as text; NULL or "": nobody, or not known. */
struct tp_log_about {
	const char *user;
	const char *mac;
	const char *session;   /* its .id */
	const char *interface; /* the server's */
	const char *address;
};

struct tp_log_line {
	enum tp_log_level level;
	uint64_t wall_ms;
	const char *topics;		  /* "pppoe,ppp" */
	const char *text;		  /* printable */
	const struct tp_log_about *about; /* never NULL */
};

/* TOPICS are the module's, or RouterOS's, several with commas: the first one stands in the echo's
 * line. All are of tp_log_topic_words. */
void tp_log(enum tp_log_level level, const char *topics, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* TEXT, printable already (base/text.h) and of less than 2048 bytes, about somebody. */
void tp_log_of(enum tp_log_level level, const char *topics, const struct tp_log_about *about,
	       const char *text);

/* Whom lines go to that rules want elsewhere than in the echo: ACTIONS has a bit for each of the
 * actions (log_rules.h). Called on the thread that logs, which must not be held up, nor log. NULL:
 * nobody. While other threads may log, only NULL can be put in TAKE's place. */
typedef void (*tp_log_taker)(void *user, uint32_t actions, const struct tp_log_line *line);
void tp_log_set_taker(tp_log_taker take, void *user);

#define tp_log_error(topic, ...)   tp_log(TP_LOG_ERROR, topic, __VA_ARGS__)
#define tp_log_warning(topic, ...) tp_log(TP_LOG_WARNING, topic, __VA_ARGS__)
#define tp_log_info(topic, ...)	   tp_log(TP_LOG_INFO, topic, __VA_ARGS__)
#define tp_log_debug(topic, ...)                                                                   \
	do {                                                                                       \
		if (tp_log_enabled(TP_LOG_DEBUG))                                                  \
			tp_log(TP_LOG_DEBUG, topic, __VA_ARGS__);                                  \
	} while (0)
