/* SPDX-License-Identifier: BSD-3-Clause */
/* The kernel's routes that concern the data plane, and for each destination the one in force:
 * what is programmed into the FIB. A destination may have several, of other tables and metrics;
 * the local table goes first, then the lowest metric, as the kernel has it. No I/O. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "control/netlink.h"
#include "dataplane/dataplane.h"

struct tp_routes;

/* Programs a route (REMOVE: takes it out). What it returns is counted, and tried again at the
 * next change of the same destination. */
typedef int (*tp_route_fn)(void *user, const struct tp_dataplane_route *route, bool remove);

struct tp_routes *tp_routes_create(tp_route_fn fn, void *user);
void tp_routes_destroy(struct tp_routes *routes);

/* A route that the kernel has, or has no more. KIND, PORT and GATEWAY as the data plane has
 * them. */
struct tp_kernel_route {
	uint32_t table;
	uint32_t metric;
	struct tp_dataplane_route route;
};
int tp_routes_add(struct tp_routes *routes, const struct tp_kernel_route *route,
		  enum tp_netlink_news news);
/* Heard of by an event; dumps name what is there. */
void tp_routes_remove(struct tp_routes *routes, const struct tp_kernel_route *route);

/* Around a dump of all that the kernel has: what neither the dump nor an event named between the
 * two is removed, if the dump is COMPLETE. See enum tp_netlink_news for which of them counts. */
void tp_routes_begin_dump(struct tp_routes *routes);
void tp_routes_end_dump(struct tp_routes *routes, bool complete);

/* The route to PREFIX that is in force; NULL: none. */
const struct tp_dataplane_route *tp_routes_get(const struct tp_routes *routes,
					       const struct tp_prefix *prefix);

/* Is ADDRESS the gateway of a route in force? */
bool tp_routes_has_gateway(const struct tp_routes *routes, uint32_t address);

unsigned tp_routes_count(const struct tp_routes *routes);
uint64_t tp_routes_failures(const struct tp_routes *routes);
