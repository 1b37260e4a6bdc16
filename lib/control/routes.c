/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/routes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "control/gateways.h"
#include "control/paths.h"
#include "dataplane/dataplane.h"

/* One of a destination's routes. */
struct candidate {
	struct tp_kernel_route is;
	unsigned generation; /* of the dump that it was last seen in, or heard of since */
	bool by_event;
	bool twice; /* the dump has named it more than once: one may go, and another be left */
	struct candidate *next; /* the next best */
};

struct destination {
	uint64_t id; /* they stand in the table's list in the order of these */
	struct tp_ip_prefix prefix;
	struct candidate *candidates; /* best first */
	struct candidate *gone;	      /* removed by events since the dump under way was asked for */
	unsigned heard;		      /* the dump that an event was last heard since */
	bool delicate;		      /* the next event about it wants a dump besides */
	bool programmed;
	struct tp_dataplane_route in_force; /* when PROGRAMMED */
	UT_hash_handle hh;
};

struct tp_routes {
	struct destination *destinations;
	struct tp_gateways gateways;
	tp_route_fn fn;
	void *user;
	unsigned generation;
	unsigned count, count6;	    /* programmed */
	unsigned several, several6; /* of them, by several paths */
	bool dumping;
	bool unsure;
	bool shaken; /* IPv6 has lost a route since the dump was asked for */
	bool swept6; /* the last dump has, and IPv6 has lost none since */
	uint64_t failures;
	uint64_t last_id;
	const struct destination *asked; /* of late: who goes through them all asks for the next */
};

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

static bool same_route(const struct tp_dataplane_route *a, const struct tp_dataplane_route *b)
{
	return a->kind == b->kind && a->port == b->port && tp_ip_same(&a->gateway, &b->gateway) &&
	       tp_paths_same(a->paths, b->paths);
}

static bool is_ipv6(const struct destination *d)
{
	return d->prefix.ip.family == TP_FAMILY_IPV6;
}

/* What is counted of the route in force: it has come, or it goes. */
static void count(struct tp_routes *routes, const struct destination *d, bool goes)
{
	unsigned *all = is_ipv6(d) ? &routes->count6 : &routes->count;
	unsigned *several = is_ipv6(d) ? &routes->several6 : &routes->several;
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
	else if (best != NULL && (!d->programmed || !same_route(&d->in_force, &best->is.route)))
		put_in(routes, d, &best->is.route);
}

/* ---- destinations --------------------------------------------------------------------------- */

static struct destination *find(const struct tp_routes *routes, const struct tp_ip_prefix *prefix)
{
	struct destination *d;

	HASH_FIND(hh, routes->destinations, prefix, sizeof(*prefix), d);
	return d;
}

static struct destination *find_or_add(struct tp_routes *routes, const struct tp_ip_prefix *prefix)
{
	struct destination *d = find(routes, prefix);

	if (d != NULL)
		return d;
	d = calloc(1, sizeof(*d));
	if (d == NULL)
		return NULL;
	d->prefix = *prefix;
	d->id = ++routes->last_id;
	HASH_ADD(hh, routes->destinations, prefix, sizeof(d->prefix), d);
	return d;
}

/* A delicate one is kept in mind, until a dump. */
static void drop_if_empty(struct tp_routes *routes, struct destination *d)
{
	if (d->candidates != NULL || d->gone != NULL || d->delicate)
		return;
	if (routes->asked == d)
		routes->asked = NULL;
	HASH_DEL(routes->destinations, d);
	free(d);
}

/* ---- candidates ------------------------------------------------------------------------------ */

/* Those of one table and metric follow one another. */
static bool is_kin(const struct candidate *c, const struct tp_kernel_route *route)
{
	return c->is.table == route->table && c->is.metric == route->metric;
}

/* Local goes before main (ip-rule's order), a low metric before a high one. */
static bool goes_before(const struct candidate *c, const struct tp_kernel_route *route)
{
	if (c->is.table != route->table)
		return c->is.table == RT_TABLE_LOCAL;
	return c->is.metric < route->metric;
}

/* The first of ROUTE's kin, or where it would be. */
static struct candidate **first_kin(struct destination *d, const struct tp_kernel_route *route)
{
	struct candidate **at = &d->candidates;

	while (*at != NULL && goes_before(*at, route))
		at = &(*at)->next;
	return at;
}

static unsigned count_kin(struct destination *d, const struct tp_kernel_route *route)
{
	unsigned count = 0;

	for (const struct candidate *c = *first_kin(d, route); c != NULL && is_kin(c, route);
	     c = c->next)
		count++;
	return count;
}

