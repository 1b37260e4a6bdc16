/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6 of a session: what it holds, and the router's end of its link (ipv6/router.h). One piece of
 * memory, that a session has when it holds a prefix or IPV6CP has come up: who has no IPv6 pays for
 * a pointer. Prefixes are held until the session's slot is released, delegated ones out of a pool
 * until the subscriber gives them back. */
#pragma once

#include "base/least.h"
#include "ipv6/router.h"
#include "session/login.h"
#include "session/state.h"

#define TP_AC_DELEGATIONS_MAX 8 /* prefixes of one session */

/* A delegated prefix, by its number; of length 0: none. */
struct tp_ac_delegated {
	struct tp_prefix6 prefix;
	bool committed;	  /* the subscriber has it: packets flow */
	const char *pool; /* that it was asked of, a name; NULL: it is fixed, and held to the end */
	const char *from; /* the pool's that it came from, good while it is held; NULL: of none */
};

struct tp_ac_ipv6 {
	struct tp_ipv6_router router;
	uint64_t waits_until_ms;   /* IPV6CP is up, and IPCP about to be; 0: it does not wait */
	struct tp_ac_early *early; /* what the subscriber has said meanwhile; NULL: nothing */
	uint8_t local_id[8], remote_id[8]; /* as IPV6CP agreed */
	struct tp_prefix6 prefix;	   /* of the link; length 0: none */
	struct tp_prefix6 address;	   /* beside it, by IA_NA; length 0: none */
	/* The pools' that they came from, good while they are held; NULL: of none. */
	const char *prefix_from, *address_from;
	uint8_t room;		  /* of `delegated` */
	uint8_t refused;	  /* bits: delegated, and the data plane won't have them */
	bool broken;		  /* it has what it should not have any more */
	uint16_t delegated_count; /* of `routes` */
	uint16_t route_count;
	struct tp_ac_delegated *delegated;
	/* Delegated ones first, then the rest; one that is delegated, and alone, is no copy. */
	struct tp_prefix6 *routes;
};

/* ipv6_take.c: what is taken at the login */

/* Takes the prefixes of S, or says that it is to have none (s->no_ipv6): as
 * tp_ac_take_addresses(). */
enum tp_ac_take tp_ac_take_prefixes(struct tp_session *s, struct tp_session *replaced,
				    struct tp_session **wait_for, char text[160]);
/* Is the subscriber of S to have anything of IPv6 that it could stand on alone? */
bool tp_ac_ipv6_suffices(const struct tp_session *s);
/* ipv6_prefix.c: what is held */

/* S holds it for USE. */
struct tp_pool6_holder tp_ac_ipv6_holder(struct tp_session *s, enum tp_pool6_use use);
/* The name of the pool that has given PREFIX to S just now. */
const char *tp_ac_ipv6_from(const struct tp_session *s, const struct tp_prefix6 *prefix);
/* The user's place in a pool. */
uint64_t tp_ac_ipv6_place(const struct tp_session *s, enum tp_pool6_use use, unsigned number);
/* Room for COUNT delegated prefixes. -ENOMEM. */
int tp_ac_ipv6_make_room(struct tp_session *s, unsigned count);
/* The one that S has, made if it has none; NULL: no memory. */
struct tp_ac_ipv6 *tp_ac_ipv6_of(struct tp_session *s);
/* Prefix NUMBER of those that are delegated to S: the one that it has, or a new one; COMMIT: in any
 * case out of the pool that is the subscriber's now, if there is one to be had. 0 or a negative
 * errno. */
int tp_ac_delegate(struct tp_session *s, unsigned number, const struct tp_prefix6 *hint,
		   bool commit, struct tp_prefix6 *prefix);
/* PREFIX, of NUMBER or what that was before, is not the subscriber's any more. */
void tp_ac_undelegate(struct tp_session *s, unsigned number, const struct tp_prefix6 *prefix);
/* How many S may have. */
unsigned tp_ac_delegations(const struct tp_session *s);
/* What leads to S beside its prefix, made anew. -ENOMEM: it is as it was. */
int tp_ac_ipv6_routes_make(struct tp_session *s);
/* All is given back, and the piece freed. */
void tp_ac_ipv6_release(struct tp_session *s);

/* ipv6_config.c: what all links have in common */

/* The configuration is another, or has changed in place. */
void tp_ac_ipv6_configure(struct tp_ac *ac);
/* A port has been set. */
void tp_ac_ipv6_identify(struct tp_ac *ac);
/* What hosts are told of a link with this MTU. */
uint16_t tp_ac_ipv6_mtu(const struct tp_ac *ac, uint16_t link);

/* ipv6_early.c: what comes while it waits */

/* PACKET is kept until IPv6 is up. False: it is not worth it, or there is one. */
bool tp_ac_ipv6_keep_early(struct tp_session *s, const uint8_t *packet, size_t len);
/* IPv6 is up: the router's end hears it now. */
void tp_ac_ipv6_take_early(struct tp_session *s);
void tp_ac_ipv6_forget_early(struct tp_session *s);

/* ipv6.c: its life */

void tp_ac_ipv6_init(struct tp_ac *ac);
/* What IPV6CP is to negotiate for LINE. */
struct tp_ppp_interface_ids tp_ac_interface_ids(const struct tp_line *line);
/* IPCP of S has come up: and so does what waited for it. */
void tp_ac_ipv4_up(struct tp_session *s);
/* IPV6CP of S has come up, or gone down; ALL as in tp_ac_family_down(). */
void tp_ac_ipv6_up(struct tp_session *s, const struct tp_ppp_interface_ids *ids);
void tp_ac_ipv6_down(struct tp_session *s, bool all);
/* What S gets has changed: it is told so. */
void tp_ac_ipv6_advertise(struct tp_session *s);
/* An IPv6 packet from the subscriber of S, for us. */
void tp_ac_ipv6_input(struct tp_session *s, const uint8_t *packet, size_t len);
void tp_ac_ipv6_tick(struct tp_session *s);
static inline uint64_t tp_ac_ipv6_deadline(const struct tp_session *s)
{
	uint64_t at;

	if (s->ipv6 == NULL || s->line->ending)
		return TP_NEVER;
	at = tp_ipv6_router_deadline(&s->ipv6->router);
	return s->ipv6->waits_until_ms != 0 ? tp_least_u64(at, s->ipv6->waits_until_ms) : at;
}
