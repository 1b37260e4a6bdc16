/* SPDX-License-Identifier: BSD-3-Clause */
/* The engines of one connection, joined to each other, to the interface and to the forwarder. No
 * I/O of its own beyond theirs; dial.c waits for it. */
#pragma once

#include "backoff.h"
#include "base/random.h"
#include "forward.h"
#include "interface.h"
#include "options.h"
#include "packet.h"
#include "ppp/ppp.h"
#include "pppoe/client.h"

struct connection {
	const struct options *options;
	struct packet_socket discovery; /* 0x8863 */
	struct packet_socket session;	/* 0x8864 */
	struct interface interface;
	struct forward forward;
	struct tp_random random;
	struct tp_pppoe_client *pppoe;
	struct tp_ppp_config ppp_config;
	struct tp_ppp ppp;
	struct backoff backoff;
	uint64_t now_ms;       /* of the call that is running */
	uint64_t redial_ms;    /* TP_NEVER when none is due */
	uint64_t hangup_ms;    /* hanging up: when to wait no longer for the peer */
	uint16_t mtu;	       /* agreed by LCP */
	uint64_t connected_ms; /* since when; 0: not connected */
	bool hanging_up;
	bool finished;	    /* the end: the program may exit */
	bool was_connected; /* at least once */
};

/* Opens everything, and dials. 0, or a negative errno with ERROR filled in. */
int connection_open(struct connection *c, const struct options *options, uint64_t now_ms,
		    struct tp_error *error);
void connection_close(struct connection *c);

/* What waits at the descriptors: discovery.fd, session.fd, interface.tun. */
void connection_discovery_input(struct connection *c, uint64_t now_ms);
void connection_session_input(struct connection *c, uint64_t now_ms);
void connection_tun_input(struct connection *c, uint64_t now_ms);

/* Does what is due, and when the next is. */
void connection_tick(struct connection *c, uint64_t now_ms);
uint64_t connection_deadline(const struct connection *c);

/* Ends the connection: Terminate-Request, and PADT after the peer's answer or a second. Then
 * c->finished. */
void connection_hang_up(struct connection *c, uint64_t now_ms);
