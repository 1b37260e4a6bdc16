/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzzes what decrypts packets (MPPE): any bytes among those of an honest sender, whose packets may
 * be lost. What an honest sender sends and nothing comes between must be readable, whatever came
 * before, once it has started afresh. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "ppp/mppe.h"
#include "wire/ipv4.h"
#include "wire/ppp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BUDGET 4096 /* more than any catching up costs */

static void require(bool condition)
{
	if (!condition)
		abort();
}

/* An encrypted packet at P; its length. */
static size_t honest(struct tp_mppe_sender *tx, uint8_t *p)
{
	struct tp_ipv4 *ip = (struct tp_ipv4 *)(p + TP_MPPE_HEADER_LEN + 2);
	size_t len = 2 + TP_IPV4_HEADER_LEN;

	tp_put_be16(p + TP_MPPE_HEADER_LEN, TP_PPP_PROTO_IPV4);
	tp_ipv4_build(ip, TP_IPV4_HEADER_LEN, 64, TP_IPPROTO_UDP, 1, 2);
	tp_mppe_encrypt(tx, p, len);
	return TP_MPPE_HEADER_LEN + len;
}

static enum tp_mppe_verdict receive(struct tp_mppe_receiver *rx, const uint8_t *bytes, size_t len)
{
	uint8_t *copy = malloc(len > 0 ? len : 1); /* of its exact size */
	unsigned budget = BUDGET;
	enum tp_mppe_verdict verdict;

	require(copy != NULL);
	if (len > 0)
		memcpy(copy, bytes, len);
	verdict = tp_mppe_decrypt(rx, copy, len, &budget);
	require(budget <= BUDGET && verdict != TP_MPPE_BUSY);
	free(copy);
	return verdict;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t strengths[] = {40, 56, 128, 128};
	struct tp_reader r = tp_reader_of(data, size), bytes;
	struct tp_mppe_terms terms = {0};
	struct tp_mppe_receiver rx;
	struct tp_mppe_sender tx;
	_Alignas(8) uint8_t packet[64];
	bool clean = true; /* nothing but the sender's packets came, and all of them */
	uint8_t op, len;

	if (!tp_read_u8(&r, &op))
		return 0;
	terms.bits = strengths[op & 3];
	terms.stateless = op & 4;
	memset(&terms.start, op, sizeof(terms.start));
	tp_mppe_sender_init(&tx, &terms);
	tp_mppe_receiver_init(&rx, &terms);
	while (tp_read_u8(&r, &op)) {
		if (op % 4 == 0 && tp_read_u8(&r, &len) && tp_read_sub(&r, len, &bytes)) {
			receive(&rx, bytes.p, tp_reader_left(&bytes));
			clean = false;
		} else if (op % 4 == 1) {
			honest(&tx, packet); /* lost */
			clean = clean && terms.stateless;
		} else if (op % 4 == 2) {
			tp_mppe_flush(&tx);
		} else {
			enum tp_mppe_verdict verdict = receive(&rx, packet, honest(&tx, packet));
			require(!clean || verdict == TP_MPPE_PACKET);
		}
		tp_mppe_need(&rx);
	}
	return 0;
}
