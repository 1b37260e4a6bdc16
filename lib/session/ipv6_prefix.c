/* SPDX-License-Identifier: BSD-3-Clause */
/* What a session holds of IPv6, and what leads to it. What is delegated out of a pool is taken when
 * DHCPv6 asks for it, and given back with its lease; all else is taken at the login (ipv6_take.c).
 */
#include "base/name.h"
#include "session/engine.h"
#include "session/ipv6.h"
#include "wire/ipv6.h"

#include <errno.h>

struct tp_pool6_holder tp_ac_ipv6_holder(struct tp_session *s, enum tp_pool6_use use)
{
	return (struct tp_pool6_holder){
		.owner = s,
		.info = tp_line_user(s->line),
		.use = use,
		.now_ms = s->line->ac->now_ms,
	};
}

/* Who dials in without a name is known by its host. */
const char *tp_ac_ipv6_from(const struct tp_session *s, const struct tp_prefix6 *prefix)
{
	struct tp_pool6_lease lease;

	return tp_pool6_find(s->line->ac->pools6, prefix, &lease) ? lease.pool : NULL;
}

uint64_t tp_ac_ipv6_place(const struct tp_session *s, enum tp_pool6_use use, unsigned number)
{
	char mac[TP_MAC_TEXT_LEN];

	return tp_pool6_place(s->line->user != NULL ? s->line->user
						    : tp_mac_format(&s->line->mac, mac),
			      use, number);
}

struct tp_ac_ipv6 *tp_ac_ipv6_of(struct tp_session *s)
{
	if (s->ipv6 != NULL)
		return s->ipv6;
	s->ipv6 = tp_ac_alloc(s->line->ac, sizeof(*s->ipv6));
	if (s->ipv6 != NULL)
		tp_ipv6_router_init(&s->ipv6->router, &s->line->ac->routers, s);
	return s->ipv6;
}

/* ---- delegated ones ---- */

int tp_ac_ipv6_make_room(struct tp_session *s, unsigned count)
{
	struct tp_ac_ipv6 *ipv6 = s->ipv6;
	struct tp_ac_delegated *more;

	if (count <= ipv6->room)
		return 0;
	more = tp_ac_alloc(s->line->ac, count * sizeof(*more));
	if (more == NULL)
		return -ENOMEM;
	for (unsigned i = 0; i < ipv6->room; i++) {
		more[i] = ipv6->delegated[i];
		if (ipv6->routes == &ipv6->delegated[i].prefix)
			ipv6->routes = &more[i].prefix;
	}
	tp_ac_free(s->line->ac, ipv6->delegated, ipv6->room * sizeof(*more));
	ipv6->delegated = more;
	ipv6->room = (uint8_t)count;
	return 0;
}

unsigned tp_ac_delegations(const struct tp_session *s)
{
	const struct tp_subscriber_ipv6 *terms = s->subscriber->ipv6;
	unsigned count = terms == NULL ? 0 : terms->delegated_count;

	if (terms != NULL && count == 0)
		return terms->pd_pool != NULL ? 1 : 0;
	return count < TP_AC_DELEGATIONS_MAX ? count : TP_AC_DELEGATIONS_MAX;
}

/* What was given out of a pool that is not the subscriber's any more is exchanged at a renewal. */
static bool is_outdated(const struct tp_ac_delegated *of, const struct tp_subscriber_ipv6 *terms)
{
	return of->pool != NULL && terms->delegated_count == 0 && terms->pd_pool != NULL &&
	       strcmp(of->pool, terms->pd_pool) != 0;
}

static int take_from_pool(struct tp_session *s, unsigned number, const struct tp_prefix6 *hint,
			  struct tp_ac_delegated *to)
{
	const struct tp_pool6_holder holder = tp_ac_ipv6_holder(s, TP_POOL6_DELEGATED);
	const struct tp_pool6_wish wish = {
		.place = tp_ac_ipv6_place(s, TP_POOL6_DELEGATED, number),
		.hint = tp_ipv6_is_unspecified(hint->address) ? NULL : hint,
		.length = hint->length <= 64 ? hint->length : 0, /* less is no network */
	};
	const char *pool = s->subscriber->ipv6->pd_pool;
	int rc;

	if (pool == NULL)
		return -EADDRNOTAVAIL;
	rc = tp_pool6_allocate(s->line->ac->pools6, pool, &holder, &wish, &to->prefix);
	if (rc != 0)
		return rc;
	tp_name_unref(to->pool);
	to->pool = tp_name_ref(pool);
	to->from = tp_ac_ipv6_from(s, &to->prefix);
	return 0;
}

int tp_ac_delegate(struct tp_session *s, unsigned number, const struct tp_prefix6 *hint,
		   bool commit, struct tp_prefix6 *prefix)
{
	struct tp_ac_delegated *to;
	bool had;
	int rc = 0;

	if (number >= tp_ac_delegations(s) || s->ipv6 == NULL)
		return -EADDRNOTAVAIL;
	if (tp_ac_ipv6_make_room(s, number + 1) != 0)
		return -ENOMEM;
	to = &s->ipv6->delegated[number];
	had = to->prefix.length != 0;
	if (!had || (commit && is_outdated(to, s->subscriber->ipv6)))
		rc = take_from_pool(s, number, hint, to);
	*prefix = to->prefix;
	return had ? 0 : rc;
}

