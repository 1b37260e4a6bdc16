/* SPDX-License-Identifier: BSD-3-Clause */
/* The link: its phases (RFC 1661 section 3), and the calls that an owner makes.
 *
 * Every public call is bracketed by enter_call() and leave_call(). The end of a link, once
 * something inside has decided it, waits for the outermost leave: so no handler ever finds the
 * automaton changed under it, and the owner may free the link in TP_PPP_FINISHED. */
#include <errno.h>

#include "ppp/engine.h"
#include "wire/mp.h"

#define ECHO_INTERVAL_MS 1000

_Static_assert(sizeof(struct tp_ppp) <= 440, "the object of one session stays small");

/* Around every call of the owner that may output or emit. */
static void enter_call(struct tp_ppp *ppp)
{
	ppp->depth++;
}

static void close_now(struct tp_ppp *ppp, enum tp_ppp_reason reason, uint64_t now_ms)
{
	if (ppp->phase == TP_PPP_DEAD || ppp->phase == TP_PPP_TERMINATE)
		return;
	ppp->phase = TP_PPP_TERMINATE;
	ppp->network_deadline_ms = TP_NEVER;
	ppp->reason = (uint8_t)reason;
	tp_ppp_fsm_close(ppp, &tp_ppp_lcp, now_ms);
	if (ppp->lcp.state <= TP_PPP_STOPPED)
		tp_ppp_finish(ppp, reason, now_ms);
}

/* What was asked for, or found necessary, since the outermost enter_call(). The handlers of the
 * down events may ask again: for a close in vain, but not when the lower layer goes. */
static void end_if_decided(struct tp_ppp *ppp, uint64_t now_ms)
{
	enum tp_ppp_reason reason = (enum tp_ppp_reason)ppp->close_reason;

	ppp->close_reason = TP_PPP_NO_REASON;
	if (reason != TP_PPP_NO_REASON && !ppp->lower_gone)
		close_now(ppp, reason, now_ms);
	if (ppp->lower_gone && ppp->phase != TP_PPP_DEAD) {
		if (reason == TP_PPP_NO_REASON)
			reason = (enum tp_ppp_reason)ppp->close_reason;
		tp_ppp_finish(ppp, reason, now_ms);
	}
	ppp->lower_gone = false;
	ppp->close_reason = TP_PPP_NO_REASON;
}

static void leave_call(struct tp_ppp *ppp, uint64_t now_ms)
{
	if (ppp->depth > 1) {
		ppp->depth--;
		return;
	}
	end_if_decided(ppp, now_ms);
	ppp->depth--;
	if (!ppp->finished)
		return;

	char text[sizeof(ppp->text)] = "";
	if (ppp->has_text)
		memcpy(text, ppp->text, sizeof(text));
	const struct tp_ppp_event event = {
		.type = TP_PPP_FINISHED,
		.now_ms = now_ms,
		.finished = {.reason = (enum tp_ppp_reason)ppp->reason, .text = text},
	};
	ppp->finished = false;
	tp_ppp_emit(ppp, &event);
}

void tp_ppp_init(struct tp_ppp *ppp, const struct tp_ppp_config *config,
		 const struct tp_ppp_ops *ops, void *user, struct tp_random *random)
{
	memset(ppp, 0, sizeof(*ppp));
	ppp->config = config;
	ppp->ops = ops;
	ppp->user = user;
	ppp->random = random;
	ppp->peer_name = "";
	ppp->password = "";
	ppp->auth_id = (uint8_t)tp_random_u32(random);
	ppp->auth_deadline_ms = TP_NEVER;
	ppp->network_deadline_ms = TP_NEVER;
	ppp->echo_deadline_ms = TP_NEVER;
	tp_ppp_fsm_init(&ppp->lcp);
	tp_ppp_network_init(ppp);
}

void tp_ppp_set_credentials(struct tp_ppp *ppp, const char *user, const char *password)
{
	ppp->peer_name = user;
	ppp->password = password;
}

void tp_ppp_set_addresses(struct tp_ppp *ppp, const struct tp_ppp_addresses *addresses)
{
	ppp->wanted = *addresses;
}

void tp_ppp_open(struct tp_ppp *ppp, uint64_t now_ms)
{
	if (ppp->phase != TP_PPP_DEAD || ppp->finished)
		return;
	enter_call(ppp);
	ppp->phase = TP_PPP_ESTABLISH;
	ppp->reason = TP_PPP_NO_REASON;
	ppp->has_text = false;
	ppp->heard_ms = now_ms;
	ppp->echo_asked = 0;
	ppp->network_deadline_ms = now_ms + ppp->config->setup_ms;
	tp_ppp_fsm_open(ppp, &tp_ppp_lcp, now_ms);
	tp_ppp_fsm_up(ppp, &tp_ppp_lcp, now_ms);
	leave_call(ppp, now_ms);
}

