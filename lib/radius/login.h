/* SPDX-License-Identifier: BSD-3-Clause */
/* A login by RADIUS: a question of lib/aaa as an Access-Request, and the reply as its answer.
 * RFC 2865; RFC 2548 for MS-CHAP and the keys of MPPE. Pure but for memory; the sessions' thread.
 */
#pragma once

#include "radius/grant.h"
#include "radius/identity.h"

/* Puts all that an Access-Request for QUESTION says into B, just begun: Message-Authenticator
 * first, the proof, the session, the NAS. REALM: Mikrotik-Realm, NULL or "": none. */
void tp_radius_put_login(struct tp_radius_builder *b, const struct tp_radius_nas *nas,
			 const char *realm, const struct tp_aaa_question *question);

/* A reply that has been proven to be the server's. */
struct tp_radius_reply {
	const struct tp_radius_packet *packet; /* Access-Accept, -Reject or -Challenge */
	const char *secret;		       /* the server's */
	const uint8_t *request;		       /* authenticator of the Access-Request */
};

/* What REPLY to QUESTION comes to, in ANSWER, zeroed before. What the profiles say (Mikrotik-Group,
 * or else the server's default-profile) is what the subscriber gets but for what the reply gives.
 * FILTER_ID: see tp_radius_grant_read(). */
void tp_radius_take_reply(const struct tp_radius_reply *reply,
			  const struct tp_aaa_question *question, struct tp_aaa_local *profiles,
			  bool filter_id, struct tp_aaa_answer *answer);
