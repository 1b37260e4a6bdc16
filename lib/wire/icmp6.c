/* SPDX-License-Identifier: BSD-3-Clause */
/* ICMP for IPv6: errors, the answers to ping and to Neighbor Solicitations. */
#include "wire/icmp6.h"

#include <arpa/inet.h>

#include "base/bytes.h"
#include "wire/ipv4.h"
#include "wire/ipv6_chain.h"

#define FIRST_INFORMATIONAL 128

/* Of Neighbor Solicitations and Advertisements: RFC 4861, sections 4.3 and 4.4. */
#define ND_LEN	      24 /* without options */
#define ND_TARGET     8
#define ND_ROUTER     0x80
#define ND_SOLICITED  0x40
#define ND_OVERRIDE   0x20
#define OPTION_SOURCE 1 /* a link-layer address */

static const uint8_t all_nodes[TP_IPV6_ADDRESS_LEN] = {0xff, 0x02, [15] = 1};

/* ---- errors ---------------------------------------------------------------------------------- */

bool tp_icmp6_is_discovery(const void *packet, size_t len)
{
	const uint8_t *p = packet;

	return len > TP_IPV6_HEADER_LEN && p[6] == TP_IPV6_ICMP && p[7] == TP_ICMP6_ND_HOP_LIMIT &&
	       p[TP_IPV6_HEADER_LEN] >= TP_ICMP6_ROUTER_SOLICITATION &&
	       p[TP_IPV6_HEADER_LEN] <= TP_ICMP6_REDIRECT;
}

bool tp_icmp6_error_allowed(const void *packet, size_t len, uint8_t type)
{
	const struct tp_ipv6 *ip = packet;
	bool to_many = type == TP_ICMP6_TOO_BIG || type == TP_ICMP6_PARAMETER;
	struct tp_ipv6_upper upper;

	if (tp_ipv6_is_martian(ip->src) || (tp_ipv6_is_multicast(ip->dst) && !to_many))
		return false;
	if (!tp_ipv6_upper_find(packet, len, &upper))
		return type == TP_ICMP6_PARAMETER; /* what it is, nobody will find out */
	if (upper.protocol != TP_IPV6_ICMP)
		return true;
	if (upper.later || upper.offset >= len)
		return false;
	uint8_t cause = ((const uint8_t *)packet)[upper.offset];
	return cause >= FIRST_INFORMATIONAL && cause != TP_ICMP6_REDIRECT;
}

/* Of all LEN bytes from ICMP6 on, whose field may have been anything. */
static void put_checksum(const struct tp_ipv6 *ip, uint8_t *icmp6, size_t len)
{
	uint16_t checksum;

	memset(icmp6 + 2, 0, 2);
	checksum = tp_ipv6_checksum(ip->src, ip->dst, TP_IPV6_ICMP, icmp6, len);
	memcpy(icmp6 + 2, &checksum, sizeof(checksum));
}

size_t tp_icmp6_error_build(uint8_t *out, uint8_t type, uint8_t code, uint32_t value,
			    const uint8_t *src, const void *original, size_t len)
{
	const size_t headers = TP_IPV6_HEADER_LEN + TP_ICMP6_HEADER_LEN;
	const struct tp_ipv6 *cause = original;
	struct tp_ipv6 *ip = (struct tp_ipv6 *)(void *)out;
	size_t quoted = len < TP_ICMP6_ERROR_MAX - headers ? len : TP_ICMP6_ERROR_MAX - headers;
	uint8_t *icmp6 = out + TP_IPV6_HEADER_LEN;

	icmp6[0] = type;
	icmp6[1] = code;
	tp_put_be32(icmp6 + 4, value);
	memcpy(icmp6 + TP_ICMP6_HEADER_LEN, original, quoted);
	tp_ipv6_build(ip, (uint16_t)(TP_ICMP6_HEADER_LEN + quoted), TP_IPV6_ICMP,
		      TP_IPV6_DEFAULT_HOP_LIMIT, src, cause->src);
	put_checksum(ip, icmp6, TP_ICMP6_HEADER_LEN + quoted);
	return headers + quoted;
}

/* ---- echo ------------------------------------------------------------------------------------ */

/* Where an Echo Request's own header begins, or would, and how much of it a packet has. */
struct echo {
	size_t at, len;
	bool first, whole;
};

static bool find_echo(const uint8_t *p, size_t len, struct echo *echo)
{
	const struct tp_ipv6 *ip = (const struct tp_ipv6 *)(const void *)p;
	size_t total = tp_ipv6_total(p);
	uint8_t next = ip->next_header;

	*echo = (struct echo){.at = TP_IPV6_HEADER_LEN, .first = true, .whole = true};
	if (total > len)
		return false;
	if (next == TP_IPV6_FRAGMENT) {
		if (total < TP_IPV6_HEADER_LEN + TP_IPV6_FRAGMENT_LEN)
			return false;
		uint16_t place = (uint16_t)(p[42] << 8 | p[43]);
		next = p[TP_IPV6_HEADER_LEN];
		echo->at += TP_IPV6_FRAGMENT_LEN;
		echo->first = (place & TP_IPV6_FRAGMENT_OFFSET) == 0;
		echo->whole = echo->first && (place & TP_IPV6_FRAGMENT_MORE) == 0;
	}
	echo->len = total - echo->at;
	if (next != TP_IPV6_ICMP || (echo->first && echo->len < TP_ICMP6_HEADER_LEN))
		return false;
	return !echo->first || (p[echo->at] == TP_ICMP6_ECHO_REQUEST && p[echo->at + 1] == 0);
}

