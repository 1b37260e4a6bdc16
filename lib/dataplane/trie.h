/* SPDX-License-Identifier: BSD-3-Clause */
/* Control's side of the FIB's tries (fib4.h, fib6.h): an array by the first bits of an address,
 * then nodes of 256 entries, then nodes of 16. Each entry says what the longest prefix around it
 * says, or, where there are longer ones within it, leads on to a node.
 *
 * Workers look up meanwhile: what may fail comes before the first store that they see, and a node
 * that they may still be in is used again after a grace period. Control alone. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "dataplane/grace.h"

/* An entry: 0, the hop of a prefix (TP_HOP(), fib.h), or one of these with the number of a node. */
#define TP_TRIE_NODE 0x80000000u /* go on there */
#define TP_TRIE_DEEP                                                                               \
	0x70000000u /* kinds that no hop has: there are prefixes longer than the trie's last       \
		       bit; in the node, of 16, stands the hop of all others */
#define TP_TRIE_KINDS 0xf0000000u

#define TP_TRIE_WIDE_BITS   8
#define TP_TRIE_NARROW_BITS 4

/* Nodes of one width; number 0 is never in use. */
struct tp_trie_nodes {
	unsigned bits; /* that a step takes */
	uint32_t *entries;
	uint8_t *lengths; /* of the prefixes whose hops the entries are; 0: nobody's, or the /0's */
	struct tp_trie_node *controls;
	uint32_t limit;
	uint32_t end;  /* the first that was never in use */
	uint32_t free; /* the first that is free again, 0: none; each names the next */
	uint32_t free_count;
};

struct tp_trie {
	struct tp_grace *grace;
	unsigned root_bits, wide_levels, narrow_levels;
	uint32_t *roots;
	uint8_t *root_lengths;
	struct tp_trie_nodes wide, narrow;
};

/* Its shape, and what workers look into: memory of the owner's, for 1 << ROOT_BITS entries that are
 * zero, and for as many nodes as the limits say, of which the first is zero. */
struct tp_trie_shape {
	unsigned root_bits, wide_levels, narrow_levels;
	uint32_t *roots, *wide, *narrow;
	uint32_t wide_limit, narrow_limit; /* 0: there are no such nodes */
};

/* False: no memory; to be cleared all the same. */
bool tp_trie_init(struct tp_trie *trie, const struct tp_trie_shape *shape, struct tp_grace *grace);
/* Frees all but the owner's. After tp_grace_destroy(). */
void tp_trie_clear(struct tp_trie *trie);

/* Is there room for one more prefix, or one more change by tp_trie_deepen(), whatever it is? */
bool tp_trie_has_room(struct tp_trie *trie);

/* The first LENGTH bits of BITS (from the highest on; the others are zero) have HOP from now on.
 * There is room. */
void tp_trie_put(struct tp_trie *trie, uint64_t bits, uint8_t length, uint32_t hop);

/* They have none any more: COVER_HOP, of the next longest around them, which has COVER_LENGTH,
 * shows from now on where they were the longest; 0 and 0: there is none. */
void tp_trie_remove(struct tp_trie *trie, uint64_t bits, uint8_t length, uint32_t cover_hop,
		    uint8_t cover_length);

/* One prefix more, or less, goes on behind all of the trie's bits, LENGTH of them. Room: as for a
 * prefix. */
void tp_trie_deepen(struct tp_trie *trie, uint64_t bits, uint8_t length);
void tp_trie_flatten(struct tp_trie *trie, uint64_t bits, uint8_t length);
