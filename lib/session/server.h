/* SPDX-License-Identifier: BSD-3-Clause */
/* The configured servers, the places that they are for, and who may dial in there. */
#pragma once

#include <uthash.h>

#include "pppoe/ac.h"
#include "session/state.h"

/* One entry of /interface/pppoe-server/server. Lives as long as a session refers to it. */
struct tp_ac_server {
	uint32_t id;
	uint32_t refs;	   /* sessions, and 1 while it is configured */
	uint32_t standing; /* sessions not closed */
	bool removed;	   /* its sessions end */
	bool disabled;
	bool one_session_per_host;
	bool trust_access_line;
	bool accept_empty_service;
	struct tp_delay_list pado_delay;
	uint16_t port;
	struct tp_vlan_list outer, inner; /* the interface's own tags; none: it has no such tag */
	struct tp_vlan_list over;	  /* pppoe-over-vlan-range: those of its clients beyond */
	bool accept_untagged;		  /* with `over`, clients without such a tag too */
	uint32_t max_sessions;
	uint32_t max_login_failures; /* 0: no limit */
	uint32_t login_lock_s;
	uint16_t keepalive_s;
	uint16_t max_mru;
	uint16_t max_mtu;
	uint16_t mrru; /* 0: disabled */
	struct tp_auth_list authentication;
	uint32_t chap_interval_s; /* 0: CHAP asks once */
	char *service_name;
	char *interface;
	char *default_profile;
	struct tp_ac_ppp_config *ppp_config;	   /* for clients within RFC 2516's 1492 bytes */
	struct tp_ac_ppp_config *large_ppp_config; /* for those that asked for more by RFC 4638 */
	UT_hash_handle by_id;
};

/* servers.c */
/* NULL: none is configured. */
struct tp_ac_server *tp_ac_server_find(const struct tp_ac *ac, uint32_t id);
void tp_ac_server_unref(struct tp_ac *ac, struct tp_ac_server *server);
void tp_ac_servers_clear(struct tp_ac *ac);
/* Makes every server's links anew, as the identity has changed. */
void tp_ac_servers_rename(struct tp_ac *ac);
/* The port's address or MTU has changed. */
void tp_ac_servers_update_port(struct tp_ac *ac, uint16_t port);

/* drain.c: are its new clients to look elsewhere? */
bool tp_ac_is_drained(const struct tp_ac *ac, const struct tp_ac_server *server);

/* ppp_config.c */
/* The largest PPP payload that server and port can carry. */
uint16_t tp_ac_largest_payload(const struct tp_ac *ac, const struct tp_ac_server *server);

/* places.c */
/* Fills OFFER with what CLIENT finds at ACCESS; it holds until the next call. */
void tp_ac_offer(struct tp_ac *ac, const struct tp_access *access, const struct tp_mac *client,
		 struct tp_pppoe_access *offer);
/* Is ACCESS one of the places that SERVER is for? */
bool tp_ac_server_covers(const struct tp_ac_server *server, const struct tp_access *access);
/* A server came, went or moved. */
void tp_ac_places_forget(struct tp_ac *ac);

/* mac_filter.c */
int tp_ac_mac_filter_init(struct tp_ac *ac);
void tp_ac_mac_filter_clear(struct tp_ac *ac);
/* Is CLIENT not to be served by the servers on INTERFACE? */
bool tp_ac_mac_rejected(const struct tp_ac *ac, const char *interface, const struct tp_mac *client);
