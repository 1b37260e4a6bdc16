/* SPDX-License-Identifier: BSD-3-Clause */
/* The kernel's neighbours on core ports, those that can be reached and those that were asked for in
 * vain, learnt from events and from dumps, in whatever order the two are read; what follows for the
 * data plane is programmed. Both families in one. No I/O. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"
#include "control/kernel/netlink.h"

struct tp_neighbours;

enum tp_reach {
	TP_REACH_UNKNOWN, /* the kernel has no such neighbour, or does not know yet where it is */
	TP_REACH_FAILED,
	TP_REACH_YES,
};

/* Programs a neighbour; MAC only when it can be reached. A failure is tried again at the next
 * news. */
typedef int (*tp_neighbour_fn)(void *user, unsigned port, const struct tp_ip *address,
			       enum tp_reach reach, const struct tp_mac *mac);

struct tp_neighbours *tp_neighbours_create(tp_neighbour_fn fn, void *user);
void tp_neighbours_destroy(struct tp_neighbours *neighbours);

/* What the kernel says of ADDRESS on PORT; with TP_REACH_YES where it is. -ENOMEM, or what the
 * programming came to. */
int tp_neighbours_put(struct tp_neighbours *neighbours, unsigned port, const struct tp_ip *address,
		      enum tp_reach reach, const struct tp_mac *mac, enum tp_netlink_news news);

/* Around a dump, as tp_routes_begin_dump() and tp_routes_end_dump(). */
void tp_neighbours_begin_dump(struct tp_neighbours *neighbours);
void tp_neighbours_end_dump(struct tp_neighbours *neighbours, bool complete);

/* Can ADDRESS be reached on PORT, as far as is known? */
bool tp_neighbours_has(const struct tp_neighbours *neighbours, unsigned port,
		       const struct tp_ip *address);

/* One of them. */
struct tp_neighbour {
	uint64_t id; /* that no other ever has, from 1 on */
	unsigned port;
	struct tp_ip address;
	enum tp_reach reach;
	struct tp_mac mac; /* when REACH is YES */
};

/* The one with the lowest id above AFTER. False: there is none. Takes as long as there are many. */
bool tp_neighbours_next(const struct tp_neighbours *neighbours, uint64_t after,
			struct tp_neighbour *neighbour);

/* Those that can be reached. */
unsigned tp_neighbours_count(const struct tp_neighbours *neighbours, enum tp_family family);
