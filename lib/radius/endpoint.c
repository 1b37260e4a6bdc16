/* SPDX-License-Identifier: BSD-3-Clause */
#include "radius/endpoint.h"

#include <string.h>

#include "base/bytes.h"

struct tp_radius_endpoint tp_radius_endpoint_ipv4(uint32_t address, uint16_t port)
{
	struct tp_radius_endpoint endpoint = {.address = {[10] = 0xff, [11] = 0xff}, .port = port};

	tp_put_be32(endpoint.address + 12, address);
	return endpoint;
}

bool tp_radius_address_is_ipv4(const uint8_t address[16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	return memcmp(address, mapped, sizeof(mapped)) == 0;
}

bool tp_radius_endpoint_equal(const struct tp_radius_endpoint *a,
			      const struct tp_radius_endpoint *b)
{
	return a->port == b->port && memcmp(a->address, b->address, sizeof(a->address)) == 0;
}
