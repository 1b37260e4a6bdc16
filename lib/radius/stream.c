/* SPDX-License-Identifier: BSD-3-Clause */
#include "radius/stream.h"

#include <string.h>

uint8_t *tp_radius_stream_room(struct tp_radius_stream *stream, size_t *size)
{
	*size = sizeof(stream->bytes) - stream->len;
	return stream->bytes + stream->len;
}

void tp_radius_stream_add(struct tp_radius_stream *stream, size_t len)
{
	stream->len += len;
}

bool tp_radius_stream_take(struct tp_radius_stream *stream, uint8_t packet[TP_RADIUS_PACKET_MAX],
			   size_t *len)
{
	size_t whole;

	*len = 0;
	if (stream->len < 4)
		return true;
	whole = (size_t)stream->bytes[2] << 8 | stream->bytes[3];
	if (whole < TP_RADIUS_HEADER_LEN || whole > TP_RADIUS_PACKET_MAX)
		return false;
	if (whole > stream->len)
		return true;
	memcpy(packet, stream->bytes, whole);
	stream->len -= whole;
	memmove(stream->bytes, stream->bytes + whole, stream->len);
	*len = whole;
	return true;
}
