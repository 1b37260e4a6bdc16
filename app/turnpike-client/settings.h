/* SPDX-License-Identifier: BSD-3-Clause */
/* What one client is to do. Names and defaults are those of RouterOS's
 * `/interface pppoe-client`. */
#pragma once

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/prefix.h"
#include "config/store.h"
#include "ppp/auth.h"

#define LINKS_MAX 8  /* interfaces of one client */
#define LAN_MAX	  16 /* interfaces that get networks of its prefix */

struct settings {
	char name[IFNAMSIZ]; /* of the interface that is created */
	char interface[LINKS_MAX][IFNAMSIZ];
	unsigned interface_count;
	char user[TP_PPP_NAME_MAX + 1];
	char password[TP_PPP_NAME_MAX + 1];
	char service_name[256];
	char ac_name[256];
	uint8_t allow[TP_PPP_METHODS]; /* enum tp_ppp_method, best first */
	uint8_t allow_count;
	bool add_default_route;
	uint32_t default_route_distance;
	bool use_peer_dns;
	bool use_ipv6;
	bool dial_on_demand;
	uint16_t max_mru; /* 0: auto */
	uint16_t max_mtu;
	uint16_t mrru;		      /* 0: disabled */
	uint32_t keepalive_timeout_s; /* 0: never */
	/* The profile's. */
	uint32_t idle_timeout_s;    /* 0: never; with dial_on_demand */
	uint32_t session_timeout_s; /* 0: none */
	bool change_tcp_mss;
	bool use_encryption;
	bool require_encryption;
	bool stateful_encryption;
	bool once; /* the end of the connection is the end of the client */
};

/* What its `/ipv6 dhcp-client` is to do; without one all zero. */
struct dhcp6_settings {
	bool enabled;
	bool address, prefix; /* are asked for */
	bool rapid_commit;
	struct tp_prefix6 hint; /* length 0: none */
	unsigned lan_count;
	char lan[LAN_MAX][IFNAMSIZ];
};

/* The defaults, without user and interface. */
void settings_init(struct settings *settings);

/* What CLIENT comes to, with its profile in CONFIG. */
void settings_read(struct settings *settings, const struct tp_config *config,
		   const struct tp_config_client *client);

/* That of the client NAME. */
void settings_read_dhcp6(struct dhcp6_settings *settings, const struct tp_config *config,
			 const char *name);

bool settings_equal(const struct settings *a, const struct settings *b);
