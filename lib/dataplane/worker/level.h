/* SPDX-License-Identifier: BSD-3-Clause */
/* The names of what is compiled once for each level of x86-64: TP_LEVEL is v2, v3 or v4. */
#pragma once

#include "dataplane/worker/head.h"
#include "dataplane/worker/pipeline.h"
#include "dataplane/worker/run.h"

#define LEVEL_CAT(a, b)	 a##_##b
#define LEVEL_CAT2(a, b) LEVEL_CAT(a, b)
#define LEVEL_NAME(name) LEVEL_CAT2(name, TP_LEVEL)
#define LEVEL_STR(a)	 #a
#define LEVEL_STR2(a)	 LEVEL_STR(a)

void LEVEL_NAME(tp_upstream)(struct tp_worker *w, struct tp_port *port, struct rte_mbuf **frames,
			     unsigned count);
void LEVEL_NAME(tp_downstream)(struct tp_worker *w, struct tp_port *port, struct rte_mbuf **frames,
			       unsigned count);

/* Frames of one family, upstream of those HEADS, at most TP_BURST. Those that are of another kind
 * are left to the caller: they stand in FRAMES' first places then. Returns how many. */
unsigned LEVEL_NAME(tp_upstream4)(struct tp_worker *w, struct tp_port *port,
				  const struct tp_heads *heads, struct rte_mbuf **frames,
				  unsigned count);
unsigned LEVEL_NAME(tp_upstream6)(struct tp_worker *w, struct tp_port *port,
				  const struct tp_heads *heads, struct rte_mbuf **frames,
				  unsigned count);
unsigned LEVEL_NAME(tp_downstream4)(struct tp_worker *w, struct tp_port *port,
				    struct rte_mbuf **frames, unsigned count);
unsigned LEVEL_NAME(tp_downstream6)(struct tp_worker *w, struct tp_port *port,
				    struct rte_mbuf **frames, unsigned count);

/* The same of a mixture, by halves (run.h). RUN has its frames, which tp_part() has fetched; NEXT
 * has begun too, and is finished next. */
void LEVEL_NAME(tp_upstream4_begin)(struct tp_worker *w, const struct tp_port *port,
				    const struct tp_heads *heads, struct tp_run4 *run);
unsigned LEVEL_NAME(tp_upstream4_finish)(struct tp_worker *w, struct tp_port *port,
					 const struct tp_heads *heads, struct tp_run4 *run,
					 struct tp_run6 *next);
void LEVEL_NAME(tp_upstream6_begin)(struct tp_worker *w, const struct tp_port *port,
				    const struct tp_heads *heads, struct tp_run6 *run);
unsigned LEVEL_NAME(tp_upstream6_finish)(struct tp_worker *w, struct tp_port *port,
					 const struct tp_heads *heads, struct tp_run6 *run);
void LEVEL_NAME(tp_downstream4_begin)(struct tp_worker *w, const struct tp_port *port,
				      struct tp_run4 *run);
unsigned LEVEL_NAME(tp_downstream4_finish)(struct tp_worker *w, struct tp_port *port,
					   struct tp_run4 *run, struct tp_run6 *next);
void LEVEL_NAME(tp_downstream6_begin)(struct tp_worker *w, const struct tp_port *port,
				      struct tp_run6 *run);
unsigned LEVEL_NAME(tp_downstream6_finish)(struct tp_worker *w, struct tp_port *port,
					   struct tp_run6 *run);
extern const struct tp_pipeline LEVEL_NAME(tp_pipeline);
