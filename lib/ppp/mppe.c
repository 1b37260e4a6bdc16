/* SPDX-License-Identifier: BSD-3-Clause */
/* MPPE's ciphers: RFC 3078, sections 3, 7 and 8. */
#include "ppp/mppe.h"

#include <nettle/sha1.h>
#include <string.h>

#include "base/bytes.h"
#include "wire/ipv4.h"
#include "wire/mp.h"
#include "wire/ppp.h"

/* The header: RFC 3078, section 3.1. Bits B and C tell of compression, which is not offered. */
#define FLUSHED	   0x8000 /* bit A: the tables were made afresh for this packet */
#define COMPRESSED 0x6000
#define ENCRYPTED  0x1000 /* bit D */
#define COUNT_MASK 0x0fff

#define FLAG 0xff /* a packet with such a low octet of its count changes the key: section 7.2 */
#define LATE 2048 /* a count so much ahead, of 4,096, is rather one from before */

#define BAD_MAX 16 /* in a row: not just some that another way delayed, or their sender broke */

/* How often a sender may have changed its key on Reset-Requests, see decrypt_fresh(). */
#define EXTRA_CHANGES 3

/* ---- keys ---------------------------------------------------------------------------------- */

/* RFC 3079, sections 2.1 and 2.2: what makes them weak. */
static void salt(struct tp_mppe_cipher *c)
{
	static const uint8_t weak[] = {0xd1, 0x26, 0x9e};

	if (c->bits == 40)
		memcpy(c->session, weak, sizeof(weak));
	else if (c->bits == 56)
		c->session[0] = weak[0];
}

/* GetNewKeyFromSHA(): RFC 3078, section 7.3. */
static void next_key(const struct tp_mppe_cipher *c, uint8_t key[TP_MPPE_KEY_LEN])
{
	uint8_t text[2 * (TP_MPPE_KEY_LEN + 40)];
	uint8_t *p = text;
	struct sha1_ctx sha1;

	memcpy(p, c->start, c->key_len);
	memset(p += c->key_len, 0x00, 40);
	memcpy(p += 40, c->session, c->key_len);
	memset(p += c->key_len, 0xf2, 40);
	p += 40;
	sha1_init(&sha1);
	sha1_update(&sha1, (size_t)(p - text), text);
	sha1_digest(&sha1, c->key_len, key);
}

static void change_key(struct tp_mppe_cipher *c)
{
	uint8_t interim[TP_MPPE_KEY_LEN];
	struct arcfour_ctx rc4;

	next_key(c, interim);
	arcfour_set_key(&rc4, c->key_len, interim);
	arcfour_crypt(&rc4, c->key_len, c->session, interim);
	salt(c);
}

static void make_tables(struct tp_mppe_cipher *c)
{
	arcfour_set_key(&c->rc4, c->key_len, c->session);
}

static void cipher_init(struct tp_mppe_cipher *c, const struct tp_mppe_terms *terms)
{
	bool strong = terms->bits == 128;

	*c = (struct tp_mppe_cipher){
		.key_len = strong ? TP_MPPE_KEY_LEN : TP_MPPE_WEAK_LEN,
		.bits = terms->bits,
		.stateless = terms->stateless,
	};
	memcpy(c->start, strong ? terms->start.strong : terms->start.weak, c->key_len);
	memcpy(c->session, c->start, c->key_len);
	next_key(c, c->session);
	salt(c);
	make_tables(c);
}

static uint16_t after(uint16_t count)
{
	return (count + 1) & COUNT_MASK;
}

/* ---- sending ------------------------------------------------------------------------------- */

void tp_mppe_sender_init(struct tp_mppe_sender *tx, const struct tp_mppe_terms *terms)
{
	cipher_init(&tx->cipher, terms);
	tx->flush = false;
}

/* What follows a Reset-Request: RFC 3078, section 8.2, has the tables made afresh with the current
 * key, but Linux changes the key. Both agree on what a flag packet does, so the count moves on to
 * the next of those: to whom lost packets, they are a few more. And no key stream is used twice. */
void tp_mppe_encrypt(struct tp_mppe_sender *tx, uint8_t *p, size_t len)
{
	struct tp_mppe_cipher *c = &tx->cipher;
	uint16_t bits = ENCRYPTED;

	if (tx->flush)
		c->count |= FLAG;
	tx->flush = false;
	if (c->stateless || (c->count & FLAG) == FLAG) {
		change_key(c);
		make_tables(c);
		bits |= FLUSHED;
	}
	tp_put_be16(p, bits | c->count);
	c->count = after(c->count);
	p += TP_MPPE_HEADER_LEN;
	arcfour_crypt(&c->rc4, len, p, p);
}

void tp_mppe_flush(struct tp_mppe_sender *tx)
{
	tx->flush = !tx->cipher.stateless;
}

/* ---- receiving ----------------------------------------------------------------------------- */

void tp_mppe_receiver_init(struct tp_mppe_receiver *rx, const struct tp_mppe_terms *terms)
{
	cipher_init(&rx->cipher, terms);
	rx->discarding = false;
	rx->bad = 0;
}

/* A packet of LEN bytes whose beginning, as far as an IP header goes, is at P: with the right keys,
 * there is one. */
static bool is_packet(const uint8_t *p, size_t len)
{
	struct tp_reader r = tp_reader_of(p, len);
	uint16_t protocol;

	if (!tp_mp_protocol(&r, &protocol))
		return false;
	if (protocol == TP_PPP_PROTO_IPV4)
		return tp_ipv4_check(r.p, tp_reader_left(&r)) == TP_IPV4_OK;
	return protocol == TP_PPP_PROTO_IPV6 && tp_reader_left(&r) >= 40 && r.p[0] >> 4 == 6;
}

