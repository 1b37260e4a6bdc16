/* SPDX-License-Identifier: BSD-3-Clause */
/* LCP on the link: its own codes (RFC 1661 sections 5.7 to 5.9), and what begins and ends with it,
 * which is everything else. Its options are in lcp_options.c. */
#include "ppp/engine.h"
#include "ppp/image.h"

void tp_ppp_lcp_send_echo(struct tp_ppp *ppp)
{
	uint8_t frame[TP_PPP_FRAME_MAX];
	struct tp_writer w = tp_writer_of(frame, sizeof(frame));

	tp_ppp_packet_begin(&w, TP_PPP_PROTO_LCP, TP_PPP_CODE_ECHO_REQUEST, ppp->echo_id++);
	tp_write_be32(&w, ppp->magic);
	tp_ppp_send(ppp, &w);
}

static void answer_echo(struct tp_ppp *ppp, const struct tp_ppp_packet *packet)
{
	uint8_t frame[TP_PPP_FRAME_MAX];
	struct tp_writer w = tp_writer_of(frame, sizeof(frame));
	struct tp_reader data = packet->data;
	uint32_t magic;

	if (ppp->lcp.state != TP_PPP_OPENED || !tp_read_be32(&data, &magic))
		return;
	size_t most = tp_ppp_lcp_room(ppp, sizeof(magic));
	size_t len = tp_reader_left(&data);
	tp_ppp_packet_begin(&w, TP_PPP_PROTO_LCP, TP_PPP_CODE_ECHO_REPLY, packet->id);
	tp_write_be32(&w, ppp->magic);
	tp_write_bytes(&w, data.p, len < most ? len : most);
	tp_ppp_send(ppp, &w);
}

bool tp_ppp_lcp_own_echo(const struct tp_ppp *ppp, struct tp_reader r)
{
	struct tp_ppp_packet packet;
	uint32_t magic;

	return ppp->magic != 0 && tp_ppp_packet_parse(&r, &packet) &&
	       (packet.code == TP_PPP_CODE_ECHO_REQUEST || packet.code == TP_PPP_CODE_ECHO_REPLY) &&
	       tp_read_be32(&packet.data, &magic) && magic == ppp->magic;
}

/* FRAME is the peer's, with its protocol field: RFC 1661 section 5.7 sends it back without
 * changes, cut to the peer's MRU. */
void tp_ppp_lcp_send_protocol_reject(struct tp_ppp *ppp, const uint8_t *frame, size_t len)
{
	uint8_t room[TP_PPP_FRAME_MAX];
	struct tp_writer w = tp_writer_of(room, sizeof(room));
	size_t most = tp_ppp_lcp_room(ppp, 0);

	tp_ppp_packet_begin(&w, TP_PPP_PROTO_LCP, TP_PPP_CODE_PROTOCOL_REJECT, ppp->reject_id++);
	tp_write_bytes(&w, frame, len < most ? len : most);
	tp_ppp_send(ppp, &w);
}

static void receive_protocol_reject(struct tp_ppp *ppp, struct tp_reader data, uint64_t now_ms)
{
	uint16_t protocol;

	if (ppp->lcp.state != TP_PPP_OPENED || !tp_read_be16(&data, &protocol))
		return;
	switch (protocol) {
	case TP_PPP_PROTO_LCP:
	case TP_PPP_PROTO_PAP:
	case TP_PPP_PROTO_CHAP:
		tp_ppp_fail(ppp, TP_PPP_PEER_REFUSED);
		break;
	default:
		tp_ppp_network_rejected(ppp, protocol, now_ms);
	}
}

static bool lcp_input_code(struct tp_ppp *ppp, const struct tp_ppp_packet *packet, uint64_t now_ms)
{
	switch (packet->code) {
	case TP_PPP_CODE_PROTOCOL_REJECT:
		receive_protocol_reject(ppp, packet->data, now_ms);
		return true;
	case TP_PPP_CODE_ECHO_REQUEST:
		answer_echo(ppp, packet);
		return true;
	case TP_PPP_CODE_ECHO_REPLY:
	case TP_PPP_CODE_DISCARD_REQUEST:
	case TP_PPP_CODE_IDENTIFICATION:
	case TP_PPP_CODE_TIME_REMAINING:
		return true;
	default:
		return false;
	}
}

