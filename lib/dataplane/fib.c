/* SPDX-License-Identifier: BSD-3-Clause */
/* fib4.h and fib6.h, with the claims on each prefix kept beside them. */
#include "dataplane/fib.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "dataplane/claims.h"
#include "dataplane/fib4.h"
#include "dataplane/fib6.h"

#define OTHER_PREFIXES 16384 /* framed routes, routes, neighbours */

struct tp_fib {
	struct tp_claims *claims;
	struct tp_fib4 *four;
	struct tp_fib6 *six;
};

/* A group of 256 addresses with any /32 in it takes a node. Subscribers' addresses scattered at
 * random take one each; with more than 65,536 sessions they are expected to come from pools. */
static uint32_t nodes_of_four(uint32_t max_sessions)
{
	uint32_t scattered = max_sessions < 65536 ? max_sessions : 65536;
	return scattered + (max_sessions - scattered) / 16 + OTHER_PREFIXES / 4;
}

uint64_t tp_fib_memory(uint32_t max_sessions)
{
	return tp_fib4_memory(nodes_of_four(max_sessions));
}

/* RFC 1812, section 5.3.7, and RFC 4291, sections 2.5 and 2.7: destinations that are never
 * forwarded to. */
static int add_martians(struct tp_fib *fib)
{
	static const struct tp_ip_prefix martians[] = {
		{TP_IP4(0x00000000u), 8},
		{TP_IP4(0x7f000000u), 8},
		{TP_IP4(0xe0000000u), 3}, /* classes D and E */
		{{TP_FAMILY_IPV6, {0}}, 96},
		{{TP_FAMILY_IPV6, {[10] = 0xff, 0xff}}, 96}, /* mapped */
		{{TP_FAMILY_IPV6, {0xfe, 0x80}}, 10},
		{{TP_FAMILY_IPV6, {0xff}}, 8},
	};
	for (size_t i = 0; i < sizeof(martians) / sizeof(martians[0]); i++) {
		int err =
			tp_fib_claim(fib, &martians[i], TP_CLAIM_LOCAL, TP_HOP(TP_HOP_MARTIAN, 0));
		if (err != 0)
			return err;
	}
	return 0;
}

struct tp_fib *tp_fib_create(uint32_t max_sessions, struct tp_grace *grace)
{
	struct tp_fib *fib = calloc(1, sizeof(*fib));
	if (fib == NULL)
		return NULL;
	fib->claims = tp_claims_create();
	fib->six = tp_fib6_create(max_sessions, grace);
	fib->four = tp_fib4_create(nodes_of_four(max_sessions), grace);
	if (fib->claims == NULL || fib->four == NULL || fib->six == NULL ||
	    add_martians(fib) != 0) {
		tp_fib_destroy(fib);
		return NULL;
	}
	return fib;
}

void tp_fib_destroy(struct tp_fib *fib)
{
	if (fib == NULL)
		return;
	tp_fib4_destroy(fib->four);
	tp_fib6_destroy(fib->six);
	tp_claims_destroy(fib->claims);
	free(fib);
}

const struct tp_fib4 *tp_fib4_lookup_handle(const struct tp_fib *fib)
{
	return fib->four;
}

const struct tp_fib6 *tp_fib6_lookup_handle(const struct tp_fib *fib)
{
	return fib->six;
}

static bool is_six(const struct tp_ip_prefix *prefix)
{
	return prefix->ip.family == TP_FAMILY_IPV6;
}

/* PREFIX, which has had a hop, has HOP from now on: that takes no room. */
static void change(struct tp_fib *fib, const struct tp_ip_prefix *prefix, uint32_t hop)
{
	const struct tp_prefix6 six = tp_ip_prefix_to6(prefix);

	if (is_six(prefix))
		tp_fib6_change(fib->six, &six, hop);
	else
		tp_fib4_change(fib->four, tp_ip_to4(&prefix->ip), prefix->length, hop);
}

/* The same of one that had none. */
static int put(struct tp_fib *fib, const struct tp_ip_prefix *prefix, uint32_t hop)
{
	const struct tp_prefix6 six = tp_ip_prefix_to6(prefix);

	if (is_six(prefix))
		return tp_fib6_put(fib->six, &six, hop);
	return tp_fib4_put(fib->four, tp_ip_to4(&prefix->ip), prefix->length, hop);
}

/* It has none any more. */
static void take_out(struct tp_fib *fib, const struct tp_ip_prefix *prefix)
{
	const struct tp_prefix6 six = tp_ip_prefix_to6(prefix);
	struct tp_ip_prefix cover;
	uint32_t hop = 0;

	if (prefix->length <= 64 && tp_claims_cover(fib->claims, prefix, &cover))
		hop = tp_claims_winner(fib->claims, &cover);
	uint8_t length = hop != 0 ? cover.length : 0;
	if (is_six(prefix))
		tp_fib6_remove(fib->six, &six, hop, length);
	else
		tp_fib4_remove(fib->four, tp_ip_to4(&prefix->ip), prefix->length, hop, length);
}

int tp_fib_claim(struct tp_fib *fib, const struct tp_ip_prefix *prefix, enum tp_claim claim,
		 uint32_t hop)
{
	uint32_t before = tp_claims_get(fib->claims, prefix, claim);
	uint32_t winner_before = tp_claims_winner(fib->claims, prefix);
	int err = tp_claims_set(fib->claims, prefix, claim, hop);

	if (err != 0)
		return err;
	uint32_t winner = tp_claims_winner(fib->claims, prefix);
	if (winner_before == 0)
		err = put(fib, prefix, winner);
	else if (winner != winner_before)
		change(fib, prefix, winner);
	if (err != 0)
		tp_claims_set(fib->claims, prefix, claim, before);
	return err;
}

int tp_fib_release(struct tp_fib *fib, const struct tp_ip_prefix *prefix, enum tp_claim claim)
{
	uint32_t winner_before = tp_claims_winner(fib->claims, prefix);

	if (tp_claims_get(fib->claims, prefix, claim) == 0)
		return -ENOENT;
	tp_claims_set(fib->claims, prefix, claim, 0);
	uint32_t winner = tp_claims_winner(fib->claims, prefix);
	if (winner == 0)
		take_out(fib, prefix);
	else if (winner != winner_before)
		change(fib, prefix, winner);
	return 0;
}

uint32_t tp_fib_claimed(const struct tp_fib *fib, const struct tp_ip_prefix *prefix,
			enum tp_claim claim)
{
	return tp_claims_get(fib->claims, prefix, claim);
}

void tp_fib_each(const struct tp_fib *fib, enum tp_claim claim, tp_claim_fn fn, void *user)
{
	tp_claims_each(fib->claims, claim, fn, user);
}

uint32_t tp_fib_lookup(const struct tp_fib *fib, const struct tp_ip *ip)
{
	uint32_t four = tp_ip_to4(ip);
	uint64_t hop = 0;

	if (ip->family == TP_FAMILY_IPV6)
		tp_fib6_lookup_burst(fib->six, &ip->bytes, &hop, 1);
	else
		tp_fib4_lookup_burst(fib->four, &four, &hop, 1);
	return (uint32_t)hop;
}
