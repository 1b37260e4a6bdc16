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
	unsigned generation; /* of the dump that it was last seen in */
	struct tp_dataplane_route route;
	struct candidate *next; /* the next best */
};

struct destination {
	uint64_t key;
	struct tp_prefix prefix;
	struct candidate *candidates; /* best first */
	bool programmed;
	struct tp_dataplane_route in_force; /* when PROGRAMMED */
	UT_hash_handle hh;
};

struct tp_routes {
	struct destination *destinations;
	tp_route_fn fn;
	void *user;
	unsigned generation;
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

/* Makes the data plane's route what the best candidate says. */
static void program(struct tp_routes *routes, struct destination *d)
{
	int error = 0;

	if (d->candidates == NULL) {
		if (d->programmed)
			error = routes->fn(routes->user, &d->in_force, true);
		d->programmed = false;
	} else if (!d->programmed || !same_route(&d->in_force, &d->candidates->route)) {
		error = routes->fn(routes->user, &d->candidates->route, false);
		if (error == 0) {
			d->in_force = d->candidates->route;
			d->programmed = true;
		}
	}
	if (error != 0)
		routes->failures++;
}

static void drop_if_empty(struct tp_routes *routes, struct destination *d)
{
	if (d->candidates != NULL)
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

int tp_routes_add(struct tp_routes *routes, const struct tp_kernel_route *route)
{
	struct destination *d = find_or_add(routes, &route->route.prefix);
	struct candidate *c;

	if (d == NULL)
		return -ENOMEM;
	c = *find_candidate(d, route->table, route->metric);
	if (c == NULL) {
		c = calloc(1, sizeof(*c));
		if (c == NULL) {
			drop_if_empty(routes, d);
			return -ENOMEM;
		}
		c->table = route->table;
		c->metric = route->metric;
		insert(d, c);
	}
	c->route = route->route;
	c->generation = routes->generation;
	program(routes, d);
	return 0;
}

void tp_routes_remove(struct tp_routes *routes, const struct tp_kernel_route *route)
{
	struct destination *d = find(routes, &route->route.prefix);
	struct candidate **at, *c;

	if (d == NULL)
		return;
	at = find_candidate(d, route->table, route->metric);
	c = *at;
	/* The kernel tells of a replacement before it tells that the old one is gone. */
	if (c == NULL || !same_route(&c->route, &route->route))
		return;
	*at = c->next;
	free(c);
	program(routes, d);
	drop_if_empty(routes, d);
}

void tp_routes_begin_dump(struct tp_routes *routes)
{
	routes->generation++;
}

void tp_routes_end_dump(struct tp_routes *routes)
{
	struct destination *d, *next_d;

	HASH_ITER (hh, routes->destinations, d, next_d) {
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
		program(routes, d);
		drop_if_empty(routes, d);
	}
}

unsigned tp_routes_count(const struct tp_routes *routes)
{
	return HASH_COUNT(routes->destinations);
}

uint64_t tp_routes_failures(const struct tp_routes *routes)
{
	return routes->failures;
}

void tp_routes_destroy(struct tp_routes *routes)
{
	struct destination *d, *next_d;

	if (routes == NULL)
		return;
	HASH_ITER (hh, routes->destinations, d, next_d) {
		while (d->candidates != NULL) {
			struct candidate *c = d->candidates;

			d->candidates = c->next;
			free(c);
		}
		HASH_DEL(routes->destinations, d);
		free(d);
	}
	free(routes);
}
