/* SPDX-License-Identifier: BSD-3-Clause */
/* What is due of a line: its PPP link, and the deadlines of it and of the session that began with
 * it. The limit of the set-up or of the
 * Terminate exchange, session-timeout, idle-timeout, limits on bytes. */
#include "session/engine.h"
#include "session/ipv6.h"
#include "session/life.h"
#include "session/login.h"

static bool is_set_up(const struct tp_line *line)
{
	const struct tp_session *own = tp_line_own(line);

	return line->state == TP_SESSION_UP && (own == NULL || !tp_ac_lacks_ipv6(own));
}

static enum tp_end_reason setup_failure(const struct tp_line *line)
{
	switch (line->state) {
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
	const uint64_t limit = s->subscriber->idle_timeout_s * UINT64_C(1000);
	uint64_t idle = 0;

	if (limit != 0)
		idle = s->line->ac->ops.idle_ms(s->line->ac->user, s);
	tp_ac_look_in(s, idle < limit ? limit - idle : 0);
	return limit != 0 && idle >= limit;
}

static bool too_many_bytes(const struct tp_session *s)
{
	uint64_t in, out;

	s->line->ac->ops.bytes(s->line->ac->user, s, &in, &out);
	return (s->subscriber->limit_bytes_in != 0 && in >= s->subscriber->limit_bytes_in) ||
	       (s->subscriber->limit_bytes_out != 0 && out >= s->subscriber->limit_bytes_out) ||
	       (tp_ac_limit_total(s) != 0 && in + out >= tp_ac_limit_total(s));
}

static void look(struct tp_line *line)
{
	struct tp_session *own = tp_line_own(line);
	uint64_t now = line->ac->now_ms;

	if (line->ending) {
		if (now >= line->limit_ms && !line->gone)
			tp_ac_end_now(line);
	} else if (own != NULL && now >= tp_ac_session_end(own)) {
		tp_ac_end(line, TP_END_SESSION_TIMEOUT, true);
	} else if (!is_set_up(line) && now >= line->limit_ms) {
		tp_ac_end(line, setup_failure(line), true);
	} else if (own == NULL || line->state != TP_SESSION_UP || now < own->look_ms) {
		return;
	} else if (idle_too_long(own)) {
		tp_ac_end(line, TP_END_IDLE_TIMEOUT, true);
	} else if (too_many_bytes(own)) {
		tp_ac_end(line, TP_END_LIMIT_BYTES, true);
	}
}

void tp_ac_due(struct tp_timer *timer, uint64_t now_ms)
{
	struct tp_line *line = (void *)((char *)timer - offsetof(struct tp_line, timer));

	if (line->awaits_lcp)
		tp_ac_open_ppp(line);
	if (line->login != NULL && line->login->due)
		tp_ac_login_due(line);
	tp_ac_ppp_enter(line);
	tp_ppp_tick(&line->ppp, line->ac->now_ms);
	tp_ac_ppp_leave(line);
	if (line->state != TP_SESSION_CLOSED && tp_line_own(line) != NULL)
		tp_ac_ipv6_tick(line->session);
	if (line->state != TP_SESSION_CLOSED)
		look(line);
	if (line->state != TP_SESSION_CLOSED)
		tp_ac_arm(line);
}
