/* SPDX-License-Identifier: BSD-3-Clause */
/* The rig from inside: one worker's, with what all have in common. */
#pragma once

#include "floor.h"
#include "pipeline_frames.h"
#include "pipeline_rig.h"

struct rte_mbuf;
struct rte_mempool;
struct tp_dataplane;
struct tp_pipeline;
struct tp_worker;

#define RIG_ACCESS 0
#define RIG_CORE   1

struct rig {
	const struct pipeline_options *o;
	struct tp_dataplane *dp;
	struct tp_worker *w;
	const struct tp_pipeline *pipeline;
	struct floor *floor;
	floor_fn floor_up, floor_down;
	struct frames make;
	struct rte_mempool *pool;
	struct rte_mbuf **frames;
	unsigned opened;
	unsigned faults;
};

/* A data plane with the options' workers, the floor and the first worker's frames. -1: said why. */
int rig_create(struct rig *rig);
void rig_destroy(struct rig *rig);

/* Frames in flight of RIG's own. */
int rig_create_frames(struct rig *rig);
void rig_destroy_frames(struct rig *rig);

/* So many sessions are up from now on. */
int rig_open_sessions(struct rig *rig, unsigned count);

void rig_make_frames(const struct rig *rig, bool up, unsigned sessions);

/* Cycles a packet of the worker's code, for all frames in flight, which have been made. */
double rig_measure_worker(struct rig *rig, bool up);

/* As many packets that each session has had some. */
void rig_warm_up(struct rig *rig, bool up, unsigned sessions);

/* ---- other measurements by it ---------------------------------------------------------------- */

/* pipeline_workers.c: several workers at once, each on a core of its own. */
int rig_run_workers(struct rig *rig);

/* pipeline_profile.c: where the cycles go. */
int rig_run_profile(struct rig *rig);
