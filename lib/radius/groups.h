/* SPDX-License-Identifier: BSD-3-Clause */
/* Accounting-On and -Off, of which each group of servers (tp_radius_source_group()) is told, as
 * each may have a database of its own; within a group whoever answers first. One of them at a time.
 *
 * What has been told to some and not to others is put to those alone when it is tried again. No
 * I/O; one thread. */
#pragma once

#include "radius/source.h"

#define TP_RADIUS_GROUPS_MAX 64

struct tp_radius_groups {
	uint64_t seq;	  /* which one it is; 0: none was yet */
	unsigned pending; /* groups that are being asked */
	bool failed;	  /* one of them could not be, or did not answer */
	uint32_t told[TP_RADIUS_GROUPS_MAX];
	unsigned told_count;
};

/* Puts it to the COUNT servers of IDS; tp_radius_groups_answered() is to be called with the first
 * of them later. A negative errno: it was not put. */
typedef int (*tp_radius_groups_put)(void *owner, const uint32_t *ids, unsigned count);

/* Puts the one called SEQ to all groups that have not had it. -ENOENT: there is no group; another
 * negative errno: to none, of what PUT said. */
int tp_radius_groups_ask(struct tp_radius_groups *groups, const struct tp_radius_source *source,
			 uint64_t seq, tp_radius_groups_put put, void *owner);

/* The group whose first server is FIRST has acknowledged it, or not. True: that was the last that
 * was asked, and *ACKNOWLEDGED says whether nobody is owed it any more. */
bool tp_radius_groups_answered(struct tp_radius_groups *groups, uint32_t first, bool *acknowledged);
