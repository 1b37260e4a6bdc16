/* SPDX-License-Identifier: BSD-3-Clause */
/* Control's and the reader's side of captures. */
#include "dataplane/sniff.h"

#include <errno.h>
#include <stdlib.h>

#include <rte_ring.h>

#include "base/once.h"
#include "dataplane/drops.h"
#include "dataplane/sniff_private.h"
#include "dataplane/state.h"

#define PIECES 2048 /* frames that wait for the reader: 4 MB, while somebody looks */

static const char *const reasons[TP_DROP_COUNT] = {
#define TP_DROP_NAME(enumerator, name) [TP_DROP_##enumerator] = name,
	TP_DROPS(TP_DROP_NAME)
#undef TP_DROP_NAME
};

/* With room for all of them: of a ring one place is never used. */
static struct rte_ring *make_ring(unsigned flags)
{
	const ssize_t size = rte_ring_get_memsize(2 * PIECES);
	struct rte_ring *ring = size > 0 ? aligned_alloc(RTE_CACHE_LINE_SIZE, (size_t)size) : NULL;

	if (ring != NULL && rte_ring_init(ring, "sniff", 2 * PIECES, flags) != 0) {
		free(ring);
		return NULL;
	}
	return ring;
}

static void store_free(struct tp_sniff_store *store)
{
	if (store == NULL)
		return;
	free(store->free);
	free(store->full);
	free(store->pieces);
	free(store);
}

struct tp_sniff_store *tp_sniff_store_create(const struct tp_dataplane *dp)
{
	struct tp_sniff_store *store = aligned_alloc(64, sizeof(*store));

	if (store == NULL)
		return NULL;
	memset(store, 0, sizeof(*store));
	/* As with the ring between workers: who lost the processor half way holds nobody up. */
	store->free = make_ring(RING_F_MP_RTS_ENQ | RING_F_MC_RTS_DEQ);
	store->full = make_ring(RING_F_MP_RTS_ENQ | RING_F_SC_DEQ);
	store->pieces = calloc(PIECES, sizeof(*store->pieces));
	if (store->free == NULL || store->full == NULL || store->pieces == NULL) {
		store_free(store);
		return NULL;
	}
	for (unsigned i = 0; i < PIECES; i++)
		rte_ring_enqueue(store->free, &store->pieces[i]);
	return store;
}

static void over(struct tp_grace_item *item)
{
	struct tp_sniff *sniff = (struct tp_sniff *)item;

	if (sniff->last)
		store_free(sniff->store);
	free(sniff);
}

/* No worker begins to look at what was there. */
static void publish(struct tp_dataplane *dp, struct tp_sniff *now, bool last)
{
	struct tp_sniff *before = dp->sniff;

	__atomic_store_n(&dp->sniff, now, __ATOMIC_RELEASE);
	if (before == NULL)
		return;
	before->last = last;
	before->grace.over = over;
	tp_grace_add(&dp->grace, &before->grace);
}

int tp_dataplane_sniff(struct tp_dataplane *dp, struct tp_sniff_store *store,
		       const struct tp_sniff_filter *filter)
{
	struct tp_sniff *sniff = calloc(1, sizeof(*sniff));

	if (sniff == NULL)
		return -ENOMEM;
	sniff->filter = *filter;
	sniff->store = store;
	if (filter->snap == 0 || filter->snap > TP_SNIFF_BYTES)
		sniff->filter.snap = TP_SNIFF_BYTES;
	publish(dp, sniff, false);
	return 0;
}

void tp_dataplane_sniff_end(struct tp_dataplane *dp, struct tp_sniff_store *store)
{
	if (dp->sniff != NULL)
		publish(dp, NULL, true);
	else
		store_free(store);
}

struct tp_sniffed *tp_sniff_take(struct tp_sniff_store *store)
{
	void *sniffed;

	return rte_ring_dequeue(store->full, &sniffed) == 0 ? sniffed : NULL;
}

void tp_sniff_give(struct tp_sniff_store *store, struct tp_sniffed *sniffed)
{
	rte_ring_enqueue(store->free, sniffed);
}

uint64_t tp_sniff_lost(const struct tp_sniff_store *store)
{
	uint64_t lost = 0;

	for (unsigned i = 0; i < TP_DATAPLANE_MAX_WORKERS; i++)
		lost += tp_read_once(&store->pending[i].lost);
	return lost;
}

const char *tp_sniff_reason(const struct tp_sniffed *sniffed)
{
	return sniffed->reason < TP_DROP_COUNT ? reasons[sniffed->reason] : NULL;
}
