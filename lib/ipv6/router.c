/* SPDX-License-Identifier: BSD-3-Clause */
/* The link's life, and whose the packets are. */
#include "ipv6/router.h"

#include "ipv6/nd.h"
#include "ipv6/router_private.h"

#define RESUME_MS 30000 /* who is gone on with hears of it within so long */

void tp_ipv6_router_config_init(struct tp_ipv6_router_config *config)
{
	*config = (struct tp_ipv6_router_config){
		.ra_min_ms = 200000,
		.ra_max_ms = 600000,
		.router_lifetime_s = 1800,
		.preferred_s = 2700, /* RFC 9096, section 3.3: ND_PREFERRED_LIMIT */
		.valid_s = 5400,     /* ND_VALID_LIMIT */
		.advertise_dns = true,
		.prefer_delegation = true,
		.max_rt_s = 3600,
	};
}

void tp_ipv6_router_init(struct tp_ipv6_router *router, const struct tp_ipv6_routers *common,
			 void *user)
{
	*router = (struct tp_ipv6_router){
		.common = common,
		.user = user,
		.next_ra_ms = TP_NEVER,
		.answer_ms = TP_NEVER,
		.expiry_ms = TP_NEVER,
	};
}

void tp_ipv6_router_start(struct tp_ipv6_router *router, uint64_t now_ms)
{
	router->up = true;
	router->answer_ms = TP_NEVER;
	router->answers_from_ms = 0;
	tp_ipv6_ra_hurry(router);
	tp_ipv6_ra_send_to_all(router, now_ms);
	/* The peer may not have been ready for this one. */
	router->all_from_ms = now_ms;
}

void tp_ipv6_router_resume(struct tp_ipv6_router *router, uint64_t now_ms)
{
	router->up = true;
	router->answer_ms = TP_NEVER;
	router->answers_from_ms = 0;
	router->all_from_ms = now_ms;
	router->next_ra_ms = now_ms + 1 + tp_random_below(router->common->random, RESUME_MS);
}

void tp_ipv6_router_stop(struct tp_ipv6_router *router, bool farewell, uint64_t now_ms)
{
	tp_ipv6_leases_expire(router, now_ms);
	if (!router->up)
		return;
	if (farewell)
		tp_ipv6_ra_send(router, tp_ipv6_all_nodes, TP_IPV6_RA_FAREWELL);
	router->up = false;
	router->next_ra_ms = router->answer_ms = TP_NEVER;
}

void tp_ipv6_router_clear(struct tp_ipv6_router *router)
{
	tp_ipv6_leases_free(router);
	router->up = false;
	router->next_ra_ms = router->answer_ms = TP_NEVER;
}

void tp_ipv6_router_renumber(struct tp_ipv6_router *router, const struct tp_prefix6 *old,
			     uint64_t now_ms)
{
	if (old != NULL && old->length == 64)
		router->old = *old;
	tp_ipv6_ra_hurry(router);
	if (router->up)
		tp_ipv6_ra_send_to_all(router, now_ms);
}

/* ---- packets --------------------------------------------------------------------------------- */

/* One packet on its way. */
struct arrival {
	struct tp_ipv6_router *router;
	struct tp_ipv6_in in;
	struct tp_ipv6_terms terms;
	uint8_t local[TP_IPV6_ADDRESS_LEN]; /* our link-local address */
	uint64_t now_ms;
};

static enum tp_ipv6_reason received(struct arrival *a, enum tp_ipv6_message message)
{
	a->router->common->counters->received[message]++;
	return TP_IPV6_NO_REASON;
}

static bool is_to_us(const struct arrival *a)
{
	return tp_ipv6_same(a->in.dst, a->local);
}

/* The peer's link-local address, or one that we gave it. */
static bool is_of_peer(const struct arrival *a)
{
	static const uint8_t unknown[TP_IPV6_INTERFACE_ID_LEN];
	const struct tp_ipv6_terms *terms = &a->terms;
	uint8_t remote[TP_IPV6_ADDRESS_LEN];

	if (tp_ipv6_is_link_local(a->in.src)) {
		tp_ipv6_link_local(remote, terms->remote_id);
		return tp_ipv6_same(a->in.src, remote) ||
		       memcmp(terms->remote_id, unknown, sizeof(unknown)) == 0;
	}
	return (terms->prefix.length > 0 && tp_prefix6_has(&terms->prefix, a->in.src)) ||
	       (terms->address.length > 0 && tp_prefix6_has(&terms->address, a->in.src));
}

static enum tp_ipv6_reason take_router_solicit(struct arrival *a)
{
	bool unspecified = tp_ipv6_is_unspecified(a->in.src);
	enum tp_ipv6_reason reason;

	if (!is_to_us(a) && !tp_ipv6_same(a->in.dst, tp_ipv6_all_routers))
		return TP_IPV6_NOT_FOR_US;
	reason = tp_nd_router_solicit_parse(a->in.payload, unspecified);
	if (reason != TP_IPV6_NO_REASON)
		return reason;
	received(a, TP_IPV6_ROUTER_SOLICITATION);
	tp_ipv6_ra_solicited(a->router, unspecified, a->now_ms);
	return TP_IPV6_NO_REASON;
}

/* Who looks for our address without having one (RFC 4862, section 5.4.4: whether it is free) is
 * told by all nodes. */