void tp_ppp_lcp_terms(const struct tp_ppp *ppp, struct tp_ppp_event *event)
{
	bool mp = tp_ppp_lcp_has_mp(ppp);

	*event = (struct tp_ppp_event){
		.type = TP_PPP_LCP_UP,
		.lcp = {.mtu = tp_ppp_lcp_mtu(ppp),
			.mru = tp_ppp_lcp_mru(ppp),
			.local_magic = ppp->magic,
			.remote_magic = ppp->peer_magic,
			.method = tp_ppp_lcp_method(ppp),
			.mrru = mp ? ppp->mrru : 0,
			.peer_mrru = mp ? ppp->peer_mrru : 0,
			.short_sequence = mp && tp_ppp_lcp_short_sequence(ppp),
			.peer_short_sequence = mp && ppp->peer_short_sequence,
			.endpoint = ppp->endpoint,
			.endpoint_len = mp ? ppp->endpoint_len : 0},
	};
}

static void lcp_up(struct tp_ppp *ppp, uint64_t now_ms)
{
	struct tp_ppp_event event;

	tp_ppp_lcp_terms(ppp, &event);
	event.now_ms = now_ms;
	ppp->reason = TP_PPP_NO_REASON;
	tp_ppp_emit(ppp, &event);
	if (tp_ppp_lcp_method(ppp) == TP_PPP_NO_AUTH) {
		tp_ppp_start_network(ppp, now_ms);
	} else {
		ppp->phase = TP_PPP_AUTHENTICATE;
		tp_ppp_auth_start(ppp, now_ms);
	}
}

/* Time for the set-up is given anew to a peer that had come through it, not to one that goes round
 * in circles before. */
static void start_over(struct tp_ppp *ppp, uint64_t now_ms)
{
	if (ppp->phase == TP_PPP_NETWORK)
		ppp->network_deadline_ms = now_ms + ppp->config->setup_ms;
	ppp->phase = TP_PPP_ESTABLISH;
}

/* What LCP carries goes with it: RFC 1661 section 3.2. */
static void lcp_down(struct tp_ppp *ppp, uint64_t now_ms)
{
	const struct tp_ppp_event leaving = {.type = TP_PPP_LCP_LEAVING, .now_ms = now_ms};
	const struct tp_ppp_event event = {.type = TP_PPP_LCP_DOWN, .now_ms = now_ms};

	tp_ppp_auth_stop(ppp);
	tp_ppp_emit(ppp, &leaving);
	tp_ppp_network_halt(ppp, now_ms);
	ppp->echo_deadline_ms = TP_NEVER;
	if (ppp->phase != TP_PPP_TERMINATE)
		start_over(ppp, now_ms);
	tp_ppp_emit(ppp, &event);
}

void tp_ppp_finish(struct tp_ppp *ppp, enum tp_ppp_reason reason, uint64_t now_ms)
{
	ppp->phase = TP_PPP_TERMINATE;
	ppp->network_deadline_ms = TP_NEVER;
	tp_ppp_note_reason(ppp, reason);
	tp_ppp_fsm_halt(ppp, &tp_ppp_lcp, now_ms);
	ppp->phase = TP_PPP_DEAD;
	ppp->close_reason = TP_PPP_NO_REASON;
	ppp->finished = true;
}

static void lcp_finished(struct tp_ppp *ppp, uint64_t now_ms)
{
	tp_ppp_finish(ppp, TP_PPP_NO_ANSWER, now_ms);
}

static void lcp_terminated(struct tp_ppp *ppp, struct tp_reader text)
{
	tp_ppp_note_text(ppp, text);
	tp_ppp_note_reason(ppp, TP_PPP_BY_PEER);
}

static struct tp_ppp_fsm *lcp_fsm(struct tp_ppp *ppp)
{
	return &ppp->lcp;
}

static bool lcp_resend_on_first(const struct tp_ppp *ppp)
{
	return true;
}

const struct tp_ppp_protocol tp_ppp_lcp = {
	.number = TP_PPP_PROTO_LCP,
	.fsm = lcp_fsm,
	.essential = true,
	.resend_on_first = lcp_resend_on_first,
	.reset = tp_ppp_lcp_reset,
	.build_request = tp_ppp_lcp_build_request,
	.input_request = tp_ppp_lcp_input_request,
	.input_nak = tp_ppp_lcp_input_nak,
	.input_reject = tp_ppp_lcp_input_reject,
	.input_code = lcp_input_code,
	.up = lcp_up,
	.down = lcp_down,
	.finished = lcp_finished,
	.terminated = lcp_terminated,
};
