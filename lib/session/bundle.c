/* SPDX-License-Identifier: BSD-3-Clause */
/* MP over several links (RFC 1990, section 5.1.3): sessions of one user whose peers say by the same
 * Endpoint-Discriminator that they are one. The first has the address, and all that belongs to a
 * session; it is the bundle's leader. The others have joined it: they are links, and no more. The
 * network protocols (IPCP, CCP) are with the PPP link of one of them, at first the leader's.
 *
 * A link that goes costs the others nothing. When it is the leader's own, the session stands
 * without
 * (`linkless`) until its last link has gone. */
#include "session/bundle.h"
#include "session/engine.h"
#include "session/events.h"
#include "session/life.h"
#include "session/login.h"

#include <errno.h>

static bool leads(const struct tp_session *s)
{
	return s->bundle != NULL && s->bundle->leader == s;
}

struct tp_session *tp_ac_bundle_leader(struct tp_session *s)
{
	return s->joined ? s->bundle->leader : s;
}

struct tp_session *tp_ac_bundle_network(const struct tp_session *s)
{
	return s->bundle != NULL ? s->bundle->network : (struct tp_session *)(uintptr_t)s;
}

struct tp_session *tp_ac_bundle_follow(struct tp_session *s)
{
	struct tp_session *network = s->bundle->network;

	if (network == s || s->ending || !s->forwarding || s->unlinked)
		return network;
	tp_ppp_take_network(&s->ppp, &network->ppp);
	s->bundle->network = s;
	tp_ac_arm(network);
	return s;
}

/* ---- joining ---- */

void tp_ac_bundle_lcp_up(struct tp_session *s, const struct tp_ppp_event *event)
{
	uint8_t len = event->lcp.mrru != 0 ? event->lcp.endpoint_len : 0;

	if (s->bundle == NULL && len > 0) {
		s->bundle = tp_ac_alloc(s->ac, sizeof(*s->bundle));
		if (s->bundle == NULL) /* then it stays alone */
			return;
		s->bundle->leader = s->bundle->network = s;
	}
	if (s->bundle == NULL)
		return;
	s->bundle->endpoint_len = len;
	memcpy(s->bundle->endpoint, event->lcp.endpoint, len);
}

/* Whoever can be one's leader: let in, and with the same terms. */
static bool fits(const struct tp_session *s, const struct tp_session *leader)
{
	const struct tp_ac_bundle *a = s->bundle, *b = leader->bundle;

	return leader != s && leads(leader) && !leader->ending &&
	       leader->state != TP_SESSION_CLOSED && b->count < TP_AC_BUNDLE_MAX &&
	       a->endpoint_len > 0 && a->endpoint_len == b->endpoint_len &&
	       memcmp(a->endpoint, b->endpoint, a->endpoint_len) == 0 && s->mrru == leader->mrru &&
	       s->short_sequence == leader->short_sequence &&
	       s->peer_short_sequence == leader->peer_short_sequence;
}

static struct tp_session *find_leader(const struct tp_session *s)
{
	struct tp_session *leader = NULL;

	do
		leader = tp_ac_index_find_user(s->ac, s->user, leader);
	while (leader != NULL && !fits(s, leader));
	return leader;
}

static bool same_host(const struct tp_session *a, const struct tp_session *b)
{
	return a->access.port == b->access.port && a->access.vlans.outer == b->access.vlans.outer &&
	       a->access.vlans.inner == b->access.vlans.inner && tp_mac_equal(&a->mac, &b->mac);
}

/* The host that dials by the same interface again has lost the link that it had there. */
static void replace_link(const struct tp_session *s, struct tp_session *leader)
{
	const struct tp_ac_bundle *bundle = leader->bundle;

	for (unsigned i = 0; i < bundle->count; i++) {
		if (same_host(s, bundle->link[i])) {
			tp_ac_end(bundle->link[i], TP_END_REPLACED_HOST, false);
			return;
		}
	}
	if (!leader->unlinked && same_host(s, leader))
		tp_ac_end(leader, TP_END_REPLACED_HOST, false);
}

