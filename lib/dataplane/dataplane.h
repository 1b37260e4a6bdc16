/* SPDX-License-Identifier: BSD-3-Clause */
/* The data plane, as control sees it: its start and end, and its ports. Besides: the sessions that
 * workers forward for (sessions.h), routes and neighbours (routes.h), what workers tell and are
 * given to send (messages.h), and what they count (counters.h).
 *
 * Unless a function says otherwise it is called by the control thread alone, the one that
 * called tp_dataplane_create(): it is the only writer of what is shared. Workers read it,
 * published by release stores and reclaimed under RCU. Addresses and VLAN ids are in host
 * byte order unless named _be. Functions that can fail return 0 or a negative errno. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "wire/ethernet.h"

struct tp_dataplane;

#define TP_DATAPLANE_MAX_PORTS	 16
#define TP_DATAPLANE_MAX_WORKERS 32
#define TP_SLOT_NONE		 UINT32_MAX

/* Session ids are unique within a port and a scope of it. */
#define TP_DATAPLANE_SCOPES TP_VLAN_SCOPES
#define tp_dataplane_scope  tp_vlans_scope

/* ---- set-up ------------------------------------------------------------------------- */

enum tp_port_role {
	TP_PORT_ACCESS, /* subscribers: PPPoE only */
	TP_PORT_CORE,	/* routed: IP, ARP, a TAP behind it */
};

struct tp_dataplane_port_config {
	const char *name;   /* the operator's: "ether3" */
	const char *device; /* a PCI address, or a virtual device with its arguments */
	enum tp_port_role role;
	uint16_t mtu;	    /* 0: 1500 */
	uint16_t rx_queues; /* 0: as many as there are workers, as far as the driver can */
};

struct tp_dataplane_config {
	const struct tp_dataplane_port_config *ports;
	unsigned port_count;
	const unsigned *worker_lcores;
	unsigned worker_count;
	unsigned control_lcore;
	uint32_t max_sessions;	    /* slots, 1 … 1048576 */
	bool idle_sleep;	    /* back off to short sleeps when nothing arrives */
	int huge_pages;		    /* 1: required, 0: not used, -1: used if there are any */
	unsigned memory_mb;	    /* without huge pages; 0: what the tables need */
	const char *drivers_config; /* folder of the drivers' YAML files; NULL: built-in defaults */
	/* Sessions are counted in memory that outlives the process, under this key (live.h), if it
	 * is to be had; NULL: in ordinary memory. */
	const char *counters_key;
};

/* How many MiB a data plane by CONFIG takes: without some of LEAST it can't be, with NEEDED it has
 * all that it may want. Starts nothing. Any thread. */
int tp_dataplane_memory(const struct tp_dataplane_config *config, unsigned *least, unsigned *needed,
			struct tp_error *error);

/* Starts the EAL, probes and starts the ports, builds tables and rings. Errors name the port
 * or the setting. Once a process (the EAL allows no second); -EAGAIN: what was free of huge pages
 * when they were counted was not to be had, and a new process may start with huge_pages 0. The
 * calling thread becomes the control thread and is pinned to control_lcore. CONFIG is copied where
 * it is kept. */
int tp_dataplane_create(const struct tp_dataplane_config *config, struct tp_dataplane **dp,
			struct tp_error *error);

/* Launches the workers on their lcores. */
int tp_dataplane_start(struct tp_dataplane *dp, struct tp_error *error);

/* True: every worker has gone round since this last was true. Asks nothing of them. Control. */
bool tp_dataplane_alive(struct tp_dataplane *dp);

/* Stops the workers, waits for them, stops and closes the ports, frees everything. */
void tp_dataplane_destroy(struct tp_dataplane *dp);

/* The file that sessions are counted in; NULL: it outlives nobody. */
const char *tp_dataplane_counters_path(const struct tp_dataplane *dp);

/* At the end that file stays for the next daemon: it counts to the last packet. */
void tp_dataplane_counters_keep(struct tp_dataplane *dp);

/* ---- ports ------------------------------------------------------------------------------- */

struct tp_port_info {
	const char *name;
	const char *driver;
	enum tp_port_role role;
	struct tp_mac mac;
	uint16_t mtu;
	bool link_up;
	bool device_gone;	 /* its interface was deleted */
	bool device_comes_again; /* tp_dataplane_port_again() takes one that has its name */
	uint16_t rx_queues;
	bool software_distribution; /* the driver can't spread PPPoE over queues: workers do */
};

/* PORT's device has gone: it is left as soon as no worker is in it any more, and another is made of
 * the interface that has its name, once there is one. Called again and again until then: 1: the
 * port is as it was, but for its link, with the same MAC address and MTU, and counts on; 0: not
 * yet; a negative errno and ERROR: the interface can't be taken, now. Takes some milliseconds then.
 */
int tp_dataplane_port_again(struct tp_dataplane *dp, unsigned port, struct tp_error *error);

unsigned tp_dataplane_port_count(const struct tp_dataplane *dp);
/* Asks for the link's state. INFO's strings live as long as DP. -EINVAL: no such port.
 */
int tp_dataplane_port_info(const struct tp_dataplane *dp, unsigned port, struct tp_port_info *info);

/* The address that ICMP errors to the core side come from; 0: none are sent there. */
int tp_dataplane_port_address_set(struct tp_dataplane *dp, unsigned port, uint32_t address);
/* The same of IPv6 (16 bytes), and of errors to subscribers, too; NULL: none. */
int tp_dataplane_port_address6_set(struct tp_dataplane *dp, unsigned port, const uint8_t *address);

/* PADIs a second that a worker lets through to control, and as many at once; 0: no limit. Until
 * they are set: the defaults of worker/flood.h. What a VLAN sends beyond its limit does not count
 * against the port's, nor what a MAC address sends against that of its VLAN. */
struct tp_padi_limits {
	uint32_t port;
	uint32_t vlan; /* of each pair of tags on the port; without a tag: only the port's limit */
	uint32_t mac;  /* of each source address on the port */
};

/* For frames received from now on. -EINVAL: no such port. */
int tp_dataplane_padi_limits_set(struct tp_dataplane *dp, unsigned port,
				 const struct tp_padi_limits *limits);

/* Packets a second that a worker lets each session of access PORT, or each address beyond core
 * PORT, send to the box's own addresses, and as many at once; 0: no limit. Of the core this is of
 * what workers answer themselves: what is the host's is the host's own affair. For packets received
 * from now on. -EINVAL: no such port. */
int tp_dataplane_host_limit_set(struct tp_dataplane *dp, unsigned port, uint32_t limit);

/* From now on frames sent on PORT with the outer VLAN_ID carry 802.1ad's type 0x88a8 there
 * (SERVICE), or 802.1Q's 0x8100, which is the default. What is received may have either. Sessions
 * keep what was set when they were opened. -EINVAL: no such port or VLAN id. */
int tp_dataplane_service_tag_set(struct tp_dataplane *dp, unsigned port, uint16_t vlan_id,
				 bool service);
