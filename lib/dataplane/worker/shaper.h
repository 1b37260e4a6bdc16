/* SPDX-License-Identifier: BSD-3-Clause */
/* The shaper: what is ahead of its session's rate waits for its time.
 *
 * A packet whose time has not come waits in its worker's wheel and is then taken up again at its IP
 * header, the careful way. Packets of one session that wait are due one after the other, and none
 * passes while another waits: their order stays. Worker lcores. */
#pragma once

#include <rte_mbuf.h>

#include "dataplane/worker/rate_limit.h"
#include "dataplane/worker/tx.h"

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

/* May a packet that may go at START go now? Rather a little early than late: so no packet of a
 * session is put into a slot of the wheel that has been served. */
static inline bool tp_shaped_now(const struct tp_worker *w, uint64_t start)
{
	return start != TP_RATE_LIMIT_DROP &&
	       (int64_t)((start >> w->wheel->shift) - (w->now >> w->wheel->shift)) <= 0;
}

/* The limit of SLOT in one direction. */
static inline struct tp_rate_limit *tp_rate_limit_of(const struct tp_worker *w, uint32_t slot,
						     bool down)
{
	return down ? &w->rate_limits[slot].down : &w->rate_limits[slot].up;
}

/* Takes M, at its IP packet, into account: may it go now? LEASE: of its record. */
static inline enum tp_shaped tp_shape(struct tp_worker *w, const struct tp_flow *flow,
				      struct rte_mbuf *m, uint16_t *lease, uint32_t slot, bool down)
{
	uint64_t start = tp_rate_limit_take(tp_rate_limit_of(w, slot, down), lease, m->data_len,
					    w->now, w->count > 1);

	if (tp_shaped_now(w, start))
		return TP_SHAPED_PASS;
	return tp_shape_later(w, flow, m, start, slot, down);
}

/* Below so many bytes a lease is renewed, by the end of the burst: the bucket is asked for at once,
 * and has come by then, where a packet for which the lease did not suffice would wait for it. */
#define TP_LEASE_LOW 1536

/* The hot path's: LEN bytes, or none of a session without a limit, as MASK, a record's `shaped`,
 * says. False: the lease is low, and has not been touched: tp_lease_low(). */
static inline bool tp_lease_take(uint16_t *lease, uint8_t mask, uint32_t len)
{
	uint32_t left = *lease, counts = (uint32_t)(int32_t)(int8_t)mask;

	if (__builtin_expect(left < ((len + TP_LEASE_LOW) & counts), 0))
		return false;
	*lease = (uint16_t)(left - (len & counts));
	return true;
}

/* Takes LEN bytes all the same, and has the lease renewed when the burst has been worked. False:
 * there are not so many. */
static inline bool tp_lease_low(struct tp_worker *w, struct tp_rate_limit *limit, uint16_t *lease,
				uint32_t len)
{
	if (*lease < len)
		return false;
	*lease = (uint16_t)(*lease - len);
	if (w->low_count > 0 && w->low[w->low_count - 1].lease == lease) {
		/* again: its bucket is there */
		w->low_count--;
		tp_rate_limit_renew(limit, lease, w->now, w->count > 1);
	} else {
		__builtin_prefetch(limit, 1);
		w->low[w->low_count++] = (struct tp_low){limit, lease};
	}
	return true;
}

/* Once a burst. */
void tp_leases_renew(struct tp_worker *w);
