/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP segmentation: the kernel hands a TUN interface with offloads up to 64 kB of TCP as one
 * packet, and checksums half done; here are made of it the packets that go over the wire.
 * Pure functions. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/virtio_net.h>

#include "base/bytes.h"
#include "wire/ipv4.h"

#define SEGMENT_HEADER_MAX (TP_IPV4_HEADER_MAX + 60) /* IP's and TCP's, with options */

struct segmenter {
	const uint8_t *packet; /* the headers, as in the first segment */
	size_t ip_len;	       /* of IP's header */
	bool is_ipv6;
	size_t header_len;	  /* of both; 0: the packet is not cut */
	size_t size;		  /* of TCP's payload in a segment, but the last */
	struct tp_reader payload; /* that is left */
	uint32_t sequence;	  /* the next segment's */
	uint16_t id;
	bool begun;
};

/* PACKET of LEN bytes, which stays and may be changed, as it was read behind VNET. False when the
 * two do not fit each other. */
bool segment_start(struct segmenter *s, const struct virtio_net_hdr *vnet, uint8_t *packet,
		   size_t len);

/* Is it cut, so that its headers are made anew? */
bool segment_is_cut(const struct segmenter *s);

/* Of the packets to come. */
size_t segment_longest(const struct segmenter *s);

/* The next packet is HEADER_LEN bytes at HEADER (0 if nothing was to be cut), then PAYLOAD. False
 * when there are no more. */
bool segment_next(struct segmenter *s, uint8_t header[SEGMENT_HEADER_MAX], size_t *header_len,
		  struct tp_reader *payload);
