/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/routes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

/* One of a destination's routes. */
struct candidate {
	uint32_t table;
	uint32_t metric;
	unsigned generation; /* of the dump that it was last seen in, or heard of since */
	bool by_event;
	struct tp_dataplane_route route;
	struct candidate *next; /* the next best */
};

struct destination {
	uint64_t key;
	struct tp_prefix prefix;
	struct candidate *candidates; /* best first */
	struct candidate *gone;	      /* removed by events since the dump under way was asked for */
	bool programmed;
	struct tp_dataplane_route in_force; /* when PROGRAMMED */
	UT_hash_handle hh;
};

/* A gateway, and how many routes in force lead by it. */
struct gateway {
	uint32_t address;
	unsigned routes;
	UT_hash_handle hh;
};

struct tp_routes {
	struct destination *destinations;
	struct gateway *gateways;
	tp_route_fn fn;
	void *user;
	unsigned generation;
	bool dumping;
	uint64_t failures;
};

struct tp_routes *tp_routes_create(tp_route_fn fn, void *user)
{
	struct tp_routes *routes = calloc(1, sizeof(*routes));

	if (routes != NULL) {
		routes->fn = fn;
		routes->user = user;
	}
	return routes;
}

static uint64_t key_of(const struct tp_prefix *prefix)
{
	return (uint64_t)prefix->address << 8 | prefix->length;
}

static bool same_route(const struct tp_dataplane_route *a, const struct tp_dataplane_route *b)
{
	return a->kind == b->kind && a->port == b->port && a->gateway == b->gateway;
}

static struct gateway *find_gateway(const struct tp_routes *routes, uint32_t address)
{
	struct gateway *g;

	HASH_FIND(hh, routes->gateways, &address, sizeof(address), g);
	return g;
}

static void count_gateway(struct tp_routes *routes, const struct tp_dataplane_route *route)
{
	struct gateway *g = find_gateway(routes, route->gateway);

	if (route->gateway == 0)
		return;
	if (g == NULL) {
		g = calloc(1, sizeof(*g));
		if (g == NULL)
			return;
		g->address = route->gateway;
		HASH_ADD(hh, routes->gateways, address, sizeof(g->address), g);
	}
	g->routes++;
}

static void uncount_gateway(struct tp_routes *routes, const struct tp_dataplane_route *route)
{
	struct gateway *g = find_gateway(routes, route->gateway);

	if (g == NULL || --g->routes > 0)
		return;
	HASH_DEL(routes->gateways, g);
	free(g);
}

/* Makes the data plane's route what the best candidate says. */
static void program(struct tp_routes *routes, struct destination *d)
{
	int error = 0;

	if (d->candidates == NULL) {
		if (d->programmed) {
			error = routes->fn(routes->user, &d->in_force, true);
			uncount_gateway(routes, &d->in_force);
		}
		d->programmed = false;
	} else if (!d->programmed || !same_route(&d->in_force, &d->candidates->route)) {
		error = routes->fn(routes->user, &d->candidates->route, false);
		if (error == 0) {
			if (d->programmed)
				uncount_gateway(routes, &d->in_force);
			d->in_force = d->candidates->route;
			d->programmed = true;
			count_gateway(routes, &d->in_force);
		}
	}
	if (error != 0)
		routes->failures++;
}

static void drop_if_empty(struct tp_routes *routes, struct destination *d)
{
	if (d->candidates != NULL || d->gone != NULL)
		return;
	HASH_DEL(routes->destinations, d);
	free(d);
}

static struct destination *find(const struct tp_routes *routes, const struct tp_prefix *prefix)
{
	uint64_t key = key_of(prefix);
	struct destination *d;

	HASH_FIND(hh, routes->destinations, &key, sizeof(key), d);
	return d;
}

static struct destination *find_or_add(struct tp_routes *routes, const struct tp_prefix *prefix)
{
	struct destination *d = find(routes, prefix);

	if (d != NULL)
		return d;
	d = calloc(1, sizeof(*d));
	if (d == NULL)
		return NULL;
	d->key = key_of(prefix);
	d->prefix = *prefix;
	HASH_ADD(hh, routes->destinations, key, sizeof(d->key), d);
	return d;
}

/* Local goes before main (ip-rule's order), a low metric before a high one. */
static bool goes_before(const struct candidate *a, const struct candidate *b)
{
	if (a->table != b->table)
		return a->table == RT_TABLE_LOCAL;
	return a->metric < b->metric;
}

static void insert(struct destination *d, struct candidate *c)
{
	struct candidate **at = &d->candidates;

	while (*at != NULL && !goes_before(c, *at))
		at = &(*at)->next;
	c->next = *at;
	*at = c;
}

static struct candidate **find_candidate(struct destination *d, uint32_t table, uint32_t metric)
{
	struct candidate **at = &d->candidates;

	while (*at != NULL && ((*at)->table != table || (*at)->metric != metric))
		at = &(*at)->next;
	return at;
}

/* Has an event told of ROUTE's end since the dump under way was asked for? */
static struct candidate **find_gone(struct destination *d, const struct tp_kernel_route *route)
{
	struct candidate **at = &d->gone;

