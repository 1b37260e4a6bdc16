/* SPDX-License-Identifier: BSD-3-Clause */
/* Datagrams of the RADIUS client's sockets, many by one system call: a server that sleeps is woken
 * once for all of them, and requests of one length go through the host's stack as one, which its
 * end cuts up (UDP_SEGMENT): a capture on this host sees them before that. What is sent leaves at
 * the end of the turn, or as soon as the batch is full or another socket has something to send.
 * Control thread. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "radius/client.h"

struct tp_radius_batch;

/* NULL: no memory. */
struct tp_radius_batch *tp_radius_batch_create(struct tp_radius_client *client);
void tp_radius_batch_destroy(struct tp_radius_batch *batch); /* NULL is fine */

/* Copies BYTES, no more than TP_RADIUS_PACKET_MAX, to be sent by FD, which is SOCKET's. What can't
 * be sent then is counted, and lost. */
void tp_radius_batch_add(struct tp_radius_batch *batch, int fd, struct tp_radius_socket *socket,
			 const uint8_t *bytes, size_t len);

/* Sends what there is. Also before a socket is closed. */
void tp_radius_batch_send(struct tp_radius_batch *batch);

/* Reads up to LIMIT datagrams that have come by FD and gives each to TAKE, cut to
 * TP_RADIUS_PACKET_MAX. */
void tp_radius_batch_read(struct tp_radius_batch *batch, int fd, unsigned limit,
			  void (*take)(void *user, const uint8_t *bytes, size_t len), void *user);
