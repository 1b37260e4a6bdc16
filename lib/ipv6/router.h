/* SPDX-License-Identifier: BSD-3-Clause */
/* The router's end of a point-to-point link: Router Advertisements (RFC 4861), a DHCPv6 server (RFC
 * 8415, RFC 9915), and the answers that our own link-local address gives (Neighbour Solicitation,
 * Echo Request).
 *
 * One struct tp_ipv6_router is one link. What its peer is to get is not kept here: it is asked for
 * by terms() each time that it is told to the peer, so a change is in force with the next packet.
 * What the engine keeps are the leases of DHCPv6: who (DUID, IAID) has which, and until when. On a
 * point-to-point link there is one subscriber: one with another DUID, a router that was exchanged,
 * takes over what the last one had, when nothing else is left.
 *
 * Thread: the owner's only. No I/O, no clock: call tp_ipv6_router_tick() when
 * tp_ipv6_router_deadline() has come, and ask for it after each call. Callbacks are made from
 * within these calls, and may call none of them for the same router but
 * tp_ipv6_router_next_binding(). Memory is taken for bindings alone; without it, a lease is
 * refused. */
#pragma once

#include "base/clock.h"
#include "base/prefix.h"
#include "base/random.h"
#include "ipv6/counters.h"
#include "ipv6/duid.h"

struct tp_ipv6_router;

/* What /ipv6 nd has to say for all links, and who we are. */
struct tp_ipv6_router_config {
	uint32_t ra_min_ms, ra_max_ms; /* between unsolicited Router Advertisements */
	uint16_t router_lifetime_s;    /* 0: not a default router */
	uint32_t preferred_s, valid_s; /* of the link's prefix */
	uint8_t hop_limit;	       /* for the peer's packets; 0: not told */
	/* M and O. Automatic: M when there is an address to be had by DHCPv6, O when there is
	 * anything. */
	enum { TP_IPV6_FLAG_AUTO, TP_IPV6_FLAG_NO, TP_IPV6_FLAG_YES } managed, other;
	bool advertise_dns;	/* RDNSS and DNSSL in Router Advertisements too */
	bool prefer_delegation; /* RFC 9762's P flag, on links where prefixes are delegated */
	uint32_t max_rt_s;	/* SOL_MAX_RT and INF_MAX_RT, for who asks: 60 … 86,400 */
	struct tp_duid duid;	/* ours */
};

/* RouterOS's intervals, RFC 9096's lifetimes, no DUID. */
void tp_ipv6_router_config_init(struct tp_ipv6_router_config *config);

/* What a link's peer gets. All zero when terms() is asked; what it points to is read before the
 * engine calls anything else. */
struct tp_ipv6_terms {
	uint8_t local_id[8], remote_id[8]; /* interface identifiers, as IPV6CP agreed */
	uint16_t mtu;			   /* of the link; 0: not told */
	struct tp_prefix6 prefix; /* of the link: of 64 bits, for SLAAC; 128: as ADDRESS; 0: none */
	struct tp_prefix6 address; /* by IA_NA: length 128; 0: none */
	uint8_t delegations;	   /* prefixes that may be delegated, 0 … 8 */
	uint32_t lease_s; /* how long what DHCPv6 gives is valid, and preferred; 0: a day */
	const uint8_t (*dns)[16];
	unsigned dns_count;
	const char *const *search; /* "example.net" */
	unsigned search_count;
};

/* Whose lease. */
struct tp_ipv6_ia {
	bool prefix;	/* IA_PD; else IA_NA */
	uint8_t number; /* which of the link's prefixes, from 0 on: no two IAs have the same */
	uint8_t duid_len;
	uint32_t iaid;
	const uint8_t *duid; /* the client's */
};

/* A lease, offered or given. */
struct tp_ipv6_binding {
	struct tp_ipv6_ia ia;
	struct tp_prefix6 prefix; /* an address has length 128 */
	bool committed;		  /* given; else offered, for a minute */
	uint64_t since_ms;	  /* first committed */
	uint64_t renewed_ms;	  /* last told to the client */
	uint64_t until_ms;	  /* when it expires */
};

enum tp_ipv6_release {
	TP_IPV6_RELEASED, /* by the client */
	TP_IPV6_DECLINED, /* by the client: it says that another has the address */
	TP_IPV6_EXPIRED,
	TP_IPV6_LAPSED,	    /* an offer that was not taken up */
	TP_IPV6_REPLACED,   /* by another prefix, as delegate() or terms() say now, or by none */
	TP_IPV6_TAKEN_OVER, /* by another client: delegate() for it follows */
};

/* One for all links; all are there. USER is the link's. */
struct tp_ipv6_router_ops {
	/* An IPv6 packet to the link; its bytes are gone after the call. */
	void (*output)(void *user, const uint8_t *packet, size_t len);

