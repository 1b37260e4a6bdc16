/* SPDX-License-Identifier: BSD-3-Clause */
/* Where lines are: slots, session ids, and by what they are found. */
#pragma once

#include "session/state.h"

struct tp_ac;

/* The session ids of one scope. */
struct tp_ac_ids {
	uint16_t next;	   /* where the search for a free one goes on */
	uint32_t count;	   /* standing lines' and those not yet released */
	uint64_t *used;	   /* one bit for each of 65,536; NULL: nobody has dialled in here */
	uint32_t *slot_of; /* of standing lines, TP_AC_NO_SLOT for others */
};

struct tp_ac_table {
	uint32_t max;
	uint32_t fresh;	 /* slots from here on were never used */
	uint64_t serial; /* of the line started last */
	struct tp_line **chunks;
	uint64_t *standing;	     /* one bit for each slot */
	struct tp_line_queue unused; /* released slots, the one released first in front */
	bool has_holes;		     /* slots were reclaimed: `unused` lacks those between */
	struct tp_line_list *by_user, *by_mac;
	struct tp_line_chain *by_fingerprint;
	uint32_t bucket_mask;
	uint64_t hash_key[2];
};

/* table.c: slots and memory */
int tp_ac_table_init(struct tp_ac *ac, uint32_t max);
void tp_ac_table_clear(struct tp_ac *ac);
/* Zeroed but for id and slot, standing; NULL: full, or no memory. */
struct tp_line *tp_ac_table_take(struct tp_ac *ac);
/* The same with SLOT and ids of before a restart; ids to come are beyond. NULL: *RC is -ENOSPC:
 * there is no such slot, -EEXIST: another has it, -ENOMEM. */
struct tp_line *tp_ac_table_reclaim(struct tp_ac *ac, uint32_t slot, uint64_t id,
				    uint64_t accounting_id, int *rc);
/* Ids up to that of SERIAL, and accounting ids of the start of ACCOUNTING_ID, are not given out any
 * more. */
void tp_ac_table_go_beyond(struct tp_ac *ac, uint64_t serial, uint64_t accounting_id);
/* Of LINE alone, over restarts too. */
uint64_t tp_ac_accounting_id(const struct tp_line *line);
/* It stands no more; its slot stays taken. */
void tp_ac_table_fell(struct tp_ac *ac, struct tp_line *line);
/* The slot may be used again. */
void tp_ac_table_release(struct tp_ac *ac, struct tp_line *line);
/* Standing, closed or never used; NULL: beyond what was ever used. */
struct tp_line *tp_ac_table_slot(const struct tp_ac *ac, uint32_t slot);
struct tp_line *tp_ac_table_next(const struct tp_ac *ac, uint32_t from_slot);

/* ids.c: session ids */
#define TP_AC_IDS 65534 /* of a scope. RFC 2516, section 4: neither 0 nor 0xffff */
/* Where ACCESS has its ids from; its port is set. */
struct tp_ac_ids *tp_ac_ids_of(struct tp_ac *ac, const struct tp_access *access);
void tp_ac_ids_clear(struct tp_ac *ac, struct tp_ac_ids *ids);
/* A free id, as long unused as can be; 0: there is none, or no memory. */
uint16_t tp_ac_ids_take(struct tp_ac *ac, struct tp_ac_ids *ids, uint32_t slot);
/* ID, if it is free. -EEXIST, -ENOMEM. */
int tp_ac_ids_reclaim(struct tp_ac *ac, struct tp_ac_ids *ids, uint16_t id, uint32_t slot);
void tp_ac_ids_fell(struct tp_ac_ids *ids, uint16_t id);
void tp_ac_ids_release(struct tp_ac_ids *ids, uint16_t id);
/* NULL: no such session, or no such port. */
struct tp_line *tp_ac_ids_find(const struct tp_ac *ac, const struct tp_access *access, uint16_t id);

/* index.c: by user, MAC and fingerprint */
void tp_ac_index_started(struct tp_ac *ac, struct tp_line *line);
/* USER is copied; the line had none. -ENOMEM; then nothing has changed. */
int tp_ac_index_user(struct tp_ac *ac, struct tp_line *line, const char *user);
/* The same with the INSTANCE of before a restart. -EEXIST: another of the user has it. */
int tp_ac_index_user_again(struct tp_ac *ac, struct tp_line *line, const char *user,
			   uint32_t instance);
void tp_ac_index_fell(struct tp_ac *ac, struct tp_line *line);
/* It has lost its place: it is found by its user alone. */
void tp_ac_index_line_gone(struct tp_line *line);
struct tp_line *tp_ac_index_fingerprint(const struct tp_ac *ac, uint64_t fingerprint);
struct tp_line *tp_ac_index_find_user(const struct tp_ac *ac, const char *user,
				      const struct tp_line *previous);
struct tp_line *tp_ac_index_find_mac(const struct tp_ac *ac, const struct tp_mac *mac,
				     const struct tp_line *previous);
