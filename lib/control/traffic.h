/* SPDX-License-Identifier: BSD-3-Clause */
/* What has gone through sessions, summed by server and by access port, of each family and way.
 * Workers count by session alone, so sessions are looked at in turns, all of them every few
 * seconds, and once more at their end: what each has had since then is added. Monitoring reads the
 * sums. Control thread. */
#pragma once

#include <stdint.h>

#include "base/sample.h"
#include "config/store.h"
#include "dataplane/sessions.h"
#include "session/session.h"

struct tp_traffic;

struct tp_traffic *tp_traffic_create(uint32_t max_sessions); /* NULL: no memory */
void tp_traffic_destroy(struct tp_traffic *traffic);	     /* NULL is fine */

/* A line has its slot, whose counters stand at this: what came before counts for nothing. */
void tp_traffic_begin(struct tp_traffic *traffic, const struct tp_session_info *info,
		      const struct tp_session_counters *counters);

/* Its counters stand at this now. */
void tp_traffic_count(struct tp_traffic *traffic, const struct tp_session_info *info,
		      const struct tp_session_counters *counters);

/* How many slots are to be looked at now, of SLOTS that there are, so that the round is done in
 * time; and the one to begin with, which is then the one behind these. */
uint32_t tp_traffic_due(struct tp_traffic *traffic, uint32_t slots, uint64_t now_ms);
uint32_t *tp_traffic_cursor(struct tp_traffic *traffic);

/* A server is no more. */
void tp_traffic_forget(struct tp_traffic *traffic, uint32_t server_id);

/* Those of CONFIG's servers, and of PORTS access ports by name (NULL: it is none). */
void tp_traffic_samples(const struct tp_traffic *traffic, const struct tp_config *config,
			const char *const *ports, unsigned port_count, tp_sample_fn fn, void *user);
