/* SPDX-License-Identifier: BSD-3-Clause */
/* Microsoft Point-to-Point Encryption: RFC 3078, with keys as RFC 3079 derives them from MS-CHAP.
 *
 * A "packet" here is what is encrypted: a PPP protocol field (of IPv4, IPv6: 0x0021 … 0x00fa) and
 * what follows it. On the wire comes the protocol field 0x00fd, then MPPE's header, then the packet
 * encrypted; so a packet grows by TP_MPPE_OVERHEAD. What two sides agree on comes from CCP: ppp.h.
 *
 * Each direction has a cipher of its own. In stateless mode the key changes with every packet, and
 * a lost one costs nothing but itself. In stateful mode the key changes every 256 packets, which is
 * much cheaper, but after a loss nothing can be read until the sender has started afresh, asked by
 * CCP's Reset-Request.
 *
 * Pure but for the structs given, no allocation; the thread that owns them. The ciphers are as weak
 * as RC4 and MS-CHAP are: they keep out who listens in passing, not who sets about it. */
#pragma once

#include <nettle/arcfour.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ppp/digest.h"

#define TP_MPPE_HEADER_LEN 2
#define TP_MPPE_OVERHEAD   4 /* with the protocol field before it */
#define TP_MPPE_KEY_LEN	   16
#define TP_MPPE_WEAK_LEN   8 /* of keys of 40 and 56 bits */

/* ---- keys ---------------------------------------------------------------------------------- */

/* What the keys of one direction start from. */
struct tp_mppe_start {
	uint8_t strong[TP_MPPE_KEY_LEN]; /* for 128 bits */
	uint8_t weak[TP_MPPE_WEAK_LEN];	 /* for 40 and 56 */
};

/* Of both directions, as this side sees them. */
struct tp_mppe_keys {
	struct tp_mppe_start send, receive;
};

/* RFC 3079 section 2: both directions have the same. */
void tp_mppe_keys_mschap1(const char *password, const uint8_t challenge[TP_PPP_MSCHAP1_CHALLENGE],
			  struct tp_mppe_keys *keys);

/* The same for who has only the hash of NT's password hash, and the first eight bytes of LAN
 * Manager's, as a RADIUS server gives them. */
void tp_mppe_keys_mschap1_hashed(const uint8_t nt_hash_hash[TP_PPP_NT_HASH_LEN],
				 const uint8_t lm_hash[TP_MPPE_WEAK_LEN],
				 const uint8_t challenge[TP_PPP_MSCHAP1_CHALLENGE],
				 struct tp_mppe_keys *keys);

/* RFC 3079 section 3. IS_SERVER: the side that authenticated the other. */
void tp_mppe_keys_mschap2(const char *password, const uint8_t nt_response[TP_PPP_NT_RESPONSE_LEN],
			  bool is_server, struct tp_mppe_keys *keys);

/* ---- ciphers ------------------------------------------------------------------------------- */

/* What was agreed for one direction. */
struct tp_mppe_terms {
	uint8_t bits; /* 40, 56, 128; 0: in clear */
	bool stateless;
	struct tp_mppe_start start;
};

/* Private. */
struct tp_mppe_cipher {
	uint8_t start[TP_MPPE_KEY_LEN];
	uint8_t session[TP_MPPE_KEY_LEN];
	uint8_t key_len;
	uint8_t bits;
	bool stateless;
	uint16_t count; /* coherency count of the next packet */
	struct arcfour_ctx rc4;
};

struct tp_mppe_sender {
	struct tp_mppe_cipher cipher;
	bool flush; /* the peer asked for a fresh start */
};

struct tp_mppe_receiver {
	struct tp_mppe_cipher cipher;
	bool discarding; /* stateful: a packet was lost, and none that starts afresh came yet */
	uint8_t bad;	 /* packets in a row that were late or garbled */
};

/* TERMS has bits. */
void tp_mppe_sender_init(struct tp_mppe_sender *tx, const struct tp_mppe_terms *terms);
void tp_mppe_receiver_init(struct tp_mppe_receiver *rx, const struct tp_mppe_terms *terms);

/* Encrypts the LEN bytes behind the header at P, and writes the header. */
void tp_mppe_encrypt(struct tp_mppe_sender *tx, uint8_t *p, size_t len);

/* A Reset-Request came: the next packet starts afresh. */
void tp_mppe_flush(struct tp_mppe_sender *tx);

enum tp_mppe_verdict {
	TP_MPPE_PACKET,	   /* decrypted, and IPv4 or IPv6 by the look of it */
	TP_MPPE_MALFORMED, /* the header makes no sense, or nothing follows it */
	TP_MPPE_LATE,	   /* from before what was decrypted last */
	TP_MPPE_LOST,	   /* one before it was lost, and it can't be decrypted without */
	TP_MPPE_GARBLED,   /* decrypted, it is none: the keys differ */
	TP_MPPE_BUSY,	   /* BUDGET does not suffice: nothing has changed */
};

/* Decrypts what stands behind the header at P, LEN bytes with the header, in place. To catch up
 * with a sender costs a change of keys for each packet lost, up to 2,047: at most *BUDGET are made,
 * and taken off it. */
enum tp_mppe_verdict tp_mppe_decrypt(struct tp_mppe_receiver *rx, uint8_t *p, size_t len,
				     unsigned *budget);

/* What the sender must be asked for, as else no packet will be readable: tp_ppp_decryption_lost().
 */
enum tp_mppe_need {
	TP_MPPE_NEEDS_NOTHING,
	TP_MPPE_NEEDS_RESET, /* stateful: to start afresh, by a Reset-Request */
	TP_MPPE_NEEDS_CCP,   /* new keys: so much was lost that the old ones are out of step */
};
enum tp_mppe_need tp_mppe_need(const struct tp_mppe_receiver *rx);
