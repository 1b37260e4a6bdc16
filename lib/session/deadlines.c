/* SPDX-License-Identifier: BSD-3-Clause */
/* When a session must be looked at again: for its PPP link, and for its own deadlines. */
#include "base/least.h"
#include "session/engine.h"
#include "session/ipv6.h"
#include "session/life.h"

#define BYTES_LOOK_MS 1000

bool tp_ac_lacks_ipv6(const struct tp_session *s)
{
	return s->subscriber->use_ipv6 == TP_USE_IPV6_REQUIRED && (s->families & TP_AC_IPV6) == 0;
}

uint64_t tp_ac_limit_total(const struct tp_session *s)
{
	return s->subscriber->radius != NULL ? s->subscriber->radius->limit_bytes_total : 0;
}

uint64_t tp_ac_next_bytes_look(const struct tp_session *s)
{
	bool limited = s->subscriber->limit_bytes_in != 0 || s->subscriber->limit_bytes_out != 0;

	return limited || tp_ac_limit_total(s) != 0 ? s->ac->now_ms + BYTES_LOOK_MS : TP_NEVER;
}

void tp_ac_look_begin(struct tp_session *s)
{
	s->idle_look_ms = s->subscriber->idle_timeout_s == 0
				  ? TP_NEVER
				  : s->ac->now_ms + s->subscriber->idle_timeout_s * UINT64_C(1000);
	s->bytes_look_ms = tp_ac_next_bytes_look(s);
}

/* How long it has been idle by now is not known here. */
void tp_ac_look_again(struct tp_session *s)
{
	tp_ac_look_begin(s);
	if (s->idle_look_ms != TP_NEVER)
		s->idle_look_ms = s->ac->now_ms;
}

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
	if (s->ending || s->state != TP_SESSION_UP || tp_ac_lacks_ipv6(s))
		at = s->limit_ms;
	if (!s->ending)
		at = tp_least_u64(at, tp_ac_session_end(s));
	if (s->state == TP_SESSION_UP)
		at = tp_least_u64(at, tp_least_u64(s->idle_look_ms, s->bytes_look_ms));
	return at;
}

void tp_ac_arm(struct tp_session *s)
{
	uint64_t at = tp_least_u64(tp_ppp_deadline(&s->line.ppp),
				   tp_least_u64(next_look(s), tp_ac_ipv6_deadline(s)));

	if (at == TP_NEVER)
		tp_ac_disarm(s);
	else if (!tp_timer_running(&s->timer) || s->timer.expires_ms != at)
		tp_timer_start(&s->ac->wheel, &s->timer, at, s->ac->due);
}

void tp_ac_disarm(struct tp_session *s)
{
	tp_timer_stop(&s->ac->wheel, &s->timer);
}
