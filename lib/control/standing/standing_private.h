/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of lib/control/standing share. Control thread. */
#pragma once

#include "control/control_private.h"
#include "control/standing/standing.h"
#include "dataplane/live.h"
#include "journal/journal.h"
#include "session/image.h"

#define TP_STANDING_REASONS 8

/* The last start's work. */
struct tp_standing_restore {
	uint64_t wall_ms; /* when */
	uint32_t restored;
	uint32_t took_ms;
	uint32_t refused;
	struct {
		char word[24]; /* a reason, in a word; "": no more */
		uint32_t count;
	} reasons[TP_STANDING_REASONS];
	char why[160];	    /* the first that was refused, or why none was looked at */
	unsigned from_file; /* sessions whose counters were known to the packet */
};

struct tp_standing {
	struct tp_control *c;
	struct tp_journal *journal;
	char directory[256];
	struct tp_standing_restore last;

	/* While sessions are restored. */
	struct tp_live_last *counted;		  /* by the last daemon; NULL: not known */
	const struct tp_session_image_head *head; /* the one that is; NULL: none */
	struct tp_session_counters begin;
	uint64_t now_wall_ms;

	/* Slots whose session has changed, in order; each once. */
	uint32_t *changed;
	uint32_t size, first, count;
	uint8_t *is_changed; /* a bit for each slot */
	uint8_t *is_kept;    /* a bit for each slot: its session has a row */
	uint32_t kept;	     /* how many of them */

	/* Of all sessions, from this slot on; UINT32_MAX: none. Then what else the journal has is
	 * to go. */
	uint32_t again_slot;
	uint32_t checkpoint_slot; /* the next whose counters are put */
	uint64_t checkpoint_ms;	  /* when that was looked at last */
};

/* restore.c: opens the journal, and restores what it has. False: there is none. */
bool tp_standing_restore(struct tp_standing *st);
