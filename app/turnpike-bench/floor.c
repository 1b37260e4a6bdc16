/* SPDX-License-Identifier: BSD-3-Clause */
/* The floor's tables. */
#include "floor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_cycles.h>
#include <rte_malloc.h>
#include <rte_memory.h>

#define TABLE24	  (1u << 24)
#define ROOTS6	  (1u << 16)
#define NETWORKS6 (1u << 16)

#define LEVEL(name) extern const struct floor_level floor_##name;
TP_LEVELS
#undef LEVEL

#define LEVEL(name) &floor_##name,
static const struct floor_level *const levels[] = {TP_LEVELS};

const struct floor_level *floor_find(const char *level)
{
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strcmp(levels[i]->level, level) == 0)
			return levels[i];
	return NULL;
}

/* ---- headers -------------------------------------------------------------------------------- */

static void put_core_header(uint8_t header[16], const struct floor_place *place, uint16_t type)
{
	const uint16_t type_be = htons(type);

	memcpy(header + 2, place->gateway, 6);
	memcpy(header + 8, place->core, 6);
	memcpy(header + 14, &type_be, sizeof(type_be));
}

/* What is alike in all sessions' headers stands in HEADER; where SHUFFLE is no 0x80 it says which
 * byte of the key comes there. Length and protocol are written for each packet. */
static void put_session_header(struct floor *floor, const struct floor_place *place)
{
	unsigned tags = place->tags;
	unsigned at = 32 - (22 + 4 * tags);

	memset(floor->shuffle, 0x80, sizeof(floor->shuffle));
	for (unsigned i = 0; i < 6; i++)
		floor->shuffle[at + i] = (uint8_t)i;
	memcpy(floor->header + at + 6, place->access, 6);
	at += 12;
	for (unsigned i = 0; i < tags; i++, at += 4) {
		floor->header[at] = 0x81;
		floor->shuffle[at + 2] = (uint8_t)(6 + 2 * i);
		floor->shuffle[at + 3] = (uint8_t)(7 + 2 * i);
	}
	memcpy(floor->header + at, "\x88\x64\x11", 3);
	floor->shuffle[at + 4] = 10;
	floor->shuffle[at + 5] = 11;
}

/* ---- tables --------------------------------------------------------------------------------- */

struct floor *floor_create(uint32_t sessions, const struct floor_place *place)
{
	const size_t up = sizeof(struct floor_up) << 16, down = sizeof(struct floor_down) << 16;
	const size_t groups = sessions / 256 + 2;
	struct floor *floor = rte_zmalloc("floor", sizeof(*floor), 64);
	uint64_t upper;

	if (floor == NULL)
		return NULL;
	floor->table24 = rte_malloc("floor", TABLE24 * sizeof(uint32_t), 64);
	floor->table8 = rte_zmalloc("floor", groups * 256 * sizeof(uint32_t), 64);
	floor->roots6 = rte_malloc("floor", ROOTS6 * sizeof(uint32_t), 64);
	floor->networks6 = rte_zmalloc("floor", NETWORKS6 * sizeof(uint32_t), 64);
	floor->up = rte_zmalloc("floor", up, 64);
	floor->down = rte_zmalloc("floor", down, 64);
	if (floor->table24 == NULL || floor->table8 == NULL || floor->roots6 == NULL ||
	    floor->networks6 == NULL || floor->up == NULL || floor->down == NULL) {
		floor_free(floor);
		return NULL;
	}
	for (uint32_t i = 0; i < TABLE24; i++)
		floor->table24[i] = FLOOR_CORE << 1;
	for (uint32_t i = 0; i < ROOTS6; i++)
		floor->roots6[i] = FLOOR_CORE << 1;
	memcpy(&upper, place->network, sizeof(upper));
	floor->common6 = rte_bswap64(upper) >> 24;
	floor->credit = rte_get_tsc_hz();
	put_core_header(floor->core_header[0], place, 0x0800);
	put_core_header(floor->core_header[1], place, 0x86dd);
	put_session_header(floor, place);
	return floor;
}

void floor_free(struct floor *floor)
{
	if (floor == NULL)
		return;
	rte_free(floor->table24);
	rte_free(floor->table8);
	rte_free(floor->roots6);
	rte_free(floor->networks6);
	rte_free(floor->up);
	rte_free(floor->down);
	rte_free(floor);
}

static void route(struct floor *floor, uint32_t address, uint32_t hop)
{
	uint32_t *entry = &floor->table24[address >> 8];

	if ((*entry & 1) == 0) {
		for (unsigned i = 0; i < 256; i++)
			floor->table8[floor->groups * 256 + i] = *entry;
		*entry = floor->groups++ << 1 | 1;
	}
	floor->table8[(*entry >> 1) * 256 + (address & 255)] = hop << 1;
}

int floor_add(struct floor *floor, uint16_t id, const uint8_t mac[6], uint32_t address,
	      const uint8_t network[16], const uint16_t tci[FLOOR_TAGS_MAX])
{
	struct floor_up *u = &floor->up[id];
	struct floor_down *d = &floor->down[id];
	uint64_t upper;

	memcpy(&upper, network, sizeof(upper));
	u->network = rte_bswap64(upper) >> 8;
	if (u->network >> 16 != floor->common6)
		return -EINVAL;
	floor->networks6[u->network & (NETWORKS6 - 1)] = (uint32_t)id << 1;
	route(floor, address, id);
	memcpy(u->key, mac, 6);
	memcpy(d->key, mac, 6);
	for (unsigned i = 0; i < FLOOR_TAGS_MAX; i++) {
		const uint16_t tci_be = htons(tci[i]);

		u->key[6 + 4 * i] = 0x81;
		memcpy(u->key + 8 + 4 * i, &tci_be, sizeof(tci_be));
		memcpy(d->key + 6 + 2 * i, &tci_be, sizeof(tci_be));
	}
	d->key[10] = (uint8_t)(id >> 8);
	d->key[11] = (uint8_t)id;
	u->address_be = htonl(address);
	u->cost = d->cost = 1;
	return 0;
}
