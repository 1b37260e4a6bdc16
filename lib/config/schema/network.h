/* SPDX-License-Identifier: BSD-3-Clause */
/* VLANs, pools of addresses; of both families static routes, and IPv6 addresses of core ports.
 * Their properties: network.c. */
#pragma once

#include "config/schema/head.h"
#include "config/schema/neutral.h"
#include "config/types/value.h"

enum {
	TP_VLAN_NAME,
	TP_VLAN_INTERFACE,
	TP_VLAN_ID,
	TP_VLAN_USE_SERVICE_TAG,
	TP_VLAN_DISABLED,
	TP_VLAN_COMMENT,
};
struct tp_config_vlan {
	struct tp_config_item head;
	char *name;
	char *interface; /* a port, or a VLAN on a port: then this one is the inner tag */
	struct tp_vlan_list vlan_id; /* 1 … 4094; at least one: it stands for all of them */
	bool use_service_tag;	     /* 802.1ad's 0x88a8 in place of 0x8100 */
	bool disabled;
	char *comment;
	unsigned neutral[TP_VLAN_NEUTRAL]; /* what means nothing here */
};

/* What the kernel is told of, of a pool of either family: each address or prefix that is given out,
 * or the pool. */
enum tp_announce { TP_ANNOUNCE_SUBSCRIBERS, TP_ANNOUNCE_POOL };
extern const char *const tp_announce_words[];

enum { TP_POOL_NAME, TP_POOL_RANGES, TP_POOL_NEXT_POOL, TP_POOL_ANNOUNCE, TP_POOL_COMMENT };
struct tp_config_pool {
	struct tp_config_item head;
	char *name;
	struct tp_range_list ranges; /* at least one */
	char *next_pool;	     /* "": none */
	unsigned announce;	     /* enum tp_announce */
	char *comment;
};

enum {
	TP_STATIC_ROUTE_DST_ADDRESS,
	TP_STATIC_ROUTE_GATEWAY,
	TP_STATIC_ROUTE_DISTANCE,
	TP_STATIC_ROUTE_DISABLED,
	TP_STATIC_ROUTE_COMMENT,
};
struct tp_config_route {
	struct tp_config_item head;
	struct tp_prefix dst_address;
	uint32_t gateway;
	uint32_t distance; /* 1 … 255 */
	bool disabled;
	char *comment;
	unsigned neutral[TP_STATIC_ROUTE_NEUTRAL]; /* what means nothing here */
};

enum {
	TP_ADDRESS6_ADDRESS,
	TP_ADDRESS6_INTERFACE,
	TP_ADDRESS6_EUI_64,
	TP_ADDRESS6_NO_DAD,
	TP_ADDRESS6_DISABLED,
	TP_ADDRESS6_COMMENT,
};
/* /ipv6/address: of core ports. */
struct tp_config_address6 {
	struct tp_config_item head;
	struct tp_prefix6 address; /* with host bits; none of a network that EUI_64 completes */
	char *interface;
	bool eui_64; /* the host's part is made of the port's MAC address */
	bool no_dad; /* nobody is asked first whether it is theirs */
	bool disabled;
	char *comment;
	unsigned neutral[TP_ADDRESS6_NEUTRAL]; /* what means nothing here */
};

enum {
	TP_STATIC_ROUTE6_DST_ADDRESS,
	TP_STATIC_ROUTE6_GATEWAY,
	TP_STATIC_ROUTE6_DISTANCE,
	TP_STATIC_ROUTE6_DISABLED,
	TP_STATIC_ROUTE6_COMMENT,
};
struct tp_config_route6 {
	struct tp_config_item head;
	struct tp_prefix6 dst_address;
	struct tp_gateway6 gateway;
	uint32_t distance; /* 1 … 255 */
	bool disabled;
	char *comment;
	unsigned neutral[TP_STATIC_ROUTE_NEUTRAL]; /* what means nothing here */
};
