/* SPDX-License-Identifier: BSD-3-Clause */
/* ICMP for IPv4 (RFC 792): the errors that a router sends, and the answer to ping.
 * Pure functions over bytes; any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TP_ICMP_HEADER_LEN	 8
#define TP_ICMP_ECHO_REPLY	 0
#define TP_ICMP_UNREACHABLE	 3
#define TP_ICMP_ECHO_REQUEST	 8
#define TP_ICMP_TIME_EXCEEDED	 11
#define TP_ICMP_CODE_TTL	 0 /* of time exceeded: in transit */
#define TP_ICMP_CODE_FRAG_NEEDED 4 /* of unreachable: fragmentation needed and DF set */

/* RFC 1812, section 4.3.2.3: as much of the original as fits without the ICMP datagram
 * exceeding 576 bytes. */
#define TP_ICMP_ERROR_MAX 576

/* May an error be sent about PACKET (LEN bytes, its header already checked)? RFC 1812, section
 * 4.3.2.7: not about an ICMP error, a fragment that is not the first, or a source or
 * destination that is not one host. */
bool tp_icmp_error_allowed(const void *packet, size_t len);

/* Builds the whole IPv4 packet of an error about ORIGINAL (LEN bytes) into OUT, which has room
 * for TP_ICMP_ERROR_MAX bytes; returns its length. MTU is the next hop's for code 4 (RFC 1191,
 * section 4), else 0. SRC_BE in network byte order; it goes to the original's source. */
size_t tp_icmp_error_build(uint8_t *out, uint8_t type, uint8_t code, uint16_t mtu, uint32_t src_be,
			   const void *original, size_t len);

/* Turns an Echo Request (PACKET of LEN bytes, its header checked, no options, not a fragment)
 * into its answer in place: RFC 1122, section 3.2.2.6. False, and nothing changed, when it is
 * none or its ICMP checksum is wrong. */
bool tp_icmp_echo_answer(void *packet, size_t len);
