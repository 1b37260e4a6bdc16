/* SPDX-License-Identifier: BSD-3-Clause */
/* The local secrets as a source: what profiles and secrets come to for one subscriber.
 *
 * As RouterOS has it (help.mikrotik.com, "PPP AAA"), each attribute is taken from the first of
 * these that sets it:
 *	1. the secret,
 *	2. the secret's profile, unless that is `default`,
 *	3. the server's default-profile,
 *	4. the profile `default`;
 * but a fixed local-address or remote-address, wherever in this order, goes before any pool.
 * (A secret's profile is `default` when it names none; so `default` is where everyone ends, and
 * never hides the server's default-profile.)
 *
 * It answers at once. One thread, the configuration's. */
#pragma once

#include "aaa/aaa.h"
#include "config/store.h"

#define TP_AAA_NAME_MAX 255 /* bytes of a user's name: RFC 1334, section 2.2.1 */

struct tp_aaa_local;

/* The NAME by which a peer that SENT this one is known: in the log, to operators, and in its
 * secret. It is text (base/text.h), so Latin-1's "m\xfcller" is called so; if there is no secret
 * of that name but one of the same in UTF-8, "müller", it is this. */
void tp_aaa_user_name(const struct tp_config *config, const char *sent,
		      char name[TP_AAA_NAME_MAX + 1]);

/* It answers out of CONFIG, borrowed. NULL: no memory. */
struct tp_aaa_local *tp_aaa_local_create(const struct tp_config *config);

/* NULL is fine. */
void tp_aaa_local_destroy(struct tp_aaa_local *local);

/* From now on CONFIG answers. */
void tp_aaa_local_config_set(struct tp_aaa_local *local, const struct tp_config *config);

/* Adds it to those that AAA asks; then it answers by AAA. -ENOSPC. */
int tp_aaa_local_add(struct tp_aaa_local *local, struct tp_aaa *aaa);

/* What USER would get now, whether it would be let in or not, into OUT, which is cleared before.
 * -ENOENT: there is no such user; -ENOMEM; then OUT has nothing. */
int tp_aaa_local_attributes(struct tp_aaa_local *local, const char *user,
			    const char *default_profile, struct tp_subscriber *out);

/* USER has a secret, and that is not disabled. */
bool tp_aaa_local_has(const struct tp_aaa_local *local, const char *user);
/* The .id of USER's secret; 0: it has none. */
uint32_t tp_aaa_local_secret_id(const struct tp_aaa_local *local, const char *user);

/* What profiles give alone, inheritance done, as to a user whose secret sets nothing but PROFILE.
 * Either may be NULL, or name none that exists: the next is taken then, `default` in the end.
 * -ENOMEM. */
int tp_aaa_local_profile(struct tp_aaa_local *local, const char *profile,
			 const char *default_profile, struct tp_subscriber *out);

/* TEXT as a name that a subscriber may have, with a reference that is the caller's; NULL: no
 * memory. */
const char *tp_aaa_local_name(struct tp_aaa_local *local, const char *text);
