/* SPDX-License-Identifier: BSD-3-Clause */
/* RADIUS packets out of a stream of bytes (TCP, TLS): each says how long it is, and nothing else
 * says where the next begins. RFC 6613, section 2.6.4. One thread; no allocation. */
#pragma once

#include "radius/packet.h"

struct tp_radius_stream {
	uint8_t bytes[TP_RADIUS_PACKET_MAX]; /* what has come of the next packet, and behind it */
	size_t len;
};

/* Where to put what comes next: the room for it, *SIZE bytes, never none unless a packet is there
 * to be taken. */
uint8_t *tp_radius_stream_room(struct tp_radius_stream *stream, size_t *size);

/* LEN bytes have been put there. */
void tp_radius_stream_add(struct tp_radius_stream *stream, size_t len);

/* Takes the first packet, *LEN bytes, into PACKET; LEN 0: it is not whole yet. False: what comes is
 * no RADIUS, and the stream is of no use any more. */
bool tp_radius_stream_take(struct tp_radius_stream *stream, uint8_t packet[TP_RADIUS_PACKET_MAX],
			   size_t *len);
