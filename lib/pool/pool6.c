/* SPDX-License-Identifier: BSD-3-Clause */
#include "pool6.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "held6.h"
#include "names.h"

struct pool {
	UT_hash_handle hh; /* by name */
	char name[TP_POOL_NAME_MAX];
	char next_pool[TP_POOL_NAME_MAX];
	struct tp_prefix6 prefix;
	uint8_t length; /* of the blocks */
	uint64_t used;
	uint64_t visited; /* the walk along a chain that came here last */
	bool removed;	  /* here only for its leases' sake */
};

struct lease {
	struct tp_held6_leaf leaf; /* first: the trie's */
	uint8_t use;		   /* enum tp_pool6_use */
	struct pool *pool;	   /* NULL: of none */
	void *owner;
	const char *info;
	uint64_t since_ms;
};

struct tp_pool6_registry {
	struct pool *pools;
	struct tp_held6 held;
	struct tp_slab leases;
	size_t count;	/* of leases */
	uint64_t walks; /* along chains of pools, so far */
	tp_pool6_reserved_fn reserved;
	void *reserved_user;
};

/* ---- pools ---- */

struct tp_pool6_registry *tp_pool6_registry_create(void)
{
	struct tp_pool6_registry *registry = calloc(1, sizeof(*registry));

	if (registry != NULL)
		tp_slab_init(&registry->leases, sizeof(struct lease));
	return registry;
}

static void pool_free(struct tp_pool6_registry *registry, struct pool *pool)
{
	HASH_DEL(registry->pools, pool);
	free(pool);
}

void tp_pool6_registry_destroy(struct tp_pool6_registry *registry)
{
	struct pool *pool, *next;

	if (registry == NULL)
		return;
	while (registry->held.root != NULL) {
		struct tp_held6_leaf *leaf = tp_held6_next(&registry->held, (uint8_t[16]){0});

		tp_held6_remove(&registry->held, leaf);
		tp_slab_give(&registry->leases, leaf);
	}
	HASH_ITER (hh, registry->pools, pool, next)
		pool_free(registry, pool);
	free(registry);
}

/* Removed ones too. */
static struct pool *find_pool(const struct tp_pool6_registry *registry, const char *name)
{
	struct pool *pool;

	HASH_FIND_STR(registry->pools, name, pool);
	return pool;
}

static struct pool *find_live_pool(const struct tp_pool6_registry *registry, const char *name)
{
	struct pool *pool = find_pool(registry, name);

	return pool == NULL || pool->removed ? NULL : pool;
}

int tp_pool6_put(struct tp_pool6_registry *registry, const char *name,
		 const struct tp_prefix6 *prefix, uint8_t length, const char *next_pool,
		 struct tp_error *error)
{
	struct pool *pool;
	int err;

	err = tp_pool_check_names(name, &next_pool, error);
	if (err != 0)
		return err;
	if (!tp_prefix6_is_network(prefix))
		return tp_error_set(error, -EINVAL, name, "its prefix has host bits");
	if (length < prefix->length || length > 128)
		return tp_error_set(error, -EINVAL, name,
				    "prefix-length %u is not within %u to 128", length,
				    prefix->length);
	pool = find_pool(registry, name);
	if (pool == NULL) {
		pool = calloc(1, sizeof(*pool));
		if (pool == NULL)
			return tp_error_set(error, -ENOMEM, name, "out of memory");
		snprintf(pool->name, sizeof(pool->name), "%s", name);
		HASH_ADD_STR(registry->pools, name, pool);
	}
	snprintf(pool->next_pool, sizeof(pool->next_pool), "%s", next_pool);
	pool->prefix = *prefix;
	pool->length = length;
	pool->removed = false;
	return 0;
}

int tp_pool6_remove(struct tp_pool6_registry *registry, const char *name)
{
	struct pool *pool = find_live_pool(registry, name);

	if (pool == NULL)
		return -ENOENT;
	pool->removed = true;
	if (pool->used == 0)
		pool_free(registry, pool);
	return 0;
}

