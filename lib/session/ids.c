/* SPDX-License-Identifier: BSD-3-Clause */
/* PPPoE session ids, each unique within port and scope (tp_vlans_scope()). They rotate, so that a
 * frame of an earlier session meets nobody, or at least nobody soon. */
#include "session/engine.h"

#include <errno.h>

#define IDS	 65536
#define ID_WORDS (IDS / 64)

struct tp_ac_ids *tp_ac_ids_of(struct tp_ac *ac, const struct tp_access *access)
{
	return &ac->ports[access->port].ids[tp_vlans_scope(access->vlans)];
}

static int init(struct tp_ac *ac, struct tp_ac_ids *ids)
{
	ids->used = tp_ac_alloc(ac, ID_WORDS * sizeof(uint64_t));
	ids->slot_of = tp_ac_alloc(ac, IDS * sizeof(uint32_t));
	if (ids->used == NULL || ids->slot_of == NULL) {
		tp_ac_ids_clear(ac, ids);
		return -ENOMEM;
	}
	memset(ids->slot_of, 0xff, IDS * sizeof(uint32_t)); /* TP_AC_NO_SLOT */
	ids->used[0] |= 1;
	ids->used[ID_WORDS - 1] |= UINT64_C(1) << 63;
	ids->next = (uint16_t)tp_random_below(ac->random, IDS);
	return 0;
}

void tp_ac_ids_clear(struct tp_ac *ac, struct tp_ac_ids *ids)
{
	tp_ac_free(ac, ids->used, ID_WORDS * sizeof(uint64_t));
	tp_ac_free(ac, ids->slot_of, IDS * sizeof(uint32_t));
	ids->used = NULL;
	ids->slot_of = NULL;
}

/* The first free id from FROM on, around the end; there is one. */
static uint16_t search(const struct tp_ac_ids *ids, uint16_t from)
{
	uint64_t word = ~ids->used[from / 64] >> (from % 64) << (from % 64);

	for (unsigned i = from / 64;; word = ~ids->used[i]) {
		if (word != 0)
			return (uint16_t)(i * 64 + (unsigned)__builtin_ctzll(word));
		i = (i + 1) % ID_WORDS;
	}
}

/* ID is SLOT's, and the search goes on behind it. */
static void mark(struct tp_ac_ids *ids, uint16_t id, uint32_t slot)
{
	ids->next = (uint16_t)(id + 1);
	ids->used[id / 64] |= UINT64_C(1) << (id % 64);
	ids->count++;
	ids->slot_of[id] = slot;
}

uint16_t tp_ac_ids_take(struct tp_ac *ac, struct tp_ac_ids *ids, uint32_t slot)
{
	uint16_t id;

	if (ids->used == NULL && init(ac, ids) != 0)
		return 0;
	if (ids->count == TP_AC_IDS)
		return 0;
	id = search(ids, ids->next);
	mark(ids, id, slot);
	return id;
}

int tp_ac_ids_reclaim(struct tp_ac *ac, struct tp_ac_ids *ids, uint16_t id, uint32_t slot)
{
	if (ids->used == NULL && init(ac, ids) != 0)
		return -ENOMEM;
	if ((ids->used[id / 64] >> (id % 64) & 1) != 0)
		return -EEXIST;
	mark(ids, id, slot);
	/* The next is far from here: what follows it was given out last, perhaps to a client that
	 * is not known any more, and is to hear so. */
	ids->next = (uint16_t)(id ^ IDS / 2);
	return 0;
}

void tp_ac_ids_fell(struct tp_ac_ids *ids, uint16_t id)
{
	ids->slot_of[id] = TP_AC_NO_SLOT;
}

void tp_ac_ids_release(struct tp_ac_ids *ids, uint16_t id)
{
	ids->used[id / 64] &= ~(UINT64_C(1) << (id % 64));
	ids->count--;
}

struct tp_line *tp_ac_ids_find(const struct tp_ac *ac, const struct tp_access *access, uint16_t id)
{
	const struct tp_ac_ids *ids;

	if (access->port >= TP_AC_MAX_PORTS)
		return NULL;
	ids = &ac->ports[access->port].ids[tp_vlans_scope(access->vlans)];
	if (ids->slot_of == NULL || ids->slot_of[id] == TP_AC_NO_SLOT)
		return NULL;
	return tp_ac_table_slot(ac, ids->slot_of[id]);
}

const struct tp_line *tp_ac_find_session_id(const struct tp_ac *ac, const struct tp_access *access,
					    uint16_t session_id)
{
	return tp_ac_ids_find(ac, access, session_id);
}
