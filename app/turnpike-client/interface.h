/* SPDX-License-Identifier: BSD-3-Clause */
/* The interface that routes: a TUN interface that stays while the client is there, down while there
 * is no connection, and its address, MTU, default route and name servers while there is one. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "ppp/addresses.h"
#include "resolv.h"
#include "settings.h"

struct mnl_socket;
struct resolver;

struct interface {
	const struct settings *settings;
	struct resolver *resolver;
	struct mnl_socket *nl;
	int tun; /* the descriptor of its packets */
	int ifindex;
	bool up;	/* IPv4 */
	bool up6;	/* IPv6 */
	bool has_dns;	/* name servers have been handed over */
	uint32_t local; /* while it is up */
	uint32_t remote;
	uint16_t mtu;	    /* 0: as it is */
	bool via;	    /* the default route is by REMOTE */
	uint8_t local6[16]; /* while it is up6: the link-local addresses */
	uint8_t remote6[16];
	struct name_servers dns;
	int before; /* whose default route comes before ours, as was told; 0: nobody's */
	uint32_t before_metric;
};

/* SETTINGS and RESOLVER outlive it. 0, or a negative errno with ERROR filled in. */
int interface_open(struct interface *i, const struct settings *settings, struct resolver *resolver,
		   struct tp_error *error);

/* Takes the interface away. */
void interface_close(struct interface *i);

/* Configures it; what fails is told in the log, and the rest is done nevertheless. */
void interface_up(struct interface *i, const struct tp_ppp_addresses *addresses, uint16_t mtu);
void interface_down(struct interface *i);

/* interface6.c: does the machine have IPv6, and may this interface? */
bool interface_may_have6(const struct interface *i);
/* The same for IPv6. */
void interface_up6(struct interface *i, const struct tp_ppp_interface_ids *ids, uint16_t mtu);
void interface_down6(struct interface *i);
/* The name servers that IPv6 has brought: COUNT, of 16 bytes each, or none. */
void interface_name_servers6(struct interface *i, const uint8_t (*dns)[16], unsigned count);
/* Its addresses now, with the lengths of their prefixes. Returns how many, MAX at most. */
unsigned interface_addresses6(const struct interface *i, struct tp_prefix6 *addresses,
			      unsigned max);
/* For interface.c: is the link-local address there? And sets it all, again. */
bool interface_is_fine6(const struct interface *i);
void interface_configure6(struct interface *i);

/* What became of it, by the hands of others. */
enum interface_state {
	INTERFACE_FINE,
	INTERFACE_CHANGED, /* not up, or without its address, while it should be */
	INTERFACE_GONE,	   /* deleted, or moved to another namespace */
};
enum interface_state interface_state(const struct interface *i);

/* Puts it right, so that it is as it was. */
void interface_restore(struct interface *i);

/* Makes one anew, as the one that has gone was, with another descriptor. 0, or a negative errno
 * with ERROR filled in: there is none. */
int interface_remake(struct interface *i, struct tp_error *error);

/* Default routes may have changed: one that comes before ours makes it idle, and is told of once.
 */
void interface_look_at_route(struct interface *i);

/* Up, so that a packet that is to go out comes here, with a gateway in 10.112.112.0/24. */
void interface_wait(struct interface *i);
