/* SPDX-License-Identifier: BSD-3-Clause */
#include "log.h"
#include "clock.h"
#include "text.h"

#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static enum tp_log_level threshold = TP_LOG_INFO;
static const char *const level_names[] = {"error", "warning", "info", "debug"};

void tp_log_set_level(enum tp_log_level level)
{
	threshold = level;
}

bool tp_log_enabled(enum tp_log_level level)
{
	return level <= threshold;
}

/* Writes a line if whoever reads stderr keeps up: a caller must not wait for a reader. A pipe
 * that is said to be writable takes a line of up to PIPE_BUF bytes at once (man 7 pipe). */
static bool write_line(const char *line, size_t len)
{
	struct pollfd writable = {.fd = STDERR_FILENO, .events = POLLOUT};

	if (poll(&writable, 1, 0) != 1 || (writable.revents & POLLOUT) == 0)
		return false;
	return write(STDERR_FILENO, line, len) >= 0;
}

/* The line, after a word on those that were lost before it. */
static void emit(const char *line, size_t len)
{
	static atomic_uint lost;
	unsigned before = atomic_exchange(&lost, 0);
	char text[64];

	if (before > 0) {
		int n = snprintf(text, sizeof(text), "warning log: %u lines lost\n", before);

		if (!write_line(text, (size_t)n)) {
			atomic_fetch_add(&lost, before + 1);
			return;
		}
	}
	if (!write_line(line, len))
		atomic_fetch_add(&lost, 1);
}

/* Of a second once: a thousand sessions may come up in one. */
static const char *date_of(time_t seconds)
{
	static _Thread_local char text[32];
	static _Thread_local time_t of = -1;
	struct tm tm;

	if (seconds != of) {
		localtime_r(&seconds, &tm);
		strftime(text, sizeof(text), "%F %T", &tm);
		of = seconds;
	}
	return text;
}

void tp_log(enum tp_log_level level, const char *topic, const char *format, ...)
{
	char text[1024], line[2200];
	uint64_t wall;
	va_list args;
	int head;

	if (!tp_log_enabled(level))
		return;
	wall = tp_clock_wall_ms();
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	head = snprintf(line, 128, "%s.%03u %s %.64s: ", date_of((time_t)(wall / 1000)),
			(unsigned)(wall % 1000), level_names[level], topic);
	/* A peer's name could forge lines, or order the terminal about. */
	tp_text_show(text, line + head, sizeof(line) - (size_t)head - 1);
	head += (int)strlen(line + head);
	line[head++] = '\n';
	emit(line, (size_t)head);
}
