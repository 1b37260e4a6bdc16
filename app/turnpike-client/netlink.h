/* SPDX-License-Identifier: BSD-3-Clause */
/* What we ask of the kernel's routing, over rtnetlink: each call waits for the kernel's answer,
 * which is immediate. Addresses in host byte order. 0 or a negative errno. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/prefix.h"

struct mnl_socket;

/* NULL, with errno set, when it fails; closed by mnl_socket_close(). */
struct mnl_socket *netlink_open(void);

/* Sets the interface up or down; an MTU of 0 leaves it as it is. */
int netlink_link(struct mnl_socket *nl, int ifindex, bool up, uint16_t mtu);

/* Gives the interface the address LOCAL with REMOTE at its other end, or takes it away. */
int netlink_address(struct mnl_socket *nl, int ifindex, uint32_t local, uint32_t remote, bool add);

/* Adds a default route through the interface by GATEWAY (0: none), beside those that there are. It
 * goes when the interface goes down. */
int netlink_default_route(struct mnl_socket *nl, int ifindex, uint32_t local, uint32_t gateway,
			  uint32_t metric);

/* Which interface has the default route that is in force; 0: none has, or it can't be told. METRIC
 * is the route's. */
int netlink_default_of(struct mnl_socket *nl, uint32_t *metric);

/* ---- IPv6 ----------------------------------------------------------------------------------- */

/* The kernel makes up no link-local address of its own for the interface. While it is down. */
int netlink_no_own_address6(struct mnl_socket *nl, int ifindex);

struct netlink_address6 {
	struct tp_prefix6 prefix;      /* the address, and how long its network's prefix is */
	uint32_t preferred_s, valid_s; /* UINT32_MAX: for ever */
};

/* Gives the interface an address, or its lifetimes anew; or takes it away. It is not looked whether
 * another has it (RFC 4862, section 5.4): there is none that could. */
int netlink_address6(struct mnl_socket *nl, int ifindex, const struct netlink_address6 *address,
		     bool add);

/* The interface's addresses, with their prefixes' lengths. Returns how many, MAX at most. */
unsigned netlink_addresses6(struct mnl_socket *nl, int ifindex, struct tp_prefix6 *addresses,
			    unsigned max);

/* Adds or removes a route through the interface; IFINDEX 0: what has no better route is nowhere. */
int netlink_route6(struct mnl_socket *nl, int ifindex, const struct tp_prefix6 *prefix,
		   uint32_t metric, bool add);
