/* SPDX-License-Identifier: BSD-3-Clause */
/* Does a peer's proof fit a password? Compared in constant time. */
#include <nettle/memops.h>

#include "ppp/digest.h"
#include "ppp/engine.h"

/* Where things are in the 49 bytes of a Response. */
#define MSCHAP1_NT_RESPONSE 24 /* RFC 2433 section 4 */
#define MSCHAP1_USE_NT	    48
#define MSCHAP2_NT_RESPONSE 24 /* RFC 2759 section 4 */

static bool verify_pap(const struct tp_ppp_auth_request *request, const char *password)
{
	size_t len = strlen(password);

	return request->password_len == len && memeql_sec(request->password, password, len);
}

static bool verify_chap(const struct tp_ppp_auth_request *request, const char *password)
{
	uint8_t digest[TP_PPP_MD5_LEN];

	tp_ppp_chap_digest(request->id, password, request->challenge, request->challenge_len,
			   digest);
	return memeql_sec(request->response, digest, sizeof(digest));
}

static bool verify_mschap1(const struct tp_ppp_auth_request *request, const char *password)
{
	uint8_t hash[TP_PPP_NT_HASH_LEN];
	uint8_t expected[TP_PPP_NT_RESPONSE_LEN];

	tp_ppp_nt_password_hash(password, hash);
	tp_ppp_challenge_response(request->challenge, hash, expected);
	return request->response[MSCHAP1_USE_NT] == 1 &&
	       memeql_sec(request->response + MSCHAP1_NT_RESPONSE, expected, sizeof(expected));
}

static bool verify_mschap2(const struct tp_ppp_auth_request *request, const char *password,
			   uint8_t authenticator_response[TP_PPP_AUTHENTICATOR_LEN])
{
	const uint8_t *nt_response = request->response + MSCHAP2_NT_RESPONSE;
	uint8_t expected[TP_PPP_NT_RESPONSE_LEN];

	tp_ppp_mschap2_response(request->challenge, request->response, request->name, password,
				expected);
	if (!memeql_sec(nt_response, expected, sizeof(expected)))
		return false;
	tp_ppp_authenticator_response(password, nt_response, request->response, request->challenge,
				      request->name, authenticator_response);
	return true;
}

bool tp_ppp_auth_keys(const struct tp_ppp_auth_request *request, const char *password,
		      struct tp_mppe_keys *keys)
{
	switch (request->method) {
	case TP_PPP_MSCHAP1:
		tp_mppe_keys_mschap1(password, request->challenge, keys);
		return true;
	case TP_PPP_MSCHAP2:
		tp_mppe_keys_mschap2(password, request->response + MSCHAP2_NT_RESPONSE, true, keys);
		return true;
	default:
		return false;
	}
}

void tp_ppp_auth_verify(const struct tp_ppp_auth_request *request, const char *password,
			struct tp_ppp_auth_result *result)
{
	switch (request->method) {
	case TP_PPP_PAP:
		result->accept = verify_pap(request, password);
		break;
	case TP_PPP_CHAP:
		result->accept = verify_chap(request, password);
		break;
	case TP_PPP_MSCHAP1:
		result->accept = verify_mschap1(request, password);
		break;
	case TP_PPP_MSCHAP2:
		result->accept = verify_mschap2(request, password, result->authenticator_response);
		break;
	default:
		result->accept = false;
	}
}
