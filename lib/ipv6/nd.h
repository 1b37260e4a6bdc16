/* SPDX-License-Identifier: BSD-3-Clause */
/* Neighbour Discovery's messages and options (RFC 4861; 8106: RDNSS and DNSSL; 9762: the P flag),
 * as a point-to-point link has them: without link-layer addresses.
 *
 * Parsers take what follows the IPv6 header, from the ICMPv6 type on, with the checksum already
 * proven. Options that are not known are passed over; one of length zero or beyond the end makes
 * the whole message invalid (RFC 4861, sections 6.1 and 7.1). Pure functions; any thread. */
#pragma once

#include "base/prefix.h"
#include "ipv6/packet.h"

#define TP_ICMP6_ECHO_REQUEST	  128
#define TP_ICMP6_ECHO_REPLY	  129
#define TP_ICMP6_ROUTER_SOLICIT	  133
#define TP_ICMP6_ROUTER_ADVERT	  134
#define TP_ICMP6_NEIGHBOR_SOLICIT 135
#define TP_ICMP6_NEIGHBOR_ADVERT  136

#define TP_ND_INFINITE UINT32_MAX /* a lifetime */

struct tp_nd_prefix {
	struct tp_prefix6 prefix;
	bool on_link;	 /* L */
	bool autonomous; /* A: for SLAAC */
	bool delegation; /* P, RFC 9762: rather a prefix by DHCPv6 than addresses out of this one */
	uint32_t valid_s, preferred_s;
};

#define TP_ND_PREFIXES_MAX 4
#define TP_ND_DNS_MAX	   4
#define TP_ND_SEARCH_MAX   256 /* octets of domain names as in the option */

struct tp_nd_router_advert {
	uint8_t hop_limit;	    /* 0: not told */
	bool managed, other;	    /* M and O */
	uint16_t router_lifetime_s; /* 0: not a default router */
	uint32_t mtu;		    /* 0: not told */
	unsigned prefix_count;
	struct tp_nd_prefix prefixes[TP_ND_PREFIXES_MAX];
	uint32_t dns_lifetime_s, search_lifetime_s;
	unsigned dns_count;
	const uint8_t (*dns)[TP_IPV6_ADDRESS_LEN]; /* of one option, in what was parsed */
	const char *const *search;		   /* to build with; "example.net" */
	unsigned search_count;
	struct tp_reader search_names; /* of one option, in what was parsed: see names.h */
};

/* Writes the message, behind tp_ipv6_out_icmp(). Names that are none are left out. */
void tp_nd_router_advert_build(struct tp_writer *w, const struct tp_nd_router_advert *ra);

/* Prefixes beyond TP_ND_PREFIXES_MAX are passed over. */
enum tp_ipv6_reason tp_nd_router_advert_parse(struct tp_nd_router_advert *ra,
					      struct tp_reader message);

void tp_nd_router_solicit_build(struct tp_writer *w);

/* FROM_UNSPECIFIED: the packet's source was ::, with which there must be no link-layer address. */
enum tp_ipv6_reason tp_nd_router_solicit_parse(struct tp_reader message, bool from_unspecified);

/* TARGET: whose neighbour it is about, 16 octets. */
void tp_nd_neighbour_solicit_build(struct tp_writer *w, const uint8_t *target);
enum tp_ipv6_reason tp_nd_neighbour_solicit_parse(struct tp_reader message, bool from_unspecified,
						  const uint8_t **target);

/* A router's answer. SOLICITED: it goes to who asked, not to all nodes. */
void tp_nd_neighbour_advert_build(struct tp_writer *w, const uint8_t *target, bool solicited);
