/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/kernel/gateways.h"

#include <stdlib.h>

#include <uthash.h>

/* No padding: it is hashed. */
struct place {
	struct tp_ip address;
	uint8_t port;
};

struct tp_gateway {
	struct place place;
	unsigned routes;
	UT_hash_handle hh;
};

static struct tp_gateway *find(const struct tp_gateways *gateways, unsigned port,
			       const struct tp_ip *address)
{
	const struct place place = {*address, (uint8_t)port};
	struct tp_gateway *g;

	HASH_FIND(hh, gateways->all, &place, sizeof(place), g);
	return g;
}

void tp_gateways_add(struct tp_gateways *gateways, unsigned port, const struct tp_ip *address)
{
	struct tp_gateway *g = find(gateways, port, address);

	if (tp_ip_is_none(address))
		return;
	if (g == NULL) {
		g = calloc(1, sizeof(*g));
		if (g == NULL)
			return;
		g->place = (struct place){*address, (uint8_t)port};
		HASH_ADD(hh, gateways->all, place, sizeof(g->place), g);
	}
	g->routes++;
}

static void forget(struct tp_gateways *gateways, struct tp_gateway *g)
{
	HASH_DEL(gateways->all, g);
	free(g);
}

void tp_gateways_remove(struct tp_gateways *gateways, unsigned port, const struct tp_ip *address)
{
	struct tp_gateway *g = find(gateways, port, address);

	if (g != NULL && --g->routes == 0)
		forget(gateways, g);
}

bool tp_gateways_has(const struct tp_gateways *gateways, unsigned ports,
		     const struct tp_ip *address)
{
	for (unsigned port = 0; port < ports; port++)
		if (find(gateways, port, address) != NULL)
			return true;
	return false;
}

void tp_gateways_each(const struct tp_gateways *gateways, tp_gateway_fn fn, void *user)
{
	for (const struct tp_gateway *g = gateways->all; g != NULL; g = g->hh.next)
		fn(user, g->place.port, &g->place.address);
}

void tp_gateways_clear(struct tp_gateways *gateways)
{
	struct tp_gateway *g, *next;

	HASH_ITER (hh, gateways->all, g, next)
		forget(gateways, g);
}
