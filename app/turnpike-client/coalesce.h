/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP segments, in IPv4 or IPv6, that follow each other in one connection, joined into one large
 * packet for a TUN interface, as the kernel's own GRO does for network cards: its TCP, or its
 * forwarding, then works once for all of them. What cannot be joined passes as it is. The packets
 * of a connection stay in order. Pure functions. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include <linux/virtio_net.h>

#define COALESCE_FLOWS 8  /* at once */
#define COALESCE_PARTS 64 /* segments in one packet */

/* What is written to the TUN interface at once. */
struct coalesced {
	struct virtio_net_hdr vnet;
	struct iovec parts[1 + COALESCE_PARTS]; /* VNET, the first packet, payload of others */
	unsigned count;				/* packets; 0: nothing */
	size_t bytes;				/* in them, headers and all */
	size_t len;				/* of the one that is made of them */
	size_t size;				/* of the payload of each, but the last */
	size_t ip_len;				/* of IP's header */
	size_t header_len;
	uint32_t next; /* sequence number */
	uint16_t next_id;
	bool verified; /* the first one's checksums are right */
};

struct coalescer {
	/* Takes one over the wire or several, in VNET's words. */
	void (*write)(void *ctx, const struct coalesced *packets);
	void *ctx;
	unsigned oldest;
	struct coalesced flow[COALESCE_FLOWS];
};

/* Writes PACKET of LEN bytes, at once or, if it STAYS where it is and may be changed there, no
 * later than at the next coalesce_flush(). */
void coalesce_add(struct coalescer *c, uint8_t *packet, size_t len, bool stays);

/* Writes what has not been written. */
void coalesce_flush(struct coalescer *c);
