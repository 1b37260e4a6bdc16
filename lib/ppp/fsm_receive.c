/* SPDX-License-Identifier: BSD-3-Clause */
/* What the option negotiation automaton (fsm.c) does upon a packet: RFC 1661, sections 4.1 and 5.
 *
 * Liberties, all taken by other implementations as well. An Ack, Nak or Reject counts as the answer
 * to our request once: a second one is a repeated frame, not the sign of a crossed connection. The
 * request that we acknowledged last, come again when we are Opened, is a retransmission that our
 * Ack has crossed, not the sign of a peer that starts anew. And Naks without end are an end: see
 * NAKS_TAKEN_MAX. */
#include "ppp/engine.h"

/* So many Naks and Rejects of our requests, without an Ack between, end a negotiation that the
 * RFC would let go on for ever (each Nak starts the restart counter again). */
#define NAKS_TAKEN_MAX 20

/* So often the request that we acknowledged last may come again before it means that the peer has
 * lost its state after all: it began anew with the very request with which it began before, or an
 * old one of ours that came late has set it back. Then only a new negotiation helps. Two
 * retransmissions on a wire that repeats every frame are 5. */
#define REPEATS_MAX 5

static bool options_are_well_formed(struct tp_reader options)
{
	struct tp_ppp_option option;
	enum tp_ppp_option_result result;

	while ((result = tp_ppp_option_next(&options, &option)) == TP_PPP_OPTION_OK)
		;
	return result == TP_PPP_OPTION_END;
}

/* FNV-1a over what makes two requests the same one. Never 0. */
static uint32_t digest_of(const struct tp_ppp_packet *packet)
{
	uint32_t digest = (2166136261u ^ packet->id) * 16777619u;

	for (const uint8_t *p = packet->data.p; p < packet->data.end; p++)
		digest = (digest ^ *p) * 16777619u;
	return digest == 0 ? 1 : digest;
}

static bool is_repeated(struct tp_ppp_fsm *fsm, const struct tp_ppp_packet *packet)
{
	if (fsm->granted == 0 || digest_of(packet) != fsm->granted)
		return false;
	return fsm->repeats++ < REPEATS_MAX;
}

/* RFC 1661 section 5.2: the options of an Ack are the request's, as they were. */
static void ack_again(struct tp_ppp *ppp, const struct tp_ppp_protocol *p,
		      const struct tp_ppp_packet *packet)
{
	uint8_t frame[TP_PPP_FRAME_MAX];
	struct tp_writer w = tp_writer_of(frame, sizeof(frame));

	tp_ppp_packet_begin(&w, p->number, TP_PPP_CODE_CONFIGURE_ACK, packet->id);
	tp_write_bytes(&w, packet->data.p, tp_reader_left(&packet->data));
	tp_ppp_send(ppp, &w);
}

/* Sends the answer to a Configure-Request. Returns its code; 0: there is none, it has all come to
 * nothing. */
static uint8_t answer_request(struct tp_ppp *ppp, const struct tp_ppp_protocol *p,
			      const struct tp_ppp_packet *packet)
{
	struct tp_ppp_fsm *fsm = tp_ppp_fsm_of(ppp, p);
	uint8_t frame[TP_PPP_FRAME_MAX];
	struct tp_ppp_answer a = {
		.w = tp_writer_of(frame, sizeof(frame)),
		.code = TP_PPP_CODE_CONFIGURE_ACK,
		.no_naks = fsm->naks_sent >= ppp->config->max_failure,
		.most = p->number == TP_PPP_PROTO_LCP
				? sizeof(frame)
				: TP_PPP_PROTO_LEN + TP_PPP_HEADER_LEN + tp_ppp_lcp_room(ppp, 0),
	};

	tp_ppp_packet_begin(&a.w, p->number, a.code, packet->id);
	p->input_request(ppp, packet->data, &a);
	if (a.failed)
		return 0;
	frame[TP_PPP_PROTO_LEN] = a.code;
	fsm->granted = a.code == TP_PPP_CODE_CONFIGURE_ACK ? digest_of(packet) : 0;
	fsm->repeats = 0;
	if (a.code == TP_PPP_CODE_CONFIGURE_ACK)
		fsm->naks_sent = 0;
	else if (a.code == TP_PPP_CODE_CONFIGURE_NAK)
		fsm->naks_sent++;
	tp_ppp_send(ppp, &a.w);
	return a.code;
}

