/* SPDX-License-Identifier: BSD-3-Clause */
/* The last Access-Accept of each user, for when no server answers.
 *
 * What a user knows is not kept, but a verifier: of a PAP password a keyed hash (HMAC-SHA256 with a
 * key of this start alone). The responses of CHAP and MS-CHAP say nothing of the next challenge, so
 * of these who dials in from the same host and place as then is let in; but not by MS-CHAPv2, whose
 * peers want a proof that only the server has.
 *
 * In memory alone, bounded; the oldest goes first. One thread. */
#pragma once

#include "aaa/aaa.h"
#include "base/random.h"
#include "radius/packet.h"

#define TP_RADIUS_CACHE_MAX 262144 /* users */

struct tp_radius_cache;

/* NULL: no memory. */
struct tp_radius_cache *tp_radius_cache_create(struct tp_random *random);
void tp_radius_cache_destroy(struct tp_radius_cache *cache); /* NULL is fine */

/* QUESTION was answered by ACCEPT, which is copied. Without memory nothing is remembered. */
void tp_radius_cache_put(struct tp_radius_cache *cache, const struct tp_aaa_question *question,
			 const struct tp_radius_packet *accept, uint64_t now_ms);

/* The user was refused: it is forgotten. */
void tp_radius_cache_forget(struct tp_radius_cache *cache, const char *user);

/* Forgets all that is older than MAX_MS; 0: everything. */
void tp_radius_cache_expire(struct tp_radius_cache *cache, uint64_t max_ms, uint64_t now_ms);

/* The accept of who asks, if it is the one of then, in PACKET, good until the next call. 0;
 * -ENOENT: the user is not remembered; -EACCES: it is, but this is no proof that it is the same. */
int tp_radius_cache_get(struct tp_radius_cache *cache, const struct tp_aaa_question *question,
			struct tp_radius_packet *packet);

uint32_t tp_radius_cache_count(const struct tp_radius_cache *cache);
