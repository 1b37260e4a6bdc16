/* SPDX-License-Identifier: BSD-3-Clause */
/* Pools of IPv6 prefixes (`/ipv6 pool`, `/ipv6 pool used`), and the one register of every prefix
 * that is held, from a pool or fixed, of a link or delegated, an address being a prefix of 128: so
 * nothing is ever held twice, nor a part of anything, however pools overlap.
 *
 * A pool is a prefix that is given out in blocks of one length. Its number of blocks costs nothing:
 * memory goes by what is held (held6.h). Where a search begins is the user's own place in the pool
 * (tp_pool6_wish()): so a user gets the same block again while it is free, after a restart as well,
 * and nothing is kept for it. The own places of all are in the first 1,048,576 blocks. From there
 * on the next free one is found in one short walk, however many are held. Pools may change at any
 * time; what is held stays so until it is released.
 *
 * Prefixes have no host bits. Thread: the owner's only (control). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/prefix.h"
#include "pool/pool.h"

struct tp_pool6_registry;

/* What for a prefix is held. */
enum tp_pool6_use {
	TP_POOL6_LINK,	    /* the link's own, by SLAAC or, of length 128, by IA_NA */
	TP_POOL6_DELEGATED, /* by IA_PD */
};

/* Who holds one, and for what. */
struct tp_pool6_holder {
	void *owner;	  /* the holder's object (a session) */
	const char *info; /* its words for people (the user name), that live as long as the lease */
	enum tp_pool6_use use;
	uint64_t now_ms;
};

/* What is asked of a pool. */
struct tp_pool6_wish {
	uint64_t place;		       /* tp_pool6_place() */
	const struct tp_prefix6 *hint; /* taken if the one at PLACE is held; one that the pool
					  does not give out is ignored. NULL: none */
	uint8_t length;		       /* a block of this length, if that is less than the pool's
					  blocks are; 0: as the pool has them */
};

/* One prefix that is held: a view, good until it is released. */
struct tp_pool6_lease {
	struct tp_prefix6 prefix;
	enum tp_pool6_use use;
	const char *pool; /* the name of the pool that it came from; "": of none */
	void *owner;
	const char *info;
	uint64_t since_ms; /* the time of allocate or reserve */
};

struct tp_pool6_stats {
	uint64_t total; /* blocks that it has; UINT64_MAX: so many or more */
	uint64_t used;	/* given out by this pool and not yet released */
};

/* NULL when memory is short. */
struct tp_pool6_registry *tp_pool6_registry_create(void);
/* Leases are forgotten with it. NULL is fine. */
void tp_pool6_registry_destroy(struct tp_pool6_registry *registry);

/* Adds the pool NAME, or changes it: from now on it gives blocks of LENGTH out of PREFIX, and goes
 * on to NEXT_POOL (looked up by name at each allocation; NULL or "": to none) when there is none
 * left. A chain that runs in a circle is walked once.
 * -EINVAL: LENGTH is not from PREFIX's to 128, PREFIX has host bits, a name that is empty or too
 * long; -ENOMEM; then nothing has changed. ERROR may be NULL. */
int tp_pool6_put(struct tp_pool6_registry *registry, const char *name,
		 const struct tp_prefix6 *prefix, uint8_t length, const char *next_pool,
		 struct tp_error *error);

/* Removes the pool NAME; what it gave out stays held until released, under the same pool name.
 * -ENOENT. */
int tp_pool6_remove(struct tp_pool6_registry *registry, const char *name);

/* USER's place in any pool: of what it wishes to hold for USE, the one of NUMBER. The same always.
 */
uint64_t tp_pool6_place(const char *user, enum tp_pool6_use use, unsigned number);

/* The length of what the pool NAME gives out; 0: there is no such pool. */
uint8_t tp_pool6_length(const struct tp_pool6_registry *registry, const char *name);

/* Whose PREFIX or a part of it is, in words that hold until the next call; NULL: free to give. */
typedef const char *(*tp_pool6_reserved_fn)(void *user, const struct tp_prefix6 *prefix);

/* From now on what FN names an owner of is neither allocated nor reserved; what is held already
 * stays so. NULL: nothing of that kind. */
void tp_pool6_set_reserved(struct tp_pool6_registry *registry, tp_pool6_reserved_fn fn, void *user);

/* What that function says of PREFIX. */
const char *tp_pool6_reserved(const struct tp_pool6_registry *registry,
			      const struct tp_prefix6 *prefix);

/* Takes a free block from the pool NAME or from those that follow it.
 * -ENOENT: no pool of that name; -EADDRNOTAVAIL: all are exhausted; -ENOMEM; then *PREFIX is as it
 * was. */
int tp_pool6_allocate(struct tp_pool6_registry *registry, const char *name,
		      const struct tp_pool6_holder *holder, const struct tp_pool6_wish *wish,
		      struct tp_prefix6 *prefix);

/* Takes the one PREFIX, in or out of pools. -EADDRINUSE when it, a part of it or what it is part of
 * is held (tp_pool6_find() says by whom), -EPERM when it is not for those who ask
 * (tp_pool6_reserved() says why), -EINVAL: it has host bits or is no prefix of anybody's
 * (::/0, link-local, multicast), -ENOMEM. */
int tp_pool6_reserve(struct tp_pool6_registry *registry, const struct tp_prefix6 *prefix,
		     const struct tp_pool6_holder *holder);

/* The same for one that the pool NAME has given out in an earlier life of its holder ("": it was
 * fixed): it is held as that pool's, whether the pool is there and has it, or not any more. */
int tp_pool6_reclaim(struct tp_pool6_registry *registry, const struct tp_prefix6 *prefix,
		     const char *name, const struct tp_pool6_holder *holder);

/* Gives PREFIX back, if OWNER holds it. -ENOENT when this very one is not held, -EPERM when it is
 * held by another; then nothing has changed. */
int tp_pool6_release(struct tp_pool6_registry *registry, const struct tp_prefix6 *prefix,
		     const void *owner);

/* The first that is held of PREFIX, of a part of it, or of what it is part of. False: it is free,
 * all of it. */
bool tp_pool6_find(const struct tp_pool6_registry *registry, const struct tp_prefix6 *prefix,
		   struct tp_pool6_lease *lease);

/* The held prefix whose address is FROM or the next above it; false when there is none. So the used
 * list is walked in pages, while leases come and go in between: begin with ::, go on with
 * tp_pool6_behind(). */
bool tp_pool6_used(const struct tp_pool6_registry *registry, const uint8_t from[16],
		   struct tp_pool6_lease *lease);

/* The first address behind PREFIX. False: there is none. */
bool tp_pool6_behind(const struct tp_prefix6 *prefix, uint8_t address[16]);

/* How many prefixes are held, of all pools and none. */
size_t tp_pool6_used_count(const struct tp_pool6_registry *registry);

/* -ENOENT when there is no pool NAME. */
int tp_pool6_stats(const struct tp_pool6_registry *registry, const char *name,
		   struct tp_pool6_stats *stats);
