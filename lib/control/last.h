/* SPDX-License-Identifier: BSD-3-Clause */
/* How each secret's last session went: /ppp/secret's last-logged-out, last-caller-id and
 * last-disconnect-reason. At most one entry for each secret; forgotten when the daemon ends.
 * Control thread. */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "session/session.h"

struct tp_last; /* one of a secret; a table of them begins as NULL */

/* A session of INFO->secret_id has ended at WALL_MS (since 1970). Without memory it is not noted.
 */
void tp_last_note(struct tp_last **table, const struct tp_session_info *info, uint64_t wall_ms);

/* The secret has been removed. */
void tp_last_forget(struct tp_last **table, uint32_t secret_id);
void tp_last_clear(struct tp_last **table);

/* Adds the properties to the secret's JSON; nothing when no session of it has ended. */
void tp_last_describe(struct tp_last *table, uint32_t secret_id, json_t *o);
