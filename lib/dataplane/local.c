/* SPDX-License-Identifier: BSD-3-Clause */
/* The box's own addresses. */
#include "dataplane/local.h"

#include <errno.h>
#include <stdlib.h>

#include <uthash.h>

#include "base/once.h"
#include "dataplane/fib.h"

struct holder {
	uint32_t address;
	unsigned index;
	unsigned sessions;
	UT_hash_handle hh;
};

struct tp_local_table {
	struct tp_fib *fib;
	struct holder *holders;
	unsigned free_count;
	uint16_t free[TP_LOCALS];
	struct tp_local entries[TP_LOCALS];
};

struct tp_local_table *tp_local_table_create(struct tp_fib *fib)
{
	struct tp_local_table *table = calloc(1, sizeof(*table));
	if (table == NULL)
		return NULL;
	table->fib = fib;
	for (unsigned i = 0; i < TP_LOCALS; i++)
		table->free[table->free_count++] = (uint16_t)(TP_LOCALS - 1 - i);
	return table;
}

void tp_local_table_destroy(struct tp_local_table *table)
{
	struct holder *h, *next;
	if (table == NULL)
		return;
	HASH_ITER (hh, table->holders, h, next) {
		HASH_DEL(table->holders, h);
		free(h);
	}
	free(table);
}

const struct tp_local *tp_local_array(const struct tp_local_table *table)
{
	return table->entries;
}

static struct holder *find(const struct tp_local_table *table, uint32_t address)
{
	struct holder *h;
	HASH_FIND(hh, table->holders, &address, sizeof(address), h);
	return h;
}

bool tp_local_has(const struct tp_local_table *table, uint32_t address)
{
	return find(table, address) != NULL;
}

static int get(struct tp_local_table *table, uint32_t address, struct holder **holder)
{
	struct tp_prefix prefix = {.address = address, .length = 32};
	struct holder *h = *holder = find(table, address);
	if (h != NULL)
		return 0;
	if (table->free_count == 0)
		return -ENOSPC;
	h = calloc(1, sizeof(*h));
	if (h == NULL)
		return -ENOMEM;
	h->address = address;
	h->index = table->free[table->free_count - 1];
	/* Workers may still have the index from the entry's last holder. */
	tp_write_once(&table->entries[h->index].answers_ping, 0);
	tp_write_once(&table->entries[h->index].host_port, TP_LOCAL_NO_PORT);
	tp_write_once(&table->entries[h->index].address, address);
	int err = tp_fib_claim(table->fib, &prefix, TP_CLAIM_LOCAL, TP_HOP(TP_HOP_LOCAL, h->index));
	if (err != 0) {
		free(h);
		return err;
	}
	table->free_count--;
	HASH_ADD(hh, table->holders, address, sizeof(h->address), h);
	*holder = h;
	return 0;
}

/* Workers that still hold the index find an entry that answers nothing, or another address of
 * the box. */
static void put(struct tp_local_table *table, struct holder *h)
{
	struct tp_prefix prefix = {.address = h->address, .length = 32};
	struct tp_local *entry = &table->entries[h->index];
	tp_write_once(&entry->answers_ping, h->sessions > 0);
	if (h->sessions > 0 || entry->host_port != TP_LOCAL_NO_PORT)
		return;
	tp_fib_release(table->fib, &prefix, TP_CLAIM_LOCAL);
	table->free[table->free_count++] = (uint16_t)h->index;
	HASH_DEL(table->holders, h);
	free(h);
}

int tp_local_hold(struct tp_local_table *table, uint32_t address)
{
	struct holder *h;
	int err = get(table, address, &h);
	if (err != 0)
		return err;
	h->sessions++;
	tp_write_once(&table->entries[h->index].answers_ping, 1);
	return 0;
}

void tp_local_drop(struct tp_local_table *table, uint32_t address)
{
	struct holder *h = find(table, address);
	if (h == NULL)
		return;
	h->sessions--;
	put(table, h);
}

int tp_local_host_set(struct tp_local_table *table, uint32_t address, uint8_t port)
{
	struct holder *h;
	if (port == TP_LOCAL_NO_PORT && find(table, address) == NULL)
		return 0;
	int err = get(table, address, &h);
	if (err != 0)
		return err;
	tp_write_once(&table->entries[h->index].host_port, port);
	put(table, h);
	return 0;
}
