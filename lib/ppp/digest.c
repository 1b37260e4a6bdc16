/* SPDX-License-Identifier: BSD-3-Clause */
/* The digests of CHAP and MS-CHAP, over nettle's MD5, MD4, SHA-1 and DES. */
#include "ppp/digest.h"

#include <nettle/des.h>
#include <nettle/md4.h>
#include <nettle/md5.h>
#include <nettle/sha1.h>
#include <string.h>

void tp_ppp_chap_digest(uint8_t id, const char *secret, const uint8_t *challenge,
			size_t challenge_len, uint8_t out[TP_PPP_MD5_LEN])
{
	struct md5_ctx md5;

	md5_init(&md5);
	md5_update(&md5, 1, &id);
	md5_update(&md5, strlen(secret), (const uint8_t *)secret);
	md5_update(&md5, challenge_len, challenge);
	md5_digest(&md5, TP_PPP_MD5_LEN, out);
}

/* The next code point of the UTF-8 string at *P, which moves on; RFC 3629 section 4. */
static uint32_t next_code_point(const uint8_t **p)
{
	static const uint32_t smallest[] = {0, 0x80, 0x800, 0x10000};
	const uint8_t *s = *p;
	unsigned more = s[0] >= 0xf0 && s[0] < 0xf5   ? 3
			: s[0] >= 0xe0 && s[0] < 0xf0 ? 2
			: s[0] >= 0xc2 && s[0] < 0xe0 ? 1
						      : 0;
	uint32_t c = more == 0 ? s[0] : s[0] & (0x3fu >> more);

	for (unsigned i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80) {
			*p = s + 1;
			return s[0];
		}
		c = c << 6 | (s[i] & 0x3fu);
	}
	if (c < smallest[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) {
		*p = s + 1;
		return s[0];
	}
	*p = s + 1 + more;
	return c;
}

static void md4_utf16(struct md4_ctx *md4, uint32_t unit)
{
	const uint8_t bytes[2] = {(uint8_t)unit, (uint8_t)(unit >> 8)};

	md4_update(md4, sizeof(bytes), bytes);
}

void tp_ppp_nt_password_hash(const char *password, uint8_t out[TP_PPP_NT_HASH_LEN])
{
	const uint8_t *p = (const uint8_t *)password;
	struct md4_ctx md4;

	md4_init(&md4);
	while (*p != '\0') {
		uint32_t c = next_code_point(&p);
		if (c >= 0x10000) {
			md4_utf16(&md4, 0xd800 + ((c - 0x10000) >> 10));
			md4_utf16(&md4, 0xdc00 + ((c - 0x10000) & 0x3ff));
		} else {
			md4_utf16(&md4, c);
		}
	}
	md4_digest(&md4, TP_PPP_NT_HASH_LEN, out);
}

void tp_ppp_nt_password_hash_hash(const char *password, uint8_t out[TP_PPP_NT_HASH_LEN])
{
	struct md4_ctx md4;

	tp_ppp_nt_password_hash(password, out);
	md4_init(&md4);
	md4_update(&md4, TP_PPP_NT_HASH_LEN, out);
	md4_digest(&md4, TP_PPP_NT_HASH_LEN, out);
}

/* DesEncrypt(): the key is 7 bytes, to be spread over 8, as DES leaves out each lowest bit. */
static void des_block(const uint8_t key7[7], const uint8_t clear[8], uint8_t out[8])
{
	struct des_ctx des;
	uint64_t bits = 0;
	uint8_t key[8];

	for (int i = 0; i < 7; i++)
		bits = bits << 8 | key7[i];
	for (int i = 0; i < 8; i++)
		key[i] = (uint8_t)((bits >> (49 - 7 * i)) << 1);
	des_set_key(&des, key);
	des_encrypt(&des, DES_BLOCK_SIZE, out, clear);
}

void tp_ppp_lm_password_hash(const char *password, uint8_t out[TP_PPP_LM_HASH_LEN])
{
	static const uint8_t clear[] = {'K', 'G', 'S', '!', '@', '#', '$', '%'};
	uint8_t key[7] = {0};

	for (size_t i = 0; i < sizeof(key) && password[i] != '\0'; i++) {
		char c = password[i];
		key[i] = (uint8_t)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
	}
	des_block(key, clear, out);
}

void tp_ppp_challenge_response(const uint8_t challenge[8], const uint8_t hash[TP_PPP_NT_HASH_LEN],
			       uint8_t out[TP_PPP_NT_RESPONSE_LEN])
{
	uint8_t padded[21] = {0};

	memcpy(padded, hash, TP_PPP_NT_HASH_LEN);
	for (int i = 0; i < 3; i++)
		des_block(padded + 7 * i, challenge, out + 8 * i);
}

void tp_ppp_challenge_hash(const uint8_t peer_challenge[16], const uint8_t challenge[16],
			   const char *user, uint8_t out[8])
{
	const char *backslash = strrchr(user, '\\');
	struct sha1_ctx sha1;

	if (backslash != NULL)
		user = backslash + 1;
	sha1_init(&sha1);
	sha1_update(&sha1, TP_PPP_MSCHAP2_CHALLENGE, peer_challenge);
	sha1_update(&sha1, TP_PPP_MSCHAP2_CHALLENGE, challenge);
	sha1_update(&sha1, strlen(user), (const uint8_t *)user);
	sha1_digest(&sha1, 8, out);
}

void tp_ppp_mschap2_response(const uint8_t challenge[16], const uint8_t peer_challenge[16],
			     const char *user, const char *password,
			     uint8_t out[TP_PPP_NT_RESPONSE_LEN])
{
	uint8_t hash[TP_PPP_NT_HASH_LEN];
	uint8_t mixed[8];

	tp_ppp_challenge_hash(peer_challenge, challenge, user, mixed);
	tp_ppp_nt_password_hash(password, hash);
	tp_ppp_challenge_response(mixed, hash, out);
}

void tp_ppp_authenticator_response(const char *password,
				   const uint8_t nt_response[TP_PPP_NT_RESPONSE_LEN],
				   const uint8_t peer_challenge[16], const uint8_t challenge[16],
				   const char *user, uint8_t out[TP_PPP_AUTHENTICATOR_LEN])
{
	static const char magic1[] = "Magic server to client signing constant";
	static const char magic2[] = "Pad to make it do more than one iteration";
	uint8_t hash[TP_PPP_NT_HASH_LEN];
	uint8_t mixed[8];
	struct sha1_ctx sha1;

	tp_ppp_nt_password_hash_hash(password, hash);
	sha1_init(&sha1);
	sha1_update(&sha1, sizeof(hash), hash);
	sha1_update(&sha1, TP_PPP_NT_RESPONSE_LEN, nt_response);
	sha1_update(&sha1, sizeof(magic1) - 1, (const uint8_t *)magic1);
	sha1_digest(&sha1, TP_PPP_AUTHENTICATOR_LEN, out);

	tp_ppp_challenge_hash(peer_challenge, challenge, user, mixed);
	sha1_update(&sha1, TP_PPP_AUTHENTICATOR_LEN, out);
	sha1_update(&sha1, sizeof(mixed), mixed);
	sha1_update(&sha1, sizeof(magic2) - 1, (const uint8_t *)magic2);
	sha1_digest(&sha1, TP_PPP_AUTHENTICATOR_LEN, out);
}
