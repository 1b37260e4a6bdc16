/* SPDX-License-Identifier: BSD-3-Clause */
/* The RFCs' own vectors. */
#include "ends.h"

#include <string.h>

#include "ppp/digest.h"

static const uint8_t v2_challenge[16] = {0x5b, 0x5d, 0x7c, 0x7d, 0x7b, 0x3f, 0x2f, 0x3e,
					 0x3c, 0x2c, 0x60, 0x21, 0x32, 0x26, 0x26, 0x28};
static const uint8_t v2_peer_challenge[16] = {0x21, 0x40, 0x23, 0x24, 0x25, 0x5e, 0x26, 0x2a,
					      0x28, 0x29, 0x5f, 0x2b, 0x3a, 0x33, 0x7c, 0x7e};
static const uint8_t v2_nt_response[24] = {0x82, 0x30, 0x9e, 0xcd, 0x8d, 0x70, 0x8b, 0x5e,
					   0xa0, 0x8f, 0xaa, 0x39, 0x81, 0xcd, 0x83, 0x54,
					   0x42, 0x33, 0x11, 0x4a, 0x3d, 0x85, 0xd6, 0xdf};
static const uint8_t v2_authenticator[20] = {0x40, 0x7a, 0x55, 0x89, 0x11, 0x5f, 0xd0,
					     0xd6, 0x20, 0x9f, 0x51, 0x0f, 0xe9, 0xc0,
					     0x45, 0x66, 0x93, 0x2c, 0xda, 0x56};

/* RFC 2433, appendix B: password "MyPw". */
static void test_mschap1_gives_the_response_of_rfc2433(void **state)
{
	const uint8_t challenge[8] = {0x10, 0x2d, 0xb5, 0xdf, 0x08, 0x5d, 0x30, 0x41};
	const uint8_t nt_hash[16] = {0xfc, 0x15, 0x6a, 0xf7, 0xed, 0xcd, 0x6c, 0x0e,
				     0xdd, 0xe3, 0x33, 0x7d, 0x42, 0x7f, 0x4e, 0xac};
	const uint8_t expected[24] = {0x4e, 0x9d, 0x3c, 0x8f, 0x9c, 0xfd, 0x38, 0x5d,
				      0x5b, 0xf4, 0xd3, 0x24, 0x67, 0x91, 0x95, 0x6c,
				      0xa4, 0xc3, 0x51, 0xab, 0x40, 0x9a, 0x3d, 0x61};
	uint8_t hash[16], response[24];

	tp_ppp_nt_password_hash("MyPw", hash);
	assert_memory_equal(hash, nt_hash, sizeof(hash));
	tp_ppp_challenge_response(challenge, hash, response);
	assert_memory_equal(response, expected, sizeof(response));
}

/* RFC 2759, section 9.2: user "User", password "clientPass". */
static void test_mschap2_gives_the_responses_of_rfc2759(void **state)
{
	const uint8_t challenge_hash[8] = {0xd0, 0x2e, 0x43, 0x86, 0xbc, 0xe9, 0x12, 0x26};
	const uint8_t nt_hash[16] = {0x44, 0xeb, 0xba, 0x8d, 0x53, 0x12, 0xb8, 0xd6,
				     0x11, 0x47, 0x44, 0x11, 0xf5, 0x69, 0x89, 0xae};
	uint8_t out[24];

	tp_ppp_challenge_hash(v2_peer_challenge, v2_challenge, "User", out);
	assert_memory_equal(out, challenge_hash, 8);
	tp_ppp_nt_password_hash("clientPass", out);
	assert_memory_equal(out, nt_hash, 16);
	tp_ppp_mschap2_response(v2_challenge, v2_peer_challenge, "User", "clientPass", out);
	assert_memory_equal(out, v2_nt_response, 24);
	tp_ppp_authenticator_response("clientPass", v2_nt_response, v2_peer_challenge, v2_challenge,
				      "User", out);
	assert_memory_equal(out, v2_authenticator, 20);
}

static void test_a_domain_before_the_user_does_not_change_the_challenge_hash(void **state)
{
	uint8_t plain[8], with_domain[8];

	tp_ppp_challenge_hash(v2_peer_challenge, v2_challenge, "User", plain);
	tp_ppp_challenge_hash(v2_peer_challenge, v2_challenge, "BIGCO\\User", with_domain);
	assert_memory_equal(plain, with_domain, 8);
}

/* MD5 over 0x01 "secret" 00 01 … 0f, as md5sum has it. */
static void test_chap_digests_identifier_secret_and_challenge(void **state)
{
	const uint8_t expected[16] = {0x74, 0x0e, 0x86, 0x46, 0x3b, 0xda, 0x3a, 0x4d,
				      0x70, 0x17, 0xd6, 0xe0, 0xfb, 0xa0, 0x69, 0x9d};
	uint8_t challenge[16], out[16];

	for (uint8_t i = 0; i < 16; i++)
		challenge[i] = i;
	tp_ppp_chap_digest(1, "secret", challenge, sizeof(challenge), out);
	assert_memory_equal(out, expected, sizeof(out));
}