bool tp_ac_bundle_join(struct tp_session *s)
{
	struct tp_session *leader;

	if (!leads(s) || s->bundle->count > 0 || s->remote_address != 0)
		return false;
	leader = find_leader(s);
	if (leader == NULL)
		return false;
	replace_link(s, leader);
	if (!fits(s, leader)) /* that was its last link */
		return false;
	tp_ac_encryption_free(s); /* of an earlier attempt */
	tp_ac_free(s->ac, s->bundle, sizeof(*s->bundle));
	s->bundle = leader->bundle;
	s->bundle->link[s->bundle->count++] = s;
	s->joined = true;
	tp_ppp_set_joined(&s->ppp, true);
	return true;
}

static void tell_joined(struct tp_session *s)
{
	const struct tp_session *leader = s->bundle->leader;

	tp_ac_tell(s, TP_AC_LINK_UP, TP_LOG_INFO,
		   "joined the bundle of session %u: active-links %u", leader->session_id,
		   tp_ac_bundle_links(leader));
}

void tp_ac_bundle_link_up(struct tp_session *s)
{
	if (s->ending || s->forwarding || !s->bundle->leader->forwarding)
		return;
	if (tp_ac_forward(s) != 0) {
		tp_ac_end(s, TP_END_RESOURCES, true);
		return;
	}
	s->forwarding = true;
	s->last_up_ms = s->ac->now_ms;
	if (s->up_ms == 0)
		s->up_ms = s->ac->now_ms;
	s->idle_look_ms = TP_NEVER;
	s->bytes_look_ms = TP_NEVER;
	tp_ac_set_state(s, TP_SESSION_UP);
	tell_joined(s);
}

void tp_ac_bundle_network_up(struct tp_session *leader)
{
	struct tp_ac_bundle *bundle = leader->bundle;

	for (unsigned i = 0; bundle != NULL && i < bundle->count; i++)
		if (bundle->link[i]->state == TP_SESSION_NETWORK)
			tp_ac_bundle_link_up(bundle->link[i]);
}

void tp_ac_bundle_network_down(struct tp_session *leader)
{
	struct tp_ac_bundle *bundle = leader->bundle;

	for (unsigned i = 0; bundle != NULL && i < bundle->count; i++) {
		struct tp_session *s = bundle->link[i];

		if (!s->forwarding)
			continue;
		s->forwarding = false;
		s->ac->ops.down(s->ac->user, s);
		s->limit_ms = s->ending ? s->limit_ms : s->ac->now_ms + TP_AC_SETUP_LIMIT_MS;
		if (!s->ending)
			tp_ac_set_state(s, TP_SESSION_NETWORK);
		tp_ac_arm(s);
	}
}

/* ---- links that go ---- */

/* A link that carries packets, other than S's own; NULL: there is none. */
static struct tp_session *other_link(const struct tp_session *s)
{
	const struct tp_ac_bundle *bundle = s->bundle;
	struct tp_session *leader;

	if (bundle == NULL)
		return NULL;
	leader = bundle->leader;
	if (leader != s && leader->forwarding && !leader->unlinked && !leader->ending)
		return leader;
	for (unsigned i = 0; i < bundle->count; i++)
		if (bundle->link[i] != s && bundle->link[i]->forwarding && !bundle->link[i]->ending)
			return bundle->link[i];
	return NULL;
}

/* A link that is let in, other than S's own, and waits for the network protocols to come up. */
static struct tp_session *waiting_link(const struct tp_session *s)
{
	const struct tp_ac_bundle *bundle = s->bundle;

	if (bundle->leader != s && bundle->leader->state == TP_SESSION_NETWORK &&
	    !bundle->leader->unlinked)
		return bundle->leader;
	for (unsigned i = 0; i < bundle->count; i++)
		if (bundle->link[i] != s && bundle->link[i]->state == TP_SESSION_NETWORK)
			return bundle->link[i];
	return NULL;
}

bool tp_ac_bundle_stands_without(const struct tp_session *s)
{
	return leads(s) && !s->ending && s->forwarding && other_link(s) != NULL;
}

static void move_network(struct tp_ac_bundle *bundle, struct tp_session *to)
{
	tp_ppp_take_network(&to->ppp, &bundle->network->ppp);
	bundle->network = to;
	tp_ac_arm(to);
}

/* S leads, and its own link goes before any link carries packets: it begins anew, alone. Who waited
 * for it would come up beside a link that nobody has authenticated. */
static void break_up(struct tp_session *s)
{
	tp_ac_bundle_end_links(s, TP_END_IPCP_FAILED);
	s->bundle->network = s;
	tp_ppp_set_joined(&s->ppp, false);
}

