/* SPDX-License-Identifier: BSD-3-Clause */
/* Control's side of fib6.h. Whatever may fail comes before the first store that workers see. */
#include "dataplane/fib6.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "dataplane/dataplane.h"

#define FIRST_CELLS    1024
#define DEPTH	       4 /* steps from a /48 to a /64 */
#define NODES_AT_ONCE  (DEPTH + 1)
#define NODES_A_PREFIX DEPTH
#define NODES_BESIDES  65536 /* of other prefixes than subscribers' */
#define ROOTS	       65536

/* What control knows of a node besides. */
struct node_control {
	struct tp_grace_item grace;
	struct fib *fib;
	uint8_t lengths[16]; /* of the prefixes whose hops the entries are; 0: nobody's */
};

/* The prefixes of 17 to 47 bits of a root. */
struct root_counts {
	uint32_t of_length[31];
};

struct fib {
	struct tp_fib6 seen; /* by workers */
	struct tp_grace *grace;
	struct tp_fib6_table *table;
	uint32_t used; /* cells, those that are gone among them */
	uint32_t live; /* and without these */
	struct tp_fib6_node *nodes;
	struct node_control *controls;
	uint32_t node_limit;
	uint32_t node_end;  /* the first that was never in use */
	uint32_t node_free; /* the first that is free again, 0: none; each names the next */
	uint32_t free_count;
	struct tp_fib6_root *roots;
	uint8_t *root_lengths; /* one more than that of the prefix, 0: nobody's */
	struct root_counts *root_counts;
	uint32_t deep_counts[64];
};

/* A value that workers read meanwhile, after those stored before it. */
#define publish(field, value) __atomic_store_n(field, value, __ATOMIC_RELEASE)

static struct fib *fib_of(struct tp_fib6 *seen)
{
	return (struct fib *)(void *)seen;
}

/* ---- life ----------------------------------------------------------------------------------- */

static size_t table_size(uint32_t cells)
{
	return sizeof(struct tp_fib6_table) + (size_t)cells * sizeof(struct tp_fib6_cell);
}

static struct tp_fib6_table *table_create(uint32_t cells)
{
	struct tp_fib6_table *table = aligned_alloc(64, (table_size(cells) + 63) & ~(size_t)63);

	if (table == NULL)
		return NULL;
	memset(table, 0, table_size(cells));
	table->grace = (struct tp_grace_item){.slot = TP_SLOT_NONE, .memory = table};
	table->mask = cells - 1;
	return table;
}

struct tp_fib6 *tp_fib6_create(uint32_t max_sessions, struct tp_grace *grace)
{
	struct fib *fib = calloc(1, sizeof(*fib));

	if (fib == NULL)
		return NULL;
	fib->grace = grace;
	fib->node_limit = 2 * NODES_A_PREFIX * max_sessions + NODES_BESIDES;
	fib->node_end = 1;
	fib->table = table_create(FIRST_CELLS);
	/* So large that they are there only when they are touched: they are not cleared here. */
	fib->nodes = aligned_alloc(64, fib->node_limit * sizeof(*fib->nodes));
	fib->controls = malloc(fib->node_limit * sizeof(*fib->controls));
	fib->roots = calloc(ROOTS, sizeof(*fib->roots));
	fib->root_lengths = calloc(ROOTS, 1);
	fib->root_counts = calloc(ROOTS, sizeof(*fib->root_counts));
	fib->seen = (struct tp_fib6){.table = fib->table, .nodes = fib->nodes, .roots = fib->roots};
	if (fib->table == NULL || fib->nodes == NULL || fib->controls == NULL ||
	    fib->roots == NULL || fib->root_lengths == NULL || fib->root_counts == NULL) {
		tp_fib6_destroy(&fib->seen);
		return NULL;
	}
	fib->nodes[0] = (struct tp_fib6_node){0};
	return &fib->seen;
}

void tp_fib6_destroy(struct tp_fib6 *seen)
{
	struct fib *fib = fib_of(seen);

	if (fib == NULL)
		return;
	free(fib->nodes);
	free(fib->controls);
	free(fib->root_counts);
	free(fib->roots);
	free(fib->root_lengths);
	free(fib->table);
	free(fib);
}

/* ---- cells ---------------------------------------------------------------------------------- */

