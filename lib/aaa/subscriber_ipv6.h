/* SPDX-License-Identifier: BSD-3-Clause */
/* What of IPv6 a subscriber gets: part of struct tp_subscriber (aaa/subscriber.h), and like it an
 * owned value of one thread. Addresses are 16 bytes as on the wire; host bits of prefixes are zero.
 *
 * Of each there may be a fixed one and a pool: the fixed one goes before. Neither: there is none to
 * give, and who has none of anything still has IPv6CP and a link-local address, if use_ipv6 is not
 * TP_USE_IPV6_NO. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/prefix.h"

#define TP_SUBSCRIBER_DNS6_MAX 2
#define TP_SUBSCRIBER_LEASE_S  86400 /* where nobody says another */

/* One piece of memory: what the pointers lead to stands behind it, but for names. */
struct tp_subscriber_ipv6 {
	const char *prefix_pool;	    /* gives the link's prefix; a name; NULL: none */
	const char *pd_pool;		    /* gives one delegated prefix; a name; NULL: none */
	const struct tp_prefix6 *delegated; /* fixed ones, for DHCPv6's IA_PD */
	const struct tp_prefix6 *routes;    /* framed routes, to the subscriber */
	uint32_t route_count;
	uint32_t lease_time_s;	  /* of DHCPv6; never 0 */
	struct tp_prefix6 prefix; /* of the link, fixed: 64 for SLAAC, 128 by IA_NA; 0: none */
	uint8_t delegated_count;  /* TP_DELEGATED_MAX at most */
	uint8_t dns_count;
	bool has_address;      /* a fixed one by IA_NA, beside the prefix: RFC 6911, 3.1 */
	bool has_interface_id; /* the subscriber's is to be this one: RFC 3162, 2.2 */
	uint8_t interface_id[8];
	uint8_t address[16];
	uint8_t dns[TP_SUBSCRIBER_DNS6_MAX][16];
};

/* A copy of WHAT, whose pointers may lead anywhere; names get a reference more. NULL: no memory. */
struct tp_subscriber_ipv6 *tp_subscriber_ipv6_copy(const struct tp_subscriber_ipv6 *what);

/* It gives nothing: a subscriber needs none. */
bool tp_subscriber_ipv6_is_nothing(const struct tp_subscriber_ipv6 *ipv6);

/* NULL is fine. */
void tp_subscriber_ipv6_free(struct tp_subscriber_ipv6 *ipv6);

/* Either may be NULL. */
bool tp_subscriber_ipv6_same(const struct tp_subscriber_ipv6 *a,
			     const struct tp_subscriber_ipv6 *b);

/* Bytes that it takes, names left out; of NULL 0. */
size_t tp_subscriber_ipv6_memory(const struct tp_subscriber_ipv6 *ipv6);
