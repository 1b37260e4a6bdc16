/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses of a session: fixed or out of a pool, each held by one session at a time, and held
 * until the session's slot is released, when no worker forwards for it any more. */
#include "session/engine.h"
#include "session/ipv6.h"
#include "session/life.h"
#include "session/login.h"

#include <errno.h>

static enum tp_ac_take wait(struct tp_session *on, struct tp_session **wait_for)
{
	*wait_for = on;
	return TP_AC_TAKE_WAIT;
}

/* By an earlier session of the same user it is the user's all the same: the newest gets it, as with
 * only-one. */
enum tp_ac_take tp_ac_take_held(struct tp_session *s, const char *what, struct tp_session *holder,
				const char *info, struct tp_session **wait_for, char text[160])
{
	if (holder != NULL && holder != s) {
		if (!holder->line->ending && s->line->user != NULL &&
		    strcmp(tp_line_user(holder->line), s->line->user) == 0)
			tp_ac_end(holder->line, TP_END_REPLACED_USER,
				  !tp_mac_equal(&holder->line->mac, &s->line->mac));
		if (holder->line->ending)
			return wait(holder, wait_for);
	}
	snprintf(text, 160, "its %s is in use%s%.80s", what, holder != NULL ? " by " : "",
		 holder != NULL ? info : "");
	return TP_AC_TAKE_FAILED;
}

static enum tp_ac_take held(struct tp_session *s, uint32_t address, struct tp_session **wait_for,
			    char text[160])
{
	const struct tp_pool_lease *lease = tp_pool_find(s->line->ac->pools, address);
	char address_text[TP_IPV4_TEXT_LEN], what[TP_IPV4_TEXT_LEN + 8];

	snprintf(what, sizeof(what), "address %s", tp_ipv4_format(address, address_text));
	return tp_ac_take_held(s, what, lease->owner, lease->info, wait_for, text);
}

/* The pool may hold the address that is ours on this link: it is not for a subscriber. */
static int allocate(struct tp_session *s, const char *pool, uint32_t not_this, uint32_t *address)
{
	struct tp_pool_registry *pools = s->line->ac->pools;
	uint32_t other;
	int rc = tp_pool_allocate(pools, pool, s, tp_line_user(s->line), s->line->ac->now_ms,
				  address);

	if (rc != 0 || *address != not_this)
		return rc;
	rc = tp_pool_allocate(pools, pool, s, tp_line_user(s->line), s->line->ac->now_ms, &other);
	tp_pool_release(pools, *address, s);
	*address = other;
	return rc;
}

static enum tp_ac_take take_from_pool(struct tp_session *s, const char *pool,
				      struct tp_session *replaced, struct tp_session **wait_for,
				      char text[160])
{
	uint32_t address;

	switch (allocate(s, pool, s->local_address, &address)) {
	case 0:
		s->remote_address = address;
		return TP_AC_TAKEN;
	case -EADDRNOTAVAIL:
		if (replaced != NULL)
			return wait(replaced, wait_for);
		snprintf(text, 160, "pool %s is exhausted", pool);
		return TP_AC_TAKE_FAILED;
	case -ENOENT:
		snprintf(text, 160, "there is no pool %s", pool);
		return TP_AC_TAKE_FAILED;
	default:
		snprintf(text, 160, "no memory for an address of pool %s", pool);
		return TP_AC_TAKE_FAILED;
	}
}

static enum tp_ac_take take_fixed(struct tp_session *s, uint32_t address,
				  struct tp_session **wait_for, char text[160])
{
	char address_text[TP_IPV4_TEXT_LEN];

	switch (tp_pool_reserve(s->line->ac->pools, address, s, tp_line_user(s->line),
				s->line->ac->now_ms)) {
	case 0:
		s->remote_address = address;
		return TP_AC_TAKEN;
	case -EADDRINUSE:
		return held(s, address, wait_for, text);
	case -EPERM:
		snprintf(text, 160, "its address %s is %.100s",
			 tp_ipv4_format(address, address_text),
			 tp_pool_reserved(s->line->ac->pools, address));
		return TP_AC_TAKE_FAILED;
	default:
		snprintf(text, 160, "its fixed address can't be given out");
		return TP_AC_TAKE_FAILED;
	}
}

/* Ours is shared by any number of sessions when it is fixed, and one's own out of a pool. */
static int take_local(struct tp_session *s, char text[160])
{
	const struct tp_subscriber_address *local = &s->subscriber->local;
	uint32_t address;

	if (s->local_address != 0)
		return 0;
	s->local_address = local->fixed;
	if (local->fixed != 0 || local->pool == NULL)
		return 0;
	if (allocate(s, local->pool, 0, &address) != 0) {
		snprintf(text, 160, "pool %s has no local-address to give", local->pool);
		return -EADDRNOTAVAIL;
	}
	s->local_address = address;
	s->local_leased = true;
	return 0;
}

/* Who is to have none stands on IPv6. */
static enum tp_ac_take take_ipv4(struct tp_session *s, struct tp_session *replaced,
				 struct tp_session **wait_for, char text[160])
{
	const struct tp_subscriber_address *remote = &s->subscriber->remote;

	if (s->remote_address == 0 && remote->fixed == 0 && remote->pool == NULL &&
	    tp_ac_ipv6_suffices(s))
		return TP_AC_TAKEN;
	if (take_local(s, text) != 0)
		return TP_AC_TAKE_FAILED;
	if (s->remote_address != 0) /* a renegotiation keeps it */
		return TP_AC_TAKEN;
	if (remote->fixed != 0)
		return take_fixed(s, remote->fixed, wait_for, text);
	if (remote->pool != NULL)
		return take_from_pool(s, remote->pool, replaced, wait_for, text);
	snprintf(text, 160, "neither secret nor profile has a remote-address");
	return TP_AC_TAKE_FAILED;
}

enum tp_ac_take tp_ac_take_addresses(struct tp_session *s, struct tp_session *replaced,
				     struct tp_session **wait_for, char text[160])
{
	enum tp_ac_take take = take_ipv4(s, replaced, wait_for, text);

	return take == TP_AC_TAKEN ? tp_ac_take_prefixes(s, replaced, wait_for, text) : take;
}

void tp_ac_release_addresses(struct tp_session *s)
{
	if (s->remote_address != 0)
		tp_pool_release(s->line->ac->pools, s->remote_address, s);
	if (s->local_leased)
		tp_pool_release(s->line->ac->pools, s->local_address, s);
	s->remote_address = 0;
	s->local_address = 0;
	s->local_leased = false;
}