/* RCR+ and RCR-. */
static void receive_request(struct tp_ppp *ppp, const struct tp_ppp_protocol *p,
			    const struct tp_ppp_packet *packet, uint64_t now_ms)
{
	struct tp_ppp_fsm *fsm = tp_ppp_fsm_of(ppp, p);

	if (!options_are_well_formed(packet->data))
		return;
	switch ((enum tp_ppp_state)fsm->state) {
	case TP_PPP_INITIAL:
	case TP_PPP_STARTING:
	case TP_PPP_CLOSING:
	case TP_PPP_STOPPING:
		return;
	case TP_PPP_CLOSED:
		tp_ppp_fsm_send_terminate_ack(ppp, p, packet->id);
		return;
	case TP_PPP_STOPPED:
		tp_ppp_fsm_start(ppp, p, now_ms);
		break;
	case TP_PPP_OPENED:
		if (is_repeated(fsm, packet)) {
			ack_again(ppp, p, packet);
			return;
		}
		p->down(ppp, now_ms);
		tp_ppp_fsm_start(ppp, p, now_ms);
		break;
	case TP_PPP_REQ_SENT:
		/* Before the answer: then the peer, should it have had our first one after all,
		 * is not yet open and does not take this one for a renegotiation. */
		if (!fsm->resent && !fsm->acked && p->resend_on_first != NULL &&
		    p->resend_on_first(ppp))
			tp_ppp_fsm_send_request(ppp, p, now_ms);
		break;
	case TP_PPP_ACK_RCVD:
	case TP_PPP_ACK_SENT:
		break;
	}
	fsm->resent = true;
	uint8_t code = answer_request(ppp, p, packet);
	bool good = code == TP_PPP_CODE_CONFIGURE_ACK;
	if (code == 0) {
		tp_ppp_fsm_fail(ppp, p, now_ms);
	} else if (fsm->state == TP_PPP_ACK_RCVD) {
		if (good) {
			tp_ppp_fsm_enter(fsm, TP_PPP_OPENED);
			p->up(ppp, now_ms);
		}
	} else {
		tp_ppp_fsm_enter(fsm, good ? TP_PPP_ACK_SENT : TP_PPP_REQ_SENT);
	}
}

/* RFC 1661 section 5.2: an Ack holds the request's options exactly as they were. */
static bool acks_what_we_asked(const struct tp_ppp *ppp, const struct tp_ppp_protocol *p,
			       struct tp_reader options)
{
	uint8_t ours[TP_PPP_FRAME_MAX];
	struct tp_writer w = tp_writer_of(ours, sizeof(ours));

	p->build_request(ppp, &w);
	return tp_writer_len(&w) == tp_reader_left(&options) &&
	       (tp_writer_len(&w) == 0 || memcmp(ours, options.p, tp_writer_len(&w)) == 0);
}

/* RCA. A peer that acknowledges for ever, and asks for nothing, is not waited for where the link
 * can do without: its tries are counted from the start. */
static void receive_ack(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms)
{
	struct tp_ppp_fsm *fsm = tp_ppp_fsm_of(ppp, p);

	fsm->acked = true;
	fsm->naks_taken = 0;
	if (!p->optional)
		tp_ppp_fsm_irc(ppp, p);
	if (fsm->state == TP_PPP_REQ_SENT) {
		tp_ppp_fsm_enter(fsm, TP_PPP_ACK_RCVD);
	} else {
		tp_ppp_fsm_enter(fsm, TP_PPP_OPENED);
		p->up(ppp, now_ms);
	}
}

/* RCN: a Nak or a Reject. */
static void receive_nak(struct tp_ppp *ppp, const struct tp_ppp_protocol *p,
			const struct tp_ppp_packet *packet, uint64_t now_ms)
{
	struct tp_ppp_fsm *fsm = tp_ppp_fsm_of(ppp, p);
	struct tp_reader options = packet->data;
	struct tp_ppp_option option;

	if (++fsm->naks_taken > NAKS_TAKEN_MAX) {
		tp_ppp_fsm_fail(ppp, p, now_ms);
		return;
	}
	while (tp_ppp_option_next(&options, &option) == TP_PPP_OPTION_OK) {
		if (packet->code == TP_PPP_CODE_CONFIGURE_NAK)
			p->input_nak(ppp, &option);
		else
			p->input_reject(ppp, &option);
	}
	tp_ppp_fsm_irc(ppp, p);
	tp_ppp_fsm_scr(ppp, p, now_ms);
}

/* A Configure-Ack, -Nak or -Reject. */
static void receive_answer(struct tp_ppp *ppp, const struct tp_ppp_protocol *p,
			   const struct tp_ppp_packet *packet, uint64_t now_ms)
{
	struct tp_ppp_fsm *fsm = tp_ppp_fsm_of(ppp, p);

	if (fsm->state == TP_PPP_CLOSED || fsm->state == TP_PPP_STOPPED) {
		tp_ppp_fsm_send_terminate_ack(ppp, p, packet->id);
		return;
	}
	if (!tp_ppp_fsm_negotiates(fsm) || packet->id != fsm->request_id || fsm->acked)
		return;
	if (packet->code == TP_PPP_CODE_CONFIGURE_ACK) {
		if (acks_what_we_asked(ppp, p, packet->data))
			receive_ack(ppp, p, now_ms);
	} else if (options_are_well_formed(packet->data)) {
		receive_nak(ppp, p, packet, now_ms);
	}
}

