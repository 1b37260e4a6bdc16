/* SPDX-License-Identifier: BSD-3-Clause */
/* UDP that anybody may send to, and that answers from the address that it was sent to. Control
 * thread. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "radius/endpoint.h"

struct tp_radius_arrival {
	struct tp_radius_endpoint from;
	uint8_t to[16]; /* ours; IPv4 as ::ffff:a.b.c.d */
	struct sockaddr_storage peer;
	socklen_t peer_len;
};

/* A socket on PORT of all our addresses of FAMILY (AF_INET, AF_INET6). A negative errno. */
int tp_radius_incoming_open(int family, uint16_t port);

/* One datagram, cut to SIZE; a negative errno. */
ssize_t tp_radius_incoming_receive(int fd, void *bytes, size_t size,
				   struct tp_radius_arrival *arrival);

/* To whom ARRIVAL came from. What can't be sent is lost: it is asked for again. */
void tp_radius_incoming_send(int fd, const void *bytes, size_t len,
			     const struct tp_radius_arrival *arrival);
