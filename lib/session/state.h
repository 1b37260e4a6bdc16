/* SPDX-License-Identifier: BSD-3-Clause */
/* What one session is made of. What others may know of it is in session.h. */
#pragma once

#include <assert.h>
#include <sys/queue.h>

#include "aaa/aaa.h"
#include "base/timer.h"
#include "session/session.h"

struct tp_ac_bundle;
struct tp_ac_login;
struct tp_ac_place;
struct tp_ac_ppp_config;
struct tp_ac_server;
LIST_HEAD(tp_session_list, tp_session);
STAILQ_HEAD(tp_session_queue, tp_session);
TAILQ_HEAD(tp_ac_login_queue, tp_ac_login);

/* One session, from its PADR until its slot is released. Under 1 KiB. */
struct tp_session {
	struct tp_ac *ac;
	struct tp_ac_server *server;
	struct tp_ac_ppp_config *ppp_config;
	struct tp_access_line *line;	  /* NULL: no tag of the PADR to be trusted */
	struct tp_ac_bundle *bundle;	  /* NULL: no MP, or its peer does not name its end */
	struct tp_ac_login *login;	  /* who the peer is, while that is an open question */
	struct tp_ac_login_queue waiters; /* logins that want this session's address */

	uint64_t id;
	uint32_t slot;
	uint16_t session_id;
	uint8_t state;	/* enum tp_session_state */
	uint8_t reason; /* enum tp_end_reason, once `ending` */
	struct tp_access access;
	struct tp_mac mac;
	bool ending;	      /* the end is decided */
	bool by_link;	      /* by the PPP link itself: why comes with TP_PPP_FINISHED */
	bool forwarding;      /* the data plane has it up */
	bool was_up;	      /* went down since the event was last told */
	bool peer_left;	      /* by PADT: there is nobody to tell */
	bool joined;	      /* a link of its bundle's leader, and no more */
	bool unlinked;	      /* of a leader: its own link carries nothing, others do */
	bool linkless;	      /* and it is gone */
	uint8_t method;	      /* enum tp_ppp_method */
	uint8_t depth;	      /* calls of its PPP link on the stack */
	uint8_t entered_in;   /* the state when the outermost of them began */
	uint8_t local_leased; /* local_address is out of a pool */
	uint16_t keepalive_s; /* as the data plane has it */

	uint16_t mtu; /* of packets: with MP, more than link_mtu */
	uint16_t mru;
	uint16_t mrru; /* 0: no MP */
	uint16_t link_mtu;
	bool short_sequence;
	bool peer_short_sequence;
	uint32_t lcp_era; /* how often LCP has come up */
	uint32_t magic;
	uint32_t remote_address; /* 0: none yet; ours until the slot is released */
	uint32_t local_address;
	uint32_t instance;
	struct tp_subscriber subscriber; /* what it gets; nothing, until authenticated */

	uint64_t fingerprint; /* of the PADR: a duplicate has the same */
	uint64_t started_ms;
	uint64_t up_ms;		/* first; 0: not yet */
	uint64_t last_up_ms;	/* last */
	uint64_t limit_ms;	/* of the set-up, or of the Terminate exchange */
	uint64_t idle_look_ms;	/* when to look at idle_ms() */
	uint64_t bytes_look_ms; /* when to look at bytes() */

	struct tp_timer ppp_timer;  /* tp_ppp_deadline() */
	struct tp_timer life_timer; /* the earliest of its own deadlines */
	LIST_ENTRY(tp_session) by_user;
	LIST_ENTRY(tp_session) by_mac;
	LIST_ENTRY(tp_session) by_fingerprint;
	STAILQ_ENTRY(tp_session) free_entry;
	struct tp_ac_place *half_open; /* where it counts as such; NULL: it is not */
	TAILQ_ENTRY(tp_session) half_open_entry;

	struct tp_ppp ppp;
	char *user; /* NULL until authenticated; the leases' info */
};
static_assert(sizeof(struct tp_session) < 1024, "a session stays under 1 KiB");

/* The user's name, "" until authenticated. */
static inline const char *tp_session_user(const struct tp_session *s)
{
	return s->user != NULL ? s->user : "";
}
