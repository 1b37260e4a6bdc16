/* SPDX-License-Identifier: BSD-3-Clause */
/* MP over several links (RFC 1990, section 5.1.3): lines of one user whose peers say by the same
 * Endpoint-Discriminator that they are one. The session that was there first has the address, and
 * carries its packets by the line with which it began and by those that have joined it: they have
 * none of their own. The network protocols (IPCP, CCP) are with the PPP link of one of the lines,
 * at first the session's own.
 *
 * A line that goes costs the others nothing. When it is the one with which the session began,
 * the session goes on until its last line has gone. */
#include "session/bundle.h"
#include "base/siphash.h"
#include "session/engine.h"
#include "session/events.h"
#include "session/life.h"
#include "session/login.h"

void tp_ac_bundle_init(struct tp_session *s, struct tp_line *line)
{
	SLIST_INIT(&s->lines);
	SLIST_INSERT_HEAD(&s->lines, line, entry);
	s->line = line;
	s->network = line;
	line->session = s;
}

/* LINE is the last of S. */
static void append(struct tp_line *line, struct tp_session *s)
{
	struct tp_line *last = SLIST_FIRST(&s->lines);

	while (last != NULL && SLIST_NEXT(last, entry) != NULL)
		last = SLIST_NEXT(last, entry);
	if (last == NULL)
		SLIST_INSERT_HEAD(&s->lines, line, entry);
	else
		SLIST_INSERT_AFTER(last, line, entry);
	line->session = s;
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

	SLIST_FOREACH (line, &s->lines, entry)
		if (line != not &&line->state == state && !line->ending)
			return line;
	return NULL;
}

static void move_network(struct tp_session *s, struct tp_line *to)
{
	tp_ppp_take_network(&to->ppp, &s->network->ppp);
	s->network = to;
	tp_ac_arm(to);
}

struct tp_line *tp_ac_bundle_follow(struct tp_line *line)
{
	struct tp_line *network;

	if (line->session == NULL)
		return line;
	network = line->session->network;
	if (network == line || line->ending || !line->forwarding || line->left)
		return network;
	move_network(line->session, line);
	tp_ac_arm(network);
	return line;
}

/* ---- joining ---- */

void tp_ac_bundle_lcp_up(struct tp_line *line, const struct tp_ppp_event *event)
{
	tp_ac_bundle_know_end(line, event->lcp.endpoint,
			      event->lcp.mrru != 0 ? event->lcp.endpoint_len : 0);
}

void tp_ac_bundle_know_end(struct tp_line *line, const uint8_t *endpoint, size_t len)
{
	line->endpoint = len == 0 ? 0 : tp_siphash(line->ac->table.hash_key, endpoint, len) | 1;
}

/* Is S let in, with room for NEWCOMER, and on the same terms? */
static bool fits(const struct tp_session *s, const struct tp_line *newcomer)
{
	const struct tp_line *line = s->line;

	return line != newcomer && !line->ending && line->state != TP_SESSION_CLOSED &&
	       line->endpoint == newcomer->endpoint && count(s) < TP_AC_LINES_MAX &&
	       line->mrru == newcomer->mrru && line->short_sequence == newcomer->short_sequence &&
	       line->peer_short_sequence == newcomer->peer_short_sequence;
}

/* It has begun a session, which has an address, or lines besides. */
static bool is_bound(const struct tp_line *line)
{
	const struct tp_session *own = tp_line_own(line);

	return own != NULL && (count(own) != 1 || own->remote_address != 0 || own->ipv6 != NULL);
}

static struct tp_session *find_session(const struct tp_line *newcomer)
{
	const struct tp_line *line = NULL;

	while ((line = tp_ac_index_find_user(newcomer->ac, newcomer->user, line)) != NULL) {
		struct tp_session *s = tp_line_own(line);

		if (s != NULL && fits(s, newcomer))
			return s;
	}
	return NULL;
}

struct tp_session *tp_ac_bundle_to_follow(const struct tp_line *line, const char *user)
{
	const struct tp_line *other = NULL;

