/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames of subscribers (IP, fragments of MP, MPPE, control frames, discovery) and of the core. */
#include "worker_frames.h"

#include <stdlib.h>

#include <rte_mbuf.h>

#include "dataplane/coding.h"
#include "dataplane/worker/worker.h"
#include "input.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/ppp.h"
#include "wire/pppoe.h"

struct peer peers[SLOTS];
const struct tp_mac gateway = {{2, 0, 0, 0, 0xff, 2}};

uint32_t any_address(void)
{
	if (below(2) == 0)
		return SUBSCRIBERS + below(SLOTS);
	return ONE_OF(IP(198, 51, 100, 7), IP(10, 0, 0, 1), IP(192, 0, 2, 1), IP(192, 0, 2, 2),
		      IP(192, 0, 2, 9), IP(203, 0, 113, 5), IP(172, 16, 0, 5), IP(172, 17, 0, 9),
		      IP(127, 0, 0, 1), IP(224, 0, 0, 5), 0, UINT32_MAX);
}

/* ---- IPv4 ------------------------------------------------------------------------------------ */

static uint16_t put_packet(uint8_t *p, uint32_t src, uint32_t dst)
{
	struct tp_ipv4 *ip = (struct tp_ipv4 *)p;
	uint16_t total = (uint16_t)(28 + word() % 1960);
	uint8_t ttl = (uint8_t)ONE_OF(64, 255, 2, 1, 0);
	uint8_t protocol = (uint8_t)ONE_OF(TP_IPPROTO_TCP, TP_IPPROTO_ICMP, 17, TP_IPPROTO_TCP, 2);

	memset(p + TP_IPV4_HEADER_LEN, (int)byte(), total - TP_IPV4_HEADER_LEN);
	if (protocol == TP_IPPROTO_ICMP)
		p[TP_IPV4_HEADER_LEN] = TP_ICMP_ECHO_REQUEST;
	tp_ipv4_build(ip, total, ttl, protocol, rte_cpu_to_be_32(src), rte_cpu_to_be_32(dst));
	ip->fragment_be = rte_cpu_to_be_16((uint16_t)ONE_OF(0, 0x4000, 0x2000, 0x2010, 0));
	ip->checksum_be = 0;
	ip->checksum_be = tp_checksum_finish(tp_checksum_add(0, ip, sizeof(*ip)));
	return total;
}

/* ---- IPv6 ------------------------------------------------------------------------------------ */

static void address6(uint8_t *address, uint32_t upper, uint32_t network, uint32_t host)
{
	memset(address, 0, 16);
	tp_put_be32(address, upper);
	tp_put_be32(address + 4, network);
	tp_put_be32(address + 12, host);
}

/* An address of SLOT's: in its link's prefix, in its delegated one, or link-local. */
static void address6_of(uint8_t *address, unsigned slot)
{
	switch (below(4)) {
	case 0:
	case 1:
		address6(address, LINKS6, slot, 1 + below(3));
		break;
	case 2:
		address6(address, DELEGATED6, slot << 8 | below(4), 1);
		break;
	default:
		address6(address, 0xfe800000, 0, 2 + slot);
	}
}

void any_address6(uint8_t *address)
{
	static const uint32_t others[][3] = {
		{0x20014860, 0, 8},	     /* beyond the gateway */
		{CORE6, 0, 1},		     /* the box's own */
		{CORE6, 0, 2},		     /* the gateway */
		{CORE6, 0, 9},		     /* a neighbour, perhaps */
		{0x20014870, 0, 1},	     /* a blackhole */
		{0xfe800000, 0, 1},	     /* our end of a link */
		{0xfe800000, 0, 0x99},	     /* nobody's */
		{0xff020000, 0, 1},	     /* all nodes */
		{0xff020000, 0, 2},	     /* all routers */
		{0xff020000, 0, 0x10002},    /* DHCPv6 */
		{0xff020000, 0, 0xff000001}, /* near enough to a solicited node's */
		{0xff0e0000, 0, 5},	     /* a group */
		{0, 0, 0},
		{0, 0, 1},
	};

	if (below(2) == 0) {
		address6_of(address, below(SLOTS));
		return;
	}
	const uint32_t *other = others[below(sizeof(others) / sizeof(others[0]))];
	address6(address, other[0], other[1], other[2]);
}

