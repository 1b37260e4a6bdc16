/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP (RFC 9293): as much of it as clamping the maximum segment size needs.
 * Pure functions over bytes; any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TP_TCP_HEADER_LEN   20
#define TP_TCP_FLAGS_OFFSET 13 /* of the octet with SYN in it */
#define TP_TCP_SYN	    0x02
#define TP_TCP_OPTION_END   0
#define TP_TCP_OPTION_NOP   1
#define TP_TCP_OPTION_MSS   2 /* RFC 9293, section 3.7.1 */

/* SEGMENT is LEN bytes from the TCP header on. If it is a SYN whose MSS option says more than
 * MSS, the option says MSS afterwards and the checksum follows (RFC 1624). Returns whether it
 * changed anything. A header that cannot be, or options that run past it, change nothing. */
bool tp_tcp_mss_clamp(uint8_t *segment, size_t len, uint16_t mss);
