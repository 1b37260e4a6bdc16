/* SPDX-License-Identifier: BSD-3-Clause */
/* MP over several links (RFC 1990): sessions that are links of another, their leader. */
#pragma once

#include "session/state.h"

#define TP_AC_BUNDLE_MAX 7 /* links of a bundle, beside its leader's own */

/* MP over several links: bundle.c. Of each session with MP whose peer names its end; it leads its
 * own until it joins another's. */
struct tp_ac_bundle {
	uint8_t endpoint[TP_PPP_ENDPOINT_MAX];
	uint8_t endpoint_len;
	uint8_t count;
	struct tp_session *leader;		   /* has the address */
	struct tp_session *network;		   /* its PPP link has IPCP and CCP */
	struct tp_session *link[TP_AC_BUNDLE_MAX]; /* those that have joined */
};

/* S itself, unless it has joined. */
struct tp_session *tp_ac_bundle_leader(struct tp_session *s);
/* Whose PPP link has the network protocols of S. */
struct tp_session *tp_ac_bundle_network(const struct tp_session *s);
/* The peer talks of them by the link of S: it is S that has them, if it can. Returns who has. */
struct tp_session *tp_ac_bundle_follow(struct tp_session *s);
void tp_ac_bundle_lcp_up(struct tp_session *s, const struct tp_ppp_event *event);
/* S, whose user is known, joins the bundle that it belongs to. False: there is none. */
bool tp_ac_bundle_join(struct tp_session *s);
/* S, joined, is authenticated: it carries packets as soon as its leader does. */
void tp_ac_bundle_link_up(struct tp_session *s);
void tp_ac_bundle_network_up(struct tp_session *leader);
void tp_ac_bundle_network_down(struct tp_session *leader);
/* Would the session of S, a leader, go on by other links? */
bool tp_ac_bundle_stands_without(const struct tp_session *s);
/* S's link is about to go: what depends on it goes to another. */
void tp_ac_bundle_leaving(struct tp_session *s);
/* S, which stands without, loses its own link for REASON; never from inside a call of its PPP
 * link. */
void tp_ac_bundle_lose_link(struct tp_session *s, enum tp_ppp_reason reason);
/* It is gone; WHY and DETAIL for people. */
void tp_ac_bundle_unlinked(struct tp_session *s, const char *why, const char *detail);
/* S has joined no more, if it had. */
void tp_ac_bundle_part(struct tp_session *s);
/* All that have joined S end. */
void tp_ac_bundle_end_links(struct tp_session *s, enum tp_end_reason reason);
void tp_ac_bundle_free(struct tp_session *s);
/* The engine goes, and tells nobody. */
void tp_ac_bundle_drop(struct tp_session *s);
/* How many links carry packets for S. */
unsigned tp_ac_bundle_links(const struct tp_session *s);
/* S, or, if it is linkless, one that stands for it. */
const struct tp_session *tp_ac_bundle_any_link(const struct tp_session *s);
