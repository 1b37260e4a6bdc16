/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses that subscribers are given: hosts' (RFC 1122, section 3.2.1.3), and none that the
 * core's routers and ports have. A subscriber's address goes before every other route, so with a
 * gateway's all would lose the core.
 *
 * A pool may lie inside a core port's network, as it does where the kernel answers ARP for others
 * (proxy ARP); neighbours that are learnt later are passed over at login. */
#include "config/keeper.h"
#include "config/schema/tables.h"

#include <errno.h>

/* Networks that no host's address is of. (Of a single address or a range, the parser knows the
 * first and the last two.) */
static const struct tp_prefix no_hosts[] = {
	{0x00000000, 8}, /* this network */
	{0x7f000000, 8}, /* loopback */
	{0xe0000000, 4}, /* class D: groups */
	{0xf0000000, 4}, /* class E, and 255.255.255.255 */
};

static struct tp_range range_of(const struct tp_prefix *prefix)
{
	uint32_t mask = tp_prefix_mask(prefix->length);

	return (struct tp_range){prefix->address & mask, prefix->address | ~mask};
}

/* The network of no hosts that RANGE has an address of; NULL: none. */
static const struct tp_prefix *hostless(const struct tp_range *range)
{
	for (unsigned i = 0; i < sizeof(no_hosts) / sizeof(no_hosts[0]); i++) {
		struct tp_range none = range_of(&no_hosts[i]);

		if (range->first <= none.last && none.first <= range->last)
			return &no_hosts[i];
	}
	return NULL;
}

static bool check_hosts(const struct tp_config_item *item, unsigned property,
			const struct tp_range *range, struct tp_report *report)
{
	const struct tp_prefix *none = hostless(range);
	char text[TP_RANGE_TEXT_LEN], network[TP_PREFIX_TEXT_LEN];

	if (none == NULL)
		return true;
	tp_report(report, item, (int)property, -EINVAL, "%s: no host has an address of %s",
		  tp_range_format(range, text), tp_prefix_format(none, network));
	return false;
}

/* What subscribers may be given of RANGE; the first fault is reported. */
static bool check_range(const struct tp_config *config, const struct tp_config_item *item,
			unsigned property, const struct tp_range *range, struct tp_report *report)
{
	const struct tp_config_item *keeper;
	char text[TP_IPV4_TEXT_LEN], what[TP_KEEPER_TEXT_LEN];
	bool one = range->first == range->last;
	uint32_t address;

	if (!check_hosts(item, property, range, report))
		return false;
	keeper = tp_keeper_in(config, range, &address);
	if (keeper == NULL)
		return true;
	tp_report(report, item, (int)property, -EINVAL, "%s%s%s %s", one ? "" : "holds ",
		  tp_ipv4_format(address, text), one ? " is" : ",",
		  tp_config_keeper_text(keeper, address, what));
	return false;
}

static void check_remote(const struct tp_config *config, const struct tp_config_item *item,
			 unsigned property, const struct tp_endpoint *remote,
			 struct tp_report *report)
{
	const struct tp_range range = {remote->address, remote->address};

	if (remote->kind == TP_ENDPOINT_ADDRESS)
		check_range(config, item, property, &range, report);
}

/* Ours may be a core port's too, but no other router's. */
static void check_local(const struct tp_config *config, const struct tp_config_item *item,
			unsigned property, const struct tp_endpoint *local,
			struct tp_report *report)
{
	const struct tp_range range = {local->address, local->address};
	const struct tp_config_item *keeper;
	char text[TP_IPV4_TEXT_LEN], what[TP_KEEPER_TEXT_LEN];
	uint32_t address;

	if (local->kind != TP_ENDPOINT_ADDRESS || !check_hosts(item, property, &range, report))
		return;
	keeper = tp_keeper_in(config, &range, &address);
	if (keeper != NULL && keeper->resource->id == TP_IP_ROUTE)
		tp_report(report, item, (int)property, -EINVAL, "%s is %s",
			  tp_ipv4_format(address, text),
			  tp_config_keeper_text(keeper, address, what));
}

