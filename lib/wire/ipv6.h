/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6 headers (RFC 8200), addresses (RFC 4291) and the checksum of what they carry.
 * Addresses are 16 bytes as on the wire. Pure functions over bytes; any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "wire/ethernet.h"

#define TP_IPV6_HEADER_LEN	  40
#define TP_IPV6_ADDRESS_LEN	  16
#define TP_IPV6_INTERFACE_ID_LEN  8
#define TP_IPV6_MIN_MTU		  1280 /* RFC 8200, section 5 */
#define TP_IPV6_DEFAULT_HOP_LIMIT 64
#define TP_IPV6_VERSION_BYTE	  0x60 /* the version, in the upper half of the first byte */

/* Next headers (IANA, "Assigned Internet Protocol Numbers"). */
#define TP_IPV6_HOP_BY_HOP  0
#define TP_IPV6_ROUTING	    43
#define TP_IPV6_FRAGMENT    44
#define TP_IPV6_ESP	    50
#define TP_IPV6_AUTH	    51
#define TP_IPV6_ICMP	    58
#define TP_IPV6_NO_NEXT	    59
#define TP_IPV6_DESTINATION 60

/* The Fragment header, and the two parts of its field: RFC 8200, section 4.5. */
#define TP_IPV6_FRAGMENT_LEN	8
#define TP_IPV6_FRAGMENT_OFFSET 0xfff8
#define TP_IPV6_FRAGMENT_MORE	0x0001

struct tp_ipv6 {
	uint32_t version_class_flow_be;
	uint16_t payload_length_be;
	uint8_t next_header;
	uint8_t hop_limit;
	uint8_t src[TP_IPV6_ADDRESS_LEN];
	uint8_t dst[TP_IPV6_ADDRESS_LEN];
} __attribute__((packed));

/* fe80::/10, ff00::/8, and ::. */
static inline bool tp_ipv6_is_link_local(const uint8_t *address)
{
	return address[0] == 0xfe && (address[1] & 0xc0) == 0x80;
}

static inline bool tp_ipv6_is_multicast(const uint8_t *address)
{
	return address[0] == 0xff;
}

static inline bool tp_ipv6_is_unspecified(const uint8_t *address)
{
	static const uint8_t unspecified[TP_IPV6_ADDRESS_LEN];

	return memcmp(address, unspecified, sizeof(unspecified)) == 0;
}

static inline bool tp_ipv6_same(const uint8_t *a, const uint8_t *b)
{
	return memcmp(a, b, TP_IPV6_ADDRESS_LEN) == 0;
}

/* fe80:: with the interface identifier (8 bytes): RFC 5072, section 5. */
void tp_ipv6_link_local(uint8_t address[TP_IPV6_ADDRESS_LEN], const uint8_t *interface_id);

/* The interface identifier that an Ethernet address makes (RFC 4291, appendix A): 8 bytes. */
void tp_ipv6_eui64(uint8_t *interface_id, const struct tp_mac *mac);

/* No packet from or to a host on the Internet has such an address: unspecified, loopback,
 * multicast, IPv4-mapped or -compatible. Link-local ones are not among them. */
bool tp_ipv6_is_martian(const uint8_t *address);

/* Fills a header. PAYLOAD_LENGTH in octets, without the header. */
void tp_ipv6_build(struct tp_ipv6 *ip, uint16_t payload_length, uint8_t next_header,
		   uint8_t hop_limit, const uint8_t *src, const uint8_t *dst);

/* The checksum field, in network byte order, of a payload of NEXT_HEADER whose own field is zero:
 * with the pseudo-header of RFC 8200, section 8.1. Of UDP, 0 is to be sent as 0xffff. Of a payload
 * with its field filled in rightly: 0. */
uint16_t tp_ipv6_checksum(const uint8_t *src, const uint8_t *dst, uint8_t next_header,
			  const void *payload, size_t len);
