/* SPDX-License-Identifier: BSD-3-Clause */
/* Where a server is, or who sends: an address and a port. Pure functions; any thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* An address of either family; IPv4 as ::ffff:a.b.c.d (RFC 4291, section 2.5.5.2). */
struct tp_radius_endpoint {
	uint8_t address[16];
	uint16_t port; /* host order */
};

/* ADDRESS in host order. */
struct tp_radius_endpoint tp_radius_endpoint_ipv4(uint32_t address, uint16_t port);
/* Is ADDRESS one of IPv4? Its own four bytes are the last. */
bool tp_radius_address_is_ipv4(const uint8_t address[16]);
bool tp_radius_endpoint_equal(const struct tp_radius_endpoint *a,
			      const struct tp_radius_endpoint *b);
