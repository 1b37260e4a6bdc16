/* SPDX-License-Identifier: BSD-3-Clause */
/* The interface that routes: a TUN interface that stays while the client is there, down while there
 * is no connection, and its address, MTU, default route and name servers while there is one. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "ppp/ppp.h"
#include "settings.h"

struct mnl_socket;
struct resolver;

struct interface {
	const struct settings *settings;
	struct resolver *resolver;
	struct mnl_socket *nl;
	int tun; /* the descriptor of its packets */
	int ifindex;
	bool up;
	bool has_dns;
	uint32_t local; /* while it is up */
	uint32_t remote;
};

/* SETTINGS and RESOLVER outlive it. 0, or a negative errno with ERROR filled in. */
int interface_open(struct interface *i, const struct settings *settings, struct resolver *resolver,
		   struct tp_error *error);

/* Takes the interface away. */
void interface_close(struct interface *i);

/* Configures it; what fails is told in the log, and the rest is done nevertheless. */
void interface_up(struct interface *i, const struct tp_ppp_addresses *addresses, uint16_t mtu);
void interface_down(struct interface *i);

/* Up, so that a packet that is to go out comes here, with a gateway in 10.112.112.0/24. */
void interface_wait(struct interface *i);
