/* SPDX-License-Identifier: BSD-3-Clause */
#include "cookie.h"

#include <nettle/memops.h>

#include "pppoe/ac.h"

enum {
	NONCE = 1,
	NONCE_LEN = 7,
	SERVICE = 8,
	DIGEST = 12,
	DIGEST_LEN = TP_PPPOE_COOKIE_LEN - DIGEST,
	CLIENT_LEN = 12, /* MAC address, port, VLANs */
};

#define ANY_SERVICE 0 /* in the place of a service's hash */

static void key_make(struct hmac_sha1_ctx *hmac, struct tp_random *random)
{
	uint8_t key[SHA1_DIGEST_SIZE];

	tp_random_bytes(random, key, sizeof(key));
	hmac_sha1_set_key(hmac, sizeof(key), key);
}

void tp_pppoe_cookies_init(struct tp_pppoe_cookies *cookies, struct tp_random *random,
			   uint64_t now_ms)
{
	cookies->random = random;
	cookies->previous.generation = 0;
	cookies->current.generation = 1;
	key_make(&cookies->previous.hmac, random);
	key_make(&cookies->current.hmac, random);
	key_make(&cookies->fingerprint, random);
	cookies->renew_ms = now_ms + TP_PPPOE_COOKIE_LIFETIME_MS;
}

/* Rotated when it is looked at: no timer is needed. */
static void renew(struct tp_pppoe_cookies *cookies, uint64_t now_ms)
{
	if (now_ms < cookies->renew_ms)
		return;
	cookies->previous = cookies->current;
	if (now_ms - cookies->renew_ms >= TP_PPPOE_COOKIE_LIFETIME_MS) {
		cookies->previous.generation++;
		key_make(&cookies->previous.hmac, cookies->random);
	}
	cookies->current.generation = (uint8_t)(cookies->previous.generation + 1);
	key_make(&cookies->current.hmac, cookies->random);
	cookies->renew_ms = now_ms + TP_PPPOE_COOKIE_LIFETIME_MS;
}

static void write_client(uint8_t client[CLIENT_LEN], const struct tp_pppoe_packet *packet)
{
	memcpy(client, packet->src.bytes, 6);
	tp_put_be16(client + 6, packet->port);
	tp_put_be16(client + 8, packet->vlans.outer);
	tp_put_be16(client + 10, packet->vlans.inner);
}

static void sign(struct hmac_sha1_ctx *hmac, const struct tp_pppoe_packet *packet,
		 const uint8_t *cookie, uint8_t digest[DIGEST_LEN])
{
	uint8_t client[CLIENT_LEN];

	write_client(client, packet);
	hmac_sha1_update(hmac, DIGEST, cookie);
	hmac_sha1_update(hmac, sizeof(client), client);
	hmac_sha1_digest(hmac, DIGEST_LEN, digest);
}

/* FNV-1a. Only a label inside what is signed: it need not resist collisions. */
static uint32_t service_hash(const struct tp_pppoe_value *name)
{
	uint32_t hash = 2166136261u;

	if (name->len == 0)
		return ANY_SERVICE;
	for (size_t i = 0; i < name->len; i++)
		hash = (hash ^ name->bytes[i]) * 16777619u;
	return hash == ANY_SERVICE ? 1 : hash;
}

void tp_pppoe_cookie_make(struct tp_pppoe_cookies *cookies, const struct tp_pppoe_packet *padi,
			  const struct tp_pppoe_value *service_name, uint64_t now_ms,
			  uint8_t cookie[TP_PPPOE_COOKIE_LEN])
{
	renew(cookies, now_ms);
	cookie[0] = cookies->current.generation;
	tp_random_bytes(cookies->random, cookie + NONCE, NONCE_LEN);
	tp_put_be32(cookie + SERVICE, service_hash(service_name));
	sign(&cookies->current.hmac, padi, cookie, cookie + DIGEST);
}

enum tp_pppoe_reason tp_pppoe_cookie_check(struct tp_pppoe_cookies *cookies,
					   const struct tp_pppoe_packet *padr,
					   const struct tp_pppoe_value *cookie, uint64_t now_ms)
{
	struct tp_pppoe_cookie_key *key;
	uint8_t digest[DIGEST_LEN];

	if (!tp_pppoe_value_present(cookie))
		return TP_PPPOE_NO_COOKIE;
	if (cookie->len != TP_PPPOE_COOKIE_LEN)
		return TP_PPPOE_BAD_COOKIE;
	renew(cookies, now_ms);
	if (cookie->bytes[0] == cookies->current.generation)
		key = &cookies->current;
	else if (cookie->bytes[0] == cookies->previous.generation)
		key = &cookies->previous;
	else
		return TP_PPPOE_STALE_COOKIE;
	sign(&key->hmac, padr, cookie->bytes, digest);
	if (!memeql_sec(digest, cookie->bytes + DIGEST, DIGEST_LEN))
		return TP_PPPOE_BAD_COOKIE;
	return TP_PPPOE_NONE;
}

bool tp_pppoe_cookie_allows(const struct tp_pppoe_value *cookie,
			    const struct tp_pppoe_value *service_name)
{
	struct tp_reader r = tp_reader_of(cookie->bytes + SERVICE, 4);
	uint32_t hash = ANY_SERVICE;

	tp_read_be32(&r, &hash);
	return hash == ANY_SERVICE || hash == service_hash(service_name);
}

uint64_t tp_pppoe_cookie_fingerprint(struct tp_pppoe_cookies *cookies,
				     const struct tp_pppoe_packet *padr,
				     const struct tp_pppoe_tags *tags)
{
	struct hmac_sha1_ctx *hmac = &cookies->fingerprint;
	uint8_t client[CLIENT_LEN];
	uint8_t service[4];
	uint64_t fingerprint;

	write_client(client, padr);
	hmac_sha1_update(hmac, sizeof(client), client);
	tp_put_be32(service, service_hash(&tags->service_name));
	hmac_sha1_update(hmac, sizeof(service), service);
	hmac_sha1_update(hmac, tags->ac_cookie.len, tags->ac_cookie.bytes);
	if (tp_pppoe_value_present(&tags->host_uniq))
		hmac_sha1_update(hmac, tags->host_uniq.len, tags->host_uniq.bytes);
	hmac_sha1_digest(hmac, sizeof(fingerprint), (uint8_t *)&fingerprint);
	return fingerprint == 0 ? 1 : fingerprint;
}