	if (line->endpoint == 0 || tp_line_joined(line) || is_bound(line))
		return NULL;
	while ((other = tp_ac_index_find_user(line->ac, user, other)) != NULL) {
		struct tp_session *s = tp_line_own(other);

		if (s != NULL && fits(s, line) && !s->line->forwarding &&
		    s->subscriber->use_encryption != TP_ENCRYPTION_NO)
			return s;
	}
	return NULL;
}

static bool encrypts(const struct tp_session *s)
{
	const struct tp_ppp_encryption *e = tp_ppp_encryption(&s->network->ppp);

	return e != NULL && (e->send.bits != 0 || e->receive.bits != 0);
}

static void end_all(const struct tp_session *s)
{
	struct tp_line *lines[TP_AC_LINES_MAX], *line;
	unsigned n = 0;

	SLIST_FOREACH (line, &s->lines, entry)
		lines[n++] = line;
	for (unsigned i = 0; i < n; i++)
		tp_ac_end(lines[i], TP_END_REPLACED_HOST, false);
}

/* The host that dials by the same interface again has lost the line that it had there; or all of
 * them, and with them the keys that its first login gave: as nobody can tell, a session that
 * encrypts is over. */
static void replace_line(struct tp_session *s, const struct tp_line *again)
{
	struct tp_line *line;

	SLIST_FOREACH (line, &s->lines, entry) {
		if (!tp_line_at(line, &again->access, &again->mac))
			continue;
		if (encrypts(s))
			end_all(s);
		else
			tp_ac_end(line, TP_END_REPLACED_HOST, false);
		return;
	}
}

struct tp_session *tp_ac_bundle_of(struct tp_line *line)
{
	struct tp_session *s;

	if (tp_line_joined(line))
		return line->session;
	if (line->endpoint == 0 || is_bound(line))
		return NULL;
	s = find_session(line);
	if (s == NULL)
		return NULL;
	replace_line(s, line);
	return fits(s, line) ? s : NULL; /* that was its last line */
}

void tp_ac_bundle_join(struct tp_line *line, struct tp_session *s)
{
	append(line, s);
	tp_ppp_set_joined(&line->ppp, true);
}

void tp_ac_bundle_link_up(struct tp_line *line)
{
	const struct tp_session *s = line->session;

	if (line->ending || line->forwarding || !s->line->forwarding)
		return;
	if (tp_ac_forward(line) != 0) {
		tp_ac_end(line, TP_END_RESOURCES, true);
		return;
	}
	line->forwarding = true;
	line->last_up_ms = line->ac->now_ms;
	if (line->up_ms == 0)
		line->up_ms = line->ac->now_ms;
	tp_ac_set_state(line, TP_SESSION_UP);
	tp_ac_tell(line, TP_AC_LINK_UP, TP_LOG_INFO,
		   "joined the bundle of session %u: active-links %u", s->line->session_id,
		   tp_ac_bundle_links(s));
}

/* Those that have joined S: one that ends may be gone at once. Returns how many. */
static unsigned joined(const struct tp_session *s, struct tp_line *to[TP_AC_LINES_MAX])
{
	struct tp_line *line;
	unsigned n = 0;

	SLIST_FOREACH (line, &s->lines, entry)
		if (line != s->line)
			to[n++] = line;
	return n;
}

void tp_ac_bundle_network_up(struct tp_session *s)
{
	struct tp_line *links[TP_AC_LINES_MAX];
	unsigned n = joined(s, links);

	for (unsigned i = 0; i < n; i++)
		if (links[i]->state == TP_SESSION_NETWORK)
			tp_ac_bundle_link_up(links[i]);
	tp_ac_logins_follow(s);
}

/* LINE, joined, carries no packets any more. */
static void link_down(struct tp_line *line)
{
	if (!line->forwarding)
		return;
	line->forwarding = false;
	line->ac->ops.down(line->ac->user, line);
	if (!line->ending)
		line->limit_ms = line->ac->now_ms + TP_AC_SETUP_LIMIT_MS;
}

