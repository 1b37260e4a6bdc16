/* SPDX-License-Identifier: BSD-3-Clause */
/* What the data plane is told of routes and neighbours, and what the kernel is asked for their
 * sake. */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/siphash.h"
#include "control/kernel/kernel_private.h"
#include "wire/ipv6.h"

#define RESOLVE_INTERVAL_MS 1000 /* the kernel repeats its requests by itself meanwhile */

/* ---- neighbours ------------------------------------------------------------------------------ */

int tp_kernel_program_neighbour(void *user, unsigned port, const struct tp_ip *address,
				enum tp_reach reach, const struct tp_mac *mac)
{
	struct tp_kernel *k = user;

	if (reach == TP_REACH_YES)
		return tp_dataplane_neighbour_set(k->dp, port, address, mac);
	if (reach == TP_REACH_UNKNOWN || tp_dataplane_neighbour_failed(k->dp, port, address) != 0)
		tp_dataplane_neighbour_remove(k->dp, port, address);
	return 0;
}

void tp_kernel_resolve(struct tp_kernel *k, unsigned port, const struct tp_ip *address,
		       uint64_t now_ms)
{
	static const uint64_t key[2]; /* whoever collides on purpose makes us ask too often */
	unsigned i = tp_siphash(key, address, sizeof(*address)) % TP_RESOLVE_MEMORY;
	int error;

	if (port >= k->tap_count || k->taps[port].ifindex == 0)
		return;
	if (k->asked[i].port == port && tp_ip_same(&k->asked[i].address, address) &&
	    now_ms - k->asked[i].at_ms < RESOLVE_INTERVAL_MS)
		return;
	k->asked[i].address = *address;
	k->asked[i].port = (uint8_t)port;
	k->asked[i].at_ms = now_ms;
	if (address->family == TP_FAMILY_IPV6)
		k->resolves6++;
	else
		k->resolves++;
	error = tp_netlink_neighbour_use(&k->query, k->taps[port].ifindex, address);
	if (error != 0)
		tp_log_debug("route", "can't ask for a neighbour on %s: %s", k->taps[port].name,
			     strerror(-error));
}

/* ---- the box's own addresses of IPv6 --------------------------------------------------------- */

const uint8_t *tp_kernel_own_in(const struct tp_kernel *k, const struct tp_prefix6 *prefix)
{
	for (unsigned i = 0; i < k->own_count; i++)
		if (tp_prefix6_has(prefix, k->own[i]))
			return k->own[i];
	return NULL;
}

/* ROUTE has come into force, or (REMOVE) is no longer. */
static void note_own(struct tp_kernel *k, const struct tp_dataplane_route *route, bool remove)
{
	const struct tp_prefix6 host = tp_ip_prefix_to6(&route->prefix);
	const uint8_t *known = tp_kernel_own_in(k, &host);

	if (route->prefix.ip.family != TP_FAMILY_IPV6 || host.length != 128)
		return;
	if (known != NULL && (remove || route->kind != TP_ROUTE_LOCAL))
		memcpy(k->own[(size_t)(known - k->own[0]) / sizeof(k->own[0])],
		       k->own[--k->own_count], sizeof(k->own[0]));
	else if (known == NULL && !remove && route->kind == TP_ROUTE_LOCAL &&
		 k->own_count < TP_OWN_ADDRESSES)
		memcpy(k->own[k->own_count++], host.address, sizeof(k->own[0]));
}

/* ---- routes ---------------------------------------------------------------------------------- */

/* Where there is no room for another set of paths the first is better than none. */
static int set_route(struct tp_kernel *k, const struct tp_dataplane_route *route)
{
	struct tp_dataplane_route first = *route;
	char text[TP_IP_PREFIX_TEXT_LEN];
	int error = tp_dataplane_route_set(k->dp, route);

	first.paths = NULL;
	if (error != -ENOSPC || route->paths == NULL || tp_dataplane_route_set(k->dp, &first) != 0)
		return error;
	tp_log_warning("route",
		       "the route to %s has one next hop in the data plane, where there "
		       "is no room for another set of several",
		       tp_ip_prefix_format(&route->prefix, text));
	return 0;
}

/* Before the first packet wants to go there. */
static void resolve_all(struct tp_kernel *k, const struct tp_dataplane_route *route)
{
	const struct tp_paths *paths = route->paths;

	if (paths == NULL)
		tp_kernel_resolve(k, route->port, &route->gateway, k->now_ms);
	for (unsigned i = 0; paths != NULL && i < paths->count; i++)
		tp_kernel_resolve(k, paths->path[i].port, &paths->path[i].gateway, k->now_ms);
}

int tp_kernel_program_route(void *user, const struct tp_dataplane_route *route, bool remove)
{
	struct tp_kernel *k = user;
	int error = remove ? tp_dataplane_route_remove(k->dp, &route->prefix) : set_route(k, route);

	if (error != 0) {
		char text[TP_IP_PREFIX_TEXT_LEN];

		tp_log_warning("route", "can't %s the route to %s in the data plane: %s",
			       remove ? "remove" : "set", tp_ip_prefix_format(&route->prefix, text),
			       strerror(-error));
	}
	if (error == 0 || remove)
		note_own(k, route, remove);
	if (error == 0 && !remove && route->kind == TP_ROUTE_GATEWAY)
		resolve_all(k, route);
	return error;
}
