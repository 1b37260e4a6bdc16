/* SPDX-License-Identifier: BSD-3-Clause */
/* The life of lines and sessions: PPP's events, the data plane, time-outs, the end. */
#pragma once

#include "ppp/events.h"
#include "session/state.h"

/* How long a peer may take from its PADR, or from a renegotiation, until it is up. */
#define TP_AC_SETUP_LIMIT_MS 60000

/* How long a peer may take to acknowledge our Terminate-Request before its PADT. */
#define TP_AC_TERMINATE_MS 1000

/* state.c */
void tp_ac_set_state(struct tp_line *line, enum tp_session_state state);
/* Every call of a PPP link stands between these two. */
void tp_ac_ppp_enter(struct tp_line *line);
void tp_ac_ppp_leave(struct tp_line *line);
/* LCP begins. */
void tp_ac_open_ppp(struct tp_line *line);
/* Tells the data plane what LINE is like, and the session that began with it; also when it is up
 * already. */
int tp_ac_forward(struct tp_line *line);

/* lifecycle.c */
/* Starts PPP on a line whose PADS has been sent. */
void tp_ac_start_ppp(struct tp_line *line);
/* Its PPP link, dead. */
void tp_ac_init_ppp(struct tp_line *line);
/* LCP has agreed on what EVENT says. */
void tp_ac_keep_terms(struct tp_line *line, const struct tp_ppp_event *event);

/* session.c */
/* The session that begins with LINE, made if there is none; NULL: no memory. */
struct tp_session *tp_ac_session_begin(struct tp_line *line);
/* It is gone, if there is one, and what it had is others'; nobody knows of it any more. */
void tp_ac_session_drop(struct tp_line *line);

/* families.c */
/* FAMILIES (TP_AC_IPV… or-ed) of S have been agreed on: their packets are to flow. False: they do
 * not, and that has been seen to. */
bool tp_ac_family_up(struct tp_session *s, uint8_t families);
/* The same of a session that was up with FAMILIES before a restart. Nobody is told; what the data
 * plane says. */
int tp_ac_families_resume(struct tp_session *s, uint8_t families);
/* They are to flow no more. ALL: nor are the others', of which the same follows at once. */
void tp_ac_family_down(struct tp_session *s, uint8_t family, bool all);
/* S is over, and with it all of them. */
void tp_ac_families_clear(struct tp_session *s);

/* end.c */
/* Decides the end of LINE, and of the session that began with it; does nothing when it was decided
 * before. GRACEFUL: the peer is told by Terminate-Request, and by PADT after its Ack or
 * TP_AC_TERMINATE_MS. Else: by PADT at once (never from inside a call of its own PPP link). */
void tp_ac_end(struct tp_line *line, enum tp_end_reason reason, bool graceful);
/* An end already decided waits no longer. */
void tp_ac_end_now(struct tp_line *line);
/* The PPP link is dead: so is the line. DETAIL: the peer's words, or "". */
void tp_ac_finished(struct tp_line *line, enum tp_ppp_reason reason, const char *detail);
/* Of S, whose own line is gone or going, the last other one has gone. */
void tp_ac_last_line_gone(struct tp_session *s, enum tp_end_reason reason);
/* The link ended itself or was ended by the peer, and waits for the exchange to be over. */
void tp_ac_note_terminating(struct tp_line *line);
/* A PADT for SESSION_ID, whoever has it. */
void tp_ac_send_padt(struct tp_ac *ac, const struct tp_access *access, const struct tp_mac *dst,
		     uint16_t session_id, const char *text);

/* deadlines.c */
/* Arms its timer anew, after whatever may have moved a deadline. */
void tp_ac_arm(struct tp_line *line);
void tp_ac_disarm(struct tp_line *line);
/* By session-timeout; TP_NEVER: it has none, or was not up yet. */
uint64_t tp_ac_session_end(const struct tp_session *s);

/* The subscriber of S is to have IPv6, and has none yet. */
bool tp_ac_lacks_ipv6(const struct tp_session *s);
/* The idle time of S, which is up, is to be looked at in IDLE_LEFT_MS, its bytes every second, as
 * far as it has limits. */
void tp_ac_look_in(struct tp_session *s, uint64_t idle_left_ms);
/* limit-bytes-total; 0: none. */
uint64_t tp_ac_limit_total(const struct tp_session *s);

/* timeouts.c */
/* What its timer calls. */
void tp_ac_due(struct tp_timer *timer, uint64_t now_ms);

/* sweep.c */
unsigned tp_ac_sweep(struct tp_ac *ac, unsigned limit);
