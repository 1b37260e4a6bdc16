/* SPDX-License-Identifier: BSD-3-Clause */
#include "held6.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#define STEP	  4   /* bits */
#define FORKS_MAX 32  /* on one way: 128 bits */
#define NONE	  129 /* as the length of a free block: there is none */

/* Its children are no more than it has, two to sixteen of them: one that is looked into takes a
 * line of memory or two. */
struct fork {
	struct tp_held6_node node;
	uint8_t at;	  /* all below it have so many bits in common, and part in the next STEP */
	uint8_t best;	  /* the length of the largest free block in all that has these bits */
	uint8_t size;	  /* there is room for 2 << SIZE children */
	uint16_t begins;  /* by the next STEP bits, a slot: in which a child begins */
	uint16_t covered; /* in which there is anything: a leaf may end within these bits */
	struct tp_held6_node *child[]; /* of those that begin, in their order */
};

static struct fork *fork_of(const struct tp_held6_node *node)
{
	return (struct fork *)(uintptr_t)node;
}

static struct tp_held6_leaf *leaf_of(const struct tp_held6_node *node)
{
	return (struct tp_held6_leaf *)(uintptr_t)node;
}

/* Half of an address, to be compared as a number. */
static uint64_t half_at(const uint8_t *address)
{
	uint64_t half;

	memcpy(&half, address, sizeof(half));
	return be64toh(half);
}

static unsigned shorter(const struct tp_prefix6 *a, const struct tp_prefix6 *b)
{
	return a->length < b->length ? a->length : b->length;
}

/* How many bits A and B begin with in common, at most the shorter one's length. */
static unsigned common(const struct tp_prefix6 *a, const struct tp_prefix6 *b)
{
	unsigned max = shorter(a, b), bits = 0;
	uint64_t differ = half_at(a->address) ^ half_at(b->address);

	if (differ == 0) {
		bits = 64;
		differ = half_at(a->address + 8) ^ half_at(b->address + 8);
	}
	bits += differ != 0 ? (unsigned)__builtin_clzll(differ) : 64;
	return bits < max ? bits : max;
}

static bool overlaps(const struct tp_prefix6 *a, const struct tp_prefix6 *b)
{
	return common(a, b) == shorter(a, b);
}

/* ---- slots ---- */

/* The STEP bits of ADDRESS behind the first AT. */
static unsigned slot_of(const uint8_t *address, unsigned at)
{
	return at % 8 == 0 ? address[at / 8] >> STEP : address[at / 8] & 15;
}

/* The slots, as bits, that PREFIX, which is longer than AT, is in. */
static unsigned slots_of(const struct tp_prefix6 *prefix, unsigned at)
{
	unsigned rest = prefix->length < at + STEP ? at + STEP - prefix->length : 0;

	return ((1u << (1u << rest)) - 1) << slot_of(prefix->address, at);
}

static unsigned up_to(unsigned slot)
{
	return (2u << slot) - 1;
}

static unsigned count(unsigned slots)
{
	return (unsigned)__builtin_popcount(slots);
}

static unsigned first(unsigned slots)
{
	return (unsigned)__builtin_ctz(slots);
}

/* The child that begins in SLOT or last before it; if there is none, the first. */
static struct tp_held6_node **child_near(struct fork *fork, unsigned slot)
{
	unsigned before = count(fork->begins & up_to(slot));

	return &fork->child[before > 0 ? before - 1 : 0];
}

static struct tp_held6_leaf *lowest(const struct tp_held6_node *node)
{
	while (!node->leaf)
		node = fork_of(node)->child[0];
	return leaf_of(node);
}

/* ---- walking ---- */

/* The places of the forks on the way from the root, and of what they lead to. */
struct path {
	struct tp_held6_node **fork[FORKS_MAX];
	unsigned count;
	struct tp_held6_node **end;
};

/* To where PREFIX is, or would be, by the bits that forks ask for: what they skip is not looked at.
 * So the leaf that is returned is the first that has anything in common with PREFIX if any has;
 * whether it has is yet to be seen. There is something held. */
static struct tp_held6_leaf *walk(struct tp_held6 *held, const struct tp_prefix6 *prefix,
				  struct path *path)
{
	path->count = 0;
	path->end = &held->root;
	while (!(*path->end)->leaf) {
		struct fork *fork = fork_of(*path->end);
		unsigned within;

		if (fork->at >= prefix->length)
			break;
		within = fork->begins & slots_of(prefix, fork->at);
		path->fork[path->count++] = path->end;
		path->end = child_near(fork, within != 0 ? first(within)
							 : slot_of(prefix->address, fork->at));
	}
	return lowest(*path->end);
}

static struct fork *last_fork(const struct path *path)
{
	return path->count > 0 ? fork_of(*path->fork[path->count - 1]) : NULL;
}

/* Back to the last fork of no more than BITS. */
static void go_back(struct path *path, unsigned bits)
{
	while (path->count > 0 && last_fork(path)->at > bits)
		path->end = path->fork[--path->count];
}

