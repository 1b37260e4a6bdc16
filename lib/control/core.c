/* SPDX-License-Identifier: BSD-3-Clause */
/* What the configuration says of the core side comes to be in the kernel: addresses of IPv6 on core
 * ports' TAPs (IPv4's come with the TAP), and static routes of both families. Control thread. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/ipv6_text.h"
#include "base/log.h"
#include "control/control_private.h"
#include "pool/pool6.h"
#include "wire/ipv6.h"

#define PLACE_LEN 96

int tp_control_port(const struct tp_control *c, const char *name)
{
	for (unsigned i = 0; i < c->port_count; i++)
		if (strcmp(c->ports[i].name, name) == 0)
			return (int)i;
	return -1;
}

/* ---- static routes ---------------------------------------------------------------------- */

/* One of either family. */
struct static_route {
	const char *menu;
	const struct tp_config_item *item;
	struct tp_ip_prefix dst;
	struct tp_ip gateway;
	const char *interface; /* the gateway's port; "": the one that has its network */
	uint32_t distance;
};

/* False: there is none, or it is disabled. */
static bool read_route(const struct tp_config_item *item, struct static_route *out)
{
	const struct tp_config_route *route = (const void *)item;
	const struct tp_config_route6 *route6 = (const void *)item;

	if (item == NULL)
		return false;
	if (item->resource->id == TP_IPV6_ROUTE) {
		*out = (struct static_route){
			.menu = "ipv6.route",
			.item = item,
			.dst = tp_ip_prefix_of6(&route6->dst_address),
			.gateway = tp_ip_of6(route6->gateway.address),
			.interface = route6->gateway.interface,
			.distance = route6->distance,
		};
		return !route6->disabled;
	}
	*out = (struct static_route){
		.menu = "ip.route",
		.item = item,
		.dst = tp_ip_prefix_of4(&route->dst_address),
		.gateway = tp_ip_of4(route->gateway),
		.interface = "",
		.distance = route->distance,
	};
	return !route->disabled;
}

static bool same_route(const struct static_route *a, const struct static_route *b)
{
	return tp_ip_prefix_same(&a->dst, &b->dst) && tp_ip_same(&a->gateway, &b->gateway) &&
	       strcmp(a->interface, b->interface) == 0 && a->distance == b->distance;
}

static int tell_route(struct tp_control *c, uint16_t type, const struct static_route *route)
{
	char buffer[512] __attribute__((aligned(8)));
	struct tp_netlink_route message = {
		.prefix = route->dst,
		.gateway = route->gateway,
		.metric = route->distance,
		.protocol = TP_RTPROT_STATIC,
	};
	uint16_t flags = type == RTM_NEWROUTE ? NLM_F_CREATE | NLM_F_EXCL : 0;

	if (route->interface[0] != '\0') {
		int port = tp_control_port(c, route->interface);

		if (port < 0 || c->taps[port].ifindex == 0)
			return -ENODEV;
		message.ifindex = c->taps[port].ifindex;
	}
	return tp_netlink_request(&c->netlink,
				  tp_netlink_route_message(buffer, type, flags, &message));
}

static void route_place(const struct static_route *route, char place[PLACE_LEN])
{
	char dst[TP_IP_PREFIX_TEXT_LEN];

	snprintf(place, PLACE_LEN, "%s[%s].gateway", route->menu,
		 tp_ip_prefix_format(&route->dst, dst));
}

static int add_route(struct tp_control *c, const struct static_route *route, struct tp_error *e)
{
	char gateway[TP_IP_TEXT_LEN], place[PLACE_LEN];
	int error = tell_route(c, RTM_NEWROUTE, route);

	if (error == 0)
		return 0;
	route_place(route, place);
	tp_ip_format(&route->gateway, gateway);
	if (error == -ENETUNREACH || error == -EHOSTUNREACH || error == -EINVAL)
		return tp_error_set(e, -EINVAL, place, "%s is on no network of a core port",
				    gateway);
	if (error == -EEXIST)
		return tp_error_set(e, -EEXIST, place,
				    "the kernel has a route to this destination with this distance "
				    "already");
	return tp_error_set(e, error, place, "the kernel refuses the route: %s", strerror(-error));
}

