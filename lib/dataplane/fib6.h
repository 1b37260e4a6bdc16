/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6's part of the FIB: which hop (TP_HOP(), fib.h) the longest prefix around an address has.
 *
 * It is made for what an access concentrator has in it: tens of thousands of /64, /56, /48 and
 * single addresses of subscribers, out of a few pools, most often; and up to some ten thousand
 * routes of the core, mostly up to /48. Three parts, by length:
 *
 *  - up to 16 bits: an array by the first 16 bits;
 *  - 17 to 48, and beyond 64: a hash table, one probe a length. Which lengths up to 47 there are is
 *    noted for each 16 bits, and which /48 has something beyond 64, so that few are tried;
 *  - 49 to 64: below the cell of their /48, a trie of four bits a step, each node a cache line.
 *
 * So a subscriber in a pool costs a probe of a small table and two to four steps through lines that
 * it shares with fifteen others. docs/performance.md has what was measured instead: rte_fib6 wants
 * 5 KB set aside for each /64, rte_lpm6 has hops of 21 bits and takes long to delete, and a hash by
 * length alone has each packet wait for a line of memory that only its own subscriber is in.
 *
 * Control writes, one store after the other; workers look up meanwhile and find, of each prefix,
 * what it says now or said a moment ago. What they may still be in is freed after a grace period.
 */
#pragma once

#include <stdint.h>
#include <string.h>

#include "base/once.h"
#include "base/prefix.h"
#include "dataplane/grace.h"
#include "dataplane/mix.h"

#define TP_FIB6_BURST 64 /* the most that are looked up at once */

/* Of a prefix of 17 to 48 bits, or more than 64. */
struct tp_fib6_cell {
	uint64_t upper, lower; /* in host byte order */
	uint32_t length;       /* 0: empty; TP_FIB6_GONE */
	uint32_t hop;	       /* 0: none; the cell is there for what is below it */
	uint32_t below;	       /* a /48: the node of its prefixes up to 64; 0: none */
	uint32_t deep;	       /* a /48: how many of its prefixes are longer */
};

#define TP_FIB6_GONE 255 /* was in use: the search goes on behind it */

struct tp_fib6_table {
	struct tp_grace_item grace;
	uint32_t mask;
	struct tp_fib6_cell cells[] __attribute__((aligned(64)));
};

/* An entry: 0, the hop of a prefix, or TP_FIB6_NODE and the number of the next node. */
struct tp_fib6_node {
	uint32_t entries[16];
} __attribute__((aligned(64)));

#define TP_FIB6_NODE 0x80000000u /* hops have 31 bits */

/* Of the first 16 bits of an address. */
struct tp_fib6_root {
	uint32_t hop;	  /* of up to 16 bits */
	uint32_t lengths; /* bit n: there are prefixes of 17 + n bits, up to 47 */
};

/* What workers read. */
struct tp_fib6 {
	const struct tp_fib6_table *table;
	const struct tp_fib6_node *nodes; /* number 0 is empty, and stays so */
	const struct tp_fib6_root *roots;
	uint64_t deep_lengths; /* bit n: there are prefixes of 65 + n bits */
};

/* Room for MAX_SESSIONS with two prefixes each, wherever they lie. NULL: no memory. */
struct tp_fib6 *tp_fib6_create(uint32_t max_sessions, struct tp_grace *grace);
/* After tp_grace_destroy(). */
void tp_fib6_destroy(struct tp_fib6 *fib);

/* PREFIX, without host bits, has HOP from now on. -ENOSPC, -ENOMEM: nothing has changed. */
int tp_fib6_put(struct tp_fib6 *fib, const struct tp_prefix6 *prefix, uint32_t hop);

/* Does tp_fib6_remove() want to know what is around a prefix of LENGTH, and from which length on?
 * 255: it does not. */
uint8_t tp_fib6_cover_from(uint8_t length);

/* PREFIX, which has a hop, has none any more. Where it was the longest, COVER_HOP of the next
 * longest around it, of COVER_LENGTH, shows; 0 and 0: there is none that matters. */
void tp_fib6_remove(struct tp_fib6 *fib, const struct tp_prefix6 *prefix, uint32_t cover_hop,
		    uint8_t cover_length);

/* ---- looking up ---------------------------------------------------------------------------- */

static inline uint64_t tp_fib6_half(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return __builtin_bswap64(v);
}

/* The first N bits of a half; N of 1 to 64. */
static inline uint64_t tp_fib6_bits(uint64_t half, unsigned n)
{
	return half & UINT64_MAX << (64 - n);
}

static inline uint32_t tp_fib6_home(const struct tp_fib6_table *table, uint64_t upper,
				    uint64_t lower, uint32_t length)
{
	return (uint32_t)(tp_mix(upper + length, lower) >> 32) & table->mask;
}

/* What the cell of exactly this prefix says; *BELOW and *DEEP likewise. 0, 0 and 0: there is none.
 * A cell may become another's while it is read: then its prefix, which is stored first, shows so
 * when it is read again. */