static enum tp_mppe_verdict bad(struct tp_mppe_receiver *rx, enum tp_mppe_verdict verdict)
{
	if (rx->bad < BAD_MAX)
		rx->bad++;
	return verdict;
}

static enum tp_mppe_verdict decrypt(struct tp_mppe_receiver *rx, uint8_t *p, size_t len)
{
	arcfour_crypt(&rx->cipher.rc4, len, p, p);
	if (!is_packet(p, len))
		return bad(rx, TP_MPPE_GARBLED);
	rx->bad = 0;
	return TP_MPPE_PACKET;
}

/* Section 8.1: a key for each packet, and for each that was lost. */
static enum tp_mppe_verdict decrypt_stateless(struct tp_mppe_receiver *rx, uint16_t count,
					      uint8_t *p, size_t len, unsigned *budget)
{
	struct tp_mppe_cipher *c = &rx->cipher;
	unsigned lost = (count - c->count) & COUNT_MASK;

	if (lost >= LATE)
		return bad(rx, TP_MPPE_LATE);
	if (lost > *budget)
		return TP_MPPE_BUSY;
	*budget -= lost;
	for (unsigned i = 0; i <= lost; i++)
		change_key(c);
	make_tables(c);
	c->count = after(count);
	return decrypt(rx, p, len);
}

/* With the tables as they are, would it be a packet? */
static bool fits(const struct tp_mppe_cipher *c, const uint8_t *p, size_t len)
{
	uint8_t head[2 + TP_IPV4_HEADER_MAX];
	struct arcfour_ctx rc4 = c->rc4;
	size_t most = len < sizeof(head) ? len : sizeof(head);

	memset(head, 0, sizeof(head));
	arcfour_crypt(&rc4, most, head, p);
	/* Beyond `head` nothing is read: the headers are all that is looked at. */
	return is_packet(head, len);
}

/* Stateful: up to packet COUNT the key changes with each flag packet, lost ones included. */
static bool catch_up(struct tp_mppe_cipher *c, uint16_t count)
{
	if (((count - c->count) & COUNT_MASK) >= LATE)
		return false;
	for (; c->count != after(count); c->count = after(c->count)) {
		if ((c->count & FLAG) == FLAG)
			change_key(c);
	}
	return true;
}

/* A packet that starts afresh. Linux's sender changes it with every packet of this kind, RFC 3078's
 * does not: whether and how often, shows in what comes out. */
static enum tp_mppe_verdict decrypt_fresh(struct tp_mppe_receiver *rx, uint16_t count, uint8_t *p,
					  size_t len)
{
	struct tp_mppe_cipher *c = &rx->cipher;
	uint8_t key[TP_MPPE_KEY_LEN];

	if (!catch_up(c, count))
		return bad(rx, TP_MPPE_LATE);
	memcpy(key, c->session, sizeof(key));
	for (unsigned extra = 0; extra <= EXTRA_CHANGES; extra++) {
		if (extra > 0)
			change_key(c);
		make_tables(c);
		if (fits(c, p, len)) {
			rx->discarding = false;
			return decrypt(rx, p, len);
		}
	}
	memcpy(c->session, key, sizeof(key));
	rx->discarding = true;
	return bad(rx, TP_MPPE_GARBLED);
}

/* Section 8.2. */
static enum tp_mppe_verdict decrypt_stateful(struct tp_mppe_receiver *rx, uint16_t count,
					     uint8_t *p, size_t len)
{
	bool lost = rx->discarding || count != rx->cipher.count;
	enum tp_mppe_verdict verdict;

	if (!catch_up(&rx->cipher, count))
		return bad(rx, TP_MPPE_LATE);
	verdict = lost ? TP_MPPE_LOST : decrypt(rx, p, len);
	rx->discarding = verdict != TP_MPPE_PACKET;
	return verdict;
}

enum tp_mppe_verdict tp_mppe_decrypt(struct tp_mppe_receiver *rx, uint8_t *p, size_t len,
				     unsigned *budget)
{
	struct tp_reader r = tp_reader_of(p, len);
	uint16_t header;

	if (!tp_read_be16(&r, &header) || tp_reader_left(&r) == 0)
		return TP_MPPE_MALFORMED;
	bool fresh = (header & FLUSHED) != 0;
	/* Whoever changes the key says that it did: sections 3.1 and 7.2. */
	if ((header & (ENCRYPTED | COMPRESSED)) != ENCRYPTED ||
	    (!fresh && (rx->cipher.stateless || (header & FLAG) == FLAG)))
		return TP_MPPE_MALFORMED;
	p += TP_MPPE_HEADER_LEN;
	len -= TP_MPPE_HEADER_LEN;
	if (rx->cipher.stateless)
		return decrypt_stateless(rx, header & COUNT_MASK, p, len, budget);
	if (fresh)
		return decrypt_fresh(rx, header & COUNT_MASK, p, len);
	return decrypt_stateful(rx, header & COUNT_MASK, p, len);
}

enum tp_mppe_need tp_mppe_need(const struct tp_mppe_receiver *rx)
{
	if (rx->bad >= BAD_MAX)
		return TP_MPPE_NEEDS_CCP;
	return rx->discarding ? TP_MPPE_NEEDS_RESET : TP_MPPE_NEEDS_NOTHING;
}
