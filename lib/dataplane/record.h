/* SPDX-License-Identifier: BSD-3-Clause */
/* What is known of a session, by how hot it is.
 *
 * The record: two cache lines, one a direction, that hold all that a plain packet needs of its
 * session, counters included, so that a packet fetches one line and no more. They stand in two
 * arrays, because CPUs fetch lines in pairs: traffic in one direction shall not drag the other's
 * in. Each worker has records of its own; control writes the upper part of each into all of
 * them, the worker counts below. IPv6 has records of its own: record6.h. The terms: what the
 * careful way and the keepalive need besides; shared.
 *
 * Fields change one aligned store at a time while packets flow; a packet may see some old and
 * some new, which is as good as arriving a moment earlier. What must be seen whole (header,
 * mac, VLANs, port) is written before the slot's number is published in the index and stays
 * until the grace period after its withdrawal is over. */
#pragma once

#include <stdint.h>

#include "base/once.h"
#include "wire/ethernet.h"

struct tp_coding;
struct tp_terms6;

/* A session's framed routes beyond the first, which is in the record itself. Immutable once
 * published; replaced whole, freed after a grace period. */
struct tp_routes {
	unsigned count;
	struct {
		uint32_t address_be;
		uint32_t mask_be;
	} prefixes[];
};

/* Why a session's packets go the careful way: a set; the hot path knows those sessions alone that
 * have no reason. */
enum tp_careful {
	TP_CAREFUL_DOWN = 1 << 0, /* not up, or no longer: alone, whatever it had before */
	TP_CAREFUL_MP = 1 << 1,	  /* it may send fragments, and gets them: where that is all, the
				   * coding's owner does not mind (session_up.c) */
	TP_CAREFUL_MPPE = 1 << 2, /* a direction is encrypted, or both */
	TP_CAREFUL_JOINED =
		1 << 3, /* it carries the traffic of another's bundle, none of its own */
};

/* Those that have more than a header: coding.h. */
#define TP_CAREFUL_CODED (TP_CAREFUL_MP | TP_CAREFUL_MPPE | TP_CAREFUL_JOINED)

#define TP_SHAPED 0xff /* all ones, as a mask of what counts */

#define TP_SESSION_HEADER_MAX 30 /* Ethernet, two tags, PPPoE, PPP */

/* The low bits of a record's mac are the reasons why the session goes the careful way: with any of
 * them no frame's address fits, which costs the hot path nothing. TP_CAREFUL_DOWN there alone:
 * of this family nothing is plain. */
#define TP_MAC_CAREFUL 0xffffu

struct tp_record_up {
	/* control writes */
	uint64_t mac;	     /* the client's, as tp_mac_key(), or-ed with enum tp_careful */
	uint32_t vlans;	     /* as tp_vlan_key() */
	uint32_t address_be; /* the subscriber's; 0: IPv4 is not up */
	uint32_t route_be; /* the first framed route; with mask 0 and route 1 when there is none */
	uint32_t route_mask_be;
	/* the worker writes */
	union {
		struct {
			uint32_t
				seen_tick; /* when it last heard from the client, anything at all */
			uint32_t data_tick; /* when it last forwarded a packet from the client */
		};
		uint64_t ticks; /* both */
	};
	uint64_t packets, bytes; /* IPv4 packets from the subscriber, in bytes of layer 3 */
	uint16_t lease;		 /* bytes that its rate limit has let through in advance */
	/* control writes */
	uint8_t shaped;	 /* TP_SHAPED: it has a rate limit (worker/rate_limit.h); else 0 */
	uint8_t bundled; /* 1: one of several links of a bundle; else 0 */
	uint8_t reserved[12];
} __attribute__((aligned(64)));
_Static_assert(sizeof(struct tp_record_up) == 64, "one cache line");

/* Of either family: there is one for each. */
struct tp_record_down {
	/* control writes */
	uint16_t before;		       /* nothing, but stored along with the header */
	uint8_t header[TP_SESSION_HEADER_MAX]; /* right-aligned: its last byte stands before the
						  packet; PPPoE length to be patched */
	uint32_t address_be;		       /* the subscriber's; of IPv6 unused: its FIB tells
						  no session that was gone before the burst */
	uint8_t header_len;		       /* 22, 26 or 30 */
	uint8_t port;
	uint8_t shaped; /* as in struct tp_record_up */
	uint8_t reserved;
	uint16_t mtu; /* of plain packets; 0: there are none */
	/* the worker writes */
	uint16_t lease;		 /* as in struct tp_record_up */
	uint32_t data_tick;	 /* when it last forwarded a packet to the client */
	uint64_t packets, bytes; /* of its family, to the client */
} __attribute__((aligned(64)));
_Static_assert(sizeof(struct tp_record_down) == 64, "one cache line");

/* Packets of a session that a worker dropped, from and to the subscriber. Off the hot path. */
struct tp_record_drops {
	uint64_t up, down;
};

/* Shared by all workers; control writes, but for the keepalive's part. */
struct tp_terms {
	const struct tp_routes *routes; /* framed routes beyond the first, or NULL */
	const struct tp_terms6 *ipv6;	/* record6.h; NULL: IPv6 is not up */
	struct tp_coding *coding;	/* coding.h, or NULL */
	uint32_t local_address_be;
	uint32_t magic_be;
	uint32_t keepalive_ticks; /* 0: never */
	uint32_t since_tick;	  /* when it came up: as good as a sign of life */
	uint16_t mss_up, mss_down;
	uint16_t packet_mtu; /* of all packets; 0: not up */
	uint16_t link_mtu;   /* of LCP's by this link: the client's MRU */
	uint8_t careful;     /* enum tp_careful; a slot that is free is down */
	/* the keepalive's; written by the worker that sweeps the slot */
	uint8_t echo_id;
	uint8_t lost;	    /* control has been told */
	uint16_t asked;	    /* Echo-Requests since it was last heard */
	uint32_t echo_tick; /* when the last of them was due */
} __attribute__((aligned(64)));
_Static_assert(sizeof(struct tp_terms) == 64, "one cache line");

/* Any thread. */
static inline unsigned tp_terms_careful(const struct tp_terms *terms)
{
	return __atomic_load_n(&terms->careful, __ATOMIC_ACQUIRE);
}

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

/* Is ADDRESS the subscriber's, as a source or a destination? The FIB's answer may be a moment
 * old. */
static inline int tp_record_has(const struct tp_record_up *r, const struct tp_terms *terms,
				uint32_t address_be)
{
	return address_be == tp_read_once(&r->address_be) ||
	       (address_be & tp_read_once(&r->route_mask_be)) == tp_read_once(&r->route_be) ||
	       tp_routes_contain(__atomic_load_n(&terms->routes, __ATOMIC_ACQUIRE), address_be);
}
