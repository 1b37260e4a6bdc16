/* SPDX-License-Identifier: BSD-3-Clause */
/* The gateways of routes in force, each with how many of them lead by it. Control thread. */
#pragma once

#include <stdbool.h>

#include "base/ip.h"

struct tp_gateway;

struct tp_gateways {
	struct tp_gateway *all;
};

/* A route by ADDRESS (none: by none) on PORT has come into force, or is no longer. */
void tp_gateways_add(struct tp_gateways *gateways, unsigned port, const struct tp_ip *address);
void tp_gateways_remove(struct tp_gateways *gateways, unsigned port, const struct tp_ip *address);

/* On any of PORTS ports. */
bool tp_gateways_has(const struct tp_gateways *gateways, unsigned ports,
		     const struct tp_ip *address);

typedef void (*tp_gateway_fn)(void *user, unsigned port, const struct tp_ip *address);
void tp_gateways_each(const struct tp_gateways *gateways, tp_gateway_fn fn, void *user);

void tp_gateways_clear(struct tp_gateways *gateways);