/* RFC 1661 section 3.5: until the peer is authenticated, only LCP and the authentication's own
 * protocol are heard. */
static void input_auth(struct tp_ppp *ppp, uint16_t protocol, struct tp_reader r, uint64_t now_ms)
{
	enum tp_ppp_method method = tp_ppp_lcp_method(ppp);
	struct tp_ppp_packet packet;

	if (ppp->phase != TP_PPP_AUTHENTICATE && ppp->phase != TP_PPP_NETWORK)
		return;
	if (method == TP_PPP_NO_AUTH || (method == TP_PPP_PAP) != (protocol == TP_PPP_PROTO_PAP) ||
	    !tp_ppp_packet_parse(&r, &packet))
		return;
	if (protocol == TP_PPP_PROTO_PAP)
		tp_ppp_pap_input(ppp, &packet, now_ms);
	else
		tp_ppp_chap_input(ppp, &packet, now_ms);
}

/* Linux puts what IPCP and its like send into MP: FRAME, if it is a packet whole in one fragment,
 * becomes that packet. (Control protocols' numbers are never compressed.) */
static void unwrap(const struct tp_ppp *ppp, struct tp_reader *frame)
{
	struct tp_reader r = *frame;
	struct tp_mp_fragment fragment;
	uint16_t protocol;

	if (tp_ppp_lcp_has_mp(ppp) && ppp->phase == TP_PPP_NETWORK && tp_read_be16(&r, &protocol) &&
	    protocol == TP_PPP_PROTO_MP &&
	    tp_mp_fragment_parse(r, tp_ppp_lcp_short_sequence(ppp), &fragment) && fragment.begin &&
	    fragment.end)
		*frame = fragment.data;
}

static void input_protocol(struct tp_ppp *ppp, uint16_t protocol, struct tp_reader r,
			   const uint8_t *frame, size_t len, uint64_t now_ms)
{
	switch (protocol) {
	case TP_PPP_PROTO_LCP:
		tp_ppp_fsm_input(ppp, &tp_ppp_lcp, r, now_ms);
		return;
	case TP_PPP_PROTO_PAP:
	case TP_PPP_PROTO_CHAP:
		input_auth(ppp, protocol, r, now_ms);
		return;
	case TP_PPP_PROTO_MP:
		if (tp_ppp_lcp_has_mp(ppp))
			return;
		break;
	default:
		if (tp_ppp_network_input(ppp, protocol, r, now_ms))
			return;
	}
	if (ppp->phase == TP_PPP_NETWORK)
		tp_ppp_lcp_send_protocol_reject(ppp, frame, len);
}

static void heard(struct tp_ppp *ppp, uint64_t now_ms)
{
	ppp->heard_ms = now_ms;
	ppp->echo_asked = 0;
}

void tp_ppp_input(struct tp_ppp *ppp, const uint8_t *frame, size_t len, uint64_t now_ms)
{
	struct tp_reader whole = tp_reader_of(frame, len);
	struct tp_reader r;
	uint16_t protocol;

	if (ppp->phase == TP_PPP_DEAD)
		return;
	unwrap(ppp, &whole);
	r = whole;
	if (!tp_read_be16(&r, &protocol))
		return;
	/* RFC 1661 section 6.4: an Echo with our own magic number is no sign of a peer. */
	if (protocol == TP_PPP_PROTO_LCP && tp_ppp_lcp_own_echo(ppp, r))
		return;
	enter_call(ppp);
	heard(ppp, now_ms);
	input_protocol(ppp, protocol, r, whole.p, tp_reader_left(&whole), now_ms);
	leave_call(ppp, now_ms);
}

/* Silent for keepalive_ms: an Echo-Request each second, for as long again. The end comes only when
 * each of them was sent and had its second, however late the owner's ticks are. */
