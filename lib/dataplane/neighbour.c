/* SPDX-License-Identifier: BSD-3-Clause */
/* Neighbours on core ports. */
#include "dataplane/neighbour.h"

#include <errno.h>
#include <stdlib.h>

#include <uthash.h>

#include "base/bytes.h"
#include "base/once.h"
#include "dataplane/dataplane.h"
#include "dataplane/grace.h"

struct holder {
	struct tp_grace_item grace;
	struct tp_neighbour_table *table;
	uint64_t key; /* port and address */
	unsigned index;
	unsigned users;
	UT_hash_handle hh;
};

struct tp_neighbour_table {
	struct tp_grace *grace;
	struct holder *holders;
	unsigned free_count;
	uint16_t free[TP_NEIGHBOURS];
	struct holder *by_index[TP_NEIGHBOURS];
	struct tp_neighbour entries[TP_NEIGHBOURS];
};

struct tp_neighbour_table *tp_neighbour_table_create(struct tp_grace *grace)
{
	struct tp_neighbour_table *table = aligned_alloc(64, (sizeof(*table) + 63) & ~(size_t)63);
	if (table == NULL)
		return NULL;
	memset(table, 0, sizeof(*table));
	table->grace = grace;
	for (unsigned i = 0; i < TP_NEIGHBOURS; i++)
		table->free[table->free_count++] = (uint16_t)(TP_NEIGHBOURS - 1 - i);
	return table;
}

void tp_neighbour_table_destroy(struct tp_neighbour_table *table)
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

const struct tp_neighbour *tp_neighbour_array(const struct tp_neighbour_table *table)
{
	return table->entries;
}

static uint64_t key_of(unsigned port, uint32_t address)
{
	return (uint64_t)port << 32 | address;
}

static struct holder *find(const struct tp_neighbour_table *table, unsigned port, uint32_t address)
{
	struct holder *h;
	uint64_t key = key_of(port, address);
	HASH_FIND(hh, table->holders, &key, sizeof(key), h);
	return h;
}

int tp_neighbour_find(const struct tp_neighbour_table *table, unsigned port, uint32_t address)
{
	const struct holder *h = find(table, port, address);
	return h == NULL ? -ENOENT : (int)h->index;
}

/* No worker has the index any more. */
static void give_back(struct tp_grace_item *item)
{
	struct holder *h = (struct holder *)(void *)((char *)item - offsetof(struct holder, grace));

	h->table->free[h->table->free_count++] = (uint16_t)h->index;
	free(h);
}

int tp_neighbour_hold(struct tp_neighbour_table *table, unsigned port, uint32_t address)
{
	struct holder *h = find(table, port, address);
	if (h == NULL) {
		if (table->free_count == 0)
			tp_grace_collect(table->grace, NULL, 0);
		if (table->free_count == 0)
			return -ENOSPC;
		h = calloc(1, sizeof(*h));
		if (h == NULL)
			return -ENOMEM;
		h->grace = (struct tp_grace_item){.slot = TP_SLOT_NONE, .over = give_back};
		h->table = table;
		h->key = key_of(port, address);
		h->index = table->free[--table->free_count];
		table->by_index[h->index] = h;
		table->entries[h->index] =
			(struct tp_neighbour){.address = address, .port = (uint8_t)port};
		HASH_ADD(hh, table->holders, key, sizeof(h->key), h);
	}
	h->users++;
	return (int)h->index;
}

void tp_neighbour_drop(struct tp_neighbour_table *table, unsigned index)
{
	struct holder *h = table->by_index[index];
	if (--h->users > 0)
		return;
	tp_neighbour_resolve(table, index, NULL, NULL, 0);
	table->by_index[index] = NULL;
	HASH_DEL(table->holders, h);
	tp_grace_add(table->grace, &h->grace);
}

void tp_neighbour_resolve(struct tp_neighbour_table *table, unsigned index,
			  const struct tp_mac *mac, const struct tp_mac *ours, uint16_t mtu)
{
	struct tp_neighbour *n = &table->entries[index];
	tp_write_once(&n->failed, 0);
	if (mac == NULL) {
		__atomic_store_n(&n->mtu, 0, __ATOMIC_RELEASE);
		return;
	}
	struct tp_neighbour next = {0};
	memcpy(next.header + 2, mac->bytes, 6);
	memcpy(next.header + 8, ours->bytes, 6);
	tp_put_be16(next.header + 14, TP_ETHERTYPE_IPV4);
	for (unsigned i = 0; i < 2; i++)
		if (n->words[i] != next.words[i])
			tp_write_once(&n->words[i], next.words[i]);
	__atomic_store_n(&n->mtu, mtu, __ATOMIC_RELEASE);
}

void tp_neighbour_fail(struct tp_neighbour_table *table, unsigned index)
{
	struct tp_neighbour *n = &table->entries[index];
	__atomic_store_n(&n->mtu, 0, __ATOMIC_RELEASE);
	tp_write_once(&n->failed, 1);
}
