/* SPDX-License-Identifier: BSD-3-Clause */
/* By which next hops a route of the kernel's leads, as workers can use them: one, or several that
 * share its packets (ECMP). */
#include "control/kernel/kernel_private.h"
#include "control/kernel/paths.h"

/* A next hop that workers can send by: on a core port whose link is up, by a gateway of the route's
 * own family, which is the only one that the data plane's neighbours take packets of. */
static bool read_path(const struct tp_kernel *k, const struct tp_netlink_route_info *info,
		      const struct tp_netlink_hop *hop, struct tp_path *path)
{
	const struct tp_tap *tap = tp_kernel_tap(k, hop->ifindex);

	if (tap == NULL || hop->dead ||
	    (!tp_ip_is_none(&hop->gateway) && hop->gateway.family != info->prefix.ip.family))
		return false;
	*path = (struct tp_path){.gateway = hop->gateway, .port = tap->port, .weight = hop->weight};
	return true;
}

/* The first that it can be sent by says of which kind the route is; those that have a gateway share
 * its packets with others that have one. */
bool tp_kernel_lead(const struct tp_kernel *k, const struct tp_netlink_route_info *info,
		    struct tp_dataplane_route *route)
{
	struct tp_path path[TP_PATHS_MAX];
	struct tp_paths *paths = NULL;
	unsigned count = 0;

	for (unsigned i = 0; i < info->hop_count && count < TP_PATHS_MAX; i++)
		if (read_path(k, info, &info->hops[i], &path[count]) &&
		    (count == 0 || !tp_ip_is_none(&path[count].gateway)))
			count++;
	if (count == 0)
		return false;
	route->kind = tp_ip_is_none(&path[0].gateway) ? TP_ROUTE_CONNECTED : TP_ROUTE_GATEWAY;
	if (count > 1 && route->kind == TP_ROUTE_GATEWAY)
		paths = tp_paths_create(path, count);
	route->port = path[0].port;
	route->gateway = path[0].gateway;
	if (paths != NULL && paths->count > 1) {
		route->paths = paths;
		return true;
	}
	tp_paths_drop(paths);
	return true;
}