/* Of a first fragment, by what has changed: RFC 1624. The addresses only changed places. */
static void update_checksum(uint8_t *icmp6)
{
	uint16_t checksum, request, reply;

	memcpy(&request, icmp6, 2);
	icmp6[0] = TP_ICMP6_ECHO_REPLY;
	memcpy(&reply, icmp6, 2);
	memcpy(&checksum, icmp6 + 2, 2);
	checksum = tp_checksum_update(checksum, request, reply);
	memcpy(icmp6 + 2, &checksum, 2);
}

bool tp_icmp6_echo_answer(void *packet, size_t len, const uint8_t *ours)
{
	struct tp_ipv6 *ip = packet;
	uint8_t *p = packet, src[TP_IPV6_ADDRESS_LEN];
	struct echo echo;

	if (!find_echo(p, len, &echo))
		return false;
	if (echo.whole && tp_ipv6_checksum(ip->src, ip->dst, TP_IPV6_ICMP, p + echo.at, echo.len))
		return false;
	if (!echo.whole && !tp_ipv6_same(ip->dst, ours))
		return false;
	memcpy(src, ip->src, sizeof(src));
	tp_ipv6_build(ip, ntohs(ip->payload_length_be), ip->next_header, TP_IPV6_DEFAULT_HOP_LIMIT,
		      ours, src);
	if (echo.whole) {
		p[echo.at] = TP_ICMP6_ECHO_REPLY;
		put_checksum(ip, p + echo.at, echo.len);
	} else if (echo.first) {
		update_checksum(p + echo.at);
	}
	return true;
}

/* ---- Neighbor Discovery ---------------------------------------------------------------------- */

/* ff02::1:ff00:0/104 and the end of ADDRESS: RFC 4291, section 2.7.1. */
static bool is_solicited_node(const uint8_t *group, const uint8_t *address)
{
	static const uint8_t start[13] = {0xff, 0x02, [11] = 1, [12] = 0xff};

	return memcmp(group, start, sizeof(start)) == 0 && memcmp(group + 13, address + 13, 3) == 0;
}

/* No option has the length 0, or says from where it came if it came from nobody. */
static bool options_are_valid(struct tp_reader options, bool from_nobody)
{
	uint8_t type, len;
	const uint8_t *value;

	while (tp_reader_left(&options) > 0)
		if (!tp_read_u8(&options, &type) || !tp_read_u8(&options, &len) || len == 0 ||
		    !tp_read_bytes(&options, len * 8u - 2, &value) ||
		    (type == OPTION_SOURCE && from_nobody))
			return false;
	return true;
}

size_t tp_icmp6_solicitation_answer(void *packet, size_t len, const uint8_t *ours)
{
	struct tp_ipv6 *ip = packet;
	uint8_t *nd = (uint8_t *)packet + TP_IPV6_HEADER_LEN, dst[TP_IPV6_ADDRESS_LEN];
	size_t total = tp_ipv6_total(packet), payload = total - TP_IPV6_HEADER_LEN;
	bool from_nobody = tp_ipv6_is_unspecified(ip->src);

	if (total > len || payload < ND_LEN || ip->next_header != TP_IPV6_ICMP ||
	    ip->hop_limit != TP_ICMP6_ND_HOP_LIMIT || nd[0] != TP_ICMP6_NEIGHBOR_SOLICITATION ||
	    nd[1] != 0 || !tp_ipv6_same(nd + ND_TARGET, ours))
		return 0;
	if (tp_ipv6_is_multicast(ip->src) || (from_nobody && !is_solicited_node(ip->dst, ours)) ||
	    !options_are_valid(tp_reader_of(nd + ND_LEN, payload - ND_LEN), from_nobody) ||
	    tp_ipv6_checksum(ip->src, ip->dst, TP_IPV6_ICMP, nd, payload) != 0)
		return 0;
	memcpy(dst, from_nobody ? all_nodes : ip->src, sizeof(dst));
	tp_ipv6_build(ip, ND_LEN, TP_IPV6_ICMP, TP_ICMP6_ND_HOP_LIMIT, ours, dst);
	nd[0] = TP_ICMP6_NEIGHBOR_ADVERTISEMENT;
	memset(nd + 4, 0, 4);
	nd[4] = ND_ROUTER | ND_OVERRIDE | (from_nobody ? 0 : ND_SOLICITED);
	put_checksum(ip, nd, ND_LEN);
	return TP_IPV6_HEADER_LEN + ND_LEN;
}
