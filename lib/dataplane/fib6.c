/* SPDX-License-Identifier: BSD-3-Clause */
/* Control's side of fib6.h: the trie. What may fail comes before the first store that workers see.
 */
#include "dataplane/fib6.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "dataplane/dataplane.h"
#include "dataplane/fib.h"
#include "dataplane/fib6_table.h"

#define ROOTS	  65536
#define ROOT_BITS 16
#define LEVELS	  8	/* of nodes: four wide ones, four narrow ones */
#define BESIDES	  65536 /* nodes for other prefixes than subscribers' */

_Static_assert(TP_HOP(TP_HOP_MARTIAN, 0) < TP_FIB6_DEEP, "no hop has that kind");

struct node_control {
	struct tp_grace_item grace;
	struct nodes *nodes;
};

/* Nodes of one width. */
struct nodes {
	unsigned bits; /* that a step takes */
	uint32_t *entries;
	uint8_t *lengths; /* of the prefixes whose hops the entries are; 0: nobody's, or the /0's */
	struct node_control *controls;
	uint32_t limit;
	uint32_t end;  /* the first that was never in use */
	uint32_t free; /* the first that is free again, 0: none; each names the next */
	uint32_t free_count;
};

struct fib {
	struct tp_fib6 seen; /* by workers */
	struct tp_grace *grace;
	struct tp_deep *deep;
	uint32_t *roots;
	uint8_t *root_lengths; /* as of nodes */
	struct nodes wide, narrow;
};

/* A value that workers read meanwhile, after those stored before it. */
#define publish(field, value) __atomic_store_n(field, value, __ATOMIC_RELEASE)

static struct fib *fib_of(struct tp_fib6 *seen)
{
	return (struct fib *)(void *)seen;
}

/* ---- nodes ---------------------------------------------------------------------------------- */

/* So large that the memory is there only when it is touched: nothing is cleared here. */
static bool nodes_create(struct nodes *nodes, unsigned bits, uint32_t limit)
{
	size_t entries = (size_t)limit << bits;

	nodes->bits = bits;
	nodes->limit = limit;
	nodes->end = 1;
	nodes->entries = aligned_alloc(64, entries * sizeof(*nodes->entries));
	nodes->lengths = malloc(entries);
	nodes->controls = malloc(limit * sizeof(*nodes->controls));
	if (nodes->entries == NULL || nodes->lengths == NULL || nodes->controls == NULL)
		return false;
	memset(nodes->entries, 0, sizeof(*nodes->entries) << bits); /* looked into, in vain */
	return true;
}

static void nodes_destroy(struct nodes *nodes)
{
	free(nodes->entries);
	free(nodes->lengths);
	free(nodes->controls);
}

static bool has_room(struct nodes *nodes, struct tp_grace *grace, uint32_t count)
{
	if (nodes->free_count + nodes->limit - nodes->end < count)
		tp_grace_collect(grace, NULL, 0);
	return nodes->free_count + nodes->limit - nodes->end >= count;
}

/* A node, for which there is room, whose entries all say HOP, of a prefix of LENGTH. */
static uint32_t node_create(struct nodes *nodes, uint32_t hop, uint8_t length)
{
	uint32_t n = nodes->free;

	if (n != 0) {
		nodes->free = nodes->entries[n << nodes->bits];
		nodes->free_count--;
	} else {
		n = nodes->end++;
	}
	for (unsigned i = 0; i < 1u << nodes->bits; i++)
		tp_write_once(&nodes->entries[n << nodes->bits | i], hop);
	memset(nodes->lengths + (n << nodes->bits), length, 1u << nodes->bits);
	return n;
}

/* No worker is in it any more. */
static void give_back(struct tp_grace_item *item)
{
	struct node_control *control = (struct node_control *)(void *)item;
	struct nodes *nodes = control->nodes;
	uint32_t n = (uint32_t)(control - nodes->controls);

	tp_write_once(&nodes->entries[n << nodes->bits], nodes->free);
	nodes->free = n;
	nodes->free_count++;
}

static void node_free(struct nodes *nodes, struct tp_grace *grace, uint32_t n)
{
	struct node_control *control = &nodes->controls[n];

	control->nodes = nodes;
	control->grace = (struct tp_grace_item){.slot = TP_SLOT_NONE, .over = give_back};
	tp_grace_add(grace, &control->grace);
}

