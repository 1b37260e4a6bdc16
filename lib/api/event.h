/* SPDX-License-Identifier: BSD-3-Clause */
/* Events for /rest/events, as far as all programs have them. Control thread. */
#pragma once

#include "api/mailbox.h"

/* {"event":NAME,"time":…}: now, as RFC 3339 writes it, in UTC, to the millisecond. */
json_t *tp_event_create(const char *name);

/* A change of the configuration, for listeners: WHAT is add, change, remove or reload; KEY
 * is the item's, or "". */
void tp_event_config(struct tp_mailbox *mailbox, const char *what, const char *path,
		     const char *key, const char *id);
