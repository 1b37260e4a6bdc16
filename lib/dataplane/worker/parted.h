/* SPDX-License-Identifier: BSD-3-Clause */
/* A burst in which both families come, each by chance: to take all for one of them would be wrong
 * for many, and a branch that asks would be mispredicted as often. So its frames are parted without
 * one. Worker lcores. */
#pragma once

#include "dataplane/worker/guess.h"
#include "dataplane/worker/head.h"
#include "dataplane/worker/hot.h"

#define TP_MIXED_SHARE	8  /* one part of a burst that is of the other family: it is a mixture */
#define TP_SINGLE_SHARE 32 /* less than such a part: it is none any more */

#define TP_PARTED_AHEAD 24 /* frames are fetched so far */

struct tp_parted {
	struct rte_mbuf *frames[TP_BURST + 1]; /* each family's own, behind one another */
	unsigned four, six;		       /* of either */
};

/* Those in which PROTOCOL_BE stands AT are of IPv6. FETCH: a frame's lines, by where it begins. */
tp_hot void tp_part(struct tp_parted *p, struct rte_mbuf **frames, unsigned count, unsigned at,
		    uint16_t protocol_be, void (*fetch)(const uint8_t *frame))
{
	struct rte_mbuf *sixes[TP_BURST];
	unsigned four = 0, six = 0;

	for (unsigned i = 0; i < count && i < TP_PARTED_AHEAD; i++)
		fetch(rte_pktmbuf_mtod(frames[i], const uint8_t *));
	for (unsigned i = 0; i < count; i++) {
		const uint8_t *frame = rte_pktmbuf_mtod(frames[i], const uint8_t *);
		unsigned is_six = tp_load16(frame + at) == protocol_be;

		if (i + TP_PARTED_AHEAD < count)
			fetch(rte_pktmbuf_mtod(frames[i + TP_PARTED_AHEAD], const uint8_t *));
		p->frames[four] = frames[i];
		sixes[six] = frames[i];
		six += is_six;
		four += 1 - is_six;
	}
	memcpy(p->frames + four, sixes, six * sizeof(*sixes));
	p->four = four;
	p->six = six;
}

/* Whether the next burst will be a mixture too, or which family's. */
tp_hot void tp_guess_parted(struct tp_guess *guess, const struct tp_parted *p)
{
	if (tp_least(p->four, p->six) >= (p->four + p->six) / TP_SINGLE_SHARE)
		return;
	guess->mixed = false;
	guess->ipv6 = p->six > p->four;
}
