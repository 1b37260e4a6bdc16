/* SPDX-License-Identifier: BSD-3-Clause */
#include "radius/cache.h"

#include <errno.h>
#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <uthash.h>

#define KEY_LEN 32

struct place {
	struct tp_mac mac;
	struct tp_vlans vlans;
	char interface[64];
};

struct entry {
	UT_hash_handle hh;
	TAILQ_ENTRY(entry) by_age;
	uint64_t at_ms;
	uint8_t verifier[SHA256_DIGEST_SIZE]; /* of a PAP password */
	struct place place;
	uint8_t method; /* enum tp_ppp_method */
	uint16_t len;
	uint8_t *accept;
	char user[];
};

struct tp_radius_cache {
	uint8_t key[KEY_LEN];
	struct entry *by_user;
	TAILQ_HEAD(, entry) by_age; /* the oldest first */
};

struct tp_radius_cache *tp_radius_cache_create(struct tp_random *random)
{
	struct tp_radius_cache *cache = calloc(1, sizeof(*cache));

	if (cache == NULL)
		return NULL;
	tp_random_bytes(random, cache->key, sizeof(cache->key));
	TAILQ_INIT(&cache->by_age);
	return cache;
}

static void drop(struct tp_radius_cache *cache, struct entry *entry)
{
	HASH_DEL(cache->by_user, entry);
	TAILQ_REMOVE(&cache->by_age, entry, by_age);
	free(entry->accept);
	free(entry);
}

void tp_radius_cache_destroy(struct tp_radius_cache *cache)
{
	if (cache == NULL)
		return;
	while (!TAILQ_EMPTY(&cache->by_age))
		drop(cache, TAILQ_FIRST(&cache->by_age));
	explicit_bzero(cache->key, sizeof(cache->key));
	free(cache);
}

static struct entry *find(const struct tp_radius_cache *cache, const char *user)
{
	struct entry *entry;

	HASH_FIND_STR(cache->by_user, user, entry);
	return entry;
}

/* The user's name goes in, so that two with one password have not the same. */
static void make_verifier(const struct tp_radius_cache *cache,
			  const struct tp_aaa_question *question,
			  uint8_t verifier[SHA256_DIGEST_SIZE])
{
	struct hmac_sha256_ctx hmac;

	hmac_sha256_set_key(&hmac, KEY_LEN, cache->key);
	hmac_sha256_update(&hmac, strlen(question->user) + 1, (const uint8_t *)question->user);
	hmac_sha256_update(&hmac, question->proof->password_len, question->proof->password);
	hmac_sha256_digest(&hmac, SHA256_DIGEST_SIZE, verifier);
	explicit_bzero(&hmac, sizeof(hmac));
}

static struct place place_of(const struct tp_aaa_question *question)
{
	struct place place;

	memset(&place, 0, sizeof(place));
	place.mac = question->caller_id;
	place.vlans = question->vlans;
	strncpy(place.interface, question->interface, sizeof(place.interface) - 1);
	return place;
}

void tp_radius_cache_put(struct tp_radius_cache *cache, const struct tp_aaa_question *question,
			 const struct tp_radius_packet *accept, uint64_t now_ms)
{
	size_t size = strlen(question->user) + 1;
	struct entry *entry = calloc(1, sizeof(*entry) + size);
	uint8_t *copy = malloc(accept->len);

	tp_radius_cache_forget(cache, question->user);
	if (entry == NULL || copy == NULL) {
		free(entry);
		free(copy);
		return;
	}
	if (HASH_COUNT(cache->by_user) >= TP_RADIUS_CACHE_MAX)
		drop(cache, TAILQ_FIRST(&cache->by_age));
	memcpy(copy, accept->bytes, accept->len);
	memcpy(entry->user, question->user, size);
	entry->accept = copy;
	entry->len = (uint16_t)accept->len;
	entry->at_ms = now_ms;
	entry->method = (uint8_t)question->proof->method;
	entry->place = place_of(question);
	if (question->proof->method == TP_PPP_PAP)
		make_verifier(cache, question, entry->verifier);
	HASH_ADD_KEYPTR(hh, cache->by_user, entry->user, size - 1, entry);
	TAILQ_INSERT_TAIL(&cache->by_age, entry, by_age);
}

void tp_radius_cache_forget(struct tp_radius_cache *cache, const char *user)
{
	struct entry *entry = find(cache, user);

	if (entry != NULL)
		drop(cache, entry);
}

void tp_radius_cache_expire(struct tp_radius_cache *cache, uint64_t max_ms, uint64_t now_ms)
{
	struct entry *entry;

	while ((entry = TAILQ_FIRST(&cache->by_age)) != NULL &&
	       (max_ms == 0 || now_ms - entry->at_ms > max_ms))
		drop(cache, entry);
}

static bool is_same(const struct tp_radius_cache *cache, const struct entry *entry,
		    const struct tp_aaa_question *question)
{
	const struct place place = place_of(question);
	uint8_t verifier[SHA256_DIGEST_SIZE];

	switch (question->proof->method) {
	case TP_PPP_PAP:
		make_verifier(cache, question, verifier);
		return entry->method == TP_PPP_PAP &&
		       memeql_sec(verifier, entry->verifier, sizeof(verifier));
	case TP_PPP_CHAP:
	case TP_PPP_MSCHAP1:
		return memcmp(&entry->place, &place, sizeof(place)) == 0;
	default:
		return false;
	}
}

int tp_radius_cache_get(struct tp_radius_cache *cache, const struct tp_aaa_question *question,
			struct tp_radius_packet *packet)
{
	const struct entry *entry = find(cache, question->user);

	if (entry == NULL)
		return -ENOENT;
	if (!is_same(cache, entry, question))
		return -EACCES;
	return tp_radius_parse(entry->accept, entry->len, packet) == TP_RADIUS_WELL_FORMED
		       ? 0
		       : -ENOENT;
}

uint32_t tp_radius_cache_count(const struct tp_radius_cache *cache)
{
	return HASH_COUNT(cache->by_user);
}
