/* SPDX-License-Identifier: BSD-3-Clause */
/* RADIUS over TLS (RadSec, RFC 6614): one connection to a server and service, over which requests
 * follow each other without waiting. GnuTLS does the TLS, without ever blocking; certificates are
 * checked. Control thread. */
#pragma once

#include "config/store.h"
#include "radius/client.h"

struct tp_control;
struct tp_radsec;
struct tp_radsec_connection;

#define TP_RADSEC_SECRET "radsec" /* of all: RFC 6614, section 2.3 */

/* No server yet. NULL: no memory. */
struct tp_radsec *tp_radsec_create(struct tp_control *c);
void tp_radsec_destroy(struct tp_radsec *radsec); /* NULL is fine; after the client */

/* CONFIG's certificates are read anew if they have changed. *GENERATION is another one then. False:
 * they can't be read, which the log says; there will be no connections to this server. */
bool tp_radsec_server(struct tp_radsec *radsec, const struct tp_config_radius *config,
		      uint32_t *generation);
void tp_radsec_remove(struct tp_radsec *radsec, uint32_t server);

/* For tp_radius_client_ops. WHAT is what the control loop calls it by (control/loop.h). */
int tp_radsec_open(struct tp_radsec *radsec, struct tp_radius_socket *socket,
		   const struct tp_radius_server *server, enum tp_radius_service service,
		   uint64_t what, struct tp_radsec_connection **connection);
void tp_radsec_close(struct tp_radsec_connection *connection);
int tp_radsec_send(struct tp_radsec_connection *connection, const uint8_t *bytes, size_t len);

/* It can be read or written: the next turn goes on with it. */
void tp_radsec_ready(struct tp_radsec_connection *connection);

/* Goes on with connections that are being made, have something to send or to read, or are lost.
 * True: there was work. Not from inside a callback of the client. */
bool tp_radsec_turn(struct tp_radsec *radsec);
