/* SPDX-License-Identifier: BSD-3-Clause */
/* When a session must be looked at again: for its PPP link, and for its own deadlines. */
#include "base/least.h"
#include "session/engine.h"
#include "session/life.h"

uint64_t tp_ac_session_end(const struct tp_session *s)
{
	if (s->up_ms == 0 || s->subscriber->session_timeout_s == 0)
		return TP_NEVER;
	return s->up_ms + s->subscriber->session_timeout_s * UINT64_C(1000);
}

static uint64_t next_look(const struct tp_session *s)
{
	uint64_t at = TP_NEVER;

	if (s->ending && s->line.gone) /* it ends with its lines, each of which has a limit */
		return at;
	if (s->ending || s->state != TP_SESSION_UP)
		at = s->limit_ms;
	if (!s->ending)
		at = tp_least_u64(at, tp_ac_session_end(s));
	if (s->state == TP_SESSION_UP)
		at = tp_least_u64(at, tp_least_u64(s->idle_look_ms, s->bytes_look_ms));
	return at;
}

void tp_ac_arm(struct tp_session *s)
{
	uint64_t at = tp_least_u64(tp_ppp_deadline(&s->line.ppp), next_look(s));

	if (at == TP_NEVER)
		tp_ac_disarm(s);
	else if (!tp_timer_running(&s->timer) || s->timer.expires_ms != at)
		tp_timer_start(&s->ac->wheel, &s->timer, at, s->ac->due);
}

void tp_ac_disarm(struct tp_session *s)
{
	tp_timer_stop(&s->ac->wheel, &s->timer);
}
