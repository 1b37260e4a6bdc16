/* SPDX-License-Identifier: BSD-3-Clause */
/* Prefixes that a session has from its login on: as addresses are (address.c), fixed or out of a
 * pool, each held by one session at a time, and held until the session's slot is released. */
#include "base/ipv6_text.h"
#include "session/engine.h"
#include "session/events.h"
#include "session/ipv6.h"
#include "wire/ipv6.h"

#include <errno.h>

static enum tp_ac_take take_fixed(struct tp_session *s, const struct tp_prefix6 *prefix,
				  enum tp_pool6_use use, struct tp_session **wait_for,
				  char text[160])
{
	const struct tp_pool6_holder holder = tp_ac_ipv6_holder(s, use);
	char what[TP_PREFIX6_TEXT_LEN + 8], prefix_text[TP_PREFIX6_TEXT_LEN];
	struct tp_pool6_lease lease;

	snprintf(what, sizeof(what), "prefix %s", tp_prefix6_format(prefix, prefix_text));
	switch (tp_pool6_reserve(s->line->ac->pools6, prefix, &holder)) {
	case 0:
		return TP_AC_TAKEN;
	case -EPERM:
		snprintf(text, 160, "its fixed %s has %s", what,
			 tp_pool6_reserved(s->line->ac->pools6, prefix));
		return TP_AC_TAKE_FAILED;
	case -EADDRINUSE:
		if (tp_pool6_find(s->line->ac->pools6, prefix, &lease))
			return tp_ac_take_held(s, what, lease.owner, lease.info, wait_for, text);
		/* fall through */
	default:
		snprintf(text, 160, "its fixed %s can't be given out", what);
		return TP_AC_TAKE_FAILED;
	}
}

static enum tp_ac_take take_from_pool(struct tp_session *s, const char *pool,
				      struct tp_session *replaced, struct tp_session **wait_for,
				      char text[160])
{
	const struct tp_pool6_holder holder = tp_ac_ipv6_holder(s, TP_POOL6_LINK);
	/* A RADIUS server may name a pool of larger blocks: a link has 64 bits of one. */
	const struct tp_pool6_wish wish = {
		.place = tp_ac_ipv6_place(s, TP_POOL6_LINK, 0),
		.length = 64,
	};

	switch (tp_pool6_allocate(s->line->ac->pools6, pool, &holder, &wish, &s->ipv6->prefix)) {
	case 0:
		s->ipv6->prefix_from = tp_ac_ipv6_from(s, &s->ipv6->prefix);
		return TP_AC_TAKEN;
	case -EADDRNOTAVAIL:
		if (replaced != NULL) {
			*wait_for = replaced;
			return TP_AC_TAKE_WAIT;
		}
		snprintf(text, 160, "IPv6 pool %s is exhausted", pool);
		return TP_AC_TAKE_FAILED;
	case -ENOENT:
		snprintf(text, 160, "there is no IPv6 pool %s", pool);
		return TP_AC_TAKE_FAILED;
	default:
		snprintf(text, 160, "no memory for a prefix of IPv6 pool %s", pool);
		return TP_AC_TAKE_FAILED;
	}
}

static enum tp_ac_take take_link(struct tp_session *s, struct tp_session *replaced,
				 struct tp_session **wait_for, char text[160])
{
	const struct tp_subscriber_ipv6 *terms = s->subscriber->ipv6;
	enum tp_ac_take take = TP_AC_TAKEN;

	if (s->ipv6->prefix.length != 0) /* a renegotiation keeps it */
		return TP_AC_TAKEN;
	if (terms->prefix.length != 0) {
		take = take_fixed(s, &terms->prefix, TP_POOL6_LINK, wait_for, text);
		if (take == TP_AC_TAKEN)
			s->ipv6->prefix = terms->prefix;
	} else if (terms->prefix_pool != NULL) {
		take = take_from_pool(s, terms->prefix_pool, replaced, wait_for, text);
	}
	return take;
}