/* RTR. The RFC would have us wait in Stopping, deaf, until our Ack has surely arrived. But Stopped
 * acknowledges a repeated Terminate-Request just as well, and hears a peer that opens again. */
static void receive_terminate_request(struct tp_ppp *ppp, const struct tp_ppp_protocol *p,
				      const struct tp_ppp_packet *packet, uint64_t now_ms)
{
	struct tp_ppp_fsm *fsm = tp_ppp_fsm_of(ppp, p);

	if (fsm->state == TP_PPP_OPENED) {
		p->down(ppp, now_ms);
		tp_ppp_fsm_send_terminate_ack(ppp, p, packet->id);
		if (p->terminated != NULL)
			p->terminated(ppp, packet->data);
		tp_ppp_fsm_finish(ppp, p, now_ms);
		return;
	}
	if (tp_ppp_fsm_negotiates(fsm)) {
		tp_ppp_fsm_enter(fsm, TP_PPP_REQ_SENT);
		fsm->acked = false;
	}
	tp_ppp_fsm_send_terminate_ack(ppp, p, packet->id);
}

/* RTA. */
static void receive_terminate_ack(struct tp_ppp *ppp, const struct tp_ppp_protocol *p,
				  uint64_t now_ms)
{
	struct tp_ppp_fsm *fsm = tp_ppp_fsm_of(ppp, p);

	switch ((enum tp_ppp_state)fsm->state) {
	case TP_PPP_CLOSING:
	case TP_PPP_STOPPING:
		tp_ppp_fsm_finish(ppp, p, now_ms);
		break;
	case TP_PPP_ACK_RCVD:
		tp_ppp_fsm_enter(fsm, TP_PPP_REQ_SENT);
		fsm->acked = false;
		break;
	case TP_PPP_OPENED:
		p->down(ppp, now_ms);
		tp_ppp_fsm_start(ppp, p, now_ms);
		break;
	default:
		break;
	}
}

/* RXJ+ and RXJ-: a code that everyone must know, or one that can be done without. */
static void receive_code_reject(struct tp_ppp *ppp, const struct tp_ppp_protocol *p,
				struct tp_reader rejected, uint64_t now_ms)
{
	struct tp_ppp_fsm *fsm = tp_ppp_fsm_of(ppp, p);
	uint8_t code;

	if (!tp_read_u8(&rejected, &code))
		return;
	if (code >= TP_PPP_CODE_CONFIGURE_REQUEST && code <= TP_PPP_CODE_CODE_REJECT) {
		tp_ppp_fsm_rejected(ppp, p, now_ms);
	} else if (fsm->state == TP_PPP_ACK_RCVD) {
		tp_ppp_fsm_enter(fsm, TP_PPP_REQ_SENT);
		fsm->acked = false;
	}
}

void tp_ppp_fsm_input(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, struct tp_reader r,
		      uint64_t now_ms)
{
	struct tp_ppp_fsm *fsm = tp_ppp_fsm_of(ppp, p);
	struct tp_reader whole = r;
	struct tp_ppp_packet packet;

	if (fsm->state <= TP_PPP_STARTING || !tp_ppp_packet_parse(&r, &packet))
		return;
	whole.end = r.p; /* without the padding */
	switch (packet.code) {
	case TP_PPP_CODE_CONFIGURE_REQUEST:
		receive_request(ppp, p, &packet, now_ms);
		break;
	case TP_PPP_CODE_CONFIGURE_ACK:
	case TP_PPP_CODE_CONFIGURE_NAK:
	case TP_PPP_CODE_CONFIGURE_REJECT:
		receive_answer(ppp, p, &packet, now_ms);
		break;
	case TP_PPP_CODE_TERMINATE_REQUEST:
		receive_terminate_request(ppp, p, &packet, now_ms);
		break;
	case TP_PPP_CODE_TERMINATE_ACK:
		receive_terminate_ack(ppp, p, now_ms);
		break;
	case TP_PPP_CODE_CODE_REJECT:
		receive_code_reject(ppp, p, packet.data, now_ms);
		break;
	default:
		if (p->input_code == NULL || !p->input_code(ppp, &packet, now_ms))
			tp_ppp_fsm_send_code_reject(ppp, p, whole);
	}
}
