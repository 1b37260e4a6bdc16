/* SPDX-License-Identifier: BSD-3-Clause */
/* What one session and its lines are made of. What others may know of them is in session.h. */
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
LIST_HEAD(tp_line_list, tp_line);
SLIST_HEAD(tp_line_chain, tp_line);
SLIST_HEAD(tp_lines, tp_line);
STAILQ_HEAD(tp_line_queue, tp_line);
LIST_HEAD(tp_ac_login_list, tp_ac_login);

/* A line: a PPPoE session by which a host dials in, with its PPP link, from its PADR until its slot
 * is released. It has its place, its ids, its login and its end. What it is for is a session's:
 * none until somebody has logged in; then one that begins with it, or one of the same user that it
 * has joined (bundle.h). */
struct tp_line {
	struct tp_ac *ac; /* NULL: its slot is nobody's */
	struct tp_ac_server *server;
	struct tp_session *session;    /* NULL: none yet, or none any more */
	SLIST_ENTRY(tp_line) entry;    /* among that one's, unless it has `left` */
	struct tp_ac_login *login;     /* who the peer is, while that is an open question */
	char *user;		       /* NULL until authenticated */
	struct tp_ac_place *half_open; /* where it counts as such; NULL: it is not */
	union {			       /* one after the other */
		TAILQ_ENTRY(tp_line) half_open_entry; /* while it is half-open */
		LIST_ENTRY(tp_line) by_user;	      /* when it has a user */
		STAILQ_ENTRY(tp_line) free_entry;     /* its slot is released */
	};
	struct tp_ac_ppp_config *ppp_config;
	struct tp_access_line *access_line; /* NULL: no tag of the PADR to be trusted */

	uint64_t id;
	uint64_t started_ms;
	uint64_t up_ms;	       /* first; 0: not yet */
	uint64_t last_up_ms;   /* last */
	uint64_t limit_ms;     /* of the set-up, or of the Terminate exchange */
	struct tp_timer timer; /* the earliest of what is due of it, and of the session it began */

	uint32_t slot;	       /* the data plane's */
	uint32_t uses;	       /* of its slot, with this */
	uint32_t start_number; /* of the start in which it began */
	uint32_t instance;     /* of its user */
	uint32_t lcp_era;      /* how often LCP has come up */
	uint32_t magic;	       /* what LCP has agreed on, as what follows */
	uint16_t mtu;	       /* of packets: with MP, more than link_mtu */
	uint16_t mru;
	uint16_t mrru; /* 0: no MP */
	uint16_t link_mtu;
	uint8_t state;	     /* enum tp_session_state */
	uint8_t reason;	     /* enum tp_end_reason, once `ending` */
	uint8_t entered_in;  /* the state when the outermost call of its PPP link began */
	uint8_t method;	     /* enum tp_ppp_method */
	uint8_t depth;	     /* calls of its PPP link on the stack */
	bool ending : 1;     /* the end is decided */
	bool by_link : 1;    /* by the PPP link itself: why comes with TP_PPP_FINISHED */
	bool forwarding : 1; /* the data plane has it up */
	bool was_up : 1;     /* went down since the event was last told */
	bool leaving : 1;    /* its LCP goes down, and all that depends on it */
	bool left : 1;	     /* the session that began with it goes on by others */
	bool gone : 1;	     /* it has left: its place, MAC and id are nobody's, or another's */
	bool peer_left : 1;  /* by PADT: there is nobody to tell */
	bool told_why : 1;   /* it was refused something, and the log says what */
	bool awaits_lcp : 1; /* restored, to negotiate anew: LCP begins with the next tick */
	bool short_sequence : 1;
	bool peer_short_sequence : 1;
	uint16_t keepalive_s; /* as the data plane has it */
	uint16_t session_id;
	struct tp_access access;
	struct tp_mac mac;

	uint64_t endpoint;    /* a digest of what the peer calls its end; 0: nothing, or no MP */
	uint64_t fingerprint; /* of the PADR: a duplicate has the same */
	LIST_ENTRY(tp_line) by_mac;
	SLIST_ENTRY(tp_line) by_fingerprint;
	struct tp_ppp ppp;
};

/* What a subscriber has, from its login until the slot of the line with which it began is released:
 * by one line, or in a bundle by several. */
struct tp_session {
	struct tp_line *line;		 /* with which it began; it may have left */
	struct tp_lines lines;		 /* that carry its packets */
	struct tp_line *network;	 /* one of them: its PPP link has IPCP and CCP */
	struct tp_ac_login_list waiters; /* logins that want its address, the last in front */
	const struct tp_subscriber *subscriber; /* what it gets, as others may: subscriber.c */
	struct tp_ac_ipv6 *ipv6;		/* ipv6.h; NULL: nothing of it yet */
	uint32_t remote_address;		/* 0: none yet; ours until the slot is released */
	uint32_t local_address;
	uint32_t secret_id;    /* .id of the local secret that it logged in by; 0: by none */
	uint8_t families;      /* whose packets flow: TP_AC_IPV… or-ed */
	bool local_leased : 1; /* local_address is out of a pool */
	bool no_ipv6 : 1;      /* IPV6CP is not for it */
	uint64_t look_ms;      /* while it is up: when to look at idle_ms() and bytes() */
};
static_assert(sizeof(struct tp_line) + sizeof(struct tp_session) <= 760, "a session with its line");

/* The session that began with LINE; NULL: none. */
static inline struct tp_session *tp_line_own(const struct tp_line *line)
{
	return line->session != NULL && line->session->line == line ? line->session : NULL;
}

/* It carries the packets of a session that began with another line. */
static inline bool tp_line_joined(const struct tp_line *line)
{
	return line->session != NULL && line->session->line != line;
}

/* It is of the host with MAC at ACCESS. */
static inline bool tp_line_at(const struct tp_line *line, const struct tp_access *access,
			      const struct tp_mac *mac)
{
	return tp_access_equal(&line->access, access) && tp_mac_equal(&line->mac, mac);
}

/* The user's name, "" until authenticated. */
static inline const char *tp_line_user(const struct tp_line *line)
{
	return line->user != NULL ? line->user : "";
}
