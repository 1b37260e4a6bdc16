/* SPDX-License-Identifier: BSD-3-Clause */
/* Routes and neighbours as control gives them, put into FIB and neighbour table. Control. */
#include <errno.h>
#include <stdlib.h>

#include <uthash.h>

#include "dataplane/fib.h"
#include "dataplane/local.h"
#include "dataplane/neighbour.h"
#include "dataplane/routes.h"
#include "dataplane/spread.h"
#include "dataplane/state.h"
#include "wire/ipv6.h"

struct route {
	struct tp_dataplane_route what; /* its prefix is the key; of paths it has none */
	int neighbour;			/* of a gateway: its index, held; else -1 */
	int spread;			/* of several: their set, held; else -1 */
	UT_hash_handle hh;
};

/* Without padding. */
struct neighbour_key {
	struct tp_ip ip;
	uint8_t port;
};

/* A neighbour that control has told us of: that it answers, or does not. */
struct resolved {
	struct neighbour_key key;
	unsigned index;
	UT_hash_handle hh;
};

struct tp_route_table {
	struct route *routes;
	struct resolved *resolved;
};

struct tp_route_table *tp_route_table_create(void)
{
	return calloc(1, sizeof(struct tp_route_table));
}

void tp_route_table_destroy(struct tp_route_table *table)
{
	struct route *route, *next_route;
	struct resolved *neighbour, *next_neighbour;
	if (table == NULL)
		return;
	HASH_ITER (hh, table->routes, route, next_route) {
		HASH_DEL(table->routes, route);
		free(route);
	}
	HASH_ITER (hh, table->resolved, neighbour, next_neighbour) {
		HASH_DEL(table->resolved, neighbour);
		free(neighbour);
	}
	free(table);
}

static bool is_core(const struct tp_dataplane *dp, unsigned port)
{
	return port < dp->port_count && dp->ports[port].role == TP_PORT_CORE;
}

static bool is_host(const struct tp_ip *ip)
{
	const struct tp_ip_prefix host = tp_ip_host(ip);

	return tp_ip_prefix_is_network(&host);
}

/* ---- neighbours ---------------------------------------------------------------------------- */

static struct resolved *find_resolved(const struct tp_dataplane *dp, unsigned port,
				      const struct tp_ip *ip)
{
	const struct neighbour_key key = {*ip, (uint8_t)port};
	struct resolved *r;
	HASH_FIND(hh, dp->routes->resolved, &key, sizeof(key), r);
	return r;
}

/* Is IP in a network that PORT is connected to? Then the neighbour is in the FIB by itself. */
static bool is_connected(const struct tp_dataplane *dp, unsigned port, const struct tp_ip *ip)
{
	struct route *r, *next;
	HASH_ITER (hh, dp->routes->routes, r, next) {
		if (r->what.kind == TP_ROUTE_CONNECTED && r->what.port == port &&
		    tp_ip_prefix_has(&r->what.prefix, ip))
			return true;
	}
	return false;
}

static int claim_host(struct tp_dataplane *dp, unsigned port, const struct tp_ip *ip,
		      unsigned index)
{
	const struct tp_ip_prefix host = tp_ip_host(ip);

	if (!is_connected(dp, port, ip))
		return 0;
	return tp_fib_claim(dp->fib, &host, TP_CLAIM_NEIGHBOUR, TP_HOP(TP_HOP_NEIGHBOUR, index));
}

/* What neighbour number INDEX has in the FIB, unless another port's has taken it over. */
static void release_host(struct tp_dataplane *dp, const struct tp_ip *ip, unsigned index)
{
	const struct tp_ip_prefix host = tp_ip_host(ip);

	if (tp_fib_claimed(dp->fib, &host, TP_CLAIM_NEIGHBOUR) == TP_HOP(TP_HOP_NEIGHBOUR, index))
		tp_fib_release(dp->fib, &host, TP_CLAIM_NEIGHBOUR);
}

/* What is known of the neighbour IP, made if nothing is. */
static int learn(struct tp_dataplane *dp, unsigned port, const struct tp_ip *ip,
		 struct resolved **found)
{
	struct resolved *r = *found = find_resolved(dp, port, ip);
	if (r != NULL)
		return 0;
	r = calloc(1, sizeof(*r));
	if (r == NULL)
		return -ENOMEM;
	int index = tp_neighbour_hold(dp->neighbours, port, ip);
	int err = index < 0 ? index : claim_host(dp, port, ip, (unsigned)index);
	if (err != 0) {
		if (index >= 0)
			tp_neighbour_drop(dp->neighbours, (unsigned)index);
		free(r);
		return err;
	}
	r->key = (struct neighbour_key){*ip, (uint8_t)port};
	r->index = (unsigned)index;
	HASH_ADD(hh, dp->routes->resolved, key, sizeof(r->key), r);
	*found = r;
	return 0;
}

