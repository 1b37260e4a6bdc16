/* SPDX-License-Identifier: BSD-3-Clause */
/* The floor's loops, two a family, compiled once for each level of x86-64. */
#include "floor.h"

#include <string.h>

#include <rte_byteorder.h>
#include <rte_fib.h>
#include <rte_mbuf.h>
#include <rte_prefetch.h>

#define CAT(a, b)  a##_##b
#define CAT2(a, b) CAT(a, b)
#define STR(a)	   #a
#define STR2(a)	   STR(a)

struct ethernet {
	uint8_t dst[6], src[6];
	uint16_t type_be;
} __attribute__((packed));

struct pppoe {
	uint16_t version_code_be, id_be, length_be, protocol_be;
} __attribute__((packed));

struct ipv4 {
	uint8_t version_ihl, tos;
	uint16_t length_be, id_be, fragment_be;
	uint8_t ttl, protocol;
	uint16_t checksum_be;
	uint32_t src_be, dst_be;
} __attribute__((packed));

struct ipv6 {
	uint32_t class_be;
	uint16_t length_be;
	uint8_t next, hops;
	uint8_t src[16], dst[16];
} __attribute__((packed));

static inline void hop(struct ipv4 *ip)
{
	uint32_t sum = ip->checksum_be + 1u; /* the TTL is the first of its two bytes */
	ip->ttl--;
	ip->checksum_be = (uint16_t)(sum + (sum >= 0xffff));
}

/* The frame begins BY bytes further on. */
static inline struct ethernet *shift(struct rte_mbuf *m, struct ethernet *e, int by)
{
	m->data_off = (uint16_t)(m->data_off + by);
	m->data_len = (uint16_t)(m->data_len - by);
	m->pkt_len = m->pkt_len - (uint32_t)by;
	return (struct ethernet *)((char *)e + by);
}

static void up(struct floor *f, struct rte_mbuf **frames, unsigned count, unsigned *faults)
{
	struct floor_session *sessions[FLOOR_BURST];
	uint32_t dst[FLOOR_BURST];
	uint64_t hops[FLOOR_BURST];

	for (unsigned i = 0; i < count; i++)
		rte_prefetch0(rte_pktmbuf_mtod(frames[i], void *));
	for (unsigned i = 0; i < count; i++) {
		struct pppoe *p = rte_pktmbuf_mtod_offset(frames[i], struct pppoe *, 14);
		sessions[i] = &f->sessions[rte_bswap16(p->id_be) - 1];
		rte_prefetch0(sessions[i]);
		dst[i] = rte_bswap32(((struct ipv4 *)(p + 1))->dst_be);
	}
	rte_fib_lookup_bulk(f->fib, dst, hops, (int)count);
	for (unsigned i = 0; i < count; i++) {
		struct floor_session *s = sessions[i];
		struct ethernet *e = rte_pktmbuf_mtod(frames[i], struct ethernet *);
		struct pppoe *p = (struct pppoe *)(e + 1);
		struct ipv4 *ip = (struct ipv4 *)(p + 1);
		*faults += e->type_be != RTE_BE16(0x8864) || p->protocol_be != RTE_BE16(0x0021) ||
			   memcmp(e->src, s->mac, 6) != 0 || ip->src_be != s->address_be ||
			   ip->ttl <= 1 || hops[i] != FLOOR_CORE;
		hop(ip);
		s->packets_in++;
		s->bytes_in += frames[i]->pkt_len;
		e = shift(frames[i], e, 8);
		memcpy(e->dst, f->gateway, 6);
		memcpy(e->src, f->ours, 6);
		e->type_be = RTE_BE16(0x0800);
	}
}

static void down(struct floor *f, struct rte_mbuf **frames, unsigned count, unsigned *faults)
{
	struct floor_session *sessions[FLOOR_BURST];
	uint32_t dst[FLOOR_BURST];
	uint64_t hops[FLOOR_BURST];

	for (unsigned i = 0; i < count; i++)
		rte_prefetch0(rte_pktmbuf_mtod(frames[i], void *));
	for (unsigned i = 0; i < count; i++)
		dst[i] = rte_bswap32(rte_pktmbuf_mtod_offset(frames[i], struct ipv4 *, 14)->dst_be);
	rte_fib_lookup_bulk(f->fib, dst, hops, (int)count);
	for (unsigned i = 0; i < count; i++) {
		sessions[i] = &f->sessions[hops[i]];
		rte_prefetch0(sessions[i]);
	}
	for (unsigned i = 0; i < count; i++) {
		struct floor_session *s = sessions[i];
		struct ethernet *e = rte_pktmbuf_mtod(frames[i], struct ethernet *);
		struct ipv4 *ip = (struct ipv4 *)(e + 1);
		*faults += e->type_be != RTE_BE16(0x0800) || ip->ttl <= 1;
		hop(ip);
		uint16_t length = rte_bswap16(ip->length_be);
		s->packets_out++;
		s->bytes_out += frames[i]->pkt_len;
		e = shift(frames[i], e, -8);
		memcpy(e->dst, s->mac, 6);
		memcpy(e->src, f->ours, 6);
		e->type_be = RTE_BE16(0x8864);
		*(struct pppoe *)(e + 1) = (struct pppoe){
			.version_code_be = RTE_BE16(0x1100),
			.id_be = s->id_be,
			.length_be = rte_bswap16((uint16_t)(length + 2)),
			.protocol_be = RTE_BE16(0x0021),
		};
	}
}

