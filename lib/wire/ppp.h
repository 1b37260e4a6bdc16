/* SPDX-License-Identifier: BSD-3-Clause */
/* PPP on the wire: protocol numbers, the packet that all control protocols share
 * (code, identifier, length, data; RFC 1661 section 5) and the list of options
 * inside it (RFC 1661 section 6).
 *
 * A frame here starts with the two bytes of the PPP protocol field, as it does after
 * PPPoE's header: no address and control bytes, no FCS. Pure functions; any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* The protocol field (IANA, "PPP Numbers"). */
#define TP_PPP_PROTO_IPV4   0x0021
#define TP_PPP_PROTO_MP	    0x003d
#define TP_PPP_PROTO_IPV6   0x0057
#define TP_PPP_PROTO_MPPE   0x00fd /* compressed datagram */
#define TP_PPP_PROTO_IPCP   0x8021
#define TP_PPP_PROTO_IPV6CP 0x8057
#define TP_PPP_PROTO_CCP    0x80fd
#define TP_PPP_PROTO_LCP    0xc021
#define TP_PPP_PROTO_PAP    0xc023
#define TP_PPP_PROTO_CHAP   0xc223

/* Codes of LCP, and up to Code-Reject of every NCP: RFC 1661 section 5. */
#define TP_PPP_CODE_CONFIGURE_REQUEST 1
#define TP_PPP_CODE_CONFIGURE_ACK     2
#define TP_PPP_CODE_CONFIGURE_NAK     3
#define TP_PPP_CODE_CONFIGURE_REJECT  4
#define TP_PPP_CODE_TERMINATE_REQUEST 5
#define TP_PPP_CODE_TERMINATE_ACK     6
#define TP_PPP_CODE_CODE_REJECT	      7
#define TP_PPP_CODE_PROTOCOL_REJECT   8
#define TP_PPP_CODE_ECHO_REQUEST      9
#define TP_PPP_CODE_ECHO_REPLY	      10
#define TP_PPP_CODE_DISCARD_REQUEST   11
#define TP_PPP_CODE_IDENTIFICATION    12 /* RFC 1570 section 2.1 */
#define TP_PPP_CODE_TIME_REMAINING    13 /* RFC 1570 section 2.2 */
#define TP_PPP_CODE_RESET_REQUEST     14 /* CCP: RFC 1962 section 2 */
#define TP_PPP_CODE_RESET_ACK	      15

/* PAP: RFC 1334 section 2.2. */
#define TP_PPP_PAP_REQUEST 1
#define TP_PPP_PAP_ACK	   2
#define TP_PPP_PAP_NAK	   3

/* CHAP: RFC 1994 section 4. */
#define TP_PPP_CHAP_CHALLENGE 1
#define TP_PPP_CHAP_RESPONSE  2
#define TP_PPP_CHAP_SUCCESS   3
#define TP_PPP_CHAP_FAILURE   4

/* The algorithm byte after 0xc223 in LCP's Authentication-Protocol option. */
#define TP_PPP_CHAP_ALGORITHM_MD5     0x05 /* RFC 1994 section 3 */
#define TP_PPP_CHAP_ALGORITHM_MSCHAP1 0x80 /* RFC 2433 section 3 */
#define TP_PPP_CHAP_ALGORITHM_MSCHAP2 0x81 /* RFC 2759 section 3 */

/* LCP options: RFC 1661 section 6, RFC 1990, and those known by name only to be refused. */
#define TP_PPP_LCP_MRU	    1
#define TP_PPP_LCP_ACCM	    2 /* RFC 1662 section 7.1 */
#define TP_PPP_LCP_AUTH	    3
#define TP_PPP_LCP_QUALITY  4
#define TP_PPP_LCP_MAGIC    5
#define TP_PPP_LCP_PFC	    7
#define TP_PPP_LCP_ACFC	    8
#define TP_PPP_LCP_MRRU	    17 /* RFC 1990 section 5.1.1 */
#define TP_PPP_LCP_SSNHF    18 /* short sequence numbers: section 5.1.2 */
#define TP_PPP_LCP_ENDPOINT 19 /* section 5.1.3 */

