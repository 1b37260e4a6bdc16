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

uint16_t tp_tcp_checksum(const struct tp_ipv4 *ip, const uint8_t *header, size_t header_len,
			 const uint8_t *payload, size_t payload_len)
{
	uint32_t sum = tp_tcp_pseudo_sum(ip, header_len + payload_len);

	sum = tp_checksum_add(sum, header, header_len);
	return tp_checksum_finish(tp_checksum_add(sum, payload, payload_len));
}
