/* SPDX-License-Identifier: BSD-3-Clause */
/* The access concentrator's engine: discovery, PPP, AAA, pools, and the life of each session
 * from a valid PADR to its end.
 *
 * It does no I/O, knows no DPDK and has no globals: frames and the time come in, frames, events
 * and orders to the data plane go out through struct tp_ac_ops. The control lcore runs one; a
 * simulation runs it against ten thousand emulated clients on a virtual clock. One thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/random.h"
#include "config/model.h"
#include "wire/ethernet.h"

struct tp_ac;
struct tp_session;

/* One layer-2 place that subscribers dial in from. */
struct tp_access {
	uint16_t port;
	struct tp_vlans vlans;
};

enum tp_session_state {
	TP_SESSION_LCP,		   /* PADS sent, LCP being negotiated */
	TP_SESSION_AUTHENTICATING, /* "verifying password..." */
	TP_SESSION_NETWORK,	   /* IPCP being negotiated */
	TP_SESSION_UP,		   /* "connected" */
	TP_SESSION_ENDING,	   /* Terminate-Request sent, waiting for the Ack */
	TP_SESSION_CLOSED,	   /* the slot waits for its grace period */
};

/* Why a session ended; each has a text, for the log, events and counters. */
enum tp_end_reason {
	TP_END_PEER_PADT,
	TP_END_PEER_TERMINATE,
	TP_END_KEEPALIVE,
	TP_END_SESSION_TIMEOUT,
	TP_END_IDLE_TIMEOUT,
	TP_END_ADMIN,	      /* an operator's disconnect */
	TP_END_CONFIG,	      /* its server, secret or interface was removed or disabled */
	TP_END_REPLACED_HOST, /* one-session-per-host */
	TP_END_REPLACED_USER, /* only-one */
	TP_END_AUTH_FAILED,
	TP_END_AUTH_TIMEOUT,
	TP_END_LCP_FAILED, /* no agreement, or no answer */
	TP_END_IPCP_FAILED,
	TP_END_NO_ADDRESS, /* pool empty, or the fixed address is in use */
	TP_END_LOOPBACK,
	TP_END_RESOURCES, /* the data plane had no room */
	TP_END_SHUTDOWN,
	TP_END_REASONS,
};

const char *tp_end_reason_text(enum tp_end_reason reason);
const char *tp_session_state_text(enum tp_session_state state);

/* What the outside does for the engine. USER is handed through. */
struct tp_ac_ops {
	/* Sends one frame: PAYLOAD is what follows the Ethernet type. It is copied or sent
	 * before the call returns. */
	void (*output)(void *user, const struct tp_access *to, const struct tp_mac *dst,
		       uint16_t ethertype, const uint8_t *payload, size_t len);
	/* The data plane's side of the session: open, up (or changed), down, close. After
	 * close() the outside calls tp_ac_slot_released() when no worker can see it any more.
	 * open() and up() return 0 or a negative errno. */
	int (*open)(void *user, const struct tp_session *s);
	int (*up)(void *user, const struct tp_session *s);
	void (*down)(void *user, const struct tp_session *s);
	void (*close)(void *user, const struct tp_session *s);
	/* Milliseconds since the last packet was forwarded for it, for idle-timeout. */
	uint64_t (*idle_ms)(void *user, const struct tp_session *s);
	/* Something that an operator wants to know: see tp_ac_event. */
	void (*event)(void *user, const struct tp_ac_event *event);
};