struct tp_held6_leaf *tp_held6_overlap(const struct tp_held6 *held, const struct tp_prefix6 *prefix)
{
	struct tp_held6_leaf *leaf;
	struct path path;

	if (held->root == NULL)
		return NULL;
	leaf = walk((void *)(uintptr_t)held, prefix, &path);
	return overlaps(&leaf->prefix, prefix) ? leaf : NULL;
}

struct tp_held6_leaf *tp_held6_next(const struct tp_held6 *held, const uint8_t from[16])
{
	const struct tp_prefix6 host = tp_prefix6_of(from, 128);
	const struct tp_held6_leaf *leaf;
	struct path path;

	if (held->root == NULL)
		return NULL;
	leaf = walk((void *)(uintptr_t)held, &host, &path);
	go_back(&path, common(&leaf->prefix, &host));
	if (memcmp(leaf->prefix.address, from, 16) >= 0) /* as all that is there */
		return lowest(*path.end);
	for (; path.count > 0; path.count--) {
		struct fork *fork = last_fork(&path);
		unsigned later = fork->begins & ~up_to(slot_of(from, fork->at));

		if (later != 0)
			return lowest(*child_near(fork, first(later)));
	}
	return NULL;
}

/* ---- what is free ---- */

/* In a region of LENGTH in which NODE alone is something held. */
static uint8_t best_of(const struct tp_held6_node *node, unsigned length)
{
	unsigned bits = node->leaf ? leaf_of(node)->prefix.length : fork_of(node)->at;

	if (bits > length)
		return (uint8_t)(length + 1);
	return node->leaf ? NONE : fork_of(node)->best;
}

/* In SLOTS of FORK, which are one block, and not all free. */
static uint8_t best_in(struct fork *fork, unsigned slots)
{
	unsigned one = slots & ~(unsigned)fork->covered, two = one & one >> 1 & 0x5555;
	unsigned four = two & two >> 2 & 0x1111, eight = four & four >> 4 & 0x0101;
	uint8_t best = NONE, half = fork->at + STEP + 1; /* of a slot: no child has more */

	if (one != 0)
		return (uint8_t)(fork->at + STEP - (two != 0) - (four != 0) - (eight != 0));
	for (unsigned left = fork->begins & slots; left != 0 && best > half; left &= left - 1) {
		uint8_t of = best_of(*child_near(fork, first(left)), fork->at + STEP);

		if (of < best)
			best = of;
	}
	return best;
}

/* False: it is as it was. */
static bool set_best(struct fork *fork)
{
	uint8_t was = fork->best;

	fork->best = best_in(fork, 0xffff);
	return fork->best != was;
}

/* What is above one that is as it was is so too. */
static void set_best_along(const struct path *path)
{
	unsigned i = path->count;

	while (i > 0 && set_best(fork_of(*path->fork[i - 1])))
		i--;
}

/* ---- changes ---- */

static struct fork *fork_create(struct tp_held6 *held, unsigned size)
{
	struct tp_slab *slab = &held->forks[size];
	const size_t children = sizeof(struct tp_held6_node *) << (size + 1);

	if (slab->size == 0)
		tp_slab_init(slab, sizeof(struct fork) + children);
	return tp_slab_take(slab);
}

static void fork_free(struct tp_held6 *held, struct fork *fork)
{
	tp_slab_give(&held->forks[fork->size], fork);
}

/* The fork at PLACE has room for 2 << SIZE children from now on. NULL: no memory, it is as it was.
 */
static struct fork *resize(struct tp_held6 *held, struct tp_held6_node **place, unsigned size)
{
	struct fork *fork = fork_of(*place), *other = fork_create(held, size);

	if (other == NULL)
		return NULL;
	memcpy(other, fork, sizeof(*fork) + count(fork->begins) * sizeof(fork->child[0]));
	other->size = (uint8_t)size;
	fork_free(held, fork);
	*place = &other->node;
	return other;
}

/* The fork at PLACE gets LEAF, which begins in a slot of its own. */
static int put_child(struct tp_held6 *held, struct tp_held6_node **place,
		     struct tp_held6_leaf *leaf)
{
	struct fork *fork = fork_of(*place);
	unsigned slot = slot_of(leaf->prefix.address, fork->at), children = count(fork->begins);
	unsigned before = count(fork->begins & (up_to(slot) >> 1));

	if (children == 2u << fork->size)
		fork = resize(held, place, fork->size + 1u);
	if (fork == NULL)
		return -ENOMEM;
	memmove(&fork->child[before + 1], &fork->child[before],
		(children - before) * sizeof(fork->child[0]));
	fork->child[before] = &leaf->node;
	fork->begins |= (uint16_t)(1u << slot);
	fork->covered |= (uint16_t)slots_of(&leaf->prefix, fork->at);
	return 0;
}

