/* SPDX-License-Identifier: BSD-3-Clause */
/* What RADIUS servers ask of us (RFC 5176): sessions are ended (Disconnect) and changed (CoA), by
 * servers of /radius that are not disabled and know their secret, over UDP.
 *
 * A change is whole or not at all, and answered when it is in force. Control thread. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "api/menus.h"
#include "base/error.h"
#include "base/sample.h"
#include "config/store.h"
#include "radius/dynamic.h"

struct tp_control;
struct tp_radius_incoming;

/* It listens to nobody yet. -ENOMEM. */
int tp_radius_incoming_create(struct tp_control *c, struct tp_radius_incoming **incoming);

/* NULL is fine. */
void tp_radius_incoming_destroy(struct tp_radius_incoming *incoming);

/* As CONFIG has it; NULL: it listens to nobody. On error, which names the place, all is as it was.
 */
int tp_radius_incoming_set(struct tp_control *c, const struct tp_config_radius_incoming *config,
			   struct tp_error *e);

/* The socket of IPv4 or IPV6 has something to read: a bounded number of requests is served. */
void tp_radius_incoming_read(struct tp_control *c, bool ipv6);

const struct tp_radius_dynamic_counters *
tp_radius_incoming_counters(const struct tp_radius_incoming *incoming);

/* Adds what is known of it (/radius incoming) to its JSON. */
extern const struct tp_status tp_radius_incoming_status[];
void tp_radius_incoming_describe(void *user, const struct tp_config_item *item, json_t *o);

/* The same for /metrics. */
void tp_radius_incoming_samples(const struct tp_control *c, struct tp_samples *to);
