/* SPDX-License-Identifier: BSD-3-Clause */
/* MP over several links (RFC 1990): a session's lines, the one that it began with and those that
 * have joined it. */
#pragma once

#include "ppp/events.h"
#include "session/state.h"

#define TP_AC_LINES_MAX 8 /* of one session */

/* S begins with LINE, and has no other. */
void tp_ac_bundle_init(struct tp_session *s, struct tp_line *line);
/* The peer talks of network protocols by LINE: they are its PPP link's, if that can be. Returns
 * whose they are. */
struct tp_line *tp_ac_bundle_follow(struct tp_line *line);
void tp_ac_bundle_lcp_up(struct tp_line *line, const struct tp_ppp_event *event);
/* What the peer of LINE, with MP, calls its end; LEN 0: nothing. */
void tp_ac_bundle_know_end(struct tp_line *line, const uint8_t *endpoint, size_t len);
/* The session that LINE, whose user is known, belongs to, without the line that the same host had
 * in it. NULL: it is to begin one, or has. */
struct tp_session *tp_ac_bundle_of(struct tp_line *line);
/* The session that LINE of USER will belong to, whose own line has to come up first: it is to
 * encrypt by the keys of that line's login. NULL: none. */
struct tp_session *tp_ac_bundle_to_follow(const struct tp_line *line, const char *user);
/* LINE, which has begun none, joins S. */
void tp_ac_bundle_join(struct tp_line *line, struct tp_session *s);
/* LINE, joined, is authenticated: it carries packets as soon as the session is up. */
void tp_ac_bundle_link_up(struct tp_line *line);
void tp_ac_bundle_network_up(struct tp_session *s);
void tp_ac_bundle_network_down(struct tp_session *s);
/* Would the session that began with LINE go on by others, that have joined it? */
bool tp_ac_bundle_stands_without(const struct tp_line *line);
/* LINE is about to go: what depends on it goes to another. */
void tp_ac_bundle_leaving(struct tp_line *line);
/* A session that stands without LINE, with which it began, loses it for REASON; never from inside a
 * call of its PPP link. */
void tp_ac_bundle_lose_line(struct tp_line *line, enum tp_ppp_reason reason);
/* It is gone; WHY and DETAIL for people. */
void tp_ac_bundle_line_gone(struct tp_line *line, const char *why, const char *detail);
/* LINE is nobody's again, if it had joined a session. */
void tp_ac_bundle_part(struct tp_line *line);
/* All lines that have joined S end. */
void tp_ac_bundle_end_joined(struct tp_session *s, enum tp_end_reason reason);
/* S is over: nobody is to wait for it. */
void tp_ac_bundle_close(struct tp_session *s);
/* How many lines carry the packets of S. */
unsigned tp_ac_bundle_links(const struct tp_session *s);
/* LINE, or, if it is gone, one that carries the packets of its session. */
const struct tp_line *tp_ac_bundle_any_line(const struct tp_line *line);
