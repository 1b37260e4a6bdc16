/* SPDX-License-Identifier: BSD-3-Clause */
/* The data plane, as control sees it: ports, workers, the FIB, the sessions that workers
 * forward for, and the rings between them and control.
 *
 * Unless a function says otherwise it is called by the control thread alone, the one that
 * called tp_dataplane_create(): it is the only writer of what is shared. Workers read it,
 * published by release stores and reclaimed under RCU. Addresses and VLAN ids are in host
 * byte order unless named _be. Functions that can fail return 0 or a negative errno. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/prefix.h"
#include "ppp/mppe.h"
#include "wire/ethernet.h"

struct rte_mbuf;
struct tp_dataplane;

#define TP_DATAPLANE_MAX_PORTS	 16
#define TP_DATAPLANE_MAX_WORKERS 32
#define TP_SLOT_NONE		 UINT32_MAX

/* ---- set-up ------------------------------------------------------------------------- */

enum tp_port_role {
	TP_PORT_ACCESS, /* subscribers: PPPoE only */
	TP_PORT_CORE,	/* routed: IP, ARP, the host interface behind it */
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
};

/* Starts the EAL, probes and starts the ports, builds tables and rings. Errors name the port
 * or the setting. Once a process (the EAL allows no second); -EAGAIN: what was free of huge pages
 * when they were counted was not to be had, and a new process may start with huge_pages 0. The
 * calling thread becomes the control thread and is pinned to control_lcore. CONFIG is copied where
 * it is kept. */
int tp_dataplane_create(const struct tp_dataplane_config *config, struct tp_dataplane **dp,
			struct tp_error *error);

/* Launches the workers on their lcores. */
int tp_dataplane_start(struct tp_dataplane *dp, struct tp_error *error);

/* Stops the workers, waits for them, stops and closes the ports, frees everything. */
void tp_dataplane_destroy(struct tp_dataplane *dp);

struct tp_port_info {
	const char *name;
	const char *driver;
	enum tp_port_role role;
	struct tp_mac mac;
	uint16_t mtu;
	bool link_up;
	uint16_t rx_queues;
	bool software_distribution; /* the driver can't spread PPPoE over queues: workers do */
};

unsigned tp_dataplane_port_count(const struct tp_dataplane *dp);
/* Asks the driver for the link's state. INFO's strings live as long as DP. -EINVAL: no such port.
 */
int tp_dataplane_port_info(const struct tp_dataplane *dp, unsigned port, struct tp_port_info *info);

/* The address that ICMP errors to the core side come from; 0: none are sent there. */
int tp_dataplane_port_address_set(struct tp_dataplane *dp, unsigned port, uint32_t address);

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

/* ---- sessions ------------------------------------------------------------------------ */

/* The life of a slot: open (its PPP control frames reach control), up (its packets are
 * forwarded), down again or not, closed, and, after a grace period, released.
 *
 * Session ids are unique within a port and a scope of it (tp_vlans_scope() of wire/ethernet.h). */
#define TP_DATAPLANE_SCOPES TP_VLAN_SCOPES
#define tp_dataplane_scope  tp_vlans_scope

struct tp_dataplane_session {
	uint32_t slot; /* 0 … max_sessions - 1 */
	uint16_t session_id;
	uint16_t port;
	struct tp_vlans vlans;
	struct tp_mac mac; /* the client's */
};

/* From now on frames of (scope, session id) with this MAC and these VLANs belong to SLOT. Its
 * counters begin at zero. -EEXIST: the id is taken in its scope; -EBUSY: the slot is not free;
 * -EINVAL: no such slot or port, or session id 0 or 0xffff (RFC 2516, sections 4 and 5.4). */
int tp_dataplane_session_open(struct tp_dataplane *dp, const struct tp_dataplane_session *session);

/* MP over the session's link (RFC 1990). */
struct tp_dataplane_multilink {
	uint16_t mrru;	   /* the largest packet to take in fragments; 0: no MP */
	uint16_t link_mtu; /* the largest frame to the subscriber, without PPP's protocol field */
	bool short_in;	   /* short sequence numbers in the subscriber's fragments */
	bool short_out;	   /* and in those to it */
	uint32_t era;	   /* another with each LCP: only then does the counting start afresh */
};

/* Encryption by MPPE (RFC 3078), of the one direction, the other, or both. Of a direction that is
 * encrypted no packet is taken, or sent, in clear. */
struct tp_dataplane_encryption {
	struct tp_mppe_terms in, out; /* from and to the subscriber; without bits: in clear */
	uint32_t era; /* another with each CCP: only then do the ciphers start afresh */
};

/* The largest packet that fits into a frame's memory, and so can be joined. */
uint16_t tp_dataplane_packet_max(const struct tp_dataplane *dp);

/* A rate limit, in bits of IP packets a second; 0: none. */
struct tp_dataplane_rate {
	uint64_t rate;
	uint64_t burst_rate;  /* the most in bursts */
	uint64_t burst_bytes; /* what these may be ahead of the rate; 0: no bursts */
};

