/* SPDX-License-Identifier: BSD-3-Clause */
/* Changes of a session's state, and what stands round each call of its PPP link: calls are nested,
 * and what they came to is seen to once, when the outermost is over. */
#include "session/bundle.h"
#include "session/engine.h"
#include "session/events.h"
#include "session/life.h"

void tp_ac_set_state(struct tp_session *s, enum tp_session_state state)
{
	s->ac->counters.standing[s->state]--;
	s->ac->counters.standing[state]++;
	s->state = (uint8_t)state;
}

int tp_ac_forward(struct tp_session *s)
{
	uint16_t keepalive_s = s->line.keepalive_s;
	int rc;

	s->line.keepalive_s = s->server->keepalive_s;
	rc = s->ac->ops.up(s->ac->user, s);
	if (rc != 0)
		s->line.keepalive_s = keepalive_s;
	else if (s->line.session == NULL)
		s->ac->ops.unlink(s->ac->user, s);
	return rc;
}

void tp_ac_ppp_enter(struct tp_session *s)
{
	if (s->line.depth++ == 0 && !s->ending)
		s->entered_in = s->state;
}

void tp_ac_ppp_leave(struct tp_session *s)
{
	enum tp_ppp_phase phase = tp_ppp_phase(&s->line.ppp);

	if (--s->line.depth > 0 || s->state == TP_SESSION_CLOSED)
		return;
	/* A link that negotiates anew has left its bundle. The peer may dial with it again. */
	if (s->line.session == NULL && !s->line.gone && !s->ending && phase != TP_PPP_TERMINATE) {
		tp_ac_bundle_lose_line(s, TP_PPP_BY_PEER);
		return;
	}
	if (phase == TP_PPP_TERMINATE)
		tp_ac_note_terminating(s);
	else if (s->was_up && !s->forwarding && !s->ending) {
		s->was_up = false;
		s->ac->counters.down++;
		tp_ac_tell(s, TP_AC_SESSION_DOWN, TP_LOG_INFO, "the client renegotiates");
	}
	tp_ac_arm(s);
}
