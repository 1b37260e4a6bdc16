/* SPDX-License-Identifier: BSD-3-Clause */
#include "pool.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/slab.h"
#include "held.h"
#include "names.h"
#include "ranges.h"

struct pool {
	UT_hash_handle hh; /* by name */
	char name[TP_POOL_NAME_MAX];
	char next_pool[TP_POOL_NAME_MAX];
	struct tp_ranges ranges;
	unsigned next_range; /* where the next search begins: an index into RANGES, */
	uint32_t next;	     /* and an address in that range, or past its end */
	uint64_t used;
	uint64_t visited; /* the walk along a chain that came here last */
	bool removed;	  /* here only for its leases' sake */
};

struct lease {
	struct tp_pool_lease public; /* first: a lease is given out by it */
	struct lease *next;	     /* of its bucket */
};

/* By address. Chains and nothing more: there is one for each subscriber. */
struct leases {
	struct lease **buckets;
	uint32_t mask;
	uint32_t count;
	struct tp_slab memory;
};

struct tp_pool_registry {
	struct pool *pools;
	struct leases leases;
	uint64_t walks; /* along chains of pools, so far */
	tp_pool_reserved_fn reserved;
	void *reserved_user;
	struct tp_held held;
};

/* Whose name the lease has; NULL for a fixed address. */
static struct pool *pool_of(const struct lease *lease)
{
	if (lease->public.pool[0] == '\0')
		return NULL;
	return (struct pool *)((uintptr_t)lease->public.pool - offsetof(struct pool, name));
}

/* ---- leases ---- */

#define FIRST_BUCKETS 64

/* Neighbours in a pool are neighbours here, in memory too. */
static struct lease **bucket_of(const struct leases *leases, uint32_t address)
{
	return &leases->buckets[address & leases->mask];
}

/* Once there are as many leases as buckets. Without memory it goes on with those that it has. */
static void grow(struct leases *leases)
{
	struct leases grown = *leases;

	if (leases->count <= leases->mask)
		return;
	grown.mask = leases->mask * 2 + 1;
	grown.buckets = calloc((size_t)grown.mask + 1, sizeof(struct lease *));
	if (grown.buckets == NULL)
		return;
	for (uint32_t i = 0; i <= leases->mask; i++)
		for (struct lease *l = leases->buckets[i], *next; l != NULL; l = next) {
			struct lease **bucket = bucket_of(&grown, l->public.address);

			next = l->next;
			l->next = *bucket;
			*bucket = l;
		}
	free(leases->buckets);
	*leases = grown;
}

static void add_lease(struct leases *leases, struct lease *lease)
{
	struct lease **bucket;

	grow(leases);
	bucket = bucket_of(leases, lease->public.address);
	lease->next = *bucket;
	*bucket = lease;
	leases->count++;
}

static void remove_lease(struct leases *leases, struct lease *lease)
{
	struct lease **at = bucket_of(leases, lease->public.address);

	while (*at != lease)
		at = &(*at)->next;
	*at = lease->next;
	leases->count--;
	tp_slab_give(&leases->memory, lease);
}

static void free_leases(struct leases *leases)
{
	for (uint32_t i = 0; leases->buckets != NULL && i <= leases->mask; i++)
		while (leases->buckets[i] != NULL)
			remove_lease(leases, leases->buckets[i]);
	free(leases->buckets);
}

static struct lease *find_lease(const struct tp_pool_registry *registry, uint32_t address)
{
	struct lease *lease = *bucket_of(&registry->leases, address);

	while (lease != NULL && lease->public.address != address)
		lease = lease->next;
	return lease;
}

/* ---- pools ---- */

struct tp_pool_registry *tp_pool_registry_create(void)
{
	struct tp_pool_registry *registry = calloc(1, sizeof(struct tp_pool_registry));

	if (registry == NULL)
		return NULL;
	tp_slab_init(&registry->leases.memory, sizeof(struct lease));
	registry->leases.mask = FIRST_BUCKETS - 1;
	registry->leases.buckets = calloc(FIRST_BUCKETS, sizeof(struct lease *));
	if (registry->leases.buckets == NULL) {
		free(registry);
		return NULL;
	}
	return registry;
}

static void pool_free(struct tp_pool_registry *registry, struct pool *pool)
{
	HASH_DEL(registry->pools, pool);
	tp_ranges_free(&pool->ranges);
	free(pool);
}

void tp_pool_registry_destroy(struct tp_pool_registry *registry)
{
	struct pool *pool, *next_pool;

	if (registry == NULL)
		return;
	free_leases(&registry->leases);
	HASH_ITER (hh, registry->pools, pool, next_pool)
		pool_free(registry, pool);
	tp_held_reset(&registry->held);
	free(registry);
}

