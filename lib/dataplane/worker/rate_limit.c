/* SPDX-License-Identifier: BSD-3-Clause */
#include "dataplane/worker/rate_limit.h"

#include "dataplane/sessions.h"

/* What a queue may hold: enough for TCP to keep it busy, little enough to be no burden. Of a slow
 * line, some packets of full size; of a fast one, no more than its share of what a worker keeps. */
#define PATIENCE_S	    0.1
#define PATIENCE_BYTES	    (10 * 1500)
#define PATIENCE_BYTES_MOST 1000000
#define PATIENCE_S_MOST	    1.5 /* the shaper's wheel turns in two seconds */

/* How far behind an idle bucket of a plain rate is: what a timer's jitter must not cost. */
#define CREDIT_S 0.002

static void set_bucket(struct tp_rate_bucket *b, uint64_t rate, double credit_s, uint64_t hz)
{
	double cost = rate != 0 ? (double)hz * 8 / (double)rate * (1 << TP_COST_SHIFT) : 0;

	tp_write_once(&b->cost, (uint64_t)(cost + 0.5));
	tp_write_once(&b->credit, (uint64_t)(credit_s * (double)hz));
}

/* What there may be of fresh leases at once is this part of the credit: of both families of each
 * worker. */
#define LEASES_SHARE 2
#define LEASE_MAX    (UINT16_MAX / 3 * 2)
_Static_assert(TP_LEASE_MOST(LEASE_MAX) <= UINT16_MAX, "it has 16 bits");

static uint32_t lease_of(const struct tp_dataplane_rate *rate, double credit_s, unsigned workers)
{
	double bytes = credit_s * (double)rate->rate;

	if (rate->burst_bytes != 0 && rate->burst_rate != 0 &&
	    CREDIT_S * (double)rate->burst_rate < bytes)
		bytes = CREDIT_S * (double)rate->burst_rate;
	bytes /= 8.0 * LEASES_SHARE * 2 * workers;
	return bytes < LEASE_MAX ? (uint32_t)bytes : LEASE_MAX;
}

void tp_rate_limit_set(struct tp_rate_limit *limit, const struct tp_dataplane_rate *rate,
		       uint64_t hz, unsigned workers)
{
	double bytes_a_second = (double)rate->rate / 8;
	double credit = CREDIT_S, patience = PATIENCE_S;

	if (rate->rate != 0) {
		credit += (double)rate->burst_bytes / bytes_a_second;
		if (patience * bytes_a_second < PATIENCE_BYTES)
			patience = PATIENCE_BYTES / bytes_a_second;
		if (patience * bytes_a_second > PATIENCE_BYTES_MOST)
			patience = PATIENCE_BYTES_MOST / bytes_a_second;
	}
	if (patience > PATIENCE_S_MOST)
		patience = PATIENCE_S_MOST;
	set_bucket(&limit->rate, rate->rate, credit, hz);
	set_bucket(&limit->burst, rate->burst_bytes != 0 ? rate->burst_rate : 0, CREDIT_S, hz);
	tp_write_once(&limit->patience, (uint64_t)(patience * (double)hz));
	tp_write_once(&limit->lease, lease_of(rate, credit, workers));
}

static void refund(struct tp_rate_bucket *b, uint16_t len)
{
	__atomic_fetch_sub(&b->due, len * tp_read_once(&b->cost) >> TP_COST_SHIFT,
			   __ATOMIC_RELAXED);
}

void tp_rate_limit_refund(struct tp_rate_limit *limit, uint16_t len)
{
	refund(&limit->rate, len);
	refund(&limit->burst, len);
}