static enum tp_ipv6_reason take_neighbour_solicit(struct arrival *a)
{
	bool unspecified = tp_ipv6_is_unspecified(a->in.src);
	uint8_t group[TP_IPV6_ADDRESS_LEN];
	enum tp_ipv6_reason reason;
	const uint8_t *target;
	struct tp_ipv6_out out;

	reason = tp_nd_neighbour_solicit_parse(a->in.payload, unspecified, &target);
	if (reason != TP_IPV6_NO_REASON)
		return reason;
	tp_ipv6_solicited_node(group, a->local);
	if (!tp_ipv6_same(target, a->local) || (!is_to_us(a) && !tp_ipv6_same(a->in.dst, group)))
		return TP_IPV6_NOT_FOR_US;
	received(a, TP_IPV6_NEIGHBOUR_SOLICITATION);
	tp_ipv6_out_icmp(&out, a->local, unspecified ? tp_ipv6_all_nodes : a->in.src);
	tp_nd_neighbour_advert_build(&out.w, a->local, !unspecified);
	tp_ipv6_router_send(a->router, &out, TP_IPV6_NEIGHBOUR_ADVERTISEMENT);
	return TP_IPV6_NO_REASON;
}

/* RFC 4443, section 4.2. */
static enum tp_ipv6_reason take_echo_request(struct arrival *a)
{
	struct tp_ipv6_out out;

	if (!is_to_us(a) && !tp_ipv6_same(a->in.dst, tp_ipv6_all_nodes) &&
	    !tp_ipv6_same(a->in.dst, tp_ipv6_all_routers))
		return TP_IPV6_NOT_FOR_US;
	tp_ipv6_out_icmp(&out, a->local, a->in.src);
	tp_write_be32(&out.w, (uint32_t)TP_ICMP6_ECHO_REPLY << 24);
	tp_write_bytes(&out.w, a->in.payload.p + 4, tp_reader_left(&a->in.payload) - 4);
	if (!tp_ipv6_router_send(a->router, &out, TP_IPV6_ECHO_REPLY))
		return TP_IPV6_TOO_LONG;
	return received(a, TP_IPV6_ECHO_REQUEST);
}

static enum tp_ipv6_reason take_icmp(struct arrival *a)
{
	uint8_t type = a->in.payload.p[0];

	if (type == TP_ICMP6_ECHO_REQUEST)
		return is_of_peer(a) ? take_echo_request(a) : TP_IPV6_FOREIGN_SOURCE;
	if (type != TP_ICMP6_ROUTER_SOLICIT && type != TP_ICMP6_NEIGHBOR_SOLICIT)
		return TP_IPV6_NOT_FOR_US;
	if (a->in.hop_limit != TP_IPV6_ND_HOP_LIMIT)
		return TP_IPV6_FORWARDED;
	if (!tp_ipv6_is_unspecified(a->in.src) && !is_of_peer(a))
		return TP_IPV6_FOREIGN_SOURCE;
	return type == TP_ICMP6_ROUTER_SOLICIT ? take_router_solicit(a) : take_neighbour_solicit(a);
}

static enum tp_ipv6_reason take_udp(struct arrival *a)
{
	if (a->in.dst_port != TP_DHCP6_SERVER_PORT ||
	    (!is_to_us(a) && !tp_ipv6_same(a->in.dst, tp_ipv6_all_dhcp6_servers)))
		return TP_IPV6_NOT_FOR_US;
	if (!is_of_peer(a))
		return TP_IPV6_FOREIGN_SOURCE;
	return tp_ipv6_router_dhcp6(a->router, &a->in, &a->terms, is_to_us(a), a->now_ms);
}

static enum tp_ipv6_reason take(struct arrival *a, const void *packet, size_t len)
{
	enum tp_ipv6_reason reason;

	if (!a->router->up)
		return TP_IPV6_LINK_DOWN;
	reason = tp_ipv6_in_parse(&a->in, packet, len);
	if (reason != TP_IPV6_NO_REASON)
		return reason;
	tp_ipv6_leases_expire(a->router, a->now_ms);
	tp_ipv6_router_terms(a->router, &a->terms);
	tp_ipv6_link_local(a->local, a->terms.local_id);
	return a->in.protocol == TP_IPV6_ICMP ? take_icmp(a) : take_udp(a);
}

enum tp_ipv6_reason tp_ipv6_router_input(struct tp_ipv6_router *router, const void *packet,
					 size_t len, uint64_t now_ms)
{
	struct arrival a = {.router = router, .now_ms = now_ms};
	enum tp_ipv6_reason reason = take(&a, packet, len);

	if (reason != TP_IPV6_NO_REASON)
		router->common->counters->discarded[reason]++;
	return reason;
}

/* ---- time ------------------------------------------------------------------------------------ */

void tp_ipv6_router_tick(struct tp_ipv6_router *router, uint64_t now_ms)
{
	tp_ipv6_leases_expire(router, now_ms);
	if (router->up)
		tp_ipv6_ra_tick(router, now_ms);
}

uint64_t tp_ipv6_router_deadline(const struct tp_ipv6_router *router)
{
	uint64_t first = router->expiry_ms;

	if (router->next_ra_ms < first)
		first = router->next_ra_ms;
	return router->answer_ms < first ? router->answer_ms : first;
}
