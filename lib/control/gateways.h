/* SPDX-License-Identifier: BSD-3-Clause */
/* The gateways of routes in force, each with how many of them lead by it. Control thread. */
#pragma once

#include <stdbool.h>
#include "base/ip.h"

struct tp_gateway;

struct tp_gateways {
	struct tp_gateway *all;
};

/* A route by ADDRESS (none: by none) has come into force, or is no longer. */
void tp_gateways_add(struct tp_gateways *gateways, const struct tp_ip *address);
void tp_gateways_remove(struct tp_gateways *gateways, const struct tp_ip *address);

bool tp_gateways_has(const struct tp_gateways *gateways, const struct tp_ip *address);
void tp_gateways_clear(struct tp_gateways *gateways);
