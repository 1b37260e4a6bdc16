/* SPDX-License-Identifier: BSD-3-Clause */
/* Slots: dense numbers that the data plane and control share, and the memory behind them.
 *
 * Lines live in chunks that are allocated as the table fills and stay where they are until the
 * engine goes. A released slot is used again last of all released ones, and before a fresh one. */
#include "session/engine.h"

#include <errno.h>

#define CHUNK		    64 /* lines */
#define SLOT_BITS	    20 /* of a line's id: TP_AC_MAX_SESSIONS */
#define STANDING_WORDS(max) (((max) + 63) / 64)

static_assert(1u << SLOT_BITS == TP_AC_MAX_SESSIONS, "a slot fits into an id");

static uint32_t chunk_count(const struct tp_ac_table *t)
{
	return (t->max + CHUNK - 1) / CHUNK;
}

int tp_ac_table_init(struct tp_ac *ac, uint32_t max)
{
	struct tp_ac_table *t = &ac->table;
	uint32_t buckets = 64;

	while (buckets < max)
		buckets *= 2;
	t->max = max;
	t->bucket_mask = buckets - 1;
	STAILQ_INIT(&t->unused);
	tp_random_bytes(ac->random, t->hash_key, sizeof(t->hash_key));
	t->chunks = tp_ac_alloc(ac, chunk_count(t) * sizeof(t->chunks[0]));
	t->standing = tp_ac_alloc(ac, STANDING_WORDS(max) * sizeof(uint64_t));
	t->by_user = tp_ac_alloc(ac, buckets * sizeof(t->by_user[0]));
	t->by_mac = tp_ac_alloc(ac, buckets * sizeof(t->by_mac[0]));
	t->by_fingerprint = tp_ac_alloc(ac, buckets * sizeof(t->by_fingerprint[0]));
	ac->counters.slots_free = max;
	if (t->chunks == NULL || t->standing == NULL || t->by_user == NULL || t->by_mac == NULL ||
	    t->by_fingerprint == NULL)
		return -ENOMEM;
	return 0;
}

void tp_ac_table_clear(struct tp_ac *ac)
{
	struct tp_ac_table *t = &ac->table;
	size_t buckets = (size_t)t->bucket_mask + 1;

	if (t->chunks != NULL)
		for (uint32_t i = 0; i < chunk_count(t); i++)
			tp_ac_free(ac, t->chunks[i], CHUNK * sizeof(struct tp_line));
	tp_ac_free(ac, t->chunks, chunk_count(t) * sizeof(t->chunks[0]));
	tp_ac_free(ac, t->standing, STANDING_WORDS(t->max) * sizeof(uint64_t));
	tp_ac_free(ac, t->by_user, buckets * sizeof(t->by_user[0]));
	tp_ac_free(ac, t->by_mac, buckets * sizeof(t->by_mac[0]));
	tp_ac_free(ac, t->by_fingerprint, buckets * sizeof(t->by_fingerprint[0]));
}

static struct tp_line *fresh(struct tp_ac *ac)
{
	struct tp_ac_table *t = &ac->table;
	struct tp_line **chunk = &t->chunks[t->fresh / CHUNK];
	struct tp_line *line;

	if (t->fresh == t->max)
		return NULL;
	if (*chunk == NULL)
		*chunk = tp_ac_alloc(ac, CHUNK * sizeof(struct tp_line));
	if (*chunk == NULL)
		return NULL;
	line = *chunk + t->fresh % CHUNK;
	line->slot = t->fresh++;
	return line;
}

/* All that nobody has, in their order: those passed over, and what has been released since. */
static void fill_holes(struct tp_ac *ac)
{
	struct tp_ac_table *t = &ac->table;

	t->has_holes = false;
	STAILQ_INIT(&t->unused);
	for (uint32_t slot = 0; slot < t->fresh; slot++) {
		struct tp_line *line = tp_ac_table_slot(ac, slot);

		if (line->ac == NULL)
			STAILQ_INSERT_TAIL(&t->unused, line, free_entry);
	}
}

static struct tp_line *begin(struct tp_ac *ac, struct tp_line *line)
{
	uint32_t slot = line->slot, uses = line->uses;

	memset(line, 0, sizeof(*line));
	line->ac = ac;
	line->start_number = ac->start_number;
	line->uses = uses + 1;
	line->slot = slot;
	ac->table.standing[slot / 64] |= UINT64_C(1) << (slot % 64);
	ac->counters.slots_free--;
	return line;
}

struct tp_line *tp_ac_table_take(struct tp_ac *ac)
{
	struct tp_ac_table *t = &ac->table;
	struct tp_line *line;

