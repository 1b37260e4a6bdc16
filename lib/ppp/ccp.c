/* SPDX-License-Identifier: BSD-3-Clause */
/* CCP (RFC 1962), for the sake of MPPE (RFC 3078 section 2): compression is not offered.
 *
 * A Configure-Request says what its sender is ready to receive, so that each direction is agreed on
 * by itself. Whoever asks may name all the strengths that it knows; the other naks with one. */
#include "ppp/engine.h"

#define STRENGTHS (TP_PPP_MPPE_40 | TP_PPP_MPPE_56 | TP_PPP_MPPE_128)

/* How often a peer that wants the other mode, stateful or stateless, is told of ours. */
#define MODE_NAKS 2

/* Restart timers until CCP has come to something, whatever the peer does: packets wait for it. */
#define SETTLE_RESTARTS 4

static struct tp_ppp_fsm *ccp_fsm(struct tp_ppp *ppp)
{
	return ppp->ccp != NULL ? &ppp->ccp->fsm : NULL;
}

/* The strongest of the bits; 0: none. */
static uint32_t strongest(uint32_t bits)
{
	static const uint32_t order[] = {TP_PPP_MPPE_128, TP_PPP_MPPE_56, TP_PPP_MPPE_40};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (bits & order[i])
			return order[i];
	}
	return 0;
}

static uint32_t preferred_mode(const struct tp_ppp_ccp *ccp)
{
	return ccp->wish.stateful ? 0 : TP_PPP_MPPE_STATELESS;
}

static uint32_t allowed(const struct tp_ppp_ccp *ccp)
{
	return ccp->wish.strengths != 0 ? ccp->wish.strengths & STRENGTHS : STRENGTHS;
}

static void ccp_reset(struct tp_ppp *ppp)
{
	struct tp_ppp_ccp *ccp = ppp->ccp;

	ccp->refused = false;
	ccp->granted = 0;
	ccp->asked = allowed(ccp) | preferred_mode(ccp);
}

static void ccp_build_request(const struct tp_ppp *ppp, struct tp_writer *w)
{
	if (!ppp->ccp->refused)
		tp_ppp_option_write_be32(w, TP_PPP_CCP_MPPE, ppp->ccp->asked);
}

/* Returns what is granted, if A is an Ack after all. */
static uint32_t judge_mppe(const struct tp_ppp_ccp *ccp, const struct tp_ppp_option *option,
			   struct tp_ppp_answer *a)
{
	uint32_t wish, strength, mode = preferred_mode(ccp);

	if (!tp_ppp_option_be32(option, &wish)) {
		tp_ppp_answer_reject(a, option);
		return 0;
	}
	strength = strongest(wish & allowed(ccp));
	if (strength == 0)
		strength = strongest(allowed(ccp));
	if (ccp->fsm.naks_sent >= MODE_NAKS)
		mode = wish & TP_PPP_MPPE_STATELESS;
	if (wish == (strength | mode))
		tp_ppp_answer_ack(a, option);
	else
		tp_ppp_answer_nak_be32(a, option, strength | mode);
	return wish;
}

static void ccp_input_request(struct tp_ppp *ppp, struct tp_reader options, struct tp_ppp_answer *a)
{
	struct tp_ppp_ccp *ccp = ppp->ccp;
	struct tp_ppp_option option;
	uint32_t granted = 0;
	bool has_mppe = false;

	while (tp_ppp_option_next(&options, &option) == TP_PPP_OPTION_OK) {
		if (option.type != TP_PPP_CCP_MPPE || has_mppe) {
			tp_ppp_answer_reject(a, &option);
			continue;
		}
		has_mppe = true;
		granted = judge_mppe(ccp, &option, a);
	}
	/* RFC 1661 section 5.3: options that are wanted are appended to a Nak. */
	if (!has_mppe && ccp->wish.use == TP_PPP_ENCRYPT_REQUIRED && !a->no_naks) {
		option = (struct tp_ppp_option){.type = TP_PPP_CCP_MPPE};
		tp_ppp_answer_nak_be32(a, &option, strongest(allowed(ccp)) | preferred_mode(ccp));
	}
	if (a->code == TP_PPP_CODE_CONFIGURE_ACK)
		ccp->granted = granted;
}