/* ---- life ----------------------------------------------------------------------------------- */

struct tp_fib6 *tp_fib6_create(uint32_t max_sessions, struct tp_grace *grace)
{
	struct fib *fib = calloc(1, sizeof(*fib));

	if (fib == NULL)
		return NULL;
	fib->grace = grace;
	fib->roots = calloc(ROOTS, sizeof(*fib->roots));
	fib->root_lengths = calloc(ROOTS, sizeof(*fib->root_lengths));
	fib->deep = tp_deep_create(&fib->seen, grace);
	bool made = nodes_create(&fib->wide, 8, max_sessions / 2 + BESIDES) &&
		    nodes_create(&fib->narrow, 4, 2 * 5 * max_sessions + BESIDES);
	if (!made || fib->roots == NULL || fib->root_lengths == NULL || fib->deep == NULL) {
		tp_fib6_destroy(&fib->seen);
		return NULL;
	}
	fib->seen.roots = fib->roots;
	fib->seen.wide = fib->wide.entries;
	fib->seen.narrow = fib->narrow.entries;
	return &fib->seen;
}

void tp_fib6_destroy(struct tp_fib6 *seen)
{
	struct fib *fib = fib_of(seen);

	if (fib == NULL)
		return;
	nodes_destroy(&fib->wide);
	nodes_destroy(&fib->narrow);
	tp_deep_destroy(fib->deep);
	free(fib->roots);
	free(fib->root_lengths);
	free(fib);
}

/* ---- painting -------------------------------------------------------------------------------
 *
 * Each entry of the trie says what the longest prefix around it says; where there are longer ones
 * within it, it leads on to a node instead. */

enum act {
	PUT,	 /* a prefix of LENGTH comes, or says another hop */
	REMOVE,	 /* it goes: what is around it, of HOP_LENGTH, shows again */
	DEEPEN,	 /* one more prefix of more than 64 bits in the /64 */
	FLATTEN, /* one less */
};

struct change {
	enum act act;
	uint64_t upper;
	uint8_t length;
	uint32_t hop;
	uint8_t hop_length;
};

/* Nodes of LEVEL are reached by so many bits. */
static unsigned bits_before(unsigned level)
{
	return ROOT_BITS + (level < 4 ? 8 * level : 32 + 4 * (level - 4));
}

static struct nodes *nodes_of(struct fib *fib, unsigned level)
{
	return level < 4 ? &fib->wide : &fib->narrow;
}

static bool leads_on(uint32_t entry)
{
	return (entry & TP_FIB6_NODE) != 0;
}

static bool is_deep(uint32_t entry)
{
	return (entry & TP_FIB6_KINDS) == TP_FIB6_DEEP;
}

/* Of the node of a /64 with longer prefixes: the hop of the rest, then how many they are. */
static uint32_t *deep_node(struct fib *fib, uint32_t entry)
{
	return &fib->narrow.entries[(entry & ~TP_FIB6_KINDS) << 4];
}

static void deepen(struct fib *fib, uint32_t *entry)
{
	if (!is_deep(*entry)) {
		uint32_t n = node_create(&fib->narrow, *entry, 0);

		fib->narrow.entries[n << 4 | 1] = 0;
		publish(entry, TP_FIB6_DEEP | n);
	}
	deep_node(fib, *entry)[1]++;
}

static void flatten(struct fib *fib, uint32_t *entry)
{
	uint32_t n = *entry & ~TP_FIB6_KINDS, *node = deep_node(fib, *entry);

	if (--node[1] > 0)
		return;
	publish(entry, node[0]);
	node_free(&fib->narrow, fib->grace, n);
}

static void paint_entry(struct fib *fib, unsigned level, uint32_t *entry, uint8_t *length,
			const struct change *change)
{
	const struct nodes *nodes = nodes_of(fib, level);

	if (leads_on(*entry)) {
		uint32_t first = (*entry & ~TP_FIB6_NODE) << nodes->bits;

		for (uint32_t i = first; i < first + (1u << nodes->bits); i++)
			paint_entry(fib, level + 1, &nodes->entries[i], &nodes->lengths[i], change);
	} else if (change->act == DEEPEN) {
		deepen(fib, entry);
	} else if (change->act == FLATTEN) {
		flatten(fib, entry);
	} else if (change->act == PUT ? *length <= change->length : *length == change->length) {
		publish(is_deep(*entry) ? deep_node(fib, *entry) : entry, change->hop);
		*length = change->hop_length;
	}
}

