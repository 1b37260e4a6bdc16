/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6 packets as the engines of lib/ipv6 take and make them: ICMPv6 and UDP right behind the
 * header, those to send of 1,280 octets at most. Pure functions; any thread. */
#pragma once

#include "base/bytes.h"
#include "ipv6/counters.h"
#include "wire/ipv6.h"

#define TP_IPV6_UDP	       17
#define TP_IPV6_UDP_HEADER_LEN 8
#define TP_IPV6_ND_HOP_LIMIT   255 /* RFC 4861, section 4: proof that no router forwarded it */

extern const uint8_t tp_ipv6_all_nodes[TP_IPV6_ADDRESS_LEN];	     /* ff02::1 */
extern const uint8_t tp_ipv6_all_routers[TP_IPV6_ADDRESS_LEN];	     /* ff02::2 */
extern const uint8_t tp_ipv6_all_dhcp6_servers[TP_IPV6_ADDRESS_LEN]; /* ff02::1:2 */

/* ff02::1:ff with the address's last three octets (RFC 4291, section 2.7.1). */
void tp_ipv6_solicited_node(uint8_t multicast[TP_IPV6_ADDRESS_LEN], const uint8_t *address);

/* A packet that was received; points into it. */
struct tp_ipv6_in {
	const uint8_t *src, *dst;
	uint8_t hop_limit;
	uint8_t protocol;	     /* TP_IPV6_ICMP or TP_IPV6_UDP */
	uint16_t src_port, dst_port; /* UDP's */
	struct tp_reader payload;    /* ICMPv6 from its type on; what follows UDP's header */
};

/* Takes PACKET apart and checks lengths and checksum. What follows the payload that the header
 * tells of is padding. Extension headers are not looked behind: nothing of ND or DHCPv6 that is
 * sent on a point-to-point link has any (RFC 6980). */
enum tp_ipv6_reason tp_ipv6_in_parse(struct tp_ipv6_in *in, const void *packet, size_t len);

/* A packet to be sent. */
struct tp_ipv6_out {
	struct tp_writer w; /* behind the headers */
	uint8_t bytes[TP_IPV6_MIN_MTU];
};

/* Begins a packet from SRC to DST with nothing in it: of ICMPv6, or of UDP between the ports. */
void tp_ipv6_out_icmp(struct tp_ipv6_out *out, const uint8_t *src, const uint8_t *dst);
void tp_ipv6_out_udp(struct tp_ipv6_out *out, const uint8_t *src, uint16_t src_port,
		     const uint8_t *dst, uint16_t dst_port);

/* Fills in lengths and checksum. The packet's length; 0: what was written did not fit. */
size_t tp_ipv6_out_finish(struct tp_ipv6_out *out);