uint8_t tp_pool6_length(const struct tp_pool6_registry *registry, const char *name)
{
	const struct pool *pool = find_live_pool(registry, name);

	return pool != NULL ? pool->length : 0;
}

/* ---- leases ---- */

/* Registers PREFIX as held, if it overlaps nothing that is. -EADDRINUSE, -ENOMEM. */
static int hold(struct tp_pool6_registry *registry, const struct tp_prefix6 *prefix,
		struct pool *pool, const struct tp_pool6_holder *holder)
{
	struct lease *lease = tp_slab_take(&registry->leases);
	int rc;

	if (lease == NULL)
		return -ENOMEM;
	*lease = (struct lease){
		.leaf = {.prefix = *prefix},
		.use = (uint8_t)holder->use,
		.pool = pool,
		.owner = holder->owner,
		.info = holder->info,
		.since_ms = holder->now_ms,
	};
	rc = tp_held6_add(&registry->held, &lease->leaf);
	if (rc != 0) {
		tp_slab_give(&registry->leases, lease);
		return rc;
	}
	registry->count++;
	if (pool != NULL)
		pool->used++;
	return 0;
}

/* FNV-1a, and at last a mix (of SplitMix64), as a pool takes the low bits. */
uint64_t tp_pool6_place(const char *user, enum tp_pool6_use use, unsigned number)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *user != '\0'; user++)
		hash = (hash ^ (uint8_t)*user) * UINT64_C(0x100000001b3);
	hash += ((uint64_t)number << 8 | (unsigned)use) * UINT64_C(0x9e3779b97f4a7c15);
	hash = (hash ^ hash >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	hash = (hash ^ hash >> 27) * UINT64_C(0x94d049bb133111eb);
	return hash ^ hash >> 31;
}

/* Users' own places are in the first so many blocks of a pool: what is held stands near to each
 * other, and what looks prefixes up (dataplane/fib6.h) takes a tenth of the memory that it takes
 * for as many that are strewn over a whole /36. So many sessions there are at most. */
#define PLACES 1048576

/* The block of LENGTH in POOL with the number PLACE, modulo how many there are. */
static struct tp_prefix6 block_at(const struct pool *pool, uint8_t length, uint64_t place)
{
	struct tp_prefix6 block = pool->prefix;

	block.length = length;
	for (unsigned i = length; i > pool->prefix.length && place != 0; i--, place >>= 1)
		if ((place & 1) != 0)
			block.address[(i - 1) / 8] |= (uint8_t)(0x80 >> (i - 1) % 8);
	return block;
}

/* Of a network of hosts the first address is the routers', RFC 4291, 2.6.1 (of two there is none:
 * RFC 6164). */
static bool first_is_the_routers(const struct pool *pool, uint8_t length)
{
	return length == 128 && pool->prefix.length < 127;
}

/* The first block of POOL that it may give out. */
static struct tp_prefix6 first_block(const struct pool *pool, uint8_t length)
{
	return block_at(pool, length, first_is_the_routers(pool, length) ? 1 : 0);
}

void tp_pool6_set_reserved(struct tp_pool6_registry *registry, tp_pool6_reserved_fn fn, void *user)
{
	registry->reserved = fn;
	registry->reserved_user = user;
}

const char *tp_pool6_reserved(const struct tp_pool6_registry *registry,
			      const struct tp_prefix6 *prefix)
{
	return registry->reserved != NULL ? registry->reserved(registry->reserved_user, prefix)
					  : NULL;
}

/* The first block from START on that is neither held nor reserved. Few are reserved: each is passed
 * over once. */
