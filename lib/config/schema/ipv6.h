/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6 of subscribers: pools of prefixes, what their links are told by Router Advertisements.
 * Properties: ipv6.c. */
#pragma once

#include "config/schema/head.h"
#include "config/schema/neutral.h"
#include "config/types/value.h"

enum {
	TP_POOL6_NAME,
	TP_POOL6_PREFIX,
	TP_POOL6_PREFIX_LENGTH,
	TP_POOL6_NEXT_POOL,
	TP_POOL6_ANNOUNCE,
	TP_POOL6_COMMENT,
};
struct tp_config_pool6 {
	struct tp_config_item head;
	char *name;
	struct tp_prefix6 prefix;
	uint32_t prefix_length; /* of each that it gives out; at least the prefix's own, 128 at most
				 */
	char *next_pool;	/* "": none */
	unsigned announce;	/* enum tp_announce */
	char *comment;
	unsigned neutral[TP_POOL6_NEUTRAL]; /* what means nothing here */
};

enum tp_nd_flag { TP_ND_AUTO, TP_ND_YES, TP_ND_NO };
enum {
	TP_ND_RA_INTERVAL,
	TP_ND_RA_LIFETIME,
	TP_ND_HOP_LIMIT,
	TP_ND_MTU,
	TP_ND_MANAGED,
	TP_ND_OTHER,
	TP_ND_ADVERTISE_DNS,
};
/* /ipv6/nd: of all subscribers' links. */
struct tp_config_nd {
	struct tp_config_item head;
	struct tp_time_range ra_interval; /* seconds */
	uint32_t ra_lifetime;		  /* seconds, at most 65535; 0: not a default router */
	uint32_t hop_limit;		  /* 0: not told */
	uint32_t mtu;			  /* 0: the link's own */
	unsigned managed_address_configuration; /* enum tp_nd_flag */
	unsigned other_configuration;		/* enum tp_nd_flag */
	bool advertise_dns;
};

enum { TP_ND_PREFIX_VALID_LIFETIME, TP_ND_PREFIX_PREFERRED_LIFETIME, TP_ND_PREFIX_DELEGATION };
/* /ipv6/nd/prefix/default: of all prefixes of subscribers' links. */
struct tp_config_nd_prefix {
	struct tp_config_item head;
	uint32_t valid_lifetime;     /* seconds */
	uint32_t preferred_lifetime; /* seconds, at most the valid one */
	bool prefer_delegation;	     /* RFC 9762's P flag, where prefixes are delegated */
};
