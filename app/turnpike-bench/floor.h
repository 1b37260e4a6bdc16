/* SPDX-License-Identifier: BSD-3-Clause */
/* The floor: the least that any PPPoE data plane must do for a packet, so that a figure can be
 * told as a multiple of it. In one loop without I/O it reads the headers, finds the session in
 * an array, checks its MAC and source address, finds the route in a DIR-24-8 table (of IPv6: the
 * /56 in a hash table, one probe), rewrites the headers and counts. No lengths, VLANs, checksums,
 * MSS, framed routes; not a second port. Compiled once for each level of x86-64, as the data plane
 * is. */
#pragma once

#include <stdint.h>

#define FLOOR_BURST 64

struct rte_fib;
struct rte_mbuf;

/* One cache line, both directions, counters included. */
struct floor_session {
	uint8_t mac[6];
	uint16_t id_be;
	uint32_t address_be;
	uint64_t network; /* of IPv6: a /56, as a number of so many bits */
	uint64_t packets_in, bytes_in;
	uint64_t packets_out, bytes_out;
} __attribute__((aligned(64)));

/* Of the hash table of IPv6's networks. */
struct floor_network {
	uint64_t network; /* 0: none */
	uint64_t slot;
};

#define FLOOR_NETWORK_BITS 17 /* twice as many cells as sessions */

struct floor {
	struct rte_fib *fib;		/* next hop: slot, or FLOOR_CORE */
	struct floor_network *networks; /* by floor_cell(), then the next free one */
	struct floor_session *sessions; /* by slot and, less one, by id */
	uint8_t ours[6], gateway[6];
};

#define FLOOR_CORE 0x00ffffff

static inline uint32_t floor_cell(uint64_t network)
{
	return (uint32_t)(network * 0x9e3779b97f4a7c15u >> (64 - FLOOR_NETWORK_BITS));
}

/* Adds to FAULTS for each packet that does not fit, so that the checks are not optimised out. */
typedef void (*floor_fn)(struct floor *floor, struct rte_mbuf **frames, unsigned count,
			 unsigned *faults);

struct floor_level {
	const char *level;
	floor_fn up, down;
	floor_fn up6, down6;
};

/* Of the same level as the data plane's code; NULL: there is none such. */
const struct floor_level *floor_find(const char *level);

/* Room for SESSIONS; NULL: no memory. */
struct floor *floor_create(uint32_t sessions);

void floor_free(struct floor *floor);

/* Session SLOT (its id is SLOT + 1) is MAC's, with ADDRESS in host byte order and the /56 NETWORK,
 * the 16 bytes of its address. Negative errno. */
int floor_add(struct floor *floor, uint32_t slot, const uint8_t mac[6], uint32_t address,
	      const uint8_t *network);
