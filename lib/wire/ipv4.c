/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv4 headers and the Internet checksum. */
#include "wire/ipv4.h"

#include <arpa/inet.h>

static uint16_t fold(uint64_t sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)((sum & 0xffff) + (sum >> 16));
}

uint32_t tp_checksum_add(uint32_t sum, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	uint64_t wide = sum, words[4];

	/* Any width will do, with the carry brought around: RFC 1071, section 2. */
	for (; len >= sizeof(words); p += sizeof(words), len -= sizeof(words)) {
		memcpy(words, p, sizeof(words));
		for (unsigned i = 0; i < 4; i++) {
			wide += words[i];
			wide += wide < words[i];
		}
	}
	memset(words, 0, sizeof(words)); /* RFC 1071: padded on the right with zeros */
	memcpy(words, p, len);
	for (unsigned i = 0; i < 4; i++) {
		wide += words[i];
		wide += wide < words[i];
	}
	return fold(wide);
}

uint16_t tp_checksum_finish(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

enum tp_ipv4_fault tp_ipv4_check(const void *packet, size_t len)
{
	const struct tp_ipv4 *ip = packet;
	if (len < TP_IPV4_HEADER_LEN || ip->version_ihl >> 4 != 4)
		return TP_IPV4_BAD_HEADER;
	unsigned header = tp_ipv4_header_len(ip);
	if (header < TP_IPV4_HEADER_LEN)
		return TP_IPV4_BAD_HEADER;
	uint16_t total = ntohs(ip->total_length_be);
	if (total < header || total > len)
		return TP_IPV4_BAD_LENGTH;
	bool right = header == TP_IPV4_HEADER_LEN
			     ? tp_ipv4_checksum_ok(packet)
			     : tp_checksum_finish(tp_checksum_add(0, packet, header)) == 0;
	return right ? TP_IPV4_OK : TP_IPV4_BAD_CHECKSUM;
}

void tp_ipv4_build(struct tp_ipv4 *ip, uint16_t total_length, uint8_t ttl, uint8_t protocol,
		   uint32_t src_be, uint32_t dst_be)
{
	*ip = (struct tp_ipv4){
		.version_ihl = TP_IPV4_VERSION_IHL,
		.total_length_be = htons(total_length),
		.ttl = ttl,
		.protocol = protocol,
		.src_be = src_be,
		.dst_be = dst_be,
	};
	ip->checksum_be = tp_checksum_finish(tp_checksum_add(0, ip, sizeof(*ip)));
}