void tp_ac_bundle_network_down(struct tp_session *s)
{
	struct tp_line *links[TP_AC_LINES_MAX];
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

bool tp_ac_bundle_stands_without(const struct tp_line *line)
{
	const struct tp_session *own = tp_line_own(line);

	return own != NULL && !line->ending && line->forwarding &&
	       other(own, line, TP_SESSION_UP) != NULL;
}

/* The own line of S goes before any other carries packets: it begins anew, alone. Who waited for it
 * would come up beside a line that nobody has authenticated. */
static void break_up(struct tp_session *s)
{
	tp_ac_bundle_end_joined(s, TP_END_IPCP_FAILED);
	s->network = s->line;
	tp_ppp_set_joined(&s->line->ppp, false);
}

void tp_ac_bundle_leaving(struct tp_line *line)
{
	struct tp_session *s = line->session;
	struct tp_line *to;

	if (s == NULL || s->line->ending || line->left)
		return;
	to = other(s, line, TP_SESSION_UP);
	if (to == NULL && s->line == line) {
		break_up(s);
		return;
	}
	if (to == NULL)
		to = other(s, line, TP_SESSION_NETWORK);
	if (to != NULL && s->network == line)
		move_network(s, to);
	if (s->line != line)
		return;
	SLIST_REMOVE(&s->lines, line, tp_line, entry);
	line->left = true;
	line->ac->ops.unlink(line->ac->user, s);
}

void tp_ac_bundle_lose_line(struct tp_line *line, enum tp_ppp_reason reason)
{
	tp_ac_ppp_enter(line);
	tp_ppp_lower_down(&line->ppp, reason, line->ac->now_ms);
	tp_ac_ppp_leave(line);
}

void tp_ac_bundle_line_gone(struct tp_line *line, const char *why, const char *detail)
{
	struct tp_ac *ac = line->ac;

	tp_ac_tell(line, TP_AC_LINK_DOWN, TP_LOG_INFO, "lost its own link: %s%s%s; active-links %u",
		   why, detail[0] != '\0' ? ", it says " : "", detail,
		   tp_ac_bundle_links(line->session));
	if (!line->peer_left) {
		ac->counters.padt_sent++;
		tp_ac_send_padt(ac, &line->access, &line->mac, line->session_id, why);
	}
	tp_ac_index_line_gone(line);
	tp_ac_ids_fell(tp_ac_ids_of(ac, &line->access), line->session_id);
	line->gone = true;
	line->peer_left = false;
	if (line->forwarding) /* else it is told when it comes up */
		ac->ops.unlink(ac->user, line->session);
}

void tp_ac_bundle_part(struct tp_line *line)
{
	struct tp_session *s = line->session;

	if (!tp_line_joined(line))
		return;
	link_down(line);
	SLIST_REMOVE(&s->lines, line, tp_line, entry);
	if (s->network == line)
		s->network = s->line;
	line->session = NULL;
	line->endpoint = 0;
	tp_ppp_set_joined(&line->ppp, false);
	if (SLIST_EMPTY(&s->lines))
		tp_ac_last_line_gone(s, line->ending ? line->reason : TP_END_PEER_TERMINATE);
	else if (s->line->forwarding && !s->line->ending)
		tp_ac_tell(s->line, TP_AC_SESSION_CHANGED, TP_LOG_INFO,
			   "has lost the link of session %u: active-links %u", line->session_id,
			   tp_ac_bundle_links(s));
}

void tp_ac_bundle_end_joined(struct tp_session *s, enum tp_end_reason reason)
{
	struct tp_line *links[TP_AC_LINES_MAX];
	unsigned n = joined(s, links);

	for (unsigned i = 0; i < n; i++)
		tp_ac_end(links[i], reason, true);
}

void tp_ac_bundle_close(struct tp_session *s)
{
	struct tp_line *links[TP_AC_LINES_MAX];
	unsigned n = joined(s, links);

	for (unsigned i = 0; i < n; i++) {
		tp_ac_end(links[i], s->line->reason, true);
		tp_ac_bundle_part(links[i]);
	}
}

unsigned tp_ac_bundle_links(const struct tp_session *s)
{
	const struct tp_line *line;
	unsigned n = 0;

	SLIST_FOREACH (line, &s->lines, entry)
		n += line->forwarding;
	return n;
}

const struct tp_line *tp_ac_bundle_any_line(const struct tp_line *line)
{
	return line->gone && !SLIST_EMPTY(&line->session->lines)
		       ? SLIST_FIRST(&line->session->lines)
		       : line;
}
