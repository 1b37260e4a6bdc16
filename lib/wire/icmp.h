/* SPDX-License-Identifier: BSD-3-Clause */
/* ICMP for IPv4 (RFC 792): the errors that a router sends, and the answer to ping.
 * Pure functions over bytes; any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TP_ICMP_HEADER_LEN    8
#define TP_ICMP_ECHO_REPLY    0
#define TP_ICMP_UNREACHABLE   3
#define TP_ICMP_ECHO_REQUEST  8
#define TP_ICMP_TIME_EXCEEDED 11
#define TP_ICMP_CODE_TTL      0 /* of time exceeded: in transit */
/* Of unreachable: RFC 792, RFC 1812, section 5.2.7.1. */
#define TP_ICMP_CODE_NETWORK	 0
#define TP_ICMP_CODE_HOST	 1
#define TP_ICMP_CODE_PROTOCOL	 2
#define TP_ICMP_CODE_PORT	 3
#define TP_ICMP_CODE_FRAG_NEEDED 4 /* and DF set */
#define TP_ICMP_CODE_PROHIBITED	 13

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

/* Turns an Echo Request (PACKET of LEN bytes, its header checked) into its answer in place: RFC
 * 1122, section 3.2.2.6. Of one in fragments each becomes that of the answer, which the sender puts
 * together again: so no one has to keep any, and the answer may be as large as the question. A
 * fragment that is not the first does not say what it is of; if not of an echo, its sender gets
 * back what it will drop. False when it is none, or its ICMP checksum, where all of it is there, or
 * its options are wrong. */
bool tp_icmp_echo_answer(void *packet, size_t len);
