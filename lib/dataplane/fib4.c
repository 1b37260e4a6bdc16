/* SPDX-License-Identifier: BSD-3-Clause */
/* Control's side of fib4.h. */
#include "dataplane/fib4.h"

#include <errno.h>
#include <stdlib.h>

#include <rte_malloc.h>

#define ROOT_BITS  24
#define ROOT_BYTES (sizeof(uint32_t) << ROOT_BITS)
#define NODE_BYTES (sizeof(uint32_t) << TP_TRIE_WIDE_BITS)

struct fib {
	struct tp_fib4 seen; /* by workers */
	struct tp_trie trie;
	uint32_t *roots, *nodes;
};

static struct fib *fib_of(struct tp_fib4 *seen)
{
	return (struct fib *)(void *)seen;
}

uint64_t tp_fib4_memory(uint32_t nodes)
{
	return ROOT_BYTES + (uint64_t)nodes * NODE_BYTES;
}

struct tp_fib4 *tp_fib4_create(uint32_t nodes, struct tp_grace *grace)
{
	struct fib *fib = calloc(1, sizeof(*fib));

	if (fib == NULL)
		return NULL;
	fib->roots = rte_zmalloc("fib", ROOT_BYTES, 64);
	fib->nodes = rte_zmalloc("fib", nodes * NODE_BYTES, 64);
	const struct tp_trie_shape shape = {
		.root_bits = ROOT_BITS,
		.wide_levels = 1,
		.roots = fib->roots,
		.wide = fib->nodes,
		.wide_limit = nodes,
	};
	if (!tp_trie_init(&fib->trie, &shape, grace)) {
		tp_fib4_destroy(&fib->seen);
		return NULL;
	}
	fib->seen.roots = fib->roots;
	fib->seen.nodes = fib->nodes;
	return &fib->seen;
}

void tp_fib4_destroy(struct tp_fib4 *seen)
{
	struct fib *fib = fib_of(seen);

	if (fib == NULL)
		return;
	tp_trie_clear(&fib->trie);
	rte_free(fib->roots);
	rte_free(fib->nodes);
	free(fib);
}

int tp_fib4_put(struct tp_fib4 *seen, uint32_t address, uint8_t length, uint32_t hop)
{
	struct fib *fib = fib_of(seen);

	if (!tp_trie_has_room(&fib->trie))
		return -ENOSPC;
	tp_fib4_change(seen, address, length, hop);
	return 0;
}

void tp_fib4_change(struct tp_fib4 *seen, uint32_t address, uint8_t length, uint32_t hop)
{
	tp_gives(seen);
	tp_trie_put(&fib_of(seen)->trie, (uint64_t)address << 32, length, hop);
}

void tp_fib4_remove(struct tp_fib4 *seen, uint32_t address, uint8_t length, uint32_t cover_hop,
		    uint8_t cover_length)
{
	tp_trie_remove(&fib_of(seen)->trie, (uint64_t)address << 32, length, cover_hop,
		       cover_length);
}
