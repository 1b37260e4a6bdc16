/* SPDX-License-Identifier: BSD-3-Clause */
/* What a session that is up holds of the FIB: its address, prefixes and routes of both families,
 * and its own end's address, which it shares. What workers read of them is here, too: immutable,
 * replaced whole, freed after a grace period. Control alone. */
#pragma once

#include "base/prefix.h"
#include "dataplane/grace.h"
#include "dataplane/record.h"
#include "dataplane/record6.h"
#include "dataplane/sessions.h"

struct tp_holding {
	struct tp_grace_item grace;
	uint32_t local_address;	 /* 0: none */
	uint32_t ipv6_at;	 /* where in it all of IPv6 is; 0: that is not up */
	unsigned prefix_count;	 /* of IPv4: its address first, then its framed routes */
	struct tp_routes routes; /* of IPv4, those beyond the first; then all prefixes; then IPv6 */
};

/* In one piece of memory; NULL: there is none. For free(), until it is claimed. */
struct tp_holding *tp_holding_create(const struct tp_dataplane_session_up *up);

/* NULL: IPv6 is not up. */
static inline struct tp_terms6 *tp_holding_ipv6(const struct tp_holding *h)
{
	return h->ipv6_at != 0 ? (struct tp_terms6 *)((uintptr_t)h + h->ipv6_at) : NULL;
}

/* Takes the addresses of H for SLOT, besides those that SLOT holds already; all or nothing.
 * -EEXIST: one is another's; -ENOSPC: the FIB is full. */
int tp_holding_claim(struct tp_dataplane *dp, uint32_t slot, const struct tp_holding *h);

/* Gives back what H has taken, but for what KEEP, or NULL, has taken too, and frees it when no
 * worker looks any more. */
void tp_holding_let_go(struct tp_dataplane *dp, struct tp_holding *h,
		       const struct tp_holding *keep);
