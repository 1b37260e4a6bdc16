/* SPDX-License-Identifier: BSD-3-Clause */
#include "dataplane/trie.h"

#include <stdlib.h>
#include <string.h>

#include "base/once.h"
#include "dataplane/dataplane.h"
#include "dataplane/fib.h"

_Static_assert(TP_HOP(TP_HOP_MARTIAN, 0) < TP_TRIE_DEEP, "no hop has that kind");

struct tp_trie_node {
	struct tp_grace_item grace;
	struct tp_trie_nodes *nodes;
};

/* A value that workers read meanwhile, after those stored before it. */
#define publish(field, value) __atomic_store_n(field, value, __ATOMIC_RELEASE)

/* ---- nodes ---------------------------------------------------------------------------------- */

/* So large that the memory is there only when it is touched: nothing is cleared here. */
static bool nodes_init(struct tp_trie_nodes *nodes, unsigned bits, uint32_t *entries,
		       uint32_t limit)
{
	nodes->bits = bits;
	nodes->entries = entries;
	nodes->limit = limit;
	nodes->end = 1;
	if (limit == 0)
		return true;
	nodes->lengths = malloc((size_t)limit << bits);
	nodes->controls = malloc(limit * sizeof(*nodes->controls));
	return nodes->entries != NULL && nodes->lengths != NULL && nodes->controls != NULL;
}

static void nodes_clear(struct tp_trie_nodes *nodes)
{
	free(nodes->lengths);
	free(nodes->controls);
}

static bool has_nodes(struct tp_trie_nodes *nodes, struct tp_grace *grace, uint32_t count)
{
	if (count == 0)
		return true;
	if (nodes->free_count + nodes->limit - nodes->end < count)
		tp_grace_collect(grace, NULL, 0);
	return nodes->free_count + nodes->limit - nodes->end >= count;
}

/* A node, for which there is room, whose entries all say HOP, of a prefix of LENGTH. */
static uint32_t node_create(struct tp_trie_nodes *nodes, uint32_t hop, uint8_t length)
{
	uint32_t n = nodes->free;

	if (n != 0) {
		nodes->free = nodes->entries[(size_t)n << nodes->bits];
		nodes->free_count--;
	} else {
		n = nodes->end++;
	}
	for (unsigned i = 0; i < 1u << nodes->bits; i++)
		tp_write_once(&nodes->entries[(size_t)n << nodes->bits | i], hop);
	memset(nodes->lengths + ((size_t)n << nodes->bits), length, 1u << nodes->bits);
	return n;
}

/* No worker is in it any more. */
static void give_back(struct tp_grace_item *item)
{
	struct tp_trie_node *control = (struct tp_trie_node *)(void *)item;
	struct tp_trie_nodes *nodes = control->nodes;
	uint32_t n = (uint32_t)(control - nodes->controls);

	tp_write_once(&nodes->entries[(size_t)n << nodes->bits], nodes->free);
	nodes->free = n;
	nodes->free_count++;
}

static void node_free(struct tp_trie_nodes *nodes, struct tp_grace *grace, uint32_t n)
{
	struct tp_trie_node *control = &nodes->controls[n];

	control->nodes = nodes;
	control->grace = (struct tp_grace_item){.over = give_back};
	tp_grace_add(grace, &control->grace);
}

/* ---- life ----------------------------------------------------------------------------------- */

bool tp_trie_init(struct tp_trie *trie, const struct tp_trie_shape *shape, struct tp_grace *grace)
{
	trie->grace = grace;
	trie->root_bits = shape->root_bits;
	trie->wide_levels = shape->wide_levels;
	trie->narrow_levels = shape->narrow_levels;
	trie->roots = shape->roots;
	trie->root_lengths = calloc((size_t)1 << shape->root_bits, sizeof(*trie->root_lengths));
	bool wide = nodes_init(&trie->wide, TP_TRIE_WIDE_BITS, shape->wide, shape->wide_limit);
	bool narrow =
		nodes_init(&trie->narrow, TP_TRIE_NARROW_BITS, shape->narrow, shape->narrow_limit);
	return wide && narrow && trie->roots != NULL && trie->root_lengths != NULL;
}

void tp_trie_clear(struct tp_trie *trie)
{
	nodes_clear(&trie->wide);
	nodes_clear(&trie->narrow);
	free(trie->root_lengths);
}

bool tp_trie_has_room(struct tp_trie *trie)
{
	unsigned deep = trie->narrow_levels > 0; /* a node, behind the last level */

	return has_nodes(&trie->wide, trie->grace, trie->wide_levels) &&
	       has_nodes(&trie->narrow, trie->grace, trie->narrow_levels + deep);
}

/* ---- painting ------------------------------------------------------------------------------- */

enum act { PUT, REMOVE, DEEPEN, FLATTEN };

struct change {
	enum act act;
	uint64_t bits;
	uint8_t length;
	uint32_t hop;
	uint8_t hop_length;
};

/* Nodes of LEVEL are reached by so many bits. */
static unsigned bits_before(const struct tp_trie *trie, unsigned level)
{
	unsigned wide = level < trie->wide_levels ? level : trie->wide_levels;

	return trie->root_bits + TP_TRIE_WIDE_BITS * wide + TP_TRIE_NARROW_BITS * (level - wide);
}

static struct tp_trie_nodes *nodes_of(struct tp_trie *trie, unsigned level)
{
	return level < trie->wide_levels ? &trie->wide : &trie->narrow;
}

static bool leads_on(uint32_t entry)
{
	return (entry & TP_TRIE_NODE) != 0;
}

static bool is_deep(uint32_t entry)
{
	return (entry & TP_TRIE_KINDS) == TP_TRIE_DEEP;
}

