/* SPDX-License-Identifier: BSD-3-Clause */
/* Open addressing; a row that goes lets those behind it move up, so that none is ever marked. Two
 * tables, as most prefixes have no more than 64 bits, and need but half an address. A table that is
 * full grows by a quarter: one that doubles is half empty most of the time. */
#include "dataplane/claims.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dataplane/mix.h"

#define FIRST_ROWS 1024

/* As much of a prefix as there is of it, in host byte order, and its claim. */
struct key {
	uint64_t upper, lower;
	uint8_t family, length, claim;
};

struct row {
	uint64_t upper;
	uint32_t hop; /* 0: the row is empty */
	uint8_t family, length, claim;
};
_Static_assert(sizeof(struct row) == 16, "no more than it takes");

struct long_row { /* of more than 64 bits */
	struct row row;
	uint64_t lower;
};

struct table {
	char *rows;
	size_t row_size;
	uint32_t size; /* rows */
	uint32_t count;
};

struct tp_claims {
	struct table shorter, longer;
	uint32_t of_length[129]; /* rows, both families' */
};

static bool table_init(struct table *table, size_t row_size, uint32_t size)
{
	*table = (struct table){.rows = calloc(size, row_size), .row_size = row_size, .size = size};
	return table->rows != NULL;
}

struct tp_claims *tp_claims_create(void)
{
	struct tp_claims *claims = calloc(1, sizeof(*claims));

	if (claims == NULL)
		return NULL;
	if (!table_init(&claims->shorter, sizeof(struct row), FIRST_ROWS) ||
	    !table_init(&claims->longer, sizeof(struct long_row), FIRST_ROWS)) {
		tp_claims_destroy(claims);
		return NULL;
	}
	return claims;
}

void tp_claims_destroy(struct tp_claims *claims)
{
	if (claims == NULL)
		return;
	free(claims->shorter.rows);
	free(claims->longer.rows);
	free(claims);
}

static uint64_t half(const uint8_t *bytes)
{
	uint64_t v;

	memcpy(&v, bytes, sizeof(v));
	return __builtin_bswap64(v);
}

static struct key key_of(const struct tp_ip_prefix *prefix, unsigned claim)
{
	return (struct key){
		.upper = half(prefix->ip.bytes),
		.lower = half(prefix->ip.bytes + 8),
		.family = (uint8_t)prefix->ip.family,
		.length = (uint8_t)prefix->length,
		.claim = (uint8_t)claim,
	};
}

static const struct table *table_of(const struct tp_claims *claims, const struct key *key)
{
	return key->length > 64 ? &claims->longer : &claims->shorter;
}

static struct row *row_at(const struct table *table, uint32_t i)
{
	return (struct row *)(void *)(table->rows + i * table->row_size);
}

static bool is_longer(const struct table *table)
{
	return table->row_size == sizeof(struct long_row);
}

static uint64_t lower_of(const struct table *table, const struct row *row)
{
	return is_longer(table) ? ((const struct long_row *)(const void *)row)->lower : 0;
}

static uint32_t next(const struct table *table, uint32_t i)
{
	return i + 1 < table->size ? i + 1 : 0;
}

/* Where the search for it begins: all claims of a prefix stand together. */
static uint32_t home(const struct table *table, const struct key *key)
{
	uint64_t kind = (uint64_t)key->family << 16 | key->length;

	return (uint32_t)((tp_mix(key->upper, key->lower + kind) >> 32) * table->size >> 32);
}

static uint32_t home_of_row(const struct table *table, const struct row *row)
{
	return home(table, &(struct key){row->upper, lower_of(table, row), row->family, row->length,
					 row->claim});
}

static bool is_of(const struct table *table, const struct row *row, const struct key *key)
{
	return row->upper == key->upper && row->length == key->length &&
	       row->family == key->family &&
	       (!is_longer(table) || lower_of(table, row) == key->lower);
}

/* Its row, or the empty one where it would be. */
static struct row *find(const struct table *table, const struct key *key)
{
	for (uint32_t i = home(table, key);; i = next(table, i)) {
		struct row *row = row_at(table, i);

		if (row->hop == 0 || (row->claim == key->claim && is_of(table, row, key)))
			return row;
	}
}