void tp_ac_bundle_leaving(struct tp_session *s)
{
	struct tp_session *other = other_link(s);

	if (s->bundle == NULL || s->bundle->leader->ending)
		return;
	if (!leads(s)) {
		if (other == NULL)
			other = waiting_link(s);
		if (s->bundle->network == s && other != NULL)
			move_network(s->bundle, other);
	} else if (other == NULL) {
		break_up(s);
	} else {
		if (s->bundle->network == s)
			move_network(s->bundle, other);
		s->unlinked = true;
		s->ac->ops.unlink(s->ac->user, s);
	}
}

void tp_ac_bundle_lose_link(struct tp_session *s, enum tp_ppp_reason reason)
{
	tp_ac_ppp_enter(s);
	tp_ppp_lower_down(&s->ppp, reason, s->ac->now_ms);
	tp_ac_ppp_leave(s);
}

void tp_ac_bundle_unlinked(struct tp_session *s, const char *why, const char *detail)
{
	struct tp_ac *ac = s->ac;

	tp_ac_tell(s, TP_AC_LINK_DOWN, TP_LOG_INFO, "lost its own link: %s%s%s; active-links %u",
		   why, detail[0] != '\0' ? ", it says " : "", detail, tp_ac_bundle_links(s));
	if (!s->peer_left) {
		ac->counters.padt_sent++;
		tp_ac_send_padt(ac, &s->access, &s->mac, s->session_id, why);
	}
	tp_ac_index_unlinked(s);
	tp_ac_ids_fell(tp_ac_ids_of(ac, &s->access), s->session_id);
	s->linkless = true;
	s->peer_left = false;
	if (s->forwarding) /* else it is told when it comes up */
		ac->ops.unlink(ac->user, s);
}

static void remove_link(struct tp_ac_bundle *bundle, const struct tp_session *s)
{
	unsigned at = 0;

	while (bundle->link[at] != s)
		at++;
	bundle->link[at] = bundle->link[--bundle->count];
}

void tp_ac_bundle_part(struct tp_session *s)
{
	struct tp_ac_bundle *bundle = s->bundle;

	if (!s->joined)
		return;
	if (s->forwarding) {
		s->forwarding = false;
		s->ac->ops.down(s->ac->user, s);
		s->limit_ms = s->ending ? s->limit_ms : s->ac->now_ms + TP_AC_SETUP_LIMIT_MS;
	}
	remove_link(bundle, s);
	if (bundle->network == s)
		bundle->network = bundle->leader;
	s->joined = false;
	s->bundle = NULL;
	tp_ppp_set_joined(&s->ppp, false);
	if (bundle->leader->unlinked && bundle->count == 0)
		tp_ac_last_link_gone(bundle->leader, s->ending ? s->reason : TP_END_PEER_TERMINATE);
}

void tp_ac_bundle_end_links(struct tp_session *s, enum tp_end_reason reason)
{
	struct tp_session *link[TP_AC_BUNDLE_MAX];
	unsigned count;

	if (!leads(s))
		return;
	count = s->bundle->count;
	memcpy(link, s->bundle->link, count * sizeof(link[0]));
	for (unsigned i = 0; i < count; i++)
		tp_ac_end(link[i], reason, true);
}

void tp_ac_bundle_drop(struct tp_session *s)
{
	if (!s->joined)
		tp_ac_free(s->ac, s->bundle, sizeof(*s->bundle));
}

void tp_ac_bundle_free(struct tp_session *s)
{
	struct tp_ac_bundle *bundle = s->bundle;

	if (!leads(s))
		return;
	/* Who still waits for this leader has waited in vain. */
	while (bundle->count > 0) {
		struct tp_session *link = bundle->link[0];

		tp_ac_end(link, s->reason, true);
		if (link->joined)
			tp_ac_bundle_part(link);
	}
	s->bundle = NULL;
	tp_ac_free(s->ac, bundle, sizeof(*bundle));
}

unsigned tp_ac_bundle_links(const struct tp_session *s)
{
	unsigned count = s->forwarding && !s->unlinked ? 1 : 0;

	for (unsigned i = 0; leads(s) && i < s->bundle->count; i++)
		count += s->bundle->link[i]->forwarding;
	return count;
}

const struct tp_session *tp_ac_bundle_any_link(const struct tp_session *s)
{
	return s->linkless && s->bundle != NULL && s->bundle->count > 0 ? s->bundle->link[0] : s;
}
