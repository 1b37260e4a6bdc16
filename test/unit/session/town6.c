/* SPDX-License-Identifier: BSD-3-Clause */
#include "town6.h"

#include "base/ipv6_text.h"
#include "base/name.h"

/* Who dials, and what it gets. */
static const struct grant {
	const char *user;
	const char *pool; /* of IPv4; NULL: none */
	const char *prefix_pool, *prefix;
	const char *pd_pool, *delegated[2];
	enum tp_use_ipv6 use;
} grants[] = {
	{.user = "dual", .pool = "pool", .prefix_pool = "links"},
	{.user = "bare", .pool = "pool"},
	{.user = "six", .prefix_pool = "links"},
	{.user = "fixed", .pool = "pool", .prefix = "2001:db8:f:1::/64"},
	{.user = "thief", .pool = "pool", .prefix = "2001:db8:f:1::/64"},
	{.user = "sixth", .prefix = "2001:db8:f:1::/64"},
	{.user = "must", .pool = "pool", .prefix_pool = "links", .use = TP_USE_IPV6_REQUIRED},
	{.user = "not", .pool = "pool", .prefix_pool = "links", .use = TP_USE_IPV6_NO},
	{.user = "broke", .pool = "pool", .prefix_pool = "nowhere"},
	{.user = "ruined", .pool = "pool", .prefix_pool = "nowhere", .use = TP_USE_IPV6_REQUIRED},
	{.user = "few", .pool = "pool", .prefix_pool = "few"},
	{.user = "fewer", .pool = "pool", .prefix_pool = "few"},
	{.user = "one", .pool = "pool", .prefix_pool = "hosts"},
	{.user = "home", .pool = "pool", .prefix_pool = "links", .pd_pool = "homes"},
	{.user = "house", .pool = "pool", .prefix_pool = "links", .pd_pool = "home"},
	{.user = "hut", .pool = "pool", .prefix_pool = "links", .pd_pool = "home"},
	{.user = "wan", .pd_pool = "homes"},
	{.user = "firm",
	 .pool = "pool",
	 .delegated = {"2001:db8:e:100::/56", "2001:db8:e:200::/56"}},
	{.user = "rival", .pool = "pool", .delegated = {"2001:db8:e:200::/56"}},
	{.user = "nothing"},
};

static const char *name(struct sim *sim, const char *text)
{
	return text != NULL ? tp_aaa_local_name(sim->secrets, text) : NULL;
}

static void grant(struct sim *sim, const struct grant *to, struct tp_subscriber *s)
{
	struct tp_subscriber_ipv6 ipv6 = {.lease_time_s = 3600};
	const char *pool = name(sim, to->prefix_pool), *pd_pool = name(sim, to->pd_pool);
	struct tp_prefix6 delegated[2];

	s->local.fixed = 0x0a000001;
	s->remote.pool = name(sim, to->pool);
	s->use_ipv6 = (uint8_t)(to->use == TP_USE_IPV6_DEFAULT ? TP_USE_IPV6_YES : to->use);
	if (to->prefix_pool == NULL && to->prefix == NULL && to->pd_pool == NULL &&
	    to->delegated[0] == NULL)
		return;
	ipv6.prefix_pool = pool;
	ipv6.pd_pool = pd_pool;
	ipv6.delegated = delegated;
	for (; ipv6.delegated_count < 2 && to->delegated[ipv6.delegated_count] != NULL;
	     ipv6.delegated_count++)
		assert_true(tp_prefix6_parse(to->delegated[ipv6.delegated_count],
					     &delegated[ipv6.delegated_count]));
	if (to->prefix != NULL)
		assert_true(tp_prefix6_parse(to->prefix, &ipv6.prefix));
	s->ipv6 = tp_subscriber_ipv6_copy(&ipv6);
	assert_non_null(s->ipv6);
	tp_name_unref(pool);
	tp_name_unref(pd_pool);
}

void town6_answer(struct sim *sim, uint64_t id, const char *user)
{
	struct tp_aaa_answer answer = {.reason = TP_AAA_ACCEPT};

	for (size_t i = 0; i < sizeof(grants) / sizeof(grants[0]); i++)
		if (strcmp(grants[i].user, user) == 0) {
			grant(sim, &grants[i], &answer.subscriber);
			tp_aaa_answer(sim->aaa, id, &answer);
			return;
		}
	fail_msg("who is %s?", user);
}

static void ask(void *source, uint64_t id, const struct tp_aaa_question *question)
{
	town6_answer(source, id, question->user);
}

static const struct tp_aaa_source_ops source = {.ask = ask};

static void pool(struct sim *sim, const char *name_, const char *prefix, uint8_t length)
{
	struct tp_prefix6 of;

	assert_true(tp_prefix6_parse(prefix, &of));
	assert_int_equal(tp_pool6_put(sim->pools6, name_, &of, length, NULL, NULL), 0);
}

void town6_pools(struct sim *sim)
{
	pool(sim, "links", "2001:db8::/48", 64);
	pool(sim, "few", "2001:db8:1::/64", 64);
	pool(sim, "hosts", "2001:db8:2::/64", 128);
	pool(sim, "homes", "2001:db8:8000::/40", 56);
	pool(sim, "home", "2001:db8:3::/56", 56);
}

struct sim *town6_with(const char *server)
{
	struct sim *sim = town_with_source(server, &source);

	town6_pools(sim);
	return sim;
}

struct sim *town6(void)
{
	return town6_with("");
}

struct sim_client *town6_client(struct sim *sim, unsigned number, const char *user,
				uint8_t families)
{
	struct sim_client *client = town_client(sim, number, user);

	client->config.methods[0] = TP_PPP_PAP;
	sim_client_ask_families(client, families);
	return client;
}

struct sim_client *town6_dial(struct sim *sim, unsigned number, const char *user, uint8_t families)
{
	town6_client(sim, number, user, families);
	return town_dial(sim, number, user);
}

struct sim_client *town6_try(struct sim *sim, unsigned number, const char *user, uint8_t families)
{
	town6_client(sim, number, user, families);
	return town_try(sim, number, user);
}

void town6_done(struct sim *sim)
{
	sim_check_agreement(sim);
	sim_wind_down(sim);
	sim_destroy(sim);
}