/* One that the link's prefix has in it is held with that. */
static enum tp_ac_take take_address(struct tp_session *s, struct tp_session **wait_for,
				    char text[160])
{
	const struct tp_subscriber_ipv6 *terms = s->subscriber->ipv6;
	struct tp_prefix6 address = {.length = 128};
	enum tp_ac_take take = TP_AC_TAKEN;

	if (!terms->has_address || s->ipv6->address.length != 0)
		return TP_AC_TAKEN;
	memcpy(address.address, terms->address, sizeof(address.address));
	if (s->ipv6->prefix.length == 0 || !tp_prefix6_has(&s->ipv6->prefix, address.address))
		take = take_fixed(s, &address, TP_POOL6_LINK, wait_for, text);
	if (take == TP_AC_TAKEN)
		s->ipv6->address = address;
	return take;
}

static enum tp_ac_take take_delegated(struct tp_session *s, struct tp_session **wait_for,
				      char text[160])
{
	const struct tp_subscriber_ipv6 *terms = s->subscriber->ipv6;
	unsigned count = terms->delegated_count;

	if (count > TP_AC_DELEGATIONS_MAX)
		count = TP_AC_DELEGATIONS_MAX;
	if (tp_ac_ipv6_make_room(s, count) != 0) {
		snprintf(text, 160, "no memory for its prefixes");
		return TP_AC_TAKE_FAILED;
	}
	for (unsigned i = 0; i < count; i++) {
		struct tp_ac_delegated *to = &s->ipv6->delegated[i];
		enum tp_ac_take take;

		if (to->prefix.length != 0)
			continue;
		take = take_fixed(s, &terms->delegated[i], TP_POOL6_DELEGATED, wait_for, text);
		if (take != TP_AC_TAKEN)
			return take;
		*to = (struct tp_ac_delegated){.prefix = terms->delegated[i]};
	}
	return TP_AC_TAKEN;
}

static enum tp_ac_take take_all(struct tp_session *s, struct tp_session *replaced,
				struct tp_session **wait_for, char text[160])
{
	enum tp_ac_take take;

	if (tp_ac_ipv6_of(s) == NULL) {
		snprintf(text, 160, "no memory for its prefixes");
		return TP_AC_TAKE_FAILED;
	}
	take = take_link(s, replaced, wait_for, text);
	if (take == TP_AC_TAKEN)
		take = take_address(s, wait_for, text);
	if (take == TP_AC_TAKEN)
		take = take_delegated(s, wait_for, text);
	return take;
}

bool tp_ac_ipv6_suffices(const struct tp_session *s)
{
	const struct tp_subscriber_ipv6 *terms = s->subscriber->ipv6;

	return s->subscriber->use_ipv6 != TP_USE_IPV6_NO && terms != NULL &&
	       (terms->prefix.length != 0 || terms->prefix_pool != NULL || terms->has_address ||
		terms->delegated_count > 0 || terms->pd_pool != NULL);
}

/* Who has IPv4 does without, and nobody is told: it is the client's own wish. */
static enum tp_ac_take too_narrow(struct tp_session *s, char text[160])
{
	s->no_ipv6 = true;
	s->line->ac->counters.ipv6_refused[TP_AC_IPV6_MTU]++;
	snprintf(text, 160, "its MTU of %u is too small for IPv6", s->line->mtu);
	return s->remote_address != 0 && s->subscriber->use_ipv6 != TP_USE_IPV6_REQUIRED
		       ? TP_AC_TAKEN
		       : TP_AC_TAKE_FAILED;
}

enum tp_ac_take tp_ac_take_prefixes(struct tp_session *s, struct tp_session *replaced,
				    struct tp_session **wait_for, char text[160])
{
	enum tp_ac_take take;

	s->no_ipv6 = s->subscriber->use_ipv6 == TP_USE_IPV6_NO;
	if (s->no_ipv6)
		return TP_AC_TAKEN;
	if (s->line->mtu < TP_IPV6_MIN_MTU)
		return too_narrow(s, text);
	if (!tp_ac_ipv6_suffices(s))
		return TP_AC_TAKEN;
	take = take_all(s, replaced, wait_for, text);
	if (take != TP_AC_TAKE_FAILED || s->remote_address == 0 ||
	    s->subscriber->use_ipv6 == TP_USE_IPV6_REQUIRED)
		return take;
	tp_ac_tell(s->line, TP_AC_NO_ADDRESS, TP_LOG_WARNING, "%s: it has IPv4 alone", text);
	s->line->ac->counters.ipv6_refused[TP_AC_NO_IPV6_PREFIX]++;
	tp_ac_ipv6_release(s);
	s->no_ipv6 = true;
	return TP_AC_TAKEN;
}
