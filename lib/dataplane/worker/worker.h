/* SPDX-License-Identifier: BSD-3-Clause */
/* A worker lcore: all that it owns, and its loop. Only the worker itself writes here, but for
 * what is said to be read by others. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "dataplane/counters.h"
#include "dataplane/dataplane.h"
#include "dataplane/record.h"
#include "dataplane/record6.h"
#include "dataplane/rings.h"
#include "dataplane/worker/flood.h"
#include "dataplane/worker/guess.h"
#include "dataplane/worker/load.h"

struct rte_mbuf;
struct rte_mempool;
struct tp_fib4;
struct tp_fib6;
struct tp_ip;
struct tp_local;
struct tp_neighbour;
struct tp_pipeline;
struct tp_port;
struct tp_rate_limit;
struct tp_rate_limits;
struct tp_share;
struct tp_spread;
struct tp_wheel;
struct tp_window;

#define TP_BURST 64

#define TP_SIDES 2 /* subscribers, the core: neither spends what is the other's */

#define TP_MP_HELD 1024 /* packets that a worker joins at the same time; a power of two */

/* Frames that wait to leave by a port, until the end of their burst: one for each received, and
 * with them, in their order, those that a packet was cut into. */
struct tp_tx {
	uint16_t count;
	uint16_t extra; /* of them began here */
	struct rte_mbuf *frames[2 * TP_BURST];
};

/* A packet being joined: coding.h. */
struct tp_held {
	struct rte_mbuf *mbuf;
	uint64_t serial; /* of the coding that it is of */
};

/* A record's lease on its rate limit that is to be renewed: shaper.h. */
struct tp_low {
	struct tp_rate_limit *limit;
	uint16_t *lease;
};

/* A frame of the burst being worked whose turn comes at its end: put_off.h. */
struct tp_put_off {
	struct rte_mbuf *m;
	uint32_t slot;
	bool plain; /* downstream */
};

struct tp_worker {
	/* what each packet reads */
	uint32_t tick;
	uint64_t now;	  /* TSC, of this turn */
	uint32_t no_slot; /* max_sessions: the record that no frame matches */
	const struct tp_fib4 *fib4;
	const struct tp_fib6 *fib6;
	struct tp_record_up *up; /* its own, by slot; others read the counters in them */
	struct tp_record_down *down;
	struct tp_record_up6 *up6; /* likewise, of IPv6 */
	struct tp_record_down *down6;
	struct tp_terms *terms;		    /* everybody's */
	struct tp_rate_limits *rate_limits; /* likewise */
	struct tp_wheel *wheel;
	unsigned low_count;
	struct tp_low low[TP_BURST]; /* of the burst being worked */
	unsigned put_off_count;
	struct tp_put_off put_off[TP_BURST];   /* likewise */
	struct tp_record_drops *session_drops; /* its own, by slot; others read them */
	struct tp_share *shares;	       /* its own, by slot */
	const struct tp_neighbour *neighbours;
	const struct tp_spread *spreads;
	const struct tp_ip *neighbour_ips; /* likewise */
	const struct tp_local *locals;
	struct tp_port *ports;
	uint16_t port_count;
	uint16_t id;
	uint16_t count; /* workers in all */
	uint16_t lcore;
	const struct tp_pipeline *pipeline;
	struct tp_dataplane *dp;
	struct rte_mempool *pool;

	struct tp_guess guesses[TP_DATAPLANE_MAX_PORTS]; /* what a port's next frames are */

	struct tp_tx tx[TP_DATAPLANE_MAX_PORTS];     /* of the burst being worked */
	struct tp_tx own[TP_DATAPLANE_MAX_PORTS];    /* of frames that began here */
	uint32_t full_since[TP_DATAPLANE_MAX_PORTS]; /* tick; 0: a port takes own frames */
	bool own_waits;				     /* some did not go in the last turn */
	uint16_t rx_queue[TP_DATAPLANE_MAX_PORTS];   /* or TP_NO_QUEUE */
	uint16_t tx_queue[TP_DATAPLANE_MAX_PORTS];   /* or TP_NO_QUEUE: the port's owner sends */

	struct tp_rings rings; /* the other ends are control's and other workers' */
	struct tp_port_counters counters[TP_DATAPLANE_MAX_PORTS]; /* others read them */
	struct tp_load load;					  /* likewise */

	/* the keepalive sweep */
	uint32_t sweep_slot;
	uint32_t sweep_tick;
	uint32_t sweep_quota;
	uint32_t sweep_per_tick;
	uint32_t second_ticks;

	struct tp_held held[TP_MP_HELD];
	unsigned held_turn; /* the next to be taken */

	struct tp_window *windows; /* fragments of bundles that are put in order: reorder.h */
	unsigned window_turn;	   /* the next to be taken */
	unsigned ordered;	   /* fragments that wait in them */
	uint32_t order_tick;	   /* of the last sweep */

	uint32_t mppe_tick;   /* of the budget */
	unsigned mppe_budget; /* changes of keys to catch up with lost packets, left in this tick */

	uint16_t ip_id; /* of packets that began here */
	struct tp_flood_bucket icmp_errors[TP_SIDES], pings[TP_SIDES], resolves;
	struct tp_flood_rate icmp_rate, ping_rate, resolve_rate, discovery_rate, unknown_rate;
	struct tp_flood_rate icmp_one_rate, resolve_session_rate,
		control_rate; /* of one: share.h */
	struct tp_flood_table icmp_addresses, host_addresses;
	struct tp_flood_bucket discovery[TP_DATAPLANE_MAX_PORTS]; /* all but PADIs */
	struct tp_flood_bucket unknown[TP_DATAPLANE_MAX_PORTS];
	struct tp_flood_table discovery_macs;
	struct tp_flood_bucket padis[TP_DATAPLANE_MAX_PORTS]; /* PADIs, by the port's own rates */
	struct tp_flood_table padi_vlans;
	struct tp_flood_table padi_macs;
	struct tp_flood_table unknown_macs;
	struct tp_flood_table resolve_addresses;
} __attribute__((aligned(64)));

/* Makes worker ID of DP with its rings and limits; NULL and ERROR filled: no memory. */
struct tp_worker *tp_worker_create(struct tp_dataplane *dp, unsigned id,
				   const struct tp_dataplane_config *config,
				   struct tp_error *error);
void tp_worker_destroy(struct tp_worker *w);

/* The loop, until the data plane's stop is set: lcore_function_t. ARG: the worker. */
int tp_worker_main(void *arg);

/* One turn of the loop, for tests and for the loop itself; returns whether there was anything
 * to do. */
bool tp_worker_poll(struct tp_worker *w);

/* Works a burst of COUNT frames received on PORT; counts them as received. */
void tp_worker_input(struct tp_worker *w, struct tp_port *port, struct rte_mbuf **frames,
		     unsigned count);
