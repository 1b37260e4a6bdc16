/* SPDX-License-Identifier: BSD-3-Clause */
/* Who claims which prefix of the FIB, and for what hop: enum tp_claim. A table of its own rather
 * than uthash, as there is a row for each address and prefix of each subscriber: some 24 bytes a
 * row, not a hundred. Control alone. */
#pragma once

#include <stdint.h>

#include "base/ip.h"
#include "dataplane/fib.h"

struct tp_claims;

/* NULL: no memory. */
struct tp_claims *tp_claims_create(void);
void tp_claims_destroy(struct tp_claims *claims);

/* CLAIM says HOP for PREFIX; 0: nothing any more, which cannot fail. -ENOMEM. */
int tp_claims_set(struct tp_claims *claims, const struct tp_ip_prefix *prefix, enum tp_claim claim,
		  uint32_t hop);

/* What CLAIM says for exactly PREFIX; 0: nothing. */
uint32_t tp_claims_get(const struct tp_claims *claims, const struct tp_ip_prefix *prefix,
		       enum tp_claim claim);

/* Hands what CLAIM says, of all prefixes of which it says something, to FN, in no order; nothing
 * may be claimed meanwhile. */
void tp_claims_each(const struct tp_claims *claims, enum tp_claim claim, tp_claim_fn fn,
		    void *user);

/* What the first that claims PREFIX says; 0: nobody does. */
uint32_t tp_claims_winner(const struct tp_claims *claims, const struct tp_ip_prefix *prefix);

/* The longest prefix around PREFIX that somebody claims. False: there is none. */
bool tp_claims_cover(const struct tp_claims *claims, const struct tp_ip_prefix *prefix,
		     struct tp_ip_prefix *cover);
