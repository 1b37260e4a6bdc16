/* SPDX-License-Identifier: BSD-3-Clause */
/* The gateways of routes in force, each with how many of them lead by it. Control thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct tp_gateway;

struct tp_gateways {
	struct tp_gateway *all;
};

/* A route by ADDRESS (0: by none) has come into force, or is no longer. */
void tp_gateways_add(struct tp_gateways *gateways, uint32_t address);
void tp_gateways_remove(struct tp_gateways *gateways, uint32_t address);

bool tp_gateways_has(const struct tp_gateways *gateways, uint32_t address);
void tp_gateways_clear(struct tp_gateways *gateways);
