/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6's part of the FIB: which hop (TP_HOP(), fib.h) the longest prefix around an address has.
 *
 * It is made for what an access concentrator has in it: tens of thousands of /64, /56, /48 and
 * single addresses of subscribers, out of a few pools, most often; and up to some ten thousand
 * routes of the core.
 *
 *  - Up to 64 bits it is a trie: an array by the first 16 bits, then four nodes of 256 entries,
 * then four of 16, a cache line each. A pool's /64s or /56s stand side by side in these, four bytes
 *    each, so that all of 60,000 subscribers fit the CPU's L2 cache; one that lies alone takes up
 * to a kilobyte. Look-ups of a burst take each step together.
 *  - Longer prefixes are in a hash table, one probe a length. The entry of their /64 says that
 * there are some, so that no other packet pays for them.
 *
 * docs/performance.md has what was measured instead: rte_fib6 sets 5 KB aside for each /64;
 * rte_lpm6 takes its time to delete, and its hops have 21 bits; hash tables alone have each packet
 * wait for lines of memory that only its own subscriber is in, and try each length that some route
 * has.
 *
 * Control writes, one store after the other; workers look up meanwhile and find, of each prefix,
 * what it says now or said a moment ago. What they may still be in is freed after a grace period.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/once.h"
#include "base/prefix.h"
#include "dataplane/grace.h"
#include "dataplane/mix.h"
#include "dataplane/trie.h"

#define TP_FIB6_BURST 64 /* the most that are looked up at once */

/* Of a prefix of more than 64 bits. */
struct tp_fib6_cell {
	uint64_t upper, lower; /* in host byte order */
	uint32_t length;       /* 0: empty; TP_FIB6_GONE */
	uint32_t hop;
} __attribute__((aligned(32)));

#define TP_FIB6_GONE 255 /* was in use: the search goes on behind it */

struct tp_fib6_table {
	struct tp_grace_item grace;
	uint32_t mask;
	struct tp_fib6_cell cells[] __attribute__((aligned(64)));
};

/* What workers read. */
struct tp_fib6 {
	const uint32_t *roots;	/* by the first 16 bits */
	const uint32_t *wide;	/* nodes of 256 entries; number 0 of either is never in use */
	const uint32_t *narrow; /* nodes of 16 */
	const struct tp_fib6_table *table;
	uint64_t deep_lengths; /* bit n: there are prefixes of 65 + n bits */
};

/* Room for MAX_SESSIONS with two prefixes each, wherever they lie. NULL: no memory. */
struct tp_fib6 *tp_fib6_create(uint32_t max_sessions, struct tp_grace *grace);
/* After tp_grace_destroy(). */
void tp_fib6_destroy(struct tp_fib6 *fib);

/* PREFIX, without host bits, has HOP from now on. -ENOSPC, -ENOMEM: nothing has changed. */
int tp_fib6_put(struct tp_fib6 *fib, const struct tp_prefix6 *prefix, uint32_t hop);

/* The same of one that has had a hop: it takes no room. */
void tp_fib6_change(struct tp_fib6 *fib, const struct tp_prefix6 *prefix, uint32_t hop);

/* PREFIX, which has a hop, has none any more. Of up to 64 bits: COVER_HOP, of the next longest
 * around it, which has COVER_LENGTH, shows from now on where it was the longest; 0 and 0: there is
 * none. */
void tp_fib6_remove(struct tp_fib6 *fib, const struct tp_prefix6 *prefix, uint32_t cover_hop,
		    uint8_t cover_length);

/* ---- looking up ---------------------------------------------------------------------------- */

static inline uint64_t tp_fib6_half(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return __builtin_bswap64(v);
}

static inline uint32_t tp_fib6_home(const struct tp_fib6_table *table, uint64_t upper,
				    uint64_t lower, uint32_t length)
{
	return (uint32_t)(tp_mix(upper + length, lower) >> 32) & table->mask;
}

/* The hop of exactly this prefix; 0: none. A cell may become another's while it is read: then its
 * prefix, which is stored first, shows so when it is read again. */
static inline uint32_t tp_fib6_find(const struct tp_fib6_table *table, uint64_t upper,
				    uint64_t lower, uint32_t length)
{
	for (uint32_t i = tp_fib6_home(table, upper, lower, length);; i = (i + 1) & table->mask) {
		const struct tp_fib6_cell *c = &table->cells[i];
		uint32_t is = __atomic_load_n(&c->length, __ATOMIC_ACQUIRE);

		if (is == 0)
			return 0;
		if (is != length || tp_read_once(&c->upper) != upper ||
		    tp_read_once(&c->lower) != lower)
			continue;
		uint32_t hop = __atomic_load_n(&c->hop, __ATOMIC_ACQUIRE);
		bool still = tp_read_once(&c->upper) == upper && tp_read_once(&c->lower) == lower &&
			     tp_read_once(&c->length) == length;
		return still ? hop : 0;
	}
}

/* Of an address in a /64 that has longer prefixes in it: the entry of the /64 is ENTRY. */
static inline uint32_t tp_fib6_deep(const struct tp_fib6 *fib, const uint8_t *address,
				    uint32_t entry)
{
	const struct tp_fib6_table *table = __atomic_load_n(&fib->table, __ATOMIC_ACQUIRE);
	uint64_t upper = tp_fib6_half(address), lower = tp_fib6_half(address + 8);

	for (uint64_t left = tp_read_once(&fib->deep_lengths); left != 0;) {
		unsigned bit = 63 - (unsigned)__builtin_clzll(left);
		uint32_t hop =
			tp_fib6_find(table, upper, lower & UINT64_MAX << (63 - bit), bit + 65);

		if (hop != 0)
			return hop;
		left &= ~(1ull << bit);
	}
	return tp_read_once(&fib->narrow[(entry & ~TP_TRIE_KINDS) << 4]);
}

