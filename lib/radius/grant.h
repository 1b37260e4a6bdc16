/* SPDX-License-Identifier: BSD-3-Clause */
/* What a server gives a subscriber (Access-Accept), or changes of what it has (CoA-Request): the
 * attributes read and checked, and then as a struct tp_subscriber.
 *
 * Of what says the same in two ways the more precise counts, as on RouterOS: Framed-IP-Address
 * before Framed-Pool, and IPv6's prefixes before their pools; Mikrotik-Rate-Limit before Ascend's
 * rates, before WISPr's, before Filter-Id. Of an attribute that may come once the last counts. What
 * is not known is ignored; a value of a known one that can't be used refuses the whole.
 *
 * No I/O, no state; one thread, that of the names. Addresses are in host byte order. */
#pragma once

#include "aaa/local.h"
#include "radius/packet.h"

#define TP_RADIUS_ROUTES_MAX 32	  /* Framed-Routes of one subscriber, and as many -IPv6-Routes */
#define TP_RADIUS_CLASS_MAX  1280 /* bytes of all attributes that are echoed */
#define TP_RADIUS_WHY	     160

/* What Framed-IP-Address says: RFC 2865, 5.8. */
#define TP_RADIUS_ADDRESS_OF_POOL UINT32_C(0xfffffffe)
#define TP_RADIUS_ADDRESS_OF_PEER UINT32_C(0xffffffff)

typedef char tp_radius_name[TP_RADIUS_VALUE_MAX + 1];

struct tp_radius_grant {
	/* Which attributes it had; what is not given is zero below. */
	bool given[TP_RADIUS_ATTRIBUTES];

	uint32_t framed_address, framed_netmask;
	uint32_t dns[2], nbns[2];
	uint32_t session_timeout_s, idle_timeout_s, interim_s, termination_action;
	uint32_t framed_mtu, port_limit;
	uint64_t limit_in, limit_out, limit_total; /* bytes */
	struct tp_rate_limit rate_limit; /* of whichever attribute counts; see has_rate_limit */
	bool has_rate_limit;
	uint32_t encryption_policy, encryption_types; /* RFC 2548, 2.4.4 and 2.4.5 */

	tp_radius_name group, pool, address_list;
	tp_radius_name framed_ipv6_pool, delegated_ipv6_pool, stateful_ipv6_pool;
	struct tp_prefix6 framed_ipv6_prefix, delegated_ipv6_prefixes[TP_DELEGATED_MAX];
	uint8_t framed_ipv6_address[16], ipv6_dns[2][16], framed_interface_id[8];
	unsigned ipv6_dns_count, delegated_ipv6_count;
	struct tp_prefix6 ipv6_routes[TP_RADIUS_ROUTES_MAX];
	unsigned ipv6_route_count;

	struct tp_prefix routes[TP_RADIUS_ROUTES_MAX];
	unsigned route_count;
	uint16_t class_len;
	uint8_t class[TP_RADIUS_CLASS_MAX]; /* what is echoed, each with type and length */
};

/* Reads PACKET into GRANT. FILTER_ID: a Filter-Id is a rate, as accel-ppp has it ("down/up" or one
 * for both, in kbit/s). False: WHY is a clause that names the attribute. */
bool tp_radius_grant_read(const struct tp_radius_packet *packet, bool filter_id,
			  struct tp_radius_grant *grant, char why[TP_RADIUS_WHY]);

/* Unless the server gave another, NAME is what accounting calls the peer: as it was sent, when we
 * have it in other words. */
void tp_radius_grant_name(struct tp_radius_grant *grant, const char *name);

/* SUBSCRIBER, with what it had before (of its profile, or of a standing session), gets what GRANT
 * gives, as a whole; names are NAMES'. False, and nothing has changed: WHY says what it can't have,
 * or that there is no memory. */
bool tp_radius_grant_apply(const struct tp_radius_grant *grant, struct tp_aaa_local *names,
			   struct tp_subscriber *subscriber, char why[TP_RADIUS_WHY]);