/* The core network that DST is a part of, or the whole of. The longer prefix wins, so a larger one
 * takes nothing from it. */
static const struct tp_config_port *
core_around(const struct tp_config *config, const struct tp_prefix *dst, struct tp_prefix *network)
{
	const struct tp_config_item *item = tp_config_first(config, TP_DATAPLANE_PORT);

	for (; item != NULL; item = tp_config_next(item)) {
		const struct tp_config_port *port = (const void *)item;

		for (uint32_t i = 0; i < port->address.count; i++) {
			*network = port->address.prefix[i];
			network->address &= tp_prefix_mask(network->length);
			if (dst->length >= network->length &&
			    (dst->address & tp_prefix_mask(network->length)) == network->address)
				return port;
		}
	}
	return NULL;
}

static bool check_framed_route(const struct tp_config *config, const struct tp_config_item *item,
			       const struct tp_prefix *dst, struct tp_report *report)
{
	const struct tp_range range = range_of(dst);
	const struct tp_prefix *none = hostless(&range);
	struct tp_prefix core;
	const struct tp_config_port *port = core_around(config, dst, &core);
	char text[TP_PREFIX_TEXT_LEN], network[TP_PREFIX_TEXT_LEN];

	if (dst->length == 32 && !check_range(config, item, TP_SECRET_ROUTES, &range, report))
		return false;
	if (none != NULL && dst->length >= none->length)
		return check_hosts(item, TP_SECRET_ROUTES, &range, report);
	if (port == NULL)
		return true;
	tp_report(report, item, TP_SECRET_ROUTES, -EINVAL,
		  "%s is of %s, the network of core port %s", tp_prefix_format(dst, text),
		  tp_prefix_format(&core, network), port->name);
	return false;
}

static bool on_a_core_network(const struct tp_config *config, uint32_t address)
{
	const struct tp_prefix host = {address, 32};
	struct tp_prefix network;

	return core_around(config, &host, &network) != NULL;
}

/* As the kernel sees it when the daemon starts. */
void tp_check_of_route(const struct tp_config *config, const struct tp_config_item *item,
		       struct tp_report *report)
{
	const struct tp_config_route *route = (const void *)item;
	char text[TP_IPV4_TEXT_LEN];

	if (!route->disabled && !on_a_core_network(config, route->gateway))
		tp_report(report, item, TP_STATIC_ROUTE_GATEWAY, -EINVAL,
			  "%s is on no network of a core port",
			  tp_ipv4_format(route->gateway, text));
}

void tp_check_pool_addresses(const struct tp_config *config, const struct tp_config_pool *pool,
			     struct tp_report *report)
{
	for (uint32_t i = 0; i < pool->ranges.count; i++)
		if (!check_range(config, &pool->head, TP_POOL_RANGES, &pool->ranges.range[i],
				 report))
			return;
}

void tp_check_secret_addresses(const struct tp_config *config,
			       const struct tp_config_secret *secret, struct tp_report *report)
{
	check_local(config, &secret->head, TP_SECRET_LOCAL_ADDRESS, &secret->local_address, report);
	check_remote(config, &secret->head, TP_SECRET_REMOTE_ADDRESS, &secret->remote_address,
		     report);
	for (uint32_t i = 0; i < secret->routes.count; i++)
		if (!check_framed_route(config, &secret->head, &secret->routes.route[i].dst,
					report))
			return;
}

void tp_check_of_profile(const struct tp_config *config, const struct tp_config_item *item,
			 struct tp_report *report)
{
	const struct tp_config_profile *profile = (const void *)item;

	check_local(config, item, TP_PROFILE_LOCAL_ADDRESS, &profile->local_address, report);
	check_remote(config, item, TP_PROFILE_REMOTE_ADDRESS, &profile->remote_address, report);
	tp_check_profile_ipv6(config, profile, report);
}
