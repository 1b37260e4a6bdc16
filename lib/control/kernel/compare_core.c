/* SPDX-License-Identifier: BSD-3-Clause */
/* Routes that are no subscriber's: what the data plane has, compared with what the kernel's tables
 * come to. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "control/kernel/compare_private.h"
#include "control/kernel/paths.h"

/* ---- lists ----------------------------------------------------------------------------------- */

void tp_core_list_add(struct tp_core_list *list, const struct tp_kernel_route *route)
{
	struct tp_core_route *room =
		tp_compare_room(list->route, list->count, &list->room, sizeof(*room));

	if (room == NULL) {
		list->broken = true;
		return;
	}
	list->route = room;
	tp_paths_hold(route->route.paths);
	list->route[list->count] = (struct tp_core_route){.way = route->route,
							  .table = route->table,
							  .metric = route->metric,
							  .place = list->count};
	list->count++;
}

void tp_core_list_clear(struct tp_core_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		tp_paths_drop(list->route[i].way.paths);
	free(list->route);
	*list = (struct tp_core_list){0};
}

/* By destination, and of one destination the one in force first: as tp_routes has it. */
static int compare(const void *one, const void *other)
{
	const struct tp_core_route *a = one, *b = other;
	int order = tp_compare_prefixes(&a->way.prefix, &b->way.prefix);

	if (order != 0)
		return order;
	if (a->table != b->table)
		return a->table == RT_TABLE_LOCAL ? -1 : 1;
	if (a->metric != b->metric)
		return a->metric < b->metric ? -1 : 1;
	return a->place < b->place ? -1 : 1;
}

/* In order, and of each destination the one in force. */
static void sort(struct tp_core_list *list)
{
	size_t count = 0;

	if (list->count == 0)
		return;
	qsort(list->route, list->count, sizeof(*list->route), compare);
	for (size_t i = 1; i < list->count; i++)
		if (tp_ip_prefix_same(&list->route[count].way.prefix, &list->route[i].way.prefix))
			tp_paths_drop(list->route[i].way.paths);
		else
			list->route[++count] = list->route[i];
	list->count = count + 1;
}

/* The data plane has its paths in an order of its own. */
static void has(void *user, const struct tp_dataplane_route *route)
{
	struct tp_core_list *list = user;
	struct tp_kernel_route own = {.route = *route};
	struct tp_path path[TP_PATHS_MAX];

	if (route->paths != NULL) {
		for (unsigned i = 0; i < route->paths->count; i++)
			path[i] = route->paths->path[i];
		own.route.paths = tp_paths_create(path, route->paths->count);
		list->broken |= own.route.paths == NULL;
	}
	tp_core_list_add(list, &own);
	tp_paths_drop(own.route.paths);
}

/* ---- sentences ------------------------------------------------------------------------------- */

struct teller {
	const struct tp_kernel *kernel;
	tp_differ_fn differ;
	void *user;
	unsigned told;
};

__attribute__((format(printf, 2, 3))) static void tell(struct teller *t, const char *format, ...)
{
	char text[256];
	va_list args;

	if (t->told++ >= TP_DIFFERENCES_MAX)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	t->differ(t->user, "fib", text);
}

static const char *hop_text(const struct teller *t, const struct tp_path *path, char *text,
			    size_t size)
{
	char gateway[TP_IP_TEXT_LEN];
	const bool core =
		path->port < t->kernel->tap_count && t->kernel->taps[path->port].name[0] != '\0';
	const char *port = core ? t->kernel->taps[path->port].name : "no core port";

	if (tp_ip_is_none(&path->gateway))
		snprintf(text, size, "%s", port);
	else
		snprintf(text, size, "%s%%%s", tp_ip_format(&path->gateway, gateway), port);
	return text;
}

static const char *kind_text(const struct tp_dataplane_route *route)
{
	static const char *const words[] = {
		[TP_ROUTE_GATEWAY] = "unicast",	  [TP_ROUTE_CONNECTED] = "unicast",
		[TP_ROUTE_LOCAL] = "local",	  [TP_ROUTE_BLACKHOLE] = "blackhole",
		[TP_ROUTE_PROHIBIT] = "prohibit", [TP_ROUTE_UNREACHABLE] = "unreachable",
	};

	return words[route->kind];
}