int tp_dataplane_neighbour_set(struct tp_dataplane *dp, unsigned port, const struct tp_ip *ip,
			       const struct tp_mac *mac)
{
	struct resolved *r;
	if (!is_core(dp, port) || !is_host(ip) || tp_mac_is_multicast(mac))
		return -EINVAL;
	int err = learn(dp, port, ip, &r);
	if (err != 0)
		return err;
	const struct tp_port *p = &dp->ports[port];
	tp_neighbour_resolve(dp->neighbours, r->index, mac, &p->mac, p->mtu);
	tp_spread_neighbour(dp->spreads, r->index);
	return 0;
}

int tp_dataplane_neighbour_failed(struct tp_dataplane *dp, unsigned port, const struct tp_ip *ip)
{
	struct resolved *r;
	if (!is_core(dp, port) || !is_host(ip))
		return -EINVAL;
	/* Whoever scans a network does not take the room of those that answer. */
	if (find_resolved(dp, port, ip) == NULL &&
	    HASH_COUNT(dp->routes->resolved) >= TP_NEIGHBOURS / 2)
		return -ENOSPC;
	int err = learn(dp, port, ip, &r);
	if (err != 0)
		return err;
	tp_neighbour_fail(dp->neighbours, r->index);
	tp_spread_neighbour(dp->spreads, r->index);
	return 0;
}

void tp_dataplane_neighbour_remove(struct tp_dataplane *dp, unsigned port, const struct tp_ip *ip)
{
	struct resolved *r = find_resolved(dp, port, ip);
	if (r == NULL)
		return;
	release_host(dp, ip, r->index);
	tp_neighbour_resolve(dp->neighbours, r->index, NULL, NULL, 0);
	tp_spread_neighbour(dp->spreads, r->index);
	tp_neighbour_drop(dp->neighbours, r->index);
	HASH_DEL(dp->routes->resolved, r);
	free(r);
}

/* ---- routes -------------------------------------------------------------------------------- */

static struct route *find_route(const struct tp_dataplane *dp, const struct tp_ip_prefix *prefix)
{
	struct route *r;
	HASH_FIND(hh, dp->routes->routes, prefix, sizeof(*prefix), r);
	return r;
}

static bool leads_on(enum tp_route_kind kind)
{
	return kind == TP_ROUTE_GATEWAY || kind == TP_ROUTE_CONNECTED || kind == TP_ROUTE_LOCAL;
}

static bool is_to_route_by(const struct tp_ip_prefix *prefix)
{
	bool six = prefix->ip.family == TP_FAMILY_IPV6;

	return !six || prefix->length == 0 ||
	       !(tp_ipv6_is_multicast(prefix->ip.bytes) || tp_ipv6_is_link_local(prefix->ip.bytes));
}

/* Is GATEWAY, on PORT, one for packets of FAMILY? */
static bool is_gateway(const struct tp_dataplane *dp, unsigned port, const struct tp_ip *gateway,
		       uint8_t family)
{
	return is_core(dp, port) && gateway->family == family && is_host(gateway);
}

static int check_paths(const struct tp_dataplane *dp, const struct tp_dataplane_route *route)
{
	const struct tp_paths *paths = route->paths;

	if (paths == NULL)
		return 0;
	if (route->kind != TP_ROUTE_GATEWAY || paths->count < 2 || paths->count > TP_PATHS_MAX)
		return -EINVAL;
	for (unsigned i = 0; i < paths->count; i++)
		if (paths->path[i].weight == 0 ||
		    !is_gateway(dp, paths->path[i].port, &paths->path[i].gateway,
				route->prefix.ip.family))
			return -EINVAL;
	return 0;
}

static int check(const struct tp_dataplane *dp, const struct tp_dataplane_route *route)
{
	const struct tp_ip_prefix *p = &route->prefix;

	if (!tp_ip_prefix_is_network(p) || !is_to_route_by(p))
		return -EINVAL;
	if (leads_on(route->kind) && !is_core(dp, route->port))
		return -EINVAL;
	if (route->kind == TP_ROUTE_GATEWAY &&
	    !is_gateway(dp, route->port, &route->gateway, p->ip.family))
		return -EINVAL;
	if (route->kind == TP_ROUTE_LOCAL && p->length != tp_ip_bits(&p->ip))
		return -EINVAL;
	return check_paths(dp, route);
}

/* The hop of what leads by gateways, which R holds then. BEFORE: the set that it had, or -1. */
static int hold(struct tp_dataplane *dp, struct route *r, int before, uint32_t *hop)
{
	int index = r->what.paths != NULL
			    ? tp_spread_hold(dp->spreads, r->what.paths, before)
			    : tp_neighbour_hold(dp->neighbours, r->what.port, &r->what.gateway);

	if (index < 0)
		return index;
	if (r->what.paths != NULL)
		r->spread = index;
	else
		r->neighbour = index;
	*hop = TP_HOP(r->what.paths != NULL ? TP_HOP_SPREAD : TP_HOP_NEIGHBOUR, index);
	return 0;
}

