/* SPDX-License-Identifier: BSD-3-Clause */
/* MP over several links (RFC 1990, section 5.1.3): lines of one user whose peers say by the same
 * Endpoint-Discriminator that they are one. The session that was there first has the address, and
 * carries its packets by its own line and by those that have joined it; the sessions that began
 * with these have nothing but the line. The network protocols (IPCP, CCP) are with the PPP link of
 * one of the lines, at first the session's own.
 *
 * A line that goes costs the others nothing. When it is the one with which the session began,
 * the session goes on until its last line has gone. */
#include "session/bundle.h"
#include "base/siphash.h"
#include "session/engine.h"
#include "session/events.h"
#include "session/life.h"
#include "session/login.h"

void tp_ac_bundle_init(struct tp_session *s)
{
	SLIST_INIT(&s->lines);
	SLIST_INSERT_HEAD(&s->lines, &s->line, entry);
	s->line.session = s;
	s->network = &s->line;
}

/* The line of S is the last of the session of TO. */
static void append(struct tp_session *s, struct tp_session *to)
{
	struct tp_line *last = SLIST_FIRST(&to->lines);

	while (last != NULL && SLIST_NEXT(last, entry) != NULL)
		last = SLIST_NEXT(last, entry);
	if (last == NULL)
		SLIST_INSERT_HEAD(&to->lines, &s->line, entry);
	else
		SLIST_INSERT_AFTER(last, &s->line, entry);
	s->line.session = to;
}

static unsigned count(const struct tp_session *s)
{
	const struct tp_line *line;
	unsigned n = 0;

	SLIST_FOREACH (line, &s->lines, entry)
		n++;
	return n;
}

/* A line of S in STATE, and not to end, other than NOT. */
static struct tp_line *other(const struct tp_session *s, const struct tp_line * not,
			     enum tp_session_state state)
{
	struct tp_line *line;

	SLIST_FOREACH (line, &s->lines, entry) {
		const struct tp_session *owner = tp_line_owner(line);

		if (line != not &&owner->state == state && !owner->ending)
			return line;
	}
	return NULL;
}

static void move_network(struct tp_session *s, struct tp_line *to)
{
	tp_ppp_take_network(&to->ppp, &s->network->ppp);
	s->network = to;
	tp_ac_arm(tp_line_owner(to));
}

struct tp_session *tp_ac_bundle_follow(struct tp_session *s)
{
	struct tp_session *leader = tp_session_leader(s);
	struct tp_line *network = leader->network;

	if (network == &s->line || s->ending || !s->forwarding || s->line.session == NULL)
		return tp_line_owner(network);
	move_network(leader, &s->line);
	tp_ac_arm(tp_line_owner(network));
	return s;
}

/* ---- joining ---- */

void tp_ac_bundle_lcp_up(struct tp_session *s, const struct tp_ppp_event *event)
{
	s->endpoint = event->lcp.mrru == 0 || event->lcp.endpoint_len == 0
			      ? 0
			      : tp_siphash(s->ac->table.hash_key, event->lcp.endpoint,
					   event->lcp.endpoint_len) |
					1;
}

/* Is S let in, with room for the line of NEWCOMER, and on the same terms? */
static bool fits(const struct tp_session *s, const struct tp_session *newcomer)
{
	const struct tp_line *a = &s->line, *b = &newcomer->line;

	return s != newcomer && !tp_session_joined(s) && !s->ending &&
	       s->state != TP_SESSION_CLOSED && s->endpoint == newcomer->endpoint &&
	       count(s) < TP_AC_LINES_MAX && a->mrru == b->mrru &&
	       a->short_sequence == b->short_sequence &&
	       a->peer_short_sequence == b->peer_short_sequence;
}

static struct tp_session *find_leader(const struct tp_session *newcomer)
{
	struct tp_session *s = NULL;

