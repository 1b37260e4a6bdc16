/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of the router's end share. Private to lib/ipv6: router.c knows them all,
 * router_dhcp6.c knows router_ia.c, all know leases.c. */
#pragma once

#include "ipv6/dhcp6.h"
#include "ipv6/router.h"

/* ---- leases.c: who has what ------------------------------------------------------------------ */

struct tp_ipv6_lease {
	struct tp_ipv6_binding binding; /* its DUID is the one below */
	struct tp_ipv6_lease *next;
	uint8_t duid[];
};

/* The one that has number NUMBER, of prefixes or of addresses; NULL: it is free. */
struct tp_ipv6_lease *tp_ipv6_lease_find(const struct tp_ipv6_router *router, bool prefix,
					 uint8_t number);

/* A new one for IA, whose number is free; neither committed nor with a time. NULL: no memory. */
struct tp_ipv6_lease *tp_ipv6_lease_add(struct tp_ipv6_router *router, const struct tp_ipv6_ia *ia,
					const struct tp_prefix6 *prefix);

/* It lasts until then. */
void tp_ipv6_lease_set_until(struct tp_ipv6_router *router, struct tp_ipv6_lease *lease,
			     uint64_t until_ms);

/* It is over, and the owner is told; LEASE is freed. */
void tp_ipv6_lease_end(struct tp_ipv6_router *router, struct tp_ipv6_lease *lease,
		       enum tp_ipv6_release why);

/* Ends those whose time has come. */
void tp_ipv6_leases_expire(struct tp_ipv6_router *router, uint64_t now_ms);

/* Frees all without a word. */
void tp_ipv6_leases_free(struct tp_ipv6_router *router);

/* ---- router_ra.c: Router Advertisements ------------------------------------------------------ */

enum tp_ipv6_ra { TP_IPV6_RA, TP_IPV6_RA_FAREWELL };

/* To DST, now. */
void tp_ipv6_ra_send(struct tp_ipv6_router *router, const uint8_t *dst, enum tp_ipv6_ra kind);

/* To all nodes, now, and the next one in its time. */
void tp_ipv6_ra_send_to_all(struct tp_ipv6_router *router, uint64_t now_ms);

/* The next INITIAL ones come in quick succession. */
void tp_ipv6_ra_hurry(struct tp_ipv6_router *router);

/* The peer asks, or, FROM_UNSPECIFIED, one without an address: answered now, or when it may be. */
void tp_ipv6_ra_solicited(struct tp_ipv6_router *router, bool from_unspecified, uint64_t now_ms);

/* Sends what is due. */
void tp_ipv6_ra_tick(struct tp_ipv6_router *router, uint64_t now_ms);

/* ---- router_dhcp6.c, router_ia.c: the DHCPv6 server ------------------------------------------ */

/* A DHCPv6 message and the answer to it. */
struct tp_dhcp6_exchange {
	struct tp_ipv6_router *router;
	const struct tp_dhcp6_message *message;
	uint64_t now_ms;
	struct tp_ipv6_terms terms; /* its pointers are stale after the first callback */
	bool commit;
	unsigned given; /* leases in the answer, but for those that are over */
	struct tp_ipv6_out out;
};

/* Adds IA's answer: its leases, old and new, or why there are none. LAST: of those of its kind. */
void tp_dhcp6_ia_serve(struct tp_dhcp6_exchange *ex, const struct tp_dhcp6_ia *ia, bool last);

/* Ends IA's leases; adds an answer when there were none. */
void tp_dhcp6_ia_release(struct tp_dhcp6_exchange *ex, const struct tp_dhcp6_ia *ia,
			 enum tp_ipv6_release why);

/* A message from the peer. TERMS: just asked for. UNICAST: to our own address. */
enum tp_ipv6_reason tp_ipv6_router_dhcp6(struct tp_ipv6_router *router, const struct tp_ipv6_in *in,
					 const struct tp_ipv6_terms *terms, bool unicast,
					 uint64_t now_ms);

/* ---- small ----------------------------------------------------------------------------------- */

static inline void tp_ipv6_router_terms(const struct tp_ipv6_router *router,
					struct tp_ipv6_terms *terms)
{
	memset(terms, 0, sizeof(*terms));
	router->common->ops->terms(router->user, terms);
	if (terms->prefix.length == 128 && terms->address.length == 0)
		terms->address = terms->prefix;
	if (terms->lease_s == 0)
		terms->lease_s = 86400;
}

/* Sends OUT, and counts it as MESSAGE; false if it did not fit. */
static inline bool tp_ipv6_router_send(struct tp_ipv6_router *router, struct tp_ipv6_out *out,
				       enum tp_ipv6_message message)
{
	size_t len = tp_ipv6_out_finish(out);

	if (len == 0)
		return false;
	router->common->counters->sent[message]++;
	router->common->ops->output(router->user, out->bytes, len);
	return true;
}

static inline enum tp_ipv6_message tp_dhcp6_message_of(uint8_t type)
{
	return (enum tp_ipv6_message)(TP_IPV6_DHCP6_SOLICIT + type - TP_DHCP6_SOLICIT);
}
