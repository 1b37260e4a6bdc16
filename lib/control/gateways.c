/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/gateways.h"

#include <stdlib.h>

#include <uthash.h>

struct tp_gateway {
	struct tp_ip address;
	unsigned routes;
	UT_hash_handle hh;
};

static struct tp_gateway *find(const struct tp_gateways *gateways, const struct tp_ip *address)
{
	struct tp_gateway *g;

	HASH_FIND(hh, gateways->all, address, sizeof(*address), g);
	return g;
}

void tp_gateways_add(struct tp_gateways *gateways, const struct tp_ip *address)
{
	struct tp_gateway *g = find(gateways, address);

	if (tp_ip_is_none(address))
		return;
	if (g == NULL) {
		g = calloc(1, sizeof(*g));
		if (g == NULL)
			return;
		g->address = *address;
		HASH_ADD(hh, gateways->all, address, sizeof(g->address), g);
	}
	g->routes++;
}

static void forget(struct tp_gateways *gateways, struct tp_gateway *g)
{
	HASH_DEL(gateways->all, g);
	free(g);
}

void tp_gateways_remove(struct tp_gateways *gateways, const struct tp_ip *address)
{
	struct tp_gateway *g = find(gateways, address);

	if (g != NULL && --g->routes == 0)
		forget(gateways, g);
}

bool tp_gateways_has(const struct tp_gateways *gateways, const struct tp_ip *address)
{
	return find(gateways, address) != NULL;
}

void tp_gateways_clear(struct tp_gateways *gateways)
{
	struct tp_gateway *g, *next;

	HASH_ITER (hh, gateways->all, g, next)
		forget(gateways, g);
}