/* ---- a destination's ------------------------------------------------------------------------- */

struct hops {
	struct tp_path one;
	const struct tp_path *path; /* by port and gateway */
	unsigned count;
};

static void hops_of(const struct tp_dataplane_route *route, struct hops *hops)
{
	hops->one = (struct tp_path){
		.gateway = route->gateway, .port = (uint8_t)route->port, .weight = 1};
	hops->path = route->paths != NULL ? route->paths->path : &hops->one;
	hops->count = route->paths != NULL ? route->paths->count : 1;
}

static void same_hop(struct teller *t, const char *prefix, const struct tp_path *is,
		     const struct tp_path *shall)
{
	char hop[TP_IP_TEXT_LEN + 80];

	if (is->weight != shall->weight)
		tell(t, "the next hop %s of %s has weight %u, and %u in the kernel",
		     hop_text(t, is, hop, sizeof(hop)), prefix, is->weight, shall->weight);
}

/* Each next hop that is not on both sides; the weight of one alone means nothing. */
static void compare_hops(struct teller *t, const char *prefix, const struct hops *is,
			 const struct hops *shall)
{
	char hop[TP_IP_TEXT_LEN + 80];
	unsigned i = 0, j = 0;

	while (i < is->count || j < shall->count) {
		int order = i == is->count	? 1
			    : j == shall->count ? -1
						: tp_path_compare(&is->path[i], &shall->path[j]);

		if (order < 0)
			tell(t, "the route to %s has the next hop %s, and the kernel's does not",
			     prefix, hop_text(t, &is->path[i], hop, sizeof(hop)));
		else if (order > 0)
			tell(t, "the route to %s lacks the next hop %s", prefix,
			     hop_text(t, &shall->path[j], hop, sizeof(hop)));
		else if (is->count > 1 && shall->count > 1)
			same_hop(t, prefix, &is->path[i], &shall->path[j]);
		i += order <= 0;
		j += order >= 0;
	}
}

static void compare_ways(struct teller *t, const struct tp_dataplane_route *is,
			 const struct tp_dataplane_route *shall)
{
	struct hops these, those;
	char prefix[TP_IP_PREFIX_TEXT_LEN];

	tp_ip_prefix_format(&is->prefix, prefix);
	if (kind_text(is) != kind_text(shall)) {
		tell(t, "the route to %s is %s, and %s in the kernel", prefix, kind_text(is),
		     kind_text(shall));
		return;
	}
	hops_of(is, &these);
	hops_of(shall, &those);
	compare_hops(t, prefix, &these, &those);
}

/* ---- all ------------------------------------------------------------------------------------- */

static void one_sided(struct teller *t, const struct tp_dataplane_route *route, bool has_it)
{
	char prefix[TP_IP_PREFIX_TEXT_LEN];

	tp_ip_prefix_format(&route->prefix, prefix);
	if (has_it)
		tell(t, "has the route to %s, and the kernel does not", prefix);
	else
		tell(t, "lacks the route to %s, which the kernel has", prefix);
}

static void go_through(struct teller *t, const struct tp_core_list *is,
		       const struct tp_core_list *shall)
{
	size_t i = 0, j = 0;

	while (i < is->count || j < shall->count) {
		int order = i == is->count	? 1
			    : j == shall->count ? -1
						: tp_compare_prefixes(&is->route[i].way.prefix,
								      &shall->route[j].way.prefix);

		if (order == 0)
			compare_ways(t, &is->route[i].way, &shall->route[j].way);
		else
			one_sided(t, order < 0 ? &is->route[i].way : &shall->route[j].way,
				  order < 0);
		i += order <= 0;
		j += order >= 0;
	}
}

void tp_compare_core(const struct tp_kernel *k, struct tp_core_list *shall, tp_differ_fn differ,
		     void *user)
{
	struct teller teller = {.kernel = k, .differ = differ, .user = user};
	struct tp_core_list is = {0};

	tp_dataplane_routes_each(k->dp, has, &is);
	if (!is.broken && !shall->broken) {
		sort(&is);
		sort(shall);
		go_through(&teller, &is, shall);
	}
	tp_core_list_clear(&is);
}