/* Do all entries of the node say what one prefix of no more than BITS bits says? Then the entry
 * that leads to it can say so. */
static bool is_uniform(const struct nodes *nodes, uint32_t n, unsigned bits)
{
	const uint32_t *entries = &nodes->entries[n << nodes->bits];
	const uint8_t *lengths = &nodes->lengths[n << nodes->bits];

	if (leads_on(entries[0]) || is_deep(entries[0]) || lengths[0] > bits)
		return false;
	for (unsigned i = 1; i < 1u << nodes->bits; i++)
		if (entries[i] != entries[0] || lengths[i] != lengths[0])
			return false;
	return true;
}

/* In ENTRIES, as many as a step of BITS bits tells apart, which are reached by BEFORE bits; they
 * lead to nodes of LEVEL. Where a prefix goes its nodes are there, so that none has to be made. */
static void paint(struct fib *fib, uint32_t *entries, uint8_t *lengths, unsigned before,
		  unsigned bits, unsigned level, const struct change *change)
{
	unsigned first = (unsigned)(change->upper >> (64 - before - bits)) & ((1u << bits) - 1);

	if (change->length <= before + bits) {
		for (unsigned i = 0; i < 1u << (before + bits - change->length); i++)
			paint_entry(fib, level, &entries[first + i], &lengths[first + i], change);
		return;
	}
	struct nodes *nodes = nodes_of(fib, level);
	if (!leads_on(entries[first]))
		publish(&entries[first],
			node_create(nodes, entries[first], lengths[first]) | TP_FIB6_NODE);
	uint32_t n = entries[first] & ~TP_FIB6_NODE;
	paint(fib, nodes->entries + (n << nodes->bits), nodes->lengths + (n << nodes->bits),
	      bits_before(level), nodes->bits, level + 1, change);
	if (!is_uniform(nodes, n, before + bits))
		return;
	lengths[first] = nodes->lengths[n << nodes->bits];
	publish(&entries[first], nodes->entries[n << nodes->bits]);
	node_free(nodes, fib->grace, n);
}

static void paint_all(struct fib *fib, const struct change *change)
{
	paint(fib, fib->roots, fib->root_lengths, 0, ROOT_BITS, 0, change);
}

/* ---- prefixes ------------------------------------------------------------------------------- */

int tp_fib6_put(struct tp_fib6 *seen, const struct tp_prefix6 *prefix, uint32_t hop)
{
	struct fib *fib = fib_of(seen);
	struct change change = {
		.act = PUT,
		.upper = tp_fib6_half(prefix->address),
		.length = prefix->length,
		.hop = hop,
		.hop_length = prefix->length,
	};
	bool fresh;

	if (!has_room(&fib->wide, fib->grace, LEVELS / 2) ||
	    !has_room(&fib->narrow, fib->grace, LEVELS / 2 + 1))
		return -ENOSPC;
	if (prefix->length <= 64) {
		paint_all(fib, &change);
		return 0;
	}
	int err = tp_deep_put(fib->deep, prefix, hop, &fresh);
	if (err == 0 && fresh) {
		change.act = DEEPEN;
		change.length = 64;
		paint_all(fib, &change);
	}
	return err;
}

void tp_fib6_remove(struct tp_fib6 *seen, const struct tp_prefix6 *prefix, uint32_t cover_hop,
		    uint8_t cover_length)
{
	struct fib *fib = fib_of(seen);
	struct change change = {
		.act = REMOVE,
		.upper = tp_fib6_half(prefix->address),
		.length = prefix->length,
		.hop = cover_hop,
		.hop_length = cover_length,
	};

	if (prefix->length > 64) {
		change.act = FLATTEN;
		change.length = 64;
		tp_deep_remove(fib->deep, prefix);
	}
	paint_all(fib, &change);
}
