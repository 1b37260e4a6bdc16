/* SPDX-License-Identifier: BSD-3-Clause */
/* Router Advertisements: what is in them, and when they go out (RFC 4861, section 6.2).
 *
 * A Router Solicitation is answered to who asked alone, which RFC 4861 leaves to the router: so
 * answers need not wait three seconds for each other, as those to all nodes must. Nor do they wait
 * for a random while, which is for links where several routers would answer at once. */
#include "ipv6/nd.h"
#include "ipv6/router_private.h"

/* RFC 4861, section 10. */
#define INITIAL_ADVERTISEMENTS	3
#define INITIAL_INTERVAL_MAX_MS 16000
#define MIN_DELAY_MS		3000
#define ANSWER_DELAY_MS		500 /* MAX_RA_DELAY_TIME: between answers to the peer */

/* All of the first three are within INITIAL_INTERVAL_MAX_MS. */
#define INITIAL_SPREAD_MS (INITIAL_INTERVAL_MAX_MS / (INITIAL_ADVERTISEMENTS - 1) - MIN_DELAY_MS)

/* Advertisements in which a prefix that is over is told as such: RFC 7084, L-13 sets no number; a
 * host that slept through them hears nothing of that prefix any more, and it ends in time. */
#define OLD_ADVERTISEMENTS 10

static bool flag(unsigned setting, bool automatic)
{
	return setting == TP_IPV6_FLAG_AUTO ? automatic : setting == TP_IPV6_FLAG_YES;
}

static void add_prefix(struct tp_nd_router_advert *ra, const struct tp_prefix6 *prefix)
{
	struct tp_nd_prefix *added = &ra->prefixes[ra->prefix_count++];

	*added = (struct tp_nd_prefix){.prefix = *prefix, .autonomous = true};
}

/* SLAAC takes prefixes of 64 bits alone (RFC 4291, section 2.5.1). */
static void add_prefixes(struct tp_nd_router_advert *ra, const struct tp_ipv6_router *router,
			 const struct tp_ipv6_terms *terms)
{
	const struct tp_ipv6_router_config *config = &router->common->config;

	if (terms->prefix.length == 64) {
		add_prefix(ra, &terms->prefix);
		ra->prefixes[0].preferred_s = config->preferred_s;
		ra->prefixes[0].valid_s = config->valid_s;
		ra->prefixes[0].delegation = config->prefer_delegation && terms->delegations > 0;
	}
	if (router->old.length == 64 && !tp_prefix6_same(&router->old, &terms->prefix))
		add_prefix(ra, &router->old);
}

/* RFC 8106, section 5.1: so long that two advertisements may be lost. */
static uint32_t dns_lifetime_s(const struct tp_ipv6_router_config *config)
{
	uint32_t three = (uint32_t)((uint64_t)config->ra_max_ms * 3 / 1000);

	return three > config->router_lifetime_s ? three : config->router_lifetime_s;
}

static void fill(struct tp_nd_router_advert *ra, const struct tp_ipv6_router *router,
		 const struct tp_ipv6_terms *terms)
{
	const struct tp_ipv6_router_config *config = &router->common->config;
	bool stateful = terms->address.length == 128;

	memset(ra, 0, sizeof(*ra));
	ra->hop_limit = config->hop_limit;
	ra->managed = flag(config->managed, stateful);
	ra->other = flag(config->other, stateful || terms->delegations > 0 ||
						terms->dns_count > 0 || terms->search_count > 0);
	ra->router_lifetime_s = config->router_lifetime_s;
	ra->mtu = terms->mtu;
	add_prefixes(ra, router, terms);
	if (config->advertise_dns) {
		ra->dns = terms->dns;
		ra->dns_count = terms->dns_count < TP_ND_DNS_MAX ? terms->dns_count : TP_ND_DNS_MAX;
		ra->search = terms->search;
		ra->search_count = terms->search_count;
		ra->dns_lifetime_s = ra->search_lifetime_s = dns_lifetime_s(config);
	}
}

