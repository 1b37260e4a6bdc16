/* SPDX-License-Identifier: BSD-3-Clause */
/* The answer to a Configure-Request grows option by option: RFC 1661, sections 5.2 to 5.4. */
#include "ppp/engine.h"

/* The worst verdict so far names the packet, and only its options are in it. */
static void turn_into(struct tp_ppp_answer *a, uint8_t code)
{
	if (a->code == code)
		return;
	a->code = code;
	a->w.p = a->w.start + TP_PPP_PROTO_LEN + TP_PPP_HEADER_LEN;
	a->w.overflow = false;
}

/* The first one in any case: an answer without options would lead nowhere. */
static void add(struct tp_ppp_answer *a, uint8_t type, const void *data, uint8_t len)
{
	const size_t option_header_len = 2;
	size_t before = tp_writer_len(&a->w);

	if (before == TP_PPP_PROTO_LEN + TP_PPP_HEADER_LEN ||
	    before + option_header_len + len <= a->most)
		tp_ppp_option_write(&a->w, type, data, len);
}

void tp_ppp_answer_ack(struct tp_ppp_answer *a, const struct tp_ppp_option *option)
{
	if (a->code == TP_PPP_CODE_CONFIGURE_ACK)
		tp_ppp_option_write(&a->w, option->type, option->data, option->len);
}

void tp_ppp_answer_reject(struct tp_ppp_answer *a, const struct tp_ppp_option *option)
{
	turn_into(a, TP_PPP_CODE_CONFIGURE_REJECT);
	add(a, option->type, option->data, option->len);
}

void tp_ppp_answer_nak(struct tp_ppp_answer *a, const struct tp_ppp_option *option,
		       const void *data, uint8_t len)
{
	if (a->no_naks) {
		tp_ppp_answer_reject(a, option);
	} else if (a->code != TP_PPP_CODE_CONFIGURE_REJECT) {
		turn_into(a, TP_PPP_CODE_CONFIGURE_NAK);
		add(a, option->type, data, len);
	}
}

void tp_ppp_answer_nak_be16(struct tp_ppp_answer *a, const struct tp_ppp_option *option,
			    uint16_t value)
{
	uint8_t data[2];

	tp_put_be16(data, value);
	tp_ppp_answer_nak(a, option, data, sizeof(data));
}

void tp_ppp_answer_nak_be32(struct tp_ppp_answer *a, const struct tp_ppp_option *option,
			    uint32_t value)
{
	uint8_t data[4];

	tp_put_be32(data, value);
	tp_ppp_answer_nak(a, option, data, sizeof(data));
}