/* The cell of exactly this prefix, or NULL. */
static struct tp_fib6_cell *find_cell(const struct fib *fib, uint64_t upper, uint64_t lower,
				      uint32_t length)
{
	struct tp_fib6_table *table = fib->table;
	uint32_t i = tp_fib6_home(table, upper, lower, length);

	for (;; i = (i + 1) & table->mask) {
		struct tp_fib6_cell *c = &table->cells[i];

		if (c->length == 0)
			return NULL;
		if (c->length == length && c->upper == upper && c->lower == lower)
			return c;
	}
}

/* The first cell on its way that is not in use. */
static struct tp_fib6_cell *free_cell(struct tp_fib6_table *table, uint64_t upper, uint64_t lower,
				      uint32_t length)
{
	uint32_t i = tp_fib6_home(table, upper, lower, length);

	while (table->cells[i].length != 0 && table->cells[i].length != TP_FIB6_GONE)
		i = (i + 1) & table->mask;
	return &table->cells[i];
}

/* Room for two more. A table that is full, of cells in use or gone, is replaced by another, in
 * which none are gone. */
static int reserve_cells(struct fib *fib)
{
	uint32_t cells = FIRST_CELLS;

	if ((uint64_t)(fib->used + 2) * 3 < (uint64_t)fib->table->mask * 2)
		return 0;
	while (cells < (fib->live + 2) * 2)
		cells *= 2;
	struct tp_fib6_table *before = fib->table, *next = table_create(cells);
	if (next == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i <= before->mask; i++) {
		const struct tp_fib6_cell *c = &before->cells[i];

		if (c->length != 0 && c->length != TP_FIB6_GONE)
			*free_cell(next, c->upper, c->lower, c->length) = *c;
	}
	fib->table = next;
	fib->used = fib->live;
	publish(&fib->seen.table, next);
	tp_grace_add(fib->grace, &before->grace);
	return 0;
}

/* Its cell, made if there is none: then it has no hop yet. Of a /48 for what is below it, too. */
static struct tp_fib6_cell *get_cell(struct fib *fib, uint64_t upper, uint64_t lower,
				     uint32_t length)
{
	struct tp_fib6_cell *c = find_cell(fib, upper, lower, length);

	if (c != NULL)
		return c;
	c = free_cell(fib->table, upper, lower, length);
	fib->used += c->length == 0;
	fib->live++;
	/* What it says comes after whose it is, and that it is in use after both: tp_fib6_find().
	 */
	publish(&c->upper, upper);
	publish(&c->lower, lower);
	publish(&c->hop, 0);
	publish(&c->below, 0);
	publish(&c->deep, 0);
	publish(&c->length, length);
	return c;
}

/* C says nothing any more: it is gone, or empty if the search ends behind it anyway, and so are
 * those before it. */
static void put_cell(struct fib *fib, struct tp_fib6_cell *c)
{
	struct tp_fib6_table *table = fib->table;
	uint32_t i = (uint32_t)(c - table->cells);

	if (c->hop != 0 || c->below != 0 || c->deep != 0)
		return;
	fib->live--;
	publish(&c->length, TP_FIB6_GONE);
	if (table->cells[(i + 1) & table->mask].length != 0)
		return;
	for (; table->cells[i].length == TP_FIB6_GONE; i = (i - 1) & table->mask) {
		publish(&table->cells[i].length, 0);
		fib->used--;
	}
}

/* ---- nodes ---------------------------------------------------------------------------------- */

static int reserve_nodes(struct fib *fib, unsigned count)
{
	if (fib->free_count + fib->node_limit - fib->node_end < count)
		tp_grace_collect(fib->grace, NULL, 0);
	return fib->free_count + fib->node_limit - fib->node_end < count ? -ENOSPC : 0;
}

/* A node, reserved before, whose entries all say HOP, of a prefix of LENGTH. */
static uint32_t node_create(struct fib *fib, uint32_t hop, uint8_t length)
{
	uint32_t n = fib->node_free;

	if (n != 0) {
		fib->node_free = fib->nodes[n].entries[0];
		fib->free_count--;
	} else {
		n = fib->node_end++;
	}
	for (unsigned i = 0; i < 16; i++)
		tp_write_once(&fib->nodes[n].entries[i], hop);
	memset(fib->controls[n].lengths, length, sizeof(fib->controls[n].lengths));
	return n;
}

