/* SPDX-License-Identifier: BSD-3-Clause */
/* The resources' ids, and what every item begins with. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uthash.h>
#include <sys/queue.h>

struct tp_resource;

enum tp_resource_id {
	TP_SYSTEM_IDENTITY,	  /* /system/identity */
	TP_MANAGEMENT,		  /* /management */
	TP_SYSTEM_LOGGING_ACTION, /* /system/logging/action */
	TP_SYSTEM_LOGGING,	  /* /system/logging */
	TP_DATAPLANE,		  /* /dataplane */
	TP_DATAPLANE_PORT,	  /* /dataplane/port */
	TP_INTERFACE_VLAN,	  /* /interface/vlan */
	TP_IP_POOL,		  /* /ip/pool */
	TP_IP_ROUTE,		  /* /ip/route */
	TP_IPV6_ADDRESS,	  /* /ipv6/address */
	TP_IPV6_ROUTE,		  /* /ipv6/route */
	TP_IPV6_POOL,		  /* /ipv6/pool */
	TP_IPV6_ND,		  /* /ipv6/nd */
	TP_IPV6_ND_PREFIX,	  /* /ipv6/nd/prefix/default */
	TP_PPP_PROFILE,		  /* /ppp/profile */
	TP_PPP_SECRET,		  /* /ppp/secret */
	TP_RADIUS,		  /* /radius */
	TP_RADIUS_INCOMING,	  /* /radius/incoming */
	TP_PPP_AAA,		  /* /ppp/aaa */
	TP_PPP_HISTORY,		  /* /ppp/subscriber/history */
	TP_PPPOE_SERVER,	  /* /interface/pppoe-server/server */
	TP_PPPOE_STATIC,	  /* /interface/pppoe-server: the static entries */
	TP_PPPOE_MAC_FILTER,	  /* /interface/pppoe-server/mac-filter */
	TP_USER_GROUPS,		  /* /user/group */
	TP_USER,		  /* /user */
	TP_USER_AAA,		  /* /user/aaa */
	TP_IP_SERVICE,		  /* /ip/service */
	TP_SNIFFER,		  /* /tool/sniffer */
	TP_PPPOE_CLIENT,	  /* /interface/pppoe-client */
	TP_IPV6_DHCP_CLIENT,	  /* /ipv6/dhcp-client */
	TP_RESOURCES
};

/* Where something stands in the file, from 1. */
struct tp_mark {
	unsigned line, column; /* 0: nowhere */
};

/* The head of every item. */
struct tp_config_item {
	const struct tp_resource *resource;
	uint32_t id;	  /* RouterOS's .id ("*1F"), within the resource; never given out again */
	int line, column; /* where the file has it, from 1; 0: not from a file */
	uint64_t set;	  /* bit i: property i of the resource was given */
	char *key;	  /* what tells it from its siblings: its name, "service@interface", … */
	/* where the file has its properties, by their index; NULL: not from a file, or not kept */
	struct tp_mark *marks;
	char *remarks; /* the file's comments on it, lines with their "#"; NULL: none */

	/* the store's own */
	TAILQ_ENTRY(tp_config_item) entry;
	UT_hash_handle by_key;
	UT_hash_handle by_id;
};

/* Was the property given? PROPERTY is one of the enums below. */
static inline bool tp_config_is_set(const struct tp_config_item *item, unsigned property)
{
	return (item->set >> property & 1) != 0;
}
