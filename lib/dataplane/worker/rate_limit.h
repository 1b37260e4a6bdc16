/* SPDX-License-Identifier: BSD-3-Clause */
/* Rate limits of sessions: token buckets with bursts, in both directions.
 *
 * A bucket is kept as a time (as in ITU-T I.371's generic cell rate algorithm): `due` is when all
 * that was let through will have been sent at the rate. A packet may go at `due`, and moves it on
 * by what it costs; a bucket that was idle is at most `credit` behind the time that it is. So there
 * is nothing to refill, and one store a packet. A direction has two: one of its rate, whose credit
 * is what a burst may be ahead of it, and one of its burst-rate.
 *
 * The buckets are everybody's: of both families, and of all workers. So that plain packets need not
 * fetch them, nor workers wait for each other's, each record has a lease on them: bytes that have
 * been let through in advance and are paid for. It is renewed out of credit alone, so that nothing
 * passes sooner than it might have; after an idle time a session is ahead by what leases were left,
 * three quarters of its credit at the most.
 *
 * What is done with a packet whose time has not come: shaper.h. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/once.h"

struct tp_dataplane_rate;

#define TP_COST_SHIFT 20

/* Workers move `due`; control writes the rest. */
struct tp_rate_bucket {
	uint64_t due;	 /* TSC */
	uint64_t cost;	 /* TSC ticks a byte, shifted left by TP_COST_SHIFT; 0: no limit */
	uint64_t credit; /* TSC ticks */
};

/* One direction of a session. */
struct tp_rate_limit {
	struct tp_rate_bucket rate, burst;
	uint64_t patience; /* TSC ticks: a packet that would wait longer is dropped */
	uint32_t lease;	   /* bytes of one */
} __attribute__((aligned(64)));
_Static_assert(sizeof(struct tp_rate_limit) == 64, "one cache line");

struct tp_rate_limits {
	struct tp_rate_limit up, down;
};

/* Control: LIMIT's rate from now on; what was let through stays counted. Packets may flow, by so
 * many WORKERS. */
void tp_rate_limit_set(struct tp_rate_limit *limit, const struct tp_dataplane_rate *rate,
		       uint64_t hz, unsigned workers);

/* ---- the decision, in line for the hot path ------------------------------------------------- */

#define TP_RATE_LIMIT_DROP UINT64_MAX

static inline uint64_t tp_rate_bucket_start(const struct tp_rate_bucket *b, uint64_t now)
{
	uint64_t due = tp_read_once(&b->due), least = now - tp_read_once(&b->credit);
	return (int64_t)(due - least) > 0 ? due : least;
}

/* What LEN bytes move it on by. */
static inline uint64_t tp_rate_bucket_cost(const struct tp_rate_bucket *b, uint32_t len)
{
	return len * tp_read_once(&b->cost) >> TP_COST_SHIFT;
}

/* SHARED: other workers may charge it at the same time. */
static inline void tp_rate_bucket_charge(struct tp_rate_bucket *b, uint64_t start, uint32_t len,
					 uint64_t now, bool shared)
{
	uint64_t cost = tp_rate_bucket_cost(b, len);
	uint64_t due = tp_read_once(&b->due), next = start + cost;

	if (!shared) {
		tp_write_once(&b->due, next);
		return;
	}
	while (!__atomic_compare_exchange_n(&b->due, &due, next, true, __ATOMIC_RELAXED,
					    __ATOMIC_RELAXED)) {
		uint64_t least = now - tp_read_once(&b->credit);
		next = ((int64_t)(due - least) > 0 ? due : least) + cost;
	}
}

/* When a packet of LEN bytes may go, if at NOW it is taken; TP_RATE_LIMIT_DROP: too late. LEASE:
 * its record's, which goes first and is renewed if there is credit for it. A packet that waits
 * leaves none, so that those behind it can't pass. */
static inline uint64_t tp_rate_limit_take(struct tp_rate_limit *limit, uint16_t *lease,
					  uint16_t len, uint64_t now, bool shared)
{
	uint16_t left = *lease;

	if (left >= len) {
		*lease = (uint16_t)(left - len);
		return now;
	}
	uint64_t rate = tp_rate_bucket_start(&limit->rate, now),
		 burst = tp_rate_bucket_start(&limit->burst, now);
	uint64_t start = (int64_t)(rate - burst) > 0 ? rate : burst;

	if ((int64_t)(start - now) > (int64_t)tp_read_once(&limit->patience))
		return TP_RATE_LIMIT_DROP;
	uint32_t more = tp_read_once(&limit->lease), all = (uint32_t)(len - left) + more;
	if ((int64_t)(rate + tp_rate_bucket_cost(&limit->rate, all) - now) > 0 ||
	    (int64_t)(burst + tp_rate_bucket_cost(&limit->burst, all) - now) > 0) {
		all -= more;
		more = 0;
	}
	tp_rate_bucket_charge(&limit->rate, rate, all, now, shared);
	tp_rate_bucket_charge(&limit->burst, burst, all, now, shared);
	*lease = (uint16_t)more;
	return start;
}

/* What a lease that has not run out may come to. */
#define TP_LEASE_MOST(lease) ((lease) + (lease) / 2)

/* More for LEASE, which is low, if there is credit for it. */
static inline void tp_rate_limit_renew(struct tp_rate_limit *limit, uint16_t *lease, uint64_t now,
				       bool shared)
{
	uint64_t rate = tp_rate_bucket_start(&limit->rate, now),
		 burst = tp_rate_bucket_start(&limit->burst, now);
	uint32_t most = TP_LEASE_MOST(tp_read_once(&limit->lease));
	uint32_t more = most > *lease ? most - *lease : 0;

	if ((int64_t)(rate + tp_rate_bucket_cost(&limit->rate, more) - now) > 0 ||
	    (int64_t)(burst + tp_rate_bucket_cost(&limit->burst, more) - now) > 0)
		return;
	tp_rate_bucket_charge(&limit->rate, rate, more, now, shared);
	tp_rate_bucket_charge(&limit->burst, burst, more, now, shared);
	*lease = (uint16_t)(*lease + more);
}

/* The packet was taken into account, and then there was no room for it. Worker lcores. */
void tp_rate_limit_refund(struct tp_rate_limit *limit, uint16_t len);
