/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory for very many objects of one size, which malloc() would give eight bytes and more on top
 * of each. It is taken in chunks, used again, and given back with the last object alone. One
 * thread. */
#pragma once

#include <stddef.h>

struct tp_slab {
	size_t size; /* of an object */
	void *free;  /* the first that is free; each names the next */
	void *chunks;
	size_t used; /* objects */
};

/* SIZE: a multiple of 8. */
void tp_slab_init(struct tp_slab *slab, size_t size);

/* Not cleared; NULL: no memory. */
void *tp_slab_take(struct tp_slab *slab);
void tp_slab_give(struct tp_slab *slab, void *object);
