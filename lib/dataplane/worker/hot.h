/* SPDX-License-Identifier: BSD-3-Clause */
/* What the hot path's loops share. Each copies what it reads for every packet into a struct of its
 * own first, which nobody else points to: else the compiler must take each store into a frame for
 * one that might have changed it. Worker lcores. */
#pragma once

#include <stddef.h>
#include <string.h>

#include <immintrin.h>
#include <rte_mbuf.h>

#include "dataplane/fib.h"
#include "dataplane/fib4.h"
#include "dataplane/neighbour.h"
#include "dataplane/worker/classify.h"
#include "dataplane/worker/encap.h"
#include "dataplane/worker/tx.h"
#include "wire/ipv4.h"
#include "wire/ppp.h"
#include "wire/tcp.h"

#define tp_hot static inline __attribute__((always_inline))

/* A counter that the caller alone writes: one instruction, where tp_count() takes three. */
tp_hot void tp_hot_count(uint64_t *counter, uint64_t more)
{
#ifdef __SANITIZE_THREAD__
	tp_count(counter, more);
#else
	*counter += more;
#endif
}

/* Bits that are not as in an mbuf that is one segment, with no tag beside it. */
tp_hot __m128i tp_mbuf_odd(const struct rte_mbuf *m)
{
	const __m128i is = _mm_set_epi64x(0, 1ll << 32);
	const __m128i mask = _mm_set_epi64x(TP_STRIPPED, 0xffffll << 32);
	const __m128i both = _mm_loadu_si128(
		(const void *)((const uint8_t *)m + offsetof(struct rte_mbuf, rearm_data)));

	return _mm_and_si128(_mm_xor_si128(both, is), mask);
}
_Static_assert(offsetof(struct rte_mbuf, nb_segs) == offsetof(struct rte_mbuf, rearm_data) + 4 &&
		       offsetof(struct rte_mbuf, ol_flags) ==
			       offsetof(struct rte_mbuf, rearm_data) + 8,
	       "looked at together");

/* The highest bit: it is a TCP SYN. FLAGS: TCP's, where there is TCP. */
tp_hot uint32_t tp_syn_sign(uint8_t protocol, uint8_t flags)
{
	return ((uint32_t)(protocol ^ TP_IPPROTO_TCP) - 1) & ((uint32_t)flags << 30);
}
_Static_assert(TP_TCP_SYN == 1 << 1, "shifted to the highest bit");

/* M's data begin BY bytes further on and are LEN bytes. Its tag, which stands beside the lengths
 * and goes by the same store, is none. */
tp_hot void tp_mbuf_shift(struct rte_mbuf *m, int by, uint32_t len)
{
	const uint64_t lengths = len * 0x100000001ull;

	m->data_off = (uint16_t)(m->data_off + by);
	memcpy((uint8_t *)m + offsetof(struct rte_mbuf, pkt_len), &lengths, sizeof(lengths));
}
_Static_assert(offsetof(struct rte_mbuf, data_len) == offsetof(struct rte_mbuf, pkt_len) + 4 &&
		       offsetof(struct rte_mbuf, vlan_tci) ==
			       offsetof(struct rte_mbuf, pkt_len) + 6,
	       "by one store");

/* Of a frame from the core; the line before it is where the session's header goes. */
tp_hot void tp_fetch_down(const uint8_t *frame)
{
	__builtin_prefetch(frame, 1);
	__builtin_prefetch(frame + TP_ETHERNET_HEADER_LEN - TP_HEADER_STORE, 1);
}

/* As tp_encap_session(). */
tp_hot void tp_hot_header(struct rte_mbuf *m, uint8_t *packet, unsigned offset, uint32_t len,
			  const struct tp_record_down *r)
{
	const uint16_t length_be = rte_bswap16((uint16_t)(len + TP_PPP_PROTO_LEN));
	const unsigned header_len = r->header_len;

	memcpy(packet - TP_HEADER_STORE, &r->before, TP_HEADER_STORE);
	memcpy(packet - TP_PPP_PROTO_LEN - 2, &length_be, sizeof(length_be));
	tp_mbuf_shift(m, (int)offset - (int)header_len, len + header_len);
}

/* M leaves by the port of TX. */
tp_hot void tp_hot_tx(struct tp_tx *tx, struct rte_mbuf *m)
{
	tx->frames[tx->count++] = m;
}

/* Does HOP, an entry of a FIB, lead to a neighbour? Its INDEX then. */
tp_hot bool tp_hot_neighbour(uint32_t hop, uint32_t *index)
{
	*index = hop - TP_HOP(TP_HOP_NEIGHBOUR, 0);
	return *index < TP_HOP(1, 0);
}

/* What FUNCTION returns, whose last argument is how many TAGS a frame has: a constant in each loop.
 */
#define TP_BY_TAGS(tags, function, ...)                                                            \
	((tags) == 0   ? function(__VA_ARGS__, 0)                                                  \
	 : (tags) == 1 ? function(__VA_ARGS__, 1)                                                  \
		       : function(__VA_ARGS__, 2))

tp_hot unsigned tp_least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}
