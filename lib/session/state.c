/* SPDX-License-Identifier: BSD-3-Clause */
/* Changes of a line's state, and what stands round each call of its PPP link: calls are nested,
 * and what they came to is seen to once, when the outermost is over. */
#include "session/bundle.h"
#include "session/engine.h"
#include "session/events.h"
#include "session/life.h"

void tp_ac_set_state(struct tp_line *line, enum tp_session_state state)
{
	line->ac->counters.standing[line->state]--;
	line->ac->counters.standing[state]++;
	line->state = (uint8_t)state;
}

int tp_ac_forward(struct tp_line *line)
{
	uint16_t keepalive_s = line->keepalive_s;
	int rc;

	line->keepalive_s = line->server->keepalive_s;
	rc = line->ac->ops.up(line->ac->user, line);
	if (rc != 0)
		line->keepalive_s = keepalive_s;
	else if (line->left)
		line->ac->ops.unlink(line->ac->user, line->session);
	return rc;
}

void tp_ac_ppp_enter(struct tp_line *line)
{
	if (line->depth++ == 0 && !line->ending)
		line->entered_in = line->state;
}

void tp_ac_ppp_leave(struct tp_line *line)
{
	enum tp_ppp_phase phase = tp_ppp_phase(&line->ppp);

	if (--line->depth > 0 || line->state == TP_SESSION_CLOSED)
		return;
	/* A link that negotiates anew has left its bundle. The peer may dial with it again. */
	if (line->left && !line->gone && !line->ending && phase != TP_PPP_TERMINATE) {
		tp_ac_bundle_lose_line(line, TP_PPP_BY_PEER);
		return;
	}
	if (phase == TP_PPP_TERMINATE)
		tp_ac_note_terminating(line);
	else if (line->was_up && !line->forwarding && !line->ending) {
		line->was_up = false;
		line->ac->counters.down++;
		tp_ac_tell(line, TP_AC_SESSION_DOWN, TP_LOG_INFO, "the client renegotiates");
	}
	tp_ac_arm(line);
}

void tp_ac_open_ppp(struct tp_line *line)
{
	line->awaits_lcp = false;
	tp_ac_ppp_enter(line);
	tp_ppp_open(&line->ppp, line->ac->now_ms);
	tp_ac_ppp_leave(line);
}
