/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline_frames.h"

#include <arpa/inet.h>
#include <string.h>

#include <rte_mbuf.h>
#include <rte_random.h>

#include "base/bytes.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/ipv6_chain.h"
#include "wire/mp.h"
#include "wire/ppp.h"

#define INTERNET   0xc6336407u /* 198.51.100.7 */
#define OUTER	   16
#define INNER	   200
#define HEADER_MAX 40

#define FRAGMENT_HEADER (TP_MP_LONG_HEADER_LEN + TP_PPP_PROTO_LEN)

const struct tp_mac frames_gateway_mac = {{0x02, 0, 0, 0, 0, 0x02}};
const uint8_t frames_gateway6[16] = {0xfe, 0x80, [15] = 2};
static const uint8_t internet6[16] = {0x20, 0x01, 0x48, 0x60, [15] = 8};

struct tp_mac frames_client_mac(uint32_t slot)
{
	return (struct tp_mac){
		{0x02, 1, 0, (uint8_t)(slot >> 16), (uint8_t)(slot >> 8), (uint8_t)slot}};
}

/* Of each session the link's prefix, 2001:db8:1::/48, and the delegated one, 2001:db8:8000::/40: in
 * a row, as pools give them out. */
struct tp_prefix6 frames_link(uint32_t slot)
{
	struct tp_prefix6 p = {{0x20, 0x01, 0x0d, 0xb8, 0, 1}, 64};

	tp_put_be16(p.address + 6, (uint16_t)slot);
	return p;
}

struct tp_prefix6 frames_delegated(uint32_t slot)
{
	struct tp_prefix6 p = {{0x20, 0x01, 0x0d, 0xb8, 0x80}, 56};

	tp_put_be16(p.address + 5, (uint16_t)slot);
	return p;
}

uint32_t frames_link_slot(const struct pipeline_options *o, uint32_t slot, unsigned k)
{
	return slot + k * (PIPELINE_SESSIONS_MAX / o->links);
}

struct tp_vlans frames_vlans(const struct pipeline_options *o)
{
	return (struct tp_vlans){.outer = o->tags > 0 ? OUTER : 0,
				 .inner = o->tags > 1 ? INNER : 0};
}

/* ---- making --------------------------------------------------------------------------------- */

/* Of IPv6, whose header is longer, with the same payload. */
static uint16_t packet_size(const struct pipeline_options *o, bool ipv6)
{
	static const uint16_t mix[12] = {46, 576, 46, 46, 576, 46, 1480, 46, 576, 46, 576, 46};
	unsigned size = o->imix ? mix[rte_rand_max(12)] : o->size;

	if (ipv6)
		size += TP_IPV6_HEADER_LEN - TP_IPV4_HEADER_LEN;
	return (uint16_t)(size < FRAMES_MTU ? size : FRAMES_MTU);
}

static void put_ipv4(uint8_t *p, uint16_t size, uint32_t src, uint32_t dst)
{
	tp_ipv4_build((struct tp_ipv4 *)(void *)p, size, 64, TP_IPPROTO_UDP, htonl(src),
		      htonl(dst));
	memset(p + TP_IPV4_HEADER_LEN, 0, size - TP_IPV4_HEADER_LEN);
}

static void put_ipv6(uint8_t *p, uint16_t size, const uint8_t *src, const uint8_t *dst)
{
	tp_ipv6_build((struct tp_ipv6 *)(void *)p, (uint16_t)(size - TP_IPV6_HEADER_LEN),
		      TP_IPPROTO_UDP, 64, src, dst);
	memset(p + TP_IPV6_HEADER_LEN, 0, size - TP_IPV6_HEADER_LEN);
}

static bool is_bundle(const struct frames *f)
{
	return f->sequences != NULL && !f->plain;
}

/* The header of the access side: from the subscriber of SLOT, or to it, a packet of PROTOCOL. */
static void put_session_header(struct tp_writer *head, const struct frames *f, uint32_t slot,
			       bool up, uint16_t protocol, uint16_t size)
{
	const struct tp_mac mac = frames_client_mac(slot);

	tp_write_bytes(head, up ? f->access.bytes : mac.bytes, 6);
	tp_write_bytes(head, up ? mac.bytes : f->access.bytes, 6);
	for (unsigned i = 0; i < f->o->tags; i++) {
		tp_write_be16(head, TP_ETHERTYPE_VLAN);
		tp_write_be16(head, i == 0 ? OUTER : INNER);
	}
	tp_write_be16(head, TP_ETHERTYPE_SESSION);
	tp_write_be16(head, 0x1100);
	tp_write_be16(head, (uint16_t)(slot + 1));
	tp_write_be16(head, (uint16_t)(size + 2));
	tp_write_be16(head, protocol);
}

/* Of a packet that is whole in one fragment of MP (RFC 1990, section 3), number SEQUENCE. */
static void put_fragment_header(struct tp_writer *head, uint32_t sequence, uint16_t protocol)
{
	tp_write_be32(head, (uint32_t)(TP_MP_BEGIN | TP_MP_END) << 24 | sequence);
	tp_write_be16(head, protocol);
}

/* By the links in turn. */
static void put_bundle_header(struct tp_writer *head, const struct frames *f, uint32_t slot,
			      uint16_t protocol, uint16_t size)
{
	const uint32_t sequence = f->sequences[slot]++ & 0xffffff;
	const uint32_t link = frames_link_slot(f->o, slot, sequence % f->o->links);

	put_session_header(head, f, link, true, TP_PPP_PROTO_MP,
			   (uint16_t)(size + FRAGMENT_HEADER));
	put_fragment_header(head, sequence, protocol);
}

