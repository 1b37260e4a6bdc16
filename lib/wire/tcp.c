/* SPDX-License-Identifier: BSD-3-Clause */
/* Clamping the maximum segment size of TCP SYNs, and checksums. */
#include "wire/tcp.h"

#include <arpa/inet.h>

#include "base/bytes.h"

/* Where in the segment the two octets of the MSS stand, 0 when there are none. */
static size_t find_mss(const uint8_t *segment, size_t header_len)
{
	struct tp_reader r =
		tp_reader_of(segment + TP_TCP_HEADER_LEN, header_len - TP_TCP_HEADER_LEN);
	uint8_t kind, len;
	const uint8_t *value;

	while (tp_read_u8(&r, &kind) && kind != TP_TCP_OPTION_END) {
		if (kind == TP_TCP_OPTION_NOP)
			continue;
		if (!tp_read_u8(&r, &len) || len < 2 || !tp_read_bytes(&r, len - 2u, &value))
			return 0;
		if (kind == TP_TCP_OPTION_MSS)
			return len == 4 ? (size_t)(value - segment) : 0;
	}
	return 0;
}

/* Puts V at AT; the checksum covers 16-bit words from the segment's start, so that a value at
 * an odd place (an odd number of NOPs before it) touches two of them. */
static void patch(uint8_t *segment, size_t at, uint16_t v)
{
	size_t first = at & ~(size_t)1, words = (at & 1) != 0 ? 2 : 1;
	uint16_t old[2], new[2], checksum;

	memcpy(old, segment + first, words * 2);
	tp_put_be16(segment + at, v);
	memcpy(new, segment + first, words * 2);
	memcpy(&checksum, segment + TP_TCP_CHECKSUM, 2);
	for (size_t i = 0; i < words; i++)
		checksum = tp_checksum_update(checksum, old[i], new[i]);
	memcpy(segment + TP_TCP_CHECKSUM, &checksum, 2);
}

bool tp_tcp_mss_clamp(uint8_t *segment, size_t len, uint16_t mss)
{
	if (len < TP_TCP_HEADER_LEN || (segment[TP_TCP_FLAGS_OFFSET] & TP_TCP_SYN) == 0)
		return false;
	size_t header_len = (segment[TP_TCP_DATA_OFFSET] >> 4) * 4u;
	if (header_len < TP_TCP_HEADER_LEN || header_len > len)
		return false;
	size_t at = find_mss(segment, header_len);
	if (at == 0 || (segment[at] << 8 | segment[at + 1]) <= mss)
		return false;
	patch(segment, at, mss);
	return true;
}

uint32_t tp_tcp_pseudo_sum(const struct tp_ipv4 *ip, size_t len)
{
	/* Source and destination stand side by side. */
	return tp_checksum_add((uint32_t)htons(TP_IPPROTO_TCP) + htons((uint16_t)len), &ip->src_be,
			       8);
}

uint32_t tp_tcp_pseudo_sum6(const struct tp_ipv6 *ip, size_t len)
{
	return tp_checksum_add((uint32_t)htons(TP_IPPROTO_TCP) + htons((uint16_t)len), ip->src,
			       2 * sizeof(ip->src));
}

uint16_t tp_tcp_checksum_of(uint32_t pseudo, const uint8_t *header, size_t header_len,
			    const uint8_t *payload, size_t payload_len)
{
	uint32_t sum = tp_checksum_add(pseudo, header, header_len);

	return tp_checksum_finish(tp_checksum_add(sum, payload, payload_len));
}

uint16_t tp_tcp_checksum(const struct tp_ipv4 *ip, const uint8_t *header, size_t header_len,
			 const uint8_t *payload, size_t payload_len)
{
	return tp_tcp_checksum_of(tp_tcp_pseudo_sum(ip, header_len + payload_len), header,
				  header_len, payload, payload_len);
}

/* The reset of a segment whose sequence space ends at END. */
static void write_reset(uint8_t *tcp, uint32_t end)
{
	bool acks = (tcp[TP_TCP_FLAGS_OFFSET] & TP_TCP_ACK) != 0;
	uint8_t ports[4];

	memcpy(ports, tcp + 2, 2);
	memcpy(ports + 2, tcp, 2);
	if (acks)
		memcpy(tcp + TP_TCP_SEQUENCE, tcp + TP_TCP_ACKNOWLEDGE, 4);
	else
		memset(tcp + TP_TCP_SEQUENCE, 0, 4);
	tp_put_be32(tcp + TP_TCP_ACKNOWLEDGE, acks ? 0 : end);
	memcpy(tcp, ports, sizeof(ports));
	memset(tcp + TP_TCP_DATA_OFFSET, 0, TP_TCP_HEADER_LEN - TP_TCP_DATA_OFFSET);
	tcp[TP_TCP_DATA_OFFSET] = TP_TCP_HEADER_LEN / 4 << 4;
	tcp[TP_TCP_FLAGS_OFFSET] = acks ? TP_TCP_RST : TP_TCP_RST | TP_TCP_ACK;
}

size_t tp_tcp_reset_answer(void *packet, size_t len)
{
	struct tp_ipv4 *ip = packet;
	unsigned ip_len = tp_ipv4_header_len(ip);
	size_t segment = ntohs(ip->total_length_be) - ip_len;
	uint8_t *p = packet, *tcp = p + ip_len;
	uint32_t sequence;
	uint16_t checksum;

	if (segment + ip_len > len || segment < TP_TCP_HEADER_LEN)
		return 0;
	unsigned header = (tcp[TP_TCP_DATA_OFFSET] >> 4) * 4u;
	uint8_t flags = tcp[TP_TCP_FLAGS_OFFSET];
	if ((flags & TP_TCP_RST) != 0 || header < TP_TCP_HEADER_LEN || header > segment ||
	    tp_checksum_finish(tp_checksum_add(tp_tcp_pseudo_sum(ip, segment), tcp, segment)) != 0)
		return 0;
	memcpy(&sequence, tcp + TP_TCP_SEQUENCE, 4);
	write_reset(tcp, ntohl(sequence) + (uint32_t)(segment - header) +
				 ((flags & TP_TCP_SYN) != 0) + ((flags & TP_TCP_FIN) != 0));
	memmove(p + TP_IPV4_HEADER_LEN, tcp, TP_TCP_HEADER_LEN);
	tcp = p + TP_IPV4_HEADER_LEN;
	tp_ipv4_build(ip, TP_IPV4_HEADER_LEN + TP_TCP_HEADER_LEN, TP_IPV4_DEFAULT_TTL,
		      TP_IPPROTO_TCP, ip->dst_be, ip->src_be);
	checksum = tp_checksum_finish(
		tp_checksum_add(tp_tcp_pseudo_sum(ip, TP_TCP_HEADER_LEN), tcp, TP_TCP_HEADER_LEN));
	memcpy(tcp + TP_TCP_CHECKSUM, &checksum, 2);
	return TP_IPV4_HEADER_LEN + TP_TCP_HEADER_LEN;
}