/* No worker is in it any more. */
static void give_back(struct tp_grace_item *item)
{
	struct node_control *control = (struct node_control *)(void *)item;
	struct fib *fib = control->fib;
	uint32_t n = (uint32_t)(control - fib->controls);

	fib->nodes[n].entries[0] = fib->node_free;
	fib->node_free = n;
	fib->free_count++;
}

static void node_free(struct fib *fib, uint32_t n)
{
	struct node_control *control = &fib->controls[n];

	control->fib = fib;
	control->grace = (struct tp_grace_item){.slot = TP_SLOT_NONE, .over = give_back};
	tp_grace_add(fib->grace, &control->grace);
}

/* Do all entries of N say what one prefix of no more than BITS bits says? Then the entry that leads
 * to N can say so. */
static bool is_uniform(const struct fib *fib, uint32_t n, unsigned bits)
{
	const uint32_t *entries = fib->nodes[n].entries;
	const uint8_t *lengths = fib->controls[n].lengths;

	if ((entries[0] & TP_FIB6_NODE) != 0 || lengths[0] > bits)
		return false;
	for (unsigned i = 1; i < 16; i++)
		if (entries[i] != entries[0] || lengths[i] != lengths[0])
			return false;
	return true;
}

/* A prefix of 49 to 64 bits that comes (FROM 0), or goes: then what it said, its length being FROM,
 * is said by what is around it from now on. */
struct change {
	uint64_t upper;
	uint8_t length; /* where it is painted */
	uint8_t from;
	uint32_t hop;
	uint8_t hop_length;
};

static bool concerns(const struct change *change, uint8_t length)
{
	return change->from != 0 ? length == change->from : length <= change->length;
}

static void paint_entry(struct fib *fib, uint32_t n, unsigned i, const struct change *change)
{
	uint32_t *entry = &fib->nodes[n].entries[i];
	uint8_t *length = &fib->controls[n].lengths[i];

	if ((*entry & TP_FIB6_NODE) != 0) {
		for (unsigned below = 0; below < 16; below++)
			paint_entry(fib, *entry & ~TP_FIB6_NODE, below, change);
	} else if (concerns(change, *length)) {
		publish(entry, change->hop);
		*length = change->hop_length;
	}
}

/* Node N is reached by BITS bits of the prefix, which has more than those. Where the prefix was put
 * already its nodes are there. */
static void paint(struct fib *fib, uint32_t n, unsigned bits, const struct change *change)
{
	unsigned first = change->upper >> (60 - bits) & 15;

	if (change->length <= bits + 4) {
		for (unsigned i = 0; i < 1u << (bits + 4 - change->length); i++)
			paint_entry(fib, n, first + i, change);
		return;
	}
	uint32_t *entry = &fib->nodes[n].entries[first];
	uint8_t *length = &fib->controls[n].lengths[first];
	if ((*entry & TP_FIB6_NODE) == 0)
		publish(entry, node_create(fib, *entry, *length) | TP_FIB6_NODE);
	uint32_t below = *entry & ~TP_FIB6_NODE;
	paint(fib, below, bits + 4, change);
	if (!is_uniform(fib, below, bits + 4))
		return;
	*length = fib->controls[below].lengths[0];
	publish(entry, fib->nodes[below].entries[0]);
	node_free(fib, below);
}

static void paint_below(struct fib *fib, struct tp_fib6_cell *cell, const struct change *change)
{
	if (cell->below == 0)
		publish(&cell->below, node_create(fib, 0, 0));
	uint32_t below = cell->below;
	paint(fib, below, 48, change);
	if (!is_uniform(fib, below, 0))
		return;
	publish(&cell->below, 0);
	node_free(fib, below);
}

/* ---- prefixes, by their length --------------------------------------------------------------- */

static bool is_in_roots(uint8_t length)
{
	return length <= 16;
}

static bool is_in_nodes(uint8_t length)
{
	return length > 48 && length <= 64;
}

uint8_t tp_fib6_cover_from(uint8_t length)
{
	if (is_in_roots(length))
		return 0;
	return is_in_nodes(length) ? 49 : 255;
}

