/* SPDX-License-Identifier: BSD-3-Clause */
/* The floor's loops, one for each kind of traffic and direction, compiled once for each level of
 * x86-64. The kind is a constant in each: what does not belong to it is not compiled. */
#include "floor.h"

#include <immintrin.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_cycles.h>
#include <rte_mbuf.h>

#define CAT(a, b)  a##_##b
#define CAT2(a, b) CAT(a, b)
#define STR(a)	   #a
#define STR2(a)	   STR(a)

/* A burst on its way. */
struct burst {
	struct rte_mbuf **frames;
	uint32_t slots[FLOOR_BURST];	      /* up: session ids; down: what the table said */
	const uint32_t *entries[FLOOR_BURST]; /* down: where the table says it */
};

#define LOAD(name, type)                                                                           \
	static __rte_always_inline type name(const void *p)                                        \
	{                                                                                          \
		type v;                                                                            \
		memcpy(&v, p, sizeof(v));                                                          \
		return v;                                                                          \
	}
LOAD(load16, uint16_t)
LOAD(load32, uint32_t)
LOAD(load64, uint64_t)

static __rte_always_inline uint8_t *frame_of(const struct burst *b, unsigned i)
{
	return rte_pktmbuf_mtod(b->frames[i], uint8_t *);
}

/* 1 or 0: of IPv6; PROTOCOL6: what stands before its header. Known in advance, but in a mixture. */
static __rte_always_inline uint32_t is_six(const uint8_t *ip, uint16_t protocol6,
					   struct floor_kind k)
{
	return k.family == FLOOR_BOTH ? load16(ip - 2) == protocol6 : k.family == FLOOR_IPV6;
}

/* The word that has the TTL or hop limit in it; IPv4's checksum goes along (RFC 1141). */
static __rte_always_inline uint8_t *hop_word(uint8_t *ip, uint32_t six)
{
	return ip + 8 - 4 * six;
}

static __rte_always_inline uint32_t one_hop_less(uint32_t word, uint32_t six)
{
	uint32_t of4 = word + 0x0000ffffu + ((uint32_t)(word >= 0xfffe0000u) << 16);
	uint32_t of6 = word - 0x01000000u;

	return (of4 & ~-six) | (of6 & -six);
}

/* Whether it may go now. */
static __rte_always_inline bool charge(const struct floor *f, uint64_t *due, uint32_t cost,
				       uint32_t len, uint64_t now)
{
	uint64_t least = now - f->credit;
	uint64_t start = (int64_t)(*due - least) > 0 ? *due : least;

	*due = start + ((uint64_t)len * cost >> FLOOR_COST_SHIFT);
	return (int64_t)(start - now) <= 0;
}

static __rte_always_inline void count(uint64_t counters[2], uint32_t len)
{
	__m128i *both = (__m128i *)counters;

	_mm_store_si128(both, _mm_add_epi64(_mm_load_si128(both), _mm_set_epi64x(len, 1)));
}

/* The frame begins BY bytes further on. */
static __rte_always_inline void shift(struct rte_mbuf *m, int by)
{
	uint64_t len = (uint16_t)(m->data_len - by);

	m->data_off = (uint16_t)(m->data_off + by);
	len |= len << 32; /* pkt_len, data_len and a tag stand side by side */
	memcpy(&m->pkt_len, &len, sizeof(len));
}

/* ---- up ------------------------------------------------------------------------------------- */

static __rte_always_inline unsigned ip_offset(struct floor_kind k)
{
	return 22 + 4 * k.tags;
}

/* On its way: the session's line, the route's entry. */
static __rte_always_inline void find_up(const struct floor *f, struct burst *b, unsigned i,
					struct floor_kind k)
{
	const uint8_t *ip = frame_of(b, i) + ip_offset(k);

	b->slots[i] = rte_bswap16(load16(ip - 6));
	__builtin_prefetch(&f->up[b->slots[i]], 1);
	if (k.family == FLOOR_IPV4)
		__builtin_prefetch(&f->table24[rte_bswap32(load32(ip + 16)) >> 8]);
}

