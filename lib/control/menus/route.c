/* SPDX-License-Identifier: BSD-3-Clause */
/* /routing/route: by which next hops workers send what is not a subscriber's, a row each, as
 * RouterOS shows them. What is configured of them is /ip/route and /ipv6/route. */
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/json.h"
#include "control/menus/menus.h"

/* Cursors and ids: the destination's, and the next hop's place in it. */
#define PLACES TP_PATHS_MAX

static const char *source_of(const struct tp_route_seen *seen)
{
	static const struct {
		uint8_t protocol;
		const char *name;
	} names[] = {
		{TP_RTPROT_STATIC, "static"}, {TP_RTPROT_POOL, "pool"},	  {RTPROT_BGP, "bgp"},
		{RTPROT_OSPF, "ospf"},	      {RTPROT_ISIS, "isis"},	  {RTPROT_RIP, "rip"},
		{RTPROT_BABEL, "babel"},      {RTPROT_EIGRP, "eigrp"},	  {RTPROT_BIRD, "bird"},
		{RTPROT_ZEBRA, "zebra"},      {RTPROT_KERNEL, "connect"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].protocol == seen->protocol)
			return names[i].name;
	return "kernel";
}

static void add_gateway(const struct tp_control *c, json_t *o, unsigned port,
			const struct tp_ip *gateway)
{
	const char *interface = c->ports[port].name;
	char text[TP_IP_TEXT_LEN], both[TP_IP_TEXT_LEN + 80];

	tp_json_text(o, "interface", interface);
	if (tp_ip_is_none(gateway)) {
		tp_json_text(o, "gateway", interface);
		tp_json_text(o, "immediate-gw", interface);
		return;
	}
	tp_ip_format(gateway, text);
	snprintf(both, sizeof(both), "%s%%%s", text, interface);
	tp_json_text(o, "gateway", text);
	tp_json_text(o, "immediate-gw", both);
}

static json_t *route_json(const struct tp_control *c, const struct tp_route_seen *seen,
			  unsigned place)
{
	static const char *const types[] = {[TP_ROUTE_GATEWAY] = "unicast",
					    [TP_ROUTE_CONNECTED] = "unicast",
					    [TP_ROUTE_LOCAL] = "local",
					    [TP_ROUTE_BLACKHOLE] = "blackhole",
					    [TP_ROUTE_UNREACHABLE] = "unreachable",
					    [TP_ROUTE_PROHIBIT] = "prohibit"};
	const struct tp_dataplane_route *r = seen->route;
	const bool leads_on = r->kind == TP_ROUTE_GATEWAY || r->kind == TP_ROUTE_CONNECTED;
	char text[TP_IP_PREFIX_TEXT_LEN];
	json_t *o = json_object();

	tp_json_id(o, seen->id * PLACES + place);
	tp_json_text(o, "dst-address", tp_ip_prefix_format(&r->prefix, text));
	if (r->paths != NULL)
		add_gateway(c, o, r->paths->path[place].port, &r->paths->path[place].gateway);
	else if (leads_on)
		add_gateway(c, o, r->port, &r->gateway);
	tp_json_text(o, "type", types[r->kind]);
	tp_json_text(o, "afi", r->prefix.ip.family == TP_FAMILY_IPV6 ? "ip6" : "ip4");
	tp_json_text(o, "belongs-to", source_of(seen));
	tp_json_number(o, "distance", seen->metric);
	tp_json_bool(o, "active", true);
	tp_json_bool(o, "dynamic", seen->protocol != TP_RTPROT_STATIC);
	tp_json_bool(o, "ecmp", r->paths != NULL);
	if (r->paths != NULL)
		tp_json_number(o, "weight", r->paths->path[place].weight);
	return o;
}

static bool has(const struct tp_route_seen *seen, unsigned place)
{
	return place < (seen->route->paths != NULL ? seen->route->paths->count : 1);
}

static json_t *route_next(void *user, uint64_t *cursor)
{
	struct tp_control *c = user;
	unsigned place = (unsigned)(*cursor % PLACES) + 1;
	struct tp_route_seen seen;

	if (c->kernel.routes == NULL)
		return NULL;
	if (!tp_routes_find(c->kernel.routes, *cursor / PLACES, &seen) || !has(&seen, place)) {
		place = 0;
		if (!tp_routes_next(c->kernel.routes, *cursor / PLACES, &seen))
			return NULL;
	}
	*cursor = seen.id * PLACES + place;
	return route_json(c, &seen, place);
}

/* By .id alone: a destination may have several rows. */
static json_t *route_find(void *user, const char *key)
{
	struct tp_control *c = user;
	struct tp_route_seen seen;
	char *end = NULL;
	const uint64_t id = key[0] == '*' ? strtoull(key + 1, &end, 16) : 0;
	const unsigned place = (unsigned)(id % PLACES);

	if (c->kernel.routes == NULL || end == NULL || *end != '\0' ||
	    !tp_routes_find(c->kernel.routes, id / PLACES, &seen) || !has(&seen, place))
		return NULL;
	return route_json(c, &seen, place);
}

/* clang-format off */
static const struct tp_status route_status[] = {
	TP_STATUS_ID,
	{"dst-address", "The destination"},
	{"gateway", "The next hop; of a port's own network the port"},
	{"immediate-gw", "The same, with the core port behind a `%`"},
	{"interface", "The core port; not there where the route leads nowhere"},
	{"type", "`unicast`, `local` (an address of the box), `blackhole`, `unreachable` or `prohibit`"},
	{"afi", "`ip4` or `ip6`"},
	{"belongs-to", "Who put it there: `static` (`/ip/route`, `/ipv6/route`), `connect`, `pool` (`announce=pool`), `bgp`, `ospf` and others by the kernel's number of the protocol, else `kernel`"},
	{"distance", "The kernel's metric"},
	{"active", "Always: what is not in force is not here"},
	{"dynamic", "Not of `/ip/route` or `/ipv6/route`"},
	{"ecmp", "It is one of several next hops, a row each, that share the destination's packets by flow"},
	{"weight", "Then, its part of them"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_route = {
	.path = "/routing/route",
	.help = "Routes that packets of subscribers go by, of both families, each next hop a row",
	.status = route_status,
	.next = route_next,
	.find = route_find,
	.fixed = "static routes are /ip/route and /ipv6/route, others the kernel's",
};