static void let_go(struct tp_dataplane *dp, const struct route *r)
{
	if (r->neighbour >= 0)
		tp_neighbour_drop(dp->neighbours, (unsigned)r->neighbour);
	if (r->spread >= 0)
		tp_spread_drop(dp->spreads, (unsigned)r->spread);
}

/* Puts R->what into the FIB, and has R hold what it leads by. BEFORE: what the prefix had, or NULL.
 */
static int install(struct tp_dataplane *dp, struct route *r, const struct route *before)
{
	const struct tp_dataplane_route *what = &r->what;
	uint32_t hop = TP_HOP(TP_HOP_BLACKHOLE, TP_BLACKHOLE_SILENT);
	int err = 0;

	r->neighbour = r->spread = -1;
	switch (what->kind) {
	case TP_ROUTE_LOCAL:
		return tp_local_host_set(dp->locals, &what->prefix.ip, (uint8_t)what->port);
	case TP_ROUTE_GATEWAY:
		err = hold(dp, r, before != NULL ? before->spread : -1, &hop);
		break;
	case TP_ROUTE_CONNECTED:
		hop = TP_HOP(TP_HOP_GLEAN, what->port);
		break;
	case TP_ROUTE_UNREACHABLE:
		hop = TP_HOP(TP_HOP_BLACKHOLE, TP_BLACKHOLE_UNREACHABLE);
		break;
	case TP_ROUTE_PROHIBIT:
		hop = TP_HOP(TP_HOP_BLACKHOLE, TP_BLACKHOLE_PROHIBITED);
		break;
	case TP_ROUTE_BLACKHOLE:
		break;
	}
	if (err == 0)
		err = tp_fib_claim(dp->fib, &what->prefix, TP_CLAIM_ROUTE, hop);
	if (err != 0)
		let_go(dp, r);
	return err;
}

/* The hosts of a connected network that are resolved already get their /32, or lose it. */
static void connect_hosts(struct tp_dataplane *dp, unsigned port)
{
	struct resolved *r, *next;
	HASH_ITER (hh, dp->routes->resolved, r, next) {
		const struct tp_ip *ip = &r->key.ip;
		if (r->key.port != port)
			continue;
		if (is_connected(dp, port, ip))
			claim_host(dp, port, ip, r->index);
		else
			release_host(dp, ip, r->index);
	}
}

/* Takes out of the FIB and the tables what R put there, but for what NEXT has put there since. */
static void uninstall(struct tp_dataplane *dp, const struct route *r,
		      const struct tp_dataplane_route *next)
{
	bool local = r->what.kind == TP_ROUTE_LOCAL;
	if (local && (next == NULL || next->kind != TP_ROUTE_LOCAL))
		tp_local_host_set(dp->locals, &r->what.prefix.ip, TP_LOCAL_NO_PORT);
	if (!local && (next == NULL || next->kind == TP_ROUTE_LOCAL))
		tp_fib_release(dp->fib, &r->what.prefix, TP_CLAIM_ROUTE);
	let_go(dp, r);
}

int tp_dataplane_route_set(struct tp_dataplane *dp, const struct tp_dataplane_route *route)
{
	int err = check(dp, route);
	if (err != 0)
		return err;
	struct route *r = find_route(dp, &route->prefix);
	struct route *fresh = r == NULL ? calloc(1, sizeof(*fresh)) : NULL;
	struct route now = {.what = *route};
	if (r == NULL && fresh == NULL)
		return -ENOMEM;
	err = install(dp, &now, r);
	if (err != 0) {
		free(fresh);
		return err;
	}
	enum tp_route_kind before = r != NULL ? r->what.kind : route->kind;
	unsigned port_before = r != NULL ? r->what.port : route->port;
	if (r != NULL) {
		uninstall(dp, r, route);
	} else {
		r = fresh;
		r->what.prefix = route->prefix;
		HASH_ADD(hh, dp->routes->routes, what.prefix, sizeof(r->what.prefix), r);
	}
	r->what = *route;
	r->what.paths = NULL;
	r->neighbour = now.neighbour;
	r->spread = now.spread;
	if (before == TP_ROUTE_CONNECTED)
		connect_hosts(dp, port_before);
	if (route->kind == TP_ROUTE_CONNECTED)
		connect_hosts(dp, route->port);
	return 0;
}

int tp_dataplane_route_remove(struct tp_dataplane *dp, const struct tp_ip_prefix *prefix)
{
	struct route *r = find_route(dp, prefix);
	if (r == NULL)
		return -ENOENT;
	uninstall(dp, r, NULL);
	HASH_DEL(dp->routes->routes, r);
	if (r->what.kind == TP_ROUTE_CONNECTED)
		connect_hosts(dp, r->what.port);
	free(r);
	return 0;
}

void tp_dataplane_port_link_set(struct tp_dataplane *dp, unsigned port, bool up)
{
	if (port < dp->port_count)
		tp_spread_port(dp->spreads, port, up);
}
