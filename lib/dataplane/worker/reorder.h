/* SPDX-License-Identifier: BSD-3-Clause */
/* Fragments of bundles put in order: RFC 1990, section 4.1. A worker has so many windows, and holds
 * so many fragments, as stand below: who comes then takes from one that waited, whose missing
 * fragments count as lost. Worker lcores. */
#pragma once

#include "dataplane/worker/coding.h"

#define TP_MP_WINDOWS  256  /* a power of two */
#define TP_MP_ORDERED  2048 /* fragments that wait, of all windows */
#define TP_MP_PATIENCE 3    /* ticks until what is missing is lost */

/* Those of one bundle. */
struct tp_window {
	uint64_t serial;		  /* of the coding; 0: of none */
	uint32_t slot;			  /* the coding's */
	uint32_t since;			  /* tick: since when the first of those that wait does */
	const struct tp_members *members; /* that `order` knows; compared, never read */
	uint32_t member[TP_MP_LINKS];
	struct tp_mp_order order;
};

/* Windows of W's own. False: no memory. */
bool tp_reorder_create(struct tp_worker *w);
void tp_reorder_destroy(struct tp_worker *w);

/* Do CODING's fragments have to be put in order? */
bool tp_reorder_is_needed(const struct tp_worker *w, const struct tp_coding *coding);

/* Is M, a fragment alone in its data, the one that is due, with none waiting? Then it need not go
 * through a window, which would give it back at once, and none is opened for it: a window is for
 * those of whom something is missing. */
bool tp_reorder_is_due(const struct tp_worker *w, const struct tp_coding *coding,
		       const struct rte_mbuf *m);

/* M, a fragment alone in its data, came by the member VIA of FLOW's session, whose coding CODING
 * is. It may have to wait for room: tp_reorder_room(), tp_reorder_take() until it gives nothing,
 * then tp_reorder_put(), and tp_reorder_take() again. False: it has no header, and is gone. */
bool tp_reorder_room(struct tp_worker *w, const struct tp_flow *flow, struct tp_coding *coding,
		     struct rte_mbuf *m);
void tp_reorder_put(struct tp_worker *w, const struct tp_flow *flow, struct tp_coding *coding,
		    uint32_t via, struct rte_mbuf *m);

/* The next fragment, and the flow that it came in by; NULL: none is due. */
struct rte_mbuf *tp_reorder_take(struct tp_worker *w, const struct tp_coding *coding,
				 struct tp_flow *flow);

/* Once a turn: what has waited for too long goes on, by tp_multilink_deliver(). */
void tp_reorder_sweep(struct tp_worker *w);