	void (*terms)(void *user, struct tp_ipv6_terms *terms);

	/* The delegated prefix IA->number for IA: the one that this number has already, else a new
	 * one. HINT: what the client wishes, its length 0 for nothing, its address zero for a
	 * length alone. COMMIT: it is given, else only offered (released() follows when it is not
	 * taken up). 0, or a negative errno: there is none. */
	int (*delegate)(void *user, const struct tp_ipv6_ia *ia, const struct tp_prefix6 *hint,
			bool commit, struct tp_prefix6 *prefix);

	/* BINDING was committed (since_ms and renewed_ms are the same), or renewed. */
	void (*bound)(void *user, const struct tp_ipv6_binding *binding);

	/* It is over, whether it was committed or only offered. What is over is its prefix: when it
	 * was replaced, its number has another already. BINDING is gone after the call. */
	void (*released)(void *user, const struct tp_ipv6_binding *binding,
			 enum tp_ipv6_release why);
};

/* What all links have in common. The owner's; it may change CONFIG between two calls. */
struct tp_ipv6_routers {
	const struct tp_ipv6_router_ops *ops;
	struct tp_random *random;
	struct tp_ipv6_counters *counters;
	struct tp_ipv6_router_config config;
};

/* Opaque: the owner embeds it. */
struct tp_ipv6_router {
	const struct tp_ipv6_routers *common;
	void *user;
	struct tp_ipv6_lease *leases; /* each allocated */
	uint64_t next_ra_ms;	      /* to all nodes, unsolicited */
	uint64_t all_from_ms;	      /* not before: RFC 4861's MIN_DELAY_BETWEEN_RAS */
	uint64_t answer_ms;	      /* to the peer that has solicited; TP_NEVER: it has not */
	uint64_t answers_from_ms;     /* not before */
	uint64_t expiry_ms;	      /* of the first lease */
	struct tp_prefix6 old;	      /* told with lifetime zero; length 0: none */
	uint8_t old_left;	      /* in so many advertisements more */
	uint8_t initial_left;	      /* advertisements that come in quick succession */
	bool up;
};

/* COMMON and USER outlive it. Nothing is sent. */
void tp_ipv6_router_init(struct tp_ipv6_router *router, const struct tp_ipv6_routers *common,
			 void *user);

/* The link is up (IPV6CP is): the first Router Advertisement goes out at once. */
void tp_ipv6_router_start(struct tp_ipv6_router *router, uint64_t now_ms);

/* The link goes down, or has. FAREWELL: the peer can still be told, by a last Router Advertisement,
 * that neither router nor prefix are there any more. Leases stay, and expire in time; it may be
 * started again. */
void tp_ipv6_router_stop(struct tp_ipv6_router *router, bool farewell, uint64_t now_ms);

/* Frees what there is, without a word to anyone. Harmless on zeroed memory. */
void tp_ipv6_router_clear(struct tp_ipv6_router *router);

/* The terms have changed: they are advertised at once. OLD: the prefix that the link had until now,
 * told with lifetime zero from now on; NULL, or of another length than 64: no other prefix. */
void tp_ipv6_router_renumber(struct tp_ipv6_router *router, const struct tp_prefix6 *old,
			     uint64_t now_ms);

/* An IPv6 packet from the link. Returns why it was discarded; it has been counted. */
enum tp_ipv6_reason tp_ipv6_router_input(struct tp_ipv6_router *router, const void *packet,
					 size_t len, uint64_t now_ms);

void tp_ipv6_router_tick(struct tp_ipv6_router *router, uint64_t now_ms);
uint64_t tp_ipv6_router_deadline(const struct tp_ipv6_router *router);

/* The binding after PREVIOUS, the first after NULL, NULL after the last. */
const struct tp_ipv6_binding *tp_ipv6_router_next_binding(const struct tp_ipv6_router *router,
							  const struct tp_ipv6_binding *previous);

/* Goes on with a link that another start of the daemon has had: it is up, and nothing is sent at
 * once. The next Router Advertisement comes within half a minute, as what it tells may have changed
 * meanwhile. */
void tp_ipv6_router_resume(struct tp_ipv6_router *router, uint64_t now_ms);

/* BINDING, given before, stands (its DUID is copied); the owner holds what it is of. -EEXIST: its
 * number is another's; -ENOMEM. */
int tp_ipv6_router_rebind(struct tp_ipv6_router *router, const struct tp_ipv6_binding *binding);

/* Ends all leases of prefixes that PREFIX covers, by REPLACED: it is not this link's any more. The
 * client hears of it when it renews. */
void tp_ipv6_router_withdraw(struct tp_ipv6_router *router, const struct tp_prefix6 *prefix);
