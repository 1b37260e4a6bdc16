/* SPDX-License-Identifier: BSD-3-Clause */
/* How far ahead the floor fetches: what is best is looked for on the machine that it runs on, for
 * each kind of traffic and number of sessions. */
#pragma once

#include "floor.h"

/* Cycles a packet of one round over frames made anew, with the distances that are set. */
typedef double (*floor_measure_fn)(void *arg);

/* Leaves the distances that were best in FLOOR. TABLES: their distance matters as well. */
void floor_tune(struct floor *floor, bool tables, floor_measure_fn measure, void *arg);
