/* SPDX-License-Identifier: BSD-3-Clause */
/* CHAP's packets: RFC 1994, section 4, with the values and messages of MS-CHAP version 1 (RFC 2433)
 * and 2 (RFC 2759). A challenge that gets no response is sent again as it was. A client that hears
 * no verdict sends its Response again: RFC 1994 section 4.2 has the server repeat the verdict. */
#include <nettle/memops.h>
#include <stdio.h>

#include "ppp/digest.h"
#include "ppp/engine.h"

#define MSCHAP_RESPONSE_LEN 49
#define NT_RESPONSE_OFFSET  24

static uint8_t challenge_len(const struct tp_ppp *ppp)
{
	return tp_ppp_lcp_method(ppp) == TP_PPP_MSCHAP1 ? TP_PPP_MSCHAP1_CHALLENGE
							: TP_PPP_MSCHAP2_CHALLENGE;
}

static uint8_t response_len(const struct tp_ppp *ppp)
{
	return tp_ppp_lcp_method(ppp) == TP_PPP_CHAP ? TP_PPP_MD5_LEN : MSCHAP_RESPONSE_LEN;
}

void tp_ppp_chap_new_challenge(struct tp_ppp *ppp)
{
	ppp->auth_id++;
	tp_random_bytes(ppp->random, ppp->challenge, sizeof(ppp->challenge));
}

void tp_ppp_chap_send_challenge(struct tp_ppp *ppp)
{
	uint8_t frame[TP_PPP_FRAME_MAX];
	struct tp_writer w = tp_writer_of(frame, sizeof(frame));
	const char *name = ppp->config->name;

	tp_ppp_packet_begin(&w, TP_PPP_PROTO_CHAP, TP_PPP_CHAP_CHALLENGE, ppp->auth_id);
	tp_write_u8(&w, challenge_len(ppp));
	tp_write_bytes(&w, ppp->challenge, challenge_len(ppp));
	tp_write_bytes(&w, name, strnlen(name, TP_PPP_NAME_MAX));
	tp_ppp_send(ppp, &w);
}

static void send_message(struct tp_ppp *ppp, uint8_t code, const char *message)
{
	uint8_t frame[TP_PPP_FRAME_MAX];
	struct tp_writer w = tp_writer_of(frame, sizeof(frame));

	tp_ppp_packet_begin(&w, TP_PPP_PROTO_CHAP, code, ppp->auth_id);
	tp_write_bytes(&w, message, strlen(message));
	tp_ppp_send(ppp, &w);
}

static void to_hex(const uint8_t *bytes, size_t len, char *text)
{
	for (size_t i = 0; i < len; i++)
		snprintf(text + 2 * i, 3, "%02X", bytes[i]);
}

void tp_ppp_chap_send_success(struct tp_ppp *ppp, const char *message)
{
	char digest[2 * TP_PPP_AUTHENTICATOR_LEN + 1];
	char text[TP_PPP_MESSAGE_MAX + 1];

	if (message == NULL)
		message = "Access granted";
	if (tp_ppp_lcp_method(ppp) == TP_PPP_MSCHAP2) { /* RFC 2759 section 5 */
		to_hex(ppp->authenticator_response, TP_PPP_AUTHENTICATOR_LEN, digest);
		snprintf(text, sizeof(text), "S=%s M=%s", digest, message);
	} else {
		snprintf(text, sizeof(text), "%s", message);
	}
	send_message(ppp, TP_PPP_CHAP_SUCCESS, text);
}

/* A retry is never allowed (R=0): the next try comes over a new LCP. */
void tp_ppp_chap_send_failure(struct tp_ppp *ppp, uint16_t error, const char *message)
{
	uint8_t fresh[TP_PPP_MSCHAP2_CHALLENGE];
	char hex[2 * sizeof(fresh) + 1];
	char text[TP_PPP_MESSAGE_MAX + 1];

	if (message == NULL)
		message = "Access denied";
	if (error == 0)
		error = TP_PPP_ERROR_AUTHENTICATION_FAILURE;
	tp_random_bytes(ppp->random, fresh, sizeof(fresh));
	to_hex(fresh, challenge_len(ppp), hex);
	switch (tp_ppp_lcp_method(ppp)) {
	case TP_PPP_MSCHAP2: /* RFC 2759 section 6 */
		snprintf(text, sizeof(text), "E=%u R=0 C=%s V=3 M=%s", error, hex, message);
		break;
	case TP_PPP_MSCHAP1: /* RFC 2433 section 6 */
		snprintf(text, sizeof(text), "E=%u R=0 C=%s V=2", error, hex);
		break;
	default:
		snprintf(text, sizeof(text), "%s", message);
	}
	send_message(ppp, TP_PPP_CHAP_FAILURE, text);
}

