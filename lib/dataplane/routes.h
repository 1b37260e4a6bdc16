/* SPDX-License-Identifier: BSD-3-Clause */
/* Routes beyond core ports, and the neighbours that they lead through, of either family. Control
 * thread; errors as in dataplane.h. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"
#include "wire/ethernet.h"

struct tp_dataplane;

/* A neighbour on a core port, by its address (of IPv6 a link-local one, most often): where packets
 * of routes through it go. -ENOSPC: too many. */
int tp_dataplane_neighbour_set(struct tp_dataplane *dp, unsigned port, const struct tp_ip *ip,
			       const struct tp_mac *mac);

/* It was asked for in vain: senders of its packets are told so (and control asked to resolve it
 * again) until it is set or removed. -ENOSPC: too many are known. */
int tp_dataplane_neighbour_failed(struct tp_dataplane *dp, unsigned port, const struct tp_ip *ip);

/* Its packets are dropped and counted (and control asked to resolve it) from now on. */
void tp_dataplane_neighbour_remove(struct tp_dataplane *dp, unsigned port, const struct tp_ip *ip);

enum tp_route_kind {
	TP_ROUTE_GATEWAY,   /* through a neighbour, resolved or not yet */
	TP_ROUTE_CONNECTED, /* the port's own network: each host is a neighbour of its own */
	TP_ROUTE_LOCAL,	    /* an address of the box: to the TAP of the port */
	/* Packets end here: silently, or with an ICMP error to their sender. */
	TP_ROUTE_BLACKHOLE,
	TP_ROUTE_UNREACHABLE,
	TP_ROUTE_PROHIBIT,
};

#define TP_PATHS_MAX 32

/* Several next hops that share the packets of one route, by flow. Whoever hands them over may keep
 * them for others: they do not change, and are copied. */
struct tp_path {
	struct tp_ip gateway;
	uint8_t port;
	uint16_t
		weight; /* not 0; of two paths, the one with twice the weight takes twice as much */
};
struct tp_paths {
	unsigned users; /* the caller's affair */
	unsigned count; /* 2 … TP_PATHS_MAX */
	struct tp_path path[];
};

/* Room for as many as there may be. */
union tp_paths_room {
	struct tp_paths paths;
	char bytes[sizeof(struct tp_paths) + TP_PATHS_MAX * sizeof(struct tp_path)];
};

struct tp_dataplane_route {
	struct tp_ip_prefix prefix;
	enum tp_route_kind kind;
	unsigned port;	      /* gateway, connected, local */
	struct tp_ip gateway; /* gateway; of the prefix's family */
	const struct tp_paths
		*paths; /* gateway: all of them, PORT and GATEWAY are the first; NULL: one */
};

/* Adds or replaces. TP_ROUTE_LOCAL takes single addresses only. Where a subscriber holds the same
 * prefix, the subscriber's wins as long as it is up. Link-local and multicast prefixes of IPv6 are
 * nothing to route by: -EINVAL. -ENOSPC: a table is full, of routes by several paths also that of
 * different sets of them. */
int tp_dataplane_route_set(struct tp_dataplane *dp, const struct tp_dataplane_route *route);

/* -ENOENT: there is no such route. */
int tp_dataplane_route_remove(struct tp_dataplane *dp, const struct tp_ip_prefix *prefix);

/* Each route as packets find it, by the FIB and what its hops lead to, rather than as it was asked
 * for; in no order, and its paths end with the call. */
typedef void (*tp_dataplane_route_fn)(void *user, const struct tp_dataplane_route *route);
void tp_dataplane_routes_each(const struct tp_dataplane *dp, tp_dataplane_route_fn fn, void *user);

/* What is known of PORT's link: while it is down, packets of routes that have other paths go by
 * these. A port's is up until it is said to be down. */
void tp_dataplane_port_link_set(struct tp_dataplane *dp, unsigned port, bool up);
