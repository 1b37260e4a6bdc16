/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses and static routes of IPv6 on core ports, and that subscribers are given nothing of the
 * networks there: a subscriber's prefix goes before every other route. */
#include "base/ip.h"
#include "base/ipv6_text.h"
#include "config/schema/tables.h"
#include "wire/ipv6.h"

#include <errno.h>
#include <string.h>

#define EUI64_LENGTH 64 /* RFC 4291, section 2.5.1 */

static bool is_network(const struct tp_prefix6 *address)
{
	return address->length < 127 && tp_prefix6_is_network(address); /* RFC 6164 */
}

static void check_address(const struct tp_config_address6 *address, struct tp_report *report)
{
	bool network = tp_prefix6_is_network(&address->address);

	if (address->eui_64 && (address->address.length != EUI64_LENGTH || !network))
		tp_report(report, &address->head, TP_ADDRESS6_ADDRESS, -EINVAL,
			  "eui-64 makes an address of a network of 64 bits, such as 2001:db8::/64");
	else if (!address->eui_64 && is_network(&address->address))
		tp_report(report, &address->head, TP_ADDRESS6_ADDRESS, -EINVAL,
			  "is the network's own address, which all its routers have (RFC 4291, "
			  "section 2.6.1)");
}

static void check_port(const struct tp_config *config, const struct tp_config_address6 *address,
		       struct tp_report *report)
{
	const struct tp_config_port *port = tp_config_port(config, address->interface);

	if (port == NULL)
		return; /* the reference was reported */
	if (port->mtu < TP_IPV6_MIN_MTU)
		tp_report(report, &address->head, TP_ADDRESS6_INTERFACE, -EINVAL,
			  "port '%s' has the mtu %u; IPv6 needs %u", port->name, port->mtu,
			  TP_IPV6_MIN_MTU);
}

static void check_alone(const struct tp_config *config, const struct tp_config_address6 *address,
			struct tp_report *report)
{
	const struct tp_config_item *item = tp_config_first(config, TP_IPV6_ADDRESS);

	for (; item != NULL && !address->disabled; item = tp_config_next(item)) {
		const struct tp_config_address6 *other = (const void *)item;

		if (other == address || other->disabled || other->eui_64 || address->eui_64 ||
		    !tp_ipv6_same(other->address.address, address->address.address))
			continue;
		tp_report(report, &address->head, TP_ADDRESS6_ADDRESS, -EEXIST,
			  "port '%s' has it already", other->interface);
		return;
	}
}

void tp_check_of_address6(const struct tp_config *config, const struct tp_config_item *item,
			  struct tp_report *report)
{
	const struct tp_config_address6 *address = (const void *)item;

	check_address(address, report);
	check_port(config, address, report);
	check_alone(config, address, report);
}

/* A core port's network that GATEWAY is on, as the kernel sees it when the daemon starts. */
static bool on_a_core_network(const struct tp_config *config, const struct tp_gateway6 *gateway)
{
	const struct tp_config_item *item = tp_config_first(config, TP_IPV6_ADDRESS);

	for (; item != NULL; item = tp_config_next(item)) {
		const struct tp_config_address6 *core = (const void *)item;

		if (!core->disabled && tp_prefix6_has(&core->address, gateway->address) &&
		    (gateway->interface[0] == '\0' ||
		     strcmp(gateway->interface, core->interface) == 0))
			return true;
	}
	return false;
}

void tp_check_of_route6(const struct tp_config *config, const struct tp_config_item *item,
			struct tp_report *report)
{
	const struct tp_config_route6 *route = (const void *)item;
	const struct tp_config_port *port = tp_config_port(config, route->gateway.interface);
	char text[TP_IPV6_TEXT_LEN];

	if (port != NULL && !tp_config_is_core(config, port))
		tp_report(report, item, TP_STATIC_ROUTE6_GATEWAY, -EINVAL,
			  "'%s' is an access port (it has no address); expected a core port",
			  port->name);
	else if (!route->disabled && !tp_ipv6_is_link_local(route->gateway.address) &&
		 !on_a_core_network(config, &route->gateway))
		tp_report(report, item, TP_STATIC_ROUTE6_GATEWAY, -EINVAL,
			  "%s is on no network of %s", tp_ipv6_format(route->gateway.address, text),
			  port != NULL ? port->name : "a core port");
	if (tp_prefix6_is_nobodys(&route->dst_address) && route->dst_address.length != 0)
		tp_report(report, item, TP_STATIC_ROUTE6_DST_ADDRESS, -EINVAL,
			  "is no router's to forward");
}

/* The core network that PREFIX is a part of or, if WHOLE, that is a part of it; NULL: none. */
static const struct tp_config_address6 *core_around(const struct tp_config *config,
						    const struct tp_prefix6 *prefix, bool whole)
{
	const struct tp_config_item *item = tp_config_first(config, TP_IPV6_ADDRESS);

	for (; item != NULL; item = tp_config_next(item)) {
		const struct tp_config_address6 *core = (const void *)item;

		if (core->disabled)
			continue;
		if (prefix->length >= core->address.length
			    ? tp_prefix6_has(&core->address, prefix->address)
			    : whole && tp_prefix6_has(prefix, core->address.address))
			return core;
	}
	return NULL;
}

bool tp_check_beside_core(const struct tp_config *config, const struct tp_config_item *item,
			  unsigned property, const struct tp_prefix6 *prefix, bool whole,
			  struct tp_report *report)
{
	const struct tp_config_address6 *core = core_around(config, prefix, whole);
	char text[TP_PREFIX6_TEXT_LEN], network[TP_PREFIX6_TEXT_LEN];
	struct tp_ip_prefix address;
	struct tp_prefix6 around;

	if (core == NULL)
		return true;
	address = tp_ip_prefix_of6(&core->address);
	address = tp_ip_network(&address);
	around = tp_ip_prefix_to6(&address);
	tp_report(report, item, (int)property, -EINVAL, "%s %s %s, the network of core port %s",
		  tp_prefix6_format(prefix, text),
		  prefix->length >= around.length ? "is of" : "holds",
		  tp_prefix6_format(&around, network), core->interface);
	return false;
}