/* Those of LENGTH that concern it, FIRST on, say HOP, of a prefix of HOP_LENGTH less one. */
static void paint_roots(struct fib *fib, const struct change *change)
{
	uint32_t first = (uint32_t)(change->upper >> 48);

	for (uint32_t i = first; i < first + (1u << (16 - change->length)); i++) {
		uint8_t is = fib->root_lengths[i];

		if (change->from != 0 ? is != change->from : is > change->length + 1)
			continue;
		publish(&fib->roots[i].hop, change->hop);
		fib->root_lengths[i] = change->hop_length;
	}
}

/* One more, or one less, of 17 to 47 bits. */
static void count_short(struct fib *fib, uint64_t upper, unsigned length, int more)
{
	struct tp_fib6_root *root = &fib->roots[upper >> 48];
	unsigned bit = length - 17;
	uint32_t *count = &fib->root_counts[upper >> 48].of_length[bit];

	*count += (uint32_t)more;
	publish(&root->lengths,
		*count > 0 ? root->lengths | 1u << bit : root->lengths & ~(1u << bit));
}

/* Likewise, of more than 64. */
static void count_deep(struct fib *fib, struct tp_fib6_cell *whole, unsigned length, int more)
{
	unsigned bit = length - 65;
	uint64_t lengths = fib->seen.deep_lengths;

	fib->deep_counts[bit] += (uint32_t)more;
	lengths = fib->deep_counts[bit] > 0 ? lengths | 1ull << bit : lengths & ~(1ull << bit);
	publish(&fib->seen.deep_lengths, lengths);
	publish(&whole->deep, whole->deep + (uint32_t)more);
}

static void put_in_cell(struct fib *fib, uint64_t upper, uint64_t lower, uint8_t length,
			uint32_t hop)
{
	struct tp_fib6_cell *c = get_cell(fib, upper, lower, length);
	bool fresh = c->hop == 0;

	publish(&c->hop, hop);
	if (fresh && length < 48)
		count_short(fib, upper, length, 1);
	else if (fresh && length > 64)
		count_deep(fib, get_cell(fib, tp_fib6_bits(upper, 48), 0, 48), length, 1);
}

int tp_fib6_put(struct tp_fib6 *seen, const struct tp_prefix6 *prefix, uint32_t hop)
{
	struct fib *fib = fib_of(seen);
	struct change change = {
		.upper = tp_fib6_half(prefix->address),
		.length = prefix->length,
		.hop = hop,
		.hop_length = prefix->length,
	};
	int err = reserve_cells(fib);

	if (err == 0 && is_in_nodes(prefix->length))
		err = reserve_nodes(fib, NODES_AT_ONCE);
	if (err != 0)
		return err;
	if (is_in_roots(prefix->length)) {
		change.hop_length++;
		paint_roots(fib, &change);
	} else if (is_in_nodes(prefix->length)) {
		paint_below(fib, get_cell(fib, tp_fib6_bits(change.upper, 48), 0, 48), &change);
	} else {
		put_in_cell(fib, change.upper, tp_fib6_half(prefix->address + 8), prefix->length,
			    hop);
	}
	return 0;
}

static void remove_from_cell(struct fib *fib, uint64_t upper, uint64_t lower, uint8_t length)
{
	struct tp_fib6_cell *c = find_cell(fib, upper, lower, length);

	publish(&c->hop, 0);
	put_cell(fib, c);
	if (length < 48)
		count_short(fib, upper, length, -1);
	if (length <= 64)
		return;
	c = find_cell(fib, tp_fib6_bits(upper, 48), 0, 48);
	count_deep(fib, c, length, -1);
	put_cell(fib, c);
}

void tp_fib6_remove(struct tp_fib6 *seen, const struct tp_prefix6 *prefix, uint32_t cover_hop,
		    uint8_t cover_length)
{
	struct fib *fib = fib_of(seen);
	struct change change = {
		.upper = tp_fib6_half(prefix->address),
		.length = prefix->length,
		.from = prefix->length,
		.hop = cover_hop,
		.hop_length = cover_length,
	};

	if (is_in_roots(prefix->length)) {
		change.from++;
		change.hop_length += cover_hop != 0;
		paint_roots(fib, &change);
	} else if (is_in_nodes(prefix->length)) {
		struct tp_fib6_cell *c = find_cell(fib, tp_fib6_bits(change.upper, 48), 0, 48);

		paint_below(fib, c, &change);
		put_cell(fib, c);
	} else {
		remove_from_cell(fib, change.upper, tp_fib6_half(prefix->address + 8),
				 prefix->length);
	}
}
