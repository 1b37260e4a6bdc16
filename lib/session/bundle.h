/* SPDX-License-Identifier: BSD-3-Clause */
/* MP over several links (RFC 1990): a session's lines, its own and those that have joined it. */
#pragma once

#include "ppp/events.h"
#include "session/state.h"

#define TP_AC_LINES_MAX 8 /* of one session */

/* S has but the line with which it began. */
void tp_ac_bundle_init(struct tp_session *s);
/* The peer talks of network protocols by the line of S: they are its PPP link's, if that can be.
 * Returns whose they are. */
struct tp_session *tp_ac_bundle_follow(struct tp_session *s);
void tp_ac_bundle_lcp_up(struct tp_session *s, const struct tp_ppp_event *event);
/* The line of S, whose user is known, joins the session that it belongs to. False: there is none.
 */
bool tp_ac_bundle_join(struct tp_session *s);
/* The line of S, joined, is authenticated: it carries packets as soon as the session is up. */
void tp_ac_bundle_link_up(struct tp_session *s);
void tp_ac_bundle_network_up(struct tp_session *s);
void tp_ac_bundle_network_down(struct tp_session *s);
/* Would S go on by lines that have joined it? */
bool tp_ac_bundle_stands_without(const struct tp_session *s);
/* The line of S is about to go: what depends on it goes to another. */
void tp_ac_bundle_leaving(struct tp_session *s);
/* S, which stands without, loses the line with which it began, for REASON; never from inside a call
 * of its PPP link. */
void tp_ac_bundle_lose_line(struct tp_session *s, enum tp_ppp_reason reason);
/* It is gone; WHY and DETAIL for people. */
void tp_ac_bundle_line_gone(struct tp_session *s, const char *why, const char *detail);
/* The line of S is its own again, if it had joined another session. */
void tp_ac_bundle_part(struct tp_session *s);
/* All lines that have joined S end. */
void tp_ac_bundle_end_joined(struct tp_session *s, enum tp_end_reason reason);
/* S is over: nobody is to wait for it. */
void tp_ac_bundle_close(struct tp_session *s);
/* How many lines carry the packets of S. */
unsigned tp_ac_bundle_links(const struct tp_session *s);
/* The line of S, or, if it is gone, one that stands for it. */
const struct tp_line *tp_ac_bundle_any_line(const struct tp_session *s);
