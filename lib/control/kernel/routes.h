/* SPDX-License-Identifier: BSD-3-Clause */
/* The kernel's routes, and for each destination the one in force: what is programmed into the FIB.
 * A destination may have several, of other tables and metrics; the local table goes first, then the
 * lowest metric, as the kernel has it. Even of one table and metric there may be several (`ip route
 * append` and `prepend`), of which the first counts. Both families in one. No I/O.
 *
 * An event tells of a change to that order, and so ends in the truth only where all before it were
 * heard; a dump tells the order itself. Where an event does not fit what is known, or several are
 * concerned, it is done as well as can be, and a dump is wanted. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "control/kernel/gateways.h"
#include "control/kernel/netlink.h"
#include "dataplane/routes.h"

struct tp_routes;

/* Programs a route (REMOVE: takes it out). What it returns is counted, and tried again at the
 * next change of the same destination. */
typedef int (*tp_route_fn)(void *user, const struct tp_dataplane_route *route, bool remove);

struct tp_routes *tp_routes_create(tp_route_fn fn, void *user);
void tp_routes_destroy(struct tp_routes *routes);

/* A route that the kernel has, or has no more. */
struct tp_kernel_route {
	uint32_t table;
	uint32_t metric;
	uint64_t identity; /* what else tells it from others to the same destination */
	uint8_t protocol;  /* RTPROT_…: who put it there */
	bool foreign;	   /* nothing for the data plane: it only takes its place */
	struct tp_dataplane_route route; /* its paths stay the caller's */
};

/* Where an event says that a route has its place, of those of its table and metric. */
enum tp_route_place {
	TP_ROUTE_FIRST,	  /* or the only one */
	TP_ROUTE_LAST,	  /* appended to others */
	TP_ROUTE_INSTEAD, /* of the first, of whose end there is no other news */
};

/* By an event, it has come; or gone. -ENOMEM. */
int tp_routes_add(struct tp_routes *routes, const struct tp_kernel_route *route,
		  enum tp_route_place place);
void tp_routes_remove(struct tp_routes *routes, const struct tp_kernel_route *route);

/* The dump under way names it, after those before it in the order. -ENOMEM. */
int tp_routes_put(struct tp_routes *routes, const struct tp_kernel_route *route);

/* Around a dump of all that the kernel has: what neither the dump nor an event named between the
 * two is removed, if the dump is COMPLETE. What an event has told since the first of the two
 * outweighs the dump, which may be older. */
void tp_routes_begin_dump(struct tp_routes *routes);
void tp_routes_end_dump(struct tp_routes *routes, bool complete);

/* The kernel has removed a route of IPv6, whichever. Its dumps find their place again by the number
 * of prefixes that they have told of, so one under way may now leave out any other. */
void tp_routes_shaken(struct tp_routes *routes);

/* Is a dump wanted, later than the one that was begun last? */
bool tp_routes_unsure(const struct tp_routes *routes);

/* The route to PREFIX that is in force; NULL: none. */
const struct tp_dataplane_route *tp_routes_get(const struct tp_routes *routes,
					       const struct tp_ip_prefix *prefix);

/* One that is in force, until the next change. */
struct tp_route_seen {
	uint64_t id; /* of its destination, that no other ever has, from 1 on */
	const struct tp_dataplane_route *route;
	uint32_t metric;
	uint8_t protocol;
};

/* The one with that id; the one with the lowest id above AFTER. False: there is none. Quick for
 * whoever goes through them in order. */
bool tp_routes_find(struct tp_routes *routes, uint64_t id, struct tp_route_seen *seen);
bool tp_routes_next(struct tp_routes *routes, uint64_t after, struct tp_route_seen *seen);

/* Is ADDRESS the gateway of a route in force? */
bool tp_routes_has_gateway(const struct tp_routes *routes, const struct tp_ip *address);

/* All of them. */
void tp_routes_each_gateway(const struct tp_routes *routes, tp_gateway_fn fn, void *user);

/* Those in force, and of these those that lead by several next hops. */
unsigned tp_routes_count(const struct tp_routes *routes, enum tp_family family);
unsigned tp_routes_several(const struct tp_routes *routes, enum tp_family family);
uint64_t tp_routes_failures(const struct tp_routes *routes);
