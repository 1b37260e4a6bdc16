/* SPDX-License-Identifier: BSD-3-Clause */
/* Cutting and joining packets: RFC 1990, sections 3 and 4. */
#include "wire/mp.h"

#define LONG_MASK  0xffffffu
#define SHORT_MASK 0xfffu

static uint32_t mask_of(bool is_short)
{
	return is_short ? SHORT_MASK : LONG_MASK;
}

size_t tp_mp_fragment_count(const struct tp_mp_sender *tx, size_t len, size_t mtu)
{
	size_t most = mtu - tp_mp_header_len(tx->is_short);

	return (len + most - 1) / most;
}

uint32_t tp_mp_later(const struct tp_mp_sender *tx, uint32_t count)
{
	return (tx->next + count) & mask_of(tx->is_short);
}

void tp_mp_header_put(struct tp_mp_sender *tx, bool begin, bool end, uint8_t *p)
{
	uint8_t flags = (uint8_t)((begin ? TP_MP_BEGIN : 0) | (end ? TP_MP_END : 0));

	if (tx->is_short)
		tp_put_be16(p, (uint16_t)(flags << 8 | tx->next));
	else
		tp_put_be32(p, (uint32_t)flags << 24 | tx->next);
	tx->next = tp_mp_later(tx, 1);
}

bool tp_mp_fragment_parse(struct tp_reader r, bool is_short, struct tp_mp_fragment *fragment)
{
	uint32_t header;
	uint16_t short_header;

	if (is_short) {
		if (!tp_read_be16(&r, &short_header))
			return false;
		header = (uint32_t)(short_header & 0xf000) << 16 | (short_header & SHORT_MASK);
	} else if (!tp_read_be32(&r, &header)) {
		return false;
	}
	*fragment = (struct tp_mp_fragment){
		.begin = (header >> 24 & TP_MP_BEGIN) != 0,
		.end = (header >> 24 & TP_MP_END) != 0,
		.sequence = header & LONG_MASK,
		.data = r,
	};
	return tp_reader_left(&r) > 0;
}

void tp_mp_forget(struct tp_mp_receiver *rx)
{
	if (rx->used > 0)
		rx->lost++;
	rx->used = 0;
}

/* RFC 1982's way of comparing: less than half the numbers behind is behind. */
static bool is_late(const struct tp_mp_receiver *rx, uint32_t sequence)
{
	uint32_t mask = mask_of(rx->is_short);
	uint32_t ahead = (sequence - rx->next) & mask;

	return ahead > mask / 2;
}

static enum tp_mp_verdict join(struct tp_mp_receiver *rx, const struct tp_mp_fragment *fragment,
			       uint8_t *buffer, struct tp_reader *packet)
{
	size_t len = tp_reader_left(&fragment->data);

	if (rx->used + len > rx->most) {
		rx->used = 0;
		return TP_MP_TOO_BIG;
	}
	memcpy(buffer + rx->used, fragment->data.p, len);
	rx->used += (uint32_t)len;
	if (!fragment->end)
		return TP_MP_KEPT;
	*packet = tp_reader_of(buffer, rx->used);
	rx->used = 0;
	return TP_MP_PACKET;
}

enum tp_mp_verdict tp_mp_receive(struct tp_mp_receiver *rx, const struct tp_mp_fragment *fragment,
				 uint8_t *buffer, struct tp_reader *packet)
{
	if (!rx->is_synched && !fragment->begin)
		return TP_MP_ORPHAN;
	if (rx->is_synched && is_late(rx, fragment->sequence))
		return TP_MP_LATE;
	/* RFC 1990, section 4.1: a fragment lost, and all of its packet with it. */
	if (fragment->begin || fragment->sequence != rx->next)
		tp_mp_forget(rx);
	rx->is_synched = true;
	rx->next = (fragment->sequence + 1) & mask_of(rx->is_short);
	if (!fragment->begin && rx->used == 0)
		return TP_MP_ORPHAN;
	if (!fragment->begin || !fragment->end)
		return join(rx, fragment, buffer, packet);
	if (tp_reader_left(&fragment->data) > rx->most)
		return TP_MP_TOO_BIG;
	*packet = fragment->data;
	return TP_MP_PACKET;
}

bool tp_mp_protocol(struct tp_reader *packet, uint16_t *protocol)
{
	uint8_t first;

	if (tp_reader_left(packet) == 0)
		return false;
	first = packet->p[0];
	if ((first & 1) == 0)
		return tp_read_be16(packet, protocol);
	*protocol = first;
	packet->p++;
	return true;
}
