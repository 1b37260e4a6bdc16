/* SPDX-License-Identifier: BSD-3-Clause */
/* What others may know of the routes in force. */
#include "control/kernel/routes_private.h"
#include "dataplane/dataplane.h"

const struct tp_dataplane_route *tp_routes_get(const struct tp_routes *routes,
					       const struct tp_ip_prefix *prefix)
{
	const struct destination *d = tp_destination_find(routes, prefix);

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