	while (*at != NULL && ((*at)->table != route->table || (*at)->metric != route->metric ||
			       !same_route(&(*at)->route, &route->route)))
		at = &(*at)->next;
	return at;
}

/* A dump tells of ROUTE: does an event know better? */
static bool is_outdated(const struct tp_routes *routes, struct destination *d,
			const struct tp_kernel_route *route)
{
	const struct candidate *c = *find_candidate(d, route->table, route->metric);

	return *find_gone(d, route) != NULL ||
	       (c != NULL && c->by_event && c->generation == routes->generation);
}

static void forget_gone(struct candidate **at)
{
	struct candidate *c = *at;

	if (c == NULL)
		return;
	*at = c->next;
	free(c);
}

static int put_candidate(struct tp_routes *routes, struct destination *d,
			 const struct tp_kernel_route *route, enum tp_netlink_news news)
{
	struct candidate *c = *find_candidate(d, route->table, route->metric);

	if (c == NULL) {
		c = calloc(1, sizeof(*c));
		if (c == NULL)
			return -ENOMEM;
		c->table = route->table;
		c->metric = route->metric;
		insert(d, c);
	}
	c->route = route->route;
	c->generation = routes->generation;
	c->by_event = news == TP_NEWS_EVENT;
	return 0;
}

int tp_routes_add(struct tp_routes *routes, const struct tp_kernel_route *route,
		  enum tp_netlink_news news)
{
	struct destination *d = find_or_add(routes, &route->route.prefix);
	int error = 0;

	if (d == NULL)
		return -ENOMEM;
	if (news == TP_NEWS_EVENT)
		forget_gone(find_gone(d, route));
	if (news == TP_NEWS_EVENT || !is_outdated(routes, d, route))
		error = put_candidate(routes, d, route, news);
	if (error == 0)
		program(routes, d);
	drop_if_empty(routes, d);
	return error;
}

/* So that the dump under way does not bring it back. */
static void remember_gone(struct destination *d, const struct tp_kernel_route *route)
{
	struct candidate *c = *find_gone(d, route) == NULL ? calloc(1, sizeof(*c)) : NULL;

	if (c == NULL)
		return;
	c->table = route->table;
	c->metric = route->metric;
	c->route = route->route;
	c->next = d->gone;
	d->gone = c;
}

void tp_routes_remove(struct tp_routes *routes, const struct tp_kernel_route *route)
{
	struct destination *d = routes->dumping ? find_or_add(routes, &route->route.prefix)
						: find(routes, &route->route.prefix);
	struct candidate **at, *c;

	if (d == NULL)
		return;
	if (routes->dumping)
		remember_gone(d, route);
	at = find_candidate(d, route->table, route->metric);
	c = *at;
	/* The kernel tells of a replacement before it tells that the old one is gone. */
	if (c != NULL && same_route(&c->route, &route->route)) {
		*at = c->next;
		free(c);
		program(routes, d);
	}
	drop_if_empty(routes, d);
}

void tp_routes_begin_dump(struct tp_routes *routes)
{
	routes->generation++;
	routes->dumping = true;
}

static void sweep(const struct tp_routes *routes, struct destination *d)
{
	struct candidate **at = &d->candidates;

	while (*at != NULL) {
		struct candidate *c = *at;

		if (c->generation == routes->generation) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		free(c);
	}
}

void tp_routes_end_dump(struct tp_routes *routes, bool complete)
{
	struct destination *d, *next_d;

	routes->dumping = false;
	HASH_ITER (hh, routes->destinations, d, next_d) {
		while (d->gone != NULL)
			forget_gone(&d->gone);
		if (complete)
			sweep(routes, d);
		program(routes, d);
		drop_if_empty(routes, d);
	}
}

const struct tp_dataplane_route *tp_routes_get(const struct tp_routes *routes,
					       const struct tp_prefix *prefix)
{
	const struct destination *d = find(routes, prefix);

	return d != NULL && d->programmed ? &d->in_force : NULL;
}

bool tp_routes_has_gateway(const struct tp_routes *routes, uint32_t address)
{
	return find_gateway(routes, address) != NULL;
}

unsigned tp_routes_count(const struct tp_routes *routes)
{
	return HASH_COUNT(routes->destinations);
}

uint64_t tp_routes_failures(const struct tp_routes *routes)
{
	return routes->failures;
}

static void free_all(struct candidate *c)
{
	while (c != NULL) {
		struct candidate *next = c->next;

		free(c);
		c = next;
	}
}

void tp_routes_destroy(struct tp_routes *routes)
{
	struct destination *d, *next_d;
	struct gateway *g, *next_g;

	if (routes == NULL)
		return;
	HASH_ITER (hh, routes->destinations, d, next_d) {
		free_all(d->candidates);
		free_all(d->gone);
		HASH_DEL(routes->destinations, d);
		free(d);
	}
	HASH_ITER (hh, routes->gateways, g, next_g) {
		HASH_DEL(routes->gateways, g);
		free(g);
	}
	free(routes);
}
