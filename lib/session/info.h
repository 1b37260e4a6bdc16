/* SPDX-License-Identifier: BSD-3-Clause */
/* What there is to know about one session or one of its lines, and the words for it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "aaa/subscriber.h"
#include "ppp/auth.h"
#include "ppp/encryption.h"
#include "wire/access_line.h"
#include "wire/ethernet.h"

struct tp_session;
struct tp_line;

/* One layer-2 place that subscribers dial in from. */
struct tp_access {
	uint16_t port; /* 0 … TP_AC_MAX_PORTS - 1 */
	struct tp_vlans vlans;
};

static inline bool tp_access_equal(const struct tp_access *a, const struct tp_access *b)
{
	return a->port == b->port && tp_vlans_equal(a->vlans, b->vlans);
}

/* Whose packets flow. Each comes and goes alone. */
#define TP_AC_IPV4 0x01
#define TP_AC_IPV6 0x02

enum tp_session_state {
	TP_SESSION_LCP,		   /* PADS sent, LCP being negotiated */
	TP_SESSION_AUTHENTICATING, /* "verifying password..." */
	TP_SESSION_NETWORK,	   /* network protocols being negotiated */
	TP_SESSION_UP,		   /* "connected": by IPv4, by IPv6, or by both */
	TP_SESSION_ENDING,	   /* Terminate-Request sent, waiting for the Ack */
	TP_SESSION_CLOSED,	   /* the slot waits for its grace period */
	TP_SESSION_STATES,
};

/* Why a session ended; each has a text, for the log, events and counters. */
enum tp_end_reason {
	TP_END_PEER_PADT,
	TP_END_PEER_TERMINATE,
	TP_END_KEEPALIVE,
	TP_END_SESSION_TIMEOUT,
	TP_END_IDLE_TIMEOUT,
	TP_END_LIMIT_BYTES,   /* limit-bytes-in or limit-bytes-out is used up */
	TP_END_ADMIN,	      /* an operator's disconnect */
	TP_END_CONFIG,	      /* its server, secret or interface was removed or disabled */
	TP_END_REPLACED_HOST, /* one-session-per-host, or no room for another */
	TP_END_REPLACED_USER, /* only-one, or the same user needs the same fixed address */
	TP_END_AUTH_FAILED,
	TP_END_AUTH_TIMEOUT,
	TP_END_LCP_FAILED, /* no agreement, or no answer */
	TP_END_IPCP_FAILED,
	TP_END_NO_ADDRESS,    /* pool empty, or the fixed address or a route is in use */
	TP_END_NO_ENCRYPTION, /* it is required, and the peer won't or can't */
	TP_END_NO_IPV6,	      /* likewise */
	TP_END_LOOPBACK,
	TP_END_RESOURCES, /* the data plane had no room */
	TP_END_GAVE_WAY,  /* half-open, where there were too many */
	TP_END_SHUTDOWN,
	TP_END_DRAIN, /* its server or port is being drained, or all */
	TP_END_REASONS,
};

/* "peer-padt", "keepalive", …: a word for counters, metrics and events. Any thread. */
const char *tp_end_reason_name(enum tp_end_reason reason);

/* A clause for people: "the peer did not answer keepalives". Any thread. */
const char *tp_end_reason_text(enum tp_end_reason reason);

/* The words of RouterOS where it has them: "verifying password...", "connected". Any thread. */
const char *tp_session_state_text(enum tp_session_state state);

/* What it has of IPv6. */
struct tp_session_ipv6 {
	uint8_t local_id[8]; /* interface identifiers, as IPV6CP agreed last; zero: not yet */
	uint8_t remote_id[8];
	struct tp_prefix6 prefix;  /* of the link: a /64, or the /128 of its one address; 0: none */
	struct tp_prefix6 address; /* one by DHCPv6 beside it; 0: none */
	const struct tp_prefix6 *routes; /* delegated prefixes first, then all else behind it */
	unsigned delegated_count, route_count;
};

