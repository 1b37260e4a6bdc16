/* SPDX-License-Identifier: BSD-3-Clause */
/* A session made of facts. Private to restore*.c. */
#pragma once

#include "session/engine.h"
#include "session/image_facts.h"

/* A restore that is under way. */
struct tp_restoring {
	struct tp_ac *ac;
	const char *user;
	const struct tp_session_facts *facts; /* NULL: of a link, which has nothing else */
	uint64_t wall_ms;		      /* when it is ac->now_ms */
	struct tp_error *error;
};

/* A line that had joined a session, until all sessions are there. */
struct tp_link_to_restore {
	SLIST_ENTRY(tp_link_to_restore) entry;
	uint64_t wall_ms;
	char user[TP_AAA_NAME_MAX + 1];
	struct tp_line_facts facts;
};

/* When it was, or will be, that the clock on the wall shows WALL_MS. */
static inline uint64_t tp_restoring_ms(const struct tp_restoring *r, uint64_t wall_ms)
{
	uint64_t ago;

	if (wall_ms >= r->wall_ms)
		return r->ac->now_ms + (wall_ms - r->wall_ms);
	ago = r->wall_ms - wall_ms;
	return ago < r->ac->now_ms ? r->ac->now_ms - ago : 1;
}

/* The same of what has been: it was not later than now, whatever the clocks say. */
static inline uint64_t tp_restoring_past_ms(const struct tp_restoring *r, uint64_t wall_ms)
{
	return wall_ms < r->wall_ms ? tp_restoring_ms(r, wall_ms) : r->ac->now_ms;
}

/* restore_held.c: S, whose user is known, holds what it held; what it has by then stays its own on
 * failure. -EEXIST, -EINVAL, -ENOMEM, and the error is filled. */
int tp_ac_reclaim_held(struct tp_restoring *r, struct tp_session *s);
