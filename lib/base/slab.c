/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/slab.h"

#include <stdlib.h>

#define CHUNK_OBJECTS 16

struct chunk {
	struct chunk *next;
	char objects[];
};

void tp_slab_init(struct tp_slab *slab, size_t size)
{
	*slab = (struct tp_slab){.size = size};
}

/* AddressSanitizer is to watch each object. */
#ifdef __SANITIZE_ADDRESS__
void *tp_slab_take(struct tp_slab *slab)
{
	return malloc(slab->size);
}

void tp_slab_give(struct tp_slab *slab, void *object)
{
	free(object);
}
#else
static void put(struct tp_slab *slab, void *object)
{
	*(void **)object = slab->free;
	slab->free = object;
}

/* The first of the chunk is the next to be taken, so that neighbours in time are in memory too. */
static void add_chunk(struct tp_slab *slab)
{
	struct chunk *chunk = malloc(sizeof(*chunk) + CHUNK_OBJECTS * slab->size);

	if (chunk == NULL)
		return;
	chunk->next = slab->chunks;
	slab->chunks = chunk;
	for (size_t i = CHUNK_OBJECTS; i-- > 0;)
		put(slab, chunk->objects + i * slab->size);
}

static void free_chunks(struct tp_slab *slab)
{
	for (struct chunk *chunk = slab->chunks, *next; chunk != NULL; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	slab->chunks = slab->free = NULL;
}

void *tp_slab_take(struct tp_slab *slab)
{
	void *object;

	if (slab->free == NULL)
		add_chunk(slab);
	object = slab->free;
	if (object == NULL)
		return NULL;
	slab->free = *(void **)object;
	slab->used++;
	return object;
}

void tp_slab_give(struct tp_slab *slab, void *object)
{
	put(slab, object);
	if (--slab->used == 0)
		free_chunks(slab);
}
#endif