	do
		s = tp_ac_index_find_user(newcomer->ac, newcomer->user, s);
	while (s != NULL && !fits(s, newcomer));
	return s;
}

static bool same_host(const struct tp_line *a, const struct tp_line *b)
{
	return a->access.port == b->access.port && a->access.vlans.outer == b->access.vlans.outer &&
	       a->access.vlans.inner == b->access.vlans.inner && tp_mac_equal(&a->mac, &b->mac);
}

/* The host that dials by the same interface again has lost the line that it had there. */
static void replace_line(struct tp_session *s, const struct tp_line *again)
{
	struct tp_line *line;

	SLIST_FOREACH (line, &s->lines, entry) {
		if (same_host(line, again)) {
			tp_ac_end(tp_line_owner(line), TP_END_REPLACED_HOST, false);
			return;
		}
	}
}

bool tp_ac_bundle_join(struct tp_session *s)
{
	struct tp_session *leader;

	if (s->endpoint == 0 || count(s) != 1 || s->remote_address != 0 || s->ipv6 != NULL)
		return false;
	leader = find_leader(s);
	if (leader == NULL)
		return false;
	replace_line(leader, &s->line);
	if (!fits(leader, s)) /* that was its last line */
		return false;
	tp_ac_encryption_free(s); /* of an earlier attempt */
	SLIST_INIT(&s->lines);
	append(s, leader);
	tp_ppp_set_joined(&s->line.ppp, true);
	return true;
}

static void tell_joined(struct tp_session *s)
{
	const struct tp_session *leader = tp_session_leader(s);

	tp_ac_tell(s, TP_AC_LINK_UP, TP_LOG_INFO,
		   "joined the bundle of session %u: active-links %u", leader->line.session_id,
		   tp_ac_bundle_links(leader));
}