struct tp_dataplane_session_up {
	uint32_t remote_address;	  /* the subscriber's */
	uint32_t local_address;		  /* ours on this link: answers ping */
	uint16_t mtu;			  /* the largest IP packet to the subscriber; at least 68 */
	uint32_t magic;			  /* our LCP magic number, for echoes; 0: none agreed */
	uint16_t keepalive_s;		  /* 0: never */
	uint16_t mss_up;		  /* clamp of SYNs from the subscriber; 0: none */
	uint16_t mss_down;		  /* clamp of SYNs to the subscriber; 0: none */
	struct tp_dataplane_rate rate_up; /* from the subscriber */
	struct tp_dataplane_rate rate_down; /* to the subscriber */
	/* While the session stays up and this does not change, fragments are counted on. */
	struct tp_dataplane_multilink multilink;   /* link_mtu is of encryption and LCP, too; 0:
						    * as MTU */
	struct tp_dataplane_encryption encryption; /* likewise */
	const struct tp_prefix *routes; /* framed routes: sources allowed, destinations routed;
					   copied */
	unsigned route_count;
};

/* Forwards for SLOT; called again, it changes what differs while packets flow. Adds the
 * subscriber's /32 and framed routes to the FIB, and local_address, which many sessions may
 * share. From now on the worker answers LCP Echo-Requests and runs the keepalive. -ENOSPC: the
 * FIB is full; -EEXIST: an address or a route is another's; -ENOENT: SLOT is not open. On
 * error nothing has changed. */
int tp_dataplane_session_up(struct tp_dataplane *dp, uint32_t slot,
			    const struct tp_dataplane_session_up *up);

/* The subscriber could not decrypt: the next packet to it starts afresh (tp_mppe_flush()). */
void tp_dataplane_session_flush(struct tp_dataplane *dp, uint32_t slot);

/* MP over several links (RFC 1990): SLOT, which is open, is a link of the bundle of LEADER, which
 * is up with MP. What it carries is LEADER's traffic, and LEADER's traffic goes by all links in
 * turn; LCP's echoes and the keepalive are its own. Called again, it changes what differs. -ENOENT:
 * SLOT is not open; -EINVAL: LEADER is not up, or without MP, or its bundle is full (TP_MP_LINKS);
 * -ENOMEM. On error nothing has changed. Ends by session_down() of SLOT, or of LEADER. */
struct tp_dataplane_join {
	uint16_t link_mtu;    /* the largest frame to the subscriber by this link */
	uint32_t magic;	      /* as of struct tp_dataplane_session_up */
	uint16_t keepalive_s; /* likewise */
};
int tp_dataplane_session_join(struct tp_dataplane *dp, uint32_t slot, uint32_t leader,
			      const struct tp_dataplane_join *join);

/* SLOT, up with a bundle, goes on without a link of its own, by those that have joined it, and
 * without keepalive; session_up() brings its link back. GONE: not that either: its session id is
 * nobody's from now on (but may not be used again before the slot is released). */
void tp_dataplane_session_unlink(struct tp_dataplane *dp, uint32_t slot, bool gone);

/* Forwarding and keepalive end; PPP control frames, echoes among them, still reach control.
 * Harmless when not up. */
void tp_dataplane_session_down(struct tp_dataplane *dp, uint32_t slot);

/* The session is over: frames with its id are those of an unknown session. The slot (and its
 * id and address) must not be used again before tp_dataplane_released() gives it back. */
void tp_dataplane_session_close(struct tp_dataplane *dp, uint32_t slot);

/* Slots closed whose grace period is over: every worker has since passed a quiescent state.
 * Never blocks. Returns how many were written to SLOTS. */
unsigned tp_dataplane_released(struct tp_dataplane *dp, uint32_t *slots, unsigned max);

struct tp_session_counters { /* summed over workers; in: from the subscriber */
	uint64_t packets_in, bytes_in;
	uint64_t packets_out, bytes_out;
	uint64_t drops_in, drops_out;
};

/* Any thread; each number is right, the set is not a snapshot. Counts from session_open on. */
void tp_dataplane_session_counters(const struct tp_dataplane *dp, uint32_t slot,
				   struct tp_session_counters *counters);

/* Milliseconds since the last packet forwarded for SLOT in either direction (echoes do not
 * count); since it came up when there was none. */
uint64_t tp_dataplane_session_idle_ms(const struct tp_dataplane *dp, uint32_t slot);

/* ---- routes and neighbours ------------------------------------------------------------- */

/* A neighbour on a core port: where packets of routes through it go. -ENOSPC: too many. */
int tp_dataplane_neighbour_set(struct tp_dataplane *dp, unsigned port, uint32_t address,
			       const struct tp_mac *mac);

/* It was asked for in vain: senders of its packets are told so (and control asked to resolve it
 * again) until it is set or removed. -ENOSPC: too many are known. */
int tp_dataplane_neighbour_failed(struct tp_dataplane *dp, unsigned port, uint32_t address);

