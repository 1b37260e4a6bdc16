/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets that wanted out while there was no connection: they wait for it, and leave with the
 * address that it brings. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/virtio_net.h>

#define DEMAND_PACKETS	  16
#define DEMAND_PACKET_MAX 2048

struct demand {
	unsigned count;
	struct {
		uint16_t len;
		uint8_t bytes[DEMAND_PACKET_MAX];
	} packet[DEMAND_PACKETS];
};

/* Is it a packet of LEN bytes that somebody waits for an answer to: IPv4, and not to a group or to
 * all? The kernel sends others of its own accord. */
bool demand_is_traffic(const void *packet, size_t len);

/* Keeps a copy of what was read behind VNET, if it is traffic, in the packets that will be sent;
 * PACKET may be changed. What there is no room for is lost, as on any wire. */
void demand_take(struct demand *demand, const struct virtio_net_hdr *vnet, uint8_t *packet,
		 size_t len);

/* Makes the source of PACKET, if it is FROM, TO, with its checksums (RFC 1624). Addresses in host
 * byte order. */
void demand_readdress(void *packet, size_t len, uint32_t from, uint32_t to);
