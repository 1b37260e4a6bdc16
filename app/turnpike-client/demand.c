/* SPDX-License-Identifier: BSD-3-Clause */
#include "demand.h"

#include <arpa/inet.h>
#include <string.h>

#include "segment.h"
#include "wire/ipv4.h"

#define TCP_CHECKSUM 16 /* RFC 9293, section 3.1 */
#define UDP_CHECKSUM 6	/* RFC 768 */

bool demand_is_traffic(const void *packet, size_t len)
{
	const struct tp_ipv4 *ip = packet;

	/* 224.0.0.0 and above: groups, reserved, all. */
	return len >= sizeof(*ip) && ip->version_ihl >> 4 == 4 && ntohl(ip->dst_be) < 0xe0000000;
}

void demand_take(struct demand *demand, const struct virtio_net_hdr *vnet, uint8_t *packet,
		 size_t len)
{
	struct segmenter segmenter;
	struct tp_reader payload;
	size_t header_len;

	if (!demand_is_traffic(packet, len) || !segment_start(&segmenter, vnet, packet, len) ||
	    segment_longest(&segmenter) > DEMAND_PACKET_MAX)
		return;
	while (demand->count < DEMAND_PACKETS &&
	       segment_next(&segmenter, demand->packet[demand->count].bytes, &header_len,
			    &payload)) {
		const size_t payload_len = tp_reader_left(&payload);

		memcpy(demand->packet[demand->count].bytes + header_len, payload.p, payload_len);
		demand->packet[demand->count++].len = (uint16_t)(header_len + payload_len);
	}
}

static uint16_t update(uint16_t checksum_be, uint32_t from_be, uint32_t to_be)
{
	uint16_t from[2], to[2];

	memcpy(from, &from_be, sizeof(from));
	memcpy(to, &to_be, sizeof(to));
	checksum_be = tp_checksum_update(checksum_be, from[0], to[0]);
	return tp_checksum_update(checksum_be, from[1], to[1]);
}

/* The checksum of TCP and UDP, which covers the addresses. */
static void update_payload(uint8_t *payload, size_t len, uint8_t protocol, uint32_t from_be,
			   uint32_t to_be)
{
	const size_t at = protocol == TP_IPPROTO_TCP ? TCP_CHECKSUM : UDP_CHECKSUM;
	uint16_t checksum_be;

	if ((protocol != TP_IPPROTO_TCP && protocol != TP_IPPROTO_UDP) || len < at + 2)
		return;
	memcpy(&checksum_be, payload + at, 2);
	if (protocol == TP_IPPROTO_UDP && checksum_be == 0)
		return; /* there is none */
	checksum_be = update(checksum_be, from_be, to_be);
	if (protocol == TP_IPPROTO_UDP && checksum_be == 0)
		checksum_be = 0xffff;
	memcpy(payload + at, &checksum_be, 2);
}

void demand_readdress(void *packet, size_t len, uint32_t from, uint32_t to)
{
	const uint32_t from_be = htonl(from), to_be = htonl(to);
	struct tp_ipv4 *ip = packet;
	size_t header;

	if (len < sizeof(*ip) || ip->src_be != from_be)
		return;
	header = tp_ipv4_header_len(ip);
	ip->src_be = to_be;
	ip->checksum_be = update(ip->checksum_be, from_be, to_be);
	if (header >= sizeof(*ip) && header < len && (ntohs(ip->fragment_be) & TP_IPV4_OFFSET) == 0)
		update_payload((uint8_t *)packet + header, len - header, ip->protocol, from_be,
			       to_be);
}
