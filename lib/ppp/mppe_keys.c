/* SPDX-License-Identifier: BSD-3-Clause */
/* Where MPPE's keys come from: RFC 3079. */
#include <nettle/sha1.h>
#include <string.h>

#include "ppp/mppe.h"

/* GetStartKey(): section 2.4. Of 40 and 56 bits, keys are made of the LAN Manager's hash instead
 * (sections 2.1 and 2.2). */
void tp_mppe_keys_mschap1_hashed(const uint8_t nt_hash_hash[TP_PPP_NT_HASH_LEN],
				 const uint8_t lm_hash[TP_MPPE_WEAK_LEN],
				 const uint8_t challenge[TP_PPP_MSCHAP1_CHALLENGE],
				 struct tp_mppe_keys *keys)
{
	struct sha1_ctx sha1;

	sha1_init(&sha1);
	sha1_update(&sha1, TP_PPP_NT_HASH_LEN, nt_hash_hash);
	sha1_update(&sha1, TP_PPP_NT_HASH_LEN, nt_hash_hash);
	sha1_update(&sha1, TP_PPP_MSCHAP1_CHALLENGE, challenge);
	sha1_digest(&sha1, TP_MPPE_KEY_LEN, keys->send.strong);
	memcpy(keys->send.weak, lm_hash, TP_MPPE_WEAK_LEN);
	keys->receive = keys->send;
}

void tp_mppe_keys_mschap1(const char *password, const uint8_t challenge[TP_PPP_MSCHAP1_CHALLENGE],
			  struct tp_mppe_keys *keys)
{
	uint8_t hash[TP_PPP_NT_HASH_LEN], lm[TP_MPPE_WEAK_LEN];

	tp_ppp_nt_password_hash_hash(password, hash);
	tp_ppp_lm_password_hash(password, lm);
	tp_mppe_keys_mschap1_hashed(hash, lm, challenge, keys);
}

/* GetMasterKey(): section 3.4. */
static void master_key(const char *password, const uint8_t nt_response[TP_PPP_NT_RESPONSE_LEN],
		       uint8_t master[TP_MPPE_KEY_LEN])
{
	static const char magic[] = "This is the MPPE Master Key";
	uint8_t hash[TP_PPP_NT_HASH_LEN];
	struct sha1_ctx sha1;

	tp_ppp_nt_password_hash_hash(password, hash);
	sha1_init(&sha1);
	sha1_update(&sha1, sizeof(hash), hash);
	sha1_update(&sha1, TP_PPP_NT_RESPONSE_LEN, nt_response);
	sha1_update(&sha1, sizeof(magic) - 1, (const uint8_t *)magic);
	sha1_digest(&sha1, TP_MPPE_KEY_LEN, master);
}

/* GetAsymmetricStartKey(): section 3.4. A shorter key is the beginning of a longer one. */
static void start_key(const uint8_t master[TP_MPPE_KEY_LEN], bool client_sends,
		      struct tp_mppe_start *start)
{
	static const char magic_send[] = "On the client side, this is the send key; on the server "
					 "side, it is the receive key.";
	static const char magic_receive[] = "On the client side, this is the receive key; on the "
					    "server side, it is the send key.";
	const char *magic = client_sends ? magic_send : magic_receive;
	uint8_t pad1[40], pad2[40];
	struct sha1_ctx sha1;

	memset(pad1, 0x00, sizeof(pad1));
	memset(pad2, 0xf2, sizeof(pad2));
	sha1_init(&sha1);
	sha1_update(&sha1, TP_MPPE_KEY_LEN, master);
	sha1_update(&sha1, sizeof(pad1), pad1);
	sha1_update(&sha1, strlen(magic), (const uint8_t *)magic);
	sha1_update(&sha1, sizeof(pad2), pad2);
	sha1_digest(&sha1, TP_MPPE_KEY_LEN, start->strong);
	memcpy(start->weak, start->strong, TP_MPPE_WEAK_LEN);
}

void tp_mppe_keys_mschap2(const char *password, const uint8_t nt_response[TP_PPP_NT_RESPONSE_LEN],
			  bool is_server, struct tp_mppe_keys *keys)
{
	uint8_t master[TP_MPPE_KEY_LEN];

	master_key(password, nt_response, master);
	start_key(master, !is_server, &keys->send);
	start_key(master, is_server, &keys->receive);
}
