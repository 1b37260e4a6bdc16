/* SPDX-License-Identifier: BSD-3-Clause */
/* The option negotiation automaton of RFC 1661, section 4, once for LCP and every NCP.
 *
 * Each protocol is a table of handlers (struct tp_ppp_protocol, private to this folder) on it.
 * Outside this folder only the size and the states are of interest. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct tp_ppp;
struct tp_ppp_protocol;

/* RFC 1661 section 4.2, with its numbers. */
enum tp_ppp_state {
	TP_PPP_INITIAL = 0,
	TP_PPP_STARTING = 1,
	TP_PPP_CLOSED = 2,
	TP_PPP_STOPPED = 3,
	TP_PPP_CLOSING = 4,
	TP_PPP_STOPPING = 5,
	TP_PPP_REQ_SENT = 6,
	TP_PPP_ACK_RCVD = 7,
	TP_PPP_ACK_SENT = 8,
	TP_PPP_OPENED = 9,
};

struct tp_ppp_fsm {
	uint64_t deadline_ms; /* the restart timer; TP_NEVER when it is stopped */
	uint8_t state;	      /* enum tp_ppp_state */
	uint8_t request_id;   /* of our last Configure-Request or Terminate-Request */
	uint8_t next_id;      /* of what we send next on our own account */
	uint8_t restarts;     /* the restart counter: transmissions left */
	uint8_t naks_sent;    /* since the peer's requests last suited us: Max-Failure */
	uint8_t naks_taken;   /* Naks and Rejects of our requests, without an Ack between */
	uint8_t repeats;      /* of the peer's request that we acknowledged */
	uint32_t granted;     /* a digest of that request; 0: none */
	bool acked;	      /* our last Configure-Request has had its answer */
	bool resent;	      /* ours went out again on the peer's first */
};