static bool find_to_give(const struct tp_pool6_registry *registry, const struct pool *pool,
			 uint8_t length, const uint8_t *start, struct tp_prefix6 *found)
{
	uint8_t next[16];

	memcpy(next, start, sizeof(next));
	while (tp_held6_find_free(&registry->held, &pool->prefix, length, next, found)) {
		if (tp_pool6_reserved(registry, found) == NULL)
			return true;
		if (!tp_pool6_behind(found, next) || !tp_prefix6_has(&pool->prefix, next))
			return false;
	}
	return false;
}

/* Blocks from OWN on, then those before it. */
static bool find_from(const struct tp_pool6_registry *registry, const struct pool *pool,
		      const struct tp_prefix6 *own, struct tp_prefix6 *found)
{
	const struct tp_prefix6 first = first_block(pool, own->length);
	const uint8_t *start = own->address;

	if (memcmp(start, first.address, 16) < 0)
		start = first.address;
	return find_to_give(registry, pool, own->length, start, found) ||
	       find_to_give(registry, pool, own->length, first.address, found);
}

/* BLOCK is one of LENGTH that POOL may give out. */
static bool may_give(const struct tp_pool6_registry *registry, const struct pool *pool,
		     uint8_t length, const struct tp_prefix6 *block)
{
	return block->length == length && tp_prefix6_is_network(block) &&
	       tp_prefix6_has(&pool->prefix, block->address) &&
	       memcmp(block->address, first_block(pool, length).address, 16) >= 0 &&
	       tp_pool6_reserved(registry, block) == NULL;
}

/* Takes BLOCK out of POOL. -EADDRINUSE: it is not to be had; -ENOMEM. */
static int take_block(struct tp_pool6_registry *registry, struct pool *pool, uint8_t length,
		      const struct tp_prefix6 *block, const struct tp_pool6_holder *holder)
{
	if (!may_give(registry, pool, length, block))
		return -EADDRINUSE;
	return hold(registry, block, pool, holder);
}

/* The block at the wish's place, or its hint, or the next. -EADDRINUSE: POOL has none left;
 * -ENOMEM.
 */
static int take(struct tp_pool6_registry *registry, struct pool *pool,
		const struct tp_pool6_wish *wish, const struct tp_pool6_holder *holder,
		struct tp_prefix6 *prefix)
{
	uint8_t length =
		wish->length > pool->length && wish->length <= 128 ? wish->length : pool->length;
	const struct tp_prefix6 own = block_at(pool, length, wish->place % PLACES);
	struct tp_prefix6 block = own;
	int rc = take_block(registry, pool, length, &block, holder);

	if (rc == -EADDRINUSE && wish->hint != NULL) {
		block = *wish->hint;
		rc = take_block(registry, pool, length, &block, holder);
	}
	if (rc == -EADDRINUSE && find_from(registry, pool, &own, &block))
		rc = hold(registry, &block, pool, holder);
	if (rc == 0)
		*prefix = block;
	return rc;
}

int tp_pool6_allocate(struct tp_pool6_registry *registry, const char *name,
		      const struct tp_pool6_holder *holder, const struct tp_pool6_wish *wish,
		      struct tp_prefix6 *prefix)
{
	struct pool *pool = find_live_pool(registry, name);
	uint64_t walk = ++registry->walks;

	if (pool == NULL)
		return -ENOENT;
	for (; pool != NULL && pool->visited != walk;
	     pool = find_live_pool(registry, pool->next_pool)) {
		int rc = take(registry, pool, wish, holder, prefix);

		if (rc != -EADDRINUSE)
			return rc;
		pool->visited = walk;
	}
	return -EADDRNOTAVAIL;
}

int tp_pool6_reserve(struct tp_pool6_registry *registry, const struct tp_prefix6 *prefix,
		     const struct tp_pool6_holder *holder)
{
	if (!tp_prefix6_is_network(prefix) || tp_prefix6_is_nobodys(prefix))
		return -EINVAL;
	if (tp_pool6_reserved(registry, prefix) != NULL)
		return -EPERM;
	return hold(registry, prefix, NULL, holder);
}

