/* SPDX-License-Identifier: BSD-3-Clause */
/* Which routes are in force, by events and by dumps. */
#include <errno.h>
#include <stdlib.h>

#include "control/kernel/paths.h"
#include "control/kernel/routes_private.h"

struct tp_routes *tp_routes_create(tp_route_fn fn, void *user)
{
	struct tp_routes *routes = calloc(1, sizeof(*routes));

	if (routes != NULL) {
		routes->fn = fn;
		routes->user = user;
		routes->generation = 1;
	}
	return routes;
}

/* ---- programming --------------------------------------------------------------------------- */

/* What is counted of the route in force: it has come, or it goes. */
static void count(struct tp_routes *routes, const struct destination *d, bool goes)
{
	unsigned *all = tp_destination_is_ipv6(d) ? &routes->count6 : &routes->count;
	unsigned *several = tp_destination_is_ipv6(d) ? &routes->several6 : &routes->several;
	const struct tp_dataplane_route *r = &d->in_force;
	const struct tp_path one = {.gateway = r->gateway, .port = (uint8_t)r->port};
	const struct tp_path *path = r->paths != NULL ? r->paths->path : &one;
	const unsigned paths = r->paths != NULL ? r->paths->count : 1;

	*all += goes ? -1u : 1;
	*several += r->paths == NULL ? 0 : goes ? -1u : 1;
	for (unsigned i = 0; i < paths; i++)
		(goes ? tp_gateways_remove : tp_gateways_add)(&routes->gateways, path[i].port,
							      &path[i].gateway);
}

/* It is in force no longer. */
static void forget_in_force(struct tp_routes *routes, struct destination *d)
{
	if (!d->programmed)
		return;
	count(routes, d, true);
	tp_paths_drop(d->in_force.paths);
	d->programmed = false;
}

static void take_out(struct tp_routes *routes, struct destination *d)
{
	if (routes->fn(routes->user, &d->in_force, true) != 0)
		routes->failures++;
	forget_in_force(routes, d);
}

static void put_in(struct tp_routes *routes, struct destination *d,
		   const struct tp_dataplane_route *route)
{
	if (routes->fn(routes->user, route, false) != 0) {
		routes->failures++;
		return;
	}
	tp_paths_hold(route->paths);
	forget_in_force(routes, d);
	d->in_force = *route;
	d->programmed = true;
	count(routes, d, false);
}

/* Makes the data plane's route what the best candidate says. */
static void program(struct tp_routes *routes, struct destination *d)
{
	const struct candidate *best = d->candidates;

	while (best != NULL && best->is.foreign)
		best = best->next;
	if (best == NULL && d->programmed)
		take_out(routes, d);
	else if (best != NULL &&
		 (!d->programmed || !tp_paths_lead_alike(&d->in_force, &best->is.route)))
		put_in(routes, d, &best->is.route);
}

/* ---- events -----------------------------------------------------------------------------------
 */

/* An event about D; FITS: what is known allows it, and there is but one way to understand it. */
static void hear(struct tp_routes *routes, struct destination *d, bool fits)
{
	d->heard = routes->generation;
	routes->unsure |= !fits || d->delicate;
}

static void place(struct tp_routes *routes, struct destination *d, struct candidate *c,
		  enum tp_route_place where)
{
	struct candidate **at = tp_destination_first_kin(d, &c->is);

	if (where == TP_ROUTE_INSTEAD && *at != NULL && tp_candidate_is_kin(*at, &c->is)) {
		tp_destination_remember_gone(routes, d, &(*at)->is);
		tp_candidate_discard(tp_candidate_detach(at));
	}
	while (where == TP_ROUTE_LAST && *at != NULL && tp_candidate_is_kin(*at, &c->is))
		at = &(*at)->next;
	tp_candidate_attach(at, c);
}

int tp_routes_add(struct tp_routes *routes, const struct tp_kernel_route *route,
		  enum tp_route_place where)
{
	struct destination *d = tp_destination_find_or_add(routes, &route->route.prefix);
	struct candidate *c;
	unsigned kin;

	if (d == NULL)
		return -ENOMEM;
	kin = tp_destination_count_kin(d, route);
	tp_candidate_discard(tp_candidate_detach(tp_candidate_find(&d->gone, route)));
	c = tp_destination_take(routes, d, route, true);
	if (c != NULL)
		place(routes, d, c, where);
	hear(routes, d, where == TP_ROUTE_INSTEAD ? kin == 1 : kin == 0 && where == TP_ROUTE_FIRST);
	d->delicate |= tp_destination_count_kin(d, route) > 1;
	program(routes, d);
	tp_destination_drop_if_empty(routes, d);
	return c != NULL ? 0 : -ENOMEM;
}

void tp_routes_remove(struct tp_routes *routes, const struct tp_kernel_route *route)
{
	struct destination *d = routes->dumping
					? tp_destination_find_or_add(routes, &route->route.prefix)
					: tp_destination_find(routes, &route->route.prefix);
	unsigned kin;
	struct candidate *c;

	if (d == NULL)
		return;
	kin = tp_destination_count_kin(d, route);
	tp_destination_remember_gone(routes, d, route);
	c = tp_candidate_detach(tp_candidate_find(&d->candidates, route));
	hear(routes, d, c != NULL || kin == 0);
	tp_candidate_discard(c);
	program(routes, d);
	tp_destination_drop_if_empty(routes, d);
}

