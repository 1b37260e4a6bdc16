/* SPDX-License-Identifier: BSD-3-Clause */
/* Open addressing; a row that goes lets those behind it move up, so that none is ever marked. */
#include "dataplane/claims.h"

#include <errno.h>
#include <stdlib.h>

#include "dataplane/mix.h"

#define FIRST_ROWS 1024

struct row {
	struct tp_ip_prefix prefix;
	uint16_t claim;
	uint32_t hop; /* 0: the row is empty */
};
_Static_assert(sizeof(struct row) == 24, "no padding");

struct tp_claims {
	struct row *rows;
	uint32_t mask;
	uint32_t count;
	uint32_t of_length[129]; /* rows, both families' */
};

struct tp_claims *tp_claims_create(void)
{
	struct tp_claims *claims = calloc(1, sizeof(*claims));

	if (claims == NULL)
		return NULL;
	claims->rows = calloc(FIRST_ROWS, sizeof(struct row));
	claims->mask = FIRST_ROWS - 1;
	if (claims->rows == NULL) {
		free(claims);
		return NULL;
	}
	return claims;
}

void tp_claims_destroy(struct tp_claims *claims)
{
	if (claims == NULL)
		return;
	free(claims->rows);
	free(claims);
}

/* Where the search for it begins. */
static uint32_t home(const struct tp_claims *claims, const struct tp_ip_prefix *prefix,
		     unsigned claim)
{
	uint64_t upper, lower;

	memcpy(&upper, prefix->ip.bytes, sizeof(upper));
	memcpy(&lower, prefix->ip.bytes + 8, sizeof(lower));
	lower += (uint64_t)prefix->ip.family << 16 | prefix->length << 4 | claim;
	return (uint32_t)(tp_mix(upper, lower) >> 32) & claims->mask;
}

/* Its row, or the empty one where it would be. */
static struct row *find(const struct tp_claims *claims, const struct tp_ip_prefix *prefix,
			unsigned claim)
{
	uint32_t i = home(claims, prefix, claim);

	for (;; i = (i + 1) & claims->mask) {
		struct row *row = &claims->rows[i];

		if (row->hop == 0 ||
		    (row->claim == claim && tp_ip_prefix_same(&row->prefix, prefix)))
			return row;
	}
}

static int make_room(struct tp_claims *claims)
{
	struct tp_claims next = {.mask = claims->mask * 2 + 1};

	if ((uint64_t)claims->count * 4 < (uint64_t)claims->mask * 3)
		return 0;
	next.rows = calloc((size_t)next.mask + 1, sizeof(struct row));
	if (next.rows == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i <= claims->mask; i++) {
		const struct row *row = &claims->rows[i];

		if (row->hop != 0)
			*find(&next, &row->prefix, row->claim) = *row;
	}
	free(claims->rows);
	claims->rows = next.rows;
	claims->mask = next.mask;
	return 0;
}

/* Every row behind the one that is emptied, up to the next empty one, that the search would not get
 * to any more moves up. */
static void take_out(struct tp_claims *claims, uint32_t hole)
{
	uint32_t i = hole;

	for (;;) {
		i = (i + 1) & claims->mask;
		const struct row *row = &claims->rows[i];
		if (row->hop == 0)
			break;
		uint32_t from_home = (i - home(claims, &row->prefix, row->claim)) & claims->mask;
		if (from_home < ((i - hole) & claims->mask))
			continue;
		claims->rows[hole] = *row;
		hole = i;
	}
	claims->rows[hole].hop = 0;
}

int tp_claims_set(struct tp_claims *claims, const struct tp_ip_prefix *prefix, enum tp_claim claim,
		  uint32_t hop)
{
	struct row *row = find(claims, prefix, claim);
	bool has = row->hop != 0;

	if (hop == 0) {
		if (!has)
			return 0;
		take_out(claims, (uint32_t)(row - claims->rows));
		claims->count--;
		claims->of_length[prefix->length]--;
		return 0;
	}
	if (!has) {
		int err = make_room(claims);
		if (err != 0)
			return err;
		row = find(claims, prefix, claim);
		*row = (struct row){.prefix = *prefix, .claim = (uint16_t)claim};
		claims->count++;
		claims->of_length[prefix->length]++;
	}
	row->hop = hop;
	return 0;
}

uint32_t tp_claims_get(const struct tp_claims *claims, const struct tp_ip_prefix *prefix,
		       enum tp_claim claim)
{
	return find(claims, prefix, claim)->hop;
}

uint32_t tp_claims_winner(const struct tp_claims *claims, const struct tp_ip_prefix *prefix)
{
	uint32_t hop = 0;

	for (unsigned claim = 0; claim < TP_CLAIMS && hop == 0; claim++)
		hop = find(claims, prefix, claim)->hop;
	return hop;
}

bool tp_claims_cover(const struct tp_claims *claims, const struct tp_ip_prefix *prefix,
		     struct tp_ip_prefix *cover)
{
	*cover = *prefix;
	while (cover->length > 0) {
		unsigned bit = --cover->length;

		cover->ip.bytes[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
		if (claims->of_length[bit] > 0 && tp_claims_winner(claims, cover) != 0)
			return true;
	}
	return false;
}
