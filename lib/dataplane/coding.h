/* SPDX-License-Identifier: BSD-3-Clause */
/* What lies between IP and PPPoE of sessions that have more there than a header, their coding: MPPE
 * (RFC 3078), and below it MP (RFC 1990). Such sessions go the careful way; all others never come
 * here.
 *
 * A coding counts its fragments, so one worker owns it: those frames and packets of the session
 * that reach another worker are handed off. Control makes a coding, publishes it before the session
 * comes up, and frees it after a grace period; between them it is the owner's alone, and what it
 * does with it is in worker/coding.h. Control thread. */
#pragma once

#include "dataplane/grace.h"
#include "dataplane/sessions.h"
#include "wire/mp.h"
#include "wire/mp_order.h"

/* The ciphers of a coding. */
struct tp_cipher {
	struct tp_dataplane_encryption terms; /* as control gave it */
	struct tp_mppe_sender out;	      /* if terms.out has bits */
	struct tp_mppe_receiver in;	      /* if terms.in has bits */
	uint32_t told_tick;		      /* when control was last told that it can't decrypt */
	uint32_t budget_tick;		      /* changes of keys that the session may still cause */
	unsigned budget;		      /* in the second that began then */
};

/* The links of a bundle (RFC 1990, section 2): sessions that have joined another, and that other's
 * own. Immutable once published; replaced whole, freed after a grace period. */
struct tp_members {
	struct tp_grace_item grace;
	uint16_t count;
	uint16_t link_mtu; /* the least of theirs */
	uint32_t slot[TP_MP_LINKS];
} __attribute__((aligned(64)));

/* Two cache lines, that each frame needs. */
struct tp_coding {
	struct tp_grace_item grace;
	uint32_t leader;	    /* joined: the slot of the bundle's session, whose coding has
				     * the rest; else TP_SLOT_NONE */
	uint16_t owner;		    /* the worker */
	uint16_t held;		    /* where the worker keeps what is being joined */
	uint16_t turn;		    /* the member that sends next */
	uint16_t window;	    /* where the worker puts in order: reorder.h */
	struct tp_members *members; /* NULL: the session's own link alone */
	uint64_t serial;	    /* no two of a run have the same */
	struct tp_mp_sender out;
	struct tp_mp_receiver in;
	struct tp_cipher *cipher;		 /* NULL: none. In the coding's memory */
	struct tp_dataplane_multilink multilink; /* as control gave it */
} __attribute__((aligned(64)));
_Static_assert(sizeof(struct tp_coding) == 128, "two cache lines");

/* ---- coding_set.c --------------------------------------------------------------------------- */

/* Makes the coding of SLOT as UP has it; NULL in *CODING: none is needed. -ENOMEM. */
int tp_coding_create(struct tp_dataplane *dp, uint32_t slot,
		     const struct tp_dataplane_session_up *up, struct tp_coding **coding);

/* Makes the coding of a session that joins the bundle of LEADER, whose coding is BUNDLE. NULL: no
 * memory. */
struct tp_coding *tp_coding_create_joined(struct tp_dataplane *dp, uint32_t leader,
					  const struct tp_coding *bundle);

/* Why a session with CODING, or NULL, goes the careful way: enum tp_careful. */
unsigned tp_coding_careful(const struct tp_coding *coding);

/* CODING, or NULL, is SLOT's from now on; what it was before is freed when nobody looks any more.
 */
void tp_coding_publish(struct tp_dataplane *dp, uint32_t slot, struct tp_coding *coding);
