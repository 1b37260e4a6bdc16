/* SPDX-License-Identifier: BSD-3-Clause */
#include "encryption.h"

#include "wire/ppp.h"

void encryption_start(struct encryption *e, const struct tp_ppp_encryption *agreed)
{
	e->sends = agreed != NULL && agreed->send.bits != 0;
	e->receives = agreed != NULL && agreed->receive.bits != 0;
	if (e->sends)
		tp_mppe_sender_init(&e->tx, &agreed->send);
	if (e->receives)
		tp_mppe_receiver_init(&e->rx, &agreed->receive);
}

uint8_t *encryption_apply(struct encryption *e, uint8_t *packet, size_t len)
{
	packet -= TP_MPPE_OVERHEAD;
	tp_put_be16(packet, TP_PPP_PROTO_MPPE);
	tp_mppe_encrypt(&e->tx, packet + TP_PPP_PROTO_LEN, len);
	return packet;
}

bool encryption_remove(struct encryption *e, const struct tp_reader *encrypted,
		       struct tp_reader *packet, unsigned *budget)
{
	const size_t len = tp_reader_left(encrypted);
	/* It is in a buffer of ours. */
	uint8_t *p = (uint8_t *)(uintptr_t)encrypted->p;

	if (tp_mppe_decrypt(&e->rx, p, len, budget) != TP_MPPE_PACKET) {
		e->dropped++;
		return false;
	}
	*packet = tp_reader_of(p + TP_MPPE_HEADER_LEN, len - TP_MPPE_HEADER_LEN);
	return true;
}
