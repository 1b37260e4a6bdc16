/* SPDX-License-Identifier: BSD-3-Clause */
/* Which prefixes of IPv6 are held: of any lengths, no two of which overlap. A trie by four bits a
 * step, with skipped levels: a leaf for each that is held, a fork where some part, and in each fork
 * how large a block is free below it. So whether something overlaps, and where the next free block
 * of a length is, takes one walk from the root, at most 32 steps, five among 60,000 that are held
 * side by side, and memory goes by what is held.
 * Private to lib/pool; no I/O, one thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/prefix.h"
#include "base/slab.h"

#define TP_HELD6_SIZES 4 /* of forks */

/* The head of a leaf and of a fork. */
struct tp_held6_node {
	bool leaf;
};

/* What is held; its owner's memory. */
struct tp_held6_leaf {
	struct tp_held6_node node; /* filled in by tp_held6_add() */
	struct tp_prefix6 prefix;
};

struct tp_held6 {
	struct tp_held6_node *root; /* NULL: nothing is held */
	struct tp_slab forks[TP_HELD6_SIZES];
};

/* The first leaf that has anything in common with PREFIX; NULL: none. */
struct tp_held6_leaf *tp_held6_overlap(const struct tp_held6 *held,
				       const struct tp_prefix6 *prefix);

/* Holds LEAF's prefix, if it overlaps nothing that is held. -EADDRINUSE, -ENOMEM. */
int tp_held6_add(struct tp_held6 *held, struct tp_held6_leaf *leaf);

/* LEAF is held. */
void tp_held6_remove(struct tp_held6 *held, const struct tp_held6_leaf *leaf);

/* The first free block of LENGTH in REGION whose address is START, of that length, or above it.
 * START is in REGION. False: there is none. */
bool tp_held6_find_free(const struct tp_held6 *held, const struct tp_prefix6 *region,
			uint8_t length, const uint8_t start[16], struct tp_prefix6 *found);

/* The leaf whose address is FROM or the next above it; NULL: none. */
struct tp_held6_leaf *tp_held6_next(const struct tp_held6 *held, const uint8_t from[16]);
