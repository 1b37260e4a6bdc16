/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv4 address pools (`/ip pool`, `/ip pool used`), and the one register of every address that
 * is held, from a pool or fixed: so no address is ever held twice, however pools overlap.
 *
 * Which addresses are held is one sparse bitmap of the whole IPv4 space, common to all pools. A
 * pool is a list of ranges with a place in it where the next search begins; the search goes on
 * behind the address given out last, so that one just released is given out again last of all.
 * A search skips 65,536 held addresses in a few steps: constant time for practical purposes.
 * Pools may change at any time; addresses stay held until they are released.
 *
 * Addresses are in host byte order. Thread: the owner's only (control). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/range.h"

#define TP_POOL_NAME_MAX 64 /* with its NUL */

struct tp_pool_registry;

/* One address that is held. */
struct tp_pool_lease {
	uint32_t address;
	const char *pool;  /* the name of the pool it came from; "" for a fixed address */
	void *owner;	   /* the holder's object (a session) */
	const char *info;  /* the holder's words for people (the user name); its memory must live
			      as long as the lease */
	uint64_t since_ms; /* the time of allocate or reserve */
};

/* What a pool comes to. */
struct tp_pool_stats {
	uint64_t total; /* addresses in its ranges, each counted once */
	uint64_t used;	/* addresses given out by this pool and not yet released, including those
			   that its ranges no longer hold */
};

/* NULL when memory is short. */
struct tp_pool_registry *tp_pool_registry_create(void);
/* Leases are forgotten with it. */
void tp_pool_registry_destroy(struct tp_pool_registry *registry);

/* Adds the pool NAME, or changes it: from now on it gives out of RANGES, in their order, and
 * goes on to NEXT_POOL when they are exhausted (NULL or "": to none). NEXT_POOL is looked up by
 * name at each allocation, so pools may come in any order; a chain that runs in a circle is
 * walked once. Ranges may overlap each other and other pools'. Everything is copied.
 * -EINVAL: a range with FIRST > LAST or with 0.0.0.0 in it, or a name that is empty or too long;
 * -ENOMEM; then nothing has changed. ERROR may be NULL. */
int tp_pool_put(struct tp_pool_registry *registry, const char *name, const struct tp_range *ranges,
		unsigned range_count, const char *next_pool, struct tp_error *error);

/* Removes the pool NAME; what it gave out stays held until released, under the same pool name.
 * -ENOENT. */
int tp_pool_remove(struct tp_pool_registry *registry, const char *name);

/* Whose ADDRESS is, when it may be nobody's who asks here: "the gateway of route 0.0.0.0/0", "a
 * neighbour on ether1". NULL: nobody's. The text is good until the next call. */
typedef const char *(*tp_pool_reserved_fn)(void *user, uint32_t address);

/* From now on addresses that FN names an owner of are neither allocated nor reserved; those that
 * are held stay so. FN is asked for each address that is about to be given out, so it must be
 * quick, and of a pool's ranges it must leave most alone: a search passes over them one by one.
 * NULL: none are (the default). */
void tp_pool_set_reserved(struct tp_pool_registry *registry, tp_pool_reserved_fn fn, void *user);

/* What FN says of ADDRESS. */
const char *tp_pool_reserved(const struct tp_pool_registry *registry, uint32_t address);

/* Takes a free address from the pool NAME or from those that follow it.
 * -ENOENT: no pool of that name; -EADDRNOTAVAIL: all are exhausted; -ENOMEM. */
int tp_pool_allocate(struct tp_pool_registry *registry, const char *name, void *owner,
		     const char *info, uint64_t now_ms, uint32_t *address);

/* Takes the one ADDRESS, in or out of pools. -EADDRINUSE when it is held (tp_pool_find() says
 * by whom), -EPERM when it is not for those who ask (tp_pool_reserved() says why), -EINVAL for
 * 0.0.0.0, -ENOMEM. */
int tp_pool_reserve(struct tp_pool_registry *registry, uint32_t address, void *owner,
		    const char *info, uint64_t now_ms);

/* The same for an address that the pool NAME has given out in an earlier life of OWNER ("": that
 * was fixed): it is held as that pool's, whether the pool is there and has it, or not any more. */
int tp_pool_reclaim(struct tp_pool_registry *registry, uint32_t address, const char *name,
		    void *owner, const char *info, uint64_t now_ms);

/* Gives ADDRESS back, if OWNER holds it. -ENOENT when it is not held, -EPERM when it is held by
 * another; then nothing has changed. */
int tp_pool_release(struct tp_pool_registry *registry, uint32_t address, const void *owner);

/* The lease of ADDRESS, NULL when it is free. Good until the lease is released. */
const struct tp_pool_lease *tp_pool_find(const struct tp_pool_registry *registry, uint32_t address);

/* The held address that is FROM or the next above it; NULL when there is none. So the used list
 * is walked in pages, while leases come and go in between:
 * for (l = tp_pool_used(r, 0); l; l = l->address < UINT32_MAX ? tp_pool_used(r, l->address + 1)
 * : NULL). */
const struct tp_pool_lease *tp_pool_used(const struct tp_pool_registry *registry, uint32_t from);

/* How many addresses are held, of all pools and none. */
size_t tp_pool_used_count(const struct tp_pool_registry *registry);

/* -ENOENT when there is no pool NAME. */
int tp_pool_stats(const struct tp_pool_registry *registry, const char *name,
		  struct tp_pool_stats *stats);
