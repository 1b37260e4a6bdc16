/* SPDX-License-Identifier: BSD-3-Clause */
/* The authentication phase (RFC 1661 section 3.5), as far as PAP and CHAP are alike: who waits for
 * what, for how long, and what a verdict comes to. */
#include "base/text.h"
#include "ppp/engine.h"

static bool is_server(const struct tp_ppp *ppp)
{
	return ppp->config->role == TP_PPP_SERVER;
}

static bool is_pap(const struct tp_ppp *ppp)
{
	return tp_ppp_lcp_method(ppp) == TP_PPP_PAP;
}

bool tp_ppp_auth_try(struct tp_ppp *ppp, uint64_t now_ms)
{
	if (ppp->auth_tries >= ppp->config->max_configure) {
		tp_ppp_fail(ppp, TP_PPP_AUTH_TIMEOUT);
		return false;
	}
	ppp->auth_tries++;
	ppp->auth_deadline_ms = now_ms + ppp->config->restart_ms;
	return true;
}

/* For what the other side has to begin: as long as all our tries would take. */
static void wait_for_peer(struct tp_ppp *ppp, uint64_t now_ms)
{
	ppp->auth_state = TP_PPP_AUTH_WAIT;
	ppp->auth_tries = ppp->config->max_configure;
	ppp->auth_deadline_ms =
		now_ms + (uint64_t)ppp->config->restart_ms * ppp->config->max_configure;
}

static void challenge(struct tp_ppp *ppp, uint64_t now_ms)
{
	ppp->auth_state = TP_PPP_AUTH_WAIT;
	ppp->auth_tries = 0;
	tp_ppp_chap_new_challenge(ppp);
	if (tp_ppp_auth_try(ppp, now_ms))
		tp_ppp_chap_send_challenge(ppp);
}

void tp_ppp_auth_start(struct tp_ppp *ppp, uint64_t now_ms)
{
	ppp->authenticated = false;
	ppp->auth_tries = 0;
	if (is_server(ppp)) {
		if (is_pap(ppp))
			wait_for_peer(ppp, now_ms);
		else
			challenge(ppp, now_ms);
	} else if (is_pap(ppp)) {
		ppp->auth_state = TP_PPP_AUTH_ANSWERED;
		ppp->auth_id++;
		if (tp_ppp_auth_try(ppp, now_ms))
			tp_ppp_pap_send_request(ppp);
	} else {
		wait_for_peer(ppp, now_ms);
	}
}

void tp_ppp_auth_stop(struct tp_ppp *ppp)
{
	ppp->auth_state = TP_PPP_AUTH_NONE;
	ppp->authenticated = false;
	ppp->auth_deadline_ms = TP_NEVER;
}

/* Nothing came: once more, or a re-challenge is due, or it is the end. */
void tp_ppp_auth_timeout(struct tp_ppp *ppp, uint64_t now_ms)
{
	ppp->auth_deadline_ms = TP_NEVER;
	switch ((enum tp_ppp_auth_state)ppp->auth_state) {
	case TP_PPP_AUTH_NONE:
		break;
	case TP_PPP_AUTH_WAIT:
		if (tp_ppp_auth_try(ppp, now_ms))
			tp_ppp_chap_send_challenge(ppp);
		break;
	case TP_PPP_AUTH_PENDING:
		tp_ppp_fail(ppp, TP_PPP_AUTH_TIMEOUT);
		break;
	case TP_PPP_AUTH_ANSWERED:
		if (!tp_ppp_auth_try(ppp, now_ms))
			break;
		if (is_pap(ppp))
			tp_ppp_pap_send_request(ppp);
		else
			tp_ppp_chap_send_response(ppp);
		break;
	case TP_PPP_AUTH_DONE:
		challenge(ppp, now_ms);
		break;
	}
}

static void reject(struct tp_ppp *ppp, uint16_t error, const char *message)
{
	if (is_pap(ppp))
		tp_ppp_pap_send_verdict(ppp, false, message);
	else
		tp_ppp_chap_send_failure(ppp, error, message);
	tp_ppp_auth_stop(ppp);
	tp_ppp_fail(ppp, TP_PPP_AUTH_FAILED);
}

static void accept(struct tp_ppp *ppp, const char *message, uint64_t now_ms)
{
	const struct tp_ppp_event event = {
		.type = TP_PPP_AUTHENTICATED,
		.now_ms = now_ms,
		.auth = {.method = tp_ppp_lcp_method(ppp),
			 .again = ppp->authenticated,
			 .message = message},
	};
	bool again = ppp->authenticated;

	ppp->auth_state = TP_PPP_AUTH_DONE;
	ppp->authenticated = true;
	ppp->auth_deadline_ms = TP_NEVER;
	if (is_server(ppp) && !is_pap(ppp) && ppp->config->rechallenge_ms != 0)
		ppp->auth_deadline_ms = now_ms + ppp->config->rechallenge_ms;
	tp_ppp_emit(ppp, &event);
	if (!again)
		tp_ppp_start_network(ppp, now_ms);
}

void tp_ppp_auth_ask(struct tp_ppp *ppp, struct tp_ppp_auth_request *request, struct tp_reader name,
		     uint64_t now_ms)
{
	size_t len = tp_reader_left(&name);

	/* A NUL in a name would let two spellings pass for one. */
	if (len > TP_PPP_NAME_MAX || (len > 0 && memchr(name.p, '\0', len) != NULL)) {
		reject(ppp, 0, NULL);
		return;
	}
	if (len > 0)
		memcpy(request->name, name.p, len);
	request->name[len] = '\0';
	request->serial = ++ppp->auth_serial;
	request->method = tp_ppp_lcp_method(ppp);
	request->again = ppp->authenticated;
	ppp->auth_state = TP_PPP_AUTH_PENDING;
	ppp->auth_deadline_ms = now_ms + ppp->config->decision_ms;
	ppp->ops->auth_request(ppp->user, request);
}

bool tp_ppp_auth_awaits(const struct tp_ppp *ppp, uint32_t serial)
{
	return ppp->auth_state == TP_PPP_AUTH_PENDING && serial == ppp->auth_serial;
}

void tp_ppp_auth_decide(struct tp_ppp *ppp, const struct tp_ppp_auth_result *result,
			uint64_t now_ms)
{
	if (!result->accept) {
		reject(ppp, result->error, result->message);
		return;
	}
	if (!ppp->authenticated)
		tp_ppp_network_given(ppp, result);
	if (is_pap(ppp)) {
		tp_ppp_pap_send_verdict(ppp, true, result->message);
	} else {
		memcpy(ppp->authenticator_response, result->authenticator_response,
		       sizeof(ppp->authenticator_response));
		tp_ppp_chap_send_success(ppp, result->message);
	}
	accept(ppp, "", now_ms);
}

void tp_ppp_auth_passed(struct tp_ppp *ppp, struct tp_reader message, uint64_t now_ms)
{
	char text[TP_PPP_MESSAGE_MAX + 1];

	tp_text_escape(message.p, tp_reader_left(&message), text, sizeof(text));
	accept(ppp, text, now_ms);
}

void tp_ppp_auth_refused(struct tp_ppp *ppp, struct tp_reader message)
{
	tp_ppp_note_text(ppp, message);
	tp_ppp_auth_stop(ppp);
	tp_ppp_fail(ppp, TP_PPP_AUTH_FAILED);
}
