/* SPDX-License-Identifier: BSD-3-Clause */
/* Sets of neighbours that share the packets of routes (equal-cost multipath). A packet's flow falls
 * into one of a set's buckets (worker/spread.h), and the bucket says by which neighbour it goes; a
 * neighbour has as many of them as its weight comes to. When one can't be used, its buckets alone
 * change hands, and go back when it can: other flows keep to their way (RFC 2992 tells why that
 * matters). Routes by the same neighbours have one set. Control writes, workers read. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "dataplane/routes.h"

#define TP_SPREADS	  1024
#define TP_SPREAD_BITS	  7
#define TP_SPREAD_BUCKETS (1u << TP_SPREAD_BITS)

/* What a worker reads: indices of neighbours. */
struct tp_spread {
	uint16_t neighbours[TP_SPREAD_BUCKETS];
} __attribute__((aligned(64)));

struct tp_grace;
struct tp_neighbour_table;
struct tp_spread_table;

struct tp_spread_table *tp_spread_table_create(struct tp_neighbour_table *neighbours,
					       struct tp_grace *grace);
/* After tp_grace_destroy(), before the neighbours. */
void tp_spread_table_destroy(struct tp_spread_table *table);

/* The array that workers read, TP_SPREADS entries. */
const struct tp_spread *tp_spread_array(const struct tp_spread_table *table);

/* The index of the set of PATHS, made if there is none, with one more user. A new one begins with
 * the buckets of set LIKE (-1: none), which the route had until now. -ENOSPC. */
int tp_spread_hold(struct tp_spread_table *table, const struct tp_paths *paths, int like);

/* The paths of set INDEX, in no order: how many; 0: there is no such set. */
unsigned tp_spread_paths(const struct tp_spread_table *table, unsigned index,
			 struct tp_path path[TP_PATHS_MAX]);

/* One user less; the last one's leaving frees the set. */
void tp_spread_drop(struct tp_spread_table *table, unsigned index);

/* A neighbour can be reached since, or can't. */
void tp_spread_neighbour(struct tp_spread_table *table, unsigned neighbour);

/* Nothing goes by PORT from now on, or something may. */
void tp_spread_port(struct tp_spread_table *table, unsigned port, bool up);
