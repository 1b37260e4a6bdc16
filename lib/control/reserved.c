/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses that no subscriber gets: what the configuration has for others, and what the kernel has
 * learnt of the core. Asked for each address that is about to be given out: a few look-ups in hash
 * tables. Control thread. */
#include <stdio.h>

#include "base/ipv6_text.h"
#include "config/keeper.h"
#include "control/control_private.h"
#include "dataplane/routes.h"

static const char *gateway_or_neighbour(struct tp_control *c, const struct tp_ip *ip)
{
	if (tp_routes_has_gateway(c->kernel.routes, ip))
		return "a gateway of the kernel's routes";
	for (unsigned i = 0; i < c->port_count; i++) {
		if (c->ports[i].role != TP_PORT_CORE ||
		    !tp_neighbours_has(c->kernel.neighbours, i, ip))
			continue;
		snprintf(c->reserved_text, sizeof(c->reserved_text), "a neighbour on %s",
			 c->ports[i].name);
		return c->reserved_text;
	}
	return NULL;
}

static const char *of_the_kernel(struct tp_control *c, uint32_t address)
{
	const struct tp_ip ip = tp_ip_of4(address);
	const struct tp_ip_prefix host = tp_ip_host(&ip);
	const struct tp_dataplane_route *route = tp_routes_get(c->kernel.routes, &host);

	if (route != NULL && route->kind == TP_ROUTE_LOCAL)
		return "an address of this host";
	return gateway_or_neighbour(c, &ip);
}

/* The configuration's networks are checked where they are written (check_core6.c). */
const char *tp_control_reserved6(void *user, const struct tp_prefix6 *prefix)
{
	struct tp_control *c = user;
	const uint8_t *own = tp_kernel_own_in(&c->kernel, prefix);
	const struct tp_ip ip = tp_ip_of6(prefix->address);
	char text[TP_IPV6_TEXT_LEN];

	if (own != NULL) {
		snprintf(c->reserved_text, sizeof(c->reserved_text), "%s, an address of this host",
			 tp_ipv6_format(own, text));
		return c->reserved_text;
	}
	return prefix->length == 128 ? gateway_or_neighbour(c, &ip) : NULL;
}

const char *tp_control_reserved(void *user, uint32_t address)
{
	struct tp_control *c = user;
	const struct tp_config_item *keeper = tp_config_keeper(c->config, address);

	if (keeper != NULL)
		return tp_config_keeper_text(keeper, address, c->reserved_text);
	return of_the_kernel(c, address);
}
