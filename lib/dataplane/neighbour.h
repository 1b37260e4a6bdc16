/* SPDX-License-Identifier: BSD-3-Clause */
/* Neighbours on core ports. An entry is made by whoever first needs it, a route through it or
 * the news that it answers, and lives until neither does. Its place is another's only after a grace
 * period. Control writes, workers read. */
#pragma once

#include <stdint.h>

#include "base/ip.h"
#include "wire/ethernet.h"

#define TP_NEIGHBOURS 16384

/* What a worker reads: half a cache line. */
struct tp_neighbour {
	/* Right-aligned: two unused bytes, then the Ethernet header, whose type is that of the
	 * neighbour's family: packets of the other one have neighbours of their own. The first
	 * word, which ends with the destination, is all that changes while packets flow, and does
	 * so in one store.
	 */
	union {
		uint8_t header[16];
		uint64_t words[2];
	};
	uint16_t mtu; /* of the port; 0: not resolved */
	uint8_t port;
	uint8_t failed; /* it was asked for and does not answer */
	uint8_t reserved[12];
} __attribute__((aligned(32)));
_Static_assert(sizeof(struct tp_neighbour) == 32, "two in a cache line");

struct tp_grace;
struct tp_neighbour_table;

struct tp_neighbour_table *tp_neighbour_table_create(struct tp_grace *grace);
/* After tp_grace_destroy(). */
void tp_neighbour_table_destroy(struct tp_neighbour_table *table);

/* The array that workers read, TP_NEIGHBOURS entries. */
const struct tp_neighbour *tp_neighbour_array(const struct tp_neighbour_table *table);

/* Their addresses, likewise, for the request to resolve one: off the hot path. */
const struct tp_ip *tp_neighbour_ips(const struct tp_neighbour_table *table);

/* The entry of (PORT, IP), made if there is none, with one more user; -ENOSPC. */
int tp_neighbour_hold(struct tp_neighbour_table *table, unsigned port, const struct tp_ip *ip);

/* One user less; the last one's leaving frees the entry. Workers that still hold its index from the
 * FIB find one that is not resolved. */
void tp_neighbour_drop(struct tp_neighbour_table *table, unsigned index);

/* The index of (PORT, IP), or -ENOENT. */
int tp_neighbour_find(const struct tp_neighbour_table *table, unsigned port,
		      const struct tp_ip *ip);

/* From now on packets go to MAC, from OURS, on a link of MTU bytes. MAC NULL: not resolved. */
void tp_neighbour_resolve(struct tp_neighbour_table *table, unsigned index,
			  const struct tp_mac *mac, const struct tp_mac *ours, uint16_t mtu);

/* It does not answer: not resolved, and its packets' senders are told. */
void tp_neighbour_fail(struct tp_neighbour_table *table, unsigned index);
