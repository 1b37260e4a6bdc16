/* SPDX-License-Identifier: BSD-3-Clause */
/* The names of what is compiled once for each level of x86-64: TP_LEVEL is v2, v3 or v4. */
#pragma once

#include "dataplane/worker/burst6.h"
#include "dataplane/worker/pipeline.h"

#define LEVEL_CAT(a, b)	 a##_##b
#define LEVEL_CAT2(a, b) LEVEL_CAT(a, b)
#define LEVEL_NAME(name) LEVEL_CAT2(name, TP_LEVEL)
#define LEVEL_STR(a)	 #a
#define LEVEL_STR2(a)	 LEVEL_STR(a)

void LEVEL_NAME(tp_upstream)(struct tp_worker *w, struct tp_port *port, struct rte_mbuf **frames,
			     unsigned count);
void LEVEL_NAME(tp_downstream)(struct tp_worker *w, struct tp_port *port, struct rte_mbuf **frames,
			       unsigned count);

/* Checks M, received on PORT, which is not IPv4's. A plain one of IPv6 becomes the next of B; any
 * other goes the careful way. Upstream, its SLOT and VLANS, where its PPPoE header starts and the
 * LENGTH in that have been found. */
void LEVEL_NAME(tp_upstream6_take)(struct tp_worker *w, struct tp_port *port, struct tp_burst6 *b,
				   struct rte_mbuf *m, uint32_t slot, uint32_t vlans,
				   unsigned start, int length);
void LEVEL_NAME(tp_downstream6_take)(struct tp_worker *w, struct tp_port *port, struct tp_burst6 *b,
				     struct rte_mbuf *m);
/* Sends those of B. */
void LEVEL_NAME(tp_upstream6_send)(struct tp_worker *w, struct tp_port *port, struct tp_burst6 *b);
void LEVEL_NAME(tp_downstream6_send)(struct tp_worker *w, struct tp_port *port,
				     struct tp_burst6 *b);
extern const struct tp_pipeline LEVEL_NAME(tp_pipeline);