/* What there is to know about one line and the session whose packets it carries, for orders to the
 * data plane and for people. Of a line with which a session began that is the session itself; a
 * line without one has none of what follows from a login. Pointers hold until the next call of any
 * function of the engine that is not const. */
struct tp_session_info {
	uint64_t id;		/* of this line alone, never given out again: RouterOS's .id */
	uint64_t accounting_id; /* likewise, over restarts too: RADIUS's Acct-Session-Id */
	uint32_t slot;		/* 0 … max_sessions - 1 */
	uint16_t session_id;	/* PPPoE's, unique within port and scope (tp_vlans_scope()) */
	struct tp_access access;
	struct tp_mac mac;		   /* the client's */
	const struct tp_access_line *line; /* as the access node names it; NULL: it does not */
	uint64_t bundle_id;    /* joined: of the session whose packets it carries; else 0 */
	uint32_t bundle_slot;  /* that one's slot; else its own */
	unsigned active_links; /* that carry its packets */
	bool line_gone;	       /* that it began with: place, MAC and line are another's */
	enum tp_session_state state;
	enum tp_end_reason reason; /* in TP_SESSION_ENDING and TP_SESSION_CLOSED */

	uint32_t server_id;	     /* .id of the server that it came in by */
	const char *service_name;    /* the server's */
	const char *interface;	     /* the server's: "ether3" */
	const char *default_profile; /* the server's */

	const char *user;	   /* "" until authenticated */
	uint32_t instance;	   /* 0: the user's only session; no two of a user have the same */
	uint32_t secret_id;	   /* .id, of a link its bundle's; 0: none */
	enum tp_ppp_method method; /* of authentication, agreed */
	const struct tp_subscriber *subscriber; /* never NULL; nothing until authenticated, and for
						 * links of a bundle */

	uint8_t families; /* TP_AC_IPV… or-ed */
	/* Set by the time of ops.up; 0 while not known, or if there is none. */
	uint32_t remote_address; /* the subscriber's */
	uint32_t local_address;	 /* ours on this link */
	struct tp_session_ipv6 ipv6;
	const struct tp_ppp_encryption *encryption; /* NULL: packets go in clear */
	uint16_t mtu; /* the largest IP packet to the subscriber, encryption taken off */
	uint16_t mru; /* the largest that we promised to take */
	/* MP over the link (RFC 1990); mrru 0: none. It is what `mru` says then, and `mtu` is what
	 * the peer takes in fragments. */
	uint16_t mrru;
	uint16_t link_mtu;	  /* the largest frame to the subscriber, of PPP's information */
	bool short_sequence;	  /* in fragments to us */
	bool peer_short_sequence; /* in those to the subscriber */
	uint32_t lcp_era;	  /* how often LCP has come up */
	uint32_t magic;		  /* our LCP magic number */
	uint16_t keepalive_s;	  /* 0: never */
	uint16_t mss_up;	  /* clamp of SYNs from the subscriber; 0: none */
	uint16_t mss_down;	  /* clamp of SYNs to the subscriber; 0: none */

	uint64_t started_ms; /* the PADR */
	uint64_t up_ms;	     /* when it first came up; 0: not yet */
};

/* Fill INFO. */
void tp_line_info(const struct tp_line *line, struct tp_session_info *info);
void tp_session_info(const struct tp_session *s, struct tp_session_info *info);

/* One field of it, for those who want no more. */
uint32_t tp_line_slot(const struct tp_line *line);
uint32_t tp_session_slot(const struct tp_session *s);
uint16_t tp_session_mtu(const struct tp_session *s);

/* Whose packets LINE carries, or carried until it closed; NULL: nobody's. */
const struct tp_session *tp_line_session(const struct tp_line *line);

/* What DHCPv6 has given to S or offers it, one after the other: the first after NULL, NULL after
 * the last. They are the engine's until its next call. */
struct tp_ipv6_binding;
const struct tp_ipv6_binding *tp_session_next_binding(const struct tp_session *s,
						      const struct tp_ipv6_binding *previous);
