/* SPDX-License-Identifier: BSD-3-Clause */
/* The box itself: identity, management, CPUs, ports. Their properties: system.c. */
#pragma once

#include "config/schema/head.h"
#include "config/types/value.h"

enum { TP_IDENTITY_NAME };
struct tp_config_identity {
	struct tp_config_item head;
	char *name; /* the AC-Name of every PADO */
};

enum tp_config_log_level { TP_LEVEL_ERROR, TP_LEVEL_WARNING, TP_LEVEL_INFO, TP_LEVEL_DEBUG };
enum tp_on_stop { TP_ON_STOP_KEEP, TP_ON_STOP_DISCONNECT };
enum {
	TP_MANAGEMENT_SOCKET,
	TP_MANAGEMENT_LOG_LEVEL,
	TP_MANAGEMENT_SAVE,
	TP_MANAGEMENT_JOURNAL,
	TP_MANAGEMENT_JOURNAL_DIRECTORY,
	TP_MANAGEMENT_JOURNAL_LIFETIME,
	TP_MANAGEMENT_ON_STOP,
	TP_MANAGEMENT_WEB_DIRECTORY,
};
struct tp_config_management {
	struct tp_config_item head;
	char *socket;	    /* path of the JSON API's Unix socket */
	unsigned log_level; /* same values as enum tp_log_level of base/log.h */
	bool save;	    /* what the API changes goes to the file */
	bool journal;	    /* sessions outlive the daemon */
	char *journal_directory;
	uint32_t journal_lifetime; /* seconds: a journal that is older is not read */
	unsigned on_stop;	   /* enum tp_on_stop */
	char *web_directory;	   /* of the operators' page; "auto": look for it; "": none */
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
	struct tp_prefix_list address; /* not empty: a core port, with a TAP */
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
