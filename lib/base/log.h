/* SPDX-License-Identifier: BSD-3-Clause */
/* The log: one line an event, on stderr, as `level topic: text`.
 *
 * Never called by a worker lcore. Control and management may: each line is one
 * write(2), and when nobody reads stderr fast enough lines are lost and counted,
 * rather than the caller held up. Passwords are never given to it. */
#pragma once

#include <stdbool.h>

enum tp_log_level { TP_LOG_ERROR, TP_LOG_WARNING, TP_LOG_INFO, TP_LOG_DEBUG };

/* What is less important than LEVEL is left out. Default: TP_LOG_INFO. */
void tp_log_set_level(enum tp_log_level level);
bool tp_log_enabled(enum tp_log_level level);

/* TOPIC is the module or RouterOS's topic: "pppoe", "ppp", "config", "dataplane". */
void tp_log(enum tp_log_level level, const char *topic, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#define tp_log_error(topic, ...)   tp_log(TP_LOG_ERROR, topic, __VA_ARGS__)
#define tp_log_warning(topic, ...) tp_log(TP_LOG_WARNING, topic, __VA_ARGS__)
#define tp_log_info(topic, ...)	   tp_log(TP_LOG_INFO, topic, __VA_ARGS__)
#define tp_log_debug(topic, ...)                                                                   \
	do {                                                                                       \
		if (tp_log_enabled(TP_LOG_DEBUG))                                                  \
			tp_log(TP_LOG_DEBUG, topic, __VA_ARGS__);                                  \
	} while (0)