/* The peer chooses among what we can. */
static void ccp_input_nak(struct tp_ppp *ppp, const struct tp_ppp_option *option)
{
	struct tp_ppp_ccp *ccp = ppp->ccp;
	uint32_t hint, strength;

	if (option->type != TP_PPP_CCP_MPPE || !tp_ppp_option_be32(option, &hint))
		return;
	strength = strongest(hint & allowed(ccp));
	ccp->refused |= strength == 0;
	ccp->asked = strength | (hint & TP_PPP_MPPE_STATELESS);
}

static void ccp_input_reject(struct tp_ppp *ppp, const struct tp_ppp_option *option)
{
	if (option->type == TP_PPP_CCP_MPPE)
		ppp->ccp->refused = true;
}

static void send_code(struct tp_ppp *ppp, uint8_t code, uint8_t id)
{
	uint8_t frame[TP_PPP_PROTO_LEN + TP_PPP_HEADER_LEN];
	struct tp_writer w = tp_writer_of(frame, sizeof(frame));

	tp_ppp_packet_begin(&w, TP_PPP_PROTO_CCP, code, id);
	tp_ppp_send(ppp, &w);
}

/* RFC 3078, section 8.2, does without the Ack, but RFC 1962 and Linux's pppd wait for it. */
static bool ccp_input_code(struct tp_ppp *ppp, const struct tp_ppp_packet *packet, uint64_t now_ms)
{
	if (packet->code == TP_PPP_CODE_RESET_REQUEST && ppp->ccp->fsm.state == TP_PPP_OPENED) {
		if (ppp->ops->flush != NULL)
			ppp->ops->flush(ppp->user);
		send_code(ppp, TP_PPP_CODE_RESET_ACK, packet->id);
	}
	return packet->code == TP_PPP_CODE_RESET_REQUEST || packet->code == TP_PPP_CODE_RESET_ACK;
}

static struct tp_mppe_terms terms_of(uint32_t option, const struct tp_mppe_start *start)
{
	uint32_t strength = strongest(option);

	return (struct tp_mppe_terms){
		.bits = strength == TP_PPP_MPPE_128  ? 128
			: strength == TP_PPP_MPPE_56 ? 56
			: strength == TP_PPP_MPPE_40 ? 40
						     : 0,
		.stateless = (option & TP_PPP_MPPE_STATELESS) != 0,
		.start = *start,
	};
}

static void settle(struct tp_ppp *ppp, bool settled, uint64_t now_ms)
{
	ppp->ccp->settled = settled;
	ppp->ccp->settle_ms =
		settled ? TP_NEVER : now_ms + (uint64_t)SETTLE_RESTARTS * ppp->config->restart_ms;
	tp_ppp_network_check(ppp, now_ms);
}

static void ccp_up(struct tp_ppp *ppp, uint64_t now_ms)
{
	struct tp_ppp_ccp *ccp = ppp->ccp;
	struct tp_ppp_encryption agreed = {
		.receive = terms_of(ccp->refused ? 0 : ccp->asked, &ccp->keys.receive),
		.send = terms_of(ccp->granted, &ccp->keys.send),
		.era = ccp->agreed.era + 1,
	};

	if (ccp->wish.use == TP_PPP_ENCRYPT_REQUIRED &&
	    (agreed.receive.bits == 0 || agreed.send.bits == 0)) {
		tp_ppp_fail(ppp, TP_PPP_NO_ENCRYPTION);
		return;
	}
	settle(ppp, false, now_ms); /* if packets went in clear until now */
	ccp->agreed = agreed;
	ccp->open = true;
	settle(ppp, true, now_ms);
}

static void ccp_down(struct tp_ppp *ppp, uint64_t now_ms)
{
	ppp->ccp->open = false;
	settle(ppp, false, now_ms);
}

/* The peer won't have it: packets go in clear, if they may. */
static void give_up(struct tp_ppp *ppp, uint64_t now_ms)
{
	if (ppp->ccp->wish.use == TP_PPP_ENCRYPT_REQUIRED)
		tp_ppp_fail(ppp, TP_PPP_NO_ENCRYPTION);
	else
		settle(ppp, true, now_ms);
}

static void ccp_failed(struct tp_ppp *ppp, enum tp_ppp_reason reason, uint64_t now_ms)
{
	give_up(ppp, now_ms);
}

/* ---- the link's part ----------------------------------------------------------------------- */

