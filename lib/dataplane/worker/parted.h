/* SPDX-License-Identifier: BSD-3-Clause */
/* A burst in which both families come, each by chance: to take all for one of them would be wrong
 * for many, and a branch that asks would be mispredicted as often. So its frames are parted without
 * one. Worker lcores. */
#pragma once

#include "dataplane/worker/guess.h"
#include "dataplane/worker/head.h"
#include "dataplane/worker/hot.h"
#include "dataplane/worker/run.h"

#define TP_MIXED_SHARE	8  /* one part of a burst that is of the other family: it is a mixture */
#define TP_SINGLE_SHARE 32 /* less than such a part: it is none any more */

#define TP_PARTED_AHEAD 24 /* frames are fetched so far */

struct tp_parted {
	struct tp_run4 four;
	struct tp_run6 six;
	struct rte_mbuf *fours[TP_BURST + 1], *sixes[TP_BURST + 1];
};

/* Frame M, whose bytes begin AT, where SIX says that it belongs. */
tp_hot void tp_part_one(struct tp_parted *p, struct rte_mbuf *m, uint8_t *at, unsigned six)
{
	const unsigned fours = p->four.count, sixes = p->six.count;

	p->fours[fours] = p->sixes[sixes] = m;
	p->four.at[fours] = p->six.at[sixes] = at;
	p->six.count = sixes + six;
	p->four.count = fours + 1 - six;
}

/* Those in which PROTOCOL_BE stands AT are of IPv6. FETCH: a frame's lines, by where it begins. */
tp_hot void tp_part(struct tp_parted *p, struct rte_mbuf **frames, unsigned count, unsigned at,
		    uint16_t protocol_be, void (*fetch)(const uint8_t *frame))
{
	const unsigned fetched = tp_least(TP_PARTED_AHEAD, count);
	uint8_t *all[TP_BURST];
	unsigned i;

	p->four.frames = p->fours;
	p->six.frames = p->sixes;
	p->four.count = p->six.count = 0;
	for (i = 0; i < fetched; i++) {
		all[i] = rte_pktmbuf_mtod(frames[i], uint8_t *);
		fetch(all[i]);
	}
#define PART tp_part_one(p, frames[i], all[i], tp_load16(all[i] + at) == protocol_be)
	for (i = 0; i + TP_PARTED_AHEAD < count; i++) {
		all[i + TP_PARTED_AHEAD] = rte_pktmbuf_mtod(frames[i + TP_PARTED_AHEAD], uint8_t *);
		fetch(all[i + TP_PARTED_AHEAD]);
		PART;
	}
	for (; i < count; i++)
		PART;
#undef PART
}

/* Whether the next burst will be a mixture too, or which family's. */
tp_hot void tp_guess_parted(struct tp_guess *guess, const struct tp_parted *p)
{
	const unsigned four = p->four.count, six = p->six.count;

	if (tp_least(four, six) >= (four + six) / TP_SINGLE_SHARE)
		return;
	guess->mixed = false;
	guess->ipv6 = six > four;
}
