/* SPDX-License-Identifier: BSD-3-Clause */
/* One distance after the other, all twice: each depends a little on the others. */
#include "floor_tune.h"

#include <stddef.h>

#include <rte_common.h>

#define PROBES 7    /* rounds for one setting; the third best counts */
#define PASSES 2    /* over all distances */
#define BETTER 0.15 /* cycles: by less it is noise */

static double probe(floor_measure_fn measure, void *arg)
{
	double best[3] = {1e9, 1e9, 1e9};

	for (unsigned i = 0; i < PROBES; i++) {
		double cycles = measure(arg);

		for (unsigned k = 0; k < RTE_DIM(best); k++) {
			if (cycles >= best[k])
				continue;
			double worse = best[k];
			best[k] = cycles;
			cycles = worse;
		}
	}
	return best[2];
}

static double tune_one(unsigned *distance, unsigned from, double best, floor_measure_fn measure,
		       void *arg)
{
	static const unsigned grid[] = {0, 4, 6, 8, 12, 16, 20, 24, 32, 48, FLOOR_BURST};
	unsigned keep = *distance;

	for (unsigned i = from; i < RTE_DIM(grid); i++) {
		if (grid[i] == keep)
			continue;
		*distance = grid[i];
		double cycles = probe(measure, arg);
		if (cycles >= best - BETTER)
			continue;
		best = cycles;
		keep = grid[i];
	}
	*distance = keep;
	return best;
}

void floor_tune(struct floor *floor, bool tables, floor_measure_fn measure, void *arg)
{
	struct floor_distances *ahead = &floor->ahead;

	*ahead = (struct floor_distances){.frames = 32, .tables = 24, .sessions = 16};
	double best = probe(measure, arg);
	for (unsigned i = 0; i < PASSES; i++) {
		best = tune_one(&ahead->frames, 1, best, measure, arg);
		best = tune_one(&ahead->sessions, 1, best, measure, arg);
		if (tables)
			best = tune_one(&ahead->tables, 1, best, measure, arg);
		best = tune_one(&ahead->mbufs, 0, best, measure, arg);
	}
}