/* Client: the Response to the challenge at hand. */
void tp_ppp_chap_send_response(struct tp_ppp *ppp)
{
	uint8_t frame[TP_PPP_FRAME_MAX];
	struct tp_writer w = tp_writer_of(frame, sizeof(frame));
	uint8_t value[MSCHAP_RESPONSE_LEN] = {0};
	uint8_t hash[TP_PPP_NT_HASH_LEN];

	switch (tp_ppp_lcp_method(ppp)) {
	case TP_PPP_MSCHAP2:
		memcpy(value, ppp->peer_challenge, sizeof(ppp->peer_challenge));
		tp_ppp_mschap2_response(ppp->challenge, ppp->peer_challenge, ppp->peer_name,
					ppp->password, value + NT_RESPONSE_OFFSET);
		tp_ppp_authenticator_response(ppp->password, value + NT_RESPONSE_OFFSET,
					      ppp->peer_challenge, ppp->challenge, ppp->peer_name,
					      ppp->authenticator_response);
		break;
	case TP_PPP_MSCHAP1: /* the LAN Manager response is left zero, the flag says so */
		tp_ppp_nt_password_hash(ppp->password, hash);
		tp_ppp_challenge_response(ppp->challenge, hash, value + NT_RESPONSE_OFFSET);
		value[MSCHAP_RESPONSE_LEN - 1] = 1;
		break;
	default:
		memcpy(value, ppp->peer_challenge, TP_PPP_MD5_LEN);
	}
	tp_ppp_packet_begin(&w, TP_PPP_PROTO_CHAP, TP_PPP_CHAP_RESPONSE, ppp->auth_id);
	tp_write_u8(&w, response_len(ppp));
	tp_write_bytes(&w, value, response_len(ppp));
	tp_write_bytes(&w, ppp->peer_name, strnlen(ppp->peer_name, TP_PPP_NAME_MAX));
	tp_ppp_send(ppp, &w);
}

enum challenge {
	CHALLENGE_BAD,
	CHALLENGE_NEW,
	CHALLENGE_AGAIN, /* the one that was answered last: a retransmission */
};

static enum challenge take_md5_challenge(struct tp_ppp *ppp, uint8_t id, struct tp_reader value)
{
	uint8_t digest[TP_PPP_MD5_LEN];
	bool again;

	tp_ppp_chap_digest(id, ppp->password, value.p, tp_reader_left(&value), digest);
	again = ppp->auth_state != TP_PPP_AUTH_WAIT && id == ppp->auth_id &&
		memcmp(digest, ppp->peer_challenge, sizeof(digest)) == 0;
	memcpy(ppp->peer_challenge, digest, sizeof(digest));
	return again ? CHALLENGE_AGAIN : CHALLENGE_NEW;
}

/* Takes over a challenge. One that was sent again keeps the peer challenge that we chose for it:
 * a verdict on either Response is then one that we can check. */
static enum challenge take_challenge(struct tp_ppp *ppp, uint8_t id, struct tp_reader value)
{
	size_t len = tp_reader_left(&value);

	if (len == 0)
		return CHALLENGE_BAD;
	if (tp_ppp_lcp_method(ppp) == TP_PPP_CHAP)
		return take_md5_challenge(ppp, id, value);
	if (len != challenge_len(ppp))
		return CHALLENGE_BAD;
	if (ppp->auth_state != TP_PPP_AUTH_WAIT && id == ppp->auth_id &&
	    memcmp(value.p, ppp->challenge, len) == 0)
		return CHALLENGE_AGAIN;
	memcpy(ppp->challenge, value.p, len);
	tp_random_bytes(ppp->random, ppp->peer_challenge, sizeof(ppp->peer_challenge));
	return CHALLENGE_NEW;
}

static void receive_challenge(struct tp_ppp *ppp, const struct tp_ppp_packet *packet,
			      uint64_t now_ms)
{
	struct tp_reader r = packet->data;
	struct tp_reader value;
	enum challenge what;
	uint8_t len;

	if (!tp_read_u8(&r, &len) || !tp_read_sub(&r, len, &value))
		return;
	what = take_challenge(ppp, packet->id, value);
	if (what == CHALLENGE_BAD)
		return;
	/* It crossed our Response, whose verdict has come: the same once more, and no new wait. */
	if (what == CHALLENGE_AGAIN && ppp->auth_state == TP_PPP_AUTH_DONE) {
		tp_ppp_chap_send_response(ppp);
		return;
	}
	ppp->auth_id = packet->id;
	ppp->auth_state = TP_PPP_AUTH_ANSWERED;
	ppp->auth_tries = 0;
	if (tp_ppp_auth_try(ppp, now_ms))
		tp_ppp_chap_send_response(ppp);
}

