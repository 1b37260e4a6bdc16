/* SPDX-License-Identifier: BSD-3-Clause */
/* When a line must be looked at again: for its PPP link, for its own deadlines, and for those of
 * the session that began with it. */
#include "base/least.h"
#include "session/engine.h"
#include "session/ipv6.h"
#include "session/life.h"
#include "session/login.h"

#define BYTES_LOOK_MS 1000

bool tp_ac_lacks_ipv6(const struct tp_session *s)
{
	return s->subscriber->use_ipv6 == TP_USE_IPV6_REQUIRED && (s->families & TP_AC_IPV6) == 0;
}

uint64_t tp_ac_limit_total(const struct tp_session *s)
{
	return s->subscriber->radius != NULL ? s->subscriber->radius->limit_bytes_total : 0;
}

static uint64_t next_bytes_look(const struct tp_session *s)
{
	bool limited = s->subscriber->limit_bytes_in != 0 || s->subscriber->limit_bytes_out != 0;

	return limited || tp_ac_limit_total(s) != 0 ? s->line->ac->now_ms + BYTES_LOOK_MS
						    : TP_NEVER;
}

void tp_ac_look_in(struct tp_session *s, uint64_t idle_left_ms)
{
	s->look_ms = next_bytes_look(s);
	if (s->subscriber->idle_timeout_s != 0)
		s->look_ms = tp_least_u64(s->look_ms, s->line->ac->now_ms + idle_left_ms);
}

uint64_t tp_ac_session_end(const struct tp_session *s)
{
	if (s->line->up_ms == 0 || s->subscriber->session_timeout_s == 0)
		return TP_NEVER;
	return s->line->up_ms + s->subscriber->session_timeout_s * UINT64_C(1000);
}

static uint64_t next_look(const struct tp_line *line)
{
	const struct tp_session *own = tp_line_own(line);
	uint64_t at = TP_NEVER;

	if (line->awaits_lcp || (line->login != NULL && line->login->due))
		return line->ac->now_ms;
	if (line->ending && line->gone) /* it ends with its session's lines, each has a limit */
		return at;
	if (line->ending || line->state != TP_SESSION_UP || (own != NULL && tp_ac_lacks_ipv6(own)))
		at = line->limit_ms;
	if (own == NULL)
		return at;
	if (!line->ending)
		at = tp_least_u64(at, tp_ac_session_end(own));
	if (line->state == TP_SESSION_UP)
		at = tp_least_u64(at, own->look_ms);
	return tp_least_u64(at, tp_ac_ipv6_deadline(own));
}

void tp_ac_arm(struct tp_line *line)
{
	uint64_t at = tp_least_u64(tp_ppp_deadline(&line->ppp), next_look(line));

	if (at == TP_NEVER)
		tp_ac_disarm(line);
	else if (!tp_timer_running(&line->timer) || line->timer.expires_ms != at)
		tp_timer_start(&line->ac->wheel, &line->timer, at, line->ac->due);
}

void tp_ac_disarm(struct tp_line *line)
{
	tp_timer_stop(&line->ac->wheel, &line->timer);
}
