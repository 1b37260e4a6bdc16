/* SPDX-License-Identifier: BSD-3-Clause */
/* The data plane as a whole: what control owns and workers read. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "dataplane/dataplane.h"
#include "dataplane/grace.h"
#include "dataplane/port.h"
#include "dataplane/record.h"

struct rte_mempool;
struct rte_rcu_qsbr;
struct tp_fib;
struct tp_coding;
struct tp_live;
struct tp_local_table;
struct tp_neighbour_table;
struct tp_route_table;
struct tp_rate_limits;
struct tp_slot;
struct tp_sniff;
struct tp_spread_table;
struct tp_worker;

struct tp_dataplane {
	struct tp_port ports[TP_DATAPLANE_MAX_PORTS];
	unsigned port_count;
	struct tp_worker *workers[TP_DATAPLANE_MAX_WORKERS];
	unsigned worker_count;
	bool idle_sleep;
	bool running;
	bool stop; /* workers read it each loop */
	struct tp_sniff
		*sniff; /* who looks, and at what; NULL: nobody. Workers read it each burst */
	unsigned workers_ended; /* each adds one when it has touched everything for the last time */

	uint32_t max_sessions;
	uint32_t slots_used; /* one more than the highest slot ever opened; workers sweep so far */
	struct tp_terms *terms;		    /* of each slot */
	struct tp_rate_limits *rate_limits; /* of each slot, used by those with a rate limit */
	struct tp_slot *slots;		    /* control's side of each session */
	struct tp_live *live;		    /* the workers' records; NULL: they have their own */
	bool keeps_live;		    /* it stays when the data plane ends */
	uint64_t link_serial;
	uint32_t *no_sessions; /* the index of a scope without any */
	struct tp_fib *fib;
	struct tp_neighbour_table *neighbours;
	struct tp_spread_table *spreads;
	struct tp_local_table *locals;
	struct tp_route_table *routes;
	struct rte_rcu_qsbr *qsbr;
	struct tp_grace grace;
	uint64_t alive_token; /* of tp_dataplane_alive(); 0: none yet */

	struct rte_mempool *pool; /* what workers receive, and their own frames */
	struct rte_mempool *control_pool;
	unsigned frame_room; /* bytes of a frame that fit an mbuf */

	uint64_t tsc_start; /* tick 0 */
	unsigned tick_shift;
	double ticks_per_second;

	unsigned receive_turn; /* the worker whose rings are read first next time */
	uint64_t control_delayed[TP_DATAPLANE_MAX_PORTS];
};

#define TP_SESSION_IDS 65536 /* entries of a scope's index */

/* The tick now. Ticks count from 1 when the data plane was made. Any thread. */
uint32_t tp_dataplane_tick(const struct tp_dataplane *dp);

/* The tick at TSC. */
static inline uint32_t tp_dataplane_tick_at(const struct tp_dataplane *dp, uint64_t tsc)
{
	return (uint32_t)((tsc - dp->tsc_start) >> dp->tick_shift);
}

/* How many ticks NOW is after THEN; one that another thread noted may be newer than NOW: 0. */
static inline uint32_t tp_tick_since(uint32_t now, uint32_t then)
{
	return (int32_t)(now - then) < 0 ? 0 : now - then;
}

/* sessions.c */
int tp_sessions_create(struct tp_dataplane *dp);
void tp_sessions_destroy(struct tp_dataplane *dp);

/* routes.c */
struct tp_route_table *tp_route_table_create(void);
void tp_route_table_destroy(struct tp_route_table *table);