static int make_room(struct table *table)
{
	struct table grown;

	if ((uint64_t)table->count * 4 < (uint64_t)table->size * 3)
		return 0;
	if (!table_init(&grown, table->row_size, table->size + table->size / 4))
		return -ENOMEM;
	grown.count = table->count;
	for (uint32_t i = 0; i < table->size; i++) {
		const struct row *row = row_at(table, i);
		uint32_t to = row->hop != 0 ? home_of_row(&grown, row) : 0;

		if (row->hop == 0)
			continue;
		while (row_at(&grown, to)->hop != 0)
			to = next(&grown, to);
		memcpy(row_at(&grown, to), row, table->row_size);
	}
	free(table->rows);
	*table = grown;
	return 0;
}

static uint32_t distance(const struct table *table, uint32_t from, uint32_t to)
{
	return to >= from ? to - from : to + table->size - from;
}

/* Every row behind the one that is emptied, up to the next empty one, that the search would not get
 * to any more moves up. */
static void take_out(struct table *table, uint32_t hole)
{
	uint32_t i = hole;

	for (;;) {
		i = next(table, i);
		const struct row *row = row_at(table, i);
		if (row->hop == 0)
			break;
		if (distance(table, home_of_row(table, row), i) < distance(table, hole, i))
			continue;
		memcpy(row_at(table, hole), row, table->row_size);
		hole = i;
	}
	row_at(table, hole)->hop = 0;
	table->count--;
}

static void fill(const struct table *table, struct row *row, const struct key *key)
{
	*row = (struct row){
		.upper = key->upper,
		.family = key->family,
		.length = key->length,
		.claim = key->claim,
	};
	if (is_longer(table))
		((struct long_row *)(void *)row)->lower = key->lower;
}

int tp_claims_set(struct tp_claims *claims, const struct tp_ip_prefix *prefix, enum tp_claim claim,
		  uint32_t hop)
{
	const struct key key = key_of(prefix, claim);
	struct table *table = (struct table *)(uintptr_t)table_of(claims, &key);
	struct row *row = find(table, &key);
	bool has = row->hop != 0;

	if (hop == 0) {
		if (!has)
			return 0;
		take_out(table, (uint32_t)((size_t)((char *)row - table->rows) / table->row_size));
		claims->of_length[prefix->length]--;
		return 0;
	}
	if (!has) {
		int err = make_room(table);
		if (err != 0)
			return err;
		row = find(table, &key);
		fill(table, row, &key);
		table->count++;
		claims->of_length[prefix->length]++;
	}
	row->hop = hop;
	return 0;
}

uint32_t tp_claims_get(const struct tp_claims *claims, const struct tp_ip_prefix *prefix,
		       enum tp_claim claim)
{
	const struct key key = key_of(prefix, claim);

	return find(table_of(claims, &key), &key)->hop;
}

static void put_half(uint8_t *bytes, uint64_t v)
{
	v = __builtin_bswap64(v);
	memcpy(bytes, &v, sizeof(v));
}

static void each_of(const struct table *table, enum tp_claim claim, tp_claim_fn fn, void *user)
{
	for (uint32_t i = 0; i < table->size; i++) {
		const struct row *row = row_at(table, i);
		struct tp_ip_prefix prefix = {.ip.family = row->family, .length = row->length};

		if (row->hop == 0 || row->claim != claim)
			continue;
		put_half(prefix.ip.bytes, row->upper);
		put_half(prefix.ip.bytes + 8, lower_of(table, row));
		fn(user, &prefix, row->hop);
	}
}

void tp_claims_each(const struct tp_claims *claims, enum tp_claim claim, tp_claim_fn fn, void *user)
{
	each_of(&claims->shorter, claim, fn, user);
	each_of(&claims->longer, claim, fn, user);
}

uint32_t tp_claims_winner(const struct tp_claims *claims, const struct tp_ip_prefix *prefix)
{
	const struct key key = key_of(prefix, 0);
	const struct table *table = table_of(claims, &key);
	unsigned first = TP_CLAIMS;
	uint32_t hop = 0;

	for (uint32_t i = home(table, &key);; i = next(table, i)) {
		const struct row *row = row_at(table, i);

		if (row->hop == 0)
			return hop;
		if (row->claim < first && is_of(table, row, &key)) {
			first = row->claim;
			hop = row->hop;
		}
	}
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
