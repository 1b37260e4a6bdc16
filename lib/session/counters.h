/* SPDX-License-Identifier: BSD-3-Clause */
/* What the engine counts. */
#pragma once

#include "base/sample.h"
#include "session/info.h"

struct tp_ac;

/* Why a peer was not let in. */
enum tp_auth_failure {
	TP_AUTH_FAIL_NO_SECRET,
	TP_AUTH_FAIL_DISABLED,
	TP_AUTH_FAIL_SERVICE,
	TP_AUTH_FAIL_CALLER,
	TP_AUTH_FAIL_PASSWORD,
	TP_AUTH_FAIL_REJECTED,	   /* by an authentication server */
	TP_AUTH_FAIL_NO_ANSWER,	   /* no authentication server answered */
	TP_AUTH_FAIL_UNUSABLE,	   /* let in by one, which gives what can't be had */
	TP_AUTH_FAIL_NAME_CHANGED, /* a renegotiation or re-challenge under another name */
	TP_AUTH_FAIL_LOCKED,	   /* too many wrong logins before; no event of its own */
	TP_AUTH_FAIL_NO_METHOD,	   /* no method suits both */
	TP_AUTH_FAIL_TIMEOUT,	   /* the peer did not authenticate itself in time */
	TP_AUTH_FAILURES,
};

/* "no-secret", "wrong-password", …. Any thread. */
const char *tp_auth_failure_name(enum tp_auth_failure failure);

/* What there was no room in for another half-open session. */
enum tp_ac_bound {
	TP_AC_BOUND_MAC,
	TP_AC_BOUND_VLAN,
	TP_AC_BOUND_PORT,
	TP_AC_BOUND_SERVER, /* its max-sessions */
	TP_AC_BOUND_TABLE,  /* slots or session ids */
	TP_AC_BOUNDS,
};

/* Why a subscriber has less of IPv6 than it could have. */
enum tp_ac_ipv6_refusal {
	TP_AC_NO_IPV6_PREFIX, /* none could be taken for the link: it has IPv4 alone */
	TP_AC_IPV6_TAKEN,     /* the data plane knows another with that prefix or route */
	TP_AC_IPV6_MTU,	      /* the link's MTU is below what IPv6 needs (RFC 8200, 5) */
	TP_AC_NO_IPV6_ROOM,   /* no room or memory in the data plane */
	TP_AC_NO_DELEGATION,  /* DHCPv6 had no prefix to delegate */
	TP_AC_IPV6_REFUSALS,
};

/* All from the start of the engine but the gauges. At any time:
 * started + restored = the sum of ended[] + that of standing[] without TP_SESSION_CLOSED. */
struct tp_ac_counters {
	uint32_t standing[TP_SESSION_STATES]; /* gauge: lines in each state */
	uint32_t slots_free;		      /* gauge */
	size_t memory_bytes;		      /* gauge: what the engine holds */
	uint64_t started;
	uint64_t restored; /* of before this start */
	uint64_t ended[TP_END_REASONS];
	uint64_t up;	    /* times that a session came up */
	uint64_t down;	    /* times that it went down to renegotiate */
	uint32_t with_ipv4; /* gauges: sessions with packets of it, of links none */
	uint32_t with_ipv6;
	uint32_t delegated; /* gauge: prefixes that subscribers have by DHCPv6 */
	uint64_t ipv6_up;   /* times that IPV6CP came up */
	uint64_t ipv6_refused[TP_AC_IPV6_REFUSALS];
	uint64_t auth_accepted;
	uint64_t auth_failed[TP_AUTH_FAILURES];
	uint64_t login_locks;	  /* times that a user or a place was locked */
	uint64_t resets_received; /* of encryption, that subscribers asked for */
	uint64_t resets_sent;	  /* that we asked for */
	uint64_t rekeys;	  /* encryption negotiated anew, since the keys were out of step */
	uint64_t address_waits;	  /* logins that waited for a replaced session's address */
	uint64_t duplicate_padr;  /* answered with the PADS of before */
	uint32_t half_open;	  /* gauge */
	uint64_t gave_way[TP_AC_BOUNDS]; /* half-open sessions, to newcomers */
	uint64_t refused_full;		 /* PADRs: no slot or session id is free */
	uint64_t refused_drain;		 /* PADRs: the server or its port is being drained */
	uint64_t refused_max_sessions;	 /* PADRs: the server's max-sessions */
	uint64_t refused_open;		 /* PADRs: the data plane had no room */
	uint64_t refused_shutdown;	 /* discovery frames during shutdown */
	uint64_t padt_sent;		 /* at the end of sessions */
	uint64_t padt_unmatched;     /* PADTs received whose session, MAC or place is not ours */
	uint64_t unknown_answered;   /* PADTs sent for frames of unknown sessions */
	uint64_t unknown_suppressed; /* those not sent: rate limit, or no sane source */
	uint64_t stray_frames;	     /* session frames for a slot that is another's or nobody's */
	uint64_t events_suppressed;  /* TP_AC_DISCOVERY_REFUSED not told: rate limit */
	uint32_t pado_waiting;	     /* gauge: PADOs that wait, by pado-delay */
	uint64_t pado_unanswered; /* PADOs that no PADR followed, as far as they are remembered */
	uint64_t pado_lost;	  /* PADOs dropped since too many waited */
	uint64_t unknown_port;	  /* frames from or to a port that is not set */
};

/* Good until the next call that is not const. Discovery's own are in tp_ac_samples(). */
const struct tp_ac_counters *tp_ac_counters(const struct tp_ac *ac);

/* Calls FN for every counter and gauge, discovery's among them; those of one name together, in a
 * stable order. */
void tp_ac_samples(const struct tp_ac *ac, tp_sample_fn fn, void *user);
