/* SPDX-License-Identifier: BSD-3-Clause */
/* The next hops of a route that has several, shared by all that know the route. Control thread. */
#pragma once

#include <stdbool.h>

#include "dataplane/routes.h"

/* Of COUNT of them, in the order of their ports and gateways, whatever order they came in: those
 * that are twice there are one, of both weights. The caller's is one of its users. NULL: no memory.
 */
struct tp_paths *tp_paths_create(struct tp_path *path, unsigned count);

/* By port and gateway, as qsort() has it. */
int tp_path_compare(const struct tp_path *a, const struct tp_path *b);

/* One user more, one less; NULL stays NULL. */
struct tp_paths *tp_paths_hold(const struct tp_paths *paths);
void tp_paths_drop(const struct tp_paths *paths);

bool tp_paths_same(const struct tp_paths *a, const struct tp_paths *b);

/* Do packets go the same way by both routes? */
bool tp_paths_lead_alike(const struct tp_dataplane_route *a, const struct tp_dataplane_route *b);