static struct candidate **find_in(struct candidate **at, const struct tp_kernel_route *route)
{
	while (*at != NULL && (!is_kin(*at, route) || (*at)->is.identity != route->identity))
		at = &(*at)->next;
	return at;
}

static struct candidate *detach(struct candidate **at)
{
	struct candidate *c = *at;

	if (c != NULL)
		*at = c->next;
	return c;
}

/* NULL: nothing. */
static void discard(struct candidate *c)
{
	if (c != NULL)
		tp_paths_drop(c->is.route.paths);
	free(c);
}

static void attach(struct candidate **at, struct candidate *c)
{
	c->next = *at;
	*at = c;
}

/* ROUTE's candidate, out of the list; a new one if there was none. NULL: no memory. */
static struct candidate *candidate_of(const struct tp_routes *routes, struct destination *d,
				      const struct tp_kernel_route *route, bool by_event)
{
	struct candidate *c = detach(find_in(&d->candidates, route));

	tp_paths_hold(route->route.paths);
	if (c == NULL)
		c = calloc(1, sizeof(*c));
	else
		tp_paths_drop(c->is.route.paths);
	if (c != NULL)
		*c = (struct candidate){
			.is = *route, .generation = routes->generation, .by_event = by_event};
	else
		tp_paths_drop(route->route.paths);
	return c;
}

/* So that the dump under way does not bring it back. */
static void remember_gone(struct tp_routes *routes, struct destination *d,
			  const struct tp_kernel_route *route)
{
	struct candidate *c;

	if (!routes->dumping || *find_in(&d->gone, route) != NULL)
		return;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return;
	c->is = *route;
	c->is.route.paths = NULL;
	attach(&d->gone, c);
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
	struct candidate **at = first_kin(d, &c->is);

	if (where == TP_ROUTE_INSTEAD && *at != NULL && is_kin(*at, &c->is)) {
		remember_gone(routes, d, &(*at)->is);
		discard(detach(at));
	}
	while (where == TP_ROUTE_LAST && *at != NULL && is_kin(*at, &c->is))
		at = &(*at)->next;
	attach(at, c);
}

int tp_routes_add(struct tp_routes *routes, const struct tp_kernel_route *route,
		  enum tp_route_place where)
{
	struct destination *d = find_or_add(routes, &route->route.prefix);
	struct candidate *c;
	unsigned kin;

	if (d == NULL)
		return -ENOMEM;
	kin = count_kin(d, route);
	discard(detach(find_in(&d->gone, route)));
	c = candidate_of(routes, d, route, true);
	if (c != NULL)
		place(routes, d, c, where);
	hear(routes, d, where == TP_ROUTE_INSTEAD ? kin == 1 : kin == 0 && where == TP_ROUTE_FIRST);
	d->delicate |= count_kin(d, route) > 1;
	program(routes, d);
	drop_if_empty(routes, d);
	return c != NULL ? 0 : -ENOMEM;
}

void tp_routes_remove(struct tp_routes *routes, const struct tp_kernel_route *route)
{
	struct destination *d = routes->dumping ? find_or_add(routes, &route->route.prefix)
						: find(routes, &route->route.prefix);
	unsigned kin;
	struct candidate *c;

	if (d == NULL)
		return;
	kin = count_kin(d, route);
	remember_gone(routes, d, route);
	c = detach(find_in(&d->candidates, route));
	hear(routes, d, c != NULL || kin == 0);
	discard(c);
	program(routes, d);
	drop_if_empty(routes, d);
}

/* ---- dumps -------------------------------------------------------------------------------------
 */

/* A dump tells of ROUTE: does an event know better? */
static bool is_outdated(const struct tp_routes *routes, struct destination *d,
			const struct tp_kernel_route *route)
{
	const struct candidate *c = *find_in(&d->candidates, route);

	return *find_in(&d->gone, route) != NULL ||
	       (c != NULL && c->by_event && c->generation == routes->generation);
}

/* Behind those of its kin that this dump has named already, before those that it has not. */
static int put_next(const struct tp_routes *routes, struct destination *d,
		    const struct tp_kernel_route *route)
{
	struct candidate *c = *find_in(&d->candidates, route);
	struct candidate **at;

	if (c != NULL && c->generation == routes->generation) {
		c->twice = true; /* the first of the two counts */
		return 0;
	}
	c = candidate_of(routes, d, route, false);
	at = first_kin(d, route);
	if (c == NULL)
		return -ENOMEM;
	while (*at != NULL && is_kin(*at, route) && (*at)->generation == routes->generation)
		at = &(*at)->next;
	attach(at, c);
	d->delicate |= count_kin(d, route) > 1;
	return 0;
}

