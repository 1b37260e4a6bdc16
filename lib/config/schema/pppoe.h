/* SPDX-License-Identifier: BSD-3-Clause */
/* PPPoE servers, static entries, MAC filters. Their properties: pppoe.c. */
#pragma once

#include "config/schema/head.h"
#include "config/types/value.h"

enum {
	TP_SERVER_SERVICE_NAME,
	TP_SERVER_INTERFACE,
	TP_SERVER_AUTHENTICATION,
	TP_SERVER_CHAP_INTERVAL,
	TP_SERVER_DEFAULT_PROFILE,
	TP_SERVER_KEEPALIVE_TIMEOUT,
	TP_SERVER_MAX_MRU,
	TP_SERVER_MAX_MTU,
	TP_SERVER_MRRU,
	TP_SERVER_MAX_SESSIONS,
	TP_SERVER_MAX_LOGIN_FAILURES,
	TP_SERVER_LOGIN_LOCK_TIME,
	TP_SERVER_ONE_SESSION_PER_HOST,
	TP_SERVER_ACCEPT_EMPTY_SERVICE,
	TP_SERVER_PADO_DELAY,
	TP_SERVER_PPPOE_OVER_VLAN_RANGE,
	TP_SERVER_ACCEPT_UNTAGGED,
	TP_SERVER_TRUST_ACCESS_LINE,
	TP_SERVER_DISABLED,
	TP_SERVER_COMMENT,
};
struct tp_config_server {
	struct tp_config_item head;
	char *service_name; /* "": the nameless service */
	char *interface;    /* a port or a VLAN */
	struct tp_auth_list authentication;
	uint32_t chap_interval; /* seconds; 0: CHAP asks once */
	char *default_profile;
	uint32_t keepalive_timeout; /* seconds; 0: never */
	uint32_t max_mru;
	uint32_t max_mtu;
	uint32_t mrru;		     /* 0: disabled */
	uint32_t max_sessions;	     /* 0: no limit */
	uint32_t max_login_failures; /* 0: no limit */
	uint32_t login_lock_time;    /* seconds */
	bool one_session_per_host;
	bool accept_empty_service;
	struct tp_delay_list pado_delay;
	/* With it, clients with one tag more than those of the interface are served as well, and
	 * those without only if accept_untagged. */
	struct tp_vlan_list pppoe_over_vlan_range;
	bool accept_untagged;
	bool trust_access_line; /* access nodes say which line it is, and nobody else can */
	bool disabled;
	char *comment;
};

enum {
	TP_STATIC_NAME,
	TP_STATIC_USER,
	TP_STATIC_SERVICE,
	TP_STATIC_DISABLED,
	TP_STATIC_COMMENT,
};
struct tp_config_static {
	struct tp_config_item head;
	char *name;
	char *user;
	char *service; /* a server's service-name; "": any */
	bool disabled;
	char *comment;
};

enum tp_mac_action { TP_MAC_ACCEPT, TP_MAC_REJECT };
enum {
	TP_MAC_FILTER_MAC_ADDRESS,
	TP_MAC_FILTER_INTERFACE,
	TP_MAC_FILTER_ACTION,
	TP_MAC_FILTER_DISABLED,
	TP_MAC_FILTER_COMMENT,
};
struct tp_config_mac_filter {
	struct tp_config_item head;
	struct tp_mac_prefix mac_address;
	char *interface; /* of the servers that it is about; "": all */
	unsigned action; /* enum tp_mac_action */
	bool disabled;
	char *comment;
};
