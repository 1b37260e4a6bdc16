/* SPDX-License-Identifier: BSD-3-Clause */
/* A ring of pointers from one thread to one other, which never waits. */
#pragma once

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

struct tp_spsc {
	void **slot;
	unsigned size; /* a power of two */
	/* They run on and wrap around; what is between them is in the ring. */
	alignas(64) atomic_uint put;
	alignas(64) atomic_uint taken;
};

/* Room for SIZE pointers, a power of two. False: no memory. */
static inline bool tp_spsc_init(struct tp_spsc *ring, unsigned size)
{
	ring->slot = calloc(size, sizeof(*ring->slot));
	ring->size = size;
	atomic_init(&ring->put, 0);
	atomic_init(&ring->taken, 0);
	return ring->slot != NULL;
}

static inline void tp_spsc_clear(struct tp_spsc *ring)
{
	free(ring->slot);
	ring->slot = NULL;
}

/* False: it is full. The giving thread only. */
static inline bool tp_spsc_put(struct tp_spsc *ring, void *item)
{
	unsigned at = atomic_load_explicit(&ring->put, memory_order_relaxed);

	if (at - atomic_load_explicit(&ring->taken, memory_order_acquire) == ring->size)
		return false;
	ring->slot[at & (ring->size - 1)] = item;
	atomic_store_explicit(&ring->put, at + 1, memory_order_release);
	return true;
}

/* NULL: it is empty. The taking thread only. */
static inline void *tp_spsc_take(struct tp_spsc *ring)
{
	unsigned at = atomic_load_explicit(&ring->taken, memory_order_relaxed);
	void *item;

	if (at == atomic_load_explicit(&ring->put, memory_order_acquire))
		return NULL;
	item = ring->slot[at & (ring->size - 1)];
	atomic_store_explicit(&ring->taken, at + 1, memory_order_release);
	return item;
}