static __rte_always_inline uint32_t route_up(const struct floor *f, const uint8_t *ip, uint32_t six)
{
	const uint32_t *tables[2] = {f->table24, f->roots6};
	uint32_t dst = rte_bswap32(load32(ip + 16 + 8 * six));
	uint32_t entry = tables[six][dst >> (8 + 8 * six)];

	if (__builtin_expect(entry & 1, 0))
		entry = f->table8[(entry >> 1) * 256 + (dst & 255)];
	return entry >> 1;
}

static __rte_always_inline bool tags_differ(const uint8_t *frame, const uint8_t *key,
					    struct floor_kind k)
{
	const uint64_t mask = k.tags == 2   ? 0xff0fffffff0fffffu
			      : k.tags == 1 ? 0x00000000ff0fffffu
					    : 0;

	return ((load64(frame + 12) ^ load64(key + 6)) & mask) != 0;
}

/* Whether something did not fit. */
static __rte_always_inline bool go_up(const struct floor *f, const struct burst *b, unsigned i,
				      struct floor_kind k, uint64_t now)
{
	struct rte_mbuf *m = b->frames[i];
	uint8_t *frame = frame_of(b, i), *ip = frame + ip_offset(k);
	struct floor_up *s = &f->up[b->slots[i]];
	uint32_t six = is_six(ip, RTE_BE16(0x0057), k);
	uint8_t *at = hop_word(ip, six);
	uint32_t word = load32(at), len = m->pkt_len;
	bool has4 = load32(ip + 12) == s->address_be;
	bool has6 = rte_bswap64(load64(ip + 8)) >> 8 == s->network;
	bool bad = load16(ip - 10) != RTE_BE16(0x8864);

	bad |= load64(frame + 6) << 16 != load64(s->key) << 16;
	bad |= tags_differ(frame, s->key, k);
	bad |= load16(ip - 2) != RTE_BE16(0x0021) + six * 0x3600;
	bad |= !((has6 & six) | (has4 & !six));
	bad |= (uint8_t)(word >> 24 * six) <= 1;
	bad |= route_up(f, ip, six) != FLOOR_CORE;
	if (k.bucket)
		bad |= !charge(f, &s->due, s->cost, len, now);
	count(s->counters, len);
	word = one_hop_less(word, six);
	memcpy(at, &word, sizeof(word));
	memcpy(ip - 16, f->core_header[six], 16);
	shift(m, (int)ip_offset(k) - 14);
	return bad;
}

/* ---- down ----------------------------------------------------------------------------------- */

/* Where the table says whose the packet is. */
static __rte_always_inline void find_entry(const struct floor *f, struct burst *b, unsigned i,
					   struct floor_kind k)
{
	const uint8_t *ip = frame_of(b, i) + 14;
	uint32_t six = is_six(ip, RTE_BE16(0x86dd), k);
	uint32_t dst = rte_bswap32(load32(ip + 16)), network = load16(ip + 29);
	uint32_t entry = f->table24[(dst >> 8) & ~-six];
	uint32_t in_group = (entry & 1) != 0 ? (entry >> 1) * 256 + (dst & 255) : 0;
	uintptr_t of4 = (uintptr_t)&f->table8[in_group];
	uintptr_t of6 = (uintptr_t)&f->networks6[rte_bswap16((uint16_t)network)];
	uintptr_t mask = (uintptr_t)0 - six;

	b->entries[i] = (const uint32_t *)((of4 & ~mask) | (of6 & mask));
	__builtin_prefetch(b->entries[i]);
}

static __rte_always_inline void find_down(const struct floor *f, struct burst *b, unsigned i)
{
	b->slots[i] = *b->entries[i] >> 1 & 0xffff;
	__builtin_prefetch(&f->down[b->slots[i]], 1);
}

