/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv4's part of the FIB: which hop (TP_HOP(), fib.h) the longest prefix around an address has.
 * DIR-24-8 (Gupta, Lin and McKeown, 1998): an array by the first 24 bits, and for each of these
 * that has longer prefixes in it a node of 256 entries; so a look-up is one load, or two.
 *
 * Like rte_fib, but that what control knows of prefixes beside their entries is a byte an entry,
 * and not two nodes of a tree a session (384 bytes), and that what workers may still look into is
 * used again after a grace period alone. Control writes, one store after the other; workers look up
 * meanwhile and find, of each prefix, what it says now or said a moment ago. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/once.h"
#include "dataplane/grace.h"
#include "dataplane/trie.h"

/* What workers read. */
struct tp_fib4 {
	const uint32_t *roots; /* by the first 24 bits */
	const uint32_t *nodes; /* of 256 entries; number 0 is never in use */
};

/* Room for so many nodes, all in the EAL's memory. NULL: no memory. */
struct tp_fib4 *tp_fib4_create(uint32_t nodes, struct tp_grace *grace);
/* After tp_grace_destroy(). */
void tp_fib4_destroy(struct tp_fib4 *fib);

/* Bytes of the EAL's memory that it takes. */
uint64_t tp_fib4_memory(uint32_t nodes);

/* ADDRESS/LENGTH, without host bits and in host byte order, has HOP from now on. -ENOSPC: nothing
 * has changed. */
int tp_fib4_put(struct tp_fib4 *fib, uint32_t address, uint8_t length, uint32_t hop);

/* The same of one that has had a hop: it takes no room. */
void tp_fib4_change(struct tp_fib4 *fib, uint32_t address, uint8_t length, uint32_t hop);

/* It has none any more: see tp_fib6_remove(). */
void tp_fib4_remove(struct tp_fib4 *fib, uint32_t address, uint8_t length, uint32_t cover_hop,
		    uint8_t cover_length);

/* ---- looking up ---------------------------------------------------------------------------- */

#if defined(__AVX512F__) && defined(__AVX512DQ__) && !defined(__SANITIZE_THREAD__)
#include <immintrin.h>

/* Of the sixteen addresses A those in ALL. */
static inline __m512i tp_fib4_sixteen(const struct tp_fib4 *fib, __m512i a, __mmask16 all)
{
	__m512i e = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), all,
						_mm512_srli_epi32(a, 8), fib->roots, 4);
	__mmask16 on = _mm512_movepi32_mask(e); /* TP_TRIE_NODE is the sign */

	if (on == 0)
		return e;
	__m512i last = _mm512_and_si512(a, _mm512_set1_epi32(0xff));
	__m512i index = _mm512_or_si512(_mm512_slli_epi32(e, 8), last);

	return _mm512_mask_i32gather_epi32(e, on, index, fib->nodes, 4);
}

/* Looks up COUNT addresses in host byte order. Worker lcores and control. A call of its own: what
 * it takes of registers, and of constants in them, would cost the rest of its caller's work. */
static __attribute__((noinline, unused)) void tp_fib4_lookup_burst(const struct tp_fib4 *fib,
								   const uint32_t *addresses,
								   uint64_t *hops, unsigned count)
{
	unsigned i;

	for (i = 0; i + 16 <= count; i += 16) {
		__m512i e =
			tp_fib4_sixteen(fib, _mm512_loadu_si512(addresses + i), (__mmask16)0xffff);

		_mm512_storeu_si512(hops + i, _mm512_cvtepu32_epi64(_mm512_castsi512_si256(e)));
		_mm512_storeu_si512(hops + i + 8,
				    _mm512_cvtepu32_epi64(_mm512_extracti64x4_epi64(e, 1)));
	}
	if (i < count) {
		__mmask16 all = (__mmask16)((1u << (count - i)) - 1);
		__m512i a = _mm512_maskz_loadu_epi32(all, addresses + i);
		__m512i e = tp_fib4_sixteen(fib, a, all);

		_mm512_mask_storeu_epi64(hops + i, (__mmask8)all,
					 _mm512_cvtepu32_epi64(_mm512_castsi512_si256(e)));
		if (all >> 8 != 0)
			_mm512_mask_storeu_epi64(
				hops + i + 8, (__mmask8)(all >> 8),
				_mm512_cvtepu32_epi64(_mm512_extracti64x4_epi64(e, 1)));
	}
}
#else
static inline void tp_fib4_lookup_burst(const struct tp_fib4 *fib, const uint32_t *addresses,
					uint64_t *hops, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		uint32_t e = tp_glance(&fib->roots[addresses[i] >> 8]);

		if ((e & TP_TRIE_NODE) != 0)
			e = tp_glance(
				&fib->nodes[(e & ~TP_TRIE_NODE) << 8 | (addresses[i] & 0xff)]);
		hops[i] = e;
	}
	tp_gets(fib);
}
#endif