/* MD4 over the UTF-16 of the strings, as iconv and openssl's md4 have it. */
static void test_a_password_is_hashed_in_utf16_whatever_its_bytes(void **state)
{
	static const struct {
		const char *password;
		uint8_t hash[16];
	} cases[] = {
		{"",
		 {0x31, 0xd6, 0xcf, 0xe0, 0xd1, 0x6a, 0xe9, 0x31, 0xb7, 0x3c, 0x59, 0xd7, 0xe0,
		  0xc0, 0x89, 0xc0}},
		{"na\xc3\xafve\xe2\x82\xac",
		 {0x58, 0xf3, 0x24, 0x41, 0xd4, 0x79, 0x0f, 0xd6, 0x3e, 0xef, 0xde, 0xa2, 0x30,
		  0xdc, 0x1d, 0xb8}},
		{"\xf0\x9f\x94\x91",
		 {0x5f, 0x7b, 0x3f, 0xf4, 0x74, 0xe4, 0x23, 0x7a, 0xfd, 0x6a, 0x07, 0x8f, 0x3c,
		  0x4d, 0x86, 0x32}},
		{"na\xefve",
		 {0xc3, 0x1b, 0x32, 0x5a, 0xf4, 0x96, 0x9b, 0x08, 0xf4, 0x4d, 0xd7, 0x0c, 0xb1,
		  0xb8, 0x5b, 0xa4}}, /* not UTF-8: taken for Latin-1 */
	};
	uint8_t hash[16];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		tp_ppp_nt_password_hash(cases[i].password, hash);
		assert_memory_equal(hash, cases[i].hash, sizeof(hash));
	}
}

static void test_utf8_cut_short_at_the_end_is_hashed_without_reading_on(void **state)
{
	const char *const cut[] = {"\xf0\x9f\x94", "\xf0\x9f", "\xf0", "\xe2\x82", "\xc3"};
	uint8_t hash[16];

	for (size_t i = 0; i < sizeof(cut) / sizeof(cut[0]); i++)
		tp_ppp_nt_password_hash(cut[i], hash);
}

static struct tp_ppp_auth_request v2_request(void)
{
	struct tp_ppp_auth_request request = {
		.method = TP_PPP_MSCHAP2, .name = "User", .challenge_len = 16, .response_len = 49};

	memcpy(request.challenge, v2_challenge, 16);
	memcpy(request.response, v2_peer_challenge, 16);
	memcpy(request.response + 24, v2_nt_response, 24);
	return request;
}

static void test_verifying_mschap2_yields_the_authenticator_response(void **state)
{
	struct tp_ppp_auth_request request = v2_request();
	struct tp_ppp_auth_result result = {0};

	tp_ppp_auth_verify(&request, "clientPass", &result);
	assert_true(result.accept);
	assert_memory_equal(result.authenticator_response, v2_authenticator, 20);
	tp_ppp_auth_verify(&request, "clientpass", &result);
	assert_false(result.accept);
}

static void test_a_mschap1_response_without_the_nt_flag_is_not_accepted(void **state)
{
	struct tp_ppp_auth_request request = {
		.method = TP_PPP_MSCHAP1, .name = "u", .challenge_len = 8, .response_len = 49};
	struct tp_ppp_auth_result result = {0};
	uint8_t hash[16];

	tp_ppp_nt_password_hash("pw", hash);
	tp_ppp_challenge_response(request.challenge, hash, request.response + 24);
	request.response[48] = 1;
	tp_ppp_auth_verify(&request, "pw", &result);
	assert_true(result.accept);
	request.response[48] = 0;
	tp_ppp_auth_verify(&request, "pw", &result);
	assert_false(result.accept);
}

static void test_a_pap_password_must_match_in_every_byte_and_in_length(void **state)
{
	static const struct {
		const char *sent;
		uint8_t len;
		bool accept;
	} cases[] = {
		{"StrongPass", 10, true},  {"StrongPas", 9, false},	{"StrongPass1", 11, false},
		{"strongpass", 10, false}, {"StrongPass\0", 11, false}, {"", 0, false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tp_ppp_auth_request request = {.method = TP_PPP_PAP,
						      .password_len = cases[i].len};
		struct tp_ppp_auth_result result = {0};
		memcpy(request.password, cases[i].sent, cases[i].len);
		tp_ppp_auth_verify(&request, "StrongPass", &result);
		assert_int_equal(result.accept, cases[i].accept);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mschap1_gives_the_response_of_rfc2433),
		cmocka_unit_test(test_mschap2_gives_the_responses_of_rfc2759),
		cmocka_unit_test(test_a_domain_before_the_user_does_not_change_the_challenge_hash),
		cmocka_unit_test(test_chap_digests_identifier_secret_and_challenge),
		cmocka_unit_test(test_a_password_is_hashed_in_utf16_whatever_its_bytes),
		cmocka_unit_test(test_utf8_cut_short_at_the_end_is_hashed_without_reading_on),
		cmocka_unit_test(test_verifying_mschap2_yields_the_authenticator_response),
		cmocka_unit_test(test_a_mschap1_response_without_the_nt_flag_is_not_accepted),
		cmocka_unit_test(test_a_pap_password_must_match_in_every_byte_and_in_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