static void take_child(struct fork *fork, const struct tp_held6_leaf *leaf)
{
	unsigned slot = slot_of(leaf->prefix.address, fork->at), children = count(fork->begins);
	unsigned before = count(fork->begins & (up_to(slot) >> 1));

	memmove(&fork->child[before], &fork->child[before + 1],
		(children - before - 1) * sizeof(fork->child[0]));
	fork->begins &= (uint16_t) ~(1u << slot);
	fork->covered &= (uint16_t)~slots_of(&leaf->prefix, fork->at);
}

/* In PLACE from now on is a fork to what was there, one leaf of which is NEAR, and to LEAF, which
 * part in the STEP bits behind AT. */
static int part(struct tp_held6 *held, struct tp_held6_node **place,
		const struct tp_held6_leaf *near, struct tp_held6_leaf *leaf, unsigned at)
{
	unsigned slot = slot_of(leaf->prefix.address, at);
	unsigned other = slot_of(near->prefix.address, at);
	struct fork *fork = fork_create(held, 0);

	if (fork == NULL)
		return -ENOMEM;
	*fork = (struct fork){
		.at = (uint8_t)at,
		.begins = (uint16_t)(1u << slot | 1u << other),
		.covered = (uint16_t)(slots_of(&leaf->prefix, at) | slots_of(&near->prefix, at)),
	};
	fork->child[slot > other] = &leaf->node;
	fork->child[slot < other] = *place;
	set_best(fork);
	*place = &fork->node;
	return 0;
}

int tp_held6_add(struct tp_held6 *held, struct tp_held6_leaf *leaf)
{
	const struct tp_held6_leaf *near;
	struct path path;
	unsigned at;
	int err;

	leaf->node.leaf = true;
	if (held->root == NULL) {
		held->root = &leaf->node;
		return 0;
	}
	near = walk(held, &leaf->prefix, &path);
	if (overlaps(&near->prefix, &leaf->prefix))
		return -EADDRINUSE;
	at = common(&near->prefix, &leaf->prefix) / STEP * STEP;
	go_back(&path, at);
	if (path.count > 0 && last_fork(&path)->at == at)
		err = put_child(held, path.fork[path.count - 1], leaf);
	else
		err = part(held, path.end, near, leaf, at);
	if (err == 0)
		set_best_along(&path);
	return err;
}

void tp_held6_remove(struct tp_held6 *held, const struct tp_held6_leaf *leaf)
{
	struct path path;
	struct fork *fork;
	unsigned left;

	walk(held, &leaf->prefix, &path);
	fork = last_fork(&path);
	if (fork == NULL) {
		held->root = NULL;
		return;
	}
	take_child(fork, leaf);
	left = count(fork->begins);
	if (left == 1) {
		*path.fork[--path.count] = fork->child[0];
		fork_free(held, fork);
	} else if (left == 1u << fork->size) { /* without memory it stays as large as it is */
		resize(held, path.fork[path.count - 1], fork->size - 1u);
	}
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

/* REGION is a part of what NODE, a fork, parts. */
static bool is_parted(const struct tp_held6_node *node, const struct tp_prefix6 *region)
{
	return !node->leaf && fork_of(node)->at < region->length;
}

/* Of what is held in REGION, which FORK parts: all of it is below the node that is returned. NULL:
 * it is free. */
static const struct tp_held6_node *node_in(struct fork *fork, const struct tp_prefix6 *region)
{
	unsigned slots = slots_of(region, fork->at), begins = fork->begins & slots;

	if ((fork->covered & slots) == 0)
		return NULL;
	if (count(begins) > 1)
		return &fork->node;
	return *child_near(fork, first(begins != 0 ? begins : slots));
}

/* The same of a half of a region all of which is below NODE. */
static const struct tp_held6_node *node_in_half(const struct tp_held6_node *node,
						const struct tp_prefix6 *half)
{
	if (is_parted(node, half))
		return node_in(fork_of(node), half);
	return overlaps(&lowest(node)->prefix, half) ? node : NULL;
}

static uint8_t best_in_region(const struct tp_held6_node *node, const struct tp_prefix6 *region)
{
	if (is_parted(node, region))
		return best_in(fork_of(node), slots_of(region, fork_of(node)->at));
	return best_of(node, region->length);
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
	if (best_in_region(node, region) > w->length)
		return false;
	for (unsigned side = 0; side < 2; side++) {
		struct tp_prefix6 half = half_of(region, side);

		if (search(w, node_in_half(node, &half), &half))
			return true;
	}
	return false;
}

bool tp_held6_find_free(const struct tp_held6 *held, const struct tp_prefix6 *region,
			uint8_t length, const uint8_t start[16], struct tp_prefix6 *found)
{
	const struct wanted wanted = {.start = start, .length = length, .found = found};
	const struct tp_held6_node *node = NULL;
	struct path path;

	if (tp_held6_overlap(held, region) != NULL) {
		walk((void *)(uintptr_t)held, region, &path);
		node = path.count > 0 ? node_in(last_fork(&path), region) : *path.end;
	}
	return search(&wanted, node, region);
}
