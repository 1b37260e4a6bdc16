/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses and prefixes of a session that is restored: they are its own again, of the pools that
 * gave them, or nobody's but another's. */
#include "base/ipv6_text.h"
#include "session/restore.h"
#include "wire/ipv6.h"

#include <errno.h>

/* RC of a pool, that did not give WHAT. */
static int refused(struct tp_restoring *r, const char *what, int rc)
{
	switch (rc) {
	case -EADDRINUSE:
		return tp_error_set(r->error, -EEXIST, "taken", "%s is another's by now", what);
	case -EPERM:
		return tp_error_set(r->error, -EEXIST, "taken", "%s is not for subscribers now",
				    what);
	case -ENOMEM:
		return tp_error_set(r->error, -ENOMEM, "memory", "no memory for %s", what);
	default:
		return tp_error_set(r->error, -EINVAL, "malformed", "%s can't be held", what);
	}
}

/* ---- IPv4 ---- */

static int reclaim_address(struct tp_restoring *r, struct tp_session *s, uint32_t address,
			   const char *pool)
{
	char what[TP_IPV4_TEXT_LEN + 16], text[TP_IPV4_TEXT_LEN];
	int rc = tp_pool_reclaim(r->ac->pools, address, pool, s, tp_line_user(s->line),
				 s->line->up_ms);

	if (rc == 0)
		return 0;
	snprintf(what, sizeof(what), "address %s", tp_ipv4_format(address, text));
	return refused(r, what, rc);
}

static int reclaim_ipv4(struct tp_restoring *r, struct tp_session *s)
{
	const struct tp_session_facts *f = r->facts;
	int rc;

	if (f->remote_address != 0) {
		rc = reclaim_address(r, s, f->remote_address, f->remote_pool);
		if (rc != 0)
			return rc;
		s->remote_address = f->remote_address;
	}
	if (f->local_leased) {
		rc = reclaim_address(r, s, f->local_address, f->local_pool);
		if (rc != 0)
			return rc;
	}
	s->local_address = f->local_address;
	s->local_leased = f->local_leased;
	return 0;
}

/* ---- IPv6 ---- */

static int reclaim_prefix(struct tp_restoring *r, struct tp_session *s,
			  const struct tp_held_facts *held, enum tp_pool6_use use,
			  struct tp_prefix6 *to, const char **from)
{
	const struct tp_pool6_holder holder = {
		.owner = s, .info = tp_line_user(s->line), .use = use, .now_ms = s->line->up_ms};
	char what[TP_PREFIX6_TEXT_LEN + 16], text[TP_PREFIX6_TEXT_LEN];
	int rc = tp_pool6_reclaim(r->ac->pools6, &held->prefix, held->pool, &holder);

	if (rc != 0) {
		snprintf(what, sizeof(what), "prefix %s", tp_prefix6_format(&held->prefix, text));
		return refused(r, what, rc);
	}
	*to = held->prefix;
	if (held->pool[0] != '\0')
		*from = tp_ac_ipv6_from(s, to);
	return 0;
}

/* What is within the link's prefix is held with that. */
static int reclaim_link(struct tp_restoring *r, struct tp_session *s)
{
	const struct tp_session_facts *f = r->facts;
	int rc;

	if (f->prefix.prefix.length != 0) {
		rc = reclaim_prefix(r, s, &f->prefix, TP_POOL6_LINK, &s->ipv6->prefix,
				    &s->ipv6->prefix_from);
		if (rc != 0)
			return rc;
	}
	if (f->address.prefix.length == 0)
		return 0;
	if (f->prefix.prefix.length == 0 ||
	    !tp_prefix6_has(&f->prefix.prefix, f->address.prefix.address))
		return reclaim_prefix(r, s, &f->address, TP_POOL6_LINK, &s->ipv6->address,
				      &s->ipv6->address_from);
	s->ipv6->address = f->address.prefix;
	return 0;
}

static int no_memory(struct tp_restoring *r)
{
	return tp_error_set(r->error, -ENOMEM, "memory", "no memory for its prefixes");
}

static int reclaim_delegated(struct tp_restoring *r, struct tp_session *s, unsigned number)
{
	const struct tp_held_facts *held = &r->facts->delegated[number];
	struct tp_ac_delegated *to;
	int rc;

	if (held->prefix.length == 0)
		return 0;
	if (tp_ac_ipv6_make_room(s, number + 1) != 0)
		return no_memory(r);
	to = &s->ipv6->delegated[number];
	rc = reclaim_prefix(r, s, held, TP_POOL6_DELEGATED, &to->prefix, &to->from);
	if (rc != 0 || held->asked[0] == '\0')
		return rc;
	to->pool = tp_aaa_local_name(r->ac->secrets, held->asked);
	return to->pool != NULL ? 0 : no_memory(r);
}

static int rebind(struct tp_restoring *r, struct tp_session *s, const struct tp_binding_facts *b)
{
	const struct tp_ipv6_binding binding = {
		.ia = {.prefix = b->is_prefix,
		       .number = b->number,
		       .iaid = b->iaid,
		       .duid = b->duid,
		       .duid_len = b->duid_len},
		.prefix = b->prefix,
		.since_ms = tp_restoring_past_ms(r, b->since_wall_ms),
		.renewed_ms = tp_restoring_past_ms(r, b->renewed_wall_ms),
		.until_ms = b->until_wall_ms == 0 ? TP_NEVER : tp_restoring_ms(r, b->until_wall_ms),
	};
	int rc = tp_ipv6_router_rebind(&s->ipv6->router, &binding);

	if (rc == -EEXIST)
		return tp_error_set(r->error, -EINVAL, "malformed",
				    "two bindings are of one number");
	if (rc != 0)
		return no_memory(r);
	if (b->is_prefix) {
		s->ipv6->delegated[b->number].committed = true;
		r->ac->counters.delegated++;
	}
	return 0;
}

static int reclaim_ipv6(struct tp_restoring *r, struct tp_session *s)
{
	const struct tp_session_facts *f = r->facts;
	const struct tp_ppp_image *ppp = &f->lines[0].ppp;
	int rc;

	if (tp_ac_ipv6_of(s) == NULL)
		return no_memory(r);
	memcpy(s->ipv6->local_id, ppp->ids.local, sizeof(s->ipv6->local_id));
	memcpy(s->ipv6->remote_id, ppp->ids.remote, sizeof(s->ipv6->remote_id));
	rc = reclaim_link(r, s);
	for (unsigned i = 0; rc == 0 && i < TP_AC_DELEGATIONS_MAX; i++)
		rc = reclaim_delegated(r, s, i);
	for (unsigned i = 0; rc == 0 && i < f->binding_count; i++)
		rc = rebind(r, s, &f->bindings[i]);
	return rc;
}

static bool has_ipv6(const struct tp_session_facts *f)
{
	bool has = (f->families & TP_AC_IPV6) != 0 || f->prefix.prefix.length != 0 ||
		   f->address.prefix.length != 0;

	for (unsigned i = 0; i < TP_AC_DELEGATIONS_MAX; i++)
		has |= f->delegated[i].prefix.length != 0;
	return has;
}

int tp_ac_reclaim_held(struct tp_restoring *r, struct tp_session *s)
{
	int rc = reclaim_ipv4(r, s);

	s->no_ipv6 = r->facts->no_ipv6;
	return rc == 0 && has_ipv6(r->facts) ? reclaim_ipv6(r, s) : rc;
}
