/* SPDX-License-Identifier: BSD-3-Clause */
#include "radius/login.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ppp/digest.h"
#include "radius/authenticator.h"

/* ---- the request ---- */

#define MSCHAP_VALUE_LEN 50 /* RFC 2548, 2.1.3 and 2.3.2 */
#define FLAG_NT		 1

static void put_chap(struct tp_radius_builder *b, const struct tp_ppp_auth_request *proof)
{
	uint8_t value[1 + 16];

	value[0] = proof->id;
	memcpy(value + 1, proof->response, 16);
	tp_radius_put_bytes(b, TP_RADIUS_CHAP_PASSWORD, value, sizeof(value));
	tp_radius_put_bytes(b, TP_RADIUS_CHAP_CHALLENGE, proof->challenge, proof->challenge_len);
}

/* The order of the fields is another than in PPP: the flag goes before. */
static void put_mschap(struct tp_radius_builder *b, enum tp_radius_attribute attribute,
		       uint8_t flag, const struct tp_ppp_auth_request *proof)
{
	uint8_t value[MSCHAP_VALUE_LEN];

	value[0] = proof->id;
	value[1] = flag;
	memcpy(value + 2, proof->response, 48);
	tp_radius_put_bytes(b, TP_RADIUS_MS_CHAP_CHALLENGE, proof->challenge, proof->challenge_len);
	tp_radius_put_bytes(b, attribute, value, sizeof(value));
}

static void put_proof(struct tp_radius_builder *b, const struct tp_ppp_auth_request *proof)
{
	switch (proof->method) {
	case TP_PPP_PAP:
		tp_radius_put_password(b, proof->password, proof->password_len);
		break;
	case TP_PPP_CHAP:
		put_chap(b, proof);
		break;
	case TP_PPP_MSCHAP1:
		put_mschap(b, TP_RADIUS_MS_CHAP_RESPONSE, FLAG_NT, proof);
		break;
	case TP_PPP_MSCHAP2:
		put_mschap(b, TP_RADIUS_MS_CHAP2_RESPONSE, 0, proof);
		break;
	default:
		break;
	}
}

void tp_radius_put_login(struct tp_radius_builder *b, const struct tp_radius_nas *nas,
			 const char *realm, const struct tp_aaa_question *question)
{
	const struct tp_radius_session session = {
		.user = question->proof->name,
		.mac = question->caller_id,
		.line = question->line,
		.interface = question->interface,
		.service_name = question->service_name,
		.vlans = question->vlans,
		.session_id = question->session_id,
		.nas_port = question->nas_port,
		.accounting_id = question->accounting_id,
	};

	tp_radius_put_message_authenticator(b);
	tp_radius_put_session(b, nas, &session);
	put_proof(b, question->proof);
	if (realm != NULL)
		tp_radius_put_text(b, TP_RADIUS_MIKROTIK_REALM, realm);
	tp_radius_put_nas(b, nas);
}

/* ---- refused ---- */

/* MS-CHAP-Error is the Failure packet's text behind its identifier: "E=691 R=1 C=… V=3 M=…".
 * RFC 2548, 2.1.5. */
static void take_error(const struct tp_radius_packet *packet, struct tp_aaa_answer *answer)
{
	struct tp_radius_value value;
	char text[TP_RADIUS_VALUE_MAX * TP_TEXT_UNIT + 1];
	const char *at;

	if (!tp_radius_get(packet, TP_RADIUS_MS_CHAP_ERROR, &value) || value.len < 2)
		return;
	tp_text_escape(value.bytes + 1, value.len - 1u, text, sizeof(text));
	at = strstr(text, "E=");
	if (at != NULL)
		answer->error = (uint16_t)strtoul(at + 2, NULL, 10);
	at = strstr(text, "M=");
	if (at != NULL && answer->message[0] == '\0')
		snprintf(answer->message, sizeof(answer->message), "%.*s",
			 (int)sizeof(answer->message) - 1, at + 2);
}

static void take_message(const struct tp_radius_packet *packet, struct tp_aaa_answer *answer)
{
	struct tp_radius_iterator iterator = tp_radius_iterate(packet);
	struct tp_radius_value value;
	size_t used = 0;

	while (tp_radius_next(&iterator, &value)) {
		if (value.attribute != TP_RADIUS_REPLY_MESSAGE)
			continue;
		if (used > 0 && used + 1 < sizeof(answer->message))
			answer->message[used++] = ' ';
		tp_text_escape(value.bytes, value.len, answer->message + used,
			       sizeof(answer->message) - used);
		used += strlen(answer->message + used);
	}
}

static void take_reject(const struct tp_radius_packet *packet, struct tp_aaa_answer *answer)
{
	bool said = answer->message[0] != '\0';

	answer->reason = TP_AAA_REJECTED;
	take_error(packet, answer);
	snprintf(answer->text, sizeof(answer->text), "rejected by the RADIUS server%s%.120s%s",
		 said ? ", it says \"" : "", answer->message, said ? "\"" : "");
}

static void refuse(struct tp_aaa_answer *answer, const char *why)
{
	answer->reason = TP_AAA_UNUSABLE;
	answer->message[0] = '\0';
	snprintf(answer->text, sizeof(answer->text),
		 "the RADIUS server's answer can't be used: %.140s", why);
}

/* ---- accepted ---- */

static bool read_digits(const uint8_t *digits, uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char pair[3] = {(char)digits[2 * i], (char)digits[2 * i + 1], '\0'};

		if (strspn(pair, "0123456789abcdefABCDEF") != 2)
			return false;
		bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return true;
}

