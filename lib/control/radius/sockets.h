/* SPDX-License-Identifier: BSD-3-Clause */
/* Sockets of the RADIUS client: UDP, one peer each, so that the kernel lets nobody else's datagrams
 * in; or connections of RadSec (radsec.h). Control thread. */
#pragma once

#include "config/types/value.h"
#include "radius/client.h"

struct tp_control;

/* OWNER is the struct tp_control. */
extern const struct tp_radius_client_ops tp_radius_socket_ops;

/* Reads what has come by SOCKET, a bounded number of datagrams. */
void tp_radius_socket_read(struct tp_control *c, void *socket);

/* A socket of TYPE (SOCK_DGRAM, SOCK_STREAM) that is connected with PEER, or is being. SOURCE all
 * zero: the kernel's choice. Or a negative errno. */
int tp_radius_connect(const struct tp_radius_endpoint *peer, const uint8_t source[16], int type);

struct tp_radius_endpoint tp_radius_socket_endpoint(const struct tp_ip *address, uint32_t port);

/* Our address towards ENDPOINT: 0 and the address, IPv4 as ::ffff:a.b.c.d; or a negative errno. */
int tp_radius_own_address(const struct tp_radius_endpoint *endpoint, uint8_t address[16]);