/* Up to 32 bytes before IP. */
static __rte_always_inline void put_header(const struct floor *f, uint8_t *ip, const uint8_t *key)
{
	const __m128i k = _mm_load_si128((const __m128i *)key);
#ifdef __AVX2__
	const __m256i how = _mm256_load_si256((const __m256i *)f->shuffle);
	const __m256i same = _mm256_load_si256((const __m256i *)f->header);

	_mm256_storeu_si256(
		(__m256i *)(ip - 32),
		_mm256_or_si256(same, _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(k), how)));
#else
	for (unsigned i = 0; i < 32; i += 16) {
		const __m128i how = _mm_load_si128((const __m128i *)(f->shuffle + i));
		const __m128i same = _mm_load_si128((const __m128i *)(f->header + i));

		_mm_storeu_si128((__m128i *)(ip - 32 + i),
				 _mm_or_si128(same, _mm_shuffle_epi8(k, how)));
	}
#endif
}

static __rte_always_inline bool go_down(const struct floor *f, const struct burst *b, unsigned i,
					struct floor_kind k, uint64_t now)
{
	struct rte_mbuf *m = b->frames[i];
	uint8_t *ip = frame_of(b, i) + 14;
	struct floor_down *s = &f->down[b->slots[i]];
	uint32_t six = is_six(ip, RTE_BE16(0x86dd), k);
	uint8_t *at = hop_word(ip, six);
	uint32_t word = load32(at), len = m->pkt_len;
	uint16_t total = (uint16_t)(rte_bswap16(load16(ip + 2 + 2 * six)) + 40 * six);
	bool bad = load16(ip - 2) != (six != 0 ? RTE_BE16(0x86dd) : RTE_BE16(0x0800));

	bad |= (uint8_t)(word >> 24 * six) <= 1;
	if (k.bucket)
		bad |= !charge(f, &s->due, s->cost, len, now);
	count(s->counters, len);
	word = one_hop_less(word, six);
	memcpy(at, &word, sizeof(word));
	put_header(f, ip, s->key);
	word = rte_bswap16((uint16_t)(total + 2)) | (0x21000000u + six * 0x36000000u);
	memcpy(ip - 4, &word, sizeof(word));
	shift(m, 14 - (int)ip_offset(k));
	return bad;
}

/* ---- loops ---------------------------------------------------------------------------------- */

static __rte_always_inline unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* A frame's first line, and downstream the one before it, where the header goes. */
static __rte_always_inline void fetch(const struct burst *b, unsigned i, bool down)
{
	const uint8_t *p = frame_of(b, i);

	__builtin_prefetch(p, 1);
	if (down)
		__builtin_prefetch(p - 32, 1);
}

static __rte_always_inline void begin(const struct burst *b, unsigned n, unsigned mbufs,
				      unsigned frames, bool down)
{
	for (unsigned i = 0; i < mbufs; i++)
		__builtin_prefetch(b->frames[i], 1);
	for (unsigned i = 0; i < frames; i++) {
		if (mbufs > 0 && i + mbufs < n)
			__builtin_prefetch(b->frames[i + mbufs], 1);
		fetch(b, i, down);
	}
}

/* What the loops read of the floor is copied first, and faults are added last: else each store into
 * a frame might have changed them. */
static __rte_always_inline void run_up(const struct floor *floor, struct rte_mbuf **v, unsigned n,
				       unsigned *faults, struct floor_kind k)
{
	const struct floor of = *floor, *f = &of;
	const unsigned mbufs = least(f->ahead.mbufs, n), frames = least(f->ahead.frames, n);
	const unsigned sessions = least(f->ahead.sessions, frames);
	const uint64_t now = k.bucket ? rte_rdtsc() : 0;
	struct burst b;
	unsigned bad = 0, i;

	b.frames = v;
	begin(&b, n, mbufs, frames, false);
	for (i = 0; i < sessions; i++)
		find_up(f, &b, i, k);
	for (i = 0; i + frames < n; i++) {
		fetch(&b, i + frames, false);
		find_up(f, &b, i + sessions, k);
		bad += go_up(f, &b, i, k, now);
	}
	for (; i + sessions < n; i++) {
		find_up(f, &b, i + sessions, k);
		bad += go_up(f, &b, i, k, now);
	}
	for (; i < n; i++)
		bad += go_up(f, &b, i, k, now);
	*faults += bad;
}

