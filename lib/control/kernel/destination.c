/* SPDX-License-Identifier: BSD-3-Clause */
/* A destination, and its routes in the order in which the kernel goes by them. */
#include <stdlib.h>

#include "control/kernel/paths.h"
#include "control/kernel/routes_private.h"

/* ---- destinations --------------------------------------------------------------------------- */

struct destination *tp_destination_find(const struct tp_routes *routes,
					const struct tp_ip_prefix *prefix)
{
	struct destination *d;

	HASH_FIND(hh, routes->destinations, prefix, sizeof(*prefix), d);
	return d;
}

struct destination *tp_destination_find_or_add(struct tp_routes *routes,
					       const struct tp_ip_prefix *prefix)
{
	struct destination *d = tp_destination_find(routes, prefix);

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
void tp_destination_drop_if_empty(struct tp_routes *routes, struct destination *d)
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
bool tp_candidate_is_kin(const struct candidate *c, const struct tp_kernel_route *route)
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
struct candidate **tp_destination_first_kin(struct destination *d,
					    const struct tp_kernel_route *route)
{
	struct candidate **at = &d->candidates;

	while (*at != NULL && goes_before(*at, route))
		at = &(*at)->next;
	return at;
}

unsigned tp_destination_count_kin(struct destination *d, const struct tp_kernel_route *route)
{
	unsigned count = 0;

	for (const struct candidate *c = *tp_destination_first_kin(d, route);
	     c != NULL && tp_candidate_is_kin(c, route); c = c->next)
		count++;
	return count;
}

struct candidate **tp_candidate_find(struct candidate **at, const struct tp_kernel_route *route)
{
	while (*at != NULL &&
	       (!tp_candidate_is_kin(*at, route) || (*at)->is.identity != route->identity))
		at = &(*at)->next;
	return at;
}

struct candidate *tp_candidate_detach(struct candidate **at)
{
	struct candidate *c = *at;

	if (c != NULL)
		*at = c->next;
	return c;
}

/* NULL: nothing. */
void tp_candidate_discard(struct candidate *c)
{
	if (c != NULL)
		tp_paths_drop(c->is.route.paths);
	free(c);
}

void tp_candidate_attach(struct candidate **at, struct candidate *c)
{
	c->next = *at;
	*at = c;
}

/* ROUTE's candidate, out of the list; a new one if there was none. NULL: no memory. */
struct candidate *tp_destination_take(const struct tp_routes *routes, struct destination *d,
				      const struct tp_kernel_route *route, bool by_event)
{
	struct candidate *c = tp_candidate_detach(tp_candidate_find(&d->candidates, route));

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
void tp_destination_remember_gone(struct tp_routes *routes, struct destination *d,
				  const struct tp_kernel_route *route)
{
	struct candidate *c;

	if (!routes->dumping || *tp_candidate_find(&d->gone, route) != NULL)
		return;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return;
	c->is = *route;
	c->is.route.paths = NULL;
	tp_candidate_attach(&d->gone, c);
}
