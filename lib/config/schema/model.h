/* SPDX-License-Identifier: BSD-3-Clause */
/* The configuration as plain C: one struct for each resource, filled from YAML or JSON by the
 * schema's tables (schema.h). A property that was not given holds its default; `set` tells.
 *
 * Items belong to the struct tp_config that holds them and never change: a change puts a new
 * struct in the place of the old one (store.h), with the same id. Keep ids, not pointers.
 * Strings are never NULL, "" when not given, but where the comment says otherwise. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uthash.h>
#include <sys/queue.h>

#include "config/types/rate_limit.h"
#include "config/types/value.h"

struct tp_resource;

enum tp_resource_id {
	TP_SYSTEM_IDENTITY,  /* /system/identity */
	TP_MANAGEMENT,	     /* /management */
	TP_DATAPLANE,	     /* /dataplane */
	TP_DATAPLANE_PORT,   /* /dataplane/port */
	TP_INTERFACE_VLAN,   /* /interface/vlan */
	TP_IP_POOL,	     /* /ip/pool */
	TP_IP_ROUTE,	     /* /ip/route */
	TP_PPP_PROFILE,	     /* /ppp/profile */
	TP_PPP_SECRET,	     /* /ppp/secret */
	TP_PPPOE_SERVER,     /* /interface/pppoe-server/server */
	TP_PPPOE_STATIC,     /* /interface/pppoe-server: the static entries */
	TP_PPPOE_MAC_FILTER, /* /interface/pppoe-server/mac-filter */
	TP_USER,	     /* /user */
	TP_IP_SERVICE,	     /* /ip/service */
	TP_PPPOE_CLIENT,     /* /interface/pppoe-client */
	TP_RESOURCES
};

/* The head of every item. */
struct tp_config_item {
	const struct tp_resource *resource;
	uint32_t id;	  /* RouterOS's .id ("*1F"), within the resource; never given out again */
	int line, column; /* where the file has it, from 1; 0: not from a file */
	uint64_t set;	  /* bit i: property i of the resource was given */
	char *key;	  /* what tells it from its siblings: its name, "service@interface", … */
	char *remarks;	  /* the file's comments on it, lines with their "#"; NULL: none */

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

enum { TP_IDENTITY_NAME };
struct tp_config_identity {
	struct tp_config_item head;
	char *name; /* the AC-Name of every PADO */
};

enum tp_config_log_level { TP_LEVEL_ERROR, TP_LEVEL_WARNING, TP_LEVEL_INFO, TP_LEVEL_DEBUG };
enum { TP_MANAGEMENT_SOCKET, TP_MANAGEMENT_LOG_LEVEL, TP_MANAGEMENT_SAVE };
struct tp_config_management {
	struct tp_config_item head;
	char *socket;	    /* path of the JSON API's Unix socket */
	unsigned log_level; /* same values as enum tp_log_level of base/log.h */
	bool save;	    /* what the API changes goes to the file */
};

enum tp_service_name { TP_SERVICE_WWW_SSL };
enum {
	TP_IP_SERVICE_NAME,
	TP_IP_SERVICE_DISABLED,
	TP_IP_SERVICE_PORT,
	TP_IP_SERVICE_ADDRESS,
	TP_IP_SERVICE_LOCAL_ADDRESS,
	TP_IP_SERVICE_CERTIFICATE,
	TP_IP_SERVICE_PRIVATE_KEY,
	TP_IP_SERVICE_MAX_SESSIONS,
};
struct tp_config_service {
	struct tp_config_item head;
	unsigned name; /* enum tp_service_name; each is always there */
	bool disabled;
	uint32_t port;		       /* TCP */
	struct tp_prefix_list address; /* where clients may be; empty: anywhere */
	uint32_t local_address;	       /* where it listens; 0: on every address */
	char *certificate;	       /* path of a PEM file: the certificate, then its issuers' */
	char *private_key;	       /* path of a PEM file; "": it is in CERTIFICATE's */
	uint32_t max_sessions;	       /* connections at a time */
};

/* From the least to the most. */
enum tp_group { TP_GROUP_READ, TP_GROUP_WRITE, TP_GROUP_FULL };
enum {
	TP_USER_NAME,
	TP_USER_PASSWORD,
	TP_USER_GROUP,
	TP_USER_ADDRESS,
	TP_USER_DISABLED,
	TP_USER_COMMENT,
};
struct tp_config_user {
	struct tp_config_item head;
	char *name;
	char *password;		       /* hashed, see password.h */
	unsigned group;		       /* enum tp_group */
	struct tp_prefix_list address; /* from where the user may log in; empty: from anywhere */
	bool disabled;
	char *comment;
};

enum tp_idle { TP_IDLE_SLEEP, TP_IDLE_POLL };
enum tp_huge_pages { TP_HUGE_PAGES_AUTO, TP_HUGE_PAGES_YES, TP_HUGE_PAGES_NO };
enum {
	TP_DATAPLANE_CONTROL_LCORE,
	TP_DATAPLANE_WORKER_LCORES,
	TP_DATAPLANE_IDLE,
	TP_DATAPLANE_HUGE_PAGES,
	TP_DATAPLANE_MEMORY,
	TP_DATAPLANE_MAX_SESSIONS,
	TP_DATAPLANE_DRIVERS_CONFIG,
};
struct tp_config_dataplane {
	struct tp_config_item head;
	uint32_t control_lcore;
	struct tp_number_list worker_lcores; /* at least one; CONTROL_LCORE is not among them */
	unsigned idle;			     /* enum tp_idle */
	unsigned huge_pages;		     /* enum tp_huge_pages */
	uint32_t memory;		     /* MiB that DPDK may take; 0: decide */
	uint32_t max_sessions;		     /* size of the session table */
	char *drivers_config;		     /* directory; "": the one that was installed */
};

enum {
	TP_PORT_NAME,
	TP_PORT_DEVICE,
	TP_PORT_ADDRESS,
	TP_PORT_MTU,
	TP_PORT_RX_QUEUES,
	TP_PORT_PADI_LIMIT,
	TP_PORT_PADI_LIMIT_VLAN,
	TP_PORT_PADI_LIMIT_MAC,
	TP_PORT_HALF_OPEN_LIMIT,
	TP_PORT_HALF_OPEN_LIMIT_VLAN,
	TP_PORT_HALF_OPEN_LIMIT_MAC,
	TP_PORT_HOST_LIMIT,
	TP_PORT_COMMENT,
};
struct tp_config_port {
	struct tp_config_item head;
	char *name;
	char *device;		       /* "0000:01:00.0" or "net_af_packet0,iface=acc0" */
	struct tp_prefix_list address; /* not empty: a core port, with a TAP twin */
	uint32_t mtu;		       /* of the Ethernet payload, without VLAN tags */
	uint32_t rx_queues;	       /* 0: one for each worker */
	uint32_t padi_limit;	       /* PADIs a second: of the port; 0: no limit */
	uint32_t padi_limit_vlan;      /* of each VLAN on it */
	uint32_t padi_limit_mac;       /* of each source address in a VLAN */
	uint32_t half_open_limit;      /* sessions of nobody known: of the port; 0: no limit */
	uint32_t half_open_limit_vlan; /* of each VLAN on it */
	uint32_t half_open_limit_mac;  /* of each host there */
	uint32_t host_limit;	       /* packets a second to the box, of each session */
	char *comment;
};

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
};