/* Some extension headers at P, of which the last says NEXT; *NEXT becomes the first's. */
static uint16_t put_chain(uint8_t *p, uint8_t *next)
{
	uint8_t *names = next;
	uint8_t last = *next;
	uint16_t len = 0;

	for (unsigned i = below(4); i > 1; i--) {
		*names = (uint8_t)ONE_OF(TP_IPV6_HOP_BY_HOP, TP_IPV6_DESTINATION, TP_IPV6_FRAGMENT,
					 TP_IPV6_ROUTING, TP_IPV6_AUTH);
		names = p + len;
		tp_put_be32(p + len,
			    ONE_OF(0, 0x00000104, 0x00000001, 0x00000008, 0x0000c204, 0x00ff0000));
		tp_put_be32(p + len + 4, byte());
		len = (uint16_t)(len + 8);
	}
	*names = last;
	return len;
}

static uint16_t put_packet6(uint8_t *p, const uint8_t *src, const uint8_t *dst)
{
	struct tp_ipv6 *ip = (struct tp_ipv6 *)p;
	uint8_t hops = (uint8_t)ONE_OF(64, 255, 2, 1, 0);
	uint8_t protocol = (uint8_t)ONE_OF(TP_IPPROTO_TCP, TP_IPV6_ICMP, TP_IPV6_ICMP, 17, 59, 132);
	uint16_t payload = (uint16_t)(below(8) != 0 ? 24 + word() % 1940 : below(64)), at;
	uint8_t next = protocol;
	uint16_t sum;

	memset(p + TP_IPV6_HEADER_LEN, (int)byte(), 2048);
	at = put_chain(p + TP_IPV6_HEADER_LEN, &next);
	uint8_t *upper = p + TP_IPV6_HEADER_LEN + at;
	if (protocol == 17)
		tp_put_be16(upper + 2, (uint16_t)ONE_OF(547, 53));
	tp_ipv6_build(ip, payload, next, hops, src, dst);
	if (protocol == TP_IPV6_ICMP) {
		upper[0] = (uint8_t)ONE_OF(128, 133, 135, 135, 134, 136, 137, 143, 130, 1, 2);
		upper[1] = 0;
		memset(upper + 2, 0, 6);
		address6(upper + 8, 0xfe800000, 0, below(4));
		upper[24] = (uint8_t)ONE_OF(1, 5);
		upper[25] = (uint8_t)ONE_OF(1, 0, 9);
		if (payload > at) {
			sum = tp_ipv6_checksum(src, dst, TP_IPV6_ICMP, upper, payload - (size_t)at);
			memcpy(upper + 2, &sum, sizeof(sum));
		}
	}
	if (below(32) == 0)
		memset(&ip->payload_length_be, 0, 2);
	return (uint16_t)(TP_IPV6_HEADER_LEN + payload);
}

/* Either family's packet of SLOT; its PPP PROTOCOL. */
static uint16_t any_packet_of(unsigned slot, uint8_t *p, uint16_t *protocol)
{
	uint8_t src6[16], dst6[16];
	uint32_t src;

	*protocol = below(2) == 0 ? TP_PPP_PROTO_IPV4 : TP_PPP_PROTO_IPV6;
	if (*protocol == TP_PPP_PROTO_IPV4) {
		src = below(8) != 0 ? SUBSCRIBERS + slot : any_address();
		return put_packet(p, src, any_address());
	}
	if (below(8) != 0)
		address6_of(src6, slot);
	else
		any_address6(src6);
	any_address6(dst6);
	return put_packet6(p, src6, dst6);
}

/* ---- frames ---------------------------------------------------------------------------------- */

struct tp_vlans vlans_of(unsigned slot)
{
	return (struct tp_vlans){
		.outer = slot % 3 != 0 ? (uint16_t)(100 + slot) : 0,
		.inner = slot % 3 == 2 ? 7 : 0,
	};
}

