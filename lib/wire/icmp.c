/* SPDX-License-Identifier: BSD-3-Clause */
/* ICMP for IPv4: errors and the answer to ping. */
#include "wire/icmp.h"

#include <arpa/inet.h>

#include "base/bytes.h"
#include "wire/ipv4.h"

/* RFC 791, section 3.1. */
#define OPTION_END	    0
#define OPTION_NOP	    1
#define OPTION_RECORD_ROUTE 7
#define OPTION_LOOSE_ROUTE  131
#define OPTION_STRICT_ROUTE 137

static bool is_icmp_error(uint8_t type)
{
	/* unreachable, source quench, redirect, time exceeded, parameter problem */
	return type == TP_ICMP_UNREACHABLE || type == 4 || type == 5 ||
	       type == TP_ICMP_TIME_EXCEEDED || type == 12;
}

bool tp_icmp_error_allowed(const void *packet, size_t len)
{
	const struct tp_ipv4 *ip = packet;
	unsigned header = tp_ipv4_header_len(ip);
	if ((ntohs(ip->fragment_be) & TP_IPV4_OFFSET) != 0)
		return false;
	if (tp_ipv4_is_martian(ip->src_be) || tp_ipv4_is_martian(ip->dst_be))
		return false;
	if (ip->protocol != TP_IPPROTO_ICMP)
		return true;
	return len > header && !is_icmp_error(((const uint8_t *)packet)[header]);
}

size_t tp_icmp_error_build(uint8_t *out, uint8_t type, uint8_t code, uint16_t mtu, uint32_t src_be,
			   const void *original, size_t len)
{
	const size_t headers = TP_IPV4_HEADER_LEN + TP_ICMP_HEADER_LEN;
	const struct tp_ipv4 *cause = original;
	size_t quoted = len < TP_ICMP_ERROR_MAX - headers ? len : TP_ICMP_ERROR_MAX - headers;
	uint8_t *icmp = out + TP_IPV4_HEADER_LEN;

	memset(icmp, 0, TP_ICMP_HEADER_LEN);
	icmp[0] = type;
	icmp[1] = code;
	tp_put_be16(icmp + 6, mtu);
	memcpy(icmp + TP_ICMP_HEADER_LEN, original, quoted);
	uint16_t checksum =
		tp_checksum_finish(tp_checksum_add(0, icmp, TP_ICMP_HEADER_LEN + quoted));
	memcpy(icmp + 2, &checksum, 2);
	tp_ipv4_build((struct tp_ipv4 *)(void *)out, (uint16_t)(headers + quoted),
		      TP_IPV4_DEFAULT_TTL, TP_IPPROTO_ICMP, src_be, cause->src_be);
	return headers + quoted;
}

/* RFC 1122, sections 3.2.1.8 and 3.2.2.6: a recorded route goes back with OURS in it, all else is
 * left out. False: a source route, which is nobody's to choose here, or options that cannot be. */
static bool answer_options(uint8_t *options, unsigned len, uint32_t ours_be)
{
	for (unsigned at = 0; at < len;) {
		uint8_t *o = options + at;
		unsigned size = 1;

		if (o[0] == OPTION_END) {
			memset(o, OPTION_END, len - at);
			break;
		}
		if (o[0] != OPTION_NOP) {
			size = len - at >= 2 ? o[1] : 0;
			if (size < 2 || size > len - at || o[0] == OPTION_LOOSE_ROUTE ||
			    o[0] == OPTION_STRICT_ROUTE)
				return false;
			if (o[0] != OPTION_RECORD_ROUTE)
				memset(o, OPTION_NOP, size);
			else if (size >= 3 && o[2] >= 4 && o[2] + 3u <= size) {
				memcpy(o + o[2] - 1, &ours_be, sizeof(ours_be));
				o[2] += sizeof(ours_be);
			}
		}
		at += size;
	}
	return true;
}

/* Summed anew if it is all there, as RFC 1624's update would not tell that it was wrong. The update
 * may give 0 where nothing but zeros is summed, and 0xffff is right: it is 0's other name
 * elsewhere. */
static void answer_checksum(uint8_t *icmp, size_t len, bool whole)
{
	uint16_t checksum = 0, request, reply;

	if (whole) {
		memset(icmp + 2, 0, 2);
		icmp[0] = TP_ICMP_ECHO_REPLY;
		checksum = tp_checksum_finish(tp_checksum_add(0, icmp, len));
	} else {
		memcpy(&request, icmp, 2);
		icmp[0] = TP_ICMP_ECHO_REPLY;
		memcpy(&reply, icmp, 2);
		memcpy(&checksum, icmp + 2, 2);
		checksum = tp_checksum_update(checksum, request, reply);
		checksum = checksum == 0 ? 0xffff : checksum;
	}
	memcpy(icmp + 2, &checksum, 2);
}

bool tp_icmp_echo_answer(void *packet, size_t len)
{
	struct tp_ipv4 *ip = packet;
	unsigned header = tp_ipv4_header_len(ip);
	uint8_t *icmp = (uint8_t *)packet + header;
	uint16_t place = ntohs(ip->fragment_be) & (TP_IPV4_MF | TP_IPV4_OFFSET);
	bool first = (place & TP_IPV4_OFFSET) == 0;
	size_t total = ntohs(ip->total_length_be), data = total - header;
	uint32_t ours_be = ip->dst_be;

	if (ip->protocol != TP_IPPROTO_ICMP || total > len ||
	    total < header + (first ? TP_ICMP_HEADER_LEN : 0u))
		return false;
	if (first && (icmp[0] != TP_ICMP_ECHO_REQUEST || icmp[1] != 0))
		return false;
	if (place == 0 && tp_checksum_finish(tp_checksum_add(0, icmp, data)) != 0)
		return false;
	if (!answer_options((uint8_t *)packet + TP_IPV4_HEADER_LEN, header - TP_IPV4_HEADER_LEN,
			    ours_be))
		return false;
	if (first)
		answer_checksum(icmp, data, place == 0);
	ip->fragment_be = htons(place);
	ip->ttl = TP_IPV4_DEFAULT_TTL;
	ip->dst_be = ip->src_be;
	ip->src_be = ours_be;
	ip->checksum_be = 0;
	ip->checksum_be = tp_checksum_finish(tp_checksum_add(0, packet, header));
	return true;
}
