/* SPDX-License-Identifier: BSD-3-Clause */
/* The hot path from the core to subscribers: frames of one family go to downstream4.c or
 * downstream6.c. Compiled once for each level of x86-64.
 *
 * All are first taken for what most of the port's last ones were; where both come mixed they are
 * parted without a branch, as upstream.c says. */
#include "dataplane/worker/level.h"

#include "dataplane/worker/hot.h"
#include "dataplane/worker/slow.h"

#define FRAME_AHEAD  24
#define MIXED_SHARE  8	/* one part of a burst that is of the other family: it is a mixture */
#define SINGLE_SHARE 32 /* less than such a part: it is none any more */

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

/* Each family's own, behind one another in PARTED. Returns how many are IPv4's. */
static unsigned part(struct rte_mbuf **parted, struct rte_mbuf **frames, unsigned count)
{
	struct rte_mbuf *sixes[TP_BURST];
	unsigned four = 0, six = 0;

	for (unsigned i = 0; i < count; i++) {
		const uint8_t *frame = rte_pktmbuf_mtod(frames[i], const uint8_t *);
		unsigned is_six = tp_load16(frame + 12) == RTE_BE16(TP_ETHERTYPE_IPV6);

		if (i + FRAME_AHEAD < count)
			__builtin_prefetch(rte_pktmbuf_mtod(frames[i + FRAME_AHEAD], const void *),
					   1);
		parted[four] = frames[i];
		sixes[six] = frames[i];
		six += is_six;
		four += 1 - is_six;
	}
	memcpy(parted + four, sixes, six * sizeof(*sixes));
	return four;
}

static __rte_noinline void run_mixed(struct tp_worker *w, struct tp_port *port,
				     struct tp_guess *guess, struct rte_mbuf **frames,
				     unsigned count)
{
	struct rte_mbuf *parted[TP_BURST + 1];

	for (unsigned i = 0; i < count && i < FRAME_AHEAD; i++)
		__builtin_prefetch(rte_pktmbuf_mtod(frames[i], const void *), 1);
	unsigned four = part(parted, frames, count), six = count - four;
	if (tp_least(four, six) < count / SINGLE_SHARE) {
		guess->mixed = false;
		guess->ipv6 = six > four;
	}
	run(w, port, false, parted, four);
	run(w, port, true, parted + four, six);
}

void LEVEL_NAME(tp_downstream)(struct tp_worker *w, struct tp_port *port, struct rte_mbuf **frames,
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
	else if (unlikely(others > count / MIXED_SHARE))
		guess->mixed = true;
}

const struct tp_pipeline LEVEL_NAME(tp_pipeline) = {
	.level = "x86-64-" LEVEL_STR2(TP_LEVEL),
	.upstream = LEVEL_NAME(tp_upstream),
	.downstream = LEVEL_NAME(tp_downstream),
};
