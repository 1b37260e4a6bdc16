/* SPDX-License-Identifier: BSD-3-Clause */
/* PPPoE session ids of one port. They rotate, so that a frame of an earlier session meets nobody,
 * or at least nobody soon. */
#include "ac_private.h"

#include <errno.h>

#define IDS	 65536
#define ID_WORDS (IDS / 64)
#define USABLE	 (IDS - 2) /* RFC 2516, section 4: neither 0 nor 0xffff */

int tp_ac_ids_init(struct tp_ac *ac, struct tp_ac_port *port)
{
	port->id_used = tp_ac_alloc(ac, ID_WORDS * sizeof(uint64_t));
	port->slot_of_id = tp_ac_alloc(ac, IDS * sizeof(uint32_t));
	if (port->id_used == NULL || port->slot_of_id == NULL) {
		tp_ac_ids_clear(ac, port);
		return -ENOMEM;
	}
	memset(port->slot_of_id, 0xff, IDS * sizeof(uint32_t)); /* TP_AC_NO_SLOT */
	port->id_used[0] |= 1;
	port->id_used[ID_WORDS - 1] |= UINT64_C(1) << 63;
	port->next_id = (uint16_t)tp_random_below(ac->random, IDS);
	return 0;
}

void tp_ac_ids_clear(struct tp_ac *ac, struct tp_ac_port *port)
{
	tp_ac_free(ac, port->id_used, ID_WORDS * sizeof(uint64_t));
	tp_ac_free(ac, port->slot_of_id, IDS * sizeof(uint32_t));
	port->id_used = NULL;
	port->slot_of_id = NULL;
}

/* The first free id from FROM on, around the end; there is one. */
static uint16_t search(const struct tp_ac_port *port, uint16_t from)
{
	uint64_t word = ~port->id_used[from / 64] >> (from % 64) << (from % 64);

	for (unsigned i = from / 64;; word = ~port->id_used[i]) {
		if (word != 0)
			return (uint16_t)(i * 64 + (unsigned)__builtin_ctzll(word));
		i = (i + 1) % ID_WORDS;
	}
}

uint16_t tp_ac_ids_take(struct tp_ac_port *port, uint32_t slot)
{
	uint16_t id;

	if (port->ids_used == USABLE)
		return 0;
	id = search(port, port->next_id);
	port->next_id = (uint16_t)(id + 1);
	port->id_used[id / 64] |= UINT64_C(1) << (id % 64);
	port->ids_used++;
	port->slot_of_id[id] = slot;
	return id;
}

void tp_ac_ids_fell(struct tp_ac_port *port, uint16_t id)
{
	port->slot_of_id[id] = TP_AC_NO_SLOT;
}

void tp_ac_ids_release(struct tp_ac_port *port, uint16_t id)
{
	port->id_used[id / 64] &= ~(UINT64_C(1) << (id % 64));
	port->ids_used--;
}

struct tp_session *tp_ac_ids_find(const struct tp_ac *ac, uint16_t port, uint16_t id)
{
	uint32_t slot;

	if (port >= TP_AC_MAX_PORTS || ac->ports[port].slot_of_id == NULL)
		return NULL;
	slot = ac->ports[port].slot_of_id[id];
	return slot == TP_AC_NO_SLOT ? NULL : tp_ac_table_slot(ac, slot);
}

const struct tp_session *tp_ac_find_session_id(const struct tp_ac *ac, uint16_t port,
					       uint16_t session_id)
{
	return tp_ac_ids_find(ac, port, session_id);
}
