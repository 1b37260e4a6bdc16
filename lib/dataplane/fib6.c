/* SPDX-License-Identifier: BSD-3-Clause */
/* Control's side of fib6.h: the trie up to 64 bits, the table of longer ones, joined. */
#include "dataplane/fib6.h"

#include <errno.h>
#include <stdlib.h>

#include "dataplane/fib6_table.h"

#define ROOT_BITS     16
#define WIDE_LEVELS   4
#define NARROW_LEVELS 4
#define BESIDES	      65536 /* nodes for other prefixes than subscribers' */

struct fib {
	struct tp_fib6 seen; /* by workers */
	struct tp_trie trie;
	struct tp_deep *deep;
	uint32_t *roots, *wide, *narrow;
};

static struct fib *fib_of(struct tp_fib6 *seen)
{
	return (struct fib *)(void *)seen;
}

/* Entries of COUNT nodes, which are there only when they are touched; the first is looked into, in
 * vain. */
static uint32_t *entries_create(uint32_t count, unsigned bits)
{
	uint32_t *entries = aligned_alloc(64, ((size_t)count << bits) * sizeof(*entries));

	if (entries != NULL)
		memset(entries, 0, sizeof(*entries) << bits);
	return entries;
}

struct tp_fib6 *tp_fib6_create(uint32_t max_sessions, struct tp_grace *grace)
{
	uint32_t wide = max_sessions / 2 + BESIDES, narrow = 2 * 5 * max_sessions + BESIDES;
	struct fib *fib = calloc(1, sizeof(*fib));

	if (fib == NULL)
		return NULL;
	fib->roots = calloc(1u << ROOT_BITS, sizeof(*fib->roots));
	fib->wide = entries_create(wide, TP_TRIE_WIDE_BITS);
	fib->narrow = entries_create(narrow, TP_TRIE_NARROW_BITS);
	fib->deep = tp_deep_create(&fib->seen, grace);
	const struct tp_trie_shape shape = {
		.root_bits = ROOT_BITS,
		.wide_levels = WIDE_LEVELS,
		.narrow_levels = NARROW_LEVELS,
		.roots = fib->roots,
		.wide = fib->wide,
		.narrow = fib->narrow,
		.wide_limit = wide,
		.narrow_limit = narrow,
	};
	if (!tp_trie_init(&fib->trie, &shape, grace) || fib->deep == NULL) {
		tp_fib6_destroy(&fib->seen);
		return NULL;
	}
	fib->seen.roots = fib->roots;
	fib->seen.wide = fib->wide;
	fib->seen.narrow = fib->narrow;
	return &fib->seen;
}

void tp_fib6_destroy(struct tp_fib6 *seen)
{
	struct fib *fib = fib_of(seen);

	if (fib == NULL)
		return;
	tp_trie_clear(&fib->trie);
	tp_deep_destroy(fib->deep);
	free(fib->roots);
	free(fib->wide);
	free(fib->narrow);
	free(fib);
}

int tp_fib6_put(struct tp_fib6 *seen, const struct tp_prefix6 *prefix, uint32_t hop)
{
	struct fib *fib = fib_of(seen);
	uint64_t upper = tp_fib6_half(prefix->address);
	bool fresh;

	if (!tp_trie_has_room(&fib->trie))
		return -ENOSPC;
	if (prefix->length <= 64) {
		tp_trie_put(&fib->trie, upper, prefix->length, hop);
		return 0;
	}
	int err = tp_deep_put(fib->deep, prefix, hop, &fresh);
	if (err == 0 && fresh)
		tp_trie_deepen(&fib->trie, upper, 64);
	return err;
}

void tp_fib6_change(struct tp_fib6 *seen, const struct tp_prefix6 *prefix, uint32_t hop)
{
	struct fib *fib = fib_of(seen);
	bool fresh;

	if (prefix->length <= 64)
		tp_trie_put(&fib->trie, tp_fib6_half(prefix->address), prefix->length, hop);
	else
		tp_deep_put(fib->deep, prefix, hop, &fresh); /* it has its place */
}

void tp_fib6_remove(struct tp_fib6 *seen, const struct tp_prefix6 *prefix, uint32_t cover_hop,
		    uint8_t cover_length)
{
	struct fib *fib = fib_of(seen);
	uint64_t upper = tp_fib6_half(prefix->address);

	if (prefix->length <= 64) {
		tp_trie_remove(&fib->trie, upper, prefix->length, cover_hop, cover_length);
		return;
	}
	tp_deep_remove(fib->deep, prefix);
	tp_trie_flatten(&fib->trie, upper, 64);
}
