/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP (RFC 9293): as much of it as clamping the maximum segment size, cutting and joining need.
 * Pure functions over bytes; any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/ipv4.h"
#include "wire/ipv6.h"

#define TP_TCP_HEADER_LEN   20
#define TP_TCP_SEQUENCE	    4 /* offsets in the header */
#define TP_TCP_ACKNOWLEDGE  8
#define TP_TCP_DATA_OFFSET  12 /* in the upper half of the octet, in words of 32 bits */
#define TP_TCP_FLAGS_OFFSET 13
#define TP_TCP_WINDOW	    14
#define TP_TCP_CHECKSUM	    16
#define TP_TCP_FIN	    0x01
#define TP_TCP_SYN	    0x02
#define TP_TCP_RST	    0x04
#define TP_TCP_PSH	    0x08
#define TP_TCP_ACK	    0x10
#define TP_TCP_CWR	    0x80
#define TP_TCP_OPTION_END   0
#define TP_TCP_OPTION_NOP   1
#define TP_TCP_OPTION_MSS   2 /* RFC 9293, section 3.7.1 */

/* SEGMENT is LEN bytes from the TCP header on. If it is a SYN whose MSS option says more than
 * MSS, the option says MSS afterwards and the checksum follows (RFC 1624). Returns whether it
 * changed anything. A header that cannot be, or options that run past it, change nothing. */
bool tp_tcp_mss_clamp(uint8_t *segment, size_t len, uint16_t mss);

/* Turns PACKET of LEN bytes, whose IPv4 header has been checked and is of TCP, into the reset that
 * a host without any connection answers with (RFC 9293, section 3.10.7.1), and returns its length;
 * 0: it earns none. Not of fragments. */
size_t tp_tcp_reset_answer(void *packet, size_t len);

/* The sum of the pseudo header of LEN bytes of TCP in IP, for tp_checksum_add(). */
uint32_t tp_tcp_pseudo_sum(const struct tp_ipv4 *ip, size_t len);
uint32_t tp_tcp_pseudo_sum6(const struct tp_ipv6 *ip, size_t len);

/* The checksum field of a segment whose pseudo header has the sum PSEUDO: its header and payload,
 * covered by it as they are; 0 when there is a checksum in HEADER already and it is right. */
uint16_t tp_tcp_checksum_of(uint32_t pseudo, const uint8_t *header, size_t header_len,
			    const uint8_t *payload, size_t payload_len);
/* The same in IPv4. */
uint16_t tp_tcp_checksum(const struct tp_ipv4 *ip, const uint8_t *header, size_t header_len,
			 const uint8_t *payload, size_t payload_len);