/* ---- dumps -------------------------------------------------------------------------------------
 */

/* A dump tells of ROUTE: does an event know better? */
static bool is_outdated(const struct tp_routes *routes, struct destination *d,
			const struct tp_kernel_route *route)
{
	const struct candidate *c = *tp_candidate_find(&d->candidates, route);

	return *tp_candidate_find(&d->gone, route) != NULL ||
	       (c != NULL && c->by_event && c->generation == routes->generation);
}

/* Behind those of its kin that this dump has named already, before those that it has not. */
static int put_next(const struct tp_routes *routes, struct destination *d,
		    const struct tp_kernel_route *route)
{
	struct candidate *c = *tp_candidate_find(&d->candidates, route);
	struct candidate **at;

	if (c != NULL && c->generation == routes->generation) {
		c->twice = true; /* the first of the two counts */
		return 0;
	}
	c = tp_destination_take(routes, d, route, false);
	at = tp_destination_first_kin(d, route);
	if (c == NULL)
		return -ENOMEM;
	while (*at != NULL && tp_candidate_is_kin(*at, route) &&
	       (*at)->generation == routes->generation)
		at = &(*at)->next;
	tp_candidate_attach(at, c);
	d->delicate |= tp_destination_count_kin(d, route) > 1;
	return 0;
}

int tp_routes_put(struct tp_routes *routes, const struct tp_kernel_route *route)
{
	struct destination *d = tp_destination_find_or_add(routes, &route->route.prefix);
	int error = 0;

	if (d == NULL)
		return -ENOMEM;
	if (!is_outdated(routes, d, route))
		error = put_next(routes, d, route);
	program(routes, d);
	tp_destination_drop_if_empty(routes, d);
	return error;
}

void tp_routes_begin_dump(struct tp_routes *routes)
{
	routes->generation++;
	routes->dumping = true;
	routes->unsure = false;
	routes->shaken = routes->swept6 = false;
}

void tp_routes_shaken(struct tp_routes *routes)
{
	routes->shaken |= routes->dumping;
	/* The event may come behind the dump that it has shaken. */
	routes->unsure |= routes->swept6;
	routes->swept6 = false;
}

/* The kernel's dumps count the routes to a prefix that they have told of: when one of these goes
 * meanwhile another is left out. That such a one has gone an event tells, before the dump's end or
 * after it. True: the dump may have left out one of D's. */
static bool sweep(struct tp_routes *routes, struct destination *d)
{
	struct candidate **at = &d->candidates;
	bool swept = false;

	while (*at != NULL) {
		if ((*at)->generation == routes->generation) {
			at = &(*at)->next;
			continue;
		}
		tp_candidate_discard(tp_candidate_detach(at));
		swept = true;
	}
	routes->unsure |= swept && d->heard == routes->generation;
	routes->swept6 |= swept && tp_destination_is_ipv6(d);
	return swept && d->candidates != NULL;
}

/* Of IPv6 they count the prefixes, too. What was not told of stays until the next dump, rather than
 * that a route is lost which is there. */
static bool may_be_left_out(struct tp_routes *routes, const struct destination *d)
{
	if (!routes->shaken || !tp_destination_is_ipv6(d))
		return false;
	for (const struct candidate *c = d->candidates; c != NULL; c = c->next)
		if (c->generation != routes->generation) {
			routes->unsure = true;
			return true;
		}
	return false;
}

/* Of one table and metric. IPv6's `replace` may leave two that are in nothing different. */
static bool has_several(const struct destination *d)
{
	for (const struct candidate *c = d->candidates; c != NULL; c = c->next)
		if (c->twice || (c->next != NULL && tp_candidate_is_kin(c->next, &c->is)))
			return true;
	return false;
}

void tp_routes_end_dump(struct tp_routes *routes, bool complete)
{
	struct destination *d, *next;

	routes->dumping = false;
	HASH_ITER (hh, routes->destinations, d, next) {
		while (d->gone != NULL)
			tp_candidate_discard(tp_candidate_detach(&d->gone));
		if (complete && !may_be_left_out(routes, d))
			d->delicate = sweep(routes, d) || has_several(d) ||
				      (d->delicate && d->heard == routes->generation);
		program(routes, d);
		tp_destination_drop_if_empty(routes, d);
	}
}

bool tp_routes_unsure(const struct tp_routes *routes)
{
	return routes->unsure;
}

void tp_routes_destroy(struct tp_routes *routes)
{
	struct destination *d, *next;

	if (routes == NULL)
		return;
	HASH_ITER (hh, routes->destinations, d, next) {
		while (d->candidates != NULL)
			tp_candidate_discard(tp_candidate_detach(&d->candidates));
		while (d->gone != NULL)
			tp_candidate_discard(tp_candidate_detach(&d->gone));
		if (d->programmed)
			tp_paths_drop(d->in_force.paths);
		HASH_DEL(routes->destinations, d);
		free(d);
	}
	tp_gateways_clear(&routes->gateways);
	free(routes);
}
