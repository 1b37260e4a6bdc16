/* SPDX-License-Identifier: BSD-3-Clause */
#include "multilink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "packet.h"
#include "wire/ppp.h"

int multilink_init(struct multilink *m, uint16_t mrru)
{
	*m = (struct multilink){0};
	if (mrru == 0)
		return 0;
	m->buffer = malloc((size_t)mrru + TP_PPP_PROTO_LEN);
	return m->buffer != NULL ? 0 : -ENOMEM;
}

void multilink_clear(struct multilink *m)
{
	free(m->buffer);
	m->buffer = NULL;
}

void multilink_start(struct multilink *m, uint16_t mtu, uint16_t mrru, bool is_short,
		     bool peer_is_short)
{
	m->mtu = mtu;
	m->tx = (struct tp_mp_sender){.is_short = peer_is_short};
	m->rx = (struct tp_mp_receiver){.most = (uint32_t)mrru + TP_PPP_PROTO_LEN,
					.is_short = is_short};
}

void multilink_cut(struct multilink *m, const uint8_t *packet, size_t len,
		   void (*send)(void *ctx, const uint8_t *frame, size_t len), void *ctx)
{
	const size_t header = TP_PPP_PROTO_LEN + tp_mp_header_len(m->tx.is_short);
	const size_t count = tp_mp_fragment_count(&m->tx, len, m->mtu);
	uint8_t frame[PACKET_FRAME_MAX];

	for (size_t i = 0, done = 0; i < count; i++) {
		/* Even ones, lest the last be tiny. */
		size_t part = (len - done + count - i - 1) / (count - i);

		if (header + part > sizeof(frame))
			return;
		tp_put_be16(frame, TP_PPP_PROTO_MP);
		tp_mp_header_put(&m->tx, i == 0, i + 1 == count, frame + TP_PPP_PROTO_LEN);
		memcpy(frame + header, packet + done, part);
		done += part;
		send(ctx, frame, header + part);
	}
}

bool multilink_join(struct multilink *m, const struct tp_reader *fragment, struct tp_reader *packet)
{
	struct tp_mp_fragment parsed;

	if (!tp_mp_fragment_parse(*fragment, m->rx.is_short, &parsed)) {
		m->dropped++;
		return false;
	}
	switch (tp_mp_receive(&m->rx, &parsed, m->buffer, packet)) {
	case TP_MP_PACKET:
		return true;
	case TP_MP_KEPT:
		return false;
	default:
		m->dropped++;
		return false;
	}
}
