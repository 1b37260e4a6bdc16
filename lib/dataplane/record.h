/* SPDX-License-Identifier: BSD-3-Clause */
/* The hot record of a session: two cache lines, one a direction. Control writes it, workers
 * read it.
 *
 * Fields change one aligned store at a time while packets flow; a packet may see some old and
 * some new, which is as good as arriving a moment earlier. What must be seen whole (header,
 * mac, VLANs, session id) is written before the slot's number is published in the index and
 * stays until the grace period after its withdrawal is over. */
#pragma once

#include <stdint.h>

#include "wire/ethernet.h"

/* A session's framed routes beyond the first, which is in the record itself. Immutable once
 * published; replaced whole, freed after a grace period. */
struct tp_routes {
	unsigned count;
	struct {
		uint32_t address_be;
		uint32_t mask_be;
	} prefixes[];
};

#define TP_SESSION_HEADER_MAX 32 /* Ethernet, two tags, PPPoE, PPP: 30 of them used */

struct tp_record {
	/* upstream */
	uint64_t mac;	     /* the client's, as tp_mac_key() */
	uint32_t vlans;	     /* as tp_vlan_key() */
	uint32_t address_be; /* the subscriber's; 0: not up */
	uint32_t route_be; /* the first framed route; with mask 0 and route 1 when there is none */
	uint32_t route_mask_be;
	uint32_t local_address_be;
	uint32_t magic_be;
	const struct tp_routes *routes; /* the others, or NULL */
	uint32_t keepalive_ticks;	/* 0: never */
	uint32_t since_tick;		/* when it came up: as good as a sign of life */
	uint16_t session_id;		/* host byte order */
	uint16_t mss_up;
	uint8_t up;
	uint8_t reserved_up[11];

	/* downstream */
	uint8_t header[TP_SESSION_HEADER_MAX]; /* right-aligned: its last byte stands before the
						  IPv4 packet; PPPoE length to be patched */
	uint32_t down_address_be;	       /* once more, for packets to the subscriber */
	uint32_t down_route_be;
	uint32_t down_route_mask_be;
	uint16_t mtu; /* 0: not up */
	uint16_t mss_down;
	const struct tp_routes *down_routes;
	uint8_t header_len; /* 22, 26 or 30 */
	uint8_t port;
	uint8_t reserved_down[6];
} __attribute__((aligned(64)));
_Static_assert(sizeof(struct tp_record) == 128, "two cache lines");
_Static_assert(__builtin_offsetof(struct tp_record, header) == 64, "one a direction");

/* A MAC address as the low 48 bits of what an 8-byte load from it gives, shifted to the top:
 * whatever follows it in the frame falls out. */
static inline uint64_t tp_mac_key_at(const uint8_t *p)
{
	uint64_t v;
	memcpy(&v, p, sizeof(v));
	return v << 16;
}

static inline uint64_t tp_mac_key(const struct tp_mac *mac)
{
	uint8_t bytes[8] = {0};
	memcpy(bytes, mac->bytes, sizeof(mac->bytes));
	return tp_mac_key_at(bytes);
}

static inline uint32_t tp_vlan_key(struct tp_vlans vlans)
{
	return vlans.outer | (uint32_t)vlans.inner << 16;
}

static inline struct tp_vlans tp_vlans_of_key(uint32_t key)
{
	return (struct tp_vlans){.outer = (uint16_t)key, .inner = (uint16_t)(key >> 16)};
}

/* Is ADDRESS one of the prefixes? */
static inline int tp_routes_contain(const struct tp_routes *routes, uint32_t address_be)
{
	if (routes == NULL)
		return 0;
	for (unsigned i = 0; i < routes->count; i++)
		if ((address_be & routes->prefixes[i].mask_be) == routes->prefixes[i].address_be)
			return 1;
	return 0;
}

/* May the subscriber send from ADDRESS? */
static inline int tp_record_has_source(const struct tp_record *r, uint32_t address_be)
{
	return address_be == r->address_be || (address_be & r->route_mask_be) == r->route_be ||
	       tp_routes_contain(r->routes, address_be);
}

/* Do packets to ADDRESS go to this subscriber? The FIB's answer may be a moment old. */
static inline int tp_record_has_destination(const struct tp_record *r, uint32_t address_be)
{
	return address_be == r->down_address_be ||
	       (address_be & r->down_route_mask_be) == r->down_route_be ||
	       tp_routes_contain(r->down_routes, address_be);
}
