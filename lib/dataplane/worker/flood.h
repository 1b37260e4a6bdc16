/* SPDX-License-Identifier: BSD-3-Clause */
/* Token buckets for what peers can make the box do, without a division or a clock call: time is
 * the worker's tick (about 32 to 64 ms). A bucket belongs to one worker. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct tp_random;

/* The defaults: frames a second, of one worker. */
#define TP_LIMIT_DISCOVERY	 100000 /* of one port: what control can read and answer */
#define TP_LIMIT_DISCOVERY_MAC	 64 /* of one source MAC in its VLAN: people redial more slowly */
#define TP_LIMIT_PADI_VLAN	 0  /* of one VLAN of a port: all subscribers may be in one */
#define TP_LIMIT_UNKNOWN	 20000 /* frames of unknown sessions that may earn a PADT, a port */
#define TP_LIMIT_UNKNOWN_MAC	 2     /* the same of one source MAC */
#define TP_LIMIT_CONTROL	 100   /* PPP control frames of one session */
#define TP_LIMIT_ICMP		 10000 /* ICMP errors: RFC 1812, section 4.3.2.8; each side */
#define TP_LIMIT_ICMP_ONE	 50    /* to one session, or to one address beyond the core */
#define TP_LIMIT_HOST		 1000  /* to the box, of one session or address */
#define TP_LIMIT_PING		 100000 /* pings answered; each side */
#define TP_LIMIT_RESOLVE	 1000	/* addresses to be resolved */
#define TP_LIMIT_RESOLVE_SESSION 20	/* for one session's packets */
#define TP_LIMIT_RESOLVE_ONE	 2	/* the same address */

/* Control may change it while workers read it. */
struct tp_flood_rate {
	uint32_t per_tick; /* in 1/256 of a frame */
	uint32_t burst;	   /* in 1/256 of a frame */
};

/* Zeroed memory is a full bucket. */
struct tp_flood_bucket {
	uint32_t tick; /* when LEVEL was right */
	uint32_t level;
};

#define TP_FLOOD_BITS 12
#define TP_FLOOD_ROWS (1 << TP_FLOOD_BITS)

/* An address alone may be anyone's: it counts where it was seen. */
struct tp_flood_key {
	uint64_t who;
	uint64_t place;
};

/* Buckets by a hash of the key: two keys may share one, a flood of keys cannot grow it. The hash
 * has a secret, so that nobody can work out, or learn from what he sees, who shares whose. */
struct tp_flood_table {
	uint64_t secret[2];
	struct tp_flood_rate rate;
	struct tp_flood_bucket rows[TP_FLOOD_ROWS];
};

/* PER_SECOND frames, and a second's worth of them, at least 4, at once; 0: as many as come.
 * TICKS_PER_SECOND from the tick's clock. */
struct tp_flood_rate tp_flood_rate_of(unsigned per_second, double ticks_per_second);
void tp_flood_rate_set(struct tp_flood_rate *rate, struct tp_flood_rate to);

/* Takes one frame's token; false: none left. */
bool tp_flood_take(struct tp_flood_bucket *bucket, const struct tp_flood_rate *rate, uint32_t tick);

/* A secret for TABLE, of this start alone, from RANDOM; its buckets are full. */
void tp_flood_table_init(struct tp_flood_table *table, struct tp_flood_rate rate,
			 struct tp_random *random);
bool tp_flood_table_take(struct tp_flood_table *table, const struct tp_flood_key *key,
			 uint32_t tick);
/* The same with another rate than the table's. */
bool tp_flood_table_take_at(struct tp_flood_table *table, const struct tp_flood_key *key,
			    const struct tp_flood_rate *rate, uint32_t tick);
