/* SPDX-License-Identifier: BSD-3-Clause */
/* Encryption: MPPE, RFC 3078. It lies above MP: what is cut is encrypted already. */
#include "dataplane/worker/coding.h"

#include <rte_mbuf.h>

#include "base/bytes.h"
#include "wire/ppp.h"

/* Keys changed to catch up with lost packets, by a worker in a tick: no more than 2 ms of it. One
 * jump of the count, however far, can be followed in a tick; for one session, one in a second, so
 * that it does not take all the others' time to catch up. */
#define CHANGES_IN_A_TICK	   2048
#define CHANGES_OF_ONE_IN_A_SECOND 2048

static enum tp_drop drop_of(enum tp_mppe_verdict verdict)
{
	switch (verdict) {
	case TP_MPPE_LATE:
		return TP_DROP_MPPE_LATE;
	case TP_MPPE_LOST:
		return TP_DROP_MPPE_LOST;
	case TP_MPPE_GARBLED:
		return TP_DROP_MPPE_GARBLED;
	case TP_MPPE_BUSY:
		return TP_DROP_MPPE_LIMIT;
	default:
		return TP_DROP_MPPE_HEADER;
	}
}

/* Control can ask the subscriber to start afresh; it is told twice a second, as long as it takes.
 */
static void tell_control(struct tp_worker *w, const struct tp_flow *flow, struct tp_cipher *cipher)
{
	struct tp_ring_message message = {
		.kind = TP_MESSAGE_DECRYPTION_LOST,
		.port = flow->port,
		.slot = flow->slot,
		.detail = tp_mppe_need(&cipher->in),
	};

	if (message.detail == TP_MPPE_NEEDS_NOTHING ||
	    (cipher->told_tick != 0 && w->tick - cipher->told_tick < w->second_ticks / 2))
		return;
	if (tp_ring_put(w->rings.session, &message)) /* full: with the next packet */
		cipher->told_tick = w->tick;
}

static unsigned budget_of(struct tp_worker *w, struct tp_cipher *cipher)
{
	if (w->mppe_tick != w->tick) {
		w->mppe_tick = w->tick;
		w->mppe_budget = CHANGES_IN_A_TICK;
	}
	if (cipher->budget_tick == 0 || w->tick - cipher->budget_tick >= w->second_ticks) {
		cipher->budget_tick = w->tick;
		cipher->budget = CHANGES_OF_ONE_IN_A_SECOND;
	}
	return cipher->budget < w->mppe_budget ? cipher->budget : w->mppe_budget;
}

bool tp_coding_decrypt(struct tp_worker *w, const struct tp_flow *flow, struct tp_coding *coding,
		       struct rte_mbuf *m, uint16_t offset, uint16_t len)
{
	struct tp_cipher *cipher = coding->cipher;
	unsigned budget = budget_of(w, cipher), left = budget;
	enum tp_mppe_verdict verdict = tp_mppe_decrypt(
		&cipher->in, rte_pktmbuf_mtod_offset(m, uint8_t *, offset), len, &left);

	w->mppe_budget -= budget - left;
	cipher->budget -= budget - left;
	if (verdict == TP_MPPE_PACKET)
		return true;
	tell_control(w, flow, cipher);
	tp_drop(w, flow, m, drop_of(verdict));
	return false;
}

bool tp_coding_encrypt(struct tp_worker *w, const struct tp_flow *flow, struct tp_coding *coding,
		       struct rte_mbuf *m)
{
	struct tp_cipher *cipher = coding->cipher;
	uint16_t len = m->data_len;
	uint8_t *p;

	if (cipher == NULL || cipher->terms.out.bits == 0)
		return true;
	p = (uint8_t *)rte_pktmbuf_prepend(m, TP_MPPE_OVERHEAD);
	if (p == NULL) {
		tp_drop(w, flow, m, TP_DROP_NO_MBUF);
		return false;
	}
	tp_put_be16(p, TP_PPP_PROTO_MPPE);
	tp_mppe_encrypt(&cipher->out, p + TP_PPP_PROTO_LEN, len);
	return true;
}

void tp_coding_flush(struct tp_worker *w, uint32_t slot)
{
	struct tp_coding *coding = tp_coding_of(w, slot);

	if (coding != NULL && coding->owner == w->id && coding->cipher != NULL)
		tp_mppe_flush(&coding->cipher->out);
}
