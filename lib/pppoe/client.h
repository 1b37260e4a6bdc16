/* SPDX-License-Identifier: BSD-3-Clause */
/* PPPoE discovery as the host (RFC 2516, section 5): PADI, the first PADO that fits, PADR, PADS.
 *
 * One struct tp_pppoe_client is one session's discovery; ten thousand of them in one process are
 * fine. Everything that a peer sends is bounded by the object's own size.
 *
 * Thread: the owner's only. No I/O, no clock: call tp_pppoe_client_tick() when
 * tp_pppoe_client_deadline() has come. Callbacks are made from within input, start, tick and
 * close; they may call start and close, but not destroy. */
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "pppoe/offers.h"
#include "pppoe/pppoe.h"

struct tp_pppoe_client;

enum tp_pppoe_client_state {
	TP_PPPOE_CLIENT_IDLE,	   /* nothing asked for */
	TP_PPPOE_CLIENT_PADI_SENT, /* waiting for a PADO */
	TP_PPPOE_CLIENT_PADR_SENT, /* waiting for a PADS */
	TP_PPPOE_CLIENT_SESSION,   /* has a session id */
};

struct tp_pppoe_client_config {
	struct tp_mac mac;	  /* ours */
	uint16_t port;		  /* copied to each packet sent */
	struct tp_vlans vlans;	  /* likewise */
	const char *service_name; /* NULL or "": any; the first that is offered is taken */
	const char *ac_name;	  /* NULL or "": any access concentrator */
	uint16_t max_payload;	  /* over 1492: asked for by RFC 4638; else not mentioned */
	uint32_t timeout_ms;	  /* before the first retransmission; 0: 1000 */
	uint32_t timeout_max_ms;  /* doubled each time up to this (RFC 2516, section 8); 0: 16000 */
	unsigned padi_tries;	  /* PADIs sent before giving up; 0: never gives up */
	unsigned padr_tries;	  /* PADRs sent before giving up; 0: 4 */
	/* Where offers that can't be taken are noted, until the next start; it outlives the client.
	 * The last PADI then asks for any service, so that those answer too that have another.
	 * NULL: nowhere. */
	struct tp_pppoe_offers *offers;
};

/* What has been agreed. */
struct tp_pppoe_client_session {
	uint16_t session_id;
	struct tp_mac ac_mac;
	uint16_t max_payload; /* 1492, or what RFC 4638 gave: the largest MRU to ask for */
	char ac_name[TP_PPPOE_NAME_MAX];
	char service_name[TP_PPPOE_NAME_MAX];
};

struct tp_pppoe_client_callbacks {
	/* Sends PACKET, whose bytes are gone after the call. */
	void (*send)(void *ctx, const struct tp_pppoe_packet *packet);

	/* A PADS gave a session: PPP may start. SESSION stays as it is until the next start. */
	void (*opened)(void *ctx, const struct tp_pppoe_client_session *session, uint64_t now_ms);

	/* It came to nothing, or the session has ended: the state is IDLE again. TEXT: the
	 * peer's own words from an error tag, or "". Not called for tp_pppoe_client_close(). */
	void (*closed)(void *ctx, enum tp_pppoe_reason reason, const char *text, uint64_t now_ms);
};

/* A new client, idle. CONFIG is copied, names cut to TP_PPPOE_NAME_MAX - 1 bytes; CALLBACKS and
 * RANDOM must outlive it. NULL when memory is short. */
struct tp_pppoe_client *tp_pppoe_client_create(const struct tp_pppoe_client_config *config,
					       const struct tp_pppoe_client_callbacks *callbacks,
					       void *ctx, struct tp_random *random);
/* Sends nothing: close first. */
void tp_pppoe_client_destroy(struct tp_pppoe_client *client);

/* Sends the first PADI, from any state; a session that there was is forgotten (close it first). */
void tp_pppoe_client_start(struct tp_pppoe_client *client, uint64_t now_ms);

/* Ends whatever goes on, with a PADT if there is a session; TEXT, if not NULL, tells the peer
 * why. The state is IDLE. */
void tp_pppoe_client_close(struct tp_pppoe_client *client, const char *text, uint64_t now_ms);

/* Takes one packet of type 0x8863. Returns why it was refused, TP_PPPOE_NONE when it was not. */
enum tp_pppoe_reason tp_pppoe_client_input(struct tp_pppoe_client *client,
					   const struct tp_pppoe_packet *packet, uint64_t now_ms);

/* When tick wants to be called next; TP_NEVER when nothing is waited for. */
uint64_t tp_pppoe_client_deadline(const struct tp_pppoe_client *client);

/* Retransmits or gives up if it is time; harmless before. */
void tp_pppoe_client_tick(struct tp_pppoe_client *client, uint64_t now_ms);

enum tp_pppoe_client_state tp_pppoe_client_state(const struct tp_pppoe_client *client);

/* The last session that was opened; all zero before the first. */
const struct tp_pppoe_client_session *tp_pppoe_client_session(const struct tp_pppoe_client *client);

/* A packet to the access concentrator of that session, all but its bytes. */
struct tp_pppoe_packet tp_pppoe_client_to_ac(const struct tp_pppoe_client *client);
