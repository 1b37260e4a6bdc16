/* SPDX-License-Identifier: BSD-3-Clause */
/* PAP: RFC 1334, section 2. Repeated requests get the verdict again, as its section 2.2.1 asks. */
#include "ppp/engine.h"

static void write_counted(struct tp_writer *w, const char *text, size_t most)
{
	size_t len = strnlen(text, most);

	tp_write_u8(w, (uint8_t)len);
	tp_write_bytes(w, text, len);
}

void tp_ppp_pap_send_request(struct tp_ppp *ppp)
{
	uint8_t frame[TP_PPP_FRAME_MAX];
	struct tp_writer w = tp_writer_of(frame, sizeof(frame));

	tp_ppp_packet_begin(&w, TP_PPP_PROTO_PAP, TP_PPP_PAP_REQUEST, ppp->auth_id);
	write_counted(&w, ppp->peer_name, TP_PPP_NAME_MAX);
	write_counted(&w, ppp->password, TP_PPP_NAME_MAX);
	tp_ppp_send(ppp, &w);
}

void tp_ppp_pap_send_verdict(struct tp_ppp *ppp, bool accept, const char *message)
{
	uint8_t frame[TP_PPP_FRAME_MAX];
	struct tp_writer w = tp_writer_of(frame, sizeof(frame));

	if (message == NULL)
		message = accept ? "Login ok" : "Login incorrect";
	tp_ppp_packet_begin(&w, TP_PPP_PROTO_PAP, accept ? TP_PPP_PAP_ACK : TP_PPP_PAP_NAK,
			    ppp->auth_id);
	write_counted(&w, message, TP_PPP_MESSAGE_MAX);
	tp_ppp_send(ppp, &w);
}

static bool read_counted(struct tp_reader *r, struct tp_reader *bytes)
{
	uint8_t len;

	return tp_read_u8(r, &len) && tp_read_sub(r, len, bytes);
}

static void receive_request(struct tp_ppp *ppp, const struct tp_ppp_packet *packet, uint64_t now_ms)
{
	struct tp_ppp_auth_request request = {0};
	struct tp_reader r = packet->data;
	struct tp_reader name, password;

	if (!read_counted(&r, &name) || !read_counted(&r, &password))
		return;
	if (ppp->auth_state != TP_PPP_AUTH_WAIT && ppp->auth_state != TP_PPP_AUTH_PENDING &&
	    ppp->auth_state != TP_PPP_AUTH_DONE)
		return;
	ppp->auth_id = packet->id; /* a repeated request may have another; the verdict bears it */
	if (ppp->auth_state == TP_PPP_AUTH_DONE) {
		tp_ppp_pap_send_verdict(ppp, true, NULL);
	} else if (ppp->auth_state == TP_PPP_AUTH_WAIT) {
		request.id = packet->id;
		request.password_len = (uint8_t)tp_reader_left(&password);
		tp_read_copy(&password, request.password, request.password_len);
		tp_ppp_auth_ask(ppp, &request, name, now_ms);
	}
}

static void receive_verdict(struct tp_ppp *ppp, const struct tp_ppp_packet *packet, uint64_t now_ms)
{
	struct tp_reader r = packet->data;
	struct tp_reader message;

	if (ppp->auth_state != TP_PPP_AUTH_ANSWERED || packet->id != ppp->auth_id)
		return;
	if (!read_counted(&r, &message)) /* some leave out the empty message's length */
		message = tp_reader_of(NULL, 0);
	if (packet->code == TP_PPP_PAP_ACK)
		tp_ppp_auth_passed(ppp, message, now_ms);
	else
		tp_ppp_auth_refused(ppp, message);
}

void tp_ppp_pap_input(struct tp_ppp *ppp, const struct tp_ppp_packet *packet, uint64_t now_ms)
{
	bool is_server = ppp->config->role == TP_PPP_SERVER;

	switch (packet->code) {
	case TP_PPP_PAP_REQUEST:
		if (is_server)
			receive_request(ppp, packet, now_ms);
		break;
	case TP_PPP_PAP_ACK:
	case TP_PPP_PAP_NAK:
		if (!is_server)
			receive_verdict(ppp, packet, now_ms);
		break;
	default: /* RFC 1334 has no Code-Reject */
		break;
	}
}