static void keepalive(struct tp_ppp *ppp, uint64_t now_ms)
{
	const uint64_t quiet_ms = ppp->heard_ms + ppp->config->keepalive_ms;
	const uint64_t dead_ms = quiet_ms + ppp->config->keepalive_ms;
	const uint32_t asks = (ppp->config->keepalive_ms + ECHO_INTERVAL_MS - 1) / ECHO_INTERVAL_MS;

	if (now_ms < quiet_ms) {
		ppp->echo_deadline_ms = quiet_ms;
	} else if (ppp->echo_asked >= asks) {
		tp_ppp_finish(ppp, TP_PPP_KEEPALIVE, now_ms);
	} else {
		ppp->echo_asked++;
		ppp->echo_deadline_ms = now_ms + ECHO_INTERVAL_MS;
		/* The last of them has less, where the time is no whole number of seconds. */
		if (ppp->echo_deadline_ms > dead_ms && now_ms + ECHO_INTERVAL_MS / 2 <= dead_ms)
			ppp->echo_deadline_ms = dead_ms;
		tp_ppp_lcp_send_echo(ppp);
	}
}

/* The peer has used up its time: for what it has failed to do. */
static void overdue(struct tp_ppp *ppp, uint64_t now_ms)
{
	switch ((enum tp_ppp_phase)ppp->phase) {
	case TP_PPP_NETWORK:
		if (ppp->open != 0 && !tp_ppp_ccp_is_settled(ppp))
			tp_ppp_ccp_timeout(ppp, now_ms);
		else
			tp_ppp_fail(ppp, TP_PPP_NO_NETWORK);
		break;
	case TP_PPP_AUTHENTICATE:
		tp_ppp_fail(ppp, TP_PPP_AUTH_TIMEOUT);
		break;
	default:
		tp_ppp_fail(ppp, TP_PPP_NO_AGREEMENT);
	}
}

void tp_ppp_tick(struct tp_ppp *ppp, uint64_t now_ms)
{
	enter_call(ppp);
	if (now_ms >= ppp->lcp.deadline_ms)
		tp_ppp_fsm_timeout(ppp, &tp_ppp_lcp, now_ms);
	tp_ppp_network_tick(ppp, now_ms);
	if (now_ms >= ppp->auth_deadline_ms)
		tp_ppp_auth_timeout(ppp, now_ms);
	if (now_ms >= ppp->network_deadline_ms)
		overdue(ppp, now_ms);
	if (now_ms >= ppp->echo_deadline_ms)
		keepalive(ppp, now_ms);
	leave_call(ppp, now_ms);
}

uint64_t tp_ppp_deadline(const struct tp_ppp *ppp)
{
	const uint64_t deadlines[] = {ppp->lcp.deadline_ms, tp_ppp_network_deadline(ppp),
				      ppp->auth_deadline_ms, ppp->network_deadline_ms,
				      ppp->echo_deadline_ms};
	uint64_t next = TP_NEVER;

	for (size_t i = 0; i < sizeof(deadlines) / sizeof(deadlines[0]); i++) {
		if (deadlines[i] < next)
			next = deadlines[i];
	}
	return next;
}

void tp_ppp_alive(struct tp_ppp *ppp, uint64_t now_ms)
{
	heard(ppp, now_ms);
}

void tp_ppp_close(struct tp_ppp *ppp, enum tp_ppp_reason reason, uint64_t now_ms)
{
	if (ppp->phase == TP_PPP_DEAD)
		return;
	enter_call(ppp);
	tp_ppp_fail(ppp, reason != TP_PPP_NO_REASON ? reason : TP_PPP_BY_OWNER);
	leave_call(ppp, now_ms);
}

void tp_ppp_lower_down(struct tp_ppp *ppp, enum tp_ppp_reason reason, uint64_t now_ms)
{
	if (ppp->phase == TP_PPP_DEAD)
		return;
	enter_call(ppp);
	ppp->lower_gone = true;
	tp_ppp_fail(ppp, reason);
	leave_call(ppp, now_ms);
}

int tp_ppp_auth_result(struct tp_ppp *ppp, uint32_t serial, const struct tp_ppp_auth_result *result,
		       uint64_t now_ms)
{
	if (!tp_ppp_auth_awaits(ppp, serial))
		return -ESTALE;
	enter_call(ppp);
	tp_ppp_auth_decide(ppp, result, now_ms);
	leave_call(ppp, now_ms);
	return 0;
}

void tp_ppp_decryption_lost(struct tp_ppp *ppp, enum tp_mppe_need need, uint64_t now_ms)
{
	const struct tp_ppp_encryption *encryption = tp_ppp_encryption(ppp);

	if (encryption == NULL || encryption->receive.bits == 0)
		return;
	enter_call(ppp);
	tp_ppp_ccp_lost(ppp, need, now_ms);
	leave_call(ppp, now_ms);
}

enum tp_ppp_phase tp_ppp_phase(const struct tp_ppp *ppp)
{
	return (enum tp_ppp_phase)ppp->phase;
}