/* Of the node behind an entry that is deep: the hop of the rest, then how many prefixes go on. */
static uint32_t *deep_node(struct tp_trie *trie, uint32_t entry)
{
	return &trie->narrow.entries[(size_t)(entry & ~TP_TRIE_KINDS) << TP_TRIE_NARROW_BITS];
}

static void deepen(struct tp_trie *trie, uint32_t *entry)
{
	if (!is_deep(*entry)) {
		uint32_t n = node_create(&trie->narrow, *entry, 0);

		deep_node(trie, n)[1] = 0;
		publish(entry, TP_TRIE_DEEP | n);
	}
	deep_node(trie, *entry)[1]++;
}

static void flatten(struct tp_trie *trie, uint32_t *entry)
{
	uint32_t n = *entry & ~TP_TRIE_KINDS, *node = deep_node(trie, *entry);

	if (--node[1] > 0)
		return;
	publish(entry, node[0]);
	node_free(&trie->narrow, trie->grace, n);
}

static void paint_entry(struct tp_trie *trie, unsigned level, uint32_t *entry, uint8_t *length,
			const struct change *change);

static void paint_below(struct tp_trie *trie, unsigned level, uint32_t entry,
			const struct change *change)
{
	const struct tp_trie_nodes *nodes = nodes_of(trie, level);
	size_t first = (size_t)(entry & ~TP_TRIE_NODE) << nodes->bits;

	for (size_t i = first; i < first + (1u << nodes->bits); i++)
		paint_entry(trie, level + 1, &nodes->entries[i], &nodes->lengths[i], change);
}

/* Lengths are written where they change alone: of millions of entries most are never touched. */
static void paint_entry(struct tp_trie *trie, unsigned level, uint32_t *entry, uint8_t *length,
			const struct change *change)
{
	if (leads_on(*entry)) {
		paint_below(trie, level, *entry, change);
	} else if (change->act == DEEPEN) {
		deepen(trie, entry);
	} else if (change->act == FLATTEN) {
		flatten(trie, entry);
	} else if (change->act == PUT ? *length <= change->length : *length == change->length) {
		publish(is_deep(*entry) ? deep_node(trie, *entry) : entry, change->hop);
		if (*length != change->hop_length)
			*length = change->hop_length;
	}
}

/* Do all entries of the node say what one prefix of no more than BITS bits says? Then the entry
 * that leads to it can say so. */
static bool is_uniform(const struct tp_trie_nodes *nodes, uint32_t n, unsigned bits)
{
	const uint32_t *entries = &nodes->entries[(size_t)n << nodes->bits];
	const uint8_t *lengths = &nodes->lengths[(size_t)n << nodes->bits];

	if (leads_on(entries[0]) || is_deep(entries[0]) || lengths[0] > bits)
		return false;
	for (unsigned i = 1; i < 1u << nodes->bits; i++)
		if (entries[i] != entries[0] || lengths[i] != lengths[0])
			return false;
	return true;
}

/* What it leads to is not uniform afterwards: its own entries, or longer ones, are there. */
static bool adds(const struct change *change)
{
	return change->act == PUT || change->act == DEEPEN;
}

/* In ENTRIES, as many as a step of BITS bits tells apart, which are reached by BEFORE bits; they
 * lead to nodes of LEVEL. Where a prefix goes its nodes are there, so that none has to be made. */
static void paint(struct tp_trie *trie, uint32_t *entries, uint8_t *lengths, unsigned before,
		  unsigned bits, unsigned level, const struct change *change)
{
	size_t first = (change->bits >> (64 - before - bits)) & ((1u << bits) - 1);

	if (change->length <= before + bits) {
		for (size_t i = first; i < first + (1u << (before + bits - change->length)); i++)
			paint_entry(trie, level, &entries[i], &lengths[i], change);
		return;
	}
	struct tp_trie_nodes *nodes = nodes_of(trie, level);
	if (!leads_on(entries[first]))
		publish(&entries[first],
			node_create(nodes, entries[first], lengths[first]) | TP_TRIE_NODE);
	uint32_t n = entries[first] & ~TP_TRIE_NODE;
	paint(trie, nodes->entries + ((size_t)n << nodes->bits),
	      nodes->lengths + ((size_t)n << nodes->bits), bits_before(trie, level), nodes->bits,
	      level + 1, change);
	if (adds(change) || !is_uniform(nodes, n, before + bits))
		return;
	lengths[first] = nodes->lengths[(size_t)n << nodes->bits];
	publish(&entries[first], nodes->entries[(size_t)n << nodes->bits]);
	node_free(nodes, trie->grace, n);
}

static void paint_all(struct tp_trie *trie, const struct change *change)
{
	paint(trie, trie->roots, trie->root_lengths, 0, trie->root_bits, 0, change);
}

void tp_trie_put(struct tp_trie *trie, uint64_t bits, uint8_t length, uint32_t hop)
{
	paint_all(trie, &(struct change){.act = PUT,
					 .bits = bits,
					 .length = length,
					 .hop = hop,
					 .hop_length = length});
}

void tp_trie_remove(struct tp_trie *trie, uint64_t bits, uint8_t length, uint32_t cover_hop,
		    uint8_t cover_length)
{
	paint_all(trie, &(struct change){.act = REMOVE,
					 .bits = bits,
					 .length = length,
					 .hop = cover_hop,
					 .hop_length = cover_length});
}

void tp_trie_deepen(struct tp_trie *trie, uint64_t bits, uint8_t length)
{
	paint_all(trie, &(struct change){.act = DEEPEN, .bits = bits, .length = length});
}

void tp_trie_flatten(struct tp_trie *trie, uint64_t bits, uint8_t length)
{
	paint_all(trie, &(struct change){.act = FLATTEN, .bits = bits, .length = length});
}
