/* SPDX-License-Identifier: BSD-3-Clause */
/* PPP's control packets and options: RFC 1661, sections 5 and 6. */
#include "wire/ppp.h"

#define OPTION_HEADER_LEN 2
#define LENGTH_OFFSET	  (TP_PPP_PROTO_LEN + 2)

bool tp_ppp_packet_parse(struct tp_reader *r, struct tp_ppp_packet *packet)
{
	uint16_t length;

	if (!tp_read_u8(r, &packet->code) || !tp_read_u8(r, &packet->id) ||
	    !tp_read_be16(r, &length) || length < TP_PPP_HEADER_LEN)
		return false;
	return tp_read_sub(r, length - TP_PPP_HEADER_LEN, &packet->data);
}

void tp_ppp_packet_begin(struct tp_writer *w, uint16_t protocol, uint8_t code, uint8_t id)
{
	tp_write_be16(w, protocol);
	tp_write_u8(w, code);
	tp_write_u8(w, id);
	tp_write_be16(w, 0);
}

bool tp_ppp_packet_end(struct tp_writer *w)
{
	size_t len = tp_writer_len(w);

	if (!tp_writer_ok(w) || len < TP_PPP_PROTO_LEN + TP_PPP_HEADER_LEN ||
	    len - TP_PPP_PROTO_LEN > UINT16_MAX)
		return false;
	tp_put_be16(w->start + LENGTH_OFFSET, (uint16_t)(len - TP_PPP_PROTO_LEN));
	return true;
}

enum tp_ppp_option_result tp_ppp_option_next(struct tp_reader *r, struct tp_ppp_option *option)
{
	uint8_t length;

	if (tp_reader_left(r) == 0)
		return TP_PPP_OPTION_END;
	if (!tp_read_u8(r, &option->type) || !tp_read_u8(r, &length) || length < OPTION_HEADER_LEN)
		return TP_PPP_OPTION_MALFORMED;
	option->len = length - OPTION_HEADER_LEN;
	if (!tp_read_bytes(r, option->len, &option->data))
		return TP_PPP_OPTION_MALFORMED;
	return TP_PPP_OPTION_OK;
}

void tp_ppp_option_write(struct tp_writer *w, uint8_t type, const void *data, uint8_t len)
{
	tp_write_u8(w, type);
	tp_write_u8(w, len + OPTION_HEADER_LEN);
	tp_write_bytes(w, data, len);
}

void tp_ppp_option_write_be16(struct tp_writer *w, uint8_t type, uint16_t value)
{
	uint8_t data[2];

	tp_put_be16(data, value);
	tp_ppp_option_write(w, type, data, sizeof(data));
}

void tp_ppp_option_write_be32(struct tp_writer *w, uint8_t type, uint32_t value)
{
	uint8_t data[4];

	tp_put_be32(data, value);
	tp_ppp_option_write(w, type, data, sizeof(data));
}

bool tp_ppp_option_be16(const struct tp_ppp_option *option, uint16_t *value)
{
	struct tp_reader r = tp_reader_of(option->data, option->len);

	return option->len == sizeof(*value) && tp_read_be16(&r, value);
}

bool tp_ppp_option_be32(const struct tp_ppp_option *option, uint32_t *value)
{
	struct tp_reader r = tp_reader_of(option->data, option->len);

	return option->len == sizeof(*value) && tp_read_be32(&r, value);
}

const char *tp_ppp_protocol_name(uint16_t protocol)
{
	switch (protocol) {
	case TP_PPP_PROTO_IPV4:
		return "IPv4";
	case TP_PPP_PROTO_MP:
		return "MP";
	case TP_PPP_PROTO_IPV6:
		return "IPv6";
	case TP_PPP_PROTO_MPPE:
		return "MPPE";
	case TP_PPP_PROTO_IPCP:
		return "IPCP";
	case TP_PPP_PROTO_IPV6CP:
		return "IPv6CP";
	case TP_PPP_PROTO_CCP:
		return "CCP";
	case TP_PPP_PROTO_LCP:
		return "LCP";
	case TP_PPP_PROTO_PAP:
		return "PAP";
	case TP_PPP_PROTO_CHAP:
		return "CHAP";
	default:
		return NULL;
	}
}
