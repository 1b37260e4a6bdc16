/* SPDX-License-Identifier: BSD-3-Clause */
/* The floor: the least that any PPPoE data plane must do for a packet, so that a figure can be
 * told as a multiple of it. One loop for each kind of traffic, without I/O: it reads the headers,
 * finds the session in an array by its id, checks its MAC address, tags and source, finds the route
 * in one table (IPv4: DIR-24-8; IPv6: an array by the bits that differ), moves a token bucket of
 * one rate, rewrites the headers and counts. Of a session it touches one cache line a direction,
 * and it fetches everything ahead, as far as was best on this machine (floor_tune.h).
 *
 * No lengths, checksums, MSS, framed routes, no way for what does not fit but a count; not a second
 * port. Both families by chance are one loop without a branch between them. Compiled once for each
 * level of x86-64, as the data plane is. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define FLOOR_BURST    64
#define FLOOR_TAGS_MAX 2

struct rte_mbuf;

enum floor_family { FLOOR_IPV4, FLOOR_IPV6, FLOOR_BOTH, FLOOR_FAMILIES };

/* Of traffic. */
struct floor_kind {
	unsigned tags; /* of each frame on the access side */
	bool bucket;   /* each session has one */
	enum floor_family family;
};

struct floor_up {
	uint8_t key[16]; /* as in the frame from its source address on, tags included */
	uint32_t address_be;
	uint32_t cost;	      /* of a byte, in TSC ticks shifted left by FLOOR_COST_SHIFT */
	uint64_t network;     /* of IPv6: a /56, as a number of so many bits */
	uint64_t counters[2]; /* packets and bytes */
	uint64_t due;	      /* of the bucket */
} __attribute__((aligned(64)));

struct floor_down {
	uint8_t key[16];      /* MAC address, two tags' TCI, session id */
	uint64_t counters[2]; /* packets and bytes */
	uint64_t due;
	uint32_t cost;
} __attribute__((aligned(64)));

#define FLOOR_COST_SHIFT 10

/* How many packets ahead of its turn each is fetched; 0: not by itself. */
struct floor_distances {
	unsigned mbufs, frames, tables, sessions;
};

/* An entry of a table is a session's number, or FLOOR_CORE, shifted left by one; or, odd, a group
 * of 256 entries of table8. */
#define FLOOR_CORE 0x00ffffffu

struct floor {
	uint32_t *table24, *table8; /* IPv4's */
	uint32_t *roots6;	    /* of IPv6, by the first 16 bits */
	uint32_t *networks6;	    /* by the last 16 bits of a /56, all of one /40 */
	uint64_t common6;	    /* that /40 */
	struct floor_up *up;	    /* by session id */
	struct floor_down *down;
	unsigned groups;
	uint8_t core_header[2][16]; /* two bytes of nothing and an Ethernet header, by family */
	/* how a session's header is made of its key: up to 32 bytes that end where IP begins */
	uint8_t shuffle[32] __attribute__((aligned(32)));
	uint8_t header[32] __attribute__((aligned(32)));
	uint64_t credit; /* TSC ticks */
	struct floor_distances ahead;
};

/* Adds to FAULTS for each packet that does not fit, so that the checks are not optimised out. */
typedef void (*floor_fn)(struct floor *floor, struct rte_mbuf **frames, unsigned count,
			 unsigned *faults);

struct floor_level {
	const char *level;
	floor_fn up[FLOOR_TAGS_MAX + 1][2][FLOOR_FAMILIES]; /* by tags, bucket, family */
	floor_fn down[FLOOR_TAGS_MAX + 1][2][FLOOR_FAMILIES];
};

/* Of the same level as the data plane's code; NULL: there is none such. */
const struct floor_level *floor_find(const char *level);

struct floor_place {
	unsigned tags;
	uint8_t access[6], core[6], gateway[6]; /* MAC addresses */
	uint8_t network[16];			/* all sessions' /56 are of its /40 */
};

/* Room for SESSIONS. NULL: no memory. */
struct floor *floor_create(uint32_t sessions, const struct floor_place *place);

void floor_free(struct floor *floor);

/* Session ID is MAC's, with ADDRESS in host byte order, the /56 NETWORK and up to two tags' TCI. */
int floor_add(struct floor *floor, uint16_t id, const uint8_t mac[6], uint32_t address,
	      const uint8_t network[16], const uint16_t tci[FLOOR_TAGS_MAX]);
