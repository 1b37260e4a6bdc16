/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of routes.h share. Control thread. */
#pragma once

#include <uthash.h>

#include "control/kernel/gateways.h"
#include "control/kernel/routes.h"

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

/* ---- destination.c --------------------------------------------------------------------------- */

static inline bool tp_destination_is_ipv6(const struct destination *d)
{
	return d->prefix.ip.family == TP_FAMILY_IPV6;
}

/* NULL: it is not known; without memory. */
struct destination *tp_destination_find(const struct tp_routes *routes,
					const struct tp_ip_prefix *prefix);
struct destination *tp_destination_find_or_add(struct tp_routes *routes,
					       const struct tp_ip_prefix *prefix);
/* A delicate one is kept in mind, until a dump. */
void tp_destination_drop_if_empty(struct tp_routes *routes, struct destination *d);

/* Those of one table and metric, ROUTE's kin, follow one another. */
bool tp_candidate_is_kin(const struct candidate *c, const struct tp_kernel_route *route);
/* The first of ROUTE's kin, or where it would be. */
struct candidate **tp_destination_first_kin(struct destination *d,
					    const struct tp_kernel_route *route);
unsigned tp_destination_count_kin(struct destination *d, const struct tp_kernel_route *route);

/* ROUTE's place in the list that begins AT; where it ends: it is not there. */
struct candidate **tp_candidate_find(struct candidate **at, const struct tp_kernel_route *route);
void tp_candidate_attach(struct candidate **at, struct candidate *c);
struct candidate *tp_candidate_detach(struct candidate **at);
/* NULL: nothing. */
void tp_candidate_discard(struct candidate *c);

/* ROUTE's candidate, out of the list; a new one if there was none. NULL: no memory. */
struct candidate *tp_destination_take(const struct tp_routes *routes, struct destination *d,
				      const struct tp_kernel_route *route, bool by_event);

/* ROUTE has gone, so that the dump under way does not bring it back. */
void tp_destination_remember_gone(struct tp_routes *routes, struct destination *d,
				  const struct tp_kernel_route *route);
