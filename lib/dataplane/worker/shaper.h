/* SPDX-License-Identifier: BSD-3-Clause */
/* Rate limits of sessions: token buckets with bursts, in both directions, and what is ahead of its
 * rate waits for its time.
 *
 * A bucket is kept as a time (as in ITU-T I.371's generic cell rate algorithm): `due` is when all
 * that was let through will have been sent at the rate. A packet may go at `due`, and moves it on
 * by what it costs; a bucket that was idle is at most `credit` behind the time that it is. So there
 * is nothing to refill, and one store a packet. A direction has two: one of its rate, whose credit
 * is what a burst may be ahead of it, and one of its burst-rate.
 *
 * A packet whose time has not come waits in its worker's wheel and is then taken up again at its IP
 * header, the careful way. Packets of one session that wait are due one after the other, and none
 * passes while another waits: their order stays. */
#pragma once

#include "dataplane/worker/tx.h"

struct tp_dataplane_rate;

#define TP_COST_SHIFT 20

/* Workers move `due`; control writes the rest. */
struct tp_bucket_time {
	uint64_t due;	 /* TSC */
	uint64_t cost;	 /* TSC ticks a byte, shifted left by TP_COST_SHIFT; 0: no limit */
	uint64_t credit; /* TSC ticks */
};

/* One direction of a session. */
struct tp_shaper {
	struct tp_bucket_time rate, burst;
	uint64_t patience; /* TSC ticks: a packet that would wait longer is dropped */
} __attribute__((aligned(64)));
_Static_assert(sizeof(struct tp_shaper) == 64, "one cache line");

struct tp_shapers {
	struct tp_shaper up, down;
};

/* ---- control: shaper.c -------------------------------------------------------------------- */

/* SHAPER's rate from now on; what was let through stays counted. Packets may flow. */
void tp_shaper_set(struct tp_shaper *shaper, const struct tp_dataplane_rate *rate, uint64_t hz);

/* ---- worker lcores: shaper.c ---------------------------------------------------------------- */

/* Packets that wait, in slots of about a quarter to half a millisecond. */
#define TP_WHEEL_SLOTS 8192 /* a power of two; two seconds at the least */
#define TP_WHEEL_HELD  8192 /* packets that a worker keeps waiting */

/* A direction of a session may have as many places as this part of those that are free (as switches
 * share their buffers by dynamic thresholds): one alone gets a ninth of all, and however many are
 * greedy, there is room for who comes next. */
#define TP_WHEEL_SHARE_SHIFT 3
#define TP_WHEEL_SHARE_LEAST 8

struct tp_wheel_entry {
	struct rte_mbuf *mbuf;
	uint32_t next;
	uint32_t slot; /* of the session, whose SHAPED direction it was */
	uint16_t port; /* that it came in by */
	bool down;
};

struct tp_wheel {
	uint64_t at;	   /* slots up to here have been served, as TSC >> shift */
	unsigned shift;	   /* of the TSC, to slots */
	uint32_t count;	   /* packets that wait */
	uint32_t free;	   /* entries */
	uint16_t *waiting; /* packets of each direction of each slot: 2 * slot + down */
	uint32_t first[TP_WHEEL_SLOTS], last[TP_WHEEL_SLOTS];
	struct tp_wheel_entry entries[TP_WHEEL_HELD];
};

/* For the sessions of so many slots. */
struct tp_wheel *tp_wheel_create(uint64_t hz, uint32_t sessions);
void tp_wheel_destroy(struct tp_wheel *wheel);

/* Sends what is due. Returns whether there was anything. */
bool tp_wheel_poll(struct tp_worker *w);

enum tp_shaped {
	TP_SHAPED_PASS, /* it goes now, and is the caller's */
	TP_SHAPED_WAITS,
	TP_SHAPED_DROPPED,
};

/* M, at its IP packet, from the subscriber of FLOW's slot (or, DOWN, to that of SLOT), may go at
 * START, or not at all. It waits, or is dropped. */
enum tp_shaped tp_shape_later(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
			      uint64_t start, uint32_t slot, bool down);

/* ---- the decision, in line for the hot path ------------------------------------------------- */

#define TP_SHAPER_DROP UINT64_MAX

static inline uint64_t tp_bucket_start(const struct tp_bucket_time *b, uint64_t now)
{
	uint64_t due = tp_read_once(&b->due), least = now - tp_read_once(&b->credit);
	return (int64_t)(due - least) > 0 ? due : least;
}

/* SHARED: other workers may charge it at the same time. */
static inline void tp_bucket_charge(struct tp_bucket_time *b, uint64_t start, uint16_t len,
				    uint64_t now, bool shared)
{
	uint64_t cost = len * tp_read_once(&b->cost) >> TP_COST_SHIFT;
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

/* When a packet of LEN bytes may go, if at NOW it is taken; TP_SHAPER_DROP: too late. */
static inline uint64_t tp_shaper_take(struct tp_shaper *s, uint16_t len, uint64_t now, bool shared)
{
	uint64_t rate = tp_bucket_start(&s->rate, now), burst = tp_bucket_start(&s->burst, now);
	uint64_t start = (int64_t)(rate - burst) > 0 ? rate : burst;

	if ((int64_t)(start - now) > (int64_t)tp_read_once(&s->patience))
		return TP_SHAPER_DROP;
	tp_bucket_charge(&s->rate, rate, len, now, shared);
	tp_bucket_charge(&s->burst, burst, len, now, shared);
	return start;
}

/* May a packet that may go at START go now? Rather a little early than late: so no packet of a
 * session is put into a slot of the wheel that has been served. */
static inline bool tp_shaped_now(const struct tp_worker *w, uint64_t start)
{
	return start != TP_SHAPER_DROP &&
	       (int64_t)((start >> w->wheel->shift) - (w->now >> w->wheel->shift)) <= 0;
}

/* Takes M, at its IP packet, into account: may it go now? */
static inline enum tp_shaped tp_shape(struct tp_worker *w, const struct tp_flow *flow,
				      struct rte_mbuf *m, uint16_t len, uint32_t slot, bool down)
{
	struct tp_shaper *shaper = down ? &w->shapers[slot].down : &w->shapers[slot].up;
	uint64_t start = tp_shaper_take(shaper, len, w->now, w->count > 1);

	if (tp_shaped_now(w, start))
		return TP_SHAPED_PASS;
	return tp_shape_later(w, flow, m, start, slot, down);
}