static inline uint32_t tp_fib6_find_from(const struct tp_fib6_table *table, uint32_t home,
					 uint64_t upper, uint64_t lower, uint32_t length,
					 uint32_t *below, uint32_t *deep)
{
	for (uint32_t i = home;; i = (i + 1) & table->mask) {
		const struct tp_fib6_cell *c = &table->cells[i];
		uint32_t is = __atomic_load_n(&c->length, __ATOMIC_ACQUIRE);

		if (is == 0)
			break;
		if (is != length || tp_read_once(&c->upper) != upper ||
		    tp_read_once(&c->lower) != lower)
			continue;
		uint32_t hop = __atomic_load_n(&c->hop, __ATOMIC_ACQUIRE);
		*below = __atomic_load_n(&c->below, __ATOMIC_ACQUIRE);
		*deep = __atomic_load_n(&c->deep, __ATOMIC_ACQUIRE);
		if (tp_read_once(&c->upper) == upper && tp_read_once(&c->lower) == lower &&
		    tp_read_once(&c->length) == length)
			return hop;
		break;
	}
	*below = *deep = 0;
	return 0;
}

static inline uint32_t tp_fib6_find(const struct tp_fib6_table *table, uint64_t upper,
				    uint64_t lower, uint32_t length, uint32_t *below,
				    uint32_t *deep)
{
	return tp_fib6_find_from(table, tp_fib6_home(table, upper, lower, length), upper, lower,
				 length, below, deep);
}

/* The hop of the longest prefix of more than 64 bits; 0: there is none. */
static inline uint32_t tp_fib6_deep(const struct tp_fib6 *fib, const struct tp_fib6_table *table,
				    uint64_t upper, uint64_t lower)
{
	uint32_t below, deep;

	for (uint64_t left = tp_read_once(&fib->deep_lengths); left != 0;) {
		unsigned bit = 63 - (unsigned)__builtin_clzll(left);
		uint32_t hop = tp_fib6_find(table, upper, tp_fib6_bits(lower, bit + 1), bit + 65,
					    &below, &deep);

		if (hop != 0)
			return hop;
		left &= ~(1ull << bit);
	}
	return 0;
}

/* The hop of the longest prefix of less than 48 bits. */
static inline uint32_t tp_fib6_short(const struct tp_fib6 *fib, const struct tp_fib6_table *table,
				     uint64_t upper)
{
	const struct tp_fib6_root *root = &fib->roots[upper >> 48];
	uint32_t below, deep;

	for (uint32_t left = tp_read_once(&root->lengths); left != 0;) {
		unsigned bit = 31 - (unsigned)__builtin_clz(left);
		uint32_t hop = tp_fib6_find(table, tp_fib6_bits(upper, bit + 17), 0, bit + 17,
					    &below, &deep);

		if (hop != 0)
			return hop;
		left &= ~(1u << bit);
	}
	return tp_read_once(&root->hop);
}

/* From the entries of COUNT addresses' /48s down to 64 bits, all of them a step at a time. BITS:
 * the 16 behind the /48. Those that are at their end stay, by a look at node 0 which nobody needs:
 * cheaper than a branch. */
static inline void tp_fib6_walk(const struct tp_fib6_node *nodes, uint32_t *entries,
				const uint32_t *bits, unsigned count)
{
	const uint32_t *all = nodes->entries;

	for (unsigned shift = 12;; shift -= 4) {
		uint32_t any = 0;

		for (unsigned i = 0; i < count; i++) {
			uint32_t e = entries[i], down = 0u - (e >> 31);
			uint32_t next = tp_glance(
				&all[(e & down & ~TP_FIB6_NODE) * 16 + (bits[i] >> shift & 15)]);

			e = (next & down) | (e & ~down);
			entries[i] = e;
			any |= e;
		}
		if ((any & TP_FIB6_NODE) == 0 || shift == 0)
			break;
	}
}

/* Looks up COUNT addresses, TP_FIB6_BURST at most. Worker lcores and control. */
static inline void tp_fib6_lookup_burst(const struct tp_fib6 *fib, const uint8_t (*addresses)[16],
					uint64_t *hops, unsigned count)
{
	const struct tp_fib6_table *table = __atomic_load_n(&fib->table, __ATOMIC_ACQUIRE);
	const struct tp_fib6_node *nodes = fib->nodes;
	uint32_t homes[TP_FIB6_BURST], bits[TP_FIB6_BURST];
	uint32_t entries[TP_FIB6_BURST], whole[TP_FIB6_BURST]; /* whole: of the /48 */
	uint32_t any = 0;

	for (unsigned i = 0; i < count; i++) {
		uint64_t upper = tp_fib6_half(addresses[i]);

		bits[i] = upper & 0xffff;
		homes[i] = tp_fib6_home(table, tp_fib6_bits(upper, 48), 0, 48);
		__builtin_prefetch(&table->cells[homes[i]]);
	}
	for (unsigned i = 0; i < count; i++) {
		uint64_t upper = tp_fib6_bits(tp_fib6_half(addresses[i]), 48);
		uint32_t below, deep;

		whole[i] = tp_fib6_find_from(table, homes[i], upper, 0, 48, &below, &deep);
		entries[i] = below != 0 ? below | TP_FIB6_NODE : 0;
		if (__builtin_expect(deep != 0, 0)) {
			uint32_t hop = tp_fib6_deep(fib, table, tp_fib6_half(addresses[i]),
						    tp_fib6_half(addresses[i] + 8));
			entries[i] = hop != 0 ? hop : entries[i];
		}
		any |= entries[i];
		__builtin_prefetch(&nodes[below]);
	}
	if ((any & TP_FIB6_NODE) != 0)
		tp_fib6_walk(nodes, entries, bits, count);
	for (unsigned i = 0; i < count; i++) {
		uint32_t hop = entries[i] != 0 ? entries[i] : whole[i];

		hops[i] = hop != 0 ? hop : tp_fib6_short(fib, table, tp_fib6_half(addresses[i]));
	}
}
