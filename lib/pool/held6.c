/* SPDX-License-Identifier: BSD-3-Clause */
#include "held6.h"

#include <endian.h>
#include <string.h>

#define DEPTH_MAX 129

struct fork {
	struct tp_held6_node node;
	struct tp_held6_node *child[2]; /* by the bit behind the fork's prefix */
};

static struct fork *fork_of(const struct tp_held6_node *node)
{
	return (struct fork *)(uintptr_t)node;
}

static unsigned bit(const uint8_t *address, unsigned index)
{
	return address[index / 8] >> (7 - index % 8) & 1;
}

/* Half of an address, to be compared as a number. */
static uint64_t half_at(const uint8_t *address)
{
	uint64_t half;

	memcpy(&half, address, sizeof(half));
	return be64toh(half);
}

/* How many bits A and B begin with in common, at most the shorter one's length. */
static unsigned common(const struct tp_prefix6 *a, const struct tp_prefix6 *b)
{
	unsigned max = a->length < b->length ? a->length : b->length, bits = 0;
	uint64_t differ = half_at(a->address) ^ half_at(b->address);

	if (differ == 0) {
		bits = 64;
		differ = half_at(a->address + 8) ^ half_at(b->address + 8);
	}
	bits += differ != 0 ? (unsigned)__builtin_clzll(differ) : 64;
	return bits < max ? bits : max;
}

/* What is free of a region of LENGTH in which NODE alone is something held. */
static uint8_t best_of(const struct tp_held6_node *node, uint8_t length)
{
	return node->prefix.length > length ? length + 1 : node->best;
}

/* False: it is as it was. */
static bool set_best(struct fork *fork)
{
	uint8_t length = fork->node.prefix.length + 1;
	uint8_t low = best_of(fork->child[0], length), high = best_of(fork->child[1], length);

	uint8_t best = low < high ? low : high, was = fork->node.best;

	fork->node.best = best;
	return best != was;
}

static const struct tp_held6_node *lowest(const struct tp_held6_node *node)
{
	while (!node->leaf)
		node = fork_of(node)->child[0];
	return node;
}

struct tp_held6_node *tp_held6_overlap(const struct tp_held6 *held, const struct tp_prefix6 *prefix)
{
	const struct tp_held6_node *node = held->root;

	while (node != NULL) {
		unsigned same = common(&node->prefix, prefix);

		if (same == prefix->length)
			return (void *)(uintptr_t)lowest(node);
		if (same < node->prefix.length)
			return NULL;
		if (node->leaf)
			return (void *)(uintptr_t)node;
		node = fork_of(node)->child[bit(prefix->address, node->prefix.length)];
	}
	return NULL;
}

/* ---- changes ---- */

/* The places of the forks on the way from the root, and of what it leads to. */
struct path {
	struct tp_held6_node **fork[DEPTH_MAX];
	unsigned count;
	struct tp_held6_node **end;
};

static void walk(struct tp_held6 *held, const struct tp_prefix6 *prefix, struct path *path)
{
	path->count = 0;
	path->end = &held->root;
	while (*path->end != NULL && !(*path->end)->leaf) {
		struct fork *fork = fork_of(*path->end);
		uint8_t length = fork->node.prefix.length;

		if (length >= prefix->length || common(&fork->node.prefix, prefix) < length)
			return;
		path->fork[path->count++] = path->end;
		path->end = &fork->child[bit(prefix->address, length)];
	}
}

/* What is above one that is as it was is so too. */
static void set_best_along(const struct path *path)
{
	unsigned i = path->count;

	while (i > 0 && set_best(fork_of(*path->fork[i - 1])))
		i--;
}

bool tp_held6_add(struct tp_held6 *held, struct tp_held6_node *leaf)
{
	struct path path;
	struct tp_held6_node *other;
	struct fork *fork;
	unsigned same;

	leaf->leaf = true;
	leaf->best = TP_HELD6_NONE;
	walk(held, &leaf->prefix, &path);
	other = *path.end;
	if (other == NULL) {
		*path.end = leaf;
		return true;
	}
	if (held->forks.size == 0)
		tp_slab_init(&held->forks, sizeof(*fork));
	fork = tp_slab_take(&held->forks);
	if (fork == NULL)
		return false;
	same = common(&other->prefix, &leaf->prefix);
	fork->node = (struct tp_held6_node){.prefix = tp_prefix6_of(leaf->prefix.address, same)};
	fork->child[bit(leaf->prefix.address, same)] = leaf;
	fork->child[bit(other->prefix.address, same)] = other;
	set_best(fork);
	*path.end = &fork->node;
	set_best_along(&path);
	return true;
}