int tp_routes_put(struct tp_routes *routes, const struct tp_kernel_route *route)
{
	struct destination *d = find_or_add(routes, &route->route.prefix);
	int error = 0;

	if (d == NULL)
		return -ENOMEM;
	if (!is_outdated(routes, d, route))
		error = put_next(routes, d, route);
	program(routes, d);
	drop_if_empty(routes, d);
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
		discard(detach(at));
		swept = true;
	}
	routes->unsure |= swept && d->heard == routes->generation;
	routes->swept6 |= swept && is_ipv6(d);
	return swept && d->candidates != NULL;
}

/* Of IPv6 they count the prefixes, too. What was not told of stays until the next dump, rather than
 * that a route is lost which is there. */
static bool may_be_left_out(struct tp_routes *routes, const struct destination *d)
{
	if (!routes->shaken || !is_ipv6(d))
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
		if (c->twice || (c->next != NULL && is_kin(c->next, &c->is)))
			return true;
	return false;
}

void tp_routes_end_dump(struct tp_routes *routes, bool complete)
{
	struct destination *d, *next;

	routes->dumping = false;
	HASH_ITER (hh, routes->destinations, d, next) {
		while (d->gone != NULL)
			discard(detach(&d->gone));
		if (complete && !may_be_left_out(routes, d))
			d->delicate = sweep(routes, d) || has_several(d) ||
				      (d->delicate && d->heard == routes->generation);
		program(routes, d);
		drop_if_empty(routes, d);
	}
}

bool tp_routes_unsure(const struct tp_routes *routes)
{
	return routes->unsure;
}

/* ---- what others may know -------------------------------------------------------------------- */

const struct tp_dataplane_route *tp_routes_get(const struct tp_routes *routes,
					       const struct tp_ip_prefix *prefix)
{
	const struct destination *d = find(routes, prefix);

	return d != NULL && d->programmed ? &d->in_force : NULL;
}

/* The first that has ID or a higher one. */
static const struct destination *from(struct tp_routes *routes, uint64_t id)
{
	const struct destination *d = routes->asked;

	if (d == NULL || d->id > id)
		d = routes->destinations;
	while (d != NULL && d->id < id)
		d = d->hh.next;
	return d;
}

static void show(struct tp_routes *routes, const struct destination *d, struct tp_route_seen *seen)
{
	const struct candidate *best = d->candidates;

	while (best != NULL && best->is.foreign)
		best = best->next;
	routes->asked = d;
	*seen = (struct tp_route_seen){
		.id = d->id,
		.route = &d->in_force,
		.metric = best != NULL ? best->is.metric : 0,
		.protocol = best != NULL ? best->is.protocol : 0,
	};
}

bool tp_routes_find(struct tp_routes *routes, uint64_t id, struct tp_route_seen *seen)
{
	const struct destination *d = from(routes, id);

	if (d == NULL || d->id != id || !d->programmed)
		return false;
	show(routes, d, seen);
	return true;
}

bool tp_routes_next(struct tp_routes *routes, uint64_t after, struct tp_route_seen *seen)
{
	const struct destination *d = from(routes, after + 1);

	while (d != NULL && !d->programmed)
		d = d->hh.next;
	if (d == NULL)
		return false;
	show(routes, d, seen);
	return true;
}

bool tp_routes_has_gateway(const struct tp_routes *routes, const struct tp_ip *address)
{
	return tp_gateways_has(&routes->gateways, TP_DATAPLANE_MAX_PORTS, address);
}

void tp_routes_each_gateway(const struct tp_routes *routes, tp_gateway_fn fn, void *user)
{
	tp_gateways_each(&routes->gateways, fn, user);
}

unsigned tp_routes_count(const struct tp_routes *routes, enum tp_family family)
{
	return family == TP_FAMILY_IPV6 ? routes->count6 : routes->count;
}

unsigned tp_routes_several(const struct tp_routes *routes, enum tp_family family)
{
	return family == TP_FAMILY_IPV6 ? routes->several6 : routes->several;
}

uint64_t tp_routes_failures(const struct tp_routes *routes)
{
	return routes->failures;
}

void tp_routes_destroy(struct tp_routes *routes)
{
	struct destination *d, *next;

	if (routes == NULL)
		return;
	HASH_ITER (hh, routes->destinations, d, next) {
		while (d->candidates != NULL)
			discard(detach(&d->candidates));
		while (d->gone != NULL)
			discard(detach(&d->gone));
		if (d->programmed)
			tp_paths_drop(d->in_force.paths);
		HASH_DEL(routes->destinations, d);
		free(d);
	}
	tp_gateways_clear(&routes->gateways);
	free(routes);
}
