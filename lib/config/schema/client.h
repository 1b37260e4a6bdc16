/* SPDX-License-Identifier: BSD-3-Clause */
/* PPPoE clients, and DHCPv6 on them. Their properties: client.c. */
#pragma once

#include "config/schema/head.h"
#include "config/schema/neutral.h"
#include "config/types/value.h"

/* 0 of max_mru and max_mtu: auto. */
enum {
	TP_CLIENT_NAME,
	TP_CLIENT_INTERFACE,
	TP_CLIENT_USER,
	TP_CLIENT_PASSWORD,
	TP_CLIENT_PROFILE,
	TP_CLIENT_SERVICE_NAME,
	TP_CLIENT_AC_NAME,
	TP_CLIENT_ADD_DEFAULT_ROUTE,
	TP_CLIENT_DEFAULT_ROUTE_DISTANCE,
	TP_CLIENT_USE_PEER_DNS,
	TP_CLIENT_USE_IPV6,
	TP_CLIENT_DIAL_ON_DEMAND,
	TP_CLIENT_ALLOW,
	TP_CLIENT_KEEPALIVE_TIMEOUT,
	TP_CLIENT_MAX_MRU,
	TP_CLIENT_MAX_MTU,
	TP_CLIENT_MRRU,
	TP_CLIENT_DISABLED,
	TP_CLIENT_COMMENT,
};
struct tp_config_client {
	struct tp_config_item head;
	char *name;
	struct tp_name_list interface; /* at least one */
	char *user;
	char *password;
	char *profile;
	char *service_name; /* "": any */
	char *ac_name;	    /* "": any */
	bool add_default_route;
	uint32_t default_route_distance;
	bool use_peer_dns;
	bool use_ipv6;
	bool dial_on_demand;
	struct tp_auth_list allow;
	uint32_t keepalive_timeout; /* seconds; 0: never */
	uint32_t max_mru;
	uint32_t max_mtu;
	uint32_t mrru; /* 0: disabled */
	bool disabled;
	char *comment;
	unsigned neutral[TP_CLIENT_NEUTRAL]; /* what means nothing here */
};

/* Bits of tp_config_dhcp6_client.request, in the order of its words. */
#define TP_DHCP6_REQUEST_ADDRESS 0x01
#define TP_DHCP6_REQUEST_PREFIX	 0x02

enum {
	TP_DHCP6_CLIENT_INTERFACE,
	TP_DHCP6_CLIENT_REQUEST,
	TP_DHCP6_CLIENT_PREFIX_HINT,
	TP_DHCP6_CLIENT_RAPID_COMMIT,
	TP_DHCP6_CLIENT_LAN_INTERFACE,
	TP_DHCP6_CLIENT_DISABLED,
	TP_DHCP6_CLIENT_COMMENT,
};
struct tp_config_dhcp6_client {
	struct tp_config_item head;
	char *interface; /* a PPPoE client's name */
	uint32_t request;
	struct tp_prefix6 prefix_hint;
	bool rapid_commit;
	struct tp_name_list lan_interface;
	bool disabled;
	char *comment;
};
