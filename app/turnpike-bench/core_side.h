/* SPDX-License-Identifier: BSD-3-Clause */
/* The rig as the host on the core side of the access concentrator: answers ARP for its address,
 * asks for the concentrator's, sends and takes IPv4. One thread. */
#pragma once

#include "rig_port.h"

struct core_side {
	struct rig_port *port;
	struct tp_mac mac, peer_mac;
	uint32_t address, peer; /* ours and the concentrator's, host order */
	bool resolved;		/* peer_mac is known */
	void (*ip_input)(void *user, const uint8_t *packet, uint16_t len);
	void *user;
};

/* Sends an ARP request for the peer; its answer sets RESOLVED in a later core_side_work(). */
void core_side_resolve(struct core_side *core);

/* Takes one burst. Returns how many frames there were. */
unsigned core_side_work(struct core_side *core);

/* Room for an IPv4 packet of LEN bytes to the peer; NULL: no mbufs. */
uint8_t *core_side_ip_output(struct core_side *core, uint16_t len);
