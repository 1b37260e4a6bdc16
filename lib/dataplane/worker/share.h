/* SPDX-License-Identifier: BSD-3-Clause */
/* What one may take of that which a worker has for all: the bound for everybody is behind it, and
 * reached by many alone. A session's buckets are its own, and new for each; who is beyond the core
 * has only an address, which may be made up, and finds its bucket by a hash of it and the port.
 * Worker lcores; control empties a slot's before any worker sees it. */
#pragma once

#include "dataplane/worker/tx.h"

struct tp_share {
	struct tp_flood_bucket control;	 /* frames to control */
	struct tp_flood_bucket host;	 /* packets to the box itself */
	struct tp_flood_bucket icmp;	 /* ICMP errors that it is told */
	struct tp_flood_bucket resolves; /* neighbours that its packets want */
};

/* 0: subscribers, 1: the core. */
static inline unsigned tp_side(const struct tp_flow *flow)
{
	return flow->slot == TP_SLOT_NONE;
}

/* May FLOW's sender, whose packets have this SOURCE (of IPv6: of this network), be told of one more
 * error? */
static inline bool tp_share_icmp(struct tp_worker *w, const struct tp_flow *flow, uint64_t source)
{
	const struct tp_flood_key beyond = {.who = source, .place = flow->port};
	bool own = flow->slot != TP_SLOT_NONE
			   ? tp_flood_take(&w->shares[flow->slot].icmp, &w->icmp_one_rate, w->tick)
			   : tp_flood_table_take_at(&w->icmp_addresses, &beyond, &w->icmp_one_rate,
						    w->tick);

	return own && tp_flood_take(&w->icmp_errors[tp_side(flow)], &w->icmp_rate, w->tick);
}

/* May it send one more packet to the box? */
static inline bool tp_share_host(struct tp_worker *w, const struct tp_flow *flow,
				 const struct tp_flood_rate *rate, uint64_t source)
{
	const struct tp_flood_key beyond = {.who = source, .place = flow->port};

	if (flow->slot != TP_SLOT_NONE)
		return tp_flood_take(&w->shares[flow->slot].host, rate, w->tick);
	return tp_flood_table_take_at(&w->host_addresses, &beyond, rate, w->tick);
}
