/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/log.h"

#include <stdatomic.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log_echo.h"
#include "base/log_rules.h"
#include "base/text.h"

static _Atomic(tp_log_taker) taker;
static void *_Atomic taker_user;

void tp_log_set_taker(tp_log_taker take, void *user)
{
	if (take != NULL)
		atomic_store(&taker_user, user);
	atomic_store(&taker, take);
}

static void hand_out(uint32_t actions, const struct tp_log_line *line)
{
	tp_log_taker take = atomic_load(&taker);

	if ((actions & 1u << TP_LOG_ECHO) != 0)
		tp_log_echo(line);
	actions &= ~(1u << TP_LOG_ECHO);
	if (actions != 0 && take != NULL)
		take(atomic_load(&taker_user), actions, line);
}

void tp_log_of(enum tp_log_level level, const char *topics, const struct tp_log_about *about,
	       const char *text)
{
	uint32_t actions = tp_log_enabled(level) ? tp_log_actions(level, topics) : 0;

	if (actions != 0)
		hand_out(actions, &(struct tp_log_line){.level = level,
							.wall_ms = tp_clock_wall_ms(),
							.topics = topics,
							.text = text,
							.about = about});
}

void tp_log(enum tp_log_level level, const char *topics, const char *format, ...)
{
	static const struct tp_log_about nobody;
	char text[1024], shown[2048];
	va_list args;

	if (!tp_log_enabled(level))
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	/* A peer's name could forge lines, or order the terminal about. */
	tp_log_of(level, topics, &nobody, tp_text_show(text, shown, sizeof(shown)));
}