	if (t->has_holes)
		fill_holes(ac);
	line = STAILQ_FIRST(&t->unused);
	if (line != NULL)
		STAILQ_REMOVE_HEAD(&t->unused, free_entry);
	else
		line = fresh(ac);
	if (line == NULL)
		return NULL;
	begin(ac, line)->id = ++t->serial << SLOT_BITS | line->slot;
	return line;
}

struct tp_line *tp_ac_table_reclaim(struct tp_ac *ac, uint32_t slot, uint64_t id,
				    uint64_t accounting_id, int *rc)
{
	struct tp_ac_table *t = &ac->table;
	struct tp_line *line;

	*rc = -ENOSPC;
	if (slot >= t->max)
		return NULL;
	t->has_holes = true;
	*rc = -ENOMEM;
	while (slot >= t->fresh)
		if (fresh(ac) == NULL)
			return NULL;
	line = tp_ac_table_slot(ac, slot);
	*rc = -EEXIST;
	if (line->ac != NULL)
		return NULL;
	*rc = 0;
	begin(ac, line);
	line->id = id;
	line->start_number = (uint32_t)(accounting_id >> 32);
	line->uses = (uint32_t)accounting_id >> SLOT_BITS;
	return line;
}

/* Whoever has begun since the image was made had the next serials, and it is not known how many.
 * But each quarter of a second has a start number of its own, and no start gives so many serials in
 * that: the start's number has what is beyond them all. */
#define START_BITS 12

void tp_ac_table_go_beyond(struct tp_ac *ac, uint64_t serial, uint64_t accounting_id)
{
	struct tp_ac_table *t = &ac->table;
	uint32_t start = (uint32_t)(accounting_id >> 32);

	if (ac->start_number <= start) /* the clock on the wall has been set back */
		ac->start_number = start + 1;
	if (t->serial < (uint64_t)ac->start_number << START_BITS)
		t->serial = (uint64_t)ac->start_number << START_BITS;
	if (t->serial < serial)
		t->serial = serial;
}

/* The start's number, how often the slot was used, the slot. A slot that was used more often than
 * there are bits for counts on in the start's number, of which each quarter of a second has one of
 * its own: no slot is used four thousand times in that. */
uint64_t tp_ac_accounting_id(const struct tp_line *line)
{
	return ((uint64_t)line->start_number << 32) +
	       ((uint64_t)line->uses << SLOT_BITS | line->slot);
}

void tp_ac_table_fell(struct tp_ac *ac, struct tp_line *line)
{
	ac->table.standing[line->slot / 64] &= ~(UINT64_C(1) << (line->slot % 64));
}

void tp_ac_table_release(struct tp_ac *ac, struct tp_line *line)
{
	line->ac = NULL;
	ac->counters.slots_free++;
	STAILQ_INSERT_TAIL(&ac->table.unused, line, free_entry);
}

struct tp_line *tp_ac_table_slot(const struct tp_ac *ac, uint32_t slot)
{
	if (slot >= ac->table.fresh)
		return NULL;
	return ac->table.chunks[slot / CHUNK] + slot % CHUNK;
}

struct tp_line *tp_ac_table_next(const struct tp_ac *ac, uint32_t from_slot)
{
	const struct tp_ac_table *t = &ac->table;

	for (uint64_t slot = from_slot; slot < t->fresh; slot = (slot / 64 + 1) * 64) {
		uint64_t word = t->standing[slot / 64] >> (slot % 64);

		if (word != 0)
			return tp_ac_table_slot(ac,
						(uint32_t)slot + (uint32_t)__builtin_ctzll(word));
	}
	return NULL;
}

static bool stands(const struct tp_ac *ac, uint32_t slot)
{
	return slot < ac->table.fresh && (ac->table.standing[slot / 64] >> (slot % 64) & 1) != 0;
}

const struct tp_line *tp_ac_find_slot(const struct tp_ac *ac, uint32_t slot)
{
	return stands(ac, slot) ? tp_ac_table_slot(ac, slot) : NULL;
}

const struct tp_line *tp_ac_find_id(const struct tp_ac *ac, uint64_t id)
{
	const struct tp_line *line = tp_ac_find_slot(ac, id & (TP_AC_MAX_SESSIONS - 1));

	return line != NULL && line->id == id ? line : NULL;
}

const struct tp_line *tp_ac_find_accounting_id(const struct tp_ac *ac, uint64_t id)
{
	const struct tp_line *line = tp_ac_find_slot(ac, id & (TP_AC_MAX_SESSIONS - 1));

	return line != NULL && tp_ac_accounting_id(line) == id ? line : NULL;
}

const struct tp_line *tp_ac_next(const struct tp_ac *ac, uint32_t from_slot)
{
	return tp_ac_table_next(ac, from_slot);
}
