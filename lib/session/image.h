/* SPDX-License-Identifier: BSD-3-Clause */
/* What is to be known of a session so that another start of the daemon can go on with it: facts,
 * and neither machinery nor pointers, as bytes that a journal keeps and a standby may follow.
 *
 * An image is of one session with all its lines, in records of type, length and value, in network
 * order. A reader passes over types that it does not know, and takes fields that a record lacks as
 * zero: so each version reads the images of those before, and of those after whose images say that
 * it may (TP_SESSION_IMAGE_OLDEST). Times are those of the clock on the wall.
 *
 * Encryption's keys and passwords are not in it. Sessions with MPPE or MP, whose ciphers and
 * sequence numbers only the workers knew, negotiate LCP again in place; all others go on as if
 * nothing had been. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aaa/aaa.h"
#include "base/counted.h"
#include "base/error.h"

struct tp_ac;
struct tp_session;

#define TP_SESSION_IMAGE_VERSION 1
/* The oldest one whose reader makes a session of what this one writes. */
#define TP_SESSION_IMAGE_OLDEST 1
#define TP_SESSION_IMAGE_MAX	16384 /* bytes; one without RADIUS routes and MP has some 300 */

/* Encodes what is to be restored of S, which leads its lines, and is up or has been and negotiates
 * anew. WALL_MS (unix) and NOW_MS (the engine's) are one moment. COUNTERS: NULL for none. Returns
 * the length; 0: there is nothing to keep (it was not up yet, it is ending, it has joined another),
 * or it does not fit into SIZE. The engine's thread. */
size_t tp_session_image(const struct tp_session *s, const struct tp_session_counters *counters,
			uint64_t now_ms, uint64_t wall_ms, uint8_t *out, size_t size);

/* What the outside has to know of an image before the engine has it. */
struct tp_session_image_head {
	uint64_t accounting_id; /* the session's alone, over restarts: the key */
	uint64_t id;
	uint32_t slot;
	uint64_t started_wall_ms, up_wall_ms;
	char user[TP_AAA_NAME_MAX + 1]; /* "": without a login */
	struct tp_session_counters counters;
};

/* False: it is not an image. Any thread. */
bool tp_session_image_head(const uint8_t *image, size_t len, struct tp_session_image_head *head);

/* Makes the session of IMAGE stand again: before the first frame, when ports, servers, pools and
 * secrets are set. Sends no frame. What was plainly up is up when it returns: ops.open() and
 *ops.up() have been called, and TP_AC_SESSION_RESTORED told; of sessions with MP or MPPE ops.open()
 *alone, and LCP begins with the next tp_ac_tick(), in which also ends what is over by now.
 *Keepalive counts as heard from now on.
 *
 * What the configuration says now is in force, as after a reload. Refused, with the reason as a
 * clause in ERROR, whose place says in a word which kind of reason, for who counts them:
 *
 *	-EINVAL     "malformed"  not an image
 *	-EPROTO     "version"    of a version that is too new
 *	-ENOENT     "server"     its server, port or VLAN is no more, or is disabled
 *	-EACCES     "secret"     its secret is no more, or is disabled
 *	-EEXIST     "taken"      slot, session id, address, prefix or route is another's
 *	-ENOSPC     "room"       the session table or the data plane has no room
 *	-ENOMEM     "memory"
 *
 * Then nothing has changed. Ids that it would have had are not given out again in any case. */
int tp_ac_restore(struct tp_ac *ac, const uint8_t *image, size_t len, uint64_t now_ms,
		  uint64_t wall_ms, struct tp_error *error);

/* After the last of them, and before the first frame: links that had joined sessions stand again,
 * each to join its own when LCP and its login are through. */
void tp_ac_restore_end(struct tp_ac *ac, uint64_t now_ms);

/* Compares what the engine knows in more than one place: sessions, slots, session ids, indexes,
 * lines, leases of both families, DHCPv6's bindings, counters. TELL hears of each difference, a
 * sentence. Returns how many there are. */
typedef void (*tp_ac_difference_fn)(void *user, const char *text);
unsigned tp_ac_reconcile(const struct tp_ac *ac, tp_ac_difference_fn tell, void *user);