struct tp_mac mac_of(unsigned slot)
{
	return (struct tp_mac){{2, 1, 0, 0, 0, (uint8_t)slot}};
}

static void put_ethernet(struct tp_writer *out, unsigned slot, uint16_t type)
{
	struct tp_vlans vlans = vlans_of(slot);
	struct tp_mac mac = mac_of(slot);

	tp_write_bytes(out, dp->ports[ACCESS].mac.bytes, 6);
	tp_write_bytes(out, mac.bytes, 6);
	if (vlans.outer != 0) {
		tp_write_be16(out, vlans.inner != 0 ? TP_ETHERTYPE_QINQ : TP_ETHERTYPE_VLAN);
		tp_write_be16(out, vlans.outer);
	}
	if (vlans.inner != 0) {
		tp_write_be16(out, TP_ETHERTYPE_VLAN);
		tp_write_be16(out, vlans.inner);
	}
	tp_write_be16(out, type);
}

static void put_session(struct tp_writer *out, unsigned slot, uint16_t protocol,
			const uint8_t *payload, uint16_t len)
{
	put_ethernet(out, slot, TP_ETHERTYPE_SESSION);
	tp_write_be16(out, 0x1100);
	tp_write_be16(out, (uint16_t)(slot + 1));
	tp_write_be16(out, (uint16_t)(len + 2));
	tp_write_be16(out, protocol);
	tp_write_bytes(out, payload, len);
}

/* LCP's echoes and whatever is of that form. */
static void put_control(struct tp_writer *out, unsigned slot)
{
	uint8_t lcp[64] = {(uint8_t)ONE_OF(9, 10, 1, 5, 11), (uint8_t)byte()};
	uint16_t len = (uint16_t)(8 + below(sizeof(lcp) - 8));

	tp_put_be16(lcp + 2, (uint16_t)(below(8) != 0 ? len : byte()));
	tp_put_be32(lcp + 4, byte());
	put_session(out, slot, (uint16_t)ONE_OF(0xc021, 0xc021, 0x8021, 0xc023, 0x80fd, 0x57), lcp,
		    len);
}

static void put_encrypted(struct tp_writer *out, unsigned slot, uint8_t *room)
{
	uint16_t len, protocol;

	len = (uint16_t)(any_packet_of(slot, room + TP_MPPE_HEADER_LEN + 2, &protocol) + 2);
	tp_put_be16(room + TP_MPPE_HEADER_LEN, protocol);
	if (peers[slot].encrypts && below(16) != 0)
		tp_mppe_encrypt(&peers[slot].cipher, room, len);
	put_session(out, slot, TP_PPP_PROTO_MPPE, room, (uint16_t)(len + TP_MPPE_HEADER_LEN));
}

/* A fragment of LEADER's bundle, by the link of VIA. */
static void put_fragment(struct tp_writer *out, unsigned leader, unsigned via, uint8_t *room)
{
	uint8_t flags = (uint8_t)ONE_OF(0xc0, 0x80, 0x40, 0, 0x80, 0x40);
	bool is_short = peers[leader].is_short;
	uint16_t header = is_short ? 2 : 4, len = header, protocol;
	uint32_t *sequence = &peers[leader].sequence;

	*sequence += ONE_OF(1, 1, 1, 1, 1, 2, 0, 0xfffffffe, 5, 0x7fffff, 0x800000, 300);
	if (is_short)
		tp_put_be16(room, (uint16_t)(flags << 8 | (*sequence & 0xfff)));
	else
		tp_put_be32(room, (uint32_t)flags << 24 | (*sequence & 0xffffff));
	if ((flags & TP_MP_BEGIN) != 0)
		len = (uint16_t)(len + 2);
	len = (uint16_t)(len + any_packet_of(leader, room + len, &protocol));
	if ((flags & TP_MP_BEGIN) != 0)
		tp_put_be16(room + header, protocol);
	if (flags != (TP_MP_BEGIN | TP_MP_END))
		len = (uint16_t)(header + 1 + word() % (len - header));
	put_session(out, via, TP_PPP_PROTO_MP, room, len);
}

