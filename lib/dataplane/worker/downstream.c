/* SPDX-License-Identifier: BSD-3-Clause */
/* The hot path from the core to subscribers: frames of one family go to downstream4.c or
 * downstream6.c. Compiled once for each level of x86-64.
 *
 * All are first taken for what most of the port's last ones were; where both come mixed they are
 * parted without a branch, as upstream.c says. */
#include "dataplane/worker/level.h"

#include "dataplane/worker/hot.h"
#include "dataplane/worker/parted.h"
#include "dataplane/worker/put_off.h"
#include "dataplane/worker/shaper.h"
#include "dataplane/worker/slow.h"

/* What one family's loop leaves, COUNT of ALL, is the other's. */
static unsigned run(struct tp_worker *w, struct tp_port *port, bool ipv6, struct rte_mbuf **frames,
		    unsigned count)
{
	unsigned others = ipv6 ? LEVEL_NAME(tp_downstream6)(w, port, frames, count)
			       : LEVEL_NAME(tp_downstream4)(w, port, frames, count);

	if (likely(others == 0))
		return 0;
	if (ipv6)
		LEVEL_NAME(tp_downstream4)(w, port, frames, others);
	else
		LEVEL_NAME(tp_downstream6)(w, port, frames, others);
	return others;
}

static __rte_noinline void run_mixed(struct tp_worker *w, struct tp_port *port,
				     struct tp_guess *guess, struct rte_mbuf **frames,
				     unsigned count)
{
	struct tp_parted p;

	tp_part(&p, frames, count, 12, RTE_BE16(TP_ETHERTYPE_IPV6), tp_fetch_down);
	tp_guess_parted(guess, &p);
	LEVEL_NAME(tp_downstream4_begin)(w, port, &p.four);
	LEVEL_NAME(tp_downstream6_begin)(w, port, &p.six);
	/* They have been parted by what the loops ask for: neither leaves any to the other. */
	LEVEL_NAME(tp_downstream4_finish)(w, port, &p.four, &p.six);
	LEVEL_NAME(tp_downstream6_finish)(w, port, &p.six);
}

static void run_burst(struct tp_worker *w, struct tp_port *port, struct rte_mbuf **frames,
		      unsigned count)
{
	struct tp_guess *guess = &w->guesses[port->index];

	if (guess->mixed) {
		run_mixed(w, port, guess, frames, count);
		return;
	}
	unsigned others = run(w, port, guess->ipv6, frames, count);
	if (unlikely(others > count / 2))
		guess->ipv6 = !guess->ipv6;
	else if (unlikely(others > count / TP_MIXED_SHARE))
		guess->mixed = true;
}

void LEVEL_NAME(tp_downstream)(struct tp_worker *w, struct tp_port *port, struct rte_mbuf **frames,
			       unsigned count)
{
	run_burst(w, port, frames, count);
	if (unlikely(w->put_off_count > 0))
		tp_put_off_work_down(w, port);
	if (w->low_count > 0)
		tp_leases_renew(w);
}

const struct tp_pipeline LEVEL_NAME(tp_pipeline) = {
	.level = "x86-64-" LEVEL_STR2(TP_LEVEL),
	.upstream = LEVEL_NAME(tp_upstream),
	.downstream = LEVEL_NAME(tp_downstream),
};
