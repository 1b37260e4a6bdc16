/* SPDX-License-Identifier: BSD-3-Clause */
/* What one session is made of. What others may know of it is in session.h. */
#pragma once

#include <assert.h>
#include <sys/queue.h>

#include "ppp/ppp.h"
#include "aaa/aaa.h"
#include "base/timer.h"
#include "session/session.h"

struct tp_ac_ipv6;
struct tp_ac_login;
struct tp_ac_place;
struct tp_ac_ppp_config;
struct tp_ac_server;
LIST_HEAD(tp_session_list, tp_session);
SLIST_HEAD(tp_session_chain, tp_session);
SLIST_HEAD(tp_lines, tp_line);
STAILQ_HEAD(tp_session_queue, tp_session);
TAILQ_HEAD(tp_ac_login_queue, tp_ac_login);

/* A line that carries a session's packets: a PPPoE session by which a host dials in, with its PPP
 * link. It stands in one with the session that began with it, and serves that, until it has joined
 * another (bundle.h). */
struct tp_line {
	struct tp_session *session; /* whose packets it carries; NULL: nobody's any more */
	SLIST_ENTRY(tp_line) entry; /* among that session's */
	struct tp_ac_ppp_config *ppp_config;
	struct tp_access_line *access_line; /* NULL: no tag of the PADR to be trusted */

	uint32_t slot;	  /* the data plane's */
	uint32_t lcp_era; /* how often LCP has come up */
	uint32_t magic;	  /* what LCP has agreed on, as what follows */
	uint16_t mtu;	  /* of packets: with MP, more than link_mtu */
	uint16_t mru;
	uint16_t mrru; /* 0: no MP */
	uint16_t link_mtu;
	bool short_sequence : 1;
	bool peer_short_sequence : 1;
	bool gone : 1;	      /* its place, MAC and session id are nobody's, or another's */
	bool peer_left : 1;   /* by PADT: there is nobody to tell */
	uint8_t method;	      /* enum tp_ppp_method */
	uint8_t depth;	      /* calls of its PPP link on the stack */
	uint16_t keepalive_s; /* as the data plane has it */
	uint16_t session_id;
	struct tp_access access;
	struct tp_mac mac;

	uint64_t fingerprint; /* of the PADR: a duplicate has the same */
	LIST_ENTRY(tp_session) by_mac;
	SLIST_ENTRY(tp_session) by_fingerprint;
	struct tp_ppp ppp;
};

/* One session, from its PADR until its slot is released. */
struct tp_session {
	struct tp_ac *ac;
	struct tp_ac_server *server;
	struct tp_ac_login *login;	  /* who the peer is, while that is an open question */
	struct tp_ac_login_queue waiters; /* logins that want this session's address */
	char *user;			  /* NULL until authenticated; the leases' info */
	LIST_ENTRY(tp_session) by_user;

	uint64_t id;
	uint8_t state;	       /* enum tp_session_state */
	uint8_t reason;	       /* enum tp_end_reason, once `ending` */
	uint8_t entered_in;    /* the state when the outermost call of its PPP link began */
	bool ending : 1;       /* the end is decided */
	bool by_link : 1;      /* by the PPP link itself: why comes with TP_PPP_FINISHED */
	bool forwarding : 1;   /* the data plane has it up */
	bool was_up : 1;       /* went down since the event was last told */
	bool leaving : 1;      /* LCP of its line goes down, and all that depends on it */
	bool local_leased : 1; /* local_address is out of a pool */
	bool no_ipv6 : 1;      /* IPV6CP is not for it */
	uint8_t families; /* whose packets flow: TP_AC_IPV… or-ed; of links: their session's */
	uint32_t uses;	  /* of its slot, with this */
	uint32_t instance;
	uint32_t remote_address; /* 0: none yet; ours until the slot is released */
	uint32_t local_address;
	const struct tp_subscriber *subscriber; /* what it gets: subscriber.c */
	struct tp_ac_ipv6 *ipv6;		/* ipv6.h; NULL: nothing of it yet */

	uint64_t started_ms;
	uint64_t up_ms;	       /* first; 0: not yet */
	uint64_t last_up_ms;   /* last */
	uint64_t limit_ms;     /* of the set-up, or of the Terminate exchange */
	struct tp_timer timer; /* the earliest of these, and of tp_ppp_deadline() */

	struct tp_ac_place *half_open; /* where it counts as such; NULL: it is not */
	union {			       /* one after the other */
		TAILQ_ENTRY(tp_session) half_open_entry; /* while it is half-open */
		struct {
			uint64_t idle_look_ms;	/* while it is up: when to look at idle_ms() */
			uint64_t bytes_look_ms; /* and at bytes() */
		};
		STAILQ_ENTRY(tp_session) free_entry; /* its slot is released */
	};

	struct tp_line line;	 /* with which it began */
	struct tp_lines lines;	 /* that carry its packets; none: its line has joined another's */
	struct tp_line *network; /* one of them: its PPP link has IPCP and CCP */
	uint64_t endpoint;	 /* a digest of what the peer calls its end; 0: nothing, or no MP */
};
static_assert(sizeof(struct tp_session) <= 768, "a session with its line");

/* The session that began with LINE. */
static inline struct tp_session *tp_line_owner(const struct tp_line *line)
{
	return (void *)((uintptr_t)line - offsetof(struct tp_session, line));
}

/* Whose packets go by the line of S: those of another that it has joined, or its own. */
static inline struct tp_session *tp_session_leader(const struct tp_session *s)
{
	return s->line.session != NULL ? s->line.session : tp_line_owner(&s->line);
}

static inline bool tp_session_joined(const struct tp_session *s)
{
	return tp_session_leader(s) != s;
}

/* The user's name, "" until authenticated. */
static inline const char *tp_session_user(const struct tp_session *s)
{
	return s->user != NULL ? s->user : "";
}
