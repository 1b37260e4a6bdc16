/* SPDX-License-Identifier: BSD-3-Clause */
/* ICMP for IPv6 (RFC 4443): the errors that a router sends, the answer to ping, and of Neighbor
 * Discovery (RFC 4861) the answer to who asks for us. Pure functions over bytes; any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/ipv6.h"

#define TP_ICMP6_HEADER_LEN 8

/* Types: errors are below 128. */
#define TP_ICMP6_UNREACHABLE		1
#define TP_ICMP6_TOO_BIG		2
#define TP_ICMP6_TIME_EXCEEDED		3
#define TP_ICMP6_PARAMETER		4
#define TP_ICMP6_ECHO_REQUEST		128
#define TP_ICMP6_ECHO_REPLY		129
#define TP_ICMP6_LISTENER_QUERY		130 /* RFC 2710 */
#define TP_ICMP6_LISTENER_REPORT	131
#define TP_ICMP6_LISTENER_DONE		132
#define TP_ICMP6_ROUTER_SOLICITATION	133
#define TP_ICMP6_ROUTER_ADVERTISEMENT	134
#define TP_ICMP6_NEIGHBOR_SOLICITATION	135
#define TP_ICMP6_NEIGHBOR_ADVERTISEMENT 136
#define TP_ICMP6_REDIRECT		137
#define TP_ICMP6_LISTENER_REPORT_V2	143 /* RFC 3810 */

/* Codes of Destination Unreachable. */
#define TP_ICMP6_CODE_NO_ROUTE	 0
#define TP_ICMP6_CODE_PROHIBITED 1
#define TP_ICMP6_CODE_SCOPE	 2 /* beyond that of the source */
#define TP_ICMP6_CODE_ADDRESS	 3
#define TP_ICMP6_CODE_PORT	 4
#define TP_ICMP6_CODE_SOURCE	 5 /* it failed the ingress policy */
/* Of Time Exceeded: in transit; of Parameter Problem: a protocol or an option that is not known. */
#define TP_ICMP6_CODE_HOP_LIMIT	  0
#define TP_ICMP6_CODE_NEXT_HEADER 1
#define TP_ICMP6_CODE_OPTION	  2

#define TP_ICMP6_ND_HOP_LIMIT 255 /* RFC 4861, section 3.1: nobody beyond the link can forge it */

/* RFC 4443, section 2.4 (c): as much of the original as fits without exceeding the minimum MTU. */
#define TP_ICMP6_ERROR_MAX TP_IPV6_MIN_MTU

/* Is a packet (LEN bytes, its header checked) of Neighbor Discovery? */
bool tp_icmp6_is_discovery(const void *packet, size_t len);

/* May an error of TYPE be sent about PACKET (LEN bytes, its header already checked)? RFC 4443,
 * section 2.4 (e): not about an ICMPv6 error or Redirect, as far as can be told, nor about what
 * went to many or came from an address that is not one node's. */
bool tp_icmp6_error_allowed(const void *packet, size_t len, uint8_t type);

/* Builds the whole IPv6 packet of an error about ORIGINAL (LEN bytes) into OUT, which has room for
 * TP_ICMP6_ERROR_MAX bytes; returns its length. VALUE is the MTU of Packet Too Big, the pointer of
 * Parameter Problem, else 0. It goes from SRC to the original's source. */
size_t tp_icmp6_error_build(uint8_t *out, uint8_t type, uint8_t code, uint32_t value,
			    const uint8_t *src, const void *original, size_t len);

/* Turns an Echo Request to OURS, or to a group that OURS is in (PACKET of LEN bytes, its header
 * checked), into its answer from OURS in place: RFC 4443, section 4.2. Of one in fragments each
 * becomes that of the answer, as tp_icmp_echo_answer() has it. False when it is none, or has its
 * checksum wrong where all of it is there, or other extension headers. */
bool tp_icmp6_echo_answer(void *packet, size_t len, const uint8_t *ours);

/* Turns a Neighbor Solicitation for OURS (PACKET of LEN bytes, its header checked) into the answer
 * of a router on a link without link-layer addresses, in place, and returns its length; 0: it is
 * none, not for OURS, or not valid (RFC 4861, section 7.1.1). */
size_t tp_icmp6_solicitation_answer(void *packet, size_t len, const uint8_t *ours);