/* Removed ones too. */
static struct pool *find_pool(const struct tp_pool_registry *registry, const char *name)
{
	struct pool *pool;

	HASH_FIND_STR(registry->pools, name, pool);
	return pool;
}

static struct pool *find_live_pool(const struct tp_pool_registry *registry, const char *name)
{
	struct pool *pool = find_pool(registry, name);

	return pool == NULL || pool->removed ? NULL : pool;
}

/* The search goes on at the address where it was, if a range still has it. */
static void set_ranges(struct pool *pool, const struct tp_ranges *ranges)
{
	uint32_t next = pool->next;

	tp_ranges_free(&pool->ranges);
	pool->ranges = *ranges;
	pool->next_range = 0;
	pool->next = ranges->count > 0 ? ranges->range[0].first : 0;
	for (unsigned i = 0; i < ranges->count; i++) {
		if (next < ranges->range[i].first || next > ranges->range[i].last)
			continue;
		pool->next_range = i;
		pool->next = next;
		return;
	}
}

int tp_pool_put(struct tp_pool_registry *registry, const char *name, const struct tp_range *ranges,
		unsigned range_count, const char *next_pool, struct tp_error *error)
{
	struct tp_ranges copy;
	struct pool *pool;
	int err;

	err = tp_pool_check_names(name, &next_pool, error);
	if (err != 0)
		return err;
	err = tp_ranges_copy(&copy, ranges, range_count, name, error);
	if (err != 0)
		return err;
	pool = find_pool(registry, name);
	if (pool == NULL) {
		pool = calloc(1, sizeof(*pool));
		if (pool == NULL) {
			tp_ranges_free(&copy);
			return tp_error_set(error, -ENOMEM, name, "out of memory");
		}
		snprintf(pool->name, sizeof(pool->name), "%s", name);
		HASH_ADD_STR(registry->pools, name, pool);
	}
	snprintf(pool->next_pool, sizeof(pool->next_pool), "%s", next_pool);
	pool->removed = false;
	set_ranges(pool, &copy);
	return 0;
}

int tp_pool_remove(struct tp_pool_registry *registry, const char *name)
{
	struct pool *pool = find_live_pool(registry, name);

	if (pool == NULL)
		return -ENOENT;
	pool->removed = true;
	if (pool->used == 0)
		pool_free(registry, pool);
	return 0;
}

/* Registers ADDRESS, which is free, as held. */
static int hold(struct tp_pool_registry *registry, uint32_t address, struct pool *pool, void *owner,
		const char *info, uint64_t now_ms)
{
	struct lease *lease = tp_slab_take(&registry->leases.memory);

	if (lease == NULL)
		return -ENOMEM;
	if (!tp_held_set(&registry->held, address)) {
		tp_slab_give(&registry->leases.memory, lease);
		return -ENOMEM;
	}
	lease->public = (struct tp_pool_lease){
		.address = address,
		.pool = pool != NULL ? pool->name : "",
		.owner = owner,
		.info = info,
		.since_ms = now_ms,
	};
	if (pool != NULL)
		pool->used++;
	add_lease(&registry->leases, lease);
	return 0;
}

void tp_pool_set_reserved(struct tp_pool_registry *registry, tp_pool_reserved_fn fn, void *user)
{
	registry->reserved = fn;
	registry->reserved_user = user;
}

const char *tp_pool_reserved(const struct tp_pool_registry *registry, uint32_t address)
{
	return registry->reserved != NULL ? registry->reserved(registry->reserved_user, address)
					  : NULL;
}

/* The first address in FROM … LAST that is free and may be given out. */
static bool find_in_range(const struct tp_pool_registry *registry, uint32_t from, uint32_t last,
			  uint32_t *address)
{
	while (tp_held_find_free(&registry->held, from, last, address)) {
		if (tp_pool_reserved(registry, *address) == NULL)
			return true;
		if (*address == last)
			return false;
		from = *address + 1;
	}
	return false;
}

/* A free address of POOL: behind the last one given out, then in the following ranges, at last
 * in the range where it began, from its start. */
static bool find_free(const struct tp_pool_registry *registry, struct pool *pool, uint32_t *address)
{
	unsigned count = pool->ranges.count;

	for (unsigned step = 0; count > 0 && step <= count; step++) {
		unsigned index = (pool->next_range + step) % count;
		const struct tp_range *range = &pool->ranges.range[index];
		uint32_t from = step == 0 ? pool->next : range->first;

		if (from < range->first || from > range->last ||
		    !find_in_range(registry, from, range->last, address))
			continue;
		pool->next_range = index;
		/* 0 after 255.255.255.255: outside of the range, so the next one is looked at. */
		pool->next = *address + 1;
		return true;
	}
	return false;
}