void tp_ac_undelegate(struct tp_session *s, unsigned number, const struct tp_prefix6 *prefix)
{
	struct tp_ac_delegated *of;

	if (s->ipv6 == NULL || number >= s->ipv6->room)
		return;
	of = &s->ipv6->delegated[number];
	if (of->pool == NULL) /* fixed, or none */
		return;
	tp_pool6_release(s->line->ac->pools6, prefix, s);
	if (!tp_prefix6_same(prefix, &of->prefix))
		return;
	of->prefix.length = 0;
	tp_name_unref(of->pool);
	of->pool = NULL;
}

/* ---- what leads to it ---- */

/* One route alone that is a delegated prefix, as most have it, needs no copy. */
static bool is_no_copy(const struct tp_ac_ipv6 *ipv6)
{
	for (unsigned i = 0; i < ipv6->room; i++)
		if (ipv6->routes == &ipv6->delegated[i].prefix)
			return true;
	return false;
}

static void routes_free(struct tp_session *s)
{
	if (!is_no_copy(s->ipv6))
		tp_ac_free(s->line->ac, s->ipv6->routes,
			   s->ipv6->route_count * sizeof(s->ipv6->routes[0]));
	s->ipv6->routes = NULL;
	s->ipv6->route_count = s->ipv6->delegated_count = 0;
}

/* The address is in the link's prefix, or there is none. */
static bool prefix_covers_address(const struct tp_ac_ipv6 *ipv6)
{
	return ipv6->address.length == 0 ||
	       (ipv6->prefix.length != 0 && tp_prefix6_has(&ipv6->prefix, ipv6->address.address));
}

static unsigned committed(const struct tp_ac_ipv6 *ipv6)
{
	unsigned count = 0;

	for (unsigned i = 0; i < ipv6->room; i++)
		count += ipv6->delegated[i].committed;
	return count;
}

static struct tp_prefix6 *first_committed(const struct tp_ac_ipv6 *ipv6)
{
	for (unsigned i = 0; i < ipv6->room; i++)
		if (ipv6->delegated[i].committed)
			return &ipv6->delegated[i].prefix;
	return NULL;
}

static void routes_fill(struct tp_ac_ipv6 *ipv6, const struct tp_subscriber_ipv6 *terms)
{
	struct tp_prefix6 *to = ipv6->routes;

	for (unsigned i = 0; i < ipv6->room; i++)
		if (ipv6->delegated[i].committed)
			*to++ = ipv6->delegated[i].prefix;
	if (!prefix_covers_address(ipv6))
		*to++ = ipv6->address;
	for (unsigned i = 0; terms != NULL && i < terms->route_count; i++)
		*to++ = terms->routes[i];
}

int tp_ac_ipv6_routes_make(struct tp_session *s)
{
	const struct tp_subscriber_ipv6 *terms = s->subscriber->ipv6;
	struct tp_ac_ipv6 *ipv6 = s->ipv6;
	unsigned delegated = committed(ipv6);
	unsigned count =
		delegated + !prefix_covers_address(ipv6) + (terms != NULL ? terms->route_count : 0);
	bool no_copy = count == 1 && delegated == 1;
	struct tp_prefix6 *routes = no_copy ? first_committed(ipv6) : NULL;

	if (count > 0 && !no_copy) {
		routes = tp_ac_alloc(s->line->ac, count * sizeof(*routes));
		if (routes == NULL)
			return -ENOMEM;
	}
	routes_free(s);
	ipv6->routes = routes;
	if (count > 0 && !no_copy)
		routes_fill(ipv6, terms);
	ipv6->delegated_count = (uint16_t)delegated;
	ipv6->route_count = (uint16_t)count;
	return 0;
}

/* ---- the end ---- */

static void give_back(struct tp_session *s, struct tp_ac_delegated *of)
{
	if (of->prefix.length != 0)
		tp_pool6_release(s->line->ac->pools6, &of->prefix, s);
	tp_name_unref(of->pool);
}

void tp_ac_ipv6_release(struct tp_session *s)
{
	struct tp_ac_ipv6 *ipv6 = s->ipv6;

	if (ipv6 == NULL)
		return;
	tp_ac_ipv6_forget_early(s);
	tp_ipv6_router_clear(&ipv6->router);
	routes_free(s);
	s->line->ac->counters.delegated -= committed(ipv6);
	for (unsigned i = 0; i < ipv6->room; i++)
		give_back(s, &ipv6->delegated[i]);
	tp_ac_free(s->line->ac, ipv6->delegated, ipv6->room * sizeof(ipv6->delegated[0]));
	if (ipv6->address.length != 0) /* held or not */
		tp_pool6_release(s->line->ac->pools6, &ipv6->address, s);
	if (ipv6->prefix.length != 0)
		tp_pool6_release(s->line->ac->pools6, &ipv6->prefix, s);
	tp_ac_free(s->line->ac, ipv6, sizeof(*ipv6));
	s->ipv6 = NULL;
}
