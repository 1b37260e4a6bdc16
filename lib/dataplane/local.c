/* SPDX-License-Identifier: BSD-3-Clause */
/* The box's own addresses. */
#include "dataplane/local.h"

#include <errno.h>
#include <stdlib.h>

#include <uthash.h>

#include "base/once.h"
#include "dataplane/dataplane.h"
#include "dataplane/fib.h"
#include "dataplane/grace.h"

struct holder {
	struct tp_grace_item grace;
	struct tp_local_table *table;
	struct tp_ip ip;
	unsigned index;
	unsigned sessions;
	UT_hash_handle hh;
};

struct tp_local_table {
	struct tp_fib *fib;
	struct tp_grace *grace;
	struct holder *holders;
	unsigned free_count;
	uint16_t free[TP_LOCALS];
	struct tp_local entries[TP_LOCALS];
};

struct tp_local_table *tp_local_table_create(struct tp_fib *fib, struct tp_grace *grace)
{
	struct tp_local_table *table = calloc(1, sizeof(*table));
	if (table == NULL)
		return NULL;
	table->fib = fib;
	table->grace = grace;
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

static struct holder *find(const struct tp_local_table *table, const struct tp_ip *ip)
{
	struct holder *h;
	HASH_FIND(hh, table->holders, ip, sizeof(*ip), h);
	return h;
}

bool tp_local_has(const struct tp_local_table *table, const struct tp_ip *ip)
{
	return find(table, ip) != NULL;
}

/* No worker has the index any more. */
static void give_back(struct tp_grace_item *item)
{
	struct holder *h = (struct holder *)(void *)item;

	h->table->free[h->table->free_count++] = (uint16_t)h->index;
	free(h);
}

static int get(struct tp_local_table *table, const struct tp_ip *ip, struct holder **holder)
{
	const struct tp_ip_prefix prefix = tp_ip_host(ip);
	struct holder *h = *holder = find(table, ip);
	if (h != NULL)
		return 0;
	if (table->free_count == 0)
		tp_grace_collect(table->grace, NULL, 0);
	if (table->free_count == 0)
		return -ENOSPC;
	h = calloc(1, sizeof(*h));
	if (h == NULL)
		return -ENOMEM;
	h->grace = (struct tp_grace_item){.over = give_back};
	h->table = table;
	h->ip = *ip;
	h->index = table->free[table->free_count - 1];
	table->entries[h->index] = (struct tp_local){.ip = *ip, .host_port = TP_LOCAL_NO_PORT};
	int err = tp_fib_claim(table->fib, &prefix, TP_CLAIM_LOCAL, TP_HOP(TP_HOP_LOCAL, h->index));
	if (err != 0) {
		free(h);
		return err;
	}
	table->free_count--;
	HASH_ADD(hh, table->holders, ip, sizeof(h->ip), h);
	*holder = h;
	return 0;
}

/* Workers that still hold the index find an entry that answers nothing. */
static void put(struct tp_local_table *table, struct holder *h)
{
	const struct tp_ip_prefix prefix = tp_ip_host(&h->ip);
	struct tp_local *entry = &table->entries[h->index];
	tp_write_once(&entry->answers_ping, h->sessions > 0);
	if (h->sessions > 0 || entry->host_port != TP_LOCAL_NO_PORT)
		return;
	tp_fib_release(table->fib, &prefix, TP_CLAIM_LOCAL);
	HASH_DEL(table->holders, h);
	tp_grace_add(table->grace, &h->grace);
}

int tp_local_hold(struct tp_local_table *table, const struct tp_ip *ip)
{
	struct holder *h;
	int err = get(table, ip, &h);
	if (err != 0)
		return err;
	h->sessions++;
	tp_write_once(&table->entries[h->index].answers_ping, 1);
	return 0;
}

void tp_local_drop(struct tp_local_table *table, const struct tp_ip *ip)
{
	struct holder *h = find(table, ip);
	if (h == NULL)
		return;
	h->sessions--;
	put(table, h);
}

int tp_local_host_set(struct tp_local_table *table, const struct tp_ip *ip, uint8_t port)
{
	struct holder *h;
	if (port == TP_LOCAL_NO_PORT && find(table, ip) == NULL)
		return 0;
	int err = get(table, ip, &h);
	if (err != 0)
		return err;
	tp_write_once(&table->entries[h->index].host_port, port);
	put(table, h);
	return 0;
}