void tp_held6_remove(struct tp_held6 *held, const struct tp_held6_node *leaf)
{
	struct path path;
	struct fork *parent;

	walk(held, &leaf->prefix, &path);
	if (path.count == 0) {
		held->root = NULL;
		return;
	}
	path.count--;
	parent = fork_of(*path.fork[path.count]);
	*path.fork[path.count] = parent->child[parent->child[0] == leaf];
	tp_slab_give(&held->forks, parent);
	set_best_along(&path);
}

/* ---- looking for a free block ---- */

struct wanted {
	const uint8_t *start;
	uint8_t length;
	struct tp_prefix6 *found;
};

/* All of REGION is below START. */
static bool is_below(const struct tp_prefix6 *region, const uint8_t *start)
{
	return memcmp(region->address, start, 16) < 0 && !tp_prefix6_has(region, start);
}

static struct tp_prefix6 half_of(const struct tp_prefix6 *region, unsigned side)
{
	struct tp_prefix6 half = *region;

	if (side != 0)
		half.address[region->length / 8] |= (uint8_t)(0x80 >> region->length % 8);
	half.length++;
	return half;
}

/* What is held in one half of REGION, in which NODE is all that is held. */
static const struct tp_held6_node *node_of_half(const struct tp_held6_node *node,
						const struct tp_prefix6 *region, unsigned side)
{
	if (node->prefix.length == region->length)
		return fork_of(node)->child[side];
	return bit(node->prefix.address, region->length) == side ? node : NULL;
}

/* The half that START lies in may have nothing from there on; then the other half has, as `best`
 * tells of all of it: so no more than two ways are followed at each level. */
static bool search(const struct wanted *w, const struct tp_held6_node *node,
		   const struct tp_prefix6 *region)
{
	if (is_below(region, w->start))
		return false;
	if (node == NULL) {
		*w->found = *region;
		if (tp_prefix6_has(region, w->start))
			memcpy(w->found->address, w->start, 16);
		w->found->length = w->length;
		return true;
	}
	if (best_of(node, region->length) > w->length)
		return false;
	for (unsigned side = 0; side < 2; side++) {
		struct tp_prefix6 half = half_of(region, side);

		if (search(w, node_of_half(node, region, side), &half))
			return true;
	}
	return false;
}

bool tp_held6_find_free(const struct tp_held6 *held, const struct tp_prefix6 *region,
			uint8_t length, const uint8_t start[16], struct tp_prefix6 *found)
{
	const struct wanted wanted = {.start = start, .length = length, .found = found};
	const struct tp_held6_node *node = held->root;

	while (node != NULL && node->prefix.length < region->length) {
		if (common(&node->prefix, region) < node->prefix.length)
			node = NULL;
		else if (node->leaf)
			return false;
		else
			node = fork_of(node)->child[bit(region->address, node->prefix.length)];
	}
	if (node != NULL && common(&node->prefix, region) < region->length)
		node = NULL;
	return search(&wanted, node, region);
}

/* ---- in order ---- */

struct tp_held6_node *tp_held6_next(const struct tp_held6 *held, const uint8_t from[16])
{
	const struct tp_held6_node *node = held->root, *above = NULL;
	unsigned side;

	while (node != NULL) {
		if (memcmp(node->prefix.address, from, 16) >= 0)
			return (void *)(uintptr_t)lowest(node);
		if (node->leaf || !tp_prefix6_has(&node->prefix, from))
			break;
		side = bit(from, node->prefix.length);
		if (side == 0)
			above = fork_of(node)->child[1];
		node = fork_of(node)->child[side];
	}
	return above != NULL ? (void *)(uintptr_t)lowest(above) : NULL;
}