/* If there are keys. */
static void ccp_start(struct tp_ppp *ppp, uint64_t now_ms)
{
	settle(ppp, false, now_ms);
	if (!ppp->ccp->has_keys) {
		give_up(ppp, now_ms);
		return;
	}
	tp_ppp_fsm_open(ppp, &tp_ppp_ccp, now_ms);
	tp_ppp_fsm_up(ppp, &tp_ppp_ccp, now_ms);
}

static void ccp_stop(struct tp_ppp *ppp, uint64_t now_ms)
{
	ppp->ccp->settle_ms = TP_NEVER;
	tp_ppp_ccp_set_keys(ppp, NULL);
}

static uint64_t ccp_deadline(const struct tp_ppp *ppp)
{
	return ppp->ccp->settle_ms;
}

/* Into the memory that TO has for it; if it has none, the memory itself changes hands. */
static void ccp_take(struct tp_ppp *to, struct tp_ppp *from)
{
	if (to->ccp == NULL || from->ccp == NULL) {
		to->ccp = from->ccp;
		from->ccp = NULL;
	} else {
		*to->ccp = *from->ccp;
		tp_ppp_fsm_init(&from->ccp->fsm);
		from->ccp->settle_ms = TP_NEVER;
		from->ccp->open = false;
	}
}

void tp_ppp_ccp_timeout(struct tp_ppp *ppp, uint64_t now_ms)
{
	ppp->ccp->settle_ms = TP_NEVER;
	give_up(ppp, now_ms);
}

const struct tp_ppp_protocol tp_ppp_ccp = {
	.number = TP_PPP_PROTO_CCP,
	.data = TP_PPP_PROTO_MPPE,
	.fsm = ccp_fsm,
	.optional = true,
	.reset = ccp_reset,
	.build_request = ccp_build_request,
	.input_request = ccp_input_request,
	.input_nak = ccp_input_nak,
	.input_reject = ccp_input_reject,
	.input_code = ccp_input_code,
	.up = ccp_up,
	.down = ccp_down,
	.finished = give_up,
	.failed = ccp_failed,
	.start = ccp_start,
	.stop = ccp_stop,
	.deadline = ccp_deadline,
	.timeout = tp_ppp_ccp_timeout,
	.take = ccp_take,
};

bool tp_ppp_ccp_is_settled(const struct tp_ppp *ppp)
{
	return ppp->ccp == NULL || ppp->ccp->settled;
}

void tp_ppp_ccp_set_keys(struct tp_ppp *ppp, const struct tp_mppe_keys *keys)
{
	struct tp_ppp_ccp *ccp = ppp->ccp;

	if (ccp == NULL)
		return;
	ccp->has_keys = keys != NULL;
	if (keys != NULL)
		ccp->keys = *keys;
}

void tp_ppp_ccp_lost(struct tp_ppp *ppp, enum tp_mppe_need need, uint64_t now_ms)
{
	if (need == TP_MPPE_NEEDS_RESET)
		send_code(ppp, TP_PPP_CODE_RESET_REQUEST, ppp->ccp->fsm.next_id++);
	else if (need == TP_MPPE_NEEDS_CCP)
		tp_ppp_fsm_restart(ppp, &tp_ppp_ccp, now_ms);
}

/* ---- the owner's --------------------------------------------------------------------------- */

void tp_ppp_set_encryption(struct tp_ppp *ppp, struct tp_ppp_ccp *ccp,
			   const struct tp_ppp_encryption_wish *wish,
			   const struct tp_mppe_keys *keys)
{
	ppp->ccp = ccp;
	if (ccp == NULL)
		return;
	ccp->wish = *wish;
	ccp->settle_ms = TP_NEVER;
	tp_ppp_fsm_init(&ccp->fsm);
	tp_ppp_ccp_set_keys(ppp, keys);
}

struct tp_ppp_ccp *tp_ppp_ccp_of(const struct tp_ppp *ppp)
{
	return ppp->ccp;
}

const struct tp_ppp_encryption *tp_ppp_encryption(const struct tp_ppp *ppp)
{
	const struct tp_ppp_ccp *ccp = ppp->ccp;

	if (ccp == NULL || !ccp->open ||
	    (ccp->agreed.receive.bits == 0 && ccp->agreed.send.bits == 0))
		return NULL;
	return &ccp->agreed;
}