/* An identifier, "S=", forty digits: RFC 2548, 2.3.3. */
static bool take_success(const struct tp_radius_packet *packet, struct tp_aaa_answer *answer)
{
	struct tp_radius_value value;

	return tp_radius_get(packet, TP_RADIUS_MS_CHAP2_SUCCESS, &value) && value.len >= 43 &&
	       memcmp(value.bytes + 1, "S=", 2) == 0 &&
	       read_digits(value.bytes + 3, answer->authenticator_response, 20);
}

static bool take_key(const struct tp_radius_reply *reply, enum tp_radius_attribute attribute,
		     struct tp_mppe_start *start)
{
	struct tp_radius_value value;
	uint8_t key[TP_RADIUS_KEY_MAX];
	size_t len;

	if (!tp_radius_get(reply->packet, attribute, &value) ||
	    !tp_radius_key_reveal(&value, reply->secret, reply->request, key, &len) ||
	    len < TP_MPPE_KEY_LEN)
		return false;
	memcpy(start->strong, key, TP_MPPE_KEY_LEN);
	memcpy(start->weak, key, TP_MPPE_WEAK_LEN);
	explicit_bzero(key, sizeof(key));
	return true;
}

/* MS-CHAP-MPPE-Keys: the LAN Manager's key of 8 bytes, the hash of NT's hash of 16, 8 of padding:
 * RFC 2548, 2.4.1. */
static bool take_mschap1_keys(const struct tp_radius_reply *reply,
			      const struct tp_ppp_auth_request *proof, struct tp_mppe_keys *keys)
{
	struct tp_radius_value value;
	uint8_t clear[32];
	bool got = tp_radius_get(reply->packet, TP_RADIUS_MS_CHAP_MPPE_KEYS, &value) &&
		   value.len == sizeof(clear) &&
		   tp_radius_reveal(value.bytes, value.len, reply->secret, reply->request, clear);

	if (got)
		tp_mppe_keys_mschap1_hashed(clear + 8, clear, proof->challenge, keys);
	explicit_bzero(clear, sizeof(clear));
	return got;
}

static bool take_keys(const struct tp_radius_reply *reply, const struct tp_ppp_auth_request *proof,
		      struct tp_mppe_keys *keys)
{
	switch (proof->method) {
	case TP_PPP_MSCHAP1:
		return take_mschap1_keys(reply, proof, keys);
	case TP_PPP_MSCHAP2:
		return take_key(reply, TP_RADIUS_MS_MPPE_SEND_KEY, &keys->send) &&
		       take_key(reply, TP_RADIUS_MS_MPPE_RECV_KEY, &keys->receive);
	default:
		return false;
	}
}

static bool is_framed(const struct tp_radius_packet *packet)
{
	struct tp_radius_value value;
	uint32_t type;

	return !tp_radius_get(packet, TP_RADIUS_SERVICE_TYPE, &value) ||
	       !tp_radius_u32(&value, &type) || type == TP_RADIUS_SERVICE_FRAMED;
}

/* False: WHY says what can't be used. */
static bool take_grant(const struct tp_radius_reply *reply, const struct tp_aaa_question *question,
		       struct tp_aaa_local *profiles, bool filter_id, struct tp_aaa_answer *answer,
		       char why[TP_RADIUS_WHY])
{
	struct tp_radius_grant grant;

	if (!tp_radius_grant_read(reply->packet, filter_id, &grant, why))
		return false;
	if (tp_aaa_local_profile(profiles, grant.group[0] != '\0' ? grant.group : NULL,
				 question->default_profile, &answer->subscriber) != 0) {
		snprintf(why, TP_RADIUS_WHY, "no memory for what it gets");
		return false;
	}
	if (grant.group[0] != '\0' && strcmp(grant.group, TP_PROFILE_DEFAULT) != 0 &&
	    strcmp(answer->subscriber.profile, grant.group) != 0) {
		snprintf(why, TP_RADIUS_WHY, "Mikrotik-Group: there is no profile '%.64s'",
			 grant.group);
		return false;
	}
	if (strcmp(question->proof->name, question->user) != 0)
		tp_radius_grant_name(&grant, question->proof->name);
	return tp_radius_grant_apply(&grant, profiles, &answer->subscriber, why);
}

static void take_accept(const struct tp_radius_reply *reply, const struct tp_aaa_question *question,
			struct tp_aaa_local *profiles, bool filter_id, struct tp_aaa_answer *answer)
{
	char why[TP_RADIUS_WHY];

	if (!is_framed(reply->packet)) {
		refuse(answer, "its Service-Type is not Framed");
	} else if (question->proof->method == TP_PPP_MSCHAP2 &&
		   !take_success(reply->packet, answer)) {
		refuse(answer, "it has no MS-CHAP2-Success");
	} else if (!take_grant(reply, question, profiles, filter_id, answer, why)) {
		refuse(answer, why);
		tp_subscriber_clear(&answer->subscriber);
	} else {
		answer->reason = TP_AAA_ACCEPT;
		answer->has_keys = take_keys(reply, question->proof, &answer->keys);
	}
}

void tp_radius_take_reply(const struct tp_radius_reply *reply,
			  const struct tp_aaa_question *question, struct tp_aaa_local *profiles,
			  bool filter_id, struct tp_aaa_answer *answer)
{
	take_message(reply->packet, answer);
	switch (reply->packet->code) {
	case TP_RADIUS_ACCESS_ACCEPT:
		take_accept(reply, question, profiles, filter_id, answer);
		break;
	case TP_RADIUS_ACCESS_REJECT:
		take_reject(reply->packet, answer);
		break;
	default: /* a challenge: none of the methods of PPP can put it to the peer */
		refuse(answer, "it wants another proof (Access-Challenge)");
		break;
	}
}
