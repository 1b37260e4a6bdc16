/* SPDX-License-Identifier: BSD-3-Clause */
/* The digests of CHAP (RFC 1994) and MS-CHAP (RFC 2433 appendix A, RFC 2759 section 8), under
 * names near the RFCs'. Pure functions; any thread. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define TP_PPP_MD5_LEN		 16
#define TP_PPP_NT_HASH_LEN	 16
#define TP_PPP_NT_RESPONSE_LEN	 24
#define TP_PPP_LM_HASH_LEN	 8 /* the first half of it */
#define TP_PPP_MSCHAP2_CHALLENGE 16
#define TP_PPP_MSCHAP1_CHALLENGE 8
#define TP_PPP_AUTHENTICATOR_LEN 20

/* RFC 1994 section 4.1: MD5 over identifier, secret and challenge. */
void tp_ppp_chap_digest(uint8_t id, const char *secret, const uint8_t *challenge,
			size_t challenge_len, uint8_t out[TP_PPP_MD5_LEN]);

/* NtPasswordHash(): MD4 over the password in UTF-16, little-endian. PASSWORD is UTF-8; a byte that
 * is not is taken for Latin-1. */
void tp_ppp_nt_password_hash(const char *password, uint8_t out[TP_PPP_NT_HASH_LEN]);

/* HashNtPasswordHash(): MD4 over that. */
void tp_ppp_nt_password_hash_hash(const char *password, uint8_t out[TP_PPP_NT_HASH_LEN]);

/* The first half of LmPasswordHash() (RFC 2433 appendix A.4): seven characters of the password as
 * capital letters. MPPE's weak keys need no more of it. */
void tp_ppp_lm_password_hash(const char *password, uint8_t out[TP_PPP_LM_HASH_LEN]);

/* ChallengeResponse(): three times DES. */
void tp_ppp_challenge_response(const uint8_t challenge[8], const uint8_t hash[TP_PPP_NT_HASH_LEN],
			       uint8_t out[TP_PPP_NT_RESPONSE_LEN]);

/* ChallengeHash(): RFC 2759 section 8.2. A "DOMAIN\" before the user's name does not count. */
void tp_ppp_challenge_hash(const uint8_t peer_challenge[16], const uint8_t challenge[16],
			   const char *user, uint8_t out[8]);

/* GenerateNTResponse(): RFC 2759 section 8.1. */
void tp_ppp_mschap2_response(const uint8_t challenge[16], const uint8_t peer_challenge[16],
			     const char *user, const char *password,
			     uint8_t out[TP_PPP_NT_RESPONSE_LEN]);

/* GenerateAuthenticatorResponse(): RFC 2759 section 8.7, before it is written in hexadecimal. */
void tp_ppp_authenticator_response(const char *password,
				   const uint8_t nt_response[TP_PPP_NT_RESPONSE_LEN],
				   const uint8_t peer_challenge[16], const uint8_t challenge[16],
				   const char *user, uint8_t out[TP_PPP_AUTHENTICATOR_LEN]);