/* The pool NAME, or one that is here for a lease's sake alone. NULL: no memory. */
static struct pool *pool_of_lease(struct tp_pool6_registry *registry, const char *name)
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

int tp_pool6_reclaim(struct tp_pool6_registry *registry, const struct tp_prefix6 *prefix,
		     const char *name, const struct tp_pool6_holder *holder)
{
	struct pool *pool;
	int rc;

	if (name[0] == '\0')
		return tp_pool6_reserve(registry, prefix, holder);
	if (strlen(name) >= TP_POOL_NAME_MAX || !tp_prefix6_is_network(prefix) ||
	    tp_prefix6_is_nobodys(prefix))
		return -EINVAL;
	if (tp_pool6_reserved(registry, prefix) != NULL)
		return -EPERM;
	pool = pool_of_lease(registry, name);
	if (pool == NULL)
		return -ENOMEM;
	rc = hold(registry, prefix, pool, holder);
	if (rc != 0 && pool->removed && pool->used == 0)
		pool_free(registry, pool);
	return rc;
}

int tp_pool6_release(struct tp_pool6_registry *registry, const struct tp_prefix6 *prefix,
		     const void *owner)
{
	struct lease *lease = (void *)tp_held6_overlap(&registry->held, prefix);
	struct pool *pool;

	if (lease == NULL || !tp_prefix6_same(&lease->leaf.prefix, prefix))
		return -ENOENT;
	if (lease->owner != owner)
		return -EPERM;
	pool = lease->pool;
	tp_held6_remove(&registry->held, &lease->leaf);
	tp_slab_give(&registry->leases, lease);
	registry->count--;
	if (pool != NULL && --pool->used == 0 && pool->removed)
		pool_free(registry, pool);
	return 0;
}

/* ---- looking ---- */

static bool show(const struct tp_held6_leaf *leaf, struct tp_pool6_lease *to)
{
	const struct lease *lease = (const void *)leaf;

	if (lease == NULL)
		return false;
	*to = (struct tp_pool6_lease){
		.prefix = lease->leaf.prefix,
		.use = lease->use,
		.pool = lease->pool != NULL ? lease->pool->name : "",
		.owner = lease->owner,
		.info = lease->info,
		.since_ms = lease->since_ms,
	};
	return true;
}

bool tp_pool6_find(const struct tp_pool6_registry *registry, const struct tp_prefix6 *prefix,
		   struct tp_pool6_lease *lease)
{
	return show(tp_held6_overlap(&registry->held, prefix), lease);
}

bool tp_pool6_used(const struct tp_pool6_registry *registry, const uint8_t from[16],
		   struct tp_pool6_lease *lease)
{
	return show(tp_held6_next(&registry->held, from), lease);
}

bool tp_pool6_behind(const struct tp_prefix6 *prefix, uint8_t address[16])
{
	memcpy(address, prefix->address, 16);
	for (unsigned i = prefix->length; i > 0; i--) {
		uint8_t mask = (uint8_t)(0x80 >> (i - 1) % 8);

		address[(i - 1) / 8] ^= mask;
		if ((address[(i - 1) / 8] & mask) != 0)
			return true;
	}
	return false;
}

size_t tp_pool6_used_count(const struct tp_pool6_registry *registry)
{
	return registry->count;
}

int tp_pool6_stats(const struct tp_pool6_registry *registry, const char *name,
		   struct tp_pool6_stats *stats)
{
	const struct pool *pool = find_live_pool(registry, name);
	unsigned bits;

	if (pool == NULL)
		return -ENOENT;
	bits = pool->length - pool->prefix.length;
	stats->total = bits < 64 ? UINT64_C(1) << bits : UINT64_MAX;
	if (first_is_the_routers(pool, pool->length) && bits < 64)
		stats->total--;
	stats->used = pool->used;
	return 0;
}