static __rte_always_inline void run_down(const struct floor *floor, struct rte_mbuf **v, unsigned n,
					 unsigned *faults, struct floor_kind k)
{
	const struct floor of = *floor, *f = &of;
	const unsigned mbufs = least(f->ahead.mbufs, n), frames = least(f->ahead.frames, n);
	const unsigned tables = least(f->ahead.tables, frames);
	const unsigned sessions = least(f->ahead.sessions, tables);
	const uint64_t now = k.bucket ? rte_rdtsc() : 0;
	struct burst b;
	unsigned bad = 0, i;

	b.frames = v;
	begin(&b, n, mbufs, frames, true);
	for (i = 0; i < tables; i++)
		find_entry(f, &b, i, k);
	for (i = 0; i < sessions; i++)
		find_down(f, &b, i);
	for (i = 0; i + frames < n; i++) {
		fetch(&b, i + frames, true);
		find_entry(f, &b, i + tables, k);
		find_down(f, &b, i + sessions);
		bad += go_down(f, &b, i, k, now);
	}
	for (; i + tables < n; i++) {
		find_entry(f, &b, i + tables, k);
		find_down(f, &b, i + sessions);
		bad += go_down(f, &b, i, k, now);
	}
	for (; i + sessions < n; i++) {
		find_down(f, &b, i + sessions);
		bad += go_down(f, &b, i, k, now);
	}
	for (; i < n; i++)
		bad += go_down(f, &b, i, k, now);
	*faults += bad;
}

/* ---- kinds ---------------------------------------------------------------------------------- */

#define NAME(direction, tags, bucket, family) direction##_##tags##_##bucket##_##family
#define LOOP(direction, tags, bucket, family)                                                      \
	static void NAME(direction, tags, bucket, family)(struct floor * f, struct rte_mbuf * *v,  \
							  unsigned n, unsigned *faults)            \
	{                                                                                          \
		run_##direction(f, v, n, faults, (struct floor_kind){tags, bucket, family});       \
	}
#define LOOPS_OF(direction, tags, bucket)                                                          \
	LOOP(direction, tags, bucket, FLOOR_IPV4)                                                  \
	LOOP(direction, tags, bucket, FLOOR_IPV6)                                                  \
	LOOP(direction, tags, bucket, FLOOR_BOTH)
#define LOOPS(direction)                                                                           \
	LOOPS_OF(direction, 0, 0)                                                                  \
	LOOPS_OF(direction, 0, 1)                                                                  \
	LOOPS_OF(direction, 1, 0)                                                                  \
	LOOPS_OF(direction, 1, 1)                                                                  \
	LOOPS_OF(direction, 2, 0)                                                                  \
	LOOPS_OF(direction, 2, 1)
LOOPS(up)
LOOPS(down)

#define NAMES_OF(direction, tags, bucket)                                                          \
	{                                                                                          \
		NAME(direction, tags, bucket, FLOOR_IPV4),                                         \
			NAME(direction, tags, bucket, FLOOR_IPV6),                                 \
			NAME(direction, tags, bucket, FLOOR_BOTH)                                  \
	}
#define NAMES(direction)                                                                           \
	{                                                                                          \
		{NAMES_OF(direction, 0, 0), NAMES_OF(direction, 0, 1)},                            \
			{NAMES_OF(direction, 1, 0), NAMES_OF(direction, 1, 1)},                    \
		{                                                                                  \
			NAMES_OF(direction, 2, 0), NAMES_OF(direction, 2, 1)                       \
		}                                                                                  \
	}

extern const struct floor_level CAT2(floor, TP_LEVEL);
const struct floor_level CAT2(floor, TP_LEVEL) = {
	.level = "x86-64-" STR2(TP_LEVEL),
	.up = NAMES(up),
	.down = NAMES(down),
};
