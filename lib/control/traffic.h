/* SPDX-License-Identifier: BSD-3-Clause */
/* What has gone through sessions, summed by server, by VLAN and by access port, and how fast it
 * goes now. Workers count by session alone, so sessions are looked at in turns, all of them every
 * few seconds (a round), and once more at their end: what each has had since then is added. Control
 * thread. */
#pragma once

#include <stdint.h>

#include "base/sample.h"
#include "config/store.h"
#include "dataplane/sessions.h"
#include "session/session.h"

struct tp_traffic;

struct tp_traffic *tp_traffic_create(uint32_t max_sessions); /* NULL: no memory */
void tp_traffic_destroy(struct tp_traffic *traffic);	     /* NULL is fine */

/* Of both families; in: from subscribers. */
struct tp_traffic_sum {
	uint64_t packets_in, bytes_in, drops_in;
	uint64_t packets_out, bytes_out, drops_out;
};

/* A line has its slot, whose counters stand at this: what came before counts for nothing. */
void tp_traffic_begin(struct tp_traffic *traffic, const struct tp_session_info *info,
		      const struct tp_session_counters *counters, uint64_t now_ms);

/* Its counters stand at this now. By CONFIG its server is on an interface, and so it counts for the
 * VLANs that this is, or is on. */
void tp_traffic_count(struct tp_traffic *traffic, const struct tp_config *config,
		      const struct tp_session_info *info,
		      const struct tp_session_counters *counters, uint64_t now_ms);

/* A second, between the last two looks at the session in SLOT; zeros before the second. Drops are
 * left out, and the most is UINT32_MAX. */
struct tp_traffic_sum tp_traffic_rate(const struct tp_traffic *traffic, uint32_t slot);

/* All that the sessions on the VLAN with this id have had, and what they had a second in the last
 * round. Bytes are those of packets. */
struct tp_traffic_sum tp_traffic_of_vlan(const struct tp_traffic *traffic, uint32_t id);
struct tp_traffic_sum tp_traffic_vlan_rate(const struct tp_traffic *traffic, uint32_t id);

/* How many slots are to be looked at now, of SLOTS that there are, so that the round is done in
 * time; and the one to begin with, which is then the one behind these. */
uint32_t tp_traffic_due(struct tp_traffic *traffic, uint32_t slots, uint64_t now_ms);
uint32_t *tp_traffic_cursor(struct tp_traffic *traffic);

/* All have been looked at: it begins anew. */
void tp_traffic_round(struct tp_traffic *traffic, uint64_t now_ms);

/* A server, or a VLAN, is no more. */
void tp_traffic_forget(struct tp_traffic *traffic, uint32_t server_id);
void tp_traffic_forget_vlan(struct tp_traffic *traffic, uint32_t id);

/* Those of CONFIG's servers, and of PORTS access ports by name (NULL: it is none). */
void tp_traffic_samples(const struct tp_traffic *traffic, const struct tp_config *config,
			const char *const *ports, unsigned port_count, tp_sample_fn fn, void *user);