/* A step of BITS bits, which begin SHIFT bits from the end of WHERE, for each of the burst that is
 * at a node of NODES. Returns whether any leads on. ENTRY has room for a multiple of 16, zeros
 * behind COUNT. */
#if defined(__AVX512F__) && defined(__AVX512DQ__) && !defined(__SANITIZE_THREAD__)
#include <immintrin.h>

static inline bool tp_fib6_step(const uint32_t *nodes, unsigned bits, uint32_t *entry,
				const uint32_t *where, unsigned shift, unsigned count)
{
	const __m512i mask = _mm512_set1_epi32((1 << bits) - 1);
	__mmask16 any = 0;

	for (unsigned i = 0; i < count; i += 16) {
		__m512i e = _mm512_load_si512(entry + i), w = _mm512_load_si512(where + i);
		__mmask16 on = _mm512_movepi32_mask(e); /* TP_TRIE_NODE is the sign */
		__m512i next = _mm512_and_si512(_mm512_srli_epi32(w, shift), mask);
		__m512i index = _mm512_or_si512(_mm512_slli_epi32(e, bits), next);

		e = _mm512_mask_i32gather_epi32(e, on, index, nodes, 4);
		_mm512_store_si512(entry + i, e);
		any |= _mm512_movepi32_mask(e);
	}
	return any != 0;
}
#else
static inline bool tp_fib6_step(const uint32_t *nodes, unsigned bits, uint32_t *entry,
				const uint32_t *where, unsigned shift, unsigned count)
{
	uint32_t any = 0;

	for (unsigned i = 0; i < count; i++) {
		uint32_t e = entry[i], next = where[i] >> shift & ((1u << bits) - 1);
		uint32_t node = (e & TP_TRIE_NODE) != 0 ? e & ~TP_TRIE_NODE : 0;
		uint32_t below = tp_glance(&nodes[node << bits | next]);

		entry[i] = (e & TP_TRIE_NODE) != 0 ? below : e;
		any |= entry[i];
	}
	return (any & TP_TRIE_NODE) != 0;
}
#endif

/* The bits that all COUNT addresses begin with, as their upper halves say. */
static inline unsigned tp_fib6_common(const uint64_t *uppers, unsigned count)
{
	uint64_t differs = 0;

	for (unsigned i = 1; i < count; i++)
		differs |= uppers[i] ^ uppers[0];
	return differs != 0 ? (unsigned)__builtin_clzll(differs) : 64;
}

/* What the trie says of COUNT addresses, TP_FIB6_BURST at most, by their upper halves; for
 * tp_fib6_hop(). ENTRY has room for a multiple of 16. Subscribers' are of a few pools: what all of
 * them begin with is walked once. Worker lcores and control. */
static inline void tp_fib6_walk(const struct tp_fib6 *fib, const uint64_t *uppers, uint32_t *entry,
				unsigned count)
{
	uint32_t first[TP_FIB6_BURST] __attribute__((aligned(64)));  /* bits 16 to 47 */
	uint32_t second[TP_FIB6_BURST] __attribute__((aligned(64))); /* and 48 to 63 */
	const unsigned common = count > 0 ? tp_fib6_common(uppers, count) : 0;
	unsigned shift = 32, i;
	uint32_t any = 0;

	if (common >= 24) {
		any = tp_glance(&fib->roots[uppers[0] >> 48]);
		for (; shift >= 8 && 56 - shift <= common && (any & TP_TRIE_NODE) != 0; shift -= 8)
			any = tp_glance(&fib->wide[(any & ~TP_TRIE_NODE) << 8 |
						   (uppers[0] >> (shift + 8) & 0xff)]);
	}
	for (i = 0; i < count; i++) {
		uint64_t upper = uppers[i];

		first[i] = (uint32_t)(upper >> 16);
		second[i] = (uint32_t)upper & 0xffff;
		entry[i] = common >= 24 ? any : tp_glance(&fib->roots[upper >> 48]);
		any |= entry[i];
	}
	for (; i % 16 != 0; i++)
		entry[i] = 0;
	bool on = (any & TP_TRIE_NODE) != 0;
	while (on && shift > 0)
		on = tp_fib6_step(fib->wide, 8, entry, first, shift -= 8, count);
	for (shift = 16; on && shift > 0;)
		on = tp_fib6_step(fib->narrow, 4, entry, second, shift -= 4, count);
}

/* The hop of ADDRESS, of which the trie says ENTRY. */
static inline uint32_t tp_fib6_hop(const struct tp_fib6 *fib, const uint8_t *address,
				   uint32_t entry)
{
	if (__builtin_expect((entry & TP_TRIE_KINDS) == TP_TRIE_DEEP, 0))
		return tp_fib6_deep(fib, address, entry);
	return entry;
}

/* Looks up COUNT addresses, TP_FIB6_BURST at most. Worker lcores and control. */
static inline void tp_fib6_lookup_burst(const struct tp_fib6 *fib, const uint8_t (*addresses)[16],
					uint64_t *hops, unsigned count)
{
	uint32_t entry[TP_FIB6_BURST] __attribute__((aligned(64)));
	uint64_t uppers[TP_FIB6_BURST];

	uppers[0] = 0; /* as compilers see it, COUNT may be 0 */
	for (unsigned i = 0; i < count; i++)
		uppers[i] = tp_fib6_half(addresses[i]);
	tp_fib6_walk(fib, uppers, entry, count);
	for (unsigned i = 0; i < count; i++)
		hops[i] = tp_fib6_hop(fib, addresses[i], entry[i]);
}
