/* SPDX-License-Identifier: BSD-3-Clause */
/* When a session must be looked at again: by its PPP link, and for its own deadlines. The limit of
 * the set-up or of the Terminate exchange, session-timeout, idle-timeout, limits on bytes and
 * keepalive. */
#include "session/engine.h"
#include "session/life.h"

#define BYTES_LOOK_MS 1000

static uint64_t session_end(const struct tp_session *s)
{
	if (s->up_ms == 0 || s->subscriber->session_timeout_s == 0)
		return TP_NEVER;
	return s->up_ms + s->subscriber->session_timeout_s * UINT64_C(1000);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t next_look(const struct tp_session *s)
{
	uint64_t at = TP_NEVER;

	if (s->ending && s->line.gone) /* it ends with its lines, each of which has a limit */
		return at;
	if (s->ending || s->state != TP_SESSION_UP)
		at = s->limit_ms;
	if (!s->ending)
		at = earlier(at, session_end(s));
	if (s->state == TP_SESSION_UP)
		at = earlier(at, earlier(s->idle_look_ms, s->bytes_look_ms));
	return at;
}

static enum tp_end_reason setup_failure(enum tp_session_state state)
{
	switch (state) {
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

static uint64_t limit_total(const struct tp_session *s)
{
	return s->subscriber->radius != NULL ? s->subscriber->radius->limit_bytes_total : 0;
}

uint64_t tp_ac_next_bytes_look(const struct tp_session *s)
{
	bool limited = s->subscriber->limit_bytes_in != 0 || s->subscriber->limit_bytes_out != 0;

	return limited || limit_total(s) != 0 ? s->ac->now_ms + BYTES_LOOK_MS : TP_NEVER;
}

static bool too_many_bytes(struct tp_session *s)
{
	uint64_t in, out;

	s->bytes_look_ms = tp_ac_next_bytes_look(s);
	s->ac->ops.bytes(s->ac->user, s, &in, &out);
	return (s->subscriber->limit_bytes_in != 0 && in >= s->subscriber->limit_bytes_in) ||
	       (s->subscriber->limit_bytes_out != 0 && out >= s->subscriber->limit_bytes_out) ||
	       (limit_total(s) != 0 && in + out >= limit_total(s));
}

static void look(struct tp_session *s)
{
	uint64_t now = s->ac->now_ms;

	if (s->ending) {
		if (now >= s->limit_ms && !s->line.gone)
			tp_ac_end_now(s);
	} else if (now >= session_end(s)) {
		tp_ac_end(s, TP_END_SESSION_TIMEOUT, true);
	} else if (s->state != TP_SESSION_UP) {
		if (now >= s->limit_ms)
			tp_ac_end(s, setup_failure(s->state), true);
	} else if (now >= s->idle_look_ms && idle_too_long(s)) {
		tp_ac_end(s, TP_END_IDLE_TIMEOUT, true);
	} else if (now >= s->bytes_look_ms && too_many_bytes(s)) {
		tp_ac_end(s, TP_END_LIMIT_BYTES, true);
	}
}

static void due(struct tp_timer *timer, uint64_t now_ms)
{
	struct tp_session *s = (void *)((char *)timer - offsetof(struct tp_session, timer));

	tp_ac_ppp_enter(s);
	tp_ppp_tick(&s->line.ppp, s->ac->now_ms);
	tp_ac_ppp_leave(s);
	if (s->state != TP_SESSION_CLOSED)
		look(s);
	if (s->state != TP_SESSION_CLOSED)
		tp_ac_arm(s);
}

void tp_ac_arm(struct tp_session *s)
{
	uint64_t at = earlier(tp_ppp_deadline(&s->line.ppp), next_look(s));

	if (at == TP_NEVER)
		tp_ac_disarm(s);
	else if (!tp_timer_running(&s->timer) || s->timer.expires_ms != at)
		tp_timer_start(&s->ac->wheel, &s->timer, at, due);
}

void tp_ac_disarm(struct tp_session *s)
{
	tp_timer_stop(&s->ac->wheel, &s->timer);
}

/* A verdict that waited in a ring while its slot was given away finds a session too young to have
 * been silent for so long. */
void tp_ac_keepalive_lost(struct tp_ac *ac, uint32_t slot, uint64_t now_ms)
{
	struct tp_session *s = tp_ac_table_slot(ac, slot);

	tp_ac_now(ac, now_ms);
	if (s == NULL || s->ac == NULL || s->state != TP_SESSION_UP || s->line.session == NULL ||
	    s->line.keepalive_s == 0 ||
	    ac->now_ms - s->last_up_ms < s->line.keepalive_s * UINT64_C(1000))
		return;
	tp_ac_end(s, TP_END_KEEPALIVE, false);
}