static void remove_route(struct tp_control *c, const struct static_route *route)
{
	int error = tell_route(c, RTM_DELROUTE, route);

	if (error != 0 && error != -ESRCH && error != -ENODEV) {
		char place[PLACE_LEN];

		route_place(route, place);
		tp_log_warning("route", "%s: the kernel does not remove the route: %s", place,
			       strerror(-error));
	}
}

/* Who holds ADDRESS; NULL: nobody. */
static const char *holder(struct tp_control *c, const struct tp_ip *address)
{
	const struct tp_ip_prefix host = tp_ip_host(address);
	const struct tp_prefix6 host6 = tp_ip_prefix_to6(&host);
	const struct tp_pool_lease *lease;
	struct tp_pool6_lease lease6;

	if (address->family == TP_FAMILY_IPV6)
		return tp_pool6_find(c->pools6, &host6, &lease6) ? lease6.info : NULL;
	lease = tp_pool_find(c->pools, tp_ip_to4(address));
	return lease != NULL ? lease->info : NULL;
}

/* A gateway that a subscriber has is no gateway. */
static int check_gateway(struct tp_control *c, const struct static_route *route, struct tp_error *e)
{
	const char *user = holder(c, &route->gateway);
	char gateway[TP_IP_TEXT_LEN], place[PLACE_LEN];

	if (user == NULL)
		return 0;
	route_place(route, place);
	return tp_error_set(e, -EBUSY, place, "%s is held by the session of %.100s",
			    tp_ip_format(&route->gateway, gateway), user);
}

int tp_core_change_route(struct tp_control *c, const struct tp_config_change *change,
			 struct tp_error *e)
{
	struct static_route before, after;
	bool was = read_route(change->before, &before), is = read_route(change->after, &after);
	int error = is ? check_gateway(c, &after, e) : 0;

	if (error != 0 || (was && is && same_route(&before, &after)))
		return error;
	if (was)
		remove_route(c, &before);
	if (is)
		error = add_route(c, &after, e);
	if (error != 0 && was)
		add_route(c, &before, NULL);
	return error;
}

static void routes_again(struct tp_control *c, enum tp_resource_id menu)
{
	const struct tp_config_item *item = tp_config_first(c->config, menu);

	for (; item != NULL; item = tp_config_next(item)) {
		struct static_route route;

		if (read_route(item, &route) && tell_route(c, RTM_NEWROUTE, &route) == 0)
			tp_log_info("route", "%s is back", item->key);
	}
}

/* ---- addresses of IPv6 --------------------------------------------------------------------- */

static bool usable(const struct tp_config_address6 *address)
{
	return address != NULL && !address->disabled;
}

static bool same_address(const struct tp_config_address6 *a, const struct tp_config_address6 *b)
{
	return tp_prefix6_same(&a->address, &b->address) &&
	       strcmp(a->interface, b->interface) == 0 && a->eui_64 == b->eui_64 &&
	       a->no_dad == b->no_dad;
}

/* As the kernel is to have it on PORT. */
static struct tp_ip_prefix address_on(const struct tp_control *c, unsigned port,
				      const struct tp_config_address6 *address)
{
	struct tp_ip_prefix out = tp_ip_prefix_of6(&address->address);

	if (address->eui_64)
		tp_ipv6_eui64(out.ip.bytes + sizeof(out.ip.bytes) - TP_IPV6_INTERFACE_ID_LEN,
			      &c->ports[port].mac);
	return out;
}

static void address_place(const struct tp_config_address6 *address, const char *property,
			  char place[PLACE_LEN])
{
	snprintf(place, PLACE_LEN, "ipv6.address[%.60s].%s", address->head.key, property);
}