/* RFC 4861, section 6.2.5, and for prefixes RFC 7084, L-13: hosts that will not hear us any more do
 * not go on with what they had from us. Those that heed RFC 4862's two hours deprecate it at least.
 */
static void say_that_it_is_over(struct tp_nd_router_advert *ra)
{
	ra->router_lifetime_s = 0;
	ra->dns_lifetime_s = ra->search_lifetime_s = 0;
	for (unsigned i = 0; i < ra->prefix_count; i++)
		ra->prefixes[i].preferred_s = ra->prefixes[i].valid_s = 0;
}

void tp_ipv6_ra_send(struct tp_ipv6_router *router, const uint8_t *dst, enum tp_ipv6_ra kind)
{
	uint8_t local[TP_IPV6_ADDRESS_LEN], remote[TP_IPV6_ADDRESS_LEN];
	struct tp_nd_router_advert ra;
	struct tp_ipv6_terms terms;
	struct tp_ipv6_out out;

	tp_ipv6_router_terms(router, &terms);
	tp_ipv6_link_local(local, terms.local_id);
	tp_ipv6_link_local(remote, terms.remote_id);
	fill(&ra, router, &terms);
	if (kind == TP_IPV6_RA_FAREWELL)
		say_that_it_is_over(&ra);
	tp_ipv6_out_icmp(&out, local, dst != NULL ? dst : remote);
	tp_nd_router_advert_build(&out.w, &ra);
	tp_ipv6_router_send(router, &out, TP_IPV6_ROUTER_ADVERTISEMENT);
}

static uint64_t interval_ms(struct tp_ipv6_router *router)
{
	const struct tp_ipv6_router_config *config = &router->common->config;
	uint32_t min = config->ra_min_ms, max = config->ra_max_ms;

	if (router->initial_left > 0 && max > MIN_DELAY_MS + INITIAL_SPREAD_MS) {
		min = MIN_DELAY_MS;
		max = MIN_DELAY_MS + INITIAL_SPREAD_MS;
	}
	return min + (max > min ? tp_random_below(router->common->random, max - min + 1) : 0);
}

void tp_ipv6_ra_send_to_all(struct tp_ipv6_router *router, uint64_t now_ms)
{
	if (router->initial_left > 0)
		router->initial_left--;
	tp_ipv6_ra_send(router, tp_ipv6_all_nodes, TP_IPV6_RA);
	router->next_ra_ms = now_ms + interval_ms(router);
	router->all_from_ms = now_ms + MIN_DELAY_MS;
	if (router->old_left > 0 && --router->old_left == 0)
		router->old.length = 0;
}

void tp_ipv6_ra_hurry(struct tp_ipv6_router *router)
{
	router->initial_left = INITIAL_ADVERTISEMENTS;
	if (router->old.length != 0)
		router->old_left = OLD_ADVERTISEMENTS;
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

void tp_ipv6_ra_solicited(struct tp_ipv6_router *router, bool from_unspecified, uint64_t now_ms)
{
	uint64_t all_ms = later(now_ms, router->all_from_ms);

	if (!from_unspecified) {
		if (router->answer_ms == TP_NEVER)
			router->answer_ms = later(now_ms, router->answers_from_ms);
	} else if (all_ms < router->next_ra_ms) {
		router->next_ra_ms = all_ms;
	}
	tp_ipv6_ra_tick(router, now_ms);
}

void tp_ipv6_ra_tick(struct tp_ipv6_router *router, uint64_t now_ms)
{
	if (now_ms >= router->answer_ms) {
		router->answer_ms = TP_NEVER;
		router->answers_from_ms = now_ms + ANSWER_DELAY_MS;
		tp_ipv6_ra_send(router, NULL, TP_IPV6_RA);
	}
	if (now_ms >= router->next_ra_ms)
		tp_ipv6_ra_send_to_all(router, now_ms);
}
