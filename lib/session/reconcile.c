/* SPDX-License-Identifier: BSD-3-Clause */
/* Does all that the engine knows in more than one place agree? For who has restored sessions, for
 * operators, and for tests. It looks, and changes nothing. */
#include <stdarg.h>
#include <stdio.h>

#include "base/ipv6_text.h"
#include "base/siphash.h"
#include "session/bundle.h"
#include "session/engine.h"
#include "session/image.h"
#include "session/ipv6.h"

struct reconciling {
	const struct tp_ac *ac;
	tp_ac_difference_fn tell;
	void *user;
	unsigned differences;
	uint32_t states[TP_SESSION_STATES];
	uint32_t of_servers; /* that are configured */
	uint32_t with_ipv4, with_ipv6, delegated;
	uint32_t addresses, prefixes; /* that sessions hold */
	uint32_t ids[TP_AC_MAX_PORTS][TP_VLAN_SCOPES];
};

static void differs(struct reconciling *r, const struct tp_line *line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void differs(struct reconciling *r, const struct tp_line *line, const char *format, ...)
{
	char text[256];
	int used = 0;
	va_list args;

	if (line != NULL)
		used = snprintf(text, sizeof(text),
				"session %u in slot %u%s%.64s: ", line->session_id, line->slot,
				line->user != NULL ? " of " : "", tp_line_user(line));
	va_start(args, format);
	vsnprintf(text + used, sizeof(text) - (size_t)used, format, args);
	va_end(args);
	r->differences++;
	if (r->tell != NULL)
		r->tell(r->user, text);
}

static void compare(struct reconciling *r, const char *what, uint64_t counted, uint64_t known)
{
	if (counted != known)
		differs(r, NULL, "%s: %llu are counted, there are %llu", what,
			(unsigned long long)counted, (unsigned long long)known);
}

/* ---- one line ---- */

/* In a list by its MAC address, and by its user: what is before it leads to it. (A user may have
 * any number of sessions: the list is not walked for each of them.) */
static bool is_listed(const struct tp_line *line)
{
	return line->by_mac.le_prev != NULL && *line->by_mac.le_prev == line;
}

static bool is_listed_by_user(const struct tp_line *line)
{
	return line->by_user.le_prev != NULL && *line->by_user.le_prev == line;
}

static void look_at_indexes(struct reconciling *r, const struct tp_line *line)
{
	if (!line->gone && tp_ac_ids_find(r->ac, &line->access, line->session_id) != line)
		differs(r, line, "its session id does not lead to it");
	if (!line->gone && !is_listed(line))
		differs(r, line, "its MAC address does not lead to it");
	if (line->user != NULL && !is_listed_by_user(line))
		differs(r, line, "its user does not lead to it");
	if (line->id % TP_AC_MAX_SESSIONS != line->slot)
		differs(r, line, "its id is of another slot");
}

static bool is_among(const struct tp_line *line, const struct tp_session *s)
{
	const struct tp_line *one;

	SLIST_FOREACH (one, &s->lines, entry)
		if (one == line)
			return true;
	return false;
}

static void look_at_bundle(struct reconciling *r, const struct tp_line *line)
{
	const struct tp_session *s = line->session;

	if (s == NULL)
		return;
	if (is_among(line, s) == line->left)
		differs(r, line, "it and its session do not agree that it carries its packets");
	if (tp_line_joined(line) && s->line->state == TP_SESSION_CLOSED)
		differs(r, line, "it goes by a session that is closed");
}

static void look_at_state(struct reconciling *r, const struct tp_line *line)
{
	const struct tp_session *own = tp_line_own(line);
	bool up = line->state == TP_SESSION_UP;

	if (up && !line->forwarding)
		differs(r, line, "it is up, and the data plane does not forward for it");
	if (own == NULL)
		return;
	if (up && own->families == 0)
		differs(r, line, "it is up by no family");
	r->with_ipv4 += (own->families & TP_AC_IPV4) != 0;
	r->with_ipv6 += (own->families & TP_AC_IPV6) != 0;
}

/* ---- what it holds, also while it is closed and its slot not released ---- */

static void look_at_address(struct reconciling *r, const struct tp_session *s, uint32_t address)
{
	const struct tp_pool_lease *lease = tp_pool_find(r->ac->pools, address);
	char text[TP_IPV4_TEXT_LEN];

	r->addresses++;
	if (lease == NULL)
		differs(r, s->line, "its address %s is not held", tp_ipv4_format(address, text));
	else if (lease->owner != s)
		differs(r, s->line, "its address %s is held by another",
			tp_ipv4_format(address, text));
}

static void look_at_prefix(struct reconciling *r, const struct tp_session *s,
			   const struct tp_prefix6 *prefix)
{
	char text[TP_PREFIX6_TEXT_LEN];
	struct tp_pool6_lease lease;

	r->prefixes++;
	if (!tp_pool6_find(r->ac->pools6, prefix, &lease) ||
	    !tp_prefix6_same(&lease.prefix, prefix))
		differs(r, s->line, "its prefix %s is not held", tp_prefix6_format(prefix, text));
	else if (lease.owner != s)
		differs(r, s->line, "its prefix %s is held by another",
			tp_prefix6_format(prefix, text));
}

static bool is_within(const struct tp_ac_ipv6 *ipv6)
{
	return ipv6->prefix.length != 0 && tp_prefix6_has(&ipv6->prefix, ipv6->address.address);
}

static bool has_binding(const struct tp_ac_ipv6 *ipv6, unsigned number)
{
	const struct tp_ipv6_binding *b = NULL;

	while ((b = tp_ipv6_router_next_binding(&ipv6->router, b)) != NULL)
		if (b->committed && b->ia.prefix && b->ia.number == number &&
		    tp_prefix6_same(&b->prefix, &ipv6->delegated[number].prefix))
			return true;
	return false;
}

static void look_at_delegated(struct reconciling *r, const struct tp_session *s, unsigned number)
{
	const struct tp_ac_delegated *d = &s->ipv6->delegated[number];
	char text[TP_PREFIX6_TEXT_LEN];

	if (d->prefix.length == 0)
		return;
	look_at_prefix(r, s, &d->prefix);
	r->delegated += d->committed;
	if (d->committed && !has_binding(s->ipv6, number))
		differs(r, s->line, "its prefix %s is delegated, and no binding says so",
			tp_prefix6_format(&d->prefix, text));
}

static void look_at_held(struct reconciling *r, const struct tp_session *s)
{
	if (s->remote_address != 0)
		look_at_address(r, s, s->remote_address);
	if (s->local_leased)
		look_at_address(r, s, s->local_address);
	if (s->ipv6 == NULL)
		return;
	if (s->ipv6->prefix.length != 0)
		look_at_prefix(r, s, &s->ipv6->prefix);
	if (s->ipv6->address.length != 0 && !is_within(s->ipv6))
		look_at_prefix(r, s, &s->ipv6->address);
	for (unsigned i = 0; i < s->ipv6->room; i++)
		look_at_delegated(r, s, i);
}

static void look_at(struct reconciling *r, const struct tp_line *line)
{
	bool stands = tp_ac_find_slot(r->ac, line->slot) == line;

	if (stands != (line->state != TP_SESSION_CLOSED))
		differs(r, line,
			stands ? "it is closed, and found" : "it stands, and is not found");
	r->states[line->state]++;
	r->ids[line->access.port][tp_vlans_scope(line->access.vlans)]++;
	if (tp_line_own(line) != NULL)
		look_at_held(r, line->session);
	if (line->state == TP_SESSION_CLOSED)
		return;
	r->of_servers += !line->server->removed;
	look_at_indexes(r, line);
	look_at_bundle(r, line);
	look_at_state(r, line);
}

/* ---- what is held, and by whom ---- */

/* OWNER is a session of the engine, whose slot is not released. */
static bool is_session(const struct tp_ac *ac, const struct tp_session *owner)
{
	return owner->line->ac == ac && tp_line_own(owner->line) == owner &&
	       tp_ac_table_slot(ac, owner->line->slot) == owner->line;
}

static void look_at_leases(struct reconciling *r)
{
	const struct tp_pool_lease *lease = tp_pool_used(r->ac->pools, 0);
	char text[TP_IPV4_TEXT_LEN];
	uint32_t held = 0;

	while (lease != NULL) {
		held += lease->owner != NULL;
		if (lease->owner != NULL && !is_session(r->ac, lease->owner))
			differs(r, NULL, "address %s is held by no session",
				tp_ipv4_format(lease->address, text));
		lease = lease->address < UINT32_MAX ? tp_pool_used(r->ac->pools, lease->address + 1)
						    : NULL;
	}
	compare(r, "addresses that are held", held, r->addresses);
}

static void look_at_leases6(struct reconciling *r)
{
	char text[TP_PREFIX6_TEXT_LEN];
	struct tp_pool6_lease lease;
	uint8_t from[16] = {0};
	uint32_t held = 0;

	while (tp_pool6_used(r->ac->pools6, from, &lease)) {
		held += lease.owner != NULL;
		if (lease.owner != NULL && !is_session(r->ac, lease.owner))
			differs(r, NULL, "prefix %s is held by no session",
				tp_prefix6_format(&lease.prefix, text));
		if (!tp_pool6_behind(&lease.prefix, from))
			break;
	}
	/* What DHCPv6 has replaced, and not yet given back, is held beside. */
	if (held < r->prefixes)
		compare(r, "prefixes that are held", held, r->prefixes);
}

static void look_at_ids(struct reconciling *r)
{
	for (unsigned port = 0; port < TP_AC_MAX_PORTS; port++)
		for (unsigned scope = 0; scope < TP_VLAN_SCOPES; scope++)
			if (r->ac->ports[port].ids[scope].count != r->ids[port][scope])
				differs(r, NULL,
					"port %u: %u session ids are taken, by %u sessions", port,
					r->ac->ports[port].ids[scope].count, r->ids[port][scope]);
}

static void look_at_servers(struct reconciling *r)
{
	const struct tp_ac_server *server;
	uint64_t counted = 0;

	for (server = r->ac->servers; server != NULL; server = server->by_id.next)
		counted += server->standing;
	compare(r, "sessions of servers", counted, r->of_servers);
}

static void look_at_counters(struct reconciling *r)
{
	static const char *const names[TP_SESSION_STATES] = {
		"sessions in LCP", "sessions that log in", "sessions in negotiation",
		"sessions up",	   "sessions that end",	   "sessions closed",
	};
	const struct tp_ac_counters *c = &r->ac->counters;
	uint32_t all = 0;

	for (unsigned i = 0; i < TP_SESSION_STATES; i++) {
		compare(r, names[i], c->standing[i], r->states[i]);
		all += r->states[i];
	}
	compare(r, "free slots", c->slots_free, r->ac->table.max - all);
	compare(r, "sessions with IPv4", c->with_ipv4, r->with_ipv4);
	compare(r, "sessions with IPv6", c->with_ipv6, r->with_ipv6);
	compare(r, "delegated prefixes", c->delegated, r->delegated);
}

unsigned tp_ac_reconcile(const struct tp_ac *ac, tp_ac_difference_fn tell, void *user)
{
	struct reconciling r = {.ac = ac, .tell = tell, .user = user};

	for (uint32_t slot = 0; slot < ac->table.fresh; slot++) {
		const struct tp_line *line = tp_ac_table_slot(ac, slot);

		if (line->ac != NULL)
			look_at(&r, line);
	}
	look_at_leases(&r);
	look_at_leases6(&r);
	look_at_ids(&r);
	look_at_servers(&r);
	look_at_counters(&r);
	return r.differences;
}
