/* SPDX-License-Identifier: BSD-3-Clause */
/* A client between a virtual clock and a network of paper: what it sends is kept here, and answered
 * when the test says so. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "radius/authenticator.h"
#include "radius/client.h"

#define NET_SENT_MAX  65536
#define NET_WIRES_MAX 1024

/* A socket of the client's. */
struct wire {
	struct tp_radius_socket *socket;
	enum tp_radius_service service;
	uint32_t server; /* its id */
	struct tp_radius_endpoint to;
	bool open;
};

struct sent {
	struct wire *wire;
	uint64_t at_ms;
	uint16_t len;
	uint8_t bytes[128];
};

struct net {
	struct tp_radius_client *client;
	struct tp_random random;
	uint64_t now_ms;
	struct wire wires[NET_WIRES_MAX];
	unsigned wire_count, open_count;
	struct sent sent[NET_SENT_MAX];
	unsigned sent_count;
	int open_error; /* of the next sockets */
};

extern struct net net;

/* What became of a request. */
struct verdict {
	struct tp_radius_request *request;
	unsigned calls;
	enum tp_radius_result result;
	uint8_t code;
	uint32_t server;
	uint32_t rtt_ms;
};

void net_create(uint32_t max_waiting);
void net_destroy(void);

/* A server of the defaults at 10.0.0.ID, with the secret "secret" and ID's digit. */
struct tp_radius_server net_server(uint32_t id);
void net_set(uint32_t id);

/* Asks the servers of ORDER (ids, ended by 0) for USER; the error, if there is one. */
int net_ask(struct verdict *verdict, const uint32_t *order);
int net_account(struct verdict *verdict, const uint32_t *order,
		uint32_t (*delay_s)(void *, uint64_t));

/* Of a request whose owner is a struct verdict. */
void net_done(void *owner, const struct tp_radius_outcome *outcome);

/* Lets time go by to NOW_MS, tick by tick. */
void net_until(uint64_t now_ms);

/* The I-th of what was sent is answered with CODE by the server that it was sent to. */
void net_reply(unsigned i, uint8_t code);

/* The same reply, for the test to spoil before net_deliver(). */
size_t net_make_reply(unsigned i, uint8_t code, bool message_authenticator, const char *secret,
		      uint8_t *room);
void net_deliver(unsigned i, const void *bytes, size_t len);

struct tp_radius_counters net_counters(uint32_t server, enum tp_radius_service service);
