/* SPDX-License-Identifier: BSD-3-Clause */
#include "packet.h"

#include <rte_ip.h>
#include <rte_udp.h>
#include <string.h>

#include "stream.h"
#include "wire/ipv6.h"

#define UDP_PORT 9 /* discard: RFC 863 */

static const size_t headers[PACKET_FAMILIES] = {
	[PACKET_IPV4] = sizeof(struct rte_ipv4_hdr) + sizeof(struct rte_udp_hdr),
	[PACKET_IPV6] = sizeof(struct rte_ipv6_hdr) + sizeof(struct rte_udp_hdr),
};

enum packet_family packet_family_of(const uint8_t *packet, size_t len)
{
	return len > 0 && packet[0] >> 4 == 6 ? PACKET_IPV6 : PACKET_IPV4;
}

size_t packet_headers(enum packet_family family)
{
	return headers[family];
}

uint16_t packet_least(enum packet_family family)
{
	return (uint16_t)(headers[family] + STREAM_STAMP_LEN);
}

static struct rte_udp_hdr udp_of(uint16_t len)
{
	return (struct rte_udp_hdr){
		.src_port = rte_cpu_to_be_16(UDP_PORT),
		.dst_port = rte_cpu_to_be_16(UDP_PORT),
		.dgram_len = rte_cpu_to_be_16(len),
	};
}

static void zero_the_rest(uint8_t *packet, uint16_t size, enum packet_family family)
{
	memset(packet + packet_least(family), 0, (size_t)(size - packet_least(family)));
}

void packet_build_ipv4(uint8_t *packet, uint16_t size, uint32_t src, uint32_t dst)
{
	struct rte_ipv4_hdr ip = {
		.version_ihl = RTE_IPV4_VHL_DEF,
		.total_length = rte_cpu_to_be_16(size),
		.time_to_live = 64,
		.next_proto_id = IPPROTO_UDP,
		.src_addr = rte_cpu_to_be_32(src),
		.dst_addr = rte_cpu_to_be_32(dst),
	};
	struct rte_udp_hdr udp = udp_of((uint16_t)(size - sizeof(ip)));

	ip.hdr_checksum = rte_ipv4_cksum(&ip);
	memcpy(packet, &ip, sizeof(ip));
	memcpy(packet + sizeof(ip), &udp, sizeof(udp));
	zero_the_rest(packet, size, PACKET_IPV4);
}

/* Of a datagram that has nothing but zeroes behind the stamp: they add nothing to the sum. */
static uint16_t udp_checksum(const struct rte_ipv6_hdr *ip, const uint8_t *udp)
{
	uint32_t sum = rte_ipv6_phdr_cksum(ip, 0);

	sum += rte_raw_cksum(udp, sizeof(struct rte_udp_hdr) + STREAM_STAMP_LEN);
	sum = ~((sum >> 16) + (sum & 0xffff)) & 0xffff;
	return sum == 0 ? 0xffff : (uint16_t)sum; /* RFC 8200, section 8.1: never 0 */
}

void packet_build_ipv6(uint8_t *packet, uint16_t size, const uint8_t *src, const uint8_t *dst)
{
	uint16_t len = (uint16_t)(size - TP_IPV6_HEADER_LEN);
	struct rte_udp_hdr udp = udp_of(len);
	uint8_t *p = packet + TP_IPV6_HEADER_LEN;

	tp_ipv6_build((struct tp_ipv6 *)packet, len, IPPROTO_UDP, TP_IPV6_DEFAULT_HOP_LIMIT, src,
		      dst);
	memcpy(p, &udp, sizeof(udp));
	udp.dgram_cksum = udp_checksum((const struct rte_ipv6_hdr *)packet, p);
	memcpy(p, &udp, sizeof(udp));
	zero_the_rest(packet, size, PACKET_IPV6);
}