static void put_from_subscriber(struct tp_writer *out)
{
	static uint8_t room[4096];
	unsigned slot = below(SLOTS);
	uint16_t len, protocol;

	switch (below(8)) {
	case 0:
	case 1:
		len = any_packet_of(slot, room, &protocol);
		put_session(out, slot, protocol, room, len);
		break;
	case 2:
	case 3:
		put_fragment(out, slot, slot, room);
		break;
	case 4:
		put_fragment(out, slot, below(SLOTS), room);
		break;
	case 5:
		put_encrypted(out, slot, room);
		break;
	case 6:
		put_control(out, slot);
		break;
	default:
		put_ethernet(out, slot, (uint16_t)ONE_OF(TP_ETHERTYPE_DISCOVERY, 0x86dd, 0x800));
		memset(room, 0, 46);
		tp_put_be16(room, (uint16_t)(0x1100 | ONE_OF(9, 0x19, 0xa7)));
		tp_write_bytes(out, room, 46);
	}
}

static void put_from_core6(struct tp_writer *out)
{
	static uint8_t room[4096];
	uint8_t src[16], dst[16];
	uint16_t len;

	address6(src, 0x20014860, 0, 8);
	if (below(2) == 0)
		any_address6(src);
	if (below(8) != 0)
		address6_of(dst, below(SLOTS));
	else
		any_address6(dst);
	len = put_packet6(room, src, dst);
	if (below(8) != 0)
		tp_write_bytes(out, dp->ports[CORE].mac.bytes, 6);
	else
		tp_write_bytes(out, "\x33\x33\0\0\0\1", 6);
	tp_write_bytes(out, gateway.bytes, 6);
	tp_write_be16(out, TP_ETHERTYPE_IPV6);
	tp_write_bytes(out, room, len);
}

void put_from_core(struct tp_writer *out)
{
	static uint8_t room[4096];
	uint16_t len, type = (uint16_t)ONE_OF(TP_ETHERTYPE_IPV4, TP_ETHERTYPE_IPV4, 0x806, 0x86dd,
					      TP_ETHERTYPE_IPV4, TP_ETHERTYPE_IPV4);
	uint32_t dst;

	if (below(2) == 0) {
		put_from_core6(out);
		return;
	}
	dst = below(8) != 0 ? SUBSCRIBERS + below(SLOTS) : any_address();
	len = put_packet(room, below(2) != 0 ? IP(198, 51, 100, 7) : any_address(), dst);
	tp_write_bytes(out, dp->ports[CORE].mac.bytes, 6);
	tp_write_bytes(out, gateway.bytes, 6);
	tp_write_be16(out, type);
	tp_write_bytes(out, room, len);
}

struct rte_mbuf *next_frame(struct tp_worker *w, unsigned port)
{
	static uint8_t bytes[4200];
	struct tp_writer out = tp_writer_of(bytes, sizeof(bytes));
	struct rte_mbuf *m = rte_pktmbuf_alloc(w->pool);
	uint16_t len;
	unsigned how;

	if (port == ACCESS)
		put_from_subscriber(&out);
	else
		put_from_core(&out);
	if (m == NULL || !tp_writer_ok(&out))
		abort();
	len = (uint16_t)tp_writer_len(&out);
	len = len < rte_pktmbuf_tailroom(m) ? len : rte_pktmbuf_tailroom(m);
	how = byte();
	if (how >= 0xf8)
		len = (uint16_t)(TP_ETHERNET_HEADER_LEN + byte() % (len - TP_ETHERNET_HEADER_LEN));
	else if (how >= 0xf0)
		bytes[word() % len] ^= (uint8_t)(1 + below(255));
	memcpy(rte_pktmbuf_append(m, len), bytes, len);
	if (how == 0xe0) {
		m->ol_flags |= RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED;
		m->vlan_tci = (uint16_t)word();
	}
	return m;
}
