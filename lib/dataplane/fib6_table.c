/* SPDX-License-Identifier: BSD-3-Clause */
#include "dataplane/fib6_table.h"

#include <errno.h>
#include <stdlib.h>

#include "dataplane/dataplane.h"

#define FIRST_CELLS 1024

struct tp_deep {
	struct tp_fib6 *seen; /* by workers */
	struct tp_grace *grace;
	struct tp_fib6_table *table;
	uint32_t used;	     /* cells, those that are gone among them */
	uint32_t live;	     /* and without these */
	uint32_t counts[64]; /* prefixes of 65 bits and more */
};

#define publish(field, value) __atomic_store_n(field, value, __ATOMIC_RELEASE)

static struct tp_fib6_table *table_create(uint32_t cells)
{
	size_t size = sizeof(struct tp_fib6_table) + (size_t)cells * sizeof(struct tp_fib6_cell);
	struct tp_fib6_table *table = aligned_alloc(64, size);

	if (table == NULL)
		return NULL;
	memset(table, 0, size);
	table->grace = (struct tp_grace_item){.over = tp_grace_free};
	table->mask = cells - 1;
	return table;
}

struct tp_deep *tp_deep_create(struct tp_fib6 *seen, struct tp_grace *grace)
{
	struct tp_deep *deep = calloc(1, sizeof(*deep));

	if (deep == NULL)
		return NULL;
	deep->seen = seen;
	deep->grace = grace;
	deep->table = table_create(FIRST_CELLS);
	if (deep->table == NULL) {
		free(deep);
		return NULL;
	}
	seen->table = deep->table;
	return deep;
}

void tp_deep_destroy(struct tp_deep *deep)
{
	if (deep == NULL)
		return;
	free(deep->table);
	free(deep);
}

/* The cell of exactly this prefix, or NULL. */
static struct tp_fib6_cell *find_cell(const struct tp_deep *deep, const struct tp_prefix6 *prefix)
{
	uint64_t upper = tp_fib6_half(prefix->address), lower = tp_fib6_half(prefix->address + 8);
	struct tp_fib6_table *table = deep->table;

	for (uint32_t i = tp_fib6_home(table, upper, lower, prefix->length);;
	     i = (i + 1) & table->mask) {
		struct tp_fib6_cell *c = &table->cells[i];

		if (c->length == 0)
			return NULL;
		if (c->length == prefix->length && c->upper == upper && c->lower == lower)
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

/* Room for one more. A table that is full, of cells in use or gone, is replaced by another, in
 * which none are gone. */
static int make_room(struct tp_deep *deep)
{
	struct tp_fib6_table *before = deep->table;
	uint32_t cells = FIRST_CELLS;

	if ((uint64_t)(deep->used + 1) * 3 < (uint64_t)before->mask * 2)
		return 0;
	while (cells < (deep->live + 1) * 2)
		cells *= 2;
	struct tp_fib6_table *next = table_create(cells);
	if (next == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i <= before->mask; i++) {
		const struct tp_fib6_cell *c = &before->cells[i];

		if (c->length != 0 && c->length != TP_FIB6_GONE)
			*free_cell(next, c->upper, c->lower, c->length) = *c;
	}
	deep->table = next;
	deep->used = deep->live;
	publish(&deep->seen->table, next);
	tp_grace_add(deep->grace, &before->grace);
	return 0;
}

/* What workers try: after the first has come, and before the last goes. */
static void count(struct tp_deep *deep, unsigned length, int more)
{
	uint64_t bit = 1ull << (length - 65), lengths = deep->seen->deep_lengths;

	deep->counts[length - 65] += (uint32_t)more;
	publish(&deep->seen->deep_lengths,
		deep->counts[length - 65] > 0 ? lengths | bit : lengths & ~bit);
}

int tp_deep_put(struct tp_deep *deep, const struct tp_prefix6 *prefix, uint32_t hop, bool *fresh)
{
	struct tp_fib6_cell *c = find_cell(deep, prefix);
	uint64_t upper = tp_fib6_half(prefix->address), lower = tp_fib6_half(prefix->address + 8);

	*fresh = c == NULL;
	if (c != NULL) {
		publish(&c->hop, hop);
		return 0;
	}
	int err = make_room(deep);
	if (err != 0)
		return err;
	c = free_cell(deep->table, upper, lower, prefix->length);
	deep->used += c->length == 0;
	deep->live++;
	/* What it says comes after whose it is, and that it is in use after both: tp_fib6_find().
	 */
	publish(&c->upper, upper);
	publish(&c->lower, lower);
	publish(&c->hop, hop);
	publish(&c->length, prefix->length);
	count(deep, prefix->length, 1);
	return 0;
}

void tp_deep_remove(struct tp_deep *deep, const struct tp_prefix6 *prefix)
{
	struct tp_fib6_table *table = deep->table;
	struct tp_fib6_cell *c = find_cell(deep, prefix);
	uint32_t i = (uint32_t)(c - table->cells);

	count(deep, prefix->length, -1);
	deep->live--;
	publish(&c->length, TP_FIB6_GONE);
	/* Where the search ends behind it anyway it is empty, and so are those before it. */
	if (table->cells[(i + 1) & table->mask].length != 0)
		return;
	for (; table->cells[i].length == TP_FIB6_GONE; i = (i - 1) & table->mask) {
		publish(&table->cells[i].length, 0);
		deep->used--;
	}
}