enum { TP_POOL_NAME, TP_POOL_RANGES, TP_POOL_NEXT_POOL, TP_POOL_COMMENT };
struct tp_config_pool {
	struct tp_config_item head;
	char *name;
	struct tp_range_list ranges; /* at least one */
	char *next_pool;	     /* "": none */
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
};

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
	TP_PROFILE_COMMENT,
};
/* As enum tp_tristate, and one more. */
enum tp_use_encryption {
	TP_ENCRYPTION_DEFAULT,
	TP_ENCRYPTION_YES,
	TP_ENCRYPTION_NO,
	TP_ENCRYPTION_REQUIRED,
};
#define TP_PROFILE_DEFAULT "default" /* the profile that is always there */
/* What is not set is inherited: ask lib/aaa what it comes to. */
struct tp_config_profile {
	struct tp_config_item head;
	char *name;
	struct tp_endpoint local_address;
	struct tp_endpoint remote_address;
	struct tp_address_list dns_server;
	struct tp_address_list wins_server;
	uint32_t session_timeout;	  /* seconds; 0: none */
	uint32_t idle_timeout;		  /* seconds; 0: none */
	unsigned only_one;		  /* enum tp_tristate */
	unsigned change_tcp_mss;	  /* enum tp_tristate */
	unsigned use_encryption;	  /* enum tp_use_encryption */
	unsigned stateful_encryption;	  /* enum tp_tristate */
	struct tp_rate_limit *rate_limit; /* NULL: not set */
	char *address_list;		  /* "": in none */
	char *comment;
};

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
	uint64_t limit_bytes_in;	  /* from the subscriber, of one session; 0: none */
	uint64_t limit_bytes_out;	  /* to the subscriber; 0: none */
	struct tp_rate_limit *rate_limit; /* NULL: the profile's */
	bool disabled;
	char *comment;
};

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
	bool dial_on_demand;
	struct tp_auth_list allow;
	uint32_t keepalive_timeout; /* seconds; 0: never */
	uint32_t max_mru;
	uint32_t max_mtu;
	uint32_t mrru; /* 0: disabled */
	bool disabled;
	char *comment;
};