int tp_pool_allocate(struct tp_pool_registry *registry, const char *name, void *owner,
		     const char *info, uint64_t now_ms, uint32_t *address)
{
	struct pool *pool = find_live_pool(registry, name);
	uint64_t walk = ++registry->walks;

	if (pool == NULL)
		return -ENOENT;
	for (; pool != NULL && pool->visited != walk;
	     pool = find_live_pool(registry, pool->next_pool)) {
		pool->visited = walk;
		if (find_free(registry, pool, address))
			return hold(registry, *address, pool, owner, info, now_ms);
	}
	return -EADDRNOTAVAIL;
}

int tp_pool_reserve(struct tp_pool_registry *registry, uint32_t address, void *owner,
		    const char *info, uint64_t now_ms)
{
	if (address == 0)
		return -EINVAL;
	if (tp_held_get(&registry->held, address))
		return -EADDRINUSE;
	if (tp_pool_reserved(registry, address) != NULL)
		return -EPERM;
	return hold(registry, address, NULL, owner, info, now_ms);
}

/* The pool NAME, or one that is here for a lease's sake alone. NULL: no memory. */
static struct pool *pool_of_lease(struct tp_pool_registry *registry, const char *name)
{
	struct pool *pool = find_pool(registry, name);

	if (pool != NULL)
		return pool;
	pool = calloc(1, sizeof(*pool));
	if (pool == NULL)
		return NULL;
	snprintf(pool->name, sizeof(pool->name), "%s", name);
	pool->removed = true;
	HASH_ADD_STR(registry->pools, name, pool);
	return pool;
}

/* The search goes on far from ADDRESS: what is behind it was given out last, perhaps to a client
 * that is not known any more and goes on to use it until it hears so. */
static void search_far_from(struct pool *pool, uint32_t address)
{
	for (unsigned i = 0; i < pool->ranges.count; i++) {
		const struct tp_range *range = &pool->ranges.range[i];
		const uint64_t size = (uint64_t)range->last - range->first + 1;

		if (address < range->first || address > range->last)
			continue;
		pool->next_range = i;
		pool->next =
			range->first + (uint32_t)((address - range->first + (size + 1) / 2) % size);
		return;
	}
}

int tp_pool_reclaim(struct tp_pool_registry *registry, uint32_t address, const char *name,
		    void *owner, const char *info, uint64_t now_ms)
{
	struct pool *pool;
	int rc;

	if (name[0] == '\0')
		return tp_pool_reserve(registry, address, owner, info, now_ms);
	if (address == 0 || strlen(name) >= TP_POOL_NAME_MAX)
		return -EINVAL;
	if (tp_held_get(&registry->held, address))
		return -EADDRINUSE;
	if (tp_pool_reserved(registry, address) != NULL)
		return -EPERM;
	pool = pool_of_lease(registry, name);
	if (pool == NULL)
		return -ENOMEM;
	rc = hold(registry, address, pool, owner, info, now_ms);
	if (rc == 0)
		search_far_from(pool, address);
	else if (pool->removed && pool->used == 0)
		pool_free(registry, pool);
	return rc;
}

int tp_pool_release(struct tp_pool_registry *registry, uint32_t address, const void *owner)
{
	struct lease *lease = find_lease(registry, address);
	struct pool *pool;

	if (lease == NULL)
		return -ENOENT;
	if (lease->public.owner != owner)
		return -EPERM;
	pool = pool_of(lease);
	remove_lease(&registry->leases, lease);
	tp_held_clear(&registry->held, address);
	if (pool != NULL && --pool->used == 0 && pool->removed)
		pool_free(registry, pool);
	return 0;
}

const struct tp_pool_lease *tp_pool_find(const struct tp_pool_registry *registry, uint32_t address)
{
	struct lease *lease = find_lease(registry, address);

	return lease == NULL ? NULL : &lease->public;
}

const struct tp_pool_lease *tp_pool_used(const struct tp_pool_registry *registry, uint32_t from)
{
	uint32_t address;

	if (!tp_held_find_held(&registry->held, from, UINT32_MAX, &address))
		return NULL;
	return tp_pool_find(registry, address);
}

size_t tp_pool_used_count(const struct tp_pool_registry *registry)
{
	return registry->leases.count;
}

int tp_pool_stats(const struct tp_pool_registry *registry, const char *name,
		  struct tp_pool_stats *stats)
{
	struct pool *pool = find_live_pool(registry, name);

	if (pool == NULL)
		return -ENOENT;
	stats->total = pool->ranges.total;
	stats->used = pool->used;
	return 0;
}
