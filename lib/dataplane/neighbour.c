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

/* Without padding. */
struct key {
	struct tp_ip ip;
	uint8_t port;
};

struct holder {
	struct tp_grace_item grace;
	struct tp_neighbour_table *table;
	struct key key;
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
	struct tp_ip ips[TP_NEIGHBOURS];
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

const struct tp_ip *tp_neighbour_ips(const struct tp_neighbour_table *table)
{
	return table->ips;
}

static struct holder *find(const struct tp_neighbour_table *table, unsigned port,
			   const struct tp_ip *ip)
{
	const struct key key = {*ip, (uint8_t)port};
	struct holder *h;

	HASH_FIND(hh, table->holders, &key, sizeof(key), h);
	return h;
}

int tp_neighbour_find(const struct tp_neighbour_table *table, unsigned port, const struct tp_ip *ip)
{
	const struct holder *h = find(table, port, ip);
	return h == NULL ? -ENOENT : (int)h->index;
}

/* No worker has the index any more. */
static void give_back(struct tp_grace_item *item)
{
	struct holder *h = (struct holder *)(void *)((char *)item - offsetof(struct holder, grace));

	h->table->free[h->table->free_count++] = (uint16_t)h->index;
	free(h);
}

int tp_neighbour_hold(struct tp_neighbour_table *table, unsigned port, const struct tp_ip *ip)
{
	struct holder *h = find(table, port, ip);
	if (h == NULL) {
		if (table->free_count == 0)
			tp_grace_collect(table->grace, NULL, 0);
		if (table->free_count == 0)
			return -ENOSPC;
		h = calloc(1, sizeof(*h));
		if (h == NULL)
			return -ENOMEM;
		h->grace = (struct tp_grace_item){.over = give_back};
		h->table = table;
		h->key = (struct key){*ip, (uint8_t)port};
		h->index = table->free[--table->free_count];
		table->by_index[h->index] = h;
		table->ips[h->index] = *ip;
		table->entries[h->index] = (struct tp_neighbour){.port = (uint8_t)port};
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
	tp_put_be16(next.header + 14, table->ips[index].family == TP_FAMILY_IPV6
					      ? TP_ETHERTYPE_IPV6
					      : TP_ETHERTYPE_IPV4);
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