/* IPCP options. */
#define TP_PPP_IPCP_ADDRESSES	1   /* RFC 1332 section 3.1, deprecated there */
#define TP_PPP_IPCP_COMPRESSION 2   /* RFC 1332 section 3.2 */
#define TP_PPP_IPCP_ADDRESS	3   /* RFC 1332 section 3.3 */
#define TP_PPP_IPCP_DNS1	129 /* RFC 1877 section 1.1 */
#define TP_PPP_IPCP_NBNS1	130
#define TP_PPP_IPCP_DNS2	131
#define TP_PPP_IPCP_NBNS2	132

/* IPV6CP options: RFC 5072 section 4. */
#define TP_PPP_IPV6CP_INTERFACE_ID 1
#define TP_PPP_IPV6CP_COMPRESSION  2

/* CCP's option for MPPE, and the bits in it: RFC 3078 section 2. */
#define TP_PPP_CCP_MPPE	      18
#define TP_PPP_MPPE_STATELESS 0x01000000
#define TP_PPP_MPPE_56	      0x00000080
#define TP_PPP_MPPE_128	      0x00000040
#define TP_PPP_MPPE_40	      0x00000020

#define TP_PPP_DEFAULT_MRU 1500 /* RFC 1661 section 6.1 */
#define TP_PPP_HEADER_LEN  4	/* code, identifier, length */
#define TP_PPP_PROTO_LEN   2

/* One packet of a control protocol. */
struct tp_ppp_packet {
	uint8_t code;
	uint8_t id;
	struct tp_reader data; /* what the Length field covers after the header; padding cut off */
};

/* Reads a packet from R, which stands after the protocol field. False when the header is short,
 * or Length is less than 4 or more than what is there: RFC 1661 section 5 has such packets
 * silently discarded. */
bool tp_ppp_packet_parse(struct tp_reader *r, struct tp_ppp_packet *packet);

/* Starts a frame in the empty writer W: protocol field and header. */
void tp_ppp_packet_begin(struct tp_writer *w, uint16_t protocol, uint8_t code, uint8_t id);

/* Writes the Length field of the frame that tp_ppp_packet_begin() started. False when something
 * did not fit into W; the frame is then not to be sent. */
bool tp_ppp_packet_end(struct tp_writer *w);

/* One option of a Configure packet. */
struct tp_ppp_option {
	uint8_t type;
	uint8_t len;	     /* of data: the wire's Length less 2 */
	const uint8_t *data; /* points into what the reader was given */
};

enum tp_ppp_option_result { TP_PPP_OPTION_END, TP_PPP_OPTION_OK, TP_PPP_OPTION_MALFORMED };

/* The next option of R. MALFORMED: a Length below 2 or beyond the end. */
enum tp_ppp_option_result tp_ppp_option_next(struct tp_reader *r, struct tp_ppp_option *option);

/* An option with LEN bytes of data (at most 253), and with an integer given in host order. */
void tp_ppp_option_write(struct tp_writer *w, uint8_t type, const void *data, uint8_t len);
void tp_ppp_option_write_be16(struct tp_writer *w, uint8_t type, uint16_t value);
void tp_ppp_option_write_be32(struct tp_writer *w, uint8_t type, uint32_t value);

/* The option's data as an integer in host order; false when it has another length. */
bool tp_ppp_option_be16(const struct tp_ppp_option *option, uint16_t *value);
bool tp_ppp_option_be32(const struct tp_ppp_option *option, uint32_t *value);

/* "LCP", "IPCP", …; NULL for a number that has no name here. A static string. */
const char *tp_ppp_protocol_name(uint16_t protocol);
