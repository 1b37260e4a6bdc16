/* SPDX-License-Identifier: BSD-3-Clause */
/* The one FIB: where a packet to an address of either family goes. Subscribers, their prefixes and
 * framed routes, the box's own addresses, neighbours and routes live in it. Control writes, workers
 * look up.
 *
 * Several may claim one prefix; the first of enum tp_claim that does is what the FIB says. So a
 * route of the operator's reappears when the subscriber that covered it has gone. */
#pragma once

#include <stdint.h>

#include "base/ip.h"

struct tp_fib;
struct tp_fib4;
struct tp_fib6;
struct tp_grace;

/* What a look-up answers: a kind, and an index whose meaning the kind gives. */
enum tp_hop_kind {
	TP_HOP_NONE,	  /* no route */
	TP_HOP_SESSION,	  /* index: slot */
	TP_HOP_NEIGHBOUR, /* index: in the neighbour table */
	TP_HOP_GLEAN,	  /* index: port; the destination itself is the neighbour to resolve */
	TP_HOP_LOCAL,	  /* index: in the table of local addresses */
	TP_HOP_BLACKHOLE, /* index: what its sender is told, enum tp_blackhole */
	TP_HOP_SPREAD,	  /* index: of a set of neighbours, spread.h */
	TP_HOP_MARTIAN,	  /* 0/8, 127/8, classes D and E; groups, link-local and mapped ones */
};

enum tp_blackhole { TP_BLACKHOLE_SILENT, TP_BLACKHOLE_UNREACHABLE, TP_BLACKHOLE_PROHIBITED };

#define TP_HOP_SHIFT	    27 /* the highest bit is the tries': trie.h */
#define TP_HOP(kind, index) ((uint32_t)(kind) << TP_HOP_SHIFT | (uint32_t)(index))

static inline enum tp_hop_kind tp_hop_kind(uint64_t hop)
{
	return (enum tp_hop_kind)(hop >> TP_HOP_SHIFT);
}

static inline uint32_t tp_hop_index(uint64_t hop)
{
	return (uint32_t)hop & ((1u << TP_HOP_SHIFT) - 1);
}

enum tp_claim {
	TP_CLAIM_SESSION,
	TP_CLAIM_LOCAL,
	TP_CLAIM_NEIGHBOUR, /* a resolved neighbour in a connected network */
	TP_CLAIM_ROUTE,
	TP_CLAIMS,
};

/* Room for one /32 of each of MAX_SESSIONS, and some ten thousand other prefixes of IPv4. Those of
 * IPv6 take memory as they come: fib6.h. What workers may still read is freed by way of GRACE.
 * NULL: no memory. */
struct tp_fib *tp_fib_create(uint32_t max_sessions, struct tp_grace *grace);
/* After tp_grace_destroy(). */
void tp_fib_destroy(struct tp_fib *fib);

/* Bytes that tp_fib_create() will take of the EAL's memory, roughly. */
uint64_t tp_fib_memory(uint32_t max_sessions);

/* For look-ups by workers: tp_fib4_lookup_burst(), tp_fib6_lookup_burst(). */
const struct tp_fib4 *tp_fib4_lookup_handle(const struct tp_fib *fib);
const struct tp_fib6 *tp_fib6_lookup_handle(const struct tp_fib *fib);

/* CLAIM says HOP for PREFIX from now on, instead of what it may have said before. Host bits of
 * the prefix must be zero. -ENOSPC: a table is full, and nothing has changed. */
int tp_fib_claim(struct tp_fib *fib, const struct tp_ip_prefix *prefix, enum tp_claim claim,
		 uint32_t hop);

/* CLAIM says nothing more. -ENOENT: it did not say anything. */
int tp_fib_release(struct tp_fib *fib, const struct tp_ip_prefix *prefix, enum tp_claim claim);

/* What CLAIM says for exactly PREFIX; TP_HOP(TP_HOP_NONE, 0) when nothing. */
uint32_t tp_fib_claimed(const struct tp_fib *fib, const struct tp_ip_prefix *prefix,
			enum tp_claim claim);

/* The same of all prefixes, in no order; nothing may be claimed meanwhile. */
typedef void (*tp_claim_fn)(void *user, const struct tp_ip_prefix *prefix, uint32_t hop);
void tp_fib_each(const struct tp_fib *fib, enum tp_claim claim, tp_claim_fn fn, void *user);

/* What a packet to IP would find: control's own look-up. */
uint32_t tp_fib_lookup(const struct tp_fib *fib, const struct tp_ip *ip);
