/* SPDX-License-Identifier: BSD-3-Clause */
/* The floor's tables. */
#include "floor.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_fib.h>
#include <rte_memory.h>
#include <rte_malloc.h>

extern const struct floor_level floor_v2, floor_v3, floor_v4;

const struct floor_level *floor_find(const char *level)
{
	const struct floor_level *levels[] = {&floor_v2, &floor_v3, &floor_v4};
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strcmp(levels[i]->level, level) == 0)
			return levels[i];
	return NULL;
}

struct floor *floor_create(uint32_t sessions)
{
	struct rte_fib_conf conf = {
		.type = RTE_FIB_DIR24_8,
		.default_nh = FLOOR_CORE,
		.max_routes = (int)(2 * sessions + 16),
		.dir24_8 = {.nh_sz = RTE_FIB_DIR24_8_4B, .num_tbl8 = sessions / 256 + 16},
	};
	struct floor *floor = calloc(1, sizeof(*floor));
	if (floor == NULL)
		return NULL;
	floor->fib = rte_fib_create("floor", SOCKET_ID_ANY, &conf);
	floor->sessions = rte_zmalloc("floor", sizeof(*floor->sessions) * sessions, 64);
	floor->networks =
		rte_zmalloc("networks", sizeof(*floor->networks) << FLOOR_NETWORK_BITS, 64);
	if (floor->fib == NULL || floor->sessions == NULL || floor->networks == NULL) {
		floor_free(floor);
		return NULL;
	}
	memcpy(floor->ours, "\x02\x00\x00\x00\x00\x01", 6);
	memcpy(floor->gateway, "\x02\x00\x00\x00\x00\x02", 6);
	return floor;
}

void floor_free(struct floor *floor)
{
	rte_fib_free(floor->fib);
	rte_free(floor->sessions);
	rte_free(floor->networks);
	free(floor);
}

static void add_network(struct floor *floor, uint64_t network, uint32_t slot)
{
	uint32_t cell = floor_cell(network);

	while (floor->networks[cell].network != 0)
		cell = (cell + 1) & ((1u << FLOOR_NETWORK_BITS) - 1);
	floor->networks[cell] = (struct floor_network){network, slot};
}

int floor_add(struct floor *floor, uint32_t slot, const uint8_t mac[6], uint32_t address,
	      const uint8_t *network)
{
	struct floor_session *s = &floor->sessions[slot];
	uint64_t upper;

	memcpy(s->mac, mac, 6);
	memcpy(&upper, network, sizeof(upper));
	s->network = rte_bswap64(upper) >> 8;
	add_network(floor, s->network, slot);
	s->id_be = htons((uint16_t)(slot + 1));
	s->address_be = htonl(address);
	return rte_fib_add(floor->fib, address, 32, slot);
}