static int explain_address(int error, const struct tp_config_address6 *address, struct tp_error *e)
{
	char place[PLACE_LEN];

	address_place(address, "address", place);
	if (error == -EACCES)
		return tp_error_set(e, error, place,
				    "IPv6 is off on the interface: net.ipv6.conf.%s.disable_ipv6 "
				    "is not 0",
				    address->interface);
	if (error == -EOPNOTSUPP || error == -EAFNOSUPPORT)
		return tp_error_set(e, error, place, "the kernel has no IPv6");
	return tp_error_set(e, error, place, "the kernel refuses the address: %s",
			    strerror(-error));
}

/* While the TAP is lost there is nothing to do: it gets its addresses when it is back. */
static int put_address(struct tp_control *c, const struct tp_config_address6 *address,
		       struct tp_error *e)
{
	int port = tp_control_port(c, address->interface), error;
	struct tp_ip_prefix wanted;
	char place[PLACE_LEN];

	if (port < 0 || c->ports[port].role != TP_PORT_CORE) {
		address_place(address, "interface", place);
		return tp_error_set(e, -EINVAL, place,
				    "'%s' is an access port as long as the daemon runs; only at "
				    "its start an address makes it a core port",
				    address->interface);
	}
	if (c->taps[port].ifindex == 0)
		return 0;
	wanted = address_on(c, (unsigned)port, address);
	error = tp_netlink_address_add(&c->netlink, c->taps[port].ifindex, &wanted,
				       !address->no_dad);
	/* Whoever has put it there. */
	return error == 0 || error == -EEXIST ? 0 : explain_address(error, address, e);
}

static void take_address(struct tp_control *c, const struct tp_config_address6 *address)
{
	int port = tp_control_port(c, address->interface);
	struct tp_ip_prefix there;
	int error;

	if (port < 0 || c->taps[port].ifindex == 0)
		return;
	there = address_on(c, (unsigned)port, address);
	error = tp_netlink_address_remove(&c->netlink, c->taps[port].ifindex, &there);
	if (error != 0 && error != -EADDRNOTAVAIL)
		tp_log_warning("interface", "%s: the kernel does not remove the address: %s",
			       address->head.key, strerror(-error));
}

int tp_core_change_address6(struct tp_control *c, const struct tp_config_change *change,
			    struct tp_error *e)
{
	const struct tp_config_address6 *before = (const void *)change->before;
	const struct tp_config_address6 *after = (const void *)change->after;
	int error = 0;

	if (usable(before) && usable(after) && same_address(before, after))
		return 0;
	if (usable(before))
		take_address(c, before);
	if (usable(after))
		error = put_address(c, after, e);
	if (error != 0 && usable(before))
		put_address(c, before, NULL);
	return error;
}

/* Its first address is where errors to senders come from. */
void tp_core_apply_addresses6(struct tp_control *c)
{
	const struct tp_config_item *item;
	bool has[TP_DATAPLANE_MAX_PORTS] = {false};

	for (item = tp_config_first(c->config, TP_IPV6_ADDRESS); item != NULL;
	     item = tp_config_next(item)) {
		const struct tp_config_address6 *address = (const void *)item;
		int port = tp_control_port(c, address->interface);
		struct tp_ip_prefix first;

		if (port < 0 || address->disabled || has[port])
			continue;
		first = address_on(c, (unsigned)port, address);
		tp_dataplane_port_address6_set(c->dp, (unsigned)port, first.ip.bytes);
		has[port] = true;
	}
	for (unsigned i = 0; i < c->port_count; i++)
		if (!has[i])
			tp_dataplane_port_address6_set(c->dp, i, NULL);
}

static void addresses_again(struct tp_control *c)
{
	const struct tp_config_item *item = tp_config_first(c->config, TP_IPV6_ADDRESS);

	for (; item != NULL; item = tp_config_next(item)) {
		const struct tp_config_address6 *address = (const void *)item;
		struct tp_error e = {0};

		if (usable(address) && put_address(c, address, &e) != 0)
			tp_log_warning("interface", "%s: %s", e.place, e.message);
	}
}

void tp_core_again(struct tp_control *c)
{
	addresses_again(c);
	routes_again(c, TP_IP_ROUTE);
	routes_again(c, TP_IPV6_ROUTE);
}