/* And of the core's: from the gateway, or to it. */
static void put_core_header(struct tp_writer *head, const struct frames *f, bool up, bool ipv6)
{
	tp_write_bytes(head, up ? frames_gateway_mac.bytes : f->core.bytes, 6);
	tp_write_bytes(head, up ? f->core.bytes : frames_gateway_mac.bytes, 6);
	tp_write_be16(head, ipv6 ? TP_ETHERTYPE_IPV6 : TP_ETHERTYPE_IPV4);
}

static bool is_ipv6_this_time(const struct pipeline_options *o)
{
	return o->ipv6_percent == 100 ||
	       (o->ipv6_percent > 0 && rte_rand_max(100) < o->ipv6_percent);
}

void frames_make(const struct frames *f, struct rte_mbuf *m, bool up, unsigned sessions)
{
	const uint32_t slot = (uint32_t)rte_rand_max(sessions), address = FRAMES_POOL + slot + 1;
	const bool ipv6 = is_ipv6_this_time(f->o);
	const uint16_t size = packet_size(f->o, ipv6);
	struct tp_prefix6 host = frames_delegated(slot);
	uint8_t bytes[HEADER_MAX];
	struct tp_writer head = tp_writer_of(bytes, sizeof(bytes));

	host.address[15] = 1;
	const uint16_t protocol = ipv6 ? TP_PPP_PROTO_IPV6 : TP_PPP_PROTO_IPV4;
	if (up && is_bundle(f))
		put_bundle_header(&head, f, slot, protocol, size);
	else if (up)
		put_session_header(&head, f, slot, true, protocol, size);
	else
		put_core_header(&head, f, false, ipv6);
	uint16_t len = (uint16_t)tp_writer_len(&head);
	rte_pktmbuf_reset(m);
	uint8_t *p = (uint8_t *)rte_pktmbuf_append(m, (uint16_t)(len + size));
	memcpy(p, bytes, len);
	if (ipv6)
		put_ipv6(p + len, size, up ? host.address : internet6,
			 up ? internet6 : host.address);
	else
		put_ipv4(p + len, size, up ? address : INTERNET, up ? INTERNET : address);
}

/* ---- checking ------------------------------------------------------------------------------- */

static uint16_t load_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

/* Whether at P, LEN bytes, there is a packet in order, one hop on; of or to which subscriber. */
static bool packet_is_right(const uint8_t *p, unsigned len, bool up, uint32_t *slot)
{
	const struct tp_ipv4 *ip = (const struct tp_ipv4 *)(const void *)p;
	const struct tp_ipv6 *ip6 = (const struct tp_ipv6 *)(const void *)p;
	size_t at;

	if (p[0] >> 4 == 6) {
		*slot = load_be16(up ? ip6->src + 5 : ip6->dst + 5);
		return tp_ipv6_check(ip6, len, &at) == TP_IPV6_OK && ip6->hop_limit == 63;
	}
	*slot = ntohl(up ? ip->src_be : ip->dst_be) - FRAMES_POOL - 1;
	return tp_ipv4_check(ip, len) == TP_IPV4_OK && ip->ttl == 63;
}

/* Of the link that the frame at P is sent by, one of those of SLOT. */
static uint32_t link_of(const struct frames *f, const uint8_t *p, uint32_t slot)
{
	const uint32_t link = load_be16(p + 16 + 4 * f->o->tags) - 1u;

	for (unsigned k = 0; k < f->o->links; k++)
		if (frames_link_slot(f->o, slot, k) == link)
			return link;
	return slot; /* which will not fit */
}

/* Which of them, does not matter here, nor the number. */
static void put_expected_fragment(struct tp_writer *head, const struct frames *f, const uint8_t *p,
				  uint32_t slot, uint16_t protocol, uint16_t size)
{
	const uint8_t *mp = p + 22 + 4 * f->o->tags;

	put_session_header(head, f, link_of(f, p, slot), false, TP_PPP_PROTO_MP,
			   (uint16_t)(size + FRAGMENT_HEADER));
	put_fragment_header(head, (uint32_t)mp[1] << 16 | load_be16(mp + 2), protocol);
}

bool frames_right(const struct frames *f, const struct rte_mbuf *m, bool up)
{
	const uint8_t *p = rte_pktmbuf_mtod(m, const uint8_t *);
	const bool in_fragment = !up && is_bundle(f);
	const unsigned len =
		up ? 14 : 22 + 4 * f->o->tags + (in_fragment ? (unsigned)FRAGMENT_HEADER : 0);
	uint8_t bytes[HEADER_MAX];
	struct tp_writer head = tp_writer_of(bytes, sizeof(bytes));
	uint32_t slot;

	if (!up && f->o->encryption) /* what it is, shows to its receiver alone */
		return load_be16(p + len - 2) == TP_PPP_PROTO_MPPE;
	if (m->data_len < len || m->pkt_len != m->data_len ||
	    !packet_is_right(p + len, m->data_len - len, up, &slot))
		return false;
	const bool ipv6 = p[len] >> 4 == 6;
	const uint16_t protocol = ipv6 ? TP_PPP_PROTO_IPV6 : TP_PPP_PROTO_IPV4;
	const uint16_t size = (uint16_t)(m->data_len - len);
	if (up)
		put_core_header(&head, f, true, ipv6);
	else if (in_fragment)
		put_expected_fragment(&head, f, p, slot, protocol, size);
	else
		put_session_header(&head, f, slot, false, protocol, size);
	return memcmp(p, bytes, len) == 0;
}
