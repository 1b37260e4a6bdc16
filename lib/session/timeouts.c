/* SPDX-License-Identifier: BSD-3-Clause */
/* What is due in a session: its PPP link, and its own deadlines. The limit of the set-up or of the
 * Terminate exchange, session-timeout, idle-timeout, limits on bytes. */
#include "session/engine.h"
#include "session/ipv6.h"
#include "session/life.h"

static bool is_set_up(const struct tp_session *s)
{
	return s->state == TP_SESSION_UP && !tp_ac_lacks_ipv6(s);
}

static enum tp_end_reason setup_failure(const struct tp_session *s)
{
	switch (s->state) {
	case TP_SESSION_UP:
		return TP_END_NO_IPV6;
	case TP_SESSION_AUTHENTICATING:
		return TP_END_AUTH_TIMEOUT;
	case TP_SESSION_NETWORK:
		return TP_END_IPCP_FAILED;
	default:
		return TP_END_LCP_FAILED;
	}
}

/* The packets that workers forward leave no trace here: ask how long ago the last was, and come
 * back when that would be too long ago. */
static bool idle_too_long(struct tp_session *s)
{
	uint64_t limit = s->subscriber->idle_timeout_s * UINT64_C(1000);
	uint64_t idle = s->ac->ops.idle_ms(s->ac->user, s);

	s->idle_look_ms = s->ac->now_ms + (idle < limit ? limit - idle : 0);
	return idle >= limit;
}

static bool too_many_bytes(struct tp_session *s)
{
	uint64_t in, out;

	s->bytes_look_ms = tp_ac_next_bytes_look(s);
	s->ac->ops.bytes(s->ac->user, s, &in, &out);
	return (s->subscriber->limit_bytes_in != 0 && in >= s->subscriber->limit_bytes_in) ||
	       (s->subscriber->limit_bytes_out != 0 && out >= s->subscriber->limit_bytes_out) ||
	       (tp_ac_limit_total(s) != 0 && in + out >= tp_ac_limit_total(s));
}

static void look(struct tp_session *s)
{
	uint64_t now = s->ac->now_ms;

	if (s->ending) {
		if (now >= s->limit_ms && !s->line.gone)
			tp_ac_end_now(s);
	} else if (now >= tp_ac_session_end(s)) {
		tp_ac_end(s, TP_END_SESSION_TIMEOUT, true);
	} else if (!is_set_up(s) && now >= s->limit_ms) {
		tp_ac_end(s, setup_failure(s), true);
	} else if (s->state != TP_SESSION_UP) {
		return;
	} else if (now >= s->idle_look_ms && idle_too_long(s)) {
		tp_ac_end(s, TP_END_IDLE_TIMEOUT, true);
	} else if (now >= s->bytes_look_ms && too_many_bytes(s)) {
		tp_ac_end(s, TP_END_LIMIT_BYTES, true);
	}
}

void tp_ac_due(struct tp_timer *timer, uint64_t now_ms)
{
	struct tp_session *s = (void *)((char *)timer - offsetof(struct tp_session, timer));

	tp_ac_ppp_enter(s);
	tp_ppp_tick(&s->line.ppp, s->ac->now_ms);
	tp_ac_ppp_leave(s);
	if (s->state != TP_SESSION_CLOSED)
		tp_ac_ipv6_tick(s);
	if (s->state != TP_SESSION_CLOSED)
		look(s);
	if (s->state != TP_SESSION_CLOSED)
		tp_ac_arm(s);
}
