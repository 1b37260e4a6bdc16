/* SPDX-License-Identifier: BSD-3-Clause */
/* What is known of a session's IPv6: see record.h, whose rules hold here too.
 *
 * The records: one cache line a direction, as IPv4's: what a plain packet needs stands in one,
 * because a second line would cost it more than all that is done with it. That to the subscriber is
 * of IPv4's kind, but for the header's last two bytes. The terms: all of the session's prefixes and
 * the addresses of its link, for the careful way; whole and immutable, replaced by others, freed
 * after a grace period. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/once.h"
#include "base/prefix.h"

/* No source and no destination that gets so far begins with this: it is a group's address. */
#define TP_RECORD6_NONE UINT64_MAX

struct tp_record_up6 {
	/* control writes; halves of addresses in host byte order */
	uint64_t mac;	     /* as in struct tp_record_up */
	uint32_t vlans;	     /* likewise */
	uint8_t route_shift; /* 64 less the length of `route`; with TP_ANY_HOST */
	uint8_t shaped;	     /* as in struct tp_record_up */
	uint16_t lease;	     /* likewise; the worker writes it */
	uint64_t prefix;     /* the upper half of the link's prefix, or TP_RECORD6_NONE */
	uint64_t host;	     /* the lower half, when that prefix is a single address */
	uint64_t route;	     /* of the first route, most often the delegated prefix, or NONE */
	/* the worker writes; as in struct tp_record_up, of plain packets */
	union {
		struct {
			uint32_t seen_tick, data_tick;
		};
		uint64_t ticks;
	};
	uint64_t packets, bytes; /* IPv6 packets from the subscriber, in bytes of layer 3 */
} __attribute__((aligned(64)));
_Static_assert(sizeof(struct tp_record_up6) == 64, "one cache line");

#define TP_ANY_HOST 0x40 /* the prefix is a /64, whose lower half is the subscriber's own */

/* Published in tp_terms.ipv6 while IPV6CP is up; else that is NULL. */
struct tp_terms6 {
	uint8_t local[16];  /* our link-local address */
	uint8_t remote[16]; /* the subscriber's */
	unsigned count;	    /* all its prefixes: the link's, if it has one, and routes */
	struct tp_prefix6 prefixes[];
};

/* Half an address, in host byte order. */
static inline uint64_t tp_half(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return __builtin_bswap64(v);
}

/* Is ADDRESS one of those that the record itself knows for the subscriber's? For any other ask
 * tp_terms6_has(). */
static inline bool tp_record6_has(const struct tp_record_up6 *r, const uint8_t *address)
{
	uint64_t upper = tp_half(address), lower = tp_half(address + 8);
	uint8_t shift = tp_glance(&r->route_shift);
	bool link = (upper == tp_glance(&r->prefix)) &
		    ((lower == tp_glance(&r->host)) | ((shift & TP_ANY_HOST) != 0));

	return link | ((upper ^ tp_glance(&r->route)) >> (shift & 63) == 0);
}

/* Is ADDRESS in a prefix of the subscriber's? False for its link-local one. */
static inline bool tp_terms6_has(const struct tp_terms6 *terms, const uint8_t *address)
{
	for (unsigned i = 0; terms != NULL && i < terms->count; i++)
		if (tp_prefix6_has(&terms->prefixes[i], address))
			return true;
	return false;
}
