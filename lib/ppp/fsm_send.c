/* SPDX-License-Identifier: BSD-3-Clause */
/* The packets that the automaton sends on its own account: RFC 1661, sections 5.1, 5.5 and 5.6. */
#include "ppp/engine.h"

void tp_ppp_fsm_send_request(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms)
{
	struct tp_ppp_fsm *fsm = tp_ppp_fsm_of(ppp, p);
	uint8_t frame[TP_PPP_FRAME_MAX];
	struct tp_writer w = tp_writer_of(frame, sizeof(frame));

	tp_ppp_packet_begin(&w, p->number, TP_PPP_CODE_CONFIGURE_REQUEST, fsm->request_id);
	p->build_request(ppp, &w);
	fsm->deadline_ms = now_ms + ppp->config->restart_ms;
	tp_ppp_send(ppp, &w);
}

/* The data says why, for the peer's log. */
void tp_ppp_fsm_send_terminate(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms)
{
	struct tp_ppp_fsm *fsm = tp_ppp_fsm_of(ppp, p);
	const char *why = tp_ppp_reason_name((enum tp_ppp_reason)ppp->reason);
	uint8_t frame[TP_PPP_FRAME_MAX];
	struct tp_writer w = tp_writer_of(frame, sizeof(frame));

	if (fsm->restarts > 0)
		fsm->restarts--;
	tp_ppp_packet_begin(&w, p->number, TP_PPP_CODE_TERMINATE_REQUEST, fsm->request_id);
	tp_write_bytes(&w, why, strlen(why));
	fsm->deadline_ms = now_ms + ppp->config->restart_ms;
	tp_ppp_send(ppp, &w);
}

void tp_ppp_fsm_send_terminate_ack(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint8_t id)
{
	uint8_t frame[TP_PPP_PROTO_LEN + TP_PPP_HEADER_LEN];
	struct tp_writer w = tp_writer_of(frame, sizeof(frame));

	tp_ppp_packet_begin(&w, p->number, TP_PPP_CODE_TERMINATE_ACK, id);
	tp_ppp_send(ppp, &w);
}

/* The rejected packet, cut to the peer's MRU. RFC 1661 section 5.6. */
void tp_ppp_fsm_send_code_reject(struct tp_ppp *ppp, const struct tp_ppp_protocol *p,
				 struct tp_reader packet)
{
	uint8_t frame[TP_PPP_FRAME_MAX];
	struct tp_writer w = tp_writer_of(frame, sizeof(frame));
	size_t most = tp_ppp_lcp_room(ppp, 0);
	size_t len = tp_reader_left(&packet);

	tp_ppp_packet_begin(&w, p->number, TP_PPP_CODE_CODE_REJECT, ppp->reject_id++);
	tp_write_bytes(&w, packet.p, len < most ? len : most);
	tp_ppp_send(ppp, &w);
}