static void receive_response(struct tp_ppp *ppp, const struct tp_ppp_packet *packet,
			     uint64_t now_ms)
{
	struct tp_ppp_auth_request request = {0};
	struct tp_reader r = packet->data;

	if (packet->id != ppp->auth_id || !tp_read_u8(&r, &request.response_len) ||
	    request.response_len != response_len(ppp) ||
	    !tp_read_copy(&r, request.response, request.response_len))
		return;
	if (ppp->auth_state == TP_PPP_AUTH_DONE) {
		tp_ppp_chap_send_success(ppp, NULL);
	} else if (ppp->auth_state == TP_PPP_AUTH_WAIT) {
		request.id = packet->id;
		request.challenge_len = challenge_len(ppp);
		memcpy(request.challenge, ppp->challenge, request.challenge_len);
		tp_ppp_auth_ask(ppp, &request, r, now_ms);
	}
}

/* RFC 2759 section 5: "S=", 40 digits, and then perhaps " M=" and words. */
static bool is_genuine(const struct tp_ppp *ppp, struct tp_reader *message)
{
	char digest[2 * TP_PPP_AUTHENTICATOR_LEN + 1];
	const uint8_t *prefix, *digits, *rest;

	if (!tp_read_bytes(message, 2, &prefix) || memcmp(prefix, "S=", 2) != 0 ||
	    !tp_read_bytes(message, sizeof(digest) - 1, &digits))
		return false;
	to_hex(ppp->authenticator_response, TP_PPP_AUTHENTICATOR_LEN, digest);
	if (!memeql_sec(digest, digits, sizeof(digest) - 1))
		return false;
	if (tp_reader_left(message) >= 3 && memcmp(message->p, " M=", 3) == 0)
		tp_read_bytes(message, 3, &rest);
	return true;
}

/* Client: MPPE's keys out of the exchange that has just been passed; a re-challenge changes none.
 */
static void take_keys(struct tp_ppp *ppp)
{
	uint8_t response[TP_PPP_NT_RESPONSE_LEN];
	struct tp_mppe_keys keys;

	if (ppp->ccp == NULL || ppp->authenticated)
		return;
	switch (tp_ppp_lcp_method(ppp)) {
	case TP_PPP_MSCHAP1:
		tp_mppe_keys_mschap1(ppp->password, ppp->challenge, &keys);
		break;
	case TP_PPP_MSCHAP2:
		tp_ppp_mschap2_response(ppp->challenge, ppp->peer_challenge, ppp->peer_name,
					ppp->password, response);
		tp_mppe_keys_mschap2(ppp->password, response, false, &keys);
		break;
	default:
		return;
	}
	tp_ppp_ccp_set_keys(ppp, &keys);
}

static void receive_verdict(struct tp_ppp *ppp, const struct tp_ppp_packet *packet, uint64_t now_ms)
{
	struct tp_reader message = packet->data;

	if (ppp->auth_state != TP_PPP_AUTH_ANSWERED || packet->id != ppp->auth_id)
		return;
	if (packet->code == TP_PPP_CHAP_FAILURE) {
		tp_ppp_auth_refused(ppp, message);
	} else if (tp_ppp_lcp_method(ppp) == TP_PPP_MSCHAP2 && !is_genuine(ppp, &message)) {
		tp_ppp_fail(ppp, TP_PPP_PEER_NOT_GENUINE);
	} else {
		take_keys(ppp);
		tp_ppp_auth_passed(ppp, message, now_ms);
	}
}

void tp_ppp_chap_input(struct tp_ppp *ppp, const struct tp_ppp_packet *packet, uint64_t now_ms)
{
	bool is_server = ppp->config->role == TP_PPP_SERVER;

	switch (packet->code) {
	case TP_PPP_CHAP_CHALLENGE:
		if (!is_server)
			receive_challenge(ppp, packet, now_ms);
		break;
	case TP_PPP_CHAP_RESPONSE:
		if (is_server)
			receive_response(ppp, packet, now_ms);
		break;
	case TP_PPP_CHAP_SUCCESS:
	case TP_PPP_CHAP_FAILURE:
		if (!is_server)
			receive_verdict(ppp, packet, now_ms);
		break;
	default: /* MS-CHAP's Change-Password packets, too, are not offered */
		break;
	}
}
