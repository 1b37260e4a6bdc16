/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv4 headers (RFC 791) and the Internet checksum (RFC 1071, RFC 1624).
 * Pure functions over bytes; any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define TP_IPV4_HEADER_LEN  20 /* without options */
#define TP_IPV4_HEADER_MAX  60 /* with them */
#define TP_IPV4_MIN_MTU	    68 /* RFC 791: every module forwards 68 octets unfragmented */
#define TP_IPV4_VERSION_IHL 0x45
#define TP_IPV4_DF	    0x4000 /* in the fragment field, host byte order */
#define TP_IPV4_MF	    0x2000
#define TP_IPV4_OFFSET	    0x1fff /* in units of 8 octets */
#define TP_IPV4_DEFAULT_TTL 64	   /* RFC 1700 */

#define TP_IPPROTO_ICMP 1
#define TP_IPPROTO_TCP	6
#define TP_IPPROTO_UDP	17

struct tp_ipv4 {
	uint8_t version_ihl;
	uint8_t tos;
	uint16_t total_length_be;
	uint16_t id_be;
	uint16_t fragment_be; /* flags and offset */
	uint8_t ttl;
	uint8_t protocol;
	uint16_t checksum_be;
	uint32_t src_be;
	uint32_t dst_be;
} __attribute__((packed));

/* Octets of the header by its IHL field. */
static inline unsigned tp_ipv4_header_len(const struct tp_ipv4 *ip)
{
	return (ip->version_ihl & 0x0fu) * 4;
}

/* The one's complement sum of LEN bytes added to SUM. Pieces but the last must be of even
 * length. */
uint32_t tp_checksum_add(uint32_t sum, const void *bytes, size_t len);

/* SUM complemented: the checksum field in network byte order. */
uint16_t tp_checksum_finish(uint32_t sum);

/* The checksum field after a 16-bit word of what it covers went from OLD to NEW; RFC 1624,
 * equation 3. All in network byte order. */
static inline uint16_t tp_checksum_update(uint16_t checksum_be, uint16_t old_be, uint16_t new_be)
{
	uint32_t sum = (uint16_t)~checksum_be + (uint16_t)~old_be + (uint32_t)new_be;
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Is the checksum of a header without options right? RFC 1812, section 5.2.2 (2). The words
 * are summed 64 bits at a time: the order of bytes does not matter (RFC 1071, section 2). */
static inline bool tp_ipv4_checksum_ok(const void *header)
{
	uint64_t a, b;
	uint32_t c;
	memcpy(&a, header, 8);
	memcpy(&b, (const uint8_t *)header + 8, 8);
	memcpy(&c, (const uint8_t *)header + 16, 4);
	uint64_t sum = a + b;
	sum += sum < b; /* 2^64 is 1 modulo 0xffff, so that a carry goes round */
	sum += c;
	sum += sum < c;
	/* It is a multiple of 0xffff if, multiplied by that number's inverse modulo 2^64, it is no
	 * more than 2^64 / 0xffff (Granlund and Montgomery, 1994, section 9). */
	return sum * 0xfffefffefffeffff <= 0x0001000100010001;
}

/* One hop less, the checksum with it; RFC 1141's shortcut with RFC 1624's care for 0xffff. */
static inline void tp_ipv4_ttl_decrement(struct tp_ipv4 *ip)
{
	uint32_t word; /* TTL, protocol, checksum */
	memcpy(&word, &ip->ttl, 4);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	word += 0x0000ffff + ((uint32_t)(word >= 0xfffe0000) << 16);
#else
#error "big-endian machines are not served"
#endif
	memcpy(&ip->ttl, &word, 4);
}

/* An address that is not one host's, as far as it shows by itself: of 0/8, 127/8, class D or E. No
 * packet comes from one (RFC 1812, section 5.3.7). */
static inline bool tp_ipv4_is_martian(uint32_t address_be)
{
	uint8_t first = (uint8_t)address_be; /* the octet that comes first */
	return (uint8_t)(first - 1) >= 223 || first == 127;
}

enum tp_ipv4_fault {
	TP_IPV4_OK,
	TP_IPV4_BAD_HEADER, /* too short, not version 4, or an IHL that cannot be */
	TP_IPV4_BAD_LENGTH, /* the total length does not fit the header or the frame */
	TP_IPV4_BAD_CHECKSUM,
};

/* The checks of RFC 1812, section 5.2.2, on a header with or without options in LEN bytes. */
enum tp_ipv4_fault tp_ipv4_check(const void *packet, size_t len);

/* Fills a header without options, checksum included. TOTAL_LENGTH in octets, addresses in
 * network byte order. */
void tp_ipv4_build(struct tp_ipv4 *ip, uint16_t total_length, uint8_t ttl, uint8_t protocol,
		   uint32_t src_be, uint32_t dst_be);
