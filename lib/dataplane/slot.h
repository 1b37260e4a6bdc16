/* SPDX-License-Identifier: BSD-3-Clause */
/* Control's side of a session's slot: what sessions.c, session_up.c and bundle.c share. */
#pragma once

#include "dataplane/grace.h"
#include "dataplane/local.h"
#include "dataplane/state.h"

/* JOINED: its link is one of another session's bundle. */
enum slot_state { SLOT_FREE, SLOT_OPEN, SLOT_UP, SLOT_JOINED, SLOT_CLOSED };

struct tp_holding;

struct tp_slot {
	uint8_t state; /* enum slot_state */
	uint8_t port;
	uint16_t session_id;
	struct tp_vlans vlans;
	uint32_t up_tick;
	uint16_t link_mtu; /* of its own link */
	bool unlinked : 1; /* up, but its own link carries nothing: its bundle's others do */
	bool gone : 1;	   /* and its session id is nobody's */
	bool limited : 1;  /* its rate limits are not zero any more */
	union {
		struct {			    /* until it is closed */
			struct tp_holding *holding; /* up, or NULL */
			uint32_t mp_era;  /* of the coding that the session had last; 0: none */
			uint32_t mp_next; /* a sequence number beyond those that it has sent */
			uint32_t leader;  /* joined: the slot of the bundle's session */
		};
		struct tp_grace_item grace; /* from then on */
	};
};
_Static_assert(sizeof(struct tp_slot) == 40, "there is one for each of max-sessions");

/* sessions.c */
/* Its session id is nobody's from now on. */
void tp_slot_withdraw_id(struct tp_dataplane *dp, const struct tp_slot *s);

/* session_up.c */
uint32_t tp_slot_ticks(const struct tp_dataplane *dp, unsigned seconds);
/* The reasons (enum tp_careful) why SLOT goes the careful way, all that it has from now on; again,
 * the same, when its coding or its terms have changed. */
void tp_slot_careful(struct tp_dataplane *dp, uint32_t slot, unsigned careful);

/* bundle.c */
/* SLOT, joined, is open again. */
void tp_bundle_leave(struct tp_dataplane *dp, uint32_t slot);
/* SLOT goes down: all that have joined it are open again. */
void tp_bundle_dissolve(struct tp_dataplane *dp, uint32_t slot);
/* SLOT's own link is up, or has changed: it takes part, if there are others. */
void tp_bundle_relink(struct tp_dataplane *dp, uint32_t slot);
