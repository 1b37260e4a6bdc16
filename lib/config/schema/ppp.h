/* SPDX-License-Identifier: BSD-3-Clause */
/* Subscribers: profiles and secrets. Their properties: ppp.c. */
#pragma once

#include "config/schema/head.h"
#include "config/schema/neutral.h"
#include "config/types/rate_limit.h"
#include "config/types/value.h"

enum {
	TP_PROFILE_NAME,
	TP_PROFILE_LOCAL_ADDRESS,
	TP_PROFILE_REMOTE_ADDRESS,
	TP_PROFILE_DNS_SERVER,
	TP_PROFILE_WINS_SERVER,
	TP_PROFILE_SESSION_TIMEOUT,
	TP_PROFILE_IDLE_TIMEOUT,
	TP_PROFILE_ONLY_ONE,
	TP_PROFILE_CHANGE_TCP_MSS,
	TP_PROFILE_RATE_LIMIT,
	TP_PROFILE_ADDRESS_LIST,
	TP_PROFILE_USE_ENCRYPTION,
	TP_PROFILE_STATEFUL_ENCRYPTION,
	TP_PROFILE_USE_IPV6,
	TP_PROFILE_REMOTE_IPV6_PREFIX_POOL,
	TP_PROFILE_DHCPV6_PD_POOL,
	TP_PROFILE_DHCPV6_LEASE_TIME,
	TP_PROFILE_COMMENT,
};
/* As enum tp_tristate, and one more. */
enum tp_use_encryption {
	TP_ENCRYPTION_DEFAULT,
	TP_ENCRYPTION_YES,
	TP_ENCRYPTION_NO,
	TP_ENCRYPTION_REQUIRED,
};
/* Likewise: IPV6CP, and what comes with it. */
enum tp_use_ipv6 {
	TP_USE_IPV6_DEFAULT,
	TP_USE_IPV6_YES,
	TP_USE_IPV6_NO,
	TP_USE_IPV6_REQUIRED,
};
#define TP_PROFILE_DEFAULT "default" /* the profile that is always there */
/* What is not set is inherited: ask lib/aaa what it comes to. */
struct tp_config_profile {
	struct tp_config_item head;
	char *name;
	struct tp_endpoint local_address;
	struct tp_endpoint remote_address;
	struct tp_name_servers dns_server;
	struct tp_address_list wins_server;
	uint32_t session_timeout;	  /* seconds; 0: none */
	uint32_t idle_timeout;		  /* seconds; 0: none */
	unsigned only_one;		  /* enum tp_tristate */
	unsigned change_tcp_mss;	  /* enum tp_tristate */
	unsigned use_encryption;	  /* enum tp_use_encryption */
	unsigned stateful_encryption;	  /* enum tp_tristate */
	unsigned use_ipv6;		  /* enum tp_use_ipv6 */
	char *remote_ipv6_prefix_pool;	  /* "": not set */
	char *dhcpv6_pd_pool;		  /* "": not set */
	uint32_t dhcpv6_lease_time;	  /* seconds */
	struct tp_rate_limit *rate_limit; /* NULL: not set */
	char *address_list;		  /* "": in none */
	char *comment;
	unsigned neutral[TP_PROFILE_NEUTRAL]; /* what means nothing here */
};

#define TP_DELEGATED_MAX 8u /* prefixes delegated to one subscriber */
enum tp_service { TP_SERVICE_ANY, TP_SERVICE_PPPOE };
enum {
	TP_SECRET_NAME,
	TP_SECRET_PASSWORD,
	TP_SECRET_SERVICE,
	TP_SECRET_PROFILE,
	TP_SECRET_CALLER_ID,
	TP_SECRET_LOCAL_ADDRESS,
	TP_SECRET_REMOTE_ADDRESS,
	TP_SECRET_ROUTES,
	TP_SECRET_REMOTE_IPV6_PREFIX,
	TP_SECRET_DELEGATED_IPV6_PREFIX,
	TP_SECRET_IPV6_ROUTES,
	TP_SECRET_LIMIT_BYTES_IN,
	TP_SECRET_LIMIT_BYTES_OUT,
	TP_SECRET_RATE_LIMIT,
	TP_SECRET_DISABLED,
	TP_SECRET_COMMENT,
};
struct tp_config_secret {
	struct tp_config_item head;
	char *name;
	char *password;
	unsigned service; /* enum tp_service */
	char *profile;
	char *caller_id; /* only from here: a MAC address, or else a circuit-id or remote-id */
	struct tp_endpoint local_address;
	struct tp_endpoint remote_address;
	struct tp_framed_route_list routes;
	struct tp_prefix6 remote_ipv6_prefix; /* length 0: not set */
	struct tp_prefix6_list delegated_ipv6_prefix;
	struct tp_prefix6_list ipv6_routes;
	uint64_t limit_bytes_in;	  /* from the subscriber, of one session; 0: none */
	uint64_t limit_bytes_out;	  /* to the subscriber; 0: none */
	struct tp_rate_limit *rate_limit; /* NULL: the profile's */
	bool disabled;
	char *comment;
};

enum {
	TP_HISTORY_MEMORY_LIMIT,
	TP_HISTORY_MEMORY_LINES,
	TP_HISTORY_SUBSCRIBER_LINES,
	TP_HISTORY_STRANGERS,
	TP_HISTORY_DISK,
};
/* What is remembered of subscribers. */
struct tp_config_history {
	struct tp_config_item head;
	uint64_t memory_limit;	   /* bytes; 0: nothing is */
	uint32_t memory_lines;	   /* of all */
	uint32_t subscriber_lines; /* of one */
	uint32_t strangers;	   /* hosts and names that have never been up */
	bool disk;
};
