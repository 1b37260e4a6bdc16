/* SPDX-License-Identifier: BSD-3-Clause */
/* Routes read back from what workers read. Control. */
#include <string.h>

#include "dataplane/fib.h"
#include "dataplane/local.h"
#include "dataplane/neighbour.h"
#include "dataplane/routes.h"
#include "dataplane/spread.h"
#include "dataplane/state.h"

struct reader {
	const struct tp_dataplane *dp;
	tp_dataplane_route_fn fn;
	void *user;
	union tp_paths_room several;
};

static void by_neighbour(const struct tp_dataplane *dp, uint32_t index,
			 struct tp_dataplane_route *route)
{
	route->kind = TP_ROUTE_GATEWAY;
	route->port = tp_neighbour_array(dp->neighbours)[index].port;
	route->gateway = tp_neighbour_ips(dp->neighbours)[index];
}

static void by_several(struct reader *r, uint32_t index, struct tp_dataplane_route *route)
{
	struct tp_paths *paths = &r->several.paths;

	paths->count = tp_spread_paths(r->dp->spreads, index, paths->path);
	route->kind = TP_ROUTE_GATEWAY;
	route->paths = paths;
	route->port = paths->path[0].port;
	route->gateway = paths->path[0].gateway;
}

static enum tp_route_kind kind_of_blackhole(uint32_t what)
{
	return what == TP_BLACKHOLE_UNREACHABLE	 ? TP_ROUTE_UNREACHABLE
	       : what == TP_BLACKHOLE_PROHIBITED ? TP_ROUTE_PROHIBIT
						 : TP_ROUTE_BLACKHOLE;
}

static void read_route(void *user, const struct tp_ip_prefix *prefix, uint32_t hop)
{
	struct reader *r = user;
	const uint32_t index = tp_hop_index(hop);
	struct tp_dataplane_route route = {.prefix = *prefix};

	switch (tp_hop_kind(hop)) {
	case TP_HOP_NEIGHBOUR:
		by_neighbour(r->dp, index, &route);
		break;
	case TP_HOP_SPREAD:
		by_several(r, index, &route);
		break;
	case TP_HOP_GLEAN:
		route.kind = TP_ROUTE_CONNECTED;
		route.port = index;
		break;
	default: /* TP_HOP_BLACKHOLE: others are never claimed for a route */
		route.kind = kind_of_blackhole(index);
		break;
	}
	r->fn(r->user, &route);
}

/* Sessions' local ends, and martians, are no routes. */
static void read_local(void *user, const struct tp_ip_prefix *prefix, uint32_t hop)
{
	const struct reader *r = user;
	const struct tp_local *local = &tp_local_array(r->dp->locals)[tp_hop_index(hop)];
	const struct tp_dataplane_route route = {
		.prefix = *prefix, .kind = TP_ROUTE_LOCAL, .port = local->host_port};

	if (tp_hop_kind(hop) == TP_HOP_LOCAL && local->host_port != TP_LOCAL_NO_PORT)
		r->fn(r->user, &route);
}

void tp_dataplane_routes_each(const struct tp_dataplane *dp, tp_dataplane_route_fn fn, void *user)
{
	struct reader r = {.dp = dp, .fn = fn, .user = user};

	tp_fib_each(dp->fib, TP_CLAIM_ROUTE, read_route, &r);
	tp_fib_each(dp->fib, TP_CLAIM_LOCAL, read_local, &r);
}
