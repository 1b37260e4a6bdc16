/* SPDX-License-Identifier: BSD-3-Clause */
/* The rig as the host on the core side of the access concentrator: answers ARP and Neighbour
 * Solicitations for its addresses, asks for the concentrator's, sends and takes IP. One thread. */
#pragma once

#include "packet.h"
#include "rig_port.h"

struct core_side {
	struct rig_port *port;
	struct tp_mac mac;
	bool has[PACKET_FAMILIES];	 /* it speaks these families, and has addresses of them */
	uint32_t address, peer;		 /* ours and the concentrator's, host order */
	uint8_t address6[16], peer6[16]; /* likewise */
	bool resolved[PACKET_FAMILIES];	 /* the peer's MAC is known */
	struct tp_mac peer_mac[PACKET_FAMILIES];
	void (*ip_input)(void *user, const uint8_t *packet, uint16_t len);
	void *user;
};

/* Asks for the peer's MACs that are not known; the answers set RESOLVED in a later
 * core_side_work(). */
void core_side_resolve(struct core_side *core);

/* Is there nothing to ask for any more? */
bool core_side_is_resolved(const struct core_side *core);

/* Takes one burst. Returns how many frames there were. */
unsigned core_side_work(struct core_side *core);

/* Room for a packet of LEN bytes to the peer; NULL: no mbufs. */
uint8_t *core_side_ip_output(struct core_side *core, enum packet_family family, uint16_t len);