void tp_ac_bundle_link_up(struct tp_session *s)
{
	if (s->ending || s->forwarding || !tp_session_leader(s)->forwarding)
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

/* Those that have joined S: one that ends may be gone at once. Returns how many. */
static unsigned joined(const struct tp_session *s, struct tp_session *to[TP_AC_LINES_MAX])
{
	struct tp_line *line;
	unsigned n = 0;

	SLIST_FOREACH (line, &s->lines, entry)
		if (line != &s->line)
			to[n++] = tp_line_owner(line);
	return n;
}

void tp_ac_bundle_network_up(struct tp_session *s)
{
	struct tp_session *links[TP_AC_LINES_MAX];
	unsigned n = joined(s, links);

	for (unsigned i = 0; i < n; i++)
		if (links[i]->state == TP_SESSION_NETWORK)
			tp_ac_bundle_link_up(links[i]);
}

/* The line of S, joined, carries no packets any more. */
static void link_down(struct tp_session *s)
{
	if (!s->forwarding)
		return;
	s->forwarding = false;
	s->ac->ops.down(s->ac->user, s);
	if (!s->ending)
		s->limit_ms = s->ac->now_ms + TP_AC_SETUP_LIMIT_MS;
}

void tp_ac_bundle_network_down(struct tp_session *s)
{
	struct tp_session *links[TP_AC_LINES_MAX];
	unsigned n = joined(s, links);

	for (unsigned i = 0; i < n; i++) {
		if (!links[i]->forwarding)
			continue;
		link_down(links[i]);
		if (!links[i]->ending)
			tp_ac_set_state(links[i], TP_SESSION_NETWORK);
		tp_ac_arm(links[i]);
	}
}

/* ---- lines that go ---- */

bool tp_ac_bundle_stands_without(const struct tp_session *s)
{
	return !tp_session_joined(s) && !s->ending && s->forwarding &&
	       other(s, &s->line, TP_SESSION_UP) != NULL;
}

/* The own line of S goes before any other carries packets: it begins anew, alone. Who waited for it
 * would come up beside a line that nobody has authenticated. */
static void break_up(struct tp_session *s)
{
	tp_ac_bundle_end_joined(s, TP_END_IPCP_FAILED);
	s->network = &s->line;
	tp_ppp_set_joined(&s->line.ppp, false);
}

void tp_ac_bundle_leaving(struct tp_session *s)
{
	struct tp_session *leader = tp_session_leader(s);
	struct tp_line *to = other(leader, &s->line, TP_SESSION_UP);

	if (leader->ending || s->line.session == NULL)
		return;
	if (to == NULL && leader == s) {
		break_up(s);
		return;
	}
	if (to == NULL)
		to = other(leader, &s->line, TP_SESSION_NETWORK);
	if (to != NULL && leader->network == &s->line)
		move_network(leader, to);
	if (leader != s)
		return;
	SLIST_REMOVE(&s->lines, &s->line, tp_line, entry);
	s->line.session = NULL;
	s->ac->ops.unlink(s->ac->user, s);
}

void tp_ac_bundle_lose_line(struct tp_session *s, enum tp_ppp_reason reason)
{
	tp_ac_ppp_enter(s);
	tp_ppp_lower_down(&s->line.ppp, reason, s->ac->now_ms);
	tp_ac_ppp_leave(s);
}

void tp_ac_bundle_line_gone(struct tp_session *s, const char *why, const char *detail)
{
	struct tp_line *line = &s->line;
	struct tp_ac *ac = s->ac;

	tp_ac_tell(s, TP_AC_LINK_DOWN, TP_LOG_INFO, "lost its own link: %s%s%s; active-links %u",
		   why, detail[0] != '\0' ? ", it says " : "", detail, tp_ac_bundle_links(s));
	if (!line->peer_left) {
		ac->counters.padt_sent++;
		tp_ac_send_padt(ac, &line->access, &line->mac, line->session_id, why);
	}
	tp_ac_index_line_gone(s);
	tp_ac_ids_fell(tp_ac_ids_of(ac, &line->access), line->session_id);
	line->gone = true;
	line->peer_left = false;
	if (s->forwarding) /* else it is told when it comes up */
		ac->ops.unlink(ac->user, s);
}

void tp_ac_bundle_part(struct tp_session *s)
{
	struct tp_session *leader = tp_session_leader(s);

	if (leader == s)
		return;
	link_down(s);
	SLIST_REMOVE(&leader->lines, &s->line, tp_line, entry);
	if (leader->network == &s->line)
		leader->network = &leader->line;
	tp_ac_bundle_init(s);
	s->endpoint = 0;
	tp_ppp_set_joined(&s->line.ppp, false);
	if (SLIST_EMPTY(&leader->lines))
		tp_ac_last_line_gone(leader, s->ending ? s->reason : TP_END_PEER_TERMINATE);
}

void tp_ac_bundle_end_joined(struct tp_session *s, enum tp_end_reason reason)
{
	struct tp_session *links[TP_AC_LINES_MAX];
	unsigned n = joined(s, links);

	for (unsigned i = 0; i < n; i++)
		tp_ac_end(links[i], reason, true);
}

void tp_ac_bundle_close(struct tp_session *s)
{
	struct tp_session *links[TP_AC_LINES_MAX];
	unsigned n = joined(s, links);

	for (unsigned i = 0; i < n; i++) {
		tp_ac_end(links[i], s->reason, true);
		tp_ac_bundle_part(links[i]);
	}
}

unsigned tp_ac_bundle_links(const struct tp_session *s)
{
	const struct tp_line *line;
	unsigned n = 0;

	SLIST_FOREACH (line, &tp_session_leader(s)->lines, entry)
		n += tp_line_owner(line)->forwarding;
	return n;
}

const struct tp_line *tp_ac_bundle_any_line(const struct tp_session *s)
{
	return s->line.gone && !SLIST_EMPTY(&s->lines) ? SLIST_FIRST(&s->lines) : &s->line;
}