/* ---- IPv6 ------------------------------------------------------------------------------------ */

static inline uint64_t network_of(const void *address)
{
	uint64_t upper_be;

	memcpy(&upper_be, address, sizeof(upper_be));
	return rte_bswap64(upper_be) >> 8;
}

static inline uint64_t look_up(const struct floor *f, uint64_t network)
{
	uint32_t cell = floor_cell(network);

	while (f->networks[cell].network != network) {
		if (f->networks[cell].network == 0)
			return FLOOR_CORE;
		cell = (cell + 1) & ((1u << FLOOR_NETWORK_BITS) - 1);
	}
	return f->networks[cell].slot;
}

static void up6(struct floor *f, struct rte_mbuf **frames, unsigned count, unsigned *faults)
{
	struct floor_session *sessions[FLOOR_BURST];
	uint64_t dst[FLOOR_BURST];

	for (unsigned i = 0; i < count; i++)
		rte_prefetch0(rte_pktmbuf_mtod(frames[i], void *));
	for (unsigned i = 0; i < count; i++) {
		struct pppoe *p = rte_pktmbuf_mtod_offset(frames[i], struct pppoe *, 14);
		struct ipv6 *ip = (struct ipv6 *)(p + 1);
		sessions[i] = &f->sessions[rte_bswap16(p->id_be) - 1];
		rte_prefetch0(sessions[i]);
		dst[i] = network_of(ip->dst);
		rte_prefetch0(&f->networks[floor_cell(dst[i])]);
	}
	for (unsigned i = 0; i < count; i++) {
		struct floor_session *s = sessions[i];
		struct ethernet *e = rte_pktmbuf_mtod(frames[i], struct ethernet *);
		struct pppoe *p = (struct pppoe *)(e + 1);
		struct ipv6 *ip = (struct ipv6 *)(p + 1);
		*faults += e->type_be != RTE_BE16(0x8864) || p->protocol_be != RTE_BE16(0x0057) ||
			   memcmp(e->src, s->mac, 6) != 0 || network_of(ip->src) != s->network ||
			   ip->hops <= 1 || look_up(f, dst[i]) != FLOOR_CORE;
		ip->hops--;
		s->packets_in++;
		s->bytes_in += frames[i]->pkt_len;
		e = shift(frames[i], e, 8);
		memcpy(e->dst, f->gateway, 6);
		memcpy(e->src, f->ours, 6);
		e->type_be = RTE_BE16(0x86dd);
	}
}

static void down6(struct floor *f, struct rte_mbuf **frames, unsigned count, unsigned *faults)
{
	struct floor_session *sessions[FLOOR_BURST];
	uint64_t dst[FLOOR_BURST];

	for (unsigned i = 0; i < count; i++)
		rte_prefetch0(rte_pktmbuf_mtod(frames[i], void *));
	for (unsigned i = 0; i < count; i++) {
		struct ipv6 *ip = rte_pktmbuf_mtod_offset(frames[i], struct ipv6 *, 14);
		dst[i] = network_of(ip->dst);
		rte_prefetch0(&f->networks[floor_cell(dst[i])]);
	}
	for (unsigned i = 0; i < count; i++) {
		sessions[i] = &f->sessions[look_up(f, dst[i])];
		rte_prefetch0(sessions[i]);
	}
	for (unsigned i = 0; i < count; i++) {
		struct floor_session *s = sessions[i];
		struct ethernet *e = rte_pktmbuf_mtod(frames[i], struct ethernet *);
		struct ipv6 *ip = (struct ipv6 *)(e + 1);
		*faults += e->type_be != RTE_BE16(0x86dd) || ip->hops <= 1;
		ip->hops--;
		uint16_t length = rte_bswap16(ip->length_be);
		s->packets_out++;
		s->bytes_out += frames[i]->pkt_len;
		e = shift(frames[i], e, -8);
		memcpy(e->dst, s->mac, 6);
		memcpy(e->src, f->ours, 6);
		e->type_be = RTE_BE16(0x8864);
		*(struct pppoe *)(e + 1) = (struct pppoe){
			.version_code_be = RTE_BE16(0x1100),
			.id_be = s->id_be,
			.length_be = rte_bswap16((uint16_t)(length + 42)),
			.protocol_be = RTE_BE16(0x0057),
		};
	}
}

extern const struct floor_level CAT2(floor, TP_LEVEL);
const struct floor_level CAT2(floor, TP_LEVEL) = {
	.level = "x86-64-" STR2(TP_LEVEL),
	.up = up,
	.down = down,
	.up6 = up6,
	.down6 = down6,
};
