/* SPDX-License-Identifier: BSD-3-Clause */
/* A packet socket on an Ethernet interface, for one Ethernet type. Non-blocking. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "pppoe/pppoe.h"
#include "wire/ethernet.h"

#define PACKET_FRAME_MAX 2048 /* larger frames are cut, and so refused by their own lengths */

struct packet_socket {
	int fd;
	int ifindex;
	uint16_t ethertype;
	uint16_t mtu;	   /* of the interface: what follows the Ethernet header */
	struct tp_mac mac; /* of the interface */
};

/* Opens one on the interface NAME. 0, or a negative errno with ERROR filled in. */
int packet_open(struct packet_socket *s, const char *name, uint16_t ethertype,
		struct tp_error *error);

/* What an interface is like at this moment. */
struct packet_interface {
	struct tp_mac mac;
	uint16_t mtu;
	bool up;      /* set so */
	bool running; /* and frames can pass: it has a carrier */
};

/* Looks at the interface NAME. 0, or a negative errno with ERROR filled in: -ENODEV there is none,
 * or -EINVAL it is not Ethernet. */
int packet_look(const char *name, struct packet_interface *i, struct tp_error *error);

/* Closes what packet_open() opened; harmless on fd -1. */
void packet_close(struct packet_socket *s);

/* Sends LEN bytes from the Ethernet header on. A frame that cannot be sent is lost, as on any
 * wire: 0 or a negative errno. */
int packet_send(const struct packet_socket *s, const void *frame, size_t len);

/* Sends one discovery packet. */
int packet_send_pppoe(const struct packet_socket *s, const struct tp_pppoe_packet *packet);

/* Receives one discovery packet into ROOM. False when none is waiting. */
bool packet_receive_pppoe(const struct packet_socket *s, uint8_t room[PACKET_FRAME_MAX],
			  struct tp_pppoe_packet *packet);
