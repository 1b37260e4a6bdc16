/* SPDX-License-Identifier: BSD-3-Clause */
/* The sessions that workers forward for.
 *
 * The life of a slot: open (its PPP control frames reach control), up (its packets are
 * forwarded), down again or not, closed, and, after a grace period, released.
 *
 * Control thread, unless a function says otherwise; addresses and errors as in dataplane.h. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/counted.h"
#include "base/prefix.h"
#include "ppp/mppe.h"
#include "wire/ethernet.h"

struct tp_dataplane;
struct tp_session_counters;

struct tp_dataplane_session {
	uint32_t slot; /* 0 … max_sessions - 1 */
	uint16_t session_id;
	uint16_t port;
	struct tp_vlans vlans;
	struct tp_mac mac; /* the client's */
	uint64_t
		accounting_id; /* what is counted outlives the process under this; 0: it does not */
	const struct tp_session_counters *begin; /* what was counted before; NULL: nothing */
};

/* From now on frames of (scope, session id) with this MAC and these VLANs belong to SLOT. Its
 * counters begin where .begin says. -EEXIST: the id is taken in its scope; -EBUSY: the slot is not
 * free; -EINVAL: no such slot or port, or session id 0 or 0xffff (RFC 2516, sections 4 and 5.4). */
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

/* IPv6 of a session, while IPV6CP is up. Other packets than those of its prefixes, and of its
 * link-local address to ours, are not taken. */
struct tp_dataplane_ipv6 {
	bool up;	     /* else nothing of IPv6 is taken or sent, and the rest not looked at */
	uint8_t local_id[8]; /* the interface identifiers that IPV6CP agreed on: ours */
	uint8_t remote_id[8];	  /* and the subscriber's */
	struct tp_prefix6 prefix; /* of the link: a /64, or the /128 of its one address; length 0:
				     none */
	const struct tp_prefix6 *routes; /* delegated prefixes, then framed routes; copied */
	unsigned route_count;
};

struct tp_dataplane_session_up {
	uint32_t remote_address;	  /* the subscriber's; 0: IPv4 is not up */
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
					   copied; none without IPv4 */
	unsigned route_count;
	struct tp_dataplane_ipv6 ipv6;
};

/* Forwards for SLOT, of either family or both; called again, it changes what differs while packets
 * flow: a family may come or go meanwhile. Adds the subscriber's /32, its prefixes and framed
 * routes to the FIB, and local_address, which many sessions may share. From now on the worker
 * answers LCP Echo-Requests and runs the keepalive. -ENOSPC: the FIB is full; -EEXIST: an address,
 * a prefix or a route is another's; -ENOENT: SLOT is not open; -EINVAL: neither family is up, host
 * bits are set, or IPv6 has an MTU below 1,280 (RFC 8200, section 5). On error nothing has
 * changed. */
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

/* What there is of a session, to be compared with what should be. */
enum tp_dataplane_slot {
	TP_DATAPLANE_SLOT_FREE,
	TP_DATAPLANE_SLOT_OPEN,
	TP_DATAPLANE_SLOT_UP,
	TP_DATAPLANE_SLOT_JOINED, /* to the bundle of another */
	TP_DATAPLANE_SLOT_CLOSED, /* to be released */
};
enum tp_dataplane_slot tp_dataplane_session_slot(const struct tp_dataplane *dp, uint32_t slot);

/* Does the FIB have PREFIX for SLOT? */
struct tp_ip_prefix;
bool tp_dataplane_session_has(const struct tp_dataplane *dp, uint32_t slot,
			      const struct tp_ip_prefix *prefix);

/* Summed over workers. Any thread; each number is right, the set is not a snapshot. Counts from
 * session_open on, with what that began with. */
void tp_dataplane_session_counters(const struct tp_dataplane *dp, uint32_t slot,
				   struct tp_session_counters *counters);

/* Milliseconds since the last packet forwarded for SLOT in either direction (echoes do not
 * count); since it came up when there was none. */
uint64_t tp_dataplane_session_idle_ms(const struct tp_dataplane *dp, uint32_t slot);
