/* SPDX-License-Identifier: BSD-3-Clause */
/* ICMP for IPv4: errors and the answer to ping. */
#include "wire/icmp.h"

#include <arpa/inet.h>

#include "base/bytes.h"
#include "wire/ipv4.h"

/* One host's address, as far as it shows by itself: not 0/8, 127/8, nor class D or E. */
static bool is_host(uint32_t address_be)
{
	uint8_t first = (uint8_t)(ntohl(address_be) >> 24);
	return first != 0 && first != 127 && first < 224;
}

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
	if (!is_host(ip->src_be) || !is_host(ip->dst_be))
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

bool tp_icmp_echo_answer(void *packet, size_t len)
{
	struct tp_ipv4 *ip = packet;
	uint8_t *icmp = (uint8_t *)packet + TP_IPV4_HEADER_LEN;
	uint16_t checksum;

	if (ip->version_ihl != TP_IPV4_VERSION_IHL || ip->protocol != TP_IPPROTO_ICMP ||
	    (ntohs(ip->fragment_be) & (TP_IPV4_MF | TP_IPV4_OFFSET)) != 0)
		return false;
	size_t total = ntohs(ip->total_length_be);
	if (total > len || total < TP_IPV4_HEADER_LEN + TP_ICMP_HEADER_LEN)
		return false;
	if (icmp[0] != TP_ICMP_ECHO_REQUEST || icmp[1] != 0 ||
	    tp_checksum_finish(tp_checksum_add(0, icmp, total - TP_IPV4_HEADER_LEN)) != 0)
		return false;

	/* Summed anew: RFC 1624's update cannot tell the checksum of nothing but zeros. */
	icmp[0] = TP_ICMP_ECHO_REPLY;
	memset(icmp + 2, 0, 2);
	checksum = tp_checksum_finish(tp_checksum_add(0, icmp, total - TP_IPV4_HEADER_LEN));
	memcpy(icmp + 2, &checksum, 2);
	tp_ipv4_build(ip, (uint16_t)total, TP_IPV4_DEFAULT_TTL, TP_IPPROTO_ICMP, ip->dst_be,
		      ip->src_be);
	return true;
}
