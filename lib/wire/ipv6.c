/* SPDX-License-Identifier: BSD-3-Clause */
#include "wire/ipv6.h"

#include <arpa/inet.h>

#include "wire/ipv4.h"

void tp_ipv6_link_local(uint8_t address[TP_IPV6_ADDRESS_LEN], const uint8_t *interface_id)
{
	static const uint8_t prefix[8] = {0xfe, 0x80};

	memcpy(address, prefix, sizeof(prefix));
	memcpy(address + sizeof(prefix), interface_id, TP_IPV6_INTERFACE_ID_LEN);
}

void tp_ipv6_eui64(uint8_t *interface_id, const struct tp_mac *mac)
{
	const uint8_t *b = mac->bytes;
	const uint8_t id[TP_IPV6_INTERFACE_ID_LEN] = {b[0] ^ 0x02, b[1], b[2], 0xff,
						      0xfe,	   b[3], b[4], b[5]};

	memcpy(interface_id, id, sizeof(id));
}

/* ::/96 has unspecified, loopback and IPv4-compatible addresses; ::ffff:0:0/96 the mapped ones. */
bool tp_ipv6_is_martian(const uint8_t *address)
{
	static const uint8_t zero[10];

	if (tp_ipv6_is_multicast(address))
		return true;
	return memcmp(address, zero, sizeof(zero)) == 0 &&
	       ((address[10] == 0 && address[11] == 0) ||
		(address[10] == 0xff && address[11] == 0xff));
}

void tp_ipv6_build(struct tp_ipv6 *ip, uint16_t payload_length, uint8_t next_header,
		   uint8_t hop_limit, const uint8_t *src, const uint8_t *dst)
{
	ip->version_class_flow_be = htonl((uint32_t)TP_IPV6_VERSION_BYTE << 24);
	ip->payload_length_be = htons(payload_length);
	ip->next_header = next_header;
	ip->hop_limit = hop_limit;
	memcpy(ip->src, src, sizeof(ip->src));
	memcpy(ip->dst, dst, sizeof(ip->dst));
}

uint16_t tp_ipv6_checksum(const uint8_t *src, const uint8_t *dst, uint8_t next_header,
			  const void *payload, size_t len)
{
	const uint32_t tail[2] = {htonl((uint32_t)len), htonl(next_header)};
	uint32_t sum = tp_checksum_add(0, src, TP_IPV6_ADDRESS_LEN);

	sum = tp_checksum_add(sum, dst, TP_IPV6_ADDRESS_LEN);
	sum = tp_checksum_add(sum, tail, sizeof(tail));
	return tp_checksum_finish(tp_checksum_add(sum, payload, len));
}