/* Its packets are dropped and counted (and control asked to resolve it) from now on. */
void tp_dataplane_neighbour_remove(struct tp_dataplane *dp, unsigned port, uint32_t address);

enum tp_route_kind {
	TP_ROUTE_GATEWAY,   /* through a neighbour, resolved or not yet */
	TP_ROUTE_CONNECTED, /* the port's own network: each host is a neighbour of its own */
	TP_ROUTE_LOCAL,	    /* an address of the box: to the host interface of the port */
	/* Packets end here: silently, or with an ICMP error to their sender. */
	TP_ROUTE_BLACKHOLE,
	TP_ROUTE_UNREACHABLE,
	TP_ROUTE_PROHIBIT,
};

struct tp_dataplane_route {
	struct tp_prefix prefix;
	enum tp_route_kind kind;
	unsigned port;	  /* gateway, connected, local */
	uint32_t gateway; /* gateway */
};

/* Adds or replaces. TP_ROUTE_LOCAL takes /32s only. Where a subscriber holds the same prefix,
 * the subscriber's wins as long as it is up. -ENOSPC: a table is full. */
int tp_dataplane_route_set(struct tp_dataplane *dp, const struct tp_dataplane_route *route);

/* -ENOENT: there is no such route. */
int tp_dataplane_route_remove(struct tp_dataplane *dp, const struct tp_prefix *prefix);

/* ---- rings ------------------------------------------------------------------------------ */

enum tp_message_kind {
	TP_MESSAGE_SESSION,	    /* a PPP control frame of an open session (mbuf, slot) */
	TP_MESSAGE_DISCOVERY,	    /* an 0x8863 frame (mbuf) */
	TP_MESSAGE_UNKNOWN_SESSION, /* an 0x8864 frame of no session (mbuf): PADT may be due */
	TP_MESSAGE_HOST,	    /* a frame for the host interface of a core port (mbuf) */
	TP_MESSAGE_RESOLVE,	    /* an unresolved neighbour on PORT is wanted: ADDRESS */
	TP_MESSAGE_KEEPALIVE_LOST,  /* SLOT has been silent for twice its keepalive time */
	TP_MESSAGE_DECRYPTION_LOST, /* SLOT's packets can't be decrypted: NEED would help */
};

/* Frames begin with the Ethernet header, tags taken out; where they came from stands beside.
 * Frames for the host are as they were on the wire, tags included. A frame may carry padding
 * after the PPPoE payload. It is one segment. */
struct tp_message {
	enum tp_message_kind kind;
	uint16_t port;
	struct tp_vlans vlans;
	uint32_t slot; /* TP_SLOT_NONE unless the kind has one */
	uint32_t address;
	enum tp_mppe_need need;
	struct rte_mbuf *mbuf; /* the receiver's, to be freed; NULL for kinds without a frame */
};

/* Takes up to MAX messages from all workers: sessions first, then the host's frames (routing's, the
 * core's, subscribers'), then discovery, in fair turns: none of these can starve another. Never
 * blocks. There is no descriptor to wait on, because workers make no system calls: call it each
 * millisecond when idle. */
unsigned tp_dataplane_receive(struct tp_dataplane *dp, struct tp_message *messages, unsigned max);

/* Sends an Ethernet frame of LEN bytes (at most 9,216), untagged as given, with VLANS put in,
 * out of PORT, by way of the worker that owns the port. The bytes are copied. False: no mbuf
 * or the ring is full; counted, the caller may try again. */
bool tp_dataplane_send(struct tp_dataplane *dp, uint16_t port, struct tp_vlans vlans,
		       const void *frame, uint16_t len);

/* Hands a worker an Ethernet frame as if it had arrived on core PORT: what the host says to a
 * subscriber (from the TAP twin) goes this way. Otherwise as tp_dataplane_send(). */
bool tp_dataplane_inject(struct tp_dataplane *dp, uint16_t port, const void *frame, uint16_t len);

/* ---- counters ----------------------------------------------------------------------------- */

/* One line of what workers count, for each worker and port:
 *   received + received_from_workers + received_from_control
 *     = forwarded + answered + handed_to_session + handed_to_discovery + handed_to_host
 *       + handed_to_workers + joined + the sum of all drop_*
 * (answered: echoes and pings that the worker itself dealt with; joined: MP's fragments that went
 * into a packet, which itself is counted with its last one; mp_incomplete: packets given up because
 * a fragment did not come). Each drop has one reason.
 * Frames that began here (ICMP errors, echoes, what control sends) count in originated, and in
 * originated_lost when they could not leave. What a NIC lost before a worker saw it, and what
 * control could not hand to a worker, comes with WORKER = TP_COUNTER_NO_WORKER. Called for each
 * counter, zeros included, in a stable order; NAME is a string constant. Any thread. */
#define TP_COUNTER_NO_WORKER UINT32_MAX

typedef void (*tp_counter_fn)(void *user, const char *name, unsigned worker, unsigned port,
			      uint64_t value);
void tp_dataplane_counters(const struct tp_dataplane *dp, tp_counter_fn fn, void *user);
