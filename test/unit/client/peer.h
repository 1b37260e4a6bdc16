/* SPDX-License-Identifier: BSD-3-Clause */
/* A client, and an access concentrator for it to talk to: offers, confirmations and a PPP engine in
 * the server's role. What one sends the other gets by carry(), in order. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "client/client.h"
#include "wire/ppp.h"

#define QUEUE_MAX 64
#define SESSION	  9

struct sent {
	bool to_peer;
	uint16_t ethertype;
	struct tp_pppoe_packet packet;
	uint8_t bytes[1600];
};

/* What the client has told. */
struct told {
	unsigned admitted, up, down, leaving, lcp_down, network_frames, ended;
	bool was_leaving_first;
	struct tp_client_end end;
	char text[TP_PPP_MESSAGE_MAX + 1];
	char said[TP_PPP_MESSAGE_MAX + 1];
	bool said_at_end;
	struct tp_ppp_addresses addresses;
	unsigned ipv6_up, ipv6_down;
	struct tp_ppp_interface_ids ids;
};

struct host {
	struct tp_client client;
	struct tp_client_ops ops;
	struct tp_ppp_config config;
	struct tp_random random;
	uint64_t now_ms;
	struct told told;
	bool holds;	 /* sessions wait */
	bool joins;	 /* when it is admitted */
	unsigned redial; /* so often, from inside ended() */

	/* The access concentrator. */
	struct tp_ppp server;
	struct tp_ppp_config server_config;
	bool is_silent;
	unsigned padis, padrs, padts; /* from the client */

	struct sent queue[QUEUE_MAX];
	unsigned queued;
	struct sent last; /* what the client sent last */
};

/* cmocka's: *STATE is a host that has not dialled. */
int host_setup(void **state);
int host_teardown(void **state);

/* Both ends wish for IPv6 too; before the dial. */
void want_ipv6(struct host *host);

/* All that was sent arrives, and all that is sent because of it. */
void carry(struct host *host);
/* Time passes: the client is woken whenever it wants to be. */
void wait_ms(struct host *host, uint64_t ms);

/* The client dials; it is up, or however far it comes. */
void dial(struct host *host);

/* The access concentrator sends a PADT with these words. */
void send_padt(struct host *host, const char *words);

/* A session packet for the client: LEN bytes of PPP, in session ID. */
struct tp_pppoe_packet session_packet(uint8_t room[1600], uint16_t id, const void *ppp, size_t len);
